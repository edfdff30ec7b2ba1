"""Which key signs a log at which size: the first from its beginning, each later one vouched for by the one before."""

from __future__ import annotations

import json
from typing import Any

from .._canon import canonical
from .sleutels import check_signature

Data = Any


class Keten:
    """The keys of a log, as its leaves tell them. Leaves are added in order."""

    def __init__(self) -> None:
        self.log = ""
        self._sleutels: list[tuple[int, bytes]] = []

    def add(self, nr: int, blad: Data) -> str | None:
        """Take in a ``begin`` or ``sleutel`` leaf; return what is wrong with it."""
        try:
            nieuw = bytes.fromhex(blad["sleutel"])
            if blad["soort"] == "begin":
                if nr != 0:
                    return "een tweede begin"
                self.log = str(blad["log"])
            else:
                verklaring = canonical({**{n: blad[n] for n in ("nr", "oud", "sleutel", "tijd")}, "log": self.log})
                oud = self._sleutels[-1][1]
                handtekening = bytes.fromhex(blad["handtekening"])
                if blad["nr"] != nr or blad["oud"] != oud.hex():
                    return "de nieuwe sleutel volgt niet op de vorige"
                if not check_signature(oud, verklaring.encode(), handtekening):
                    return "de nieuwe sleutel is niet door de vorige ondertekend"
        except (KeyError, IndexError, TypeError, ValueError):
            return "de sleutel is niet te lezen"
        self._sleutels.append((nr, nieuw))
        return None

    @property
    def first(self) -> bytes | None:
        """The first key: by it somebody else knows whose log it is."""
        return self._sleutels[0][1] if self._sleutels else None

    def key_at(self, omvang: int) -> bytes | None:
        """Return the key in force in a log of this size."""
        return next((sleutel for nr, sleutel in reversed(self._sleutels) if nr < omvang), None)


def read_leaf(blad: bytes) -> Data:
    """Return a leaf, or None when it is not one."""
    gelezen = read_object(blad)
    return gelezen if gelezen is not None and isinstance(gelezen.get("soort"), str) else None


def read_object(tekst: bytes) -> Data:
    """Return a JSON object, or None when it is not one."""
    try:
        gelezen: Data = json.loads(tekst)
    except (ValueError, RecursionError):
        return None
    return gelezen if isinstance(gelezen, dict) else None
