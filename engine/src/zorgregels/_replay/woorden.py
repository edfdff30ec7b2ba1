"""How a replay is told to people: numbers, reasons and changes in Dutch."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from .._besluit.tekst import show
from .._waarden import Soort
from .resultaat import Resultaat
from .telling import ALLEEN_VERSIE, ANDERS, GELIJK, GEWIJZIGD, NIET

REDENEN: Final = {
    "gewist": "gewist",
    "sleutel_niet_hier": "sleutel niet hier",
    "blok": "document ontbreekt of is veranderd",
    "past_niet": "wat is toegevoegd past niet",
    "feit_onleesbaar": "feit niet te lezen",
    "geweigerd": "engine weigert",
    "niet_bewaard": "feit niet bewaard",
    "geschonden": "vermelding geschonden",
}
REIKWIJDTEN: Final = {
    "uitkomst": "andere uitkomst",
    "gevolg": "andere gevolgen",
    "grond": "andere gronden",
}


def number(aantal: int) -> str:
    """``1 000 000``, with spaces that do not break."""
    return f"{aantal:,}".replace(",", "\N{NO-BREAK SPACE}")


def money(centen: str) -> str:
    """``€ 1.234,56``; a part of a cent is written out exactly."""
    return show(Fraction(centen), Soort.BREUKGELD).replace(" ", "\N{NO-BREAK SPACE}")


def change(van: str, naar: str) -> str:
    """``ja → nee``; the uitkomst alone where it stays the same."""
    return f"{van} → {naar}" if van != naar else van


def summary(r: Resultaat) -> str:
    """Return what a replay came to in one line."""
    t = r.telling
    delen = [f"{number(t.beslissingen)} {'beslissing' if t.beslissingen == 1 else 'beslissingen'}"]
    if r.niets_gekozen:
        delen = ["geen enkele beslissing voldoet"]
    elif r.opdracht.watals:
        per = {n: sum(a for o, a in r.bedragen.overgangen.items() if o.reikwijdte == n) for n in REIKWIJDTEN}
        uitleg = " · ".join(f"{REIKWIJDTEN[n]} {number(a)}" for n, a in per.items() if a)
        delen.append(f"gewijzigd {number(t.afloop[GEWIJZIGD])}{f' ({uitleg})' if uitleg else ''}")
        delen.append(f"gelijk {number(t.afloop[GELIJK])}")
        if t.afloop[ALLEEN_VERSIE]:
            delen.append(f"gelijk op de genoemde versie na {number(t.afloop[ALLEEN_VERSIE])}")
        if t.afloop[ANDERS]:
            delen.append(f"ook zonder toevoeging anders {number(t.afloop[ANDERS])}")
    else:
        delen += [f"gelijk {number(t.afloop[GELIJK])}", f"anders {number(t.afloop[ANDERS])}"]
    redenen = ", ".join(f"{REDENEN[n]} {number(a)}" for n, a in sorted(t.redenen.items()))
    if not r.niets_gekozen:
        delen.append(f"niet te herhalen {number(t.afloop[NIET])}{f' ({redenen})' if redenen else ''}")
    bevindingen = "1 bevinding" if r.aantal_bevindingen == 1 else f"{number(r.aantal_bevindingen)} bevindingen"
    delen.append("logboek ongeschonden" if r.ongeschonden else bevindingen)
    return " · ".join(delen)
