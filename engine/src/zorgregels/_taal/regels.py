"""Rule documents in, typed Regelsets out."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter
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
from .vlak import Regelplek, Vlak, flat

Data = Any
_STANDAARD: Final = {
    "ja": "Hieraan is voldaan.",
    "nee": "Hieraan is niet voldaan.",
    "onbekend": "Of hieraan is voldaan, is met de gegeven feiten niet te zeggen.",
}


_AAN_EEN_TEKST: Final = ("Hieraan is niet voldaan: ", "Niet te zeggen is of hieraan is voldaan: ")
"""What stands before the one text of an eis that is not met, or of which that is unknown."""


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
                # In the order of their names: a document that only lists them otherwise is the same document.
                return Afleiding(tuple(sorted(doelen, key=itemgetter(0))))
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
            if not isinstance(effect, Eis) or effect.voorwaarde == ALTIJD:
                return Motivering(zin, zin, zin)
            # One text says what is asked; as the ground of a refusal it would say the opposite of what is the case.
            return Motivering(zin, *(Zin((v + zin.stukken[0], *zin.stukken[1:]), zin.feiten) for v in _AAN_EEN_TEKST))
        zinnen = {k: lezer.zin(ruw[k], (*binnen, k)) if k in ruw else Zin((t,)) for k, t in _STANDAARD.items()}
        return Motivering(zinnen["ja"], zinnen["nee"], zinnen["onbekend"])


class _GeenRoutes:
    routes = False


_GEEN_ROUTES: Final = _GeenRoutes()
