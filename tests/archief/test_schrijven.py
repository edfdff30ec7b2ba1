"""An archive of a Journaal of the program: what is in it, and when none is written."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest
from jaren import BSN, als_log, consult, inschrijving, leden, maak
from logmaker import json_tekst, pak, sha
from uitgepakt import ga_na
from zorgregels._archief import inpakken, schrijven
from zorgregels._archief.schrijven import write_archive
from zorgregels._cli.archive import archive
from zorgregels._cli.melden import Afgebroken
from zorgregels._journaal.journaal import Journaal
from zorgregels.errors import JournaalError


@pytest.fixture(scope="module")
def bron(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a Journaal."""
    map_ = tmp_path_factory.mktemp("bron")
    maak(map_).close()
    return map_


@pytest.fixture
def map_(bron: Path, tmp_path: Path) -> Path:
    """A copy of it, to alter."""
    doel = tmp_path / "map"
    shutil.copytree(bron, doel)
    return doel


def schrijf(map_: Path, jaar: int = 2023, naam: str = "a.zip") -> Path:
    with Journaal.open(map_ / "j.db", schrijven=False) as journaal:
        write_archive(journaal, jaar, map_ / naam, overschrijf=False, gezien=lambda _: None)
    return map_ / naam


def eerste_sleutel(map_: Path) -> str:
    return str(json.loads((map_ / "j.db.sleutels" / "openbaar.json").read_text())["sleutels"][0])


@pytest.mark.parametrize(("jaar", "beslissingen"), [(2023, 5), (2024, 2), (2025, 0)])
def test_the_verifier_finds_nothing(bron: Path, tmp_path: Path, jaar: int, beslissingen: int) -> None:
    shutil.copytree(bron, tmp_path / "m")
    pad = schrijf(tmp_path / "m", jaar)
    assert ga_na(tmp_path / "x.zip", pad.read_bytes(), eerste_sleutel(bron)).bevindingen == []
    assert json.loads(leden(pad)["inhoud.json"])["aantallen"]["beslissingen"] == beslissingen


def test_the_same_members_as_the_independent_maker_makes(map_: Path, tmp_path: Path) -> None:
    """Two programs, one format: only the two texts that go along and the time of making differ."""
    pad = schrijf(map_)
    with Journaal.open(map_ / "j.db") as journaal:
        log, hoofd = als_log(journaal), journaal.hoofd()
        assert journaal.sleutels is not None
        eigen = journaal.sleutels._eigen
    gemaakt = log.leden(2023, groep=4096) | {"boomhoofd.json": hoofd.to_json().encode()}
    van_ons = leden(pad)
    eigen_teksten = {naam: van_ons[naam] for naam in ("LEESMIJ.txt", "verifier.py")}
    gemaakt |= eigen_teksten
    assert {n: t for n, t in van_ons.items() if n not in {"inhoud.json", "inhoud.handtekening.json"}} == gemaakt
    ander = pak(gemaakt, 2023, log.log, hoofd.omvang, eigen)
    assert ga_na(tmp_path / "ander.zip", ander, eerste_sleutel(map_)).bevindingen == []
    (tmp_path / "ander.zip").write_bytes(ander)
    lijst = json.loads(van_ons["inhoud.json"])
    ander_lijst = json.loads(leden(tmp_path / "ander.zip")["inhoud.json"])
    assert {k: v for k, v in lijst.items() if k not in {"gemaakt", "leden"}} == {
        k: v for k, v in ander_lijst.items() if k not in {"gemaakt", "leden"}
    }
    kort = lambda leden_: sorted((lid["naam"], lid["grootte"], lid["sha256"]) for lid in leden_)  # noqa: E731
    assert kort(lijst["leden"]) == kort(ander_lijst["leden"])


def test_the_list_of_contents_is_what_lies_in_the_file(map_: Path) -> None:
    pad = schrijf(map_)
    ruw, inhoud = pad.read_bytes(), leden(pad)
    lijst = json.loads(inhoud["inhoud.json"])["leden"]
    assert [lid["naam"] for lid in lijst] == list(inhoud)[:-2]
    for lid in lijst:
        stuk = ruw[lid["plaats"] : lid["plaats"] + lid["ingepakt"]]
        assert sha(stuk).hex() == lid["ingepakt_sha256"]
        assert (len(inhoud[lid["naam"]]), sha(inhoud[lid["naam"]]).hex()) == (lid["grootte"], lid["sha256"])
    with zipfile.ZipFile(pad) as z:
        assert z.testzip() is None
        assert {i.date_time for i in z.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        zegel = json.loads(z.comment)
    assert ruw[zegel["bytes"] :] == json_tekst(zegel)
    assert sha(ruw[: zegel["bytes"]]).hex() == zegel["sha256"]


def test_the_copy_of_the_verifier_is_verbatim(map_: Path) -> None:
    inhoud = leden(schrijf(map_))
    eigen = Path(schrijven.__file__).parent
    for naam in ("verifier.py", "LEESMIJ.txt"):
        assert inhoud[naam] == (eigen / naam).read_bytes()


def test_the_same_journaal_gives_the_same_file(map_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schrijven, "timestamp", lambda: "2026-01-01T00:00:00.000000Z")
    assert schrijf(map_, naam="a.zip").read_bytes() == schrijf(map_, naam="b.zip").read_bytes()


def test_small_members(map_: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schrijven, "_GROEP", 2)
    pad = schrijf(map_)
    assert sum(n.startswith("vermeldingen/") for n in leden(pad)) == 4
    assert ga_na(tmp_path / "x.zip", pad.read_bytes()).bevindingen == []
    monkeypatch.setattr(schrijven, "_GROEP", 4096)
    monkeypatch.setattr(schrijven, "_BYTES", 1)
    assert sum(n.startswith("vermeldingen/") for n in leden(schrijf(map_, naam="b.zip"))) == 8


def test_a_large_member_gets_room_in_the_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more than 2 GB the ZIP keeps sizes in another place (ZIP64); where the bytes begin is then found as well."""
    monkeypatch.setattr(inpakken, "_GROOT", 100)
    maak(tmp_path, extra=5).close()
    pad = schrijf(tmp_path)
    ruw = pad.read_bytes()
    lid = next(li for li in json.loads(leden(pad)["inhoud.json"])["leden"] if li["naam"] == "bladhashes.bin")
    kop = ruw.index(b"bladhashes.bin")
    assert lid["plaats"] == kop + len("bladhashes.bin") + 20
    assert ga_na(tmp_path / "x.zip", ruw).bevindingen == []


def test_nothing_of_a_person_is_in_it(map_: Path) -> None:
    with Journaal.open(map_ / "j.db") as journaal:
        ids = [json.loads(r.blad)["sleutel"] for r in journaal.opslag.rows(0, 99) if r.gesloten is not None]
        ingepakt = [w for i in ids if (w := journaal.opslag.persoonssleutel(i)) is not None]
        bos = journaal.keys()
        sleutels = [
            bos.unwrap(w, i)
            for w, i in zip(ingepakt, [i for i in ids if journaal.opslag.persoonssleutel(i)], strict=True)
        ]
    assert len(ids) == 3
    assert len(sleutels) == 2
    for jaar in (2023, 2024):
        inhoud = leden(schrijf(map_, jaar, f"{jaar}.zip"))
        alles = b"\n".join(inhoud.values())
        assert BSN.encode() not in alles
        eigen = b"".join(t for n, t in inhoud.items() if n.startswith(("vermeldingen/", "stukken/")))
        assert b"inschrijving.leeftijd" not in eigen  # as a name it stands in rules
        assert not re.search(rb'waarde\\?":"?(77|40)\b', eigen)
        for geheim in (*ingepakt, *sleutels, *(s[:32] for s in sleutels)):
            assert geheim not in alles
            assert geheim.hex().encode() not in alles


def test_a_file_that_is_there_is_kept(map_: Path) -> None:
    pad = map_ / "a.zip"
    pad.write_text("van iemand")
    with pytest.raises(JournaalError) as fout:
        schrijf(map_)
    assert fout.value.code == "ZR-930"
    assert pad.read_text() == "van iemand"
    with Journaal.open(map_ / "j.db", schrijven=False) as journaal:
        write_archive(journaal, 2023, pad, overschrijf=True, gezien=lambda _: None)
    assert zipfile.is_zipfile(pad)
    assert not list(map_.glob(".zorgregels-*"))


def test_a_file_that_comes_meanwhile_is_kept(map_: Path) -> None:
    pad = map_ / "a.zip"
    with Journaal.open(map_ / "j.db", schrijven=False) as journaal, pytest.raises(JournaalError) as fout:
        write_archive(journaal, 2023, pad, overschrijf=False, gezien=lambda _: pad.write_text("van iemand") and None)
    assert fout.value.code == "ZR-930"
    assert pad.read_text() == "van iemand"
    assert not list(map_.glob(".zorgregels-*"))


def test_a_full_disk(map_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def vol(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(schrijven.os, "fsync", vol)
    with pytest.raises(JournaalError) as fout:
        schrijf(map_)
    assert fout.value.code == "ZR-931"
    assert not (map_ / "a.zip").exists()
    assert not list(map_.glob(".zorgregels-*"))


def test_a_folder_that_is_not_there(map_: Path) -> None:
    with Journaal.open(map_ / "j.db", schrijven=False) as journaal, pytest.raises(JournaalError) as fout:
        write_archive(journaal, 2023, map_ / "weg" / "a.zip", overschrijf=False, gezien=lambda _: None)
    assert fout.value.code == "ZR-931"


def alter(map_: Path, *opdrachten: str) -> None:
    """Write in the store; and take away what was last seen of it, or the Journaal does not even open."""
    for gezien in (map_ / "j.db.sleutels").glob("gezien-*"):
        gezien.unlink()
    db = sqlite3.connect(map_ / "j.db")
    with db:
        for opdracht in opdrachten:
            assert db.execute(opdracht).rowcount
    db.close()


@pytest.mark.parametrize(
    "opdracht",
    [
        "DELETE FROM stuk WHERE merk = (SELECT min(merk) FROM stuk)",
        "DELETE FROM blok WHERE soort = 'regelset'",
        "DELETE FROM blok WHERE soort = 'herkomst'",
        "DELETE FROM blok WHERE soort = 'lading'",
        "UPDATE blok SET inhoud = x'00' WHERE soort = 'lading'",
        "UPDATE vermelding SET blad = x'ff' WHERE nr = 1",
        'UPDATE vermelding SET blad = \'{"soort":"beslissing"}\' WHERE nr = 1',
        "UPDATE vermelding SET blad = '[]' WHERE nr = 1",
    ],
)
def test_what_cannot_be_read_is_not_left_out(map_: Path, opdracht: str) -> None:
    alter(
        map_,
        opdracht
        if "'{" not in opdracht and "'[" not in opdracht
        else opdracht.replace("blad = '", "blad = CAST('").replace("' WHERE", "' AS BLOB) WHERE"),
    )
    with pytest.raises(JournaalError) as fout:
        schrijf(map_)
    assert fout.value.code == "ZR-932"
    assert not (map_ / "a.zip").exists()


@pytest.mark.parametrize(
    ("opdracht", "soort"),
    [
        ("UPDATE vermelding SET feiten = CAST('{}' AS BLOB) WHERE nr = 2", "vermelding"),
        ('UPDATE vermelding SET feiten = CAST(\' {"a":1,"a":2}\' AS BLOB) WHERE nr = 2', "regel"),
        ("UPDATE vermelding SET feiten = x'7b0a' WHERE nr = 2", "regel"),
        ("UPDATE vermelding SET zouten = zeroblob(length(zouten)) WHERE nr = 2", "vermelding"),
        ("UPDATE vermelding SET delen = zeroblob(length(delen)) WHERE nr = 2", "vermelding"),
        ("UPDATE vermelding SET gesloten = x'00' WHERE nr = 2", "vermelding"),
        ("UPDATE vermelding SET verhuld = zeroblob(32) WHERE nr = 2", "vermelding"),
        (
            "UPDATE vermelding SET blad = CAST(replace(CAST(blad AS TEXT), 'nee', 'ja') AS BLOB) WHERE nr = 2",
            "hoofd",
        ),
        ("DELETE FROM vermelding WHERE nr = 2", "hoofd"),
        ("UPDATE stuk SET inhoud = CAST(replace(CAST(inhoud AS TEXT), 'huisarts', 'tandarts') AS BLOB)", "stuk"),
    ],
)
def test_an_altered_journaal_is_archived_as_it_is_and_said_so(
    map_: Path, opdracht: str, soort: str, capsys: pytest.CaptureFixture[str]
) -> None:
    alter(map_, opdracht)
    with pytest.raises(Afgebroken) as einde:
        archive.main(
            ["--journaal", str(map_ / "j.db"), "--jaar", "2023", "-o", str(map_ / "a.zip"), "--json"],
            standalone_mode=False,
        )
    assert einde.value.status == 1
    uit = json.loads(capsys.readouterr().out)
    assert soort in {b["soort"] for b in uit["bevindingen"]}
    assert soort in ga_na(map_ / "x.zip", (map_ / "a.zip").read_bytes()).soorten


def test_the_command(map_: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(map_)
    archive.main(["--journaal", "j.db", "--jaar", "2023"], standalone_mode=False)
    uit = capsys.readouterr().out
    assert "archief-2023.zip: 5 beslissingen van 2023" in uit
    assert "geen bevindingen" in uit
    archive.main(["--journaal", "j.db", "--jaar", "2030", "-o", "leeg.zip"], standalone_mode=False)
    assert "Er is geen beslissing met een peildatum in 2030" in capsys.readouterr().out
    with pytest.raises(Afgebroken) as einde:
        archive.main(["--journaal", "j.db", "--jaar", "2023"], standalone_mode=False)
    assert einde.value.status == 2
    assert "ZR-930" in capsys.readouterr().err


def test_without_keys_nothing_is_signed(map_: Path) -> None:
    (map_ / "j.db.sleutels").rename(map_ / "elders")
    with pytest.raises(JournaalError) as fout:
        schrijf(map_)
    assert fout.value.code == "ZR-907"


def test_records_that_come_meanwhile_stay_out(map_: Path, tmp_path: Path) -> None:
    """An archive is of the head that was the newest when it was begun."""
    from zorgregels import Engine

    klaar = False

    def gezien(_: int) -> None:
        nonlocal klaar
        if not klaar:
            klaar = True
            with Engine(plugins={"huisarts"}, journaal=map_ / "j.db") as engine:
                engine.decide(consult("2023-06-06", "1.00"))
                engine.decide(inschrijving("2023-06-06", 5))

    with Journaal.open(map_ / "j.db", schrijven=False) as journaal:
        geschreven = write_archive(journaal, 2023, map_ / "a.zip", overschrijf=False, gezien=gezien)
    assert geschreven.beslissingen == 5
    assert ga_na(tmp_path / "x.zip", (map_ / "a.zip").read_bytes()).bevindingen == []
