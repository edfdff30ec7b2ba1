"""Every casus of the shipped plugins, through the command line, under both engines."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from zorgregels._laden.bundel import read_folder
from zorgregels._laden.casussen import read_cases
from zorgregels._taal.verslag import Verslag

WORTEL = Path(__file__).parents[2]
MAPPEN = sorted(p.parent for p in WORTEL.glob("plugins/*/src/*/plugin.yaml"))


@pytest.mark.parametrize("engine", ["compiled", "durable"])
@pytest.mark.parametrize("map_", MAPPEN, ids=lambda m: m.name)
def test_every_casus_through_the_command_line(zr, tmp_path, map_: Path, engine):
    if engine == "durable":
        if sys.version_info >= (3, 13):
            pytest.skip("durable-rules does not import there")
        pytest.importorskip("durable")
        pytest.importorskip("zorgregels._inferentie.durable")
    casussen = read_cases(read_folder(map_, map_.name, alles=True), Verslag())
    assert casussen
    zaken = tmp_path / "zaken.jsonl"
    zaken.write_text("\n".join(json.dumps(c.zaak) for c in casussen), "utf-8")
    uit = zr("decide", zaken, "--engine", engine)
    regels = [json.loads(r) for r in uit.stdout.splitlines()]
    assert len(regels) == len(casussen)
    for casus, regel in zip(casussen, regels, strict=True):
        if "fout" in casus.verwacht:
            assert casus.verwacht["fout"] in {m["code"] for m in regel["fout"]["meldingen"]}, casus.id
        elif "uitkomst" in casus.verwacht:
            assert regel.get("uitkomst") == casus.verwacht["uitkomst"], (casus.id, regel)
            assert regel["kwitantie"]["inferentie"] == engine
