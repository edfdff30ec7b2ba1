"""Brute force: every way to fill in the facts that a zaak leaves out, as far as a finite few values stand for all."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product
from math import prod

from verwijzer import Fout, Verwijzer
from verwijzer_waarden import Raw, Veld

Plek = tuple[str, int, str]
"""A missing fact: feitsoort, item (-1: no list), field. A whole list has no field."""


def fact_name(plek: Plek) -> str:
    """Return how a Beslissing names a missing fact."""
    soort, item, veld = plek
    return f"{soort}[{item}].{veld}" if item >= 0 else f"{soort}.{veld}" if veld else soort


def missing(v: Verwijzer, zaak: Raw) -> list[Plek]:
    """Return every fact that the zaak leaves out."""
    uit: list[Plek] = []
    for soort, velden in sorted(v.velden.items()):
        namen = sorted(n for n, d in velden.items() if not d.afgeleid)
        if soort not in v.lijsten:
            uit += [(soort, -1, n) for n in namen if n not in zaak["feiten"].get(soort, {})]
        elif soort not in zaak["feiten"]:
            uit.append((soort, -1, ""))
        else:
            uit += [(soort, i, n) for i, item in enumerate(zaak["feiten"][soort]) for n in namen if n not in item]
    return uit


def literals(data: Raw) -> Iterator[Raw]:
    """Yield every text and number in a document."""
    if isinstance(data, dict):
        for waarde in data.values():
            yield from literals(waarde)
    elif isinstance(data, list):
        for waarde in data:
            yield from literals(waarde)
    elif data is not None and not isinstance(data, bool):
        yield data


def values(v: Verwijzer, plek: Plek) -> tuple[list[Raw], bool]:
    """Return raw values for a missing fact, and whether they stand for every value when it is only compared with constants."""
    soort, _, naam = plek
    if not naam:
        vol = {n: values(v, (soort, 0, n))[0][0] for n in v.velden[soort]}
        ander = {n: values(v, (soort, 0, n))[0][-1] for n in v.velden[soort]}
        return [[], [vol], [ander], [vol, vol, ander]], False
    veld = v.velden[soort][naam]
    extra: list[Raw] = [*([None] if veld.leeg else []), *(["n.v.t."] if veld.nvt else [])]
    gezien = sorted({str(x) for r in v.vlak.values() for x in literals([r["regels"], r["reikwijdte"], r.get("datum")])})
    return _representatives(veld, gezien) + extra, True


def _representatives(veld: Veld, gezien: list[str]) -> list[Raw]:
    if veld.soort == "boolean":
        return [False, True]
    if veld.soort == "keuze":
        return list(veld.keuzes)
    if veld.soort == "tekst":
        return ["iets geheel anders", *[g for g in gezien if len(g) <= veld.maxlengte]]
    if veld.soort == "datum":
        dagen = {_as_date(g) for g in gezien} - {None} or {date(2025, 1, 1)}
        return sorted({(d + timedelta(days=s)).isoformat() for d in dagen if d for s in (-1, 0, 1)})
    getallen = sorted({q for g in gezien if (q := _as_number(g)) is not None}) or [Fraction(0)]
    if veld.soort == "ratio":
        tussen = [(a + b) / 2 for a, b in pairwise(getallen)]
        return [str(q) for q in sorted({getallen[0] - 1, *getallen, *tussen, getallen[-1] + 1})]
    if veld.soort == "geld":
        centen = {int(q * 100) + s for q in getallen if (q * 100).denominator == 1 for s in (-1, 0, 1)} or {0}
        return [str(Decimal(c) / 100) for c in sorted(centen)]
    laag, hoog = veld.minimum, veld.maximum
    if laag is not None and hoog is not None and hoog - laag < 20:
        return list(range(laag, hoog + 1))
    heel = {int(q) + s for q in getallen for s in (-1, 0, 1)}
    return sorted(h for h in heel if (laag is None or h >= laag) and (hoog is None or h <= hoog)) or [laag or hoog or 0]


def _as_date(tekst: str) -> date | None:
    try:
        return date.fromisoformat(tekst)
    except ValueError:
        return None


def _as_number(tekst: str) -> Fraction | None:
    try:
        return Fraction(tekst)
    except (ValueError, ZeroDivisionError):
        return None


def fill(zaak: Raw, plekken: list[Plek], rij: tuple[Raw, ...]) -> Raw:
    """Return the zaak with those facts filled in."""
    vol = copy.deepcopy(zaak)
    for (soort, item, naam), waarde in zip(plekken, rij, strict=True):
        if not naam:
            vol["feiten"][soort] = copy.deepcopy(waarde)
        elif item >= 0:
            vol["feiten"][soort][item][naam] = waarde
        else:
            vol["feiten"].setdefault(soort, {})[naam] = waarde
    return vol


@dataclass(frozen=True)
class Vergelijk:
    """What the completions of a zaak come to, for the zaak (``""``) and for each route."""

    delen: Mapping[str, Mapping[tuple[Raw, ...], str]]
    """The uitkomst of each row, for each part; ``tegenspraak`` where rules contradict each other."""
    wezenlijk: Mapping[str, frozenset[str]]
    """The facts for which two rows that differ in it alone have different uitkomsten."""
    ruim: Mapping[str, frozenset[str]]
    """The same where a contradiction is an outcome as any other."""
    alles: bool
    """Whether the rows stand for every completion."""

    def outcomes(self, deel: str) -> set[str]:
        """Return the uitkomsten that do not end in a contradiction."""
        return set(self.delen[deel].values()) - {"tegenspraak"}


def brute_force(v: Verwijzer, zaak: Raw, keuze: Mapping[Plek, list[Raw]], *, alles: bool) -> Vergelijk:
    """Decide every combination of the chosen values; the scope stays as the zaak was asked."""
    sprekend = v.speaking(zaak)
    plekken = list(keuze)
    cellen: dict[tuple[int, ...], dict[str, str]] = {}
    namen: set[str] = {""}
    for nrs in product(*(range(len(w)) for w in keuze.values())):
        rij = tuple(keuze[p][nr] for p, nr in zip(plekken, nrs, strict=True))
        try:
            a = v.answer(fill(zaak, plekken, rij), sprekend)
            cellen[nrs] = {"": a.uitkomst, **a.routes}
        except Fout:
            cellen[nrs] = {}
        namen |= cellen[nrs].keys()
    delen = {n: {nrs: c.get(n, "tegenspraak") for nrs, c in cellen.items()} for n in namen}
    ruim = {n: _essential(plekken, d, frozenset()) for n, d in delen.items()}
    streng = {n: _essential(plekken, d, frozenset({"tegenspraak"})) for n, d in delen.items()}
    return Vergelijk(delen, streng, ruim, alles)


def _essential(plekken: list[Plek], cellen: Mapping[tuple[int, ...], str], buiten: frozenset[str]) -> frozenset[str]:
    uit = set()
    for nr, plek in enumerate(plekken):
        groepen: dict[tuple[int, ...], set[str]] = {}
        for nrs, cel in cellen.items():
            groepen.setdefault((*nrs[:nr], *nrs[nr + 1 :]), set()).add(cel)
        if any(len(g - buiten) > 1 for g in groepen.values()):
            uit.add(fact_name(plek))
    return frozenset(uit)


def size(keuze: Mapping[Plek, list[Raw]]) -> int:
    """Return how many rows there are."""
    return prod(len(w) for w in keuze.values())
