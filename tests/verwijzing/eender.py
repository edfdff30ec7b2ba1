"""Decides ten thousand zaken of the published plugins and prints one digest over all answers: ``python eender.py [n] [plugin …]``.

The zaken follow from the casussen and catalogi of the plugins and from a number sequence that is the same in every Python.
"""

from __future__ import annotations

import copy
import hashlib
import json
import sys
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from zorgregels import Engine
from zorgregels._lezen.yaml import read_yaml
from zorgregels.errors import ZorgregelsError

PLUGINS = ("domeinoverstijgend", "huisarts", "msz")
AANTAL = 10_000
Raw = Any


class Reeks:
    """A multiplicative sequence, spelled out: the random module promises less across versions."""

    def __init__(self, zaad: int) -> None:
        self._stand = zaad

    def below(self, grens: int) -> int:
        """Return a number from 0 up to but not including a bound."""
        self._stand = (self._stand * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._stand >> 33) % grens

    def one(self, opties: list[Any]) -> Any:
        """Return one of the options."""
        return opties[self.below(len(opties))]


def folder(plugin: str) -> Path:
    """Return the data folder of a published plugin in this checkout."""
    return Path(__file__).parents[2] / "plugins" / plugin / "src" / f"zorgregels_{plugin}"


def make_zaken(aantal: int) -> list[Raw]:
    """Return zaken that lie on and beside the boundaries of the rules."""
    gevallen: list[Raw] = []
    codes: list[str] = []
    bedragen: list[str] = []
    for plugin in PLUGINS:
        for pad in sorted(folder(plugin).rglob("*.casussen.yaml")):
            data: Raw = read_yaml(pad.read_bytes(), pad.name)
            gevallen += [
                {k: c[k] for k in ("vraag", "peildatum", "feiten", "concept") if k in c} for c in data["casussen"]
            ]
        for pad in sorted(folder(plugin).rglob("catalogi/*.yaml")):
            prestaties = read_yaml(pad.read_bytes(), pad.name).get("prestaties", ())  # none in a form of table
            codes += [p["code"] for p in prestaties]
            waarden = [q.get("waarden", {}) for p in prestaties for q in p["perioden"]]
            bedragen += [w["maximumtarief"] for w in waarden if w.get("maximumtarief")]
    reeks = Reeks(2025)
    return [_vary(copy.deepcopy(reeks.one(gevallen)), reeks, codes, bedragen) for _ in range(aantal)]


def _vary(zaak: Raw, reeks: Reeks, codes: list[str], bedragen: list[str]) -> Raw:
    if reeks.below(3) == 0:
        jaar = 2017 + reeks.below(11)
        zaak["peildatum"] = (date(jaar, 12, 31) + timedelta(days=reeks.below(3) - 1)).isoformat()
    for soort, inhoud in sorted(zaak["feiten"].items()):
        for velden in inhoud if isinstance(inhoud, list) else [inhoud]:
            for naam in sorted(velden):
                keus = reeks.below(16)
                if keus == 0:
                    del velden[naam]
                elif naam == "prestatiecode" and keus < 4:
                    velden[naam] = reeks.one(codes)
                elif naam == "bedrag" and keus < 8 and soort == "declaratie":
                    basis = velden[naam] if keus < 6 else reeks.one(bedragen)
                    velden[naam] = str(Decimal(basis or "0") + Decimal(reeks.below(3) - 1) / 100)
                elif isinstance(velden[naam], bool) and keus == 1:
                    velden[naam] = not velden[naam]
    return zaak


def answers(aantal: int, plugins: list[str]) -> tuple[str, Counter[str]]:
    """Return the digest over all answers, and how often each came."""
    som = hashlib.sha256()
    telling: Counter[str] = Counter()
    with Engine(plugins=plugins) as engine:
        for zaak in make_zaken(aantal):
            try:
                b = engine.decide(zaak)
                regel = f"{b.digest} {b.kwitantie.feiten}"
                telling[b.uitkomst.value] += 1
            except ZorgregelsError as fout:
                regel = str(fout)
                telling[fout.code] += 1
            som.update(regel.encode() + b"\n")
    return f"sha256:{som.hexdigest()}", telling


if __name__ == "__main__":
    digest, telling = answers(int(sys.argv[1]) if len(sys.argv) > 1 else AANTAL, sys.argv[2:] or list(PLUGINS))
    print(json.dumps({"digest": digest, "uitkomsten": dict(sorted(telling.items()))}))
