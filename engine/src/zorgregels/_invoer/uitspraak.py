"""What one row of a table says about a code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .vorm import Waarden


@dataclass(frozen=True, slots=True)
class Uitspraak:
    """From a day, to a day or as long as nothing later is said, a code has these values."""

    code: str
    naam: str
    van: date
    tot: date | None
    waarden: Waarden
    """What the row says; may hold ``bestaat``."""
    onbekend: frozenset[str]
    """What the row says that is not known."""
    regel: int
    zwak: bool = False
    """Whether it says nothing of days in which the catalogue says that the prestatie does not exist."""

    @property
    def bestaat(self) -> bool:
        """Whether the prestatie exists in these days."""
        return self.waarden.get("bestaat", True) is True


@dataclass(frozen=True, slots=True)
class Inhoud:
    """Everything that a table says."""

    uitspraken: tuple[Uitspraak, ...]
    rijen: int
    overgeslagen: int
    genoemd: frozenset[str]
    """Every code in the table, also in rows that are not read."""
    ingekort: int
    """How many names were too long for a catalogue."""
