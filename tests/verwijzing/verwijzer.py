"""A slow and obviously correct evaluator: decides a zaak straight from the documents of one sector.

Written from docs/taal.md, and sharing nothing with the engine but the reader of YAML. Everything is unknown at first; all rules
are applied over and over until nothing changes. Kleene's connectives only ever turn unknown into known, so that ends, and
because derivations are not circular it ends in the one state that the rules describe.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from verwijzer_termen import Item, Wereld
from verwijzer_waarden import NVT, ONBEKEND, Drie, Raw, Veld, Waarde, both, negate, parse_feit, read_veld
from zorgregels._lezen.yaml import read_yaml


class Fout(Exception):
    """There is no answer; ``soort`` is ``stil``, ``niet_van_kracht``, ``niet_bekend``, ``onbepaald``, ``lege_datum`` or ``tegenspraak``."""

    def __init__(self, soort: str, over: frozenset[str] = frozenset()) -> None:
        self.soort, self.over = soort, over
        super().__init__(soort, sorted(over))


@dataclass(frozen=True)
class Antwoord:
    """What the rules come to."""

    uitkomst: str
    routes: Mapping[str, str]
    regels: Mapping[str, str]
    """The result of each rule that applies or may apply."""
    afgeleid: Mapping[str, Waarde]
    uiterlijk: Mapping[str, Waarde]
    waarschuwingen: frozenset[str]


Regel = Raw


class Verwijzer:
    """The documents of one plugin folder."""

    def __init__(self, map_: Path) -> None:
        self.velden: dict[str, dict[str, Veld]] = {}
        self.lijsten: set[str] = set()
        for pad in sorted(map_.glob("feiten/*.schema.json")):
            schema = json.loads(pad.read_text("utf-8"))
            self.velden[schema["title"]] = {n: read_veld(v) for n, v in schema["properties"].items()}
            if schema["x-aantal"] == "lijst":
                self.lijsten.add(schema["title"])
        self.catalogi: dict[str, list[Raw]] = {}
        self.regelsets: dict[str, Raw] = {}
        for pad in sorted(map_.glob("catalogi/*.yaml")):
            c: Raw = read_yaml(pad.read_bytes(), pad.name)
            self.catalogi.setdefault(c["catalogus"], []).append(c)
        for pad in sorted(map_.rglob("regelsets/**/*.yaml")):
            if not pad.name.endswith(".casussen.yaml"):
                r: Raw = read_yaml(pad.read_bytes(), pad.name)
                self.regelsets[f"{r['regelset']}@{r['versie']}"] = r
        self.vlak = {id_: self._flatten(r) for id_, r in self.regelsets.items()}

    def _flatten(self, r: Raw) -> Raw:
        if "bouwt_op" not in r:
            return r
        basis = self._flatten(self.regelsets[r["bouwt_op"]])
        eigen = {x["id"] for x in r["regels"]}
        geerfd = [x for x in basis["regels"] if x["id"] not in eigen and x["id"] not in r.get("vervalt", ())]
        over = {k: basis[k] for k in ("reikwijdte", "datum") if k in basis and k not in r}
        return {**r, **over, "regels": geerfd + r["regels"]}

    # -- facts ---------------------------------------------------------------------------------------------------

    def _world(self, zaak: Raw, afgeleid: Mapping[str, Waarde], *, ieder: bool = False) -> Wereld:
        feiten: dict[str, Waarde] = {"zaak.peildatum": date.fromisoformat(zaak["peildatum"]), **afgeleid}
        lijsten: dict[str, list[Item]] = {}
        for soort, inhoud in zaak["feiten"].items():
            velden = self.velden[soort]
            if soort in self.lijsten:
                lijsten[soort] = [{v: parse_feit(w, velden[v]) for v, w in i.items()} for i in inhoud]
            else:
                feiten |= {f"{soort}.{v}": parse_feit(w, velden[v]) for v, w in inhoud.items()}
        tot = zaak.get("bekend_op") or "9999-12-31"
        catalogi = {}
        for naam, versies in self.catalogi.items():
            bekend = [c for c in versies if c["bekend"] == "onbekend" or c["bekend"] <= tot]
            if bekend:
                catalogi[naam] = max(bekend, key=lambda c: (c["bekend"].replace("onbekend", ""), c["versie"]))
        return Wereld(self.velden, catalogi, self.catalogi, feiten, lijsten, ieder)

    # -- which regelsets -----------------------------------------------------------------------------------------

    def speaking(self, zaak: Raw) -> frozenset[str]:
        """Return the regelset versions whose reikwijdte holds: for the zaak as it was asked."""
        w = self._world(zaak, {}, ieder=True)
        return frozenset(
            id_
            for id_, r in self.vlak.items()
            if zaak["vraag"] in r["reikwijdte"] and w.voorwaarde(r["reikwijdte"][zaak["vraag"]]) is True
        )

    def choose(self, zaak: Raw, sprekend: frozenset[str]) -> list[Raw]:
        """Return the versions that take part."""
        if not sprekend:
            raise Fout("stil")
        w = self._world(zaak, {}, ieder=True)
        dagen = {id_: self._day(self.vlak[id_], zaak["vraag"], w) for id_ in sprekend}
        if any(d is None or d is NVT for d in dagen.values()):
            raise Fout("lege_datum")
        if ONBEKEND in dagen.values():
            raise Fout("onbepaald")
        gekozen = []
        for naam in sorted({self.vlak[id_]["regelset"] for id_ in sprekend}):
            versies = [id_ for id_ in sprekend if self.vlak[id_]["regelset"] == naam]
            mogelijk = [i for i in versies if zaak.get("concept") or self.vlak[i]["status"] == "geldend"]
            kracht = [self.vlak[i] for i in mogelijk if _in_force(self.vlak[i], dagen[i])]
            if zaak.get("bekend_op"):
                if any(r["bekend"] == "onbekend" and r["status"] == "geldend" for r in kracht):
                    raise Fout("niet_bekend")
                kracht = [r for r in kracht if r["bekend"] <= zaak["bekend_op"]]
            if kracht:
                gekozen.append(max(kracht, key=lambda r: r["bekend"].replace("onbekend", "")))
            elif mogelijk and not all(self.vlak[i].get("buiten_geldigheid") == "zwijgt" for i in versies):
                raise Fout("niet_van_kracht")
        if not gekozen:
            raise Fout("niet_van_kracht")
        return gekozen

    def _day(self, r: Raw, vraag: str, w: Wereld) -> Waarde:
        if vraag not in r.get("datum", {}):
            return w.feiten["zaak.peildatum"]
        for d in r["datum"][vraag]:
            geldt = w.voorwaarde(d.get("als", {}))
            if geldt is None:
                return ONBEKEND
            if geldt:
                return w.waarde(d["op"], "datum")
        raise AssertionError(r)

    # -- the answer ----------------------------------------------------------------------------------------------

    def answer(self, zaak: Raw, sprekend: frozenset[str] | None = None) -> Antwoord:
        """Return what the rules say by Kleene's logic.

        Args:
            zaak: plain data.
            sprekend: the regelset versions that speak; left out, those that do for this zaak.

        Raises:
            Fout: when there is no answer.
        """
        sets = self.choose(zaak, self.speaking(zaak) if sprekend is None else sprekend)
        regels = {r["id"]: r for s in sets for r in s["regels"] if r["vraag"] == zaak["vraag"]}
        afgeleid: dict[str, Waarde] = {
            f"{s}.{v}": ONBEKEND for s, velden in self.velden.items() for v, d in velden.items() if d.afgeleid
        }
        while True:
            w = self._world(zaak, afgeleid)
            geldt: dict[str, Drie] = {}
            for id_ in regels:
                _applies(id_, regels, w, geldt)
            nieuw, botsingen = _derive(regels, geldt, w, list(afgeleid))
            if nieuw == afgeleid:
                break
            afgeleid = nieuw
        if botsingen:
            raise Fout("tegenspraak", frozenset(botsingen))
        uit = {id_: u for id_, r in regels.items() if (u := _result(r, geldt[id_], w)) is not None}
        uitkomst, routes = weigh(regels, geldt, uit, met_routes=zaak["vraag"] == "bekostiging")
        plichten = {
            id_: w.waarde(r["dan"]["verplicht"]["uiterlijk"], "datum") if "uiterlijk" in r["dan"]["verplicht"] else None
            for id_, r in regels.items()
            if "verplicht" in r["dan"] and geldt[id_]
        }
        waarschuwingen = frozenset(i for i, r in regels.items() if "waarschuw" in r["dan"] and geldt[i])
        return Antwoord(uitkomst, routes, uit, afgeleid, plichten, waarschuwingen)


def _in_force(r: Raw, dag: Waarde) -> bool:
    if r["geldig"] == "onbekend":
        return True
    assert isinstance(dag, date)
    return r["geldig"]["van"] <= dag.isoformat() <= r["geldig"].get("tot", "9999-12-31")  # type: ignore[no-any-return]


def _applies(id_: str, regels: Mapping[str, Regel], w: Wereld, geldt: dict[str, Drie]) -> Drie:
    """Its condition holds, its exception does not, and no rule that goes before it applies."""
    if id_ not in geldt:
        r = regels[id_]
        delen = [w.voorwaarde(r.get("als", {}))]
        if "tenzij" in r:
            delen.append(negate(w.voorwaarde(r["tenzij"])))
        for ander, x in regels.items():
            if id_ in x.get("gaat_voor", ()):
                delen.append(negate(_applies(ander, regels, w, geldt)))
        geldt[id_] = both(delen)
    return geldt[id_]


def _derive(
    regels: Mapping[str, Regel], geldt: Mapping[str, Drie], w: Wereld, namen: list[str]
) -> tuple[dict[str, Waarde], set[str]]:
    """The values that follow once from this state, and the facts for which two rules that apply differ."""
    afgeleid: dict[str, list[Waarde]] = {n: [] for n in namen}
    for id_, r in regels.items():
        if "leid_af" in r["dan"] and geldt[id_] is not False:
            for naam, term in r["dan"]["leid_af"].items():
                if "." in naam:
                    soort, _, veld = naam.partition(".")
                    doel = w.velden[soort][veld]
                    nvt = term == NVT.value and doel.nvt
                    waarden = {naam: NVT if nvt else w.waarde(term, doel.soort)}
                else:
                    waarden = {f"{naam}.{k}": v for k, v in w.opzoeken(term["uit_catalogus"]).items()}
                for n, waarde in waarden.items():
                    afgeleid[n].append(waarde if geldt[id_] else ONBEKEND)
    uit: dict[str, Waarde] = {}
    botsingen = set()
    for n, waarden_ in afgeleid.items():
        bekend = [x for x in waarden_ if x is not ONBEKEND]
        if any(x != bekend[0] for x in bekend):
            botsingen.add(n)
        uit[n] = ONBEKEND if ONBEKEND in waarden_ else bekend[0] if bekend else None
    return uit, botsingen


def _result(r: Regel, geldt: Drie, w: Wereld) -> str | None:
    ((effect, inhoud),) = r["dan"].items()
    if geldt is False:
        return None
    if effect in {"waarschuw", "verplicht"}:
        return "van_toepassing" if geldt else None
    if effect in {"leid_af", "open"}:
        return "van_toepassing" if geldt else "onbekend"
    goed = _fulfilled(effect, inhoud, w)
    if goed is True:
        return "voldaan"
    return "niet_voldaan" if goed is False and geldt else "onbekend"


def _fulfilled(effect: str, inhoud: Raw, w: Wereld) -> Drie:
    houdt = True if inhoud is True else w.voorwaarde(inhoud)
    return houdt if effect == "eis" else negate(houdt)


def weigh(
    regels: Mapping[str, Regel], geldt: Mapping[str, Drie], uit: Mapping[str, str], *, met_routes: bool
) -> tuple[str, dict[str, str]]:
    """Return the uitkomst of the zaak and of each route."""
    eisen = {i for i, r in regels.items() if {"eis", "verbied"} & r["dan"].keys()}
    if not met_routes:
        som = [uit[i] for i in eisen if i in uit]
        if "niet_voldaan" in som:
            return "nee", {}
        telt = any(uit.get(i) == "voldaan" and geldt[i] for i in eisen)
        return ("onbekend" if "onbekend" in som or not telt else "ja"), {}
    namen = {r["route"] for r in regels.values() if "route" in r} | {
        r["dan"]["open"] for r in regels.values() if "open" in r["dan"]
    }

    def required(route: str | None) -> Drie:
        return both(
            [
                {"voldaan": True, "niet_voldaan": False, "onbekend": None}[uit[i]]
                for i in eisen
                if i in uit and regels[i].get("route") == route
            ]
        )

    routes: dict[str, Drie] = {}
    for naam in sorted(namen):
        opent = [geldt[i] for i, r in regels.items() if r["dan"].get("open") == naam]
        open_ = True if True in opent else None if None in opent else False
        routes[naam] = both([required(None), open_, required(naam)])
    woord = {True: "ja", False: "nee", None: "onbekend"}
    delen = list(routes.values())
    zaak: Drie = True if True in delen else None if None in delen and required(None) is not False else False
    return woord[zaak], {n: woord[r] for n, r in routes.items()}
