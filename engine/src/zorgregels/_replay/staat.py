"""The work that is done so far, in a folder beside the report, so that a replay that was interrupted goes on where it was."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from .._canon import Json, canonical
from .._canon import digest as merk_van
from .._lezen.meldingen import Melding
from ..errors import JournaalError

Data = Any
_OPDRACHT: Final = "opdracht.json"
_REEKS: Final = "reeks-{:012}.json"


class Staat:
    """The folder. What was done for another question, head or program does not count and is removed."""

    def __init__(self, map_: Path, merk: str) -> None:
        self._map = map_
        self._merk = merk

    def prepare(self, *, opnieuw: bool) -> int:
        """Make the folder; return how many pieces of work in it are done already.

        Raises:
            JournaalError: it cannot be made or written to.
        """
        try:
            if opnieuw or not self._is_ours():
                self.remove()
                self._map.mkdir(mode=0o700, exist_ok=True)
                self._write(_OPDRACHT, {"opdracht": self._merk})
        except OSError as fout:
            raise self._fault(fout) from None
        return sum(1 for _ in self._map.glob("reeks-*.json"))

    def _is_ours(self) -> bool:
        with suppress(OSError, ValueError):
            return bool(self._load(_OPDRACHT) == {"opdracht": self._merk})
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
        if not self._map.is_dir():
            return
        for pad in self._own_files():
            pad.unlink(missing_ok=True)
        with suppress(OSError):
            self._map.rmdir()

    def _own_files(self) -> Iterator[Path]:
        yield from self._map.glob("reeks-*.json*")
        yield from self._map.glob(_OPDRACHT + "*")

    def _write(self, naam: str, waarde: Json) -> None:
        """The whole file or none: a piece that was half written is done again."""
        tekst = canonical(waarde)
        half = self._map / f"{naam}.{os.getpid()}"
        half.write_text(f"{merk_van(tekst)}\n{tekst}", "utf-8")
        half.replace(self._map / naam)

    def _load(self, naam: str) -> Data:
        merk, _, tekst = (self._map / naam).read_text("utf-8").partition("\n")
        if merk_van(tekst) != merk:
            raise ValueError(naam)
        return json.loads(tekst)

    def _fault(self, fout: OSError) -> JournaalError:
        reden = fout.strerror or type(fout).__name__
        hulp = "Het rapport en de voortgang komen in dezelfde map; geef met -o een plek waar kan worden geschreven."
        return JournaalError([Melding("ZR-920", f"de voortgang is niet te bewaren ({reden})", hulp, str(self._map))])
