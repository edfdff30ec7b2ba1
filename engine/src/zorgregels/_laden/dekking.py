"""What carries each norm, and which of the rules the casussen reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .._lezen.meldingen import Melding
from .._taal.norm import Norm, Staat
from .._taal.regelset import Eis
from .._taal.verslag import Verslag
from .._taal.vraag import VRAGEN, Vraag
from ..errors import PluginError, RegelsetError
from .bundel import Bundel, read_folder
from .casussen import read_cases, run_case
from .geheugen import Geheugen, default_folder
from .lading import Sector
from .nakijken import make_engine
from .normen import carriers, read_register
from .plugins import find_plugins, folder_of
from .sector import load_sectors

_TOETS: Final = frozenset({"voldaan", "niet_voldaan", "onbekend"})
"""What the casussen show of a norm that something is required by: allowed, refused, and a deciding fact missing."""
_GEVOLG: Final = frozenset({"van_toepassing"})


@dataclass(frozen=True, slots=True)
class Normdekking:
    """A norm with the rules that carry it and what the casussen show of them."""

    norm: Norm
    regels: tuple[str, ...]
    casussen: tuple[str, ...]
    """The casussen that name the norm."""
    getoond: frozenset[str]
    nodig: frozenset[str]

    @property
    def ontbreekt(self) -> tuple[str, ...]:
        """The results that no casus shows, sorted."""
        return tuple(sorted(self.nodig - self.getoond))


@dataclass(frozen=True, slots=True)
class Dekking:
    """The norms of some plugins, and the rules that their casussen reach."""

    normen: tuple[Normdekking, ...]
    regels: Mapping[str, frozenset[str]]
    """Every rule, with the results that the casussen show of it."""
    gaten: tuple[Melding, ...]
    """What is not carried."""


def measure(mappen: Iterable[Path], hier: Path | None = None) -> Dekking:
    """Run the casussen of the plugins in these folders and return what they cover.

    Raises:
        PluginError: a folder is no plugin.
        RegelsetError: the files hold faults.
    """
    bundels = [read_folder(m, str(m), toon=hier or Path.cwd(), alles=True) for m in mappen]
    vragen: dict[str, Vraag] = dict(VRAGEN)
    lading = load_sectors(bundels, vragen, Geheugen(default_folder()))
    if lading.mislukt:
        raise RegelsetError([m for ms in lading.mislukt.values() for m in ms])
    verslag = Verslag({f.naam: f.inhoud for b in bundels for f in b.files})
    getoond, genoemd = _run(lading.sectoren, bundels, verslag)
    soort = {r.id: isinstance(r.effect, Eis) for s in lading.sectoren for rs in s.regelsets for r in rs.regels}
    normen: list[Normdekking] = []
    for sector in lading.sectoren:
        draagt = carriers(sector)
        for norm, _ in read_register(sector, sector.bundel.normen, verslag).values():
            regels = tuple(sorted(draagt.get(norm.id, ())))
            toont = frozenset().union(*(getoond.get(r, frozenset()) for r in regels)) if regels else frozenset()
            nodig: frozenset[str] = frozenset()
            if norm.staat is Staat.UITVOERBAAR:
                eisen = [soort[r] for r in regels if r in soort]
                nodig = _TOETS if any(eisen) else _GEVOLG if eisen else frozenset()
            normen.append(
                Normdekking(norm, regels, tuple(sorted(genoemd.get((sector.naam, norm.id), ()))), toont, nodig)
            )
    return Dekking(
        tuple(sorted(normen, key=lambda n: (n.norm.sector, _order(n.norm.id)))),
        {r: getoond.get(r, frozenset()) for r in sorted(soort)},
        tuple(verslag.located()),
    )


def installed_folders() -> tuple[Path, ...]:
    """Return the folders of the installed plugins that are made only of data."""
    mappen = tuple(m for g in find_plugins() if (m := folder_of(g)) is not None)
    if not mappen:
        raise PluginError(
            [Melding("ZR-404", "er zijn geen plugins geïnstalleerd", "Noem een map met een plugin.yaml.")]
        )
    return mappen


def _run(
    sectoren: Iterable[Sector], bundels: list[Bundel], verslag: Verslag
) -> tuple[dict[str, frozenset[str]], dict[tuple[str, str], set[str]]]:
    getoond: dict[str, frozenset[str]] = {}
    genoemd: dict[tuple[str, str], set[str]] = {}
    with make_engine([Path(b.plugin) for b in bundels]) as engine:
        for sector in sectoren:
            for casus in read_cases(sector.bundel, verslag):
                for norm in casus.normen:
                    genoemd.setdefault((sector.naam, norm), set()).add(casus.id)
                for regel, resultaat in run_case(casus, engine.decide).geraakt:
                    getoond[regel] = getoond.get(regel, frozenset()) | {resultaat}
    return getoond, genoemd


def _order(id_: str) -> tuple[str, ...]:
    """N1-2 before N1-10."""
    return tuple(deel.rjust(6, "0") if deel.isdigit() else deel for deel in id_.replace("/", "-").split("-"))
