"""One file of a plugin, read and held against its schema."""

from __future__ import annotations

from typing import Any, Final

from .._lezen.json import read_json
from .._lezen.schema import describe_faults
from .._lezen.yaml import YamlFout, read_yaml
from .._schemas import make_validator
from .._taal.verslag import Verslag
from .bundel import Bestand
from .geheugen import Geheugen

Data = Any
VERGEET: Final = Geheugen(None)


def read_document(bestand: Bestand, schema: str, verslag: Verslag, geheugen: Geheugen = VERGEET) -> Data:
    """Return a document that is valid under a schema, or note what is wrong with it."""
    bekend = geheugen.recall(schema, bestand.inhoud)
    if bekend is not None:
        return bekend
    try:
        data = _read(bestand, schema)
    except YamlFout as fout:
        verslag.meldingen.append(fout.melding)
        return None
    genoemd = data.get("schema") if isinstance(data, dict) else None
    if schema != "feit" and isinstance(genoemd, str) and genoemd != f"{schema}/v1":
        verslag.add(
            "ZR-201",
            bestand.naam,
            ("schema",),
            f"onbekend schema `{genoemd}`",
            f"Dit bestand hoort `schema: {schema}/v1` te hebben.",
        )
        return None
    voor = len(verslag.meldingen)
    for m in describe_faults(make_validator(schema), data):
        verslag.add(m.code, bestand.naam, m.pad, m.tekst, m.hulp)
    if len(verslag.meldingen) > voor:
        return None
    geheugen.remember(schema, bestand.inhoud, data)
    return data


def _read(bestand: Bestand, schema: str) -> Data:
    if schema != "feit":
        return read_yaml(bestand.inhoud, bestand.naam)
    return read_json(bestand.inhoud, bestand.naam)
