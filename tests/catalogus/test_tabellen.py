"""Reading tables: what a cell may say, where the headings stand, and what is wrong, all at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from zorgregels._invoer.cellen import read_date, read_text
from zorgregels._waarden import OngeldigeWaarde

KOP = "Code;Omschrijving;Tarief"


@pytest.mark.parametrize(
    ("tekst", "cent"),
    [("12,5", 1250), ("1.234,56", 123456), ("€ 3,00", 300), ("7", 700), ("0012,5000", 1250), ("1.234", 123400)],
)
def test_amounts(invoer, tekst, cent):
    i = invoer(f"{KOP}\nAAAA;a;{tekst}\n")
    assert i.catalogus.prestaties["AAAA"][0].waarden["maximumtarief"] == cent


@pytest.mark.parametrize("tekst", ["12.50", "1.23,4", "-1", "€ -1,00", "12,345", "duur", "1e3", "12,5,0", "٣"])
def test_what_is_no_amount(invoer, tekst):
    (m,) = invoer.faults(f"{KOP}\nAAAA;a;1\nBBBB;b;{tekst}\n")
    assert (m.code, m.regel, m.kolom) == ("ZR-324", 3, 3)
    assert ("negatief" in m.tekst) == ("-" in tekst)


@pytest.mark.parametrize(("tekst", "goed"), [("0,25", True), ("0.25", True), ("1.234", False), ("1,234", False)])
def test_where_both_signs_are_allowed_three_decimals_are_not(invoer, tekst, goed):
    tabel = f"{KOP};Deel\nAAAA;a;1;{tekst}\n"
    if goed:
        assert str(invoer(tabel).catalogus.prestaties["AAAA"][0].waarden["deel"]) == "1/4"
    else:
        assert "duizend keer" in invoer.faults(tabel)[0].tekst


@pytest.mark.parametrize(
    ("cel", "dag"),
    [("31-01-2025", 31), ("1-1-2025", 1), ("20250131", 31), ("2025-01-31", 31), (date(2025, 1, 2), 2), (20250103, 3)],
)
def test_dates(cel, dag):
    assert read_date(cel, frozenset({"JJJJ-MM-DD", "DD-MM-JJJJ", "JJJJMMDD"})) == date(2025, 1, dag)


@pytest.mark.parametrize("cel", ["31-02-2025", "31/01/2025", "2025-1-31", "250131", "", True])
def test_what_is_no_date(cel):
    with pytest.raises(OngeldigeWaarde):
        read_date(cel, frozenset({"JJJJ-MM-DD", "DD-MM-JJJJ", "JJJJMMDD"}))


@pytest.mark.parametrize(
    ("cel", "tekst"), [(11, "0011"), (Decimal("11"), "0011"), ("11", "11"), ("  a\n b ", "a b"), ("co\xadde", "code")]
)
def test_text(cel, tekst):
    assert read_text(cel, 4) == tekst


def test_every_fault_is_told_at_once(invoer):
    meldingen = invoer.faults(
        "Titel;;;\n;;;\nCode;Omschrijving;Tarief;Tariefsoort;Punten;Per;Ingang;Einde;Status\n"
        "0011;a;x;V;1;;2025-01-01;2024-01-01;\n"
        "te lang;b;1;Q;;2025-01-01;;;\n"
        ";c;1;;1;;;;\n"
        "0044;d;0;M;100;;;;\n"
        "0055;e\x07;1;;1;;;;;;te veel\n"
        "0066;f\x07;1;;1;;;;\n"
    )
    assert [(m.regel, m.kolom, m.code) for m in meldingen] == [
        (4, 3, "ZR-324"),
        (5, 1, "ZR-324"),
        (5, 4, "ZR-324"),
        (5, 5, "ZR-324"),
        (5, 6, "ZR-324"),
        (6, 1, "ZR-324"),
        (7, 3, "ZR-325"),
        (7, 5, "ZR-324"),
        (8, 10, "ZR-324"),
        (9, 2, "ZR-324"),
    ]
    assert "kolom `Tariefsoort`: `Q` is geen woord" in meldingen[2].tekst
    assert "spreekt zichzelf tegen over `tariefsoort`: maximum en vrij" in meldingen[6].tekst


@pytest.mark.parametrize(
    ("rijen", "code", "tekst"),
    [
        ("AAAA;a;1;;\nAAAA;a;2;;\n", "ZR-325", "staat er twee keer, ook op regel 2"),
        ("AAAA;a;1;2025-01-01;2025-06-30\nAAAA;a;2;2025-06-30;\n", "ZR-325", "gelden allebei op 2025-06-30"),
        ("AAAA;a;1;2025-01-01;\nAAAA;a;2;2026-01-01;\n", "ZR-325", "gelden allebei op 2026-01-01"),
        ("AAAA;a;1;2025-01-01;2025-06-30\nAAAA;b;2;2025-07-01;\n", "ZR-325", "twee namen"),
        ("AAAA;a;1;2025-01-01;2024-12-31\n", "ZR-326", "eindigt (2024-12-31) voordat zij begint"),
    ],
)
def test_a_code_has_one_row_a_day(invoer, rijen, code, tekst):
    (m,) = invoer.faults(f"{KOP};Ingang;Einde\n{rijen}")
    assert m.code == code
    assert tekst in m.tekst


def test_a_row_has_a_first_day(invoer):
    (m,) = invoer.faults(f"{KOP}\nAAAA;a;1\n", van=None)
    assert m.code == "ZR-326"
    (m,) = invoer.faults(f"{KOP}\nAAAA;a;1\n", tot="2024-12-31")
    assert m.code == "ZR-326"


def test_thousands_of_faults_are_counted(invoer):
    meldingen = invoer.faults(f"{KOP}\n" + "AAAA;a;x\n" * 1000)
    assert len(meldingen) == 201
    assert "en nog 800 fouten" in meldingen[-1].tekst


# -- headings ------------------------------------------------------------------------------------------------------


def test_a_heading_that_is_missing_and_one_that_looks_like_it(invoer):
    (m,) = invoer.faults("Code;Omschrijvng;Tarief\nAAAA;a;1\n")
    assert m.code == "ZR-323"
    assert "de kolom `Omschrijving` ontbreekt" in m.tekst
    assert m.hulp == "Bedoelde u `Omschrijvng`?"


def test_a_heading_that_is_not_known(invoer):
    (m,) = invoer.faults("Code;Omschrijving;Tarief\nAAAA;a;1\n", "codes")
    assert (m.code, m.regel, m.kolom) == ("ZR-323", 1, 3)
    i = invoer("Prestatiecode;OMSCHRIJVING;Opmerking;tarief\nAAAA;a;z;1\n")
    assert i.ongelezen == ("Opmerking",)


def test_a_column_that_is_there_twice(invoer):
    (m,) = invoer.faults("Code;Prestatiecode;Omschrijving;Tarief\nAAAA;BBBB;a;1\n")
    assert (m.code, m.kolom) == ("ZR-323", 2)


# -- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inhoud", "wijze"),
    [
        ("Code;Omschrijving;Tarief\nAAAA;café, € 3;1\n".encode(), "tekst met puntkomma's, UTF-8"),
        ("\ufeffCode\tOmschrijving\tTarief\r\nAAAA\tcafé, € 3\t1\r\n".encode(), "tekst met tabs, UTF-8 met BOM"),
        ('Code,Omschrijving,Tarief\nAAAA,"café, € 3",1\n'.encode("cp1252"), "tekst met komma's, Windows-1252"),
        ("Code|Omschrijving|Tarief\nAAAA|café, \xa4 3|1\n".encode("latin-1"), "tekst met sluistekens, Latin-1"),
        ("Code;Omschrijving;Tarief\nAAAA;café, € 3;1\n".encode("utf-16"), "tekst met puntkomma's, UTF-16"),
    ],
)
def test_encodings_and_delimiters_are_found_and_said(invoer, inhoud, wijze):
    i = invoer(inhoud)
    assert i.herkomst.wijze == wijze
    assert i.catalogus.prestaties["AAAA"][0].waarden["naam"] in {"café, € 3", "café, ¤ 3"}


@pytest.mark.parametrize(
    ("inhoud", "tekst"),
    [
        (b"", "leeg"),
        (b"Code;Omschrijving;Tarief\n", "geen rij"),
        (b"Code;Omschrijving;Tarief\nAAAA;a\0;1\n", "NUL-tekens"),
        (b'Code;Omschrijving;Tarief\nAAAA;"a;1\n', "aanhalingsteken"),
        (b"\xff\xfeC\x00o", "als UTF-16"),
        (b"Code;Omschrijving;Tarief\n\x81\xe9", "geen UTF-8"),
        (b"\xef\xbb\xbfCode\xff", "UTF-8 met BOM"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "oude Excel"),
        (b"Code;Omschrijving;Tarief\n" + b";" * 300, "meer dan 200 cellen"),
        (b"Code;Omschrijving;Tarief\n" + b"A;a;1\n" * 100_001, "meer dan 100000 rijen"),
    ],
    ids=lambda w: w if isinstance(w, str) else "",
)
def test_what_is_no_table(invoer, inhoud, tekst):
    (m,) = invoer.faults(inhoud)
    assert m.code == "ZR-320"
    assert tekst in m.tekst


def test_a_file_that_is_not_there(invoer, tmp_path):
    assert invoer.faults(tmp_path / "weg.csv")[0].code == "ZR-114"
    assert invoer.faults(tmp_path)[0].code == "ZR-114"
    assert invoer.faults(f"{KOP}\nAAAA;a;1\n", blad="Blad1")[0].code == "ZR-320"


def test_fifty_thousand_rows(invoer):
    rijen = "".join(f"{nr:04X};prestatie {nr};{nr % 7},{nr % 100:02}\n" for nr in range(50_000))
    i = invoer(f"{KOP}\n{rijen}".replace(";0,00\n", ";0\n"))
    assert len(i.catalogus.prestaties) == 50_000 + 3 - len({"0011", "0022", "0033"})
    assert len(i.inhoud) < 8_000_000
    te_veel = invoer.faults(f"{KOP}\n{rijen}ZZZZ;een te veel;1\n")
    assert [m.code for m in te_veel] == ["ZR-107"]


def test_a_name_that_is_too_long(invoer):
    lang = "a" * 201
    assert invoer.faults(f"{KOP}\nAAAA;{lang};1\n")[0].code == "ZR-324"
    i = invoer(f"Code;Omschrijving\nAAAA;{lang}\n", "codes")
    assert i.ingekort == 1
    assert i.catalogus.prestaties["AAAA"][0].waarden["naam"] == "a" * 199 + "…"
