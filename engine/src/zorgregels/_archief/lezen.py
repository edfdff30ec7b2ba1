"""Reads an archive as the store of a Journaal is read: with nothing installed, and only after the file was found undamaged."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .._journaal.merkle import TEGEL, Rand, leaf_hash, root_of
from .._journaal.opslag import Stand
from .._journaal.sleutels import need_cryptography
from .._journaal.vermelding import Rij
from . import meldingen
from .regels import read_part, read_record

if TYPE_CHECKING:
    from .verifier import Archiefbestand

Data = Any
_HASH: Final = 32
_SAMEN: Final = 500
_NR: Final = re.compile(rb'"nr":([0-9]+)(?:,"verhuld":"[0-9a-f]*","zouten":"[0-9a-f]*")?\}$')
"""The number of a record, at the end of its line: it tells whether the line is worth reading."""


class Archief:
    """An archive, opened. It holds the records of one year and the leaves of other kinds; ``rows`` passes over the rest.

    Keys of persons are not in it: what is closed stays closed, unless they were given out beside it.

    Args:
        pad: the file.
        sleutel: the first public key of the log, where the caller knows it from elsewhere.
        personen: keys of persons by id.

    Raises:
        JournaalError: it is no archive, is damaged or altered, or is not of that key.
    """

    def __init__(self, pad: Path, *, sleutel: bytes | None = None, personen: Mapping[str, bytes] | None = None) -> None:
        self._personen = personen or {}
        self.naam = str(pad)
        self._pad = pad
        self._bestand = _open_checked(pad, sleutel)
        self.log: str = self._bestand.log
        self.jaar: int = self._bestand.inhoud["jaar"]
        leden = self._bestand.leden.values()
        self._groepen = sorted(
            (lid["eerste"], lid["laatste"], lid["naam"]) for lid in leden if lid["naam"].startswith("vermeldingen/")
        )
        self._stuk: sqlite3.Connection | None = None
        self._laatste: tuple[str, list[bytes]] = ("", [])

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Do nothing: an archive is of one moment."""
        yield

    def stand(self) -> Stand:
        """Return how far the log was."""
        hoofd: Data = json.loads(self.hoofd())
        rand = Rand()
        for blad in self.bladhashes(0, hoofd["omvang"]):
            rand.add(blad)
        return Stand(rand.omvang, rand.to_bytes(), hoofd["jaren"])

    def rows(self, van: int, tot: int) -> Iterator[Rij]:
        """Yield the records from ``van`` up to but not including ``tot`` that are in the archive, in order."""
        for eerste, laatste, naam in self._groepen:
            if eerste < tot and laatste >= van:
                for regel in self._lines(naam):
                    nr = _NR.search(regel)
                    if nr is None or van <= int(nr[1]) < tot:
                        yield self._record(naam, regel)

    def row(self, nr: int) -> Rij | None:
        """Return one record; None where the archive does not have it."""
        return next(self.rows(nr, nr + 1), None)

    def blok(self, merk: bytes) -> bytes | None:
        """Return a document by its SHA-256."""
        naam = f"blokken/{merk.hex()}.json"
        return self._read(naam) if naam in self._bestand.leden else None

    def bloks(self) -> Iterator[tuple[bytes, str, bytes]]:
        """Yield SHA-256, soort and content of every document."""
        for naam, lid in sorted(self._bestand.leden.items()):
            if naam.startswith("blokken/"):
                yield bytes.fromhex(naam[8:-5]), lid["over"], self._read(naam)

    def stukken(self, merken: Collection[bytes]) -> dict[bytes, bytes]:
        """Return parts of Beslissingen by reference; what is not there is left out."""
        db = self._parts()
        alle = list(merken)
        uit: dict[bytes, bytes] = {}
        for nr in range(0, len(alle), _SAMEN):
            deel = alle[nr : nr + _SAMEN]
            plekken = ",".join("?" * len(deel))
            uit.update(db.execute(f"SELECT merk, inhoud FROM stuk WHERE merk IN ({plekken})", deel))  # noqa: S608 - only ?
        return uit

    def hoofd(self) -> str:
        """Return the signed head up to which the log is in the archive."""
        return self._read("boomhoofd.json").decode()

    def hoofden(self) -> Iterator[str]:
        """Yield every signed head: the one."""
        yield self.hoofd()

    def bladhashes(self, van: int, tot: int) -> list[bytes]:
        """Return leaf hashes, also of the records that are not in the archive."""
        lid = self._bestand.leden["bladhashes.bin"]
        begin = lid["plaats"]
        ruw = self._bestand.m[begin + _HASH * van : begin + min(_HASH * tot, lid["ingepakt"])]
        return [ruw[i : i + _HASH] for i in range(0, len(ruw), _HASH)]

    def tegels(self, aantal: int) -> list[bytes]:
        """Return the roots of the first so many full tiles."""
        return [root_of(self.bladhashes(nr * TEGEL, (nr + 1) * TEGEL)) for nr in range(aantal)]

    def persoonssleutel(self, id_: str) -> bytes | None:
        """Return a key that was given out beside the archive. Erasing must reach every copy, so the archive itself has none."""
        return self._personen.get(id_)

    def close(self) -> None:
        """Let go of the file."""
        self._bestand.m.close()
        if self._stuk is not None:
            self._stuk.close()

    def _record(self, naam: str, regel: bytes) -> Rij:
        try:
            rij = read_record(regel)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            raise meldingen.is_damaged(self._pad, [f"een regel van {naam} is geen vermelding"]) from None
        if self.bladhashes(rij.nr, rij.nr + 1) != [leaf_hash(rij.blad)]:
            raise meldingen.is_damaged(self._pad, [f"vermelding {rij.nr} is niet die van het log"])
        return rij

    def _parts(self) -> sqlite3.Connection:
        """Unpack all parts into a temporary file of SQLite's own: records need them in any order."""
        if self._stuk is None:
            db = sqlite3.connect("", isolation_level=None)
            try:
                self._unpack_parts(db)
            except BaseException:
                db.close()
                raise
            self._stuk = db
        return self._stuk

    def _unpack_parts(self, db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE stuk (merk BLOB PRIMARY KEY, inhoud BLOB) WITHOUT ROWID")
        db.execute("BEGIN")
        for naam in (n for n in self._bestand.leden if n.startswith("stukken/")):
            try:
                stukken = [read_part(regel) for regel in self._read(naam).splitlines()]
            except (KeyError, TypeError, ValueError, AttributeError):
                raise meldingen.is_damaged(self._pad, [f"een regel van {naam} is geen deel"]) from None
            db.executemany("INSERT OR IGNORE INTO stuk VALUES (?, ?)", stukken)
        db.execute("COMMIT")

    def _lines(self, naam: str) -> list[bytes]:
        """Return the lines of a member; who reads in order asks for the same one many times."""
        if self._laatste[0] != naam:
            self._laatste = (naam, self._read(naam).splitlines())
        return self._laatste[1]

    def _read(self, naam: str) -> bytes:
        return self._bestand.read(naam)


def _open_checked(pad: Path, sleutel: bytes | None) -> Archiefbestand:
    """Return the file when every byte of it is accounted for by a key of its own log."""
    need_cryptography()
    from . import verifier

    gevonden: list[str] = []
    try:
        bestand = verifier.Archiefbestand(pad, lambda _, wat, anders: gevonden.append(f"{wat} {anders}"))
        bestand.check_file()
        bestand.check_keys()
        hoofd = bestand.check_head("boomhoofd.json", bestand.read("boomhoofd.json"))
        if {bestand.teken, bestand.zegel["sleutel"]} != {bestand.key(hoofd["omvang"])}:
            gevonden.append("het zegel is niet van de sleutel van het log")
        if sleutel is not None and bestand.sleutels[0] != sleutel.hex():
            gevonden.append(f"de eerste sleutel van het log is {bestand.sleutels[0]}, niet de vertrouwde")
    except OSError as fout:
        raise meldingen.cannot_read(pad, fout.strerror or "onbekende oorzaak") from None
    except verifier.FOUT:
        if gevonden:
            raise meldingen.is_damaged(pad, gevonden) from None
        raise meldingen.cannot_read(pad, "het is geen archief, of te beschadigd om het na te gaan") from None
    if gevonden:
        raise meldingen.is_damaged(pad, gevonden)
    return bestand
