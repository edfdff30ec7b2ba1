"""The Engine: from a zaak to a Beslissing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, Self

from ._besluiter import Besluit, Besluiter, make_inference
from ._lezen.meldingen import Melding
from ._lezen.zaak import Zaak, Zaaklezer
from ._taal.catalogus import Catalogus
from ._taal.regelset import Regelset
from ._taal.vraag import VRAGEN, Uitkomst, Vraag
from .errors import RegelsetError, ZorgregelsError

if TYPE_CHECKING:
    from ._besluit.beslissing import Beslissing
    from ._besluit.uitleg import Lezer
    from ._journaal.bewaring import Bewaar
    from ._journaal.boekhouder import Boekhouder
    from ._journaal.journaal import Journaal

Enginenaam = Literal["compiled", "durable"]
_GROEP: Final = 1000
"""How many decisions are written to a Journaal at once, left alone."""


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
        journaal: where every decision is recorded before it is returned: an open Journaal, its file, or the URL of a
            PostgreSQL database. None records nothing.
        sleutels: the folder of the keys of a Journaal that is named; None means where ``ZORGREGELS_SLEUTELS`` says, else the
            folder ``<file>.sleutels``.
        bewaar: which facts a Journaal keeps: ``gelezen``, those that a rule read; ``alles``, also those that only a later rule
            might read. What says who somebody is is never kept.

    Raises:
        PluginError: a stated plugin is not there, is there twice or cannot be read.
        RegelsetError: the files of a stated plugin, or a catalogue that is stated, hold faults.
        InferentieError: the inference engine cannot be had here.
        JournaalError: there is no Journaal there, or it cannot be written to.
        ValueError: ``engine`` or ``bewaar`` is no word for one.
    """

    def __init__(
        self,
        *,
        plugins: Collection[str | Path] | None = None,
        catalogi: Collection[Path | str] = (),
        engine: Enginenaam = "compiled",
        cache: Path | str | None = None,
        journaal: Journaal | Path | str | None = None,
        sleutels: Path | str | None = None,
        bewaar: Bewaar = "gelezen",
    ) -> None:
        from ._laden.geheugen import Geheugen, default_folder
        from ._laden.plugins import load_plugins
        from ._laden.start import start

        gevonden = load_plugins(plugins)
        vragen: dict[str, Vraag] = {**VRAGEN, **{v.naam: v for v in gevonden.vragen}}
        geheugen = Geheugen(Path(cache) if cache is not None else default_folder())
        bundels = gevonden.bundels
        extra = [Path(c) for c in catalogi]
        if extra:
            from ._laden.erbij import add_catalogi

            bundels = add_catalogi(bundels, extra, geheugen)
        lading = start(bundels, vragen, geheugen)
        if lading.mislukt and (plugins is not None or _is_about(lading.mislukt, extra)):
            raise RegelsetError([m for naam in sorted(lading.mislukt) for m in lading.mislukt[naam]])
        self.lading = lading
        """Everything that was loaded: for tools of this package; not part of what an embedder may count on."""
        self.mislukt: Mapping[str, tuple[Melding, ...]] = {**gevonden.mislukt, **lading.mislukt}
        """The plugins that were found but could not be used, and why."""
        self._lezer = Zaaklezer(lading.omgeving.feitsoorten, vragen)
        self._besluiter = Besluiter(lading, make_inference(engine))
        self._boekhouder: Boekhouder | None = None
        if journaal is not None:
            from ._journaal.boekhouder import Boekhouder
            from ._journaal.griffier import Griffier
            from ._journaal.journaal import Journaal

            eigen = not isinstance(journaal, Journaal)
            boek = (
                journaal
                if isinstance(journaal, Journaal)
                else Journaal.open(journaal, sleutels=None if sleutels is None else Path(sleutels))
            )
            self._boekhouder = Boekhouder(boek, Griffier(lading, self._besluiter, boek.keys(), bewaar), eigen=eigen)

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
        betrokkene: str | None = None,
    ) -> Beslissing:
        """Return the Beslissing of a zaak, given whole or in parts. With a Journaal it has been recorded then.

        Args:
            zaak: ``{"vraag", "peildatum", "feiten"}`` and optionally ``bekend_op``, ``concept`` and ``betrokkene``.
            vraag: what is asked, such as ``declaratie``. Not beside a whole zaak; nor are feiten.
            peildatum: the date for which it is asked; beside a whole zaak, instead of the zaak's own, as are the three below.
            feiten: by feitsoort an object, or a list of objects; what is not given is unknown.
            bekend_op: decide by what was known on that day; left out: by all that is loaded.
            concept: whether regelsets that are not law may take part.
            betrokkene: who the zaak is about, such as a BSN. It decides nothing; a Journaal keeps a keyed hash of it.

        Raises:
            ZaakError: the zaak does not validate; every fault is in ``meldingen``.
            BeslissingError: no regelset speaks or is in force, or rules contradict each other.
            InferentieError: the inference engine failed.
        """
        if zaak is not None:
            if vraag is not None or feiten is not None:
                raise TypeError("geef een hele zaak, of vraag, peildatum en feiten")
            over = {
                "peildatum": peildatum,
                "bekend_op": bekend_op,
                "concept": concept or None,
                "betrokkene": betrokkene,
            }
            anders = {naam: waarde for naam, waarde in over.items() if waarde is not None}
            gelezen = self._lezer.read({**zaak, **anders} if anders else zaak)
        else:
            weg = frozenset(n for n, w in (("vraag", vraag), ("peildatum", peildatum), ("feiten", feiten)) if w is None)
            gelezen = self._lezer.make(
                vraag, peildatum, feiten, bekend_op=bekend_op, concept=concept, betrokkene=betrokkene, weg=weg
            )
        besluit = self._besluiter.decide(gelezen)
        if self._boekhouder is None:
            return besluit.beslissing
        return self._boekhouder.record([(gelezen, besluit)])[0]

    def decide_many(
        self, zaken: Iterable[Mapping[str, object]], *, groep: int = _GROEP
    ) -> Iterator[Beslissing | ZorgregelsError]:
        """Yield for each zaak its Beslissing, or why there is none, in the order of the zaken.

        With a Journaal the decisions of a group are recorded together, which takes far less time than one by one; no
        answer of a group is given before all of it is recorded.

        Args:
            zaken: each as for ``decide``.
            groep: how many zaken are read and decided before the first of them is answered.

        Raises:
            JournaalError: a group cannot be recorded; none of it is answered.
            ValueError: a group has at least one zaak.
        """
        if groep < 1:
            raise ValueError(f"een groep is minstens 1 zaak; niet {groep}")
        return self._decide_groups(iter(zaken), groep)

    def _decide_groups(
        self, stroom: Iterator[Mapping[str, object]], groep: int
    ) -> Iterator[Beslissing | ZorgregelsError]:
        while deel := list(islice(stroom, groep)):
            besluiten = [self._try(zaak) for zaak in deel]
            if self._boekhouder is None:
                yield from (b if isinstance(b, ZorgregelsError) else b[1].beslissing for b in besluiten)
                continue
            goed = iter(self._boekhouder.record([b for b in besluiten if not isinstance(b, ZorgregelsError)]))
            yield from (b if isinstance(b, ZorgregelsError) else next(goed) for b in besluiten)

    def _try(self, zaak: Mapping[str, object]) -> tuple[Zaak, Besluit] | ZorgregelsError:
        try:
            gelezen = self._lezer.read(zaak)
            return gelezen, self._besluiter.decide(gelezen)
        except ZorgregelsError as fout:
            return fout

    def evaluate(self, zaak: Mapping[str, object]) -> tuple[Uitkomst, tuple[str, ...]]:
        """Return the bare uitkomst by Kleene's logic and the rules that decided, without grounds, receipt or case splitting.

        Raises:
            ZaakError: as ``decide``.
            BeslissingError: as ``decide``.
        """
        return self._besluiter.evaluate(self._lezer.read(zaak))

    def explain(self, zaak: Mapping[str, object], *, voor: Lezer = "auditor") -> str:
        """Decide a zaak and return the explanation, plain text in Dutch.

        Args:
            zaak: as for ``decide``.
            voor: ``burger``, ``auditor`` or ``ontwikkelaar``.

        Raises:
            ZorgregelsError: as ``decide``.
        """
        from ._besluit import uitleg

        def plain(zaak: Mapping[str, object]) -> Beslissing:  # what is tried to explain is no decision to record
            return self._besluiter.decide(self._lezer.read(zaak)).beslissing

        return uitleg.explain(plain(zaak), voor=voor, zaak=zaak, decide=plain)

    # -- what is loaded ------------------------------------------------------------------------------------------

    @property
    def vragen(self) -> tuple[Vraag, ...]:
        """The vragen that can be asked."""
        return tuple(v for _, v in sorted(self.lading.omgeving.vragen.items()))

    @property
    def regelsets(self) -> tuple[Regelset, ...]:
        """Every regelset version, sorted by id."""
        return tuple(sorted((r for s in self.lading.sectoren for r in s.regelsets), key=lambda r: r.id))

    @property
    def catalogi(self) -> tuple[Catalogus, ...]:
        """Every catalogue version, sorted by id."""
        return tuple(sorted((c for v in self.lading.omgeving.catalogi.values() for c in v), key=lambda c: c.id))

    @property
    def plugins(self) -> tuple[Plugininfo, ...]:
        """Every plugin that was found, sorted by name, with why it does not take part where it does not."""
        goed = [
            Plugininfo(s.bundel.plugin, s.bundel.distributie, s.bundel.versie, s.naam, s.titel, len(s.regelsets))
            for s in self.lading.sectoren
        ]
        slecht = [Plugininfo(naam, "-", "-", "-", "-", 0, meldingen) for naam, meldingen in self.mislukt.items()]
        return tuple(sorted(goed + slecht, key=lambda p: p.plugin))

    def close(self) -> None:
        """Release what is held outside the process: by the Journaal, and by the inference engine where that is not compiled."""
        self._besluiter.inferentie.close()
        if self._boekhouder is not None:
            self._boekhouder.close()

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
