"""What docs/taal.md claims in prose, tried with the engine. Each test names the sentence that it holds to the program."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from blokken import DOCS, TAAL
from zorgregels import ONBEKEND, Beslissing, Engine, ZorgregelsError

KOP = """\
schema: regelset/v1
regelset: voorbeeld/proef
versie: "{versie}"
titel: Proef
status: {status}
geldig: {geldig}
bekend: {bekend}
bron: {{document: "{document}", artikel: "1"}}
{meer}reikwijdte:
  declaratie: {{zaak.peildatum: {{vanaf: 2000-01-01}}}}
regels: {regels}
"""
EIS = '{id: voorbeeld.proef.eis, vraag: declaratie, normen: [V-1], dan: {eis: %s}, motivering: "Eis."}'
Maak = Callable[..., Engine]


def kop(regels: str, **anders: str) -> str:
    vast = {"versie": "2025.1", "status": "geldend", "geldig": "{van: 2025-01-01}", "bekend": "2024-01-01"}
    return KOP.format(**{**vast, "document": "Oud", "meer": "", **anders}, regels=regels)


@pytest.fixture
def maak(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Maak:
    """Makes an Engine of the plugin of docs/taal.md, with these regelset files and no other rules."""

    def make(*bestanden: str, catalogus: str | None = None) -> Engine:
        map_ = Path(shutil.copytree(TAAL, tmp_path / str(len(list(tmp_path.iterdir())))))
        (map_ / "regelsets/2024.yaml").unlink()
        for nr, tekst in enumerate(bestanden):
            (map_ / f"regelsets/{nr}.yaml").write_text(tekst, "utf-8")
        if catalogus is not None:
            (map_ / "catalogi/prestaties.yaml").write_text(catalogus, "utf-8")
        return Engine(plugins=[map_], cache=tmp_path_factory.getbasetemp() / "cache")

    return make


def vraag(engine: Engine, feiten: dict[str, object] | None = None, **anders: object) -> Beslissing:
    zaak = {"vraag": "declaratie", "peildatum": "2025-06-30", "feiten": feiten or {}, **anders}
    return engine.decide(zaak)


def outcome(maak: Maak, voorwaarde: str, feiten: dict[str, object] | None = None, erbij: str = "") -> str:
    """What a zaak comes to of which this condition is the one requirement."""
    return vraag(maak(kop(f"[{EIS % voorwaarde}{erbij}]")), feiten).uitkomst.value


def code(engine: Engine, **anders: object) -> str:
    with pytest.raises(ZorgregelsError) as fout:
        vraag(engine, **anders)  # type: ignore[arg-type]
    return fout.value.code


# -- facts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("voorwaarde", "feiten", "verwacht"),
    [
        ("{overeenkomst.bedrag: {bestaat: true}}", {"overeenkomst": {"bedrag": None}}, "nee"),
        ("{overeenkomst.einddatum: {bestaat: true}}", {"overeenkomst": {"einddatum": "n.v.t."}}, "nee"),
        ("{overeenkomst.einddatum: {nvt: true}}", {"overeenkomst": {"einddatum": "n.v.t."}}, "ja"),
        ("{overeenkomst.einddatum: {nvt: true}}", {"overeenkomst": {"einddatum": None}}, "nee"),
        ("{overeenkomst.bedrag: {bestaat: true}}", {}, "onbekend"),
        # is_niet and niet_in hold for an empty value, and every comparison fails
        ('{overeenkomst.bedrag: {is_niet: "1.00"}}', {"overeenkomst": {"bedrag": None}}, "ja"),
        ('{overeenkomst.bedrag: {niet_in: ["1.00"]}}', {"overeenkomst": {"bedrag": None}}, "ja"),
        ('{overeenkomst.bedrag: {minstens: "0"}}', {"overeenkomst": {"bedrag": None}}, "nee"),
        ('{overeenkomst.bedrag: {hoogstens: "0"}}', {"overeenkomst": {"bedrag": None}}, "nee"),
        ("{overeenkomst.einddatum: {voor: 2025-01-01}}", {"overeenkomst": {"einddatum": "n.v.t."}}, "nee"),
        # lists
        ("{elk: {van: kostenpost, waar: {domein: zvw}}}", {"kostenpost": []}, "ja"),
        ("{geen: {van: kostenpost}}", {"kostenpost": []}, "ja"),
        ("{enig: {van: kostenpost, waar: {domein: zvw}}}", {"kostenpost": []}, "nee"),
        ("{geen: {van: kostenpost}}", {"kostenpost": [{}]}, "nee"),
        ("{geen: {van: kostenpost}}", {}, "onbekend"),
        ("{aantal: {van: kostenpost, is: 2}}", {"kostenpost": [{}, {}]}, "ja"),
        # inside waar a name with a dot is a fact of the zaak
        (
            "{elk: {van: zorgactiviteit, waar: {datum: {vanaf: {veld: subtraject.startdatum}}, declaratie.soort: los}}}",
            {"zorgactiviteit": [{"datum": "2025-02-01"}], "subtraject": {"startdatum": "2025-01-01"}, "declaratie": {"soort": "los"}},
            "ja",
        ),
        # in_catalogus: listed, whatever the date (the periode is of 2024)
        ("{in_catalogus: {naam: voorbeeld/prestaties, code: {veld: declaratie.prestatiecode}}}", {"declaratie": {"prestatiecode": "V01"}}, "ja"),
        ("{in_catalogus: {naam: voorbeeld/prestaties, code: {veld: declaratie.prestatiecode}}}", {"declaratie": {"prestatiecode": "V9"}}, "nee"),
    ],
)  # fmt: skip
def test_conditions(maak: Maak, voorwaarde: str, feiten: dict[str, object], verwacht: str) -> None:
    assert outcome(maak, voorwaarde, feiten) == verwacht


@pytest.mark.parametrize(
    ("uitdrukking", "verwacht"),
    [
        ("{datum: {van: {veld: declaratie.datum}, maanden: 1}}", "2025-02-28"),
        ("{datum: {van: {veld: declaratie.datum}, maanden: 1, dagen: 1}}", "2025-03-01"),
        ("{datum: {van: {veld: declaratie.datum}, weken: 1, dagen: -1}}", "2025-02-06"),
        ("{jaareinde: {veld: declaratie.datum}}", "2025-12-31"),
        ("{grootste: [{veld: declaratie.datum}, {veld: zaak.peildatum}]}", "2025-06-30"),
    ],
)
def test_dates(maak: Maak, uitdrukking: str, verwacht: str) -> None:
    regel = f"{{id: voorbeeld.proef.dag, vraag: declaratie, normen: [V-1], dan: {{leid_af: {{berekening.dag: {uitdrukking}}}}}}}"
    b = vraag(maak(kop(f"[{regel}]")), {"declaratie": {"datum": "2025-01-31"}})
    assert str(b.derived("berekening.dag")) == verwacht


@pytest.mark.parametrize(("wijze", "verwacht"), [("omlaag", -1), ("omhoog", 0), ("half_omhoog", 0), ("half_even", 0)])
def test_rounding_is_on_the_number_line(maak: Maak, wijze: str, verwacht: int) -> None:
    af = f'{{afgerond: {{waarde: {{maal: [{{veld: declaratie.bedrag}}, "0.5"]}}, op: cent, wijze: {wijze}, bron: {{document: D}}}}}}'
    regel = f"{{id: voorbeeld.proef.bedrag, vraag: declaratie, normen: [V-1], dan: {{leid_af: {{berekening.bedrag: {af}}}}}}}"
    b = vraag(maak(kop(f"[{regel}]")), {"declaratie": {"bedrag": "-0.01"}})
    assert b.derived("berekening.bedrag") == verwacht


@pytest.mark.parametrize(
    ("bedrag", "gewichten", "verwacht"),
    [("1.00", ["1", "1", "1"], 34), ("-1.00", ["1", "1", "1"], -34), ("1.00", [None, "1"], 0), ("1.00", ["0", "0"], None), ("1.00", [], None)],
)  # fmt: skip
def test_verdeel_gives_the_first_item_the_cent_that_is_left(
    maak: Maak, bedrag: str, gewichten: list[str | None], verwacht: int | None
) -> None:
    deel = "{verdeel: {bedrag: {veld: afspraak.bedrag}, over: kostenpost, naar: bedrag, waar: {domein: zvw}, bron: {document: D}}}"
    regel = f"{{id: voorbeeld.proef.deel, vraag: declaratie, normen: [V-1], dan: {{leid_af: {{berekening.bedrag: {deel}}}}}}}"
    posten = [{"domein": "wmo" if nr else "zvw", "bedrag": g} for nr, g in enumerate(gewichten)]
    b = vraag(maak(kop(f"[{regel}]")), {"afspraak": {"bedrag": bedrag}, "kostenpost": posten})
    assert b.derived("berekening.bedrag") == (ONBEKEND if verwacht is None else verwacht)


# -- derived facts -------------------------------------------------------------------------------------------------

SEGMENT = '{id: voorbeeld.proef.segment, vraag: declaratie, normen: [V-1], als: {declaratie.soort: los}, dan: {leid_af: {prestatie.segment: "1"}}}'


def test_a_derived_fact_that_no_rule_derives_is_empty_and_one_in_doubt_is_unknown(maak: Maak) -> None:
    engine = maak(kop(f"[{SEGMENT}, {EIS % '{prestatie.segment: {bestaat: false}}'}]"))
    assert vraag(engine, {"declaratie": {"soort": "subtraject"}}).uitkomst.value == "ja"
    assert vraag(engine, {"declaratie": {"soort": "los"}}).uitkomst.value == "nee"
    assert vraag(engine).uitkomst.value == "onbekend"
    assert vraag(engine).derived("prestatie.segment") is ONBEKEND


def test_two_different_values_stop_the_decision_and_the_same_value_is_no_conflict(maak: Maak) -> None:
    zelfde, anders = (
        SEGMENT.replace(".segment,", ".zelfde,"),
        SEGMENT.replace(".segment,", ".anders,").replace('"1"', '"2"'),
    )
    engine = maak(kop(f"[{SEGMENT}, {zelfde}]"))
    assert vraag(engine, {"declaratie": {"soort": "los"}}).derived("prestatie.segment") == "1"
    assert code(maak(kop(f"[{SEGMENT}, {anders}]")), feiten={"declaratie": {"soort": "los"}}) == "ZR-604"


# -- effects -------------------------------------------------------------------------------------------------------


def test_warnings_and_duties_in_doubt_are_not_listed(maak: Maak) -> None:
    regels = """
  - {id: voorbeeld.proef.let-op, vraag: declaratie, normen: [V-1], als: {declaratie.soort: los}, dan: {waarschuw: "Let op."}}
  - {id: voorbeeld.proef.plicht, vraag: declaratie, normen: [V-1], als: {declaratie.soort: los},
     dan: {verplicht: {plicht: Bewaren, wie: ik, uiterlijk: {datum: {van: {veld: declaratie.datum}, jaren: 1}}}}}"""
    engine = maak(kop(regels))
    twijfel = vraag(engine)
    assert (twijfel.motivering, twijfel.verplichtingen) == ((), ())
    assert [w.regel for w in twijfel.waarschuwingen] == [None]  # that nothing was required
    zeker = vraag(engine, {"declaratie": {"soort": "los"}})
    assert "voorbeeld.proef.let-op" in [w.regel for w in zeker.waarschuwingen]
    assert [p.to_dict()["uiterlijk"] for p in zeker.verplichtingen] == ["onbekend"]


def test_ja_needs_an_eis_or_verbod_that_applies(maak: Maak) -> None:
    eis = EIS.replace("dan:", "als: {declaratie.soort: los}, dan:") % "{overeenkomst.schriftelijk: true}"
    engine = maak(kop(f"[{eis}]"))
    goed = {"overeenkomst": {"schriftelijk": True}}
    assert vraag(engine, {**goed, "declaratie": {"soort": "los"}}).uitkomst.value == "ja"
    assert vraag(engine, {**goed, "declaratie": {"soort": "subtraject"}}).uitkomst.value == "onbekend"
    # In doubt whether it applies: it never refuses, and met anyway it counts as met.
    assert vraag(engine, {"overeenkomst": {"schriftelijk": False}}).uitkomst.value == "onbekend"
    assert [s.resultaat for s in vraag(engine, goed).motivering] == ["voldaan"]


# -- versions ------------------------------------------------------------------------------------------------------


def test_an_inherited_rule_cites_the_bron_of_the_new_version_unless_it_has_its_own(maak: Maak) -> None:
    eigen = EIS.replace(".eis,", ".eigen,").replace("dan:", "bron: {document: Eigen}, dan:")
    regels = f"[{EIS % '{declaratie.soort: los}'}, {eigen % '{declaratie.soort: los}'}]"
    oud = kop(regels, geldig="{van: 2024-01-01, tot: 2024-12-31}", versie="2024.1")
    nieuw = kop("[]", document="Nieuw", meer="bouwt_op: voorbeeld/proef@2024.1\n")
    b = vraag(maak(oud, nieuw), {"declaratie": {"soort": "los"}})
    assert {s.regel: s.bron.document for s in b.motivering} == {
        "voorbeeld.proef.eis": "Nieuw",
        "voorbeeld.proef.eigen": "Eigen",
    }


@pytest.mark.parametrize("buiten", ["fout", "zwijgt"])
def test_zwijgt_also_covers_what_is_not_yet_known(maak: Maak, buiten: str) -> None:
    ander = kop(f"[{EIS % '{declaratie.soort: los}'}]", bekend="2020-01-01").replace("/proef", "/ander")
    stil = kop("[]", bekend="2024-06-01", meer=f"buiten_geldigheid: {buiten}\n")
    engine = maak(ander, stil)
    assert len(vraag(engine).kwitantie.herkomst.regelsets) == 2
    if buiten == "fout":
        assert code(engine, bekend_op="2024-05-31") == "ZR-602"
    else:
        assert [r[0] for r in vraag(engine, bekend_op="2024-05-31").kwitantie.herkomst.regelsets] == [
            "voorbeeld/ander@2025.1"
        ]


def test_the_version_that_became_known_last_counts(maak: Maak) -> None:
    def versie(nr: int, bekend: str, status: str = "geldend") -> str:
        return kop("[]", versie=f"2025.{nr}", bekend=bekend, status=status)

    engine = maak(
        versie(1, "onbekend"), versie(2, "2024-01-01"), versie(3, "2024-06-01"), versie(4, "2024-06-01", "concept")
    )

    def gekozen(**anders: object) -> str:
        return vraag(engine, **anders).kwitantie.herkomst.regelsets[0][0]  # type: ignore[arg-type]

    assert gekozen() == "voorbeeld/proef@2025.3"
    assert gekozen(concept=True) == "voorbeeld/proef@2025.3"
    assert code(engine, bekend_op="2024-03-01") == "ZR-605"


# -- catalogues ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("volledig", ["true", "false"])
def test_what_a_catalogue_says(maak: Maak, volledig: str) -> None:
    catalogus = f"""\
schema: catalogus/v1
catalogus: voorbeeld/prestaties
versie: "2025.1"
bekend: onbekend
feitsoort: prestatie
volledig: {volledig}
bron: {{document: "Lijst"}}
prestaties:
  - code: V01
    naam: kort
    perioden:
      - {{van: 2024-01-01, tot: 2024-12-31, waarden: {{maximumtarief: "9.00", segment: null}}}}
      - {{van: 2025-01-01, bestaat: false}}
  - {{code: V02, naam: lang, perioden: [{{van: 2025-01-01, waarden: {{segment: "1"}}}}]}}
"""
    regel = """[{id: voorbeeld.proef.zoek, vraag: declaratie, normen: [V-1], dan: {leid_af: {prestatie: {uit_catalogus:
      {naam: voorbeeld/prestaties, code: {veld: declaratie.prestatiecode}, op: {veld: declaratie.datum}}}}}},
      {id: voorbeeld.proef.leeg, vraag: declaratie, normen: [V-1], dan: {eis: {prestatie.maximumtarief: {bestaat: true}}}, motivering: "x"},
      {id: voorbeeld.proef.segment, vraag: declaratie, normen: [V-1], dan: {eis: {prestatie.segment: {bestaat: true}}}, motivering: "x"}]"""
    engine = maak(kop(regel), catalogus=catalogus)

    def staat(code_: str, dag: str) -> dict[str, object]:
        b = vraag(engine, {"declaratie": {"prestatiecode": code_, "datum": dag}})
        eisen = {s.regel.rpartition(".")[2]: s.resultaat for s in b.motivering if s.effect == "eis"}
        return {"bestaat": b.derived("prestatie.bestaat"), "naam": b.derived("prestatie.naam"), **eisen}

    niet, wel, mist = "niet_voldaan", "voldaan", "onbekend"
    assert staat("V01", "2024-05-05") == {"bestaat": True, "naam": "kort", "leeg": wel, "segment": niet}
    assert staat("V01", "2025-05-05") == {"bestaat": False, "naam": "kort", "leeg": niet, "segment": niet}
    assert staat("V02", "2025-05-05") == {"bestaat": True, "naam": "lang", "leeg": mist, "segment": wel}
    assert staat("V02", "2024-05-05") == {"bestaat": ONBEKEND, "naam": ONBEKEND, "leeg": mist, "segment": mist}
    onbekend = {"bestaat": ONBEKEND, "naam": ONBEKEND, "leeg": mist, "segment": mist}
    weg = {"bestaat": False, "naam": ONBEKEND, "leeg": niet, "segment": niet}
    assert staat("V09", "2025-05-05") == (weg if volledig == "true" else onbekend)


def test_the_page_is_about_this_plugin() -> None:
    assert "sector: voorbeeld\n" in (DOCS / "taal.md").read_text("utf-8")
