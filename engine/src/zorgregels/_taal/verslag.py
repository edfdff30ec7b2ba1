"""Collects every Melding about a set of files, and gives each its line and column at the end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .._lezen.meldingen import Melding, Pad

if TYPE_CHECKING:
    from .._lezen.yaml import Plekken


@dataclass(slots=True)
class Verslag:
    """The faults found so far. Reading goes on after a fault, so that an author sees all of them at once."""

    teksten: dict[str, bytes] = field(default_factory=dict)
    """The files that meldingen are about, by name."""
    meldingen: list[Melding] = field(default_factory=list)

    def add(self, code: str, bestand: str, pad: Pad, tekst: str, hulp: str = "") -> None:
        """Note a fault at a path in a file."""
        self.meldingen.append(Melding(code, tekst, hulp, bestand, pad=pad))

    def located(self) -> tuple[Melding, ...]:
        """Return the meldingen with line and column, in the order of files and lines, each once."""
        gevonden: dict[str, Plekken] = {}
        klaar: dict[tuple[object, ...], Melding] = {}
        for m in self.meldingen:
            if not m.regel and m.bestand in self.teksten:
                if m.bestand not in gevonden:
                    gevonden[m.bestand] = _plekken(self.teksten[m.bestand], m.bestand)
                regel, kolom = _nearest(gevonden[m.bestand], m.pad)
                pad = m.pad[:-1] if m.pad and m.pad[-1] == "#sleutel" else m.pad
                m = replace(m, regel=regel, kolom=kolom, pad=pad)  # noqa: PLW2901
            klaar.setdefault((m.bestand, m.regel, m.kolom, m.code, m.tekst), m)
        return tuple(sorted(klaar.values(), key=lambda m: (m.bestand, m.regel, m.kolom, m.code, m.tekst)))


def _plekken(tekst: bytes, bestand: str) -> Plekken:
    from .._lezen.json import locate_json  # nothing is read twice unless there is something to report
    from .._lezen.yaml import YamlFout, locate

    try:
        return locate_json(tekst, bestand) if bestand.endswith(".json") else locate(tekst, bestand)
    except YamlFout:
        return {}


def _nearest(plekken: Plekken, pad: Pad) -> tuple[int, int]:
    """The place of a path, or of the nearest value around it."""
    while True:
        if pad in plekken:
            return plekken[pad]
        if not pad:
            return 1, 1
        pad = pad[:-1]
