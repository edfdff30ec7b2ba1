"""Feitsoorten: what facts exist and what they may hold, read from a plugin's own JSON Schemas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .._waarden import MAX_TEKST, Soort, Type

MAX_ITEMS: Final = 1000
_VERWIJZINGEN = {
    "urn:zorgregels:v1:waarden#/$defs/geld": Soort.GELD,
    "urn:zorgregels:v1:waarden#/$defs/ratio": Soort.RATIO,
    "urn:zorgregels:v1:waarden#/$defs/datum": Soort.DATUM,
}
_SOORTEN = {"boolean": Soort.BOOLEAN, "string": Soort.TEKST, "integer": Soort.GETAL}


@dataclass(frozen=True, slots=True)
class Feitveld:
    """One field of a feitsoort."""

    naam: str
    type: Type
    omschrijving: str
    afgeleid: bool = False
    persoonsgegeven: bool = False


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
