"""Makes feitsoorten, catalogi and zaken. The values lie on and beside every boundary that the rules use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from keus import Keus
from verwijzer_waarden import Raw

SECTOR: Final = "proef"
# Pairs with the same 32-bit FNV-1a hash, codes that are equal as numbers, texts that are equal to the eye, words of YAML.
TEKSTEN: Final = (
    "a", "costarring", "liquid", "declinate", "macallums", "0123", "123", "00", "0", "é", "e\u0301", "ß", "ss", "nee",
    "null", "true", "n.v.t.", "•", "•a", "\U0001f600", "\u202eabc", "1e5", "2025-01-01", " a", "a ", "\x7f", "\u2028", '"\\',
)  # fmt: skip
CODES: Final = TEKSTEN[:9]
GELD: Final = ("10.00", "10.01", "9.99", "0", "0.01", "-0.01", "3.33", "1000", "9999999999999.99")
RATIO: Final = ("1/2", "0", "1", "1/3", "0.3333", "0.7", "-1/2", "2", "7/10")
DATUM: Final = (
    "2025-01-01", "2024-12-31", "2025-01-02", "2024-02-29", "2024-02-28", "2025-02-28", "2025-12-31", "2026-01-01", "2025-01-31", "2025-06-30",
)  # fmt: skip
RAND_DATUM: Final = ("0001-01-01", "9999-12-31")
GETAL: Final = (0, 1, 2, 3, -1, 5, 20, 999)
KEUZES: Final = ("rood", "groen", "n")
_REF: Final = "urn:zorgregels:v1:waarden#/$defs/"
VORMEN: Final[dict[str, Raw]] = {
    "boolean": {"type": "boolean"},
    "keuze": {"type": "string", "enum": list(KEUZES)},
    "tekst": {"type": "string", "maxLength": 200},
    "getal": {"type": "integer"},
    "klein": {"type": "integer", "minimum": 0, "maximum": 3},
    "geld": {"$ref": _REF + "geld"},
    "ratio": {"$ref": _REF + "ratio"},
    "datum": {"$ref": _REF + "datum"},
}
SOORTEN: Final = ("boolean", "keuze", "tekst", "getal", "geld", "ratio", "datum")


@dataclass(frozen=True)
class Veldvorm:
    """A field as the generators know it: its full name in a rule, its kind, and whether it can be empty or not applicable."""

    naam: str
    soort: str
    klein: bool = False
    leeg: bool = False
    nvt: bool = False

    @property
    def schema(self) -> Raw:
        """The property in the feitsoort's schema."""
        vorm = VORMEN["klein" if self.klein else self.soort]
        extra = [*([{"type": "null"}] if self.leeg else []), *([{"const": "n.v.t."}] if self.nvt else [])]
        return {"description": f"Het veld {self.naam}.", **({"anyOf": [vorm, *extra]} if extra else vorm)}


@dataclass(frozen=True)
class Feiten:
    """The feitsoorten of a generated sector: ``a`` is one object, ``l`` a list, ``p`` comes from a catalogue, ``d`` from rules."""

    a: tuple[Veldvorm, ...]
    l: tuple[Veldvorm, ...]  # noqa: E741
    p: tuple[Veldvorm, ...]
    d: tuple[Veldvorm, ...]

    def schemas(self) -> dict[str, Raw]:
        """Return the schema of each feitsoort."""
        return {n: _schema(n, getattr(self, n)) for n in ("a", "l", "p", "d")}


def _schema(naam: str, velden: tuple[Veldvorm, ...]) -> Raw:
    afgeleid = {"readOnly": True} if naam in {"p", "d"} else {}
    return {
        "$schema": "urn:zorgregels:v1:feit",
        "title": naam,
        "description": f"De feitsoort {naam}.",
        "x-aantal": "lijst" if naam == "l" else "een",
        "type": "object",
        "additionalProperties": False,
        "properties": {v.naam.rpartition(".")[2]: {**v.schema, **afgeleid} for v in velden},
    }


def make_feiten(k: Keus) -> Feiten:
    """Return feitsoorten with a field of every kind."""

    def veld(naam: str, soort: str, klein: bool = False) -> Veldvorm:
        return Veldvorm(naam, soort, klein, leeg=k.chance(3), nvt=k.chance(3))

    a = [veld(f"a.{s}", s) for s in SOORTEN] + [
        veld("a.klein", "getal", True),
        veld("a.vlag", "boolean"),
        veld("a.dag", "datum"),
    ]
    items = [veld(s, s) for s in ("boolean", "keuze", "tekst", "geld", "datum", "ratio")] + [
        veld("klein", "getal", True)
    ]
    p = [Veldvorm("p.bestaat", "boolean"), Veldvorm("p.naam", "tekst", leeg=True)]
    p += [veld(f"p.{s}", s) for s in ("keuze", "geld", "datum", "getal", "ratio")]
    d = [veld(f"d.{s}{nr}", s) for nr in range(2) for s in SOORTEN]
    return Feiten(tuple(a), tuple(items), tuple(p), tuple(d))


def raw_value(k: Keus, v: Veldvorm, *, merken: bool = True) -> Raw:
    """Return a raw value for a field: on a boundary more often than not."""
    if merken and v.leeg and k.chance(2):
        return None
    if merken and v.nvt and k.chance(2):
        return "n.v.t."
    return literal(k, v)


def literal(k: Keus, v: Veldvorm) -> Raw:
    """Return a raw value that is a value."""
    if v.soort == "boolean":
        return k.one((True, False))
    if v.soort == "getal":
        return k.below(4) if v.klein else k.one(GETAL)
    bron = {"keuze": KEUZES, "tekst": TEKSTEN, "geld": GELD, "ratio": RATIO, "datum": DATUM}[v.soort]
    waarde = k.one(bron)
    return "a" if waarde == "n.v.t." and v.nvt else waarde


def make_catalogus(
    k: Keus, feiten: Feiten, naam: str = "lijst", versie: str = "2025.1", bekend: str = "onbekend"
) -> Raw:
    """Return a catalogue with gaps, periods that do not touch and prestaties that do not exist for a while."""
    kolommen = [v for v in feiten.p if v.naam not in {"p.bestaat", "p.naam"}]
    # Every column stands somewhere, so that what a catalogue fills does not hang on chance.
    vast = {v.naam[2:]: literal(k, v) for v in kolommen}
    prestaties = [{"code": "vol", "naam": "vol", "waarden": vast, "perioden": [{"van": "2024-01-01"}]}]
    for code in k.some(CODES, 1, 3):
        perioden = []
        for van, tot in k.some(
            (("2024-01-01", "2024-12-31"), ("2025-01-01", "2025-01-01"), ("2025-02-01", "2026-12-31")), 1, 2
        ):
            waarden = {v.naam[2:]: _catalogue_value(k, v) for v in kolommen if k.chance(5)}
            perioden.append(
                {"van": van, "tot": tot, "bestaat": False}
                if k.chance(2)
                else {"van": van, "tot": tot, "waarden": waarden}
            )
        vast = {v.naam[2:]: _catalogue_value(k, v) for v in kolommen if k.chance(3)}
        prestaties.append({"code": code, "naam": f"naam {code}", "waarden": vast, "perioden": perioden})
    return {
        "schema": "catalogus/v1",
        "catalogus": f"{SECTOR}/{naam}",
        "versie": versie,
        "bekend": bekend,
        "feitsoort": "p",
        "volledig": k.chance(4),
        "bron": {"document": "Lijst"},
        "prestaties": prestaties,
    }


def _catalogue_value(k: Keus, v: Veldvorm) -> Raw:
    return None if k.chance(1) else literal(k, v)


def make_zaak(k: Keus, feiten: Feiten, vraag: str, weg: int) -> Raw:
    """Return a zaak that leaves a fact out ``weg`` times in ten."""
    inhoud: Raw = {}
    a = {v.naam[2:]: raw_value(k, v) for v in feiten.a if not k.chance(weg)}
    if a or not k.chance(weg):
        inhoud["a"] = a
    if not k.chance(weg):
        inhoud["l"] = [{v.naam: raw_value(k, v) for v in feiten.l if not k.chance(weg)} for _ in range(k.below(4))]
    return {"vraag": vraag, "peildatum": k.one(DATUM), "feiten": inhoud}
