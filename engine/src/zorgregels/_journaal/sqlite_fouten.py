"""Says in plain words what SQLite says."""

from __future__ import annotations

import sqlite3
from typing import Final

from .._lezen.meldingen import Melding
from ..errors import JournaalError

_NIETS: Final = "Er is niets vastgelegd en er is geen antwoord."
_OORZAKEN: Final = {
    "SQLITE_FULL": ("de schijf is vol", f"{_NIETS} Maak ruimte en vraag het opnieuw."),
    "SQLITE_BUSY": (
        "een ander programma schrijft in dit Journaal en is niet op tijd klaar",
        f"{_NIETS} Probeer het opnieuw.",
    ),
    "SQLITE_LOCKED": ("een ander programma schrijft in dit Journaal", f"{_NIETS} Probeer het opnieuw."),
    "SQLITE_READONLY": (
        "het bestand of zijn map mag niet worden beschreven",
        f"{_NIETS} Geef schrijfrecht op het bestand en op zijn map.",
    ),
    "SQLITE_CANTOPEN": (
        "het bestand is niet te openen",
        "Kijk of de map bestaat en mag worden gelezen en beschreven: naast het bestand staan er -wal en -shm.",
    ),
    "SQLITE_NOTADB": ("dit bestand is geen Journaal", "Geef het bestand dat met journaal init is gemaakt."),
    "SQLITE_CORRUPT": (
        "het bestand is beschadigd",
        "Zet een reservekopie terug; wat daarin staat is na te gaan met: zorgregels journaal verify",
    ),
    "SQLITE_IOERR": ("de schijf geeft een fout", f"{_NIETS} Laat de schijf nakijken."),
}


def read_only(naam: str) -> JournaalError:
    """Return what to tell of a store that may not be written to."""
    return JournaalError([Melding("ZR-903", *_OORZAKEN["SQLITE_READONLY"], naam)])


def explain(fout: sqlite3.Error, naam: str) -> JournaalError:
    """Return what to tell of an error of the store with this name."""
    wat = getattr(fout, "sqlite_errorname", "") or type(fout).__name__
    for begin, (tekst, hulp) in _OORZAKEN.items():
        if wat.startswith(begin):
            code = "ZR-902" if begin == "SQLITE_NOTADB" else "ZR-903"
            return JournaalError([Melding(code, tekst, hulp, naam)])
    tekst = f"het Journaal is niet te lezen of te schrijven ({wat}: {fout})"
    return JournaalError(
        [Melding("ZR-903", tekst, f"{_NIETS} Kijk het bestand na, of zet een reservekopie terug.", naam)]
    )
