"""How the values of one fact are written, for machines and for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from .._canon import canonical, canonical_text
from .._waarden import NVT, ONBEKEND, Merk, Soort, Waarde, spell, spell_cent
from .tekst import show, show_cent, show_date

_ONTHOUDEN: Final = 1024
_SPELLERS: Final[Mapping[Soort, Callable[[Any], str]]] = {
    Soort.BOOLEAN: lambda w: "true" if w else "false",
    Soort.KEUZE: canonical_text,
    Soort.TEKST: canonical_text,
    Soort.GETAL: lambda w: canonical(spell(w, Soort.GETAL)),
    Soort.GELD: lambda w: f'"{spell_cent(w)}"',
    Soort.BREUKGELD: lambda w: f'"{spell(w, Soort.BREUKGELD)}"',
    Soort.RATIO: lambda w: canonical(spell(w, Soort.RATIO)),
    Soort.DATUM: lambda w: f'"{w.isoformat()}"',
}
_TONERS: Final[Mapping[Soort, Callable[[Any], str]]] = {Soort.TEKST: str, Soort.GELD: show_cent, Soort.DATUM: show_date}


class Feitspeller:
    """Writes the values of one fact, and remembers how, within bounds."""

    __slots__ = ("_gespeld", "_getoond", "_kop", "naam", "soort")

    def __init__(self, naam: str, soort: Soort | None) -> None:
        self.naam = naam
        self.soort = soort
        self._kop = f'{{"feit":{canonical_text(naam.rpartition(":")[2])},'
        self._gespeld: dict[Waarde, str] = {}
        self._getoond: dict[Waarde, str] = {}

    def spell(self, waarde: Waarde) -> str:
        """Return the canonical JSON of ``Feitwaarde.to_dict``."""
        if type(waarde) is tuple:  # a list is not hashable, and rarely comes back
            return f'{self._kop}"type":"lijst","waarde":{len(waarde)}}}'
        json = self._gespeld.get(waarde)
        return json if json is not None else _keep(self._gespeld, waarde, self._json(waarde))

    def show(self, waarde: Waarde) -> str:
        """Return the value as a reader writes it."""
        if type(waarde) is tuple:
            return show(waarde, Soort.TEKST)
        tekst = self._getoond.get(waarde)
        return tekst if tekst is not None else _keep(self._getoond, waarde, self._text(waarde))

    def _json(self, waarde: Waarde) -> str:
        # A fact that no loaded feitsoort defines has no value that could be spelled.
        if waarde is ONBEKEND or self.soort is None:
            return self._kop + '"onbekend":true}'
        if waarde is NVT:
            return self._kop + '"nvt":true}'
        return f'{self._kop}"type":"{self.soort.value}","waarde":{spell_json(waarde, self.soort)}}}'

    def _text(self, waarde: Waarde) -> str:
        soort = self.soort or Soort.TEKST
        if waarde is None or isinstance(waarde, Merk) or soort not in _TONERS:
            return show(waarde, soort)
        return _TONERS[soort](waarde)


def spell_json(waarde: Waarde, soort: Soort) -> str:
    """Return the canonical JSON of one value; not applicable is ``{"nvt":true}``."""
    if waarde is None:
        return "null"
    if waarde is NVT:
        return '{"nvt":true}'
    return _SPELLERS[soort](waarde)


def _keep(bekend: dict[Waarde, str], waarde: Waarde, tekst: str) -> str:
    if len(bekend) >= _ONTHOUDEN:
        bekend.clear()
    bekend[waarde] = tekst
    return tekst
