"""An archive is read as the store of a Journaal is, and not at all when it is damaged."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from jaren import maak
from logmaker import openbaar, voorbeeld
from zorgregels._archief import schrijven
from zorgregels._archief.lezen import Archief
from zorgregels._archief.schrijven import write_archive
from zorgregels._journaal.journaal import Journaal
from zorgregels.errors import JournaalError


@pytest.fixture(scope="module")
def bron(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Journaal of more than a tile, with its archives: one as it is written, one in small members."""
    map_ = tmp_path_factory.mktemp("lezen")
    with pytest.MonkeyPatch.context() as plek, maak(map_, extra=300) as journaal:
        write_archive(journaal, 2023, map_ / "a.zip", overschrijf=False, gezien=lambda _: None)
        write_archive(journaal, 2024, map_ / "2024.zip", overschrijf=False, gezien=lambda _: None)
        plek.setattr(schrijven, "_GROEP", 7)
        write_archive(journaal, 2023, map_ / "klein.zip", overschrijf=False, gezien=lambda _: None)
    return map_


@pytest.mark.parametrize("naam", ["a.zip", "klein.zip"])
def test_it_gives_what_the_store_gives(bron: Path, naam: str) -> None:
    archief = Archief(bron / naam)
    with Journaal.open(bron / "j.db", schrijven=False) as journaal:
        opslag, omvang = journaal.opslag, journaal.opslag.stand().omvang
        alle = [r for r in opslag.rows(0, omvang) if not r.delen or b'"peildatum":"2023' in r.blad]
        assert list(archief.rows(0, omvang)) == alle
        assert (archief.log, archief.jaar) == (journaal.log, 2023)
        assert archief.stand() == opslag.stand()
        assert archief.tegels(omvang // 256) == opslag.tegels(omvang // 256) != []
        assert (archief.hoofd(), list(archief.hoofden())) == (opslag.hoofd(), [opslag.hoofd()])
        refs = {r.delen[i : i + 16] for r in alle for i in range(0, len(r.delen), 16)} - {bytes(16)}
        assert archief.stukken(refs) == opslag.stukken(refs)
        assert len(archief.stukken(refs | {b"weg" * 5 + b"."})) == len(refs)
        blokken = {merk: (soort, inhoud) for merk, soort, inhoud in opslag.bloks()}
        for merk, soort, inhoud in archief.bloks():
            assert blokken[merk] == (soort, inhoud)
            assert archief.blok(merk) == inhoud
        assert {s for _, s, _ in archief.bloks()} == {"regelset", "catalogus", "feitsoort", "lading", "herkomst"}
        r = random.Random(3)
        for _ in range(40):
            van, tot = r.randrange(omvang), r.randrange(omvang + 5)
            assert list(archief.rows(van, tot)) == [rij for rij in alle if van <= rij.nr < tot]
        for nr in range(omvang):
            assert archief.row(nr) == next((rij for rij in alle if rij.nr == nr), None)
    assert archief.blok(bytes(32)) is None
    with archief.reading():
        assert archief.persoonssleutel("00" * 16) is None
    archief.close()


def test_it_reads_what_the_independent_maker_makes(tmp_path: Path) -> None:
    log = voorbeeld(12, zaad=80)
    (tmp_path / "a.zip").write_bytes(log.archief(2025))
    with closing(Archief(tmp_path / "a.zip", sleutel=bytes.fromhex(openbaar(log.eigen[0])))) as archief:
        for rij in archief.rows(0, 99):
            v = log.vermeldingen[rij.nr]
            assert (rij.blad, rij.zouten, rij.verhuld, rij.gesloten) == (v.blad, v.zouten, v.verhuld, v.gesloten)
            assert rij.delen == b"".join(v.delen)
            assert archief.stukken({d for d in v.delen if any(d)}) == {d: log.stukken[d] for d in v.delen if any(d)}
        assert sum(bool(r.delen) for r in archief.rows(0, 99)) == log.hoofd()["jaren"]["2025"]


@pytest.mark.parametrize(
    "naam", ["LEESMIJ.txt", "vermeldingen/000000.jsonl", "bladhashes.bin", "inhoud.json", "PK\x05\x06"]
)
def test_one_bit_and_it_is_not_read(bron: Path, tmp_path: Path, naam: str) -> None:
    ruw = bytearray((bron / "a.zip").read_bytes())
    ruw[
        ruw.rindex(naam.encode()) + len(naam) + 3 if naam.startswith("PK") else ruw.index(naam.encode()) + len(naam) + 9
    ] ^= 1
    (tmp_path / "a.zip").write_bytes(ruw)
    with pytest.raises(JournaalError) as fout:
        Archief(tmp_path / "a.zip")
    assert fout.value.code == "ZR-934"
    if not naam.startswith("PK"):
        assert naam in str(fout.value)


def test_of_another_key_it_is_not_read(bron: Path, tmp_path: Path) -> None:
    with pytest.raises(JournaalError) as fout:
        Archief(bron / "a.zip", sleutel=bytes(32))
    assert fout.value.code == "ZR-934"
    een, ander = voorbeeld(6, zaad=1), voorbeeld(6, zaad=1, naam="ander")
    from logmaker import pak

    (tmp_path / "a.zip").write_bytes(pak(een.leden(2025), 2025, een.log, len(een.vermeldingen), ander.eigen[0]))
    with pytest.raises(JournaalError) as fout:
        Archief(tmp_path / "a.zip")
    assert fout.value.code == "ZR-934"


def test_what_is_no_archive(tmp_path: Path, bron: Path) -> None:
    (tmp_path / "leeg").write_bytes(b"")
    (tmp_path / "tekst").write_text("dit is geen archief")
    (tmp_path / "zip.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    shutil.copy(bron / "j.db", tmp_path / "j.db")
    for naam in ("leeg", "tekst", "zip.zip", "j.db", "weg"):
        with pytest.raises(JournaalError) as fout:
            Archief(tmp_path / naam)
        assert fout.value.code == "ZR-933"


def test_a_member_that_is_no_record(tmp_path: Path) -> None:
    """Sealed by whoever may, and yet not a record: it is not passed over."""
    from uitgepakt import Uitgepakt

    log = voorbeeld(6, zaad=2)
    for regel in ({"nr": 2}, {"nr": 2, "blad": "x"}):
        u = Uitgepakt.van(log, 2025)
        u.regels[2] = regel
        (tmp_path / "a.zip").write_bytes(u.pak(log.eigen[-1]))
        with pytest.raises(JournaalError) as fout:
            list(Archief(tmp_path / "a.zip").rows(0, 99))
        assert fout.value.code == "ZR-934"


def test_a_member_that_is_no_part(tmp_path: Path) -> None:
    from uitgepakt import Uitgepakt

    log = voorbeeld(6, zaad=2)
    for regel in ({"ref": "zz"}, {"ref": "00" * 16}, {"inhoud": 3, "ref": "00" * 16}):
        u = Uitgepakt.van(log, 2025)
        u.stukken[0] = regel
        (tmp_path / "a.zip").write_bytes(u.pak(log.eigen[-1]))
        with pytest.raises(JournaalError) as fout:
            Archief(tmp_path / "a.zip").stukken([bytes(16)])
        assert fout.value.code == "ZR-934"


def test_the_world_is_revived_where_no_plugin_is(bron: Path) -> None:
    """Every decision of the archive, decided again in a process that finds no plugin, has the bytes that were recorded."""
    programma = """
import json, sys
from hashlib import sha256
from importlib import metadata
from pathlib import Path
metadata.entry_points = lambda **_: ()
from zorgregels._archief.lezen import Archief
from zorgregels._laden.wereld import revive_lading
archief = Archief(Path(sys.argv[1]))
for merk in {json.loads(r.blad)["lading"] for r in archief.rows(0, 10**9) if r.delen}:
    lading = revive_lading(archief.blok(bytes.fromhex(merk[7:])), archief.blok)
    print(sorted(s.naam for s in lading.sectoren))
print([m for m in sys.modules if m.startswith("zorgregels_")])
"""
    uit = subprocess.run(
        [sys.executable, "-c", programma, str(bron / "a.zip")], capture_output=True, text=True, check=True
    )
    assert uit.stdout.splitlines() == ["['huisarts']", "[]"]


def test_what_cannot_be_checked_is_not_called_sound(tmp_path: Path, bron: Path) -> None:
    from zorgregels._archief.nagaan import check_archive

    assert check_archive(bron / "a.zip") == []
    (tmp_path / "tekst").write_text("dit is geen archief")
    for naam in ("weg", "tekst"):
        with pytest.raises(JournaalError) as fout:
            check_archive(tmp_path / naam)
        assert fout.value.code == "ZR-933"
    ruw = bytearray((bron / "a.zip").read_bytes())
    ruw[ruw.rindex(b'{"aantallen"') + 3] ^= 1  # what was found before it became unreadable is not lost
    (tmp_path / "a.zip").write_bytes(ruw)
    assert "inhoud.json" in {b.wat for b in check_archive(tmp_path / "a.zip")}
