"""Remembers, by content, documents that were read and found valid: a second start reads no YAML and runs no jsonschema.

What is kept is JSON, never code. A file that is damaged, or that another user could have written, is not believed.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from .._schemas import schema_map

Data = Any


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
            return json.loads(tekst) if regel == sha256(tekst).hexdigest().encode() else None
        except (OSError, ValueError):
            return None

    def remember(self, soort: str, bron: bytes, data: Data) -> None:
        """Keep a valid document. A folder that cannot be written to is no fault: the next start is slower."""
        if self._map is None:
            return
        tekst = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
        with contextlib.suppress(OSError):
            self._map.mkdir(mode=0o700, parents=True, exist_ok=True)
            handvat, tijdelijk = tempfile.mkstemp(dir=self._map)
            with os.fdopen(handvat, "wb") as uit:
                uit.write(sha256(tekst).hexdigest().encode() + b"\n" + tekst)
            Path(tijdelijk).replace(self._pad(soort, bron))

    def _pad(self, soort: str, bron: bytes) -> Path:
        assert self._map is not None
        merk = sha256(b"\0".join((_program(), soort.encode(), bron))).hexdigest()
        return self._map / f"{soort}-{merk[:40]}.json"


@cache
def _program() -> bytes:
    """The schemas and the modules that judge files: what another program found faultless is judged anew."""
    wortel = Path(__file__).parents[1]
    delen = [wortel / "_lezen", wortel / "_taal", wortel / "_laden", wortel / "_plan"]
    bestanden = [p for d in delen for p in sorted(d.glob("*.py"))] + list(schema_map().values())
    return "\n".join(f"{p.name} {(st := p.stat()).st_size} {st.st_mtime_ns}" for p in bestanden).encode()


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
