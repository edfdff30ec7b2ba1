"""What a replay takes besides what was loaded when a decision was made: regelsets, catalogues and feitsoorten, as documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from .._canon import Json, digest

Soort = Literal["feiten", "catalogi", "regelsets"]


@dataclass(frozen=True, slots=True)
class Stuk:
    """One document."""

    soort: Soort
    sector: str
    naam: str
    """The id of a regelset or catalogue; the title of a feitsoort."""
    tekst: str
    """Canonical JSON; of a regelset as it was written, where it builds on another."""
    plek: str
    """The file that it came from, for messages."""
    bron: bytes = field(default=b"", repr=False)
    """That file, to find lines in."""


@dataclass(frozen=True, slots=True)
class Sectorkop:
    """What a manifest says of a sector beside its documents."""

    sector: str
    titel: str
    plugin: str
    distributie: str
    versie: str


@dataclass(frozen=True, slots=True)
class Toevoeging:
    """Documents to add. Where a Lading holds a version of the same name already, the one that is added counts."""

    sectoren: tuple[Sectorkop, ...] = ()
    """Of whole plugins: a Lading that has no such sector gets it."""
    stukken: tuple[Stuk, ...] = ()
    vragen: tuple[str, ...] = ()
    """The JSON of each vraag."""

    def __bool__(self) -> bool:
        return bool(self.stukken)

    def __add__(self, ander: Toevoeging) -> Toevoeging:
        """Both; of two versions of the same name the second counts."""
        stukken = {(s.soort, s.sector, s.naam): s for s in (*self.stukken, *ander.stukken)}
        koppen = {k.sector: k for k in (*self.sectoren, *ander.sectoren)}
        return Toevoeging(
            tuple(koppen[n] for n in sorted(koppen)),
            tuple(stukken[n] for n in sorted(stukken)),
            tuple(sorted({*self.vragen, *ander.vragen})),
        )

    def of(self, sector: str, soort: Soort) -> Iterator[Stuk]:
        """Yield the documents of one kind for one sector."""
        return (s for s in self.stukken if s.sector == sector and s.soort == soort)

    def to_json(self) -> Json:
        """Return what is added, by name and digest."""
        return [
            {"soort": soort, "sector": sector, "naam": naam, "digest": merk}
            for soort, sector, naam, merk in sorted((s.soort, s.sector, s.naam, digest(s.tekst)) for s in self.stukken)
        ]
