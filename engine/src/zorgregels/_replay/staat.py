"""The work that is done so far, in a folder beside the report, so that a replay that was interrupted goes on where it was."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .._canon import Json, canonical
from .._canon import digest as merk_van
from .._lezen.meldingen import Melding
from ..errors import JournaalError

if TYPE_CHECKING:
    from .._journaal.sleutels import Sleutelbos

Data = Any
SCHEMA: Final = "voortgang/v1"
_OPDRACHT: Final = "opdracht.json"
_REEKS: Final = "reeks-{:012}.json"
_SLOT: Final = "bezet"


@dataclass(frozen=True, slots=True)
class Staat:
    """The folder. What was done for another question, head or program does not count and is removed."""

    map_: Path
    merk: str
    """The digest of the question, and of what its outcome depends on."""
    sleutels: Sleutelbos | None = None
    """The keys of the Journaal: with them every file is signed, and one that somebody else put there does not count."""

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder, and keep every other replay out of it: they would remove each other's work.

        Raises:
            JournaalError: the folder cannot be made, or another replay is at work in it.
        """
        slot = self.map_ / _SLOT
        try:
            self.map_.mkdir(mode=0o700, exist_ok=True)
        except OSError as fout:
            raise self._fault(fout) from None
        db = sqlite3.connect(slot, isolation_level=None, timeout=0)
        try:
            self._lock(db)
            yield
            db.close()
            with suppress(OSError):
                slot.unlink(missing_ok=True)
                self.map_.rmdir()  # where nothing is kept in it
        finally:
            db.close()

    def _lock(self, db: sqlite3.Connection) -> None:
        """Take the lock; SQLite's goes with the process on every system, however that ends."""
        try:
            db.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as fout:
            if fout.sqlite_errorname == "SQLITE_BUSY":
                tekst = "een andere replay werkt hier aan hetzelfde rapport"
                hulp = "Wacht tot die klaar is, of geef met -o een andere plek."
                raise JournaalError([Melding("ZR-954", tekst, hulp, str(self.map_))]) from None
            # A file system without locks: then it is for the user not to do this twice at once.

    def prepare(self, *, opnieuw: bool) -> int:
        """Make the folder; return how many pieces of work in it are done already.

        Raises:
            JournaalError: it cannot be made or written to.
        """
        try:
            if opnieuw or not self._is_ours():
                self.remove()
                self.map_.mkdir(mode=0o700, exist_ok=True)
                self._write(_OPDRACHT, {"opdracht": self.merk})
        except OSError as fout:
            raise self._fault(fout) from None
        return sum(1 for _ in self.map_.glob("reeks-*.json"))

    def _is_ours(self) -> bool:
        with suppress(OSError, ValueError):
            return bool(self._load(_OPDRACHT) == {"opdracht": self.merk})
        return False

    def keep(self, van: int, uitslag: Json) -> None:
        """Keep a piece of work that is done.

        Raises:
            JournaalError: it cannot be written.
        """
        try:
            self._write(_REEKS.format(van), uitslag)
        except OSError as fout:
            raise self._fault(fout) from None

    def recall(self, van: int) -> Data:
        """Return a piece of work, or None where it is not done or was damaged."""
        with suppress(OSError, ValueError):
            return self._load(_REEKS.format(van))
        return None

    def remove(self) -> None:
        """Remove the folder with what replays put there; whatever else is in it stays, and so does the folder then."""
        if not self.map_.is_dir():
            return
        for pad in self._own_files():
            pad.unlink(missing_ok=True)
        with suppress(OSError):
            self.map_.rmdir()

    def _own_files(self) -> Iterator[Path]:
        yield from self.map_.glob("reeks-*.json*")
        yield from self.map_.glob(_OPDRACHT + "*")

    def _write(self, naam: str, waarde: Json) -> None:
        """The whole file or none: a piece that was half written is done again."""
        tekst = canonical(waarde)
        half = self.map_ / f"{naam}.{os.getpid()}"
        half.write_text(f"{self._seal(naam, tekst)}\n{tekst}", "utf-8")
        half.replace(self.map_ / naam)

    def _load(self, naam: str) -> Data:
        zegel, _, tekst = (self.map_ / naam).read_text("utf-8").partition("\n")
        if not self._is_sealed(zegel, naam, tekst):
            raise ValueError(naam)
        return json.loads(tekst)

    def _seal(self, naam: str, tekst: str) -> str:
        """Return what stands above a text: the signature, or without keys a digest that shows damage alone."""
        wat = self._statement(naam, tekst)
        return merk_van(wat) if self.sleutels is None else self.sleutels.sign(wat.encode()).hex()

    def _is_sealed(self, zegel: str, naam: str, tekst: str) -> bool:
        from .._journaal.sleutels import check_signature

        wat = self._statement(naam, tekst)
        if self.sleutels is None:
            return zegel == merk_van(wat)
        return check_signature(self.sleutels.openbaar, wat.encode(), bytes.fromhex(zegel))

    def _statement(self, naam: str, tekst: str) -> str:
        """Return what is signed: under a schema of its own, so that it is never mistaken for a tree head or a report."""
        return canonical({"schema": SCHEMA, "opdracht": self.merk, "naam": naam, "inhoud": merk_van(tekst)})

    def _fault(self, fout: OSError) -> JournaalError:
        reden = fout.strerror or type(fout).__name__
        hulp = "Het rapport en de voortgang komen in dezelfde map; geef met -o een plek waar kan worden geschreven."
        return JournaalError([Melding("ZR-920", f"de voortgang is niet te bewaren ({reden})", hulp, str(self.map_))])
