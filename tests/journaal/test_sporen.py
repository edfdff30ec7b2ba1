"""Who somebody is, is looked for in everything that the program writes about them: in no file, and in nothing that it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import gevallen
import pytest
from zorgregels._journaal.journaal import Journaal

PERSONEN = {
    "999990019": "Wilhelmina van der Ploeg-Östergård",
    "123456782": "Jan-Joris Bakker",
    "999990020": "Zoë O'Neill",
}


def _run(map_: Path, *args: str, invoer: str = "", hoort: tuple[int, ...] = (0,)) -> bytes:
    omgeving = {**os.environ, "ZORGREGELS_CACHE": str(map_ / "geheugen"), "ZORGREGELS_DEBUG": ""}
    uit = subprocess.run(
        [sys.executable, "-m", "zorgregels", *args],
        cwd=map_, env=omgeving, input=invoer.encode(), capture_output=True, check=False,
    )  # fmt: skip
    assert uit.returncode in hoort, (args, uit.stderr.decode())
    return uit.stdout + uit.stderr


@pytest.fixture(scope="module")
def geschreven(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A folder with all that is written of some decisions, and everything that was said meanwhile."""
    map_ = tmp_path_factory.mktemp("sporen")
    gevallen.person_plugin(map_ / "proef", "patient.ouder_dan_18: true")
    zaken = []
    for nr, (bsn, naam) in enumerate(PERSONEN.items()):
        patient = {"bsn": bsn, "naam": naam, "ouder_dan_18": nr != 1}
        zaken.append({"vraag": "declaratie", "peildatum": "2023-05-10", "feiten": {"patient": patient}})
        zaken.append({**zaken[-1], "betrokkene": bsn})
        zaken.append({**zaken[-1], "feiten": {"patient": {**patient, "bsn": bsn + "X", "naam": [naam]}}})
        zaken.append({**zaken[-2], "betrokkene": [bsn]})
        zaken.append({**zaken[-2], "peildatum": "gisteren"})
    invoer = "\n".join(json.dumps(z, ensure_ascii=nr % 2 == 0) for nr, z in enumerate(zaken))
    gezegd = _run(map_, "journaal", "init", "j.db")
    for bewaar in ("gelezen", "alles"):
        gezegd += _run(
            map_, "decide", "-", "--jsonl", "--journaal", "j.db", "--plugins", "./proef", "--bewaar", bewaar,
            invoer=invoer, hoort=(2,),
        )  # fmt: skip
    for args in (
        ("journaal", "show", "j.db"),
        ("journaal", "show", "j.db", "1"),
        ("journaal", "verify", "j.db"),
        ("journaal", "prove", "j.db", "1"),
        ("replay", "--journaal", "j.db"),
        ("replay", "--journaal", "j.db", "--met", "./proef", "-o", "watals.html", "--lijst", "lijst.jsonl"),
        ("archive", "--journaal", "j.db", "--jaar", "2023", "-o", "a.zip", "--persoonssleutels", "p.jsonl"),
        ("replay", "--archive", "a.zip", "--persoonssleutels", "p.jsonl", "-o", "archief.html"),
        ("dossier", "2", "--journaal", "j.db", "-o", "d.html"),
        ("dossier", "1", "--journaal", "j.db", "-o", "e.html", "--zonder", "alles"),
    ):
        gezegd += _run(map_, *args)
    gezegd += _run(map_, "journaal", "erase", "j.db", invoer=next(iter(PERSONEN)) + "\n")
    gezegd += _run(map_, "journaal", "erase", "j.db", invoer="000000000\n", hoort=(2,))
    gezegd += _run(map_, "journaal", "erase", "j.db", next(iter(PERSONEN)), hoort=(2,))
    return map_, gezegd


def _contents(map_: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, and what is packed in it."""
    for pad in sorted(map_.rglob("*")):
        if pad.is_file():
            yield pad.name, pad.read_bytes()
            if pad.suffix == ".zip":
                with zipfile.ZipFile(pad) as z:
                    yield from ((f"{pad.name}/{n}", z.read(n)) for n in z.namelist())
    with Journaal.open(map_ / "j.db", schrijven=False) as journaal:
        yield from ((f"blok {m.hex()}", inhoud) for m, _, inhoud in journaal.opslag.bloks())
        for rij in journaal.opslag.rows(0, 10**6):
            if rij.delen and (inhoud := journaal.contents(rij)).tekst is not None:
                yield f"vermelding {rij.nr}", json.dumps(dict(inhoud.feiten)).encode() + inhoud.tekst


def _spellings() -> Iterator[bytes]:
    for bsn, naam in PERSONEN.items():
        for woord in (bsn, naam, *naam.replace("-", " ").split()):
            if len(woord) > 3:
                yield woord.encode()
                yield json.dumps(woord)[1:-1].encode()
                yield zlib.compress(woord.encode())[2:-4]


def test_the_decisions_are_there(geschreven):
    map_, _ = geschreven
    with Journaal.open(map_ / "j.db", schrijven=False) as journaal:
        assert sum(journaal.hoofd().jaren.values()) == 2 * 2 * len(PERSONEN)
    assert {p.name for p in map_.iterdir()} >= {"a.zip", "d.html", "e.html", "p.jsonl", "replay.html", "lijst.jsonl"}


def test_nobody_is_named_in_any_file(geschreven):
    map_, _ = geschreven
    inhoud = list(_contents(map_))
    for woord in set(_spellings()):
        assert [naam for naam, tekst in inhoud if woord in tekst] == [], woord


def test_nobody_is_named_in_what_is_said(geschreven):
    _, gezegd = geschreven
    assert b"ZR-505" in gezegd
    assert b"vermelding" in gezegd
    for woord in set(_spellings()):
        assert woord not in gezegd, woord


def test_it_would_be_found(geschreven):
    """What is looked for is found where it does stand: in a copy of what went in."""
    map_, _ = geschreven
    (map_ / "spoor").mkdir(exist_ok=True)
    try:
        (map_ / "spoor" / "x").write_text(json.dumps(list(PERSONEN.items()), ensure_ascii=False))
        gevonden = {w for w in _spellings() for n, t in _contents(map_) if w in t}
        assert {b.encode() for b in PERSONEN} <= gevonden
        assert {n.encode() for n in PERSONEN.values()} <= gevonden
    finally:
        (map_ / "spoor" / "x").unlink()
