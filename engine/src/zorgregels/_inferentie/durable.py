"""The durable engine: forward chaining by durable-rules, the Rete engine, as a second opinion on the compiled one.

durable-rules may crash its process, hang it, or silently miss a rule. So it runs in a worker process that may be lost, is given nothing
but integers, and every answer is checked against the clauses before it counts. What is amiss is an InferentieError, never an outcome.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Sequence
from itertools import count
from threading import Lock
from typing import Final

from .._plan.plan import Plan
from .._waarden import Feiten
from . import durable_verloop as verloop
from .afloop import Afloop, Tegenspraak
from .durable_clausules import defect
from .durable_fouten import too_large, untrusted
from .durable_programma import Niveau, Programma
from .durable_toets import self_test
from .durable_vertaling import translate
from .durable_werkproces import Werkproces

TIJDGRENS: Final = 10.0
MAX_CLAUSULES: Final = 20_000
"""What one worker may hold; with more loaded it makes place for a new one."""


class Durable:
    """Settles plans with durable-rules. Safe to share between threads, which take turns, and with forked processes.

    Args:
        grens: seconds for one set of facts after which the worker counts as hanging.
        opdracht: what to start as worker; left out: durable-rules.

    Raises:
        InferentieError: ZR-651 where durable-rules cannot be imported.
    """

    naam: Final = "durable"

    def __init__(self, grens: float = TIJDGRENS, opdracht: Sequence[str] | None = None) -> None:
        self._grens, self._opdracht = grens, opdracht
        self._nummers = count()
        self._programmas: dict[int, tuple[Plan, Programma]] = {}
        self._beurt = Lock()
        self._werk: Werkproces | None = Werkproces(grens, opdracht)
        _ALLE.add(self)

    def settle(self, plan: Plan, feiten: Feiten) -> Afloop:
        """Settle one set of facts."""
        (uit,) = self.settle_many(plan, [feiten])
        if isinstance(uit, Tegenspraak):
            raise uit
        return uit

    def settle_many(self, plan: Plan, gevallen: list[Feiten]) -> list[Afloop | Tegenspraak]:
        """Settle several in one go; a contradiction takes the place of its own case only."""
        return verloop.settle(self.programma(plan), gevallen, self._chain) if gevallen else []

    def programma(self, plan: Plan) -> Programma:
        """Return the translation of a plan, tested."""
        gevonden = self._programmas.get(id(plan))
        if gevonden is None:
            programma = translate(plan, self._nummers)
            aantal = sum(len(n.clausules) for n in programma.niveaus)
            if aantal > MAX_CLAUSULES:
                raise too_large(aantal, MAX_CLAUSULES)
            self_test(programma, self._chain)
            # The plan is kept with its translation: as long as it lives, nothing else has its id.
            gevonden = self._programmas[id(plan)] = (plan, programma)
        return gevonden[1]

    def close(self) -> None:
        """End the worker; a later question starts a new one."""
        with self._beurt:
            self._drop()

    # -- the worker ----------------------------------------------------------------------------------------------

    def _chain(self, niveau: Niveau, gevallen: list[frozenset[int]]) -> list[frozenset[int]]:
        clausules = niveau.clausules
        uit: list[frozenset[int]] = []
        with self._beurt:
            try:
                for geval, (af, vuringen) in zip(
                    gevallen, self._worker(niveau).chain(niveau.nr, gevallen), strict=True
                ):
                    mis = defect(clausules, geval, af, vuringen)
                    if mis:
                        raise untrusted(mis)
                    uit.append(af)
            except BaseException:
                # Half an exchange would be the answer to the next question; also where the caller was interrupted.
                self._drop()
                raise
        return uit

    def _worker(self, niveau: Niveau) -> Werkproces:
        werk = self._werk
        if werk is not None and niveau.nr not in werk.niveaus and werk.geladen + len(niveau.clausules) > MAX_CLAUSULES:
            self._drop()
        if self._werk is None:
            self._werk = Werkproces(self._grens, self._opdracht)
        if niveau.nr not in self._werk.niveaus:
            self._werk.load(niveau.nr, niveau.porties)
        return self._werk

    def _drop(self) -> None:
        werk, self._werk = self._werk, None
        if werk is not None:
            werk.end()

    def _after_fork(self) -> None:
        self._beurt = Lock()  # a thread that held it does not exist in the child
        self._drop()


_ALLE: Final = weakref.WeakSet[Durable]()


def _after_fork() -> None:
    for durable in _ALLE:
        durable._after_fork()  # noqa: SLF001 - the same module


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
