"""Journaals of the program itself, with decisions in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zorgregels import Engine
from zorgregels._journaal.journaal import Journaal

Data = Any
KANARIE = Path(__file__).parent / "kanarie"
ALLES_GEGEVEN: Mapping[str, Data] = {
    "declaratie": {
        "bedrag": "48391746.27", "korting": "10203040.11", "datum": "1957-03-14", "opmerking": "xyzzy-plugh",
        "soort": "zebravink", "aantal": 73819264,
    },
    "kostenpost": [{"bedrag": "61728394.05", "waarvoor": "frobnicatie"}],
}  # fmt: skip


@contextmanager
def book(map_: Path, *zaken: Mapping[str, Data], plugins: list[str | Path] | None = None) -> Iterator[Journaal]:
    """A Journaal with these zaken decided, from number 1 on."""
    with Journaal.create(map_ / "journaal.db") as journaal:
        with Engine(plugins=plugins or [KANARIE], journaal=journaal) as engine:
            for zaak in zaken:
                engine.decide(zaak)
        yield journaal


def zaak(feiten: Mapping[str, Data] = ALLES_GEGEVEN, vraag: str = "declaratie", **anders: Data) -> dict[str, Data]:
    return {"vraag": vraag, "peildatum": "2025-05-10", "feiten": feiten, **anders}


PERSOON = zaak(
    {"declaratie": {"bedrag": "48391746.27"}, "persoon": {"geboren": "1957-03-14", "bsn": "123456782"}}, "aanvraag"
)
