"""A replay that was interrupted goes on where it was, and its report is that of one that was not."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
import replayhulp
import replayproef
from zorgregels._journaal.sleutels import Sleutelbos
from zorgregels._replay import uitvoering
from zorgregels._replay.reeks import Doorloper
from zorgregels._replay.staat import Staat
from zorgregels.errors import JournaalError

HIER = Path(__file__).parent


@pytest.fixture
def waar(tmp_path, plugin):
    return replayhulp.fill(tmp_path / "j.db", replayproef.draw(1500), [plugin])


def _start(waar: Path, *meer: str) -> subprocess.Popen[str]:
    omgeving = {**os.environ, "ZORGREGELS_CACHE": ""}
    return subprocess.Popen(
        [sys.executable, str(HIER / "replayuitvoeren.py"), "256", "--journaal", str(waar), "-o", "uit.html", *meer],
        cwd=waar.parent, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=omgeving,
    )  # fmt: skip


def _wait_for(map_: Path, aantal: int, proces: subprocess.Popen[str]) -> None:
    for _ in range(3000):
        if len(list(map_.glob("reeks-*.json"))) >= aantal:
            return
        assert proces.poll() is None, proces.communicate()
        time.sleep(0.005)
    raise AssertionError("er komt niets af")


@pytest.mark.parametrize(
    ("hoe", "werkers"), [(signal.SIGKILL, "1"), (signal.SIGINT, "1"), (signal.SIGKILL, "2"), (signal.SIGINT, "2")]
)
def test_killed_or_interrupted_and_gone_on(waar, hoe, werkers, kleine_reeksen):
    hier = replayhulp.replay(waar)
    map_ = waar.parent / "uit.html.voortgang"
    proces = _start(waar, "--werkers", werkers)
    _wait_for(map_, 1, proces)
    if hoe == signal.SIGINT:  # as a terminal does: to all of its processes
        os.killpg(proces.pid, hoe)
    else:
        proces.send_signal(hoe)
    uit, fout = proces.communicate(timeout=30)
    assert not (waar.parent / "uit.html").exists(), "het was al klaar: deze test toetst niets"
    if hoe == signal.SIGINT:
        assert proces.returncode == 130
        assert "gaat daar verder" in fout
        assert "Traceback" not in fout
    assert list(map_.glob("reeks-*.json"))
    verder = _start(waar, "--werkers", werkers)
    uit, fout = verder.communicate(timeout=60)
    assert verder.returncode == 0, (uit, fout)
    rapport = json.loads((waar.parent / "uit.json").read_bytes())
    assert {k: w for k, w in rapport.items() if k != "handtekening"} == replayhulp.unsigned(hier)
    assert not map_.exists()


@pytest.mark.parametrize("na", [0, 0.02, 0.05, 0.1])
def test_interrupted_while_the_workers_are_still_starting(waar, na):
    proces = _start(waar, "--werkers", "2")
    for _ in range(3000):  # the two, and the one in which multiprocessing keeps its books
        if len(kinderen := _children(proces.pid)) == 3:
            break
        assert proces.poll() is None, proces.communicate()
        time.sleep(0.002)
    time.sleep(na)
    assert all(_holds_interrupts(kind) for kind in kinderen)
    os.killpg(proces.pid, signal.SIGINT)
    _, fout = proces.communicate(timeout=30)
    assert proces.returncode == 130
    assert "Traceback" not in fout


def _holds_interrupts(pid: int) -> bool:
    stand = dict(regel.split(":\t") for regel in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in regel)
    return bool((int(stand["SigBlk"], 16) | int(stand["SigIgn"], 16)) & 1 << signal.SIGINT - 1)


def test_workers_do_not_outlive_a_parent_that_is_killed(waar):
    proces = _start(waar, "--werkers", "2")
    _wait_for(waar.parent / "uit.html.voortgang", 1, proces)
    kinderen = _children(proces.pid)
    assert kinderen
    proces.kill()
    proces.communicate(timeout=30)
    for _ in range(200):
        if not any(Path(f"/proc/{k}").exists() for k in kinderen):
            return
        time.sleep(0.05)
    raise AssertionError("er draait nog een werkproces")


def _children(pid: int) -> list[int]:
    if not Path(f"/proc/{pid}/task/{pid}/children").exists():
        pytest.skip("alleen op Linux is te zien welke processen een proces heeft")
    return [int(k) for k in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_what_is_done_counts_for_the_same_question_only(waar, kleine_reeksen, monkeypatch):
    gedaan: list[int] = []
    echt = Doorloper.run

    def run(self, van, tot):
        gedaan.append(van)
        if len(gedaan) == 4:
            raise KeyboardInterrupt
        return echt(self, van, tot)

    monkeypatch.setattr(Doorloper, "run", run)
    alle = list(range(0, 1501, 256))
    with pytest.raises(KeyboardInterrupt):
        replayhulp.replay(waar)
    assert gedaan == alle[:4]
    gedaan.clear()
    monkeypatch.setattr(Doorloper, "run", lambda self, van, tot: (gedaan.append(van), echt(self, van, tot))[1])
    from zorgregels._replay.opdracht import Keuze

    ander = replayhulp.replay(waar, keuze=Keuze(sinds_dag=date(2999, 1, 1)), uit=waar.with_name("ander.html"))
    assert gedaan == alle
    gedaan.clear()
    assert replayhulp.replay(waar).gelijk
    assert gedaan == alle[3:]
    assert ander.aantallen["beslissingen"] == 0
    # Interrupted with another question under the same name: that work does not count.
    gedaan.clear()
    monkeypatch.setattr(Doorloper, "run", run)
    with pytest.raises(KeyboardInterrupt):
        replayhulp.replay(waar)
    gedaan.clear()
    monkeypatch.setattr(Doorloper, "run", lambda self, van, tot: (gedaan.append(van), echt(self, van, tot))[1])
    assert replayhulp.replay(waar, keuze=Keuze(jaar=2025)).gelijk
    assert gedaan == alle


def test_a_log_that_grew_is_gone_through_again(waar, plugin, kleine_reeksen, monkeypatch):
    echt = Doorloper.run

    def run(self, van, tot):
        if van:
            raise KeyboardInterrupt
        return echt(self, van, tot)

    monkeypatch.setattr(Doorloper, "run", run)
    with pytest.raises(KeyboardInterrupt):
        replayhulp.replay(waar)
    from zorgregels import Engine

    with Engine(plugins=[plugin], journaal=waar) as engine:
        engine.decide(replayproef.draw(1)[0])
    gedaan: list[int] = []
    monkeypatch.setattr(Doorloper, "run", lambda self, van, tot: (gedaan.append(van), echt(self, van, tot))[1])
    assert replayhulp.replay(waar).aantallen["beslissingen"] == 1501
    assert gedaan == list(range(0, 1502, 256))


def test_a_piece_that_was_damaged_is_done_again(tmp_path):
    staat = Staat(tmp_path / "v", "sha256:x")
    assert staat.prepare(opnieuw=False) == 0
    staat.keep(0, {"a": 1})
    staat.keep(256, {"a": 2})
    assert staat.recall(0) == {"a": 1}
    pad = tmp_path / "v" / "reeks-000000000000.json"
    for kapot in (pad.read_bytes().replace(b"1", b"3"), pad.read_bytes()[:-1], b"", b"\xff"):
        pad.write_bytes(kapot)
        assert staat.recall(0) is None
    assert staat.recall(256) == {"a": 2}
    assert Staat(tmp_path / "v", "sha256:x").prepare(opnieuw=False) == 2
    (tmp_path / "v" / "van-een-ander.txt").write_text("x")
    assert Staat(tmp_path / "v", "sha256:x").prepare(opnieuw=True) == 0
    assert Staat(tmp_path / "v", "sha256:y").prepare(opnieuw=False) == 0
    staat.remove()
    assert [p.name for p in (tmp_path / "v").iterdir()] == ["van-een-ander.txt"]


def test_nowhere_to_keep_it(tmp_path, waar):
    (tmp_path / "rapport.html.voortgang").write_text("een bestand")
    with pytest.raises(JournaalError) as fout:
        replayhulp.replay(waar)
    assert fout.value.code == "ZR-920"


def test_a_worker_that_dies(waar, kleine_reeksen, monkeypatch):
    """As one that runs out of memory: a clear word, and what was done is kept."""
    monkeypatch.setattr(uitvoering, "_do", _die)
    with pytest.raises(JournaalError) as fout:
        replayhulp.replay(waar, werkers=2)
    assert fout.value.code == "ZR-922"
    monkeypatch.undo()
    assert replayhulp.replay(waar).gelijk


def _die(van: int, tot: int) -> int:
    os._exit(9)


def test_a_report_that_cannot_be_written(tmp_path, waar, monkeypatch):
    (tmp_path / "rapport.json").mkdir()
    with pytest.raises(JournaalError) as fout:
        replayhulp.replay(waar)
    assert fout.value.code == "ZR-924"
    assert not list(tmp_path.glob(".rapport*"))
    assert (tmp_path / "rapport.html.voortgang").is_dir()


def _stop_after_two(waar: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Interrupt a replay after two stretches; return a list of what is decided from then on."""
    echt = Doorloper.run

    def run(self, van, tot):
        if van >= 512:
            raise KeyboardInterrupt
        return echt(self, van, tot)

    monkeypatch.setattr(Doorloper, "run", run)
    with pytest.raises(KeyboardInterrupt):
        replayhulp.replay(waar)
    gedaan: list[int] = []
    monkeypatch.setattr(Doorloper, "run", lambda self, van, tot: (gedaan.append(van), echt(self, van, tot))[1])
    return gedaan


@pytest.mark.parametrize(
    ("opdracht", "vondst"),
    [
        (
            "UPDATE vermelding SET blad = CAST(replace(blad, '2025-', '2024-') AS BLOB) WHERE nr = 7",
            "boomhoofd 1501: de wortel",
        ),
        ("UPDATE vermelding SET feiten = CAST('{}' AS BLOB) WHERE nr = 7", "vermelding 7: "),
        ("UPDATE vermelding SET zouten = zeroblob(length(zouten)) WHERE nr = 7", "vermelding 7: "),
        ("UPDATE vermelding SET gesloten = zeroblob(40) WHERE gesloten IS NOT NULL AND nr < 40", "vermelding "),
        ("UPDATE stuk SET inhoud = CAST(replace(inhoud, 'a', 'b') AS BLOB)", "vermelding 1: deel "),
        ("DELETE FROM vermelding WHERE nr = 7", "vermelding 7: de vermelding ontbreekt"),
        ("DELETE FROM persoonssleutel", "vermelding "),
        ("DELETE FROM blok WHERE soort = 'herkomst'", ""),
    ],
)
def test_what_was_altered_since_is_found(waar, kleine_reeksen, monkeypatch, opdracht, vondst):
    """What is kept was right when it was made: it does not vouch for what the log holds now."""
    gedaan = _stop_after_two(waar, monkeypatch)
    with closing(sqlite3.connect(waar)) as db, db:
        assert db.execute(opdracht).rowcount >= 1
    verder = replayhulp.replay(waar)
    assert verder.status == 1
    assert 0 in gedaan
    assert any(b.startswith(vondst) for b in verder.bevindingen) or not vondst
    assert replayhulp.unsigned(replayhulp.replay(waar)) == replayhulp.unsigned(verder)


def test_what_somebody_else_put_there_does_not_count(waar, kleine_reeksen, monkeypatch):
    """Without the keys one can write such files, and not sign them."""
    _stop_after_two(waar, monkeypatch)
    map_ = waar.with_name("rapport.html.voortgang")
    opdracht = json.loads((map_ / "opdracht.json").read_text("utf-8").partition("\n")[2])["opdracht"]
    reeks = json.loads((map_ / "reeks-000000000000.json").read_text("utf-8").partition("\n")[2])
    Staat(map_, opdracht).keep(0, {**reeks, "telling": {**reeks["telling"], "afloop": {"gelijk": 999_999}}})
    gedaan = [van for van in (0, 256) if Staat(map_, opdracht, Sleutelbos.load(Path(f"{waar}.sleutels"))).recall(van)]
    assert gedaan == [256]
    assert replayhulp.replay(waar).gelijk


def test_the_work_of_one_stretch_is_not_that_of_another(waar, kleine_reeksen, monkeypatch):
    _stop_after_two(waar, monkeypatch)
    map_ = waar.with_name("rapport.html.voortgang")
    (map_ / "reeks-000000000000.json").write_bytes((map_ / "reeks-000000000256.json").read_bytes())
    assert replayhulp.replay(waar).gelijk


def test_it_says_how_much_was_spared(waar, zr, kleine_reeksen, monkeypatch):
    echt = Doorloper.run
    monkeypatch.setattr(Doorloper, "run", lambda self, van, tot: echt(self, van, tot) if van < 512 else _interrupt())
    assert zr("--journaal", waar, "--werkers", "1").status == 130
    monkeypatch.setattr(Doorloper, "run", echt)
    uit = zr("--journaal", waar, "--werkers", "1")
    assert uit.status == 0
    assert "512 vermeldingen" in uit.stderr


def _interrupt():
    raise KeyboardInterrupt


def test_two_at_once_in_one_place(waar, zr, kleine_reeksen, monkeypatch):
    """They would remove each other's work; the second is told so and may wait."""
    echt = Doorloper.run
    anderen = []

    def run(self, van, tot):
        if van == 256:
            anderen.append(subprocess.run(
                [sys.executable, "-m", "zorgregels", "replay", "--journaal", str(waar)],
                check=False, capture_output=True, text=True,
            ))  # fmt: skip
        return echt(self, van, tot)

    monkeypatch.setattr(Doorloper, "run", run)
    assert zr("--journaal", waar, "--werkers", "1").status == 0
    (ander,) = anderen
    assert ander.returncode == 2
    assert "ZR-954" in ander.stderr
    assert "een andere replay" in ander.stderr
    assert sorted(p.name for p in Path.cwd().iterdir()) == ["replay.html", "replay.json"]
