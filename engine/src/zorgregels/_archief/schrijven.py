"""Writes the archive of a year: what the Journaal holds of it, with all that is needed to check it and to decide it again."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import IO, Any, Final

from .._canon import Json
from .._journaal.boomhoofd import Boomhoofd
from .._journaal.journaal import Journaal, timestamp
from .._journaal.merkle import leaf_hash
from .._journaal.schijf import sync_folder
from .._journaal.sleutels import Sleutelbos
from .._journaal.vermelding import Rij
from .._laden.wereld import named_documents
from . import meldingen
from .inpakken import Inpakker
from .regels import leaf_line, open_refs, part_line, record_line

Data = Any
SCHEMA: Final = "archief/v1"
_GROEP: Final = 4096
"""The most lines of a member,"""
_BYTES: Final = 32 << 20
"""and about how many bytes: whoever checks has a member in memory."""
_SAMEN: Final = 500
_STROOM: Final = 1 << 20


@dataclass(slots=True)
class Geschreven:
    """What an archive holds, and what was met while the records went by."""

    hoofd: Boomhoofd
    beslissingen: int = 0
    andere: int = 0
    keten: list[bytes] = field(default_factory=list)
    ladingen: set[str] = field(default_factory=set)
    herkomsten: set[str] = field(default_factory=set)
    personen: set[str] = field(default_factory=set)
    """The ids of the keys under which something in it is encrypted."""

    @property
    def eerste(self) -> bytes:
        """The first key of the log: by it somebody else knows that the archive is genuine."""
        blad: Data = json.loads(json.loads(self.keten[0])["blad"])
        return bytes.fromhex(blad["sleutel"])


def write_archive(
    journaal: Journaal, jaar: int, doel: Path, *, overschrijf: bool, gezien: Callable[[int], None]
) -> Geschreven:
    """Write the archive of a year: whole or not at all.

    Args:
        journaal: the Journaal, with its keys.
        jaar: the year of the peildatum.
        doel: the file.
        overschrijf: whether a file that is there already is replaced.
        gezien: told now and then how many records went by.

    Raises:
        JournaalError: it cannot be written, or something of the Journaal that belongs in it cannot be read.
    """
    sleutels = journaal.keys()
    if not overschrijf and doel.exists():
        raise meldingen.exists_already(doel)
    half: Path | None = None
    try:
        handvat, naam = tempfile.mkstemp(dir=doel.parent, prefix=".zorgregels-")
        half = Path(naam)
        with os.fdopen(handvat, "w+b") as bestand:
            with Inpakker(bestand) as uit:
                geschreven = _Schrijver(journaal, jaar, sleutels, uit).write(gezien)
            os.fsync(bestand.fileno())
        if not overschrijf and doel.exists():
            raise meldingen.exists_already(doel)
        half.replace(doel)
        with suppress(OSError):  # not every file system can, and then it has its own ways
            sync_folder(doel.parent)
    except OSError as fout:
        raise meldingen.cannot_write(doel, fout) from None
    finally:
        if half is not None:
            with suppress(OSError):
                half.unlink(missing_ok=True)
    return geschreven


class _Schrijver:
    """Writes one archive. In memory are the members' names and the digests of documents; the rest goes by."""

    def __init__(self, journaal: Journaal, jaar: int, sleutels: Sleutelbos, uit: Inpakker) -> None:
        self._opslag = journaal.opslag
        self._jaar = jaar
        self._sleutels = sleutels
        self._uit = uit
        self._klaar = Geschreven(journaal.hoofd())
        self._omvang = self._klaar.hoofd.omvang

    def write(self, gezien: Callable[[int], None]) -> Geschreven:
        """Write everything up to the newest head. A Journaal only grows: what was before it does not change meanwhile."""
        hoofd = self._klaar.hoofd
        with tempfile.TemporaryFile() as hashes, closing(sqlite3.connect("", isolation_level=None)) as refs:
            refs.execute("CREATE TABLE ref (nr INTEGER PRIMARY KEY, merk BLOB UNIQUE)")
            refs.execute("BEGIN")
            for naam in ("LEESMIJ.txt", "verifier.py"):
                self._uit.add(naam, [files(__package__).joinpath(naam).read_bytes()])
            self._uit.add("boomhoofd.json", [hoofd.to_json().encode()])
            self._add_groups("vermeldingen", self._records(hashes, refs, gezien), genummerd=True)
            self._uit.add("sleutelketen.jsonl", self._klaar.keten)
            hashes.seek(0)
            inhoud = iter(lambda: hashes.read(_STROOM), b"")
            # Nothing compresses hashes; as they are, each is found by its number.
            self._uit.add("bladhashes.bin", inhoud, deflate=False, verwacht=32 * self._omvang)
            stukken = self._add_groups("stukken", self._parts(refs), genummerd=False)
            blokken = self._add_documents()
        aantallen: dict[str, Json] = {
            "andere": self._klaar.andere,
            "beslissingen": self._klaar.beslissingen,
            "blokken": blokken,
            "stukken": stukken,
        }
        self._uit.close(
            {
                "aantallen": aantallen,
                "gemaakt": timestamp(),
                "jaar": self._jaar,
                "log": hoofd.log,
                "omvang": self._omvang,
                "schema": SCHEMA,
            },
            self._sleutels,
        )
        return self._klaar

    def _records(
        self, hashes: IO[bytes], refs: sqlite3.Connection, gezien: Callable[[int], None]
    ) -> Iterator[tuple[int, bytes]]:
        """Yield number and line of each record that belongs in the archive, and note what it needs."""
        k = self._klaar
        for rij in self._opslag.rows(0, self._omvang):
            hashes.write(leaf_hash(rij.blad))
            gezien(rij.nr)
            blad = self._leaf(rij)
            if blad["soort"] != "beslissing":
                k.andere += 1
                regel = leaf_line(rij)
                if blad["soort"] in {"begin", "sleutel"}:
                    k.keten.append(regel)
                yield rij.nr, regel
            elif blad["peildatum"][:4] == f"{self._jaar:04}":
                k.beslissingen += 1
                k.ladingen.add(blad["lading"])
                k.herkomsten.add(blad["herkomst"])
                if blad["gesloten"] is not None:
                    k.personen.add(str(blad["sleutel"]))
                refs.executemany("INSERT OR IGNORE INTO ref (merk) VALUES (?)", [(ref,) for ref in open_refs(rij)])
                yield rij.nr, record_line(rij)

    def _leaf(self, rij: Rij) -> Data:
        try:
            blad: Data = json.loads(rij.blad)
            if blad["soort"] == "beslissing":
                assert all(isinstance(blad[naam], str) for naam in ("peildatum", "lading", "herkomst"))
        except (AssertionError, KeyError, TypeError, ValueError, RecursionError):
            raise meldingen.cannot_include(f"vermelding {rij.nr}", self._opslag.naam) from None
        return blad

    def _parts(self, refs: sqlite3.Connection) -> Iterator[tuple[int, bytes]]:
        """Yield each part once, in the order in which records first need them."""
        vraag = "SELECT nr, merk FROM ref WHERE nr > ? ORDER BY nr LIMIT ?"
        laatste = 0
        while rijen := refs.execute(vraag, (laatste, _SAMEN)).fetchall():
            gevonden = self._opslag.stukken([ref for _, ref in rijen])
            for laatste, ref in rijen:
                try:
                    yield laatste, part_line(ref, gevonden[ref])
                except (KeyError, ValueError):
                    raise meldingen.cannot_include(f"deel {ref.hex()}", self._opslag.naam) from None

    def _add_groups(self, map_: str, regels: Iterable[tuple[int, bytes]], *, genummerd: bool) -> int:
        """Write lines as members of some thousands each; return how many lines there were."""
        aantal = 0
        for lid, groep in enumerate(_groups(regels)):
            nrs = (groep[0][0], groep[-1][0]) if genummerd else None
            over = "" if nrs is None else f"vermeldingen {nrs[0]} t/m {nrs[1]}"
            self._uit.add(f"{map_}/{lid:06}.jsonl", [regel for _, regel in groep], over, nrs=nrs)
            aantal += len(groep)
        return aantal

    def _add_documents(self) -> int:
        """Write the documents that decisions were made with; return how many."""
        nodig = self._klaar.ladingen | self._klaar.herkomsten
        for merk in self._klaar.ladingen:
            lading = self._opslag.blok(bytes.fromhex(merk.removeprefix("sha256:"))) or b""
            try:
                nodig.update(genoemd for _, genoemd in named_documents(json.loads(lading)))
            except (KeyError, TypeError, ValueError, RecursionError):
                raise meldingen.cannot_include(f"lading {merk}", self._opslag.naam) from None
        aantal = len(nodig)
        for ruw, soort, inhoud in self._opslag.bloks():
            merk = f"sha256:{ruw.hex()}"
            if merk in nodig:
                nodig.remove(merk)
                self._uit.add(f"blokken/{ruw.hex()}.json", [inhoud], soort)
        if nodig:
            raise meldingen.cannot_include(f"document {min(nodig)}", self._opslag.naam)
        return aantal


def _groups(regels: Iterable[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    groep: list[tuple[int, bytes]] = []
    grootte = 0
    for nr, regel in regels:
        groep.append((nr, regel))
        grootte += len(regel)
        if len(groep) == _GROEP or grootte >= _BYTES:
            yield groep
            groep, grootte = [], 0
    if groep:
        yield groep
