"""What happens when the worker crashes, hangs, lies or is not there: an error that says so, and then the engine goes on."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from time import monotonic, sleep

import pytest
from zorgregels._inferentie import durable as durable_module
from zorgregels._inferentie.compiled import Compiled
from zorgregels._inferentie.durable import Durable
from zorgregels._inferentie.durable_programma import Programma
from zorgregels._inferentie.durable_vertaling import translate
from zorgregels._inferentie.durable_werkproces import WERKER
from zorgregels._plan.plan import Plan
from zorgregels._taal.regelset import Eis
from zorgregels._taal.termen import Constante, En, Veld, Vergelijking
from zorgregels._waarden import Feiten, Soort
from zorgregels.errors import InferentieError

MaakDurable = Callable[..., Durable]


@pytest.fixture
def plan(maak_plan: Callable[..., Plan], maak_regel: Callable[..., object]) -> Plan:
    def vlag(naam: str) -> Vergelijking:
        return Vergelijking(Veld(naam, Soort.BOOLEAN, leegbaar=True), "==", Constante(True, Soort.BOOLEAN))

    als = En((vlag("a.x"), vlag("a.y")))
    return maak_plan(*(maak_regel(f"p.r{n}", Eis(vlag(f"a.z{n}")), als) for n in range(4)))


FEITEN: Feiten = {"a.x": True, "a.y": True, "a.z0": True, "a.z1": False, "a.z2": True}


def pid_of(durable: Durable) -> int:
    assert durable._werk is not None
    return durable._werk.pid


def ended(pid: int, *, wees: bool = False) -> bool:
    """Whether a process is gone, not even a zombie; an orphan is for init to clear away, which may never do so."""
    tot = monotonic() + 10
    while monotonic() < tot:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        stat = Path(f"/proc/{pid}/stat")
        if wees and stat.exists() and stat.read_text().rpartition(") ")[2].startswith("Z"):
            return True
        sleep(0.01)
    return False


def assert_goes_on(durable: Durable, plan: Plan) -> None:
    assert durable.settle(plan, FEITEN) == Compiled().settle(plan, FEITEN)


@pytest.mark.parametrize("sein", ["SIGSEGV", "SIGKILL", "SIGFPE"])
def test_a_crash_is_reported_with_its_signal(durable: Durable, plan: Plan, sein: str) -> None:
    assert_goes_on(durable, plan)
    pid = pid_of(durable)
    os.kill(pid, getattr(signal, sein))
    with pytest.raises(InferentieError, match=sein) as fout:
        durable.settle(plan, FEITEN)
    assert fout.value.code == "ZR-652"
    assert ended(pid)
    assert_goes_on(durable, plan)


def test_a_crash_in_the_middle_of_a_batch_fails_the_whole_batch(durable: Durable, plan: Plan) -> None:
    gevallen: list[Feiten] = [
        {f"a.{n}": bool(nr >> i & 1) for i, n in enumerate(("x", "y", "z0", "z1", "z2", "z3"))} for nr in range(64)
    ]
    assert durable.settle_many(plan, gevallen) == Compiled().settle_many(plan, gevallen)
    pid = pid_of(durable)
    os.kill(pid, signal.SIGSTOP)
    dood = threading.Timer(0.3, os.kill, (pid, signal.SIGKILL))
    dood.start()
    with pytest.raises(InferentieError) as fout:
        durable.settle_many(plan, gevallen)
    dood.join()
    assert fout.value.code == "ZR-652"
    assert durable.settle_many(plan, gevallen) == Compiled().settle_many(plan, gevallen)


def test_a_hang_ends_after_the_time_limit(maak_durable: MaakDurable, plan: Plan) -> None:
    durable = maak_durable(grens=0.5)
    assert_goes_on(durable, plan)
    pid = pid_of(durable)
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(InferentieError, match=r"binnen 0\.5 seconden") as fout:
        durable.settle(plan, FEITEN)
    assert fout.value.code == "ZR-653"
    assert ended(pid)
    assert_goes_on(durable, plan)


def test_an_interrupt_half_way_leaves_no_answer_for_the_next_question(
    durable: Durable, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_goes_on(durable, plan)

    def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as m:
        m.setattr(durable_module, "defect", interrupted)
        with pytest.raises(KeyboardInterrupt):
            durable.settle_many(plan, [{"a.x": False}, {"a.x": True, "a.y": True}])
    assert_goes_on(durable, plan)


# -- a worker that is not to be trusted --------------------------------------------------------------------------

LIEGT = """
    import importlib.util, sys
    spec = importlib.util.spec_from_file_location("werker", {werker!r})
    werker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(werker)
    eerlijk = werker.send
    def send(bericht):
        if "{bij}" in bericht:
            {leugen}
        eerlijk(bericht)
    werker.send = send
    sys.exit(werker.main(60))
"""
LEUGENS = {
    "a consequence too few": ("af", "bericht['af'] = bericht['af'][1:]", "ontbreken"),
    "a consequence too many": ("af", "bericht['af'] += [9_999]", "zonder grond"),
    "another consequence": ("af", "bericht['af'] = [n ^ 1 for n in bericht['af']]", "ontbreken|zonder grond"),
    "a rule that fired twice": ("af", "bericht['vuringen'] += 1", "moesten"),
    "an answer to another question": ("af", "bericht['bij'] -= 1", "andere vraag"),
    "text among the numbers": ("af", "bericht['af'] = ['1']", "te begrijpen"),
    "a truth value among the numbers": ("af", "bericht['af'] = [True]", "te begrijpen"),
    "no numbers": ("af", "del bericht['af']", "te begrijpen"),
    "no object": ("af", "bericht = [1]", "te begrijpen"),
    "an error": ("af", "bericht = {'fout': 'RulesException: 303'}", "303"),
    "no JSON": ("af", "werker.os.write(0, b'\\x00\\x00\\x00\\x02}{')", "geen JSON"),
    "no end": ("af", "werker.os.write(0, b'\\xff\\xff\\xff\\xff')", "te lang"),
    "a strange greeting": ("klaar", "bericht = {'klaar': False}", "groet"),
    "a strange answer to loading": ("bij", "bericht['x'] = 1", "laden"),
}


@pytest.mark.parametrize("naam", LEUGENS)
def test_an_answer_that_is_not_right_is_no_answer(
    maak_durable: MaakDurable, plan: Plan, tmp_path: Path, naam: str
) -> None:
    bij, leugen, reden = LEUGENS[naam]
    bron = tmp_path / "liegt.py"
    bron.write_text(dedent(LIEGT).format(werker=str(WERKER), bij=bij, leugen=leugen))
    with pytest.raises(InferentieError, match=reden) as fout:
        maak_durable(opdracht=[sys.executable, str(bron)]).settle(plan, FEITEN)
    assert fout.value.code == "ZR-654"


def test_a_lie_after_the_self_test_is_seen_too(maak_durable: MaakDurable, plan: Plan, tmp_path: Path) -> None:
    merk = tmp_path / "lieg"
    leugen = f"bericht['af'] = bericht['af'][:-1] if werker.os.path.exists({str(merk)!r}) else bericht['af']"
    bron = tmp_path / "liegt.py"
    bron.write_text(dedent(LIEGT).format(werker=str(WERKER), bij="af", leugen=leugen))
    durable = maak_durable(opdracht=[sys.executable, str(bron)])
    assert_goes_on(durable, plan)
    merk.touch()
    with pytest.raises(InferentieError, match="ontbreken"):
        durable.settle(plan, FEITEN)
    merk.unlink()
    assert_goes_on(durable, plan)


SLIKT = """
    import importlib.util, sys
    spec = importlib.util.spec_from_file_location("werker", {werker!r})
    werker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(werker)
    from durable.engine import Closure
    def stuk(self, fact):
        raise SystemExit("stuk")
    eerlijk = werker.Ruleset._action
    def stukke_actie(self, nr, hoofd):
        fire = eerlijk(self, nr, hoofd)
        def actie(c):
            fire(c)
            if nr >= 0:
                raise SystemExit("stuk")
        return actie
    {breuk}
    sys.exit(werker.main(60))
"""


@pytest.mark.parametrize("breuk", ["Closure.assert_fact = stuk", "werker.Ruleset._action = stukke_actie"])
def test_an_error_that_durable_rules_swallows_is_no_answer(
    maak_durable: MaakDurable, plan: Plan, tmp_path: Path, breuk: str
) -> None:
    bron = tmp_path / "slikt.py"
    bron.write_text(dedent(SLIKT).format(werker=str(WERKER), breuk=breuk))
    with pytest.raises(InferentieError, match="stuk") as fout:
        maak_durable(opdracht=[sys.executable, str(bron)]).settle(plan, FEITEN)
    assert fout.value.code == "ZR-654"


def test_a_translation_that_is_not_right_does_not_pass_the_self_test(
    durable: Durable, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(plan: Plan, nummers: Iterator[int]) -> Programma:
        goed = translate(plan, nummers)
        return replace(goed, regels=(replace(goed.regels[0], goed=goed.regels[1].goed), *goed.regels[1:]))

    with monkeypatch.context() as m:
        m.setattr(durable_module, "translate", wrong)
        with pytest.raises(InferentieError, match="zelftoets") as fout:
            durable.settle(plan, FEITEN)
    assert fout.value.code == "ZR-654"
    assert_goes_on(durable, plan)


@pytest.mark.parametrize(("bron", "code"), [("raise SystemExit(3)", "ZR-652"), ("import os; os.abort()", "ZR-652")])
def test_a_worker_that_does_not_even_start(bron: str, code: str) -> None:
    with pytest.raises(InferentieError) as fout:
        Durable(opdracht=[sys.executable, "-c", bron])
    assert fout.value.code == code


def test_without_durable_rules_the_engine_says_what_to_do() -> None:
    # Without site-packages there is no durable-rules, on any Python.
    with pytest.raises(InferentieError, match="ModuleNotFoundError") as fout:
        Durable(opdracht=[sys.executable, "-I", "-S", str(WERKER), "60"])
    assert fout.value.code == "ZR-651"
    assert "pip install 'zorgregels[durable]'" in str(fout.value)


# -- processes and threads ---------------------------------------------------------------------------------------


def test_the_worker_knows_nothing_of_zorgregels(durable: Durable) -> None:
    bron = WERKER.read_text(encoding="utf-8")
    assert "import zorgregels" not in bron
    assert "from ." not in bron


def test_close_ends_the_worker_and_a_later_question_starts_another(durable: Durable, plan: Plan) -> None:
    pid = pid_of(durable)
    durable.close()
    durable.close()
    assert ended(pid)
    assert_goes_on(durable, plan)
    assert pid_of(durable) != pid


@pytest.mark.usefixtures("_durable_rules")
def test_an_engine_that_nobody_holds_ends_its_worker() -> None:
    pid = pid_of(Durable())
    gc.collect()
    assert ended(pid)


@pytest.mark.usefixtures("_durable_rules")
def test_the_end_of_the_interpreter_ends_the_worker() -> None:
    bron = "from zorgregels._inferentie.durable import Durable; d = Durable(); print(d._werk.pid)"
    klaar = subprocess.run([sys.executable, "-W", "error", "-c", bron], capture_output=True, text=True, check=True)
    assert klaar.stderr == ""
    assert ended(int(klaar.stdout))


@pytest.mark.usefixtures("_durable_rules")
def test_a_killed_parent_takes_the_worker_along() -> None:
    bron = "from zorgregels._inferentie.durable import Durable; d = Durable(); print(d._werk.pid, flush=True)"
    bron += "; import os; os.kill(os.getpid(), 9)"
    dood = subprocess.run([sys.executable, "-c", bron], capture_output=True, text=True, check=False)
    assert ended(int(dood.stdout), wees=True)


def test_loading_more_than_a_worker_holds_starts_a_new_one(
    durable: Durable, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_goes_on(durable, plan)
    pid = pid_of(durable)
    monkeypatch.setattr(durable_module, "MAX_CLAUSULES", 20)
    durable._programmas.clear()
    assert_goes_on(durable, plan)
    assert pid_of(durable) != pid
    assert ended(pid)


def test_a_plan_that_does_not_fit_is_refused(durable: Durable, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable_module, "MAX_CLAUSULES", 5)
    with pytest.raises(InferentieError) as fout:
        durable.settle(plan, FEITEN)
    assert fout.value.code == "ZR-655"


def test_threads_share_one_engine(durable: Durable, plan: Plan) -> None:
    gevallen: list[Feiten] = [
        {f"a.{n}": bool(nr >> i & 1) for i, n in enumerate(("x", "y", "z0", "z1"))} for nr in range(16)
    ]
    verwacht = Compiled().settle_many(plan, gevallen)
    fouten: list[object] = []

    def work(begin: int) -> None:
        for i in range(40):
            nr = (begin * 5 + i) % 16
            uit = durable.settle(plan, gevallen[nr])
            if uit != verwacht[nr]:
                fouten.append((nr, uit))

    draden = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for draad in draden:
        draad.start()
    for draad in draden:
        draad.join()
    assert fouten == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_has_a_worker_of_its_own_and_leaves_its_parents_alone(durable: Durable, plan: Plan) -> None:
    assert_goes_on(durable, plan)
    pid = pid_of(durable)
    lees, schrijf = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of forks in a process with threads
        kind = os.fork()
    if kind == 0:
        goed = False
        try:
            assert_goes_on(durable, plan)
            goed = pid_of(durable) != pid
            durable.close()
        finally:
            os.write(schrijf, b"j" if goed else b"n")
            os._exit(0)
    os.waitpid(kind, 0)
    os.close(schrijf)
    assert os.read(lees, 1) == b"j"
    os.close(lees)
    assert pid_of(durable) == pid
    assert_goes_on(durable, plan)
    assert pid_of(durable) == pid


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_forked_while_a_thread_has_its_turn_does_not_wait_for_that_thread(durable: Durable, plan: Plan) -> None:
    with durable._beurt, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        kind = os.fork()
        if kind == 0:
            goed = False
            try:
                signal.alarm(20)
                assert_goes_on(durable, plan)
                durable.close()
                goed = True
            finally:
                os._exit(0 if goed else 1)
    assert os.waitpid(kind, 0)[1] == 0


@pytest.mark.usefixtures("_durable_rules")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_that_ends_like_any_program_leaves_the_worker_to_its_parent() -> None:
    bron = """
        import os, sys
        from zorgregels._inferentie.durable import Durable
        from zorgregels._inferentie.durable_werkproces import Werkproces
        durable, los = Durable(), Werkproces(10.0)
        kind = os.fork()
        if kind == 0:
            sys.exit()
        os.waitpid(kind, 0)
        for werk in (durable._werk, los):
            werk.load(1, [])
            print(werk._proces.poll())
    """
    klaar = subprocess.run(
        [sys.executable, "-W", "error", "-c", dedent(bron)], capture_output=True, text=True, check=False
    )
    assert klaar.stderr == ""
    assert klaar.stdout.split() == ["None", "None"]
