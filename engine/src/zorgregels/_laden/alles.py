"""From a choice of plugins and catalogues to what they come to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from .._taal.vraag import VRAGEN
from ..errors import RegelsetError
from .bundel import Bestand
from .erbij import add_catalogi
from .geheugen import Geheugen
from .lading import Lading
from .plugins import load_plugins
from .start import start


def load_all(
    plugins: Collection[str | Path] | None, catalogi: Iterable[Path], geheugen: Geheugen
) -> tuple[Lading, dict[str, tuple[Bestand, ...]]]:
    """Return what plugins and catalogues beside them come to, and per plugin its column mappings.

    Raises:
        PluginError: a plugin cannot be read.
        RegelsetError: something holds faults: here nothing is left out.
    """
    gevonden = load_plugins(plugins, alles=True)
    kolommen = {b.plugin: b.kolommen for b in gevonden.bundels}
    kaal = [replace(b, casussen=(), normen=(), kolommen=()) for b in gevonden.bundels]  # as decide loads them
    vragen = {**VRAGEN, **{v.naam: v for v in gevonden.vragen}}
    lading = start(add_catalogi(kaal, catalogi, geheugen), vragen, geheugen)
    mislukt = {**gevonden.mislukt, **lading.mislukt}
    if mislukt:
        raise RegelsetError([m for naam in sorted(mislukt) for m in mislukt[naam]])
    return lading, kolommen
