"""Memory of one process: after Python, after the import, after loading the three plugins and after many decisions."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from zaken import SECTOREN, draw_mixes
from zorgregels import Engine

_MAAT = """
import json, sys

def rss():
    with open("/proc/self/status") as f:
        return next(int(r.split()[1]) for r in f if r.startswith("VmRSS")) / 1024

uit = {"python": rss()}
from zorgregels import Engine
uit["na import"] = rss()
engine = Engine(plugins=set(sys.argv[1].split(",")))
uit["na laden"] = rss()
aantal = int(sys.argv[2])
gedaan = 0
while gedaan < aantal:
    with open(sys.argv[3]) as bestand:  # a line at a time: the zaken themselves are not what is measured
        for regel in bestand:
            engine.decide(json.loads(regel))
            gedaan += 1
uit["na beslissen"] = rss()
print(json.dumps(uit))
"""


def measure(snel: bool) -> dict[str, Any]:
    if not Path("/proc/self/status").exists():
        return {"afwezig": "geen /proc"}
    aantal = 20_000 if snel else 100_000
    engine = Engine(plugins=set(SECTOREN))
    # Amounts that do not come back: what an engine remembers must stay within bounds then too.
    zaken = draw_mixes(engine, 2_000 if snel else 10_000, uniek=True)["samen"]
    with tempfile.TemporaryDirectory() as map_:
        bestand = Path(map_) / "zaken.jsonl"
        bestand.write_text("".join(json.dumps(z) + "\n" for z in zaken))
        opdracht = [sys.executable, "-c", _MAAT, ",".join(SECTOREN), str(aantal), str(bestand)]
        klaar = subprocess.run(opdracht, text=True, capture_output=True, check=True)
    uit: dict[str, Any] = json.loads(klaar.stdout)
    return {**uit, "besluiten": aantal, "verschillende zaken": len(zaken)}
