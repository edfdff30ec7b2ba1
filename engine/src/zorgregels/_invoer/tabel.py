"""A table before anything in it is understood: rows of cells, and every way in which a file can be read as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Final

from .._lezen.meldingen import Melding
from ..errors import RegelsetError

MAX_TABEL: Final = 50_000_000
"""The most bytes that are read of a table."""
MAX_RIJEN: Final = 100_000
MAX_CELLEN: Final = 200
MAX_CEL: Final = 2000


@dataclass(frozen=True, slots=True)
class Celfout:
    """A cell that holds no value; the text says why, in Dutch."""

    reden: str


Cel = str | int | Decimal | date | bool | Celfout | None


@dataclass(frozen=True, slots=True)
class Rij:
    """One row: its number in the file, from 1, and its cells."""

    regel: int
    cellen: tuple[Cel, ...]

    @property
    def leeg(self) -> bool:
        """Whether no cell holds anything."""
        return all(c is None or (isinstance(c, str) and not c.strip()) for c in self.cellen)


@dataclass(frozen=True, slots=True)
class Lezing:
    """One way to read a file as a table: which, in words, and its rows, from the first."""

    wijze: str
    rijen: Callable[[], Iterator[Rij]]


@dataclass(frozen=True, slots=True)
class Tabelbestand:
    """A file that holds a table, and the ways in which it may be read."""

    naam: str
    sha256: str
    lezingen: tuple[Lezing, ...]


def open_table(pad: Path, blad: str | None = None) -> Tabelbestand:
    """Return the table in a file; by its content, not by its name.

    Args:
        pad: the file.
        blad: the one sheet of a workbook that is meant.

    Raises:
        RegelsetError: the file is not there, or is no table that can be read.
    """
    try:
        with pad.open("rb") as stroom:
            inhoud = stroom.read(MAX_TABEL + 1)
    except (OSError, ValueError) as fout:
        reden = getattr(fout, "strerror", None) or "onjuiste naam"
        raise RegelsetError([Melding("ZR-114", f"de tabel is niet te lezen ({reden})", bestand=str(pad))]) from None
    naam = str(pad)
    if len(inhoud) > MAX_TABEL:
        raise unreadable(naam, f"het bestand is groter dan {MAX_TABEL} bytes", "Splits de tabel.")
    if inhoud.startswith(b"\xd0\xcf\x11\xe0"):
        raise unreadable(naam, "dit is het oude Excel-formaat (.xls)", "Bewaar de tabel als .xlsx of als CSV.")
    if inhoud.startswith(b"PK\x03\x04"):
        from .werkmap import read_sheets

        lezingen = read_sheets(inhoud, naam, blad)
    elif blad is not None:
        raise unreadable(naam, "een tekstbestand heeft geen bladen", "Laat --blad weg.")
    else:
        from .tekstbestand import read_delimited

        lezingen = read_delimited(inhoud, naam)
    return Tabelbestand(naam, sha256(inhoud).hexdigest(), lezingen)


def unreadable(naam: str, wat: str, hulp: str = "", regel: int = 0, kolom: int = 1) -> RegelsetError:
    """Return the error that a file cannot be read as a table."""
    melding = Melding("ZR-320", f"de tabel is niet te lezen: {wat}", hulp, naam, regel, kolom if regel else 0)
    return RegelsetError([melding])
