"""A flipped bit anywhere in an archive is reported with what it hit."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest
from logmaker import Log, openbaar, voorbeeld
from uitgepakt import ga_na

ALLE = bool(os.environ.get("ZORGREGELS_AANVAL"))
STEEKPROEF = 400


@pytest.fixture(scope="module")
def log() -> Log:
    return voorbeeld(4, zaad=7)


def plekken(archief: bytes) -> list[str]:
    """What holds each byte: a member, the seal, or the zip's own administration. Read from the local headers, not from the lists."""
    uit = ["zip"] * len(archief)
    hier = 0
    while archief[hier : hier + 4] == b"PK\x03\x04":
        ingepakt = int.from_bytes(archief[hier + 18 : hier + 22], "little")
        lengte = int.from_bytes(archief[hier + 26 : hier + 28], "little")
        assert archief[hier + 28 : hier + 30] == b"\0\0"
        naam = archief[hier + 30 : hier + 30 + lengte].decode()
        begin = hier + 30 + lengte
        uit[begin : begin + ingepakt] = [naam] * ingepakt
        hier = begin + ingepakt
    eind = archief.rindex(b"PK\x05\x06") + 22
    uit[eind:] = ["zegel"] * (len(archief) - eind)
    return uit


def test_each_bit(log: Log, tmp_path: Path) -> None:
    archief = log.archief(2025)
    waar, eerste, pad = plekken(archief), openbaar(log.eigen[0]), tmp_path / "archief.zip"
    assert ga_na(pad, archief, eerste).bevindingen == []
    nrs = range(8 * len(archief))
    if not ALLE:  # some of everything: the large members do not take it all
        r = random.Random("bits")
        per_soort: dict[str, list[int]] = {}
        for nr in nrs:
            per_soort.setdefault(waar[nr // 8], []).append(nr)
        per_keer = STEEKPROEF // len(per_soort) + 1
        nrs = [nr for lijst in per_soort.values() for nr in r.sample(lijst, min(per_keer, len(lijst)))]  # type: ignore[assignment]
    fouten = []
    for nr in nrs:
        ander = bytearray(archief)
        ander[nr // 8] ^= 1 << nr % 8
        gevonden, plek = ga_na(pad, bytes(ander), eerste), waar[nr // 8]
        leden = set(gevonden.geraakt("lid"))
        if plek == "zegel":
            goed = not leden and "zegel" in gevonden.soorten and "zip" not in gevonden.soorten
        elif plek == "zip":
            goed = not leden and "de administratie van de zip" in gevonden.geraakt("zip")
        else:
            verder = "bestand" in gevonden.soorten or (gevonden.afgebroken and plek == "inhoud.json")
            goed = leden == {plek} and verder and "zegel" not in gevonden.soorten
        if not goed:
            fouten.append((nr, plek, gevonden))
    assert not fouten, f"{len(fouten)} van {len(nrs)}: {fouten[:3]}"


def test_it_says_which_records(log: Log, tmp_path: Path) -> None:
    archief, pad = log.archief(2025), tmp_path / "archief.zip"
    waar = plekken(archief)
    naam = "vermeldingen/000000.jsonl"
    lid = next(lid for lid in json.loads(_inhoud(archief))["leden"] if lid["naam"] == naam)
    ander = bytearray(archief)
    ander[waar.index(naam)] ^= 4
    tekst = next(b.tekst for b in ga_na(pad, bytes(ander)).bevindingen if b.wat == naam)
    regels = log.regels(2025, len(log.vermeldingen))[:8]
    assert (lid["eerste"], lid["laatste"]) == (regels[0]["nr"], regels[-1]["nr"])
    assert f"vermeldingen {regels[0]['nr']} t/m {regels[-1]['nr']}" in tekst


def test_a_fact_that_changes_names_its_record(log: Log, tmp_path: Path) -> None:
    """In a member that can still be unpacked the record itself is found."""
    from uitgepakt import Uitgepakt

    u = Uitgepakt.van(log, 2025)
    regel = u.beslissingen()[1]
    regel["feiten"]["declaratie.bedrag"] = "0.01"
    gevonden = ga_na(tmp_path / "archief.zip", u.pak(log.eigen[-1]))
    assert [wat.endswith(f"vermelding {regel['nr']}") for wat in gevonden.geraakt("vermelding")] == [True]


def test_more_than_one_thing_is_said(log: Log, tmp_path: Path) -> None:
    archief = bytearray(log.archief(2025))
    waar = plekken(bytes(archief))
    for naam in ("LEESMIJ.txt", "bladhashes.bin", "zip"):
        archief[waar.index(naam)] ^= 1
    gevonden = ga_na(tmp_path / "archief.zip", bytes(archief))
    assert {"LEESMIJ.txt", "bladhashes.bin"} == set(gevonden.geraakt("lid"))
    assert {"zip", "bestand", "hoofd"} <= gevonden.soorten


@pytest.mark.parametrize("over", [0, 1, 40, 400, 0.5, 0.9, 0.99])
def test_a_file_cut_off(over: float, log: Log, tmp_path: Path) -> None:
    archief = log.archief(2025)
    kort = archief[: int(len(archief) * over) if isinstance(over, float) else len(archief) - over]
    gevonden = ga_na(tmp_path / "archief.zip", kort, openbaar(log.eigen[0]))
    assert bool(gevonden.bevindingen or gevonden.afgebroken) == (over != 0)


def test_something_put_before_or_after(log: Log, tmp_path: Path) -> None:
    archief = log.archief(2025)
    for ander in (b"x" + archief, archief + b"x", archief + archief, archief[:50] + b"\0" + archief[50:]):
        gevonden = ga_na(tmp_path / "archief.zip", ander)
        assert gevonden.bevindingen or gevonden.afgebroken


def _inhoud(archief: bytes) -> str:
    begin = archief.rindex(b'inhoud.json{"aantallen"') + len("inhoud.json")
    return archief[begin : archief.index(b"PK\x03\x04", begin)].decode()
