"""Horn clauses over literals: what durable-rules is given, in portions that stay far from the limits at which it fails.

A literal is an even number (a proposition holds) or that number plus one (it does not hold); neither is known when neither is derived.
With both sides as facts of their own there is no negation left: chaining is monotone, and no order of facts or rules matters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

MAX_LIJF: Final = 12
"""Facts in one join; durable-rules fails at 17."""
MAX_GEBRUIK: Final = 50
"""Clauses of one portion that wait for the same literal; durable-rules fails above 64."""
MAX_LITERALEN: Final = 2000
"""Different literals in one portion: 40 × 50 values of two fields, where a level of 512 values hangs."""
MAX_PORTIE: Final = 400
"""Clauses in one portion; durable-rules takes 4096, and larger portions were not faster."""


@dataclass(frozen=True, slots=True)
class Clausule:
    """The head holds when all of the body does."""

    hoofd: int
    lijf: tuple[int, ...]


Portie = tuple[Clausule, ...]
"""The clauses of one durable-rules ruleset."""


def portion(clausules: Iterable[Clausule]) -> tuple[Portie, ...]:
    """Cut clauses, of which each stands after those it waits for, into portions to be chained one after the other."""
    porties: list[Portie] = []
    deze: list[Clausule] = []
    gebruik: Counter[int] = Counter()
    literalen: set[int] = set()
    for c in clausules:
        nieuw = literalen | {c.hoofd, *c.lijf}
        if (
            len(deze) == MAX_PORTIE
            or len(nieuw) > MAX_LITERALEN
            or any(gebruik[literaal] == MAX_GEBRUIK for literaal in c.lijf)
        ):
            porties.append(tuple(deze))
            deze, gebruik, nieuw = [], Counter(), {c.hoofd, *c.lijf}
        deze.append(c)
        gebruik.update(c.lijf)
        literalen = nieuw
    return (*porties, tuple(deze)) if deze else tuple(porties)


def defect(clausules: Iterable[Clausule], gegeven: Collection[int], afgeleid: Collection[int], vuringen: int) -> str:
    """Return what is wrong with a chaining, or nothing: every clause that must fire did, once, and nothing else was derived.

    Because the clauses are not circular this is the whole proof that the answer is the least fixpoint.
    """
    bekend = {*gegeven, *afgeleid}
    waar = [c for c in clausules if bekend.issuperset(c.lijf)]
    hoofden = {c.hoofd for c in waar}
    if not hoofden <= bekend:
        return f"{len(hoofden - bekend)} gevolgen ontbreken"
    if not set(afgeleid) <= hoofden:
        return f"{len(set(afgeleid) - hoofden)} gevolgen zonder grond"
    if vuringen != len(waar):
        return f"{vuringen} regels gingen af waar dat er {len(waar)} moesten zijn"
    return ""
