"""Canonical JSON (RFC 8785) of what this package emits, and digests over it.

Only text, whole numbers below 2**53, booleans, null, lists and objects with ASCII keys occur, so that sorting keys by code
point and the standard library's escapes give the bytes of the RFC; a test compares with an independent implementation.
"""

from __future__ import annotations

import hashlib
import json
from json.encoder import encode_basestring as _tekst

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

_encoder = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
)


def canonical(waarde: Json) -> str:
    """Return the canonical JSON text of a value."""
    return _encoder.encode(waarde)


def canonical_text(waarde: str) -> str:
    """Return the canonical JSON of one string."""
    return _tekst(waarde)


def digest(tekst: str | bytes) -> str:
    """Return ``sha256:…`` of canonical text."""
    return "sha256:" + hashlib.sha256(tekst.encode() if isinstance(tekst, str) else tekst).hexdigest()
