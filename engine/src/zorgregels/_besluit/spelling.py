"""The canonical JSON of a fact, piece by piece."""

from __future__ import annotations

from typing import Final

from .._canon import Json, canonical, canonical_text
from .._waarden import ONBEKEND, Merk, Soort, Waarde, spell

_ONBEKEND: Final = '"onbekend":true}'
_NVT: Final = '"nvt":true}'


class Feitspeller:
    """Spells the values of one fact as ``Feitwaarde.to_dict`` does, in canonical JSON."""

    __slots__ = ("_kop", "naam", "soort")

    def __init__(self, naam: str, soort: Soort | None) -> None:
        self.naam = naam
        self.soort = soort
        self._kop = f'{{"feit":{canonical_text(naam.rpartition(":")[2])},'

    def spell(self, waarde: Waarde) -> str:
        """Return ``{"feit": …, "type": …, "waarde": …}``, or that it is unknown or not applicable."""
        if waarde is ONBEKEND:
            return self._kop + _ONBEKEND
        if isinstance(waarde, Merk):
            return self._kop + _NVT
        if isinstance(waarde, tuple):
            return f'{self._kop}"type":"lijst","waarde":{len(waarde)}}}'
        if self.soort is None:  # a fact that no loaded feitsoort defines has no value
            return self._kop + _ONBEKEND
        return f'{self._kop}"type":"{self.soort.value}","waarde":{spell_json(waarde, self.soort)}}}'


def spell_json(waarde: Waarde, soort: Soort) -> str:
    """Return the canonical JSON of one value; not applicable is ``{"nvt":true}``."""
    if type(waarde) is str:
        return canonical_text(waarde)
    if isinstance(waarde, Merk):
        return "{" + _NVT
    assert not isinstance(waarde, tuple)
    plat: Json = spell(waarde, soort)
    return f'"{plat}"' if isinstance(plat, str) else canonical(plat)
