"""What a change comes to, the plainest way: decide each zaak with the old and with the new engine, compare, and add up.

Nothing of the replay is used here, and no Journaal: only ``Engine.decide``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

Raw = Any


class Nagerekend:
    """The changes and the sums."""

    def __init__(self) -> None:
        self.nrs: list[int] = []
        self.uitkomst: dict[int, tuple[str, str]] = {}
        self.gegeven: dict[tuple[str, str, str], tuple[int, int]] = {}
        self.afgeleid: dict[str, tuple[int, int, int, int]] = {}


def compare(
    zaken: Iterable[Raw], oud: Callable[[Raw], Raw], nieuw: Callable[[Raw], Raw], geld: Iterable[str]
) -> Nagerekend:
    """Compare all; ``geld`` names the given amounts that are kept."""
    uit = Nagerekend()
    for nr, zaak in enumerate(zaken, start=1):
        was, nu = oud(zaak).content(), nieuw(zaak).content()
        if _without_versions(was) == _without_versions(nu):
            continue
        uit.nrs.append(nr)
        uit.uitkomst[nr] = (was["uitkomst"], nu["uitkomst"])
        for feit in geld:
            bedragen = _given(zaak, feit)
            if bedragen:
                sleutel = (feit, was["uitkomst"], nu["uitkomst"])
                aantal, som = uit.gegeven.get(sleutel, (0, 0))
                uit.gegeven[sleutel] = (aantal + 1, som + sum(bedragen))
        for plek, inhoud in ((0, was), (2, nu)):
            for a in inhoud["afgeleid"]:
                if a.get("type") == "geld" and a["waarde"] is not None:
                    naam = f"{a['sector']}:{a['feit']}"
                    rij = list(uit.afgeleid.get(naam, (0, 0, 0, 0)))
                    rij[plek] += 1
                    rij[plek + 1] += cents(a["waarde"])
                    uit.afgeleid[naam] = tuple(rij)  # type: ignore[assignment]
    return uit


def cents(tekst: str) -> int:
    """``11.52`` is 1152."""
    return int(Decimal(tekst) * 100)


def _given(zaak: Raw, feit: str) -> list[int]:
    soort, veld = feit.split(".")
    inhoud = zaak["feiten"].get(soort, [])
    return [cents(o[veld]) for o in (inhoud if isinstance(inhoud, list) else [inhoud]) if veld in o]


def _without_versions(inhoud: Raw) -> str:
    return re.sub(r'("regelset": "[^"@]+)@[^"]*"', r"\1", json.dumps(inhoud, sort_keys=True))


def check(rapport: Raw, goed: Nagerekend) -> None:
    """Hold a report against it: the list, each uitkomst, every sum, and that the totals are those of the rules."""
    w = rapport["watals"]
    assert [d["nr"] for d in w["lijst"]] == goed.nrs
    assert {d["nr"]: (d["van"], d["naar"]) for d in w["lijst"]} == goed.uitkomst
    assert rapport["aantallen"]["gewijzigd"] == len(goed.nrs) == sum(o["aantal"] for o in w["overgangen"])
    assert {
        (g["feit"], g["van"], g["naar"]): (g["aantal"], int(g["centen"])) for g in w["gegeven_totaal"]
    } == goed.gegeven
    afgeleid = {
        a["feit"]: (a["aantal_oud"], int(a["oud"]), a["aantal_nieuw"], int(a["nieuw"])) for a in w["afgeleid_totaal"]
    }
    assert afgeleid == goed.afgeleid
    per_regel: dict[Any, int] = {}
    for g in w["gegeven"]:
        sleutel = (g["feit"], g["van"], g["naar"])
        per_regel[sleutel] = per_regel.get(sleutel, 0) + int(g["centen"])
    assert per_regel == {s: som for s, (_, som) in goed.gegeven.items()}
    for naam, (_, oud, _, nieuw) in goed.afgeleid.items():
        regels = [a for a in w["afgeleid"] if a["feit"] == naam]
        assert sum(int(a["oud"]) for a in regels) == oud
        assert sum(int(a["nieuw"]) for a in regels) == nieuw
        assert sum(int(a["verschil"]) for a in regels) == nieuw - oud
        (totaal,) = [a for a in w["afgeleid_totaal"] if a["feit"] == naam]
        assert int(totaal["verschil"]) == nieuw - oud
    # Each decision is in the list once, under one rule, and the rules of the list are those of the tables.
    assert len({d["nr"] for d in w["lijst"]}) == len(w["lijst"])
    telling: dict[Any, int] = {}
    for d in w["lijst"]:
        sleutel = (d["reikwijdte"], d["van"], d["naar"], d["regel"])
        telling[sleutel] = telling.get(sleutel, 0) + 1
    assert telling == {(o["reikwijdte"], o["van"], o["naar"], o["regel"]): o["aantal"] for o in w["overgangen"]}
