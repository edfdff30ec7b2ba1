"""Which rules a zaak is decided by, and everything that zaken with the same rules share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from ._besluit.beslissing import Herkomst
from ._besluit.opmaak import Opmaak, Stapvoorraad
from ._besluit.routes import weging_for
from ._besluit.splitsing import Splitser
from ._besluit.uitkomst import Weging
from ._besluit.voorraad import Voorraad
from ._keuze import Keuze, Onbepaald, Sleutel
from ._lezen.meldingen import Melding
from ._lezen.zaak import Zaak
from ._plan.plan import Kringloop, Plan, build_plan
from ._schemas import SCHEMA_VERSIE
from ._taal.catalogus import Catalogus
from ._taal.feitsoort import Feitveld
from ._taal.omgeving import PEILDATUM, Omgeving
from ._taal.regelset import Regelset
from ._taal.vraag import Vraag
from .errors import BeslissingError

if TYPE_CHECKING:
    from ._laden.lading import Sector

TAAL: Final = "1"
_ONTHOUDEN: Final = 10_000


@dataclass(frozen=True, slots=True)
class Werk:
    """Everything that zaken with the same regelsets share."""

    plan: Plan
    weging: Weging
    opmaak: Opmaak
    splitser: Splitser
    herkomst: Herkomst
    bekend: frozenset[str]
    """The given facts that the sectors that speak know."""


class Werkplaats:
    """Finds the Werk of a zaak. Plans are made when they are first needed, and kept."""

    def __init__(
        self,
        sectoren: tuple[Sector, ...],
        omgeving: Omgeving,
        velden: Mapping[str, Feitveld],
        *,
        versie: str,
        inferentie: str,
    ) -> None:
        self._sectoren = sectoren
        self._omgeving = omgeving
        self._velden = velden
        self._versie = versie
        self._inferentie = inferentie
        self._voorraad: Stapvoorraad = Voorraad(velden)
        self._keuzes: dict[str, Keuze] = {}
        self._werk: dict[tuple[str, ...], Werk] = {}
        self._onthouden: dict[tuple[str, Sleutel, date | None, bool], Werk] = {}

    def find(self, zaak: Zaak) -> Werk | Onbepaald:
        """Return the Werk of a zaak, or why it cannot be told yet.

        Raises:
            BeslissingError: no regelset speaks or is in force, or there is no telling which.
        """
        keuze = self._keuzes.get(zaak.vraag.naam)
        if keuze is None:
            keuze = self._keuzes[zaak.vraag.naam] = self._choice(zaak.vraag.naam)
        return self.find_by(keuze.key(zaak.feiten), zaak)

    def find_by(self, sleutel: Sleutel, zaak: Zaak) -> Werk | Onbepaald:
        """Return the Werk for the groups of regelsets that speak and their dates, as ``find``."""
        wie = (zaak.vraag.naam, sleutel, zaak.bekend_op, zaak.concept)
        werk = self._onthouden.get(wie)
        if werk is None:
            gekozen = self._keuzes[zaak.vraag.naam].choose(sleutel, zaak)
            if isinstance(gekozen, Onbepaald):
                return gekozen
            werk = self._make(zaak.vraag, gekozen, self.catalogi(zaak.bekend_op))
            if len(self._onthouden) >= _ONTHOUDEN:
                self._onthouden.clear()
            self._onthouden[wie] = werk
        return werk

    def catalogi(self, bekend_op: date | None) -> dict[str, Catalogus]:
        """Return of every catalogue the version that was known last; an unknown known-since date counts as always known."""
        bekend: dict[str, Catalogus] = {}
        for naam, versies in sorted(self._omgeving.catalogi.items()):
            toen = [c for c in versies if bekend_op is None or c.bekend is None or c.bekend <= bekend_op]
            if toen:
                bekend[naam] = max(toen, key=lambda c: (c.bekend or date.min, c.versie))
        return bekend

    def origin(self, regelsets: tuple[Regelset, ...], catalogi: Mapping[str, Catalogus]) -> Herkomst:
        """Return what a Beslissing by these regelsets is made with."""
        sectoren = {r.sector for r in regelsets}
        plugins = [s for s in self._sectoren if s.naam in sectoren]
        return Herkomst(
            engine=self._versie,
            taal=TAAL,
            schemas=SCHEMA_VERSIE,
            inferentie=self._inferentie,
            regelsets=tuple((r.id, r.digest, r.status) for r in regelsets),
            catalogi=tuple((c.id, c.digest) for n, c in sorted(catalogi.items()) if n.partition("/")[0] in sectoren),
            plugins=tuple((s.naam, s.bundel.distributie, s.bundel.versie) for s in plugins),
        )

    def undated_origin(self, zaak: Zaak, open_: Onbepaald) -> Herkomst:
        """Return what a Beslissing is made with of which the year cannot be told: every version that it may turn out to be."""
        mogelijk = (r for s in self._sectoren for r in s.regelsets if r.naam in open_.regelsets)
        return self.origin(tuple(sorted(mogelijk, key=lambda r: r.id)), self.catalogi(zaak.bekend_op))

    def reads(self, vraag: str) -> frozenset[str]:
        """Return every given fact that tells which regelsets speak for a zaak, and on which date."""
        return self._keuzes[vraag].leest

    def _choice(self, vraag: str) -> Keuze:
        regelsets = [r for s in self._sectoren for r in s.regelsets]
        # Listed is listed in any version: which version counts is decided per zaak, by bekend_op.
        catalogi = {n: _united(v) for n, v in self._omgeving.catalogi.items()}
        return Keuze(vraag, regelsets, catalogi, [s.naam for s in self._sectoren])

    def _make(self, vraag: Vraag, regelsets: tuple[Regelset, ...], catalogi: Mapping[str, Catalogus]) -> Werk:
        ids = (vraag.naam, *(r.id for r in regelsets), *(c.id for c in catalogi.values()))
        werk = self._werk.get(ids)
        if werk is not None:
            return werk
        try:
            plan = build_plan(vraag, regelsets, catalogi)
        except Kringloop as kring:
            raise BeslissingError(
                [Melding("ZR-302", f"de regels van deze regelsets wachten op elkaar: {kring}")]
            ) from None
        weging = weging_for(plan)
        werk = self._werk[ids] = Werk(
            plan,
            weging,
            Opmaak(plan, self._velden, weging, self._voorraad),
            Splitser(plan, self._velden),
            self.origin(regelsets, catalogi),
            self._known_facts({r.sector for r in regelsets}),
        )
        return werk

    def _known_facts(self, sectoren: set[str]) -> frozenset[str]:
        soorten = [fs for s in self._sectoren if s.naam in sectoren for fs in s.feitsoorten.values()]
        lijsten = {fs.naam for fs in soorten if fs.lijst}
        enkel = {fs.name_of(v) for fs in soorten if not fs.lijst for v in fs.velden.values() if not v.afgeleid}
        return frozenset(lijsten | enkel | {PEILDATUM})


def _united(versies: tuple[Catalogus, ...]) -> Catalogus:
    if len(versies) == 1:
        return versies[0]
    alle = {code: p for c in versies for code, p in c.prestaties.items()}
    eerste = versies[0]
    return Catalogus(
        eerste.naam, "alle", None, eerste.feitsoort, volledig=False, kolommen=frozenset(), prestaties=alle, digest=""
    )
