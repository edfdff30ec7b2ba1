"""The test that every translated plan passes before it is used: the chained outcome against the conditions themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .._plan.plan import Planregel
from .._taal.regelset import Eis
from .._taal.termen import En, Niet, Of, Voorwaarde
from .afloop import Resultaat
from .durable_fouten import untrusted
from .durable_programma import ALTIJD, Programma
from .durable_verloop import Chain, follow, result_of

Drie = bool | None
_MENGSELS: Final = 5


def self_test(programma: Programma, chain: Chain) -> None:
    """Settle the rules for a few ways to decide the atoms, by chaining and directly.

    Raises:
        InferentieError: ZR-654 when the two differ.
    """
    gevallen = [{t: _choice(way, nr) for nr, t in enumerate(programma.literalen)} for way in range(3 + _MENGSELS)]
    bekend = [_literals(programma, waar) for waar in gevallen]
    for niveau in programma.niveaus:
        follow(niveau, bekend, chain)
    for waar, literalen in zip(gevallen, bekend, strict=True):
        gekend = {nr: r for nr, r in enumerate(_direct(programma, waar)) if r is not None}
        geketend = {s.nr: r for s in programma.regels if (r := result_of(s, literalen)) is not None}
        if gekend != geketend:
            raise untrusted("de zelftoets van het plan wijkt af")


def _choice(way: int, nr: int) -> Drie:
    """All true, all false, all unknown, and mixtures without a pattern that conditions could share."""
    if way < 3:
        return (True, False, None)[way]
    return (True, False, None)[((nr * 2_654_435_761 + way * 40_503_521) >> 7) % 3]


def _literals(programma: Programma, waar: Mapping[Voorwaarde, Drie]) -> set[int]:
    return {ALTIJD} | {programma.literalen[t] ^ (not w) for t, w in waar.items() if w is not None}


def _direct(programma: Programma, waar: Mapping[Voorwaarde, Drie]) -> list[Resultaat | None]:
    """What every rule comes to, by Kleene's logic over the conditions as the author wrote them."""
    toepassing: dict[int, Drie] = {}
    uit: list[Resultaat | None] = [None] * len(programma.plan.regels)
    bij_twijfel = {s.nr for s in programma.regels if s.bij_twijfel}
    for p in (stap for stratum in programma.plan.strata for stap in stratum if isinstance(stap, Planregel)):
        delen = [_value(p.regel.als, waar)]
        if p.regel.tenzij is not None:
            delen.append(_not(_value(p.regel.tenzij, waar)))
        r = toepassing[p.nr] = _least([*delen, *(_not(toepassing[w]) for w in p.wijkt_voor)])
        if r is False:
            continue
        if isinstance(p.regel.effect, Eis):
            c = _value(p.regel.effect.voorwaarde, waar)
            if c is not None and c is not p.regel.effect.verbod:
                uit[p.nr] = Resultaat.VOLDAAN if r else Resultaat.VOLDAAN_ZO_NODIG
            else:
                uit[p.nr] = Resultaat.ONBEKEND if c is None or r is None else Resultaat.NIET_VOLDAAN
        elif r:
            uit[p.nr] = Resultaat.VAN_TOEPASSING
        elif p.nr in bij_twijfel:
            uit[p.nr] = Resultaat.ONBEKEND
    return uit


def _value(term: Voorwaarde, waar: Mapping[Voorwaarde, Drie]) -> Drie:
    match term:
        case En(delen):
            return _least([_value(deel, waar) for deel in delen])
        case Of(delen):
            return _not(_least([_not(_value(deel, waar)) for deel in delen]))
        case Niet(deel):
            return _not(_value(deel, waar))
        case _:
            return waar[term]


def _least(delen: list[Drie]) -> Drie:
    return False if False in delen else None if None in delen else True


def _not(waarde: Drie) -> Drie:
    return None if waarde is None else not waarde
