"""Why something is unknown: the missing facts that an unknown condition or value rests on for these facts.

A part whose value is known keeps that value however the missing facts are filled in, so only the unknown parts are followed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .._inferentie.code import compile_condition, compile_expression
from .._plan.plan import Planregel
from .._taal.catalogus import Catalogus
from .._taal.regelset import Afleiding, Eis, Regel
from .._taal.termen import (
    ALTIJD,
    Aantal,
    En,
    ItemVeld,
    Kwantor,
    Niet,
    Of,
    Opzoeking,
    Som,
    Uitdrukking,
    Veld,
    Verdeling,
    Voorwaarde,
    children,
    reads,
    walk,
)
from .._waarden import ONBEKEND, Feiten, Waarde
from .beslissing import Gat

Plek = tuple[str, int, str]
"""A missing fact: its full name or the name of its list, the item in that list (-1: no list), its field in the item."""


def name_of(plek: Plek) -> str:
    """Return how a missing fact is called: ``feitsoort.veld``, ``lijst``, or ``lijst[0].veld``."""
    naam, item, veld = plek
    return naam if item < 0 else f"{naam}[{item}].{veld}"


@dataclass(frozen=True, slots=True)
class Herkomst:
    """What a doubt rests on: missing facts, and gaps in catalogues."""

    plekken: frozenset[Plek]
    gaten: frozenset[Gat]


class Speurder:
    """Follows doubts through rules, or through given facts alone where there are none. What it compiles it keeps."""

    def __init__(self, regels: Sequence[Planregel], catalogi: Mapping[str, Catalogus]) -> None:
        self._regels = regels
        self._catalogi = catalogi
        self._voorwaarden: dict[Voorwaarde, Callable[[Feiten], bool | None]] = {}
        self._waarden: dict[Uitdrukking, Callable[[Feiten], Waarde]] = {}
        self._bronnen: dict[str, list[tuple[int, Uitdrukking]]] = {}
        for p in regels:
            if isinstance(p.regel.effect, Afleiding):
                for naam, term in p.regel.effect.doelen:
                    self._bronnen.setdefault(naam, []).append((p.nr, term))

    def trace(self, regels: frozenset[int], bekend: Feiten) -> Herkomst:
        """Return what the doubt about these rules rests on.

        Args:
            regels: the numbers of rules that are in doubt.
            bekend: every fact that is known, given and derived.
        """
        spoor = _Spoor(self, bekend)
        for nr in sorted(regels):
            spoor.follow_rule(nr)
        spoor.finish()
        return Herkomst(frozenset(spoor.plekken), frozenset(spoor.gaten))

    def trace_terms(self, voorwaarde: Voorwaarde, waarde: Uitdrukking, bekend: Feiten) -> Herkomst:
        """Return what the doubt about a condition and about a value rests on."""
        spoor = _Spoor(self, bekend)
        spoor.follow_condition(voorwaarde)
        spoor.follow_value(waarde)
        return Herkomst(frozenset(spoor.plekken), frozenset(spoor.gaten))

    def holds(self, term: Voorwaarde, bekend: Feiten) -> bool | None:
        """Return what a condition is for these facts."""
        if term not in self._voorwaarden:
            self._voorwaarden[term] = compile_condition(term, self._catalogi)
        return self._voorwaarden[term](bekend)

    def value(self, term: Uitdrukking, bekend: Feiten) -> Waarde:
        """Return the value of an expression for these facts."""
        if term not in self._waarden:
            self._waarden[term] = compile_expression(term, self._catalogi)
        return self._waarden[term](bekend)

    def sources(self, naam: str) -> list[tuple[int, Uitdrukking]]:
        """Return the rules that may derive a fact, each with the value that it would give."""
        return self._bronnen.get(naam, [])

    def exceptions(self, nr: int) -> tuple[int, ...]:
        """Return the rules that go before a rule."""
        return self._regels[nr].wijkt_voor

    def rule(self, nr: int) -> Regel:
        """Return a rule by its number."""
        return self._regels[nr].regel


class _Spoor:
    """One walk from doubts to what is missing."""

    def __init__(self, speurder: Speurder, bekend: Feiten) -> None:
        self._s = speurder
        self._bekend = bekend
        self.plekken: set[Plek] = set()
        self.gaten: set[Gat] = set()
        self._gezien: set[object] = set()
        self._geldt: dict[int, bool | None] = {}
        self._wacht: list[str] = []
        """Derived facts that are unknown and not yet followed: a list, for chains may be long."""

    def follow_rule(self, nr: int) -> None:
        regel = self._s.rule(nr)
        self._follow_applies(nr)
        if isinstance(regel.effect, Eis):
            self.follow_condition(regel.effect.voorwaarde)

    def finish(self) -> None:
        """Follow the derived facts that were met on the way, until there are no more."""
        while self._wacht:
            naam = self._wacht.pop()
            for nr, term in self._s.sources(naam):
                geldt = self._applies(nr)
                if geldt is None:
                    self._follow_applies(nr)
                if geldt is not False:
                    self.follow_value(term, naam)

    def _follow_applies(self, nr: int) -> None:
        """Follow the doubt about whether a rule applies, its exceptions included."""
        wacht = [nr]
        while wacht:
            nr = wacht.pop()
            if nr in self._gezien:
                continue
            self._gezien.add(nr)
            regel = self._s.rule(nr)
            self.follow_condition(regel.als)
            if regel.tenzij is not None:
                self.follow_condition(regel.tenzij)
            wacht += [ander for ander in self._s.exceptions(nr) if self._applies(ander) is None]

    def _applies(self, nr: int) -> bool | None:
        """Whether a rule applies, as inference has it. Exceptions come first, without recursion: they may be many."""
        wacht = [nr]
        while wacht:
            deze = wacht[-1]
            eerst = [ander for ander in self._s.exceptions(deze) if ander not in self._geldt]
            if eerst:
                wacht += eerst
                continue
            wacht.pop()
            regel = self._s.rule(deze)
            delen = [self._s.holds(regel.als, self._bekend)]
            if regel.tenzij is not None:
                delen.append(_not(self._s.holds(regel.tenzij, self._bekend)))
            delen += [_not(self._geldt[ander]) for ander in self._s.exceptions(deze)]
            self._geldt[deze] = False if False in delen else None if None in delen else True
        return self._geldt[nr]

    def follow_condition(self, term: Voorwaarde) -> None:
        if term is ALTIJD or term in self._gezien or self._s.holds(term, self._bekend) is not None:
            return
        self._gezien.add(term)
        match term:
            case En(delen) | Of(delen):
                for deel in delen:
                    self.follow_condition(deel)
            case Niet(deel):
                self.follow_condition(deel)
            case _:
                self._parts(term)

    def _parts(self, term: Voorwaarde | Uitdrukking) -> None:
        """Follow the unknown facts of a condition or value that has no parts with a truth of their own."""
        match term:
            case Veld(naam=naam):
                self._fact(naam)
            case Kwantor(lijst=lijst) | Aantal(lijst=lijst):
                self._list(lijst, term)
            case Som(lijst=lijst) | Verdeling(lijst=lijst):
                self._list(lijst, term)
            case Opzoeking():
                self._look_up(term)
            case _:
                for deel in children(term):
                    self._parts(deel)

    def _fact(self, naam: str) -> None:
        if naam in self._bekend or naam in self._gezien:
            return
        self._gezien.add(naam)
        if ":" not in naam:
            self.plekken.add((naam, -1, ""))
            return
        self._wacht.append(naam)

    def follow_value(self, term: Uitdrukking, naam: str = "") -> None:
        if isinstance(term, Opzoeking):
            self._look_up(term, naam)
        elif self._s.value(term, self._bekend) is ONBEKEND:
            self._parts(term)

    def _look_up(self, term: Opzoeking, naam: str = "") -> None:
        code, op = (self._s.value(t, self._bekend) for t in (term.code, term.op))
        if code is ONBEKEND or op is ONBEKEND:
            self._parts(term.code)
            self._parts(term.op)
        elif isinstance(code, str) and isinstance(op, date) and self._s.value(term, self._bekend) is ONBEKEND:
            self.gaten.add(Gat(term.catalogus, naam.rpartition(":")[2], code, op))

    def _list(self, lijst: str, term: Voorwaarde | Uitdrukking) -> None:
        velden = {d.naam for d in walk(term) if isinstance(d, ItemVeld)}
        if isinstance(term, Som):
            velden.add(term.veld)
        elif isinstance(term, Verdeling):
            velden.update(term.velden)
        items = self._bekend.get(lijst, ONBEKEND)
        if isinstance(items, tuple):
            self.plekken.update((lijst, nr, v) for nr, item in enumerate(items) for v in velden if v not in item)
        else:
            self.plekken.add((lijst, -1, ""))
        for naam in reads(term) - {lijst}:
            self._fact(naam)


def _not(waarde: bool | None) -> bool | None:  # noqa: FBT001 - a truth value, not a switch
    return None if waarde is None else not waarde
