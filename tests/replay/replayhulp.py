"""Journaals for these tests, forgeries by somebody who has the keys, and a replay with its reports read back."""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from zorgregels import Engine
from zorgregels._canon import canonical
from zorgregels._journaal.journaal import Journaal, Nieuw
from zorgregels._journaal.vermelding import Rij
from zorgregels._replay.met import read_additions
from zorgregels._replay.opdracht import Bronplek, Keuze, Opdracht
from zorgregels._replay.verloop import Uitvoer, replay_records
from zorgregels.errors import ZorgregelsError

WORTEL = Path(__file__).parents[2]
Raw = Any


def fill(waar: Path, zaken: Iterable[Raw], plugins: Iterable[str | Path], *, groep: int = 100, **anders: Any) -> Path:
    """Make a Journaal of these zaken; those that cannot be decided are not in it."""
    with Journaal.create(waar) as journaal, Engine(plugins=list(plugins), journaal=journaal, **anders) as engine:
        for uit in engine.decide_many(zaken, groep=groep):
            assert not isinstance(uit, ZorgregelsError) or uit.code.startswith("ZR-6"), uit
    return waar


@dataclass
class Gerepeteerd:
    """What a replay gave."""

    status: int
    rapport: Raw
    html: str
    lijst: list[Raw] = field(default_factory=list)
    ruw: bytes = b""

    @property
    def aantallen(self) -> dict[str, Any]:
        return dict(self.rapport["aantallen"])

    @property
    def bevindingen(self) -> list[str]:
        return [f"{b['waar']}: {b['wat']}" for b in self.rapport["bevindingen"]]

    @property
    def gelijk(self) -> bool:
        a = self.aantallen
        return self.status == 0 and a["gelijk"] == a["beslissingen"] > 0 and not self.rapport["bevindingen"]


def replay(
    waar: Path,
    *,
    met: Iterable[str | Path] = (),
    bekend_op: str | None = None,
    keuze: Keuze | None = None,
    sleutels: Path | None = None,
    werkers: int = 1,
    engine: str = "compiled",
    soort: Any = "journaal",
    uit: Path | None = None,
) -> Gerepeteerd:
    """Replay and read the reports back."""
    html = uit or waar.with_name("rapport.html")
    lijst = html.with_suffix(".jsonl")
    opdracht = Opdracht(
        Bronplek(soort, str(waar), sleutels),
        keuze or Keuze(),
        engine,
        read_additions(map(str, met)),
        date.fromisoformat(bekend_op) if bekend_op else None,
    )
    uitvoer = Uitvoer(html, html.with_suffix(".json"), lijst, overschrijf=True)
    with replay_records(opdracht, uitvoer, werkers) as gedaan:
        ruw = uitvoer.json.read_bytes()
        regels = [json.loads(r) for r in lijst.read_text("utf-8").splitlines()]
        return Gerepeteerd(gedaan.resultaat.status, json.loads(ruw), html.read_text("utf-8"), regels, ruw)


def unsigned(g: Gerepeteerd) -> Raw:
    """The report without what depends on the moment: who signed it when."""
    return {k: w for k, w in g.rapport.items() if k != "handtekening"}


def forge(waar: Path, nr: int, verander: Callable[[Rij, Raw], tuple[Rij, Raw]]) -> int:
    """Add a record like ``nr``, altered, as somebody can who has the keys: its leaf is in the log, under a signed head. Return its number."""
    with Journaal.open(waar) as journaal:
        rij = journaal.opslag.row(nr)
        assert rij is not None
        nieuw, blad = verander(rij, json.loads(rij.blad))
        return journaal.append(
            lambda _, plek, tijd: Nieuw([_numbered(nieuw, plek, blad, tijd)], {blad["peildatum"][:4]: 1})
        )


def _numbered(rij: Rij, nr: int, blad: Raw, tijd: str) -> Rij:
    return rij._replace(nr=nr, blad=canonical({**blad, "tijd": tijd}).encode())


VERZONNEN = (2**40).to_bytes(6, "big")
"""Under what the parts stand that these tests put in the store."""


def open_row(waar: Path) -> Rij:
    """A decision of which nothing is closed."""
    with Journaal.open(waar, schrijven=False) as journaal:
        return next(r for r in journaal.opslag.rows(1, 10**6) if r.delen and r.gesloten is None)


def _recommit(rij: Rij, feiten: bytes, delen: list[bytes]) -> tuple[bytes, str]:
    """Salts and commitment for other facts and parts, by the words of the format and not by the program's own code."""
    namen = json.loads(feiten)
    zouten = bytes(16 * (len(namen) + len(delen)))
    alle = [b"f" + sha256(b"f" + bytes(16) + canonical({n: namen[n]})[1:-1].encode()).digest() for n in sorted(namen)]
    soorten = [b"k", *[b"s"] * (len(delen) - 2), b"t"]
    alle += [s + sha256(s + bytes(16) + sha256(d).digest()).digest() for s, d in zip(soorten, delen, strict=True)]
    return zouten, "sha256:" + sha256(b"".join(alle)).hexdigest()


def forge_part(waar: Path, nr: int, oud: bytes, nieuw: bytes) -> int:
    """Add a record like ``nr`` in which one part says something else, and put that part in the store under its right reference."""
    with Journaal.open(waar, schrijven=False) as journaal:
        rij = journaal.opslag.row(nr)
        assert rij is not None
        delen = list(journaal.contents(rij).delen or ())
    assert any(oud in d for d in delen), oud
    plek = next(i for i, d in enumerate(delen) if oud in d)
    delen[plek] = delen[plek].replace(oud, nieuw)
    with closing(sqlite3.connect(waar)) as db, db:
        refs = [rij.delen[i : i + 16] for i in range(0, len(rij.delen), 16)]
        refs[plek] = VERZONNEN + bytes(2) + sha256(delen[plek]).digest()[:8]
        db.execute("INSERT INTO stuk VALUES (?, ?)", (VERZONNEN, delen[plek]))
    db.close()
    zouten, verbintenis = _recommit(rij, rij.feiten, delen)

    def alter(rij, blad):
        return rij._replace(delen=b"".join(refs), zouten=zouten), {**blad, "verbintenis": verbintenis}

    return forge(waar, nr, alter)


def sql(waar: Path, opdracht: str, *waarden: Any) -> None:
    """Alter the store behind the back of zorgregels."""
    db = sqlite3.connect(waar)
    with db:
        assert db.execute(opdracht, waarden).rowcount >= 1
    db.close()


def benchmark_zaken() -> ModuleType:
    """The maker of zaken of the benchmarks."""
    return load("benchmarks/zaken.py")


def load(pad: str) -> ModuleType:
    """A module of another folder, under a name of its own."""
    spec = importlib.util.spec_from_file_location("replay_" + Path(pad).stem, WORTEL / pad)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def casussen(sector: str) -> list[Raw]:
    """The zaken of a plugin's own casussen."""
    return list(benchmark_zaken().casussen(sector))
