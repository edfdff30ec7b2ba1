"""What once went wrong at the edges: catalogues, chains, long lists, and values that are equal but not alike."""

from __future__ import annotations

import pytest
from zorgregels import Engine, Uitkomst
from zorgregels._canon import canonical, digest
from zorgregels.errors import RegelsetError

PRESTATIE = {
    "$schema": "urn:zorgregels:v1:feit",
    "title": "prestatie",
    "description": "Uit de catalogus.",
    "x-aantal": "een",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "bestaat": {"description": "Bestaat zij.", "type": "boolean", "readOnly": True},
        "naam": {"description": "De naam.", "type": "string", "maxLength": 40, "readOnly": True},
        "deel": {"description": "Een deel.", "$ref": "urn:zorgregels:v1:waarden#/$defs/ratio", "readOnly": True},
    },
}
CATALOGUS = """schema: catalogus/v1
catalogus: proef/codes
versie: "{versie}"
bekend: {bekend}
feitsoort: {soort}
volledig: false
bron: {{document: Proef}}
prestaties:
  - {{code: X1, naam: een, perioden: [{{van: 2025-01-01}}]}}
"""


@pytest.fixture
def met_catalogi(schrijf, maak):
    def make(*versies, soorten=(PRESTATIE,), eis="{declaratie.akkoord: true}"):
        tekst = maak.regelset("proef", maak.eis("proef", "e", eis))
        map_ = schrijf("proef", {"2025/a.yaml": tekst}, feiten=(maak.FEIT, maak.AFGELEID, *soorten))
        (map_ / "catalogi").mkdir()
        for nr, versie in enumerate(versies):
            (map_ / "catalogi" / f"c{nr}.yaml").write_text(
                CATALOGUS.format(**{"soort": "prestatie", "bekend": "onbekend", **versie})
            )
        return Engine(plugins=[map_])

    return make


def codes(fout):
    return {m.code for m in fout.value.meldingen}


def test_of_two_catalogues_known_as_long_none_is_chosen(met_catalogi):
    with pytest.raises(RegelsetError) as fout:
        met_catalogi({"versie": "2025.9"}, {"versie": "2025.10"})
    assert codes(fout) == {"ZR-307"}


def test_of_two_catalogues_the_later_known_counts(met_catalogi):
    engine = met_catalogi({"versie": "2025.9"}, {"versie": "2025.10", "bekend": "2025-03-01"})
    zaak = {
        "vraag": "declaratie",
        "peildatum": "2025-05-05",
        "feiten": {"declaratie": {"prestatiecode": "X1", "akkoord": True}},
    }
    assert [c for c, _ in engine.decide(zaak).kwitantie.herkomst.catalogi] == ["proef/codes@2025.10"]
    assert [c for c, _ in engine.decide(zaak, bekend_op="2025-02-28").kwitantie.herkomst.catalogi] == [
        "proef/codes@2025.9"
    ]


def test_versions_of_a_catalogue_are_about_the_same(met_catalogi):
    product = {**PRESTATIE, "title": "product"}
    with pytest.raises(RegelsetError) as fout:
        met_catalogi(
            {"versie": "2025.1"},
            {"versie": "2025.2", "bekend": "2025-03-01", "soort": "product"},
            soorten=(PRESTATIE, product),
        )
    assert codes(fout) == {"ZR-312"}


def test_a_code_is_text(met_catalogi):
    with pytest.raises(RegelsetError) as fout:
        met_catalogi({"versie": "2025.1"}, eis="{in_catalogus: {naam: proef/codes, code: {veld: declaratie.bedrag}}}")
    assert codes(fout) == {"ZR-209"}


def ladder(aantal, effect):
    """Rules each of which goes before all later ones."""
    return "".join(
        f"  - id: proef.r{nr:03d}\n    vraag: declaratie\n    normen: [P-1]\n    als: {{declaratie.akkoord: true}}\n"
        + (
            f"    gaat_voor: [{', '.join(f'proef.r{n:03d}' for n in range(nr + 1, aantal))}]\n"
            if nr + 1 < aantal
            else ""
        )
        + f"    dan: {effect}\n    motivering: Proef.\n"
        for nr in range(aantal)
    )


def test_many_exceptions_are_followed_once_each(schrijf, maak):
    """Without remembering, each rule of the ladder doubles the work: forty would never end."""
    engine = Engine(
        plugins=[
            schrijf("proef", {"2025/a.yaml": maak.regelset("proef", ladder(40, "{eis: {declaratie.tweede: true}}"))})
        ]
    )
    b = engine.decide(
        vraag="declaratie", peildatum="2025-05-05", feiten={"declaratie": {"prestatiecode": "X1", "tweede": False}}
    )
    assert b.uitkomst is Uitkomst.ONBEKEND
    assert [f.feit for f in b.ontbrekend.feiten] == ["declaratie.akkoord"]


def test_a_long_chain_of_derivations_is_followed_to_its_end(schrijf, maak):
    aantal = 400
    velden = {f"v{nr}": {"description": "Schakel.", "type": "boolean", "readOnly": True} for nr in range(aantal)}
    delen = [dict(list(velden.items())[n : n + 90]) for n in range(0, aantal, 90)]
    ketens = tuple({**maak.AFGELEID, "title": f"k{i}", "properties": d} for i, d in enumerate(delen))
    naam = [f"k{nr // 90}.v{nr}" for nr in range(aantal)]
    regels = "".join(
        f"  - id: proef.s{nr:03d}\n    vraag: declaratie\n    normen: [P-1]\n"
        f"    dan: {{leid_af: {{{naam[nr]}: {{veld: {naam[nr - 1] if nr else 'declaratie.akkoord'}}}}}}}\n"
        for nr in range(aantal)
    )
    tekst = maak.regelset("proef", regels + maak.eis("proef", "e", f"{{{naam[-1]}: true}}"))
    engine = Engine(plugins=[schrijf("proef", {"2025/a.yaml": tekst}, feiten=(maak.FEIT, *ketens))])
    b = engine.decide(vraag="declaratie", peildatum="2025-05-05", feiten={"declaratie": {"prestatiecode": "X1"}})
    assert [f.feit for f in b.ontbrekend.feiten] == ["declaratie.akkoord"]


def test_a_thousand_items_without_their_one_word(schrijf, maak):
    lijst = {
        **maak.FEIT,
        "title": "post",
        "x-aantal": "lijst",
        "properties": {"soort": {"description": "Soort.", "type": "string", "enum": ["a"]}},
    }
    tekst = maak.regelset("proef", maak.eis("proef", "e", "{elk: {van: post, waar: {soort: a}}}"))
    engine = Engine(plugins=[schrijf("proef", {"2025/a.yaml": tekst}, feiten=(maak.FEIT, maak.AFGELEID, lijst))])
    feiten = {"declaratie": {"prestatiecode": "X1"}, "post": [{}] * 1000}
    assert engine.decide(vraag="declaratie", peildatum="2025-05-05", feiten=feiten).uitkomst is Uitkomst.JA


def test_one_and_one_over_one_are_spelled_alike(schrijf, maak):
    """A derived ratio may be a whole number: what was decided before must not show in its spelling."""
    getallen = {
        "getal": {"description": "Getal.", "type": "integer"},
        "ratio": {"description": "Ratio.", "$ref": "urn:zorgregels:v1:waarden#/$defs/ratio"},
    }
    feit = {**maak.FEIT, "properties": {**maak.FEIT["properties"], **getallen}}
    doel = {
        **maak.AFGELEID,
        "properties": {"r": {"description": "R.", "$ref": "urn:zorgregels:v1:waarden#/$defs/ratio", "readOnly": True}},
    }
    grootste = "{grootste: [{veld: declaratie.ratio}, {veld: declaratie.getal}]}"
    regel = (
        f"  - id: proef.k\n    vraag: declaratie\n    normen: [P-1]\n    dan: {{leid_af: {{oordeel.r: {grootste}}}}}\n"
    )
    tekst = maak.regelset("proef", regel + maak.eis("proef", "e", '{oordeel.r: "1"}'))
    map_ = schrijf("proef", {"2025/a.yaml": tekst}, feiten=(feit, doel))
    zaken = [
        {
            "vraag": "declaratie",
            "peildatum": "2025-05-05",
            "feiten": {"declaratie": {"prestatiecode": "X1", "ratio": r, "getal": g}},
        }
        for r, g in (("1", 0), ("0.5", 1))
    ]
    heen, terug = Engine(plugins=[map_]), Engine(plugins=[map_])
    eerst = [heen.decide(z) for z in zaken]
    later = [terug.decide(z) for z in reversed(zaken)][::-1]
    assert [b.digest for b in eerst] == [b.digest for b in later]
    for b in eerst:
        assert digest(canonical(b.content())) == b.digest
        assert b.to_dict()["afgeleid"][0]["waarde"] == "1"
