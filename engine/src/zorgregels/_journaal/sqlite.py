"""The store in one file: SQLite, with a write-ahead log and no server."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from .._lezen.meldingen import Melding
from ..errors import JournaalError
from .opslag import Persoonssleutel, Stand, refuse_foreign
from .schijf import sync_folder
from .sqlite_fouten import explain, read_only
from .vermelding import Rij, find_parts

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
CREATE TABLE persoonssleutel (id TEXT PRIMARY KEY, persoon BLOB, sleutel BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX persoon ON persoonssleutel (persoon) WHERE persoon IS NOT NULL;
INSERT INTO stand VALUES (1, 0, x'', '{}');
"""
"""What stands here stands so, but for white space, in every Journaal that was made: see ``foreign``."""
_GEMAAKT: Final = "SELECT type, name, sql FROM sqlite_master ORDER BY name"
_RIJEN: Final = "SELECT nr, blad, feiten, delen, zouten, verhuld, gesloten FROM vermelding WHERE nr >= ? AND nr < ? ORDER BY nr LIMIT ?"
_BIJWERKEN: Final = 16_000
"""Pages of 4 KiB in the write-ahead log before it is copied into the file."""
_SAMEN: Final = 500
"""How many rows or values one query asks for."""


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
                sync_folder(self._pad.parent)
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
                    refuse_foreign(_foreign(db), self.naam)
                    # FULL: a commit returns when the disk has it. secure_delete: a key that is erased is overwritten.
                    db.execute("PRAGMA journal_mode=WAL")
                    db.execute("PRAGMA synchronous=FULL")
                    db.execute("PRAGMA secure_delete=ON")
                    # Copying the log into the file less often writes pages that change often fewer times.
                    db.execute(f"PRAGMA wal_autocheckpoint={_BIJWERKEN}")
            except BaseException:
                db.close()
                raise
            return db

    def _mode(self) -> str:
        if self._schrijven:
            if not all(os.access(p, os.W_OK) for p in (self._pad, self._pad.parent)):
                raise read_only(
                    self.naam
                )  # SQLite would open it all the same, and leave files that nobody can write to
            return "mode=rw"
        # Who may not write cannot make the files that SQLite wants beside it, or makes them so that nobody can write to them.
        # Without such a file nobody else is writing now.
        mag = os.access(self._pad.parent, os.W_OK) and os.access(self._pad, os.W_OK)
        los = not self._pad.with_name(self._pad.name + "-wal").exists()
        return "mode=ro&immutable=1" if los and not mag else "mode=ro"

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
        self._now.executemany("INSERT INTO stuk VALUES (?, ?)", stukken)

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
        try:
            ((omvang, rand, jaren),) = self._ask("SELECT omvang, rand, jaren FROM stand")
            return Stand(omvang, rand, json.loads(jaren))
        except (TypeError, ValueError):
            raise self._fout(
                "ZR-904", "de stand is niet te lezen", "Er is buiten zorgregels om in geschreven."
            ) from None

    def rows(self, van: int, tot: int) -> Iterator[Rij]:
        """Yield records in order."""
        while rijen := self._ask(_RIJEN, van, tot, _SAMEN):
            for rij in rijen:
                if not all(isinstance(w, bytes) for w in rij[1:6]) or not isinstance(rij[6], bytes | None):
                    raise self._fout("ZR-904", f"vermelding {rij[0]} is beschadigd", "Zet een reservekopie terug.")
                yield Rij(*rij)
            van = rijen[-1][0] + 1

    def row(self, nr: int) -> Rij | None:
        """Return one record."""
        return next(self.rows(nr, nr + 1), None)

    def blok(self, merk: bytes) -> bytes | None:
        """Return a document."""
        rijen = self._ask("SELECT inhoud FROM blok WHERE merk = ?", merk)
        return unpack(rijen[0][0]) if rijen else None

    def bloks(self) -> Iterator[tuple[bytes, str, bytes]]:
        """Yield every document."""
        merken = self._ask("SELECT merk, soort FROM blok ORDER BY merk")
        for merk, soort in merken:
            yield merk, soort, self.blok(merk) or b""

    def stukken(self, merken: Collection[bytes]) -> dict[bytes, bytes]:
        """Return parts of Beslissingen."""
        return find_parts(
            merken, lambda k: dict(self._in_groups("SELECT merk, inhoud FROM stuk WHERE merk IN ({})", k))
        )

    def hoofd(self) -> str | None:
        """Return the newest head."""
        rijen = self._ask("SELECT tekst FROM boomhoofd ORDER BY omvang DESC LIMIT 1")
        return str(rijen[0][0]) if rijen else None

    def hoofden(self) -> Iterator[str]:
        """Yield every head."""
        omvang = -1
        while rijen := self._ask(
            "SELECT omvang, tekst FROM boomhoofd WHERE omvang > ? ORDER BY omvang LIMIT ?", omvang, _SAMEN
        ):
            yield from (tekst for _, tekst in rijen)
            omvang = rijen[-1][0]

    def tegels(self, aantal: int) -> list[bytes]:
        """Return the roots of full tiles."""
        return [w for (w,) in self._ask("SELECT wortel FROM tegel WHERE nr < ? ORDER BY nr", aantal)]

    def persoonssleutel(self, id_: str) -> bytes | None:
        """Return a wrapped key."""
        rijen = self._ask("SELECT sleutel FROM persoonssleutel WHERE id = ?", id_)
        return rijen[0][0] if rijen else None

    def all_persoonssleutels(self) -> Iterator[Persoonssleutel]:
        """Yield every key."""
        vanaf = ""
        while rijen := self._ask(
            "SELECT id, persoon, sleutel FROM persoonssleutel WHERE id > ? ORDER BY id LIMIT ?", vanaf, _SAMEN
        ):
            yield from (Persoonssleutel(*rij) for rij in rijen)
            vanaf = rijen[-1][0]

    def foreign(self) -> list[str]:
        """Return what was not made with the file, or otherwise."""
        with self._slot, self._clear():
            return _foreign(self._now)

    def close(self) -> None:
        """Close the file."""
        if self._pid == os.getpid():
            self._db.close()

    # -- helpers -------------------------------------------------------------------------------------------------

    def _ask(self, vraag: str, *waarden: int | str | bytes) -> list[Any]:
        """Return all rows. A transaction of another thread is waited for: what it wrote may still be undone."""
        with self._slot, self._clear():
            return self._now.execute(vraag, waarden).fetchall()

    def _in_groups(self, vraag: str, waarden: Collection[bytes]) -> Iterator[Any]:
        alle = list(waarden)
        for nr in range(0, len(alle), _SAMEN):
            deel = alle[nr : nr + _SAMEN]
            yield from self._ask(vraag.format(",".join("?" * len(deel))), *deel)

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


def _foreign(db: sqlite3.Connection) -> list[str]:
    """Name the tables, indexes, triggers and views that differ from what a new Journaal has."""
    with closing(sqlite3.connect(":memory:")) as nieuw:
        nieuw.executescript(TABELLEN)
        hoort, is_ = (
            {(soort, naam, " ".join((sql or "").split())) for soort, naam, sql in d.execute(_GEMAAKT)}
            for d in (nieuw, db)
        )
    return sorted({f"{soort} {naam}" for soort, naam, _ in hoort ^ is_})


def unpack(inhoud: bytes) -> bytes | None:
    """Return what was packed; None when it is damaged."""
    lezer = zlib.decompressobj()
    try:
        tekst = lezer.decompress(inhoud)
    except zlib.error:
        return None
    return tekst if lezer.eof and not lezer.unused_data else None
