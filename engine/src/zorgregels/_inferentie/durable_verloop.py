"""The exact half of the durable engine: atoms, derived values and what each rule came to, around what is chained elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .._waarden import ONBEKEND, Feiten, Waarde
from .afloop import Afloop, Resultaat, Tegenspraak
from .durable_programma import ALTIJD, Niveau, Programma, Regelspoor, Veldbron
from .rekenen import zelfde

Chain = Callable[[Niveau, list[frozenset[int]]], Sequence[frozenset[int]]]
"""For every set of literals the literals that follow."""


@dataclass(slots=True)
class Geval:
    """One set of facts on its way through the levels."""

    feiten: Feiten
    """Given, and derived as far as settled."""
    bekend: set[int] = field(default_factory=lambda: {ALTIJD})
    """The literals that hold."""
    tegenspraak: tuple[int, Tegenspraak] | None = None


def settle(programma: Programma, gevallen: Sequence[Feiten], chain: Chain) -> list[Afloop | Tegenspraak]:
    """Settle every rule of the programma for several sets of facts."""
    leeg: dict[str, Waarde] = dict.fromkeys(programma.leeg)
    lopend = [Geval({**feiten, **leeg}) for feiten in gevallen]
    for niveau in programma.niveaus:
        for g in lopend:
            for atoom in niveau.atomen:
                waar = atoom.toets(g.feiten)
                if waar is not None:
                    g.bekend.add(atoom.literaal if waar else atoom.literaal ^ 1)
        follow(niveau, [g.bekend for g in lopend], chain)
        for g in lopend:
            for veld in niveau.velden:
                _derive(g, veld)
    return [g.tegenspraak[1] if g.tegenspraak is not None else _outcome(programma, g) for g in lopend]


def follow(niveau: Niveau, bekend: Sequence[set[int]], chain: Chain) -> None:
    """Add to every set of literals what follows from it; equal questions are asked once."""
    if not niveau.porties:
        return
    vragen = [frozenset(b & niveau.invoer) for b in bekend]
    uniek = list(dict.fromkeys(vragen))
    antwoorden: Mapping[frozenset[int], frozenset[int]] = dict(zip(uniek, chain(niveau, uniek), strict=True))
    for b, vraag in zip(bekend, vragen, strict=True):
        b.update(antwoorden[vraag])


def _derive(g: Geval, veld: Veldbron) -> None:
    waarde: Waarde = None
    eerder = -1
    open_ = any(r not in g.bekend and r ^ 1 not in g.bekend for _, r, _ in veld.bronnen)
    try:
        for nr, r, bron in veld.bronnen:
            if r not in g.bekend:
                continue
            x = bron(g.feiten)
            if x is ONBEKEND:
                open_ = True
            elif eerder < 0:
                waarde, eerder = x, nr
            else:
                zelfde(veld.naam, eerder, waarde, nr, x)
    except Tegenspraak as tegenspraak:
        # Levels are not the order of the plan, and of several contradictions every engine reports the same one.
        if g.tegenspraak is None or veld.orde < g.tegenspraak[0]:
            g.tegenspraak = veld.orde, tegenspraak
        open_ = True
    g.feiten[veld.naam] = ONBEKEND if open_ else waarde


def _outcome(programma: Programma, g: Geval) -> Afloop:
    stappen: list[tuple[int, int]] = []
    uiterlijk: dict[int, Waarde] = {}
    for spoor in programma.regels:
        resultaat = result_of(spoor, g.bekend)
        if resultaat is not None:
            stappen.append((spoor.nr, int(resultaat)))
            if spoor.uiterlijk is not None:
                uiterlijk[spoor.nr] = spoor.uiterlijk(g.feiten)
    return Afloop(stappen, tuple(g.feiten.get(n, ONBEKEND) for n in programma.plan.namen), uiterlijk)


def result_of(spoor: Regelspoor, bekend: set[int]) -> Resultaat | None:
    """Return what a rule came to, or nothing where it does not apply."""
    if spoor.van_toepassing ^ 1 in bekend:
        return None
    if spoor.goed is not None and spoor.voldaan is not None:
        if spoor.voldaan in bekend and spoor.van_toepassing in bekend:
            return Resultaat.VOLDAAN
        if spoor.voldaan ^ 1 in bekend and spoor.van_toepassing in bekend:
            return Resultaat.NIET_VOLDAAN
        return Resultaat.VOLDAAN_ZO_NODIG if spoor.goed in bekend else Resultaat.ONBEKEND
    if spoor.van_toepassing in bekend:
        return Resultaat.VAN_TOEPASSING
    return Resultaat.ONBEKEND if spoor.bij_twijfel else None
