"""The durable engine comes to what the compiled engine comes to, on plans that are made for the corners of the language."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction

import pytest
from zorgregels._inferentie.afloop import Afloop, Tegenspraak
from zorgregels._inferentie.compiled import Compiled
from zorgregels._inferentie.durable import Durable
from zorgregels._plan.plan import Kringloop, Plan
from zorgregels._taal.bron import Bron
from zorgregels._taal.catalogus import Catalogus, Periode
from zorgregels._taal.regelset import Afleiding, Effect, Eis, Opening, Regel, Verplichting, Waarschuwing, Zin
from zorgregels._taal.termen import (
    ALTIJD,
    Aantal,
    Bestaat,
    Constante,
    Datumrekening,
    En,
    InCatalogus,
    ItemVeld,
    Kwantor,
    Lidmaatschap,
    Niet,
    NietVanToepassing,
    Of,
    Opzoeking,
    Rekening,
    Som,
    Uitdrukking,
    Veld,
    Vergelijking,
    Voorwaarde,
)
from zorgregels._waarden import NVT, Feiten, Soort

MaakRegel = Callable[..., Regel]
MaakPlan = Callable[..., Plan]
JA = Constante(True, Soort.BOOLEAN)
TEKST = Zin(("",))


def vlag(naam: str) -> Vergelijking:
    return Vergelijking(Veld(naam, Soort.BOOLEAN, leegbaar=True), "==", JA)


def getal(n: int) -> Constante:
    return Constante(n, Soort.GETAL)


def spelling(uit: Afloop | Tegenspraak) -> object:
    """What two engines must agree on, to the type."""
    if isinstance(uit, Tegenspraak):
        return ("tegenspraak", *uit.args)
    stappen, waarden, uiterlijk = uit
    return [(nr, int(r)) for nr, r in stappen], [(type(w), w) for w in waarden], dict(uiterlijk)


def assert_zelfde(durable: Durable, plan: Plan, gevallen: Sequence[Feiten]) -> list[object]:
    verwacht = [spelling(uit) for uit in Compiled().settle_many(plan, [*gevallen])]
    assert [spelling(uit) for uit in durable.settle_many(plan, [*gevallen])] == verwacht
    return verwacht


def test_all_three_values_of_a_rule(durable: Durable, maak_plan: MaakPlan, maak_regel: MaakRegel) -> None:
    plan = maak_plan(
        maak_regel("p.eis", Eis(vlag("a.c")), vlag("a.als"), vlag("a.tenzij")),
        maak_regel("p.verbod", Eis(vlag("a.c"), verbod=True), Niet(vlag("a.als"))),
        maak_regel("p.plicht", Verplichting(TEKST, "u", Veld("a.dag", Soort.DATUM, leegbaar=True)), vlag("a.als")),
        maak_regel("p.waarschuwing", Waarschuwing(TEKST), vlag("a.als"), gaat_voor=("p.open",)),
        maak_regel("p.open", Opening("weg"), vlag("a.c"), gaat_voor=("p.eis",)),
        maak_regel("p.altijd", Eis(ALTIJD, verbod=True), vlag("a.tenzij")),
        maak_regel("p.nooit", Eis(vlag("a.c")), Niet(ALTIJD)),
        maak_regel("p.onmogelijk", Eis(vlag("a.als")), En((vlag("a.c"), Niet(vlag("a.c"))))),
    )
    waarden = (True, False, "weg", None, NVT)
    gevallen: list[Feiten] = [
        {n: w for n, w in (("a.als", x), ("a.tenzij", y), ("a.c", z), ("a.dag", date(2025, 1, 31))) if w != "weg"}
        for x in waarden
        for y in waarden
        for z in waarden
    ]
    uitkomsten = assert_zelfde(durable, plan, gevallen)
    gezien = {r for u in uitkomsten for _, r in u[0]}  # type: ignore[index]
    assert gezien == {0, 1, 2, 3, 4}


def test_a_rule_that_always_applies_over_nothing_at_all(
    durable: Durable, maak_plan: MaakPlan, maak_regel: MaakRegel
) -> None:
    assert_zelfde(durable, maak_plan(maak_regel("p.a", Eis(ALTIJD, verbod=True))), [{}])
    assert_zelfde(durable, maak_plan(), [{}, {}])
    assert durable.settle_many(maak_plan(), []) == []


def test_derived_facts_make_rules_fire_through_many_levels(
    durable: Durable, maak_plan: MaakPlan, maak_regel: MaakRegel
) -> None:
    keten = [
        maak_regel(
            f"p.r{n:02d}",
            Afleiding(((f"p:k.v{n:02d}", Rekening("plus", (vorige(n), getal(1)), Soort.GETAL)),)),
            Vergelijking(vorige(n), "<=", getal(100)),
        )
        for n in range(20)
    ]
    eis = maak_regel("p.z", Eis(Vergelijking(vorige(20), "==", getal(25))))
    gevallen: list[Feiten] = [{}, {"k.begin": None}, {"k.begin": 5}, {"k.begin": 90}, {"k.begin": 101}]
    assert_zelfde(durable, maak_plan(*keten, eis), gevallen)


def vorige(n: int) -> Veld:
    return Veld(f"p:k.v{n - 1:02d}" if n else "k.begin", Soort.GETAL, leegbaar=True)


def test_an_exception_and_a_rule_that_goes_before_over_derived_facts(
    durable: Durable, maak_plan: MaakPlan, maak_regel: MaakRegel
) -> None:
    def leid_af(waarde: int) -> Effect:
        return Afleiding((("p:a.w", getal(waarde)),))

    plan = maak_plan(
        maak_regel("p.0", Afleiding((("p:a.soort", Veld("a.soort", Soort.BOOLEAN, leegbaar=True)),)), vlag("a.x")),
        maak_regel("p.1", leid_af(1), tenzij=vlag("p:a.soort")),
        maak_regel("p.2", leid_af(2), vlag("a.y"), gaat_voor=("p.1",)),
        maak_regel("p.3", leid_af(3), vlag("a.z"), gaat_voor=("p.1", "p.2")),
        maak_regel("p.4", Eis(Vergelijking(Veld("p:a.w", Soort.GETAL, leegbaar=True), ">", getal(1)))),
    )
    keuzes: tuple[Feiten, ...] = ({}, {"v": True}, {"v": False})
    gevallen: list[Feiten] = [
        {f"a.{n}": k["v"] for n, k in zip(("x", "y", "z", "soort"), rij, strict=True) if k}
        for rij in ((i, j, k, m) for i in keuzes for j in keuzes for k in keuzes for m in keuzes)
    ]
    assert_zelfde(durable, plan, gevallen)


def test_of_several_contradictions_both_engines_report_the_same(
    durable: Durable, maak_plan: MaakPlan, maak_regel: MaakRegel
) -> None:
    def leid_af(naam: str, waarde: int) -> Effect:
        return Afleiding(((f"p:{naam}", getal(waarde)),))

    # `z.laat` takes long for the plan, which waits for every gaat_voor, though it is of the first level.
    wijkt = [maak_regel(f"p.w{n}", Opening("w"), vlag("a.uit"), gaat_voor=(f"p.w{n + 1}",)) for n in range(6)]
    plan = maak_plan(
        *wijkt,
        maak_regel("p.w6", leid_af("z.laat", 1)),
        maak_regel("p.x", leid_af("z.laat", 2)),
        maak_regel("p.a", leid_af("b.eerst", 1)),
        maak_regel("p.b", leid_af("c.dan", 1), Bestaat(Veld("p:b.eerst", Soort.GETAL, leegbaar=True))),
        maak_regel("p.c", leid_af("c.dan", 2), vlag("a.twee")),
        maak_regel("p.d", leid_af("c.dan", 3), vlag("a.drie")),
    )
    gevallen: list[Feiten] = [
        {"a.uit": False, "a.twee": True, "a.drie": True},
        {"a.uit": False, "a.twee": False, "a.drie": True},
        {"a.uit": False, "a.twee": False, "a.drie": False},
        {"a.uit": False},
        {"a.twee": True},
        {"a.twee": False, "a.drie": False},
    ]
    uitkomsten = assert_zelfde(durable, plan, gevallen)
    assert ("tegenspraak", "p:c.dan", plan_nr(plan, "p.b"), plan_nr(plan, "p.c")) == uitkomsten[0]
    assert ("tegenspraak", "p:z.laat", plan_nr(plan, "p.w6"), plan_nr(plan, "p.x")) == uitkomsten[2]
    with pytest.raises(Tegenspraak, match=r"z\.laat"):
        durable.settle(plan, gevallen[2])


def plan_nr(plan: Plan, naam: str) -> int:
    return next(p.nr for p in plan.regels if p.regel.id == naam)


@pytest.mark.parametrize("aantal", [65, 257, 700])
def test_far_more_rules_on_one_atom_than_durable_rules_can_hold_together(
    durable: Durable, maak_plan: MaakPlan, maak_regel: MaakRegel, aantal: int
) -> None:
    plan = maak_plan(*(maak_regel(f"p.r{n:03d}", Eis(vlag(f"a.c{n % 7}")), vlag("a.als")) for n in range(aantal)))
    gevallen: list[Feiten] = [
        {"a.als": True, "a.c0": True, "a.c1": False},
        {"a.als": False},
        {"a.c0": True},
        {},
        {"a.als": True, **{f"a.c{n}": True for n in range(7)}},
    ]
    assert_zelfde(durable, plan, gevallen)


def test_more_atoms_than_durable_rules_can_tell_apart_on_one_level(
    durable: Durable, maak_plan: MaakPlan, maak_regel: MaakRegel
) -> None:
    plan = maak_plan(
        *(maak_regel(f"p.r{n:04d}", Eis(vlag(f"a.c{n}")), vlag(f"a.als{n}"), vlag(f"b.c{n}")) for n in range(520))
    )
    toeval = random.Random(7)
    gevallen: list[Feiten] = [
        {n: toeval.random() < kans for n in plan.gegeven if toeval.random() < 0.7} for kans in (0.5, 0.9)
    ]
    assert_zelfde(durable, plan, [*gevallen, dict.fromkeys(plan.gegeven, True), {}])


@pytest.mark.parametrize("aantal", [12, 13, 16, 17, 60, 300])
def test_conjunctions_and_disjunctions_longer_than_any_join(
    durable: Durable, maak_plan: MaakPlan, maak_regel: MaakRegel, aantal: int
) -> None:
    delen = tuple(vlag(f"a.c{n}") for n in range(aantal))
    plan = maak_plan(maak_regel("p.en", Eis(En(delen)), vlag("a.x")), maak_regel("p.of", Eis(Of(delen)), vlag("a.x")))
    ja: Feiten = {"a.x": True, **{f"a.c{n}": True for n in range(aantal)}}
    nee: Feiten = {"a.x": True, **{f"a.c{n}": False for n in range(aantal)}}
    laatste = f"a.c{aantal - 1}"
    zonder = [{n: w for n, w in geval.items() if n != laatste} for geval in (ja, nee)]
    assert_zelfde(durable, plan, [ja, nee, {**ja, laatste: False}, {**nee, laatste: True}, *zonder, {"a.x": True}])


def test_quantifiers_sums_and_catalogues(durable: Durable, maak_plan: MaakPlan, maak_regel: MaakRegel) -> None:
    code = ItemVeld("code", Soort.TEKST, leegbaar=True)
    is_a = Vergelijking(code, "==", Constante("A", Soort.TEKST))
    periode = Periode(date(2025, 1, 1), date(2025, 12, 31), {"bestaat": True, "naam": "a", "max": 500}, Bron("x"))
    catalogus = Catalogus(
        "p/c", "1", None, "pr", True, frozenset({"bestaat", "naam", "max"}), {"A": (periode,)}, "sha256:"
    )
    op = Veld("zaak.peildatum", Soort.DATUM, leegbaar=False)
    zoek = Veld("d.code", Soort.TEKST, leegbaar=True)
    plan = maak_plan(
        *(maak_regel(f"p.{soort}", Eis(Kwantor(soort, "regel", is_a))) for soort in ("enig", "geen", "elk")),
        maak_regel("p.aantal", Eis(Vergelijking(Aantal("regel", is_a), "<=", getal(1)))),
        maak_regel(
            "p.max",
            Afleiding(tuple((f"p:pr.{k}", Opzoeking("p/c", zoek, op, k, Soort.GELD)) for k in ("bestaat", "max"))),
            InCatalogus("p/c", zoek),
        ),
        maak_regel(
            "p.som",
            Eis(
                Vergelijking(
                    Som("regel", "bedrag", is_a, Soort.GELD), "<=", Veld("p:pr.max", Soort.GELD, leegbaar=True)
                )
            ),
            Lidmaatschap(Veld("p:pr.bestaat", Soort.BOOLEAN, leegbaar=True), (True,)),
            NietVanToepassing(zoek),
        ),
        maak_regel("p.termijn", Verplichting(TEKST, "u", Datumrekening(op, getal(0), getal(1), getal(0), getal(0)))),
        catalogi={"p/c": catalogus},
    )
    lijsten: list[Feiten] = [
        {},
        {"regel": ()},
        {"regel": ({"code": "A", "bedrag": 300}, {"code": "A", "bedrag": 300})},
        {"regel": ({"code": "A", "bedrag": 300}, {"bedrag": 1})},
        {"regel": ({"code": "B"}, {"code": NVT}, {"code": None})},
        {"regel": ({"code": "A", "bedrag": Fraction(1, 3)}, {"code": "A", "bedrag": None})},
    ]
    codes: list[Feiten] = [{}, {"d.code": "A"}, {"d.code": "Z"}, {"d.code": NVT}, {"d.code": None}]
    gevallen = [
        {"zaak.peildatum": dag, **lijst, **code}
        for dag in (date(2025, 1, 31), date(2026, 1, 1))
        for lijst in lijsten
        for code in codes
    ]
    assert_zelfde(durable, plan, gevallen)


# -- plans that nobody thought of --------------------------------------------------------------------------------


class Gok:
    """A random plan over few facts, so that rules meet."""

    def __init__(self, zaad: int) -> None:
        self.r = random.Random(zaad)

    def term(self) -> Uitdrukking:
        veld = Veld(self.r.choice(["a.n", "b.n", "p:d.n0", "p:d.n1", "p:d.leeg"]), Soort.GETAL, leegbaar=True)
        match self.r.randrange(5):
            case 0:
                return getal(self.r.randrange(3))
            case 1:
                return Rekening("plus", (veld, getal(1)), Soort.GETAL)
            case 2:
                return Som("lijst", "n", vlag_item(self.r.choice("xy")), Soort.GETAL)
            case _:
                return veld

    def voorwaarde(self, diepte: int = 3) -> Voorwaarde:
        soort = self.r.randrange(9 if diepte else 4)
        match soort:
            case 0 | 1:
                return vlag(self.r.choice(["a.x", "a.y", "b.z", "p:d.b0", "p:d.b1"]))
            case 2:
                return Vergelijking(self.term(), self.r.choice(["==", "<", ">="]), self.term())
            case 3:
                atomen: list[Voorwaarde] = [
                    Kwantor(self.r.choice(["enig", "geen", "elk"]), "lijst", vlag_item("x")),
                    Bestaat(Veld("a.n", Soort.GETAL, leegbaar=True)),
                    Lidmaatschap(self.term(), (1, 2)),
                    ALTIJD,
                ]
                return self.r.choice(atomen)
            case 4:
                return Niet(self.voorwaarde(diepte - 1))
            case 5 | 6:
                return En(tuple(self.voorwaarde(diepte - 1) for _ in range(self.r.randrange(4))))
            case _:
                return Of(tuple(self.voorwaarde(diepte - 1) for _ in range(self.r.randrange(1, 4))))

    def effect(self) -> Effect:
        match self.r.randrange(7):
            case 0:
                return Afleiding(((f"p:d.n{self.r.randrange(2)}", self.term()),))
            case 1:
                return Afleiding(
                    ((f"p:d.b{self.r.randrange(2)}", self.r.choice([JA, Constante(False, Soort.BOOLEAN)])),)
                )
            case 2:
                return Verplichting(TEKST, "u", self.term())
            case 3:
                return Opening("w") if self.r.random() < 0.5 else Waarschuwing(TEKST)
            case _:
                return Eis(self.voorwaarde(), verbod=self.r.random() < 0.4)

    def regels(self, maak_regel: MaakRegel, aantal: int) -> list[Regel]:
        return [
            maak_regel(
                f"p.r{n:02d}",
                self.effect(),
                self.voorwaarde(),
                self.voorwaarde(1) if self.r.random() < 0.3 else None,
                tuple(sorted({f"p.r{self.r.randrange(n + 1, aantal):02d}" for _ in range(2)}))
                if n + 1 < aantal and self.r.random() < 0.3
                else (),
            )
            for n in range(aantal)
        ]

    def feiten(self) -> Feiten:
        kans = self.r.choice([0.3, 0.7, 1.0])
        ruw: Feiten = {n: self.r.choice([True, False, None, NVT]) for n in ("a.x", "a.y", "b.z")}
        ruw |= {n: self.r.choice([0, 1, 2, None]) for n in ("a.n", "b.n")}
        ruw["lijst"] = tuple(
            {
                n: w
                for n, w in (("x", self.r.random() < 0.5), ("y", True), ("n", self.r.randrange(3)))
                if self.r.random() < 0.8
            }
            for _ in range(self.r.randrange(3))
        )
        return {n: w for n, w in ruw.items() if self.r.random() < kans}


def vlag_item(naam: str) -> Vergelijking:
    return Vergelijking(ItemVeld(naam, Soort.BOOLEAN, leegbaar=False), "==", JA)


def test_random_plans(durable: Durable, maak_plan: MaakPlan, maak_regel: MaakRegel) -> None:
    plannen = tegenspraken = 0
    for zaad in range(150):
        gok = Gok(zaad)
        try:
            plan = maak_plan(*gok.regels(maak_regel, gok.r.choice([3, 6, 12])))
        except Kringloop:
            continue
        uitkomsten = assert_zelfde(durable, plan, [gok.feiten() for _ in range(25)])
        plannen += 1
        tegenspraken += sum(u[0] == "tegenspraak" for u in uitkomsten)  # type: ignore[index]
    # The guesses must not all end in a circle, and some must contradict themselves, or this says nothing.
    assert plannen > 50
    assert tegenspraken > 5
