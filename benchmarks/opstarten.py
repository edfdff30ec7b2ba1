"""Cold import, loading with a cold and with a warm cache, and the first decide of each vraag; every figure from fresh processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from meten import percentile
from zaken import SECTOREN, casussen

_MAAT = """
import json, sys, time
t0 = time.perf_counter()
import zorgregels
t1 = time.perf_counter()
uit = {"import": t1 - t0}
from zorgregels import Engine  # the façade loads it only now
t1 = time.perf_counter()
uit["import met Engine"] = t1 - t0
if sys.argv[1] != "import":
    engine = Engine(plugins=set(sys.argv[2].split(",")))
    uit["engine"] = time.perf_counter() - t1
    uit["samen"] = time.perf_counter() - t0
for zaak in json.load(sys.stdin):
    t = time.perf_counter()
    engine.decide(zaak)
    uit["eerste " + zaak["vraag"]] = time.perf_counter() - t
print(json.dumps(uit))
"""


def measure(snel: bool) -> dict[str, Any]:
    keer = 5 if snel else 20
    zaken = list({z["vraag"]: z for s in reversed(SECTOREN) for z in casussen(s)}.values())
    uit: dict[str, Any] = {"keer": keer}
    with tempfile.TemporaryDirectory() as map_:
        koud = [_run("engine", [], str(Path(map_) / f"koud{i}")) for i in range(max(3, keer // 5))]
        # The import alone, and Python itself to compare it with, take turns with the warm starts.
        leeg, imports, warm = [], [], []
        _run("engine", [], str(Path(map_) / "warm"))
        for _ in range(keer):
            leeg.append(_blank())
            imports.append(_run("import", [], str(Path(map_) / "warm")))
            warm.append(_run("engine", zaken, str(Path(map_) / "warm")))
    uit["python zelf (hele proces)"] = _three(leeg)
    for deel in ("import", "import met Engine"):
        uit[deel] = _three([m[deel] for m in imports])
    for naam, metingen in (("koud", koud), ("warm", warm)):
        for deel in ("engine", "samen"):
            uit[f"{naam} {deel}"] = _three([m[deel] for m in metingen])
    for deel in sorted(warm[0]):
        if deel.startswith("eerste"):
            uit[deel] = _three([m[deel] for m in warm])
    return uit


def _three(seconden: list[float]) -> dict[str, float]:
    """Median, least and 90th percentile in milliseconds."""
    ms = [s * 1000 for s in seconden]
    return {"mediaan": median(ms), "minst": min(ms), "p90": percentile(ms, 0.9)}


def _run(wat: str, zaken: list[Any], cache: str) -> dict[str, float]:
    klaar = subprocess.run(
        [sys.executable, "-c", _MAAT, wat, ",".join(SECTOREN)], input=json.dumps(zaken), text=True, capture_output=True,
        check=True, env={**os.environ, "ZORGREGELS_CACHE": cache},
    )  # fmt: skip
    uit: dict[str, float] = json.loads(klaar.stdout)
    return uit


def _blank() -> float:
    from time import perf_counter

    begin = perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return perf_counter() - begin
