"""Nothing that an author writes becomes code: whatever the texts, the generated Python holds only names that the generator made up."""

from __future__ import annotations

import builtins
import io
import json
import re
import tokenize
from keyword import iskeyword
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from zorgregels import Engine
from zorgregels._inferentie import code as generator
from zorgregels.errors import ZorgregelsError

BASIS = Path(__file__).parents[1] / "fouten" / "basis"
NAMEN = set(generator._NAMEN)
VAST = NAMEN | {"settle", "toets", "datum", "waarde", "f", "get", "S", "put", "append", "E", "sort", "i", "x"}
VERZONNEN = re.compile(r"[a-zA-Z][0-9]+")
TEKENS = set("()[]{}.,:;=<>!+-") | {"==", "<=", ">=", "!="}

_kwaad = st.one_of(
    st.sampled_from(
        [
            "'); __import__('os').system('x') #",
            '"""',
            "\\",
            "\\x41",
            "{0.__class__}",
            "%s%n",
            "K1",
            "True",
            "\n    raise SystemExit",
            "lambda: 0",
            "ﬁ",
            "x\u2028y",
            "U",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="{}"), min_size=1, max_size=30),
)


@pytest.fixture
def bronnen(monkeypatch):
    """Every source that the generator hands to ``compile``."""
    gezien: list[str] = []

    def _compile(bron, bestand, soort):
        gezien.append(bron)
        return builtins.compile(bron, bestand, soort)

    monkeypatch.setattr(generator, "compile", _compile, raising=False)
    return gezien


def _assert_made_up(bron: str) -> None:
    assert bron.isascii()
    assert '"' not in bron
    assert "'" not in bron
    assert "\\" not in bron
    assert "#" not in bron
    for teken in tokenize.generate_tokens(io.StringIO(bron).readline):
        if teken.type == tokenize.NAME:
            assert iskeyword(teken.string) or teken.string in VAST or VERZONNEN.fullmatch(teken.string), teken
            assert teken.string not in {"import", "lambda", "global", "nonlocal", "class", "del", "exec", "eval"}
        elif teken.type == tokenize.NUMBER:
            assert teken.string.isdigit()
        elif teken.type == tokenize.OP:
            assert teken.string in TEKENS, teken
        else:
            assert teken.type in {tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def _plugin(map_: Path, tekst: str, code: str, woord: str) -> Path:
    """The base plugin with hostile texts wherever an author writes freely."""
    for pad in BASIS.rglob("*.*"):
        doel = map_ / pad.relative_to(BASIS)
        doel.parent.mkdir(parents=True, exist_ok=True)
        doel.write_bytes(pad.read_bytes())
    feit = map_ / "feiten" / "declaratie.schema.json"
    schema = json.loads(feit.read_bytes())
    schema["properties"]["soort"]["enum"].append(woord)
    schema["properties"]["soort"]["description"] = tekst
    feit.write_text(json.dumps(schema), "utf-8")
    catalogus = map_ / "catalogi" / "prestaties.yaml"
    catalogus.write_bytes(catalogus.read_bytes().replace(b'"P2"', json.dumps(code).encode()))
    regelset = map_ / "regelsets" / "2025" / "tarieven.yaml"
    regel = {
        "id": "proef.kwaad",
        "vraag": "declaratie",
        "normen": ["N1"],
        "bron": {"document": tekst, "artikel": tekst[:40]},
        "als": {
            "een_van": [
                {"declaratie.prestatiecode": [code[:16], "P1"]},
                {"declaratie.soort": woord},
                {"enig": {"van": "kostenpost", "waar": {"omschrijving": tekst}}},
                {"vergelijk": {"waarde": {"veld": "declaratie.prestatiecode"}, "is": code[:16]}},
            ]
        },
        "dan": {"verplicht": {"plicht": tekst, "wie": tekst}},
        "motivering": tekst,
    }
    with regelset.open("a", encoding="utf-8") as uit:
        uit.write(f"  - {json.dumps(regel)}\n")
    return map_


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("'); __import__('os').system('x') #", "\\'\"", "True")
@given(tekst=_kwaad, code=_kwaad, woord=_kwaad)
def test_texts_never_become_code_and_come_out_verbatim(tmp_path_factory, bronnen, tekst, code, woord):
    map_ = _plugin(tmp_path_factory.mktemp("kwaad"), tekst, code, woord)
    bronnen.clear()
    zaak = {
        "vraag": "declaratie",
        "peildatum": "2025-05-01",
        "feiten": {
            "declaratie": {"prestatiecode": "P1", "bedrag": "12.00", "soort": "consult", "duur_minuten": 9},
            "kostenpost": [],
        },
    }
    code_van_fout = "ZR-1"
    try:
        with Engine(plugins=[map_], cache=map_ / "geheugen") as engine:
            beslissing = engine.decide(zaak)
        assert bronnen
        (plicht,) = [v for v in beslissing.verplichtingen if v.regel == "proef.kwaad"]
        assert plicht.plicht == tekst
    except ZorgregelsError as fout:  # a word that is there twice, a text that is no text: refused, and never run
        code_van_fout = fout.code
    assert code_van_fout[:4] in {"ZR-1", "ZR-2", "ZR-3"}
    for bron in bronnen:
        _assert_made_up(bron)


def test_the_shipped_rules_become_made_up_code_too(bronnen, tmp_path):
    with Engine(plugins={"huisarts"}, cache=tmp_path) as engine:
        engine.decide(
            vraag="declaratie",
            peildatum="2023-05-10",
            feiten={"declaratie": {"prestatiecode": "12011", "bedrag": "11.52", "duur_minuten": 12}},
        )
    assert len(bronnen) > 1
    for bron in bronnen:
        _assert_made_up(bron)


def test_the_check_sees_code_that_an_author_wrote():
    for bron in ("x = __import__", "x = 'a'", "import os", "x = f.__class__", "x = 1.5", "g1 = veld"):
        with pytest.raises(AssertionError):
            _assert_made_up(bron)


@pytest.mark.parametrize(
    "naam", ["proef.a\n", "proef.a\nb", "proef.__import__('os')", "proef.{0}", "proef.ｘ", "proef.a b", "proef.\\x41"]
)
def test_a_rule_id_is_a_plain_name(tmp_path, naam):
    map_ = _plugin(tmp_path / "p", "t", "P2", "w")
    regelset = map_ / "regelsets" / "2025" / "tarieven.yaml"
    regelset.write_text(regelset.read_text("utf-8").replace('"proef.kwaad"', json.dumps(naam)), "utf-8")
    with pytest.raises(ZorgregelsError) as fout:
        Engine(plugins=[map_], cache=tmp_path / "geheugen")
    assert fout.value.code == "ZR-206"
