"""The default engine: every plan once as generated Python, then a function call a zaak."""

from __future__ import annotations

from typing import Final

from .._plan.plan import Plan
from .._waarden import Feiten
from .afloop import Afloop, Tegenspraak
from .code import Settle, compile_plan


class Compiled:
    """Settles plans with generated Python. Safe to share between threads: a plan compiled twice is the same function twice."""

    naam: Final = "compiled"

    def __init__(self) -> None:
        self._functies: dict[int, tuple[Plan, Settle]] = {}

    def function(self, plan: Plan) -> Settle:
        """Return the function that settles a plan."""
        gevonden = self._functies.get(id(plan))
        if gevonden is None:
            # The plan is kept with its function: as long as it lives, nothing else has its id.
            gevonden = self._functies[id(plan)] = (plan, compile_plan(plan))
        return gevonden[1]

    def settle(self, plan: Plan, feiten: Feiten) -> Afloop:
        """Settle one set of facts."""
        return self.function(plan)(feiten)

    def settle_many(self, plan: Plan, gevallen: list[Feiten]) -> list[Afloop | Tegenspraak]:
        """Settle several; a contradiction takes the place of its own case only."""
        functie = self.function(plan)
        uit: list[Afloop | Tegenspraak] = []
        for feiten in gevallen:
            try:
                uit.append(functie(feiten))
            except Tegenspraak as tegenspraak:
                uit.append(tegenspraak)
        return uit

    def close(self) -> None:
        """Nothing to release."""
