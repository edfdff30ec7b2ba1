"""Excel workbooks (.xlsx), through openpyxl, after a look at what unpacking them would cost."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from importlib import import_module
from typing import Any, Final

from .._lezen.meldingen import Melding, suggest
from ..errors import RegelsetError
from .tabel import MAX_CEL, MAX_CELLEN, MAX_RIJEN, Cel, Celfout, Lezing, Rij, unreadable

_MAX_UITGEPAKT: Final = 100_000_000
_MAX_DELEN: Final = 1000
_MAX_BLADEN: Final = 20
_LAATSTE_RIJ: Final = 1_048_576
"""The last row that Excel has; a file can name any."""
_MAX_ALLES: Final = 20_000_000
"""The most cells of a sheet, empty ones among them: one cell far to the right costs a whole row."""
_BLOK: Final = 1 << 20


def read_sheets(inhoud: bytes, naam: str, blad: str | None) -> tuple[Lezing, ...]:
    """Return a Lezing for every sheet, or for the one that is named.

    Raises:
        RegelsetError: openpyxl is not there, or this is no workbook that can be read within bounds.
    """
    _check_archive(inhoud, naam)
    try:
        openpyxl: Any = import_module("openpyxl")
    except ImportError:
        raise RegelsetError(
            [
                Melding(
                    "ZR-321",
                    "voor een Excel-bestand is openpyxl nodig, en dat is hier niet geïnstalleerd",
                    "Installeer het met: pip install 'zorgregels[excel]'. Of bewaar de tabel als CSV.",
                    naam,
                )
            ]
        ) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl does not support is not in the cells
            map_ = openpyxl.load_workbook(io.BytesIO(inhoud), read_only=True)
            bladen = {str(b.title): b for b in map_.worksheets[:_MAX_BLADEN]}
    except Exception as fout:  # whatever a file does to openpyxl, it is the file
        raise unreadable(naam, f"dit is geen Excel-werkmap ({type(fout).__name__})") from fout
    if blad is not None:
        if blad not in bladen:
            raise unreadable(naam, f"er is geen blad `{blad:.60}`", suggest(blad, bladen))
        bladen = {blad: bladen[blad]}
    return tuple(Lezing(f"Excel, blad {titel}", partial(_rows, b, naam)) for titel, b in bladen.items())


def _check_archive(inhoud: bytes, naam: str) -> None:
    """Refuse what would unpack to more than any table needs, and XML that defines entities of its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(inhoud)) as archief:
            delen = archief.infolist()
            if not any(d.filename == "xl/workbook.xml" for d in delen):
                raise unreadable(naam, "dit zip-bestand is geen Excel-werkmap", "Geef CSV, TSV of .xlsx.")
            # zipfile unpacks no more of a part than it says it holds, so that these sums are bounds.
            if len(delen) > _MAX_DELEN or sum(d.file_size for d in delen) > _MAX_UITGEPAKT:
                raise unreadable(
                    naam,
                    f"uitgepakt is de werkmap groter dan {_MAX_UITGEPAKT} bytes, of heeft zij meer dan {_MAX_DELEN} delen",
                    "Bewaar alleen het blad met de tabel, of bewaar het als CSV.",
                )
            for deel in delen:
                if deel.filename.endswith((".xml", ".rels")):
                    _check_part(archief, deel, naam)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error, ValueError) as fout:
        raise unreadable(naam, f"dit zip-bestand is beschadigd ({type(fout).__name__})") from None


def _check_part(archief: zipfile.ZipFile, deel: zipfile.ZipInfo, naam: str) -> None:
    rest = b""
    with archief.open(deel) as stroom:
        eerste = True
        while blok := stroom.read(_BLOK):
            # Excel writes UTF-8 and no DOCTYPE; in UTF-16 one could not be seen here.
            if (eerste and blok[:2] in {b"\xff\xfe", b"\xfe\xff", b"\0<", b"<\0"}) or b"<!DOCTYPE" in rest + blok:
                raise unreadable(naam, f"het deel {deel.filename:.60} is geen XML zoals Excel die schrijft")
            rest, eerste = blok[-10:], False


def _rows(blad: Any, naam: str) -> Iterator[Rij]:
    gevuld = breedte = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            blad.reset_dimensions()  # the sheet may claim any size; what counts is which cells there are
            for nr, rij in enumerate(blad.iter_rows(), 1):
                breedte += len(rij)
                if nr > _LAATSTE_RIJ or breedte > _MAX_ALLES:
                    raise unreadable(naam, "het blad heeft te veel rijen of cellen", "Splits de tabel.", nr)
                gelezen = Rij(nr, tuple(map(_cell, rij)))
                if len(rij) > MAX_CELLEN and not Rij(nr, gelezen.cellen[MAX_CELLEN:]).leeg:
                    raise unreadable(naam, f"een rij heeft meer dan {MAX_CELLEN} cellen", regel=nr)
                if gelezen.leeg:
                    continue
                gevuld += 1
                if gevuld > MAX_RIJEN:
                    raise unreadable(naam, f"er zijn meer dan {MAX_RIJEN} rijen", "Splits de tabel.", nr)
                yield gelezen
    except RegelsetError:
        raise
    except Exception as fout:  # as above
        raise unreadable(naam, f"het blad is beschadigd ({type(fout).__name__})") from fout


def _cell(cel: Any) -> Cel:
    waarde = cel.value
    soort = getattr(cel, "data_type", None)
    if soort == "f":
        # What Excel last computed may be absent or old, and nothing in the file says so.
        return Celfout("hier staat een formule; plak de cellen als waarden")
    if soort == "e":
        return Celfout(f"hier staat de fout {waarde!s:.20}")
    if waarde is None or isinstance(waarde, (bool, int)):
        return waarde
    if isinstance(waarde, str):
        return waarde if len(waarde) <= MAX_CEL else Celfout(f"de cel is langer dan {MAX_CEL} tekens")
    if isinstance(waarde, float):
        # Excel computes and shows fifteen digits; what a float has beyond them is not in the table.
        return Decimal(format(waarde, ".15g"))
    if isinstance(waarde, datetime):
        return waarde.date() if waarde.time() == time() else Celfout("hier staat een tijdstip en geen datum")
    if isinstance(waarde, date):
        return waarde
    return Celfout(f"hier staat een {type(waarde).__name__:.20}")
