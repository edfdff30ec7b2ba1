"""decide with a Journaal, in groups, against plain decide: the same zaken in turns, and zaken that no engine saw before."""

from __future__ import annotations

import gc
import tempfile
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter_ns, process_time_ns
from typing import Any

from meten import spread
from zaken import SECTOREN, draw_mixes
from zorgregels import Engine

GROEP = 1000


def measure(snel: bool) -> dict[str, Any]:
    try:
        from zorgregels._journaal.journaal import Journaal

        with tempfile.TemporaryDirectory() as map_, Journaal.create(Path(map_) / "j.db") as journaal:
            return _measure(journaal, Path(map_) / "j.db", snel)
    except ImportError as fout:
        return {"afwezig": str(fout)}


def _measure(journaal: Any, pad: Path, snel: bool) -> dict[str, Any]:
    aantal, rondes = (1000, 3) if snel else (2000, 9)
    with Engine(plugins=set(SECTOREN)) as kaal, Engine(plugins=set(SECTOREN), journaal=journaal) as boek:
        uit: dict[str, Any] = {"groep": GROEP, "mixen": {}, "uniek": {}}
        for naam, zaken in draw_mixes(kaal, aantal).items():
            uit["mixen"][naam] = _compare(kaal, boek, [zaken] * (rondes + 1))
            uit["mixen"][naam]["persoonlijk"] = _personal(journaal, len(zaken))
        zaad = count(500)
        for sector in (*SECTOREN, "samen"):
            reeks = [draw_mixes(kaal, aantal, next(zaad), uniek=True, alleen=sector)[sector] for _ in range(rondes + 1)]
            uit["uniek"][sector] = _compare(kaal, boek, reeks)
        zaak = draw_mixes(kaal, 1)["huisarts"][0]
        tijden = []
        for _ in range(20 if snel else 100):
            begin = perf_counter_ns()
            boek.decide(zaak)
            tijden.append((perf_counter_ns() - begin) / 1e6)
        uit["een voor een"] = median(tijden)
        uit["bytes"] = pad.stat().st_size / journaal.opslag.stand().omvang
        return uit


def _compare(kaal: Engine, boek: Engine, reeks: list[Any]) -> dict[str, float]:
    """Return microseconds a zaak, CPU and wall clock, without and with a Journaal; the first round warms up."""
    tijden: dict[str, list[float]] = {n: [] for n in ("kaal", "boek", "kaal_klok", "boek_klok", "keer")}
    for ronde, zaken in enumerate(reeks):
        gc.collect()
        a, ak = _run(lambda zaken=zaken: [kaal.decide(z) and None for z in zaken])
        gc.collect()
        b, bk = _run(lambda zaken=zaken: [None for _ in boek.decide_many(zaken, groep=GROEP)])
        if ronde:
            for naam, tijd in (("kaal", a), ("boek", b), ("kaal_klok", ak), ("boek_klok", bk)):
                tijden[naam].append(tijd / len(zaken))
            tijden["keer"].append(b / a)
    return {n: median(t) for n, t in tijden.items()} | {"spreiding": spread(tijden["keer"])}


def _run(functie: Any) -> tuple[float, float]:
    cpu, klok = process_time_ns(), perf_counter_ns()
    functie()
    return (process_time_ns() - cpu) / 1000, (perf_counter_ns() - klok) / 1000


def _personal(journaal: Any, laatste: int) -> float:
    """The share of the last records in which something is encrypted."""
    omvang = journaal.opslag.stand().omvang
    return sum(r.gesloten is not None for r in journaal.opslag.rows(omvang - laatste, omvang)) / laatste
