"""Builds Beslissingen for one plan. All that does not depend on the zaak is spelled out once, its canonical JSON included.

The digest is taken over canonical JSON that is put together from those pieces; ``digest(canonical(b.content()))`` is the same, and a
property test holds it there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from operator import itemgetter
from typing import Final, NamedTuple

from .._canon import Json, canonical, canonical_text
from .._inferentie.afloop import Afloop, Resultaat
from .._plan.plan import Plan, Planregel
from .._taal.feitsoort import Feitveld
from .._taal.regelset import Afleiding, Effect, Eis, Motivering, Opening, Verplichting, Waarschuwing, Zin
from .._taal.vraag import Uitkomst
from .._waarden import ONBEKEND, Merk, Soort, Waarde
from . import beslissing as b
from .persoonlijk import personal_rules
from .spelling import Feitspeller
from .uitkomst import Uitslag, Weging
from .voorraad import Geheugen, Voorraad

_RESULTATEN: Final = {
    Resultaat.VOLDAAN: "voldaan",
    Resultaat.NIET_VOLDAAN: "niet_voldaan",
    Resultaat.ONBEKEND: "onbekend",
    Resultaat.VAN_TOEPASSING: "van_toepassing",
    Resultaat.VOLDAAN_ZO_NODIG: "voldaan",
}
_STAAT_VAST: Final = b.Waarschuwing(
    "Er ontbreken feiten, maar de uitkomst staat vast: zij is voor alle mogelijke waarden daarvan nagegaan en steeds dezelfde."
)
_GEEN_EIS: Final = b.Waarschuwing(
    "Geen enkele eis of verbod is op deze zaak van toepassing; daarom is er geen grond voor ja of nee."
)
_NIETS_JSON: Final = canonical(b.NIETS_ONTBREEKT.to_dict()).encode()
_UITKOMST: Final = {u: f',"uitkomst":"{u.value}",'.encode() for u in Uitkomst}
_ONTHOUDEN: Final = 512
_Sleutel = tuple[int, bool, tuple[Waarde, ...]]
"""A resultaat, whether it decides, and the facts taken: the same rule with the same of these is the same step."""


@dataclass(frozen=True, slots=True)
class _Vorm:
    """A step of one rule with one resultaat, but for its text and facts."""

    verwijzing: b.Regelverwijzing
    resultaat: str
    stukken: tuple[str, ...]
    toont: tuple[int, ...]
    """The pieces of its text, and where in what the rule takes the facts between them are."""
    voor: tuple[str, str]
    """Canonical JSON up to the facts: not decisive, decisive."""
    midden: str


@dataclass(frozen=True, slots=True)
class _Regelvorm:
    """All that a rule can come to."""

    spellers: tuple[Feitspeller, ...]
    """One for each fact that it takes."""
    leest: int
    """How many of those it reads; its texts only show the rest."""
    neemt: Callable[[tuple[Waarde, ...]], tuple[Waarde, ...]]
    """Takes from the slots what the rule reads and, after that, what any of its texts shows."""
    vormen: tuple[_Vorm, ...]
    effect: Effect
    persoonlijk: bool
    geheugen: Geheugen[_Sleutel, Stuk]


class Stuk(NamedTuple):
    """A finished step. The same rule with the same facts is the same step, whatever the zaak."""

    stap: b.Stap
    json: bytes
    waarschuwing: tuple[b.Waarschuwing, bytes] | None
    """The warning that the step gives, with its canonical JSON."""
    plicht: str | None
    persoonlijk: bool
    """Whether it may show something of a person."""


class Tekst(NamedTuple):
    """The canonical JSON of a Beslissing in parts: ``kop``, the steps with commas between them, ``slot``."""

    kop: bytes
    stappen: tuple[Stuk, ...]
    slot: bytes
    kop_persoonlijk: bool
    """Whether the kop may show what was derived from a personal fact. The slot, with the missing facts and the warnings, always may."""


Stapvoorraad = Voorraad[_Sleutel, Stuk]


class Opmaak:
    """Makes the Beslissingen of one plan."""

    def __init__(self, plan: Plan, velden: Mapping[str, Feitveld], weging: Weging, voorraad: Stapvoorraad) -> None:
        self.plan = plan
        self.weging = weging
        self._slot = {naam: nr for nr, naam in enumerate(plan.namen)}
        self._soort: dict[str, Soort | None] = {n: velden[n].type.soort if n in velden else None for n in plan.namen}
        self._voorraad = voorraad
        self._persoonlijk = personal_rules(plan, velden)
        self._kop_persoonlijk = any(isinstance(plan.regels[nr].regel.effect, Afleiding) for nr in self._persoonlijk)
        self._feiten = [voorraad.speller(n) for n in plan.namen]
        self._vormen = [self._forms(p) for p in plan.regels]
        self._afgeleid = [self._slot[n] for n in sorted(plan.afgeleid)]
        self._oordeel = {
            u: (plan.vraag.oordeel(u), f',"oordeel":{canonical_text(plan.vraag.oordeel(u))},'.encode())
            for u in Uitkomst
        }
        concepten = sorted(s.id for s in plan.regelsets if s.status == "concept")
        self._concept = [
            _warn(b.Waarschuwing(f"{id_} is een concept en geen geldend recht.", None, id_)) for id_ in concepten
        ]
        self._neemt_afgeleid = _taker(tuple(self._afgeleid))
        self._afgeleide: dict[tuple[Waarde, ...], tuple[tuple[b.AfgeleidFeit, ...], bytes]] = {}

    # -- static parts --------------------------------------------------------------------------------------------

    def _forms(self, p: Planregel) -> _Regelvorm:
        regel = p.regel
        effect, eigen = _describe_effect(regel.effect)
        leidt_af = tuple(_short(n) for n, _ in regel.effect.doelen) if isinstance(regel.effect, Afleiding) else ()
        route = regel.effect.route if isinstance(regel.effect, Opening) else regel.route
        leest = tuple((_short(n), self._soort[n]) for n in p.leest)
        verwijzing = b.Regelverwijzing(
            regel.id, p.regelset.id, regel.normen, regel.bron, effect, route, leidt_af, leest
        )
        zinnen = {r: _sentence(regel.motivering, r, eigen) for r in Resultaat}
        namen = list(p.leest)
        namen += sorted({n for z in zinnen.values() for n in z.feiten} - set(namen))
        slots = tuple(self._slot[n] for n in namen)
        vormen = tuple(self._form(verwijzing, r, z, tuple(namen.index(n) for n in z.feiten)) for r, z in zinnen.items())
        spellers = tuple(self._feiten[s] for s in slots)
        geheugen = self._voorraad.memory(
            aan=all(s.soort is not None for s in spellers)
        )  # a list cannot be looked up by
        persoonlijk = p.nr in self._persoonlijk
        return _Regelvorm(spellers, len(p.leest), _taker(slots), vormen, regel.effect, persoonlijk, geheugen)

    def _form(self, v: b.Regelverwijzing, resultaat: Resultaat, zin: Zin, toont: tuple[int, ...]) -> _Vorm:
        bron, normen = canonical(v.bron.to_dict()), canonical(list(v.normen))
        voor = tuple(f'{{"beslissend":{w},"bron":{bron},"effect":"{v.effect}","feiten":[' for w in ("false", "true"))
        leidt_af = f'"leidt_af":{canonical(list(v.leidt_af))},' if v.leidt_af else ""
        route = f'"route":"{v.route}",' if v.route is not None else ""
        naam = _RESULTATEN[resultaat]
        midden = f'],{leidt_af}"normen":{normen},"regel":"{v.regel}","regelset":"{v.regelset}","resultaat":"{naam}",{route}"tekst":'
        return _Vorm(v, naam, zin.stukken, toont, (voor[0], voor[1]), midden)

    # -- a zaak --------------------------------------------------------------------------------------------------

    def build(
        self,
        afloop: Afloop,
        uitslag: Uitslag,
        ontbrekend: b.Ontbrekend,
        per_deel: tuple[tuple[str, ...], ...],
        kwiteer: Callable[[str], b.Kwitantie],
        *,
        door_splitsen: bool,
    ) -> tuple[b.Beslissing, Tekst]:
        """Return the Beslissing and its text.

        Args:
            afloop: what inference came to.
            uitslag: the outcome, after missing facts were filled in.
            ontbrekend: why it is not known.
            per_deel: the missing facts of the zaak and of each route.
            kwiteer: makes the Kwitantie for the digest of the Beslissing.
            door_splitsen: whether the outcome is known only by filling in the missing facts.
        """
        stappen, waarden, uiterlijk = afloop
        delen = self.weging.decisive(stappen, uitslag)
        beslissend = delen[0]
        vormen = self._vormen
        voorop: list[Stuk] = []
        overig: list[Stuk] = []
        waarschuwingen = list(self._concept)
        plichten: list[b.Plicht] = []
        for nr, resultaat in stappen:
            telt = nr in beslissend
            vorm = vormen[nr]
            sleutel = (resultaat, telt, vorm.neemt(waarden))
            geheugen = vorm.geheugen
            if geheugen.aan:
                geheugen.gevraagd += 1
                stuk = geheugen.bekend.get(sleutel)
                if stuk is None:
                    stuk = _piece(vorm, sleutel)
                    geheugen.keep(sleutel, stuk)
            else:
                stuk = _piece(vorm, sleutel)
            (voorop if telt else overig).append(stuk)
            if stuk.waarschuwing is not None:
                waarschuwingen.append(stuk.waarschuwing)
            if stuk.plicht is not None:
                plichten.append(self._duty(nr, stuk.plicht, uiterlijk.get(nr)))
        if door_splitsen:
            waarschuwingen.append(_warn(_STAAT_VAST))
        elif (
            uitslag.zaak is Uitkomst.ONBEKEND
            and not beslissend
            and not ontbrekend.feiten
            and not self.plan.vraag.routes
        ):
            waarschuwingen.append(_warn(_GEEN_EIS))
        afgeleid, kop = self._derived(waarden)
        routes = self._routes(delen, uitslag, per_deel)
        oordeel, json_oordeel = self._oordeel[uitslag.zaak]
        stukken = (*voorop, *overig)
        slot = b"".join((
            b'],"ontbrekend":', _NIETS_JSON if ontbrekend is b.NIETS_ONTBREEKT else _json(ontbrekend.to_dict()), json_oordeel,
            b'"routes":', _json([r.to_dict() for r in routes]) if routes else b"[]", _UITKOMST[uitslag.zaak],
            b'"verplichtingen":', _json([p.to_dict() for p in plichten]) if plichten else b"[]",
            b',"waarschuwingen":[', b",".join([j for _, j in waarschuwingen]), b"]}",
        ))  # fmt: skip
        merk = "sha256:" + sha256(b"".join((kop, b",".join([s.json for s in stukken]), slot))).hexdigest()
        beslissing = b.Beslissing(
            uitslag.zaak,
            oordeel,
            afgeleid,
            tuple([s.stap for s in stukken]),
            ontbrekend,
            tuple([w for w, _ in waarschuwingen]),
            tuple(plichten),
            routes,
            merk,
            kwiteer(merk),
        )
        return beslissing, Tekst(kop, stukken, slot, self._kop_persoonlijk)

    def _derived(self, waarden: tuple[Waarde, ...]) -> tuple[tuple[b.AfgeleidFeit, ...], bytes]:
        """Return the derived facts that have a value, and the kop that they make. Most zaken share them with many others."""
        sleutel = self._neemt_afgeleid(waarden)
        paar = self._afgeleide.get(sleutel)
        if paar is None:
            if len(self._afgeleide) >= _ONTHOUDEN:
                self._afgeleide = {}
            paar = self._afgeleide[sleutel] = self._derive(sleutel)
        return paar

    def _derive(self, waarden: tuple[Waarde, ...]) -> tuple[tuple[b.AfgeleidFeit, ...], bytes]:
        feiten = []
        for slot, waarde in zip(self._afgeleid, waarden, strict=True):
            soort = self._feiten[slot].soort
            if waarde is not None and waarde is not ONBEKEND and soort is not None:
                sector, _, kort = self._feiten[slot].naam.partition(":")
                feiten.append(b.AfgeleidFeit(sector, kort, soort, waarde))
        json = ",".join([canonical(f.to_dict()) for f in feiten])
        return tuple(feiten), f'{{"afgeleid":[{json}],"motivering":['.encode()

    def _duty(self, nr: int, plicht: str, uiterlijk: Waarde) -> b.Plicht:
        effect = self.plan.regels[nr].regel.effect
        assert isinstance(effect, Verplichting)
        dag: date | Merk | None = uiterlijk if isinstance(uiterlijk, date) else ONBEKEND
        return b.Plicht(self.plan.regels[nr].regel.id, plicht, effect.wie, None if effect.uiterlijk is None else dag)

    def _routes(
        self, delen: tuple[Set[int], ...], uitslag: Uitslag, per_deel: tuple[tuple[str, ...], ...]
    ) -> tuple[b.Route, ...]:
        if not self.weging.routes:
            return ()
        ids = [p.regel.id for p in self.plan.regels]
        return tuple(
            b.Route(
                naam,
                uitkomst,
                tuple(ids[nr] for nr in sorted(delen[deel])),
                per_deel[deel] if deel < len(per_deel) else (),
            )
            for deel, (naam, uitkomst) in enumerate(zip(self.weging.routes, uitslag.routes, strict=True), start=1)
        )


def missing(
    namen: Sequence[str], gaten: tuple[b.Gat, ...], omschrijvingen: Mapping[str, str], *, bovengrens: bool
) -> b.Ontbrekend:
    """Return the missing facts with what they mean."""
    if not namen and not gaten:
        return b.NIETS_ONTBREEKT
    return b.Ontbrekend(tuple(b.OntbrekendFeit(n, describe(n, omschrijvingen)) for n in namen), gaten, bovengrens)


def describe(naam: str, omschrijvingen: Mapping[str, str]) -> str:
    """Return what a missing fact means; an item of a list goes by its field, a whole list by its feitsoort."""
    kaal = naam
    if "[" in naam:
        lijst, _, rest = naam.partition("[")
        kaal = f"{lijst}.{rest.partition('].')[2]}"
    return omschrijvingen.get(kaal, f"De lijst `{naam}`.")


def _short(naam: str) -> str:
    return naam.rpartition(":")[2]


def _sentence(m: Motivering, resultaat: Resultaat, zin: Zin | None) -> Zin:
    if zin is not None:
        return zin
    if resultaat is Resultaat.NIET_VOLDAAN:
        return m.nee
    return m.onbekend if resultaat is Resultaat.ONBEKEND else m.ja


def _json(waarde: Json) -> bytes:
    return canonical(waarde).encode()


def _warn(waarschuwing: b.Waarschuwing) -> tuple[b.Waarschuwing, bytes]:
    return waarschuwing, _json(waarschuwing.to_dict())


def _piece(regel: _Regelvorm, sleutel: _Sleutel) -> Stuk:
    """Make a step."""
    resultaat, telt, genomen = sleutel
    vorm = regel.vormen[resultaat]
    spellers = regel.spellers
    tekst = vorm.stukken[0]
    for plek, stuk in zip(vorm.toont, vorm.stukken[1:], strict=True):
        tekst += spellers[plek].show(genomen[plek]) + stuk
    feiten = ",".join([spellers[nr].spell(genomen[nr]) for nr in range(regel.leest)])
    json = f"{vorm.voor[telt]}{feiten}{vorm.midden}{canonical_text(tekst)}}}".encode()
    v = vorm.verwijzing
    waarschuwing: tuple[b.Waarschuwing, bytes] | None = None
    plicht: str | None = None
    if resultaat == Resultaat.VAN_TOEPASSING and isinstance(regel.effect, Waarschuwing):
        waarschuwing = _warn(b.Waarschuwing(tekst, v.regel, v.regelset))
    elif isinstance(regel.effect, Verplichting):
        plicht = tekst
    stap = b.Stap(v, vorm.resultaat, telt, tekst, genomen[: regel.leest])
    return Stuk(stap, json, waarschuwing, plicht, regel.persoonlijk)


def _describe_effect(effect: Effect) -> tuple[str, Zin | None]:
    """Return the name of an effect, and the text that it brings itself."""
    match effect:
        case Eis(verbod=verbod):
            return ("verbied" if verbod else "eis"), None
        case Afleiding():
            return "leid_af", None
        case Waarschuwing(tekst):
            return "waarschuw", tekst
        case Verplichting(plicht, _, _):
            return "verplicht", plicht
        case Opening():
            return "open", None


def _taker(slots: tuple[int, ...]) -> Callable[[tuple[Waarde, ...]], tuple[Waarde, ...]]:
    if not slots:
        return lambda _: ()
    if len(slots) == 1:
        (slot,) = slots
        return lambda waarden: (waarden[slot],)
    return itemgetter(*slots)
