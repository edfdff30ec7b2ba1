"""Column mappings: what is wrong with one, and those of the plugins in this repository."""

from __future__ import annotations

from pathlib import Path

import pytest
from zorgregels._invoer.vormen import read_forms
from zorgregels._laden.alles import load_all
from zorgregels._laden.geheugen import Geheugen
from zorgregels._taal.verslag import Verslag

WORTEL = Path(__file__).parents[2]
PLUGINS = sorted((WORTEL / "plugins").glob("*/src/*/"))


@pytest.mark.parametrize(
    ("van", "naar", "code", "bij"),
    [
        ("{veld: punten,", "{veld: puntn,", "ZR-310", "puntn"),
        ("{V: vrij, vrij: vrij", "{V: vrij, vrij: vrijj", "ZR-212", "vrijj"),
        ("kop: [Punten], verplicht: false, leeg: fout", "kop: [Punten], leeg: geen", "ZR-212", "geen"),
        ("leeg: onbekend, datum: [DD-MM-JJJJ]", "leeg: onbekend, decimaal: komma", "ZR-209", "decimaal"),
        ("vast: {groep: geel", "vast: {groepp: geel", "ZR-310", "groepp"),
        ("bij_meer: {tariefsoort: maximum}", "bij_meer: {tariefsoort: hoog}", "ZR-212", "hoog"),
        ('patroon: "^[0-9A-Z]{4}$"', 'patroon: "^([0-9]+)+$"', "ZR-223", '"^(['),
        ("catalogus: proef/lijst", "catalogus: proef/lijsten", "ZR-217", "proef/lijsten"),
        ("vorm: codes", "vorm: tarieven", "ZR-309", "tarieven\n    titel: Codelijst"),
        ("volledig: true", "volledg: true", "ZR-204", "volledg"),
        ("schema: kolommen/v1", "schema: kolommen/v2", "ZR-201", "kolommen/v2"),
        ("is: [TOTAAL,", "is: &a [TOTAAL,", "ZR-104", "&a"),
    ],
)
def test_a_fault_in_a_mapping_is_told_with_its_place(invoer, plugin, van, naar, code, bij):
    pad = plugin / "catalogi/lijst.kolommen.yaml"
    tekst = pad.read_text("utf-8")
    assert tekst.count(van) == 1
    tekst = tekst.replace(van, naar)
    pad.write_text(tekst, "utf-8")
    meldingen = [m for m in invoer.faults("x") if m.code == code]
    assert meldingen
    voor = tekst[: tekst.index(bij)]
    regel, kolom = voor.count("\n") + 1, len(voor) - voor.rfind("\n")
    assert (regel, kolom) in [(m.regel, m.kolom) for m in meldingen]
    assert all(m.bestand.endswith("catalogi/lijst.kolommen.yaml") for m in meldingen)


def test_a_mapping_is_no_catalogue(invoer, plugin):
    (plugin / "catalogi/lijst.kolommen.yaml").write_text("niet: te lezen")
    with invoer.engine() as engine:
        assert [c.id for c in engine.catalogi] == ["proef/lijst@2024.1"]


def test_a_form_or_a_catalogue_that_is_not_there(invoer):
    (m,) = invoer.faults("x", "tariefen")
    assert (m.code, m.hulp) == ("ZR-322", "Bedoelde u `tarieven`?")


def test_every_mapping_of_the_plugins_is_sound(tmp_path: Path):
    mappen = [p for p in PLUGINS if (p / "plugin.yaml").is_file()]
    lading, kolommen = load_all(mappen, (), Geheugen(tmp_path))
    gevonden = {}
    for sector in lading.sectoren:
        bestanden = kolommen[sector.bundel.plugin]
        verslag = Verslag({b.naam: b.inhoud for b in bestanden})
        gevonden |= read_forms(bestanden, sector.feitsoorten, {c.naam: c for c in sector.catalogi}, verslag)
        assert verslag.located() == ()
    assert set(gevonden) >= {
        ("msz/prestaties", "tarieventabel"),
        ("msz/prestaties", "declaratiecodes"),
        ("msz/geboortezorg", "vektis-069"),
        ("huisarts/prestaties", "vektis-008"),
        ("huisarts/prestaties", "vektis-056"),
    }
