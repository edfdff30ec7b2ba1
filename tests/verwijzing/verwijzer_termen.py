"""Conditions and expressions of docs/taal.md, evaluated straight from the plain data by the plainest recursion."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from verwijzer_waarden import NVT, ONBEKEND, Drie, Raw, Veld, Waarde, both, either, negate, parse, parse_feit

Item = Mapping[str, Waarde]
GELD, GETALLEN = {"geld", "breukgeld"}, {"getal", "ratio"}


@dataclass(frozen=True)
class Wereld:
    """What a term is evaluated in: definitions, catalogues and the values of facts."""

    velden: Mapping[str, Mapping[str, Veld]]
    catalogi: Mapping[str, Raw]
    """The one version of each catalogue that counts."""
    alle_catalogi: Mapping[str, list[Raw]]
    feiten: Mapping[str, Waarde]
    lijsten: Mapping[str, list[Item]]
    ieder: bool = False
    """Whether a code is listed when any version lists it: so for the reikwijdte, which is the same whatever was known when."""

    # -- voorwaarden ---------------------------------------------------------------------------------------------

    def voorwaarde(self, data: Raw, lijst: str = "", item: Item | None = None) -> Drie:
        """All entries must hold."""
        return both([self._ingang(k, v, lijst, item) for k, v in data.items()])

    def _ingang(self, sleutel: str, data: Raw, lijst: str, item: Item | None) -> Drie:
        if sleutel == "alle":
            return both([self.voorwaarde(d, lijst, item) for d in data])
        if sleutel == "een_van":
            return either([self.voorwaarde(d, lijst, item) for d in data])
        if sleutel == "niet":
            return negate(self.voorwaarde(data, lijst, item))
        if sleutel in {"enig", "geen", "elk"}:
            return self._kwantor(sleutel, data)
        if sleutel in {"aantal", "som"} and isinstance(data, dict) and "van" in data:
            maat = self.waarde({sleutel: {k: data[k] for k in ("van", "veld", "waar") if k in data}}, "")
            soort = "getal" if sleutel == "aantal" else self.velden[data["van"]][data["veld"]].soort
            rest = {k: v for k, v in data.items() if k not in {"van", "veld", "waar"}}
            return self._toetsen(maat, soort, rest, lijst, item)
        if sleutel == "vergelijk":
            soort = self.soort(data["waarde"], "", lijst)
            rest = {k: v for k, v in data.items() if k != "waarde"}
            return self._toetsen(self.waarde(data["waarde"], "", lijst, item), soort, rest, lijst, item)
        if sleutel == "in_catalogus":
            code = self.waarde(data["code"], "tekst", lijst, item)
            telt = [self.catalogi[data["naam"]]] if data["naam"] in self.catalogi else []
            versies = self.alle_catalogi[data["naam"]] if self.ieder else telt
            return None if code is ONBEKEND else any(p["code"] == code for c in versies for p in c["prestaties"])
        toetsen = data if isinstance(data, dict) else {"in" if isinstance(data, list) else "is": data}
        feit = {"veld": sleutel}
        return self._toetsen(self.waarde(feit, "", lijst, item), self.soort(feit, "", lijst), toetsen, lijst, item)

    def _kwantor(self, soort: str, data: Raw) -> Drie:
        items = self.lijsten.get(data["van"])
        if items is None:
            return None
        gold = [self.voorwaarde(data.get("waar", {}), data["van"], i) for i in items]
        if soort == "elk":
            return both(gold)
        return either(gold) if soort == "enig" else negate(either(gold))

    def _toetsen(self, links: Waarde, soort: str, toetsen: Raw, lijst: str, item: Item | None) -> Drie:
        return both([self._toets(links, soort, naam, data, lijst, item) for naam, data in toetsen.items()])

    def _toets(self, links: Waarde, soort: str, naam: str, data: Raw, lijst: str, item: Item | None) -> Drie:
        if naam in {"is_niet", "niet_in"}:
            return negate(
                self._toets(links, soort, naam.replace("niet_in", "in").replace("is_niet", "is"), data, lijst, item)
            )
        if naam in {"in", "bestaat", "nvt"} and links is ONBEKEND:
            return None
        if naam == "bestaat":
            return (links is not None and links is not NVT) is data
        if naam == "nvt":
            return (links is NVT) is data
        if naam == "in":
            return links in [parse(w, soort) for w in data]
        rechts = self.waarde(data, soort, lijst, item)
        if links is ONBEKEND or rechts is ONBEKEND:
            return None
        if links is None or links is NVT or rechts is None or rechts is NVT:
            return False
        if naam == "is":
            return links == rechts
        if naam in {"meer_dan", "na"}:
            return links > rechts  # type: ignore[operator]
        if naam in {"minstens", "vanaf"}:
            return links >= rechts  # type: ignore[operator]
        return links < rechts if naam in {"minder_dan", "voor"} else links <= rechts  # type: ignore[operator]

    # -- uitdrukkingen -------------------------------------------------------------------------------------------

    def soort(self, data: Raw, gids: str, lijst: str = "") -> str:
        """The kind of an expression; ``gids`` is the kind of a literal in this place, where the place says so."""
        if not isinstance(data, dict):
            return gids or ("boolean" if isinstance(data, bool) else "getal")
        ((naam, inhoud),) = data.items()
        if naam == "veld":
            return self._definitie(inhoud, lijst).soort
        if naam in {"plus", "minus", "kleinste", "grootste", "maal"}:
            soorten = [self.soort(d, self._gids(naam, inhoud, d, gids, lijst), lijst) for d in inhoud]
            if naam == "maal" and set(soorten) & GELD:
                return "geld" if set(soorten) <= {"geld", "getal"} else "breukgeld"
            return next((s for s in ("breukgeld", "ratio") if s in soorten), soorten[0])
        if naam == "afgerond":
            return "getal" if inhoud["op"] == "geheel" else "geld"
        if naam == "som":
            return self.velden[inhoud["van"]][inhoud["veld"]].soort
        return "datum" if naam in {"datum", "jaareinde"} else "getal"

    def _gids(self, naam: str, delen: Raw, deel: Raw, gids: str, lijst: str) -> str:
        """What a literal among the parts of a calculation is: as the first part that says what it is."""
        if naam == "maal":
            return "ratio" if isinstance(deel, str) else ""
        zegt = [d for d in delen if isinstance(d, dict)]
        return self.soort(zegt[0], gids, lijst) if zegt else gids

    def waarde(self, data: Raw, gids: str, lijst: str = "", item: Item | None = None) -> Waarde:
        """The value of an expression: an unknown part makes it unknown, else an empty part makes it empty."""
        if not isinstance(data, dict):
            return parse(data, self.soort(data, gids))
        ((naam, inhoud),) = data.items()
        if naam == "veld":
            return self._feit(inhoud, item)
        if naam in {"aantal", "som"}:
            return self._optellen(inhoud)
        if naam in {"plus", "minus", "kleinste", "grootste", "maal"}:
            delen = [self.waarde(d, self._gids(naam, inhoud, d, gids, lijst), lijst, item) for d in inhoud]
        elif naam == "datum":
            delen = [self.waarde(inhoud["van"], "datum", lijst, item)]
            delen += [
                self.waarde(inhoud.get(k, 0), "getal", lijst, item) for k in ("jaren", "maanden", "weken", "dagen")
            ]
        elif naam == "dagen_tussen":
            delen = [self.waarde(d, "datum", lijst, item) for d in inhoud]
        elif naam == "afgerond":
            delen = [self.waarde(inhoud["waarde"], "", lijst, item)]
        else:
            delen = [self.waarde(inhoud, "datum", lijst, item)]
        if ONBEKEND in delen:
            return ONBEKEND
        if None in delen or NVT in delen:
            return None
        return _reken(naam, inhoud, delen)

    def _optellen(self, data: Raw) -> Waarde:
        items = self.lijsten.get(data["van"])
        if items is None:
            return ONBEKEND
        totaal = Fraction(0)
        for i in items:
            gold = self.voorwaarde(data.get("waar", {}), data["van"], i)
            if gold is False:
                continue
            deel = i.get(data["veld"], ONBEKEND) if "veld" in data else Fraction(1)
            if gold is None or deel is ONBEKEND:
                return ONBEKEND
            if deel is not None and deel is not NVT:
                assert isinstance(deel, Fraction)
                totaal += deel
        return totaal

    def _feit(self, naam: str, item: Item | None) -> Waarde:
        if "." not in naam:
            assert item is not None
            return item.get(naam, ONBEKEND)
        return self.feiten.get(naam.rpartition(":")[2], ONBEKEND)

    def _definitie(self, naam: str, lijst: str) -> Veld:
        if naam == "zaak.peildatum":
            return Veld("datum")
        soort, _, veld = naam.rpartition(":")[2].rpartition(".")
        return self.velden[soort or lijst][veld]

    def opzoeken(self, data: Raw) -> dict[str, Waarde]:
        """The value of every column of a catalogue for a code on a date."""
        catalogus = self.catalogi.get(data["naam"])
        code, op = self.waarde(data["code"], "tekst"), self.waarde(data["op"], "datum")
        kolommen = columns(self.alle_catalogi[data["naam"]])
        velden = self.velden[self.alle_catalogi[data["naam"]][0]["feitsoort"]]
        if code is ONBEKEND or op is ONBEKEND or catalogus is None:
            return dict.fromkeys(kolommen, ONBEKEND)
        if code in {None, NVT} or op in {None, NVT}:
            return dict.fromkeys(kolommen)
        gevonden = [p for p in catalogus["prestaties"] if p["code"] == code]
        if not gevonden:
            return {k: (None if k != "bestaat" else False) if catalogus["volledig"] else ONBEKEND for k in kolommen}
        for periode in gevonden[0]["perioden"]:
            if periode["van"] <= op.isoformat() <= periode.get("tot", "9999-12-31"):  # type: ignore[union-attr]
                if not periode.get("bestaat", True):
                    return dict.fromkeys(kolommen) | {"bestaat": False, "naam": gevonden[0]["naam"]}
                vol = {**gevonden[0].get("waarden", {}), **periode.get("waarden", {})}
                uit: dict[str, Waarde] = {k: parse_feit(vol[k], velden[k]) if k in vol else ONBEKEND for k in kolommen}
                return uit | {"bestaat": True, "naam": gevonden[0]["naam"]}
        return dict.fromkeys(kolommen, ONBEKEND)


def columns(versies: list[Raw]) -> set[str]:
    """The derived fields that a catalogue fills: those that it gives any value, and the two that it always fills."""
    eerste = versies[0]
    waarden = [p.get("waarden", {}) for p in eerste["prestaties"]]
    waarden += [q.get("waarden", {}) for p in eerste["prestaties"] for q in p["perioden"] if q.get("bestaat", True)]
    return {"bestaat", "naam"}.union(*waarden)


def _reken(naam: str, inhoud: Raw, delen: list[Waarde]) -> Waarde:
    d: list[Raw] = delen
    if naam == "plus":
        return sum(d, start=Fraction(0))
    if naam == "minus":
        return d[0] - d[1]  # type: ignore[no-any-return]
    if naam == "maal":
        return math.prod(d, start=Fraction(1))
    if naam in {"kleinste", "grootste"}:
        return sorted(d)[0 if naam == "kleinste" else -1]  # type: ignore[no-any-return]
    if naam == "jaar":
        return Fraction(d[0].year)
    if naam == "jaareinde":
        return date(d[0].year, 12, 31)
    if naam == "dagen_tussen":
        return Fraction(d[1].toordinal() - d[0].toordinal())
    if naam == "datum":
        return _datum(*d)
    stap = 100 if inhoud["op"] == "euro" else 1
    q = d[0] / stap
    wijze = inhoud["wijze"]
    if wijze == "omlaag":
        heel = math.floor(q)
    elif wijze == "omhoog":
        heel = math.ceil(q)
    else:
        heel = math.floor(q + Fraction(1, 2)) if wijze == "half_omhoog" else round(q)
    return Fraction(heel * stap)


def _datum(van: date, jaren: Fraction, maanden: Fraction, weken: Fraction, dagen: Fraction) -> date | None:
    """Years and months first, on to the last day of a shorter month; then weeks and days. No such day is empty."""
    maand = van.year * 12 + van.month - 1 + int(jaren) * 12 + int(maanden)
    jaar, maand = maand // 12, maand % 12 + 1
    if jaar < 1 or jaar > 9999:
        return None
    try:
        return date(jaar, maand, min(van.day, monthrange(jaar, maand)[1])) + timedelta(days=int(weken) * 7 + int(dagen))
    except OverflowError:
        return None
