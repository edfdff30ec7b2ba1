"""Decides zaken that are read, by the sectors that are loaded. What an Engine and a replay have in common."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ._besluit.beslissing import NIETS_ONTBREEKT, Beslissing
from ._besluit.kwiteren import Kwiteerder
from ._besluit.ongedateerd import make_undated
from ._besluit.opmaak import Tekst, missing
from ._besluit.splitsing import Splitsing
from ._inferentie import Afloop, Inferentie, Tegenspraak
from ._keuze import Onbepaald
from ._lezen.meldingen import Melding
from ._lezen.zaak import Zaak
from ._plan.plan import Plan
from ._taal.feitsoort import Feitveld
from ._taal.omgeving import PEILDATUM, PEILVELD
from ._taal.vraag import Uitkomst
from ._waarden import Feiten
from ._werk import Werk, Werkplaats
from .errors import BeslissingError, ConflictError, ZaakError

if TYPE_CHECKING:
    from ._laden.lading import Lading, Sector


class Besluit(NamedTuple):
    """A Beslissing with what it was made of."""

    beslissing: Beslissing
    tekst: Tekst
    werk: Werk | None
    """None where the year could not be told."""
    gespeld: Mapping[str, bytes]
    """Each fact of the zaak in canonical JSON, sorted by name."""


class Besluiter:
    """Decides zaken. Immutable once made, and safe to share between threads."""

    def __init__(self, lading: Lading, inferentie: Inferentie) -> None:
        self.velden = _all_fields(lading.sectoren)
        self.inferentie = inferentie
        self._omschrijvingen = {n: v.omschrijving for n, v in self.velden.items()}
        self.kwiteerder = Kwiteerder(self.velden)
        self.werkplaats = Werkplaats(
            lading.sectoren,
            lading.omgeving,
            self.velden,
            versie=_version(),
            inferentie=inferentie.naam,
        )

    def decide(self, zaak: Zaak) -> Besluit:
        """Return the decision.

        Raises:
            ZaakError: a fact is of a sector that does not speak.
            BeslissingError: no regelset speaks or is in force, or rules contradict each other.
            InferentieError: the inference engine failed.
        """
        werk = self.werkplaats.find(zaak)
        if isinstance(werk, Onbepaald):
            return self._undated(zaak, werk)
        afloop = self._settle(zaak, werk)
        uitslag = werk.weging.weigh(afloop.stappen)
        ontbrekend, gesplitst = NIETS_ONTBREEKT, False
        per_deel: tuple[tuple[str, ...], ...] = ()
        if Uitkomst.ONBEKEND in uitslag.delen:
            s = self._split(zaak, werk, afloop)
            gesplitst = s.uitslag.zaak is not uitslag.zaak
            uitslag, per_deel = s.uitslag, s.per_deel
            ontbrekend = missing(s.ontbrekend, s.gaten, self._omschrijvingen, bovengrens=s.bovengrens)
        gespeld = self.kwiteerder.spell_all(zaak.feiten)
        beslissing, tekst = werk.opmaak.build(
            afloop,
            uitslag,
            ontbrekend,
            per_deel,
            lambda merk: self.kwiteerder.make(zaak, gespeld, werk.herkomst, merk),
            door_splitsen=gesplitst,
        )
        return Besluit(beslissing, tekst, werk, gespeld)

    def evaluate(self, zaak: Zaak) -> tuple[Uitkomst, tuple[str, ...]]:
        """Return the bare uitkomst by Kleene's logic and the rules that decided.

        Raises:
            ZorgregelsError: as ``decide``.
        """
        werk = self.werkplaats.find(zaak)
        if isinstance(werk, Onbepaald):
            return Uitkomst.ONBEKEND, ()
        stappen = self._settle(zaak, werk).stappen
        uitslag = werk.weging.weigh(stappen)
        regels = werk.plan.regels
        return uitslag.zaak, tuple([regels[nr].regel.id for nr in werk.weging.decisive(stappen, uitslag)[0]])

    def _settle(self, zaak: Zaak, werk: Werk) -> Afloop:
        if not zaak.feiten.keys() <= werk.bekend:
            raise ZaakError(_strangers(zaak.feiten, werk))
        try:
            return self.inferentie.settle(werk.plan, zaak.feiten)
        except Tegenspraak as tegenspraak:
            raise ConflictError([_contradiction(werk.plan, tegenspraak)]) from None

    def _split(self, zaak: Zaak, werk: Werk, afloop: Afloop) -> Splitsing:
        return werk.splitser.split(
            zaak.feiten, afloop, werk.weging, lambda g: self.inferentie.settle_many(werk.plan, g)
        )

    def _undated(self, zaak: Zaak, open_: Onbepaald) -> Besluit:
        """The Beslissing of a zaak of which the year cannot be told: which rules hold depends on facts that are missing."""
        namen = {*open_.ontbrekend, *(n for n in open_.leest if n not in zaak.feiten)}
        for sleutel in open_.mogelijk:  # what else could change the outcome, whichever year it turns out to be
            try:
                werk = self.werkplaats.find_by(sleutel, zaak)
                if isinstance(werk, Werk):
                    namen.update(self._split(zaak, werk, self.inferentie.settle(werk.plan, zaak.feiten)).ontbrekend)
            except (BeslissingError, Tegenspraak):
                continue
        herkomst = self.werkplaats.undated_origin(zaak, open_)
        gespeld = self.kwiteerder.spell_all(zaak.feiten)
        beslissing, tekst = make_undated(
            zaak.vraag,
            missing(sorted(namen), (), self._omschrijvingen, bovengrens=True),
            open_,
            lambda merk: self.kwiteerder.make(zaak, gespeld, herkomst, merk),
        )
        return Besluit(beslissing, tekst, None, gespeld)


@cache
def _version() -> str:
    from importlib.metadata import version

    return version("zorgregels")


def make_inference(naam: str) -> Inferentie:
    """Return the inference engine of this name.

    Raises:
        InferentieError: it cannot be had here.
    """
    if naam == "compiled":
        from ._inferentie.compiled import Compiled

        return Compiled()
    if naam == "durable":
        from ._inferentie.durable import Durable

        return Durable()
    raise ValueError(f"onbekende engine {naam!r}: compiled of durable")


def _all_fields(sectoren: tuple[Sector, ...]) -> dict[str, Feitveld]:
    """Every field under the name that rules know it by; fields of list items as ``lijst.veld``.

    A given fact is shared between sectors; what one of them calls personal is personal.
    """
    velden: dict[str, Feitveld] = {PEILDATUM: PEILVELD}
    for fs in (fs for s in sectoren for fs in s.feitsoorten.values()):
        for veld in fs.velden.values():
            naam = fs.name_of(veld)
            eerder = velden.get(naam)
            if eerder is None or not eerder.persoonsgegeven:
                velden[naam] = veld
    return velden


def _contradiction(plan: Plan, t: Tegenspraak) -> Melding:
    een, ander = plan.regels[t.een], plan.regels[t.ander]
    feit = t.naam.rpartition(":")[2]
    return Melding(
        "ZR-604",
        f"twee regels leiden voor `{feit}` een verschillende waarde af: {een.regel.id} ({een.regelset.id}) en {ander.regel.id} ({ander.regelset.id})",
        "Er is geen stille winnaar: de plugin zegt met gaat_voor of tenzij welke regel telt.",
    )


def _strangers(feiten: Feiten, werk: Werk) -> list[Melding]:
    sprekend = ", ".join(sorted({r.sector for r in werk.plan.regelsets}))
    return [
        Melding(
            "ZR-504",
            f"onbekend veld `{n}` voor een zaak van {sprekend}",
            "Een andere sector kent dit veld wel, maar spreekt niet voor deze zaak. Laat het weg.",
            pad=("feiten", *n.split(".")),
        )
        for n in sorted(feiten.keys() - werk.bekend)
    ]
