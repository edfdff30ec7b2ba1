"""The version that is written: valid, the same every time, and used by its known-since date."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zorgregels import Engine
from zorgregels._invoer.samenvoegen import merge
from zorgregels._invoer.schrijven import Kopblad, make_document, write_yaml
from zorgregels._invoer.uitspraak import Inhoud, Uitspraak
from zorgregels._lezen.schema import describe_faults
from zorgregels._lezen.yaml import read_yaml
from zorgregels._schemas import make_validator
from zorgregels._taal.bron import Bron
from zorgregels._taal.catalogi import parse_catalogus
from zorgregels._taal.catalogus import Catalogus
from zorgregels._taal.feitsoort import parse_feitsoort
from zorgregels._taal.verslag import Verslag
from zorgregels.errors import RegelsetError

TABEL = 'Code;Omschrijving;Tarief\n0123;"een ""naam"": met # en {haken}, 100 %";1.234,50\nNEE1;nee;0\n'
ZAAK = {"vraag": "declaratie", "peildatum": "2025-03-01", "feiten": {"nota": {"code": "0011", "bedrag": "2.50"}}}


def test_what_is_written_is_valid_and_says_what_it_is(invoer):
    i = invoer(TABEL)
    data = read_yaml(i.inhoud, "x")
    assert list(describe_faults(make_validator("catalogus"), data)) == []
    assert data["versie"] == "2025.1"
    assert data["bekend"] == "2024-11-01"
    assert data["titel"] == "Lijst (verzonnen)"
    assert i.herkomst.sha256 in data["toelichting"]
    assert "2 rijen" in data["toelichting"]
    assert "proef/lijst@2024.1" in data["toelichting"]
    assert i.catalogus.digest in i.inhoud.decode().splitlines()[0]
    codes = [p["code"] for p in data["prestaties"]]
    assert codes == sorted(codes)
    assert data["prestaties"][codes.index("0123")]["naam"] == 'een "naam": met # en {haken}, 100 %'
    assert b'code: "0123"' in i.inhoud
    assert b"9999" not in i.inhoud


def test_reading_it_gives_the_catalogue_that_was_meant(invoer):
    i = invoer(TABEL)
    with invoer.engine(invoer.write(i)) as engine:
        (gelezen,) = [c for c in engine.catalogi if c.versie == "2025.1"]
    assert gelezen == i.catalogus


def test_the_same_table_gives_the_same_bytes_from_any_folder(invoer, tmp_path: Path):
    eerste = invoer(TABEL).inhoud
    (tmp_path / "elders").mkdir()
    pad = tmp_path / "elders" / "tabel.csv"
    pad.write_text(TABEL)
    assert invoer(pad).inhoud == eerste


def test_text_that_looks_like_yaml_stays_text(invoer):
    i = invoer("Code;Omschrijving\nNULL;null\n", "alles")
    data = read_yaml(i.inhoud, "x")
    waarden = next(p for p in data["prestaties"] if p["code"] == "NULL")
    assert waarden["naam"] == "null"
    assert waarden["waarden"] == {"catalogus": "van: tot", "groep": "geel"}


def test_the_known_since_date_decides_which_version_counts(invoer):
    i = invoer("Code;Omschrijving;Tarief\n0011;oud en nieuw;3,00\n")
    with invoer.engine(invoer.write(i)) as engine:
        nu = engine.decide(ZAAK)
        toen = engine.decide({**ZAAK, "bekend_op": "2024-10-31"})
    assert (nu.uitkomst.value, toen.uitkomst.value) == ("ja", "nee")
    assert ("proef/lijst@2025.1", i.catalogus.digest) in nu.kwitantie.herkomst.catalogi
    assert [c[0] for c in toen.kwitantie.herkomst.catalogi] == ["proef/lijst@2024.1"]


def test_a_second_start_gives_the_same(invoer):
    pad = invoer.write(invoer(TABEL))
    with invoer.engine(pad) as een, invoer.engine(pad) as ander:
        assert een.decide(ZAAK) == ander.decide(ZAAK)
        assert een.catalogi == ander.catalogi


def test_a_catalogue_of_a_sector_that_is_not_loaded(invoer, tmp_path: Path, cache: Path):
    pad = tmp_path / "vreemd.yaml"
    pad.write_bytes(invoer(TABEL).inhoud.replace(b"catalogus: proef/lijst", b"catalogus: elders/lijst"))
    with pytest.raises(RegelsetError) as fout:
        Engine(plugins=[invoer.plugin], catalogi=[pad], cache=cache)
    assert [(m.code, m.bestand) for m in fout.value.meldingen] == [("ZR-328", pad.as_posix())]


@pytest.mark.parametrize(
    ("van", "naar", "code"),
    [
        (b'versie: "2025.1"', b'versie: "2024.1"', "ZR-306"),
        (b'maximumtarief: "1234.50"', b'maximumtarief: "duur"', "ZR-212"),
        (b"bekend: 2024-11-01", b"bekend: ooit", "ZR-206"),
        (b"feitsoort: prestatie", b"feitsoort: [", "ZR-102"),
        (b"catalogus: proef/lijst", b"catalogue: proef/lijst", "ZR-203"),
    ],
)
def test_a_catalogue_with_a_fault_is_an_error_that_names_it(invoer, tmp_path: Path, van, naar, code):
    pad = tmp_path / "kapot.yaml"
    inhoud = invoer(TABEL).inhoud
    assert van in inhoud
    pad.write_bytes(inhoud.replace(van, naar))
    with pytest.raises(RegelsetError) as fout:
        invoer.engine(pad)
    assert code in [m.code for m in fout.value.meldingen]
    assert {m.bestand for m in fout.value.meldingen} == {pad.as_posix()}


def test_a_catalogue_that_is_stated_must_load_also_beside_whatever_is_installed(tmp_path: Path, cache: Path):
    pad = tmp_path / "weg.yaml"
    with pytest.raises(RegelsetError) as fout:
        Engine(catalogi=[pad], cache=cache)
    assert fout.value.code == "ZR-114"


def test_a_fault_in_a_catalogue_is_no_reason_to_leave_its_plugin_out(tmp_path: Path, cache: Path):
    pytest.importorskip("zorgregels_msz")
    pad = tmp_path / "kapot.yaml"
    pad.write_text("schema: catalogus/v1\ncatalogus: msz/kapot\n")
    with pytest.raises(RegelsetError) as fout:
        Engine(catalogi=[pad], cache=cache)
    assert {(m.code, m.bestand) for m in fout.value.meldingen} == {("ZR-203", pad.as_posix())}


def test_a_version_number_is_used_once(invoer):
    (m,) = invoer.faults(TABEL, versie="2024.1")
    assert m.code == "ZR-327"
    (m,) = invoer.faults(TABEL, bekend="2023-10-01", versie="2023.9")
    assert m.code == "ZR-327"
    (m,) = invoer.faults(TABEL, bekend="2023-09-30")
    assert m.code == "ZR-327"
    assert "nog geen versie" in m.tekst


def test_a_version_that_became_known_later_is_named(invoer):
    later = invoer.write(invoer(TABEL, bekend="2025-11-01", versie="2025.9"))
    i = invoer(TABEL, bekend="2024-11-01", versie="2025.1", basis=(later,))
    assert i.later == ("proef/lijst@2025.9",)
    assert i.herkomst.over == "proef/lijst@2024.1"


# -- properties ----------------------------------------------------------------------------------------------------

VELD = {"description": "V.", "readOnly": True}
SOORT = parse_feitsoort(
    "proef",
    {
        "title": "p",
        "description": "P.",
        "x-aantal": "een",
        "properties": {
            "bestaat": {**VELD, "type": "boolean"},
            "naam": {**VELD, "type": "string"},
            "bedrag": {**VELD, "anyOf": [{"$ref": "urn:zorgregels:v1:waarden#/$defs/geld"}, {"type": "null"}]},
            "tekst": {**VELD, "type": "string"},
        },
    },
)
DAG = st.dates(date(2024, 1, 1), date(2024, 1, 12))
WAARDEN = st.fixed_dictionaries(
    {},
    optional={
        "bedrag": st.none() | st.integers(0, 3),
        "tekst": st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=5),
        "bestaat": st.booleans(),
    },
)
NAMEN = st.text(st.sampled_from("ab\"'\\:#{}[],&*!|>%@`~é€漢 "), min_size=1, max_size=8)
UITSPRAAK = st.builds(
    lambda code, naam, van, duur, waarden, weg: Uitspraak(
        code,
        naam,
        van,
        None if duur is None else date.fromordinal(van.toordinal() + duur),
        waarden,
        frozenset(weg - waarden.keys()),
        1,
    ),
    st.sampled_from(["0", "1"]),
    NAMEN,
    DAG,
    st.none() | st.integers(0, 9),
    WAARDEN,
    st.sets(st.sampled_from(["bedrag", "tekst"])),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(UITSPRAAK, min_size=1, max_size=5))
def test_each_day_is_what_the_last_that_spoke_of_it_said(uitspraken: list[Uitspraak]) -> None:
    """Laying uitspraken over each other, against looking at every day by itself; and writing what comes of it and reading it."""
    stand = Catalogus("proef/p", "2024.1", None, "p", volledig=False, kolommen=frozenset(), prestaties={}, digest="")
    dagen: dict[tuple[str, date], dict[str, object]] = {}
    vensters = [date.fromordinal(d) for d in range(date(2024, 1, 1).toordinal(), date(2024, 1, 25).toordinal())]
    for nr, u in enumerate(uitspraken):
        perioden = stand.prestaties.get(u.code, ())
        later = [p.van for p in perioden if p.van > u.van]
        for dag in vensters:
            if dag >= u.van and (dag <= u.tot if u.tot is not None else not later or dag < min(later)):
                oud = dagen.get((u.code, dag), {})
                rest = {n: w for n, w in oud.items() if n not in u.onbekend and n != "bestaat"}
                dagen[u.code, dag] = {**rest, "bestaat": True, **u.waarden} if u.bestaat else {"bestaat": False}
        inhoud = Inhoud((u,), 1, 0, frozenset({u.code}), 0)
        nieuw = merge(stand, inhoud, Bron(f"Tabel {nr % 2}"))
        kop = Kopblad("proef/p", f"2024.{nr + 2}", "T", "U", date(2024, 1, 1), volledig=False)
        document = make_document(kop, SOORT, nieuw)
        gelezen = read_yaml(write_yaml(document, ["x"]), "x")
        assert gelezen == document
        verslag = Verslag()
        stand_ = parse_catalogus(gelezen, {"p": SOORT}, "x", verslag)
        assert verslag.meldingen == []
        assert stand_ is not None
        assert stand_.prestaties == nieuw
        stand = stand_
    for code in stand.prestaties:
        for dag in vensters:
            periode = next((p for p in stand.prestaties[code] if p.van <= dag <= p.tot), None)
            echt = {n: w for n, w in periode.waarden.items() if n != "naam"} if periode else {}
            assert echt == dagen.get((code, dag), {}), (code, dag)
