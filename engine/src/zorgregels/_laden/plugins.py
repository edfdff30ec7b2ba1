"""Finds plugins, the same way on every machine: sorted by name, duplicates refused, data plugins never imported."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint, distributions
from pathlib import Path
from typing import Final

from .._lezen.meldingen import Melding, suggest
from .._taal.vraag import Vraag
from ..errors import PluginError
from .bundel import MERKBESTAND, Bundel, name_mark, read_folder
from .haken import Haken, ask_hooks, check_vragen

GROEP: Final = "zorgregels"


@dataclass(frozen=True, slots=True)
class Gevonden:
    """A plugin that is installed: its name, where it points and which distribution it came with."""

    naam: str
    verwijzing: str
    distributie: str
    versie: str


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
    mislukt: dict[str, tuple[Melding, ...]] = {}
    bijdragen: dict[str, Bijdrage] = {}
    for naam, map_, gevonden in _chosen(keuze, find_plugins(), mislukt):
        try:
            bijdragen[naam] = _contribution(naam, map_, gevonden, alles=alles)
        except PluginError as fout:
            if keuze is not None:
                raise
            mislukt[naam] = fout.meldingen
    botsingen = check_vragen({n: b.vragen for n, b in bijdragen.items()})
    if botsingen and keuze is not None:
        raise PluginError([m for _, meldingen in sorted(botsingen.items()) for m in meldingen])
    mislukt |= botsingen
    goed = [b for n, b in sorted(bijdragen.items()) if n not in botsingen]
    vragen = sorted((v for b in goed for v in b.vragen), key=lambda v: v.naam)
    return Plugins(tuple(m for b in goed for m in b.bundels), tuple(vragen), mislukt)


@dataclass(frozen=True, slots=True)
class Bijdrage:
    """What one plugin contributes."""

    bundels: tuple[Bundel, ...]
    vragen: tuple[Vraag, ...] = ()


def _contribution(naam: str, map_: Path | None, gevonden: Gevonden | None, *, alles: bool) -> Bijdrage:
    """Return what a plugin contributes; the code of a plugin that is a folder of data is not run."""
    distributie, versie = (gevonden.distributie, gevonden.versie) if gevonden else ("-", "-")
    try:
        haken = ask_hooks(_module(gevonden), naam) if map_ is None else Haken((map_,))
        if gevonden is not None and not haken.mappen and not haken.vragen:
            raise PluginError([_nothing(gevonden, haken.vergeten)])
        mappen = [read_folder(m, naam, distributie=distributie, versie=versie, alles=alles) for m in haken.mappen]
    except PluginError:
        raise
    # A plugin's code may raise anything. It must not take the others down, nor end the program: exit() raises too.
    except (Exception, SystemExit) as fout:
        raise PluginError([_broken(naam, distributie, fout)]) from fout
    return Bijdrage(tuple(mappen), haken.vragen)


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
        yield str(map_) if str(map_) not in namen else f"./{map_}", map_, None


def folder_of(gevonden: Gevonden) -> Path | None:
    """Return the folder of a plugin made only of data, found without importing it."""
    if ":" in gevonden.verwijzing:
        return None
    return next((m for m in _folders(gevonden.verwijzing) if (m / MERKBESTAND).is_file()), None)


def _folders(module: str) -> list[Path]:
    """Return where a package is, one step of its dotted name after another: none of these is imported."""
    plekken: list[str] | None = None
    naam = ""
    for deel in module.split("."):
        naam = f"{naam}.{deel}" if naam else deel
        spec = PathFinder.find_spec(naam, plekken)
        if spec is None or not spec.submodule_search_locations:
            return []
        plekken = list(spec.submodule_search_locations)
    return [Path(p) for p in plekken or ()]


def _module(gevonden: Gevonden | None) -> object:
    assert gevonden is not None
    return EntryPoint(gevonden.naam, gevonden.verwijzing, GROEP).load()


def _broken(naam: str, distributie: str, fout: BaseException) -> Melding:
    wat = " ".join(f"{type(fout).__name__}: {fout}".split())
    return Melding(
        "ZR-401",
        f"plugin `{naam}` van distributie {distributie} is niet te laden: {wat[:200]}",
        "De andere plugins doen gewoon mee.",
    )


def _nothing(gevonden: Gevonden, vergeten: tuple[str, ...]) -> Melding:
    """Say that an entry point leads to nothing, and what was probably meant."""
    mappen = _folders(gevonden.verwijzing.partition(":")[0])
    hulp = next((tip for m in mappen if (tip := name_mark(m))), "")
    if vergeten:
        hulp = f"Zet `@hookimpl` boven {', '.join(f'`{n}`' for n in vergeten)}."
    elif not hulp:
        waar = f" in {mappen[0]}" if mappen else " in haar package"
        hulp = f"Zet {MERKBESTAND}{waar}, of geef met een haak een map of een vraag."
    return Melding(
        "ZR-409",
        f"plugin `{gevonden.naam}` van distributie {gevonden.distributie} draagt niets bij: "
        f"`{gevonden.verwijzing}` heeft geen {MERKBESTAND}, en geen haak die iets geeft",
        hulp,
    )
