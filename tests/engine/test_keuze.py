"""Which regelset version counts: dates, knowledge, concepts, and the errors when none does."""

from __future__ import annotations

import pytest
from zorgregels import Engine, Uitkomst
from zorgregels.errors import BeslissingError, NoRegelsetError, NotInForceError, ZaakError


def vraag(engine, code="X1", dag="2025-06-01", **rest):
    feiten = {"declaratie": {"prestatiecode": code, "akkoord": True, **rest.pop("feiten", {})}}
    return engine.decide(vraag="declaratie", peildatum=dag, feiten=feiten, **rest)


def ids(beslissing):
    return [r[0] for r in beslissing.kwitantie.herkomst.regelsets]


@pytest.fixture
def twee_jaren(schrijf, maak):
    goed = maak.eis("proef", "akkoord", "{declaratie.akkoord: true}")
    return Engine(
        plugins=[
            schrijf(
                "proef",
                {
                    "2024/a.yaml": maak.regelset(
                        "proef", goed, versie="2024.1", geldig="{van: 2024-01-01, tot: 2024-12-31}", bekend="2023-06-01"
                    ),
                    "2025/a.yaml": maak.regelset("proef", goed),
                    "2025/b.yaml": maak.regelset(
                        "proef",
                        maak.eis("proef", "akkoord", "{declaratie.akkoord: false}"),
                        versie="2025.2",
                        bekend="2025-09-01",
                    ),
                },
            )
        ]
    )


@pytest.mark.parametrize(
    ("dag", "versie"),
    [("2024-01-01", "2024.1"), ("2024-12-31", "2024.1"), ("2025-01-01", "2025.2"), ("2025-12-31", "2025.2")],
)
def test_both_sides_of_a_year(twee_jaren, dag, versie):
    assert ids(vraag(twee_jaren, dag=dag)) == [f"proef/proef@{versie}"]


@pytest.mark.parametrize(
    ("bekend_op", "versie"), [("2025-08-31", "2025.1"), ("2025-09-01", "2025.2"), (None, "2025.2")]
)
def test_a_correction_counts_from_the_day_it_was_known(twee_jaren, bekend_op, versie):
    beslissing = vraag(twee_jaren, bekend_op=bekend_op)
    assert ids(beslissing) == [f"proef/proef@{versie}"]
    assert beslissing.uitkomst is (Uitkomst.JA if versie == "2025.1" else Uitkomst.NEE)


def test_the_rules_of_last_year_never_take_over(twee_jaren):
    with pytest.raises(NotInForceError) as fout:
        vraag(twee_jaren, dag="2026-01-01")
    assert fout.value.code == "ZR-602"
    assert "proef/proef@2025.2 eindigde op 2025-12-31" in str(fout.value)
    with pytest.raises(NotInForceError, match="begint op 2024-01-01"):
        vraag(twee_jaren, dag="2023-12-31")


def test_nothing_was_known_yet(twee_jaren):
    with pytest.raises(NotInForceError, match=r"proef/proef@2025\.1 werd pas bekend op 2024-06-01"):
        vraag(twee_jaren, bekend_op="2020-01-01")


def test_a_zaak_for_which_none_speaks_names_the_sectors(twee_jaren):
    with pytest.raises(NoRegelsetError, match="Geladen sectoren: proef") as fout:
        vraag(twee_jaren, code="anders")
    assert fout.value.code == "ZR-601"


def test_an_unknown_known_since_date_cannot_answer_what_was_known(schrijf, maak):
    engine = Engine(
        plugins=[
            schrijf(
                "proef",
                {
                    "2025/a.yaml": maak.regelset(
                        "proef", maak.eis("proef", "e", "{declaratie.akkoord: true}"), bekend="onbekend"
                    )
                },
            )
        ]
    )
    assert vraag(engine).uitkomst is Uitkomst.JA
    with pytest.raises(BeslissingError, match="niet bekend sinds wanneer") as fout:
        vraag(engine, bekend_op="2025-01-01")
    assert fout.value.code == "ZR-605"


def test_a_concept_takes_part_only_when_asked_and_says_so(schrijf, maak):
    tekst = maak.regelset(
        "proef",
        maak.eis("proef", "e", "{declaratie.akkoord: true}"),
        status="concept",
        geldig="onbekend",
        bekend="onbekend",
    )
    engine = Engine(plugins=[schrijf("proef", {"2025/a.yaml": tekst})])
    with pytest.raises(NotInForceError) as fout:
        vraag(engine)
    assert fout.value.code == "ZR-603"
    beslissing = vraag(engine, concept=True)
    assert beslissing.uitkomst is Uitkomst.JA
    assert any("concept" in w.tekst for w in beslissing.waarschuwingen)
    assert beslissing.kwitantie.herkomst.regelsets[0][2] == "concept"


def test_law_goes_before_a_concept_of_the_same_regelset(schrijf, maak):
    sets = {
        "2025/a.yaml": maak.regelset("proef", maak.eis("proef", "e", "{declaratie.akkoord: true}")),
        "2025/b.yaml": maak.regelset(
            "proef",
            maak.eis("proef", "e", "{declaratie.akkoord: false}"),
            versie="2025.9",
            status="concept",
            bekend="2024-06-01",
        ),
    }
    engine = Engine(plugins=[schrijf("proef", sets)])
    assert ids(vraag(engine)) == ["proef/proef@2025.1"]
    assert ids(vraag(engine, concept=True)) == ["proef/proef@2025.1"]


@pytest.mark.parametrize("zwijgt", [False, True])
def test_a_regelset_outside_its_validity_is_an_error_unless_it_is_silent(schrijf, maak, zwijgt):
    sets = {
        "2025/a.yaml": maak.regelset("proef", maak.eis("proef", "e", "{declaratie.akkoord: true}")),
        "2024/b.yaml": maak.regelset(
            "proef", maak.eis("proef", "f", "{declaratie.akkoord: false}"), onderwerp="oud", versie="2024.1",
            geldig="{van: 2024-01-01, tot: 2024-12-31}", extra="buiten_geldigheid: zwijgt\n" if zwijgt else "",
        ),
    }  # fmt: skip
    engine = Engine(plugins=[schrijf("proef", sets)])
    if zwijgt:
        assert ids(vraag(engine)) == ["proef/proef@2025.1"]
    else:
        with pytest.raises(NotInForceError, match="proef/oud"):
            vraag(engine)


DATUM = "datum: {declaratie: [{als: {declaratie.tweede: true}, op: {veld: declaratie.datum}, normen: [P-9]}, {op: {veld: zaak.peildatum}}]}\n"


@pytest.fixture
def gedateerd(schrijf, maak):
    goed = maak.eis("proef", "akkoord", "{declaratie.akkoord: true}")
    oud = maak.regelset("proef", goed, versie="2024.1", geldig="{van: 2024-01-01, tot: 2024-12-31}", extra=DATUM)
    return Engine(
        plugins=[schrijf("proef", {"2024/a.yaml": oud, "2025/a.yaml": maak.regelset("proef", goed, extra=DATUM)})]
    )


def test_a_fact_can_carry_the_date(gedateerd):
    assert ids(vraag(gedateerd, feiten={"tweede": True, "datum": "2024-12-20"})) == ["proef/proef@2024.1"]
    assert ids(vraag(gedateerd, feiten={"tweede": False, "datum": "2024-12-20"})) == ["proef/proef@2025.1"]


@pytest.mark.parametrize(
    ("feiten", "mist"),
    [({"tweede": True}, ["declaratie.datum"]), ({}, ["declaratie.datum", "declaratie.tweede"])],
)
def test_a_date_that_cannot_be_told_is_onbekend_and_says_what_is_missing(gedateerd, feiten, mist):
    beslissing = vraag(gedateerd, feiten=feiten)
    assert beslissing.uitkomst is Uitkomst.ONBEKEND
    assert [f.feit for f in beslissing.ontbrekend.feiten] == mist
    assert "P-9" in beslissing.waarschuwingen[0].tekst


def test_an_empty_date_is_an_error_and_not_a_guess(schrijf, maak):
    leegbaar = {
        "description": "De dag.",
        "anyOf": [{"$ref": "urn:zorgregels:v1:waarden#/$defs/datum"}, {"type": "null"}],
    }
    feit = {**maak.FEIT, "properties": {**maak.FEIT["properties"], "datum": leegbaar}}
    tekst = maak.regelset("proef", maak.eis("proef", "e", "{declaratie.akkoord: true}"), extra=DATUM)
    engine = Engine(plugins=[schrijf("proef", {"2025/a.yaml": tekst}, feiten=(feit, maak.AFGELEID))])
    with pytest.raises(BeslissingError) as fout:
        vraag(engine, feiten={"tweede": True, "datum": None})
    assert fout.value.code == "ZR-608"


def test_one_more_plugin_changes_no_digest(schrijf, maak):
    een = schrijf(
        "proef", {"2025/a.yaml": maak.regelset("proef", maak.eis("proef", "e", "{declaratie.akkoord: true}"))}
    )
    ander = schrijf(
        "ander",
        {"2025/a.yaml": maak.regelset("ander", maak.eis("ander", "e", "{declaratie.tweede: true}"), codes='["Y1"]')},
    )
    alleen, samen, andersom = (Engine(plugins=p) for p in ([een], [een, ander], [ander, een]))
    assert vraag(alleen).digest == vraag(samen).digest == vraag(andersom).digest
    assert vraag(samen).kwitantie == vraag(andersom).kwitantie


def test_a_field_that_only_another_sector_knows_is_refused(schrijf, maak):
    een = schrijf(
        "proef", {"2025/a.yaml": maak.regelset("proef", maak.eis("proef", "e", "{declaratie.akkoord: true}"))}
    )
    feit = {
        **maak.FEIT,
        "properties": {**maak.FEIT["properties"], "eigen": {"description": "Van een ander.", "type": "boolean"}},
    }
    ander = schrijf(
        "ander",
        {"2025/a.yaml": maak.regelset("ander", maak.eis("ander", "e", "{declaratie.eigen: true}"), codes='["Y1"]')},
        feiten=(feit, maak.AFGELEID),
    )
    with pytest.raises(Exception, match=r"onbekend veld `declaratie\.eigen` voor een zaak van proef"):
        vraag(Engine(plugins=[een, ander]), feiten={"eigen": True})


def test_a_whole_zaak_can_be_asked_as_it_was_known_then(twee_jaren):
    zaak = {
        "vraag": "declaratie",
        "peildatum": "2025-06-01",
        "feiten": {"declaratie": {"prestatiecode": "X1", "akkoord": True}},
    }
    assert ids(twee_jaren.decide(zaak)) == ["proef/proef@2025.2"]
    assert ids(twee_jaren.decide(zaak, bekend_op="2025-01-01")) == ["proef/proef@2025.1"]
    assert ids(twee_jaren.decide(zaak, peildatum="2024-06-01")) == ["proef/proef@2024.1"]
    with pytest.raises(TypeError):
        twee_jaren.decide(zaak, vraag="aanvraag")


def test_evaluate_refuses_what_decide_refuses(schrijf, maak):
    een = schrijf(
        "proef", {"2025/a.yaml": maak.regelset("proef", maak.eis("proef", "e", "{declaratie.akkoord: true}"))}
    )
    feit = {
        **maak.FEIT,
        "properties": {**maak.FEIT["properties"], "eigen": {"description": "Van een ander.", "type": "boolean"}},
    }
    ander = maak.regelset("ander", maak.eis("ander", "e", "{declaratie.eigen: true}"), codes='["Y1"]')
    engine = Engine(plugins=[een, schrijf("ander", {"2025/a.yaml": ander}, feiten=(feit, maak.AFGELEID))])
    zaak = {
        "vraag": "declaratie",
        "peildatum": "2025-06-01",
        "feiten": {"declaratie": {"prestatiecode": "X1", "eigen": True}},
    }
    for vraag_ in (engine.decide, engine.evaluate):
        with pytest.raises(ZaakError, match=r"declaratie\.eigen"):
            vraag_(zaak)


def test_a_code_that_is_nowhere_is_named():
    engine = Engine(plugins={"huisarts"})
    with pytest.raises(NoRegelsetError, match="`99999` staat in geen geladen catalogus"):
        engine.decide(vraag="declaratie", peildatum="2023-05-10", feiten={"declaratie": {"prestatiecode": "99999"}})
