"""``zorgregels rapport``: a report that was signed, and what becomes of it in other hands."""

from __future__ import annotations

import json

import pytest

ZAAK = {
    "vraag": "declaratie",
    "peildatum": "2023-05-10",
    "feiten": {"declaratie": {"prestatiecode": "12011", "bedrag": "11.52", "duur_minuten": 12}},
}


@pytest.fixture
def rapporten(zr, tmp_path):
    """A Journaal with one decision, and the two reports of its replay."""
    boek, zaak = tmp_path / "j.db", tmp_path / "zaak.json"
    zaak.write_text(json.dumps(ZAAK))
    assert zr("journaal", "init", boek).status == 0
    assert zr("decide", zaak, "--plugins", "huisarts", "--journaal", boek).status in {0, 1}
    assert zr("replay", "--journaal", boek, "-o", tmp_path / "uit.html").status == 0
    return tmp_path / "uit.json", tmp_path / "uit.html"


def test_both_reports_are_what_was_signed(zr, tmp_path, rapporten):
    sleutel = json.loads(zr("journaal", "head", tmp_path / "j.db").stdout)["sleutel"]
    uit = zr("rapport", *rapporten)
    assert uit.status == 0
    assert uit.stdout.count("ondertekend op ") == 2
    assert f"De sleutel is {sleutel}" in uit.stdout
    assert zr("rapport", *rapporten, "--sleutel", sleutel).status == 0
    ander = zr("rapport", *rapporten, "--sleutel", "00" * 32)
    assert ander.status == 1
    assert ander.stdout.count("met een andere sleutel") == 2


def test_an_altered_report_is_told_and_the_other_is_checked_too(zr, rapporten):
    json_, html = rapporten
    json_.write_bytes(json_.read_bytes().replace(b'"anders":0', b'"anders":1'))
    uit = zr("rapport", json_, html)
    assert uit.status == 1
    assert f"{json_}: is veranderd sinds het is ondertekend" in uit.stdout
    assert f"{html}: ondertekend op" in uit.stdout
    data = json.loads(zr("rapport", json_, html, "--json").stdout)
    assert [b["ongeschonden"] for b in data["bestanden"]] == [False, True]
    assert data["een_rapport"] is False


def test_a_page_of_another_report_is_told(zr, tmp_path, rapporten):
    json_, _ = rapporten
    assert zr("replay", "--journaal", tmp_path / "j.db", "--sinds", "1", "-o", tmp_path / "ander.html").status == 0
    uit = zr("rapport", json_, tmp_path / "ander.html")
    assert uit.status == 1
    assert "niet van één rapport" in uit.stdout


def test_without_keys_it_says_that_nobody_signed(zr, tmp_path, rapporten):
    (tmp_path / "j.db.sleutels").rename(tmp_path / "elders")
    assert zr("replay", "--journaal", tmp_path / "j.db", "-o", tmp_path / "kaal.html").status == 0
    for bestand in ("kaal.html", "kaal.json"):
        uit = zr("rapport", tmp_path / bestand)
        assert uit.status == 1
        assert "is niet ondertekend" in uit.stdout


@pytest.mark.parametrize("inhoud", [b"", b"{}", b"[1]", b"<html></html>", b"\x00\xff", b'{"a":' * 5000])
def test_something_else_is_no_report(zr, tmp_path, inhoud):
    (tmp_path / "iets").write_bytes(inhoud)
    uit = zr("rapport", tmp_path / "iets")
    assert uit.status == 1
    assert "is geen rapport" in uit.stdout
