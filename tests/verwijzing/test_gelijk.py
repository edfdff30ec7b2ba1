"""Generated sectors: the compiled engine, the reference evaluator and, where it is there, durable-rules say the same."""

from __future__ import annotations

import importlib.util
import json
import tempfile
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from instellingen import FUZZ, examples
from keus import Keus, keuzes, seeded
from maker import make_sector, make_zaken
from vergelijking import compare, loaded
from zorgregels import Engine
from zorgregels._besluit.beslissing import Beslissing
from zorgregels._canon import canonical, digest
from zorgregels._schemas import make_validator
from zorgregels.errors import BeslissingError, ZorgregelsError

DURABLE = bool(importlib.util.find_spec("durable")) and bool(importlib.util.find_spec("zorgregels._inferentie.durable"))


def check_digest(b: Beslissing) -> None:
    """The digest is that of the content, in the canonical JSON of an independent implementation."""
    inhoud = b.content()
    assert canonical(inhoud).encode() == rfc8785.dumps(inhoud)
    assert digest(canonical(inhoud)) == b.digest == b.kwitantie.beslissing
    assert json.loads(json.dumps(b.to_dict())) == b.to_dict()
    # The receipt, which names the folder of a plugin that is not installed, has a test of its own.
    geheel = {**inhoud, "digest": b.digest}
    fouten = [f"{e.json_path}: {e.message}" for e in make_validator("beslissing").iter_errors(geheel)]
    assert fouten == []


@examples(120)
@given(k=keuzes())
def test_engine_says_what_the_reference_says(k: Keus, cache: Path) -> None:
    s = make_sector(k)
    with loaded(s, cache) as (engine, v):
        for zaak in make_zaken(k, s, 6):
            b = compare(engine, v, zaak)
            if b is not None:
                check_digest(b)


@pytest.mark.parametrize("blok", range(4))
def test_engine_says_what_the_reference_says_of_seeded_sectors(blok: int, cache: Path) -> None:
    """The same without shrinking, which tries more in less time; the seed is in the message."""
    for zaad in range(int(blok * 75 * FUZZ), int((blok + 1) * 75 * FUZZ)):
        k = seeded(zaad)
        s = make_sector(k)
        with loaded(s, cache) as (engine, v):
            for nr, zaak in enumerate(make_zaken(k, s, 8)):
                try:
                    b = compare(engine, v, zaak)
                    if b is not None:
                        check_digest(b)
                except Exception as fout:
                    fout.add_note(f"zaad {zaad}, zaak {nr}: {json.dumps(zaak)}")
                    raise


def test_generated_sectors_reach_every_outcome(cache: Path) -> None:
    """A generator that only makes zaken without an answer would let everything pass."""
    gezien: dict[str, int] = {}
    for zaad in range(40):
        k = seeded(zaad)
        s = make_sector(k)
        with loaded(s, cache) as (engine, _):
            for zaak in make_zaken(k, s, 8):
                try:
                    wat = engine.decide(zaak).uitkomst.value
                except ZorgregelsError as fout:
                    wat = fout.code
                gezien[wat] = gezien.get(wat, 0) + 1
    assert all(gezien.get(w, 0) > 5 for w in ("ja", "nee", "onbekend", "ZR-602", "ZR-604")), gezien


@pytest.mark.skipif(not DURABLE, reason="durable-rules is not there: it needs a C compiler and Python < 3.13")
@examples(12)
@given(k=keuzes())
def test_durable_rules_comes_to_the_same_digest(k: Keus, cache: Path) -> None:
    s = make_sector(k)
    with tempfile.TemporaryDirectory() as map_:
        pad = s.write(Path(map_))
        compiled = Engine(plugins=[pad], cache=cache)
        with Engine(plugins=[pad], cache=cache, engine="durable") as durable:
            for zaak in make_zaken(k, s, 4):
                assert _digest(durable, zaak) == _digest(compiled, zaak)


def _digest(engine: Engine, zaak: dict[str, object]) -> str:
    try:
        return engine.decide(zaak).digest
    except BeslissingError as fout:
        return str(fout)
