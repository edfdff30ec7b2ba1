"""One regelset goes to another machine in one file, and is the same there to the byte."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from zorgregels import Engine
from zorgregels._journaal.sleutels import Sleutelbos
from zorgregels._schemas import make_validator

NAAM = "huisarts/tarieven@2023.1"


def _export(zr, map_: Path, *opties: object) -> Path:
    uit = zr("regelsets", "export", NAAM, "-o", map_ / "regelset.json", *opties)
    assert uit.status == 0, uit.stderr
    return map_ / "regelset.json"


@pytest.mark.parametrize("naam", [NAAM, "msz/tarieven@2025.1", "msz/bekostiging@2025.1"])
def test_it_is_the_same_regelset_there(zr, tmp_path, naam):
    with Engine() as engine:
        hier = {r.id: r.digest for r in engine.regelsets}
    if naam not in hier:
        pytest.skip(f"{naam} is not published")
    assert zr("regelsets", "export", naam, "-o", tmp_path / "r.json").status == 0
    uit = zr("regelsets", "import", tmp_path / "r.json", "--naar", tmp_path / "daar", "--json")
    assert uit.status == 0, uit.stderr
    gemeld = json.loads(uit.stdout)
    assert gemeld["digest"] == hier[naam]
    with Engine(plugins=[Path(p) for p in gemeld["plugins"]]) as daar:
        assert {r.id: r.digest for r in daar.regelsets} == {naam: hier[naam]}


def test_the_same_file_is_written_each_time(zr, tmp_path):
    een = _export(zr, tmp_path).read_bytes()
    (tmp_path / "regelset.json").unlink()
    assert _export(zr, tmp_path).read_bytes() == een


def test_a_signed_file_says_by_whom_and_is_held_to_it(zr, tmp_path):
    bos = Sleutelbos.create(tmp_path / "sleutels")
    pad = _export(zr, tmp_path, "--sleutels", tmp_path / "sleutels")
    goed = zr("regelsets", "import", pad, "--naar", tmp_path / "a", "--sleutel", bos.openbaar.hex())
    assert goed.status == 0
    assert bos.openbaar.hex() in goed.stdout
    fout = zr("regelsets", "import", pad, "--naar", tmp_path / "b", "--sleutel", "00" * 32)
    assert fout.status == 2
    assert "ZR-947" in fout.stderr
    assert not (tmp_path / "b").exists()


def test_an_unsigned_file_is_not_taken_for_a_signed_one(zr, tmp_path):
    fout = zr("regelsets", "import", _export(zr, tmp_path), "--naar", tmp_path / "b", "--sleutel", "00" * 32)
    assert (fout.status, "ZR-947" in fout.stderr) == (2, True)


def test_a_file_is_as_the_schema_says_and_half_of_one_is_not(zr, tmp_path):
    mag = make_validator("overdracht").is_valid
    Sleutelbos.create(tmp_path / "sleutels")
    data = json.loads(_export(zr, tmp_path, "--sleutels", tmp_path / "sleutels").read_bytes())
    assert mag(data)
    assert mag({k: w for k, w in data.items() if k not in {"sleutel", "handtekening"}})
    for lid in data:
        assert not mag({k: w for k, w in data.items() if k != lid}), lid
        assert not mag({**data, lid: "iets"}), lid
    for lid in data["sectoren"][0]:
        assert not mag({**data, "sectoren": [{k: w for k, w in data["sectoren"][0].items() if k != lid}]}), lid
    assert not mag({**data, "meer": 1})


@pytest.mark.parametrize("getekend", [False, True])
def test_a_file_that_was_altered_is_refused(zr, tmp_path, getekend):
    Sleutelbos.create(tmp_path / "sleutels")
    pad = _export(zr, tmp_path, *(["--sleutels", tmp_path / "sleutels"] if getekend else []))
    heel = pad.read_bytes()
    r = random.Random(7)
    for _ in range(12):
        plek = r.randrange(len(heel) - 1)
        pad.write_bytes(heel[:plek] + bytes([heel[plek] ^ (1 << r.randrange(8))]) + heel[plek + 1 :])
        uit = zr("regelsets", "import", pad, "--naar", tmp_path / "b")
        assert uit.status == 2, (plek, heel[plek - 20 : plek + 20])
        assert "ZR-94" in uit.stderr
        assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("inhoud", [b"", b"[]", b"{}", b"null", b"\xff", b'{"schema":"overdracht/v1"}', b"[" * 100_000])
def test_what_is_no_such_file_is_refused(zr, tmp_path, inhoud):
    (tmp_path / "x.json").write_bytes(inhoud)
    uit = zr("regelsets", "import", tmp_path / "x.json", "--naar", tmp_path / "b")
    assert (uit.status, "ZR-945" in uit.stderr, "Traceback" in uit.stderr) == (2, True, False)


def test_nothing_that_is_there_is_overwritten(zr, tmp_path):
    pad = _export(zr, tmp_path)
    assert zr("regelsets", "import", pad, "--naar", tmp_path / "b").status == 0
    assert zr("regelsets", "import", pad, "--naar", tmp_path / "b").status == 0, "the same again changes nothing"
    (tmp_path / "b" / "huisarts" / "plugin.yaml").write_text("anders")
    uit = zr("regelsets", "import", pad, "--naar", tmp_path / "b")
    assert (uit.status, "ZR-327" in uit.stderr) == (2, True)
    uit = zr("regelsets", "export", NAAM.replace("2023", "2022"), "-o", pad)
    assert (uit.status, "ZR-327" in uit.stderr) == (2, True)


def test_a_file_name_from_outside_stays_in_its_folder(zr, tmp_path):
    """Who makes a file by hand can name a sector as they like, and sign nothing."""
    from zorgregels._canon import canonical, digest

    pad = _export(zr, tmp_path)
    data = json.loads(pad.read_bytes())
    data["sectoren"][0]["sector"] = "../../elders"
    data["inhoud"] = digest(canonical(data["sectoren"]))
    pad.write_text(canonical(data))
    uit = zr("regelsets", "import", pad, "--naar", tmp_path / "diep" / "b")
    assert uit.status == 2
    assert not (tmp_path / "elders").exists()
    assert not (tmp_path.parent / "elders").exists()
