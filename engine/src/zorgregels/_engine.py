"""The Engine: from a zaak to a Beslissing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, Self

from ._besluit.beslissing import (
    NIETS_ONTBREEKT,
    Beslissing,
    Herkomst,
    Kwitantie,
    Ontbrekend,
    OntbrekendFeit,
    Waarschuwing,
)
from ._besluit.opmaak import Opmaak, describe
from ._besluit.spelling import spell_json
from ._besluit.splitsing import Splitser
from ._besluit.uitkomst import Weging
from ._canon import Json, canonical, digest
from ._inferentie import Inferentie
from ._inferentie.afloop import Tegenspraak
from ._inferentie.compiled import Compiled
from ._keuze import Keuze, Onbepaald, Sleutel
from ._lezen.meldingen import Melding
from ._lezen.zaak import Zaak, Zaaklezer
from ._plan.plan import Kringloop, Plan, build_plan
from ._schemas import SCHEMA_VERSIE
from ._taal.catalogus import Catalogus
from ._taal.feitsoort import Feitveld
from ._taal.omgeving import PEILDATUM, Omgeving
from ._taal.regelset import Regelset
from ._taal.vraag import VRAGEN, Uitkomst, Vraag
from ._waarden import Feiten, Item, Waarde
from .errors import BeslissingError, ConflictError, RegelsetError, ZaakError

if TYPE_CHECKING:
    from ._laden.sector import Sector

TAAL: Final = "1"
_ONTHOUDEN: Final = 10_000
Enginenaam = Literal["compiled", "durable"]


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


@dataclass(frozen=True, slots=True)
class Plugininfo:
    """A plugin that takes part, or why it does not."""

    plugin: str
    distributie: str
    versie: str
    sector: str
    titel: str
    regelsets: int
    meldingen: tuple[Melding, ...] = ()


class Engine:
    """Decides zaken by the regelsets of its plugins.

    An Engine is immutable once made, and safe to share between threads and with forked processes. Nothing that happens
    outside the zaak and the regelsets, such as the clock, has any part in a decision.

    Args:
        plugins: names of installed plugins and folders with a ``plugin.yaml``. None takes every installed plugin, so that what is
            installed decides; state them where it matters. With None a plugin that cannot be used is left out and
            reported in ``mislukt``; a plugin that is stated must load.
        engine: ``compiled``, or ``durable`` for durable-rules as a second opinion.
        cache: the folder that remembers documents that were read before; None means the user's cache folder.

    Raises:
        PluginError: a stated plugin is not there, is there twice or cannot be read.
        RegelsetError: the files of a stated plugin hold faults.
        InferentieError: the inference engine cannot be had here.
    """

    def __init__(
        self,
        *,
        plugins: Collection[str | Path] | None = None,
        engine: Enginenaam = "compiled",
        cache: Path | None = None,
    ) -> None:
        from importlib.metadata import version

        from ._laden.geheugen import Geheugen, default_folder
        from ._laden.plugins import load_plugins
        from ._laden.sector import load_sectors

        gevonden = load_plugins(plugins)
        vragen: dict[str, Vraag] = {**VRAGEN, **{v.naam: v for v in gevonden.vragen}}
        lading = load_sectors(gevonden.bundels, vragen, Geheugen(cache if cache is not None else default_folder()))
        if plugins is not None and lading.mislukt:
            raise RegelsetError([m for naam in sorted(lading.mislukt) for m in lading.mislukt[naam]])
        self._sectoren = lading.sectoren
        self._versie = version("zorgregels")
        self._omgeving: Omgeving = lading.omgeving
        self.mislukt: Mapping[str, tuple[Melding, ...]] = {**gevonden.mislukt, **lading.mislukt}
        """The plugins that were found but could not be used, and why."""
        self._lezer = Zaaklezer(self._omgeving.feitsoorten, vragen)
        self._inferentie: Inferentie = _make_inference(engine)
        self._velden = _all_fields(self._sectoren)
        self._gespeld: dict[tuple[str, Waarde], str] = {}
        self._keuzes: dict[str, Keuze] = {}
        self._werk: dict[tuple[str, tuple[str, ...], date | None], Werk] = {}
        self._onthouden: dict[tuple[str, Sleutel, date | None, bool], Werk | Onbepaald] = {}

    # -- deciding ------------------------------------------------------------------------------------------------

    def decide(
        self,
        zaak: Mapping[str, object] | None = None,
        *,
        vraag: str | None = None,
        peildatum: date | str | None = None,
        feiten: Mapping[str, object] | None = None,
        bekend_op: date | str | None = None,
        concept: bool = False,
    ) -> Beslissing:
        """Return the Beslissing of a zaak, given whole or in parts.

        Args:
            zaak: ``{"vraag", "peildatum", "feiten"}`` and optionally ``bekend_op`` and ``concept``.
            vraag: what is asked, such as ``declaratie``.
            peildatum: the date for which it is asked.
            feiten: by feitsoort an object, or a list of objects; what is not given is unknown.
            bekend_op: decide by what was known on that day; left out: by all that is loaded.
            concept: whether regelsets that are not law may take part.

        Raises:
            ZaakError: the zaak does not validate; every fault is in ``meldingen``.
            BeslissingError: no regelset speaks or is in force, or rules contradict each other.
            InferentieError: the inference engine failed.
        """
        if zaak is not None:
            return self._decide(self._lezer.read(zaak))
        weg = frozenset(n for n, w in (("vraag", vraag), ("peildatum", peildatum), ("feiten", feiten)) if w is None)
        return self._decide(self._lezer.make(vraag, peildatum, feiten, bekend_op=bekend_op, concept=concept, weg=weg))

    def _decide(self, zaak: Zaak) -> Beslissing:
        feiten = zaak.feiten
        werk = self._work(zaak)
        if isinstance(werk, Onbepaald):
            return self._undated(zaak, werk)
        if not feiten.keys() <= werk.bekend:
            raise ZaakError(self._strangers(feiten, werk))
        try:
            afloop = self._inferentie.settle(werk.plan, feiten)
        except Tegenspraak as tegenspraak:
            raise ConflictError([_contradiction(werk.plan, tegenspraak)]) from None
        uitslag = werk.weging.weigh(afloop.stappen)
        ontbrekend, gesplitst = NIETS_ONTBREEKT, False
        per_deel: tuple[tuple[str, ...], ...] = ()
        if Uitkomst.ONBEKEND in uitslag.delen:
            begin = uitslag
            s = werk.splitser.split(feiten, afloop, werk.weging, lambda g: self._inferentie.settle_many(werk.plan, g))
            uitslag, per_deel = s.uitslag, s.per_deel
            gesplitst = uitslag.zaak is not begin.zaak
            ontbrekend = werk.opmaak.missing(s.ontbrekend, s.gaten, bovengrens=s.bovengrens)
        return werk.opmaak.build(
            afloop,
            uitslag,
            ontbrekend,
            per_deel,
            lambda merk: self._receipt(zaak, werk.herkomst, merk),
            door_splitsen=gesplitst,
        )

    def evaluate(self, zaak: Mapping[str, object]) -> tuple[Uitkomst, tuple[str, ...]]:
        """Return the bare uitkomst by Kleene's logic and the rules that decided, without grounds, receipt or case splitting.

        Raises:
            ZaakError: as ``decide``.
            BeslissingError: as ``decide``.
        """
        gelezen = self._lezer.read(zaak)
        werk = self._work(gelezen)
        if isinstance(werk, Onbepaald):
            return Uitkomst.ONBEKEND, ()
        try:
            stappen = self._inferentie.settle(werk.plan, gelezen.feiten).stappen
        except Tegenspraak as tegenspraak:
            raise ConflictError([_contradiction(werk.plan, tegenspraak)]) from None
        uitslag = werk.weging.weigh(stappen)
        regels = werk.plan.regels
        return uitslag.zaak, tuple([regels[nr].regel.id for nr in werk.weging.decisive(stappen, uitslag)])

    def _receipt(self, zaak: Zaak, herkomst: Herkomst, merk: str) -> Kwitantie:
        return Kwitantie(
            zaak.vraag.naam,
            zaak.peildatum,
            zaak.bekend_op,
            zaak.concept,
            self._facts_digest(zaak.feiten),
            merk,
            herkomst,
        )

    def _facts_digest(self, feiten: Feiten) -> str:
        """The digest of ``{"declaratie.bedrag": "11.52", …}`` in canonical JSON."""
        gespeld = self._gespeld
        delen = []
        for naam in sorted(feiten):
            waarde = feiten[naam]
            if isinstance(waarde, tuple):
                delen.append(f'"{naam}":[{",".join([self._spell_item(naam, item) for item in waarde])}]')
                continue
            deel = gespeld.get((naam, waarde))
            if deel is None:
                if len(gespeld) >= _ONTHOUDEN:
                    gespeld.clear()
                deel = gespeld[naam, waarde] = f'"{naam}":{spell_json(waarde, self._velden[naam].type.soort)}'
            delen.append(deel)
        return "sha256:" + sha256(("{" + ",".join(delen) + "}").encode()).hexdigest()

    def _spell_item(self, lijst: str, item: Item) -> str:
        velden = [f'"{v}":{spell_json(item[v], self._velden[f"{lijst}.{v}"].type.soort)}' for v in sorted(item)]
        return "{" + ",".join(velden) + "}"

    # -- which rules ---------------------------------------------------------------------------------------------

    def _work(self, zaak: Zaak) -> Werk | Onbepaald:
        naam = zaak.vraag.naam
        keuze = self._keuzes.get(naam)
        if keuze is None:
            keuze = self._keuzes[naam] = self._choice(naam)
        sleutel = keuze.key(zaak.feiten)
        wie = (naam, sleutel, zaak.bekend_op, zaak.concept)
        werk = self._onthouden.get(wie)
        if werk is None:
            gekozen = keuze.choose(sleutel, zaak)
            werk = gekozen if isinstance(gekozen, Onbepaald) else self._work_for(zaak.vraag, gekozen, zaak.bekend_op)
            if isinstance(werk, Onbepaald):
                return werk
            if len(self._onthouden) >= _ONTHOUDEN:
                self._onthouden.clear()
            self._onthouden[wie] = werk
        return werk

    def _choice(self, vraag: str) -> Keuze:
        regelsets = [r for s in self._sectoren for r in s.regelsets]
        # Listed is listed in any version: which version counts is decided per zaak, by bekend_op.
        catalogi = {n: _united(v) for n, v in self._omgeving.catalogi.items()}
        return Keuze(vraag, regelsets, catalogi, [s.naam for s in self._sectoren])

    def _work_for(self, vraag: Vraag, regelsets: tuple[Regelset, ...], bekend_op: date | None) -> Werk:
        catalogi = {n: c for n, v in self._omgeving.catalogi.items() if (c := _known(v, bekend_op)) is not None}
        ids = (vraag.naam, tuple(r.id for r in regelsets), bekend_op)
        werk = self._werk.get(ids)
        if werk is None:
            try:
                plan = build_plan(vraag, regelsets, catalogi)
            except Kringloop as kring:
                raise BeslissingError(
                    [Melding("ZR-302", f"de regels van deze regelsets wachten op elkaar: {kring}")]
                ) from None
            weging = Weging(plan)
            werk = self._werk[ids] = Werk(
                plan,
                weging,
                Opmaak(plan, self._velden, weging),
                Splitser(plan, self._velden),
                self._origin(regelsets, catalogi),
                self._known_facts(regelsets),
            )
        return werk

    def _origin(self, regelsets: tuple[Regelset, ...], catalogi: Mapping[str, Catalogus]) -> Herkomst:
        sectoren = {r.sector for r in regelsets}
        return Herkomst(
            engine=self._versie,
            taal=TAAL,
            schemas=SCHEMA_VERSIE,
            inferentie=self._inferentie.naam,
            regelsets=tuple((r.id, r.digest, r.status) for r in regelsets),
            catalogi=tuple((c.id, c.digest) for n, c in sorted(catalogi.items()) if n.partition("/")[0] in sectoren),
            plugins=tuple(
                (s.bundel.plugin, s.bundel.distributie, s.bundel.versie) for s in self._sectoren if s.naam in sectoren
            ),
        )

    def _known_facts(self, regelsets: tuple[Regelset, ...]) -> frozenset[str]:
        sectoren = {r.sector for r in regelsets}
        namen = {PEILDATUM}
        for s in self._sectoren:
            if s.naam in sectoren:
                for fs in s.feitsoorten.values():
                    namen.update(
                        {fs.naam} if fs.lijst else (fs.name_of(v) for v in fs.velden.values() if not v.afgeleid)
                    )
        return frozenset(namen)

    # -- what cannot be decided ----------------------------------------------------------------------------------

    def _strangers(self, feiten: Feiten, werk: Werk) -> list[Melding]:
        sprekend = ", ".join(sorted({r.sector for r in werk.plan.regelsets}))
        vreemd = sorted(feiten.keys() - werk.bekend)
        return [
            Melding(
                "ZR-504",
                f"onbekend veld `{n}` voor een zaak van {sprekend}",
                "Een andere sector kent dit veld wel, maar spreekt niet voor deze zaak. Laat het weg.",
                pad=("feiten", *n.split(".")),
            )
            for n in vreemd
        ]

    def _undated(self, zaak: Zaak, open_: Onbepaald) -> Beslissing:
        """The Beslissing of a zaak of which the year cannot be told: which rules hold depends on facts that are missing."""
        omschrijvingen = {n: v.omschrijving for n, v in self._velden.items()}
        norm = f" ({', '.join(open_.normen)})" if open_.normen else ""
        ontbrekend = Ontbrekend(
            tuple(OntbrekendFeit(n, describe(n, omschrijvingen)) for n in open_.ontbrekend), bovengrens=True
        )
        waarschuwing = Waarschuwing(
            f"Welke versie van {', '.join(open_.regelsets)} geldt, is zonder deze feiten niet te zeggen{norm}."
        )
        oordeel = zaak.vraag.oordeel(Uitkomst.ONBEKEND)
        inhoud: dict[str, Json] = {
            "uitkomst": "onbekend",
            "oordeel": oordeel,
            "afgeleid": [],
            "motivering": [],
            "ontbrekend": ontbrekend.to_dict(),
            "waarschuwingen": [waarschuwing.to_dict()],
            "verplichtingen": [],
            "routes": [],
        }
        merk = digest(canonical(inhoud))
        regelsets = tuple(r for s in self._sectoren for r in s.regelsets if r.naam in open_.regelsets)
        herkomst = self._origin(
            regelsets,
            {n: c for n, v in self._omgeving.catalogi.items() if (c := _known(v, zaak.bekend_op)) is not None},
        )
        return Beslissing(
            Uitkomst.ONBEKEND,
            oordeel,
            (),
            (),
            ontbrekend,
            (waarschuwing,),
            (),
            (),
            merk,
            self._receipt(zaak, herkomst, merk),
        )

    # -- what is loaded ------------------------------------------------------------------------------------------

    @property
    def vragen(self) -> tuple[Vraag, ...]:
        """The vragen that can be asked."""
        return tuple(v for _, v in sorted(self._omgeving.vragen.items()))

    @property
    def regelsets(self) -> tuple[Regelset, ...]:
        """Every regelset version, sorted by id."""
        return tuple(sorted((r for s in self._sectoren for r in s.regelsets), key=lambda r: r.id))

    @property
    def catalogi(self) -> tuple[Catalogus, ...]:
        """Every catalogue version, sorted by id."""
        return tuple(sorted((c for v in self._omgeving.catalogi.values() for c in v), key=lambda c: c.id))

    @property
    def plugins(self) -> tuple[Plugininfo, ...]:
        """Every plugin that was found, sorted by name, with why it does not take part where it does not."""
        goed = [
            Plugininfo(s.bundel.plugin, s.bundel.distributie, s.bundel.versie, s.naam, s.titel, len(s.regelsets))
            for s in self._sectoren
        ]
        slecht = [Plugininfo(naam, "-", "-", "-", "-", 0, meldingen) for naam, meldingen in self.mislukt.items()]
        return tuple(sorted(goed + slecht, key=lambda p: p.plugin))

    def close(self) -> None:
        """Release what the inference engine holds outside the process; the compiled engine holds nothing."""
        self._inferentie.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, soort: type[BaseException] | None, fout: BaseException | None, spoor: TracebackType | None
    ) -> None:
        self.close()


def _make_inference(naam: str) -> Inferentie:
    if naam == "compiled":
        return Compiled()
    if naam == "durable":
        from ._inferentie.durable import Durable

        return Durable()
    raise ValueError(f"onbekende engine {naam!r}: compiled of durable")


def _all_fields(sectoren: tuple[Sector, ...]) -> dict[str, Feitveld]:
    """Every field under the name that rules know it by; fields of list items as ``lijst.veld``."""
    velden = {fs.name_of(v): v for s in sectoren for fs in s.feitsoorten.values() for v in fs.velden.values()}
    gevonden = Omgeving({}, {}).find_veld("", "zaak", "peildatum")
    assert gevonden is not None
    return {**velden, PEILDATUM: gevonden[1]}


def _known(versies: tuple[Catalogus, ...], bekend_op: date | None) -> Catalogus | None:
    """The version that was known last; an unknown known-since date counts as always known."""
    bekend = [c for c in versies if bekend_op is None or c.bekend is None or c.bekend <= bekend_op]
    return max(bekend, key=lambda c: (c.bekend or date.min, c.versie), default=None)


def _united(versies: tuple[Catalogus, ...]) -> Catalogus:
    if len(versies) == 1:
        return versies[0]
    alle = {code: p for c in versies for code, p in c.prestaties.items()}
    return Catalogus(
        versies[0].naam,
        "alle",
        None,
        versies[0].feitsoort,
        volledig=False,
        kolommen=frozenset(),
        prestaties=alle,
        digest="",
    )


def _contradiction(plan: Plan, t: Tegenspraak) -> Melding:
    een, ander = plan.regels[t.een], plan.regels[t.ander]
    feit = t.naam.rpartition(":")[2]
    return Melding(
        "ZR-604",
        f"twee regels leiden voor `{feit}` een verschillende waarde af: {een.regel.id} ({een.regelset.id}) en {ander.regel.id} ({ander.regelset.id})",
        "Er is geen stille winnaar: de plugin zegt met gaat_voor of tenzij welke regel telt.",
    )
