"""The first difference, how far a change reaches and which rule it is due to: on small contents of which the answer is plain."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zorgregels._replay.ontleding import Ontleder
from zorgregels._replay.verschil import attribute, first_difference, reach_of

Raw = Any


def stap(regel: str, resultaat: str = "voldaan", **anders: Raw) -> Raw:
    kaal = {
        "regel": regel, "regelset": "x/y@2025.1", "resultaat": resultaat, "beslissend": True, "tekst": f"Tekst van {regel}.",
        "feiten": [], "normen": [], "bron": {"document": "D"}, "effect": "eis",
    }  # fmt: skip
    return {**kaal, **anders}


def inhoud(*stappen: Raw, **rest: Raw) -> Raw:
    vol = {
        "afgeleid": [], "motivering": list(stappen), "ontbrekend": {"feiten": []}, "oordeel": "toegestaan", "routes": [],
        "uitkomst": "ja", "verplichtingen": [], "waarschuwingen": [],
    }  # fmt: skip
    return {**vol, **rest}


def ontleed(data: Raw) -> Raw:
    """Cut as an engine cuts: up to the first step, each step, and the rest."""
    lees = {n: json.dumps(w, sort_keys=True, separators=(",", ":")) for n, w in data.items()}
    kop = f'{{"afgeleid":{lees["afgeleid"]},"motivering":['
    slot = "]," + ",".join(f'"{n}":{lees[n]}' for n in sorted(data) if n not in {"afgeleid", "motivering"}) + "}"
    stappen = [json.dumps(s, sort_keys=True, separators=(",", ":")) for s in data["motivering"]]
    assert json.loads(kop + ",".join(stappen) + slot) == data
    return Ontleder().parse([kop.encode(), *[s.encode() for s in stappen], slot.encode()])


def verschil(was: Raw, nu: Raw) -> Raw:
    gevonden = first_difference(ontleed(was), ontleed(nu))
    return None if gevonden is None else gevonden.to_dict()


AB = inhoud(stap("a"), stap("b", beslissend=False))


@pytest.mark.parametrize(
    ("nu", "waar", "regel"),
    [
        (AB, None, None),
        (inhoud(stap("a"), stap("b", "onbekend", beslissend=False)), "motivering[1].resultaat", "b"),
        (inhoud(stap("a"), stap("b", beslissend=False, tekst="Anders.")), "motivering[1].tekst", "b"),
        (inhoud(stap("a", regelset="x/y@2025.2"), stap("b", beslissend=False)), "motivering[0].regelset", "a"),
        (inhoud(stap("a", normen=["N"]), stap("b", beslissend=False)), "motivering[0].normen", "a"),
        (inhoud(stap("a", beslissend=False), stap("b", beslissend=False)), "motivering[0].beslissend", "a"),
        (inhoud(stap("b", beslissend=False), stap("a")), "motivering[0]", "a"),
        (inhoud(stap("a")), "motivering[1]", "b"),
        (inhoud(stap("a"), stap("b", beslissend=False), stap("c")), "motivering[2]", "c"),
        # What came to something else goes before what only reads otherwise, wherever it stands.
        (inhoud(stap("a", tekst="Anders."), stap("b", "niet_voldaan")), "motivering[1].resultaat", "b"),
        ({**AB, "uitkomst": "nee"}, "uitkomst", ""),
        ({**AB, "oordeel": "anders"}, "oordeel", ""),
        ({**AB, "afgeleid": [{"feit": "f"}]}, "afgeleid[0]", ""),
        ({**AB, "waarschuwingen": [{"tekst": "Let op."}]}, "waarschuwingen[0]", ""),
        ({**AB, "ontbrekend": {"feiten": [1]}}, "ontbrekend", ""),
    ],
)
def test_the_first_difference(nu, waar, regel):
    gevonden = verschil(AB, nu)
    if waar is None:
        assert gevonden is None
    else:
        assert (gevonden["waar"], gevonden["regel"]) == (waar, regel)
        assert gevonden["was"] != gevonden["nu"] or waar == "motivering[0]"


def test_what_it_was_and_what_it_is():
    nu = inhoud(stap("a", "niet_voldaan", tekst="Te hoog."), stap("b", beslissend=False))
    gevonden = verschil(AB, nu)
    assert gevonden["was"]["resultaat"] == "voldaan"
    assert gevonden["was"]["tekst"] == "Tekst van a."
    assert gevonden["nu"]["resultaat"] == "niet_voldaan"
    assert gevonden["nu"]["tekst"] == "Te hoog."
    weg = verschil(AB, inhoud(stap("a")))
    assert weg["nu"] is None
    assert weg["was"]["tekst"] == "Tekst van b."


def test_nothing_of_a_person_in_a_veiled_difference():
    geheim = [{"feit": "p.leeftijd", "type": "getal", "waarde": 7713}]
    was = inhoud(stap("a", tekst="Zij is 7713 jaar.", feiten=geheim))
    for nu in (
        inhoud(stap("a", "niet_voldaan", tekst="Zij is 7714 jaar.", feiten=geheim)),
        inhoud(stap("a", tekst="Zij is 7714 jaar.", feiten=geheim)),
        {**was, "afgeleid": [{"feit": "p.groep", "sector": "x", "waarde": "7713"}]},
        {**was, "waarschuwingen": [{"tekst": "7713"}]},
        {**was, "ontbrekend": {"feiten": ["7713"]}},
    ):
        gevonden = first_difference(ontleed(was), ontleed(nu))
        assert gevonden is not None
        tekst = json.dumps(gevonden.veiled().to_dict())
        assert "771" not in tekst
        assert gevonden.regel in tekst


@pytest.mark.parametrize(
    ("nu", "reikwijdte"),
    [
        ({**AB, "uitkomst": "nee"}, "uitkomst"),
        ({**AB, "oordeel": "anders", "afgeleid": [{"feit": "f"}]}, "uitkomst"),
        ({**AB, "afgeleid": [{"feit": "f"}]}, "gevolg"),
        ({**AB, "routes": [{"route": "r"}]}, "gevolg"),
        ({**AB, "verplichtingen": [{"regel": "r"}]}, "gevolg"),
        ({**AB, "ontbrekend": {"feiten": [1]}}, "gevolg"),
        ({**AB, "waarschuwingen": [{"tekst": "Let op."}]}, "grond"),
        (inhoud(stap("a"), stap("b", beslissend=False, tekst="Anders.")), "grond"),
        (inhoud(stap("a"), stap("b")), "grond"),
        (inhoud(stap("a", regelset="x/y@2025.2"), stap("b", beslissend=False)), "versie"),
        (inhoud(stap("a", regelset="x/ander@2025.1"), stap("b", beslissend=False)), "grond"),
        (AB, None),
    ],
)
def test_how_far_a_change_reaches(nu, reikwijdte):
    assert reach_of(ontleed(AB), ontleed(nu)) == reikwijdte


def test_a_warning_that_only_names_another_version():
    was = {**AB, "waarschuwingen": [{"tekst": "W", "regelset": "x/y@2025.1"}]}
    nu = {**AB, "waarschuwingen": [{"tekst": "W", "regelset": "x/y@2025.2"}]}
    assert reach_of(ontleed(was), ontleed(nu)) == "versie"


MAX_JA = [stap("bestaat"), stap("duur"), stap("maximum")]
MAX_NEE = [stap("maximum", "niet_voldaan"), stap("bestaat", beslissend=False), stap("duur", beslissend=False)]


@pytest.mark.parametrize(
    ("was", "nu", "regel"),
    [
        # A tariff that goes down, and one that goes up: in both directions it is the rule about the tariff.
        (MAX_JA, MAX_NEE, "maximum"),
        (MAX_NEE, MAX_JA, "maximum"),
        # A rule that was not there, or is not there any more.
        (MAX_JA, [stap("nieuw", "niet_voldaan"), *[{**s, "beslissend": False} for s in MAX_JA]], "nieuw"),
        ([stap("oud", "niet_voldaan"), *[{**s, "beslissend": False} for s in MAX_JA]], MAX_JA, "oud"),
        # Nothing came to something else, but the uitkomst rests on another rule.
        ([stap("a"), stap("b", beslissend=False)], [stap("b"), stap("a", beslissend=False)], "b"),
        ([stap("a"), stap("b")], [stap("a"), stap("b", beslissend=False)], "b"),
        # The same rules decide; one of them reads another amount.
        ([stap("a"), stap("b")], [stap("a"), stap("b", feiten=[{"feit": "f"}])], "b"),
        (
            [stap("a"), stap("w", "van_toepassing", beslissend=False)],
            [stap("a"), stap("w", "van_toepassing", beslissend=False, tekst="T")],
            "w",
        ),
        # The order alone.
        ([stap("a"), stap("b")], [stap("b"), stap("a")], "b"),
    ],
)
def test_the_one_rule(was, nu, regel):
    assert attribute(ontleed(inhoud(*was)), ontleed(inhoud(*nu))) == regel


def test_the_rule_that_derives_what_differs():
    def met(waarde: str) -> Raw:
        afleidt = stap("afleidt", "van_toepassing", effect="leid_af", leidt_af=["t.bedrag"], beslissend=False)
        return inhoud(
            stap("a"), afleidt, afgeleid=[{"sector": "x", "feit": "t.bedrag", "type": "geld", "waarde": waarde}]
        )

    assert attribute(ontleed(met("1.00")), ontleed(met("2.00"))) == "afleidt"
    assert attribute(ontleed(inhoud()), ontleed({**inhoud(), "uitkomst": "nee"})) == "-"


@given(
    st.lists(
        st.tuples(st.sampled_from("abcde"), st.sampled_from(["voldaan", "niet_voldaan"]), st.booleans()), max_size=5
    ),
    st.lists(
        st.tuples(st.sampled_from("abcde"), st.sampled_from(["voldaan", "niet_voldaan"]), st.booleans()), max_size=5
    ),
)
def test_any_two_contents(een, ander):
    """There is a difference exactly where they are not equal, and it names a rule of one of them; a change is due to such a rule."""
    was, nu = (
        inhoud(*[stap(r, u, beslissend=b) for r, (u, b) in {r: (u, b) for r, u, b in s}.items()]) for s in (een, ander)
    )
    gevonden = first_difference(ontleed(was), ontleed(nu))
    assert (gevonden is None) == (was == nu)
    if gevonden is not None:
        regels = {s["regel"] for s in (*was["motivering"], *nu["motivering"])}
        assert gevonden.regel in regels
        assert attribute(ontleed(was), ontleed(nu)) in regels
