"""An invented sector whose catalogue is filled from invented tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from zorgregels import Engine
from zorgregels._invoer.bronversie import Keus
from zorgregels._invoer.invoer import Ingevoerd, import_table
from zorgregels._invoer.rijen import Tijdvak
from zorgregels.errors import Melding, ZorgregelsError

GELD = {"$ref": "urn:zorgregels:v1:waarden#/$defs/geld"}
VELDEN: dict[str, dict[str, Any]] = {
    "bestaat": {"type": "boolean"},
    "naam": {"type": "string", "maxLength": 200},
    "tariefsoort": {"type": "string", "enum": ["vrij", "maximum"]},
    "maximumtarief": {"anyOf": [GELD, {"type": "null"}]},
    "groep": {"type": "string", "maxLength": 40},
    "punten": {"type": "integer", "minimum": 0, "maximum": 99},
    "per": {"$ref": "urn:zorgregels:v1:waarden#/$defs/datum"},
    "deel": {"$ref": "urn:zorgregels:v1:waarden#/$defs/ratio"},
    "catalogus": {"type": "string", "maxLength": 40},
}
FEIT = {
    "$schema": "urn:zorgregels:v1:feit",
    "description": "Verzonnen.",
    "x-aantal": "een",
    "type": "object",
    "additionalProperties": False,
}
PRESTATIE = {
    **FEIT,
    "title": "prestatie",
    "properties": {n: {"description": "Verzonnen.", "readOnly": True, **v} for n, v in VELDEN.items()},
}
NOTA = {
    **FEIT,
    "title": "nota",
    "properties": {
        "code": {"description": "De code.", "type": "string", "maxLength": 40},
        "bedrag": {"description": "Het bedrag.", **GELD},
    },
}
CATALOGUS = """schema: catalogus/v1
catalogus: proef/lijst
versie: "2024.1"
titel: Lijst (verzonnen)
toelichting: Wat de maker erbij zei.
bekend: 2023-10-01
feitsoort: prestatie
volledig: false
bron: {document: "Lijst 2024 (verzonnen)"}
prestaties:
  - code: "0011"
    naam: oud en nieuw
    waarden: {groep: rood, tariefsoort: maximum}
    perioden:
      - {van: 2023-01-01, tot: 2023-12-31, waarden: {maximumtarief: "1.00"}}
      - {van: 2024-01-01, waarden: {maximumtarief: "2.00"}}
  - code: "0022"
    naam: twee jaren
    waarden: {groep: blauw, tariefsoort: vrij, maximumtarief: null}
    perioden:
      - {van: 2024-01-01, tot: 2024-12-31, bron: {document: "Beschikking (verzonnen)", artikel: "7"}}
      - {van: 2026-01-01, bestaat: false}
  - code: "0033"
    naam: blijft zoals het is
    perioden:
      - {van: 2024-01-01, waarden: {tariefsoort: maximum, maximumtarief: "5.00"}}
"""
KOLOMMEN = """schema: kolommen/v1
catalogus: proef/lijst
vormen:
  - vorm: tarieven
    titel: Tarieventabel
    bron: {document: "Tarieventabel (verzonnen)"}
    volledig: false
    andere_kolommen: true
    code: {kop: [Code, Prestatiecode], nullen: 4, patroon: "^[0-9A-Z]{4}$"}
    naam: {kop: [Omschrijving]}
    van: {kop: [Ingang], verplicht: false}
    tot: {kop: [Einde], verplicht: false, leeg_bij: ["31-12-9999"]}
    velden:
      - {veld: tariefsoort, kop: [Tariefsoort], verplicht: false, leeg: onbekend, woorden: {V: vrij, vrij: vrij, M: maximum}}
      - {veld: maximumtarief, kop: [Tarief], leeg: onbekend, bij_nul: {tariefsoort: vrij, maximumtarief: null}, bij_meer: {tariefsoort: maximum}}
      - {veld: groep, kop: [Groep], verplicht: false, leeg: behoudt}
      - {veld: punten, kop: [Punten], verplicht: false, leeg: fout}
      - {veld: per, kop: [Per], verplicht: false, leeg: onbekend, datum: [DD-MM-JJJJ]}
      - {veld: deel, kop: [Deel], verplicht: false, leeg: onbekend, decimaal: beide}
      - {veld: bestaat, kop: [Status], verplicht: false, leeg: behoudt, woorden: {vervallen: false, geldig: true}}
    overslaan: [{kop: [Code, Prestatiecode], is: [TOTAAL, "0033"]}]
  - vorm: codes
    titel: Codelijst
    bron: {document: "Codelijst (verzonnen)"}
    volledig: false
    noemt_oude_codes: true
    andere_kolommen: false
    code: {kop: [Code]}
    naam: {kop: [Omschrijving], inkorten: true}
  - vorm: alles
    titel: Volledige codelijst
    bron: {document: "Volledige lijst (verzonnen)"}
    volledig: true
    andere_kolommen: false
    code: {kop: [Code]}
    naam: {kop: [Omschrijving]}
    vast: {groep: geel, catalogus: "van: tot"}
"""
REGELS = """schema: regelset/v1
regelset: proef/notas
versie: "2024.1"
titel: Nota's
status: geldend
geldig: {van: 2023-01-01}
bekend: 2022-01-01
bron: {document: "Regeling (verzonnen)"}
reikwijdte: {declaratie: {nota.code: {bestaat: true}}}
regels:
  - id: proef.catalogus
    vraag: declaratie
    normen: [P-1]
    dan: {leid_af: {prestatie: {uit_catalogus: {naam: proef/lijst, code: {veld: nota.code}, op: {veld: zaak.peildatum}}}}}
  - id: proef.bestaat
    vraag: declaratie
    normen: [P-1]
    dan: {eis: {prestatie.bestaat: true}}
    motivering: "De prestatie bestaat."
  - id: proef.maximum
    vraag: declaratie
    normen: [P-1]
    als: {prestatie.tariefsoort: maximum}
    dan: {eis: {nota.bedrag: {hoogstens: {veld: prestatie.maximumtarief}}}}
    motivering: "Niet boven het maximum."
"""


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("geheugen")


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    map_ = tmp_path / "proef"
    for naam, tekst in {
        "plugin.yaml": "schema: plugin/v1\nsector: proef\ntitel: Proef\n",
        "feiten/prestatie.schema.json": json.dumps(PRESTATIE),
        "feiten/nota.schema.json": json.dumps(NOTA),
        "catalogi/lijst.yaml": CATALOGUS,
        "catalogi/lijst.kolommen.yaml": KOLOMMEN,
        "regelsets/notas.yaml": REGELS,
    }.items():
        pad = map_ / naam
        pad.parent.mkdir(parents=True, exist_ok=True)
        pad.write_text(tekst, "utf-8")
    return map_


@dataclass
class Invoer:
    """Imports tables into the invented catalogue."""

    plugin: Path
    cache: Path
    map: Path

    def __call__(
        self,
        tabel: str | bytes | Path,
        vorm: str = "tarieven",
        *,
        van: str | None = "2025-01-01",
        tot: str | None = None,
        bekend: str = "2024-11-01",
        versie: str = "2025.1",
        basis: tuple[Path, ...] = (),
        blad: str | None = None,
        naam: str = "tabel.csv",
    ) -> Ingevoerd:
        if isinstance(tabel, Path):
            pad = tabel
        else:
            pad = self.map / naam
            pad.write_bytes(tabel.encode() if isinstance(tabel, str) else tabel)
        keus = Keus("proef/lijst", vorm, date.fromisoformat(bekend), versie, [self.plugin], basis)
        tijdvak = Tijdvak(*(date.fromisoformat(d) if d else None for d in (van, tot)))
        return import_table(pad, keus, tijdvak, blad=blad, cache=self.cache)

    def faults(self, *args: Any, **kwargs: Any) -> tuple[Melding, ...]:
        with pytest.raises(ZorgregelsError) as fout:
            self(*args, **kwargs)
        return fout.value.meldingen

    def write(self, i: Ingevoerd) -> Path:
        pad = self.map / f"{i.catalogus.versie}.yaml"
        pad.write_bytes(i.inhoud)
        return pad

    def engine(self, *catalogi: Path) -> Engine:
        return Engine(plugins=[self.plugin], catalogi=catalogi, cache=self.cache)


@pytest.fixture
def invoer(plugin: Path, cache: Path, tmp_path: Path) -> Invoer:
    return Invoer(plugin, cache, tmp_path)


@pytest.fixture
def periods() -> Callable[[Ingevoerd, str], list[tuple[str, str, dict[str, Any]]]]:
    """The periods of a code: from, to and what holds, the name left out."""

    def read(i: Ingevoerd, code: str) -> list[tuple[str, str, dict[str, Any]]]:
        return [
            (str(p.van), "" if p.tot == date.max else str(p.tot), {n: w for n, w in p.waarden.items() if n != "naam"})
            for p in i.catalogus.prestaties[code]
        ]

    return read
