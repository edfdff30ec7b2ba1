"""Reading what people write: files and zaken in, plain data or Meldingen with their place out."""

from __future__ import annotations

from typing import Final

MAX_BYTES: Final = 8_000_000
"""The most that is read of one file."""
