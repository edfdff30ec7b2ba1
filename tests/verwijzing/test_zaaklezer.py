"""Reading a zaak accepts exactly what jsonschema accepts under the schemas of the feitsoorten."""

from __future__ import annotations

import json
import tempfile
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from instellingen import examples
from keus import Keus, keuzes, seeded
from maker_feiten import CODES, DATUM, GELD, RAND_DATUM, RATIO, SECTOR, TEKSTEN, VORMEN, Feiten, Veldvorm, make_feiten
from zorgregels._laden.bundel import read_folder
from zorgregels._laden.geheugen import Geheugen
from zorgregels._laden.sector import load_sectors
from zorgregels._lezen.zaak import Zaaklezer
from zorgregels._schemas import validator_for
from zorgregels._taal.vraag import VRAGEN
from zorgregels.errors import ZaakError

# Spellings that are nearly right: digits of other scripts, signs, exponents, spaces, boundaries of size, other types.
LASTIG: tuple[Any, ...] = (
    "", " ", "n.v.t.", "N.V.T.", "n.v.t", "null", "true", True, False, 0, 1, -1, 4, 10**15, 10**15 - 1, -(10**15),
    "٣", "１２", "12 ", " 12", "12\n", "+1", "-0", "-0.00", "00", "01", "1.", ".5", "1.234", "1,50", "1e2", "1E2", "NaN", "inf",
    "1/0", "0/1", "-1/2", "1/-2", "1 / 2", "9999999999999", "9999999999999.99", "99999999999999", "1_000", "2025-02-29", "2024-02-29",
    "2025-1-1", "20250101", "2025-01-01T00:00", "0000-01-01", "٢٠٢٥-01-01", "2025-W01-1", [], {}, [1], {"a": 1}, None,
    Decimal("11.52"), Decimal("1E+2"), Decimal("NaN"), Decimal("-0.1"), Decimal("1.234"), "x" * 200, "x" * 201, "\U0001f600" * 200,
    "rood", "Rood", "rood ", "\x00", *TEKSTEN, *CODES, *GELD, *RATIO, *DATUM, *RAND_DATUM,
)  # fmt: skip
RUW = st.one_of(
    st.sampled_from(LASTIG),
    st.none(),
    st.booleans(),
    st.integers(-5, 25),
    st.integers(-(10**15), 10**15),
    st.text(max_size=12).filter(lambda t: t.isascii() or t.encode("utf-8", "ignore").decode() == t),
    st.decimals(allow_nan=True, places=2),
    st.from_regex(r"-?[0-9]{1,3}([.,/][0-9]{1,3})?", fullmatch=True),
    st.dates().map(lambda d: d.isoformat()),
    st.recursive(
        st.none() | st.integers(),
        lambda x: st.lists(x, max_size=2) | st.dictionaries(st.text(max_size=3), x, max_size=2),
    ),
)


def reader(feiten: Feiten, cache: Path) -> Zaaklezer:
    """Return the reader of zaken for these feitsoorten, loaded from files."""
    with tempfile.TemporaryDirectory() as map_:
        pad = Path(map_)
        (pad / "plugin.yaml").write_text(f"schema: plugin/v1\nsector: {SECTOR}\ntitel: Proef\n")
        (pad / "feiten").mkdir()
        for naam, schema in feiten.schemas().items():
            (pad / f"feiten/{naam}.schema.json").write_text(json.dumps(schema))
        lading = load_sectors((read_folder(pad, "proef"),), VRAGEN, Geheugen(cache))
    assert not lading.mislukt
    return Zaaklezer(lading.omgeving.feitsoorten, VRAGEN)


def accepted(lezer: Zaaklezer, feiten: object) -> bool:
    """Whether the reader takes these facts."""
    try:
        lezer.read({"vraag": "declaratie", "peildatum": "2025-01-01", "feiten": feiten})
    except ZaakError:
        return False
    return True


def valid(schema: Any, waarde: Any) -> bool:
    """Whether jsonschema takes a value; a derived field is none that a zaak has."""
    open_ = {n: v for n, v in schema["properties"].items() if not v.get("readOnly")}
    kaal = {k: v for k, v in schema.items() if k not in {"$schema", "$id"}} | {"properties": open_}
    try:
        return bool(validator_for(kaal).is_valid(waarde))
    except InvalidOperation:  # jsonschema compares a Decimal NaN with a bound
        return False


@examples(100)
@given(k=keuzes(), data=st.data())
def test_reader_and_jsonschema_come_to_the_same_verdict(k: Keus, data: st.DataObject, cache: Path) -> None:
    feiten = make_feiten(k)
    lezer = reader(feiten, cache)
    for naam, schema in feiten.schemas().items():
        velden = st.sampled_from([*schema["properties"], "vreemd", "A", ""])
        for _ in range(4):
            inhoud = data.draw(st.dictionaries(velden, RUW, max_size=3) | RUW)
            if schema["x-aantal"] == "een":
                assert accepted(lezer, {naam: inhoud}) is valid(schema, inhoud), (naam, inhoud)
            else:
                assert accepted(lezer, {naam: [inhoud]}) is valid(schema, inhoud), (naam, inhoud)
                assert accepted(lezer, {naam: [inhoud, inhoud]}) is valid(schema, inhoud), (naam, inhoud)


@pytest.mark.parametrize("vorm", sorted(VORMEN))
@pytest.mark.parametrize("leeg", [False, True])
@pytest.mark.parametrize("nvt", [False, True])
def test_every_hostile_value_for_every_kind(vorm: str, leeg: bool, nvt: bool, cache: Path) -> None:
    """Nothing left to chance: each hostile value against each form of field."""
    basis = make_feiten(seeded(0))
    veld = Veldvorm("a.x", "getal" if vorm == "klein" else vorm, klein=vorm == "klein", leeg=leeg, nvt=nvt)
    feiten = Feiten((veld,), basis.l, basis.p, basis.d)
    lezer, schema = reader(feiten, cache), feiten.schemas()["a"]
    anders = [w for w in LASTIG if accepted(lezer, {"a": {"x": w}}) is not valid(schema, {"x": w})]
    assert anders == []


@pytest.mark.parametrize("waarde", [1.0, 11.52, float("nan"), float("inf"), -0.0])
@pytest.mark.parametrize("vorm", sorted(VORMEN))
def test_a_float_is_never_accepted(vorm: str, waarde: float, cache: Path) -> None:
    """JSON Schema calls 1.0 an integer; here no float enters at all, and the message says why."""
    basis = make_feiten(seeded(0))
    veld = Veldvorm("a.x", "getal" if vorm == "klein" else vorm, klein=vorm == "klein", leeg=True, nvt=True)
    lezer = reader(Feiten((veld,), basis.l, basis.p, basis.d), cache)
    with pytest.raises(ZaakError) as fout:
        lezer.read({"vraag": "declaratie", "peildatum": "2025-01-01", "feiten": {"a": {"x": waarde}}})
    assert fout.value.code == "ZR-506"


@pytest.mark.parametrize(
    "waarde", [10**15 + 1, -(10**15) - 1, 10**30, 10**5000], ids=["boven", "onder", "ver", "onleesbaar"]
)
def test_a_number_has_a_limit_where_its_schema_names_none(waarde: int, cache: Path) -> None:
    """The one place where the reader is stricter than the schema: what it takes is exact in every JSON reader."""
    basis = make_feiten(seeded(0))
    lezer = reader(Feiten((Veldvorm("a.x", "getal"),), basis.l, basis.p, basis.d), cache)
    assert not accepted(lezer, {"a": {"x": waarde}})
