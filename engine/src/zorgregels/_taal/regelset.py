"""Regels and Regelsets as the engine knows them, typed and with their references resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from .._canon import Json, canonical
from .bron import Bron
from .termen import Uitdrukking, Voorwaarde

Status = Literal["geldend", "concept"]


@dataclass(frozen=True, slots=True)
class Zin:
    """A text with facts in it: literal pieces and, between them, names of facts."""

    stukken: tuple[str, ...]
    feiten: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Eis:
    """Must hold (``verbod``: must not)."""

    voorwaarde: Voorwaarde
    verbod: bool = False


@dataclass(frozen=True, slots=True)
class Afleiding:
    """Derives facts, each by its full name."""

    doelen: tuple[tuple[str, Uitdrukking], ...]


@dataclass(frozen=True, slots=True)
class Waarschuwing:
    """Warns, and never refuses."""

    tekst: Zin


@dataclass(frozen=True, slots=True)
class Verplichting:
    """A duty of somebody, with its last day where there is one."""

    plicht: Zin
    wie: str
    uiterlijk: Uitdrukking | None


@dataclass(frozen=True, slots=True)
class Opening:
    """A route that is available."""

    route: str


Effect = Eis | Afleiding | Waarschuwing | Verplichting | Opening


@dataclass(frozen=True, slots=True)
class Motivering:
    """The texts for a rule that is settled well, badly or not at all."""

    ja: Zin
    nee: Zin
    onbekend: Zin


@dataclass(frozen=True, slots=True)
class Regel:
    """One rule."""

    id: str
    vraag: str
    normen: tuple[str, ...]
    bron: Bron
    als: Voorwaarde
    tenzij: Voorwaarde | None
    gaat_voor: tuple[str, ...]
    route: str | None
    effect: Effect
    motivering: Motivering


def rule_terms(regel: Regel) -> Iterator[Voorwaarde | Uitdrukking]:
    """Yield every condition and value of a rule, its texts aside."""
    yield regel.als
    if regel.tenzij is not None:
        yield regel.tenzij
    match regel.effect:
        case Eis(voorwaarde, _):
            yield voorwaarde
        case Afleiding(doelen):
            yield from (term for _, term in doelen)
        case Verplichting(uiterlijk=uiterlijk) if uiterlijk is not None:
            yield uiterlijk


@dataclass(frozen=True, slots=True)
class Datumregel:
    """Which date decides, where its condition holds."""

    als: Voorwaarde
    op: Uitdrukking
    normen: tuple[str, ...]


class Inhoud:
    """The rules of a Regelset. They are typed when they are first asked for: most decisions need one year of one sector."""

    __slots__ = ("_lees", "_regels", "plat")

    def __init__(self, plat: Json, lees: Callable[[], tuple[Regel, ...]]) -> None:
        self.plat = plat
        self._lees = lees
        self._regels: tuple[Regel, ...] | None = None

    @property
    def regels(self) -> tuple[Regel, ...]:
        """The rules."""
        if self._regels is None:
            self._regels = self._lees()
        return self._regels


@dataclass(frozen=True, slots=True)
class Regelset:
    """One beleidsregel, one year, one version."""

    naam: str
    versie: str
    titel: str
    status: Status
    van: date | None
    """First day in force, inclusive; None where a concept does not say."""
    tot: date | None
    """Last day in force, inclusive; None where no end is known."""
    bekend: date | None
    """Since when it was known; None where the sources do not say."""
    bron: Bron
    zwijgt: bool
    """Whether it has nothing to say outside its validity (otherwise that is an error)."""
    reikwijdte: Mapping[str, Voorwaarde]
    datum: Mapping[str, tuple[Datumregel, ...]]
    inhoud: Inhoud = field(repr=False, compare=False)
    digest: str
    """SHA-256 over the canonical JSON of the flat form, so that two that are alike in it are alike in all."""

    @property
    def regels(self) -> tuple[Regel, ...]:
        """The rules, with what it took over from an earlier year."""
        return self.inhoud.regels

    @property
    def document(self) -> str:
        """The flat form in canonical JSON."""
        return canonical(self.inhoud.plat)

    @property
    def id(self) -> str:
        """``<sector>/<onderwerp>@<versie>``."""
        return f"{self.naam}@{self.versie}"

    @property
    def sector(self) -> str:
        """The sector that publishes it."""
        return self.naam.partition("/")[0]

    def in_force(self, op: date) -> bool:
        """Whether it is in force on a date; a concept without dates is, wherever a concept is asked for."""
        return (self.van is None or self.van <= op) and (self.tot is None or op <= self.tot)
