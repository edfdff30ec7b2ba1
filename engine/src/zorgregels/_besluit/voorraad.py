"""What the decisions of one Engine remember of each other, within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Generic, TypeVar

from .._taal.feitsoort import Feitveld
from .spelling import Feitspeller

_PROEF: Final = 1024
"""After how many questions in vain a memory is judged: it stays when at least a quarter of all was found."""
_SAMEN: Final = 12_000
_K = TypeVar("_K")
_V = TypeVar("_V")


class Voorraad(Generic[_K, _V]):
    """The spellers of facts, and the memories of rules, which together hold no more than a bound."""

    def __init__(self, velden: Mapping[str, Feitveld]) -> None:
        self._velden = velden
        self._spellers: dict[str, Feitspeller] = {}
        self._geheugens: list[Geheugen[_K, _V]] = []
        self._aantal = 0

    def speller(self, naam: str) -> Feitspeller:
        """Return the speller of a fact; every plan that reads the fact has the same one."""
        if naam not in self._spellers:
            self._spellers[naam] = Feitspeller(naam, self._velden[naam].type.soort if naam in self._velden else None)
        return self._spellers[naam]

    def memory(self, *, aan: bool) -> Geheugen[_K, _V]:
        """Return an empty memory; one that is not ``aan`` stays so."""
        geheugen = Geheugen(self, aan=aan)
        self._geheugens.append(geheugen)
        return geheugen

    def grow(self) -> None:
        """Count one thing more that is remembered; over the bound everything is forgotten."""
        self._aantal += 1
        if self._aantal > _SAMEN:
            self._aantal = 0
            for geheugen in self._geheugens:
                geheugen.bekend = {}


class Geheugen(Generic[_K, _V]):
    """What one rule remembers, for as long as that pays.

    A rule that reads what is different in nearly every zaak finds little here; it stops looking.
    """

    __slots__ = ("_gemist", "_voorraad", "aan", "bekend", "gevraagd")

    def __init__(self, voorraad: Voorraad[_K, _V], *, aan: bool) -> None:
        self._voorraad = voorraad
        self.aan = aan
        self.bekend: dict[_K, _V] = {}
        self.gevraagd = 0
        self._gemist = 0

    def keep(self, sleutel: _K, waarde: _V) -> None:
        """Remember one thing more, that was asked for in vain."""
        self._gemist += 1
        if self._gemist >= _PROEF:
            self.aan = self.gevraagd - self._gemist >= _PROEF // 3
            self.gevraagd = self._gemist = 0
            if not self.aan:
                self.bekend = {}
                return
        self.bekend[sleutel] = waarde
        self._voorraad.grow()
