"""What inference comes to."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

from .._waarden import Waarde


class Resultaat(IntEnum):
    """What a rule came to. A rule that does not apply has none."""

    VOLDAAN = 0
    NIET_VOLDAAN = 1
    ONBEKEND = 2
    VAN_TOEPASSING = 3
    VOLDAAN_ZO_NODIG = 4
    """Whether it applies is unknown, but if it does it is settled well."""


class Afloop(NamedTuple):
    """The settled plan."""

    stappen: list[tuple[int, int]]
    """Number and Resultaat of every rule that applies or may apply, by number."""
    waarden: tuple[Waarde, ...]
    """The value of every fact in ``plan.namen``."""
    uiterlijk: Mapping[int, Waarde]
    """The last day of every duty that runs, by the number of its rule."""


class Tegenspraak(Exception):
    """Two rules that both apply derive different values for one fact."""

    def __init__(self, naam: str, een: int, ander: int) -> None:
        self.naam, self.een, self.ander = naam, een, ander
        super().__init__(naam, een, ander)
