"""The JSON Schemas of version 1: found in a wheel and in a checkout alike, and run with jsonschema."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ._waarden import OngeldigeWaarde, matches, parse_datum, parse_geld, parse_ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator
    from referencing import Registry

SCHEMA_VERSIE: Final = "v1"
_HIER = Path(__file__).parent
_FORMATEN = {
    "geld": parse_geld,
    "ratio": parse_ratio,
    "datum": parse_datum,
    "datum-of-onbekend": lambda ruw: parse_datum(ruw) if isinstance(ruw, str) and ruw != "onbekend" else True,
}


@cache
def schema_map() -> Mapping[str, Path]:
    """Return the path of every schema by name: ``{"zaak": …/zaak.schema.json}``."""
    in_wheel = _HIER / "schemas" / SCHEMA_VERSIE
    map_ = in_wheel if in_wheel.is_dir() else _HIER.parents[2] / "schemas" / SCHEMA_VERSIE
    return {pad.name.removesuffix(".schema.json"): pad for pad in sorted(map_.glob("*.schema.json"))}


@cache
def schema_text(naam: str) -> str:
    """Return the text of one schema.

    Raises:
        KeyError: when there is no schema of that name.
    """
    return schema_map()[naam].read_text("utf-8")


@cache
def make_validator(naam: str) -> Validator:
    """Return the jsonschema validator of one schema, with the formats of this language."""
    return validator_for(json.loads(schema_text(naam)))


def validator_for(schema: Mapping[str, Any]) -> Validator:
    """Return a validator for a schema that may refer to the others.

    jsonschema is imported here and not above: it costs more than everything else together, and reading a
    zaak that is right never needs it.
    """
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.validators import extend

    checker = FormatChecker(formats=())
    for formaat, parse in _FORMATEN.items():
        checker.checks(formaat, raises=OngeldigeWaarde)(lambda ruw, parse=parse: parse(ruw) is not None)
    klasse: type[Validator] = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    return klasse(schema, registry=_registry(), format_checker=checker)


@cache
def _registry() -> Registry[Any]:
    """Return all schemas by ``$id``. A registry that has to retrieve them looks through all that it holds at every reference."""
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012

    alle = [json.loads(schema_text(naam)) for naam in schema_map()]
    return Registry().with_resources([(s["$id"], Resource.from_contents(s, DRAFT202012)) for s in alle])


def _pattern(_: Validator, patroon: str, waarde: object, __: object) -> Iterator[ValidationError]:
    """JSON Schema's ``pattern`` as ECMA-262 has it."""
    from jsonschema.exceptions import ValidationError

    if isinstance(waarde, str) and not matches(patroon, waarde):
        yield ValidationError(f"{waarde!r} does not match {patroon!r}")
