"""What a command reads it never writes over: a Journaal, its keys or an archive cannot be made again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Invoer:
    """A file or a folder that a command reads."""

    pad: Path
    wat: str
    ook_nieuw: bool = False
    """Whether also nothing new is written in this folder: a file there may mean something by its name."""

    def holds(self, doel: Path) -> bool:
        """Whether writing this file would alter it."""
        with suppress(OSError):
            if self.pad.samefile(doel):
                return True
        hier, daar = Path(os.path.realpath(self.pad)), Path(os.path.realpath(doel))
        return hier == daar or (daar.is_relative_to(hier) and (self.ook_nieuw or os.path.exists(daar)))


def of_journaal(waar: str, sleutels: Path | None) -> Iterator[Invoer]:
    """Yield what belongs to a Journaal, also what SQLite keeps beside it."""
    if "://" not in waar:
        yield from (Invoer(Path(waar + eind), "een Journaal") for eind in ("", "-wal", "-shm", "-journal"))
        yield from of_keys(Path(waar + ".sleutels"))
    yield from of_keys(sleutels)


def of_keys(sleutels: Path | None) -> Iterator[Invoer]:
    """Yield the folders of keys."""
    from .._journaal.journaal import OMGEVING

    genoemd = os.environ.get(OMGEVING)
    for map_ in (sleutels, Path(genoemd) if genoemd else None):
        if map_ is not None:
            yield Invoer(map_, "een map met sleutels", ook_nieuw=True)


def keep_apart(doelen: Iterable[Path], invoer: Iterable[Invoer]) -> None:
    """Refuse to write over what is read.

    Raises:
        JournaalError: one of the files is, or lies in, what is read.
    """
    from .._lezen.meldingen import Melding
    from ..errors import JournaalError

    alle = list(invoer)
    for doel in doelen:
        for i in alle:
            if i.holds(doel):
                hulp = "Kies een andere plek; ook met --overschrijf wordt dit niet vervangen."
                raise JournaalError([Melding("ZR-950", f"hier wordt niet geschreven: dit is {i.wat}", hulp, str(doel))])
