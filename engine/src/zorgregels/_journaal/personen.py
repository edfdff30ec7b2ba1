"""The keys of persons: what is wrapped is the key with whose it is, so that one cannot be passed off as another's."""

from __future__ import annotations

from typing import Final

from .._lezen.meldingen import Melding
from ..errors import JournaalError
from .opslag import Persoonssleutel
from .sleutels import Sleutelbos

LENGTE: Final = 32


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
