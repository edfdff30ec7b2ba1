"""Finds plugins, the same way on every machine: sorted by name, duplicates refused, data plugins never imported."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint, distributions
from pathlib import Path
from typing import Final

import pluggy

from .. import hookspecs
from .._lezen.meldingen import Melding, suggest
from .._taal.vraag import Vraag
from ..errors import PluginError
from ..hookspecs import hookimpl
from .bundel import MERKBESTAND, Bundel, read_folder

GROEP: Final = "zorgregels"


@dataclass(frozen=True, slots=True)
class Gevonden:
    """A plugin that is installed: its name, where it points and which distribution it came with."""

    naam: str
    verwijzing: str
    distributie: str
    versie: str


class Datamap:
    """A plugin made only of data: a folder, and no code."""

    def __init__(self, map_: Path) -> None:
        self.map = map_

    @hookimpl
    def zorgregels_mappen(self) -> Iterable[Path]:
        """Return the folder."""
        return [self.map]


@dataclass(frozen=True, slots=True)
class Plugins:
    """What the plugins contribute, before any of it is read, and what is wrong with those that could not be used."""

    bundels: tuple[Bundel, ...]
    vragen: tuple[Vraag, ...]
    mislukt: dict[str, tuple[Melding, ...]]


def find_plugins() -> tuple[Gevonden, ...]:
    """Return every installed plugin, sorted by name and distribution."""
    gevonden = {
        Gevonden(ep.name, ep.value, dist.name, dist.version) for dist in distributions() for ep in _entry_points(dist)
    }
    return tuple(sorted(gevonden, key=lambda g: (g.naam, g.distributie, g.versie)))


def _entry_points(dist: object) -> Iterable[EntryPoint]:
    # Reading the file's text first is what makes a start fast: nearly every distribution has no such group.
    tekst = dist.read_text("entry_points.txt")  # type: ignore[attr-defined]
    if tekst is None or f"[{GROEP}]" not in tekst:
        return ()
    return [ep for ep in dist.entry_points if ep.group == GROEP]  # type: ignore[attr-defined]


def load_plugins(keuze: Collection[str | Path] | None, *, alles: bool = False) -> Plugins:
    """Return what the chosen plugins contribute.

    Args:
        keuze: names of installed plugins and folders with a ``plugin.yaml``; None takes every installed plugin.
        alles: whether casussen, norms and column mappings are read as well.

    Raises:
        PluginError: when a plugin that is named is not there, is there twice or cannot be read.
    """
    if isinstance(keuze, (str, Path)) or any(not isinstance(k, (str, Path)) for k in keuze or ()):
        raise TypeError("plugins is een verzameling van namen (str) en mappen (Path)")
    if keuze is not None:
        keuze = list(dict.fromkeys(keuze))
    geinstalleerd = find_plugins()
    manager = pluggy.PluginManager("zorgregels")
    manager.add_hookspecs(hookspecs)
    mislukt: dict[str, tuple[Melding, ...]] = {}
    herkomst: dict[str, tuple[str, str]] = {}
    for naam, map_, gevonden in _chosen(keuze, geinstalleerd, mislukt):
        try:
            plugin: object = Datamap(map_) if map_ is not None else _module(gevonden)
            manager.register(plugin, naam)
            herkomst[naam] = (gevonden.distributie, gevonden.versie) if gevonden else ("-", "-")
        except PluginError as fout:
            if keuze is not None:
                raise
            mislukt[naam] = fout.meldingen
    bundels: list[Bundel] = []
    vragen: dict[str, Vraag] = {}
    for naam, (distributie, versie) in sorted(herkomst.items()):
        anderen = [p for n, p in manager.list_name_plugin() if n != naam]
        try:
            mappen = [m for groep in manager.subset_hook_caller("zorgregels_mappen", anderen)() for m in groep]
            bundels += [read_folder(m, naam, distributie=distributie, versie=versie, alles=alles) for m in mappen]
            vragen |= {v.naam: v for groep in manager.subset_hook_caller("zorgregels_vragen", anderen)() for v in groep}
        except Exception as fout:  # a plugin's code may raise anything; it must not take the others down
            eigen = fout if isinstance(fout, PluginError) else PluginError([_broken(naam, distributie, fout)])
            if keuze is not None:
                raise eigen from fout
            mislukt[naam] = eigen.meldingen
    return Plugins(tuple(bundels), tuple(vragen[n] for n in sorted(vragen)), mislukt)


def _chosen(
    keuze: Collection[str | Path] | None, geinstalleerd: tuple[Gevonden, ...], mislukt: dict[str, tuple[Melding, ...]]
) -> Iterable[tuple[str, Path | None, Gevonden | None]]:
    namen = sorted({g.naam for g in geinstalleerd}) if keuze is None else sorted(k for k in keuze if isinstance(k, str))
    fouten: list[Melding] = []
    for naam in namen:
        zelfde = [g for g in geinstalleerd if g.naam == naam]
        if not zelfde:
            namen_hier = [g.naam for g in geinstalleerd]
            tip = "Bedoelde u een map? Geef haar als pathlib.Path." if "/" in naam else suggest(naam, namen_hier)
            if not tip.startswith("Bedoelde"):
                tip = f"Installeer haar, bijvoorbeeld met: pip install zorgregels-{naam}. Geïnstalleerd: {', '.join(namen_hier) or 'geen'}."
            fouten.append(Melding("ZR-403", f"plugin `{naam}` is niet geïnstalleerd", tip))
        elif len(zelfde) > 1:
            melding = Melding(
                "ZR-402",
                f"plugin `{naam}` is er meer dan eens: {', '.join(g.distributie for g in zelfde)}",
                "Verwijder er één; welke telt, is anders niet te zeggen.",
            )
            if keuze is not None:
                fouten.append(melding)
            mislukt[naam] = (melding,)
        else:
            yield naam, folder_of(zelfde[0]), zelfde[0]
    if fouten:
        raise PluginError(fouten)
    for map_ in sorted(k for k in keuze or () if isinstance(k, Path)):
        yield str(map_), map_, None


def folder_of(gevonden: Gevonden) -> Path | None:
    """Return the folder of a plugin made only of data, found without importing it."""
    if ":" in gevonden.verwijzing or "." in gevonden.verwijzing:
        return None
    spec = PathFinder.find_spec(gevonden.verwijzing)
    for plek in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(plek) / MERKBESTAND).is_file():
            return Path(plek)
    return None


def _module(gevonden: Gevonden | None) -> object:
    assert gevonden is not None
    try:
        return EntryPoint(gevonden.naam, gevonden.verwijzing, GROEP).load()
    except Exception as fout:
        raise PluginError([_broken(gevonden.naam, gevonden.distributie, fout)]) from fout


def _broken(naam: str, distributie: str, fout: Exception) -> Melding:
    return Melding(
        "ZR-401",
        f"plugin `{naam}` van distributie {distributie} is niet te laden: {type(fout).__name__}: {str(fout)[:200]}",
        "De andere plugins doen gewoon mee.",
    )
