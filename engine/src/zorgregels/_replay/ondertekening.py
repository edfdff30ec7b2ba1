"""Signs reports with the key of the Journaal, and checks them again.

What is signed is a short statement in canonical JSON, under a schema of its own, so that it is never mistaken for a tree head or
a change of keys: ``{"bladzijde", "rapport", "schema", "tijd"}``. ``rapport`` is the SHA-256 of the report's canonical JSON without its
member ``handtekening``; ``bladzijde`` that of the page without its last line, and it is absent from the statement in the JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from .._canon import Json, canonical, digest

if TYPE_CHECKING:
    from .._journaal.sleutels import Sleutelbos

Data = Any
SCHEMA: Final = "rapporthandtekening/v1"
VOOR: Final = "<!-- zorgregels-handtekening "
NA: Final = " -->\n"


@dataclass(frozen=True, slots=True)
class Ondertekenaar:
    """Who signs, and when. Without keys nothing is signed."""

    sleutels: Sleutelbos | None
    tijd: str

    def sign_report(self, rapport: str) -> Json:
        """Return the member ``handtekening`` of a report with this digest; None without keys."""
        return self._sign({"rapport": rapport})

    def sign_page(self, rapport: str, bladzijde: str) -> str:
        """Return the last line of a page, for a report with this digest."""
        lijst: dict[str, Json] = {"rapport": rapport, "bladzijde": digest(bladzijde)}
        return VOOR + canonical({**lijst, "handtekening": self._sign(lijst)}) + NA

    def _sign(self, wat: dict[str, Json]) -> Json:
        if self.sleutels is None:
            return None
        waarde = self.sleutels.sign(_statement(wat, self.tijd))
        return {"sleutel": self.sleutels.openbaar.hex(), "tijd": self.tijd, "waarde": waarde.hex()}


def check_report(tekst: bytes) -> str | None:
    """Return the public key that signed this report; None where nobody did, or it was altered since."""
    try:
        data: Data = json.loads(tekst)
        getekend = data.pop("handtekening")
        if canonical({**data, "handtekening": getekend}).encode() != tekst.rstrip(b"\n"):
            return None
        return _signer({"rapport": digest(canonical(data))}, getekend)
    except (KeyError, TypeError, AttributeError, ValueError):
        return None


def check_page(tekst: bytes) -> tuple[str, str] | None:
    """Return the public key that signed this page and the digest of the report that it shows; None where it was altered, or nobody signed."""
    begin = tekst.rfind(VOOR.encode())
    try:
        slot: Data = json.loads(tekst[begin + len(VOOR) :].decode().removesuffix(NA))
        getekend = slot.pop("handtekening")
        if begin < 0 or slot.keys() != {"rapport", "bladzijde"} or slot["bladzijde"] != digest(tekst[:begin]):
            return None
        sleutel = _signer(slot, getekend)
        return None if sleutel is None else (sleutel, slot["rapport"])
    except (KeyError, TypeError, AttributeError, ValueError):
        return None


def _signer(wat: dict[str, Json], getekend: Data) -> str | None:
    from .._journaal.sleutels import check_signature

    if getekend is None:
        return None
    sleutel, tijd, waarde = getekend["sleutel"], getekend["tijd"], getekend["waarde"]
    goed = check_signature(bytes.fromhex(sleutel), _statement(wat, tijd), bytes.fromhex(waarde))
    return str(sleutel) if goed else None


def _statement(wat: dict[str, Json], tijd: str) -> bytes:
    return canonical({"schema": SCHEMA, "tijd": tijd, **wat}).encode()


def fingerprint(sleutel: bytes) -> str:
    """Return a key in groups, to be compared by eye or over the telephone."""
    hex_ = sha256(sleutel).hexdigest()[:32]
    return " ".join(hex_[i : i + 4] for i in range(0, 32, 4))
