"""Objects that lie, raise, never end or hold themselves: a ZaakError comes, and the Engine decides the next zaak as before."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zorgregels import Engine
from zorgregels.errors import ZaakError, ZorgregelsError

BASIS = Path(__file__).parents[1] / "fouten" / "basis"
GOED = {"prestatiecode": "P1", "bedrag": "12.01", "soort": "consult", "duur_minuten": 4}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with Engine(plugins=[BASIS], cache=tmp_path_factory.mktemp("geheugen")) as e:
        yield e


def _ask(engine, declaratie, **rest):
    return engine.decide(
        {"vraag": "declaratie", "peildatum": "2025-05-01", "feiten": {"declaratie": declaratie}, **rest}
    )


class Kwaad:
    """Raises whatever is asked of it."""

    def _doe(self, *args):
        raise RuntimeError("hier wordt niets gevraagd")

    __str__ = __repr__ = __eq__ = __hash__ = __len__ = __iter__ = __bool__ = __abs__ = __lt__ = __format__ = _doe


class KwadeKlasse:
    """Lies about what it is."""

    @property
    def __class__(self):
        raise RuntimeError("niet vragen")


class EindelozeMapping(Mapping):
    def __getitem__(self, sleutel):
        return 1

    def __iter__(self):
        return iter(itertools.count())

    def __len__(self):
        return 1


class EindelozeDict(dict):
    def items(self):
        return ((str(i), i) for i in itertools.count())


class EindelozeLijst(list):
    def __iter__(self):
        return itertools.repeat({})

    def __len__(self):
        return 0


class Wisselend(dict):
    """Says something else every time."""

    keren = 0

    def items(self):
        self.keren += 1
        return iter(GOED.items()) if self.keren % 2 == 0 else iter([("spoet", 1)])


class Dubbelganger(str):
    """Equals anything."""

    def __eq__(self, ander):
        return True

    def __hash__(self):
        return hash("bedrag")


class Getal(int):
    def __repr__(self):
        raise RuntimeError

    __str__ = __repr__


class Breuk(float):
    def __repr__(self):
        raise RuntimeError


def _soort(waarde):
    return type(waarde).__name__


def _kring():
    lijst: list = []
    lijst.append(lijst)
    mapping: dict = {"a": lijst}
    mapping["b"] = mapping
    return mapping


def _diep(n):
    waarde: object = 1
    for _ in range(n):
        waarde = [waarde]
    return waarde


WAARDEN = {
    "kwaad": Kwaad(),
    "kwade klasse": KwadeKlasse(),
    "kring": _kring(),
    "diep": _diep(100_000),
    "generator": (i for i in itertools.count()),
    "eindeloos": EindelozeMapping(),
    "nan": float("nan"),
    "oneindig": float("inf"),
    "decimale nan": Decimal("NaN"),
    "grote exponent": Decimal("1E+999999"),
    "lange decimaal": Decimal("1" * 100_000),
    "400 cijfers": 10**400,
    "5000 cijfers": 10**5000,
    "miljoen tekens": "x" * 1_000_000,
    "surrogaat": "\ud800",
    "breuk": Fraction(1, 3),
    "bytes": b"12.01",
    "set": {1},
    "complex": 1j,
    "klasse": int,
    "getal dat niet te tonen is": Getal(3),
    "float die niet te tonen is": Breuk(3),
    "tekst die alles is": Dubbelganger("12.01"),
    "ellips": ...,
    "grote lijst": [0] * 1_000_000,
}


@pytest.mark.parametrize("veld", ["bedrag", "korting", "datum", "duur_minuten", "soort", "spoed", "prestatiecode"])
@pytest.mark.parametrize("soort", WAARDEN)
def test_a_hostile_value_is_refused_with_its_place(engine, veld, soort):
    with pytest.raises(ZaakError) as fout:
        _ask(engine, {**GOED, veld: WAARDEN[soort]})
    assert len(fout.value.meldingen) == 1
    melding = fout.value.meldingen[0]
    assert melding.code in {"ZR-501", "ZR-505", "ZR-506"}
    assert len(str(melding)) < 500
    assert melding.code == "ZR-501" or melding.json_pad == f"$.feiten.declaratie.{veld}"
    assert _ask(engine, GOED).oordeel == "niet_toegestaan"


@pytest.mark.parametrize(
    "sleutel", [1, None, (1, "a"), Kwaad, b"bedrag", 10**5000, "\ud800", "x" * 1_000_000, 1.5, frozenset()], ids=_soort
)
def test_an_odd_key_is_named(engine, sleutel):
    for zaak in (
        {"vraag": "declaratie", "peildatum": "2025-05-01", "feiten": {}, sleutel: 1},
        {"vraag": "declaratie", "peildatum": "2025-05-01", "feiten": {sleutel: {}}},
        {"vraag": "declaratie", "peildatum": "2025-05-01", "feiten": {"declaratie": {sleutel: 1}}},
        {"vraag": "declaratie", "peildatum": "2025-05-01", "feiten": {"kostenpost": [{sleutel: 1}]}},
    ):
        with pytest.raises(ZaakError) as fout:
            engine.decide(zaak)
        assert fout.value.code in {"ZR-503", "ZR-504", "ZR-511"}
        str(fout.value).encode()
        assert len(str(fout.value)) < 500


# By name: pytest itself looks at what it is given.
VORMEN = {
    "kwaad": Kwaad,
    "kwade klasse": KwadeKlasse,
    "eindeloze mapping": EindelozeMapping,
    "eindeloze dict": EindelozeDict,
    "generator": lambda: iter([]),
    "kring": _kring,
    "lijst": lambda: [GOED],
    "getal": lambda: 3,
    "tekst": lambda: "x",
    "set": lambda: {1},
}


@pytest.mark.parametrize("soort", VORMEN)
def test_a_hostile_shape_is_refused_at_every_level(engine, soort):
    vorm = VORMEN[soort]()
    for zaak in (
        vorm,
        {"vraag": vorm, "peildatum": "2025-05-01", "feiten": {}},
        {"vraag": "declaratie", "peildatum": vorm, "feiten": {}},
        {"vraag": "declaratie", "peildatum": "2025-05-01", "feiten": vorm},
        {"vraag": "declaratie", "peildatum": "2025-05-01", "feiten": {"declaratie": vorm}},
        {"vraag": "declaratie", "peildatum": "2025-05-01", "feiten": {"kostenpost": {"bedrag": vorm}}},
        {"vraag": "declaratie", "peildatum": "2025-05-01", "feiten": {}, "bekend_op": vorm},
        {"vraag": "declaratie", "peildatum": "2025-05-01", "feiten": {}, "concept": vorm},
    ):
        with pytest.raises(ZaakError) as fout:
            engine.decide(zaak)
        assert len(str(fout.value)) < 20_000
    assert _ask(engine, GOED).oordeel == "niet_toegestaan"


def test_a_mapping_that_changes_is_read_once(engine):
    wisselend = Wisselend()
    with pytest.raises(ZaakError):  # what went wrong at first may be gone when the fault is looked for
        _ask(engine, wisselend)
    assert wisselend.keren == 2


def test_a_list_that_never_ends_is_too_long(engine):
    with pytest.raises(ZaakError) as fout:
        engine.decide(
            {"vraag": "declaratie", "peildatum": "2025-05-01", "feiten": {"kostenpost": EindelozeLijst([{}])}}
        )
    assert fout.value.code == "ZR-510"


def test_a_million_faults_are_told_a_hundred_times(engine):
    with pytest.raises(ZaakError) as fout:
        _ask(engine, {f"veld{i}": 1 for i in range(1_000_000)})
    assert len(fout.value.meldingen) == 100


@pytest.mark.parametrize("soort", [OrderedDict, MappingProxyType])
def test_other_mappings_are_read_as_dicts(engine, soort):
    assert _ask(engine, soort(GOED)).kwitantie.feiten == _ask(engine, GOED).kwitantie.feiten


def test_a_key_that_equals_anything_does_not_enter_the_facts(engine):
    post = {Dubbelganger("omschrijving"): "3.00"}
    zaak = {"vraag": "declaratie", "peildatum": "2025-05-01", "feiten": {"declaratie": GOED, "kostenpost": [post]}}
    try:
        beslissing = engine.decide(zaak)
    except ZaakError:
        return
    zaak["feiten"]["kostenpost"] = [{"bedrag": "3.00"}]
    assert beslissing.kwitantie.feiten == engine.decide(zaak).kwitantie.feiten


_sleutels = st.one_of(
    st.text(max_size=8),
    st.sampled_from([*GOED, "declaratie", "feiten", "vraag", "kostenpost"]),
    st.integers(),
    st.none(),
)
_json = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.decimals(), st.dates(), st.datetimes()
    ),
    lambda deel: st.one_of(st.lists(deel, max_size=4), st.dictionaries(_sleutels, deel, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(_json)
def test_no_zaak_brings_anything_but_a_decision_or_its_own_error(engine, ruw):
    for zaak in (ruw, {"vraag": "declaratie", "peildatum": "2025-05-01", "feiten": ruw}):
        try:
            engine.decide(zaak)
        except ZorgregelsError as fout:
            str(fout).encode()
