"""What is said when an archive cannot be written or read."""

from __future__ import annotations

from pathlib import Path

from .._lezen.meldingen import Melding
from ..errors import JournaalError


def exists_already(doel: Path) -> JournaalError:
    """Return what to raise where a file stands in the way."""
    tekst = "er is al een bestand met deze naam"
    return JournaalError([Melding("ZR-930", tekst, "Kies een andere naam, of geef --overschrijf.", str(doel))])


def cannot_write(doel: Path, fout: OSError) -> JournaalError:
    """Return what to raise when the file system refuses."""
    return JournaalError(
        [
            Melding(
                "ZR-931",
                f"het archief is niet te schrijven: {fout.strerror or 'onbekende oorzaak'}",
                "Er is geen archief gemaakt. Kijk of de map bestaat, mag worden beschreven en ruimte heeft.",
                str(doel),
            )
        ]
    )


def cannot_include(wat: str, journaal: str) -> JournaalError:
    """Return what to raise when the Journaal does not give what belongs in the archive."""
    return JournaalError(
        [
            Melding(
                "ZR-932",
                f"{wat} ontbreekt of is niet te lezen",
                "Er is geen archief gemaakt. Kijk het Journaal na met `zorgregels journaal verify` en zet zo nodig een reservekopie terug.",
                journaal,
            )
        ]
    )


def cannot_read(pad: Path, waarom: str) -> JournaalError:
    """Return what to raise when a file is no archive."""
    return JournaalError(
        [
            Melding(
                "ZR-933",
                f"dit is niet als archief te lezen: {waarom}",
                "Geef een bestand dat met `zorgregels archive` is gemaakt.",
                str(pad),
            )
        ]
    )


def is_damaged(pad: Path, bevindingen: list[str]) -> JournaalError:
    """Return what to raise when an archive is not what was written."""
    meer = f"; en nog {len(bevindingen) - 3}" if len(bevindingen) > 3 else ""
    return JournaalError(
        [
            Melding(
                "ZR-934",
                f"het archief is veranderd of beschadigd: {'; '.join(bevindingen[:3])}{meer}",
                "Er wordt niets uit gelezen. Neem een onbeschadigde kopie; wat er met deze is, zegt: python verifier.py BESTAND",
                str(pad),
            )
        ]
    )
