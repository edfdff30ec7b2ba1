"""One record of a Journaal: the leaf that the log covers, and beside it what the leaf commits to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache
from hashlib import sha256
from typing import Final, NamedTuple

ZOUT: Final = 16
"""Bytes of a salt."""
REF: Final = 16
"""Bytes by which a part of a Beslissing is found: in which record it was new, its place there, and the first half of its mark."""
_MERK: Final = 8
"""Bytes of its SHA-256 in that."""
_NR: Final = 6
"""Bytes of the number of the record in that."""
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


def make_ref(nr: int, plek: int, merk: bytes) -> bytes:
    """Return the reference of a part with this SHA-256 that is new in a record, ``plek`` among those that are."""
    return pack_key(nr) + plek.to_bytes(2, "big") + merk[:_MERK]


def pack_key(nr: int) -> bytes:
    """Return under what the parts are kept that are new in a record. Keys of later records are larger: a store only appends."""
    return nr.to_bytes(_NR, "big")


def find_parts(
    refs: Collection[bytes], fetch: Callable[[Collection[bytes]], Mapping[bytes, bytes]]
) -> dict[bytes, bytes]:
    """Return parts by reference; one that is not there is left out.

    Args:
        refs: the references.
        fetch: gives by key the parts that were new in a record, a line each: canonical JSON has no line breaks.
    """
    pakken = {k: p.split(b"\n") for k, p in fetch({r[:_NR] for r in refs}).items()}
    gevonden = {}
    for ref in refs:
        pak = pakken.get(ref[:_NR], ())
        plek = int.from_bytes(ref[_NR:-_MERK], "big")
        if plek < len(pak):
            gevonden[ref] = pak[plek]
    return gevonden


def is_ref_of(ref: bytes, merk: bytes) -> bool:
    """Whether a reference can be that of a part with this SHA-256. What is proved rests on the commitments, not on this."""
    return ref[-_MERK:] == merk[:_MERK]


def commit_fact(zout: bytes, feit: bytes) -> bytes:
    """Return the commitment to ``"naam":waarde``. Without its salt nobody can tell which value it is, also not by trying all."""
    return sha256(b"f" + zout + feit).digest()


def commit_part(soort: bytes, zout: bytes, merk: bytes) -> bytes:
    """Return the commitment to a part with this SHA-256: ``k`` for the kop, ``s`` for a stap, ``t`` for the slot."""
    return sha256(soort + zout + merk).digest()


@cache
def part_kinds(aantal: int) -> tuple[bytes, ...]:
    """Return the kind of each of so many parts."""
    return (b"k",) * aantal if aantal < 2 else (b"k", *[b"s"] * (aantal - 2), b"t")
