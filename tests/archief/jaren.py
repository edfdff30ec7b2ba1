"""Journaals of the program, and the same log as the independent maker sees it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

from logmaker import Log, Vermelding
from zorgregels import Engine
from zorgregels._journaal.journaal import Journaal

BSN = "999990019"
LEEFTIJD = 77


def consult(peildatum: str, bedrag: str, **meer: Any) -> dict[str, Any]:
    feiten = {"declaratie": {"prestatiecode": "12011", "bedrag": bedrag, "duur_minuten": 12}}
    return {"vraag": "declaratie", "peildatum": peildatum, "feiten": feiten, **meer}


def inschrijving(peildatum: str, leeftijd: int, betrokkene: str | None = BSN) -> dict[str, Any]:
    """A zaak in which an age decides."""
    feiten = {"declaratie": {"prestatiecode": "11102", "bedrag": "17.00"}, "inschrijving": {"leeftijd": leeftijd}}
    wie = {} if betrokkene is None else {"betrokkene": betrokkene}
    return {"vraag": "declaratie", "peildatum": peildatum, "feiten": feiten, **wie}


def maak(map_: Path, *, extra: int = 0) -> Journaal:
    """A Journaal of three years, with a person, an erasure and a new key."""
    journaal = Journaal.create(map_ / "j.db")

    def beslis(*zaken: dict[str, Any]) -> None:
        with Engine(plugins={"huisarts"}, journaal=journaal) as engine:
            list(engine.decide_many(zaken, groep=3))

    beslis(consult("2023-05-10", "11.51"), consult("2023-05-11", "11.52"), consult("2024-02-02", "11.00"))
    beslis(inschrijving("2023-03-03", LEEFTIJD), inschrijving("2023-03-04", LEEFTIJD, None))
    journaal.rotate()
    beslis(*(consult(f"2023-0{1 + n % 9}-1{n % 10}", f"{n // 100 + 1}.{n % 100:02}") for n in range(extra)))
    sleutel = journaal.person(BSN)
    assert sleutel is not None
    journaal.erase(sleutel)
    beslis(consult("2023-12-31", "12.00"), inschrijving("2024-03-03", 40, "123456782"))
    return journaal


def als_log(journaal: Journaal) -> Log:
    """The log in a Journaal as the independent maker keeps one."""
    log = Log("van een Journaal")
    log.log = journaal.log
    rijen = list(journaal.opslag.rows(0, journaal.opslag.stand().omvang))
    log.vermeldingen = []
    for rij in rijen:
        v = Vermelding(rij.blad)
        if rij.delen:
            v.feiten = json.loads(rij.feiten)
            v.delen = [rij.delen[i : i + 16] for i in range(0, len(rij.delen), 16)]
            v.zouten, v.verhuld, v.gesloten = rij.zouten, rij.verhuld, rij.gesloten
        log.vermeldingen.append(v)
    refs = {ref for v in log.vermeldingen for ref in v.delen if ref != bytes(16)}
    log.stukken = journaal.opslag.stukken(refs)
    log.blokken = {f"sha256:{merk.hex()}": (soort, inhoud) for merk, soort, inhoud in journaal.opslag.bloks()}
    return log


def leden(pad: Path) -> dict[str, bytes]:
    """The members of an archive, in order."""
    with zipfile.ZipFile(pad) as z:
        return {naam: z.read(naam) for naam in z.namelist()}
