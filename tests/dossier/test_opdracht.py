"""``zorgregels dossier``."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from boeken import book, zaak
from browser import Openen
from zorgregels._cli import main


class Uit(NamedTuple):
    status: int
    stdout: str
    stderr: str


Zr = Callable[..., Uit]


@pytest.fixture
def zr(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Zr:
    from zorgregels._cli import groep
    from zorgregels._cli.dossier import dossier

    monkeypatch.setitem(groep.cli.commands, "dossier", dossier)
    monkeypatch.chdir(tmp_path)

    def run(*args: str | Path) -> Uit:
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as einde:
            main([str(a) for a in args])
        sys.stdout.flush()
        uit, fout = capfdbinary.readouterr()
        return Uit(int(einde.value.code or 0), uit.decode(), fout.decode())

    return run


@pytest.fixture
def journaal(tmp_path: Path) -> Path:
    with book(tmp_path, zaak()):
        pass
    return tmp_path / "journaal.db"


def test_it_writes_a_page_that_is_green(zr: Zr, journaal: Path, openen: Openen) -> None:
    uit = zr("dossier", "1", "--journaal", journaal)
    assert (uit.status, uit.stderr) == (0, "")
    pad = Path("dossier-1.html")
    assert uit.stdout.startswith("dossier-1.html   TOEGESTAAN\n")
    assert stat.S_IMODE(pad.stat().st_mode) == 0o600
    tekst = pad.read_text("utf-8")
    b = openen(tekst)
    assert b.oordeel == "goed"
    sleutel = next(r for r in uit.stdout.splitlines() if r.startswith("  sleutel")).split()[1]
    assert sleutel in b.tekst.replace(" ", "")
    assert zr("dossier", "1", "--journaal", journaal, "-o", "-").stdout == tekst
    assert not list(Path().glob(".dossier*"))


def test_it_says_what_was_withheld(zr: Zr, journaal: Path) -> None:
    uit = zr(
        "dossier",
        "1",
        "--journaal",
        journaal,
        "--zonder",
        "declaratie.aantal",
        "--zonder",
        "kostenpost",
        "-o",
        "uit.html",
    )
    assert "achtergehouden  declaratie.aantal, kostenpost, 2 van de 13 delen" in uit.stdout
    assert "73819264" not in Path("uit.html").read_text("utf-8") + uit.stdout
    uit = zr("dossier", "1", "--journaal", journaal, "--zonder", "kostenpost", "-o", "json.html", "--json")
    gezegd = json.loads(uit.stdout)
    assert gezegd["achtergehouden"] == {"feiten": ["kostenpost"], "delen": 1}
    assert (gezegd["bestand"], gezegd["nr"], gezegd["oordeel"]) == ("json.html", 1, "toegestaan")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["7"], "ZR-940"),
        (["0"], "ZR-941"),
        (["1", "--zonder", "declaratie.bedrg"], "ZR-942"),
        (["1", "--zonder", "zaak.peildatum"], "ZR-943"),
        (["1", "-o", "geen/map/uit.html"], "ZR-944"),
    ],
)
def test_what_goes_wrong_is_said_and_leaves_nothing(zr: Zr, journaal: Path, args: list[str], code: str) -> None:
    uit = zr("dossier", *args, "--journaal", journaal)
    assert uit.status == 2
    assert code in uit.stderr
    assert "Traceback" not in uit.stderr
    assert uit.stdout == ""
    assert not list(Path().rglob("*.html"))
    als_json = zr("dossier", *args, "--journaal", journaal, "--json")
    assert als_json.status == 2
    assert json.loads(als_json.stdout)["fout"]["code"] == code


def test_an_unknown_name_suggests_one(zr: Zr, journaal: Path) -> None:
    assert (
        "Bedoelde u `declaratie.bedrag`?"
        in zr("dossier", "1", "--journaal", journaal, "--zonder", "declaratie.bedrg").stderr
    )


def test_a_file_that_is_there_stays(zr: Zr, journaal: Path) -> None:
    Path("uit.html").write_text("van iemand anders", "utf-8")
    uit = zr("dossier", "1", "--journaal", journaal, "-o", "uit.html")
    assert (uit.status, "ZR-944" in uit.stderr) == (2, True)
    assert Path("uit.html").read_text("utf-8") == "van iemand anders"
    assert zr("dossier", "1", "--journaal", journaal, "-o", "uit.html", "--overschrijf").status == 0
    assert Path("uit.html").read_text("utf-8").startswith("<!doctype html>")


def test_a_full_disk_leaves_nothing_behind(zr: Zr, journaal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    uit = zr("dossier", "1", "--journaal", journaal)
    assert (uit.status, "ZR-944" in uit.stderr) == (2, True)
    assert not [p for p in Path().iterdir() if "dossier" in p.name]


def test_without_a_journaal_nothing_is_made(zr: Zr, tmp_path: Path) -> None:
    uit = zr("dossier", "1", "--journaal", tmp_path / "weg.db")
    assert uit.status == 2
    assert "ZR-90" in uit.stderr
    assert not list(tmp_path.iterdir())
