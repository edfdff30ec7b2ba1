"""Feitsoorten: what facts exist and what they may hold, read from a plugin's own JSON Schemas."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from .._waarden import MAX_TEKST, Soort, Type

MAX_ITEMS: Final = 1000
_VERWIJZINGEN = {
    "urn:zorgregels:v1:waarden#/$defs/geld": Soort.GELD,
    "urn:zorgregels:v1:waarden#/$defs/ratio": Soort.RATIO,
    "urn:zorgregels:v1:waarden#/$defs/datum": Soort.DATUM,
}
_PAST_BIJ: Final = {
    "enum": ("string", "tekst"),
    "maxLength": ("string", "tekst"),
    "pattern": ("string", "tekst"),
    "minimum": ("integer", "een geheel getal"),
    "maximum": ("integer", "een geheel getal"),
}
_MAX_PADEN: Final = 100_000
"""The most ways in which a pattern may be tried on a text: it is the author's, the text is anybody's."""
_TEKEN = r"(?:\\[^0-9A-Za-z]|\[(?:\\[^0-9A-Za-z]|[^\]\[\\])+\]|[^\\\[\](){}?*+|^$])"
_STUK = _TEKEN + r"(?:\{[0-9]{1,4}(?:,[0-9]{0,4})?\}|[?*+])?"
_PATROON = re.compile(rf"\^(?:{_STUK}|\((?:\?:)?(?:{_STUK})*(?:\|(?:{_STUK})*)*\)\??)*\$")
_HERHALING = re.compile(rf"{_TEKEN}(?:\{{(?P<min>[0-9]+)(?P<komma>,)?(?P<max>[0-9]*)\}}|(?P<teken>[?*+]))?")
_SOORTEN = {"boolean": Soort.BOOLEAN, "string": Soort.TEKST, "integer": Soort.GETAL}


@dataclass(frozen=True, slots=True)
class Feitveld:
    """One field of a feitsoort."""

    naam: str
    type: Type
    omschrijving: str
    afgeleid: bool = False
    persoonsgegeven: bool = False
    identificator: bool = False
    """Whether it says who somebody is, such as a BSN. No rule reads it."""


@dataclass(frozen=True, slots=True)
class Feitsoort:
    """One kind of fact: an object, or a list of them."""

    sector: str
    naam: str
    omschrijving: str
    lijst: bool
    velden: Mapping[str, Feitveld]
    maximum: int = MAX_ITEMS

    def name_of(self, veld: Feitveld) -> str:
        """Return the name under which rules know a field: derived facts are the sector's own."""
        return f"{self.sector}:{self.naam}.{veld.naam}" if veld.afgeleid else f"{self.naam}.{veld.naam}"


def parse_feitsoort(sector: str, schema: Mapping[str, Any]) -> Feitsoort:
    """Return the Feitsoort that a schema, valid under ``feit.schema.json``, describes."""
    velden = {
        naam: Feitveld(
            naam,
            _parse_type(veld),
            veld["description"],
            bool(veld.get("readOnly")),
            bool(veld.get("x-persoonsgegeven")),
            veld.get("x-persoonsgegeven") == "identificator",
        )
        for naam, veld in schema["properties"].items()
    }
    return Feitsoort(
        sector,
        schema["title"],
        schema["description"],
        schema["x-aantal"] == "lijst",
        velden,
        schema.get("x-maximum", MAX_ITEMS),
    )


def _parse_type(veld: Mapping[str, Any]) -> Type:
    keuzes = veld.get("anyOf", [veld])
    basis = next(k for k in keuzes if "$ref" in k or k.get("type") in _SOORTEN)
    leeg = any(k.get("type") == "null" for k in keuzes)
    nvt = any("const" in k for k in keuzes)
    if "$ref" in basis:
        return Type(_VERWIJZINGEN[basis["$ref"]], leeg=leeg, nvt=nvt)
    if "enum" in basis:
        return Type(Soort.KEUZE, tuple(basis["enum"]), leeg=leeg, nvt=nvt)
    return Type(
        _SOORTEN[basis["type"]],
        maxlengte=basis.get("maxLength", MAX_TEKST),
        patroon=basis.get("pattern"),
        minimum=basis.get("minimum"),
        maximum=basis.get("maximum"),
        leeg=leeg,
        nvt=nvt,
    )


def is_describable(veld: Mapping[str, Any]) -> bool:
    """Whether a field has exactly one type beside null and n.v.t.; JSON Schema alone cannot say so briefly."""
    keuzes = veld.get("anyOf", [veld])
    bases = [k for k in keuzes if ("$ref" in k) != (k.get("type") in _SOORTEN)]
    return len(bases) == 1 and not ("anyOf" in veld and ("type" in veld or "$ref" in veld or "enum" in veld))


def field_faults(veld: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a field that its schema cannot say, and what to do."""
    if not is_describable(veld):
        yield "heeft niet precies één type", "Geef `type` of `$ref`, met null of n.v.t. ernaast in een `anyOf`."
        return
    for deel in veld.get("anyOf", [veld]):
        for sleutel, (type_, woord) in _PAST_BIJ.items():
            if sleutel in deel and deel.get("type") != type_:
                yield (
                    f"heeft een `{sleutel}`, en die past alleen bij {woord}",
                    f"Laat `{sleutel}` weg, of maak het veld {woord}.",
                )
        if "enum" in deel and deel.keys() & {"pattern", "maxLength"}:
            yield (
                "heeft een `enum` en een vorm",
                "De woorden van de `enum` zijn de vorm: laat `pattern` en `maxLength` weg.",
            )
        if deel.get("minimum", deel.get("maximum", 0)) > deel.get("maximum", deel.get("minimum", 0)):
            yield (
                f"kan niets zijn: {deel['minimum']} is meer dan {deel['maximum']}",
                "Verwissel `minimum` en `maximum`.",
            )
        if "pattern" in deel:
            yield from _pattern_faults(deel["pattern"], deel.get("maxLength", MAX_TEKST))


def _pattern_faults(patroon: str, maxlengte: int) -> Iterator[tuple[str, str]]:
    """Refuse a pattern that some text would keep busy for long, or that other languages read in another way."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a class that a later Python will read otherwise is refused now
            re.compile(patroon)
    except (re.error, OverflowError, FutureWarning) as fout:
        yield (
            f"heeft een `pattern` dat niet te lezen is: {fout}",
            "Een letterlijk haakje, punt of streepje krijgt een \\ ervoor.",
        )
        return
    if _PATROON.fullmatch(patroon) is None:
        yield (
            "heeft een `pattern` dat te vrij is",
            "Het begint met ^, eindigt met $ en kent tekens, klassen zoals [0-9], herhaling en (a|b), maar geen groep die "
            "wordt herhaald of een groep bevat, en geen \\d of \\w.",
        )
        return
    paden = patroon.count("|") + 1 << patroon.count(")?")
    for m in _HERHALING.finditer(patroon):
        if m["teken"] == "?":
            paden *= 2
        elif m["teken"] or m["komma"]:
            paden *= max(1, min(int(m["max"] or maxlengte), maxlengte) - int(m["min"] or 0) + 1)
    if paden > _MAX_PADEN:
        yield (
            "heeft een `pattern` dat op te veel manieren past",
            "Begrens de herhalingen, zoals {1,8} in plaats van +, of geef een kleinere `maxLength`.",
        )
