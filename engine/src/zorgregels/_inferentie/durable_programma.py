"""A Plan as atoms that our own code decides and clauses that durable-rules chains, level by level.

A level ends where derived facts get their values: those are settled exactly, outside durable-rules, and the atoms of the
next level read them. ``als``, ``tenzij`` and ``gaat_voor``, ``alle``, ``een_van`` and ``niet``, and whether an ``eis`` holds are clauses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from .._plan.plan import Plan
from .._taal.termen import Voorwaarde
from .._waarden import Feiten, Waarde
from .durable_clausules import Clausule, Portie

Drie = bool | None
ALTIJD: Final = 0
"""The literal that holds in every case."""


@dataclass(frozen=True, slots=True)
class Atoom:
    """A condition that our code decides, and its literal."""

    literaal: int
    toets: Callable[[Feiten], Drie]


@dataclass(frozen=True, slots=True)
class Veldbron:
    """A derived fact with, for each rule that may derive it, the literal of that rule and the value."""

    orde: int
    """The place in the plan: of several contradictions the first in the plan is the one that counts."""
    naam: str
    bronnen: tuple[tuple[int, int, Callable[[Feiten], Waarde]], ...]


@dataclass(frozen=True, slots=True)
class Niveau:
    """What can be settled in one go."""

    nr: int
    atomen: tuple[Atoom, ...]
    porties: tuple[Portie, ...]
    invoer: frozenset[int]
    """The literals that some clause waits for."""
    velden: tuple[Veldbron, ...]

    @property
    def clausules(self) -> tuple[Clausule, ...]:
        """All clauses, each after those it waits for."""
        return tuple(c for portie in self.porties for c in portie)


@dataclass(frozen=True, slots=True)
class Regelspoor:
    """Where the outcome of one rule is found."""

    nr: int
    van_toepassing: int
    goed: int | None
    """Of an ``eis``: the literal of what it asks."""
    voldaan: int | None
    """Of an ``eis``: it applies and is met; the opposite literal: it applies and is not met."""
    bij_twijfel: bool
    """Whether the rule is reported when it is unknown whether it applies."""
    uiterlijk: Callable[[Feiten], Waarde] | None


@dataclass(frozen=True, slots=True)
class Programma:
    """A plan, translated."""

    plan: Plan
    niveaus: tuple[Niveau, ...]
    regels: tuple[Regelspoor, ...]
    literalen: Mapping[Voorwaarde, int]
    """The literal of every atom."""
    leeg: tuple[str, ...]
    """Derived facts that no rule of the plan derives."""
