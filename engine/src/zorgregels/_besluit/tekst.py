"""How values look in Dutch texts."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

from .._waarden import ONBEKEND, Merk, Soort, Waarde

_MAANDEN: Final = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)


def show_date(dag: date) -> str:
    """``10 mei 2023``."""
    return f"{dag.day} {_MAANDEN[dag.month - 1]} {dag.year}"


def show_cent(cent: int) -> str:
    """``€ 1.234,56``."""
    euro, rest = divmod(abs(cent), 100)
    heel = f"{euro:,}".replace(",", ".")
    return f"€ {'-' if cent < 0 else ''}{heel},{rest:02d}"


def show(waarde: Waarde, soort: Soort) -> str:
    """Return a value as a reader writes it."""
    if isinstance(waarde, Merk):
        return "onbekend" if waarde is ONBEKEND else "n.v.t."
    if waarde is None:
        return "(leeg)"
    if waarde is True or waarde is False:
        return "ja" if waarde else "nee"
    if isinstance(waarde, str):
        return waarde.replace("_", " ") if soort is Soort.KEUZE else waarde
    if isinstance(waarde, date):
        return show_date(waarde)
    if soort is Soort.GELD and isinstance(waarde, int):
        return show_cent(waarde)
    if soort is Soort.BREUKGELD and isinstance(waarde, (int, Fraction)):
        exact = Fraction(waarde)
        return show_cent(exact.numerator) if exact.denominator == 1 else f"€ {_decimaal(exact / 100)}"
    if isinstance(waarde, Fraction):
        return _decimaal(waarde)
    if isinstance(waarde, tuple):
        return f"{len(waarde)} stuks"
    return str(waarde)


def _decimaal(waarde: Fraction) -> str:
    """A finite decimal where there is one, else the fraction itself."""
    noemer = waarde.denominator
    for priem in (2, 5):
        while noemer % priem == 0:
            noemer //= priem
    if noemer != 1:
        return str(waarde)
    plaatsen = 0
    while (waarde * 10**plaatsen).denominator != 1:
        plaatsen += 1
    cijfers = str(abs(waarde.numerator) * 10**plaatsen // waarde.denominator).rjust(plaatsen + 1, "0")
    kop = "-" if waarde < 0 else ""
    return f"{kop}{cijfers[:-plaatsen]},{cijfers[-plaatsen:]}" if plaatsen else f"{kop}{cijfers}"
