"""The typed form of voorwaarden and uitdrukkingen. Immutable, hashable, and free of anything an author spelled out twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from .._waarden import Scalar, Soort, Wijze

Orde = Literal["==", "<", "<=", ">", ">="]
Kwantorsoort = Literal["enig", "geen", "elk"]


@dataclass(frozen=True, slots=True)
class Constante:
    """A value written in the rule."""

    waarde: Scalar
    soort: Soort


@dataclass(frozen=True, slots=True)
class Veld:
    """A fact. ``naam`` is ``feitsoort.veld`` for a given fact, ``sector:feitsoort.veld`` for a derived one."""

    naam: str
    soort: Soort
    leegbaar: bool
    """Whether it can be empty or not applicable: every derived fact can, a given one where its feitsoort says so."""


@dataclass(frozen=True, slots=True)
class ItemVeld:
    """A field of the item that a quantifier looks at."""

    naam: str
    soort: Soort
    leegbaar: bool


@dataclass(frozen=True, slots=True)
class Rekening:
    """Exact arithmetic: ``plus``, ``minus``, ``maal``, ``kleinste``, ``grootste``, ``dagen_tussen``, ``jaar``, ``jaareinde``."""

    bewerking: str
    delen: tuple[Uitdrukking, ...]
    soort: Soort


@dataclass(frozen=True, slots=True)
class Afronding:
    """A named rounding to a multiple of ``stap`` (cents for amounts, ones for the rest)."""

    waarde: Uitdrukking
    stap: int
    wijze: Wijze
    soort: Soort


@dataclass(frozen=True, slots=True)
class Datumrekening:
    """A date and a number of days, weeks, calendar months and years, the largest unit first."""

    van: Uitdrukking
    jaren: Uitdrukking
    maanden: Uitdrukking
    weken: Uitdrukking
    dagen: Uitdrukking
    soort: Soort = Soort.DATUM


@dataclass(frozen=True, slots=True)
class Aantal:
    """How many items of a list satisfy a condition."""

    lijst: str
    waar: Voorwaarde
    soort: Soort = Soort.GETAL


@dataclass(frozen=True, slots=True)
class Som:
    """The sum of a field over the items of a list that satisfy a condition; an empty or not applicable field adds nothing."""

    lijst: str
    veld: str
    waar: Voorwaarde
    soort: Soort


@dataclass(frozen=True, slots=True)
class Verdeling:
    """The part of an amount that falls to the items that satisfy, when it is divided over all items in whole cents.

    Every item gets its exact share rounded down; the cents that are left go one each to the largest remainders, of equal ones to
    the first in the list. So the parts of all items are the whole amount, exactly. With ``eerst_per`` the amount is divided in that
    way over the groups of items with the same value of that field, and then the part of each group over its items.
    """

    bedrag: Uitdrukking
    lijst: str
    naar: str
    """The field that weighs: an amount, a number or a ratio."""
    waar: Voorwaarde
    eerst_per: str | None = None
    soort: Soort = Soort.GELD

    @property
    def velden(self) -> tuple[str, ...]:
        """The fields of the items that it reads, but for those of its condition."""
        return (self.naar,) if self.eerst_per is None else (self.naar, self.eerst_per)


@dataclass(frozen=True, slots=True)
class Opzoeking:
    """The value of a column of a catalogue for a code on a date."""

    catalogus: str
    code: Uitdrukking
    op: Uitdrukking
    kolom: str
    soort: Soort


Uitdrukking = Constante | Veld | ItemVeld | Rekening | Afronding | Datumrekening | Aantal | Som | Verdeling | Opzoeking


@dataclass(frozen=True, slots=True)
class Vergelijking:
    """``links`` stands in this order to ``rechts``; empty and not applicable stand in none and equal nothing."""

    links: Uitdrukking
    orde: Orde
    rechts: Uitdrukking


@dataclass(frozen=True, slots=True)
class Lidmaatschap:
    """The value is one of these."""

    links: Uitdrukking
    waarden: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Bestaat:
    """The fact has a value: it is not empty and not *not applicable*."""

    links: Uitdrukking


@dataclass(frozen=True, slots=True)
class NietVanToepassing:
    """The fact is given as not applicable."""

    links: Uitdrukking


@dataclass(frozen=True, slots=True)
class En:
    """All of them; none is true."""

    delen: tuple[Voorwaarde, ...]


@dataclass(frozen=True, slots=True)
class Of:
    """At least one of them."""

    delen: tuple[Voorwaarde, ...]


@dataclass(frozen=True, slots=True)
class Niet:
    """Not this."""

    deel: Voorwaarde


@dataclass(frozen=True, slots=True)
class Kwantor:
    """Some, no or every item of a list satisfies a condition."""

    soort: Kwantorsoort
    lijst: str
    waar: Voorwaarde


@dataclass(frozen=True, slots=True)
class InCatalogus:
    """A code is listed in a catalogue, whatever the date."""

    catalogus: str
    code: Uitdrukking


Voorwaarde = Vergelijking | Lidmaatschap | Bestaat | NietVanToepassing | En | Of | Niet | Kwantor | InCatalogus
ALTIJD = En(())


def children(term: Uitdrukking | Voorwaarde) -> tuple[Uitdrukking | Voorwaarde, ...]:
    """Return the direct parts of a term, outside quantifiers and inside them alike."""
    match term:
        case Rekening(_, delen, _) | En(delen) | Of(delen):
            return delen
        case Afronding(waarde=deel) | Niet(deel) | Bestaat(deel) | NietVanToepassing(deel) | Lidmaatschap(links=deel):
            return (deel,)
        case Datumrekening():
            return term.van, term.jaren, term.maanden, term.weken, term.dagen
        case Aantal(waar=waar) | Som(waar=waar) | Kwantor(waar=waar):
            return (waar,)
        case Verdeling(bedrag=bedrag, waar=waar):
            return bedrag, waar
        case Vergelijking(links, _, rechts):
            return links, rechts
        case Opzoeking(code=code, op=op):
            return code, op
        case InCatalogus(code=code):
            return (code,)
        case _:
            return ()


def walk(term: Uitdrukking | Voorwaarde) -> Iterator[Uitdrukking | Voorwaarde]:
    """Yield a term and every part of it."""
    yield term
    for deel in children(term):
        yield from walk(deel)


def reads(term: Uitdrukking | Voorwaarde) -> frozenset[str]:
    """Return the names of the facts and of the lists that a term reads."""
    namen: set[str] = set()
    for deel in walk(term):
        match deel:
            case Veld(naam=naam):
                namen.add(naam)
            case Aantal(lijst=lijst) | Som(lijst=lijst) | Verdeling(lijst=lijst) | Kwantor(lijst=lijst):
                namen.add(lijst)
    return frozenset(namen)


def item_reads(term: Uitdrukking | Voorwaarde) -> Iterator[tuple[str, str]]:
    """Yield list and field of every field of an item that a term reads."""
    for deel in walk(term):
        match deel:
            case Aantal(lijst=lijst, waar=waar) | Kwantor(lijst=lijst, waar=waar):
                pass
            case Som(lijst=lijst, veld=veld, waar=waar):
                yield lijst, veld
            case Verdeling(lijst=lijst, waar=waar, velden=velden):
                yield from ((lijst, veld) for veld in velden)
            case _:
                continue
        yield from ((lijst, d.naam) for d in walk(waar) if isinstance(d, ItemVeld))


def fields_read(termen: Iterable[Uitdrukking | Voorwaarde]) -> frozenset[str]:
    """Return the names of the facts that terms read; of a list its name and, for each field, ``lijst.veld``."""
    namen: set[str] = set()
    for term in termen:
        namen |= reads(term)
        namen.update(f"{lijst}.{veld}" for lijst, veld in item_reads(term))
    return frozenset(namen)
