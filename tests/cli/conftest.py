"""The command line in this process and in one of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

WORTEL = Path(__file__).parents[2]
VOORBEELDEN = WORTEL / "voorbeelden"


@dataclass(frozen=True)
class Uit:
    status: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


Zr = Callable[..., Uit]


@pytest.fixture
def zr(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Zr:
    """Run ``main`` as the entry point does."""
    from zorgregels._cli import main

    monkeypatch.delenv("ZORGREGELS_DEBUG", raising=False)

    def run(*args: str | Path) -> Uit:
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as einde:
            main([str(a) for a in args])
        sys.stdout.flush()
        uit, fout = capfdbinary.readouterr()
        return Uit(int(einde.value.code or 0), uit.decode(), fout.decode())

    return run


@pytest.fixture
def proces() -> Zr:
    """Run ``python -m zorgregels``."""

    def run(*args: str | Path, invoer: bytes = b"", env: dict[str, str] | None = None) -> Uit:
        import os

        r = subprocess.run(
            [sys.executable, "-m", "zorgregels", *map(str, args)],
            input=invoer,
            capture_output=True,
            timeout=60,
            env={**os.environ, **(env or {})},
            check=False,
        )
        return Uit(r.returncode, r.stdout.decode(), r.stderr.decode())

    return run


@pytest.fixture
def voorbeelden() -> Path:
    return VOORBEELDEN


@pytest.fixture
def plugin(tmp_path: Path) -> Callable[..., Path]:
    """Write a small sound plugin of sector ``proef``; keyword arguments replace files."""

    def write(map_: Path | None = None, *, sector: str = "proef", **anders: str) -> Path:
        wortel = map_ or tmp_path / sector
        bestanden = {k: v.replace("SECTOR", sector) for k, v in {**PLUGIN, **anders}.items() if v}
        for sleutel, naam in NAMEN.items():
            if sleutel in bestanden:
                pad = wortel / naam
                pad.parent.mkdir(parents=True, exist_ok=True)
                pad.write_text(bestanden[sleutel], "utf-8")
        return wortel

    write.tekst = PLUGIN  # type: ignore[attr-defined] - what tests change a word in
    return write


NAMEN = {
    "merk": "plugin.yaml",
    "feit": "feiten/rit.schema.json",
    "regelset": "regelsets/2025/ritten.yaml",
    "casussen": "regelsets/2025/ritten.casussen.yaml",
}
PLUGIN = {
    "merk": "schema: plugin/v1\nsector: SECTOR\ntitel: Proef\n",
    "feit": json.dumps(
        {
            "$schema": "urn:zorgregels:v1:feit",
            "title": "rit",
            "description": "Een rit.",
            "x-aantal": "een",
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "kilometers": {"description": "De afstand.", "type": "integer", "minimum": 0, "maximum": 900},
                "lang": {"description": "Of de rit lang is.", "type": "boolean", "readOnly": True},
            },
        },
        indent=2,
    ),
    "regelset": """schema: regelset/v1
regelset: SECTOR/ritten
versie: "2025.1"
titel: Ritten
status: geldend
geldig: {van: 2025-01-01, tot: 2025-12-31}
bekend: 2024-11-01
bron: {document: "Beleidsregel ritten", artikel: "3"}
reikwijdte: {declaratie: {rit.kilometers: {bestaat: true}}}
regels:
  - id: SECTOR.lang
    vraag: declaratie
    normen: [N-1]
    als: {rit.kilometers: {meer_dan: 100}}
    dan: {leid_af: {rit.lang: true}}
  - id: SECTOR.niet-te-lang
    vraag: declaratie
    normen: [N-2]
    dan: {eis: {rit.kilometers: {hoogstens: 200}}}
    motivering: "Een rit is hoogstens 200 kilometer; dit zijn er {rit.kilometers}."
    voorbeelden:
      - {feiten: {rit: {kilometers: 200}}, verwacht: ja}
      - {feiten: {rit: {kilometers: 201}}, verwacht: nee}
""",
    "casussen": """schema: casussen/v1
casussen:
  - id: P-1
    titel: Een rit van honderdvijftig kilometer
    normen: [N-2]
    vraag: declaratie
    peildatum: 2025-05-01
    feiten: {rit: {kilometers: 150}}
    verwacht:
      uitkomst: ja
      beslissend: [SECTOR.niet-te-lang]
      afgeleid: {rit.lang: true}
      regelsets: [SECTOR/ritten@2025.1]
""",
}
