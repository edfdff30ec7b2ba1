"""Where commands write: never over what they read, and over nothing else that is there unless that is said."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

ZAAK = {
    "vraag": "declaratie",
    "peildatum": "2023-05-10",
    "feiten": {"declaratie": {"prestatiecode": "12011", "bedrag": "11.52", "duur_minuten": 12}},
}
PEM = "j.db.sleutels/ondertekening-0001.pem"


@pytest.fixture
def hier(zr, tmp_path, monkeypatch):
    """A folder with a Journaal of one decision, its keys, an archive, a head, and a plugin's folder."""
    monkeypatch.chdir(tmp_path)
    Path("zaak.json").write_text(json.dumps(ZAAK))
    Path("p.jsonl").write_text("x")
    Path("met.yaml").write_text("schema: regelset/v1\n")
    Path("kluis").mkdir()
    assert zr("journaal", "init", "j.db").status == 0
    assert zr("decide", "zaak.json", "--plugins", "huisarts", "--journaal", "j.db").status == 0
    assert zr("archive", "--journaal", "j.db", "--jaar", "2023", "-o", "a.zip").status == 0
    Path("hoofd1.json").write_text(zr("journaal", "head", "j.db").stdout)
    Path("met").mkdir()
    Path("met/plugin.yaml").write_text("schema: plugin/v1\n")
    return tmp_path


@pytest.fixture
def zelfde(hier):
    """What is there, except what a replay wrote."""
    voor = {p: p.read_bytes() for p in hier.rglob("*") if p.is_file()}
    yield voor
    assert {p: p.read_bytes() for p in voor} == voor


REPLAY = ("replay", "--journaal", "j.db")


@pytest.mark.parametrize("meer", [[], ["--overschrijf"]])
@pytest.mark.parametrize(
    "opdracht",
    [
        (*REPLAY, "-o", "j.db"),
        (*REPLAY, "-o", "uit.html", "--rapport-json", "j.db"),
        (*REPLAY, "-o", "uit.html", "--lijst", "j.db", "--bekend-op", "2024-01-01"),
        (*REPLAY, "-o", "koppeling.html"),
        (*REPLAY, "-o", "j.db-wal"),
        (*REPLAY, "-o", "j.db-shm"),
        (*REPLAY, "-o", PEM),
        (*REPLAY, "-o", "j.db.sleutels/ondertekening-0002.pem"),
        (*REPLAY, "-o", "met/../j.db.sleutels/nieuw.html"),
        (*REPLAY, "-o", "met/plugin.yaml", "--met", "met"),
        (*REPLAY, "-o", "met.yaml", "--met", "met.yaml"),
        ("replay", "--archive", "a.zip", "-o", "a.zip"),
        ("replay", "--archive", "a.zip", "-o", PEM, "--sleutels", "j.db.sleutels"),
        ("replay", "--archive", "a.zip", "--persoonssleutels", "p.jsonl", "-o", "p.jsonl"),
        ("archive", "--journaal", "j.db", "--jaar", "2023", "-o", "j.db"),
        ("archive", "--journaal", "j.db", "--jaar", "2023", "-o", "j.db-wal"),
        ("archive", "--journaal", "j.db", "--jaar", "2023", "-o", PEM),
        ("dossier", "1", "--journaal", "j.db", "-o", "j.db"),
        ("dossier", "1", "--journaal", "j.db", "-o", PEM),
        ("dossier", "1", "--journaal", "j.db", "-o", "kluis/geheim.json", "--sleutels", "kluis"),
    ],
)
def test_what_is_read_is_never_written_over(zr, hier, zelfde, opdracht, meer):
    Path("koppeling.html").symlink_to("j.db")
    uit = zr(*opdracht, *meer)
    assert uit.status == 2, uit.stdout
    assert "ZR-950" in uit.stderr
    assert not Path("uit.html").exists()
    assert not Path("j.db.sleutels/nieuw.html").exists()


def test_another_folder_of_keys_that_is_named_is_kept_too(zr, hier, zelfde, monkeypatch):
    Path("kluis").rmdir()
    os.rename("j.db.sleutels", "kluis")
    monkeypatch.setenv("ZORGREGELS_SLEUTELS", "kluis")
    uit = zr(*REPLAY, "-o", "kluis/ondertekening-0001.pem", "--overschrijf")
    assert uit.status == 2
    assert '"ZR-950"' in zr(*REPLAY, "-o", "kluis/nieuw.html", "--json").stdout
    os.rename("kluis", "j.db.sleutels")


@pytest.mark.parametrize(
    "opties", [["-o", "hoofd1.html"], ["-o", "hoofd1.json", "--rapport-json", "r.json"], ["-o", "iets.html"]]
)
def test_what_is_there_stays(zr, hier, zelfde, opties):
    """A head beside it has the name that the report in JSON would get."""
    Path("iets.html").write_text("van een ander")
    uit = zr(*REPLAY, *opties)
    assert uit.status == 2
    assert "ZR-951" in uit.stderr


def test_a_report_is_replaced_when_that_is_said(zr, hier):
    assert zr(*REPLAY).status == 0
    eerst = Path("replay.json").read_bytes()
    uit = zr(*REPLAY)
    assert uit.status == 2
    assert "ZR-951" in uit.stderr
    assert "--overschrijf" in uit.stderr
    assert Path("replay.json").read_bytes() == eerst
    assert zr(*REPLAY, "--overschrijf").status == 0
    assert Path("replay.json").read_bytes() != eerst


def test_what_nobody_named_is_replaced_only_where_it_is_a_report(zr, hier, zelfde):
    uit = zr(*REPLAY, "-o", "hoofd1.html", "--overschrijf")
    assert uit.status == 2
    assert "--rapport-json" in uit.stderr
    assert zr(*REPLAY, "-o", "hoofd1.html", "--overschrijf", "--rapport-json", "r.json").status == 0


@pytest.mark.parametrize(
    "opties",
    [
        ["-o", "rapport.json"],
        ["-o", "x.html", "--rapport-json", "./x.html"],
        ["-o", "x.html", "--bekend-op", "2024-01-01", "--lijst", "x.json"],
        ["-o", ""],
    ],
)
def test_each_has_a_file_of_its_own(zr, hier, opties):
    uit = zr(*REPLAY, *opties)
    assert uit.status == 2
    assert "naam" in uit.stderr
    assert not {"rapport.json", "x.html", "x.json"} & {p.name for p in Path.cwd().iterdir()}


def test_what_came_meanwhile_stays_too(zr, hier, monkeypatch):
    from zorgregels._replay import verloop

    echt = verloop.gather

    def gather(*args):
        Path("replay.html").write_text("van een ander")
        return echt(*args)

    monkeypatch.setattr(verloop, "gather", gather)
    uit = zr(*REPLAY)
    assert uit.status == 2
    assert "ZR-951" in uit.stderr
    assert Path("replay.html").read_text() == "van een ander"
