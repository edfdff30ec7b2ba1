"""Norms: one testable sentence of a source each, in our own words, with what the plugin does with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .bron import Bron


class Staat(Enum):
    """What a plugin does with a norm."""

    UITVOERBAAR = "uitvoerbaar"
    """Rules carry it."""
    GEGEVEN = "gegeven"
    """A definition or fact that a feitsoort, a catalogue or a vraag carries."""
    OPEN_NORM = "open_norm"
    """It needs somebody's judgement, which the engine asks for as a fact."""
    INFORMATIEF = "informatief"
    NOG_NIET_GEMODELLEERD = "nog_niet_gemodelleerd"


@dataclass(frozen=True, slots=True)
class Norm:
    """A norm as one sector registers it."""

    id: str
    sector: str
    norm: str
    bron: Bron
    van: int | None
    """The first year for which the document says it; None where that is not known."""
    tot: int | None
    """The last such year; None where no end is known."""
    staat: Staat
    drager: tuple[str, ...] = ()
    feit: str = ""
    wie: str = ""
    reden: str = ""
