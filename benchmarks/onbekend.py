"""What incomplete zaken cost, and how tight their answers are."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Final

from meten import side_by_side
from zaken import SECTOREN, Zaak, draw_mixes, leave_out
from zorgregels import Engine
from zorgregels.errors import ZorgregelsError

VERWIJZING: Final = Path(__file__).parents[1] / "tests" / "verwijzing"


def measure(snel: bool) -> dict[str, Any]:
    engine = Engine(plugins=set(SECTOREN))
    mixes = draw_mixes(engine, 300 if snel else 700)
    uit: dict[str, Any] = {"mixen": {}}
    taken: dict[str, Any] = {}
    for naam, zaken in mixes.items():
        onvolledig = [z for z in leave_out(zaken) if _has_answer(engine, z)]
        besluiten = [engine.decide(z) for z in onvolledig]
        kaal = [engine.evaluate(z)[0] for z in onvolledig]
        lijsten = [b for b in besluiten if b.uitkomst.value == "onbekend"]
        uit["mixen"][naam] = {
            "zaken": len(onvolledig),
            "uitkomsten": Counter(b.uitkomst.value for b in besluiten),
            "kleene onbekend": sum(u.value == "onbekend" for u in kaal),
            "door splitsen beslist": sum(
                u.value == "onbekend" != b.uitkomst.value for u, b in zip(kaal, besluiten, strict=True)
            ),
            "bovengrens": sum(b.ontbrekend.bovengrens for b in lijsten),
            "genoemde feiten": sum(len(b.ontbrekend.feiten) for b in lijsten) / max(1, len(lijsten)),
        }
        taken[f"volledig {naam}"] = (engine.decide, zaken)
        taken[f"onvolledig {naam}"] = (engine.decide, onvolledig)
    for naam, m in side_by_side(taken, 3 if snel else 5).items():
        uit[naam] = m.to_dict()
    uit["scherpte"] = tightness(10 if snel else 60)
    return uit


def _has_answer(engine: Engine, zaak: Zaak) -> bool:
    try:
        engine.decide(zaak)
    except ZorgregelsError:
        return False
    return True


def tightness(sectoren: int) -> dict[str, int] | None:
    """Return how tight answers are over generated rules, by the tests' own brute force; None where that is not here."""
    if not (VERWIJZING / "zekerheid.py").exists():
        return None
    sys.path.insert(0, str(VERWIJZING))
    try:
        import zekerheid
        from keus import seeded
        from maker import make_sector, make_zaken
        from verwijzer import Verwijzer
    except ImportError:
        return None
    metingen, mis = [], 0
    with tempfile.TemporaryDirectory() as map_:
        for zaad in range(sectoren):
            k = seeded(zaad)
            sector = make_sector(k, eindig=zaad % 2 == 0)
            try:
                pad = sector.write(Path(map_) / f"s{zaad}")
                engine = Engine(plugins={pad}, cache=Path(map_) / "cache")
            except ZorgregelsError:
                continue  # rules that wait for each other, for instance: these are not what is measured here
            verwijzer = Verwijzer(pad)
            for zaak in make_zaken(k, sector, 5):
                try:
                    metingen.append(zekerheid.check(engine, verwijzer, zaak, k, eindig=sector.eindig))
                except AssertionError:
                    mis += 1
    uit = zekerheid.summary([m for m in metingen if m is not None])
    return {**uit, "brute force says otherwise": mis}
