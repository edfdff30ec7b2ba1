"""decide and evaluate on complete zaken: as files hold them, and with every amount a new one."""

from __future__ import annotations

from collections import Counter
from itertools import count
from typing import Any

from meten import once, side_by_side
from zaken import SECTOREN, draw_mixes, repeated
from zorgregels import Engine


def measure(snel: bool) -> dict[str, Any]:
    engine = Engine(plugins=set(SECTOREN))
    aantal, rondes = (1000, 3) if snel else (2000, 7)
    mixes = draw_mixes(engine, aantal)
    uit: dict[str, Any] = {"zaken": aantal, "mixen": {}}
    taken: dict[str, Any] = {}
    for naam, zaken in mixes.items():
        zelfde, feiten = repeated(zaken)
        besluiten = [engine.decide(z) for z in zaken]
        uit["mixen"][naam] = {
            "zelfde zaak": zelfde,
            "zelfde feit": feiten,
            "uitkomsten": Counter(b.uitkomst.value for b in besluiten),
            "vragen": Counter(z["vraag"] for z in zaken),
            "stappen": sum(len(b.motivering) for b in besluiten) / len(besluiten),
        }
        taken[f"decide {naam}"] = (engine.decide, zaken)
        taken[f"evaluate {naam}"] = (engine.evaluate, zaken)
    for naam, m in side_by_side(taken, rondes).items():
        uit[naam] = m.to_dict()
    # Fresh zaken every round, so that no amount was ever seen before by an engine that has long been running.
    zaad = count(100)
    uit["uniek"] = {}
    for sector in (*SECTOREN, "samen"):

        def fresh(sector: str = sector) -> list[Any]:
            return draw_mixes(engine, aantal * 3 // 4, next(zaad), uniek=True, alleen=sector)[sector]

        for zaken in (fresh(),):
            zelfde, feiten = repeated(zaken)
            uit["uniek"][sector] = {"zelfde zaak": zelfde, "zelfde feit": feiten}
        uit["uniek"][sector] |= once(sector, Engine(plugins=set(SECTOREN)).decide, fresh, 3).to_dict()
    return uit
