"""The store in one file: SQLite, with a write-ahead log and no server."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from .._lezen.meldingen import Melding
from ..errors import JournaalError
from .opslag import Persoonssleutel, Stand
from .sqlite_fouten import explain
from .vermelding import Rij

MERK: Final = 0x5A4F5247
"""What the header of the file says: ZORG."""
VERSIE: Final = 1
WACHT: Final = 10.0
"""Seconds to wait for another writer."""
TABELLEN: Final = """
CREATE TABLE vermelding (
    nr INTEGER PRIMARY KEY, blad BLOB NOT NULL, feiten BLOB NOT NULL, delen BLOB NOT NULL,
    zouten BLOB NOT NULL, verhuld BLOB NOT NULL, gesloten BLOB
) STRICT;
CREATE TABLE stuk (merk BLOB PRIMARY KEY, inhoud BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE blok (merk BLOB PRIMARY KEY, soort TEXT NOT NULL, inhoud BLOB NOT NULL) STRICT;
CREATE TABLE tegel (nr INTEGER PRIMARY KEY, wortel BLOB NOT NULL) STRICT;
CREATE TABLE boomhoofd (omvang INTEGER PRIMARY KEY, tekst TEXT NOT NULL) STRICT;
CREATE TABLE stand (id INTEGER PRIMARY KEY CHECK (id = 1), omvang INTEGER NOT NULL, rand BLOB NOT NULL, jaren TEXT NOT NULL) STRICT;
CREATE TABLE persoonssleutel (id TEXT PRIMARY KEY, persoon BLOB UNIQUE, sleutel BLOB NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO stand VALUES (1, 0, x'', '{}');
"""
_RIJEN: Final = (
    "SELECT nr, blad, feiten, delen, zouten, verhuld, gesloten FROM vermelding WHERE nr >= ? AND nr < ? ORDER BY nr"
)
_SAMEN: Final = 500
"""How many values one query asks for."""


class Sqlite:
    """A Journaal in a file. Safe to share between threads; a process that was forked off opens it anew."""

    def __init__(self, pad: Path, *, schrijven: bool, nieuw: bool = False) -> None:
        self.naam = str(pad)
        self._pad = pad
        self._schrijven = schrijven
        self._slot = threading.RLock()
        self._pid = os.getpid()
        if nieuw:
            self._create()
        self._db = self._open()

    # -- opening -------------------------------------------------------------------------------------------------

    def _create(self) -> None:
        """Make the file whole beside its place, and then give it its name: there is never half a Journaal."""
        if self._pad.exists():
            raise self._fout(
                "ZR-901",
                "er is al een bestand met deze naam",
                "Kies een andere naam; een Journaal wordt nooit overschreven.",
            )
        half = self._pad.with_name(f".{self._pad.name}.{os.getpid()}.nieuw")
        try:
            with self._clear():
                db = sqlite3.connect(half, isolation_level=None)
                try:
                    db.executescript(
                        f"PRAGMA application_id={MERK}; PRAGMA user_version={VERSIE}; BEGIN; {TABELLEN} COMMIT;"
                    )
                finally:
                    db.close()
                half.chmod(0o600)
                os.link(half, self._pad)  # unlike a rename this never replaces what somebody else made meanwhile
                _sync_folder(self._pad.parent)
        finally:
            half.unlink(missing_ok=True)

    def _open(self) -> sqlite3.Connection:
        if not self._pad.is_file():
            raise self._fout("ZR-900", "hier is geen Journaal", "Maak er een met: zorgregels journaal init BESTAND")
        with self._clear():
            db = sqlite3.connect(
                f"{self._pad.absolute().as_uri()}?{self._mode()}",
                uri=True, isolation_level=None, timeout=WACHT, check_same_thread=False, cached_statements=64,
            )  # fmt: skip
            try:
                self._check(db)
                if self._schrijven:
                    # FULL: a commit returns when the disk has it. secure_delete: a key that is erased is overwritten.
                    db.execute("PRAGMA journal_mode=WAL")
                    db.execute("PRAGMA synchronous=FULL")
                    db.execute("PRAGMA secure_delete=ON")
            except BaseException:
                db.close()
                raise
            return db

    def _mode(self) -> str:
        if self._schrijven:
            return "mode=rw"
        # In a folder that may not be written to SQLite cannot make its shared memory; a copy on such a disk does not change either.
        vast = not os.access(self._pad.parent, os.W_OK) and not self._pad.with_name(self._pad.name + "-wal").exists()
        return "mode=ro&immutable=1" if vast else "mode=ro"

    def _check(self, db: sqlite3.Connection) -> None:
        merk, versie = (
            db.execute("PRAGMA application_id").fetchone()[0],
            db.execute("PRAGMA user_version").fetchone()[0],
        )
        if merk != MERK:
            raise self._fout(
                "ZR-902", "dit bestand is geen Journaal", "Geef het bestand dat met journaal init is gemaakt."
            )
        if versie != VERSIE:
            raise self._fout(
                "ZR-902",
                f"dit Journaal heeft vorm {versie}; deze zorgregels kent vorm {VERSIE}",
                "Gebruik de zorgregels die bij dit Journaal hoort.",
            )

    @property
    def _now(self) -> sqlite3.Connection:
        """The connection; one that was made before a fork is not used after it."""
        if self._pid != os.getpid():
            self._pid, self._slot = os.getpid(), threading.RLock()
            self._db = self._open()
        return self._db

    # -- writing -------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[Sqlite]:
        """Begin a transaction."""
        if not self._schrijven:
            raise self._fout("ZR-903", "dit Journaal is geopend om te lezen", "Open het om te schrijven.")
        db = self._now
        with self._slot, self._clear():
            db.execute("BEGIN IMMEDIATE")
            try:
                yield self
                db.execute("COMMIT")
            except BaseException:
                # What cannot be rolled back was not begun, or SQLite has done so itself.
                with suppress(sqlite3.Error):
                    db.execute("ROLLBACK")
                raise

    def persoonssleutels(self, personen: Collection[bytes]) -> dict[bytes, Persoonssleutel]:
        """Return the keys that these persons have."""
        vraag = "SELECT id, persoon, sleutel FROM persoonssleutel WHERE persoon IN ({})"
        return {bytes(p): Persoonssleutel(i, p, s) for i, p, s in self._in_groups(vraag, personen)}

    def add_persoonssleutels(self, sleutels: Iterable[Persoonssleutel]) -> None:
        """Add keys."""
        self._now.executemany("INSERT INTO persoonssleutel VALUES (?, ?, ?)", sleutels)

    def erase(self, id_: str) -> bool:
        """Destroy a key; return whether it was there."""
        return self._now.execute("DELETE FROM persoonssleutel WHERE id = ?", (id_,)).rowcount == 1

    def settle_erasure(self) -> None:
        """Empty the write-ahead log, in which a key that was erased may still stand."""
        with self._clear():
            bezet = self._now.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if bezet:
            raise self._fout(
                "ZR-905",
                "de sleutel is gewist, maar staat nog in het tussenbestand (-wal) doordat het Journaal in gebruik is",
                "Herhaal het wissen als geen ander programma het Journaal open heeft.",
            )

    def has_blok(self, merk: bytes) -> bool:
        """Whether this document is kept."""
        return self._now.execute("SELECT 1 FROM blok WHERE merk = ?", (merk,)).fetchone() is not None

    def add_blok(self, merk: bytes, soort: str, inhoud: bytes) -> None:
        """Keep a document by its SHA-256."""
        self._now.execute("INSERT OR IGNORE INTO blok VALUES (?, ?, ?)", (merk, soort, zlib.compress(inhoud)))

    def add_stukken(self, stukken: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep parts of Beslissingen."""
        self._now.executemany("INSERT OR IGNORE INTO stuk VALUES (?, ?)", stukken)

    def add(self, rijen: Iterable[Rij], tegels: Iterable[tuple[int, bytes]], stand: Stand, hoofd: str) -> None:
        """Add records, tiles, stand and head."""
        db = self._now
        db.executemany("INSERT INTO vermelding VALUES (?, ?, ?, ?, ?, ?, ?)", rijen)
        db.executemany("INSERT INTO tegel VALUES (?, ?)", tegels)
        db.execute(
            "UPDATE stand SET omvang = ?, rand = ?, jaren = ?",
            (stand.omvang, stand.rand, json.dumps(dict(stand.jaren))),
        )
        db.execute("INSERT INTO boomhoofd VALUES (?, ?)", (stand.omvang, hoofd))

    # -- reading -------------------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read one moment."""
        db = self._now
        with self._slot, self._clear():
            db.execute("BEGIN")
            try:
                yield
            finally:
                with suppress(sqlite3.Error):
                    db.execute("ROLLBACK")

    def stand(self) -> Stand:
        """Return how far the log is."""
        with self._clear():
            omvang, rand, jaren = self._now.execute("SELECT omvang, rand, jaren FROM stand").fetchone()
        return Stand(omvang, rand, json.loads(jaren))

    def rows(self, van: int, tot: int) -> Iterator[Rij]:
        """Yield records in order."""
        with self._clear():
            yield from (Rij(*rij) for rij in self._now.execute(_RIJEN, (van, tot)))

    def row(self, nr: int) -> Rij | None:
        """Return one record."""
        return next(self.rows(nr, nr + 1), None)

    def blok(self, merk: bytes) -> bytes | None:
        """Return a document."""
        with self._clear():
            rij = self._now.execute("SELECT inhoud FROM blok WHERE merk = ?", (merk,)).fetchone()
        return None if rij is None else unpack(rij[0])

    def bloks(self) -> Iterator[tuple[bytes, str, bytes]]:
        """Yield every document."""
        with self._clear():
            for merk, soort, inhoud in self._now.execute("SELECT merk, soort, inhoud FROM blok ORDER BY merk"):
                yield merk, soort, unpack(inhoud) or b""

    def stukken(self, merken: Collection[bytes]) -> dict[bytes, bytes]:
        """Return parts of Beslissingen."""
        return dict(self._in_groups("SELECT merk, inhoud FROM stuk WHERE merk IN ({})", merken))

    def hoofd(self) -> str | None:
        """Return the newest head."""
        with self._clear():
            rij = self._now.execute("SELECT tekst FROM boomhoofd ORDER BY omvang DESC LIMIT 1").fetchone()
        return None if rij is None else str(rij[0])

    def hoofden(self) -> Iterator[str]:
        """Yield every head."""
        with self._clear():
            for (tekst,) in self._now.execute("SELECT tekst FROM boomhoofd ORDER BY omvang"):
                yield tekst

    def tegels(self, aantal: int) -> list[bytes]:
        """Return the roots of full tiles."""
        with self._clear():
            return [w for (w,) in self._now.execute("SELECT wortel FROM tegel WHERE nr < ? ORDER BY nr", (aantal,))]

    def persoonssleutel(self, id_: str) -> bytes | None:
        """Return a wrapped key."""
        with self._clear():
            rij = self._now.execute("SELECT sleutel FROM persoonssleutel WHERE id = ?", (id_,)).fetchone()
        return None if rij is None else rij[0]

    def close(self) -> None:
        """Close the file."""
        if self._pid == os.getpid():
            self._db.close()

    # -- helpers -------------------------------------------------------------------------------------------------

    def _in_groups(self, vraag: str, waarden: Collection[bytes]) -> Iterator[Any]:
        alle = list(waarden)
        with self._clear():
            for nr in range(0, len(alle), _SAMEN):
                deel = alle[nr : nr + _SAMEN]
                yield from self._now.execute(vraag.format(",".join("?" * len(deel))), deel)

    @contextmanager
    def _clear(self) -> Iterator[None]:
        """Say in plain words what SQLite or the file system says."""
        try:
            yield
        except sqlite3.Error as fout:
            raise explain(fout, self.naam) from None
        except OSError as fout:
            raise self._fout("ZR-903", f"het Journaal is niet te openen of te schrijven: {fout.strerror}") from None

    def _fout(self, code: str, tekst: str, hulp: str = "") -> JournaalError:
        return JournaalError([Melding(code, tekst, hulp, self.naam)])


def unpack(inhoud: bytes) -> bytes | None:
    """Return what was packed; None when it is damaged."""
    try:
        return zlib.decompress(inhoud)
    except zlib.error:
        return None


def _sync_folder(map_: Path) -> None:
    handvat = os.open(map_, os.O_RDONLY)
    try:
        os.fsync(handvat)
    finally:
        os.close(handvat)
