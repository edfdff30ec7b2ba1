"""Measures everything and writes RESULTS.md: ``python benchmarks/meet.py [--snel] [--deel NAAM]``.

Every part runs in a process of its own, so that none inherits the memory, the caches or the garbage of another.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

HIER: Final = Path(__file__).parent
DELEN: Final = (
    "besluiten",
    "journaal_meting",
    "zen_meting",
    "durable_meting",
    "opstarten",
    "geheugengebruik",
    "groei",
    "onbekend",
)
_DISTRIBUTIES: Final = (
    "zorgregels", "zorgregels-huisarts", "zorgregels-msz", "zorgregels-domeinoverstijgend", "zen-engine", "durable-rules",
)  # fmt: skip


def main() -> int:
    opties = argparse.ArgumentParser(description=__doc__)
    opties.add_argument("--snel", action="store_true", help="a short run with rough figures")
    opties.add_argument(
        "--deel", choices=DELEN, action="append", help="only this part, as JSON; RESULTS.md is not written"
    )
    opties.add_argument("--kind", choices=DELEN, help=argparse.SUPPRESS)
    opties.add_argument("--uit", type=Path, default=HIER / "RESULTS.md")
    keuze = opties.parse_args()
    sys.path.insert(0, str(HIER))
    if keuze.kind:
        print(json.dumps(importlib.import_module(keuze.kind).measure(keuze.snel)))
        return 0
    if keuze.deel:
        for deel in keuze.deel:
            print(json.dumps(_part(deel, keuze.snel), indent=1, ensure_ascii=False))
        return 0
    from meten import load
    from verslag import lines, write

    begin = load()
    metingen: dict[str, Any] = {}
    for deel in DELEN:
        print(f"{deel} …", flush=True)
        metingen[deel] = _part(deel, keuze.snel)
    metingen["machine"] = _machine(keuze.snel) | {"druk_begin": begin, "druk_eind": load()}
    tekst = write(metingen)
    keuze.uit.write_text(tekst, "utf-8")
    print("\n".join(lines(tekst)))
    return 0


def _part(deel: str, snel: bool) -> Any:
    opdracht = [sys.executable, str(Path(__file__).resolve()), "--kind", deel, *(["--snel"] if snel else [])]
    klaar = subprocess.run(opdracht, stdout=subprocess.PIPE, text=True, check=False)
    if klaar.returncode == 0:
        return json.loads(klaar.stdout)
    if deel in {"zen_meting", "durable_meting"}:  # a rival that is not here, or that crashes, leaves its place empty
        return {"afwezig": f"ended with code {klaar.returncode}"}
    raise SystemExit(f"{deel} ended with code {klaar.returncode}")


def _machine(snel: bool) -> dict[str, Any]:
    return {
        "snel": snel,
        "datum": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "cpu": _cpu(),
        "kernen": os.cpu_count(),
        "systeem": platform.platform(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "versies": {d: v for d in _DISTRIBUTIES if (v := _version(d))},
    }


def _cpu() -> str:
    try:
        regels = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((r.partition(":")[2].strip() for r in regels if r.startswith("model name")), platform.machine())


def _version(distributie: str) -> str:
    try:
        return version(distributie)
    except PackageNotFoundError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
