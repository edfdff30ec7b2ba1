"""The pieces of a page: tables, lists of terms and the bar. Whatever is shown is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final, NamedTuple

from .woorden import number

_BREED: Final = 960
_HOOG: Final = 34
_MINST: Final = 3


class Rechts(str):
    """A cell with a number: it stands to the right."""

    __slots__ = ()


class Vast(str):
    """A cell that is not broken over lines."""

    __slots__ = ()


class Stuk(NamedTuple):
    """A part of a bar."""

    naam: str
    aantal: int
    klasse: str


def table(koppen: Sequence[str], rijen: Iterable[Sequence[str]], *, titel: str = "", slot: Sequence[str] = ()) -> str:
    """Return a table; nothing where there are no rows."""
    regels = ["<tr>" + "".join(map(_cell, rij)) + "</tr>" for rij in rijen]
    if not regels:
        return ""
    bijschrift = f"<caption>{escape(titel)}</caption>" if titel else ""
    kop = "".join(f'<th scope="col"{_side(k)}>{escape(k)}</th>' for k in koppen)
    voet = f"<tfoot><tr>{''.join(map(_cell, slot))}</tr></tfoot>" if slot else ""
    lijf = "\n".join(regels)
    return f'<div class="schuif"><table>{bijschrift}<thead><tr>{kop}</tr></thead>\n<tbody>{lijf}</tbody>{voet}</table></div>\n'


def terms(paren: Iterable[tuple[str, str]]) -> str:
    """Return a list of terms, each with what it is."""
    return "<dl>" + "\n".join(f"<dt>{escape(n)}</dt><dd>{escape(w)}</dd>" for n, w in paren) + "</dl>\n"


def paragraph(tekst: str, klasse: str = "") -> str:
    """Return a paragraph."""
    return f"<p{f' class={chr(34)}{klasse}{chr(34)}' if klasse else ''}>{escape(tekst)}</p>\n"


def bar(stukken: Sequence[Stuk], wat: str) -> str:
    """Return one bar of which each part is as long as its share, with its words below it; a small share is never invisible."""
    er_zijn = [s for s in stukken if s.aantal]
    totaal = sum(s.aantal for s in er_zijn)
    if not totaal:
        return ""
    ruimte = _BREED - _MINST * len(er_zijn)
    blokken, legenda, x = "", "", 0
    for nr, s in enumerate(er_zijn, start=1):
        breed = _MINST + ruimte * s.aantal // totaal if nr < len(er_zijn) else _BREED - x
        blokken += f'<rect class="{s.klasse}" x="{x}" y="0" width="{breed}" height="{_HOOG}"/>'
        woorden = f"{escape(s.naam)}: {number(s.aantal)} ({_share(s.aantal, totaal)})"
        vakje = f'<svg class="vakje" width="12" height="12" aria-hidden="true"><rect class="{s.klasse}" width="12" height="12"/></svg>'
        legenda += f"<li>{vakje} {woorden}</li>\n"
        x += breed
    titel = escape(f"{wat}: " + ", ".join(f"{s.naam} {number(s.aantal)}" for s in er_zijn))
    return (
        f'<svg class="balk" viewBox="0 0 {_BREED} {_HOOG}" preserveAspectRatio="none" role="img" aria-label="{titel}">{blokken}</svg>\n'
        f'<ul class="legenda">\n{legenda}</ul>\n'
    )


def _share(deel: int, geheel: int) -> str:
    """A share in per cents, rounded in whole arithmetic. What is not all is never called 100 %, what is not nothing never 0 %."""
    duizendsten = (2000 * deel + geheel) // (2 * geheel)
    if deel and not duizendsten:
        return "minder dan 0,1 %"
    if deel < geheel:
        return f"{duizendsten // 10},{duizendsten % 10} %" if duizendsten < 1000 else "meer dan 99,9 %"
    return "100 %"


def _cell(waarde: str) -> str:
    return f"<td{_side(waarde)}>{escape(waarde)}</td>"


def _side(waarde: str) -> str:
    return ' class="g"' if isinstance(waarde, Rechts) else ' class="v"' if isinstance(waarde, Vast) else ""
