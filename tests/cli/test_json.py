"""The strict reader of JSON zaken."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zorgregels._lezen.json import locate_json, read_json
from zorgregels._lezen.yaml import YamlFout

WAARDEN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.text(max_size=8),
    lambda deel: st.lists(deel, max_size=4) | st.dictionaries(st.text(max_size=6), deel, max_size=4),
    max_leaves=20,
)


@given(WAARDEN, st.sampled_from([None, 0, 1, 2, "\t"]), st.booleans())
def test_reads_what_the_standard_library_reads(waarde, inspringen, ascii_):
    tekst = json.dumps(waarde, indent=inspringen, ensure_ascii=ascii_)
    assert read_json(tekst, "x") == json.loads(tekst)
    assert read_json(tekst.encode(), "x") == json.loads(tekst)


@given(WAARDEN, st.sampled_from([None, 0, 2]))
def test_places_point_at_the_value(waarde, inspringen):
    tekst = json.dumps(waarde, indent=inspringen)
    regels = tekst.split("\n")

    def visit(deel: object, pad: tuple[str | int, ...]) -> None:
        regel, kolom = plekken[pad]
        rest = "\n".join([regels[regel - 1][kolom - 1 :], *regels[regel:]])
        assert json.JSONDecoder().raw_decode(rest)[0] == deel
        for sleutel, onder in (
            deel.items() if isinstance(deel, dict) else enumerate(deel) if isinstance(deel, list) else ()
        ):
            visit(onder, (*pad, sleutel))

    plekken = locate_json(tekst, "x")
    visit(waarde, ())


def test_decimals_are_exact():
    assert read_json('{"a": 11.520}', "x") == {"a": Decimal("11.520")}
    assert type(read_json("11.0", "x")) is Decimal
    assert type(read_json("11", "x")) is int


@pytest.mark.parametrize(
    ("tekst", "code", "plek"),
    [
        ('{"a": 1,\n "b": {"c": 1,\n   "c": 2}}', "ZR-103", "x:3:4"),
        ('{"a": [1, NaN]}', "ZR-106", "x:1:11"),
        ('{"a": 1E5}', "ZR-106", "x:1:7"),
        ('{"a": 0.' + "1" * 60 + "}", "ZR-106", "x:1:7"),
        ('{\n"a": 12345678901234567}', "ZR-111", "x:2:6"),
        ('{"a": "\\ud83d"}', "ZR-101", "x:1:7"),
        ('{"\\udc00": 1}', "ZR-101", "x:1:2"),
        ('{"a": 1,}', "ZR-113", "x:1:"),
        ('{"a" 1}', "ZR-113", "x:1:6"),
        ("{'a': 1}", "ZR-113", "x:1:2"),
        ("[" * 41 + "]" * 41, "ZR-108", "x:1:41"),
        ("", "ZR-109", "x:1:1"),
    ],
)
def test_refusals(tekst, code, plek):
    with pytest.raises(YamlFout) as fout:
        read_json(tekst, "x")
    assert fout.value.melding.code == code
    assert fout.value.melding.plek.startswith(plek)


def test_a_pair_of_surrogates_is_text():
    assert read_json('"\\ud83d\\ude00"', "x") == "\U0001f600"


def test_brackets_in_text_are_not_depth():
    for tekst in ("[{" * 100, '"' + "[{" * 100, "\\" + "[{" * 100):
        assert read_json(json.dumps({"a": tekst}), "x") == {"a": tekst}


def refusal(tekst):
    try:
        read_json(tekst, "x")
    except YamlFout as fout:
        return fout.melding
    return None


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(tekst):
    melding = refusal(tekst)
    assert melding is None or melding.code.startswith("ZR-1")


@given(st.text(alphabet='{}[]":,\\u0dea1 .-eN\n', max_size=40))
def test_any_json_like_text_is_read_or_refused(tekst):
    melding = refusal(tekst)
    assert melding is None or (melding.regel >= 1 and melding.kolom >= 1)
