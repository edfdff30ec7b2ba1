"""The Uitkomst of a vraag, from what its rules came to."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Final

from .._inferentie.afloop import Resultaat
from .._plan.plan import Plan
from .._taal.regelset import Eis
from .._taal.vraag import Uitkomst

JA, NEE, ONBEKEND = Uitkomst.JA, Uitkomst.NEE, Uitkomst.ONBEKEND
_TELT: Final = {JA: {0, 2, 4}, NEE: {1}, ONBEKEND: {2}}
"""On which results of an eis an outcome rests; one that no single result gives rests on those in doubt."""
_TWIJFEL: Final = {Resultaat.ONBEKEND, Resultaat.VOLDAAN_ZO_NODIG}
Stappen = Sequence[tuple[int, int]]
"""The numbers of rules, each with its Resultaat."""


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

    __slots__ = ("_eis", "routes")

    def __init__(self, plan: Plan) -> None:
        self._eis = tuple(isinstance(p.regel.effect, Eis) for p in plan.regels)
        self.routes: tuple[str, ...] = ()

    def weigh(self, stappen: Stappen) -> Uitslag:
        """Return the Uitslag: ``nee`` on any failure, ``onbekend`` on any doubt, ``ja`` when something was required and all of it holds."""
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

    def decisive(self, stappen: Stappen, uitslag: Uitslag) -> tuple[Set[int], ...]:
        """Return, for the zaak and then for each route, the numbers of the rules on which its outcome rests."""
        telt = _TELT[uitslag.zaak]
        vast = {nr for nr, r in stappen if r in telt and self._eis[nr]}
        return (vast or {nr for nr, r in stappen if r == 2 and self._eis[nr]},)

    def undecided(self, stappen: Stappen) -> frozenset[int]:
        """Return the rules whose doubt keeps a part of the Uitslag open."""
        return frozenset(nr for nr, r in stappen if r in _TWIJFEL and self._eis[nr])


_UITSLAGEN = {u: Uitslag(u) for u in Uitkomst}
