"""Exact evaluation of single terms, shared by every engine: an unknown part makes the whole unknown, an empty part makes it empty."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from math import lcm
from typing import Any, Final

from .._taal.catalogus import Catalogus
from .._waarden import NVT, ONBEKEND, Item, Merk, Scalar, Soort, Waarde, Wijze, round_to
from .afloop import Tegenspraak

Drie = bool | None
"""True, False or unknown."""

_MAX_BITS: Final = 2000
_NIETS: Final[Mapping[str, Scalar]] = {}


def _bounded(waarde: Fraction | int, soort: Soort) -> Fraction | int | Merk:
    """Amounts and numbers are ints wherever their type says so. What grows beyond all bounds is not known: no rule means that."""
    if type(waarde) is int:  # by far the most; and whether something is a Fraction takes long to tell
        return waarde if waarde.bit_length() <= _MAX_BITS else ONBEKEND
    if isinstance(waarde, Fraction) and soort in {Soort.GELD, Soort.GETAL}:
        waarde = waarde.numerator
    return ONBEKEND if max(waarde.numerator.bit_length(), waarde.denominator.bit_length()) > _MAX_BITS else waarde


def _blank(delen: tuple[Any, ...]) -> Any:
    """Return what the whole is when a part is unknown or empty; False when neither is.

    Parts are told apart by identity: a Fraction takes long to find that it does not equal something else.
    """
    leeg: Any = False
    for deel in delen:
        if deel is ONBEKEND:
            return ONBEKEND
        if deel is None or deel is NVT:
            leeg = None
    return leeg


def reken(bewerking: str, soort: Soort, *delen: Any) -> Any:
    """Return the value of a ``Rekening``."""
    leeg = _blank(delen)
    if leeg is not False:
        return leeg
    match bewerking:
        case "plus":
            return _bounded(sum(delen), soort)
        case "minus":
            return _bounded(delen[0] - delen[1], soort)
        case "maal":
            product: Fraction | int = 1
            for deel in delen:
                product = product * deel
            return _bounded(product, soort)
        case "kleinste":
            return min(delen)
        case "grootste":
            return max(delen)
        case "dagen_tussen":
            return (delen[1] - delen[0]).days
        case "jaar":
            return delen[0].year
        case _:
            return date(delen[0].year, 12, 31)


def rond_af(waarde: Any, stap: int, wijze: Wijze) -> Any:
    """Return a rounded value."""
    if waarde is ONBEKEND:
        return ONBEKEND
    if waarde is None or waarde is NVT:
        return None
    return round_to(Fraction(waarde), stap, wijze)


def datum_plus(van: Any, jaren: Any, maanden: Any, weken: Any, dagen: Any) -> Any:
    """Add calendar years and months, then weeks and days. A day that the month does not have becomes its last day.

    A date outside the years 1 to 9999 is empty: there is no such day.
    """
    leeg = _blank((van, jaren, maanden, weken, dagen))
    if leeg is not False:
        return leeg
    jaar, maand0 = divmod((van.year + jaren) * 12 + van.month - 1 + maanden, 12)
    if not 1 <= jaar <= 9999:
        return None
    begin = date(jaar, maand0 + 1, min(van.day, monthrange(jaar, maand0 + 1)[1]))
    try:
        return begin + timedelta(days=weken * 7 + dagen)
    except OverflowError:
        return None


def periode(catalogus: Catalogus | None, code: Any, op: Any) -> tuple[Mapping[str, Scalar], Scalar]:
    """Return what a catalogue says of a code on a date, and the value of a column that is not among it."""
    if code is ONBEKEND or op is ONBEKEND:
        return _NIETS, ONBEKEND
    if code is None or code is NVT or op is None or op is NVT:
        return _NIETS, None
    if catalogus is None:  # it was not known yet
        return _NIETS, ONBEKEND
    gevonden = catalogus.find(code, op)
    if gevonden is not None:
        return gevonden.waarden, ONBEKEND if gevonden.waarden["bestaat"] else None
    if catalogus.volledig and code not in catalogus.prestaties:
        return _BESTAAT_NIET, None
    return _NIETS, ONBEKEND


_BESTAAT_NIET: Final[Mapping[str, Scalar]] = {"bestaat": False}


def in_catalogus(catalogus: Catalogus | None, code: Any) -> Drie:
    """Whether a code is listed."""
    if code is ONBEKEND:
        return None
    return catalogus is not None and code in catalogus.prestaties


def zelfde(naam: str, een: int, waarde: Waarde, ander: int, andere: Waarde) -> None:
    """Hold two known values that rules derive for one fact against each other.

    Raises:
        Tegenspraak: when they differ.
    """
    if waarde != andere:
        raise Tegenspraak(naam, een, ander)


Waar = Callable[[Item], Drie]


def enig(lijst: Any, waar: Waar) -> Drie:
    """Whether some item satisfies; an unknown list is unknown."""
    if lijst is ONBEKEND:
        return None
    uitkomst: Drie = False
    for item in lijst:
        gold = waar(item)
        if gold:
            return True
        if gold is None:
            uitkomst = None
    return uitkomst


def elk(lijst: Any, waar: Waar) -> Drie:
    """Whether every item satisfies."""
    if lijst is ONBEKEND:
        return None
    uitkomst: Drie = True
    for item in lijst:
        gold = waar(item)
        if gold is False:
            return False
        if gold is None:
            uitkomst = None
    return uitkomst


def geen(lijst: Any, waar: Waar) -> Drie:
    """Whether no item satisfies."""
    gold = enig(lijst, waar)
    return None if gold is None else not gold


def aantal(lijst: Any, waar: Waar) -> Any:
    """How many items satisfy."""
    return som(lijst, waar, None, Soort.GETAL)


def verdeel(bedrag: Any, lijst: Any, naar: str, waar: Waar, eerst_per: str | None) -> Any:
    """The part of an amount for the items that satisfy, divided by largest remainder; empty where there is nothing to divide by.

    Nothing to divide by is: no item, a negative weight, or weights that are together zero. An empty weight is zero. With ``eerst_per``
    it is divided over the groups with the same value of that field first, and the part of each over its items.
    """
    if bedrag is ONBEKEND or lijst is ONBEKEND:
        return ONBEKEND
    if bedrag is None or bedrag is NVT:
        return None
    gewichten: list[Fraction | int] = []
    telt: list[bool] = []
    groepen: dict[Scalar, list[int]] = {}
    for nr, item in enumerate(lijst):
        gewicht = item.get(naar, ONBEKEND)
        groep = None if eerst_per is None else item.get(eerst_per, ONBEKEND)
        gold = waar(item)
        if gewicht is ONBEKEND or groep is ONBEKEND or gold is None:
            return ONBEKEND
        gewichten.append(0 if gewicht is None or gewicht is NVT else gewicht)
        telt.append(gold)
        groepen.setdefault(groep, []).append(nr)
    # Over one denominator the weights are whole numbers, and so are the remainders.
    noemer = lcm(*(g.denominator for g in gewichten))
    heel = [g.numerator * (noemer // g.denominator) for g in gewichten]
    if sum(heel) <= 0 or min(heel) < 0:
        return None
    per_groep = _divide(abs(bedrag), [sum([heel[nr] for nr in nrs]) for nrs in groepen.values()])
    deel = 0
    for nrs, van_groep in zip(groepen.values(), per_groep, strict=True):
        delen = _divide(van_groep, [heel[nr] for nr in nrs])
        deel += sum([d for d, nr in zip(delen, nrs, strict=True) if telt[nr]])
    return deel if bedrag >= 0 else -deel


def _divide(bedrag: int, gewichten: list[int]) -> list[int]:
    """Divide by largest remainder, of equal remainders the first. Without any weight nothing is divided."""
    totaal = sum(gewichten)
    if totaal == 0:
        return [0] * len(gewichten)
    gedeeld = [divmod(bedrag * g, totaal) for g in gewichten]
    delen = [deel for deel, _ in gedeeld]
    voorrang = sorted(range(len(delen)), key=lambda nr: (-gedeeld[nr][1], nr))
    for nr in voorrang[: bedrag - sum(delen)]:
        delen[nr] += 1
    return delen


def som(lijst: Any, waar: Waar, veld: str | None, soort: Soort) -> Any:
    """The sum of a field (or 1 an item) over the items that satisfy; empty and not applicable add nothing."""
    if lijst is ONBEKEND:
        return ONBEKEND
    totaal: Any = Fraction(0) if soort is Soort.RATIO else 0
    for item in lijst:
        gold = waar(item)
        if gold is False:
            continue
        waarde = 1 if veld is None else item.get(veld, ONBEKEND)
        if gold is None or waarde is ONBEKEND:
            return ONBEKEND
        if waarde is not None and waarde is not NVT:
            totaal += waarde
    return _bounded(totaal, soort)
