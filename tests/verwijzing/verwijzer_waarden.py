"""Values for the reference evaluator, written from docs/taal.md alone: every number is a Fraction, amounts in cents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any

Raw = Any
"""Plain data as read from YAML or JSON."""


class Geen(Enum):
    """What is not a value."""

    ONBEKEND = "onbekend"
    NVT = "n.v.t."


ONBEKEND, NVT = Geen.ONBEKEND, Geen.NVT
Waarde = bool | str | date | Fraction | None | Geen
Drie = bool | None


@dataclass(frozen=True)
class Veld:
    """A field of a feitsoort as its schema has it."""

    soort: str
    keuzes: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    maxlengte: int = 2000
    leeg: bool = False
    nvt: bool = False
    afgeleid: bool = False


def read_veld(schema: Raw) -> Veld:
    """Return the field that a property of a feitsoort schema describes."""
    vormen = schema.get("anyOf", [schema])
    leeg = {"type": "null"} in vormen
    nvt = {"const": "n.v.t."} in vormen
    (vorm,) = [v for v in vormen if v not in ({"type": "null"}, {"const": "n.v.t."})]
    if "$ref" in vorm:
        soort = vorm["$ref"].rpartition("/")[2]
    elif "enum" in vorm:
        soort = "keuze"
    else:
        soort = {"boolean": "boolean", "string": "tekst", "integer": "getal"}[vorm["type"]]
    return Veld(
        soort,
        tuple(vorm.get("enum", ())),
        vorm.get("minimum"),
        vorm.get("maximum"),
        vorm.get("maxLength", 2000),
        leeg,
        nvt,
        schema.get("readOnly", False),
    )


def parse(ruw: Raw, soort: str) -> Waarde:
    """Return the value that plain data spells for a kind; None is known to be empty."""
    if ruw is None:
        return None
    if soort == "datum":
        return date.fromisoformat(ruw)
    if soort in {"geld", "breukgeld"}:
        return Fraction(str(ruw)) * 100
    if soort in {"ratio", "getal"}:
        return Fraction(str(ruw))
    assert isinstance(ruw, bool if soort == "boolean" else str)
    return ruw


def parse_feit(ruw: Raw, veld: Veld) -> Waarde:
    """Return the value of a given fact, which alone can be not applicable."""
    return NVT if ruw == "n.v.t." and veld.nvt else parse(ruw, veld.soort)


def both(delen: list[Drie]) -> Drie:
    """Kleene's conjunction; none is true."""
    if False in delen:
        return False
    return None if None in delen else True


def either(delen: list[Drie]) -> Drie:
    """Kleene's disjunction; none is false."""
    if True in delen:
        return True
    return None if None in delen else False


def negate(deel: Drie) -> Drie:
    """Kleene's negation."""
    return None if deel is None else not deel
