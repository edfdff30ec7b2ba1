"""Rule documents in, typed Regelsets out."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from .._canon import canonical, digest
from .._lezen.meldingen import Melding, Pad, suggest
from .._waarden import Soort
from ..errors import RegelsetError
from .bron import Bron
from .feitsoort import Feitveld
from .lezer import BENOEMD, Gemeld, Lezer, families_fit
from .omgeving import Omgeving
from .regelset import (
    Afleiding,
    Datumregel,
    Effect,
    Eis,
    Inhoud,
    Motivering,
    Opening,
    Regel,
    Regelset,
    Verplichting,
    Waarschuwing,
    Zin,
)
from .termen import ALTIJD, Constante, Uitdrukking, Voorwaarde, reads
from .verslag import Verslag

Data = Any
_OVERGENOMEN: Final = ("reikwijdte", "datum")
_STANDAARD: Final = {
    "ja": "Hieraan is voldaan.",
    "nee": "Hieraan is niet voldaan.",
    "onbekend": "Of hieraan is voldaan, is met de gegeven feiten niet te zeggen.",
}


@dataclass(frozen=True, slots=True)
class Regelplek:
    """A rule's data and where it is written: an inherited rule stands in another file."""

    data: Data
    bestand: str
    pad: Pad


@dataclass(frozen=True, slots=True)
class Vlak:
    """A regelset document with everything it takes over from an earlier one written out."""

    bestand: str
    data: Data
    regels: tuple[Regelplek, ...]
    overgenomen: Mapping[str, str] = field(default_factory=dict)
    """Which keys were taken over, and the file in which each is written."""
    los: bool = False
    """Whether what it builds on could not be found: then what is missing here may be there."""

    @property
    def id(self) -> str:
        """``<sector>/<onderwerp>@<versie>``."""
        return f"{self.data['regelset']}@{self.data['versie']}"


def flatten(documenten: Mapping[str, Data], verslag: Verslag) -> dict[str, Vlak]:
    """Write out every ``bouwt_op``; return the flat documents by regelset id.

    Args:
        documenten: the documents of one sector by file name, each valid under its schema.
        verslag: receives duplicates, unknown bases and circles.
    """
    per_id: dict[str, str] = {}
    for bestand, data in documenten.items():
        id_ = f"{data['regelset']}@{data['versie']}"
        if id_ in per_id:
            verslag.add(
                "ZR-306",
                bestand,
                ("versie",),
                f"`{id_}` staat ook in {per_id[id_]}",
                "Een gepubliceerde versie verandert niet: geef deze een nieuw versienummer.",
            )
        else:
            per_id[id_] = bestand
    vlak: dict[str, Vlak] = {}
    for id_ in per_id:
        _flatten_one(id_, per_id, documenten, vlak, verslag, ())
    return vlak


def _flatten_one(
    id_: str,
    per_id: Mapping[str, str],
    documenten: Mapping[str, Data],
    klaar: dict[str, Vlak],
    verslag: Verslag,
    keten: tuple[str, ...],
) -> Vlak | None:
    if id_ in klaar:
        return klaar[id_]
    bestand = per_id[id_]
    data = documenten[bestand]
    eigen = [Regelplek(r, bestand, ("regels", i)) for i, r in enumerate(data["regels"])]
    basis_id = data.get("bouwt_op")
    basis: Vlak | None = None
    if basis_id is not None:
        if basis_id in (*keten, id_):
            verslag.add(
                "ZR-305",
                bestand,
                ("bouwt_op",),
                "de versies bouwen in een kring op elkaar: " + " → ".join(_from(basis_id, (*keten, id_, basis_id))),
                "Bouw op een eerdere versie, of schrijf de regels uit.",
            )
        elif basis_id not in per_id:
            verslag.add("ZR-305", bestand, ("bouwt_op",), f"onbekende regelset `{basis_id}`", suggest(basis_id, per_id))
        else:
            basis = _flatten_one(basis_id, per_id, documenten, klaar, verslag, (*keten, id_))
    elif "vervalt" in data:
        verslag.add(
            "ZR-305",
            bestand,
            ("vervalt",),
            "er vervalt alleen iets als de regelset op een andere bouwt",
            "Voeg `bouwt_op` toe.",
        )
    regels = _merge(basis, eigen, data.get("vervalt", ()), bestand, verslag)
    vol = {k: v for k, v in data.items() if k not in {"bouwt_op", "vervalt", "regels"}}
    overgenomen: dict[str, str] = {}
    if basis is not None:
        overgenomen = {
            k: basis.overgenomen.get(k, basis.bestand) for k in _OVERGENOMEN if k not in vol and k in basis.data
        }
        vol |= {k: basis.data[k] for k in overgenomen}
    los = basis_id is not None and (basis is None or basis.los)
    klaar[id_] = Vlak(bestand, vol, tuple(regels), overgenomen, los)
    return klaar[id_]


def _from(id_: str, keten: tuple[str, ...]) -> tuple[str, ...]:
    """The circle itself, without the way that led to it."""
    return keten[keten.index(id_) :]


def _merge(
    basis: Vlak | None, eigen: list[Regelplek], vervalt: list[str] | tuple[()], bestand: str, verslag: Verslag
) -> list[Regelplek]:
    ids: dict[str, Regelplek] = {}
    for plek in eigen:
        if plek.data["id"] in ids:
            verslag.add(
                "ZR-301",
                bestand,
                (*plek.pad, "id"),
                f"de regel `{plek.data['id']}` staat er twee keer",
                "Geef elke regel een eigen naam.",
            )
        ids[plek.data["id"]] = plek
    geerfd = {p.data["id"]: p for p in basis.regels} if basis else {}
    for i, id_ in enumerate(vervalt):
        if id_ not in geerfd:
            verslag.add(
                "ZR-304",
                bestand,
                ("vervalt", i),
                f"de regel `{id_}` bestaat niet in de versie waarop dit bouwt",
                suggest(id_, geerfd),
            )
    return [ids.pop(id_, plek) for id_, plek in geerfd.items() if id_ not in vervalt or id_ in ids] + [
        p for p in eigen if ids.get(p.data["id"]) is p
    ]


def parse_regelset(vlak: Vlak, omgeving: Omgeving, verslag: Verslag) -> Regelset | None:
    """Return the typed Regelset, or None when a fault was noted."""
    parser = _Parser(vlak, omgeving, verslag)
    voor = len(verslag.meldingen)
    kop = parser.head()
    regels = parser.rules()
    if kop is None or len(verslag.meldingen) > voor:
        return None
    plat = flat(vlak)
    return replace(kop, inhoud=Inhoud(plat, lambda: regels), digest=digest(canonical(plat)))


def recall_regelset(vlak: Vlak, omgeving: Omgeving, merk: str) -> Regelset:
    """Return a Regelset that was found without faults before; its rules are typed when they are needed.

    What is remembered is held against its digest then: rules that are not those of the digest decide nothing.

    Raises:
        ValueError: its head is not what a faultless regelset has.
    """
    verslag = Verslag()
    parser = _Parser(vlak, omgeving, verslag)
    kop = parser.head()
    if kop is None:
        raise ValueError(vlak.id)
    plat = flat(vlak)

    def rules() -> tuple[Regel, ...]:
        regels = parser.rules()
        if verslag.meldingen or digest(canonical(plat)) != merk:
            tekst = f"wat van {vlak.id} onthouden is, is niet wat toen gelezen werd"
            raise RegelsetError(
                [Melding("ZR-407", tekst, "Verwijder de map met onthouden bestanden (zie ZORGREGELS_CACHE).")]
            )
        return regels

    return replace(kop, inhoud=Inhoud(plat, rules), digest=merk)


def flat(vlak: Vlak) -> Data:
    """Return the flat form of a regelset: its own words and those it took over."""
    return {**vlak.data, "regels": [p.data for p in vlak.regels]}


def parse_bron(data: Data) -> Bron:
    """Return the Bron that a valid mapping spells."""
    return Bron(**data)


@dataclass(slots=True)
class _Parser:
    vlak: Vlak
    omgeving: Omgeving
    verslag: Verslag

    def rules(self) -> tuple[Regel, ...]:
        """Return the typed rules without a fault."""
        sector = self.vlak.data["regelset"].partition("/")[0]
        return tuple(r for p in self.vlak.regels if (r := self._regel(p, sector)) is not None)

    def head(self) -> Regelset | None:
        """Return everything but the rules, or None when a fault was noted."""
        data = self.vlak.data
        voor = len(self.verslag.meldingen)
        lezer = self._lezer(self.vlak.bestand)
        for i, ander in enumerate(data.get("leest", ())):
            if ander not in self.omgeving.feitsoorten:
                lezer.fail(
                    "ZR-215",
                    ("leest", i),
                    f"sector `{ander}` is niet geladen",
                    suggest(ander, self.omgeving.feitsoorten),
                )
        van, tot = self._geldig(lezer)
        reikwijdte = {}
        bereik = self._lezer(self.vlak.overgenomen.get("reikwijdte", self.vlak.bestand))
        for vraag, voorwaarde in data.get("reikwijdte", {}).items():
            self._check_vraag(bereik, vraag, ("reikwijdte", vraag, "#sleutel"))
            try:
                reikwijdte[vraag] = bereik.voorwaarde(voorwaarde, ("reikwijdte", vraag))
                self._only_given(bereik, reads(reikwijdte[vraag]), ("reikwijdte", vraag), "reikwijdte")
            except Gemeld:
                continue
        if not reikwijdte and "reikwijdte" not in data and not self.vlak.los:
            lezer.fail("ZR-311", (), "`reikwijdte` ontbreekt", "Zeg voor welke zaken deze regelset spreekt.")
        dagen = self._lezer(self.vlak.overgenomen.get("datum", self.vlak.bestand))
        datum = {v: self._datum(dagen, v, d) for v, d in data.get("datum", {}).items()}
        if len(self.verslag.meldingen) > voor:
            return None
        bekend = data["bekend"]
        return Regelset(
            data["regelset"],
            data["versie"],
            data["titel"],
            data["status"],
            van,
            tot,
            None if bekend == "onbekend" else date.fromisoformat(bekend),
            parse_bron(data["bron"]),
            data.get("buiten_geldigheid") == "zwijgt",
            reikwijdte,
            datum,
            Inhoud(None, tuple),
            "",
        )

    def _lezer(self, bestand: str) -> Lezer:
        data = self.vlak.data
        return Lezer(
            self.omgeving, data["regelset"].partition("/")[0], frozenset(data.get("leest", ())), self.verslag, bestand
        )

    def _geldig(self, lezer: Lezer) -> tuple[date | None, date | None]:
        geldig = self.vlak.data["geldig"]
        if isinstance(geldig, str):
            if self.vlak.data["status"] != "concept":
                lezer.fail(
                    "ZR-224",
                    ("geldig",),
                    "alleen een concept mag zeggen dat zijn geldigheid onbekend is",
                    "Geef `van` en zo mogelijk `tot`.",
                )
            return None, None
        van = date.fromisoformat(geldig["van"])
        tot = date.fromisoformat(geldig["tot"]) if "tot" in geldig else None
        if tot is not None and tot < van:
            lezer.fail("ZR-224", ("geldig", "tot"), f"de geldigheid eindigt ({tot}) voordat zij begint ({van})")
        return van, tot

    def _check_vraag(self, lezer: Lezer, vraag: str, pad: Pad) -> None:
        if vraag not in self.omgeving.vragen:
            lezer.fail("ZR-221", pad, f"onbekende vraag `{vraag}`", suggest(vraag, self.omgeving.vragen))

    def _only_given(self, lezer: Lezer, namen: frozenset[str], pad: Pad, waar: str) -> None:
        for naam in sorted(namen):
            if ":" in naam:
                lezer.fail(
                    "ZR-218",
                    pad,
                    f"`{waar}` leest het afgeleide feit `{naam.partition(':')[2]}`",
                    "Zij wordt bepaald voordat er regels worden toegepast: gebruik gegeven feiten of in_catalogus.",
                )

    def _datum(self, lezer: Lezer, vraag: str, data: Data) -> tuple[Datumregel, ...]:
        self._check_vraag(lezer, vraag, ("datum", vraag, "#sleutel"))
        regels: list[Datumregel] = []
        for i, d in enumerate(data):
            pad: Pad = ("datum", vraag, i)
            try:
                als = lezer.voorwaarde(d["als"], (*pad, "als")) if "als" in d else ALTIJD
                op = lezer.uitdrukking(d["op"], (*pad, "op"), None)
                if op.soort is not Soort.DATUM:
                    lezer.fail("ZR-209", (*pad, "op"), f"hier staat {BENOEMD[op.soort]}; verwacht is een datum")
                self._only_given(lezer, reads(als) | reads(op), pad, "datum")
                regels.append(Datumregel(als, op, tuple(d.get("normen", ()))))
            except Gemeld:
                continue
        if data and "als" in data[-1]:
            lezer.fail(
                "ZR-224",
                ("datum", vraag, len(data) - 1),
                "de laatste regel van `datum` heeft een voorwaarde, zodat er zaken zonder datum zijn",
                "Voeg een laatste regel zonder `als` toe.",
            )
        return tuple(regels)

    def _regel(self, plek: Regelplek, sector: str) -> Regel | None:
        data, pad = plek.data, plek.pad
        lezer = self._lezer(plek.bestand)
        voor = len(self.verslag.meldingen)
        if not data["id"].startswith(sector + "."):
            lezer.fail(
                "ZR-220",
                (*pad, "id"),
                f"de regel `{data['id']}` begint niet met `{sector}.`",
                "Een regel staat in de naamruimte van zijn eigen sector.",
            )
        self._check_vraag(lezer, data["vraag"], (*pad, "vraag"))
        if (
            data["vraag"] in self.omgeving.vragen
            and data["vraag"] not in (bereik := self.vlak.data.get("reikwijdte", {data["vraag"]}))
            and all(vraag in self.omgeving.vragen for vraag in bereik)
        ):
            lezer.fail(
                "ZR-311",
                (*pad, "vraag"),
                f"de regelset zegt niet voor welke zaken zij bij vraag `{data['vraag']}` spreekt",
                "Voeg die vraag toe aan `reikwijdte`.",
            )
        als: Voorwaarde = ALTIJD
        tenzij: Voorwaarde | None = None
        with suppress(Gemeld):
            als = lezer.voorwaarde(data["als"], (*pad, "als")) if "als" in data else ALTIJD
        with suppress(Gemeld):
            tenzij = lezer.voorwaarde(data["tenzij"], (*pad, "tenzij")) if "tenzij" in data else None
        try:
            effect = self._effect(lezer, data["dan"], (*pad, "dan"), data)
        except Gemeld:
            return None
        if "route" in data and not self.omgeving.vragen.get(data["vraag"], _GEEN_ROUTES).routes:
            lezer.fail("ZR-222", (*pad, "route"), f"de vraag `{data['vraag']}` kent geen routes")
        motivering = self._motivering(lezer, data, pad, effect)
        if len(self.verslag.meldingen) > voor:
            return None
        bron = parse_bron(data.get("bron") or self.vlak.data["bron"])
        return Regel(
            data["id"],
            data["vraag"],
            tuple(data["normen"]),
            bron,
            als,
            tenzij,
            tuple(data.get("gaat_voor", ())),
            data.get("route"),
            effect,
            motivering,
        )

    def _effect(self, lezer: Lezer, dan: Data, pad: Pad, regel: Data) -> Effect:
        ((soort, inhoud),) = dan.items()
        binnen = (*pad, soort)
        match soort:
            case "eis" | "verbied":
                if inhoud is True and soort == "eis":
                    raise lezer.fail("ZR-202", binnen, "`eis: true` eist niets", "Geef een voorwaarde.")
                voorwaarde = ALTIJD if inhoud is True else lezer.voorwaarde(inhoud, binnen)
                return Eis(voorwaarde, verbod=soort == "verbied")
            case "leid_af":
                doelen: list[tuple[str, Uitdrukking]] = []
                for naam, data in inhoud.items():
                    if "." in naam:
                        doelen.append(self._doel(lezer, naam, data, (*binnen, naam)))
                    else:
                        doelen.extend(lezer.opzoekingen(naam, data, (*binnen, naam)))
                namen = [n for n, _ in doelen]
                for dubbel in sorted({n for n in namen if namen.count(n) > 1}):
                    kort = dubbel.partition(":")[2]
                    lezer.fail(
                        "ZR-226",
                        (*binnen, kort, "#sleutel"),
                        f"de regel leidt `{kort}` twee keer af: ook uit de catalogus",
                        "Laat dit veld uit de catalogus komen, of leid het af in een regel met een eigen `als`.",
                    )
                return Afleiding(tuple(doelen))
            case "waarschuw":
                return Waarschuwing(lezer.zin(inhoud, binnen))
            case "verplicht":
                uiterlijk = (
                    lezer.uitdrukking(inhoud["uiterlijk"], (*binnen, "uiterlijk"), None)
                    if "uiterlijk" in inhoud
                    else None
                )
                if uiterlijk is not None and uiterlijk.soort is not Soort.DATUM:
                    raise lezer.fail(
                        "ZR-209",
                        (*binnen, "uiterlijk"),
                        f"hier staat {BENOEMD[uiterlijk.soort]}; verwacht is een datum",
                    )
                return Verplichting(lezer.zin(inhoud["plicht"], (*binnen, "plicht")), inhoud["wie"], uiterlijk)
            case _:
                if not self.omgeving.vragen.get(regel["vraag"], _GEEN_ROUTES).routes:
                    raise lezer.fail("ZR-222", binnen, f"de vraag `{regel['vraag']}` kent geen routes")
                return Opening(inhoud)

    def _doel(self, lezer: Lezer, naam: str, data: Data, pad: Pad) -> tuple[str, Uitdrukking]:
        volledig, veld = lezer.find_veld(naam, (*pad, "#sleutel"))
        if not veld.afgeleid:
            raise lezer.fail(
                "ZR-213",
                (*pad, "#sleutel"),
                f"`{naam}` is een gegeven feit en wordt niet afgeleid",
                "Maak het veld `readOnly: true`, of leid een ander veld af.",
            )
        if data is None:
            return volledig, Constante(None, veld.type.soort)
        term = lezer.uitdrukking(data, pad, veld.type)
        self._check_fit(lezer, term, veld, naam, pad)
        return volledig, term

    def _check_fit(self, lezer: Lezer, term: Uitdrukking, veld: Feitveld, naam: str, pad: Pad) -> None:
        van, naar = term.soort, veld.type.soort
        if van is Soort.BREUKGELD and naar is Soort.GELD:
            raise lezer.fail(
                "ZR-214",
                pad,
                f"`{naam}` is een bedrag in hele centen en deze berekening is dat niet",
                "Rond af met `afgerond` en noem de bron van die afronding.",
            )
        wijder = {Soort.RATIO: {Soort.GETAL}, Soort.TEKST: {Soort.KEUZE}}.get(naar, set())
        if van is not naar and van not in wijder:
            past = families_fit(van, naar)
            raise lezer.fail(
                "ZR-209",
                pad,
                f"`{naam}` is {BENOEMD[naar]} en hier staat {BENOEMD[van]}",
                "Rond af met `afgerond`." if past and naar is Soort.GETAL else "",
            )
        vreemd = sorted(set(lezer.type_of(term).keuzes) - set(veld.type.keuzes)) if naar is Soort.KEUZE else []
        if vreemd and not isinstance(term, Constante):
            raise lezer.fail(
                "ZR-209",
                pad,
                f"`{naam}` kent niet elk woord dat hier kan staan: " + ", ".join(f"`{v}`" for v in vreemd[:5]),
                "Voeg de woorden toe aan de feitsoort, of leid elk woord af in een eigen regel.",
            )

    def _motivering(self, lezer: Lezer, data: Data, pad: Pad, effect: Effect) -> Motivering:
        ruw = data.get("motivering")
        binnen = (*pad, "motivering")
        if ruw is None:
            if isinstance(effect, Eis):
                lezer.fail(
                    "ZR-225",
                    pad,
                    f"de regel `{data['id']}` heeft geen `motivering`",
                    "Zeg in gewone woorden wat deze regel eist.",
                )
            leeg = Zin(("",))
            return Motivering(leeg, leeg, leeg)
        if isinstance(ruw, str):
            zin = lezer.zin(ruw, binnen)
            return Motivering(zin, zin, zin)
        zinnen = {k: lezer.zin(ruw[k], (*binnen, k)) if k in ruw else Zin((t,)) for k, t in _STANDAARD.items()}
        return Motivering(zinnen["ja"], zinnen["nee"], zinnen["onbekend"])


class _GeenRoutes:
    routes = False


_GEEN_ROUTES: Final = _GeenRoutes()
