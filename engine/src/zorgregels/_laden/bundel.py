"""The files that one plugin publishes, before anything in them is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .._lezen import MAX_BYTES
from .._lezen.meldingen import Melding
from ..errors import PluginError

MERKBESTAND: Final = "plugin.yaml"
_MAPPEN: Final = (("feiten", ".schema.json"), ("catalogi", ".yaml"), ("regelsets", ".yaml"), ("normen", ".yaml"))
_CASUSSEN: Final = ".casussen.yaml"
_KOLOMMEN: Final = ".kolommen.yaml"


@dataclass(frozen=True, slots=True)
class Bestand:
    """A file of a plugin: its name for messages, and its bytes."""

    naam: str
    inhoud: bytes


@dataclass(frozen=True, slots=True)
class Bundel:
    """What a plugin publishes, and which distribution it came with."""

    plugin: str
    merk: Bestand
    feiten: tuple[Bestand, ...]
    catalogi: tuple[Bestand, ...]
    regelsets: tuple[Bestand, ...]
    casussen: tuple[Bestand, ...] = ()
    """Read only for authors: deciding needs neither these nor the norms."""
    normen: tuple[Bestand, ...] = ()
    kolommen: tuple[Bestand, ...] = ()
    """How tables of others fill the catalogues; read where a table is imported."""
    distributie: str = "-"
    versie: str = "-"

    @property
    def files(self) -> Iterator[Bestand]:
        """Every file."""
        yield self.merk
        for groep in (self.feiten, self.catalogi, self.regelsets, self.casussen, self.normen, self.kolommen):
            yield from groep


def read_folder(
    map_: Path, plugin: str, *, distributie: str = "-", versie: str = "-", toon: Path | None = None, alles: bool = False
) -> Bundel:
    """Return the Bundel in a folder that holds ``plugin.yaml``. Nothing in it is run.

    Args:
        map_: the folder.
        plugin: the name under which it is loaded.
        distributie: the distribution that it came with.
        versie: that distribution's version.
        alles: whether casussen, norms and column mappings are read as well.
        toon: the folder to which names in messages are relative; left out, they are relative to the plugin.

    Raises:
        PluginError: when the folder is not a plugin or a file cannot be read.
    """
    if not (map_ / MERKBESTAND).is_file():
        raise PluginError(
            [
                Melding(
                    "ZR-405",
                    f"de map van plugin `{plugin}` heeft geen {MERKBESTAND}",
                    name_mark(map_) or "Zet daarin `schema`, `sector` en `titel`.",
                    str(map_),
                )
            ]
        )
    basis = toon if toon is not None else map_

    def read(pad: Path) -> Bestand:
        naam = pad.relative_to(basis).as_posix() if pad.is_relative_to(basis) else pad.as_posix()
        try:
            if pad.stat().st_size > MAX_BYTES:
                raise PluginError(
                    [Melding("ZR-107", f"het bestand is groter dan {MAX_BYTES} bytes", "Splits het bestand.", naam)]
                )
            return Bestand(naam, pad.read_bytes())
        except OSError as fout:
            raise PluginError(
                [
                    Melding(
                        "ZR-401", f"een bestand van plugin `{plugin}` is niet te lezen: {fout.strerror}", bestand=naam
                    )
                ]
            ) from None

    groepen: dict[str, Iterable[Path]] = {m: sorted((map_ / m).rglob(f"*{eind}")) for m, eind in _MAPPEN}
    regels: list[Bestand] = []
    casussen: list[Bestand] = []
    for pad in groepen["regelsets"]:
        if not pad.name.endswith(_CASUSSEN):
            regels.append(read(pad))
        elif alles:
            casussen.append(read(pad))
    catalogi = [p for p in groepen["catalogi"] if not p.name.endswith(_KOLOMMEN)]
    kolommen = [p for p in groepen["catalogi"] if p.name.endswith(_KOLOMMEN)] if alles else []
    return Bundel(
        plugin,
        read(map_ / MERKBESTAND),
        tuple(map(read, groepen["feiten"])),
        tuple(map(read, catalogi)),
        tuple(regels),
        tuple(casussen),
        tuple(map(read, groepen["normen"])) if alles else (),
        tuple(map(read, kolommen)),
        distributie,
        versie,
    )


def name_mark(map_: Path) -> str:
    """Return what to do about a file that is nearly called ``plugin.yaml``; empty where there is none."""
    lijkt = sorted(p.name for p in map_.glob("*") if p.name.lower() in {"plugin.yml", MERKBESTAND})
    return f"Hernoem `{lijkt[0]}` in die map tot `{MERKBESTAND}`." if lijkt else ""
