"""Small sectors for what generated ones found, and for corners that they reach too seldom. Each stands on its own."""

from __future__ import annotations

from pathlib import Path

import pytest
import rfc8785
from keus import seeded
from maker import Sector, spell
from maker_feiten import SECTOR, TEKSTEN, Feiten, Veldvorm
from vergelijking import compare, loaded
from verwijzer_waarden import Raw
from zekerheid import check
from zorgregels import Engine
from zorgregels._canon import canonical, digest
from zorgregels._lezen.yaml import read_yaml
from zorgregels._schemas import make_validator
from zorgregels.errors import ConflictError, RegelsetError

VELDEN = (
    Veldvorm("a.vlag", "boolean"),
    Veldvorm("a.vlag2", "boolean"),
    Veldvorm("a.tekst", "tekst"),
    Veldvorm("a.klein", "getal", klein=True),
    Veldvorm("a.getal", "getal"),
    Veldvorm("a.geld", "geld"),
    Veldvorm("a.datum", "datum", leeg=True, nvt=True),
)
ITEMS = (Veldvorm("vlag", "boolean"), Veldvorm("geld", "geld"), Veldvorm("datum", "datum"))
AFGELEID = tuple(Veldvorm(f"d.{s}", s) for s in ("tekst", "getal", "ratio", "geld", "datum", "boolean"))
CATALOGUSVELDEN = (Veldvorm("p.bestaat", "boolean"), Veldvorm("p.naam", "tekst"))


def regel(nr: int, dan: Raw, **anders: Raw) -> Raw:
    return {
        "id": f"{SECTOR}.r{nr}",
        "vraag": "declaratie",
        "normen": ["N1"],
        "dan": dan,
        "motivering": "Reden.",
        **anders,
    }


def sector(*regels: Raw, vraag: str = "declaratie", **documenten: Raw) -> Sector:
    regelset = {
        "schema": "regelset/v1",
        "regelset": f"{SECTOR}/een",
        "versie": "2025.1",
        "titel": "een",
        "status": "geldend",
        "geldig": {"van": "2020-01-01"},
        "bekend": "2020-01-01",
        "bron": {"document": "Proef"},
        "reikwijdte": {vraag: {"zaak.peildatum": {"bestaat": True}}},
        "regels": [{**r, "vraag": vraag} for r in regels],
        **documenten.pop("datum", {}),
    }
    return Sector(
        Feiten(VELDEN, ITEMS, CATALOGUSVELDEN, AFGELEID), {"regelsets/een.yaml": regelset, **documenten}, vraag
    )


def zaak(a: Raw | None = None, vraag: str = "declaratie", **anders: Raw) -> Raw:
    lijst = {"l": anders.pop("l")} if "l" in anders else {}
    return {"vraag": vraag, "peildatum": "2025-01-01", "feiten": {"a": a or {}, **lijst}, **anders}


def test_a_fact_inside_waar_is_named_though_the_list_is_missing_too(cache: Path) -> None:
    s = sector(regel(1, {"eis": {"elk": {"van": "l", "waar": {"a.vlag": True}}}}))
    with loaded(s, cache) as (engine, v):
        check(engine, v, zaak(), seeded(0), eindig=False)
        assert {f.feit for f in engine.decide(zaak()).ontbrekend.feiten} == {"a.vlag", "l"}


@pytest.mark.parametrize("volgorde", [(1, 2, 3), (1, 3, 2), (3, 1, 2)])
def test_a_contradiction_shows_whatever_the_rule_between_is_called(volgorde: tuple[int, ...], cache: Path) -> None:
    termen: list[Raw] = [1, 2, {"veld": "a.getal"}]
    regels = [regel(nr, {"leid_af": {"d.getal": t}}) for nr, t in zip(volgorde, termen, strict=True)]
    s = sector(*regels, regel(9, {"eis": {"d.getal": 1}}))
    with loaded(s, cache) as (engine, _), pytest.raises(ConflictError):
        engine.decide(zaak())


def test_a_ratio_that_is_derived_from_a_number_has_one_spelling(cache: Path) -> None:
    s = sector(regel(1, {"leid_af": {"d.ratio": {"veld": "a.getal"}}}), regel(2, {"eis": {"d.ratio": "3"}}))
    with loaded(s, cache) as (engine, v):
        b = compare(engine, v, zaak({"getal": 3}))
        assert b is not None
        assert digest(canonical(b.content())) == b.digest
        assert canonical(b.content()).encode() == rfc8785.dumps(b.content())


def test_a_number_that_grows_past_what_json_holds_has_a_digest_that_others_can_check(cache: Path) -> None:
    groot = {"maal": [{"veld": "a.getal"}, {"veld": "a.getal"}]}
    s = sector(regel(1, {"leid_af": {"d.getal": groot}}), regel(2, {"eis": {"d.getal": {"meer_dan": 5}}}))
    with loaded(s, cache) as (engine, _):
        inhoud = engine.decide(zaak({"getal": 10**15})).content()
        assert canonical(inhoud).encode() == rfc8785.dumps(inhoud)


@pytest.mark.parametrize(
    "toets", [{"na": "n.v.t."}, {"is": "n.v.t."}, "n.v.t.", {"is_niet": "n.v.t."}, ["n.v.t.", "2025-01-01"]]
)
@pytest.mark.parametrize("datum", ["2025-01-01", None, "n.v.t."])
def test_not_applicable_is_never_compared_by_accident(toets: Raw, datum: Raw, cache: Path, tmp_path: Path) -> None:
    """Either the rule is refused, or what is not applicable is equal to nothing and in no order, as docs/taal.md has it."""
    s = sector(regel(1, {"eis": {"a.datum": toets}}))
    try:
        engine = Engine(plugins=[s.write(tmp_path)], cache=cache)
    except RegelsetError:
        return
    verwacht = {"is_niet": "ja"}.get(next(iter(toets)) if isinstance(toets, dict) else "", "nee")
    if isinstance(toets, list) and datum == "2025-01-01":
        verwacht = "ja"
    assert engine.decide(zaak({"datum": datum})).uitkomst.value == verwacht


def test_the_receipt_is_valid_under_its_schema(cache: Path) -> None:
    s = sector(regel(1, {"eis": {"a.vlag": True}}))
    with loaded(s, cache) as (engine, _):
        for z in (zaak({"vlag": True}), zaak({"vlag": True}, bekend_op="2025-01-01")):
            fouten = [
                f"{e.json_path} {e.message}"
                for e in make_validator("beslissing").iter_errors(engine.decide(z).to_dict())
            ]
            assert fouten == []


def catalogus(bekend: str) -> Raw:
    return {
        "schema": "catalogus/v1",
        "catalogus": f"{SECTOR}/lijst",
        "versie": "2025.1",
        "bekend": bekend,
        "feitsoort": "p",
        "volledig": False,
        "bron": {"document": "Lijst"},
        "prestaties": [{"code": "a", "naam": "a", "perioden": [{"van": "2020-01-01"}]}],
    }


def test_a_catalogue_that_was_not_known_yet_leaves_its_facts_unknown(cache: Path) -> None:
    opzoeken = {
        "uit_catalogus": {"naam": f"{SECTOR}/lijst", "code": {"veld": "a.tekst"}, "op": {"veld": "zaak.peildatum"}}
    }
    s = sector(
        regel(1, {"leid_af": {"p": opzoeken}}),
        regel(2, {"eis": {"p.bestaat": True}}),
        **{"catalogi/lijst.yaml": catalogus("2024-01-01")},
    )
    with loaded(s, cache) as (engine, v):
        for dag, verwacht in (("2023-01-01", "onbekend"), ("2024-01-01", "ja")):
            z = zaak({"tekst": "a"}, bekend_op=dag)
            compare(engine, v, z)
            assert engine.decide(z).uitkomst.value == verwacht


def test_a_number_beside_a_bounded_field_need_not_lie_in_its_bounds(cache: Path) -> None:
    """0..3 plus 20 is a sum like any other; only what is compared with the field itself must be possible."""
    som = {"plus": [{"veld": "a.klein"}, 20]}
    s = sector(regel(1, {"eis": {"vergelijk": {"waarde": som, "minstens": 22}}}))
    with loaded(s, cache) as (engine, v):
        compare(engine, v, zaak({"klein": 2}))
        assert engine.decide(zaak({"klein": 2})).uitkomst.value == "ja"


@pytest.mark.parametrize("tekst", ["\u2022", "\u2022" * 101, "\u2022" * 150])
def test_some_text_is_always_left_that_no_rule_names(tekst: str, cache: Path) -> None:
    """The text that stands for all others must be none of those that a rule names."""
    s = sector(regel(1, {"eis": {"a.tekst": tekst}}))
    with loaded(s, cache) as (engine, v):
        check(engine, v, zaak(), seeded(0), eindig=True)
        assert engine.decide(zaak()).uitkomst.value == "onbekend"


def test_an_item_is_compared_with_a_calculation_over_itself(cache: Path) -> None:
    """A term deep in a calculation may read the item, so that it has no one value to split on."""
    half = {
        "afgerond": {
            "waarde": {"maal": [{"veld": "geld"}, "1/2"]},
            "op": "cent",
            "wijze": "omlaag",
            "bron": {"document": "B"},
        }
    }
    s = sector(regel(1, {"eis": {"elk": {"van": "l", "waar": {"geld": {"minstens": half}}}}}))
    with loaded(s, cache) as (engine, v):
        check(engine, v, zaak(l=[{}, {"geld": "-1"}]), seeded(0), eindig=False)
        check(engine, v, zaak(l=[{}]), seeded(0), eindig=False)


def test_while_the_deciding_date_is_missing_all_that_can_matter_is_named(cache: Path) -> None:
    datum = [{"als": {"a.vlag": True}, "op": {"veld": "a.datum"}}, {"op": {"veld": "zaak.peildatum"}}]
    s = sector(regel(1, {"eis": {"a.vlag2": True}}), datum={"datum": {"declaratie": datum}})
    with loaded(s, cache) as (engine, v):
        for a in ({}, {"vlag": True}):
            check(engine, v, zaak(a), seeded(0), eindig=False)


def test_a_missing_field_of_an_item_on_which_the_deciding_date_hangs_is_named(cache: Path) -> None:
    als = {"enig": {"van": "l", "waar": {"vlag": True}}}
    datum = [{"als": als, "op": {"veld": "a.datum"}}, {"op": {"veld": "zaak.peildatum"}}]
    s = sector(regel(1, {"eis": {"zaak.peildatum": {"vanaf": "2020-01-01"}}}), datum={"datum": {"declaratie": datum}})
    vroeg = {"a": {"datum": "2019-01-01"}, "l": [{}]}
    with loaded(s, cache) as (engine, _):
        b = engine.decide({**zaak(), "feiten": vroeg})
        assert "l[0].vlag" in {f.feit for f in b.ontbrekend.feiten}


def test_a_vraag_with_routes_of_which_no_rule_names_one(cache: Path) -> None:
    """What holds for every route holds without any: there is no way that is open."""
    s = sector(regel(1, {"eis": {"a.vlag": True}}), vraag="bekostiging")
    with loaded(s, cache) as (engine, v):
        compare(engine, v, zaak({"vlag": True}, "bekostiging"))
        compare(engine, v, zaak({"vlag": False}, "bekostiging"))


def test_generated_documents_survive_being_written(tmp_path: Path) -> None:
    """The text that is written is what both evaluators read: a generator that loses characters would test nothing."""
    assert read_yaml(spell(list(TEKSTEN)), "x") == list(TEKSTEN)


def test_the_adversarial_texts_collide() -> None:
    hashes = [_fnv1a(t.encode()) for t in TEKSTEN]
    assert len(hashes) - len(set(hashes)) >= 2


def _fnv1a(data: bytes) -> int:
    h = 0x811C9DC5
    for byte in data:
        h = (h ^ byte) * 0x01000193 % 2**32
    return h
