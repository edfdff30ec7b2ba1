"""The Merkle tree of RFC 9162, section 2.1: roots, proofs that a leaf is in a tree and that a tree continues another, and the two checks.

A log only ever needs the right edge of its tree to grow (``Rand``). Proofs start from the roots of full tiles of 256 leaves (``Boom``), so that
one proof reads some hundreds of leaves, however long the log is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Final

from .._lezen.meldingen import Melding
from ..errors import JournaalError

TEGEL: Final = 256
"""Leaves in a tile."""
_TEGEL_HOOGTE: Final = 8
_HASH: Final = 32
_LEEG: Final = sha256(b"").digest()
_BEWAARD: Final = 4

Lagen = list[list[bytes]]
"""The complete nodes over some leaves: the leaves, their parents, and so on."""


def leaf_hash(blad: bytes) -> bytes:
    """Return the hash of a leaf."""
    return sha256(b"\x00" + blad).digest()


def node_hash(links: bytes, rechts: bytes) -> bytes:
    """Return the hash of a node over its two children."""
    return sha256(b"\x01" + links + rechts).digest()


def root_of(bladeren: Sequence[bytes]) -> bytes:
    """Return the root of the tree over these leaf hashes."""
    rand = Rand()
    for blad in bladeren:
        rand.add(blad)
    return rand.root()


class Rand:
    """The right edge of a tree: the roots of its complete subtrees, largest first. Starts empty."""

    __slots__ = ("_knopen", "omvang")

    def __init__(self) -> None:
        self.omvang = 0
        self._knopen: list[bytes] = []

    def add(self, blad: bytes) -> bytes | None:
        """Add a leaf hash; return the root of the tile that it completes, if it does."""
        knopen = self._knopen
        rest = self.omvang
        self.omvang = rest + 1
        hoogte = 0
        tegel = None
        while rest & 1:
            blad = sha256(b"\x01" + knopen.pop() + blad).digest()
            rest >>= 1
            hoogte += 1
            if hoogte == _TEGEL_HOOGTE:
                tegel = blad
        knopen.append(blad)
        return tegel

    def root(self) -> bytes:
        """Return the root of the tree so far."""
        if not self._knopen:
            return _LEEG
        wortel = self._knopen[-1]
        for knoop in self._knopen[-2::-1]:
            wortel = node_hash(knoop, wortel)
        return wortel

    def copy(self) -> Rand:
        """Return a Rand that grows on its own."""
        return Rand.from_bytes(self.omvang, self.to_bytes())

    def to_bytes(self) -> bytes:
        """Return the nodes, 32 bytes each, the largest subtree first."""
        return b"".join(self._knopen)

    @classmethod
    def from_bytes(cls, omvang: int, ruw: bytes) -> Rand:
        """Return the Rand of a tree of this size.

        Raises:
            JournaalError: these bytes cannot belong to that size.
        """
        if omvang < 0 or len(ruw) != omvang.bit_count() * _HASH:
            raise _damaged(f"de rand van de boom telt {len(ruw)} bytes en hoort niet bij een omvang van {omvang}")
        rand = cls()
        rand.omvang = omvang
        rand._knopen = [ruw[i : i + _HASH] for i in range(0, len(ruw), _HASH)]
        return rand


class Boom:
    """The tree over the first ``omvang`` leaves. ``tegels()`` gives the roots of its full tiles, ``bladeren(van, tot)`` leaf hashes.

    Both are asked when a proof needs them, the tiles once. Raises JournaalError when they give another number than the size says.
    """

    def __init__(
        self, omvang: int, tegels: Callable[[], Sequence[bytes]], bladeren: Callable[[int, int], Sequence[bytes]]
    ) -> None:
        self.omvang = omvang
        self._tegels = tegels
        self._bladeren = bladeren
        self._laatste: dict[int, Lagen] = {}

    def root(self, omvang: int | None = None) -> bytes:
        """Return the root, of the whole or of the first ``omvang`` leaves."""
        omvang = self._size(omvang)
        return self._hash(0, omvang) if omvang else _LEEG

    def inclusion(self, nr: int, omvang: int | None = None) -> list[bytes]:
        """Return the proof that leaf ``nr`` is in the tree of that size."""
        van, tot = 0, self._size(omvang)
        if not 0 <= nr < tot:
            raise ValueError(f"leaf {nr} is not in a tree of {tot}")
        pad: list[bytes] = []
        while tot - van > 1:
            midden = van + _split(tot - van)
            if nr < midden:
                pad.append(self._hash(midden, tot))
                tot = midden
            else:
                pad.append(self._hash(van, midden))
                van = midden
        return pad[::-1]

    def consistency(self, van: int, tot: int | None = None) -> list[bytes]:
        """Return the proof that the tree of size ``tot`` continues that of size ``van``; empty for an empty tree and for the same size."""
        begin, eind = 0, self._size(tot)
        if not 0 <= van <= eind:
            raise ValueError(f"a tree of {eind} does not continue a tree of {van}")
        if van == 0:
            return []
        pad: list[bytes] = []
        while van != eind:
            midden = begin + _split(eind - begin)
            if van <= midden:
                pad.append(self._hash(midden, eind))
                eind = midden
            else:
                pad.append(self._hash(begin, midden))
                begin = midden
        if begin:  # left of it stands what the checker has not seen: then it does not know this root by itself
            pad.append(self._hash(begin, eind))
        return pad[::-1]

    def _size(self, omvang: int | None) -> int:
        if omvang is None:
            return self.omvang
        if not 0 <= omvang <= self.omvang:
            raise ValueError(f"a tree of {self.omvang} has no first {omvang} leaves")
        return omvang

    def _hash(self, van: int, tot: int) -> bytes:
        """The root over a range that the RFC's splitting comes to: its start is a multiple of the power of two that holds it."""
        aantal = tot - van
        if aantal & (aantal - 1):
            midden = van + _split(aantal)
            return node_hash(self._hash(van, midden), self._hash(midden, tot))
        hoogte = aantal.bit_length() - 1
        if hoogte >= _TEGEL_HOOGTE:
            return self._boven[hoogte - _TEGEL_HOOGTE][van >> hoogte]
        return self._tegel(van // TEGEL)[hoogte][(van % TEGEL) >> hoogte]

    @cached_property
    def _boven(self) -> Lagen:
        tegels = self._tegels()
        if len(tegels) != self.omvang // TEGEL:
            raise _damaged(
                f"bij een omvang van {self.omvang} horen {self.omvang // TEGEL} tegels; er zijn er {len(tegels)}"
            )
        return _layers(tegels)

    def _tegel(self, nr: int) -> Lagen:
        lagen = self._laatste.get(nr)
        if lagen is None:
            van, tot = nr * TEGEL, min((nr + 1) * TEGEL, self.omvang)
            bladeren = self._bladeren(van, tot)
            if len(bladeren) != tot - van:
                raise _damaged(
                    f"van {van} tot {tot} horen {tot - van} vermeldingen te staan; er zijn er {len(bladeren)}"
                )
            if len(self._laatste) == _BEWAARD:
                del self._laatste[next(iter(self._laatste))]
            lagen = self._laatste[nr] = _layers(bladeren)
        return lagen


def check_inclusion(blad: bytes, nr: int, omvang: int, pad: Sequence[bytes], wortel: bytes) -> bool:
    """Whether the proof shows this leaf hash at ``nr`` in the tree of that size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= nr < omvang or not _are_hashes(blad, wortel, *pad):
        return False
    plek, laatste = nr, omvang - 1
    hash_ = blad
    for knoop in pad:
        if laatste == 0:
            return False
        if plek & 1 or plek == laatste:
            hash_ = node_hash(knoop, hash_)
            while plek and not plek & 1:
                plek >>= 1
                laatste >>= 1
        else:
            hash_ = node_hash(hash_, knoop)
        plek >>= 1
        laatste >>= 1
    return laatste == 0 and hash_ == wortel


def check_consistency(van: int, tot: int, wortel_van: bytes, wortel_tot: bytes, pad: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of size ``tot`` continues that of size ``van`` (RFC 9162, 2.1.4.2).

    The RFC leaves out two cases: every tree continues the empty one, and itself; for both the proof is empty.
    """
    if not 0 <= van <= tot or not _are_hashes(wortel_van, wortel_tot, *pad):
        return False
    if van == tot:
        return not pad and wortel_van == wortel_tot and (van > 0 or wortel_van == _LEEG)
    if van == 0:
        return not pad and wortel_van == _LEEG
    if not pad:
        return False
    knopen = [wortel_van, *pad] if van & (van - 1) == 0 else list(pad)
    plek, laatste = van - 1, tot - 1
    while plek & 1:
        plek >>= 1
        laatste >>= 1
    eerder = later = knopen[0]
    for knoop in knopen[1:]:
        if laatste == 0:
            return False
        if plek & 1 or plek == laatste:
            eerder = node_hash(knoop, eerder)
            later = node_hash(knoop, later)
            while plek and not plek & 1:
                plek >>= 1
                laatste >>= 1
        else:
            later = node_hash(later, knoop)
        plek >>= 1
        laatste >>= 1
    return laatste == 0 and eerder == wortel_van and later == wortel_tot


def _split(aantal: int) -> int:
    """The largest power of two smaller than a number."""
    return 1 << ((aantal - 1).bit_length() - 1)


def _layers(knopen: Sequence[bytes]) -> Lagen:
    lagen = [list(knopen)]
    while len(laag := lagen[-1]) > 1:
        lagen.append([node_hash(laag[i], laag[i + 1]) for i in range(0, len(laag) - 1, 2)])
    return lagen


def _are_hashes(*knopen: bytes) -> bool:
    """Two halves of other lengths could be glued to the same bytes."""
    return all(len(knoop) == _HASH for knoop in knopen)


def _damaged(wat: str) -> JournaalError:
    return JournaalError(
        [
            Melding(
                "ZR-904",
                f"het Journaal is beschadigd: {wat}",
                "Er wordt niets aan toegevoegd. Kijk het na met `zorgregels journaal verify` en zet zo nodig een reservekopie terug.",
            )
        ]
    )
