"""Catalogue versions beside those of the plugins: files that join the plugin of their sector before anything is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from .._lezen import MAX_BYTES
from .._lezen.meldingen import Melding
from ..errors import RegelsetError
from .bundel import Bestand, Bundel
from .geheugen import Geheugen

_NAAM: Final = re.compile(rb"^catalogus:[ ]+['\"]?([a-z][a-z0-9_]*)/", re.MULTILINE)


def add_catalogi(bundels: Sequence[Bundel], paden: Iterable[Path], geheugen: Geheugen) -> tuple[Bundel, ...]:
    """Return the bundels with these catalogues in the plugin of their sector; they are read and judged with it.

    Args:
        bundels: the plugins that take part.
        paden: the files, each a catalogue.
        geheugen: remembers which sector a ``plugin.yaml`` is of.

    Raises:
        RegelsetError: a file cannot be read, or is for a sector that is not loaded.
    """
    bestanden = {pad.resolve(): _read(pad) for pad in sorted(paden)}
    if not bestanden:
        return tuple(bundels)
    per_sector: dict[str, list[Bestand]] = {}
    for bestand in bestanden.values():
        per_sector.setdefault(_sector(bestand, geheugen), []).append(bestand)
    uit = []
    for bundel in bundels:
        eigen = per_sector.pop(_mark(bundel, geheugen), [])
        uit.append(replace(bundel, catalogi=(*bundel.catalogi, *eigen)))
    if per_sector:
        er_zijn = ", ".join(sorted(_mark(b, geheugen) for b in bundels)) or "geen"
        raise RegelsetError(
            [
                Melding(
                    "ZR-328",
                    f"deze catalogus is van sector `{sector}`, en die is niet geladen",
                    f"Laad haar plugin erbij. Geladen: {er_zijn}.",
                    bestand.naam,
                )
                for sector, van in sorted(per_sector.items())
                for bestand in van
            ]
        )
    return tuple(uit)


def _read(pad: Path) -> Bestand:
    try:
        with pad.open("rb") as stroom:
            inhoud = stroom.read(MAX_BYTES + 1)
    except (OSError, ValueError) as fout:
        reden = getattr(fout, "strerror", None) or "onjuiste naam"
        raise RegelsetError([Melding("ZR-114", f"de catalogus is niet te lezen ({reden})", bestand=str(pad))]) from None
    if len(inhoud) > MAX_BYTES:
        tekst = f"het bestand is groter dan {MAX_BYTES} bytes"
        raise RegelsetError([Melding("ZR-107", tekst, "Splits het bestand.", str(pad))])
    return Bestand(pad.as_posix(), inhoud)


def _sector(bestand: Bestand, geheugen: Geheugen) -> str:
    # Reading a catalogue of thousands of codes takes seconds, and a file that is known is never read again. What
    # this line says wrongly is found when the whole is read: a plugin has catalogues of its own sector only.
    m = _NAAM.search(bestand.inhoud)
    if m is not None:
        return m[1].decode()
    naam = _document(bestand, "catalogus", geheugen).get("catalogus")
    if not isinstance(naam, str) or "/" not in naam:
        tip = "Zij begint met `schema: catalogus/v1` en heet sector/naam."
        raise RegelsetError([Melding("ZR-203", "`catalogus` ontbreekt", tip, bestand.naam)])
    return naam.partition("/")[0]


def _mark(bundel: Bundel, geheugen: Geheugen) -> str:
    try:
        return str(_document(bundel.merk, "plugin", geheugen).get("sector", ""))
    except RegelsetError:
        return ""  # whoever reads the whole plugin says what is wrong with it


def _document(bestand: Bestand, soort: str, geheugen: Geheugen) -> dict[str, object]:
    bekend = geheugen.recall(soort, bestand.inhoud)
    if isinstance(bekend, dict):
        return bekend
    from .._lezen.yaml import YamlFout, read_yaml  # not needed for what is known

    try:
        data = read_yaml(bestand.inhoud, bestand.naam)
    except YamlFout as fout:
        raise RegelsetError([fout.melding]) from None
    return {**data} if isinstance(data, dict) else {}
