"""Strict YAML: text stays text, and what a reader could take two ways is refused with its line and column.

The happy path builds plain data only; positions are found by a second reading, when there is something to report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Protocol

import yaml

from .meldingen import Melding, Pad

Data = None | bool | int | str | Decimal | list["Data"] | dict[str, "Data"]

MAX_BYTES: Final = 8_000_000
MAX_DIEPTE: Final = 40
_HEEL = re.compile(r"-?(?:0|[1-9][0-9]*)")
_BREUK = re.compile(
    r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_DECIMAAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Plekken = dict[Pad, tuple[int, int]]


class _Mark(Protocol):
    """Where PyYAML's parser, in C or in Python, saw something."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class YamlFout(Exception):
    """The text is not the YAML that is asked for; holds one Melding."""

    def __init__(self, melding: Melding) -> None:
        self.melding = melding
        super().__init__(str(melding))


def read_yaml(tekst: str | bytes, bestand: str, *, decimalen: bool = False) -> Data:
    """Return the one document in ``tekst`` as plain data.

    Args:
        tekst: the document; bytes must be UTF-8.
        bestand: the name for messages.
        decimalen: whether ``11.52`` is the decimal that it spells (a zaak) or refused (a rule file).

    Raises:
        YamlFout: with the place, at the first fault: what follows it cannot be trusted.
    """
    return _Lezer(bestand, decimalen=decimalen).read(tekst)


def locate(tekst: str | bytes, bestand: str, *, decimalen: bool = False) -> Plekken:
    """Return line and column (from 1) of every value and, under ``(…, "#sleutel")``, of every key."""
    lezer = _Lezer(bestand, decimalen=decimalen, plekken={})
    lezer.read(tekst)
    return lezer.plekken or {}


@dataclass(slots=True)
class _Lezer:
    bestand: str
    decimalen: bool
    plekken: Plekken | None = None
    pad: list[str | int] = field(default_factory=list)

    def read(self, tekst: str | bytes) -> Data:
        if len(tekst) > MAX_BYTES:
            raise self._fout("ZR-107", f"het bestand is groter dan {MAX_BYTES} bytes", hulp="Splits het bestand.")
        try:
            if isinstance(tekst, bytes):
                tekst = tekst.decode("utf-8")
            else:
                tekst.encode()
        except UnicodeError:
            raise self._fout("ZR-101", "het bestand is geen geldige UTF-8", hulp="Sla het op als UTF-8.") from None
        gebeurtenissen = yaml.parse(tekst, Loader=_Loader)
        try:
            return self._document(gebeurtenissen)
        except yaml.MarkedYAMLError as fout:
            mark = fout.problem_mark or fout.context_mark
            raise self._fout("ZR-102", f"dit is geen geldige YAML: {fout.problem or fout.context}", mark) from None
        except yaml.YAMLError as fout:  # an unprintable character has a position but no mark
            raise self._fout("ZR-102", f"dit is geen geldige YAML: {str(fout).splitlines()[0]}") from None

    def _document(self, gebeurtenissen: Iterator[yaml.Event]) -> Data:
        document: Data = None
        gezien = False
        for g in gebeurtenissen:
            if isinstance(g, yaml.DocumentStartEvent) and gezien:
                raise self._fout("ZR-109", "het bestand bevat meer dan één document", g.start_mark)
            if isinstance(g, (yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent, yaml.AliasEvent)):
                document = self._waarde(g, gebeurtenissen, 1)
                gezien = True
        if not gezien:
            raise self._fout("ZR-109", "het bestand is leeg")
        return document

    def _waarde(self, g: yaml.Event, rest: Iterator[yaml.Event], diepte: int) -> Data:
        self._bewaak(g, diepte)
        if self.plekken is not None:
            self.plekken[tuple(self.pad)] = _plek(g)
        if isinstance(g, yaml.ScalarEvent):
            return self._scalar(g)
        if isinstance(g, yaml.SequenceStartEvent):
            return self._lijst(rest, diepte)
        return self._mapping(rest, diepte)

    def _bewaak(self, g: yaml.Event, diepte: int) -> None:
        if isinstance(g, yaml.AliasEvent) or getattr(g, "anchor", None) is not None:
            raise self._fout(
                "ZR-104", "ankers en verwijzingen (& en *) worden niet gelezen", g.start_mark, "Schrijf de waarde uit."
            )
        if getattr(g, "tag", None) is not None:
            raise self._fout(
                "ZR-105", f"een tag wordt niet gelezen: {getattr(g, 'tag', '')!s:.60}", g.start_mark, "Laat de tag weg."
            )
        if diepte > MAX_DIEPTE:
            raise self._fout("ZR-108", f"het document is dieper dan {MAX_DIEPTE} niveaus", g.start_mark)

    def _lijst(self, rest: Iterator[yaml.Event], diepte: int) -> Data:
        lijst: list[Data] = []
        for g in rest:
            if isinstance(g, yaml.SequenceEndEvent):
                break
            self.pad.append(len(lijst))
            lijst.append(self._waarde(g, rest, diepte + 1))
            self.pad.pop()
        return lijst

    def _mapping(self, rest: Iterator[yaml.Event], diepte: int) -> Data:
        mapping: dict[str, Data] = {}
        for g in rest:
            if isinstance(g, yaml.MappingEndEvent):
                break
            self._bewaak(g, diepte)
            if not isinstance(g, yaml.ScalarEvent):
                raise self._fout("ZR-110", "een sleutel is tekst, geen lijst of mapping", g.start_mark)
            sleutel = g.value
            if sleutel in mapping:
                raise self._fout(
                    "ZR-103",
                    f"de sleutel `{sleutel:.60}` staat er twee keer",
                    g.start_mark,
                    "Alleen de laatste zou tellen; laat er één staan.",
                )
            if self.plekken is not None:
                self.plekken[(*self.pad, sleutel, "#sleutel")] = _plek(g)
            self.pad.append(sleutel)
            mapping[sleutel] = self._waarde(next(rest), rest, diepte + 1)
            self.pad.pop()
        return mapping

    def _scalar(self, g: yaml.ScalarEvent) -> Data:
        tekst: str = g.value
        if not g.implicit[0]:  # quoted or block: always text
            return tekst
        eerste = tekst[:1]
        if eerste in "tfn~" or not tekst:
            return self._woord(tekst, g)
        if eerste in "-+.0123456789":
            return self._cijfers(tekst, g)
        return tekst

    def _woord(self, tekst: str, g: yaml.ScalarEvent) -> Data:
        match tekst:
            case "true":
                return True
            case "false":
                return False
            case "null":
                return None
            case "" | "~":
                raise self._fout(
                    "ZR-112",
                    "hier staat geen waarde",
                    g.start_mark,
                    "Schrijf null als er geen waarde is, of laat de sleutel weg.",
                )
        return tekst

    def _cijfers(self, tekst: str, g: yaml.ScalarEvent) -> Data:
        if _HEEL.fullmatch(tekst):
            if len(tekst) > 16:
                raise self._fout(
                    "ZR-111",
                    f"een getal van {len(tekst)} cijfers is te groot",
                    g.start_mark,
                    "Zet het tussen aanhalingstekens als het een code is.",
                )
            return int(tekst)
        if _BREUK.fullmatch(tekst):
            if self.decimalen and _DECIMAAL.fullmatch(tekst) and len(tekst) <= 32:
                return Decimal(tekst)
            raise self._fout(
                "ZR-106",
                f"`{tekst:.40}` is een breukgetal en dat is niet exact",
                g.start_mark,
                f'Zet het tussen aanhalingstekens: "{tekst:.40}".',
            )
        return tekst

    def _fout(self, code: str, tekst: str, mark: _Mark | None = None, hulp: str = "") -> YamlFout:
        regel, kolom = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        return YamlFout(Melding(code, tekst, hulp, self.bestand, regel, kolom, tuple(self.pad)))


def _plek(g: yaml.Event) -> tuple[int, int]:
    mark = g.start_mark
    assert mark is not None
    return mark.line + 1, mark.column + 1
