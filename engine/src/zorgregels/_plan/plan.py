"""A Plan: the rules of the regelsets that take part in one vraag, in strata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from .._taal.catalogus import Catalogus
from .._taal.regelset import Afleiding, Regel, Regelset, Verplichting, Waarschuwing, rule_terms
from .._taal.termen import Uitdrukking, fields_read, reads
from .._taal.vraag import Vraag


class Kringloop(Exception):
    """The rules wait for each other; holds the circle of rule ids and facts."""

    def __init__(self, kring: tuple[str, ...]) -> None:
        self.kring = kring
        super().__init__(" → ".join(kring))


@dataclass(frozen=True, slots=True)
class Planregel:
    """A rule with its number in the plan and what it waits for."""

    nr: int
    regel: Regel
    regelset: Regelset
    leest: tuple[str, ...]
    """The facts and lists that it reads, sorted."""
    wijkt_voor: tuple[int, ...]
    """The rules that go before it: where one of those applies, this one does not."""


@dataclass(frozen=True, slots=True)
class Afgeleidveld:
    """A derived fact and every rule that may derive it."""

    naam: str
    bronnen: tuple[tuple[int, Uitdrukking], ...]


Stratum = tuple[Planregel | Afgeleidveld, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules for one vraag. Each stratum reads only what the strata before it settle."""

    vraag: Vraag
    regelsets: tuple[Regelset, ...]
    catalogi: Mapping[str, Catalogus]
    regels: tuple[Planregel, ...]
    strata: tuple[Stratum, ...]
    gegeven: tuple[str, ...]
    """The given facts and lists that any rule reads, sorted."""
    afgeleid: tuple[str, ...]
    """The derived facts, in the order in which they are settled."""

    @property
    def namen(self) -> tuple[str, ...]:
        """Every fact of the plan: its slots, in order."""
        return self.gegeven + self.afgeleid


def build_plan(vraag: Vraag, regelsets: Iterable[Regelset], catalogi: Mapping[str, Catalogus]) -> Plan:
    """Return the Plan of the rules for ``vraag`` in these regelsets.

    The outcome does not depend on the order of the regelsets or of the rules in them.

    Raises:
        Kringloop: when rules wait for each other.
    """
    sets = tuple(sorted(regelsets, key=lambda r: r.id))
    paren = sorted(((r, s) for s in sets for r in s.regels if r.vraag == vraag.naam), key=lambda p: p[0].id)
    nummers = {r.id: nr for nr, (r, _) in enumerate(paren)}
    # Loading refuses a rule id in two regelsets; here one of the two rules would vanish without a word.
    assert len(nummers) == len(paren), [r.id for r, _ in paren]
    wijkt: dict[int, list[int]] = {}
    for regel, _ in paren:
        for ander in regel.gaat_voor:
            if ander in nummers:
                wijkt.setdefault(nummers[ander], []).append(nummers[regel.id])
    regels = tuple(Planregel(nr, r, s, _reads(r), tuple(wijkt.get(nr, ()))) for nr, (r, s) in enumerate(paren))
    velden: dict[str, list[tuple[int, Uitdrukking]]] = {}
    for p in regels:
        if isinstance(p.regel.effect, Afleiding):
            for naam, term in p.regel.effect.doelen:
                velden.setdefault(naam, []).append((p.nr, term))
    afgeleid = {naam: Afgeleidveld(naam, tuple(bronnen)) for naam, bronnen in velden.items()}
    strata = _stratify(regels, afgeleid)
    volgorde = tuple(s.naam for stratum in strata for s in stratum if isinstance(s, Afgeleidveld))
    # A derived fact that no rule of this plan derives is a slot that stays empty.
    gelezen = {n for p in regels for n in p.leest} | {n for p in regels for n in text_facts(p.regel)}
    leeg = tuple(sorted(n for n in gelezen if ":" in n and n not in afgeleid))
    gegeven = tuple(sorted(n for n in gelezen if ":" not in n))
    return Plan(vraag, sets, catalogi, regels, strata, gegeven, volgorde + leeg)


def _reads(regel: Regel) -> tuple[str, ...]:
    return tuple(sorted(frozenset[str]().union(*map(reads, rule_terms(regel)))))


def facts_read(regels: Iterable[Regel]) -> frozenset[str]:
    """Return every fact that rules read or only show; of a list its name and, for each field, ``lijst.veld``."""
    alle = list(regels)
    gelezen = fields_read(term for r in alle for term in rule_terms(r))
    return gelezen.union(*(text_facts(r) for r in alle))


def text_facts(regel: Regel) -> frozenset[str]:
    """Return the facts that a rule only shows in its texts."""
    m = regel.motivering
    namen = {*m.ja.feiten, *m.nee.feiten, *m.onbekend.feiten}
    match regel.effect:
        case Waarschuwing(tekst):
            namen.update(tekst.feiten)
        case Verplichting(plicht, _, _):
            namen.update(plicht.feiten)
    return frozenset(namen)


def _stratify(regels: tuple[Planregel, ...], afgeleid: Mapping[str, Afgeleidveld]) -> tuple[Stratum, ...]:
    knopen: dict[str, Planregel | Afgeleidveld] = {p.regel.id: p for p in regels} | dict(afgeleid)
    wacht: dict[str, set[str]] = {
        p.regel.id: {n for n in p.leest if n in afgeleid} | {regels[w].regel.id for w in p.wijkt_voor} for p in regels
    }
    # A rule's condition is settled before the value that it derives; its own facts in that value are read with the condition.
    wacht |= {naam: {regels[nr].regel.id for nr, _ in veld.bronnen} for naam, veld in afgeleid.items()}
    sorteerder = TopologicalSorter({k: sorted(v) for k, v in sorted(wacht.items())})
    try:
        sorteerder.prepare()
    except CycleError as fout:
        raise Kringloop(_from_smallest(fout.args[1])) from None
    strata: list[Stratum] = []
    while sorteerder.is_active():
        klaar = sorted(sorteerder.get_ready())
        strata.append(tuple(knopen[k] for k in klaar))
        sorteerder.done(*klaar)
    return tuple(strata)


def _from_smallest(kring: list[str]) -> tuple[str, ...]:
    """Write a circle the same way wherever it was entered, in the direction of *is needed for*."""
    rond = [k.rpartition(":")[2] for k in kring[:-1]]
    begin = rond.index(min(rond))
    return (*rond[begin:], *rond[:begin], rond[begin])
