"""One Engine, many threads and forked processes; nothing but the zaak decides."""

from __future__ import annotations

import datetime
import multiprocessing
import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from zorgregels import Engine

ZAKEN = [
    {
        "vraag": "declaratie",
        "peildatum": f"20{22 + n % 4}-0{1 + n % 9}-1{n % 10}",
        "feiten": {
            "declaratie": {"prestatiecode": code, "bedrag": f"{5 + n % 30}.{n % 100:02d}", "duur_minuten": 1 + n % 40}
        },
    }
    for n, code in enumerate(["12010", "12011", "12001", "12002", "12003"] * 60)
]


@pytest.fixture(scope="module")
def engine():
    return Engine(plugins={"huisarts", "msz"})


@pytest.fixture(scope="module")
def verwacht():
    """What an Engine of its own comes to, one zaak after another."""
    return digests(Engine(plugins={"huisarts", "msz"}), ZAKEN)


def digests(engine, zaken):
    return [engine.decide(z).digest for z in zaken]


def test_threads_share_one_engine(verwacht):
    vers = Engine(plugins={"huisarts", "msz"})
    with ThreadPoolExecutor(8) as draden:
        for uit in draden.map(lambda _: digests(vers, ZAKEN), range(8)):
            assert uit == verwacht


def _in_child(engine, pijp):
    pijp.send(digests(engine, ZAKEN))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_forked_processes_share_one_engine(engine, verwacht):
    digests(engine, ZAKEN[:10])
    context = multiprocessing.get_context("fork")
    for _ in range(2):
        hier, daar = context.Pipe()
        kind = context.Process(target=_in_child, args=(engine, daar))
        kind.start()
        assert hier.recv() == verwacht
        kind.join(30)


def test_no_clock_no_network_no_environment(engine, monkeypatch):
    """What happens outside the zaak has no part in a decision."""

    def nee(*_, **__):
        raise AssertionError("the world was consulted")

    class Klok(datetime.date):
        today = classmethod(nee)

    zaken = ZAKEN[:20]
    eerst = digests(engine, zaken)
    monkeypatch.setattr(socket, "socket", nee)
    monkeypatch.setattr(os, "urandom", nee)
    monkeypatch.setattr("time.time", nee)
    monkeypatch.setattr(datetime, "date", Klok)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setattr("builtins.open", nee)
    assert digests(engine, zaken) == eerst


def test_decisions_are_frozen(engine):
    beslissing = engine.decide(ZAKEN[1])
    for ding, naam in ((beslissing, "uitkomst"), (beslissing.motivering[0], "tekst"), (beslissing.kwitantie, "vraag")):
        with pytest.raises(AttributeError):
            setattr(ding, naam, None)
        assert not hasattr(ding, "__dict__")


def test_a_zaak_whole_or_in_parts_is_the_same(engine):
    zaak = ZAKEN[1]
    dag = datetime.date.fromisoformat(zaak["peildatum"])
    assert engine.decide(zaak) == engine.decide(vraag=zaak["vraag"], peildatum=dag, feiten=zaak["feiten"])


def test_import_loads_nothing_that_deciding_does_not_need():
    import subprocess

    niet = {"click", "importlib.metadata", "jsonschema", "pluggy", "yaml"}
    code = f"import sys; from zorgregels import Engine; print(sorted({niet} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
