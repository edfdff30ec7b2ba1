"""The store in a PostgreSQL database: several writers at once, on several machines. They take turns at the one row of ``stand``."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from ..errors import JournaalError
from . import postgres_fouten as fouten
from .opslag import Persoonssleutel, Stand, refuse_foreign
from .sqlite import unpack
from .vermelding import Rij, find_parts

if TYPE_CHECKING:
    from .postgres_verbinding import Verbinding

VERSIE: Final = 1
TABELLEN: Final = """
CREATE TABLE journaal (versie INTEGER NOT NULL);
CREATE TABLE vermelding (
    nr BIGINT PRIMARY KEY, blad BYTEA NOT NULL, feiten BYTEA NOT NULL, delen BYTEA NOT NULL,
    zouten BYTEA NOT NULL, verhuld BYTEA NOT NULL, gesloten BYTEA
);
CREATE TABLE stuk (merk BYTEA PRIMARY KEY, inhoud BYTEA NOT NULL);
CREATE TABLE blok (merk BYTEA PRIMARY KEY, soort TEXT NOT NULL, inhoud BYTEA NOT NULL);
CREATE TABLE tegel (nr BIGINT PRIMARY KEY, wortel BYTEA NOT NULL);
CREATE TABLE boomhoofd (omvang BIGINT PRIMARY KEY, tekst TEXT NOT NULL);
CREATE TABLE stand (id INTEGER PRIMARY KEY CHECK (id = 1), omvang BIGINT NOT NULL, rand BYTEA NOT NULL, jaren TEXT NOT NULL);
CREATE TABLE persoonssleutel (id TEXT PRIMARY KEY, persoon BYTEA, sleutel BYTEA NOT NULL);
CREATE UNIQUE INDEX persoon ON persoonssleutel (persoon) WHERE persoon IS NOT NULL;
INSERT INTO stand VALUES (1, 0, '', '{}');
"""
_NAMEN: Final = ["journaal", "vermelding", "stuk", "blok", "tegel", "boomhoofd", "stand", "persoonssleutel"]
# All for this transaction alone, so that a pool of connections in between does no harm. A commit returns when the disk has it,
# whatever the server does by default. The lock on the one row of `stand` makes writers wait for each other; a writer that no longer
# says anything does not keep the others waiting for ever.
_SCHRIJF: Final = """BEGIN ISOLATION LEVEL READ COMMITTED;
SET LOCAL synchronous_commit = on;
SET LOCAL lock_timeout = '10s';
SET LOCAL idle_in_transaction_session_timeout = '60s';
SELECT omvang FROM stand FOR UPDATE"""
_MAAK: Final = "BEGIN; SET LOCAL synchronous_commit = on; SELECT pg_advisory_xact_lock(1514099271)"
_LEES: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_SCHRIJF_RIJEN: Final = (
    "COPY vermelding (nr, blad, feiten, delen, zouten, verhuld, gesloten) FROM STDIN (FORMAT BINARY)"
)
_SOORTEN: Final = ["int8", *["bytea"] * 6]
# What can do something else at a write, or keep a row from whoever asks for it. A view in the place of a table has a rule.
_VREEMD: Final = """SELECT wat || ' ' || naam || ' op ' || tabel::regclass::text FROM (
    SELECT 'trigger' wat, tgname naam, tgrelid tabel FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'rule', rulename, ev_class FROM pg_rewrite
    UNION ALL SELECT 'policy', polname, polrelid FROM pg_policy
) iets WHERE tabel IN (SELECT to_regclass(naam) FROM unnest(%s::text[]) naam) ORDER BY 1"""
_SAMEN: Final = 2000
"""How many records one question asks for."""
_DOCUMENTEN: Final = 20
_GEEN: Final = re.compile(r"0\b")


class Postgres:
    """A Journaal in a database. Safe to share between threads; a process that was forked off makes its own connection."""

    def __init__(self, url: str, *, schrijven: bool, nieuw: bool = False) -> None:
        try:
            from .postgres_verbinding import Verbinding
        except ImportError as fout:
            raise fouten.no_psycopg(str(fout)) from None
        self._schrijven = schrijven
        self._maakt = nieuw
        self._db: Verbinding = Verbinding(url, self._check)
        self.naam = self._db.naam
        if nieuw:
            try:
                self._create()
            except BaseException:
                self._db.close()
                raise

    def _create(self) -> None:
        with self._db.transaction(_MAAK):
            if self._db.query("SELECT 1 FROM unnest(%s::text[]) naam WHERE to_regclass(naam) IS NOT NULL", [_NAMEN]):
                raise fouten.exists(self.naam)
            self._db.run(TABELLEN)
            self._db.run("INSERT INTO journaal VALUES (%s)", [VERSIE])
        self._maakt = False

    def _check(self, db: Verbinding) -> None:
        """Hold every connection that is made against what must be so: after a restart the server may be another."""
        if self._schrijven:
            if db.query("SELECT current_setting('transaction_read_only')") != [("off",)]:
                raise fouten.read_only(db.naam)
            if db.query("SELECT current_setting('fsync')") != [("on",)]:
                raise fouten.no_fsync(db.naam)
        if self._maakt:
            return
        if db.query("SELECT to_regclass('journaal')::text") == [(None,)]:
            raise fouten.absent(db.naam)
        versies = [rij[0] for rij in db.query("SELECT versie FROM journaal")]
        if versies != [VERSIE]:
            raise fouten.other_form(versies[0] if len(versies) == 1 else "?", VERSIE, db.naam)
        if self._schrijven:
            refuse_foreign(_foreign(db), db.naam)

    # -- writing -------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[Postgres]:
        """Begin a transaction."""
        if not self._schrijven:
            raise fouten.unread(self.naam)
        with self._db.transaction(_SCHRIJF):
            yield self

    def persoonssleutels(self, personen: Collection[bytes]) -> dict[bytes, Persoonssleutel]:
        """Return the keys that these persons have."""
        vraag = "SELECT id, persoon, sleutel FROM persoonssleutel WHERE persoon = ANY(%s)"
        return {rij[1]: Persoonssleutel(*rij) for rij in self._in_groups(vraag, personen)}

    def add_persoonssleutels(self, sleutels: Iterable[Persoonssleutel]) -> None:
        """Add keys."""
        alle = list(sleutels)
        opdracht = "INSERT INTO persoonssleutel SELECT * FROM unnest(%s::text[], %s::bytea[], %s::bytea[])"
        self._db.run(opdracht, [[s.id for s in alle], [s.persoon for s in alle], [s.sleutel for s in alle]])

    def erase(self, id_: str) -> bool:
        """Destroy a key; return whether it was there."""
        return self._db.run("DELETE FROM persoonssleutel WHERE id = %s", [id_]) == 1

    def settle_erasure(self) -> None:
        """Write the table of keys anew, without what was deleted.

        What the server keeps apart, its write-ahead log, replicas and backups, is not reached: whoever runs it must let those expire.
        What stands there is encrypted under the master key.
        """
        try:  # not long: whoever comes while it waits, waits as well
            gezegd = self._db.alone("SET lock_timeout = '2s'", "VACUUM (FULL, VERBOSE) persoonssleutel")
        except JournaalError as fout:
            raise fouten.not_erased(fout.meldingen[0].tekst, self.naam) from None
        # "0 dead row versions cannot be removed yet": who still reads an older moment of the Journaal keeps them there.
        tellingen = [tekst for tekst in gezegd if tekst]
        if not tellingen:
            raise fouten.not_erased("de gebruiker is geen eigenaar van de tabellen", self.naam)
        if not all(_GEEN.match(tekst) for tekst in tellingen):
            raise fouten.not_erased("een ander programma leest nog van daarvoor", self.naam)

    def has_blok(self, merk: bytes) -> bool:
        """Whether this document is kept."""
        return bool(self._db.query("SELECT 1 FROM blok WHERE merk = %s", [merk]))

    def add_blok(self, merk: bytes, soort: str, inhoud: bytes) -> None:
        """Keep a document by its SHA-256."""
        opdracht = "INSERT INTO blok VALUES (%s, %s, %s) ON CONFLICT (merk) DO NOTHING"
        self._db.run(opdracht, [merk, soort, zlib.compress(inhoud)])

    def add_stukken(self, stukken: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep parts of Beslissingen."""
        alle = list(stukken)
        opdracht = "INSERT INTO stuk SELECT * FROM unnest(%s::bytea[], %s::bytea[])"
        self._db.run(opdracht, [[merk for merk, _ in alle], [inhoud for _, inhoud in alle]])

    def add(self, rijen: Iterable[Rij], tegels: Iterable[tuple[int, bytes]], stand: Stand, hoofd: str) -> None:
        """Add records, tiles, stand and head."""
        self._db.copy(_SCHRIJF_RIJEN, _SOORTEN, rijen)
        for tegel in tegels:
            self._db.run("INSERT INTO tegel VALUES (%s, %s)", tegel)
        jaren = json.dumps(dict(stand.jaren))
        opdracht = "UPDATE stand SET omvang = %s, rand = %s, jaren = %s"
        if self._db.run(opdracht, [stand.omvang, stand.rand, jaren]) != 1:
            raise fouten.no_stand(self.naam)
        self._db.run("INSERT INTO boomhoofd VALUES (%s, %s)", [stand.omvang, hoofd])

    # -- reading -------------------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read one moment."""
        with self._db.transaction(_LEES, samen=True):
            yield

    def stand(self) -> Stand:
        """Return how far the log is."""
        rijen = self._db.query("SELECT omvang, rand, jaren FROM stand")
        try:
            ((omvang, rand, jaren),) = rijen
            return Stand(omvang, rand, json.loads(jaren))
        except ValueError:
            raise fouten.no_stand(self.naam) from None

    def rows(self, van: int, tot: int) -> Iterator[Rij]:
        """Yield records in order."""
        vraag = """SELECT nr, blad, feiten, delen, zouten, verhuld, gesloten
            FROM vermelding WHERE nr >= %s AND nr < %s ORDER BY nr LIMIT %s"""
        while rijen := self._db.query(vraag, [van, tot, _SAMEN]):
            yield from (Rij(*rij) for rij in rijen)
            van = rijen[-1][0] + 1

    def row(self, nr: int) -> Rij | None:
        """Return one record."""
        return next(self.rows(nr, nr + 1), None)

    def blok(self, merk: bytes) -> bytes | None:
        """Return a document."""
        rijen = self._db.query("SELECT inhoud FROM blok WHERE merk = %s", [merk])
        return unpack(rijen[0][0]) if rijen else None

    def bloks(self) -> Iterator[tuple[bytes, str, bytes]]:
        """Yield every document."""
        vraag = "SELECT merk, soort, inhoud FROM blok WHERE %s::bytea IS NULL OR merk > %s ORDER BY merk LIMIT %s"
        laatste: bytes | None = None
        while rijen := self._db.query(vraag, [laatste, laatste, _DOCUMENTEN]):
            for merk, soort, inhoud in rijen:
                yield merk, soort, unpack(inhoud) or b""
            laatste = rijen[-1][0]

    def stukken(self, merken: Collection[bytes]) -> dict[bytes, bytes]:
        """Return parts of Beslissingen."""
        vraag = "SELECT merk, inhoud FROM stuk WHERE merk = ANY(%s)"
        return find_parts(merken, lambda k: dict(self._in_groups(vraag, k)))

    def hoofd(self) -> str | None:
        """Return the newest head."""
        rijen = self._db.query("SELECT tekst FROM boomhoofd ORDER BY omvang DESC LIMIT 1")
        return rijen[0][0] if rijen else None

    def hoofden(self) -> Iterator[str]:
        """Yield every head."""
        vraag = "SELECT omvang, tekst FROM boomhoofd WHERE omvang > %s ORDER BY omvang LIMIT %s"
        laatste = -1
        while rijen := self._db.query(vraag, [laatste, _SAMEN]):
            yield from (tekst for _, tekst in rijen)
            laatste = rijen[-1][0]

    def tegels(self, aantal: int) -> list[bytes]:
        """Return the roots of full tiles."""
        return [w for (w,) in self._db.query("SELECT wortel FROM tegel WHERE nr < %s ORDER BY nr", [aantal])]

    def persoonssleutel(self, id_: str) -> bytes | None:
        """Return a wrapped key."""
        rijen = self._db.query("SELECT sleutel FROM persoonssleutel WHERE id = %s", [id_])
        return rijen[0][0] if rijen else None

    def all_persoonssleutels(self) -> Iterator[Persoonssleutel]:
        """Yield every key."""
        vraag = "SELECT id, persoon, sleutel FROM persoonssleutel WHERE id > %s ORDER BY id LIMIT %s"
        vanaf = ""
        while rijen := self._db.query(vraag, [vanaf, _SAMEN]):
            yield from (Persoonssleutel(*rij) for rij in rijen)
            vanaf = rijen[-1][0]

    def foreign(self) -> list[str]:
        """Return the triggers, rules and policies on the tables: a new Journaal has none."""
        return _foreign(self._db)

    def close(self) -> None:
        """End the connection."""
        self._db.close()

    def _in_groups(self, vraag: str, waarden: Collection[bytes]) -> Iterator[tuple[Any, ...]]:
        alle = list(waarden)
        for nr in range(0, len(alle), _SAMEN):
            yield from self._db.query(vraag, [alle[nr : nr + _SAMEN]])


def _foreign(db: Verbinding) -> list[str]:
    return [rij[0] for rij in db.query(_VREEMD, [_NAMEN])]
