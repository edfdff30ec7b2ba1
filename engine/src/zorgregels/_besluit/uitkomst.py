"""The Uitkomst of a vraag, from what its rules came to."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Final

from .._inferentie.afloop import Resultaat
from .._plan.plan import Plan
from .._taal.regelset import Eis, Opening
from .._taal.vraag import Uitkomst

JA, NEE, ONBEKEND = Uitkomst.JA, Uitkomst.NEE, Uitkomst.ONBEKEND
_GOED = {Resultaat.VOLDAAN, Resultaat.VOLDAAN_ZO_NODIG}
_TELT: Final = {JA: {0, 2, 4}, NEE: {1}, ONBEKEND: {2}}
"""On which results of an eis an outcome rests; one that no single result gives rests on those in doubt."""


@dataclass(frozen=True, slots=True)
class Uitslag:
    """The outcome of a zaak and, where the vraag has routes, of each of them, in the order of ``Weging.routes``."""

    zaak: Uitkomst
    routes: tuple[Uitkomst, ...] = ()

    @property
    def delen(self) -> tuple[Uitkomst, ...]:
        """The zaak first, then the routes."""
        return (self.zaak, *self.routes)


class Weging:
    """Weighs the rules of one plan."""

    __slots__ = ("_eis", "_met_routes", "_opent", "_route", "routes")

    def __init__(self, plan: Plan) -> None:
        self._met_routes = plan.vraag.routes
        self._eis = tuple(isinstance(p.regel.effect, Eis) for p in plan.regels)
        self._route = tuple(p.regel.route for p in plan.regels)
        self._opent = tuple(p.regel.effect.route if isinstance(p.regel.effect, Opening) else None for p in plan.regels)
        self.routes: tuple[str, ...] = tuple(sorted({r for r in (*self._route, *self._opent) if r is not None}))

    def weigh(self, stappen: Sequence[tuple[int, int]]) -> Uitslag:
        """Return the Uitslag: ``nee`` on any failure, ``onbekend`` on any doubt, ``ja`` when something was required and all of it holds."""
        if self._met_routes:
            return self._weigh_routes(stappen)
        eis = self._eis
        twijfel = voldaan = False
        for nr, resultaat in stappen:
            if eis[nr]:
                if resultaat == 0:
                    voldaan = True
                elif resultaat == 1:
                    return _UITSLAGEN[NEE]
                elif resultaat == 2:
                    twijfel = True
        return _UITSLAGEN[ONBEKEND if twijfel or not voldaan else JA]

    def _weigh_routes(self, stappen: Sequence[tuple[int, int]]) -> Uitslag:
        algemeen = self._least(r for nr, r in stappen if self._eis[nr] and self._route[nr] is None)
        routes: list[Uitkomst] = []
        for naam in self.routes:
            open_ = {r for nr, r in stappen if self._opent[nr] == naam}
            opening = JA if Resultaat.VAN_TOEPASSING in open_ else ONBEKEND if open_ else NEE
            eisen = self._least(r for nr, r in stappen if self._eis[nr] and self._route[nr] == naam)
            routes.append(_smallest((algemeen, opening, eisen)))
        if algemeen is NEE or all(r is NEE for r in routes):
            return Uitslag(NEE, tuple(routes))
        return Uitslag(JA if JA in routes else ONBEKEND, tuple(routes))

    @staticmethod
    def _least(resultaten: object) -> Uitkomst:
        gezien = set(resultaten)  # type: ignore[call-overload]
        if Resultaat.NIET_VOLDAAN in gezien:
            return NEE
        return ONBEKEND if Resultaat.ONBEKEND in gezien else JA

    def decisive(self, stappen: Sequence[tuple[int, int]], uitslag: Uitslag, deel: int = 0) -> Set[int]:
        """Return the numbers of the rules on which a part of the Uitslag rests."""
        if not self._met_routes:
            telt = _TELT[uitslag.zaak]
            vast = {nr for nr, r in stappen if r in telt and self._eis[nr]}
            return vast or {nr for nr, r in stappen if r == 2 and self._eis[nr]}
        return self._decisive_route(stappen, uitslag, deel)

    def _decisive_route(self, stappen: Sequence[tuple[int, int]], uitslag: Uitslag, deel: int) -> Set[int]:
        uitkomst = uitslag.delen[deel]
        route = None if deel == 0 else self.routes[deel - 1]
        namen: set[str | None] = {None, route}
        if deel == 0:  # a zaak rests on the routes that came to the same
            namen |= {r for r, u in zip(self.routes, uitslag.routes, strict=True) if u is uitkomst}
        eisen = [(nr, r) for nr, r in stappen if self._eis[nr] and self._route[nr] in namen]
        openend = frozenset(
            nr
            for nr, r in stappen
            if self._opent[nr] is not None and self._opent[nr] in namen and r == Resultaat.VAN_TOEPASSING
        )
        if uitkomst is NEE:
            fout = frozenset(nr for nr, r in eisen if r == Resultaat.NIET_VOLDAAN)
            algemeen = frozenset(nr for nr in fout if self._route[nr] is None)  # what fails for every route comes first
            return algemeen or fout or self._doubtful(stappen, namen)
        if uitkomst is ONBEKEND:
            return self._doubtful(stappen, namen)
        return frozenset(nr for nr, r in eisen if r in _GOED or r == Resultaat.ONBEKEND) | openend

    def _doubtful(self, stappen: Sequence[tuple[int, int]], namen: set[str | None]) -> frozenset[int]:
        return frozenset(
            nr
            for nr, r in stappen
            if r == Resultaat.ONBEKEND
            and (
                (self._eis[nr] and self._route[nr] in namen)
                or (self._opent[nr] is not None and self._opent[nr] in namen)
            )
        )

    def undecided(self, stappen: Sequence[tuple[int, int]]) -> frozenset[int]:
        """Return the rules whose doubt keeps a part of the Uitslag open."""
        telt = {Resultaat.ONBEKEND, Resultaat.VOLDAAN_ZO_NODIG}
        return frozenset(nr for nr, r in stappen if r in telt and (self._eis[nr] or self._opent[nr] is not None))


_UITSLAGEN = {u: Uitslag(u) for u in Uitkomst}


def _smallest(delen: tuple[Uitkomst, ...]) -> Uitkomst:
    return NEE if NEE in delen else ONBEKEND if ONBEKEND in delen else JA
