"""One record of a Journaal: the leaf that the log covers, and beside it what the leaf commits to."""

from __future__ import annotations

from hashlib import sha256
from typing import Final, NamedTuple

ZOUT: Final = 16
"""Bytes of a salt."""
REF: Final = 16
"""Bytes by which a part of a Beslissing is found: the first of its SHA-256."""
DICHT: Final = bytes(REF)
"""Stands in the place of a part that is encrypted."""


class Rij(NamedTuple):
    """A record as it is stored. Everything but ``blad`` is empty where that is no ``beslissing``."""

    nr: int
    blad: bytes
    """The leaf, canonical JSON."""
    feiten: bytes = b""
    """The facts that are kept and not personal, canonical JSON."""
    delen: bytes = b""
    """The references of the parts of the Beslissing."""
    zouten: bytes = b""
    """The salts of what is open."""
    verhuld: bytes = b""
    """The commitments of what is not."""
    gesloten: bytes | None = None
    """What is personal, encrypted."""


def commit_fact(zout: bytes, feit: bytes) -> bytes:
    """Return the commitment to ``"naam":waarde``. Without its salt nobody can tell which value it is, also not by trying all."""
    return sha256(b"f" + zout + feit).digest()


def commit_part(soort: bytes, zout: bytes, merk: bytes) -> bytes:
    """Return the commitment to a part with this SHA-256: ``k`` for the kop, ``s`` for a stap, ``t`` for the slot."""
    return sha256(soort + zout + merk).digest()


def part_kinds(aantal: int) -> list[bytes]:
    """Return the kind of each of so many parts."""
    return [b"k"] * aantal if aantal < 2 else [b"k", *[b"s"] * (aantal - 2), b"t"]
