"""Types voorwaarden and uitdrukkingen against the feitsoorten, and says in the author's words what does not fit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final, cast

from .._lezen.meldingen import Pad, suggest
from .._waarden import NVT, OngeldigeWaarde, Scalar, Soort, Type, make_parser
from .feitsoort import Feitsoort, Feitveld
from .omgeving import Omgeving
from .regelset import Zin
from .termen import (
    ALTIJD,
    Aantal,
    Afronding,
    Bestaat,
    Constante,
    Datumrekening,
    En,
    InCatalogus,
    ItemVeld,
    Kwantor,
    Lidmaatschap,
    Niet,
    NietVanToepassing,
    Of,
    Opzoeking,
    Orde,
    Rekening,
    Som,
    Uitdrukking,
    Veld,
    Verdeling,
    Vergelijking,
    Voorwaarde,
)
from .verslag import Verslag

_GETALORDE: Final[Mapping[str, Orde]] = {"meer_dan": ">", "minstens": ">=", "minder_dan": "<", "hoogstens": "<="}
_DATUMORDE: Final[Mapping[str, Orde]] = {"na": ">", "vanaf": ">=", "voor": "<", "tot_en_met": "<="}
_TEGENHANGER = dict(zip(_GETALORDE, _DATUMORDE, strict=True)) | dict(zip(_DATUMORDE, _GETALORDE, strict=True))
_GELD: Final = {Soort.GELD, Soort.BREUKGELD}
_GETALLEN: Final = {Soort.GETAL, Soort.RATIO}
_WOORDEN: Final = {Soort.TEKST, Soort.KEUZE}
_JA_NEE: Final = {"ja": "true", "nee": "false", "True": "true", "False": "false", "yes": "true", "no": "false"}
_STAP: Final = {"cent": 1, "euro": 100, "geheel": 1}
_INVOEGING = re.compile(r"\{([^{}]*)\}")
_GETAL_TYPE: Final = Type(Soort.GETAL)
_DATUM_TYPE: Final = Type(Soort.DATUM)
_TEKST_TYPE: Final = Type(Soort.TEKST)
BENOEMD: Final[Mapping[Soort, str]] = {
    Soort.BOOLEAN: "true of false",
    Soort.KEUZE: "een keuze",
    Soort.TEKST: "een tekst",
    Soort.GETAL: "een geheel getal",
    Soort.GELD: "een bedrag",
    Soort.BREUKGELD: "een onafgerond bedrag",
    Soort.RATIO: "een verhouding",
    Soort.DATUM: "een datum",
}
"""The kinds of value, as a message names them."""
Data = Any
"""Plain data that is valid under the schema: a union that mypy cannot narrow by JSON Schema."""


class Gemeld(Exception):
    """A fault has been noted; the term it is in has no value."""


def families_fit(links: Soort, rechts: Soort) -> bool:
    """Whether values of two kinds can be compared."""
    return links is rechts or any({links, rechts} <= f for f in (_GELD, _GETALLEN, _WOORDEN))


@dataclass(slots=True)
class Lezer:
    """Reads the terms of one rule file."""

    omgeving: Omgeving
    sector: str
    leest: frozenset[str]
    verslag: Verslag
    bestand: str

    def fail(self, code: str, pad: Pad, tekst: str, hulp: str = "") -> Gemeld:
        """Note a fault; raise what is returned to leave the term."""
        self.verslag.add(code, self.bestand, pad, tekst, hulp)
        return Gemeld()

    # -- voorwaarden ---------------------------------------------------------------------------------------------

    def voorwaarde(self, data: Data, pad: Pad, lijst: Feitsoort | None = None) -> Voorwaarde:
        """Return the typed condition; faults are noted entry by entry, then ``Gemeld`` is raised."""
        delen: list[Voorwaarde] = []
        gemeld = False
        for sleutel, waarde in sorted(data.items()):
            try:
                delen.append(self._ingang(sleutel, waarde, (*pad, sleutel), lijst))
            except Gemeld:
                gemeld = True
        if gemeld:
            raise Gemeld
        return delen[0] if len(delen) == 1 else En(tuple(delen))

    def _ingang(self, sleutel: str, data: Data, pad: Pad, lijst: Feitsoort | None) -> Voorwaarde:
        match sleutel:
            case "alle":
                return En(self._each(data, pad, lijst))
            case "een_van":
                return Of(self._each(data, pad, lijst))
            case "niet":
                return Niet(self.voorwaarde(data, pad, lijst))
            case "enig" | "geen" | "elk":
                naam, _, waar = self._lijst(data, pad, lijst)
                return Kwantor(sleutel, naam, waar)
            case "aantal" | "som" if isinstance(data, dict) and "van" in data:
                maat = self._aantal(data, pad, lijst) if sleutel == "aantal" else self._som(data, pad, lijst)
                toetsen = {k: v for k, v in data.items() if k not in {"van", "veld", "waar"}}
                if not toetsen:
                    raise self.fail(
                        "ZR-209",
                        pad,
                        f"`{sleutel}` zonder vergelijking is geen voorwaarde",
                        "Voeg bijvoorbeeld `hoogstens: 3` toe.",
                    )
                return self._toetsen(maat, Type(maat.soort), toetsen, pad, lijst)
            case "vergelijk":
                waarde = self.uitdrukking(data["waarde"], (*pad, "waarde"), None, lijst)
                return self._toetsen(
                    waarde, self.type_of(waarde), {k: v for k, v in data.items() if k != "waarde"}, pad, lijst
                )
            case "in_catalogus":
                self._catalogus(data["naam"], (*pad, "naam"))
                code = self.uitdrukking(data["code"], (*pad, "code"), _TEKST_TYPE, lijst)
                if code.soort not in _WOORDEN:
                    raise self.fail("ZR-209", (*pad, "code"), f"een code is tekst en hier staat {BENOEMD[code.soort]}")
                return InCatalogus(data["naam"], code)
        veld, type_ = self._veld(sleutel, (*pad, "#sleutel"), lijst)
        toetsen = data if isinstance(data, dict) else {"in" if isinstance(data, list) else "is": data}
        return self._toetsen(veld, type_, toetsen, pad, lijst, kaal=not isinstance(data, dict))

    def _each(self, data: Data, pad: Pad, lijst: Feitsoort | None) -> tuple[Voorwaarde, ...]:
        delen: list[Voorwaarde] = []
        gemeld = False
        for i, deel in enumerate(data):
            try:
                delen.append(self.voorwaarde(deel, (*pad, i), lijst))
            except Gemeld:
                gemeld = True
        if gemeld:
            raise Gemeld
        return tuple(delen)

    def _toetsen(
        self, links: Uitdrukking, type_: Type, toetsen: Data, pad: Pad, lijst: Feitsoort | None, *, kaal: bool = False
    ) -> Voorwaarde:
        delen: list[Voorwaarde] = []
        gemeld = False
        for naam, data in sorted(toetsen.items()):
            try:
                delen.append(self._toets(links, type_, naam, data, pad if kaal else (*pad, naam), lijst))
            except Gemeld:
                gemeld = True
        if gemeld:
            raise Gemeld
        return delen[0] if len(delen) == 1 else En(tuple(delen))

    def _toets(
        self, links: Uitdrukking, type_: Type, naam: str, data: Data, pad: Pad, lijst: Feitsoort | None
    ) -> Voorwaarde:
        match naam:
            case "is":
                return Vergelijking(links, "==", self._operand(data, pad, type_, lijst))
            case "is_niet":
                return Niet(Vergelijking(links, "==", self._operand(data, pad, type_, lijst)))
            case "in" | "niet_in":
                waarden = tuple(self._literal(w, (*pad, i), replace(type_, nvt=False)) for i, w in enumerate(data))
                lid = Lidmaatschap(links, waarden)
                return lid if naam == "in" else Niet(lid)
            case "bestaat":
                return Bestaat(links) if data else Niet(Bestaat(links))
            case "nvt":
                return NietVanToepassing(links) if data else Niet(NietVanToepassing(links))
        goed, ander = (_DATUMORDE, _GETALORDE) if type_.soort is Soort.DATUM else (_GETALORDE, _DATUMORDE)
        if not type_.soort.geordend:
            raise self.fail(
                "ZR-210", pad, f"`{naam}` past niet bij {BENOEMD[type_.soort]}", "Gebruik is, is_niet, in of niet_in."
            )
        if naam in ander:
            raise self.fail(
                "ZR-210", pad, f"`{naam}` past niet bij {BENOEMD[type_.soort]}", f"Bedoelde u `{_TEGENHANGER[naam]}`?"
            )
        return Vergelijking(links, goed[naam], self._operand(data, pad, type_, lijst))

    def _operand(self, data: Data, pad: Pad, type_: Type, lijst: Feitsoort | None) -> Uitdrukking:
        if data is None:
            raise self.fail("ZR-212", pad, "met null wordt niet vergeleken", "Schrijf `bestaat: false`.")
        term = self.uitdrukking(data, pad, type_, lijst)
        self._no_nvt(term, pad)
        if not families_fit(type_.soort, term.soort):
            raise self.fail(
                "ZR-209",
                pad,
                f"{BENOEMD[type_.soort]} wordt hier vergeleken met {BENOEMD[term.soort]}",
                "Vergelijk waarden van dezelfde soort.",
            )
        return term

    def _no_nvt(self, term: Uitdrukking, pad: Pad) -> None:
        if isinstance(term, Constante) and term.waarde is NVT:
            raise self.fail("ZR-212", pad, "met n.v.t. wordt niet vergeleken", "Schrijf `nvt: true`.")

    # -- uitdrukkingen -------------------------------------------------------------------------------------------

    def uitdrukking(self, data: Data, pad: Pad, verwacht: Type | None, lijst: Feitsoort | None = None) -> Uitdrukking:
        """Return the typed expression. ``verwacht`` types a literal; what else may stand here is the caller's to check."""
        if not isinstance(data, dict):
            return self._kale_waarde(data, pad, verwacht)
        ((sleutel, inhoud),) = data.items()
        binnen = (*pad, sleutel)
        match sleutel:
            case "veld":
                return self._veld(inhoud, binnen, lijst)[0]
            case "plus" | "minus" | "kleinste" | "grootste":
                return self._gelijksoortig(sleutel, inhoud, binnen, verwacht, lijst)
            case "maal":
                return self._maal(inhoud, binnen, lijst)
            case "afgerond":
                return self._afgerond(inhoud, binnen, lijst)
            case "datum":
                van = self._van_soort(inhoud["van"], (*binnen, "van"), _DATUM_TYPE, lijst)
                jaren, maanden, weken, dagen = (
                    self._van_soort(inhoud.get(k, 0), (*binnen, k), _GETAL_TYPE, lijst)
                    for k in ("jaren", "maanden", "weken", "dagen")
                )
                return Datumrekening(van, jaren, maanden, weken, dagen)
            case "jaar" | "jaareinde":
                datum = self._van_soort(inhoud, binnen, _DATUM_TYPE, lijst)
                return Rekening(sleutel, (datum,), Soort.GETAL if sleutel == "jaar" else Soort.DATUM)
            case "dagen_tussen":
                paar = tuple(self._van_soort(d, (*binnen, i), _DATUM_TYPE, lijst) for i, d in enumerate(inhoud))
                return Rekening(sleutel, paar, Soort.GETAL)
            case "aantal":
                return self._aantal(inhoud, binnen, lijst)
            case "verdeel":
                return self._verdeel(inhoud, binnen, lijst)
            case _:
                return self._som(inhoud, binnen, lijst)

    def _kale_waarde(self, data: Data, pad: Pad, verwacht: Type | None) -> Constante:
        if verwacht is not None:
            return Constante(self._literal(data, pad, verwacht), verwacht.soort)
        if isinstance(data, bool):
            return Constante(data, Soort.BOOLEAN)
        if isinstance(data, int):
            return Constante(data, Soort.GETAL)
        raise self.fail(
            "ZR-212",
            pad,
            f"van `{'null' if data is None else data}` is hier niet te zeggen wat het is",
            "Vergelijk met een veld, of leid het eerst af.",
        )

    def _literal(self, data: Data, pad: Pad, type_: Type) -> Scalar:
        try:
            if type_.soort is Soort.BREUKGELD:
                return Fraction(cast(int, make_parser(Type(Soort.GELD))(data)))
            return make_parser(type_)(data)
        except OngeldigeWaarde as fout:
            tip = suggest(data, type_.keuzes) if isinstance(data, str) and type_.keuzes else ""
            if type_.soort in {*_GELD, Soort.RATIO} and isinstance(data, str) and "," in data:
                tip = "Schrijf een punt in plaats van een komma."
            if type_.soort is Soort.BOOLEAN and data in _JA_NEE:
                tip = f"Schrijf `{_JA_NEE[data]}`, zonder aanhalingstekens."
            raise self.fail("ZR-212", pad, str(fout), tip) from None

    def _van_soort(self, data: Data, pad: Pad, type_: Type, lijst: Feitsoort | None) -> Uitdrukking:
        term = self.uitdrukking(data, pad, type_, lijst)
        if term.soort is not type_.soort:
            raise self.fail("ZR-209", pad, f"hier staat {BENOEMD[term.soort]}; verwacht is {BENOEMD[type_.soort]}")
        return term

    def _gelijksoortig(
        self, bewerking: str, data: Data, pad: Pad, verwacht: Type | None, lijst: Feitsoort | None
    ) -> Rekening:
        eerst = next((i for i, d in enumerate(data) if isinstance(d, dict)), None)
        # The part that guides the others is read once: reading it again at every level would double the work each time.
        leidend = None if eerst is None else self.uitdrukking(data[eerst], (*pad, eerst), verwacht, lijst)
        gids = verwacht if leidend is None else Type(leidend.soort)
        delen = tuple(
            leidend if leidend is not None and i == eerst else self.uitdrukking(d, (*pad, i), gids, lijst)
            for i, d in enumerate(data)
        )
        soorten = {d.soort for d in delen}
        if bewerking in {"plus", "minus"} and not (soorten <= _GELD or soorten <= _GETALLEN):
            raise self.fail(
                "ZR-209",
                pad,
                f"`{bewerking}` rekent met getallen, verhoudingen of bedragen van één soort, niet met {_opsomming(soorten)}",
            )
        if not all(families_fit(delen[0].soort, s) and s.geordend for s in soorten):
            raise self.fail(
                "ZR-209", pad, f"`{bewerking}` vergelijkt waarden van één geordende soort, niet {_opsomming(soorten)}"
            )
        ruimste = next((s for s in (Soort.BREUKGELD, Soort.RATIO) if s in soorten), delen[0].soort)
        return Rekening(bewerking, delen, ruimste)

    def _maal(self, data: Data, pad: Pad, lijst: Feitsoort | None) -> Rekening:
        delen: list[Uitdrukking] = []
        for i, d in enumerate(data):
            gids = Type(Soort.RATIO) if isinstance(d, str) else None
            delen.append(self.uitdrukking(d, (*pad, i), gids, lijst))
        soorten = [d.soort for d in delen]
        bedragen = [s for s in soorten if s in _GELD]
        if len(bedragen) > 1 or any(s not in _GELD | _GETALLEN for s in soorten):
            raise self.fail(
                "ZR-209",
                pad,
                f"`maal` rekent met hoogstens één bedrag en verder getallen en verhoudingen, niet met {_opsomming(soorten)}",
            )
        heel = all(s in {Soort.GETAL, Soort.GELD} for s in soorten)
        soort = (Soort.GELD if heel else Soort.BREUKGELD) if bedragen else (Soort.GETAL if heel else Soort.RATIO)
        return Rekening("maal", tuple(delen), soort)

    def _afgerond(self, data: Data, pad: Pad, lijst: Feitsoort | None) -> Afronding:
        waarde = self.uitdrukking(data["waarde"], (*pad, "waarde"), None, lijst)
        past = _GELD if data["op"] in {"cent", "euro"} else _GETALLEN
        if waarde.soort not in past:
            raise self.fail(
                "ZR-209",
                (*pad, "op"),
                f"{BENOEMD[waarde.soort]} wordt niet afgerond op `{data['op']}`",
                "Bedragen op cent of euro, getallen op geheel.",
            )
        return Afronding(waarde, _STAP[data["op"]], data["wijze"], Soort.GELD if past is _GELD else Soort.GETAL)

    def _aantal(self, data: Data, pad: Pad, lijst: Feitsoort | None) -> Aantal:
        naam, _, waar = self._lijst(data, pad, lijst)
        return Aantal(naam, waar)

    def _som(self, data: Data, pad: Pad, lijst: Feitsoort | None) -> Som:
        naam, feitsoort, waar = self._lijst(data, pad, lijst)
        veld = self._itemveld(data["veld"], (*pad, "veld"), feitsoort)
        if veld.type.soort not in {Soort.GELD, *_GETALLEN}:
            raise self.fail("ZR-209", (*pad, "veld"), f"{BENOEMD[veld.type.soort]} is niet op te tellen")
        return Som(naam, veld.naam, waar, veld.type.soort)

    def _verdeel(self, data: Data, pad: Pad, lijst: Feitsoort | None) -> Verdeling:
        bedrag = self._van_soort(data["bedrag"], (*pad, "bedrag"), Type(Soort.GELD), lijst)
        over = {"van": data["over"], **({"waar": data["waar"]} if "waar" in data else {})}
        naam, feitsoort, waar = self._lijst(over, pad, lijst)
        veld = self._itemveld(data["naar"], (*pad, "naar"), feitsoort)
        if veld.type.soort not in {Soort.GELD, *_GETALLEN}:
            raise self.fail("ZR-209", (*pad, "naar"), f"naar een {veld.type.soort.value} is niet te verdelen")
        groep = self._itemveld(data["eerst_per"], (*pad, "eerst_per"), feitsoort).naam if "eerst_per" in data else None
        return Verdeling(bedrag, naam, veld.naam, waar, groep)

    # -- namen ---------------------------------------------------------------------------------------------------

    def _lijst(self, data: Data, pad: Pad, buiten: Feitsoort | None) -> tuple[str, Feitsoort, Voorwaarde]:
        if buiten is not None:
            raise self.fail(
                "ZR-211", pad, "binnen `waar` kan geen tweede lijst worden doorlopen", "Vraag dat buiten `waar`."
            )
        feitsoort = self.omgeving.feitsoorten.get(self.sector, {}).get(data["van"])
        if feitsoort is None:
            lijsten = [n for n, f in self.omgeving.feitsoorten.get(self.sector, {}).items() if f.lijst]
            raise self.fail(
                "ZR-208", (*pad, "van"), f"onbekende feitsoort `{data['van']}`", suggest(data["van"], lijsten)
            )
        if not feitsoort.lijst:
            raise self.fail(
                "ZR-211",
                (*pad, "van"),
                f"feitsoort `{feitsoort.naam}` is geen lijst",
                "Gebruik de velden rechtstreeks.",
            )
        waar = self.voorwaarde(data["waar"], (*pad, "waar"), feitsoort) if "waar" in data else ALTIJD
        return feitsoort.naam, feitsoort, waar

    def _itemveld(self, naam: str, pad: Pad, lijst: Feitsoort) -> Feitveld:
        veld = lijst.velden.get(naam)
        if veld is None:
            raise self.fail(
                "ZR-207",
                pad,
                f"onbekend veld `{naam}`",
                f"Feitsoort `{lijst.naam}` kent dit veld niet. {suggest(naam, lijst.velden)}",
            )
        self._guard_identity(naam, veld, pad)
        return veld

    def _veld(self, naam: str, pad: Pad, lijst: Feitsoort | None) -> tuple[Veld | ItemVeld, Type]:
        if "." not in naam:
            if lijst is None:
                raise self.fail(
                    "ZR-207",
                    pad,
                    f"`{naam}` is geen veld van een feitsoort",
                    "Schrijf feitsoort.veld; een naam zonder punt kan alleen binnen `waar`.",
                )
            item = self._itemveld(naam, pad, lijst)
            return ItemVeld(naam, item.type.soort, item.type.leeg or item.type.nvt), item.type
        volledig, veld = self.find_veld(naam, pad)
        return Veld(volledig, veld.type.soort, veld.afgeleid or veld.type.leeg or veld.type.nvt), veld.type

    def find_veld(self, naam: str, pad: Pad) -> tuple[str, Feitveld]:
        """Return the full name and definition of ``feitsoort.veld`` or ``sector:feitsoort.veld``."""
        voor, _, kort = naam.rpartition(":")
        sector = voor or self.sector
        if voor and voor != self.sector and voor not in self.leest:
            raise self.fail(
                "ZR-215",
                pad,
                f"`{naam}` is van sector `{voor}`, en dat deze regelset die leest is niet verklaard",
                f"Voeg `leest: [{voor}]` toe.",
            )
        feitsoort, _, veld = kort.partition(".")
        gevonden = self.omgeving.find_veld(sector, feitsoort, veld)
        if gevonden is None:
            soorten = self.omgeving.feitsoorten.get(sector, {})
            if feitsoort == "zaak":
                raise self.fail(
                    "ZR-207", pad, f"onbekend veld `{naam}`", "Van de zaak zelf is er alleen `zaak.peildatum`."
                )
            if feitsoort not in soorten:
                raise self.fail(
                    "ZR-208", pad, f"onbekende feitsoort `{feitsoort}` in `{naam}`", suggest(feitsoort, soorten)
                )
            raise self.fail(
                "ZR-207",
                pad,
                f"onbekend veld `{naam}`",
                f"Feitsoort `{feitsoort}` kent dit veld niet. {suggest(veld, soorten[feitsoort].velden)}",
            )
        if feitsoort != "zaak" and self.omgeving.feitsoorten[sector][feitsoort].lijst:
            raise self.fail(
                "ZR-211", pad, f"feitsoort `{feitsoort}` is een lijst", "Gebruik enig, geen, elk, aantal of som."
            )
        self._guard_identity(naam, gevonden[1], pad)
        return gevonden

    def _guard_identity(self, naam: str, veld: Feitveld, pad: Pad) -> None:
        """Who somebody is decides nothing, and is therefore never in a Beslissing or a Journaal."""
        if veld.identificator:
            raise self.fail(
                "ZR-227",
                pad,
                f"`{naam}` zegt wie iemand is, en dat leest een regel niet",
                "Vraag wat de regel nodig heeft als eigen feit, zoals: is het nummer vermeld?",
            )

    def zin(self, tekst: str, pad: Pad) -> Zin:
        """Return the text with its facts found."""
        stukken = _INVOEGING.split(tekst)
        namen: list[str] = []
        for naam in stukken[1::2]:
            try:
                namen.append(self.find_veld(naam, pad)[0])
            except Gemeld:
                if self.verslag.meldingen[-1].code == "ZR-227":
                    continue  # that says more than that it is no fact
                self.verslag.meldingen.pop()
                self.verslag.add(
                    "ZR-216", self.bestand, pad, f"de invoeging {{{naam:.60}}} is geen feit", self._lijkt_op(naam)
                )
        if any("{" in s or "}" in s for s in stukken[0::2]):
            self.verslag.add(
                "ZR-216",
                self.bestand,
                pad,
                "een accolade zonder tegenhanger in de tekst",
                "Invoegingen zijn {feitsoort.veld}.",
            )
        return Zin(tuple(stukken[0::2]), tuple(namen))

    def _lijkt_op(self, naam: str) -> str:
        soorten = self.omgeving.feitsoorten.get(self.sector, {}).values()
        return suggest(naam, [f"{f.naam}.{v}" for f in soorten if not f.lijst for v in f.velden])

    def _catalogus(self, naam: str, pad: Pad) -> None:
        sector = naam.partition("/")[0]
        if sector != self.sector and sector not in self.leest and naam in self.omgeving.catalogi:
            raise self.fail(
                "ZR-215",
                pad,
                f"`{naam}` is van sector `{sector}`, en dat deze regelset die leest is niet verklaard",
                f"Voeg `leest: [{sector}]` toe.",
            )
        if naam not in self.omgeving.catalogi:
            raise self.fail("ZR-217", pad, f"onbekende catalogus `{naam}`", suggest(naam, self.omgeving.catalogi))

    def opzoekingen(self, feitsoort: str, data: Data, pad: Pad) -> tuple[tuple[str, Uitdrukking], ...]:
        """Return an Opzoeking for every derived field of a feitsoort that a catalogue fills."""
        bron = data["uit_catalogus"]
        binnen = (*pad, "uit_catalogus")
        self._catalogus(bron["naam"], (*binnen, "naam"))
        versies = self.omgeving.catalogi[bron["naam"]]
        catalogus = versies[0]
        kolommen = frozenset().union(*(c.kolommen for c in versies))
        soort = self.omgeving.feitsoorten.get(self.sector, {}).get(feitsoort)
        if soort is None or catalogus.feitsoort != feitsoort or not catalogus.naam.startswith(self.sector + "/"):
            raise self.fail(
                "ZR-217",
                pad,
                f"catalogus `{catalogus.naam}` vult feitsoort `{catalogus.feitsoort}` van haar eigen sector, niet `{feitsoort}`",
                "Een regel leidt uit een catalogus alleen de feitsoort af die zij vult.",
            )
        code = self._van_soort(bron["code"], (*binnen, "code"), _TEKST_TYPE, None)
        op = self._van_soort(bron["op"], (*binnen, "op"), _DATUM_TYPE, None)
        return tuple(
            (soort.name_of(v), Opzoeking(catalogus.naam, code, op, v.naam, v.type.soort))
            for v in soort.velden.values()
            if v.afgeleid and v.naam in kolommen
        )

    def type_of(self, term: Uitdrukking) -> Type:
        """The type that guides a literal beside a term; a KEUZE's words are known only from its field."""
        if isinstance(term, Veld):
            kort = term.naam.rpartition(":")[2]
            feitsoort, _, veld = kort.partition(".")
            gevonden = self.omgeving.find_veld(term.naam.rpartition(":")[0] or self.sector, feitsoort, veld)
            if gevonden is not None:
                return gevonden[1].type
        return Type(term.soort)


def _opsomming(soorten: Iterable[Soort]) -> str:
    return " en ".join(sorted(BENOEMD[s] for s in soorten))
