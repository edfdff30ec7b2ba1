"""Checks plugins as their authors wrote them: faults in the files, casussen and voorbeelden that come out otherwise, and slips."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .._invoer.vormen import read_forms
from .._lezen.meldingen import Melding
from .._lezen.yaml import YamlFout, read_yaml
from .._taal.verslag import Verslag
from .._taal.vraag import VRAGEN, Vraag
from ..errors import PluginError
from .aandacht import find_slips
from .bundel import MERKBESTAND, Bundel, read_folder
from .casussen import Casus, read_cases, run_case
from .geheugen import Geheugen, default_folder
from .lading import Lading
from .normen import check_cases, read_register
from .plugins import load_plugins
from .sector import load_sectors

if TYPE_CHECKING:
    from .._engine import Engine

_OVERGESLAGEN: Final = {"node_modules", "site-packages", "__pycache__", "build", "dist", "venv"}
_INHOUD: Final = ("regelsets", "feiten", "catalogi")


@dataclass(frozen=True, slots=True)
class Nagekeken:
    """What a check found."""

    plugins: tuple[str, ...]
    """The folders, as they are named in messages."""
    fouten: tuple[Melding, ...]
    waarschuwingen: tuple[Melding, ...]
    regelsets: int = 0
    casussen: int = 0


def find_folders(paden: Iterable[Path]) -> tuple[Path, ...]:
    """Return the folders with a ``plugin.yaml`` at or under these paths, and those that a file belongs to, sorted.

    Raises:
        PluginError: for a path that is not there, or under which there is no plugin.
    """
    gevonden: set[Path] = set()
    for pad in paden:
        if not pad.exists():
            raise PluginError([Melding("ZR-406", "dit pad bestaat niet", bestand=str(pad))])
        mappen = set(_under(pad.resolve())) or set(_around(pad.resolve()))
        if not mappen:
            raise PluginError(
                [
                    Melding(
                        "ZR-405",
                        f"hier en hieronder is geen {MERKBESTAND}",
                        "Geef de map van een plugin, of een map met plugins daarin.",
                        str(pad),
                    )
                ]
            )
        gevonden |= mappen
    return tuple(sorted(gevonden))


def _under(pad: Path) -> Iterator[Path]:
    if not pad.is_dir():
        return
    for map_, mappen, bestanden in os.walk(pad):
        mappen[:] = sorted(m for m in mappen if m not in _OVERGESLAGEN and not m.startswith("."))
        if MERKBESTAND in bestanden and (Path(map_) == pad or any(m in mappen for m in _INHOUD)):
            yield Path(map_)
            mappen[:] = [m for m in mappen if m not in _INHOUD]


def _around(pad: Path) -> Iterator[Path]:
    """The plugin that a file, or a folder inside a plugin, belongs to."""
    for ouder in (pad, *pad.parents):
        if (ouder / MERKBESTAND).is_file():
            yield ouder
            return


def check_paths(paden: Sequence[Path], *, hier: Path | None = None) -> Nagekeken:
    """Return everything that is to be said about the plugins at or under these paths.

    Args:
        paden: folders and files.
        hier: the folder to which files are named; left out, the current folder.

    Raises:
        PluginError: there is nothing to check.
    """
    mappen = find_folders(paden)
    basis = hier if hier is not None else Path.cwd()
    fouten: list[Melding] = []
    bundels: list[Bundel] = []
    for map_ in mappen:
        try:
            bundels.append(read_folder(map_, str(map_), toon=basis, alles=True))
        except PluginError as fout:
            fouten.extend(fout.meldingen)
    namen = tuple(b.merk.naam for b in bundels)
    lading, erbij = _load(bundels)
    eigen = {b.plugin for b in bundels}
    for plugin, meldingen in lading.mislukt.items():
        # What is wrong with a plugin beside these is not theirs to mend, but that it is there twice is why it is not here.
        fouten.extend(m for m in meldingen if plugin in eigen or m.code == "ZR-402")
    verslag = Verslag({f.naam: f.inhoud for b in bundels for f in b.files})
    goed = [s for s in lading.sectoren if s.bundel.plugin in eigen]
    per_sector = {s.naam: read_cases(s.bundel, verslag) for s in goed}
    aandacht = Verslag(verslag.teksten)
    if goed:
        with make_engine([Path(s.bundel.plugin) for s in goed], erbij) as engine:
            geraakt = _run(engine, [c for cs in per_sector.values() for c in cs], verslag)
        find_slips(goed, frozenset(regel for regel, _ in geraakt), per_sector, aandacht)
    for sector in goed:
        register = read_register(sector, sector.bundel.normen, verslag)
        check_cases(register, per_sector[sector.naam], verslag)
        read_forms(sector.bundel.kolommen, sector.feitsoorten, {c.naam: c for c in sector.catalogi}, verslag)
    fouten.extend(verslag.located())
    return Nagekeken(
        namen,
        tuple(sorted(set(fouten), key=_order)),
        aandacht.located(),
        sum(len(s.regelsets) for s in goed),
        sum(map(len, per_sector.values())),
    )


def make_engine(mappen: Iterable[Path], erbij: Iterable[str] = ()) -> Engine:
    """Return an Engine of these folders and of installed plugins."""
    from .._engine import Engine

    return Engine(plugins=[*mappen, *erbij])


def needed_beside(mappen: Iterable[Path]) -> tuple[str, ...]:
    """Return the installed plugins that the plugins in these folders read from."""
    return _load([read_folder(m, str(m)) for m in mappen])[1]


def _run(engine: Engine, casussen: Iterable[Casus], verslag: Verslag) -> frozenset[tuple[str, str]]:
    geraakt: set[tuple[str, str]] = set()
    for casus in casussen:
        uitslag = run_case(casus, engine.decide)
        geraakt |= uitslag.geraakt
        for v in uitslag.verschillen:
            soort = f"casus {casus.id} ({casus.titel})" if casus.regel is None else casus.titel
            verslag.add(casus.code, casus.bestand, (*casus.pad, "verwacht", *v.waar), f"{soort}: {v}", uitslag.hulp)
    return frozenset(geraakt)


def _load(bundels: list[Bundel]) -> tuple[Lading, tuple[str, ...]]:
    """Load these bundels, with installed plugins beside them only where they read their facts or use their vragen."""
    geheugen = Geheugen(default_folder())
    lading = load_sectors(bundels, VRAGEN, geheugen)
    codes = {m.code for ms in lading.mislukt.values() for m in ms}
    if not codes & {"ZR-215", "ZR-221"}:
        return lading, ()
    geinstalleerd = load_plugins(None)
    vragen: dict[str, Vraag] = {**VRAGEN, **{v.naam: v for v in geinstalleerd.vragen}}
    eigen = {_mark(b) for b in bundels}
    buiten: dict[str, list[Bundel]] = {}
    for bundel in geinstalleerd.bundels:
        if _mark(bundel) not in eigen:
            buiten.setdefault(_mark(bundel), []).append(bundel)
    nodig: dict[str, list[Bundel]] = {}
    wachtrij = list(bundels)
    while wachtrij:
        for sector in _reads(wachtrij.pop()):
            if sector in buiten and sector not in nodig:
                nodig[sector] = buiten[sector]
                wachtrij += buiten[sector]
    erbij = [b for van_sector in nodig.values() for b in van_sector]
    return load_sectors([*bundels, *erbij], vragen, geheugen), tuple(sorted({b.plugin for b in erbij}))


def _mark(bundel: Bundel) -> str:
    try:
        merk = read_yaml(bundel.merk.inhoud, bundel.merk.naam)
    except YamlFout:
        return ""
    return str(merk.get("sector", "")) if isinstance(merk, dict) else ""


def _reads(bundel: Bundel) -> Iterator[str]:
    for bestand in bundel.regelsets:
        try:
            data = read_yaml(bestand.inhoud, bestand.naam)
        except YamlFout:
            continue
        leest = data.get("leest") if isinstance(data, dict) else None
        if isinstance(leest, list):
            yield from (s for s in leest if isinstance(s, str))


def _order(m: Melding) -> tuple[str, int, int, str, str]:
    return m.bestand, m.regel, m.kolom, m.code, m.tekst
