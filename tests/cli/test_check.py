from __future__ import annotations

import shutil
from pathlib import Path

import pytest

WORTEL = Path(__file__).parents[2]
VOORBEELD = WORTEL / "docs/voorbeelden/zorgregels-voorbeeldzorg"


def test_the_shipped_plugins_have_no_faults(zr):
    uit = zr("check", WORTEL / "plugins", "--json")
    assert uit.json["fouten"] == []
    assert uit.status == 0
    assert len(uit.json["plugins"]) >= 3
    assert uit.json["casussen"] > 200


def test_a_sound_plugin(zr, plugin):
    uit = zr("check", plugin(), "--streng")
    assert uit.stdout == "1 plugin · 1 regelset · 3 casussen en voorbeelden · 0 fouten · 0 waarschuwingen\n"
    assert uit.status == 0


def test_default_is_the_current_folder_and_files_are_named_from_there(zr, plugin, monkeypatch):
    map_ = plugin(casussen=plugin.tekst["casussen"].replace("uitkomst: ja", "uitkomst: nee"))
    monkeypatch.chdir(map_)
    uit = zr("check")
    assert uit.status == 1
    assert uit.stdout.startswith("regelsets/2025/ritten.casussen.yaml:10:17: ZR-701 casus P-1 ")
    assert "uitkomst: verwacht nee, het is ja" in uit.stdout


@pytest.mark.parametrize(
    ("oud", "nieuw", "melding"),
    [
        ("uitkomst: ja", "uitkomst: onbekend", "uitkomst: verwacht onbekend, het is ja"),
        ("uitkomst: ja", "fout: ZR-601", "fout: verwacht fout ZR-601, het is ja"),
        ("beslissend: [SECTOR.niet-te-lang]", "beslissend: [SECTOR.lang]", "verwacht onder meer proef.lang"),
        ("rit.lang: true", "rit.lang: false", "afgeleid.rit.lang: verwacht false, het is true"),
        ("rit.lang: true", "rit.lang: null", "afgeleid.rit.lang: verwacht null, het is true"),
        ("@2025.1", "@2025.2", "verwacht onder meer proef/ritten@2025.2"),
        ("uitkomst: ja", "ontbrekend: [rit.kilometers]", "ontbrekend: verwacht rit.kilometers, het is geen"),
        ("uitkomst: ja", "waarschuwingen: [SECTOR.lang]", "waarschuwingen: verwacht proef.lang, het is geen"),
        ("uitkomst: ja", "gaten: [SECTOR/x]", "gaten: verwacht proef/x, het is geen"),
        ("uitkomst: ja", "routes: {weg: ja}", "routes.weg: verwacht ja, het is geen route"),
        ("uitkomst: ja", "verplichtingen: [{regel: SECTOR.lang}]", "verwacht proef.lang, het is geen"),
        ("uitkomst: ja", "overwogen: [SECTOR.weg]", "verwacht onder meer proef.weg"),
        ("kilometers: 150", "kilometrs: 150", "het is fout ZR-504"),
    ],
)
def test_whatever_a_casus_states_is_compared(zr, plugin, oud, nieuw, melding):
    assert oud in plugin.tekst["casussen"]
    uit = zr("check", plugin(casussen=plugin.tekst["casussen"].replace(oud, nieuw)))
    assert uit.status == 1
    assert "ZR-701" in uit.stdout
    assert melding in uit.stdout


def test_a_casus_may_expect_an_error(zr, plugin):
    casussen = plugin.tekst["casussen"].replace("kilometers: 150", "kilometers: -1")
    begin = casussen.index("    verwacht:")
    uit = zr("check", plugin(casussen=casussen[:begin] + "    verwacht: {fout: ZR-505}\n"))
    assert "0 fouten" in uit.stdout


@pytest.mark.parametrize(
    ("oud", "nieuw"),
    [("kilometers: 201}}, verwacht: nee", "kilometers: 201}}, verwacht: ja"), ("hoogstens: 200", "hoogstens: 201")],
)
def test_a_voorbeeld_that_comes_out_otherwise(zr, plugin, oud, nieuw):
    uit = zr("check", plugin(regelset=plugin.tekst["regelset"].replace(oud, nieuw)))
    assert uit.status == 1
    assert "ZR-702 voorbeeld 2 van proef.niet-te-lang" in uit.stdout
    assert "regelsets/2025/ritten.yaml:23:" in uit.stdout


def test_faults_of_all_plugins_are_told_at_once(zr, plugin, tmp_path):
    plugin(tmp_path / "a", sector="een", regelset=plugin.tekst["regelset"].replace("hoogstens: 200", "hoogsten: 200"))
    plugin(tmp_path / "b", sector="twee", merk="schema: plugin/v1\nsector: TWEE\n")
    uit = zr("check", tmp_path)
    assert uit.status == 1
    assert "a/regelsets/2025/ritten.yaml:19:" in uit.stdout
    assert "b/plugin.yaml:" in uit.stdout


def test_a_file_stands_for_its_plugin(zr, plugin):
    map_ = plugin(casussen=plugin.tekst["casussen"].replace("uitkomst: ja", "uitkomst: nee"))
    assert zr("check", map_ / "feiten" / "rit.schema.json").status == 1
    assert zr("check", map_ / "regelsets").status == 1


def test_a_plugin_may_read_one_under_the_same_path_or_an_installed_one(zr, plugin, tmp_path):
    leest = (
        plugin.tekst["regelset"]
        .replace("reikwijdte:", "leest: [een]\nreikwijdte:")
        .replace("als: {rit", "als: {een:rit.lang: true, rit")
    )
    plugin(tmp_path / "a", sector="een")
    plugin(tmp_path / "b", sector="twee", regelset=leest)
    assert "0 fouten" in zr("check", tmp_path).stdout
    alleen = zr("check", tmp_path / "b")
    assert alleen.status == 1
    assert "ZR-215" in alleen.stdout
    ziet_huisarts = (
        plugin.tekst["regelset"]
        .replace("reikwijdte:", "leest: [huisarts]\nreikwijdte:")
        .replace("als: {rit", "als: {huisarts:prestatie.tariefsoort: vrij, rit")
    )
    uit = zr("check", plugin(tmp_path / "c", sector="drie", regelset=ziet_huisarts))
    assert "ZR-215" not in uit.stdout


def test_nothing_to_check(zr, tmp_path):
    assert zr("check", tmp_path / "weg").status == 2
    uit = zr("check", tmp_path)
    assert uit.status == 2
    assert "ZR-405" in uit.stderr


def test_virtual_environments_and_builds_are_passed_over(zr, plugin, tmp_path):
    plugin(tmp_path / "bron")
    plugin(tmp_path / ".venv" / "lib" / "site-packages" / "bron")
    plugin(tmp_path / ".oud" / "bron")
    plugin(tmp_path / "build" / "lib" / "bron")
    assert zr("check", tmp_path).stdout.startswith("1 plugin ")


def test_warnings_are_told_and_only_streng_counts_them(zr, plugin):
    zonder = plugin(casussen="", regelset=plugin.tekst["regelset"].split("    voorbeelden:")[0])
    uit = zr("check", zonder)
    assert uit.status == 0
    assert "ZR-800 waarschuwing" in uit.stdout
    assert zr("check", zonder, "--streng").status == 1


@pytest.mark.parametrize(
    ("bestand", "oud", "nieuw", "code"),
    [
        ("regelset", "meer_dan: 100", "meer_dan: 500", "ZR-801"),
        ("casussen", "afgeleid: {rit.lang: true}", "ontbrekend: []", "ZR-802"),
        (
            "regelset",
            "regels:\n",
            "regels:\n"
            + "  - {id: SECTOR.kort, vraag: declaratie, normen: [N-1], als: {rit.kilometers: {meer_dan: 100}}, dan: {leid_af: {rit.lang: false}}}\n",
            "ZR-803",
        ),
        ("feit", '"lang": {', '"over": {"description": "Niets.", "type": "boolean"},\n      "lang": {', "ZR-804"),
    ],
)
def test_slips(zr, plugin, bestand, oud, nieuw, code):
    assert oud in plugin.tekst[bestand]
    uit = zr("check", plugin(**{bestand: plugin.tekst[bestand].replace(oud, nieuw)}), "--json")
    assert code in {w["code"] for w in uit.json["waarschuwingen"]}
    assert all(w["regel"] > 1 for w in uit.json["waarschuwingen"])


LATER = """schema: catalogus/v1
catalogus: voorbeeldzorg/prestaties
versie: "2025.2"
bekend: 2025-03-01
feitsoort: prestatie
volledig: {volledig}
bron: {{document: "Tarieflijst voorbeeldzorg 2025, herzien (verzonnen)"}}
prestaties:
  - code: V01
    naam: kort gesprek
    perioden:
{perioden}"""
HEEL = '      - {van: 2025-01-01, tot: 2025-12-31, waarden: {maximumtarief: "10.00"}}\n'
V02 = "  - code: V02\n    naam: lang gesprek\n    perioden:\n      - {van: 2025-01-01, bestaat: false}\n"


@pytest.mark.parametrize(
    ("volledig", "perioden", "meldingen"),
    [
        ("true", HEEL, ["noemt 1 code (`V02`) niet meer, wat `voorbeeldzorg/prestaties@2025.1` wel doet"]),
        ("true", HEEL + V02, []),
        ("false", HEEL, []),
        ("true", "      - {van: 2025-02-01}\n" + V02, ["noemt van 1 code (`V01`) niet meer alle dagen"]),
        ("true", "      - {van: 2025-02-01}\n      - {van: 2024-07-01, tot: 2025-01-31}\n" + V02, []),
        ("true", HEEL.replace("12-31", "12-30"), ["noemt 1 code (`V02`)", "noemt van 1 code (`V01`)"]),
    ],
)
def test_what_a_catalogue_leaves_out_is_told(zr, tmp_path, volledig, perioden, meldingen):
    map_ = Path(shutil.copytree(VOORBEELD, tmp_path / "voorbeeld"))
    (catalogi,) = map_.glob("src/*/catalogi")
    (catalogi / "later.yaml").write_text(LATER.format(volledig=volledig, perioden=perioden))
    uit = zr("check", map_, "--json").json["waarschuwingen"]
    over = [w for w in uit if w["code"] == "ZR-805"]
    assert len(over) == len(meldingen)
    for w, tekst in zip(over, meldingen, strict=True):
        assert tekst in w["tekst"]
        assert w["bestand"].endswith("later.yaml")


def test_of_many_codes_the_first_are_named(zr, tmp_path):
    map_ = Path(shutil.copytree(VOORBEELD, tmp_path / "voorbeeld"))
    (catalogi,) = map_.glob("src/*/catalogi")
    eerste = catalogi / "prestaties.yaml"
    extra = "".join(
        f"  - {{code: X{n}, naam: iets, perioden: [{{van: 2025-01-01}}, {{van: 2024-01-01, tot: 2024-12-31, bestaat: false}}]}}\n"
        for n in range(9)
    )
    eerste.write_text(eerste.read_text().rstrip("\n") + "\n" + extra)
    (catalogi / "later.yaml").write_text(LATER.format(volledig="true", perioden=HEEL + V02))
    (w,) = (w for w in zr("check", map_, "--json").json["waarschuwingen"] if w["code"] == "ZR-805")
    assert "9 codes (`X0`, `X1`, `X2`, `X3`, `X4`, …)" in w["tekst"]


def test_a_field_that_says_who_somebody_is_needs_no_rule(zr, plugin):
    veld = '"wie": {"description": "Wie.", "type": "string", "maxLength": 9, "x-persoonsgegeven": "identificator"},\n      "lang": {'
    uit = zr("check", plugin(feit=plugin.tekst["feit"].replace('"lang": {', veld)), "--streng")
    assert uit.status == 0, uit.stdout


NORMEN = """schema: normen/v1
bron: {document: "Beleidsregel ritten"}
normen:
  - {id: N-1, norm: Een rit is lang of kort., plaats: artikel 1, jaren: onbekend, staat: uitvoerbaar}
  - {id: N-2, norm: Een rit is niet te lang., plaats: artikel 2, jaren: onbekend, staat: uitvoerbaar}
"""


def test_a_casus_names_norms_that_are_registered(zr, plugin):
    casussen = plugin.tekst["casussen"].replace("normen: [N-2]", "normen: [N-2, N-22]")
    assert zr("check", plugin(casussen=casussen)).status == 0  # nothing is registered
    (plugin() / "normen").mkdir()
    (plugin() / "normen/ritten.yaml").write_text(NORMEN)
    assert zr("check", plugin()).status == 0
    uit = zr("check", plugin(casussen=casussen)).stdout
    assert "ritten.casussen.yaml:5:19: ZR-315 norm `N-22` staat niet in het register, en casus P-1 noemt haar" in uit
    assert "Bedoelde u `N-2`?" in uit


def test_duties_are_compared_both_ways(zr, plugin):
    regel = (
        "regels:\n  - id: SECTOR.melden\n    vraag: declaratie\n    normen: [N-1]\n"
        "    dan: {verplicht: {plicht: Meld de rit., wie: vervoerder, uiterlijk: {datum: {van: {veld: zaak.peildatum}, weken: 2}}}}\n"
    )
    regelset = plugin.tekst["regelset"].replace("regels:\n", regel)

    def check(verwacht: str) -> str:
        casussen = plugin.tekst["casussen"].replace(
            "afgeleid: {rit.lang: true}", f"afgeleid: {{rit.lang: true}}\n      {verwacht}"
        )
        return str(zr("check", plugin(regelset=regelset, casussen=casussen)).stdout)

    assert "0 fouten" in check("verplichtingen: [{regel: SECTOR.melden, uiterlijk: 2025-05-15}]")
    assert "0 fouten" in check("verplichtingen: [{regel: SECTOR.melden}]")
    assert "het is proef.melden 2025-05-15" in check("verplichtingen: [{regel: SECTOR.melden, uiterlijk: 2025-05-16}]")
    assert "verwacht geen andere, het is proef.melden" in check("verplichtingen: []")


def test_two_casussen_with_one_id(zr, plugin):
    dubbel = plugin.tekst["casussen"] + plugin.tekst["casussen"].split("casussen:\n", 1)[1]
    uit = zr("check", plugin(casussen=dubbel))
    assert "ZR-703" in uit.stdout
    assert uit.status == 1


def test_a_casus_file_with_faults(zr, plugin):
    uit = zr("check", plugin(casussen=plugin.tekst["casussen"].replace("titel:", "titl:")))
    assert uit.status == 1
    assert "ritten.casussen.yaml:4:" in uit.stdout
    uit = zr("check", plugin(casussen="schema: casussen/v1\ncasussen: [{id: &a P-1}]\n"))
    assert "ZR-104" in uit.stdout


def test_without_a_path_outside_a_plugin(zr, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert zr("check").status == 2
    assert Path.cwd() == tmp_path
