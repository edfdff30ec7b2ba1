"""Small plugins, written to disk the way an author writes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

FEIT = {
    "$schema": "urn:zorgregels:v1:feit",
    "title": "declaratie",
    "description": "Wat in rekening wordt gebracht.",
    "x-aantal": "een",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "prestatiecode": {"description": "De prestatiecode.", "type": "string", "maxLength": 16},
        "bedrag": {"description": "Het bedrag.", "$ref": "urn:zorgregels:v1:waarden#/$defs/geld"},
        "datum": {"description": "De dag van uitvoering.", "$ref": "urn:zorgregels:v1:waarden#/$defs/datum"},
        "akkoord": {"description": "Of er akkoord is.", "type": "boolean"},
        "tweede": {"description": "Of het de tweede keer is.", "type": "boolean"},
    },
}
AFGELEID = {
    **FEIT,
    "title": "oordeel",
    "properties": {"soort": {"description": "De soort.", "type": "string", "enum": ["a", "b"], "readOnly": True}},
}
KOP = """schema: regelset/v1
regelset: {sector}/{onderwerp}
versie: "{versie}"
titel: Proef
status: {status}
geldig: {geldig}
bekend: {bekend}
bron: {{document: Proefregeling}}
reikwijdte: {{declaratie: {{declaratie.prestatiecode: {codes}}}}}
{extra}regels:
{regels}"""
EIS = """  - id: {sector}.{id}
    vraag: declaratie
    normen: [P-1]
    dan: {{eis: {eis}}}
    motivering: {{ja: "Goed.", nee: "Fout."}}
"""

Schrijver = Callable[..., Path]


def eis(sector: str, id_: str, voorwaarde: str) -> str:
    """A rule that requires a condition."""
    return EIS.format(sector=sector, id=id_, eis=voorwaarde)


def regelset(
    sector: str,
    regels: str,
    *,
    onderwerp: str = "proef",
    versie: str = "2025.1",
    status: str = "geldend",
    geldig: str = "{van: 2025-01-01, tot: 2025-12-31}",
    bekend: str = "2024-06-01",
    codes: str = '["X1"]',
    extra: str = "",
) -> str:
    """A regelset document."""
    return KOP.format(**locals())


@pytest.fixture
def schrijf(tmp_path: Path) -> Schrijver:
    """Writes a plugin: ``schrijf("proef", {"2025/a.yaml": …}, feiten=[…])``."""

    def write(
        sector: str,
        regelsets: dict[str, str],
        *,
        feiten: tuple[dict[str, object], ...] = (FEIT, AFGELEID),
        map_: str = "",
    ) -> Path:
        wortel = tmp_path / (map_ or f"plugin_{sector}")
        (wortel / "feiten").mkdir(parents=True, exist_ok=True)
        (wortel / "plugin.yaml").write_text(f"schema: plugin/v1\nsector: {sector}\ntitel: Proef\n")
        for feit in feiten:
            (wortel / "feiten" / f"{feit['title']}.schema.json").write_text(json.dumps(feit))
        for naam, tekst in regelsets.items():
            pad = wortel / "regelsets" / naam
            pad.parent.mkdir(parents=True, exist_ok=True)
            pad.write_text(tekst)
        return wortel

    return write


class Maker:
    """What tests write plugins with, as one fixture: files in a test folder cannot import each other."""

    eis = staticmethod(eis)
    regelset = staticmethod(regelset)
    FEIT = FEIT
    AFGELEID = AFGELEID


@pytest.fixture
def maak() -> type[Maker]:
    """The pieces of a plugin."""
    return Maker
