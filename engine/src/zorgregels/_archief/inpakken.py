"""Packs members in a ZIP of which every byte is accounted for: by the list of contents, or by the seal."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import IO, Final, Self

from .._canon import Json, canonical
from .._journaal.sleutels import Sleutelbos

INHOUD: Final = "inhoud.json"
HANDTEKENING: Final = "inhoud.handtekening.json"
_TIJD: Final = (1980, 1, 1, 0, 0, 0)
_GROOT: Final = 2**31 - 1
_STROOM: Final = 1 << 20
_LEEG: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Lid:
    """A member as it lies in the file."""

    naam: str
    plaats: int
    """Where its packed bytes begin."""
    ingepakt: int
    grootte: int
    deflate: bool
    ingepakt_sha256: str
    sha256: str
    over: str
    """What it holds, for whoever hears that it was damaged."""
    eerste: int | None = None
    laatste: int | None = None
    """The first and the last record in it."""

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form."""
        kaal: dict[str, Json] = {
            "naam": self.naam,
            "plaats": self.plaats,
            "ingepakt": self.ingepakt,
            "grootte": self.grootte,
            "deflate": self.deflate,
            "ingepakt_sha256": self.ingepakt_sha256,
            "sha256": self.sha256,
            "over": self.over,
        }
        if self.eerste is not None:
            kaal |= {"eerste": self.eerste, "laatste": self.laatste}
        return kaal


@dataclass(slots=True)
class Inpakker:
    """Writes members one after another to a file that is open for reading and writing; to be used in a ``with``."""

    bestand: IO[bytes]
    leden: list[Lid] = field(default_factory=list)
    _zip: zipfile.ZipFile = field(init=False)

    def __post_init__(self) -> None:
        self._zip = zipfile.ZipFile(self.bestand, "w")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, ValueError):  # after a fault nobody needs the rest of it
            self._zip.close()

    def add(
        self,
        naam: str,
        inhoud: Iterable[bytes],
        over: str = "",
        *,
        deflate: bool = True,
        verwacht: int = 0,
        nrs: tuple[int, int] | None = None,
    ) -> None:
        """Add a member.

        Args:
            naam: its name.
            inhoud: its content, in pieces.
            over: what it holds.
            deflate: whether to compress it.
            verwacht: its size, where that may be more than 2 GB.
            nrs: the first and the last record in it.
        """
        info = zipfile.ZipInfo(naam, _TIJD)  # no clock, no owner: the same content is the same file
        info.compress_type = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
        info.create_system, info.external_attr = 3, 0o644 << 16
        merk, grootte = sha256(), 0
        with self._zip.open(info, "w", force_zip64=verwacht > _GROOT) as uit:
            for stuk in inhoud:
                uit.write(stuk)
                merk.update(stuk)
                grootte += len(stuk)
        plaats = self.bestand.tell() - info.compress_size
        ingepakt = _digest(self.bestand, [(plaats, plaats + info.compress_size)])
        eerste, laatste = nrs if nrs is not None else (None, None)
        self.leden.append(
            Lid(naam, plaats, info.compress_size, grootte, deflate, ingepakt, merk.hexdigest(), over, eerste, laatste)
        )

    def close(self, inhoud: dict[str, Json], sleutels: Sleutelbos) -> None:
        """Write the list of contents and its signature, end the ZIP and seal it."""
        leden: list[Json] = [dict(lid.to_dict()) for lid in self.leden]
        tekst = canonical({**inhoud, "leden": leden}).encode()
        teken = {"handtekening": sleutels.sign(tekst).hex(), "sleutel": sleutels.openbaar.hex()}
        self.add(INHOUD, [tekst], deflate=False)
        self.add(HANDTEKENING, [canonical(dict(teken)).encode()], deflate=False)
        self._zip.close()
        bytes_ = self.bestand.seek(0, 2)
        slot: list[Json] = [dict(lid.to_dict()) for lid in self.leden[-2:]]
        kaal: dict[str, Json] = {
            "bytes": bytes_,
            "leden": slot,
            "schema": "archiefzegel/v1",
            "sleutel": sleutels.openbaar.hex(),
        }
        # How long the comment is stands in the bytes that it seals; the length does not depend on the digests.
        lengte = len(_seal({**kaal, "administratie": _LEEG, "sha256": _LEEG}, sleutels))
        self.bestand.seek(bytes_ - 2)
        self.bestand.write(struct.pack("<H", lengte))
        rest: list[tuple[int, int]] = []
        eind = 0
        for lid in self.leden:
            rest.append((eind, lid.plaats))
            eind = lid.plaats + lid.ingepakt
        kaal["administratie"] = _digest(self.bestand, [*rest, (eind, bytes_)])
        kaal["sha256"] = _digest(self.bestand, [(0, bytes_)])
        self.bestand.seek(bytes_)
        self.bestand.write(_seal(kaal, sleutels))
        self.bestand.flush()


def _seal(kaal: dict[str, Json], sleutels: Sleutelbos) -> bytes:
    handtekening = sleutels.sign(canonical(kaal).encode()).hex()
    return canonical({**kaal, "handtekening": handtekening}).encode()


def _digest(bestand: IO[bytes], bereiken: Iterable[tuple[int, int]]) -> str:
    """Return the SHA-256 of these ranges; the file is then where it was."""
    bestand.flush()
    hier, merk = bestand.tell(), sha256()
    for van, tot in bereiken:
        bestand.seek(van)
        over = tot - van
        while over:
            stuk = bestand.read(min(_STROOM, over))
            if not stuk:
                raise OSError("the file is shorter than what was written")
            merk.update(stuk)
            over -= len(stuk)
    bestand.seek(hier)
    return merk.hexdigest()
