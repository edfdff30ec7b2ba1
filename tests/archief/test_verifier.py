"""verifier.py as an auditor has it: alone, short, and clear about what it found."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from logmaker import Log, json_tekst, openbaar, pak, teken, voorbeeld
from uitgepakt import AANVALLER, Uitgepakt, ga_na
from zorgregels._archief import verifier

PROGRAMMA = Path(verifier.__file__)


@pytest.fixture
def log() -> Log:
    return voorbeeld(9, zaad=3)


@pytest.fixture
def map_(tmp_path: Path, log: Log) -> Path:
    """An auditor's folder: the program, an archive, the key, an earlier head, and nothing of zorgregels."""
    shutil.copy(PROGRAMMA, tmp_path / "verifier.py")
    (tmp_path / "a.zip").write_bytes(log.archief(2025))
    (tmp_path / "eerder.json").write_bytes(json_tekst(log.hoofd(4)) + b"\n")
    (tmp_path / "openbaar.json").write_bytes(
        json_tekst({"huidig": 1, "schema": "sleutels/v1", "sleutels": [openbaar(log.eigen[0])]})
    )
    return tmp_path


def draai(map_: Path, *woorden: str) -> tuple[int, str, str]:
    uit = subprocess.run(
        [sys.executable, "-I", "verifier.py", *woorden], cwd=map_, capture_output=True, text=True, check=False
    )
    return uit.returncode, uit.stdout, uit.stderr


def test_it_is_short_and_needs_nothing_of_zorgregels() -> None:
    tekst = PROGRAMMA.read_text("utf-8")
    assert tekst.count("\n") < 300
    assert max(map(len, tekst.splitlines())) <= 150
    namen = set()
    for knoop in ast.walk(ast.parse(tekst)):
        if isinstance(knoop, ast.Import):
            namen |= {n.name.split(".")[0] for n in knoop.names}
        elif isinstance(knoop, ast.ImportFrom):
            assert knoop.level == 0
            namen.add(str(knoop.module).split(".")[0])
    assert namen - set(sys.stdlib_module_names) == {"cryptography"}


def test_it_runs_alone(map_: Path, log: Log) -> None:
    """In a folder where zorgregels cannot be imported."""
    (map_ / "verifier.py").write_text(
        (map_ / "verifier.py")
        .read_text()
        .replace("import base64", "import sys\nsys.modules['zorgregels'] = None\nimport base64", 1)
    )
    status, uit, fout = draai(map_, "a.zip")
    assert (status, fout) == (0, "")
    assert "Geen bevindingen" in uit
    assert openbaar(log.eigen[0]) in uit
    assert "langs een andere weg" in uit


@pytest.mark.parametrize("sleutel", ["hex", "HEX", "bestand", "openbaar.json"])
def test_the_key_that_is_trusted(map_: Path, log: Log, sleutel: str) -> None:
    eerste = openbaar(log.eigen[0])
    (map_ / "bestand").write_text(eerste + "\n")
    woord = {"hex": eerste, "HEX": eerste.upper()}.get(sleutel, sleutel)
    status, uit, _ = draai(map_, "a.zip", "--sleutel", woord, "--hoofd", "eerder.json")
    assert status == 0
    assert "langs een andere weg" not in uit
    status, uit, _ = draai(map_, "a.zip", "--sleutel", openbaar(AANVALLER))
    assert status == 1
    assert eerste in uit


def test_what_it_finds_it_says_in_dutch(map_: Path, log: Log) -> None:
    u = Uitgepakt.van(log, 2025)
    u.beslissingen()[0]["feiten"]["declaratie.bedrag"] = "0.01"
    nr = u.beslissingen()[0]["nr"]
    (map_ / "a.zip").write_bytes(u.pak(AANVALLER))
    status, uit, _ = draai(map_, "a.zip")
    assert status == 1
    assert "2 bevindingen" in uit
    assert f"vermelding {nr} heeft niet de feiten en delen" in uit
    assert "niet getekend met de sleutel van het log" in uit


def test_as_json(map_: Path, log: Log) -> None:
    status, uit, _ = draai(map_, "--json", "a.zip")
    assert status == 0
    verwacht = {"jaar": 2025, "log": log.log, "sleutel": openbaar(log.eigen[0]), "bevindingen": []}
    assert json.loads(uit) == {**verwacht, "beslissingen": log.hoofd()["jaren"]["2025"]}
    ruw = bytearray((map_ / "a.zip").read_bytes())
    ruw[45] ^= 1
    (map_ / "a.zip").write_bytes(ruw)
    status, uit, _ = draai(map_, "a.zip", "--json")
    assert status == 1
    assert {(b["soort"], b["wat"]) for b in json.loads(uit)["bevindingen"]} == {
        ("lid", "LEESMIJ.txt"),
        ("bestand", "a.zip"),
    }


@pytest.mark.parametrize(
    "woorden",
    [
        (),
        ("weg.zip",),
        ("eerder.json",),
        ("verifier.py",),
        ("leeg",),
        ("a.zip", "b.zip"),
        ("a.zip", "--sleutel=00"),
        ("a.zip", "--hoofd", "weg.json"),
        ("a.zip", "--hoofd"),
    ],
)
def test_what_it_cannot_read(map_: Path, woorden: tuple[str, ...]) -> None:
    (map_ / "leeg").write_bytes(b"")
    status, uit, fout = draai(map_, *woorden)
    assert (status, uit) == (2, "")
    assert "Gebruik: python verifier.py" in fout
    assert "Traceback" not in fout


@pytest.mark.parametrize("sleutel", ["geheim", "", None, "weg.txt", "eerder.json", "twee.txt", "los.txt", "beeld.png"])
def test_no_key_is_picked_where_there_is_not_one(map_: Path, log: Log, sleutel: str | None) -> None:
    """Nor is the option passed over. The digits of a signature are no key, and what a head names is not the first key."""
    eerste, twee = openbaar(log.eigen[0]), openbaar(AANVALLER)
    (map_ / "twee.txt").write_text(f"{eerste} {twee}\n")
    (map_ / "los.txt").write_text(eerste + "00")
    (map_ / "beeld.png").write_bytes(b"\x89PNG" + eerste.encode())
    status, uit, fout = draai(map_, "a.zip", "--sleutel", *([] if sleutel is None else [sleutel]))
    assert (status, uit) == (2, "")
    assert "--sleutel: geef één sleutel" in fout


def test_an_older_python_is_told_to_be_too_old(map_: Path) -> None:
    """Before anything is done that it does not know: that would leave with 1, as a finding does."""
    tekst = (map_ / "verifier.py").read_text()
    ast.parse(tekst, feature_version=(3, 7))
    (map_ / "verifier.py").write_text(tekst.replace("import sys\n", "import sys\nsys.version_info = (3, 10, 13)\n", 1))
    status, uit, fout = draai(map_, "a.zip")
    assert (status, uit) == (2, "")
    assert "Python 3.11" in fout
    assert "Traceback" not in fout


def test_without_cryptography_it_says_so(map_: Path) -> None:
    (map_ / "verifier.py").write_text(
        (map_ / "verifier.py")
        .read_text()
        .replace("import base64", "import sys\nsys.modules['cryptography'] = None\nimport base64", 1)
    )
    status, _, fout = draai(map_, "a.zip")
    assert status == 2
    assert "cryptography" in fout
    assert "Traceback" not in fout


def test_a_hostile_name_does_not_reach_the_terminal(map_: Path, log: Log) -> None:
    leden = log.leden(2025) | {"\x1b[2Jweg": b"x"}
    (map_ / "a.zip").write_bytes(pak(leden, 2025, log.log, len(log.vermeldingen), AANVALLER))
    ruw = bytearray((map_ / "a.zip").read_bytes())
    ruw[ruw.index(b"\x1b[2Jweg") + 7] ^= 1
    (map_ / "a.zip").write_bytes(ruw)
    status, uit, _ = draai(map_, "a.zip")
    assert status == 1
    assert "[2Jweg" in uit
    assert "\x1b" not in uit


def test_a_member_too_many_or_too_few(tmp_path: Path, log: Log) -> None:
    """In the list that was signed, or in the zip alone."""
    import zipfile

    pad = tmp_path / "a.zip"
    for naam in (
        "boomhoofd.json",
        "sleutelketen.jsonl",
        "bladhashes.bin",
        "vermeldingen/000000.jsonl",
        "stukken/000000.jsonl",
    ):
        leden = log.leden(2025)
        del leden[naam]
        gevonden = ga_na(pad, pak(leden, 2025, log.log, len(log.vermeldingen), log.eigen[-1]))
        assert gevonden.bevindingen or gevonden.afgebroken, naam
    pad.write_bytes(log.archief(2025))
    with zipfile.ZipFile(pad, "a") as z:
        z.writestr("extra.txt", "x")
    assert "extra.txt" in ga_na(pad, pad.read_bytes()).geraakt("zip")


def test_logs_of_every_size(tmp_path: Path) -> None:
    """The root over any number of leaves, and every earlier head: against the maker, which follows the definition."""
    log = voorbeeld(2, zaad=9)
    while len(log.vermeldingen) < 40:
        log.wis("00" * 16)
        omvang = len(log.vermeldingen)
        hoofden = [log.hoofd(n) for n in range(1, omvang + 1)]
        assert ga_na(tmp_path / "a.zip", log.archief(2025), openbaar(log.eigen[0]), hoofden).bevindingen == []


def _met(tmp_path: Path, log: Log, u: Uitgepakt) -> set[str]:
    """What is found when whoever has the real key lists and seals this."""
    return ga_na(tmp_path / "a.zip", u.pak(log.eigen[-1]), openbaar(log.eigen[0])).soorten


def test_a_year_that_was_exchanged(tmp_path: Path, log: Log) -> None:
    """As many decisions as there must be, and one of them is of another year."""
    u, ander = Uitgepakt.van(log, 2025), Uitgepakt.van(log, 2024)
    u.regels.remove(u.beslissingen()[0])
    u.stukken += [s for s in ander.stukken if s not in u.stukken]
    u.regels.append(ander.beslissingen()[0])
    u.regels.sort(key=lambda r: r["nr"])
    assert _met(tmp_path, log, u) == {"vermelding"}


@pytest.mark.parametrize("weg", ["beslissing", "wissing"])
def test_records_that_a_kept_head_counts(tmp_path: Path, log: Log, weg: str) -> None:
    """Left out by who has the key, under a new head with the same root, that counts them in another year or among the rest."""
    log.wis("00" * 16)
    u, pad, eerste = Uitgepakt.van(log, 2025), tmp_path / "a.zip", openbaar(log.eigen[0])
    uit = next(r for r in u.regels if json.loads(r["blad"])["soort"] == weg)
    u.regels.remove(uit)
    jaren = u.hoofd["jaren"]
    ander = (
        {"2025": jaren["2025"] - 1, "2024": jaren["2024"] + 1} if weg == "beslissing" else {"2024": jaren["2024"] + 1}
    )
    u.hoofd = teken(log.eigen[-1], u.hoofd | {"jaren": jaren | ander})
    archief = u.pak(log.eigen[-1])
    assert ga_na(pad, archief, eerste).bevindingen == []
    assert ga_na(pad, archief, eerste, [log.hoofd(uit["nr"])]).bevindingen == []
    for omvang in range(uit["nr"] + 1, len(log.vermeldingen) + 1):
        gevonden = ga_na(pad, archief, eerste, [log.hoofd(omvang)])
        assert gevonden.soorten == {"volledigheid"}, omvang
        assert "hoofd 0 telt" in str(gevonden.bevindingen)
    assert ga_na(pad, log.archief(2025), eerste, [u.hoofd]).soorten == {"volledigheid"}


def test_parts_that_no_record_uses(tmp_path: Path, log: Log) -> None:
    eerste = Uitgepakt.van(log, 2025).stukken[0]
    for extra in ({"inhoud": "iets", "ref": "ff" * 16}, eerste, {**eerste, "ref": eerste["ref"][16:]}):
        u = Uitgepakt.van(log, 2025)
        u.stukken.append(extra)
        assert _met(tmp_path, log, u) == {"stuk"}


def test_another_spelling_of_a_line(tmp_path: Path, log: Log) -> None:
    """What can be read in two ways is not read: spaces, a member twice, a number that is true, a line that is no object."""
    gaaf = log.leden(2024)
    naam = "vermeldingen/000000.jsonl"
    for oud, nieuw in (
        (b'{"blad"', b'{ "blad"'),
        (b'"nr":1,', b'"nr":1,"nr":1,'),
        (b'"nr":1,', b'"nr":true,'),
        (b'"nr":1,', b'"nr":1.0,'),
        (b'"feiten":{', b'"feiten":{"declaratie.bedrag":"0.01",'),
        (b"\n", b'\n["nr"]\n'),
        (b"\n", b'\n"nr"\n'),
        (b"\n", b"\n\n"),
        (b"\n", b"\nNaN\n"),
        (b'"concept', b"\xff"),
    ):
        leden = gaaf | {naam: gaaf[naam].replace(oud, nieuw, 1)}
        assert leden != gaaf, oud
        archief = pak(leden, 2024, log.log, len(log.vermeldingen), log.eigen[-1])
        gevonden = ga_na(tmp_path / "a.zip", archief)
        assert gevonden.soorten & {"regel", "vermelding"}, nieuw
        assert not gevonden.afgebroken


def test_a_seal_of_somebody_else(tmp_path: Path, log: Log) -> None:
    """Over an honest archive: the list is signed by the log's key, the seal is not."""
    archief = pak(log.leden(2025), 2025, log.log, len(log.vermeldingen), log.eigen[-1], zegel=AANVALLER)
    assert ga_na(tmp_path / "a.zip", archief).soorten == {"handtekening"}


def test_what_is_signed_and_is_no_head_of_this_log(tmp_path: Path, log: Log) -> None:
    """The same key may sign other documents, and other logs."""
    eigen, gaaf = log.eigen[-1], log.hoofd()
    for anders in (
        {"schema": "boomhoofd/v2"},
        {"log": "00" * 16},
        {"wortel": "00" * 32},
        {"omvang": 0},
        {"omvang": "9"},
    ):
        gevonden = ga_na(tmp_path / "a.zip", log.archief(2025), hoofden=[gaaf, teken(eigen, gaaf | anders)])
        assert [(b.soort, b.wat) for b in gevonden.bevindingen] == [("hoofd", "hoofd 1")], anders


def test_a_head_over_more_leaves_than_there_can_be(tmp_path: Path, log: Log) -> None:
    """It is refused, and not counted out."""
    u = Uitgepakt.van(log, 2025)
    eigen = u.herreken(4)
    assert eigen is not None
    u.hoofd = teken(eigen, u.hoofd | {"omvang": 2**62})
    assert "hoofd" in ga_na(tmp_path / "a.zip", u.pak(eigen)).soorten
