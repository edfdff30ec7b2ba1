"""Whether a decision is to the byte what a record commits to: its facts and its parts against the leaf, without reading what is stored of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from .._canon import Json
from .._journaal.verbintenis import spell
from .._journaal.vermelding import DICHT, REF, ZOUT, Rij, is_ref_of

if TYPE_CHECKING:
    from .._besluit.opmaak import Tekst
    from .._journaal.inhoud import Dicht

_ONTHOUDEN: Final = 50_000


def _salts(ruw: bytes) -> Iterator[bytes]:
    return iter([ruw[i : i + ZOUT] for i in range(0, len(ruw), ZOUT)])


def parts_of(tekst: Tekst) -> tuple[bytes, ...]:
    """Return kop, steps and slot; the kop alone where the year could not be told."""
    return (tekst.kop, *[s.json for s in tekst.stappen], tekst.slot) if tekst.slot else (tekst.kop,)


class Gelijkheid:
    """Compares decisions with records. Facts and parts come back all the time; their hashes are remembered."""

    def __init__(self) -> None:
        self._merken: dict[bytes, bytes] = {}
        self._gespeld: dict[tuple[str, type, Json], bytes] = {}

    def holds(self, rij: Rij, feiten: Mapping[str, Json], dicht: Dicht | None, tekst: Tekst, verbintenis: str) -> bool:
        """Whether these facts, open and encrypted, and this decision are what the leaf commits to.

        The leaf commits to full hashes under salts: what agrees with it is the same, and nothing of it was altered.
        """
        merken = [self._mark(d) for d in parts_of(tekst)]
        gespeld = [self._spell(n, w) for n, w in feiten.items()]
        if rij.feiten != b"{%b}" % b",".join(gespeld) or len(rij.delen) != REF * len(merken):
            return False
        zouten, eigen = _salts(rij.zouten), _salts(b"" if dicht is None else dicht.zouten)
        verhuld = [] if dicht is None else [self._spell(n, w) for n, w in dicht.feiten.items()]
        verhuld = [sha256(b"f" + next(eigen, b"") + feit).digest() for feit in verhuld]
        alle = [b"f" + sha256(b"f" + next(zouten, b"") + feit).digest() for feit in gespeld]
        alle += [b"F" + v for v in verhuld]
        laatste = len(merken) - 1
        for nr, merk in enumerate(merken):
            soort = b"k" if nr == 0 else b"t" if nr == laatste else b"s"
            ref = rij.delen[nr * REF : nr * REF + REF]
            if is_ref_of(ref, merk):
                alle.append(soort + sha256(soort + next(zouten, b"") + merk).digest())
            elif ref == DICHT and dicht is not None:
                verhuld.append(sha256(soort + next(eigen, b"") + merk).digest())
                alle.append(soort.upper() + verhuld[-1])
            else:
                return False
        return (
            next(zouten, None) is None
            and next(eigen, None) is None
            and b"".join(verhuld) == rij.verhuld
            and "sha256:" + sha256(b"".join(alle)).hexdigest() == verbintenis
        )

    def _mark(self, deel: bytes) -> bytes:
        merk = self._merken.get(deel)
        if merk is None:
            if len(self._merken) >= _ONTHOUDEN:
                self._merken.clear()
            merk = self._merken[deel] = sha256(deel).digest()
        return merk

    def _spell(self, naam: str, waarde: Json) -> bytes:
        if isinstance(waarde, (list, dict)):
            return spell(naam, waarde)
        sleutel = (naam, type(waarde), waarde)  # True is 1 to a dict, and not to us
        tekst = self._gespeld.get(sleutel)
        if tekst is None:
            if len(self._gespeld) >= _ONTHOUDEN:
                self._gespeld.clear()
            tekst = self._gespeld[sleutel] = spell(naam, waarde)
        return tekst
