"""What a table says comes over the catalogue; what it does not say stays."""

from __future__ import annotations

JA = {"bestaat": True}


def test_a_tariff_of_zero_is_free_more_is_a_maximum_and_nothing_is_unknown(invoer, periods):
    i = invoer("Code;Omschrijving;Tarief\nNUL0;gratis is het niet;0\nMAX0;begrensd;12,50\nLEEG;wie weet;\n")
    assert periods(i, "NUL0") == [("2025-01-01", "", {**JA, "tariefsoort": "vrij", "maximumtarief": None})]
    assert periods(i, "MAX0") == [("2025-01-01", "", {**JA, "tariefsoort": "maximum", "maximumtarief": 1250})]
    assert periods(i, "LEEG") == [("2025-01-01", "", JA)]


def test_periods_before_the_import_stay_and_other_values_are_kept(invoer, periods):
    i = invoer("Code;Omschrijving;Tarief\n0011;oud en nieuw;3,00\n")
    rood = {**JA, "groep": "rood", "tariefsoort": "maximum"}
    assert periods(i, "0011") == [
        ("2023-01-01", "2023-12-31", {**rood, "maximumtarief": 100}),
        ("2024-01-01", "2024-12-31", {**rood, "maximumtarief": 200}),
        ("2025-01-01", "", {**rood, "maximumtarief": 300}),
    ]
    assert str(i.catalogus.prestaties["0011"][1].bron) == "Lijst 2024 (verzonnen)"
    assert "overige waarden: Lijst 2024 (verzonnen)" in i.catalogus.prestaties["0011"][2].bron.plaats


def test_an_empty_tariff_takes_an_old_amount_away_and_an_empty_group_does_not(invoer, periods):
    i = invoer("Code;Omschrijving;Tarief;Groep\n0011;oud en nieuw;;\n")
    assert periods(i, "0011")[-1] == ("2025-01-01", "", {**JA, "groep": "rood"})


def test_values_of_the_whole_prestatie_do_not_reach_days_that_were_not_spoken_of(invoer, periods):
    i = invoer("Code;Omschrijving\n0022;twee jaren\n", "codes", van="2024-07-01")
    blauw = {**JA, "groep": "blauw", "tariefsoort": "vrij", "maximumtarief": None}
    assert periods(i, "0022") == [
        ("2024-01-01", "2024-12-31", blauw),
        ("2025-01-01", "2025-12-31", JA),
        ("2026-01-01", "", {"bestaat": False}),
    ]
    assert str(i.catalogus.prestaties["0022"][0].bron) == "Beschikking (verzonnen) art. 7"


def test_with_an_end_the_table_goes_before_what_is_said_of_later_days(invoer, periods):
    i = invoer("Code;Omschrijving;Tarief\n0022;twee jaren;\n", van="2025-07-01", tot="2026-06-30")
    assert [p[:2] for p in periods(i, "0022")][1:] == [
        ("2025-07-01", "2025-12-31"),
        ("2026-01-01", "2026-06-30"),
        ("2026-07-01", ""),
    ]
    assert [p[2] for p in periods(i, "0022")][1:] == [JA, JA, {"bestaat": False}]


def test_a_list_that_also_names_old_codes_revives_none(invoer, periods):
    i = invoer("Code;Omschrijving\n0022;andere naam\n", "codes", van="2025-07-01", tot="2026-06-30")
    assert periods(i, "0022")[-1] == ("2026-01-01", "", {"bestaat": False})
    assert i.catalogus.prestaties["0022"][-1].waarden["naam"] == "andere naam"


def test_a_plain_list_says_that_codes_exist_and_no_more(invoer, periods):
    i = invoer("Code;Omschrijving\nNIEU;iets nieuws\n", "codes")
    assert periods(i, "NIEU") == [("2025-01-01", "", JA)]
    with invoer.engine(invoer.write(i)) as engine:
        b = engine.decide(vraag="declaratie", peildatum="2025-03-01", feiten={"nota": {"code": "NIEU", "bedrag": "9"}})
        eerder = engine.decide(vraag="declaratie", peildatum="2024-03-01", feiten={"nota": {"code": "NIEU"}})
    assert b.uitkomst.value == "onbekend"
    assert {g.catalogus for g in b.ontbrekend.gaten} == {"proef/lijst"}
    assert eerder.uitkomst.value == "onbekend"


def test_a_code_that_an_incomplete_table_lacks_stays(invoer, periods):
    i = invoer("Code;Omschrijving\nNIEU;iets nieuws\n", "codes")
    assert i.verschil.verdwenen == ("0011", "0022", "0033")
    assert not i.verschil.beeindigd
    assert periods(i, "0033")[-1][1:] == ("", {**JA, "tariefsoort": "maximum", "maximumtarief": 500})


def test_a_code_that_a_complete_table_lacks_exists_no_more(invoer, periods):
    i = invoer("Code;Omschrijving\n0011;oud en nieuw\n", "alles")
    assert i.verschil.verdwenen == ("0022", "0033")
    assert i.verschil.beeindigd
    assert {w.code for w in i.verschil.gewijzigd} == {"0011"}
    assert periods(i, "0033")[-1] == ("2025-01-01", "", {"bestaat": False})
    assert periods(i, "0033")[0][:2] == ("2024-01-01", "2024-12-31")
    assert i.catalogus.volledig is False


def test_a_complete_table_says_since_when(invoer):
    (m,) = invoer.faults("Code;Omschrijving\n0011;x\n", "alles", van=None)
    assert m.code == "ZR-326"


def test_a_code_in_a_row_that_is_skipped_has_not_vanished(invoer):
    i = invoer("Code;Omschrijving;Tarief\nTOTAAL;alles;9\n0011;x;1\n0033;wordt niet gelezen;1\n")
    assert i.herkomst.overgeslagen == 2
    assert i.verschil.verdwenen == ("0022",)
    assert "TOTAAL" not in i.catalogus.prestaties


def test_a_status_can_end_a_prestatie(invoer, periods):
    i = invoer("Code;Omschrijving;Tarief;Status\n0011;x;1;vervallen\n")
    assert periods(i, "0011")[-1] == ("2025-01-01", "", {"bestaat": False})


def test_rows_with_days_of_their_own(invoer, periods):
    i = invoer(
        "Code;Omschrijving;Tarief;Ingang;Einde\nDAG1;x;1;1-1-2025;30-06-2025\nDAG1;x;2;20250701;31-12-9999\nDAG2;y;3;2025-02-01;\n",
        van=None,
    )
    assert [p[:2] for p in periods(i, "DAG1")] == [("2025-01-01", "2025-06-30"), ("2025-07-01", "")]
    assert [p[:2] for p in periods(i, "DAG2")] == [("2025-02-01", "")]


def test_the_same_table_twice_changes_nothing(invoer):
    tabel = "Code;Omschrijving;Tarief\n0011;ander;3,00\nNIEU;n;0\n"
    eerste = invoer(tabel)
    tweede = invoer(tabel, versie="2025.2", basis=(invoer.write(eerste),))
    assert tweede.herkomst.over == "proef/lijst@2025.1"
    assert not tweede.verschil.nieuw
    assert not tweede.verschil.gewijzigd
    assert tweede.catalogus.prestaties == eerste.catalogus.prestaties
    assert tweede.inhoud.count(b"Ingelezen uit") == 1
    assert b"Wat de maker erbij zei. Ingelezen uit tabel.csv" in tweede.inhoud
