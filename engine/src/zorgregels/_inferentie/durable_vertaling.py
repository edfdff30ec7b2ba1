"""Translates a Plan to a Programma."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

from .._plan.plan import Afgeleidveld, Plan, Planregel
from .._taal.regelset import Eis, Verplichting, Waarschuwing
from .._taal.termen import En, Niet, Of, Voorwaarde
from .code import compile_condition, compile_expression
from .durable_clausules import MAX_LIJF, Clausule, portion
from .durable_programma import ALTIJD, Atoom, Niveau, Programma, Regelspoor, Veldbron

Stap = TypeVar("Stap", Planregel, Afgeleidveld)


def translate(plan: Plan, nummers: Iterator[int]) -> Programma:
    """Return the Programma of a plan; ``nummers`` numbers its levels."""
    return _Vertaler(plan).translate(nummers)


@dataclass(slots=True)
class _Bouw:
    """A level under construction."""

    atomen: list[Atoom] = field(default_factory=list)
    clausules: list[Clausule] = field(default_factory=list)
    velden: list[Veldbron] = field(default_factory=list)


class _Vertaler:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._proposities = count(2, 2)
        self._atomen: dict[Voorwaarde, int] = {}
        self._samen: dict[tuple[int, ...], int] = {}
        self._toepassing: dict[int, int] = {}
        self._bouw = _Bouw()

    def translate(self, nummers: Iterator[int]) -> Programma:
        regels, velden = _levels(self._plan)
        sporen: list[Regelspoor] = []
        niveaus: list[Niveau] = []
        for hoogte in range(max([*regels.values(), -1]) + 1):
            self._bouw = _Bouw()
            sporen.extend(self._rule(p) for stap, p in _steps(self._plan, Planregel) if regels[p.nr] == hoogte)
            self._bouw.velden.extend(
                self._field(orde, v) for orde, v in _steps(self._plan, Afgeleidveld) if velden[v.naam] == hoogte
            )
            clausules = self._bouw.clausules
            niveaus.append(
                Niveau(
                    next(nummers),
                    tuple(self._bouw.atomen),
                    portion(clausules),
                    frozenset(literaal for c in clausules for literaal in c.lijf),
                    tuple(self._bouw.velden),
                )
            )
        return Programma(
            self._plan,
            tuple(niveaus),
            tuple(sorted(sporen, key=lambda s: s.nr)),
            self._atomen,
            tuple(n for n in self._plan.afgeleid if n not in velden),
        )

    def _rule(self, p: Planregel) -> Regelspoor:
        regel, effect = p.regel, p.regel.effect
        tenzij = [self.literal(regel.tenzij) ^ 1] if regel.tenzij is not None else []
        r = self._all([*self._parts(regel.als), *tenzij, *(self._toepassing[w] ^ 1 for w in p.wijkt_voor)])
        self._toepassing[p.nr] = r
        goed = voldaan = uiterlijk = None
        if isinstance(effect, Eis):
            goed = self.literal(effect.voorwaarde) ^ effect.verbod
            voldaan = self._both(r, goed)
        if isinstance(effect, Verplichting) and effect.uiterlijk is not None:
            uiterlijk = compile_expression(effect.uiterlijk, self._plan.catalogi)
        return Regelspoor(p.nr, r, goed, voldaan, _reported_in_doubt(p), uiterlijk)

    def _field(self, orde: int, veld: Afgeleidveld) -> Veldbron:
        return Veldbron(
            orde,
            veld.naam,
            tuple(
                (nr, self._toepassing[nr], compile_expression(term, self._plan.catalogi)) for nr, term in veld.bronnen
            ),
        )

    # -- conditions ----------------------------------------------------------------------------------------------

    def literal(self, term: Voorwaarde) -> int:
        """Return the literal that holds where the condition does; the opposite one holds where it does not."""
        match term:
            case Niet(deel):
                return self.literal(deel) ^ 1
            case En():
                return self._all(self._parts(term))
            case Of(delen):
                return self._all([self.literal(deel) ^ 1 for deel in delen]) ^ 1
            case _:
                if term not in self._atomen:
                    self._atomen[term] = next(self._proposities)
                    self._bouw.atomen.append(Atoom(self._atomen[term], compile_condition(term, self._plan.catalogi)))
                return self._atomen[term]

    def _parts(self, term: Voorwaarde) -> Iterator[int]:
        if isinstance(term, En):
            for deel in term.delen:
                yield from self._parts(deel)
        else:
            yield self.literal(term)

    def _all(self, delen: Iterable[int]) -> int:
        """Return the literal of a conjunction."""
        deel = tuple(sorted({d for d in delen if d != ALTIJD}))
        if ALTIJD ^ 1 in deel:
            return ALTIJD ^ 1
        if len(deel) < 2:
            return deel[0] if deel else ALTIJD
        if deel not in self._samen:
            p = self._samen[deel] = next(self._proposities)
            self._imply(p, deel)
            for d in deel:
                self._imply(p ^ 1, (d ^ 1,))
        return self._samen[deel]

    def _both(self, r: int, goed: int) -> int:
        """Return the literal of *applies and is met*; its opposite is *applies and is not met*."""
        if r == ALTIJD:
            return goed
        v = next(self._proposities)
        for hoofd, deel in ((v, goed), (v ^ 1, goed ^ 1)):
            # What is always or never so stands in no clause: there is nothing to wait for.
            if ALTIJD ^ 1 not in {r, deel}:
                self._imply(hoofd, (r,) if deel == ALTIJD else tuple(sorted({r, deel})))
        return v

    def _imply(self, hoofd: int, lijf: tuple[int, ...]) -> None:
        while len(lijf) > MAX_LIJF:
            hulp = next(self._proposities)
            self._bouw.clausules.append(Clausule(hulp, lijf[:MAX_LIJF]))
            lijf = (*lijf[MAX_LIJF:], hulp)
        self._bouw.clausules.append(Clausule(hoofd, lijf))


def _reported_in_doubt(p: Planregel) -> bool:
    """A warning and a duty that may not apply are not reported; everything else is."""
    return not isinstance(p.regel.effect, (Verplichting, Waarschuwing))


def _steps(plan: Plan, soort: type[Stap]) -> Iterator[tuple[int, Stap]]:
    """Yield the rules, or the derived facts, with their place in the plan."""
    stappen = (stap for stratum in plan.strata for stap in stratum)
    return ((orde, stap) for orde, stap in enumerate(stappen) if isinstance(stap, soort))


def _levels(plan: Plan) -> tuple[dict[int, int], dict[str, int]]:
    """Return the level of every rule and of every derived fact; a rule comes after the values that it reads."""
    regels: dict[int, int] = {}
    velden: dict[str, int] = {}
    for stratum in plan.strata:
        for stap in stratum:
            if isinstance(stap, Afgeleidveld):
                velden[stap.naam] = max(regels[nr] for nr, _ in stap.bronnen)
            else:
                onder = [velden[n] + 1 for n in stap.leest if n in velden]
                regels[stap.nr] = max([0, *onder, *(regels[w] for w in stap.wijkt_voor)])
    return regels, velden
