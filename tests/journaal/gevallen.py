"""Zaken of the published plugins, and Journaals with them."""

from __future__ import annotations

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
