"""The plan of a vraag as a JDM graph for ZEN, in the forms in which such rules are written there.

ZEN has two truth values, so the graph answers for complete zaken only; a fact that no applicable rule needs is null. Its decimals
are not asked to divide: amounts are whole cents on both sides. What is looked up by the zaak's own code is handed in by the host;
what is looked up by a code that stands in a rule is the same on every day of the year and is written into the graph.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count, pairwise
from typing import Any, Final, Literal

from binnen import look_up
from zorgregels._plan.plan import Afgeleidveld, Plan, Planregel
from zorgregels._taal.regelset import Afleiding, Eis
from zorgregels._taal.termen import (
    Bestaat,
    Constante,
    En,
    InCatalogus,
    Lidmaatschap,
    Niet,
    Of,
    Opzoeking,
    Uitdrukking,
    Veld,
    Vergelijking,
    Voorwaarde,
    reads,
)
from zorgregels._waarden import ONBEKEND, Feiten, Merk, Scalar

Vorm = Literal["uitdrukkingen", "tabel_en_uitdrukkingen", "tabellen"]
VORMEN: Final[tuple[Vorm, ...]] = ("uitdrukkingen", "tabel_en_uitdrukkingen", "tabellen")
Json = dict[str, Any]


class Onvertaalbaar(Exception):
    """A term that these forms do not hold."""


def name(feit: str) -> str:
    """Return a fact's name in the graph."""
    return feit.replace(":", "_").replace(".", "_").replace("-", "_")


def scope_facts(plannen: Iterable[Plan]) -> frozenset[str]:
    """Return the facts by which the rules of these plans are chosen."""
    return frozenset().union(*(reads(r.reikwijdte[p.vraag.naam]) for p in plannen for r in p.regelsets))


def literal(waarde: Scalar) -> str:
    if waarde is None or isinstance(waarde, Merk):
        return "null"
    if isinstance(waarde, bool):
        return "true" if waarde else "false"
    if isinstance(waarde, str):
        return json.dumps(waarde, ensure_ascii=False)
    if isinstance(waarde, date):
        return str(waarde.toordinal())
    if isinstance(waarde, int):
        return str(waarde)
    raise Onvertaalbaar(repr(waarde))


@dataclass(frozen=True)
class Vertaler:
    """Writes the terms of one plan for zaken of one year."""

    plan: Plan
    jaar: int
    zelf: Mapping[str, str]
    """How a derived fact is read, where that is not by its name."""

    def value(self, term: Uitdrukking) -> str:
        match term:
            case Constante(waarde, _):
                return literal(waarde)
            case Veld(naam=naam):
                return self.zelf.get(naam, name(naam))
            case Opzoeking(catalogus, Constante(code, _), Veld(naam="zaak.peildatum"), kolom):
                return literal(self.constant(catalogus, str(code), kolom))
            case Opzoeking(catalogus, Veld(naam=naam), Veld(naam="zaak.peildatum"), kolom):
                return f"{name(catalogus.replace('/', '_'))}_{name(naam)}.{kolom}"
            case _:
                raise Onvertaalbaar(repr(term))

    def constant(self, catalogus: str, code: str, kolom: str) -> Scalar:
        c = self.plan.catalogi[catalogus]
        begin = look_up(c, code, date(self.jaar, 1, 1), kolom)
        if begin != look_up(c, code, date(self.jaar, 12, 31), kolom):
            raise Onvertaalbaar(f"{catalogus} {code} {kolom} wisselt in {self.jaar}")
        return begin

    def holds(self, term: Voorwaarde) -> str:
        match term:
            case En(()):
                return "true"
            case En(delen):
                return "(" + " and ".join(map(self.holds, delen)) + ")"
            case Of(delen):
                return "(" + " or ".join(map(self.holds, delen)) + ")"
            case Niet(deel):
                return f"(not {self.holds(deel)})"
            case Lidmaatschap(links, waarden):
                return f"({self.value(links)} in [{', '.join(map(literal, waarden))}])"
            case Bestaat(links):
                return f"({self.value(links)} != null)"
            case Vergelijking(links, orde, rechts):
                a, b = self.value(links), self.value(rechts)
                # ZEN stops with an error where null is put in order.
                wacht = "" if orde == "==" else "".join(
                    f"{v} != null and " for v, deel in ((a, links), (b, rechts)) if not isinstance(deel, Constante)
                )  # fmt: skip
                gelijk = (
                    f"{a} == {b}" if orde != "==" or isinstance(rechts, Constante) else f"{a} != null and {a} == {b}"
                )
                return f"({gelijk})" if orde == "==" else f"({wacht}{a} {orde} {b})"
            case InCatalogus():
                raise Onvertaalbaar("in_catalogus")
            case _:
                raise Onvertaalbaar(repr(term))


def host_input(plan: Plan, feiten: Feiten, ook: Iterable[str] = ()) -> Json:
    """Return what the host hands to ZEN: every fact that the plan reads, flat, and the look-ups by the zaak's own facts."""
    uit: Json = {}
    for naam in (*plan.gegeven, *ook):
        uit[name(naam)] = _plain(feiten.get(naam, ONBEKEND))
    for p in plan.regels:
        if isinstance(p.regel.effect, Afleiding):
            for _, term in p.regel.effect.doelen:
                match term:
                    case Opzoeking(catalogus, Veld(naam=naam), Veld(naam="zaak.peildatum"), kolom):
                        dag = feiten["zaak.peildatum"]
                        assert isinstance(dag, date)
                        waarde = look_up(plan.catalogi[catalogus], str(feiten[naam]), dag, kolom)
                        uit.setdefault(f"{name(catalogus.replace('/', '_'))}_{name(naam)}", {})[kolom] = _plain(waarde)
    return uit


def catalogue_columns(plan: Plan, catalogus: str) -> set[str]:
    """Return the columns that a plan looks up by the zaak's own code."""
    return {
        t.kolom for p in plan.regels if isinstance(p.regel.effect, Afleiding) for _, t in p.regel.effect.doelen
        if isinstance(t, Opzoeking) and isinstance(t.code, Veld) and t.catalogus == catalogus
    }  # fmt: skip


def _plain(waarde: Any) -> Any:
    return waarde.toordinal() if isinstance(waarde, date) else None if isinstance(waarde, Merk) else waarde


def _relevant(plan: Plan) -> set[str]:
    """Return the derived facts that some requirement reads, directly or through others: the rest decides nothing."""
    nodig: set[str] = set()
    for p in plan.regels:
        if isinstance(p.regel.effect, Eis):
            nodig.update(p.leest)
    while True:
        meer = {
            n for p in plan.regels if isinstance(p.regel.effect, Afleiding)
            if any(d in nodig for d, _ in p.regel.effect.doelen) for n in p.leest
        }  # fmt: skip
        if meer <= nodig:
            return nodig
        nodig |= meer


def _applies(p: Planregel) -> Voorwaarde:
    """When a rule applies: its condition holds and its exception does not."""
    return p.regel.als if p.regel.tenzij is None else En((p.regel.als, Niet(p.regel.tenzij)))


def make_graph(plan: Plan, jaar: int, vorm: Vorm) -> Json:
    """Return the JDM graph of a plan."""
    if any(p.wijkt_voor for p in plan.regels):
        raise Onvertaalbaar("gaat_voor")
    knopen = [_node("in", "inputNode", {})]
    nodig = _relevant(plan)
    velden = [s for stratum in plan.strata for s in stratum if isinstance(s, Afgeleidveld) and s.naam in nodig]
    # A value straight from what the host looked up is read there.
    direct = {
        v.naam: Vertaler(plan, jaar, {}).value(v.bronnen[0][1])
        for v in velden
        if len(v.bronnen) == 1 and _applies(plan.regels[v.bronnen[0][0]]) == En(())
    }
    rest = [v for v in velden if v.naam not in direct]
    if vorm == "uitdrukkingen":
        v = Vertaler(plan, jaar, {**direct, **{r.naam: f"$.{name(r.naam)}" for r in rest}})
        knopen.append(_node("regels", "expressionNode", _expressions(v, rest)))
    else:
        v = Vertaler(plan, jaar, direct)
        knopen += [_node(f"afleiden{i}", "decisionTableNode", t) for i, t in enumerate(_derive_tables(v, rest))]
        if vorm == "tabel_en_uitdrukkingen":
            knopen.append(_node("regels", "expressionNode", _expressions(v, [])))
        else:
            knopen.append(_node("regels", "decisionTableNode", _rule_table(v)))
            fout = 'some(regels, #.uitslag == "nee")'
            inhoud = {"passThrough": False, "expressions": [
                _expression("uitkomst", f'{fout} ? "nee" : "ja"'),
                _expression("beslissend", f'{fout} ? map(filter(regels, #.uitslag == "nee"), #.regel) : map(regels, #.regel)'),
            ]}  # fmt: skip
            knopen.append(_node("uitkomst", "expressionNode", inhoud))
    knopen.append(_node("uit", "outputNode", {}))
    lijnen = [
        {"id": f"l{i}", "sourceId": a["id"], "targetId": b["id"], "type": "edge"}
        for i, (a, b) in enumerate(pairwise(knopen))
    ]
    return {"contentType": "application/vnd.gorules.decision", "nodes": knopen, "edges": lijnen}


def make_year_graph(plannen: Mapping[str, Plan], jaar: int) -> Json:
    """Return one graph for all plans: a switch finds the rules that speak, as an author without a host would write it."""
    knopen = [_node("in", "inputNode", {}), _node("keuze", "switchNode", {})]
    lijnen = [{"id": "l", "sourceId": "in", "targetId": "keuze", "type": "edge"}]
    wissels = []
    for nr, (sleutel, plan) in enumerate(sorted(plannen.items(), key=lambda p: (-len(p[1].regelsets), p[0]))):
        v = Vertaler(plan, jaar, {})
        voorwaarden = []
        for r in plan.regelsets:
            try:
                voorwaarden.append(v.holds(r.reikwijdte[plan.vraag.naam]))
            except Onvertaalbaar:  # it speaks for whatever is in the catalogue, and that is all that is asked here
                continue
        wissels.append({"id": f"s{nr}", "condition": " and ".join(voorwaarden), "isDefault": not voorwaarden})
        (regels,) = [k for k in make_graph(plan, jaar, "uitdrukkingen")["nodes"] if k["type"] == "expressionNode"]
        knopen += [{**regels, "id": f"regels{nr}", "name": sleutel}, _node(f"uit{nr}", "outputNode", {})]
        lijnen += [
            {"id": f"a{nr}", "sourceId": "keuze", "sourceHandle": f"s{nr}", "targetId": f"regels{nr}", "type": "edge"},
            {"id": f"b{nr}", "sourceId": f"regels{nr}", "targetId": f"uit{nr}", "type": "edge"},
        ]
    knopen[1]["content"] = {"hitPolicy": "first", "statements": wissels}
    return {"contentType": "application/vnd.gorules.decision", "nodes": knopen, "edges": lijnen}


def _node(id_: str, soort: str, inhoud: Json) -> Json:
    return {"id": id_, "name": id_, "type": soort, "position": {"x": 0, "y": 0}, "content": inhoud}


_NUMMER = count()


def _expression(sleutel: str, waarde: str) -> Json:
    return {"id": f"e{next(_NUMMER)}", "key": sleutel, "value": waarde}


def _requirements(v: Vertaler) -> list[tuple[Planregel, str, str]]:
    uit = []
    for p in v.plan.regels:
        if isinstance(p.regel.effect, Eis):
            goed = v.holds(p.regel.effect.voorwaarde)
            uit.append((p, v.holds(_applies(p)), f"(not {goed})" if p.regel.effect.verbod else goed))
    return uit


def _expressions(v: Vertaler, velden: list[Afgeleidveld]) -> Json:
    """Every requirement one expression: 1 holds, -1 fails, 0 does not apply; after that the outcome."""
    uit = []
    for veld in velden:
        keten = "null"
        for nr, term in reversed(veld.bronnen):
            keten = f"{v.holds(_applies(v.plan.regels[nr]))} ? {v.value(term)} : {keten}"
        uit.append(_expression(name(veld.naam), keten))
    namen = []
    for p, als, goed in _requirements(v):
        namen.append(f"$.r{p.nr}")
        oordeel = f"{goed} ? 1 : -1"
        uit.append(_expression(f"r{p.nr}", oordeel if als == "true" else f"{als} ? ({oordeel}) : 0"))
    fout = " or ".join(f"{n} == -1" for n in namen)
    uit.append(_expression("uitkomst", f'({fout}) ? "nee" : "ja"'))
    return {"passThrough": False, "expressions": uit}


def _derive_tables(v: Vertaler, velden: list[Afgeleidveld]) -> list[Json]:
    """A first-hit table for every group of facts that the same rules derive."""
    groepen: dict[tuple[int, ...], list[Afgeleidveld]] = {}
    for veld in velden:
        groepen.setdefault(tuple(nr for nr, _ in veld.bronnen), []).append(veld)
    tabellen = []
    for nrs, leden in groepen.items():
        rijen = [_applies(v.plan.regels[nr]) for nr in nrs]
        uit = [{name(m.naam): v.value(dict(m.bronnen)[nr]) for m in leden} for nr in nrs]
        tabellen.append(_table(v, rijen, uit, "first", [name(m.naam) for m in leden]))
    return tabellen


def _rule_table(v: Vertaler) -> Json:
    """A collecting table with a row for every requirement that fails and one for each that holds."""
    rijen: list[Voorwaarde] = []
    uit: list[dict[str, str]] = []
    for p in v.plan.regels:
        if isinstance(p.regel.effect, Eis):
            for goed in (False, True):
                c = p.regel.effect.voorwaarde
                rijen.append(En((_applies(p), c if goed != p.regel.effect.verbod else Niet(c))))
                uit.append({"regel": f'"{p.regel.id}"', "uitslag": '"ja"' if goed else '"nee"'})
    return {**_table(v, rijen, uit, "collect", ["regel", "uitslag"]), "outputPath": "regels", "passThrough": False}


def _table(v: Vertaler, rijen: list[Voorwaarde], uit: list[dict[str, str]], treffer: str, kolommen: list[str]) -> Json:
    """A column for every fact that is compared with constants, and one for whatever else a row asks."""
    cellen: list[dict[str, str]] = []
    for rij in rijen:
        cel: dict[str, str] = {}
        for deel in _parts(rij):
            veld, toets = _cell(v, deel)
            if veld and veld not in cel:
                cel[veld] = toets
            elif veld and cel[veld].startswith(("<", ">")) and toets.startswith(("<", ">")):
                cel[veld] += " and " + toets
            else:
                vol = v.holds(deel)
                cel[""] = f"{cel['']} and {vol}" if "" in cel else vol
        cellen.append(cel)
    namen = sorted({n for cel in cellen for n in cel})
    return {
        "hitPolicy": treffer,
        "passThrough": True,
        "inputs": [{"id": f"i{i}", "name": n or "voorwaarde", "field": n} for i, n in enumerate(namen)],
        "outputs": [{"id": f"o{i}", "name": n, "field": n} for i, n in enumerate(kolommen)],
        "rules": [
            {"_id": f"r{nr}", **{f"i{i}": cel.get(n, "") for i, n in enumerate(namen)},
             **{f"o{i}": rij[n] for i, n in enumerate(kolommen)}}
            for nr, (cel, rij) in enumerate(zip(cellen, uit, strict=True))
        ],
    }  # fmt: skip


def _parts(term: Voorwaarde) -> list[Voorwaarde]:
    return [d for deel in term.delen for d in _parts(deel)] if isinstance(term, En) else [term]


def _cell(v: Vertaler, term: Voorwaarde) -> tuple[str, str]:
    match term:
        case Lidmaatschap(Veld() as veld, waarden):
            return v.value(veld), ", ".join(map(literal, waarden))
        case Vergelijking(Veld() as veld, orde, Constante(waarde, _)) if (
            isinstance(waarde, (str, bool)) and orde == "=="
        ):
            return v.value(veld), literal(waarde)
        case Vergelijking(Veld(naam="declaratie.duur_minuten") as veld, orde, Constante(waarde, _)) if orde != "==":
            # Only where the fact is there in every zaak that is asked: a cell cannot guard itself against null.
            return v.value(veld), f"{orde} {literal(waarde)}"
        case _:
            return "", ""
