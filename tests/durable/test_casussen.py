"""Every casus of every plugin gets the same Beslissing, to the digest, from both engines."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from zorgregels import Engine
from zorgregels._inferentie.durable import Durable
from zorgregels._lezen.yaml import read_yaml
from zorgregels.errors import InferentieError, ZorgregelsError

PLUGINS = Path(__file__).parents[2] / "plugins"
SECTOREN = [p for p in sorted(PLUGINS.glob("*/src/*")) if (p / "plugin.yaml").exists()]
DEEL = ("vraag", "peildatum", "feiten", "bekend_op", "concept")


def cases(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    gevonden = []
    for pad in sorted(folder.glob("regelsets/*/*.casussen.yaml")):
        data: Any = read_yaml(pad.read_bytes(), pad.name)
        gevonden += [(f"{pad.stem}:{c['id']}", {k: c[k] for k in DEEL if k in c}) for c in data["casussen"]]
    return gevonden


@pytest.fixture(scope="module")
def engines(_durable_rules: None) -> Iterator[tuple[Engine, Engine]]:
    with Engine(plugins=SECTOREN) as compiled, Engine(plugins=SECTOREN, engine="durable") as durable:
        yield compiled, durable


def decide(engine: Engine, zaak: dict[str, Any]) -> str:
    try:
        return engine.decide(zaak).digest
    except InferentieError:
        raise
    except ZorgregelsError as fout:
        return str(fout)


@pytest.mark.parametrize("folder", SECTOREN, ids=lambda p: p.name)
def test_every_casus(engines: tuple[Engine, Engine], folder: Path) -> None:
    compiled, durable = engines
    alle = cases(folder)
    anders = [naam for naam, zaak in alle if decide(durable, zaak) != decide(compiled, zaak)]
    assert alle
    assert anders == []


def test_every_casus_with_each_fact_left_out_in_turn(engines: tuple[Engine, Engine]) -> None:
    compiled, durable = engines
    anders = []
    for naam, zaak in [geval for folder in SECTOREN for geval in cases(folder)[::5]]:
        for soort, object_ in zaak["feiten"].items():
            for veld in object_ if isinstance(object_, dict) else ():
                rest = {**zaak, "feiten": {**zaak["feiten"], soort: {v: w for v, w in object_.items() if v != veld}}}
                if decide(durable, rest) != decide(compiled, rest):
                    anders.append((naam, soort, veld))
    assert anders == []


def test_threads_share_an_engine(engines: tuple[Engine, Engine]) -> None:
    compiled, durable = engines
    zaken = [zaak for _, zaak in cases(SECTOREN[0])[:8] + cases(SECTOREN[-1])[:8]]
    with ThreadPoolExecutor(4) as draden:
        assert list(draden.map(lambda z: decide(durable, z), zaken * 4)) == [decide(compiled, z) for z in zaken] * 4


def test_the_kwitantie_names_the_engine_and_nothing_else_differs(engines: tuple[Engine, Engine]) -> None:
    _, zaak = cases(SECTOREN[0])[0]
    een, ander = (e.decide(zaak).to_dict() for e in engines)
    kwitanties = [d.pop("kwitantie") for d in (een, ander) if "kwitantie" in d]
    assert een == ander
    assert {e.decide(zaak).kwitantie.herkomst.inferentie for e in engines} == {"compiled", "durable"}
    assert len(kwitanties) in {0, 2}


def test_after_a_crash_the_engine_goes_on(engines: tuple[Engine, Engine]) -> None:
    _, durable = engines
    _, zaak = cases(SECTOREN[0])[0]
    goed = decide(durable, zaak)
    inferentie = durable._besluiter.inferentie
    assert isinstance(inferentie, Durable)
    assert inferentie._werk is not None
    os.kill(inferentie._werk.pid, signal.SIGSEGV)
    with pytest.raises(InferentieError, match="SIGSEGV"):
        durable.decide(zaak)
    assert decide(durable, zaak) == goed
