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

from . import MAX_BYTES
from .meldingen import Melding, Pad

Data = None | bool | int | str | Decimal | list["Data"] | dict[str, "Data"]

MAX_DIEPTE: Final = 40
MAX_ITEMS: Final = 50_000
"""The longest list that any schema allows: the prestaties of a catalogue."""
MAX_SLEUTELS: Final = 1000
_HEEL = re.compile(r"-?(?:0|[1-9][0-9]*)")
_BREUK = re.compile(
    r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_ONZICHTBAAR = re.compile("[^\x09\x0a\x0d\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGAAT = re.compile("[\ud800-\udfff]")
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
        except UnicodeDecodeError as fout:
            regel = fout.object.count(b"\n", 0, fout.start) + 1
            kolom = len(fout.object[fout.object.rfind(b"\n", 0, fout.start) + 1 : fout.start].decode()) + 1
            raise YamlFout(
                Melding(
                    "ZR-101",
                    "het bestand is geen geldige UTF-8",
                    "Sla het op als UTF-8; tot hier is het dat wel.",
                    self.bestand,
                    regel,
                    kolom,
                )
            ) from None
        except UnicodeError:
            raise self._fout("ZR-101", "het bestand is geen geldige UTF-8", hulp="Sla het op als UTF-8.") from None
        gebeurtenissen = yaml.parse(tekst, Loader=_Loader)
        try:
            return self._document(gebeurtenissen)
        except yaml.MarkedYAMLError as fout:
            mark = fout.problem_mark or fout.context_mark
            wat, hulp = _dutch(fout.problem or fout.context or "")
            raise self._fout("ZR-102", f"dit is geen geldige YAML: {wat}", mark, hulp) from None
        except yaml.YAMLError as fout:  # an unprintable character has a position but no mark
            raise self._unprintable(tekst, fout) from None

    def _unprintable(self, tekst: str, fout: yaml.YAMLError) -> YamlFout:
        m = _ONZICHTBAAR.search(tekst)
        if m is None:
            return self._fout("ZR-102", f"dit is geen geldige YAML: {str(fout).splitlines()[0]}")
        melding = Melding(
            "ZR-102",
            f"dit is geen geldige YAML: het teken U+{ord(m[0]):04X} is niet afdrukbaar",
            "Verwijder het teken.",
            self.bestand,
            tekst.count("\n", 0, m.start()) + 1,
            m.start() - tekst.rfind("\n", 0, m.start()),
        )
        return YamlFout(melding)

    def _document(self, gebeurtenissen: Iterator[yaml.Event]) -> Data:
        document: Data = None
        gezien = False
        for g in gebeurtenissen:
            if isinstance(g, yaml.DocumentStartEvent) and gezien:
                raise self._fout(
                    "ZR-109",
                    "het bestand bevat meer dan één document",
                    g.start_mark,
                    "Na `---` begint een nieuw document: geef elk een eigen bestand.",
                )
            if isinstance(g, (yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent, yaml.AliasEvent)):
                document = self._waarde(g, gebeurtenissen, 1)
                gezien = True
        if not gezien:
            raise self._fout("ZR-109", "het bestand is leeg", hulp="Begin met `schema: …`, of verwijder het bestand.")
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
            tag = str(getattr(g, "tag", "")).replace("tag:yaml.org,2002:", "!!")
            raise self._fout("ZR-105", f"een tag wordt niet gelezen: {tag:.60}", g.start_mark, "Laat de tag weg.")
        if diepte > MAX_DIEPTE:
            raise self._fout(
                "ZR-108",
                f"het document is dieper dan {MAX_DIEPTE} niveaus",
                g.start_mark,
                "Leid een deel af in een eigen regel.",
            )

    def _lijst(self, rest: Iterator[yaml.Event], diepte: int) -> Data:
        lijst: list[Data] = []
        for g in rest:
            if isinstance(g, yaml.SequenceEndEvent):
                break
            if len(lijst) >= MAX_ITEMS:
                raise self._fout("ZR-107", f"een lijst heeft meer dan {MAX_ITEMS} items", g.start_mark, "Splits haar.")
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
                raise self._fout(
                    "ZR-110",
                    "een sleutel is tekst, geen lijst of mapping",
                    g.start_mark,
                    "Tekst die met { of [ begint, staat tussen aanhalingstekens.",
                )
            sleutel = g.value
            if len(mapping) >= MAX_SLEUTELS:
                raise self._fout(
                    "ZR-107", f"een mapping heeft meer dan {MAX_SLEUTELS} sleutels", g.start_mark, "Splits haar."
                )
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
            if not tekst.isascii() and _SURROGAAT.search(tekst):  # spelled as an escape; PyYAML in C refuses it itself
                raise self._fout("ZR-101", "de tekst bevat een los surrogaatteken en is geen Unicode", g.start_mark)
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
                # What is expected here is not known yet: quoting a number of weeks would only be the next fault.
                "Een bedrag, verhouding of versie hoort tussen aanhalingstekens"
                + (f': "{tekst:.40}"' if _DECIMAAL.fullmatch(tekst) else ', zoals "11.52"')
                + ". Een aantal is een geheel getal.",
            )
        return tekst

    def _fout(self, code: str, tekst: str, mark: _Mark | None = None, hulp: str = "") -> YamlFout:
        regel, kolom = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        return YamlFout(Melding(code, tekst, hulp, self.bestand, regel, kolom, tuple(self.pad)))


def _plek(g: yaml.Event) -> tuple[int, int]:
    mark = g.start_mark
    assert mark is not None
    return mark.line + 1, mark.column + 1


_TAB: Final = ("een tab kan hier niet staan", "Spring in met spaties.")
_DUBBELE_PUNT: Final = (
    "hier kan geen dubbele punt staan",
    "Zet tekst met een dubbele punt tussen aanhalingstekens, of kijk of het inspringen klopt.",
)
_INSPRINGEN: Final = (
    "hier staat iets op een andere diepte dan wat erboven staat",
    "Kijk of het inspringen klopt en of de regel erboven is afgesloten.",
)
_ENGELS: Final = {
    "found character '\\t'": _TAB,
    "found a tab": _TAB,
    "found character": (
        "dit teken kan hier niet staan",
        "Spring in met spaties, en zet tekst die met @, ` of % begint tussen aanhalingstekens.",
    ),
    "mapping values are not allowed": _DUBBELE_PUNT,
    "could not find expected ':'": (
        "na deze sleutel ontbreekt een dubbele punt",
        "Schrijf `sleutel: waarde`, met een spatie na de dubbele punt.",
    ),
    "did not find expected ',' or ']'": ("hier wordt een komma of een ] verwacht", ""),
    "did not find expected ',' or '}'": ("hier wordt een komma of een } verwacht", ""),
    "expected ',' or ']'": ("hier wordt een komma of een ] verwacht", ""),
    "expected ',' or '}'": ("hier wordt een komma of een } verwacht", ""),
    "did not find expected key": _INSPRINGEN,
    "did not find expected '-' indicator": _INSPRINGEN,
    "expected <block end>": _INSPRINGEN,
    "found unexpected end of stream": ("een aanhalingsteken wordt niet gesloten", ""),
    "block sequence entries are not allowed": (
        "een lijst met streepjes kan hier niet beginnen",
        "Zet haar op een nieuwe regel.",
    ),
    "sequence entries are not allowed": (
        "een lijst met streepjes kan hier niet beginnen",
        "Zet haar op een nieuwe regel.",
    ),
    "found unknown escape character": (
        "deze \\-reeks bestaat niet",
        "Tussen enkele aanhalingstekens blijft een \\ gewoon staan.",
    ),
    "found invalid Unicode character": ("deze \\-reeks is geen teken", "Schrijf het teken zelf."),
}


def _dutch(probleem: str) -> tuple[str, str]:
    return next((nl for en, nl in _ENGELS.items() if probleem.startswith(en)), (probleem, ""))
