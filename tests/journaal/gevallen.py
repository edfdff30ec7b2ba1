"""Zaken of the published plugins, and Journaals with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from zorgregels import Engine
from zorgregels._journaal.journaal import Journaal
from zorgregels._lezen.yaml import read_yaml
from zorgregels.errors import ZorgregelsError

PLUGINS = Path(__file__).parents[2] / "plugins"
Raw = Any


def casussen(sector: str, meest: int = 10_000) -> list[Raw]:
    """Zaken of a plugin's own casussen that end in a decision."""
    uit: list[Raw] = []
    with Engine(plugins={sector}) as engine:
        for pad in sorted((PLUGINS / sector).rglob("*.casussen.yaml")):
            data: Raw = read_yaml(pad.read_bytes(), pad.name)
            for casus in data["casussen"]:
                zaak = {k: casus[k] for k in ("vraag", "peildatum", "feiten", "concept", "bekend_op") if k in casus}
                try:
                    engine.decide(zaak)
                except ZorgregelsError:
                    continue
                uit.append(zaak)
                if len(uit) == meest:
                    return uit
    return uit


def fill(
    waar: str | Path, zaken: list[Raw], *, sector: str = "huisarts", groep: int = 7, bewaar: Any = "gelezen"
) -> Journaal:
    """Make a Journaal and record these zaken in it."""
    journaal = Journaal.create(waar, sleutels=Path(str(waar) + ".sleutels") if "://" not in str(waar) else None)
    with Engine(plugins={sector}, journaal=journaal, bewaar=bewaar) as engine:
        for uit in engine.decide_many(zaken, groep=groep):
            assert not isinstance(uit, ZorgregelsError), uit
    return journaal


# -- a plugin with identificatoren -----------------------------------------------------------------------------------

_PLUGIN = "schema: plugin/v1\nsector: proef\ntitel: Een proef\n"
_FEIT = {
    "$schema": "urn:zorgregels:v1:feit",
    "title": "patient",
    "description": "Een patiënt.",
    "type": "object",
    "x-aantal": "een",
    "additionalProperties": False,
    "properties": {
        "bsn": {
            "description": "Het burgerservicenummer.",
            "type": "string",
            "pattern": "^[0-9]{9}$",
            "x-persoonsgegeven": "identificator",
        },
        "naam": {"description": "De naam.", "type": "string", "maxLength": 80, "x-persoonsgegeven": "identificator"},
        "ouder_dan_18": {"description": "Of de patiënt ouder is dan 18.", "type": "boolean", "x-persoonsgegeven": True},
        "thuis": {"description": "Of de zorg aan huis is gegeven.", "type": "boolean"},
        "soort": {"description": "Wat er is afgeleid.", "type": "string", "enum": ["zus", "zo"], "readOnly": True},
    },
}
_REGELSET = """\
schema: regelset/v1
regelset: proef/leeftijd
versie: "2020.1"
titel: Leeftijd
status: geldend
geldig: {van: 2020-01-01}
bekend: onbekend
bron: {document: Een proefdocument}
reikwijdte: {declaratie: {patient.ouder_dan_18: {bestaat: true}}}
regels:
  - id: proef.leeftijd
    vraag: declaratie
    normen: [P-1]
    dan: {eis: {%s}}
    motivering: {ja: "Ja.", nee: "Nee."}
"""
_AFLEIDING = """\
  - id: proef.soort
    vraag: declaratie
    normen: [P-2]
    als: {%s}
    dan: {leid_af: {patient.soort: zus}}
"""


def person_plugin(map_: Path, eis: str, afleiding: str = "") -> Path:
    """Write a plugin whose facts say who somebody is, with one rule, and one more that derives something where this holds."""
    (map_ / "feiten").mkdir(parents=True)
    (map_ / "regelsets").mkdir()
    (map_ / "plugin.yaml").write_text(_PLUGIN)
    (map_ / "feiten" / "patient.schema.json").write_text(json.dumps(_FEIT))
    (map_ / "regelsets" / "leeftijd.yaml").write_text(_REGELSET % eis + (_AFLEIDING % afleiding if afleiding else ""))
    return map_
