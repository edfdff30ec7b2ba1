"""zorgregels: may this prestatie be charged, under which tariefsoort, up to which amount, on the ground of which article?

>>> from zorgregels import Engine
>>> engine = Engine(plugins={"huisarts"})
>>> beslissing = engine.decide(
...     vraag="declaratie",
...     peildatum="2023-05-10",
...     feiten={"declaratie": {"prestatiecode": "12011", "bedrag": "11.52", "duur_minuten": 12}},
... )
>>> beslissing.oordeel
'niet_toegestaan'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._besluit.beslissing import Beslissing, Kwitantie, Stap
from ._engine import Engine
from ._taal.bron import Bron
from ._taal.regelset import Regelset
from ._taal.vraag import Uitkomst, Vraag
from ._waarden import NVT, ONBEKEND
from .errors import ZorgregelsError

if TYPE_CHECKING:
    from .hookspecs import hookimpl

__all__ = [
    "NVT",
    "ONBEKEND",
    "Beslissing",
    "Bron",
    "Engine",
    "Kwitantie",
    "Regelset",
    "Stap",
    "Uitkomst",
    "Vraag",
    "ZorgregelsError",
    "hookimpl",
]


def __getattr__(naam: str) -> object:
    # What only plugin authors and version checks need is not loaded before it is asked for: deciding must start fast.
    if naam == "__version__":
        from importlib.metadata import version

        return version("zorgregels")
    if naam == "hookimpl":
        from .hookspecs import hookimpl

        return hookimpl
    raise AttributeError(f"module {__name__!r} has no attribute {naam!r}")
