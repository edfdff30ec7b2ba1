"""The Uitkomst of a vraag that is answered route by route."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field

from .._inferentie.afloop import Resultaat
from .._plan.plan import Plan
from .._taal.regelset import Eis, Opening
from .._taal.vraag import Uitkomst
from .uitkomst import JA, NEE, ONBEKEND, Stappen, Uitslag, Weging


@dataclass(slots=True)
class _Vak:
    """What the rules of one route, or those of all routes, came to."""

    fout: list[int] = field(default_factory=list)
    goed: list[int] = field(default_factory=list)
    twijfel: list[int] = field(default_factory=list)
    open: list[int] = field(default_factory=list)
    misschien_open: list[int] = field(default_factory=list)

    @property
    def eisen(self) -> Uitkomst:
        """Whether what is required holds."""
        return NEE if self.fout else ONBEKEND if self.twijfel else JA

    @property
    def opening(self) -> Uitkomst:
        """Whether the route is available."""
        return JA if self.open else ONBEKEND if self.misschien_open else NEE


class Routeweging(Weging):
    """Weighs the rules of one plan by route: what is required of all routes and what of one, and which rules open it."""

    __slots__ = ("_opent", "_vak")

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        opent = [p.regel.effect.route if isinstance(p.regel.effect, Opening) else None for p in plan.regels]
        eigen = [p.regel.route for p in plan.regels]
        self.routes = tuple(sorted({r for r in (*opent, *eigen) if r is not None}))
        plek: dict[str | None, int] = {None: 0, **{r: nr for nr, r in enumerate(self.routes, start=1)}}
        self._opent = tuple(isinstance(p.regel.effect, Opening) for p in plan.regels)
        # The place of each rule that counts: 0 for all routes, else that of its route; -1 for a rule that does not count.
        self._vak = tuple(
            plek[o] if o is not None else plek[e] if isinstance(p.regel.effect, Eis) else -1
            for p, o, e in zip(plan.regels, opent, eigen, strict=True)
        )

    def weigh(self, stappen: Stappen) -> Uitslag:
        """Return the Uitslag: a route needs to be open, and all that is required of it and of every route to hold."""
        algemeen, *vakken = self._sort(stappen)
        routes = tuple([_least((algemeen.eisen, v.opening, v.eisen)) for v in vakken])
        if algemeen.fout or all(r is NEE for r in routes):
            return Uitslag(NEE, routes)
        return Uitslag(JA if JA in routes else ONBEKEND, routes)

    def decisive(self, stappen: Stappen, uitslag: Uitslag) -> tuple[Set[int], ...]:
        """As ``Weging.decisive``. A zaak rests on the routes that came to the same."""
        algemeen, *vakken = self._sort(stappen)
        gelijk = [v for v, u in zip(vakken, uitslag.routes, strict=True) if u is uitslag.zaak]
        delen = [_rests(uitslag.zaak, algemeen, gelijk)]
        delen += [_rests(u, algemeen, [v]) for v, u in zip(vakken, uitslag.routes, strict=True)]
        return tuple(delen)

    def undecided(self, stappen: Stappen) -> frozenset[int]:
        """As ``Weging.undecided``; whether a route is open can be in doubt too."""
        openingen = (nr for nr, r in stappen if r == Resultaat.ONBEKEND and self._opent[nr])
        return super().undecided(stappen).union(openingen)

    def _sort(self, stappen: Stappen) -> list[_Vak]:
        vakken = [_Vak() for _ in range(len(self.routes) + 1)]
        for nr, resultaat in stappen:
            plek = self._vak[nr]
            if plek < 0:
                continue
            vak = vakken[plek]
            if self._opent[nr]:
                (vak.open if resultaat == Resultaat.VAN_TOEPASSING else vak.misschien_open).append(nr)
            elif resultaat == Resultaat.NIET_VOLDAAN:
                vak.fout.append(nr)
            elif resultaat == Resultaat.ONBEKEND:
                vak.twijfel.append(nr)
            else:
                vak.goed.append(nr)
        return vakken


def _rests(uitkomst: Uitkomst, algemeen: _Vak, vakken: list[_Vak]) -> Set[int]:
    """Return what an outcome rests on: what fails for every route comes first; where nothing fails by itself, the doubts."""
    if uitkomst is JA:
        samen = [algemeen, *vakken]
        return {nr for v in samen for groep in (v.goed, v.twijfel, v.open) for nr in groep}
    if uitkomst is NEE:
        fout = algemeen.fout or [nr for v in vakken for nr in v.fout]
        if fout:
            return set(fout)
    return {*algemeen.twijfel, *(nr for v in vakken for groep in (v.twijfel, v.misschien_open) for nr in groep)}


def _least(delen: Iterable[Uitkomst]) -> Uitkomst:
    gezien = tuple(delen)
    return NEE if NEE in gezien else ONBEKEND if ONBEKEND in gezien else JA


def weging_for(plan: Plan) -> Weging:
    """Return the Weging that fits the vraag of a plan."""
    return Routeweging(plan) if plan.vraag.routes else Weging(plan)
