"""Inference engines: a Plan and facts in, what each rule came to out. They know nothing of texts, sources or outcomes."""

from __future__ import annotations

from typing import Protocol

from .._plan.plan import Plan
from .._waarden import Feiten
from .afloop import Afloop, Resultaat, Tegenspraak

__all__ = ["Afloop", "Inferentie", "Resultaat", "Tegenspraak"]


class Inferentie(Protocol):
    """One way to settle a plan. All of them come to the same Afloop for the same plan and facts."""

    @property
    def naam(self) -> str:
        """The name for ``--engine`` and the Kwitantie: ``compiled``, ``durable``; ``kolom`` has its place here."""

    def settle(self, plan: Plan, feiten: Feiten) -> Afloop:
        """Settle every rule of the plan for these facts.

        Raises:
            Tegenspraak: when two rules derive different values for one fact.
            InferentieError: when the engine itself fails; there is no outcome then.
        """

    def settle_many(self, plan: Plan, gevallen: list[Feiten]) -> list[Afloop | Tegenspraak]:
        """Settle the plan for several sets of facts."""

    def close(self) -> None:
        """Release what the engine holds outside the process."""
