"""When something fails there is a clear error and no answer; what was answered is in the Journaal, whole, and the next start just works."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from belasting import BASIS, Kind, Plek, decide_group, write_load
from controle import check
from zorgregels import Engine
from zorgregels._journaal.journaal import Journaal
from zorgregels.errors import JournaalError

MOMENTEN = 200 if os.environ.get("ZORGREGELS_UITVAL") else 15
PER_JOURNAAL = 20
pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills processes with signals")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What remembers the plugin, filled."""
    map_ = tmp_path_factory.mktemp("geheugen")
    Engine(plugins=[BASIS], cache=map_).close()
    return map_


@pytest.fixture
def plek(tmp_path: Path, cache: Path) -> Plek:
    plek = Plek(str(tmp_path / "map" / "journaal.sqlite"), tmp_path / "sleutels", cache)
    (tmp_path / "map").mkdir()
    plek.create()
    return plek


def refused(code: str, doe, *args, **kwargs) -> str:
    with pytest.raises(JournaalError) as fout:
        doe(*args, **kwargs)
    assert fout.value.code == code, fout.value
    assert fout.value.__context__ is None or fout.value.__suppress_context__  # no trail of the library's own errors
    return str(fout.value)


def as_dict(regels: list[str]) -> dict[int, str]:
    return {int(nr): digest for nr, digest in map(str.split, regels)}


def decide(plek: Plek, aantal: int = 1, zaad: int = 1) -> dict[int, str]:
    with plek.engine() as (engine, _):
        return as_dict(decide_group(engine, random.Random(zaad), aantal))


def content(plek: Plek) -> dict[int, str]:
    with plek.open() as journaal:
        return check(journaal)


# -- killed --------------------------------------------------------------------------------------------------------


def test_killed_at_any_moment(waar, tmp_path, cache, request):
    """SIGKILL while it opens, decides, writes or commits; after each: everything that was answered is there, and nothing by half."""
    toeval = random.Random(20261122)
    plek, verwacht = None, {}
    antwoorden = halverwege = 0
    for nr in range(MOMENTEN):
        if nr % PER_JOURNAAL == 0:
            plek = Plek(_another(waar, nr, request), tmp_path / f"sleutels{nr}", cache)
            plek.create()
            verwacht = {}
        kind = Kind(write_load(plek, nr, 1000))
        groepen = toeval.choice((0, 0, 1, 2, 3, 5, 10))
        if groepen:
            kind.read_until(lambda k=kind, g=groepen: len(k.bevestigd) >= g * 20)
        elif toeval.randrange(3):
            kind.read_until(lambda k=kind: k.regels[:1] == ["open"])
        time.sleep(toeval.uniform(0, 0.03))
        assert kind.kill() == -9
        verwacht |= kind.bevestigd
        antwoorden += len(kind.bevestigd)
        nu = content(plek)
        assert verwacht.items() <= nu.items()
        halverwege += len(nu) > len(verwacht)  # recorded, and killed before it could say so
        verwacht = nu
        verder = decide(plek, 3, nr)
        assert set(verder) == set(range(max(nu, default=0) + 1, max(nu, default=0) + 4))
        verwacht |= verder
        assert content(plek) == verwacht
    print(
        f"\n{MOMENTEN} x SIGKILL: {antwoorden} answered, all there; {halverwege} times a group was recorded and not yet answered"
    )
    assert antwoorden > MOMENTEN


def _another(waar: str, nr: int, request: pytest.FixtureRequest) -> str:
    if waar.startswith("postgresql:"):
        return request.getfixturevalue("pg_server").new_database()
    return f"{waar}.{nr}"


def test_killed_while_it_is_made(waar, tmp_path, cache, request):
    """A Journaal is there and works, or is not there and can be made, or says plainly what to do."""
    toeval = random.Random(7)
    gemaakt = 0
    for nr in range(MOMENTEN):
        plek = Plek(_another(waar, nr, request), tmp_path / f"sleutels{nr}", cache)
        kind = Kind(lambda zend, p=plek: (zend("begin"), p.create(), zend("klaar")))
        kind.read()
        time.sleep(toeval.uniform(0, 0.15))
        kind.kill()
        try:
            plek.open().close()
        except JournaalError as fout:
            assert "klaar" not in kind.regels
            assert fout.code in {"ZR-900", "ZR-904", "ZR-910", "ZR-912"}  # noqa: PT017 - it may open as well
            assert fout.meldingen[0].hulp  # noqa: PT017
            if plek.sleutels.exists() and not (plek.sleutels / "openbaar.json").exists():
                shutil.rmtree(plek.sleutels)  # as ZR-912 says
            if fout.code != "ZR-904":
                plek.create()
                decide(plek)
                assert len(content(plek)) == 1
        else:
            gemaakt += 1
            assert content(plek) == {}
            decide(plek)
    print(f"\n{MOMENTEN} x SIGKILL while it was made: {gemaakt} times it was made")


# -- no room, no right, not now ------------------------------------------------------------------------------------


@pytest.fixture
def klein(tmp_path: Path) -> Iterator[Path]:
    """A real file system of one megabyte and a half."""
    if os.geteuid() != 0:
        pytest.skip("a file system of its own can only be mounted as root")
    map_ = tmp_path / "klein"
    map_.mkdir()
    klaar = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1536k", "tmpfs", map_], check=False, capture_output=True
    )
    if klaar.returncode:
        pytest.skip(f"no file system can be mounted here: {klaar.stderr.decode().strip()}")
    yield map_
    subprocess.run(["umount", "-l", map_], check=True)


@pytest.mark.parametrize("groep", [1, 40])
def test_full_disk(klein, tmp_path, cache, groep):
    plek = Plek(str(klein / "journaal.sqlite"), tmp_path / "sleutels", cache)
    plek.create()
    (klein / "ballast").write_bytes(b"x" * 600_000)
    toeval = random.Random(3)
    gegeven: dict[int, str] = {}

    def fill(engine: Engine) -> str:
        def more() -> None:
            for _ in range(100_000):
                gegeven.update(as_dict(decide_group(engine, toeval, groep)))

        return refused("ZR-903", more)

    with plek.engine() as (engine, journaal):
        assert "vol" in fill(engine)
        assert check(journaal) == gegeven
        assert len(gegeven) > 10
        refused("ZR-903", decide_group, engine, toeval, groep)  # still full
        assert check(journaal) == gegeven
        (klein / "ballast").unlink()
        vorige = len(gegeven)
        assert "vol" in fill(engine)  # the same Engine goes on, and meets the end once more
        assert len(gegeven) > vorige
        assert check(journaal) == gegeven
    with Journaal.open(plek.waar, sleutels=plek.sleutels, schrijven=False) as lezer:
        assert check(lezer) == gegeven


def test_full_disk_from_the_start(klein, tmp_path, cache):
    (klein / "ballast").write_bytes(b"x" * (1536 * 1024 - 4096))
    plek = Plek(str(klein / "journaal.sqlite"), tmp_path / "sleutels", cache)
    assert "vol" in refused("ZR-903", plek.create)
    (klein / "ballast").unlink()
    plek.create()
    assert set(decide(plek)) == {1}


def as_other(doe, *mappen: Path) -> None:
    """Run something as a user for whom permissions count: root has them all."""

    def run(_) -> None:
        if os.geteuid() == 0:
            for map_ in mappen:
                for pad in (map_, *map_.rglob("*")):
                    os.chown(pad, 65534, 65534)
            os.setgid(65534)
            os.setuid(65534)
        doe()

    assert Kind(run).wait() == 0


@pytest.fixture
def open_plek(cache: Path) -> Iterator[Plek]:
    """A Journaal with three decisions, in a folder that other users can come to."""
    import tempfile

    basis = Path(tempfile.mkdtemp(prefix="zr-uitval-"))
    basis.chmod(0o755)
    (basis / "map").mkdir()
    plek = Plek(str(basis / "map" / "journaal.sqlite"), basis / "sleutels", basis / "geheugen")
    shutil.copytree(cache, plek.cache)
    plek.create()
    decide(plek, 3)
    yield plek
    (basis / "map").chmod(0o755)
    shutil.rmtree(basis)


@pytest.mark.parametrize("wat", ["bestand", "map", "beide"])
def test_read_only(open_plek, wat):
    plek = open_plek
    bestand, map_ = Path(plek.waar), Path(plek.waar).parent
    vroeger, stond = bestand.read_bytes(), content(plek)

    def proef() -> None:
        if wat in ("bestand", "beide"):
            bestand.chmod(0o444)
        if wat in ("map", "beide"):
            map_.chmod(0o555)
        assert "beschreven" in refused("ZR-903", decide, plek)
        with Journaal.open(plek.waar, sleutels=plek.sleutels, schrijven=False) as lezer:
            assert check(lezer) == stond  # reading needs no right to write
        map_.chmod(0o755)
        bestand.chmod(0o644)
        assert set(decide(plek, zaad=5)) == {4}

    as_other(proef, map_, plek.sleutels, plek.cache)
    assert stond.items() <= content(plek).items()
    assert len(vroeger) > 0


def test_not_ours_to_read(open_plek):
    bestand = Path(open_plek.waar)

    def proef() -> None:
        bestand.chmod(0)
        refused("ZR-903", decide, open_plek)
        refused("ZR-903", Journaal.open, open_plek.waar, sleutels=open_plek.sleutels, schrijven=False)

    as_other(proef, bestand.parent, open_plek.sleutels, open_plek.cache)
    bestand.chmod(0o644)
    assert len(content(open_plek)) == 3


def test_held_by_another_process(plek, monkeypatch):
    """Somebody writes and does not end: the wait is bounded, there is no answer, and after it all goes on."""
    monkeypatch.setattr("zorgregels._journaal.sqlite.WACHT", 0.3)
    stond = decide(plek, 3)

    def hold(zend) -> None:
        db = sqlite3.connect(plek.waar, isolation_level=None)
        db.execute("BEGIN IMMEDIATE")
        zend("vast")
        time.sleep(600)

    kind = Kind(hold)
    kind.read_until(lambda: kind.regels == ["vast"])
    with plek.engine() as (engine, journaal):
        assert "een ander programma" in refused("ZR-903", decide_group, engine, random.Random(1), 2)
        assert check(journaal) == stond  # reading does not wait for writing
        kind.kill()
        assert [r.split()[0] for r in decide_group(engine, random.Random(1), 1)] == ["4"]
    assert len(content(plek)) == 4


def test_taken_away_while_open(plek):
    """The file is moved aside: what is answered is in the file that was opened, wherever it went."""
    weg = Path(plek.waar).with_name("weg.sqlite")
    with plek.engine() as (engine, journaal):
        stond = decide_group(engine, random.Random(1), 3)
        for einde in ("", "-wal", "-shm"):
            pad = Path(plek.waar + einde)
            if pad.exists():
                pad.rename(str(weg) + einde)
        try:
            stond += decide_group(engine, random.Random(2), 1)
        except JournaalError:
            pass
        else:
            assert len(check(journaal)) == 4
    refused("ZR-900", plek.open)
    with Journaal.open(str(weg), sleutels=plek.sleutels) as journaal:
        assert check(journaal) == as_dict(stond)


# -- not what it should be -----------------------------------------------------------------------------------------


def _other_database(pad: Path) -> None:
    db = sqlite3.connect(pad)
    db.execute("CREATE TABLE vermelding (nr)")
    db.commit()
    db.close()


@pytest.mark.parametrize(
    "maak",
    [
        lambda p: p.write_bytes(b""),
        lambda p: p.write_bytes(b"x" * 100),
        lambda p: p.write_bytes(os.urandom(100_000)),
        lambda p: p.write_bytes(b"SQLite format 3\0" + b"\0" * 5000),
        _other_database,
    ],
    ids=["leeg", "tekst", "willekeur", "alleen een kop", "een andere database"],
)
def test_no_journaal(plek, maak):
    pad = Path(plek.waar)
    pad.unlink()
    maak(pad)
    vroeger = pad.read_bytes()
    for schrijven in (True, False):
        assert "geen Journaal" in refused("ZR-902", Journaal.open, pad, sleutels=plek.sleutels, schrijven=schrijven)
    refused("ZR-901", plek.create)
    assert pad.read_bytes() == vroeger


def test_a_folder_or_nothing(plek, tmp_path):
    for pad in (tmp_path, tmp_path / "weg" / "j.sqlite"):
        refused("ZR-900", Journaal.open, pad, sleutels=plek.sleutels)
    refused("ZR-900", Journaal.create, tmp_path / "weg" / "j.sqlite", sleutels=plek.sleutels)


def test_cut_off(plek):
    """Cut anywhere: it is never taken for a whole Journaal, and what is not noticed at once is noticed when it is read."""
    pad = Path(plek.waar)
    decide(plek, 300)
    stond = content(plek)
    heel = pad.read_bytes()
    assert not pad.with_name(pad.name + "-wal").exists()  # closed: all of it is in the file
    (gezien,) = plek.sleutels.glob("gezien-*.json")
    vroeger = gezien.read_bytes()
    toeval = random.Random(4)
    meteen = 0
    lengtes = {0, 1, 99, 100, 4095, 4096, *range(len(heel) - 4097, len(heel), 400), len(heel) - 1}
    for lengte in {*lengtes, *toeval.sample(range(len(heel)), 60)}:
        pad.write_bytes(heel[:lengte])
        gezien.write_bytes(vroeger)
        try:
            decide(plek)
        except JournaalError as fout:
            meteen += 1
            assert fout.code in {"ZR-902", "ZR-903", "ZR-904"}  # noqa: PT017 - of the last page it may not be noticed yet
        else:
            with pytest.raises(JournaalError):
                content(plek)
    assert meteen > 60
    pad.write_bytes(heel)
    gezien.write_bytes(vroeger)
    assert content(plek) == stond


def test_write_ahead_log_cut_off(plek):
    """Killed, and then the newest of the file is lost as well: that less is there than was seen is said, whatever was cut."""
    pad = Path(plek.waar)
    decide(plek, 40)
    kind = Kind(write_load(plek, 9, 1000))
    kind.read_until(lambda: len(kind.bevestigd) > 400)
    kind.kill()
    wal = pad.with_name(pad.name + "-wal")
    heel, ruw = pad.read_bytes(), wal.read_bytes()
    assert len(ruw) > 20_000
    toeval = random.Random(5)
    gemist = 0
    for lengte in (0, 31, 32, *sorted(toeval.sample(range(len(ruw)), 30)), len(ruw)):
        pad.write_bytes(heel)
        wal.write_bytes(ruw[:lengte])
        pad.with_name(pad.name + "-shm").unlink(missing_ok=True)
        gezien = [p.read_bytes() for p in plek.sleutels.glob("gezien-*.json")]
        try:
            nu = content(plek)
        except JournaalError as fout:
            gemist += 1
            assert fout.code == "ZR-904"  # noqa: PT017 - when nothing is missed it opens
            assert [p.read_bytes() for p in plek.sleutels.glob("gezien-*.json")] == gezien
        else:
            assert kind.bevestigd.items() <= nu.items()
    assert gemist > 10
    assert len(nu) >= 40 + len(kind.bevestigd)


def test_every_commit_waits_for_the_disk(plek):
    """What cannot be seen by killing a process: that a commit is on the disk. SQLite: 2 is FULL."""
    with plek.open() as journaal:
        with journaal.opslag.writing():
            pass
        assert journaal.opslag._now.execute("PRAGMA synchronous").fetchone() == (2,)
        assert journaal.opslag._now.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_many_that_write(waar, tmp_path, cache):
    """Four processes decide at once: one log without a gap, in which each finds what it was answered."""
    plek = Plek(waar, tmp_path / "sleutels", cache)
    plek.create()
    kinderen = [Kind(write_load(plek, zaad, 25)) for zaad in range(4)]
    assert [kind.wait() for kind in kinderen] == [0] * 4
    bevestigd = [kind.bevestigd for kind in kinderen]
    alle = dict(itertools.chain.from_iterable(b.items() for b in bevestigd))
    assert len(alle) == sum(map(len, bevestigd))
    assert content(plek) == alle
    assert sorted(alle) == list(range(1, len(alle) + 1))


def test_opened_while_others_write(waar, tmp_path, cache):
    """What another adds between two glances is not taken for tampering."""
    plek = Plek(waar, tmp_path / "sleutels", cache)
    plek.create()
    kinderen = [Kind(write_load(plek, zaad, 100_000)) for zaad in range(2)]
    for kind in kinderen:
        kind.read_until(lambda k=kind: len(k.bevestigd) > 0)
    try:
        for _ in range(60):
            with plek.open() as journaal:
                journaal.hoofd()
    finally:
        for kind in kinderen:
            kind.kill()
    assert set(content(plek)) >= {nr for kind in kinderen for nr in kind.bevestigd}
