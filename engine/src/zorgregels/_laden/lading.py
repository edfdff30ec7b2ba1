"""What loading comes to: sectors, and what is wrong with the plugins that did not become one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._lezen.meldingen import Melding
from .._taal.catalogus import Catalogus
from .._taal.feitsoort import Feitsoort
from .._taal.omgeving import Omgeving
from .._taal.regelset import Regelset
from .._taal.vlak import Vlak
from .bundel import Bundel

Data = Any


@dataclass(frozen=True, slots=True)
class Gelezen:
    """What a sector was made of: enough to make it again without reading its files."""

    feiten: tuple[Data, ...] = ()
    catalogi: tuple[tuple[str, Data], ...] = ()
    """By file."""
    vlakken: tuple[Vlak, ...] = ()


@dataclass(frozen=True, slots=True)
class Sector:
    """Everything that one plugin contributes."""

    naam: str
    titel: str
    feitsoorten: Mapping[str, Feitsoort]
    catalogi: tuple[Catalogus, ...]
    regelsets: tuple[Regelset, ...]
    bundel: Bundel
    gelezen: Gelezen = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Lading:
    """The sectors that loaded, and per plugin what is wrong with those that did not."""

    sectoren: tuple[Sector, ...]
    omgeving: Omgeving
    mislukt: Mapping[str, tuple[Melding, ...]]
