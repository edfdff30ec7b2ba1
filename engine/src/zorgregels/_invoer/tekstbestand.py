"""CSV and TSV. Which encoding and which delimiter is settled narrowly, and always said."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from functools import partial
from typing import Final

from .tabel import MAX_CEL, MAX_CELLEN, MAX_RIJEN, Celfout, Lezing, Rij, unreadable

_SCHEIDINGEN: Final = {";": "puntkomma's", "\t": "tabs", ",": "komma's", "|": "sluistekens"}


def read_delimited(inhoud: bytes, naam: str) -> tuple[Lezing, ...]:
    """Return a Lezing for every delimiter that occurs; the headings tell which one is meant.

    Raises:
        RegelsetError: the text is in no encoding that is known.
    """
    tekst, codering = _decode(inhoud, naam)
    if not tekst.strip():
        raise unreadable(naam, "het bestand is leeg")
    if "\0" in tekst:
        raise unreadable(naam, "het bestand bevat NUL-tekens en is geen tekst", "Geef CSV, TSV of .xlsx.")
    gevonden = [s for s in _SCHEIDINGEN if s in tekst] or [";"]
    return tuple(Lezing(f"tekst met {_SCHEIDINGEN[s]}, {codering}", partial(_rows, tekst, s, naam)) for s in gevonden)


def _decode(inhoud: bytes, naam: str) -> tuple[str, str]:
    for bom, codering, woord in (
        (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 met BOM"),
        (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
        (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
    ):
        if inhoud.startswith(bom):
            try:
                return inhoud.decode(codering), woord
            except UnicodeDecodeError:
                raise unreadable(naam, f"het bestand begint als {woord} en is dat verderop niet") from None
    try:
        return inhoud.decode(), "UTF-8"
    except UnicodeDecodeError:
        pass
    # In Latin-1 the bytes 80–9F are control characters; who has them means Windows-1252, where 80 is the euro sign.
    if not any(b in inhoud for b in range(0x80, 0xA0)):
        return inhoud.decode("latin-1"), "Latin-1"
    try:
        return inhoud.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        raise unreadable(
            naam, "de tekst is geen UTF-8, Latin-1 of Windows-1252", "Bewaar het bestand als UTF-8."
        ) from None


def _rows(tekst: str, scheiding: str, naam: str) -> Iterator[Rij]:
    lezer = csv.reader(io.StringIO(tekst, newline=""), delimiter=scheiding, strict=True)
    gevuld = 0
    while True:
        regel = lezer.line_num + 1
        try:
            cellen = next(lezer)
        except StopIteration:
            return
        except csv.Error:
            hulp = "Een cel die met een aanhalingsteken begint, eindigt er ook mee; binnenin staat het dubbel."
            raise unreadable(naam, "een aanhalingsteken staat niet goed", hulp, regel) from None
        if len(cellen) > MAX_CELLEN:
            raise unreadable(naam, f"een rij heeft meer dan {MAX_CELLEN} cellen", regel=regel)
        rij = Rij(
            regel, tuple(c if len(c) <= MAX_CEL else Celfout(f"de cel is langer dan {MAX_CEL} tekens") for c in cellen)
        )
        if rij.leeg:
            continue
        gevuld += 1
        if gevuld > MAX_RIJEN:
            raise unreadable(naam, f"er zijn meer dan {MAX_RIJEN} rijen", "Splits de tabel.", regel)
        yield rij
