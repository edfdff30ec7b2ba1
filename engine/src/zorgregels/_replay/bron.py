"""Where a replay reads: the store of a Journaal, or an archive that has the same reading side."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from .._journaal.vermelding import Rij
from .._lezen.meldingen import Melding
from ..errors import JournaalError
from .opdracht import Bronplek

_VERST: Final = 2**53

if TYPE_CHECKING:
    from .._journaal.boomhoofd import Boomhoofd
    from .._journaal.personen import Opener
    from .._journaal.sleutels import Sleutelbos


class Leeskant(Protocol):
    """What a replay asks of a store or an archive."""

    def rows(self, van: int, tot: int) -> Iterator[Rij]:
        """Yield the records that are there, in order."""

    def blok(self, merk: bytes) -> bytes | None:
        """Return a document by its SHA-256."""

    def bloks(self) -> Iterator[tuple[bytes, str, bytes]]:
        """Yield SHA-256, soort and content of every document."""

    def stukken(self, merken: Collection[bytes]) -> dict[bytes, bytes]:
        """Return parts of Beslissingen by reference."""

    def hoofd(self) -> str | None:
        """Return the newest signed head."""

    def persoonssleutel(self, id_: str) -> bytes | None:
        """Return a wrapped key."""

    def close(self) -> None:
        """Let go of it."""


@dataclass(frozen=True, slots=True)
class Bron:
    """An open source of records."""

    opslag: Leeskant
    sleutels: Sleutelbos | None
    """The keys that sign a report."""
    opener: Opener | None
    """What opens the keys of persons."""
    hoofd: str | None
    """Its newest signed head."""
    omvang: int
    """How many records it says that there are."""
    voorbij: bool
    """Whether there are records beyond that."""
    gezien: Boomhoofd | None
    """The newest head that was seen here before, where one was kept."""
    jaar: int | None
    """The year of which it holds the decisions; None for a Journaal, which holds all."""

    @property
    def archief(self) -> bool:
        """Whether it is an archive."""
        return self.jaar is not None

    def hashes(self, van: int, tot: int) -> Sequence[bytes] | None:
        """Return the leaf hashes that the source has itself; None where they follow from its records."""
        if not self.archief:
            return None
        geef: Sequence[bytes] = self.opslag.bladhashes(van, tot)  # type: ignore[attr-defined]
        return geef

    def documents_mark(self) -> str:
        """Return a digest of all documents as they are now."""
        alle = sha256()
        for merk, soort, inhoud in self.opslag.bloks():
            alle.update(merk + sha256(soort.encode() + b"\0" + inhoud).digest())
        return alle.hexdigest()

    def document(self, merk: str) -> bytes | None:
        """Return a document by its digest; None where it is not there, or is not what its digest says."""
        ruw = bytes.fromhex(merk.removeprefix("sha256:"))
        inhoud = self.opslag.blok(ruw)
        return inhoud if inhoud is not None and sha256(inhoud).digest() == ruw else None


def open_source(plek: Bronplek) -> Bron:
    """Return the source, open to read. What is wrong with its log is not judged here.

    Raises:
        JournaalError: there is none, or it cannot be read.
    """
    if plek.soort == "archief":
        return _open_archive(plek)
    from .._journaal.getuige import Getuige
    from .._journaal.opslag import open_opslag
    from .._journaal.sleutels import Sleutelbos

    opslag = open_opslag(plek.waar, schrijven=False)
    try:
        map_ = _key_folder(plek)
        bos = Sleutelbos.load(map_) if map_ is not None and (plek.sleutels is not None or map_.exists()) else None
        # First what was seen before: another program may be writing, and then there is more a moment later.
        gezien = Getuige(map_, _log_of(opslag)).recall() if bos is not None and map_ is not None else None
        with opslag.reading():
            hoofd, omvang = opslag.hoofd(), opslag.stand().omvang
            voorbij = next(opslag.rows(omvang, _VERST), None) is not None
        return Bron(opslag, bos, bos, hoofd, omvang, voorbij, gezien, jaar=None)
    except BaseException:
        opslag.close()
        raise


def _open_archive(plek: Bronplek) -> Bron:
    from .._archief.lezen import Archief
    from .._journaal.boomhoofd import Boomhoofd
    from .._journaal.personen import read_keys
    from .._journaal.sleutels import Sleutelbos

    uit = None if plek.personen is None else read_keys(plek.personen)
    archief = Archief(Path(plek.waar), personen=None if uit is None else uit.sleutels)
    try:
        if uit is not None and uit.log != archief.log:
            tekst = "deze persoonssleutels horen bij een ander Journaal dan het archief"
            raise JournaalError(
                [Melding("ZR-948", tekst, "Geef die bij dit archief zijn uitgegeven.", str(plek.personen))]
            )
        bos = Sleutelbos.load(plek.sleutels) if plek.sleutels is not None else None
        hoofd = archief.hoofd()
        return Bron(
            archief, bos, uit, hoofd, Boomhoofd.parse(hoofd or "").omvang, voorbij=False, gezien=None, jaar=archief.jaar
        )
    except BaseException:
        archief.close()
        raise


def _key_folder(plek: Bronplek) -> Path | None:
    from .._journaal.journaal import key_folder

    try:
        return key_folder(plek.waar, plek.sleutels)
    except JournaalError:
        return None  # who only reads can do without


def _log_of(opslag: Leeskant) -> str:
    """The name under which what was seen before is kept: what the store says of itself is judged elsewhere."""
    with suppress(ValueError, KeyError, TypeError, StopIteration):
        return str(json.loads(next(opslag.rows(0, 1)).blad)["log"])
    return ""
