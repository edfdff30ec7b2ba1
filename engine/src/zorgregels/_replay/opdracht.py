"""What is asked of a replay. It travels to the processes that do the work, and its digest says whether earlier work still counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

from .._canon import Json, canonical, digest
from .toevoeging import Toevoeging

Data = Any
REEKS: Final = 4096
"""Records in a piece of work; a multiple of a tile of the log."""


@dataclass(frozen=True, slots=True)
class Bronplek:
    """Where the records are."""

    soort: Literal["journaal", "archief"]
    waar: str
    sleutels: Path | None = None
    personen: Path | None = None
    """Keys of persons that were given out beside an archive."""


@dataclass(frozen=True, slots=True)
class Keuze:
    """Which decisions are decided again. The whole log is checked, whatever is chosen."""

    jaar: int | None = None
    """Of the peildatum."""
    plugin: str | None = None
    """A plugin or sector whose regelsets took part."""
    sinds_dag: date | None = None
    """Recorded on this day (UTC) or later."""
    sinds_nr: int | None = None

    def matches(self, nr: int, blad: Data) -> bool:
        """Whether a leaf of a decision is chosen, its plugin aside."""
        if self.jaar is not None and blad["peildatum"][:4] != f"{self.jaar:04}":
            return False
        if self.sinds_dag is not None and blad["tijd"][:10] < self.sinds_dag.isoformat():
            return False
        return self.sinds_nr is None or nr >= self.sinds_nr

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {
            "jaar": self.jaar,
            "plugin": self.plugin,
            "sinds_dag": self.sinds_dag.isoformat() if self.sinds_dag else None,
            "sinds_nr": self.sinds_nr,
        }


@dataclass(frozen=True, slots=True)
class Opdracht:
    """A replay."""

    bron: Bronplek
    keuze: Keuze = field(default_factory=Keuze)
    engine: str = "compiled"
    met: Toevoeging = field(default_factory=Toevoeging)
    bekend_op: date | None = None
    reeks: int = REEKS

    @property
    def watals(self) -> bool:
        """Whether it asks what would change, and not whether all is the same."""
        return bool(self.met) or self.bekend_op is not None

    def to_dict(self) -> dict[str, Json]:
        """Return what a report says of it: nothing of this machine, so that the same question gives the same report anywhere."""
        return {
            "bron": self.bron.soort,
            **self.keuze.to_dict(),
            "engine": self.engine,
            "met": self.met.to_json(),
            "bekend_op": self.bekend_op.isoformat() if self.bekend_op else None,
        }

    def mark(self, hoofd: str, sleutels: bytes | None, documenten: str) -> str:
        """Return the digest of what the outcome depends on: this, the log up to a head, its documents, the keys at hand and the program."""
        from importlib.metadata import version

        return digest(
            canonical(
                {
                    **self.to_dict(),
                    "hoofd": hoofd,
                    "documenten": documenten,
                    "reeks": self.reeks,
                    "sleutels": sleutels.hex() if sleutels else None,
                    "personen": self.bron.personen is not None,
                    "zorgregels": version("zorgregels"),
                }
            )
        )
