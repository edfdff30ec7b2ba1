"""``zorgregels journaal`` and ``decide --journaal``, as a user meets them."""

from __future__ import annotations

import json
import os
import pty
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from zorgregels._cli.groep import cli
from zorgregels._journaal.boomhoofd import Boomhoofd
from zorgregels._journaal.journaal import Journaal
from zorgregels._journaal.merkle import check_consistency
from zorgregels._schemas import make_validator

BSN = "999990019"
GEHEIM = "dit-ziet-niemand"
RIT = {
    "$schema": "urn:zorgregels:v1:feit",
    "title": "rit",
    "description": "Een rit.",
    "x-aantal": "een",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "kilometers": {"description": "De afstand.", "type": "integer"},
        "leeftijd": {"description": "De leeftijd.", "type": "integer", "x-persoonsgegeven": True},
        "patient": {"description": "Wie.", "type": "string", "x-persoonsgegeven": "identificator"},
        "opmerking": {"description": "Wat verder ter tafel komt.", "type": "string"},
        "lang": {"description": "Of de rit lang is.", "type": "boolean", "readOnly": True},
    },
}
LEEFTIJD = """\
  - id: SECTOR.leeftijd
    vraag: declaratie
    normen: [N-3]
    dan: {eis: {rit.leeftijd: {hoogstens: 120}}}
    motivering: "Wie reist is {rit.leeftijd} jaar."
"""
ZAAK = {
    "vraag": "declaratie",
    "peildatum": "2025-05-01",
    "feiten": {"rit": {"kilometers": 150, "leeftijd": 77, "opmerking": "regen", "patient": BSN}},
}


@pytest.fixture
def boek(zr, tmp_path) -> Path:
    """An empty Journaal."""
    pad = tmp_path / "j.db"
    assert zr("journaal", "init", pad).status == 0
    return pad


@pytest.fixture
def ritten(plugin, tmp_path) -> Path:
    """A plugin with a personal fact, one that says who somebody is, and one that no rule reads."""
    return plugin(tmp_path / "ritten", feit=json.dumps(RIT), regelset=plugin.tekst["regelset"] + LEEFTIJD)


@pytest.fixture
def beslis(zr, tmp_path, ritten) -> Callable[..., dict]:
    """Record the decision of ZAAK, changed where told; return it."""

    def run(boek: Path, *opties: str, **anders: object) -> dict:
        zaak = tmp_path / "zaak.json"
        zaak.write_text(json.dumps({**ZAAK, **anders}))
        uit = zr("decide", zaak, "--journaal", boek, "--plugins", f"{ritten}/", "--json", *opties)
        assert uit.status == 0, uit.stdout + uit.stderr
        return uit.json

    return run


def sql(boek: Path, opdracht: str) -> list[tuple[object, ...]]:
    """Do something in the store that zorgregels knows nothing of."""
    with closing(sqlite3.connect(boek)) as db, db:
        return db.execute(opdracht).fetchall()


def everything(map_: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(map_.rglob("*")) if p.is_file())


# -- making one ----------------------------------------------------------------------------------------------------


def test_init_says_which_key_and_where_the_keys_are(zr, tmp_path):
    uit = zr("journaal", "init", tmp_path / "j.db")
    assert uit.status == 0
    assert str(tmp_path / "j.db.sleutels") in uit.stdout
    openbaar = json.loads((tmp_path / "j.db.sleutels/openbaar.json").read_text())["sleutels"]
    assert openbaar[0] in uit.stdout
    assert (tmp_path / "j.db.sleutels").stat().st_mode & 0o777 == 0o700
    assert not uit.stderr


def test_init_as_json_and_the_folder_that_is_named(zr, tmp_path, monkeypatch):
    uit = zr("journaal", "init", tmp_path / "een.db", "--sleutels", tmp_path / "kluis", "--json")
    assert uit.json.keys() == {"log", "sleutel", "sleutels"}
    assert uit.json["sleutels"] == str(tmp_path / "kluis")
    monkeypatch.setenv("ZORGREGELS_SLEUTELS", str(tmp_path / "kluis"))
    twee = zr("journaal", "init", tmp_path / "twee.db", "--json")
    assert twee.json["sleutel"] == uit.json["sleutel"]  # the same keys, another log
    assert twee.json["log"] != uit.json["log"]
    assert {p.name for p in tmp_path.iterdir() if "sleutels" in p.name} == set()


def test_nothing_is_written_over(zr, boek, tmp_path):
    voor = everything(tmp_path)
    for extra in ([], ["--json"]):
        uit = zr("journaal", "init", boek, *extra)
        assert uit.status == 2
        assert "ZR-901" in uit.stdout + uit.stderr
    assert everything(tmp_path) == voor


# -- deciding ------------------------------------------------------------------------------------------------------


def test_a_decision_says_where_it_is_recorded(zr, boek, voorbeelden):
    zonder = zr("decide", voorbeelden / "consult.json").stdout
    assert (
        zr("decide", voorbeelden / "consult.json", "--journaal", boek).stdout == f"{zonder}  vermelding 1 in {boek}\n"
    )
    uit = zr("decide", voorbeelden / "consult.json", "--journaal", boek, "--json")
    log = zr("journaal", "head", boek).json["log"]
    assert uit.json.pop("journaal") == {"log": log, "nr": 2}
    assert uit.json["digest"] == zr("decide", voorbeelden / "consult.json", "--json").json["digest"]
    make_validator("beslissing").evolve(format_checker=None).validate(uit.json)


def test_without_a_journaal_there_is_no_answer(zr, tmp_path, voorbeelden):
    """A name that is mistyped is not a new record."""
    for vorm in ([], ["--json"], ["--jsonl"]):
        uit = zr("decide", voorbeelden / "consult.json", "--journaal", tmp_path / "er-niet.db", *vorm)
        assert uit.status == 2
        assert "ZR-900" in uit.stdout + uit.stderr
        assert "journaal init" in uit.stdout + uit.stderr
        assert "oegestaan" not in (uit.stdout + uit.stderr).lower()
    assert list(tmp_path.iterdir()) == []


def test_without_its_keys_there_is_no_answer(zr, boek, tmp_path, voorbeelden):
    (tmp_path / "j.db.sleutels").rename(tmp_path / "elders")
    uit = zr("decide", voorbeelden / "consult.json", "--journaal", boek)
    assert uit.status == 2
    assert "ZR-910" in uit.stderr
    assert not uit.stdout
    assert zr("decide", voorbeelden / "consult.json", "--journaal", boek, "--sleutels", tmp_path / "elders").status == 0


def test_what_cannot_be_decided_is_not_recorded(zr, boek, tmp_path, voorbeelden):
    voor = zr("journaal", "head", boek).stdout
    assert (
        "ZR-605" in zr("decide", voorbeelden / "consult.json", "--journaal", boek, "--bekend-op", "2024-01-01").stderr
    )
    assert zr("journaal", "head", boek).stdout == voor


def test_a_stream_is_recorded_in_groups_and_in_order(zr, boek, voorbeelden):
    kaal = [json.loads(r) for r in zr("decide", voorbeelden / "zaken.jsonl").stdout.splitlines()]
    uit = zr("decide", voorbeelden / "zaken.jsonl", "--journaal", boek, "--groep", "2")
    assert uit.status == 2
    assert not uit.stderr
    regels = [json.loads(r) for r in uit.stdout.splitlines()]
    plekken = [r.pop("journaal", None) for r in regels]
    assert regels == kaal
    assert [p and p["nr"] for p in plekken] == [1, 2, 3, None, 4]
    # The first two; the third, for the fourth is no zaak; the fifth.
    assert [o for (o,) in sql(boek, "SELECT omvang FROM boomhoofd ORDER BY omvang")] == [1, 3, 4, 5]
    for p, r in zip(plekken, regels, strict=True):
        if p is not None:
            assert zr("journaal", "show", boek, str(p["nr"])).json["blad"]["oordeel"] == r["oordeel"]


def test_no_answer_of_a_group_comes_before_all_of_it_is_recorded(boek, voorbeelden):
    goed = (voorbeelden / "zaken.jsonl").read_bytes().splitlines()[0]
    aanroep = [sys.executable, "-m", "zorgregels", "decide", "-", "--jsonl", "--journaal", str(boek), "--groep", "2"]
    with subprocess.Popen(aanroep, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as p:
        assert p.stdin is not None
        assert p.stdout is not None
        for beurt in range(1, 4):
            p.stdin.write(goed + b"\n" + goed + b"\n")
            p.stdin.flush()
            nrs = [json.loads(p.stdout.readline())["journaal"]["nr"] for _ in range(2)]
            assert nrs == [2 * beurt - 1, 2 * beurt]
            assert sql(boek, "SELECT max(nr) FROM vermelding") == [(2 * beurt,)]
        p.stdin.close()
        assert p.wait(30) == 0


def test_a_stream_that_cannot_be_recorded_ends_with_an_error(zr, boek, voorbeelden):
    sql(boek, "INSERT INTO vermelding VALUES (3, x'00', x'', x'', x'', x'', NULL)")  # in the way of the next group
    uit = zr("decide", voorbeelden / "zaken.jsonl", "--journaal", boek, "--groep", "2")
    assert uit.status == 2
    assert "Traceback" not in uit.stderr
    regels = [json.loads(r) for r in uit.stdout.splitlines()]
    assert [r.get("journaal", {}).get("nr") for r in regels if "fout" not in r] == [1, 2]
    assert "ZR-903" in uit.stdout + uit.stderr
    assert zr("journaal", "head", boek).json["omvang"] == 3


def test_explaining_records_nothing(zr, boek, voorbeelden):
    uit = zr("explain", voorbeelden / "consult.json", "--journaal", boek)
    assert uit.status == 2  # there is no such option: what is tried is no decision
    assert zr("journaal", "head", boek).json["omvang"] == 1


# -- what is kept --------------------------------------------------------------------------------------------------


def test_what_is_kept_and_what_is_not(zr, boek, beslis):
    b = beslis(boek)
    uit = zr("journaal", "show", boek, "1").json
    assert uit.keys() == {"nr", "blad", "feiten", "inhoud", "beslissing"}
    assert uit["inhoud"] == "leesbaar"
    assert uit["feiten"] == {"rit.kilometers": 150, "rit.leeftijd": 77, "zaak.peildatum": "2025-05-01"}
    assert uit["blad"]["niet_bewaard"] == ["rit.opmerking", "rit.patient"]
    assert uit["beslissing"] == {k: w for k, w in b.items() if k not in {"digest", "kwitantie", "journaal"}}
    make_validator("journaal").validate(uit["blad"])


def test_keeping_all_keeps_nothing_that_says_who(zr, boek, beslis, tmp_path):
    beslis(boek, "--bewaar", "alles", betrokkene="de patient van bed 3")
    uit = zr("journaal", "show", boek, "1").json
    assert uit["feiten"]["rit.opmerking"] == "regen"
    assert uit["blad"]["niet_bewaard"] == ["rit.patient"]
    (tmp_path / "zaak.json").unlink()
    alles = everything(tmp_path)
    assert BSN.encode() not in alles
    assert b"bed 3" not in alles
    assert b"regen" in alles


def test_what_is_personal_is_not_read_without_the_keys(zr, boek, beslis, tmp_path):
    beslis(boek)
    (tmp_path / "j.db.sleutels").rename(tmp_path / "elders")
    uit = zr("journaal", "show", boek, "1")
    assert uit.status == 0
    assert uit.json["inhoud"] == "sleutels niet hier"
    assert uit.json["beslissing"] is None
    assert uit.json["feiten"] == {"rit.kilometers": 150, "zaak.peildatum": "2025-05-01"}
    assert zr("journaal", "show", boek, "1", "--sleutels", tmp_path / "elders").json["inhoud"] == "leesbaar"
    assert zr("journaal", "verify", boek).status == 0


# -- looking -------------------------------------------------------------------------------------------------------


def test_show_counts_by_year(zr, boek, voorbeelden):
    zr("decide", voorbeelden / "zaken.jsonl", "--journaal", boek)
    uit = zr("journaal", "show", boek)
    assert uit.status == 0
    assert [r.split() for r in uit.stdout.splitlines()[1:4]] == [
        ["vermeldingen", "5"], ["2023", "3", "beslissingen"], ["2025", "1", "beslissing"],
    ]  # fmt: skip
    make_validator("boomhoofd").validate(zr("journaal", "show", boek, "--json").json)
    assert zr("journaal", "show", boek, "0").json["blad"]["soort"] == "begin"


@pytest.mark.parametrize("opdracht", [["show"], ["prove"], ["erase", "--nr"]])
def test_a_record_that_is_not_there(zr, boek, opdracht):
    for nr in ("1", "99999999999999"):
        uit = zr("journaal", opdracht[0], boek, *opdracht[1:], nr)
        assert uit.status == 2
        assert "ZR-908" in uit.stdout + uit.stderr
        assert "tot en met 0" in uit.stdout + uit.stderr
    assert zr("journaal", opdracht[0], boek, *opdracht[1:], "een").status == 2


def test_a_head_is_signed(zr, boek, voorbeelden):
    zr("decide", voorbeelden / "consult.json", "--journaal", boek)
    uit = zr("journaal", "head", boek)
    hoofd = Boomhoofd.parse(uit.stdout.strip())
    assert hoofd.is_genuine()
    assert (hoofd.omvang, dict(hoofd.jaren)) == (2, {"2023": 1})
    assert hoofd.sleutel.hex() == json.loads((Path(f"{boek}.sleutels") / "openbaar.json").read_text())["sleutels"][-1]


def _fold(blad: bytes, nr: int, omvang: int, pad: list[str]) -> bytes:
    """The root that an inclusion proof leads to: the tree by its definition, the last of the path first."""
    if omvang == 1:
        assert pad == []
        return sha256(b"\x00" + blad).digest()
    helft = 1 << ((omvang - 1).bit_length() - 1)
    naast = bytes.fromhex(pad[-1])
    if nr < helft:
        return sha256(b"\x01" + _fold(blad, nr, helft, pad[:-1]) + naast).digest()
    return sha256(b"\x01" + naast + _fold(blad, nr - helft, omvang - helft, pad[:-1])).digest()


def test_a_proof_leads_to_the_signed_root(zr, boek, voorbeelden):
    zr("decide", voorbeelden / "zaken.jsonl", "--journaal", boek)
    for nr in range(5):
        uit = zr("journaal", "prove", boek, str(nr)).json
        wortel = _fold(uit["blad"].encode(), nr, uit["hoofd"]["omvang"], uit["pad"])
        assert wortel.hex() == uit["hoofd"]["wortel"]


def test_a_proof_that_it_builds_on_an_earlier_head(zr, boek, voorbeelden, tmp_path):
    eerder = tmp_path / "eerder.json"
    eerder.write_text(zr("journaal", "head", boek).stdout)
    zr("decide", voorbeelden / "zaken.jsonl", "--journaal", boek)
    uit = zr("journaal", "prove", boek, "--sinds", eerder).json
    oud, nieuw = uit["sinds"], uit["hoofd"]
    assert oud == json.loads(eerder.read_text())
    wortels = bytes.fromhex(oud["wortel"]), bytes.fromhex(nieuw["wortel"])
    assert check_consistency(oud["omvang"], nieuw["omvang"], *wortels, [bytes.fromhex(h) for h in uit["voort"]])


# -- checking ------------------------------------------------------------------------------------------------------


def test_verify(zr, boek, voorbeelden):
    zr("decide", voorbeelden / "zaken.jsonl", "--journaal", boek)
    uit = zr("journaal", "verify", boek)
    assert uit.status == 0
    assert uit.stdout == "5 vermeldingen · ongeschonden\n"
    uit = zr("journaal", "verify", boek, "--json")
    assert uit.json["bevindingen"] == []
    make_validator("boomhoofd").validate(uit.json["hoofd"])


@pytest.mark.parametrize(
    ("ingreep", "waar"),
    [
        (
            "UPDATE vermelding SET feiten = CAST(replace(CAST(feiten AS TEXT), '12011', '12012') AS BLOB) WHERE nr = 2",
            "vermelding 2",
        ),
        ("UPDATE blok SET inhoud = x'00' WHERE soort = 'regelset'", "blok "),
        ("UPDATE vermelding SET zouten = zeroblob(length(zouten)) WHERE nr = 3", "vermelding 3"),
        ("DELETE FROM stuk", "vermelding 1"),
    ],
)
def test_what_was_altered_is_named(zr, boek, voorbeelden, ingreep, waar):
    zr("decide", voorbeelden / "zaken.jsonl", "--journaal", boek)
    sql(boek, ingreep)
    uit = zr("journaal", "verify", boek)
    assert uit.status == 1
    assert waar in uit.stdout
    assert "ongeschonden" not in uit.stdout
    lijst = zr("journaal", "verify", boek, "--json")
    assert lijst.status == 1
    assert any(b["waar"].startswith(waar) for b in lijst.json["bevindingen"])
    assert all(b.keys() == {"waar", "wat"} for b in lijst.json["bevindingen"])


def test_a_history_that_was_made_anew_is_held_against_an_earlier_head(zr, boek, voorbeelden, tmp_path):
    """Whoever has the keys can make another history that is whole in itself; not one that fits a head that somebody kept."""
    ander = tmp_path / "ander.db"
    shutil.copy(boek, ander)
    shutil.copytree(f"{boek}.sleutels", f"{ander}.sleutels")
    for pad, zaak in ((boek, "consult.json"), (ander, "consult-te-hoog.json")):
        assert zr("decide", voorbeelden / zaak, "--journaal", pad).status == 0
    hoofd = tmp_path / "hoofd.json"
    hoofd.write_text(zr("journaal", "head", boek).stdout)
    assert zr("journaal", "verify", boek, "--hoofd", hoofd).status == 0
    assert zr("journaal", "verify", ander).status == 0
    uit = zr("journaal", "verify", ander, "--hoofd", hoofd)
    assert uit.status == 1
    assert "eerder boomhoofd 2" in uit.stdout


def test_a_log_that_somebody_else_signed_is_told(zr, boek, voorbeelden, tmp_path):
    """Whole in itself, with a beginning of its own: only its key shows that it is not ours."""
    zr("journaal", "init", tmp_path / "vreemd.db")
    zr("decide", voorbeelden / "consult.json", "--journaal", tmp_path / "vreemd.db")
    shutil.copy(tmp_path / "vreemd.db", boek)
    for opdracht in ("verify", "show", "head"):
        uit = zr("journaal", opdracht, boek)
        assert uit.status != 0, opdracht
        assert "sleutel" in uit.stdout + uit.stderr
    assert zr("journaal", "verify", boek).status == 1


@pytest.mark.parametrize(
    "ingreep",
    [
        "DELETE FROM boomhoofd WHERE omvang = 5",
        "UPDATE boomhoofd SET tekst = 'x' WHERE omvang = 5",
        "UPDATE stand SET omvang = 4",
        "DELETE FROM stand",
        "DELETE FROM vermelding WHERE nr = 4",
        "UPDATE vermelding SET blad = x'7b7d' WHERE nr = 2",
        "UPDATE vermelding SET blad = x'ff' WHERE nr = 4",
    ],
)
def test_an_end_that_was_altered_is_told_by_verify_and_is_not_added_to(zr, boek, voorbeelden, ingreep):
    zr("decide", voorbeelden / "zaken.jsonl", "--journaal", boek)
    sql(boek, ingreep)
    uit = zr("journaal", "verify", boek)
    assert uit.status == 1, uit.stdout + uit.stderr
    assert "bevinding" in uit.stdout
    lijst = zr("journaal", "verify", boek, "--json")
    assert lijst.json["bevindingen"]
    erbij = zr("decide", voorbeelden / "consult.json", "--journaal", boek)
    assert erbij.status == 2
    assert not erbij.stdout
    assert "ZR-9" in erbij.stderr
    assert "ZR-999" not in erbij.stderr


def test_a_log_without_its_beginning_is_no_log(zr, boek, voorbeelden):
    zr("decide", voorbeelden / "zaken.jsonl", "--journaal", boek)
    sql(boek, "DELETE FROM vermelding WHERE nr = 0")
    for opdracht in ("verify", "show", "head"):
        uit = zr("journaal", opdracht, boek)
        assert uit.status != 0
        gezegd = uit.stdout + uit.stderr
        assert ("vermelding 0: ontbreekt" if opdracht == "verify" else "ZR-904") in gezegd


def test_a_proof_is_given_of_what_can_be_proved(zr, boek, voorbeelden, tmp_path):
    zr("journaal", "init", tmp_path / "ander.db")
    zr("decide", voorbeelden / "consult.json", "--journaal", boek)
    vreemd, later = tmp_path / "vreemd.json", tmp_path / "later.json"
    vreemd.write_text(zr("journaal", "head", tmp_path / "ander.db").stdout)
    kort = tmp_path / "kort.db"
    shutil.copy(boek, kort)
    shutil.copytree(f"{boek}.sleutels", f"{kort}.sleutels")
    zr("decide", voorbeelden / "consult.json", "--journaal", boek)
    later.write_text(zr("journaal", "head", boek).stdout)
    for pad, hoofd in ((boek, vreemd), (kort, later)):  # of another log; of what is not there any more
        uit = zr("journaal", "prove", pad, "--sinds", hoofd)
        assert uit.status == 2
        assert uit.json["fout"]["code"] == "ZR-919"
    assert zr("journaal", "prove", boek).status == 2  # nothing to prove


def test_what_is_no_head(zr, boek, tmp_path):
    (tmp_path / "h.json").write_bytes(b"\xff{}")
    for opdracht in (["verify", "--hoofd"], ["prove", "--sinds"]):
        uit = zr("journaal", opdracht[0], boek, opdracht[1], tmp_path / "h.json")
        assert uit.status == 2
        assert "ZR-918" in uit.stdout + uit.stderr
        assert zr("journaal", opdracht[0], boek, opdracht[1], tmp_path / "er-niet.json").status == 2


# -- keys and persons ----------------------------------------------------------------------------------------------


def test_another_key_signs(zr, boek, voorbeelden):
    oud = zr("journaal", "head", boek).json["sleutel"]
    nieuw = zr("journaal", "rotate", boek, "--json").json["sleutel"]
    assert nieuw != oud
    zr("decide", voorbeelden / "consult.json", "--journaal", boek)
    assert zr("journaal", "head", boek).json["sleutel"] == nieuw
    assert zr("journaal", "show", boek, "1").json["blad"]["oud"] == oud
    assert zr("journaal", "verify", boek).status == 0
    assert "Voortaan ondertekent" in zr("journaal", "rotate", boek).stdout


def _erase(boek: Path, wie: str, *opties: str) -> subprocess.CompletedProcess[str]:
    aanroep = [sys.executable, "-m", "zorgregels", "journaal", "erase", str(boek), *opties]
    return subprocess.run(aanroep, input=wie, capture_output=True, text=True, timeout=60, check=False)


def test_a_person_is_erased(zr, boek, beslis, tmp_path):
    for wie in (BSN, "een ander", BSN):
        beslis(boek, betrokkene=wie)
    klaar = _erase(boek, f"{BSN}\n", "--json")
    assert klaar.returncode == 0, klaar.stderr
    sleutel = json.loads(klaar.stdout)["gewist"]
    inhoud = [zr("journaal", "show", boek, nr).json["inhoud"] for nr in ("1", "2", "3")]
    assert inhoud == ["gewist", "leesbaar", "gewist"]
    assert zr("journaal", "show", boek, "1").json["blad"]["sleutel"] == sleutel
    assert zr("journaal", "show", boek, "4").json["blad"]["soort"] == "wissing"
    assert zr("journaal", "verify", boek).status == 0
    nog_eens = _erase(boek, BSN)
    assert nog_eens.returncode == 2
    assert "ZR-908" in nog_eens.stderr
    for uit in (klaar, nog_eens):
        assert BSN not in uit.stdout + uit.stderr


def test_the_person_of_a_record_is_erased(zr, boek, beslis):
    for _ in range(2):
        beslis(boek, betrokkene=BSN)
    uit = zr("journaal", "erase", boek, "--nr", "1")
    assert uit.status == 0
    assert uit.stdout.startswith("Gewist: ")
    assert [zr("journaal", "show", boek, nr).json["inhoud"] for nr in ("1", "2")] == ["gewist", "gewist"]
    assert "ZR-908" in zr("journaal", "erase", boek, "--nr", "2").stderr
    assert "ZR-908" in zr("journaal", "erase", boek, "--nr", "0").stderr  # the beginning is of nobody


def test_a_person_who_is_not_named_is_found_by_what_the_zaak_said(zr, boek, beslis):
    beslis(boek)  # rit.patient says who it is
    assert _erase(boek, BSN).returncode == 0
    assert zr("journaal", "show", boek, "1").json["inhoud"] == "gewist"


@pytest.mark.parametrize("wie", ["", "\n", "iemand anders\n", f" {BSN}\n", f"{BSN}x\n"])
def test_nobody_else_is_erased(zr, boek, beslis, wie):
    beslis(boek, betrokkene=BSN)
    klaar = _erase(boek, wie)
    assert klaar.returncode == 2
    assert "ZR-908" in klaar.stderr
    assert zr("journaal", "show", boek, "1").json["inhoud"] == "leesbaar"


@pytest.mark.parametrize("invoer", [f"{BSN}\n999990020\n", f"999990020\r\n{BSN}", f"\n{BSN}\n\n{BSN}\n"])
@pytest.mark.parametrize("opties", [[], ["--json"]])
def test_of_more_than_one_nobody_is_erased(zr, boek, beslis, invoer, opties):
    """One 'Gewist' for a list of persons would be believed of all of them."""
    for wie in (BSN, "999990020"):
        beslis(boek, betrokkene=wie)
    klaar = _erase(boek, invoer, *opties)
    assert klaar.returncode == 2
    assert "ZR-953" in klaar.stdout + klaar.stderr
    assert "2 regels" in klaar.stdout + klaar.stderr
    assert BSN not in klaar.stdout + klaar.stderr
    assert [zr("journaal", "show", boek, nr).json["inhoud"] for nr in ("1", "2")] == ["leesbaar", "leesbaar"]


def test_blank_lines_around_one_person_are_nothing(zr, boek, beslis):
    beslis(boek, betrokkene=BSN)
    assert _erase(boek, f"\n{BSN}\r\n\n").returncode == 0
    assert zr("journaal", "show", boek, "1").json["inhoud"] == "gewist"


def test_who_it_is_is_not_an_argument():
    """What stands on a command line stands in the history of the shell and in the list of processes."""
    erase = cli.commands["journaal"].commands["erase"]  # type: ignore[attr-defined]
    assert {p.name for p in erase.params} == {"waar", "nr", "sleutels", "als_json"}


def test_at_a_terminal_who_it_is_is_asked_and_not_shown(boek, beslis):
    beslis(boek, betrokkene=BSN)
    meester, slaaf = pty.openpty()
    aanroep = [sys.executable, "-m", "zorgregels", "journaal", "erase", str(boek)]
    p = subprocess.Popen(aanroep, stdin=slaaf, stdout=subprocess.PIPE, stderr=slaaf, start_new_session=True)
    os.close(slaaf)
    gezien = b""
    while b":" not in gezien:  # the question; what is typed before it may be thrown away
        gezien += os.read(meester, 1000)
    time.sleep(0.2)
    os.write(meester, f"{BSN}\n".encode())
    uit, _ = p.communicate(timeout=60)
    gezien += os.read(meester, 1000)
    os.close(meester)
    assert p.returncode == 0, gezien
    assert b"Gewist" in uit
    assert BSN.encode() not in gezien + uit


# -- what nobody may read ------------------------------------------------------------------------------------------

URLS = [
    f"postgresql://jan:{GEHEIM}@127.0.0.1:1/boek",
    f"postgres://jan:{GEHEIM}@127.0.0.1:1/boek",
    f"postgresql://127.0.0.1:1/boek?user=jan&password={GEHEIM}",
    f"postgresql://jan:{GEHEIM}@[:1/boek",
    f"postgresql://jan:{GEHEIM}@127.0.0.1:1/boek?onzin={GEHEIM}",
    # Signs that should have been written as %40, %2F, %3F and %23: what follows them is no password to who reads the URL.
    *(f"postgresql://jan:a{teken}{GEHEIM}@127.0.0.1:1/boek" for teken in "@/?#"),
    # Not what a store is called by.
    *(f"{soort}://jan:{GEHEIM}@127.0.0.1:1/boek" for soort in ("POSTGRESQL", "postgresql+psycopg", "mysql")),
]


def _is_silent(zr, *aanroep: str) -> None:
    uit = zr(*aanroep)
    assert uit.status == 2, aanroep
    assert "ZR-9" in uit.stdout + uit.stderr
    assert GEHEIM not in uit.stdout + uit.stderr, aanroep
    assert "Traceback" not in uit.stderr


@pytest.mark.parametrize("sleutels", [True, False])
@pytest.mark.parametrize("url", URLS)
def test_no_message_holds_the_password_of_a_url(zr, url, tmp_path, voorbeelden, sleutels):
    pytest.importorskip("psycopg")
    optie = ["--sleutels", str(tmp_path / "kluis")] if sleutels else []
    _is_silent(zr, "journaal", "init", url, *optie)
    _is_silent(zr, "decide", str(voorbeelden / "consult.json"), "--journaal", url, *optie)


def test_no_command_shows_the_password_of_a_url(zr, tmp_path, voorbeelden):
    pytest.importorskip("psycopg")
    kluis = ["--sleutels", str(tmp_path / "kluis")]
    for opdracht in ("init", "show", "verify", "head", "rotate"):
        _is_silent(zr, "journaal", opdracht, URLS[0], *kluis)
    _is_silent(zr, "journaal", "prove", URLS[0], "1", *kluis)
    _is_silent(zr, "journaal", "erase", URLS[0], "--nr", "1", *kluis)
    _is_silent(zr, "journaal", "show", URLS[0], "1", "--json", *kluis)
    _is_silent(zr, "decide", str(voorbeelden / "zaken.jsonl"), "--journaal", URLS[0], *kluis)


def test_no_message_holds_who_it_is_about(zr, boek, ritten, tmp_path):
    """Whatever is wrong with a zaak, and whatever is wrong with who it is about."""
    rit = {"kilometers": 150, "leeftijd": 77, "patient": BSN}
    slecht = [
        {**ZAAK, "betrokkene": int(BSN)},
        {**ZAAK, "betrokkene": [BSN]},
        {**ZAAK, "betrokkene": BSN * 50},
        {**ZAAK, "betrokkene": BSN, "peildatum": "1999-01-01"},
        {**ZAAK, "betrokkene": BSN, "feiten": {"rit": {**rit, "kilometers": "veel"}}},
        {**ZAAK, "betrokkene": BSN, "feiten": {"rit": {**rit, "patient": int(BSN)}}},
        {**ZAAK, "betrokkene": BSN, "feiten": {"rit": {**rit, "onbekend": 1}}},
    ]
    (tmp_path / "z.jsonl").write_text("".join(json.dumps(z) + "\n" for z in slecht))
    uit = zr("decide", tmp_path / "z.jsonl", "--journaal", boek, "--plugins", f"{ritten}/")
    assert uit.status == 2
    assert len(uit.stdout.splitlines()) == len(slecht)
    assert all('"fout"' in r for r in uit.stdout.splitlines())
    assert BSN not in uit.stdout + uit.stderr
    for nr, zaak in enumerate(slecht):
        (tmp_path / f"{nr}.json").write_text(json.dumps(zaak))
        uit = zr("decide", tmp_path / f"{nr}.json", "--journaal", boek, "--plugins", f"{ritten}/")
        assert uit.status == 2
        assert BSN not in uit.stdout + uit.stderr
    assert zr("journaal", "head", boek).json["omvang"] == 1


# -- what it needs -------------------------------------------------------------------------------------------------


def test_without_cryptography_it_says_what_to_install(zr, boek, monkeypatch, voorbeelden, tmp_path):
    monkeypatch.setitem(sys.modules, "cryptography", None)
    for aanroep in (
        ["journaal", "init", tmp_path / "k.db"],
        ["decide", voorbeelden / "consult.json", "--journaal", boek],
        ["journaal", "verify", boek],
    ):
        uit = zr(*aanroep)
        assert uit.status == 2
        assert "ZR-915" in uit.stdout + uit.stderr
        assert "pip install 'zorgregels[journaal]'" in uit.stdout + uit.stderr
    assert not (tmp_path / "k.db").exists()
    assert zr("decide", voorbeelden / "consult.json").status == 0


def test_deciding_without_a_journaal_loads_nothing_of_it(voorbeelden):
    code = (
        "import sys\nfrom zorgregels._cli import main\n"
        f"try:\n    main(['decide', {str(voorbeelden / 'consult.json')!r}])\nexcept SystemExit:\n    pass\n"
        "print(sorted({m.partition('.')[0] for m in sys.modules} & {'cryptography', 'psycopg', 'sqlite3'}))\n"
        "print([m for m in sys.modules if '_journaal' in m])"
    )
    klaar = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert klaar.stdout.splitlines()[-2:] == ["[]", "[]"]


def test_errors_are_json_where_that_is_asked(zr, boek, tmp_path, monkeypatch):
    weg = str(tmp_path / "er-niet.db")
    aanroepen = [
        ["init", str(boek), "--json"],
        ["show", weg, "--json"],
        ["show", str(boek), "9", "--json"],
        ["verify", weg, "--json"],
    ]
    aanroepen += [["head", weg], ["prove", weg, "0"], ["rotate", weg, "--json"], ["erase", weg, "--nr", "1", "--json"]]
    for aanroep in aanroepen:
        uit = zr("journaal", *aanroep)
        assert uit.status == 2, aanroep
        assert uit.json["fout"]["code"].startswith("ZR-9"), aanroep
        assert uit.json["fout"]["meldingen"][0].keys() >= {"code", "tekst", "hulp"}
        assert not uit.stderr


def test_a_server_needs_to_know_where_the_keys_are(zr, monkeypatch):
    pytest.importorskip("psycopg")
    monkeypatch.delenv("ZORGREGELS_SLEUTELS", raising=False)
    uit = zr("journaal", "init", "postgresql://127.0.0.1:1/boek")
    assert uit.status == 2
    assert "ZR-907" in uit.stderr
    assert "--sleutels" in uit.stderr


def test_a_regelset_that_is_not_the_one_of_its_digest_is_refused(zr, tmp_path):
    """Whoever alters it can make every digest right but the one that names it, or that of another that he names."""
    pad = tmp_path / "r.json"
    assert zr("regelsets", "export", "huisarts/tarieven@2023.1", "-o", pad).status == 0
    pad.write_text(pad.read_text().replace("Wet marktordening gezondheidszorg (Wmg)", "Wet marktordening", 1))
    uit = zr("regelsets", "import", pad, "--naar", tmp_path / "daar")
    assert uit.status == 2
    assert "ZR-946" in uit.stderr
    assert not (tmp_path / "daar").exists()


def test_every_command_has_help(zr):
    for naam in ("", "init", "show", "verify", "head", "prove", "rotate", "erase"):
        uit = zr("journaal", *naam.split(), "-h")
        assert uit.status == 0
        assert uit.stdout.startswith(f"Gebruik: zorgregels journaal {naam}".rstrip())


def test_what_the_commands_record_is_what_the_engine_reads(boek, beslis):
    b = beslis(boek)
    with Journaal.open(boek, schrijven=False) as journaal:
        inhoud = journaal.contents(journaal.opslag.row(1))
        assert "sha256:" + sha256(inhoud.tekst or b"").hexdigest() == b["digest"]
