"""Recorded facts in, the facts of a zaak out: a reader made of the fields that were loaded when the decision was made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from .._canon import Json
from .._taal.feitsoort import Feitveld
from .._taal.omgeving import PEILDATUM
from .._waarden import NVT, Feiten, Item, OngeldigeWaarde, Scalar, Soort, make_parser

_NVT: dict[str, Json] = {"nvt": True}


class Onleesbaar(ValueError):
    """A recorded fact is not one that its own feitsoort allows."""


class Feitlezer:
    """Reads facts as a Kwitantie spells them."""

    def __init__(self, velden: Mapping[str, Feitveld]) -> None:
        self._velden = {n: make_parser(v.type) for n, v in velden.items() if not v.afgeleid}
        self._nvt = {n for n, v in velden.items() if v.type.nvt}
        self.geld = tuple(sorted(n for n, v in velden.items() if not v.afgeleid and v.type.soort is Soort.GELD))
        """The names of the amounts; of a list ``lijst.veld``."""

    def read(self, feiten: Mapping[str, Json], peildatum: str) -> Feiten:
        """Return the facts, the peildatum among them.

        Raises:
            Onleesbaar: one of them is not what its feitsoort allows.
        """
        velden = self._velden
        uit: Feiten = {}
        for naam, ruw in feiten.items():
            try:
                if type(ruw) is str:
                    uit[naam] = velden[naam](ruw)
                elif type(ruw) is list:
                    uit[naam] = tuple([self._item(naam, item) for item in ruw])
                else:
                    uit[naam] = self._value(naam, velden[naam], ruw)
            except (KeyError, OngeldigeWaarde, AttributeError) as fout:
                raise Onleesbaar(f"het feit {naam} past niet bij de feitsoorten van toen") from fout
        dag = uit.setdefault(PEILDATUM, date.fromisoformat(peildatum))
        if dag != date.fromisoformat(peildatum):
            raise Onleesbaar(f"het blad noemt peildatum {peildatum} en de feiten een andere")
        return uit

    def _item(self, lijst: str, item: Json) -> Item:
        assert isinstance(item, dict)
        return {v: self._value(f"{lijst}.{v}", self._velden[f"{lijst}.{v}"], ruw) for v, ruw in item.items()}

    def _value(self, naam: str, parse: Callable[[object], Scalar], ruw: Json) -> Scalar:
        if ruw == _NVT and naam in self._nvt:
            return NVT
        return parse(ruw)
