"""A Boomhoofd says, signed, how large a log is, what the root of its tree is, and how many decisions it holds of each year."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from .._canon import Json, canonical
from .._lezen.meldingen import Melding
from ..errors import JournaalError
from .sleutels import Sleutelbos, check_signature

Data = Any
SCHEMA: Final = "boomhoofd/v1"
_LEDEN: Final = {"handtekening", "jaren", "log", "omvang", "schema", "sleutel", "tijd", "wortel"}
_JAAR: Final = re.compile(r"[0-9]{4}")
_TIJD: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_MEEST: Final = 2**53


@dataclass(frozen=True, slots=True)
class Boomhoofd:
    """A signed tree head. Nothing is said about whether the signature is right, nor whose the key is: see ``is_genuine``."""

    log: str
    omvang: int
    wortel: bytes
    tijd: str
    jaren: Mapping[str, int]
    sleutel: bytes
    handtekening: bytes

    def to_json(self) -> str:
        """Return canonical JSON."""
        return canonical({**self._content(), "handtekening": self.handtekening.hex()})

    def message(self) -> bytes:
        """Return what is signed."""
        return canonical(self._content()).encode()

    def is_genuine(self) -> bool:
        """Whether the signature is that of ``sleutel``; whether that key is the one in force, only the log can tell."""
        return check_signature(self.sleutel, self.message(), self.handtekening)

    def _content(self) -> dict[str, Json]:
        return {
            "jaren": dict(self.jaren),
            "log": self.log,
            "omvang": self.omvang,
            "schema": SCHEMA,
            "sleutel": self.sleutel.hex(),
            "tijd": self.tijd,
            "wortel": self.wortel.hex(),
        }

    @classmethod
    def parse(cls, tekst: str | bytes) -> Boomhoofd:
        """Return the Boomhoofd that this canonical JSON spells.

        Raises:
            JournaalError: it is none, to the letter.
        """
        try:
            geschreven = tekst.decode() if isinstance(tekst, bytes) else tekst
            data: Data = json.loads(geschreven)
        except (ValueError, RecursionError):
            raise _refused("het is geen geldige JSON") from None
        if not isinstance(data, dict) or set(data) != _LEDEN:
            raise _refused(f"het heeft niet precies de leden {', '.join(sorted(_LEDEN))}")
        if data["schema"] != SCHEMA:
            raise _refused(f"het schema is niet {SCHEMA}")
        hoofd = cls(
            log=_hex(data, "log", 16).hex(),
            omvang=_count(data["omvang"], "omvang"),
            wortel=_hex(data, "wortel", 32),
            tijd=_time(data["tijd"]),
            jaren=_years(data["jaren"]),
            sleutel=_hex(data, "sleutel", 32),
            handtekening=_hex(data, "handtekening", 64),
        )
        if sum(hoofd.jaren.values()) > hoofd.omvang:
            raise _refused("`jaren` telt samen meer beslissingen dan er vermeldingen zijn")
        # One way to write it: no spaces, no member twice, no other order. What was signed is what is read.
        if hoofd.to_json() != geschreven:
            raise _refused("het is niet in de canonieke vorm geschreven (RFC 8785)")
        return hoofd


def sign_head(
    sleutels: Sleutelbos, log: str, omvang: int, wortel: bytes, tijd: str, jaren: Mapping[str, int]
) -> Boomhoofd:
    """Return the Boomhoofd of a log, signed with the key in force."""
    kaal = Boomhoofd(log, omvang, wortel, tijd, dict(jaren), sleutels.openbaar, b"")
    return Boomhoofd(log, omvang, wortel, tijd, kaal.jaren, kaal.sleutel, sleutels.sign(kaal.message()))


def _hex(data: Data, naam: str, lengte: int) -> bytes:
    waarde = data[naam]
    if not isinstance(waarde, str) or not re.fullmatch(rf"[0-9a-f]{{{2 * lengte}}}", waarde):
        raise _refused(f"`{naam}` is niet in {2 * lengte} hexadecimale cijfers geschreven")
    return bytes.fromhex(waarde)


def _count(waarde: Data, naam: str) -> int:
    if type(waarde) is not int or not 0 <= waarde < _MEEST:
        raise _refused(f"`{naam}` is geen aantal")
    return waarde


def _years(waarde: Data) -> dict[str, int]:
    if not isinstance(waarde, dict) or not all(_JAAR.fullmatch(jaar) for jaar in waarde):
        raise _refused("`jaren` is geen lijst van jaren met aantallen")
    return {jaar: _count(aantal, f"jaren.{jaar}") for jaar, aantal in waarde.items()}


def _time(waarde: Data) -> str:
    if isinstance(waarde, str) and _TIJD.fullmatch(waarde):
        try:
            datetime.fromisoformat(waarde)
        except ValueError:
            pass
        else:
            return waarde
    raise _refused("`tijd` is geen tijdstip zoals 2026-11-22T10:00:00.123456Z")


def _refused(waarom: str) -> JournaalError:
    return JournaalError(
        [
            Melding(
                "ZR-918",
                f"dit is geen boomhoofd: {waarom}",
                "Een boomhoofd geldt alleen zoals het getekend is. Neem het bestand opnieuw over van waar het vandaan komt.",
            )
        ]
    )
