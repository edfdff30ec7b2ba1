"""What a cell says: text, an amount, a number, a date or a word with a meaning."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

from .._lezen.meldingen import suggest
from .._waarden import OngeldigeWaarde, Scalar, Soort, make_parser, parse_datum
from .tabel import Cel, Celfout
from .vorm import Kop, Veldkolom, fold

DATUMS: Final = {
    "JJJJ-MM-DD": re.compile(r"(?P<j>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})"),
    "DD-MM-JJJJ": re.compile(r"(?P<d>[0-9]{1,2})-(?P<m>[0-9]{1,2})-(?P<j>[0-9]{4})"),
    "JJJJMMDD": re.compile(r"(?P<j>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"),
}
_GETALLEN: Final = {
    "komma": re.compile(r"(?P<heel>[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,(?P<deel>[0-9]+))?"),
    "punt": re.compile(r"(?P<heel>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<deel>[0-9]+))?"),
    # Without thousands: 1.234 could be either, and is refused where amounts have two decimals.
    "beide": re.compile(r"(?P<heel>[0-9]+)(?:[.,](?P<deel>[0-9]+))?"),
}
_ONZICHTBAAR: Final = dict.fromkeys(map(ord, "\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}"))


def is_empty(cel: Cel, kop: Kop) -> bool:
    """Whether a cell says nothing, or a word that stands for it."""
    if cel is None:
        return True
    return not isinstance(cel, Celfout) and ((t := fold(_spelled(cel))) == "" or t in kop.leeg_bij)


def read_text(cel: Cel, nullen: int = 0) -> str:
    """Return a cell as one line of text; a whole number with leading zeros up to a length.

    Raises:
        OngeldigeWaarde: it holds a character that cannot be shown, or no value.
    """
    if isinstance(cel, Celfout):
        raise OngeldigeWaarde(cel.reden)
    tekst = " ".join(_spelled(cel).translate(_ONZICHTBAAR).split())
    if isinstance(cel, (int, Decimal)) and tekst.isdecimal():
        tekst = tekst.rjust(nullen, "0")
    if not tekst.isprintable():
        raise OngeldigeWaarde(f"{tekst!a:.60} bevat een teken dat niet te tonen is")
    return tekst


def read_date(cel: Cel, vormen: frozenset[str]) -> date:
    """Return the date that a cell spells in one of these forms.

    Raises:
        OngeldigeWaarde: it spells none.
    """
    if isinstance(cel, date):
        return cel
    tekst = read_text(cel)
    for naam in sorted(vormen):
        m = DATUMS[naam].fullmatch(tekst)
        if m is not None:
            return parse_datum(f"{m['j']}-{m['m']:0>2}-{m['d']:0>2}")
    raise OngeldigeWaarde(f"`{tekst:.40}` is geen datum als {' of '.join(sorted(vormen))}")


def read_value(cel: Cel, kolom: Veldkolom) -> Scalar:
    """Return the value that a filled cell gives a field.

    Raises:
        OngeldigeWaarde: the cell or the field does not allow it.
    """
    if kolom.woorden is not None:
        tekst = read_text(cel)
        if fold(tekst) not in kolom.woorden:
            tip = suggest(fold(tekst), kolom.woorden)
            raise OngeldigeWaarde(f"`{tekst:.40}` is geen woord van deze kolom. {tip}".rstrip())
        return kolom.woorden[fold(tekst)]
    match kolom.veld.type.soort:
        case Soort.GELD | Soort.RATIO:
            return make_parser(kolom.veld.type)(_number(cel, kolom.decimaal))
        case Soort.GETAL:
            tekst = _number(cel, kolom.decimaal)
            return make_parser(kolom.veld.type)(int(tekst) if tekst.isdecimal() else tekst)
        case Soort.DATUM:
            return read_date(cel, kolom.datums)
        case Soort.BOOLEAN:
            return make_parser(kolom.veld.type)(cel)
        case _:
            return make_parser(kolom.veld.type)(read_text(cel))


def _number(cel: Cel, decimaal: str) -> str:
    """Return what a cell counts, as the language spells it; exact, and zeros at the very end left out."""
    if isinstance(cel, (int, Decimal)) and not isinstance(cel, bool):
        tekst, wijze = format(cel, "f"), "beide"
    else:
        tekst, wijze = read_text(cel), decimaal
    negatief = tekst.removeprefix("€").lstrip().startswith("-")
    kaal = tekst.removeprefix("€").strip()
    if negatief:
        raise OngeldigeWaarde(f"`{tekst:.40}` is negatief")
    m = _GETALLEN[wijze].fullmatch(kaal)
    if m is None:
        voorbeeld = {"komma": "1.234,56", "punt": "1,234.56", "beide": "1234,56 of 1234.56"}[decimaal]
        raise OngeldigeWaarde(f"`{tekst:.40}` is geen getal zoals {voorbeeld}")
    deel = (m["deel"] or "").rstrip("0")
    heel = re.sub("[.,]", "", m["heel"]).lstrip("0") or "0"
    if len(m["deel"] or "") == 3 and wijze == "beide" and not isinstance(cel, (int, Decimal)):
        raise OngeldigeWaarde(f"`{tekst:.40}` kan duizend keer zo groot bedoeld zijn")
    return f"{heel}.{deel}" if deel else heel


def _spelled(cel: Cel) -> str:
    if isinstance(cel, bool):
        return "waar" if cel else "onwaar"
    if isinstance(cel, Decimal):
        heel = cel.to_integral_value()
        return format(heel if heel == cel else cel, "f")
    return "" if cel is None or isinstance(cel, Celfout) else str(cel)
