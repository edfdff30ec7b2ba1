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

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._besluit.beslissing import Beslissing, Kwitantie, Stap
    from ._engine import Engine
    from ._journaal.journaal import Journaal
    from ._taal.bron import Bron
    from ._taal.regelset import Regelset
    from ._taal.vraag import Uitkomst, Vraag
    from ._waarden import NVT, ONBEKEND
    from .errors import ZorgregelsError
    from .hookspecs import hookimpl

__all__ = [
    "NVT",
    "ONBEKEND",
    "Beslissing",
    "Bron",
    "Engine",
    "Journaal",
    "Kwitantie",
    "Regelset",
    "Stap",
    "Uitkomst",
    "Vraag",
    "ZorgregelsError",
    "hookimpl",
]
_WAAR = {
    "NVT": "_waarden",
    "ONBEKEND": "_waarden",
    "Beslissing": "_besluit.beslissing",
    "Bron": "_taal.bron",
    "Engine": "_engine",
    "Journaal": "_journaal.journaal",
    "Kwitantie": "_besluit.beslissing",
    "Regelset": "_taal.regelset",
    "Stap": "_besluit.beslissing",
    "Uitkomst": "_taal.vraag",
    "Vraag": "_taal.vraag",
    "ZorgregelsError": "errors",
    "hookimpl": "hookspecs",
}


def __getattr__(naam: str) -> object:
    # Nothing is loaded before it is asked for: a command that prints its help should not build an engine.
    if naam == "__version__":
        return import_module("importlib.metadata").version("zorgregels")
    if naam not in _WAAR:
        raise AttributeError(f"module {__name__!r} has no attribute {naam!r}")
    waarde = globals()[naam] = getattr(import_module(f".{_WAAR[naam]}", __name__), naam)
    return waarde


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
