"""The Beslissing and what it is made of. All of it is immutable."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from .._canon import Json
from .._taal.bron import Bron
from .._taal.vraag import Uitkomst
from .._waarden import ONBEKEND, Merk, Soort, Waarde, spell


@dataclass(frozen=True, slots=True)
class Feitwaarde:
    """A fact with its value: cents for amounts, ``None`` when known to be empty, a ``Merk`` when unknown or not applicable."""

    feit: str
    soort: Soort | None
    """None for a list fact."""
    waarde: Waarde

    @property
    def onbekend(self) -> bool:
        """Whether the fact was not given."""
        return self.waarde is ONBEKEND

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form."""
        kaal: dict[str, Json] = {"feit": self.feit}
        if self.waarde is ONBEKEND:
            return kaal | {"onbekend": True}
        if isinstance(self.waarde, Merk):
            return kaal | {"nvt": True}
        if isinstance(self.waarde, tuple):
            return kaal | {"type": "lijst", "waarde": len(self.waarde)}
        assert self.soort is not None
        return kaal | {"type": self.soort.value, "waarde": spell(self.waarde, self.soort)}


@dataclass(frozen=True, slots=True)
class AfgeleidFeit:
    """A fact that the rules of a sector derived."""

    sector: str
    feit: str
    soort: Soort
    waarde: Waarde

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {"sector": self.sector, **Feitwaarde(self.feit, self.soort, self.waarde).to_dict()}


@dataclass(frozen=True, slots=True)
class Regelverwijzing:
    """Where a step comes from: the rule, its regelset, norms and source."""

    regel: str
    regelset: str
    normen: tuple[str, ...]
    bron: Bron
    effect: str
    route: str | None
    leidt_af: tuple[str, ...]
    leest: tuple[tuple[str, Soort | None], ...] = field(repr=False)
    """Name and kind of every fact that the rule reads."""


class Stap(NamedTuple):
    """One step of the Motivering. A tuple, because every Beslissing makes several and a frozen dataclass takes thrice as long."""

    verwijzing: Regelverwijzing
    resultaat: str
    """``voldaan``, ``niet_voldaan``, ``onbekend`` or ``van_toepassing``."""
    beslissend: bool
    """Whether the uitkomst rests on this step."""
    tekst: str
    waarden: tuple[Waarde, ...]
    """The values of the facts that the rule read, in the order of ``feiten``."""

    @property
    def regel(self) -> str:
        """The id of the rule."""
        return self.verwijzing.regel

    @property
    def regelset(self) -> str:
        """The regelset version, ``msz/tarieven@2025.1``."""
        return self.verwijzing.regelset

    @property
    def normen(self) -> tuple[str, ...]:
        """The norms that the rule carries."""
        return self.verwijzing.normen

    @property
    def bron(self) -> Bron:
        """The document and the place in it."""
        return self.verwijzing.bron

    @property
    def effect(self) -> str:
        """``eis``, ``verbied``, ``leid_af``, ``waarschuw``, ``verplicht`` or ``open``."""
        return self.verwijzing.effect

    @property
    def feiten(self) -> tuple[Feitwaarde, ...]:
        """The facts that the rule read, with the values they had."""
        paren = zip(self.verwijzing.leest, self.waarden, strict=True)
        return tuple(Feitwaarde(naam, soort, waarde) for (naam, soort), waarde in paren)

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form."""
        v = self.verwijzing
        kaal: dict[str, Json] = {
            "regel": v.regel,
            "regelset": v.regelset,
            "normen": list(v.normen),
            "bron": v.bron.to_dict(),
            "effect": v.effect,
            "resultaat": self.resultaat,
            "beslissend": self.beslissend,
            "tekst": self.tekst,
            "feiten": [f.to_dict() for f in self.feiten],
        }
        if v.route is not None:
            kaal["route"] = v.route
        if v.leidt_af:
            kaal["leidt_af"] = list(v.leidt_af)
        return kaal


@dataclass(frozen=True, slots=True)
class OntbrekendFeit:
    """A fact that was not given and may still change the uitkomst."""

    feit: str
    omschrijving: str

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {"feit": self.feit, "omschrijving": self.omschrijving}


@dataclass(frozen=True, slots=True)
class Gat:
    """What a catalogue does not hold although a rule needs it: nobody who asks can fill it in."""

    catalogus: str
    feit: str
    code: str
    op: date

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {"catalogus": self.catalogus, "feit": self.feit, "code": self.code, "op": self.op.isoformat()}


@dataclass(frozen=True, slots=True)
class Ontbrekend:
    """Why a Beslissing is ``onbekend``."""

    feiten: tuple[OntbrekendFeit, ...] = ()
    gaten: tuple[Gat, ...] = ()
    bovengrens: bool = False
    """Whether ``feiten`` may name one that cannot change the uitkomst: it never leaves one out that can."""

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {
            "bovengrens": self.bovengrens,
            "feiten": [f.to_dict() for f in self.feiten],
            "gaten": [g.to_dict() for g in self.gaten],
        }


NIETS_ONTBREEKT = Ontbrekend()


@dataclass(frozen=True, slots=True)
class Waarschuwing:
    """A warning that comes with the decision; ``regel`` and ``regelset`` where a rule gave it."""

    tekst: str
    regel: str | None = None
    regelset: str | None = None

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form."""
        kaal: dict[str, Json] = {"tekst": self.tekst}
        if self.regel is not None:
            kaal["regel"] = self.regel
        if self.regelset is not None:
            kaal["regelset"] = self.regelset
        return kaal


@dataclass(frozen=True, slots=True)
class Plicht:
    """A duty that runs. ``uiterlijk`` is its last day, None where it has no term, ``ONBEKEND`` where that cannot be computed yet."""

    regel: str
    plicht: str
    wie: str
    uiterlijk: date | Merk | None

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form."""
        dag = self.uiterlijk
        return {
            "regel": self.regel,
            "plicht": self.plicht,
            "wie": self.wie,
            "uiterlijk": dag.isoformat() if isinstance(dag, date) else None if dag is None else "onbekend",
        }


@dataclass(frozen=True, slots=True)
class Route:
    """A route with an uitkomst of its own."""

    route: str
    uitkomst: Uitkomst
    beslissend: tuple[str, ...]
    ontbrekend: tuple[str, ...]

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {
            "route": self.route,
            "uitkomst": self.uitkomst.value,
            "beslissend": list(self.beslissend),
            "ontbrekend": list(self.ontbrekend),
        }


@dataclass(frozen=True, slots=True)
class Herkomst:
    """What every Beslissing by the same regelsets on the same engine was made with."""

    engine: str
    taal: str
    schemas: str
    inferentie: str
    regelsets: tuple[tuple[str, str, str], ...]
    """Id, digest and status of every regelset that was considered."""
    catalogi: tuple[tuple[str, str], ...]
    """Id and digest of every catalogue of those sectors."""
    plugins: tuple[tuple[str, str, str], ...]
    """Plugin, distribution and version."""

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {
            "engine": self.engine,
            "taal": self.taal,
            "schemas": self.schemas,
            "inferentie": self.inferentie,
            "regelsets": [{"regelset": i, "digest": d, "status": s} for i, d, s in self.regelsets],
            "catalogi": [{"catalogus": i, "digest": d} for i, d in self.catalogi],
            "plugins": [{"plugin": p, "distributie": d, "versie": v} for p, d, v in self.plugins],
        }


@dataclass(frozen=True, slots=True)
class Kwitantie:
    """What a Beslissing was made with, and from. Travels beside the Beslissing; not part of its digest."""

    vraag: str
    peildatum: date
    bekend_op: date | None
    concept: bool
    feiten: str
    """The digest of the facts in canonical form."""
    beslissing: str
    """The digest of the Beslissing."""
    herkomst: Herkomst

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form, under ``kwitantie.schema.json``."""
        return {
            "vraag": self.vraag,
            "peildatum": self.peildatum.isoformat(),
            "bekend_op": self.bekend_op.isoformat() if self.bekend_op else None,
            "concept": self.concept,
            "feiten": self.feiten,
            "beslissing": self.beslissing,
            **self.herkomst.to_dict(),
        }


class Journaalplek(NamedTuple):
    """Where a Beslissing is recorded."""

    log: str
    """Which Journaal."""
    nr: int
    """The number of the record in it."""

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {"log": self.log, "nr": self.nr}


@dataclass(frozen=True, slots=True)
class Beslissing:
    """The answer to a zaak, with its grounds."""

    uitkomst: Uitkomst
    oordeel: str
    """The label that the vraag gives the uitkomst: ``toegestaan``, ``niet_toegestaan``, ``voldoet``, …"""
    afgeleid: tuple[AfgeleidFeit, ...]
    motivering: tuple[Stap, ...]
    """First the steps that decided, then those that were considered."""
    ontbrekend: Ontbrekend
    waarschuwingen: tuple[Waarschuwing, ...]
    verplichtingen: tuple[Plicht, ...]
    routes: tuple[Route, ...]
    digest: str
    """SHA-256 over the canonical JSON of everything above: the same on every machine and for every inference engine."""
    kwitantie: Kwitantie
    journaal: Journaalplek | None = None
    """Where it is recorded; None without a Journaal."""

    @property
    def beslissend(self) -> tuple[Stap, ...]:
        """The steps on which the uitkomst rests."""
        return tuple(s for s in self.motivering if s.beslissend)

    def derived(self, feit: str, sector: str | None = None) -> Waarde:
        """Return the value of a derived fact: ``b.derived("prestatie.tariefsoort")``.

        ``ONBEKEND`` when there is none here: it is unknown, or empty, or nothing derives a fact of this name.
        """
        for a in self.afgeleid:
            if a.feit == feit and sector in {None, a.sector}:
                return a.waarde
        return ONBEKEND

    def content(self) -> dict[str, Json]:
        """Return what the digest covers."""
        return {
            "uitkomst": self.uitkomst.value,
            "oordeel": self.oordeel,
            "afgeleid": [a.to_dict() for a in self.afgeleid],
            "motivering": [s.to_dict() for s in self.motivering],
            "ontbrekend": self.ontbrekend.to_dict(),
            "waarschuwingen": [w.to_dict() for w in self.waarschuwingen],
            "verplichtingen": [p.to_dict() for p in self.verplichtingen],
            "routes": [r.to_dict() for r in self.routes],
        }

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form, under ``beslissing.schema.json``."""
        plek: dict[str, Json] = {} if self.journaal is None else {"journaal": self.journaal.to_dict()}
        return {**self.content(), "digest": self.digest, "kwitantie": self.kwitantie.to_dict(), **plek}
