"""The keys of persons: what is wrapped is the key with whose it is, so that one cannot be passed off as another's.

For who checks an archive they can be given out, in a file beside it. Erasing does not reach that file: it is for as long as the check takes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from .._canon import canonical
from .._lezen.meldingen import Melding
from ..errors import JournaalError
from .opslag import Opslag, Persoonssleutel
from .sleutels import Sleutelbos

Data = Any
LENGTE: Final = 32
SCHEMA: Final = "persoonssleutels/v1"


class Opener(Protocol):
    """Gives the key of a person."""

    def unwrap(self, ingepakt: bytes, id_: str) -> bytes:
        """Return the key that a store gives for this id; whose it is may follow it."""


class Uitgegeven:
    """Keys of persons that were given out, by id."""

    def __init__(self, log: str, sleutels: Mapping[str, bytes]) -> None:
        self.log = log
        self.sleutels = sleutels

    def unwrap(self, ingepakt: bytes, id_: str) -> bytes:  # noqa: ARG002 - as an Opener has it
        """Return the key: given out, it is not wrapped."""
        return ingepakt


def open_key(sleutels: Sleutelbos, rij: Persoonssleutel) -> bytes:
    """Return the key of the person that the row says it is of.

    Raises:
        JournaalError: it is somebody else's, or was altered.
    """
    kern = sleutels.unwrap(rij.sleutel, rij.id)
    if kern[LENGTE:] != (rij.persoon or b""):
        tekst = f"de persoonssleutel {rij.id} is van een ander dan het Journaal zegt"
        raise JournaalError([Melding("ZR-904", tekst, "Kijk het Journaal na met: zorgregels journaal verify")])
    return kern[:LENGTE]


def write_keys(pad: Path, log: str, ids: Iterable[str], opslag: Opslag, sleutels: Sleutelbos) -> int:
    """Give out the keys with these ids, as far as they are not erased; return how many there are.

    Raises:
        JournaalError: the file is there already or cannot be written, or a key was altered.
    """
    aantal = 0
    try:
        handvat = os.open(pad, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handvat, "w", encoding="utf-8") as uit:
            uit.write(canonical({"log": log, "schema": SCHEMA}) + "\n")
            for id_ in sorted(ids):
                ingepakt = opslag.persoonssleutel(id_)
                if ingepakt is not None:
                    aantal += 1
                    uit.write(canonical({"id": id_, "sleutel": sleutels.unwrap(ingepakt, id_)[:LENGTE].hex()}) + "\n")
    except OSError as fout:
        reden = "er is al een bestand met deze naam" if isinstance(fout, FileExistsError) else fout.strerror
        raise _fault(f"de persoonssleutels zijn niet te schrijven: {reden}", "Kies een andere plek.", pad) from None
    return aantal


def read_keys(pad: Path) -> Uitgegeven:
    """Return the keys that were given out in a file.

    Raises:
        JournaalError: it is no such file, or cannot be read.
    """
    try:
        with pad.open(encoding="utf-8") as stroom:
            kop: Data = json.loads(next(stroom))
            if kop.keys() != {"log", "schema"} or kop["schema"] != SCHEMA:
                raise ValueError
            rijen: list[Data] = [json.loads(regel) for regel in stroom]
        return Uitgegeven(str(kop["log"]), {str(r["id"]): bytes.fromhex(r["sleutel"]) for r in rijen})
    except OSError as fout:
        raise _fault(
            f"dit bestand is niet te lezen: {fout.strerror}", "Geef het bestand dat bij het archief is uitgegeven.", pad
        ) from None
    except (AttributeError, KeyError, RecursionError, StopIteration, TypeError, ValueError):
        hulp = "Maak er een met: zorgregels archive --persoonssleutels BESTAND"
        raise _fault("dit is geen bestand met persoonssleutels", hulp, pad) from None


def _fault(tekst: str, hulp: str, pad: Path) -> JournaalError:
    return JournaalError([Melding("ZR-948", tekst, hulp, str(pad))])
