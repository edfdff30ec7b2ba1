"""The content of the shipped plugins: complete, sourced, and covered by cases."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from zorgregels._laden.dekking import Dekking, measure
from zorgregels._lezen.yaml import read_yaml

WORTEL = Path(__file__).parents[2]
PLUGINS = sorted((WORTEL / "plugins").glob("*/src/*/"))
# The cases that the sources give; several zaken of one case have a letter behind the number.
CASUSSEN = (
    *("K-02", "K-03", "K-04", "K-07", "K-09", "K-10", "K-11", "K-14", "K-15", "K-17", "K-18", "K-19", "K-22", "K-23"),
    *("K-25", "K-26", "K-28", "K-30", "K-31", "K-33", "K-35", "K-37", "K-38", "K-40", "K-41", "K-42", "K-43", "K-45"),
    *("K-47", "K-49", "K-50"),
)
# Every norm that was read in the source documents and in the law; a register may add to them, with a letter behind the number.
NORMEN = json.loads((Path(__file__).parent / "normen.json").read_text("utf-8"))


def documents(map_: str, eind: str = ".yaml"):
    for plugin in PLUGINS:
        for pad in sorted((plugin / map_).rglob(f"*{eind}")):
            yield pad, read_yaml(pad.read_bytes(), pad.name)


@pytest.fixture(scope="module")
def dekking() -> Dekking:
    return measure(PLUGINS, WORTEL)


def test_every_case_of_the_sources_is_there():
    ids = {c["id"] for _, d in documents("regelsets", ".casussen.yaml") for c in d["casussen"]}
    assert [k for k in CASUSSEN if not any(re.fullmatch(k + "[a-z]?", i) for i in ids)] == []


def test_every_norm_of_the_sources_is_registered(dekking):
    er = {n.norm.id for n in dekking.normen}
    assert [n for n in NORMEN if n not in er] == []


def test_nothing_is_left_uncarried(dekking):
    assert [str(m) for m in dekking.gaten] == []
    assert [n.norm.id for n in dekking.normen if n.norm.staat.value == "nog_niet_gemodelleerd"] == []


def test_every_rule_is_reached_by_a_case(dekking):
    assert [r for r, getoond in dekking.regels.items() if not getoond] == []


def test_every_norm_is_shown_allowing_refusing_and_asking(dekking):
    assert {n.norm.id: n.ontbreekt for n in dekking.normen if n.ontbreekt} == {}


def test_amounts_have_a_source_of_their_own():
    """A catalogue's general source is not enough for an amount: its periode or its prestatie says where it was read."""
    zonder = []
    for pad, d in documents("catalogi"):
        for p in d.get("prestaties", ()):
            for periode in p["perioden"]:
                waarden = {**p.get("waarden", {}), **periode.get("waarden", {})}
                bedragen = [
                    k for k, w in waarden.items() if "tarief" in k and re.fullmatch(r"[0-9]+\.[0-9]{2}", str(w))
                ]
                if bedragen and not (periode.get("bron") or p.get("bron")):
                    zonder.append((pad.name, p["code"], periode["van"]))
    assert zonder == []


def test_every_rule_and_every_periode_cites(dekking):
    """The schemas ask for a bron everywhere; here it is not a placeholder."""
    for _, d in (*documents("regelsets"), *documents("catalogi")):
        for bron in _sources(d):
            assert len(bron["document"]) > 3
            assert not re.search(r"\b(todo|tbd|onbekend|xxx|noem datum)\b", json.dumps(bron), re.IGNORECASE), bron


def _sources(data):
    if isinstance(data, dict):
        for k, w in data.items():
            if k == "bron" and isinstance(w, dict):
                yield w
            yield from _sources(w)
    elif isinstance(data, list):
        for w in data:
            yield from _sources(w)
