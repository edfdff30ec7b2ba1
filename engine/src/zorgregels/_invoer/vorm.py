"""A Vorm: how the columns of a known table become values of a catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from .._taal.bron import Bron
from .._taal.feitsoort import Feitveld
from .._waarden import Scalar

Waarden = Mapping[str, Scalar]


class Leeg(Enum):
    """What an empty cell says."""

    ONBEKEND = "onbekend"
    """The value is not known, also where the catalogue had one."""
    BEHOUDT = "behoudt"
    """Nothing: what the catalogue says stays."""
    GEEN = "geen"
    """There is no value."""
    FOUT = "fout"
    """It cannot be empty."""


@dataclass(frozen=True, slots=True)
class Kop:
    """A column, by any of its headings."""

    koppen: tuple[str, ...]
    verplicht: bool = True
    leeg_bij: frozenset[str] = frozenset()
    """Words that stand for an empty cell."""


@dataclass(frozen=True, slots=True)
class Codekolom:
    """The column of the codes."""

    kop: Kop
    patroon: str | None
    nullen: int
    """A code that is a number in a workbook gets leading zeros up to this length."""


@dataclass(frozen=True, slots=True)
class Dagkolom:
    """A column with the first or the last day."""

    kop: Kop
    datums: frozenset[str]


@dataclass(frozen=True, slots=True)
class Veldkolom:
    """A column whose cells become a value of a field, and perhaps say more."""

    kop: Kop
    veld: Feitveld
    leeg: Leeg
    woorden: Waarden | None
    """By word; None: the cell spells the value itself."""
    decimaal: str
    datums: frozenset[str]
    bij_nul: Waarden | None
    """What 0 means, instead of that amount."""
    bij_meer: Waarden
    """What more than 0 means, beside that amount."""

    @property
    def velden(self) -> frozenset[str]:
        """Every field that this column may settle."""
        return frozenset({self.veld.naam, *(self.bij_nul or ()), *self.bij_meer})


@dataclass(frozen=True, slots=True)
class Overslag:
    """Rows that are not read: those with one of these words, or nothing, in a column."""

    kop: Kop
    woorden: frozenset[str]
    leeg: bool


@dataclass(frozen=True, slots=True)
class Vorm:
    """How one form of table fills a catalogue."""

    naam: str
    catalogus: str
    bron: Bron
    volledig: bool
    """Whether a code that is not in the table does not exist in the days that the table is about."""
    noemt_oude: bool
    """Whether the table also lists codes that have ended: what the catalogue says does not exist, then stays so."""
    vrij: bool
    """Whether there may be other columns, which are not read."""
    code: Codekolom
    prestatienaam: Kop
    inkorten: bool
    van: Dagkolom | None
    tot: Dagkolom | None
    velden: tuple[Veldkolom, ...]
    vast: Waarden
    overslaan: tuple[Overslag, ...]

    @property
    def koppen(self) -> tuple[Kop, ...]:
        """Every column that is read."""
        dagen = [d.kop for d in (self.van, self.tot) if d is not None]
        eigen = (self.code.kop, self.prestatienaam, *dagen, *(v.kop for v in self.velden))
        return tuple(dict.fromkeys((*eigen, *(o.kop for o in self.overslaan))))


def fold(tekst: str) -> str:
    """Return a heading or a word as it is compared: without regard to case and white space."""
    return " ".join(tekst.split()).casefold()
