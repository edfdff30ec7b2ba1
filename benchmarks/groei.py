"""What a decision costs against the number of rules that are installed, none of which has anything to do with it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from meten import side_by_side
from zaken import SECTOREN, draw_mixes, folder
from zorgregels import Engine

PER_SET: Final = 25
JAREN: Final = range(2020, 2025)
"""Five versions of every regelset; one of them is in force when the zaken are asked."""


def measure(snel: bool) -> dict[str, Any]:
    engine = Engine(plugins=set(SECTOREN))
    zaken = draw_mixes(engine, 500 if snel else 1000)["huisarts"]
    echt = sum(len(r.regels) for r in engine.regelsets)
    taken: dict[str, Any] = {"0": (engine.decide, zaken)}
    laden: dict[str, dict[str, float]] = {}
    merken = [engine.decide(z).digest for z in zaken[:100]]
    with tempfile.TemporaryDirectory() as map_:
        for aantal in (100, 1000) if snel else (100, 1000, 10_000):
            plugin = write_plugin(Path(map_) / f"p{aantal}", aantal)
            keuze = {*SECTOREN, plugin}
            koud, _ = _timed(keuze, Path(map_) / f"c{aantal}")
            warm, groot = _timed(keuze, Path(map_) / f"c{aantal}")
            laden[str(aantal)] = {"koud": koud, "warm": warm}
            assert [groot.decide(z).digest for z in zaken[:100]] == merken, "an installed plugin changed an answer"
            taken[str(aantal)] = (groot.decide, zaken)
        metingen = side_by_side(taken, 3 if snel else 5)
    return {"echte regels": echt, "laden": laden, "decide": {n: m.to_dict() for n, m in metingen.items()}}


def _timed(plugins: Any, cache: Path) -> tuple[float, Engine]:
    begin = perf_counter()
    engine = Engine(plugins=plugins, cache=cache)
    return perf_counter() - begin, engine


def write_plugin(map_: Path, aantal: int) -> Path:
    """Write a plugin of that many rules for other codes, spread over topics and years, for the same vraag."""
    # The shared facts are defined as the huisarts plugin defines them, or the two could not be loaded together.
    schema = json.loads((folder("huisarts") / "feiten" / "declaratie.schema.json").read_text())
    schema["$id"] = "urn:zorgregels:feit:proef:declaratie"
    _write(map_ / "plugin.yaml", {"schema": "plugin/v1", "sector": "proef", "titel": "Proef"})
    _write(map_ / "feiten" / "declaratie.schema.json", schema)
    nummers = range(aantal)
    for begin in range(0, aantal, PER_SET):
        topic, jaar = divmod(begin // PER_SET, len(JAREN))
        _write(
            map_ / f"regelsets/{JAREN[jaar]}/onderwerp{topic}.yaml",
            _regelset(topic, JAREN[jaar], nummers[begin : begin + PER_SET]),
        )
    return map_


def _regelset(topic: int, jaar: int, nummers: range) -> Any:
    codes = [f"P{topic:03d}{i}" for i in range(5)]
    return {
        "schema": "regelset/v1", "regelset": f"proef/onderwerp{topic}", "versie": f"{jaar}.1", "titel": f"Proef {topic}",
        "status": "geldend", "geldig": {"van": f"{jaar}-01-01", "tot": f"{jaar}-12-31"}, "bekend": "onbekend",
        "bron": {"document": "Proef"}, "reikwijdte": {"declaratie": {"declaratie.prestatiecode": codes}},
        "regels": [
            {"id": f"proef.t{topic}.r{n % PER_SET}", "vraag": "declaratie", "normen": ["W-35-1b"], "motivering": "Proef.",
             "als": {"declaratie.prestatiecode": codes[n % 5]}, "dan": {"eis": {"declaratie.bedrag": {"hoogstens": f"{n % 90 + 10}.50"}}}}
            for n in nummers
        ],
    }  # fmt: skip


def _write(pad: Path, data: Any) -> None:
    pad.parent.mkdir(parents=True, exist_ok=True)
    pad.write_text(json.dumps(data))
