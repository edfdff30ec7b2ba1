"""An invented plugin with everything that a replay meets: amounts, a list, a personal fact, who somebody is, and facts that no rule reads.

Beside it corrections that became known later: of a tariff, and of a rule.
"""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

GELD = {"$ref": "urn:zorgregels:v1:waarden#/$defs/geld"}
PLUGIN = {
    "plugin.yaml": "schema: plugin/v1\nsector: ritten\ntitel: Ritten (verzonnen)\n",
    "catalogi/tarieven.yaml": """schema: catalogus/v1
catalogus: ritten/tarieven
versie: "2025.1"
bekend: 2024-07-01
feitsoort: tarief
volledig: true
bron: {document: "Tarieflijst ritten 2025 (verzonnen)"}
prestaties:
  - code: R1
    naam: korte rit
    perioden:
      - {van: 2025-01-01, tot: 2025-12-31, waarden: {maximum: "10.00"}}
  - code: R2
    naam: lange rit
    perioden:
      - {van: 2025-01-01, tot: 2025-12-31, waarden: {maximum: "25.50"}}
""",
    "regelsets/2025/ritten.yaml": """schema: regelset/v1
regelset: ritten/tarieven
versie: "2025.1"
titel: Ritten 2025
status: geldend
geldig: {van: 2025-01-01, tot: 2025-12-31}
bekend: 2024-07-01
bron: {document: "Beleidsregel ritten 2025 (verzonnen)", artikel: "3"}
reikwijdte:
  declaratie: {rit.code: {in: [R1, R2]}}
regels:
  - id: ritten.afgeleid.tarief
    vraag: declaratie
    normen: [R-1]
    dan: {leid_af: {tarief: {uit_catalogus: {naam: ritten/tarieven, code: {veld: rit.code}, op: {veld: zaak.peildatum}}}}}
  - id: ritten.afgeleid.vergoeding
    vraag: declaratie
    normen: [R-2]
    als: {rit.leeftijd: {minstens: 18}}
    dan: {leid_af: {uitkering.bedrag: {som: {van: onderdeel, veld: bedrag, waar: {soort: {in: [brandstof, tol]}}}}}}
  - id: ritten.eis.bedrag
    vraag: declaratie
    normen: [R-3]
    dan: {eis: {rit.bedrag: {hoogstens: {veld: tarief.maximum}}}}
    motivering:
      ja: "Het bedrag van {rit.bedrag} is niet hoger dan {tarief.maximum}."
      nee: "Het bedrag van {rit.bedrag} is hoger dan {tarief.maximum}."
  - id: ritten.eis.leeftijd
    vraag: declaratie
    normen: [R-4]
    dan: {eis: {rit.leeftijd: {minstens: 4}}}
    motivering: "De reiziger is {rit.leeftijd} jaar."
  - id: ritten.waarschuw.duur
    vraag: declaratie
    normen: [R-5]
    als: {rit.bedrag: {meer_dan: "50.00"}}
    dan: {waarschuw: "Een dure rit."}
""",
}
FEITEN = {
    "rit": {
        "code": {"description": "Welke rit?", "type": "string", "maxLength": 4},
        "bedrag": {"description": "Welk bedrag?", **GELD},
        "leeftijd": {"description": "Hoe oud?", "type": "integer", "minimum": 0, "maximum": 130, "x-persoonsgegeven": True},
        "bsn": {"description": "Van wie?", "type": "string", "maxLength": 9, "x-persoonsgegeven": "identificator"},
        "kilometers": {"description": "Hoe ver?", "type": "integer", "minimum": 0, "maximum": 900},
        "omschrijving": {"description": "Waarheen?", "type": "string", "maxLength": 80},
        "fooi": {"description": "Welke fooi?", **GELD},
    },
    "tarief": {
        "bestaat": {"description": "Bestaat de rit?", "type": "boolean", "readOnly": True},
        "naam": {"description": "De naam.", "type": "string", "readOnly": True},
        "maximum": {"description": "Het maximum.", "readOnly": True, **GELD},
    },
    "uitkering": {"bedrag": {"description": "Wat vergoed wordt.", "readOnly": True, **GELD}},
}  # fmt: skip
LIJST = {
    "onderdeel": {
        "bedrag": {"description": "Welk bedrag?", **GELD},
        "soort": {"description": "Welke soort?", "type": "string", "enum": ["brandstof", "tol"]},
    }
}
_LATER = {"2025.1": "2025.2", "2024-07-01": "2026-02-01"}


def _replaced(tekst: str, anders: dict[str, str]) -> str:
    for oud, nieuw in anders.items():
        assert oud in tekst, oud
        tekst = tekst.replace(oud, nieuw, 1)
    return tekst


TARIEF_LATER = _replaced(PLUGIN["catalogi/tarieven.yaml"], {**_LATER, '"10.00"': '"9.00"', '"25.50"': '"26.00"'})
"""A correction of two tariffs: one lower, one higher."""
REGEL_LATER = """schema: regelset/v1
regelset: ritten/tarieven
versie: "2025.2"
titel: Ritten 2025, gecorrigeerd
status: geldend
geldig: {van: 2025-01-01, tot: 2025-12-31}
bekend: 2026-02-01
bron: {document: "Beleidsregel ritten 2025 (verzonnen)", artikel: "3"}
bouwt_op: ritten/tarieven@2025.1
regels:
  - id: ritten.eis.leeftijd
    vraag: declaratie
    normen: [R-4]
    dan: {eis: {rit.leeftijd: {minstens: 12}}}
    motivering: "De reiziger is {rit.leeftijd} jaar."
  - id: ritten.afgeleid.vergoeding
    vraag: declaratie
    normen: [R-2]
    als: {rit.leeftijd: {minstens: 16}}
    dan: {leid_af: {uitkering.bedrag: {som: {van: onderdeel, veld: bedrag, waar: {soort: brandstof}}}}}
"""
"""A correction of two rules, with something personal in both."""
ALLEEN_GETOOND = PLUGIN["regelsets/2025/ritten.yaml"].replace('"Een dure rit."', '"Een dure rit: {rit.omschrijving}."')
"""The rules, with a fact that no rule reads and one text shows."""
_AFSTAND = """regels:
  - id: ritten.eis.afstand
    vraag: declaratie
    normen: [R-9]
    dan: {eis: {rit.kilometers: {hoogstens: 500}}}
    motivering: "Een rit is hoogstens 500 kilometer."
"""
REGEL_ONGELEZEN = _replaced(REGEL_LATER, {"regels:\n": _AFSTAND})
"""A correction with a rule that reads what no rule read before."""
VERSIE_LATER = REGEL_LATER.partition("regels:\n")[0] + "regels: []\n"
"""A version that says the same, under another number."""

Zaak = dict[str, Any]


def write_plugin(map_: Path, **anders: str) -> Path:
    """Write the plugin; keyword arguments add or replace files, ``__`` for a slash."""
    bestanden = {**PLUGIN, **{n.replace("__", "/") + ".yaml": t for n, t in anders.items()}}
    for soorten, aantal in ((FEITEN, "een"), (LIJST, "lijst")):
        for naam, velden in soorten.items():
            schema = {
                "$schema": "urn:zorgregels:v1:feit", "title": naam, "description": f"Verzonnen {naam}.", "x-aantal": aantal,
                "type": "object", "additionalProperties": False, "properties": velden,
            }  # fmt: skip
            bestanden[f"feiten/{naam}.schema.json"] = json.dumps(schema)
    for naam, tekst in bestanden.items():
        pad = map_ / naam
        pad.parent.mkdir(parents=True, exist_ok=True)
        pad.write_text(tekst, "utf-8")
    return map_


def draw(aantal: int, zaad: int = 1) -> list[Zaak]:
    """Draw zaken: around the tariffs, of all ages, with and without what is personal, and with facts that no rule reads."""
    r = random.Random(zaad)
    uit: list[Zaak] = []
    for _ in range(aantal):
        rit: dict[str, Any] = {"code": r.choice(["R1", "R2"])}
        if r.random() < 0.9:
            rit["bedrag"] = _euro(r.choice([899, 900, 901, 950, 1000, 1001, 2550, 2551, 2600, 2601, r.randrange(9000)]))
        if r.random() < 0.85:
            rit["leeftijd"] = r.choice([3, 4, 11, 12, 15, 16, 17, 18, r.randrange(100)])
        if r.random() < 0.3:
            rit["kilometers"] = r.randrange(900)
        if r.random() < 0.3:
            rit["fooi"] = _euro(r.randrange(500))
        if r.random() < 0.5:
            rit["omschrijving"] = r.choice(["naar het station", 'naar "de" markt <&>', "café → huis"])
        if r.random() < 0.4:
            rit["bsn"] = f"{r.randrange(10**9):09}"
        feiten: dict[str, Any] = {"rit": rit}
        if r.random() < 0.7:
            feiten["onderdeel"] = [
                {"bedrag": _euro(r.randrange(3000)), "soort": r.choice(["brandstof", "tol"])}
                for _ in range(r.randrange(4))
            ]
        dag = date(2025, 1, 1) + timedelta(days=r.randrange(365))
        uit.append({"vraag": "declaratie", "peildatum": dag.isoformat(), "feiten": feiten})
    return uit


def _euro(cent: int) -> str:
    return f"{cent // 100}.{cent % 100:02d}"
