"""A Melding says what is wrong: place, code, what, why and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

Pad = tuple[str | int, ...]
"""The way from the root of a document to a value."""


@dataclass(frozen=True, slots=True)
class Melding:
    """One fault or warning. ``regel`` and ``kolom`` count from 1; 0 means not in a text file."""

    code: str
    tekst: str
    hulp: str = ""
    bestand: str = ""
    regel: int = 0
    kolom: int = 0
    pad: Pad = field(default=())

    @property
    def json_pad(self) -> str:
        """The path as JSON Path: ``$.feiten.declaratie.bedrag``."""
        return "$" + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in self.pad)

    @property
    def plek(self) -> str:
        """``file:line:column`` for a file, else the JSON path; empty for what is about the whole."""
        if self.regel:
            return f"{self.bestand}:{self.regel}:{self.kolom}"
        if self.bestand and self.pad:
            return f"{self.bestand}: {self.json_pad}"
        return self.bestand or (self.json_pad if self.pad else "")

    def __str__(self) -> str:
        plek = self.plek
        kop = f"{plek}: {self.code} {self.tekst}" if plek else f"{self.code} {self.tekst}"
        return f"{kop}\n    {self.hulp}" if self.hulp else kop

    def to_dict(self) -> dict[str, str | int]:
        """Return the Melding for ``--json``."""
        kaal: dict[str, str | int] = {"code": self.code, "tekst": self.tekst, "pad": self.json_pad}
        if self.hulp:
            kaal["hulp"] = self.hulp
        if self.bestand:
            kaal |= {"bestand": self.bestand}
        if self.regel:
            kaal |= {"regel": self.regel, "kolom": self.kolom}
        return kaal


def suggest(woord: str, mogelijk: Iterable[str]) -> str:
    """Return ``Bedoelde u `x`?`` for the nearest of the possible words, or what is possible when few are."""
    namen = sorted(set(mogelijk))
    dichtbij = difflib.get_close_matches(woord[:80], namen, n=1, cutoff=0.6)
    if dichtbij:
        return f"Bedoelde u `{dichtbij[0]}`?"
    if not namen:
        return ""
    getoond = ", ".join(f"`{n}`" for n in namen[:8])
    return f"Mogelijk: {getoond}{' …' if len(namen) > 8 else ''}."
