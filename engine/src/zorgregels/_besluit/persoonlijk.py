"""Which rules of a plan may show something of a person: those that read a personal fact, and those that follow from them."""

from __future__ import annotations

from collections.abc import Mapping

from .._plan.plan import Plan, Planregel, text_facts
from .._taal.feitsoort import Feitveld
from .._taal.regelset import Afleiding, rule_terms
from .._taal.termen import item_reads


def personal_rules(plan: Plan, velden: Mapping[str, Feitveld]) -> frozenset[int]:
    """Return the numbers of those rules. What is derived by such a rule is personal too, as is what yields to it."""
    feiten = {n for n in plan.gegeven if n in velden and velden[n].persoonsgegeven}
    regels: set[int] = set()
    vorige = -1
    while vorige != len(regels):
        vorige = len(regels)
        for p in plan.regels:
            if p.nr not in regels and (_touches(p, feiten, velden) or not regels.isdisjoint(p.wijkt_voor)):
                regels.add(p.nr)
                if isinstance(p.regel.effect, Afleiding):
                    feiten.update(n for n, _ in p.regel.effect.doelen)
    return frozenset(regels)


def _touches(p: Planregel, feiten: set[str], velden: Mapping[str, Feitveld]) -> bool:
    if not feiten.isdisjoint(p.leest) or not feiten.isdisjoint(text_facts(p.regel)):
        return True
    items = (paar for term in rule_terms(p.regel) for paar in item_reads(term))
    gelezen = (velden.get(f"{lijst}.{veld}") for lijst, veld in items)
    return any(v is not None and v.persoonsgegeven for v in gelezen)
