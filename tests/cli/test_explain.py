from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

import pytest
from zorgregels import Engine
from zorgregels._besluit.uitleg import explain

TE_HOOG = {
    "vraag": "declaratie",
    "peildatum": "2023-05-10",
    "feiten": {"declaratie": {"prestatiecode": "12011", "bedrag": "11.52", "duur_minuten": 12}},
}


@pytest.fixture(scope="module")
def engine():
    with Engine(plugins={"huisarts", "msz", "domeinoverstijgend"}) as gemaakt:
        yield gemaakt


def tekst(engine, zaak, voor="auditor"):
    return explain(engine.decide(zaak), voor=voor, zaak=zaak, decide=engine.decide)


def test_auditor_has_reason_rule_source_norm_facts_and_receipt(zr, voorbeelden):
    uit = zr("explain", voorbeelden / "consult-te-hoog.json")
    assert uit.status == 0
    regels = [r.strip() for r in uit.stdout.splitlines()]
    assert regels[:2] == [
        "NIET TOEGESTAAN   declaratie · peildatum 10 mei 2023 · huisarts@2023",
        "Consult van 5 tot 20 minuten · bedrag € 11,52 · duur minuten 12 · prestatiecode 12011",
    ]
    for begin in (
        "Het bedrag van € 11,52 is hoger dan het maximumtarief van € 11,51.",
        "regel    huisarts.tarief.maximum   (huisarts/tarieven@2023.1)",
        "bron     Wet marktordening gezondheidszorg (Wmg) art. 35 lid 1 onder b",
        "norm     W-35-1b",
        "feiten   bedrag € 11,52 · maximumtarief € 11,51",
        "Wel toegestaan bij: bedrag van ten hoogste € 11,51",
        "Ook nagegaan:",
        "regelset   huisarts/tarieven@2023.1   sha256:",
        "beslissing sha256:",
    ):
        assert any(r.startswith(begin) for r in regels), begin
    assert max(map(len, uit.stdout.splitlines())) <= 110


def test_burger_reads_sentences_and_no_ids(zr, voorbeelden):
    for naam in (
        "consult-te-hoog.json",
        "facultatieve-prestatie.yaml",
        "domeinoverstijgende-afspraak.yaml",
        "bekostiging.yaml",
    ):
        uit = zr("explain", voorbeelden / naam, "--voor", "burger").stdout
        for jargon in ("huisarts.", "msz.", "domeinoverstijgend.", "sha256", "@20", "N1-", "regel  "):
            assert jargon not in uit, (naam, jargon)
    uit = zr("explain", voorbeelden / "consult-te-hoog.json", "--voor", "burger").stdout
    assert uit.startswith("Mag deze prestatie in rekening worden gebracht?\nHet antwoord is nee: niet toegestaan.")
    assert "artikel 35" in uit


def test_developer_sees_every_step_fact_and_digest(engine):
    b = engine.decide(TE_HOOG)
    uit = explain(b, voor="ontwikkelaar")
    for s in b.motivering:
        assert s.regel in uit
        for f in s.feiten:
            assert f.feit in uit
    for id_, merk, _ in b.kwitantie.herkomst.regelsets:
        assert id_ in uit
        assert merk in uit
    assert b.kwitantie.feiten in uit
    assert "onbekend" in uit
    assert "huisarts:prestatie.maximumtarief = € 11,51" in uit


def test_a_change_is_named_only_when_it_turns_the_answer(engine):
    assert "Wel toegestaan bij: bedrag van ten hoogste € 11,51" in tekst(engine, TE_HOOG)
    ook_te_kort = {**TE_HOOG, "feiten": {"declaratie": {**TE_HOOG["feiten"]["declaratie"], "duur_minuten": 2}}}
    assert "bij:" not in tekst(engine, ook_te_kort)
    goed = {**TE_HOOG, "feiten": {"declaratie": {**TE_HOOG["feiten"]["declaratie"], "bedrag": "11.51"}}}
    assert "bij:" not in tekst(engine, goed)
    assert "bij:" not in explain(engine.decide(TE_HOOG))


def test_a_change_is_not_called_a_bound_when_beyond_it_is_no(engine):
    """Were every amount but the bound refused, the words would say that one amount only."""
    b = engine.decide(TE_HOOG)

    def alleen_de_grens(zaak):
        goed = zaak["feiten"]["declaratie"]["bedrag"] == "11.51"
        return engine.decide(zaak) if goed else b

    assert "bij: bedrag van € 11,51" in explain(b, zaak=TE_HOOG, decide=alleen_de_grens)


def test_routes_duties_and_concept_are_shown(zr, voorbeelden):
    wegen = zr("explain", voorbeelden / "bekostiging.yaml").stdout
    assert "facultatieve prestatie    gesloten" in wegen
    assert "vrije tarieven            onbekend   nog nodig: idee.contractafspraak" in wegen
    assert "msz.bekostiging.max-max.contract" not in wegen
    afspraak = zr("explain", voorbeelden / "domeinoverstijgende-afspraak.yaml").stdout
    assert "CONCEPT, GEEN GELDEND RECHT" in afspraak.splitlines()[0]
    assert "- Nederlandse Zorgautoriteit, uiterlijk 30 juni 2026: Kwalitatieve evaluatie" in afspraak
    assert "Voldoet wel bij: toegezegd door zorgverzekeraars van ten hoogste € 35.000,00" in afspraak
    assert "concept" in zr("explain", voorbeelden / "domeinoverstijgende-afspraak.yaml", "--voor", "burger").stdout


def test_a_gap_is_named_with_its_catalogue(engine):
    zaak = {
        "vraag": "declaratie",
        "peildatum": "2025-01-01",
        "feiten": {
            "declaratie": {"prestatiecode": "198504", "bedrag": "45.00"},
            "zorgproduct": {"soort": "overig_zorgproduct", "uitvoeringsdatum": "2025-01-01", "prestatie_past": True},
        },
    }
    b = engine.decide(zaak)
    assert b.ontbrekend.gaten
    assert "van 198504 op 1 januari 2025   (msz/prestaties)" in explain(b)
    assert "heeft het antwoord niet." in explain(b, voor="burger")


@pytest.mark.parametrize(
    ("eis", "feiten", "woorden"),
    [
        (
            "rit.dag: {voor: {veld: rit.uiterste}}",
            {"dag": "2025-05-20", "uiterste": "2025-05-10"},
            "dag op of voor 9 mei 2025",
        ),
        (
            "rit.dag: {vanaf: {veld: rit.uiterste}}",
            {"dag": "2025-05-01", "uiterste": "2025-05-10"},
            "dag op of na 10 mei 2025",
        ),
        ("rit.dag: {is: {veld: rit.uiterste}}", {"dag": "2025-05-01", "uiterste": "2025-05-10"}, "dag 10 mei 2025"),
        ("rit.aantal: {minstens: {veld: rit.laagste}}", {"aantal": 5, "laagste": 7}, "aantal van ten minste 7"),
        ("rit.aantal: {meer_dan: {veld: rit.laagste}}", {"aantal": 5, "laagste": 7}, "aantal van ten minste 8"),
        ("rit.aantal: {minder_dan: {veld: rit.laagste}}", {"aantal": 9, "laagste": 7}, "aantal van ten hoogste 6"),
        ("rit.aantal: {is: {veld: rit.laagste}}", {"aantal": 9, "laagste": 7}, "aantal van 7"),
    ],
)
def test_the_change_fits_the_comparison(plugin, eis, feiten, woorden):
    schema = json.loads(plugin.tekst["feit"])
    datum = {"$ref": "urn:zorgregels:v1:waarden#/$defs/datum", "description": "Een dag."}
    getal = {"type": "integer", "description": "Een getal."}
    schema["properties"] = {"aantal": getal, "laagste": getal, "dag": datum, "uiterste": datum}
    regelset = plugin.tekst["regelset"].split("reikwijdte:")[0] + (
        "reikwijdte: {declaratie: {zaak.peildatum: {bestaat: true}}}\nregels:\n"
        "  - id: SECTOR.eis\n    vraag: declaratie\n    normen: [N-1]\n"
        f"    dan: {{eis: {{{eis}}}}}\n    motivering: Zo moet het.\n"
    )
    map_ = plugin(feit=json.dumps(schema), regelset=regelset, casussen="")
    zaak = {"vraag": "declaratie", "peildatum": "2025-05-01", "feiten": {"rit": feiten}}
    with Engine(plugins=[map_]) as engine:
        assert f"  Wel toegestaan bij: {woorden}\n" in tekst(engine, zaak)


def test_json_holds_text_and_decision(zr, voorbeelden):
    uit = zr("explain", voorbeelden / "consult.json", "--json", "--voor", "burger").json
    assert uit["voor"] == "burger"
    assert uit["uitleg"].startswith("Mag deze")
    assert uit["beslissing"]["oordeel"] == "toegestaan"


@pytest.mark.parametrize(("env", "kleur"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_on_a_terminal_only(voorbeelden, env, kleur):
    basis = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "TERM"}} | {"TERM": "xterm"}
    meester, slaaf = pty.openpty()
    p = subprocess.Popen(
        [sys.executable, "-m", "zorgregels", "explain", str(voorbeelden / "consult.json")],
        stdout=slaaf,
        env={**basis, **env},
    )
    os.close(slaaf)
    gezien = b""
    try:
        while stuk := os.read(meester, 65536):
            gezien += stuk
    except OSError:
        pass
    os.close(meester)
    assert p.wait(60) == 0
    assert (b"\x1b[" in gezien) is kleur
    assert b"TOEGESTAAN" in gezien


def test_control_characters_in_facts_are_replaced(zr, tmp_path):
    (tmp_path / "z.json").write_text(
        '{"vraag": "declaratie", "peildatum": "2023-05-10", '
        '"feiten": {"declaratie": {"prestatiecode": "\\u001b[2J\\u0007\\u202e", "prestatiecodelijst": "008", "bedrag": "1.00"}}}'
    )
    uit = zr("explain", tmp_path / "z.json", "--voor", "ontwikkelaar")
    assert uit.status == 0
    for teken in "\x1b\x07\u202e":
        assert teken not in uit.stdout
    assert "\N{REPLACEMENT CHARACTER}" in uit.stdout
