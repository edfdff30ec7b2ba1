"""Which missing facts can still change the uitkomst, and whether any can.

Kleene's logic is sound but not tight: it may say unknown though every way to fill in the missing facts agrees. So the missing facts
are filled in with every value that the rules can tell apart, within a budget, and the outcomes compared. A fact whose values
cannot be told apart by a finite few (a code that is looked up, a list that is absent) stays unknown in that table; whatever it may still
do is then assumed, so that the answer stays sound, and the list of facts is called an upper bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise, product
from math import ceil, floor, prod
from typing import Any, Final

from .._inferentie.afloop import Afloop, Tegenspraak
from .._plan.plan import Plan
from .._taal.feitsoort import Feitveld
from .._taal.regelset import rule_terms
from .._taal.termen import (
    Aantal,
    Bestaat,
    Constante,
    ItemVeld,
    Kwantor,
    Lidmaatschap,
    NietVanToepassing,
    Som,
    Uitdrukking,
    Veld,
    Verdeling,
    Vergelijking,
    Voorwaarde,
    children,
    walk,
)
from .._taal.vraag import Uitkomst
from .._waarden import (
    MAX_CENT,
    MAX_GETAL,
    NVT,
    ONBEKEND,
    Feiten,
    Item,
    OngeldigeWaarde,
    Soort,
    Type,
    Waarde,
    make_parser,
)
from .beslissing import Gat
from .spoor import Plek, Speurder, name_of
from .uitkomst import Uitslag, Weging

BUDGET: Final = 1024
"""How many ways to fill in the missing facts are tried."""
_KLEIN: Final = 20
_LETTERS: Final = "\u2022019aAzZ"
SettleMany = Callable[[list[Feiten]], list[Afloop | Tegenspraak]]


@dataclass(frozen=True, slots=True)
class Splitsing:
    """What filling in the missing facts showed."""

    uitslag: Uitslag
    ontbrekend: tuple[str, ...]
    """The facts that can change the outcome of the zaak or of a route, sorted."""
    per_deel: tuple[tuple[str, ...], ...]
    """The same for the zaak and each route by itself."""
    bovengrens: bool
    gaten: tuple[Gat, ...]


@dataclass(slots=True)
class Gebruik:
    """How the rules of a plan use one given fact or one field of a list's items."""

    tegenover: list[Uitdrukking] = field(default_factory=list)
    """What it is compared with."""
    vrij: bool = False
    """Whether it is also used in a way that no finite set of values stands for."""


class Splitser:
    """Fills in missing facts for one plan. Static knowledge is gathered once."""

    def __init__(self, plan: Plan, velden: Mapping[str, Feitveld]) -> None:
        self._plan = plan
        self._velden = velden
        self._gebruik: dict[tuple[str, str], Gebruik] = {}
        self._speurder = Speurder(plan.regels, plan.catalogi)
        for p in plan.regels:
            for term in rule_terms(p.regel):
                self._note(term, None)

    # -- how facts are used --------------------------------------------------------------------------------------

    def _note(self, term: Voorwaarde | Uitdrukking, lijst: str | None) -> None:
        match term:
            case Vergelijking(links, _, rechts):
                for deze, ander in ((links, rechts), (rechts, links)):
                    if isinstance(deze, (Veld, ItemVeld)):
                        self._use(deze, lijst).tegenover.append(ander)
                    else:
                        self._note(deze, lijst)
            case Lidmaatschap(links, waarden) if isinstance(links, (Veld, ItemVeld)):
                self._use(links, lijst).tegenover.extend(Constante(w, links.soort) for w in waarden)
            case Bestaat(links) | NietVanToepassing(links) if isinstance(links, (Veld, ItemVeld)):
                self._use(links, lijst)
            case Veld() | ItemVeld():
                self._use(term, lijst).vrij = True
            case Kwantor(_, naam, waar) | Aantal(naam, waar, _):
                self._note(waar, naam)
            case Verdeling(bedrag, naam, waar=waar):
                for veld in term.velden:
                    self._use(ItemVeld(veld, Soort.GELD, leegbaar=True), naam).vrij = True
                self._note(bedrag, lijst)
                self._note(waar, naam)
            case Som(naam, veld, waar, _):
                self._use(ItemVeld(veld, Soort.GELD, leegbaar=True), naam).vrij = True
                self._note(waar, naam)
            case _:
                for deel in children(term):
                    self._note(deel, lijst)

    def _use(self, veld: Veld | ItemVeld, lijst: str | None) -> Gebruik:
        if isinstance(veld, ItemVeld):
            assert lijst is not None
            return self._gebruik.setdefault((lijst, veld.naam), Gebruik())
        return self._gebruik.setdefault((veld.naam, ""), Gebruik())

    # -- the analysis --------------------------------------------------------------------------------------------

    def split(self, feiten: Feiten, afloop: Afloop, weging: Weging, settle_many: SettleMany) -> Splitsing:
        """Return what can still change for these facts, given what Kleene's logic made of them."""
        begin = weging.weigh(afloop.stappen)
        twijfel = weging.undecided(afloop.stappen)
        bekend: Feiten = {n: w for n, w in zip(self._plan.namen, afloop.waarden, strict=True) if w is not ONBEKEND}
        herkomst = self._speurder.trace(twijfel, bekend)
        waarden = {plek: self._values(plek, bekend) for plek in sorted(herkomst.plekken)}
        enige = {plek: w for plek, w in waarden.items() if len(w) == 1}  # what can be one thing only changes nothing
        missend = [plek for plek in waarden if plek not in enige]
        gaten = tuple(sorted(herkomst.gaten, key=lambda g: (g.catalogus, g.code, g.op, g.feit)))
        keuzes = self._affordable({plek: waarden[plek] for plek in missend if waarden[plek]})
        if not waarden:
            return Splitsing(begin, (), ((),) * len(begin.delen), bovengrens=False, gaten=gaten)
        plekken = list(keuzes)
        rijen = list(product(*keuzes.values()))
        basis = _fill(feiten, list(enige), tuple(w[0] for w in enige.values()))
        aflopen = settle_many([_fill(basis, plekken, rij) for rij in rijen])
        cellen = [_parts(a, weging, len(begin.delen)) for a in aflopen]
        namen: list[set[str]] = []
        delen: list[Uitkomst] = []
        bovengrens = False
        for deel, uitkomst in enumerate(begin.delen):
            kolom = [c[deel] for c in cellen]
            vast = kolom[0] if len(set(kolom)) == 1 and kolom[0] in {Uitkomst.JA, Uitkomst.NEE} else None
            if uitkomst is not Uitkomst.ONBEKEND or isinstance(vast, Uitkomst):
                delen.append(vast if isinstance(vast, Uitkomst) else uitkomst)
                namen.append(set())
                continue
            delen.append(uitkomst)
            zeker, mogelijk = _essential(plekken, rijen, kolom)
            los = {p for p in missend if p not in keuzes} if Uitkomst.ONBEKEND in kolom else set()
            bovengrens = bovengrens or bool(mogelijk - zeker) or bool(los)
            namen.append({name_of(p) for p in zeker | mogelijk | los})
        alle = sorted(set().union(*namen))
        uitslag = Uitslag(delen[0], tuple(delen[1:]))
        nog_open = Uitkomst.ONBEKEND in delen
        return Splitsing(
            uitslag, tuple(alle), tuple(tuple(sorted(n)) for n in namen), bovengrens, gaten if nog_open else ()
        )

    def _affordable(self, keuzes: dict[Plek, tuple[Waarde, ...]]) -> dict[Plek, tuple[Waarde, ...]]:
        """Keep the facts with the fewest values, as many as the budget allows."""
        binnen: dict[Plek, tuple[Waarde, ...]] = {}
        for plek, waarden in sorted(keuzes.items(), key=lambda k: (len(k[1]), k[0])):
            if prod(map(len, binnen.values())) * len(waarden) <= BUDGET:
                binnen[plek] = waarden
        return dict(sorted(binnen.items()))

    def _values(self, plek: Plek, bekend: Feiten) -> tuple[Waarde, ...]:
        """Return values that stand for all that a missing fact can be.

        Where no finite few do, unknown stands among them for the rest: the others can show that the fact matters, never that it does not.
        """
        naam, item, veldnaam = plek
        veld = self._velden.get(f"{naam}.{veldnaam}" if item >= 0 else naam)
        gebruik = self._gebruik.get((naam, veldnaam), Gebruik())
        if veld is None:  # a whole list: the empty one, and all others
            return ((), ONBEKEND)
        type_ = veld.type
        extra: tuple[Waarde, ...] = (*((None,) if type_.leeg else ()), *((NVT,) if type_.nvt else ()))
        domein = _domain(type_)
        if domein:
            return domein + extra
        heel = not gebruik.vrij
        punten: list[Any] = []
        for term in gebruik.tegenover:
            waarde = self._speurder.value(term, bekend) if not _of_item(term) else ONBEKEND
            if waarde is ONBEKEND:
                heel = False
            elif waarde is not None and waarde is not NVT:
                punten.append(waarde)
        proeven = _around(type_, punten)
        if proeven is None:
            proeven, heel = tuple(sorted(set(punten))), False
        return proeven + extra + (() if heel else (ONBEKEND,))


def _of_item(term: Uitdrukking) -> bool:
    """Whether a term reads the item that a quantifier looks at, so that it has no one value."""
    return any(isinstance(d, ItemVeld) for d in walk(term))


def _domain(type_: Type) -> tuple[Waarde, ...]:
    if type_.soort is Soort.BOOLEAN:
        return (False, True)
    if type_.soort is Soort.KEUZE:
        return type_.keuzes
    if (
        type_.soort is Soort.GETAL
        and type_.minimum is not None
        and type_.maximum is not None
        and type_.maximum - type_.minimum < _KLEIN
    ):
        return tuple(range(type_.minimum, type_.maximum + 1))
    return ()


def _around(type_: Type, punten: Iterable[Any]) -> tuple[Waarde, ...] | None:
    """Return a value in every stretch between the points at which rules change, and the points themselves.

    None when there may be others of which no example was found.
    """
    if type_.soort is Soort.TEKST:
        bekend = sorted(set(punten))
        ander = _other_text(type_, set(bekend))
        return None if ander is None else (*bekend, ander)
    if type_.soort is Soort.DATUM:
        dagen: set[date] = set()
        for punt in set(punten) or {date(2000, 1, 1)}:
            dagen.update(d for d in (_day(punt, -1), punt, _day(punt, 1)) if d is not None)
        return tuple(sorted(dagen))
    exact = sorted({Fraction(p) for p in punten}) or [Fraction(0)]
    if type_.soort is Soort.RATIO:
        tussen = [(a + b) / 2 for a, b in pairwise(exact)]
        return tuple(sorted({exact[0] - 1, *exact, *tussen, exact[-1] + 1}))
    grens = MAX_CENT if type_.soort is Soort.GELD else MAX_GETAL
    laagste = -grens if type_.minimum is None else type_.minimum
    hoogste = grens if type_.maximum is None else type_.maximum
    heel = {h for p in exact for h in (floor(p) - 1, floor(p), ceil(p), ceil(p) + 1)}
    return tuple(sorted({min(max(h, laagste), hoogste) for h in heel}))


def _other_text(type_: Type, bekend: set[str]) -> str | None:
    """Return a text that the type allows and that is none of the known ones."""
    parse = make_parser(type_)
    for lengte in range(1, min(type_.maxlengte, 40) + 1):
        for letter in _LETTERS:
            tekst = letter * lengte
            if tekst in bekend:
                continue
            try:
                parse(tekst)
            except OngeldigeWaarde:
                continue
            return tekst
    return None


def _day(dag: date, stap: int) -> date | None:
    try:
        return dag + timedelta(days=stap)
    except OverflowError:
        return None


def _fill(feiten: Feiten, plekken: list[Plek], rij: tuple[Waarde, ...]) -> Feiten:
    vol = dict(feiten)
    lijsten: dict[str, list[Item]] = {}
    for (naam, item, veld), waarde in zip(plekken, rij, strict=True):
        if waarde is ONBEKEND:
            continue
        if item < 0:
            vol[naam] = waarde
            continue
        if naam not in lijsten:
            items = vol[naam]
            assert isinstance(items, tuple)
            lijsten[naam] = list(items)
        lijsten[naam][item] = {**lijsten[naam][item], veld: waarde}
    return vol | {naam: tuple(items) for naam, items in lijsten.items()}


def _parts(afloop: Afloop | Tegenspraak, weging: Weging, aantal: int) -> tuple[object, ...]:
    """What one way of filling in comes to; a contradiction is an outcome of its own."""
    if isinstance(afloop, Tegenspraak):
        return ("tegenspraak",) * aantal
    delen = weging.weigh(afloop.stappen).delen
    if Uitkomst.ONBEKEND in delen and not weging.undecided(afloop.stappen):
        # Nothing is in doubt any more: there is no ground for ja or nee, and that is an outcome of its own.
        return tuple("geen grond" if d is Uitkomst.ONBEKEND else d for d in delen)
    return delen


def _essential(
    plekken: list[Plek], rijen: list[tuple[Waarde, ...]], kolom: list[object]
) -> tuple[set[Plek], set[Plek]]:
    """Return the facts that certainly change an outcome, and those that may: two rows that differ in that fact only."""
    zeker: set[Plek] = set()
    mogelijk: set[Plek] = set()
    for nr, plek in enumerate(plekken):
        groepen: dict[tuple[Waarde, ...], set[object]] = {}
        for rij, cel in zip(rijen, kolom, strict=True):
            groepen.setdefault((*rij[:nr], *rij[nr + 1 :]), set()).add(cel)
        for uitkomsten in groepen.values():
            bekend = uitkomsten - {Uitkomst.ONBEKEND}
            if len(bekend) > 1:
                zeker.add(plek)
                break
            if Uitkomst.ONBEKEND in uitkomsten:
                mogelijk.add(plek)
    return zeker, mogelijk
