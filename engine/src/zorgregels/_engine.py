"""The Engine: from a zaak to a Beslissing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from ._besluit.beslissing import NIETS_ONTBREEKT, Beslissing
from ._besluit.kwiteren import Kwiteerder
from ._besluit.ongedateerd import make_undated
from ._besluit.opmaak import missing
from ._besluit.splitsing import Splitsing
from ._inferentie import Afloop, Inferentie, Tegenspraak
from ._inferentie.compiled import Compiled
from ._keuze import Onbepaald
from ._lezen.meldingen import Melding
from ._lezen.zaak import Zaak, Zaaklezer
from ._plan.plan import Plan
from ._taal.catalogus import Catalogus
from ._taal.feitsoort import Feitveld
from ._taal.omgeving import PEILDATUM, Omgeving
from ._taal.regelset import Regelset
from ._taal.vraag import VRAGEN, Uitkomst, Vraag
from ._waarden import Feiten
from ._werk import Werk, Werkplaats
from .errors import BeslissingError, ConflictError, RegelsetError, ZaakError

if TYPE_CHECKING:
    from ._besluit.uitleg import Lezer
    from ._laden.lading import Sector

Enginenaam = Literal["compiled", "durable"]


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
        catalogi: files with versions of catalogues, beside those of the plugins. Each is for a sector that is loaded;
            which version counts is decided as always, by its known-since date.
        engine: ``compiled``, or ``durable`` for durable-rules as a second opinion.
        cache: the folder that remembers documents that were read before; None means the user's cache folder.

    Raises:
        PluginError: a stated plugin is not there, is there twice or cannot be read.
        RegelsetError: the files of a stated plugin, or a catalogue that is stated, hold faults.
        InferentieError: the inference engine cannot be had here.
    """

    def __init__(
        self,
        *,
        plugins: Collection[str | Path] | None = None,
        catalogi: Collection[Path] = (),
        engine: Enginenaam = "compiled",
        cache: Path | None = None,
    ) -> None:
        from importlib.metadata import version

        from ._laden.geheugen import Geheugen, default_folder
        from ._laden.plugins import load_plugins
        from ._laden.start import start

        gevonden = load_plugins(plugins)
        vragen: dict[str, Vraag] = {**VRAGEN, **{v.naam: v for v in gevonden.vragen}}
        geheugen = Geheugen(cache if cache is not None else default_folder())
        bundels = gevonden.bundels
        if catalogi:
            from ._laden.erbij import add_catalogi

            bundels = add_catalogi(bundels, catalogi, geheugen)
        lading = start(bundels, vragen, geheugen)
        if lading.mislukt and (plugins is not None or _is_about(lading.mislukt, catalogi)):
            raise RegelsetError([m for naam in sorted(lading.mislukt) for m in lading.mislukt[naam]])
        self._sectoren = lading.sectoren
        self._omgeving: Omgeving = lading.omgeving
        self.mislukt: Mapping[str, tuple[Melding, ...]] = {**gevonden.mislukt, **lading.mislukt}
        """The plugins that were found but could not be used, and why."""
        self._lezer = Zaaklezer(self._omgeving.feitsoorten, vragen)
        self._inferentie: Inferentie = _make_inference(engine)
        velden = _all_fields(self._sectoren)
        self._omschrijvingen = {n: v.omschrijving for n, v in velden.items()}
        self._kwiteerder = Kwiteerder(velden)
        self._werkplaats = Werkplaats(
            self._sectoren, self._omgeving, velden, versie=version("zorgregels"), inferentie=self._inferentie.naam
        )

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
            vraag: what is asked, such as ``declaratie``. Not beside a whole zaak; nor are feiten.
            peildatum: the date for which it is asked; beside a whole zaak, instead of the zaak's own, as are the two below.
            feiten: by feitsoort an object, or a list of objects; what is not given is unknown.
            bekend_op: decide by what was known on that day; left out: by all that is loaded.
            concept: whether regelsets that are not law may take part.

        Raises:
            ZaakError: the zaak does not validate; every fault is in ``meldingen``.
            BeslissingError: no regelset speaks or is in force, or rules contradict each other.
            InferentieError: the inference engine failed.
        """
        if zaak is not None:
            if vraag is not None or feiten is not None:
                raise TypeError("geef een hele zaak, of vraag, peildatum en feiten")
            over = {"peildatum": peildatum, "bekend_op": bekend_op, "concept": concept or None}
            anders = {naam: waarde for naam, waarde in over.items() if waarde is not None}
            return self._decide(self._lezer.read({**zaak, **anders} if anders else zaak))
        weg = frozenset(n for n, w in (("vraag", vraag), ("peildatum", peildatum), ("feiten", feiten)) if w is None)
        return self._decide(self._lezer.make(vraag, peildatum, feiten, bekend_op=bekend_op, concept=concept, weg=weg))

    def _decide(self, zaak: Zaak) -> Beslissing:
        werk = self._werkplaats.find(zaak)
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
        return werk.opmaak.build(
            afloop,
            uitslag,
            ontbrekend,
            per_deel,
            lambda merk: self._kwiteerder.make(zaak, werk.herkomst, merk),
            door_splitsen=gesplitst,
        )

    def _settle(self, zaak: Zaak, werk: Werk) -> Afloop:
        if not zaak.feiten.keys() <= werk.bekend:
            raise ZaakError(_strangers(zaak.feiten, werk))
        try:
            return self._inferentie.settle(werk.plan, zaak.feiten)
        except Tegenspraak as tegenspraak:
            raise ConflictError([_contradiction(werk.plan, tegenspraak)]) from None

    def _split(self, zaak: Zaak, werk: Werk, afloop: Afloop) -> Splitsing:
        return werk.splitser.split(
            zaak.feiten, afloop, werk.weging, lambda g: self._inferentie.settle_many(werk.plan, g)
        )

    def evaluate(self, zaak: Mapping[str, object]) -> tuple[Uitkomst, tuple[str, ...]]:
        """Return the bare uitkomst by Kleene's logic and the rules that decided, without grounds, receipt or case splitting.

        Raises:
            ZaakError: as ``decide``.
            BeslissingError: as ``decide``.
        """
        gelezen = self._lezer.read(zaak)
        werk = self._werkplaats.find(gelezen)
        if isinstance(werk, Onbepaald):
            return Uitkomst.ONBEKEND, ()
        stappen = self._settle(gelezen, werk).stappen
        uitslag = werk.weging.weigh(stappen)
        regels = werk.plan.regels
        return uitslag.zaak, tuple([regels[nr].regel.id for nr in werk.weging.decisive(stappen, uitslag)[0]])

    def explain(self, zaak: Mapping[str, object], *, voor: Lezer = "auditor") -> str:
        """Decide a zaak and return the explanation, plain text in Dutch.

        Args:
            zaak: as for ``decide``.
            voor: ``burger``, ``auditor`` or ``ontwikkelaar``.

        Raises:
            ZorgregelsError: as ``decide``.
        """
        from ._besluit import uitleg

        return uitleg.explain(self.decide(zaak), voor=voor, zaak=zaak, decide=self.decide)

    def _undated(self, zaak: Zaak, open_: Onbepaald) -> Beslissing:
        """The Beslissing of a zaak of which the year cannot be told: which rules hold depends on facts that are missing."""
        namen = {*open_.ontbrekend, *(n for n in open_.leest if n not in zaak.feiten)}
        for sleutel in open_.mogelijk:  # what else could change the outcome, whichever year it turns out to be
            try:
                werk = self._werkplaats.find_by(sleutel, zaak)
                if isinstance(werk, Werk):
                    namen.update(self._split(zaak, werk, self._inferentie.settle(werk.plan, zaak.feiten)).ontbrekend)
            except (BeslissingError, Tegenspraak):
                continue
        catalogi = self._werkplaats.catalogi(zaak.bekend_op)
        regelsets = tuple(r for r in self.regelsets if r.naam in open_.regelsets)
        herkomst = self._werkplaats.origin(regelsets, catalogi)
        return make_undated(
            zaak.vraag,
            missing(sorted(namen), (), self._omschrijvingen, bovengrens=True),
            open_,
            lambda merk: self._kwiteerder.make(zaak, herkomst, merk),
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


def _is_about(mislukt: Mapping[str, tuple[Melding, ...]], catalogi: Collection[Path]) -> bool:
    """Whether a catalogue that was stated is why a plugin cannot take part."""
    genoemd = {pad.as_posix() for pad in catalogi}
    return any(m.bestand in genoemd for meldingen in mislukt.values() for m in meldingen)


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
