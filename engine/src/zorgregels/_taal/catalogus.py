"""A Catalogus: prestaties by code, with the values that hold in a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .._waarden import Scalar
from .bron import Bron


@dataclass(frozen=True, slots=True)
class Periode:
    """What holds for a prestatie from a day to a day, both inclusive."""

    van: date
    tot: date
    waarden: Mapping[str, Scalar]
    bron: Bron


@dataclass(frozen=True, slots=True)
class Catalogus:
    """One version of a catalogue. Codes that it does not hold are unknown, unless it is ``volledig``."""

    naam: str
    versie: str
    bekend: date | None
    feitsoort: str
    volledig: bool
    kolommen: frozenset[str]
    prestaties: Mapping[str, tuple[Periode, ...]]
    digest: str

    @property
    def id(self) -> str:
        """``<sector>/<naam>@<versie>``."""
        return f"{self.naam}@{self.versie}"

    def find(self, code: str, op: date) -> Periode | None:
        """Return the periode of a code on a date, or None where the catalogue does not speak."""
        for periode in self.prestaties.get(code, ()):
            if periode.van <= op <= periode.tot:
                return periode
        return None
