"""Nothing that a person wrote reaches durable-rules: only small numbers do, which its 32-bit hashes tell apart."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from zorgregels._inferentie import durable_werkproces
from zorgregels._inferentie.compiled import Compiled
from zorgregels._inferentie.durable import Durable
from zorgregels._inferentie.durable_clausules import (
    MAX_LITERALEN,
    Clausule,
    defect,
    portion,
)
from zorgregels._plan.plan import Plan
from zorgregels._taal.regelset import Afleiding, Eis
from zorgregels._taal.termen import Constante, En, Lidmaatschap, Veld, Vergelijking
from zorgregels._waarden import Soort


def fnv1a32(tekst: bytes) -> int:
    h = 2166136261
    for b in tekst:
        h = (h ^ b) * 16777619 & 0xFFFFFFFF
    return h


def collisions() -> Iterator[tuple[str, str]]:
    gezien: dict[int, str] = {}
    for nr in range(400_000):
        tekst = f"{nr * 2_654_435_761 % 2**32:08x}"
        eerder = gezien.setdefault(fnv1a32(tekst.encode()), tekst)
        if eerder != tekst:
            yield eerder, tekst


def test_texts_with_the_same_hash_are_different_texts(
    durable: Durable, maak_plan: Callable[..., Plan], maak_regel: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    een, ander = next(collisions())
    assert een != ander
    assert fnv1a32(een.encode()) == fnv1a32(ander.encode())
    code = Veld("d.code", Soort.TEKST, leegbaar=False)
    afgeleid = Veld("p:d.code", Soort.TEKST, leegbaar=True)

    def is_(veld: Veld, waarde: str) -> Vergelijking:
        return Vergelijking(veld, "==", Constante(waarde, Soort.TEKST))

    plan = maak_plan(
        maak_regel(
            "p.a",
            Afleiding((("p:d.code", Constante(een, Soort.TEKST)),)),
            En((is_(code, een), Lidmaatschap(code, (een,)))),
        ),
        maak_regel(
            "p.b",
            Afleiding((("p:d.code", Constante(ander, Soort.TEKST)),)),
            En((is_(code, ander), Lidmaatschap(code, (ander,)))),
        ),
        maak_regel(een, Eis(is_(afgeleid, een)), is_(code, een)),
        maak_regel(ander, Eis(is_(afgeleid, een)), is_(code, ander)),
    )
    gezegd: list[str] = []

    def luister(bericht: object, **kwargs: object) -> str:
        gezegd.append(json.dumps(bericht))
        return gezegd[-1]

    class Luisteraar:
        dumps, loads = staticmethod(luister), staticmethod(json.loads)

    monkeypatch.setattr(durable_werkproces, "json", Luisteraar)
    for waarde in (een, ander, "iets anders"):
        assert durable.settle(plan, {"d.code": waarde}) == Compiled().settle(plan, {"d.code": waarde})
    assert len(gezegd) > 3
    for bericht in gezegd:
        namen, getallen = set[str](), list[object]()
        walk(json.loads(bericht), namen, getallen)
        assert namen <= {"bij", "laad", "porties", "programma", "gevallen"}
        assert all(type(g) is int and 0 <= g < 1000 for g in getallen)


def walk(data: object, namen: set[str], getallen: list[object]) -> None:
    if isinstance(data, dict):
        namen.update(data)
        for waarde in data.values():
            walk(waarde, namen, getallen)
    elif isinstance(data, list):
        for waarde in data:
            walk(waarde, namen, getallen)
    else:
        getallen.append(data)


def test_no_two_names_that_durable_rules_sees_share_a_hash() -> None:
    # It compares ids and names by this hash alone. Facts are numbered from 0 in every portion.
    namen = ["a", "b", "sid", "id", "nooit", "z", "begin", "vang", "$s", *(f"f{n}" for n in range(16))]
    namen += [str(n) for n in range(MAX_LITERALEN + 1)]
    assert len({fnv1a32(n.encode()) for n in namen}) == len(namen)


def test_portions_stay_within_what_durable_rules_can_hold() -> None:
    clausules = [
        *(Clausule(2 * n, (1,)) for n in range(1, 130)),
        *(Clausule(10_000 + n, tuple(range(20_000 + 12 * n, 20_012 + 12 * n))) for n in range(400)),
        *(Clausule(90_000 + n, (80_000 + n,)) for n in range(900)),
    ]
    porties = portion(clausules)
    assert [c for portie in porties for c in portie] == clausules
    for portie in porties:
        lijven = [literaal for c in portie for literaal in c.lijf]
        # What was measured to go well, whatever the constants say: 60 values of the first field, 60 rules on one fact.
        assert len(portie) <= 4000
        assert len(set(lijven)) <= 50 * 60
        assert max(lijven.count(literaal) for literaal in set(lijven)) <= 60
    assert portion([]) == ()


@pytest.mark.parametrize(
    ("af", "vuringen", "reden"),
    [
        ({4, 6}, 2, ""),
        ({4}, 1, "ontbreken"),
        ({4, 6, 12}, 2, "zonder grond"),
        ({4, 6, 8, 10}, 3, "zonder grond"),
        ({4, 6, 8}, 2, "ontbreken"),
        ({4, 6}, 3, "moesten"),
        ({4, 6}, 1, "moesten"),
        (set(), 0, "ontbreken"),
    ],
)
def test_only_the_least_fixpoint_passes(af: set[int], vuringen: int, reden: str) -> None:
    clausules = (Clausule(4, (2,)), Clausule(6, (2, 4)), Clausule(8, (3,)), Clausule(10, (8,)))
    assert (reden in defect(clausules, {2}, af, vuringen)) if reden else defect(clausules, {2}, af, vuringen) == ""
