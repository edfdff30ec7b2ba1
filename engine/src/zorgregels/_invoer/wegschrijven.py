"""Puts a new version on disk: whole or not at all, and never over another one."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from .._lezen.meldingen import Melding
from ..errors import RegelsetError


def write_version(doel: Path, inhoud: bytes) -> None:
    """Write a version. A file that already holds exactly this stays as it is.

    Raises:
        RegelsetError: another version stands there, or it cannot be written.
    """
    try:
        if doel.exists():
            if doel.read_bytes() == inhoud:
                return
            tip = "Een gepubliceerde versie verandert niet: kies een andere naam, of verwijder het bestand zelf."
            raise RegelsetError([Melding("ZR-327", "hier staat al iets anders", tip, str(doel))])
        handvat, tijdelijk = tempfile.mkstemp(dir=doel.parent, prefix=".zorgregels-")
        try:
            with os.fdopen(handvat, "wb") as uit:
                uit.write(inhoud)
            Path(tijdelijk).chmod(0o644)
            Path(tijdelijk).replace(doel)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(tijdelijk).unlink()
            raise
    except (OSError, ValueError) as fout:
        reden = getattr(fout, "strerror", None) or "onjuiste naam"
        raise RegelsetError([Melding("ZR-114", f"de versie is niet te schrijven ({reden})", "", str(doel))]) from None
