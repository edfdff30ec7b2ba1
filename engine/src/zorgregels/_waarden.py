"""The values that facts take, exact and hashable: no float enters, and unknown, empty and not applicable stay apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable


class Merk(Enum):
    """What a fact is when it has no value of its own."""

    ONBEKEND = "onbekend"
    """Not given: any value may turn up later."""
    NVT = "n.v.t."
    """Given as not applicable."""

    # Members are one of a kind; Enum hashes them by name, in Python, and that is felt.
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        """Refuse to be a condition: what is unknown is no yes.

        Raises:
            TypeError: always.
        """
        raise TypeError(f"{self.name} is geen ja of nee: vergelijk met `is {self.name}`")


ONBEKEND: Final = Merk.ONBEKEND
NVT: Final = Merk.NVT

Item = dict[str, "Waarde"]
"""One object of a list fact: its known fields only."""
Waarde = bool | int | str | date | Fraction | None | Merk | tuple[Item, ...]
"""Any value: amounts are whole cents (int), ``None`` is *known to be empty*."""
Scalar = bool | int | str | date | Fraction | None | Merk
Feiten = dict[str, Waarde]
"""The given facts by name (``declaratie.bedrag``); a list fact by its feitsoort (``zorgactiviteit``)."""

MAX_CENT: Final = 10**15
MAX_GETAL: Final = 10**15
MAX_TEKST: Final = 2000
_ONTHOUDEN: Final = 2048
_GELD = re.compile(r"-?(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,2})?")
_RATIO = re.compile(r"-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,12}|/[1-9][0-9]{0,11})?")
_DATUM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Soort(Enum):
    """The kinds of value."""

    __hash__ = object.__hash__

    BOOLEAN = "boolean"
    KEUZE = "keuze"
    TEKST = "tekst"
    GETAL = "getal"
    GELD = "geld"
    BREUKGELD = "breukgeld"
    """Exact cents that need not be whole: the outcome of amount × ratio, until a rule rounds it."""
    RATIO = "ratio"
    DATUM = "datum"

    @property
    def geordend(self) -> bool:
        """Whether values of this kind have an order."""
        return self not in {Soort.BOOLEAN, Soort.KEUZE, Soort.TEKST}


@dataclass(frozen=True, slots=True)
class Type:
    """What a field may hold."""

    soort: Soort
    keuzes: tuple[str, ...] = ()
    maxlengte: int = MAX_TEKST
    patroon: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    leeg: bool = False
    """Whether ``null`` (known to be empty) is allowed."""
    nvt: bool = False
    """Whether *not applicable* is allowed."""


class OngeldigeWaarde(ValueError):
    """A value that its type does not allow; the text says what was expected, in Dutch."""


def parse_geld(ruw: object) -> int:
    """Return whole cents for euros spelled as text, a decimal or a whole number.

    Raises:
        OngeldigeWaarde: for anything else, a float among them.
    """
    if type(ruw) is str:
        tekst = ruw
    elif type(ruw) is int:
        tekst = str(ruw) if abs(ruw) < MAX_CENT else "te groot"
    elif type(ruw) is Decimal:
        tekst = str(ruw)
    else:
        raise OngeldigeWaarde(_geen(ruw, "een bedrag in euro's"))
    if _GELD.fullmatch(tekst) is None:
        raise OngeldigeWaarde(_geen(ruw, "een bedrag in euro's met hoogstens twee decimalen, zoals 11.52"))
    heel, _, rest = tekst.partition(".")
    cent = int(rest.ljust(2, "0")) if rest else 0
    return int(heel) * 100 - cent if heel[0] == "-" else int(heel) * 100 + cent


def parse_ratio(ruw: object) -> Fraction:
    """Return the exact ratio that text, a decimal or a whole number spells.

    Raises:
        OngeldigeWaarde: for anything else, a float among them.
    """
    if type(ruw) not in {str, int, Decimal}:
        raise OngeldigeWaarde(_geen(ruw, "een verhouding"))
    if type(ruw) is int and abs(ruw) >= MAX_GETAL:
        raise OngeldigeWaarde(_geen(ruw, "een verhouding"))
    tekst = str(ruw)
    if _RATIO.fullmatch(tekst) is None:
        raise OngeldigeWaarde(_geen(ruw, "een verhouding zoals 0.7 of 7/10"))
    return Fraction(tekst)


def parse_datum(ruw: object) -> date:
    """Return the calendar date that ``YYYY-MM-DD`` or a ``date`` gives.

    Raises:
        OngeldigeWaarde: for anything else, a ``datetime`` among them: its day depends on a time zone.
    """
    if type(ruw) is str and _DATUM.fullmatch(ruw):
        try:
            return date.fromisoformat(ruw)
        except ValueError:
            raise OngeldigeWaarde(_geen(ruw, "een bestaande kalenderdatum")) from None
    if isinstance(ruw, date) and not isinstance(ruw, datetime):
        return date(ruw.year, ruw.month, ruw.day)  # a subclass may compare as it likes
    raise OngeldigeWaarde(_geen(ruw, "een datum als JJJJ-MM-DD"))


def matches(patroon: str, tekst: str) -> bool:
    """Whether a text has the form of a JSON Schema pattern. There ``$`` is the very end; Python's also stands before a last newline."""
    eind = patroon.removesuffix("$") + r"\Z" if patroon.endswith("$") else patroon
    return re.search(eind, tekst) is not None


def parse_tekst(ruw: object, type_: Type) -> str:
    """Return the text if it fits the type."""
    if type(ruw) is not str:
        raise OngeldigeWaarde(_geen(ruw, "tekst"))
    if len(ruw) > type_.maxlengte:
        raise OngeldigeWaarde(f"{_kort(ruw)} is langer dan {type_.maxlengte} tekens")
    if not ruw.isascii():
        try:
            ruw.encode()
        except UnicodeEncodeError:
            raise OngeldigeWaarde("de tekst bevat een los surrogaatteken en is geen geldige Unicode") from None
    if type_.patroon is not None and not matches(type_.patroon, ruw):
        raise OngeldigeWaarde(f"{_kort(ruw)} heeft niet de vorm {type_.patroon}")
    return ruw


def _parse_boolean(ruw: object) -> bool:
    if ruw is True or ruw is False:
        return ruw
    raise OngeldigeWaarde(_geen(ruw, "true of false"))


def _parse_keuze(ruw: object, type_: Type) -> str:
    if type(ruw) is str and ruw in type_.keuzes:
        return ruw
    raise OngeldigeWaarde(_geen(ruw, "een van " + ", ".join(type_.keuzes)))


def _parse_getal(ruw: object, type_: Type) -> int:
    if type(ruw) is not int:
        raise OngeldigeWaarde(_geen(ruw, "een geheel getal"))
    laagste = -MAX_GETAL if type_.minimum is None else type_.minimum
    hoogste = MAX_GETAL if type_.maximum is None else type_.maximum
    if not laagste <= ruw <= hoogste:
        raise OngeldigeWaarde(f"{_kort(ruw)} ligt niet tussen {laagste} en {hoogste}")
    return ruw


def _remember(parse: Callable[[object], Scalar]) -> Callable[[object], Scalar]:
    """Remember what texts spell, within bounds: the same amounts, ratios and dates come back all the time."""
    bekend: dict[str, Scalar] = {}

    def recall(ruw: object) -> Scalar:
        if type(ruw) is not str:
            return parse(ruw)
        waarde = bekend.get(ruw)
        if waarde is None:
            if len(bekend) >= _ONTHOUDEN:
                bekend.clear()
            waarde = bekend[ruw] = parse(ruw)
        return waarde

    return recall


@cache
def make_parser(type_: Type) -> Callable[[object], Scalar]:
    """Return the function that turns a raw JSON-like value into a value of this type, or raises ``OngeldigeWaarde``."""
    parsers: dict[Soort, Callable[[object], Scalar]] = {
        Soort.BOOLEAN: _parse_boolean,
        Soort.KEUZE: lambda ruw: _parse_keuze(ruw, type_),
        Soort.TEKST: lambda ruw: parse_tekst(ruw, type_),
        Soort.GETAL: lambda ruw: _parse_getal(ruw, type_),
        Soort.GELD: _remember(parse_geld),
        Soort.RATIO: _remember(parse_ratio),
        Soort.DATUM: _remember(parse_datum),
    }
    basis = parsers[type_.soort]
    if not type_.leeg and not type_.nvt:
        return basis

    def parse(ruw: object) -> Scalar:
        if ruw is None and type_.leeg:
            return None
        if type(ruw) is str and ruw == NVT.value and type_.nvt:
            return NVT
        return basis(ruw)

    return parse


def spell(waarde: Scalar, soort: Soort) -> str | int | bool | None:
    """Return the JSON spelling of a known value: amounts, ratios and dates as text, so that nothing is ever a float."""
    if waarde is None or isinstance(waarde, (bool, str)):
        return waarde
    if waarde is NVT:
        return NVT.value
    if isinstance(waarde, date):
        return waarde.isoformat()
    if soort is Soort.GELD and isinstance(waarde, int):
        return spell_cent(waarde)
    if soort is Soort.RATIO and isinstance(
        waarde, (int, Fraction)
    ):  # a derived ratio may be a whole number, and 1 and Fraction(1) are one value
        return str(Fraction(waarde))
    if isinstance(waarde, Fraction):
        return spell_breukgeld(waarde) if soort is Soort.BREUKGELD else str(waarde)
    if isinstance(waarde, int):
        return spell_breukgeld(Fraction(waarde)) if soort is Soort.BREUKGELD else spell_int(waarde)
    raise AssertionError(waarde)


def spell_int(waarde: int) -> int | str:
    """Return a whole number, as text from 2**53 on: there JSON's numbers stop being exact for most readers."""
    return waarde if abs(waarde) < 2**53 else str(waarde)


def spell_cent(cent: int) -> str:
    """Return cents as euros with two decimals, ``1151`` as ``11.51``."""
    euro, rest = divmod(abs(cent), 100)
    return f"{'-' if cent < 0 else ''}{euro}.{rest:02d}"


def spell_breukgeld(cent: Fraction) -> str:
    """Return exact cents as euros: two decimals where they are whole, else a fraction of a euro."""
    return spell_cent(cent.numerator) if cent.denominator == 1 else str(cent / 100)


Wijze = Literal["omlaag", "omhoog", "half_omhoog", "half_even"]


def round_to(waarde: Fraction, stap: int, wijze: Wijze) -> int:
    """Round exactly to a multiple of ``stap``: down, up (away from less), half up or half even, all on the number line."""
    veelvoud = waarde / stap
    heel = veelvoud.numerator // veelvoud.denominator
    rest = veelvoud - heel
    half = Fraction(1, 2)
    omhoog = (
        (wijze == "omhoog" and rest > 0)
        or (wijze == "half_omhoog" and rest >= half)
        or (wijze == "half_even" and (rest > half or (rest == half and heel % 2 == 1)))
    )
    return (heel + (1 if omhoog else 0)) * stap


def _kort(ruw: object) -> str:
    """Show a hostile value without showing all of it."""
    if isinstance(ruw, int) and not isinstance(ruw, bool) and abs(ruw) >= 10**20:
        return "een getal van meer dan twintig cijfers"
    if type(ruw) not in {str, int, float, bool, Decimal, type(None)}:
        return f"een {type(ruw).__name__[:40]}"  # what it says of itself is not asked: it may be long, or not end
    tekst = ascii(ruw) if isinstance(ruw, str) and not ruw.isprintable() else repr(ruw)
    return tekst if len(tekst) <= 60 else tekst[:57] + "…"


def _hint(ruw: object, verwacht: str) -> str:
    """The two slips of the pen that people make in Dutch."""
    if not isinstance(ruw, str):
        return ""
    if "," in ruw and ("bedrag" in verwacht or "verhouding" in verwacht):
        return "; een decimaal heeft een punt"
    return (
        "; schrijf eerst het jaar: JJJJ-MM-DD"
        if "datum" in verwacht and re.fullmatch(r"\d\d?[-/.]\d\d?[-/.]\d{4}", ruw)
        else ""
    )


def _geen(ruw: object, verwacht: str) -> str:
    if isinstance(ruw, float):
        return f'{_kort(ruw)} is een float en die is niet exact; verwacht is {verwacht}. Geef tekst of een Decimal: "{ruw}"'
    if ruw is None:
        return f"null betekent dat er geen waarde is en dat kan hier niet; verwacht is {verwacht}. Laat het veld weg als u de waarde niet weet"
    return f"{_kort(ruw)} is niet {verwacht}{_hint(ruw, verwacht)}"
