"""Checks an archive with the program that goes with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from . import meldingen, verifier

Data = Any


class Bevinding(NamedTuple):
    """Something that is not as it was written."""

    soort: str
    wat: str
    """What it hit."""
    bevinding: str

    def __str__(self) -> str:
        return f"{self.soort}: {self.wat} {self.bevinding}"


class _Geteld(verifier.Archiefbestand):
    """Tells how many lines went by."""

    gezien: Callable[[int], None]
    _regels = 0

    def lines(self, begin: str) -> Iterator[tuple[str, Data]]:
        """Yield lines, and count them."""
        for regel in super().lines(begin):
            self._regels += 1
            self.gezien(self._regels)
            yield regel


def check_archive(pad: Path, *, gezien: Callable[[int], None] = lambda _: None) -> list[Bevinding]:
    """Return everything that is not as it was written.

    Raises:
        JournaalError: it cannot be read at all.
    """
    gevonden: list[Bevinding] = []
    try:
        bestand = _Geteld(pad, lambda *wat: gevonden.append(Bevinding(*wat)))
        bestand.gezien = gezien
        verifier.verify(bestand)
    except OSError as fout:
        raise meldingen.cannot_read(pad, fout.strerror or "onbekende oorzaak") from None
    except verifier.FOUT:
        if not gevonden:
            raise meldingen.cannot_read(pad, "het is geen archief, of te beschadigd om het na te gaan") from None
    return gevonden
