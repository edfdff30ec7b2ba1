"""Signs reports with the key of the Journaal, and checks them again.

What is signed is a short statement in canonical JSON, under a schema of its own, so that it is never mistaken for a tree head or
a change of keys: ``{"bladzijde", "rapport", "schema", "tijd"}``. ``rapport`` is the SHA-256 of the report's canonical JSON without its
member ``handtekening``; ``bladzijde`` that of the page without its last line, and it is absent from the statement in the JSON.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .._canon import Json, canonical, digest

if TYPE_CHECKING:
    from .._journaal.sleutels import Sleutelbos

Data = Any
SCHEMA: Final = "rapporthandtekening/v1"
VOOR: Final = "<!-- zorgregels-handtekening "
NA: Final = " -->\n"
_BEGIN: Final = b'{"aantallen":{"'
_VERANDERD: Final = "is veranderd sinds het is ondertekend"
_GEEN: Final = "is geen rapport van een replay, of geen heel rapport"


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


@dataclass(frozen=True, slots=True)
class Getekend:
    """What a report or a page says of itself under a signature that holds."""

    sleutel: bytes
    """The public key that signed it. Whose that is, it does not prove."""
    tijd: str
    rapport: str
    """The digest of the report; of a page: the report that it shows."""


def looks_like_report(pad: Path) -> bool:
    """Whether a file begins as a report in JSON does: canonical JSON has its members in order."""
    with suppress(OSError), pad.open("rb") as stroom:
        return stroom.read(len(_BEGIN)) == _BEGIN
    return False


class Ongetekend(Exception):
    """There is no signature, or it does not hold; the message says which."""


def read_signature(tekst: bytes) -> Getekend:
    """Return who signed this report, in JSON or as a page.

    Raises:
        Ongetekend: nobody did, it was altered since, or it is no such report.
    """
    return _read_report(tekst) if tekst[:1] == b"{" else _read_page(tekst)


def _read_report(tekst: bytes) -> Getekend:
    try:
        data: Data = json.loads(tekst)
        getekend = data.pop("handtekening")
        if canonical({**data, "handtekening": getekend}).encode() != tekst.removesuffix(b"\n"):
            raise Ongetekend(_VERANDERD)
        merk = digest(canonical(data))
        return _hold(merk, {"rapport": merk}, getekend)
    except (KeyError, RecursionError, TypeError, ValueError):
        raise Ongetekend(_GEEN) from None


def _read_page(tekst: bytes) -> Getekend:
    begin = tekst.rfind(VOOR.encode())
    if begin < 0:
        raise Ongetekend(_GEEN)
    try:
        slot: Data = json.loads(tekst[begin + len(VOOR) :].decode().removesuffix(NA))
        getekend = slot.pop("handtekening")
        if slot.keys() != {"rapport", "bladzijde"} or slot["bladzijde"] != digest(tekst[:begin]):
            raise Ongetekend(_VERANDERD)
        return _hold(slot["rapport"], slot, getekend)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        raise Ongetekend(_VERANDERD) from None


def _hold(rapport: str, wat: dict[str, Json], getekend: Data) -> Getekend:
    from .._journaal.sleutels import check_signature

    if getekend is None:
        raise Ongetekend("is niet ondertekend")
    try:
        sleutel, tijd, waarde = bytes.fromhex(getekend["sleutel"]), getekend["tijd"], bytes.fromhex(getekend["waarde"])
    except (KeyError, TypeError, ValueError):
        raise Ongetekend(_VERANDERD) from None
    if not check_signature(sleutel, _statement(wat, tijd), waarde):
        raise Ongetekend(_VERANDERD)
    return Getekend(sleutel, str(tijd), str(rapport))


def _statement(wat: dict[str, Json], tijd: str) -> bytes:
    return canonical({"schema": SCHEMA, "tijd": tijd, **wat}).encode()
