"""What was last seen of a Journaal, kept with the keys: who cuts off the end of the store does not reach it here."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

from ..errors import JournaalError
from .boomhoofd import Boomhoofd


class Getuige:
    """The newest head of one log that was seen here."""

    def __init__(self, map_: Path, log: str) -> None:
        self._pad = map_ / f"gezien-{log}.json"

    def recall(self) -> Boomhoofd | None:
        """Return that head; None where there is none or it was being written when the power went."""
        with contextlib.suppress(OSError, JournaalError):
            hoofd = Boomhoofd.parse(self._pad.read_bytes())
            if hoofd.is_genuine():
                return hoofd
        return None

    def remember(self, hoofd: Boomhoofd) -> None:
        """Keep a head. It is not made durable: after a power cut an older one says less, and nothing wrong."""
        half = self._pad.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        with contextlib.suppress(
            OSError
        ):  # the record is durable; a witness that cannot write is no reason to say it is not
            half.write_text(hoofd.to_json(), "utf-8")
            half.replace(self._pad)
