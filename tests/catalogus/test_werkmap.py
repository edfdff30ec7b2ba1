"""Excel workbooks: exact values, and files that mean harm."""

from __future__ import annotations

import io
import sys
import zipfile
from datetime import date, datetime
from typing import Any

import pytest

KOP = ["Code", "Omschrijving", "Tarief", "Ingang"]


@pytest.fixture
def werkmap():
    openpyxl = pytest.importorskip("openpyxl", reason="zorgregels[excel] is not installed")

    def write(*bladen: list[list[Any]]) -> bytes:
        map_ = openpyxl.Workbook()
        map_.remove(map_.active)
        for nr, rijen in enumerate(bladen, 1):
            blad = map_.create_sheet(f"Blad{nr}")
            for rij in rijen:
                blad.append(rij)
        uit = io.BytesIO()
        map_.save(uit)
        return uit.getvalue()

    return write


def test_values_are_what_excel_shows(invoer, werkmap):
    inhoud = werkmap(
        [
            ["Titel van de tabel"],
            [],
            KOP,
            [11, "een", 11.52, datetime(2025, 2, 1)],
            ["0123", "twee", 0.1 + 0.2, date(2025, 3, 1)],
            ["AAAA", "drie", 0, "20250401"],
            ["BBBB", "vier", None, 20250501],
            [],
            ["CCCC", "vijf", "1.000,50", None],
        ]
    )
    i = invoer(inhoud, naam="tabel.xlsx")
    waarden = {c: i.catalogus.prestaties[c][-1] for c in ("0011", "0123", "AAAA", "BBBB", "CCCC")}
    assert [p.waarden.get("maximumtarief", "onbekend") for p in waarden.values()] == [
        1152,
        30,
        None,
        "onbekend",
        100050,
    ]
    assert [(p.van.month, p.van.day) for p in waarden.values()] == [(2, 1), (3, 1), (4, 1), (5, 1), (1, 1)]
    assert i.herkomst.wijze == "Excel, blad Blad1"
    assert i.herkomst.kopregel == 3


def test_a_formula_an_error_and_a_time_have_no_value(invoer, werkmap):
    inhoud = werkmap(
        [KOP, ["AAAA", "a", "=1+1", None], ["BBBB", "b", "#N/A", None], ["CCCC", "c", 1, datetime(2025, 1, 1, 3)]]
    )
    meldingen = invoer.faults(inhoud)
    assert [(m.regel, m.kolom) for m in meldingen] == [(2, 3), (3, 3), (4, 4)]
    assert "formule" in meldingen[0].tekst


def test_the_sheet_with_the_headings_is_read_and_two_of_them_are_a_question(invoer, werkmap):
    blad = [KOP, ["AAAA", "a", 1, None]]
    assert invoer(werkmap([["Leeswijzer"]], blad)).herkomst.wijze == "Excel, blad Blad2"
    (m,) = invoer.faults(werkmap(blad, blad))
    assert (m.code, "Blad1; Excel, blad Blad2" in m.tekst) == ("ZR-323", True)
    assert invoer(werkmap(blad, blad), blad="Blad2").herkomst.wijze == "Excel, blad Blad2"
    (m,) = invoer.faults(werkmap(blad), blad="Bald1")
    assert m.hulp == "Bedoelde u `Blad1`?"


def test_without_openpyxl_it_says_what_to_install(invoer, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    (m,) = invoer.faults(_zip({"xl/workbook.xml": b"<workbook/>"}))
    assert m.code == "ZR-321"
    assert "zorgregels[excel]" in m.hulp


def _zip(delen: dict[str, bytes]) -> bytes:
    uit = io.BytesIO()
    with zipfile.ZipFile(uit, "w", zipfile.ZIP_DEFLATED) as archief:
        for naam, inhoud in delen.items():
            archief.writestr(naam, inhoud)
    return uit.getvalue()


@pytest.mark.parametrize(
    ("delen", "tekst"),
    [
        ({"a.txt": b"x"}, "geen Excel-werkmap"),
        ({"xl/workbook.xml": b"<a/>", "xl/sharedStrings.xml": b"a" * 100_000_001}, "uitgepakt"),
        ({"xl/workbook.xml": b"<a/>", **{f"{n}": b"" for n in range(1001)}}, "uitgepakt"),
        ({"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}, "geen XML zoals Excel"),
        ({"xl/workbook.xml": b" " * (2**20 - 4) + b"<!DOCTYPE a><a/>"}, "geen XML zoals Excel"),
        ({"xl/workbook.xml": "<a/>".encode("utf-16")}, "geen XML zoals Excel"),
    ],
    ids=["no workbook", "bomb", "parts", "entities", "across blocks", "utf-16"],
)
def test_hostile_archives(invoer, delen, tekst):
    (m,) = invoer.faults(_zip(delen))
    assert m.code == "ZR-320"
    assert tekst in m.tekst


def test_a_damaged_archive(invoer):
    heel = _zip({"xl/workbook.xml": b"<a>" * 1000})
    for stuk in (heel[:40], heel[:-30], heel[:60] + b"\0" * 20 + heel[80:]):
        (m,) = invoer.faults(stuk)
        assert m.code == "ZR-320"


def _sheet(heel: bytes, xml: bytes) -> bytes:
    """A sound workbook with other XML for its sheet."""
    with zipfile.ZipFile(io.BytesIO(heel)) as archief:
        delen = {n: archief.read(n) for n in archief.namelist()}
    naam = next(n for n in delen if n.startswith("xl/worksheets/sheet"))
    kop = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return _zip({**delen, naam: kop + xml + b"</worksheet>"})


@pytest.mark.parametrize(
    "xml",
    [
        b'<dimension ref="A1:XFD1048576"/><sheetData><row r="99999999999"><c r="A1"><v>1</v></c></row></sheetData>',
        b"<sheetData>"
        + b"".join(b'<row r="%d"><c r="XFD%d"/></row>' % (n, n) for n in range(1, 1500))
        + b"</sheetData>",
        b'<sheetData><row r="1"><c r="KKK1" t="str"><v>x</v></c></row></sheetData>',
        b"<sheetData><row><c>",
    ],
    ids=["far row", "far cells", "filled far cell", "cut off"],
)
def test_hostile_sheets(invoer, werkmap, xml):
    (m,) = invoer.faults(_sheet(werkmap([KOP]), xml))
    assert m.code == "ZR-320"


def test_a_sheet_that_claims_to_be_large_is_read_for_what_it_holds(invoer, werkmap):
    rij = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>%s</t></is></c><c r="B%d" t="inlineStr"><is><t>%s</t></is></c></row>'
    xml = b'<dimension ref="A1:XFD1048576"/><sheetData>' + b"".join(
        rij % (n, n, a, n, b) for n, a, b in ((1, b"Code", b"Omschrijving"), (9, b"AAAA", b"a"))
    )
    i = invoer(_sheet(werkmap([KOP]), xml + b"</sheetData>"), "codes")
    assert i.verschil.nieuw == ("AAAA",)
