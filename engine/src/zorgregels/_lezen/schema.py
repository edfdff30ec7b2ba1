"""Faults that jsonschema finds, as Meldingen in the words of the person who wrote the file."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

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
_NAAM = "Een naam heeft kleine letters, cijfers en lage streepjes, en begint met een letter."
_REGEL = "Een regel heet naar zijn sector, in kleine letters met punten en streepjes, zoals msz.fp.schriftelijk."
_PATRONEN = {
    "id": _REGEL,
    "gaat_voor": _REGEL,
    "vervalt": _REGEL,
    "versie": 'Een versie is jaar.uitgave, tussen aanhalingstekens: "2025.1".',
    "regelset": "Een regelset heet sector/onderwerp, zoals msz/facultatieve-prestatie.",
    "catalogus": "Een catalogus heet sector/naam, zoals msz/prestaties.",
    "naam": "Een catalogus heet sector/naam, zoals msz/prestaties.",
    "bouwt_op": "Noem sector/onderwerp@versie, zoals msz/facultatieve-prestatie@2024.1.",
    "normen": "Een norm begint met een hoofdletter en heeft geen spaties, zoals N1-130.",
    "geldig": "Geef {van: 2025-01-01, tot: 2025-12-31}; een concept mag ook onbekend zeggen.",
    "veld": "Schrijf feitsoort.veld, in kleine letters.",
}
_EENHEDEN = {"Length": ("teken", "tekens"), "Items": ("item", "items"), "Properties": ("sleutel", "sleutels")}
_MAX_FOUTEN: Final = 100
_MAX_GETOOND: Final = 20
_MAX_LIJST: Final = 50_000
"""The longest list that any schema allows: the prestaties of a catalogue."""
_MAX_KORT: Final = 1000
"""The longest list of anything but mappings, and the most keys of a mapping."""


def describe_faults(validator: Validator, data: object, *, voorvoegsel: Pad = ()) -> Iterator[Melding]:
    """Yield a Melding without a file for every fault (the first hundred), in the order of the document."""
    # jsonschema compares each pair in a list that must have no doubles: a hostile one is refused before it is asked.
    te_lang = _too_long(data)
    if te_lang is not None:
        pad, tekst = te_lang
        yield Melding("ZR-219", tekst, "Splits het bestand.", pad=(*voorvoegsel, *pad))
        return
    gevonden = islice(validator.iter_errors(cast(Any, data)), _MAX_FOUTEN)
    fouten = sorted(gevonden, key=lambda f: [str(p).rjust(8, "0") for p in f.absolute_path])
    for fout in fouten:
        yield from _describe(fout, (*voorvoegsel, *fout.absolute_path))


def _describe(fout: ValidationError, pad: Pad) -> Iterator[Melding]:
    waarde: Any = fout.instance
    grens: Any = fout.validator_value
    match fout.validator:
        case "required":
            for naam in grens:
                if naam not in waarde and fout.message.startswith(repr(naam)):
                    yield Melding("ZR-203", f"`{naam}` ontbreekt", _verwant(naam, waarde, fout), pad=pad)
        case "additionalProperties":
            yield from _onbekende_sleutels(fout, pad)
        case "propertyNames" | "pattern" if (
            isinstance(pad, tuple) and fout.validator == "pattern" and "propertyNames" in fout.absolute_schema_path
        ):
            yield Melding(
                "ZR-206",
                f"de naam `{waarde!s:.60}` heeft niet de goede vorm",
                _NAAM,
                pad=(*pad, waarde, "#sleutel"),
            )
        case "enum" | "const":
            yield from _verkeerde_keuze(fout, pad)
        case "type":
            soorten = [grens] if isinstance(grens, str) else grens
            yield Melding(
                "ZR-202",
                f"hier staat {_soort(waarde)}",
                f"Verwacht is {' of '.join(_SOORTEN[s] for s in soorten)}.{_raad(waarde, soorten)}",
                pad=pad,
            )
        case "format":
            yield Melding(
                "ZR-206", f"`{_toon(waarde)}` heeft niet de goede vorm", f"Verwacht is {_VORMEN[grens]}.", pad=pad
            )
        case "pattern":
            sleutel = next((p for p in reversed(pad) if isinstance(p, str)), "")
            vorm = _NAAM if grens.startswith("^[a-z][a-z0-9_]{0,") and grens.endswith("}$") else f"Vorm: {grens}"
            yield Melding(
                "ZR-206", f"`{_toon(waarde)}` heeft niet de goede vorm", _PATRONEN.get(sleutel, vorm), pad=pad
            )
        case "minimum" | "maximum":
            yield Melding("ZR-219", f"{_toon(waarde)} ligt buiten de grens {grens}", pad=pad)
        case "uniqueItems":
            yield Melding("ZR-219", "dezelfde waarde staat er meer dan eens", "Laat er één staan.", pad=pad)
        case str() as soort if soort[3:] in _EENHEDEN:
            een, meer = _EENHEDEN[soort[3:]]
            tekst = f"hier staan {len(waarde)} {meer}" if len(waarde) != 1 else f"hier staat 1 {een}"
            hoeveel = f"{'hoogstens' if soort.startswith('max') else 'minstens'} {grens}"
            yield Melding("ZR-219", f"{tekst}; verwacht is {hoeveel}", _een_sleutel(fout, pad), pad=pad)
        case "anyOf":
            yield Melding("ZR-206", f"`{_toon(waarde)}` past bij geen van de toegestane vormen", pad=pad)
        case anders:
            yield Melding("ZR-206", f"`{_toon(waarde)}` voldoet niet ({anders})", pad=pad)


def _verkeerde_keuze(fout: ValidationError, pad: Pad) -> Iterator[Melding]:
    waarde: Any = fout.instance
    if "else" not in fout.absolute_schema_path:
        keuzes: Any = fout.validator_value if fout.validator == "enum" else [fout.validator_value]
        yield Melding("ZR-205", f"`{_toon(waarde)}` kan hier niet", suggest(_toon(waarde), map(_toon, keuzes)), pad=pad)
    elif waarde is False:  # anything else that is no condition is told by its type
        yield Melding("ZR-205", "`false` kan hier niet", "Geef een voorwaarde.", pad=pad)


def _onbekende_sleutels(fout: ValidationError, pad: Pad) -> Iterator[Melding]:
    schema: Any = fout.schema
    bekend = set(schema.get("properties", ()))
    patronen = [re.compile(p) for p in schema.get("patternProperties", ())]
    vreemd = (
        n
        for n in cast(dict[Any, Any], fout.instance)
        if not isinstance(n, str) or (n not in bekend and not any(p.search(n) for p in patronen))
    )
    for naam in islice(vreemd, _MAX_GETOOND):
        hulp = suggest(str(naam), bekend)
        if patronen and not hulp.startswith("Bedoelde"):
            hulp = "Een feit is feitsoort.veld, met kleine letters, cijfers en lage streepjes."
        yield Melding("ZR-204", f"onbekende sleutel `{_toon(naam)}`", hulp, pad=(*pad, naam, "#sleutel"))


def _verwant(naam: str, waarde: dict[str, Any], fout: ValidationError) -> str:
    """A required name next to an unknown one that looks like it is a typing error: say so."""
    schema: Any = fout.schema
    vreemd = [k for k in waarde if k not in schema.get("properties", ())]
    tip = suggest(naam, vreemd) if vreemd else ""
    return f"Is `{tip.split('`')[1]}` een tikfout?" if tip.startswith("Bedoelde") else "Voeg deze sleutel toe."


def _een_sleutel(fout: ValidationError, pad: Pad) -> str:
    schema: Any = fout.schema
    if fout.validator == "maxProperties" and pad and pad[-1] == "dan":
        return "Een regel heeft één gevolg: maak er een regel per gevolg van."
    if fout.validator in {"minProperties", "maxProperties"} and schema.get("maxProperties") == 1:
        return suggest("", schema.get("properties", ()))
    return ""


def _too_long(data: object) -> tuple[Pad, str] | None:
    """Return the first list or mapping that no schema allows for its length, and what is wrong with it."""
    stapel: list[tuple[Pad, object]] = [((), data)]
    while stapel:
        pad, deel = stapel.pop()
        if isinstance(deel, dict):
            if len(deel) > _MAX_KORT:
                return pad, f"hier staan {len(deel)} sleutels; verwacht is hoogstens {_MAX_KORT}"
            stapel.extend(((*pad, k), w) for k, w in deel.items() if isinstance(w, (dict, list)))
        elif isinstance(deel, list):
            grens = _MAX_LIJST if all(isinstance(w, dict) for w in deel) else _MAX_KORT
            if len(deel) > grens:
                return pad, f"hier staan {len(deel)} items; verwacht is hoogstens {grens}"
            stapel.extend(((*pad, nr), w) for nr, w in enumerate(deel) if isinstance(w, (dict, list)))
    return None


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
        (Decimal, "een breukgetal"),
    ):
        if isinstance(waarde, type_):
            return naam
    return f"een {type(waarde).__name__}"


def _raad(waarde: object, soorten: list[str]) -> str:
    if isinstance(waarde, float):
        return " Een float is niet exact: geef tekst of een Decimal."
    if waarde is None:
        return " null betekent: er is geen waarde. Laat de sleutel weg als u de waarde niet weet."
    if isinstance(waarde, (bool, int)) and "string" in soorten and "boolean" not in soorten:
        return f' Zet het tussen aanhalingstekens: "{_toon(waarde)}".'
    return ""


def _toon(waarde: object) -> str:
    if waarde is None or isinstance(waarde, bool):
        return {None: "null", True: "true", False: "false"}[waarde]
    if isinstance(waarde, int) and abs(waarde) >= 10**20:
        return "een getal van meer dan twintig cijfers"
    tekst = waarde if isinstance(waarde, str) and waarde.isprintable() else ascii(waarde)
    return tekst if len(tekst) <= 60 else tekst[:57] + "…"
