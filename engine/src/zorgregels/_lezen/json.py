"""Strict JSON for zaken: decimals stay the decimals that they spell, and what two readers could take two ways is refused.

The happy path is the standard library's parser with hooks. Places are found by a second reading, when there is something to report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, Final, NoReturn

from .meldingen import Melding, Pad
from .yaml import MAX_DIEPTE, Data, Plekken, YamlFout

MAX_ZAAK: Final = 1_000_000
"""The most bytes that one zaak takes."""
# The closing quote is optional: a text without one is read once, to the end, and not once for every quote in it.
_HAAKJES = re.compile(r'"(?:[^"\\]+|\\.)*"?|[\[{]|[\]}]', re.DOTALL)
_WIT = re.compile(r"[ \t\n\r]*")
_KAAL = re.compile(r"[^\s,\]}:]+")
_GETAL: Final = 16
_DECIMAAL: Final = 32


class _Geweigerd(Exception):
    """What a hook of the parser found; it does not know where."""

    def __init__(self, code: str, tekst: str, hulp: str = "") -> None:
        self.code, self.tekst, self.hulp = code, tekst, hulp


def read_json(tekst: str | bytes, bestand: str) -> Data:
    """Return the one JSON value in ``tekst`` as plain data, its decimals as ``Decimal``.

    Raises:
        YamlFout: with the place, at the first fault.
    """
    leesbaar = _decode(tekst, bestand)
    if leesbaar.count("[") + leesbaar.count("{") > MAX_DIEPTE:
        _guard_depth(leesbaar, bestand)
    try:
        data: Data = _DECODER.decode(leesbaar)
        if "\\ud" in leesbaar or "\\uD" in leesbaar:
            _guard_unicode(data)
    except json.JSONDecodeError as fout:
        raise _fault(
            "ZR-113", f"dit is geen geldige JSON: {_dutch(fout.msg)}", "", bestand, leesbaar, fout.pos
        ) from None
    except _Geweigerd as fout:
        raise _fault(fout.code, fout.tekst, fout.hulp, bestand, leesbaar, _first_refusal(leesbaar)) from None
    except RecursionError:
        raise _fault("ZR-108", f"het document is dieper dan {MAX_DIEPTE} niveaus", "", bestand, leesbaar, 0) from None
    return data


def locate_json(tekst: str | bytes, bestand: str) -> Plekken:
    """Return line and column (from 1) of every value in JSON that ``read_json`` reads."""
    leesbaar = _decode(tekst, bestand)
    regels = [m.start() for m in re.finditer("\n", leesbaar)]
    return {pad: _plek(regels, begin) for pad, begin, _ in _places(leesbaar)}


def _decode(tekst: str | bytes, bestand: str) -> str:
    if len(tekst) > MAX_ZAAK:
        raise _fault(
            "ZR-107",
            f"een zaak is hoogstens {MAX_ZAAK} bytes",
            "Splits het bestand, of geef regels als .jsonl.",
            bestand,
        )
    if isinstance(tekst, bytes):
        try:
            tekst = tekst.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise _fault("ZR-101", "het bestand is geen geldige UTF-8", "Sla het op als UTF-8.", bestand) from None
    if not tekst.strip():
        raise _fault("ZR-109", "het bestand is leeg", "", bestand)
    return tekst


def _unique(paren: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(paren)
    if len(mapping) != len(paren):
        gezien: set[str] = set()
        dubbel = next(k for k, _ in paren if k in gezien or gezien.add(k))  # type: ignore[func-returns-value]
        raise _Geweigerd(
            "ZR-103",
            f"de sleutel `{_safe(dubbel)}` staat er twee keer",
            "Alleen de laatste zou tellen; laat er één staan.",
        )
    return mapping


def _whole(cijfers: str) -> int:
    if len(cijfers) > _GETAL:
        raise _Geweigerd(
            "ZR-111",
            f"een getal van {len(cijfers)} cijfers is te groot",
            "Zet het tussen aanhalingstekens als het een code is.",
        )
    return int(cijfers)


def _decimal(cijfers: str) -> Decimal:
    if len(cijfers) > _DECIMAAL or "e" in cijfers.lower():
        raise _Geweigerd(
            "ZR-106",
            f"`{cijfers:.40}` is niet als exact decimaal getal geschreven",
            'Schrijf het voluit, zoals "11.52".',
        )
    return Decimal(cijfers)


def _not_a_number(woord: str) -> NoReturn:
    raise _Geweigerd("ZR-106", f"`{woord}` is geen getal dat JSON kent", "Laat het veld weg als u de waarde niet weet.")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=_decimal, parse_int=_whole, parse_constant=_not_a_number
)


def _guard_depth(tekst: str, bestand: str) -> None:
    diepte = 0
    for m in _HAAKJES.finditer(tekst):
        teken = m[0]
        if teken in "[{":
            diepte += 1
            if diepte > MAX_DIEPTE:
                raise _fault(
                    "ZR-108", f"het document is dieper dan {MAX_DIEPTE} niveaus", "", bestand, tekst, m.start()
                )
        elif teken in "]}":
            diepte -= 1


def _guard_unicode(data: Data) -> None:
    """Refuse a lone half of a surrogate pair: it is no text, and cannot be written again."""
    if isinstance(data, str):
        try:
            data.encode()
        except UnicodeEncodeError:
            raise _Geweigerd("ZR-101", "de tekst bevat een los surrogaatteken en is geen geldige Unicode") from None
    elif isinstance(data, list):
        for deel in data:
            _guard_unicode(deel)
    elif isinstance(data, dict):
        for sleutel, waarde in data.items():
            _guard_unicode(sleutel)
            _guard_unicode(waarde)


# -- places --------------------------------------------------------------------------------------------------------


def _first_refusal(tekst: str) -> int:
    """Return where the first value stands that a hook refuses."""
    gezien: set[Pad] = set()
    for pad, begin, waarde in _places(tekst):
        if pad in gezien:
            return begin
        gezien.add(pad)
        try:
            if isinstance(waarde, str):
                _guard_unicode(waarde)
            elif waarde is not None:
                _DECODER.decode(waarde[0])
        except (_Geweigerd, json.JSONDecodeError):
            return begin
    return 0


def _places(tekst: str) -> Iterator[tuple[Pad, int, Any]]:
    """Yield path, offset and, for a text the text, for another scalar its spelling in a tuple; keys under ``(…, "#sleutel")``."""
    yield from _value(tekst, _skip(tekst, 0), (), [0])


def _value(tekst: str, hier: int, pad: Pad, eind: list[int]) -> Iterator[tuple[Pad, int, Any]]:
    teken = tekst[hier : hier + 1]
    if teken == '"':
        waarde, eind[0] = scanstring(tekst, hier + 1, True)  # noqa: FBT003 - the signature of the standard library
        yield pad, hier, waarde
    elif teken and teken in "{[":
        yield pad, hier, None
        yield from _members(tekst, hier, pad, eind, teken)
    else:
        m = _KAAL.match(tekst, hier)
        eind[0] = m.end() if m else hier + 1
        yield pad, hier, (m[0] if m else "",)


def _members(tekst: str, hier: int, pad: Pad, eind: list[int], teken: str) -> Iterator[tuple[Pad, int, Any]]:
    hier = _skip(tekst, hier + 1)
    nr = 0
    while hier < len(tekst) and tekst[hier] not in "]}":
        naam: str | int = nr
        if teken == "{":
            begin = hier
            naam, hier = scanstring(tekst, hier + 1, True)  # noqa: FBT003
            yield (*pad, naam, "#sleutel"), begin, naam
            hier = _skip(tekst, _skip(tekst, hier) + 1)
        yield from _value(tekst, hier, (*pad, naam), eind)
        hier = _skip(tekst, eind[0])
        if tekst[hier : hier + 1] == ",":
            hier = _skip(tekst, hier + 1)
        nr += 1
    eind[0] = hier + 1


def _skip(tekst: str, hier: int) -> int:
    m = _WIT.match(tekst, hier)
    return m.end() if m else hier


def _plek(regels: list[int], begin: int) -> tuple[int, int]:
    from bisect import bisect_left

    nr = bisect_left(regels, begin)
    return nr + 1, begin - (regels[nr - 1] if nr else -1)


def _fault(code: str, tekst: str, hulp: str, bestand: str, bron: str = "", begin: int = 0) -> YamlFout:
    regel = bron.count("\n", 0, begin) + 1
    kolom = begin - bron.rfind("\n", 0, begin)
    return YamlFout(Melding(code, tekst, hulp, bestand, regel, kolom))


_ENGELS: Final = {
    "Expecting value": "hier wordt een waarde verwacht",
    "Expecting ',' delimiter": "hier ontbreekt een komma",
    "Expecting ':' delimiter": "hier ontbreekt een dubbele punt",
    "Expecting property name enclosed in double quotes": "hier wordt een sleutel tussen dubbele aanhalingstekens verwacht",
    "Unterminated string starting at": "deze tekst wordt niet afgesloten",
    "Extra data": "na het einde staat nog iets",
    "Illegal trailing comma before end of object": "deze komma is te veel",
    "Illegal trailing comma before end of array": "deze komma is te veel",
    "Invalid control character at": "in een tekst staat een stuurteken",
    "Invalid \\escape": "deze \\-reeks bestaat niet",
    "Invalid \\uXXXX escape": "na \\u horen vier hexadecimale cijfers",
}


def _dutch(melding: str) -> str:
    return next((nl for en, nl in _ENGELS.items() if melding.startswith(en)), melding)


def _safe(naam: str) -> str:
    return (naam if naam.isprintable() else ascii(naam))[:60]
