"""Dividing an amount in whole cents: the parts are the whole, exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zorgregels import NVT, ONBEKEND, Engine
from zorgregels._inferentie.rekenen import verdeel

LIJST = {
    "$schema": "urn:zorgregels:v1:feit",
    "title": "post",
    "description": "Een post.",
    "x-aantal": "lijst",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "domein": {"description": "Het domein.", "type": "string", "enum": ["zvw", "wmo", "jeugd"]},
        "aandeel": {"description": "Het aandeel.", "$ref": "urn:zorgregels:v1:waarden#/$defs/ratio"},
    },
}
DEEL = {
    "$schema": "urn:zorgregels:v1:feit",
    "title": "verdeling",
    "description": "De uitkomst.",
    "x-aantal": "een",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "zvw": {"description": "Het Zvw-deel.", "$ref": "urn:zorgregels:v1:waarden#/$defs/geld", "readOnly": True}
    },
}
REGEL = """  - id: proef.deel
    vraag: declaratie
    normen: [P-1]
    dan:
      leid_af:
        verdeling.zvw:
          verdeel: {bedrag: {veld: declaratie.bedrag}, over: post, naar: aandeel, waar: {domein: zvw}, bron: {document: Proef}}
"""


def parts(bedrag, gewichten):
    items = tuple({"nr": nr, "w": Fraction(w)} for nr, w in enumerate(gewichten))
    return [verdeel(bedrag, items, "w", lambda i, nr=nr: i["nr"] == nr, None) for nr in range(len(items))]


@pytest.mark.parametrize(
    ("bedrag", "gewichten", "delen"),
    [
        (5_000_000, ["0.7", "0.1", "0.2"], [3_500_000, 500_000, 1_000_000]),
        (100, ["1", "1", "1"], [34, 33, 33]),  # equal remainders: the first goes first
        (100, ["1", "1", "4"], [17, 17, 66]),  # 16,67 16,67 66,67: two cents over, the first two get them
        (1, ["1", "2"], [0, 1]),
        (-100, ["1", "1", "1"], [-34, -33, -33]),
        (0, ["1"], [0]),
    ],
)
def test_largest_remainder(bedrag, gewichten, delen):
    assert parts(bedrag, gewichten) == delen


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.fractions(0, 1000, max_denominator=997), min_size=1, max_size=12).filter(sum),
)
def test_the_parts_are_the_whole_and_none_is_a_cent_off(bedrag, gewichten):
    delen = parts(bedrag, gewichten)
    assert sum(delen) == bedrag
    for deel, gewicht in zip(delen, gewichten, strict=True):
        assert abs(deel - Fraction(bedrag) * gewicht / sum(gewichten)) < 1


@pytest.mark.parametrize("gewichten", [[], ["0"], ["-1", "2"]])
def test_nothing_to_divide_by_is_empty(gewichten):
    items = tuple({"w": Fraction(w)} for w in gewichten)
    assert verdeel(100, items, "w", lambda _: True, None) is None


def grouped(bedrag, posten):
    items = tuple({"nr": nr, "w": Fraction(w), "d": d} for nr, (d, w) in enumerate(posten))
    return [verdeel(bedrag, items, "w", lambda i, nr=nr: i["nr"] == nr, "d") for nr in range(len(items))]


def test_over_groups_first():
    # 100,02 over 40 % + 3 × 20 %: 40,008 and 20,004 each; the two cents go to the largest remainder and to the first of the others.
    posten = [("zvw", "0.2"), ("zvw", "0.2"), ("wmo", "0.2"), ("jeugd", "0.2"), ("wlz", "0.2")]
    assert grouped(10_002, posten) == [2001, 2000, 2001, 2000, 2000]
    # All at once two cents would fall to one domain, as the first two items.
    assert parts(10_002, [w for _, w in posten]) == [2001, 2001, 2000, 2000, 2000]
    assert grouped(100, [("a", "0"), ("b", "1"), ("a", "0")]) == [0, 100, 0]
    assert grouped(-100, [("a", "1"), ("b", "1"), ("a", "1")]) == [-34, -33, -33]


@given(
    st.integers(-(10**9), 10**9),
    st.lists(
        st.tuples(st.sampled_from(["a", "b", None]), st.fractions(0, 1000, max_denominator=97)), min_size=1, max_size=12
    ).filter(lambda p: sum(w for _, w in p)),
)
def test_no_group_is_a_cent_off_and_its_items_are_the_whole_of_it(bedrag, posten):
    delen = grouped(bedrag, posten)
    assert sum(delen) == bedrag
    totaal = sum(w for _, w in posten)
    for groep in {d for d, _ in posten}:
        gewicht = sum(w for d, w in posten if d == groep)
        deel = sum(deel for deel, (d, _) in zip(delen, posten, strict=True) if d == groep)
        assert abs(deel - Fraction(bedrag) * gewicht / totaal) < 1
        for cent, (d, w) in zip(delen, posten, strict=True):
            if d == groep and gewicht:
                assert abs(cent - Fraction(deel) * w / gewicht) < 1


def test_what_is_unknown_stays_unknown():
    een = ({"w": Fraction(1)},)
    assert verdeel(ONBEKEND, een, "w", lambda _: True, None) is ONBEKEND
    assert verdeel(1, ONBEKEND, "w", lambda _: True, None) is ONBEKEND
    assert verdeel(1, ({},), "w", lambda _: True, None) is ONBEKEND
    assert verdeel(1, een, "w", lambda _: None, None) is ONBEKEND
    assert verdeel(1, een, "w", lambda _: True, "d") is ONBEKEND
    assert verdeel(None, een, "w", lambda _: True, None) is None
    assert verdeel(10, (*een, {"w": NVT}), "w", lambda _: True, None) == 10


def test_in_a_rule(schrijf, maak):
    regels = REGEL + maak.eis("proef", "e", '{verdeling.zvw: {hoogstens: "35000.00"}}')
    engine = Engine(
        plugins=[
            schrijf(
                "proef", {"2025/a.yaml": maak.regelset("proef", regels)}, feiten=(maak.FEIT, maak.AFGELEID, LIJST, DEEL)
            )
        ]
    )

    def decide(*posten):
        feiten = {"declaratie": {"prestatiecode": "X1", "bedrag": "50000.00"}, "post": list(posten)}
        return engine.decide(vraag="declaratie", peildatum="2025-05-05", feiten=feiten)

    goed = decide(
        {"domein": "zvw", "aandeel": "0.7"}, {"domein": "wmo", "aandeel": "0.1"}, {"domein": "jeugd", "aandeel": "0.2"}
    )
    assert goed.derived("verdeling.zvw") == 3_500_000
    assert goed.oordeel == "toegestaan"
    half = decide({"domein": "zvw", "aandeel": "0.7"}, {"domein": "wmo"})
    assert [f.feit for f in half.ontbrekend.feiten] == ["post[1].aandeel"]
