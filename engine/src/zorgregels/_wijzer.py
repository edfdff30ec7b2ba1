"""Finds the groups of regelsets that may speak for a zaak, without asking each of them.

A reikwijdte nearly always holds for certain values of a fact only: a list of codes, a code in a catalogue, a word. Those values point to the
group, so that what is installed for other zaken costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ._taal.catalogus import Catalogus
from ._taal.termen import Constante, En, InCatalogus, Lidmaatschap, Of, Veld, Vergelijking, Voorwaarde
from ._waarden import Feiten, Scalar

Aanleiding = tuple[str, frozenset[Scalar]]
"""A fact, and the values of it without which a condition does not hold."""


class Wijzer:
    """Points from the values of given facts to the numbers of the conditions that they may make true."""

    def __init__(self, voorwaarden: Sequence[Voorwaarde], catalogi: Mapping[str, Catalogus]) -> None:
        altijd: list[int] = []
        per_feit: dict[str, dict[Scalar, list[int]]] = {}
        for nr, voorwaarde in enumerate(voorwaarden):
            aanleidingen = _triggers(voorwaarde, catalogi)
            if aanleidingen is None:
                altijd.append(nr)
                continue
            for feit, waarden in aanleidingen:
                for waarde in waarden:
                    per_feit.setdefault(feit, {}).setdefault(waarde, []).append(nr)
        self._altijd = frozenset(altijd)
        self._per_feit = [(f, {w: frozenset(n) for w, n in per.items()}) for f, per in sorted(per_feit.items())]
        self._volgorde: dict[frozenset[int], tuple[int, ...]] = {}

    def candidates(self, feiten: Feiten) -> tuple[int, ...]:
        """Return, in order, the conditions that may hold; every one that holds is among them."""
        gevonden = self._altijd
        for feit, per_waarde in self._per_feit:
            if feit in feiten:
                nummers = per_waarde.get(feiten[feit])  # type: ignore[arg-type]
                if nummers:
                    gevonden = gevonden | nummers if gevonden else nummers
        volgorde = self._volgorde.get(gevonden)
        if volgorde is None:
            volgorde = self._volgorde[gevonden] = tuple(sorted(gevonden))
        return volgorde


def _triggers(term: Voorwaarde, catalogi: Mapping[str, Catalogus]) -> list[Aanleiding] | None:
    """Return facts with values, one of which must be there for a condition to hold; None when there is no telling."""
    match term:
        case Vergelijking(Veld(naam=naam), "==", Constante(waarde=waarde)):
            return [(naam, frozenset({waarde}))]
        case Lidmaatschap(Veld(naam=naam), waarden):
            return [(naam, frozenset(waarden))]
        case InCatalogus(catalogus, Veld(naam=naam)):
            codes: Iterable[str] = catalogi[catalogus].prestaties if catalogus in catalogi else ()
            return [(naam, frozenset(codes))]
        case Of(delen):
            samen: list[Aanleiding] = []
            for deel in delen:
                ervan = _triggers(deel, catalogi)
                if ervan is None:
                    return None
                samen += ervan
            return samen
        case En(delen):
            mogelijk = [t for d in delen if (t := _triggers(d, catalogi)) is not None]
            return min(mogelijk, key=lambda t: sum(len(w) for _, w in t), default=None)
        case _:
            return None
