"""Faults that jsonschema finds, as Meldingen in the words of the person who wrote the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from .meldingen import Melding, Pad, suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

_SOORTEN = {
    "string": "tekst",
    "integer": "een geheel getal",
    "number": "een getal",
    "boolean": "true of false",
    "array": "een lijst",
    "object": "een mapping",
    "null": "null",
}
_VORMEN = {
    "geld": 'een bedrag in euro\'s zoals "11.52"',
    "ratio": 'een verhouding zoals "0.7" of "7/10"',
    "datum": "een datum als JJJJ-MM-DD",
    "datum-of-onbekend": "een datum als JJJJ-MM-DD, of onbekend",
}
_TE_VEEL = {"maxLength", "maxItems", "maxProperties"}
_TE_WEINIG = {"minLength", "minItems", "minProperties"}


def describe_faults(validator: Validator, data: object, *, voorvoegsel: Pad = ()) -> Iterator[Melding]:
    """Yield a Melding without a file for every fault, in the order of the document."""
    fouten = sorted(validator.iter_errors(cast(Any, data)), key=lambda f: [str(p).rjust(8, "0") for p in f.absolute_path])
    for fout in fouten:
        yield from _describe(fout, (*voorvoegsel, *fout.absolute_path))


def _describe(fout: ValidationError, pad: Pad) -> Iterator[Melding]:
    waarde: Any = fout.instance
    grens: Any = fout.validator_value
    match fout.validator:
        case "required":
            for naam in grens:
                if naam not in waarde:
                    yield Melding("ZR-203", f"`{naam}` ontbreekt", _verwant(naam, waarde, fout), pad=pad)
        case "additionalProperties":
            yield from _onbekende_sleutels(fout, pad)
        case "propertyNames" | "pattern" if (
            isinstance(pad, tuple) and fout.validator == "pattern" and "propertyNames" in fout.absolute_schema_path
        ):
            yield Melding(
                "ZR-206",
                f"de naam `{waarde!s:.60}` heeft niet de goede vorm",
                "Een naam heeft kleine letters, cijfers en lage streepjes, en begint met een letter.",
                pad=(*pad, waarde, "#sleutel"),
            )
        case "enum" | "const":
            keuzes = grens if fout.validator == "enum" else [grens]
            yield Melding("ZR-205", f"`{_toon(waarde)}` kan hier niet", suggest(str(waarde), map(str, keuzes)), pad=pad)
        case "type":
            soorten = [grens] if isinstance(grens, str) else grens
            yield Melding(
                "ZR-202",
                f"hier staat {_soort(waarde)}",
                f"Verwacht is {' of '.join(_SOORTEN[s] for s in soorten)}.{_float_of_null(waarde)}",
                pad=pad,
            )
        case "format":
            yield Melding(
                "ZR-206", f"`{_toon(waarde)}` heeft niet de goede vorm", f"Verwacht is {_VORMEN[grens]}.", pad=pad
            )
        case "pattern":
            besch = fout.schema.get("description", "") if isinstance(fout.schema, dict) else ""
            yield Melding(
                "ZR-206", f"`{_toon(waarde)}` heeft niet de goede vorm", f"{besch} Vorm: {grens}".strip(), pad=pad
            )
        case "minimum" | "maximum":
            yield Melding("ZR-219", f"{_toon(waarde)} ligt buiten de grens {grens}", pad=pad)
        case "uniqueItems":
            yield Melding("ZR-219", "dezelfde waarde staat er meer dan eens", pad=pad)
        case str() as soort if soort in _TE_VEEL:
            yield Melding("ZR-219", f"dit is te lang: {len(waarde)}, hoogstens {grens}", _een_sleutel(fout), pad=pad)
        case str() as soort if soort in _TE_WEINIG:
            yield Melding("ZR-219", f"dit is te kort: {len(waarde)}, minstens {grens}", _een_sleutel(fout), pad=pad)
        case "anyOf":
            yield Melding("ZR-206", f"`{_toon(waarde)}` past bij geen van de toegestane vormen", pad=pad)
        case anders:
            yield Melding("ZR-206", f"`{_toon(waarde)}` voldoet niet ({anders})", pad=pad)


def _onbekende_sleutels(fout: ValidationError, pad: Pad) -> Iterator[Melding]:
    schema: Any = fout.schema
    bekend = set(schema.get("properties", ()))
    patronen = [re.compile(p) for p in schema.get("patternProperties", ())]
    for naam in cast(dict[Any, Any], fout.instance):
        if not isinstance(naam, str) or (naam not in bekend and not any(p.search(naam) for p in patronen)):
            yield Melding(
                "ZR-204", f"onbekende sleutel `{_toon(naam)}`", suggest(str(naam), bekend), pad=(*pad, naam, "#sleutel")
            )


def _verwant(naam: str, waarde: dict[str, Any], fout: ValidationError) -> str:
    """A required name next to an unknown one that looks like it is a typing error: say so."""
    schema: Any = fout.schema
    vreemd = [k for k in waarde if k not in schema.get("properties", ())]
    tip = suggest(naam, vreemd) if vreemd else ""
    return f"Is `{tip.split('`')[1]}` een tikfout?" if tip.startswith("Bedoelde") else "Voeg deze sleutel toe."


def _een_sleutel(fout: ValidationError) -> str:
    schema: Any = fout.schema
    if fout.validator in {"minProperties", "maxProperties"} and schema.get("maxProperties") == 1:
        return suggest("", schema.get("properties", ()))
    return ""


def _soort(waarde: object) -> str:
    if waarde is None:
        return "null"
    if isinstance(waarde, bool):
        return f"{str(waarde).lower()}"
    for type_, naam in (
        (str, "tekst"),
        (int, "een geheel getal"),
        (list, "een lijst"),
        (dict, "een mapping"),
        (float, "een float"),
    ):
        if isinstance(waarde, type_):
            return naam
    return f"een {type(waarde).__name__}"


def _float_of_null(waarde: object) -> str:
    if isinstance(waarde, float):
        return " Een float is niet exact: geef tekst of een Decimal."
    if waarde is None:
        return " null betekent: er is geen waarde. Laat het veld weg als u de waarde niet weet."
    return ""


def _toon(waarde: object) -> str:
    if isinstance(waarde, int) and abs(waarde) >= 10**20:
        return "een getal van meer dan twintig cijfers"
    tekst = waarde if isinstance(waarde, str) and waarde.isprintable() else ascii(waarde)
    return tekst if len(tekst) <= 60 else tekst[:57] + "…"
