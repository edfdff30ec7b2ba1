"""Remembers, by content, documents that were read and found valid: a second start reads no YAML and runs no jsonschema.

What is kept is JSON, never code. A file that is damaged, that lies under another name, or that another user owns is not believed. Who can write
here as this user can change the plugins as well; rules that were changed here are refused all the same, by their digest.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from .._schemas import schema_map

Data = Any
_MEEST: Final = 2000


class Geheugen:
    """A folder of documents by kind and by the digest of their source; ``None`` remembers nothing."""

    def __init__(self, map_: Path | None) -> None:
        self._map = map_

    def recall(self, soort: str, bron: bytes) -> Data:
        """Return the document of this kind that was made of this source, or None."""
        if self._map is None:
            return None
        pad = self._pad(soort, bron)
        try:
            if os.name == "posix" and pad.stat().st_uid != os.getuid():
                return None
            regel, _, tekst = pad.read_bytes().partition(b"\n")
            return json.loads(tekst) if regel == _seal(pad, tekst) else None
        except (OSError, RecursionError, ValueError):
            return None

    def remember(self, soort: str, bron: bytes, data: Data) -> None:
        """Keep a valid document. A folder that cannot be written to is no fault: the next start is slower."""
        if self._map is None:
            return
        tekst = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
        with contextlib.suppress(OSError):
            self._map.mkdir(mode=0o700, parents=True, exist_ok=True)
            pad = self._pad(soort, bron)
            handvat, tijdelijk = tempfile.mkstemp(dir=self._map)
            try:
                with os.fdopen(handvat, "wb") as uit:
                    uit.write(_seal(pad, tekst) + b"\n" + tekst)
                Path(tijdelijk).replace(pad)
            except OSError:
                Path(tijdelijk).unlink(missing_ok=True)
                raise
            self._prune(self._map)

    @staticmethod
    def _prune(map_: Path) -> None:
        """Keep the folder small: of too many files the older half goes."""
        if len(namen := os.listdir(map_)) > _MEEST:
            op_leeftijd = sorted((map_ / n for n in namen), key=lambda p: p.stat().st_mtime_ns)
            for pad in op_leeftijd[: _MEEST // 2]:
                pad.unlink(missing_ok=True)

    def _pad(self, soort: str, bron: bytes) -> Path:
        assert self._map is not None
        merk = sha256(b"\0".join((_program(), soort.encode(), bron))).hexdigest()
        return self._map / f"{soort}-{merk[:40]}.json"


def _seal(pad: Path, tekst: bytes) -> bytes:
    """What the first line says: that this text belongs under this name."""
    return sha256(pad.name.encode() + b"\0" + tekst).hexdigest().encode()


@cache
def _program() -> bytes:
    """The schemas and the program that judges files: what another program found faultless is judged anew."""
    wortel = Path(__file__).parents[1]
    bestanden = [*sorted(wortel.glob("*.py")), *schema_map().values()]
    for map_ in ("_laden", "_lezen", "_plan", "_taal"):
        bestanden += sorted((wortel / map_).glob("*.py"))
    merk = sha256()
    for pad in bestanden:
        merk.update(pad.name.encode() + b"\0" + pad.read_bytes())
    return merk.digest()


def default_folder() -> Path | None:
    """Return where documents are remembered: ``ZORGREGELS_CACHE``, else the user's cache folder; empty switches it off."""
    gekozen = os.environ.get("ZORGREGELS_CACHE")
    if gekozen is not None:
        return Path(gekozen) if gekozen else None
    basis = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(basis) if basis else Path.home() / ".cache") / "zorgregels"
    except RuntimeError:
        return None
