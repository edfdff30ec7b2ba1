"""Zaken as billing files hold them: few codes, many dates, amounts around what is allowed. The same seed gives the same zaken.

The huisarts zaken are drawn from the catalogue; those of the other two sectors are the plugins' own casussen with other amounts and
dates, because there the facts hang together too closely to be drawn one by one.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from zorgregels import Engine
from zorgregels._lezen.yaml import read_yaml
from zorgregels.errors import ZorgregelsError

Zaak = dict[str, Any]
JAAR = 2023
GEWICHT = {"consult": 74, "visite": 7, "vaccinatie": 4, "inschrijving": 15}
"""How often a group of huisarts prestaties occurs, in hundredths."""
VERVALLEN = ("12000", "12004")
GELD = {"bedrag", "tabelbedrag", "totaalbedrag", "zvw_bedrag", "eerder_gedeclareerd"}
SECTOREN = ("huisarts", "msz", "domeinoverstijgend")


def euro(cent: int) -> str:
    return f"{cent // 100}.{cent % 100:02d}"


def cents(tekst: str) -> int:
    heel, _, rest = tekst.partition(".")
    return int(heel) * 100 + int(rest.ljust(2, "0") or 0)


class Huisarts:
    """Draws declaraties of one year; with ``uniek`` no amount comes twice and durations lie over a whole day."""

    def __init__(self, _sector: str, engine: Engine, zaad: int, *, uniek: bool = False) -> None:
        self.r = random.Random(zaad)
        self.uniek = uniek
        catalogus = next(c for c in engine.catalogi if c.naam == "huisarts/prestaties")
        self.codes: dict[str, list[tuple[str, int]]] = {g: [] for g in GEWICHT}
        for code in sorted(catalogus.prestaties):
            periode = catalogus.find(code, date(JAAR, 7, 1))
            maximum = periode.waarden.get("maximumtarief") if periode else None
            if periode and isinstance(maximum, int) and periode.waarden["groep"] in GEWICHT:
                self.codes[str(periode.waarden["groep"])].append((code, maximum))
        self.bedragen: dict[int, list[int]] = {}

    def amount(self, maximum: int) -> int:
        r = self.r
        if self.uniek:
            # Every amount up to twice the maximum once, in random order; after that only higher ones.
            over = self.bedragen.get(maximum)
            if over is None:
                over = self.bedragen[maximum] = list(range(10**5, 2 * maximum, -1)) + r.sample(
                    range(1, 2 * maximum), 2 * maximum - 1
                )
            return over.pop()
        trekking = r.random()
        if trekking < 0.85:
            return maximum
        return maximum + (r.choice([-1, 1]) if trekking < 0.95 else r.randrange(-maximum + 1, 500))

    def draw(self) -> Zaak:
        r = self.r
        dag = date(JAAR, 1, 1) + timedelta(days=r.randrange(365))
        groep = r.choices(list(GEWICHT), list(GEWICHT.values()))[0]
        code, maximum = r.choice(self.codes[groep])
        if groep == "consult" and r.random() < 0.02:
            code = r.choice(VERVALLEN)
        declaratie: dict[str, Any] = {"prestatiecode": code, "bedrag": euro(self.amount(maximum))}
        feiten: dict[str, Any] = {"declaratie": declaratie}
        if groep in {"consult", "visite"}:
            declaratie["duur_minuten"] = self.duration(code)
        if code == "12001":
            declaratie["bijzondere_verrichting"] = r.choice(["geen"] * 9 + ["pessarium"])
            declaratie["bevestigd_in_beleidsregel"] = r.random() < 0.8
        if groep == "consult" and r.random() < 0.1:
            declaratie["communicatiemiddel"] = r.choice(["telefoon", "beeldverbinding"])
            declaratie["inhoud_vergelijkbaar"] = r.random() < 0.95
            declaratie["tijd_vergelijkbaar"] = r.random() < 0.95
        if groep == "inschrijving":
            opslag = r.random() < 0.1
            feiten["inschrijving"] = {
                "op_eerste_dag_kwartaal": r.random() < 0.98, "leeftijd": r.randrange(101), "opslagwijk": opslag,
            }  # fmt: skip
            declaratie["bevestigd_in_beleidsregel"] = r.random() < 0.5
        return {"vraag": "declaratie", "peildatum": dag.isoformat(), "feiten": feiten}

    def duration(self, code: str) -> int:
        if self.uniek:
            return self.r.randrange(1441)
        past = {"12010": (1, 5), "12011": (5, 20), "12001": (20, 45), "12002": (8, 20), "12003": (20, 60)}
        laag, hoog = past.get(code, (1, 30))
        return self.r.randrange(laag, hoog) if self.r.random() < 0.95 else self.r.randrange(1, 60)


class Varianten:
    """Draws variants of a plugin's own casussen that end in ja or nee."""

    def __init__(self, sector: str, engine: Engine, zaad: int, *, uniek: bool = False) -> None:
        self.r = random.Random(zaad)
        self.uniek = uniek
        self.gebruikt: set[int] = set()
        self.sjablonen = [z for z in casussen(sector) if _decided(engine, z)]
        assert self.sjablonen, sector

    def draw(self) -> Zaak:
        zaak = copy.deepcopy(self.r.choice(self.sjablonen))
        jaar = int(zaak["peildatum"][:4])
        oud = zaak["peildatum"]
        dag = (date(jaar, 1, 1) + timedelta(days=self.r.randrange(365))).isoformat()
        for inhoud in zaak["feiten"].values():
            for feit in inhoud if isinstance(inhoud, list) else [inhoud]:
                self.vary(feit, oud, dag)
        if self.r.random() < 0.8:
            zaak["peildatum"] = dag
        else:
            self.vary(zaak, dag, oud)
        return zaak

    def vary(self, feit: dict[str, Any], oud: str, dag: str) -> None:
        for naam, waarde in feit.items():
            if waarde == oud and naam == "uitvoeringsdatum":
                feit[naam] = dag
            elif naam in GELD and isinstance(waarde, str):
                feit[naam] = euro(self.amount(cents(waarde)))
            elif naam == "prestatiecode" and waarde.startswith("FICT"):
                feit[naam] = f"FICT{self.r.randrange(100):02d}"

    def amount(self, cent: int) -> int:
        if self.uniek:
            while (nieuw := self.r.randrange(1, 10**8)) in self.gebruikt:
                pass
            self.gebruikt.add(nieuw)
            return nieuw
        trekking = self.r.random()
        if trekking < 0.7 or not cent:
            return cent
        return cent + self.r.choice([-1, 1]) if trekking < 0.85 else self.r.randrange(1, cent * 2)


def casussen(sector: str) -> Iterator[Zaak]:
    """Yield the zaken of a plugin's casussen."""
    for pad in sorted(folder(sector).glob("regelsets/*/*.casussen.yaml")):
        for c in read_yaml(pad.read_bytes(), pad.name)["casussen"]:
            zaak = {k: c[k] for k in ("vraag", "peildatum", "feiten", "bekend_op", "concept") if k in c}
            if isinstance(zaak.get("peildatum"), str) and "fout" not in c["verwacht"]:
                yield zaak


def folder(sector: str) -> Path:
    """Return the folder of an installed plugin made only of data."""
    spec = find_spec(f"zorgregels_{sector}")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


def _decided(engine: Engine, zaak: Zaak) -> bool:
    """Whether every part of the outcome is known without filling in a missing fact."""
    try:
        b = engine.decide(zaak)
        kaal, _ = engine.evaluate(zaak)
    except ZorgregelsError:
        return False
    return "onbekend" not in {kaal.value, b.uitkomst.value, *(r.uitkomst.value for r in b.routes)}


def draw_mixes(
    engine: Engine, aantal: int, zaad: int = 1, *, uniek: bool = False, alleen: str = "samen"
) -> dict[str, list[Zaak]]:
    """Return the zaken of each sector, and of all three taking turns; or of one sector only."""
    trekkers: dict[str, Callable[[], Zaak]] = {}
    for sector in SECTOREN if alleen == "samen" else (alleen,):
        soort = Huisarts if sector == "huisarts" else Varianten
        trekkers[sector] = soort(sector, engine, zaad, uniek=uniek).draw
    mixes = {naam: _decidable(engine, trek, aantal) for naam, trek in trekkers.items()}
    mixes["samen"] = [z for drie in zip(*mixes.values(), strict=True) for z in drie][:aantal]
    return mixes


def _decidable(engine: Engine, trek: Callable[[], Zaak], aantal: int) -> list[Zaak]:
    """Draw complete zaken. A date outside every regelset is an error and no decision."""
    uit: list[Zaak] = []
    while len(uit) < aantal:
        zaak = trek()
        if _decided(engine, zaak):
            uit.append(zaak)
    return uit


def leave_out(zaken: list[Zaak], zaad: int = 1) -> list[Zaak]:
    """Return the zaken with one to three facts left out each; the prestatiecode stays, or nothing would speak."""
    r = random.Random(zaad)
    uit = []
    for bron in zaken:
        zaak = copy.deepcopy(bron)
        plekken = [
            (f, n) for soort, f in zaak["feiten"].items() if isinstance(f, dict) for n in f
            if n not in {"prestatiecode", "prestatiecodelijst", "betaaltitel", "soort"} and soort != "betaaltitel"
        ]  # fmt: skip
        for feit, naam in r.sample(plekken, min(len(plekken), r.randrange(1, 4))):
            del feit[naam]
        uit.append(zaak)
    return uit


def repeated(zaken: list[Zaak]) -> tuple[float, float]:
    """Return which share of the zaken, and of their single facts, is equal to an earlier one."""
    gezien: set[str] = set()
    feiten: set[tuple[str, str, str]] = set()
    herhaald = dubbel = totaal = 0
    for z in zaken:
        tekst = repr(z)
        herhaald += tekst in gezien
        gezien.add(tekst)
        for soort, inhoud in z["feiten"].items():
            for feit in inhoud if isinstance(inhoud, list) else [inhoud]:
                for naam, waarde in feit.items():
                    totaal += 1
                    dubbel += (soort, naam, repr(waarde)) in feiten
                    feiten.add((soort, naam, repr(waarde)))
    return herhaald / len(zaken), dubbel / totaal
