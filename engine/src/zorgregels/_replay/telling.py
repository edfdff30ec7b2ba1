"""What is counted while records are gone through."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any, Final

from .._canon import Json

Data = Any
GELIJK: Final = "gelijk"
ANDERS: Final = "anders"
NIET: Final = "niet_te_herhalen"
GEWIJZIGD: Final = "gewijzigd"
ALLEEN_VERSIE: Final = "alleen_versie"


@dataclass(slots=True)
class Telling:
    """Counts, each by what is counted."""

    bladen: Counter[str] = field(default_factory=Counter)
    """Leaves by soort."""
    jaren: Counter[str] = field(default_factory=Counter)
    """Decisions by year of their peildatum, chosen or not."""
    afloop: Counter[str] = field(default_factory=Counter)
    """Decisions that were chosen, by what came of deciding them again."""
    uitkomsten: Counter[str] = field(default_factory=Counter)
    """The same, by the uitkomst that was recorded."""
    redenen: Counter[str] = field(default_factory=Counter)
    """Those that cannot be decided again, by reason."""
    motoren: Counter[str] = field(default_factory=Counter)
    """Those that were chosen, by the version and the inference engine that they were made with."""

    @property
    def beslissingen(self) -> int:
        """How many decisions were chosen."""
        return self.afloop.total()

    def merge(self, ander: Telling) -> None:
        """Add all of another."""
        for veld in fields(self):
            getattr(self, veld.name).update(getattr(ander, veld.name))

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {veld.name: dict(sorted(getattr(self, veld.name).items())) for veld in fields(self)}

    @classmethod
    def from_dict(cls, data: Data) -> Telling:
        """Return what ``to_dict`` wrote."""
        return cls(**{veld.name: Counter(data[veld.name]) for veld in fields(cls)})
