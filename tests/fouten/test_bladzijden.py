"""Every code has a page, every page shows what the program says today, and every code is provoked by a test."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from zorgregels import _canon

BRON = Path(_canon.__file__).parent
DOCS = Path(__file__).parents[2] / "docs" / "fouten"
BLADZIJDEN = sorted(DOCS.glob("ZR-*.md"))
_BLOK = re.compile(r"^```(\w+)\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
# Raised by the command line, by casussen, by norm registers or by durable-rules, and provoked by the tests of those.
ELDERS = {
    "114",
    "115",
    "404",
    "406",
    "407",
    "408",
    "409",
    "410",
    "607",
    "650",
    "651",
    "652",
    "653",
    "654",
    "655",
    "701",
    "702",
    "703",
}
ELDERS |= {f"32{n}" for n in range(10)}  # tables: tests/catalogus
ELDERS |= {"314", "315", "316", "317", "800", "801", "802", "803", "804", "805", "999"}
MAPPEN = {
    "journaal": {f"{n}" for n in range(900, 919)} - {"907", "908"} | {"960"},
    "cli": {"907", "908", "919", "945", "946", "947", "950", "951", "953", "955"},
    "replay": {f"{n}" for n in range(920, 926)} | {"952", "954"},
    "archief": {*(f"{n}" for n in range(930, 935)), "948"},
    "dossier": {f"{n}" for n in range(940, 945)},
}
"""The folder with the tests that provoke it."""
ELDERS |= {code for codes in MAPPEN.values() for code in codes}


def _codes() -> set[str]:
    """The codes that the program can give; a code in a docstring alone is none."""
    tekst = "".join(p.read_text("utf-8") for p in BRON.rglob("*.py"))
    return set(re.findall(r"""["']ZR-([0-9]{3})["' ]""", tekst))


def test_every_code_has_a_page_and_every_page_a_code():
    assert {p.stem.removeprefix("ZR-") for p in BLADZIJDEN} == _codes()


def test_the_index_lists_every_page_once():
    genoemd = re.findall(r"\]\((ZR-[0-9]{3})\.md\)", (DOCS / "index.md").read_text("utf-8"))
    assert sorted(genoemd) == [p.stem for p in BLADZIJDEN]


def test_every_code_is_provoked(corpus):
    in_corpus = {v["code"].removeprefix("ZR-") for g in corpus.values() for v in g["verwacht"]}
    assert _codes() - in_corpus - ELDERS == set()


@pytest.mark.parametrize(("map_", "code"), [(m, c) for m, codes in MAPPEN.items() for c in sorted(codes)])
def test_what_is_said_to_be_tested_elsewhere_is_named_there(map_, code):
    tekst = "".join(p.read_text("utf-8") for p in (Path(__file__).parents[1] / map_).glob("test_*.py"))
    assert f'"ZR-{code}"' in tekst


def test_what_is_said_to_be_tested_elsewhere_is_not_tested_here(corpus):
    in_corpus = {v["code"].removeprefix("ZR-") for g in corpus.values() for v in g["verwacht"]}
    assert in_corpus & ELDERS == set()


@pytest.mark.parametrize("pad", BLADZIJDEN, ids=lambda p: p.stem)
def test_a_page_shows_what_the_program_says(pad, corpus, speel, tmp_path):
    tekst = pad.read_text("utf-8")
    assert tekst.startswith(f"# {pad.stem}: ")
    assert "## What to do\n" in tekst
    genoemd = re.search(r"<!-- geval: (\S+) -->", tekst)
    if genoemd is None:
        zegt = re.search(r"It says: \*(.+)\* …", tekst)
        assert zegt is not None
        assert zegt[1] in "".join(p.read_text("utf-8") for p in BRON.rglob("*.py"))
        return
    geval = corpus[genoemd[1]]
    gespeeld = speel(geval)
    blokken = _BLOK.findall(tekst)
    gezegd = [str(m).replace(f"{tmp_path}/", "") for m in gespeeld.meldingen if m.code == pad.stem]
    assert blokken[-1] == ("text", "\n".join(gezegd))
    voorbeelden = [voorbeeld for _, voorbeeld in blokken[:-1]]
    if "zaak" in geval:
        assert json.loads(voorbeelden.pop()) == geval["zaak"]
    bestanden = ["".join(b.decode("utf-8", "replace").split()) for b in gespeeld.bestanden.values()]
    for voorbeeld in voorbeelden:
        assert any("".join(voorbeeld.split()) in bestand for bestand in bestanden)
