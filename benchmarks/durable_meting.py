"""Against durable-rules: through ``Engine(engine="durable")``, and bare with a ruleset written by hand."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from meten import side_by_side
from zaken import draw_mixes
from zorgregels import Engine
from zorgregels.errors import InferentieError

PLUGINS = {"huisarts", "msz", "domeinoverstijgend"}


def measure(snel: bool) -> dict[str, Any]:
    engine = Engine(plugins=PLUGINS)
    zaken = draw_mixes(engine, 150 if snel else 400)["huisarts"]
    try:
        from durable_regels import Handwerk, host_fact

        handwerk = Handwerk()
        tweede = Engine(plugins=PLUGINS, engine="durable")
        uit: dict[str, Any] = {"versie": version("durable-rules"), "zaken": len(zaken)}
    except (ImportError, InferentieError, PackageNotFoundError) as fout:
        return {"afwezig": f"{type(fout).__name__}: {fout}"[:200]}
    feiten = [host_fact(engine, z) for z in zaken]
    with tweede:
        uit["verschillen door de engine"] = sum(engine.decide(z).digest != tweede.decide(z).digest for z in zaken)
        uit["verschillen met de hand"] = 0
        for zaak, feit in zip(zaken, feiten, strict=True):
            uitkomst, beslissend = engine.evaluate(zaak)
            uit["verschillen met de hand"] += (uitkomst.value, frozenset(beslissend)) != handwerk.answer(feit)
        # Its worker is another process: only the clock sees that, so all of these are compared by wall-clock time.
        taken = {
            "decide": (engine.decide, zaken),
            "evaluate": (engine.evaluate, zaken),
            "decide durable": (tweede.decide, zaken),
            "met de hand": (handwerk.answer, feiten),
        }
        for naam, m in side_by_side(taken, 3 if snel else 5).items():
            uit[naam] = m.to_dict()
    return uit
