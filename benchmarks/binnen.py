"""The one place where these measurements look inside the engine: ZEN is given the plan and the facts that the engine itself uses."""

from __future__ import annotations

from datetime import date

from zorgregels import Engine
from zorgregels._inferentie.rekenen import periode
from zorgregels._plan.plan import Plan
from zorgregels._taal.catalogus import Catalogus
from zorgregels._waarden import Feiten, Scalar
from zorgregels._werk import Werk


def read(engine: Engine, zaak: dict[str, object]) -> tuple[Feiten, Plan]:
    """Return the facts of a zaak and the plan that settles it."""
    gelezen = engine._lezer.read(zaak)
    werk = engine._besluiter.werkplaats.find(gelezen)
    assert isinstance(werk, Werk)
    return gelezen.feiten, werk.plan


def look_up(catalogus: Catalogus, code: str, op: date, kolom: str) -> Scalar:
    """Return the value of a column, as the engine's own rules find it."""
    waarden, anders = periode(catalogus, code, op)
    return waarden.get(kolom, anders)
