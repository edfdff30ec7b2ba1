"""Against ZEN: the same zaken, the same rules, in the form that is fastest there."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from typing import Any

from binnen import look_up, read
from meten import side_by_side
from zaken import JAAR, Zaak, draw_mixes
from zen_vertaling import VORMEN, catalogue_columns, host_input, make_graph, make_year_graph, name, scope_facts
from zorgregels import Engine
from zorgregels._plan.plan import Plan
from zorgregels._waarden import Merk

Vraag = tuple[str, dict[str, Any], Plan]
"""The graph to ask, what to hand in and the plan behind it."""
JAARGRAAF = "jaargraaf"
"""One graph that finds the rules itself, where the others are told by the host which graph to ask."""
GASTHEER = "jaargraaf met gastheer"
"""The same from the zaak as it comes in, the host's look-up included; nothing is validated."""


def measure(snel: bool) -> dict[str, Any]:
    try:
        import zen
    except ImportError as fout:
        return {"afwezig": f"zen-engine is not here: {fout}"}
    engine = Engine(plugins={"huisarts", "msz", "domeinoverstijgend"})
    zaken = draw_mixes(engine, 1000 if snel else 2000)["huisarts"]
    vragen, plannen = _questions(engine, zaken)
    uit: dict[str, Any] = {
        "versie": version("zen-engine"), "zaken": len(zaken), "plannen": len(plannen), "regels_van": JAAR,
        "regels": sorted(len(p.regels) for p in plannen.values()), "vormen": {},
    }  # fmt: skip
    taken: dict[str, Any] = {"decide": (engine.decide, zaken), "evaluate": (engine.evaluate, zaken)}
    for vorm in (*VORMEN, JAARGRAAF):
        if vorm == JAARGRAAF:
            grafen = {JAARGRAAF: make_year_graph(plannen, JAAR)}
            feiten = scope_facts(plannen.values())
            gelezen = [read(engine, z)[0] for z in zaken]
            vorm_vragen = [
                (JAARGRAAF, host_input(p, f, feiten), p) for f, (_, _, p) in zip(gelezen, vragen, strict=True)
            ]
        else:
            grafen = {naam: make_graph(plan, JAAR, vorm) for naam, plan in plannen.items()}
            vorm_vragen = vragen
        zen_engine = zen.ZenEngine({"loader": {"type": "static", "content": grafen}})
        uit["vormen"][vorm] = {"verschillen": _differences(engine, zen_engine, zaken, vorm_vragen)}
        for naam, opties in ((vorm, None), (f"{vorm} met spoor", {"trace": True})):
            taken[naam] = (_ask(zen_engine, opties), vorm_vragen)
        if vorm == JAARGRAAF:
            taken[GASTHEER] = (_with_host(engine, zen_engine, plannen, zaken), zaken)
    for naam, m in side_by_side(taken, 3 if snel else 7).items():
        uit[naam] = m.to_dict()
    return uit


def _questions(engine: Engine, zaken: list[Zaak]) -> tuple[list[Vraag], dict[str, Plan]]:
    """Return what the host does before it asks: choose the rules, look up, make the input flat. It is not in ZEN's time."""
    plannen: dict[str, Plan] = {}
    vragen: list[Vraag] = []
    for zaak in zaken:
        feiten, plan = read(engine, zaak)
        naam = "+".join(r.id for r in plan.regelsets)
        plannen[naam] = plan
        vragen.append((naam, host_input(plan, feiten), plan))
    return vragen, plannen


def _with_host(engine: Engine, zen_engine: Any, plannen: dict[str, Plan], zaken: list[Zaak]) -> Any:
    """Return a function of a zaak as it comes in: the host's own part, short and unchecked, and then ZEN."""
    catalogus = next(c for c in engine.catalogi if c.naam == "huisarts/prestaties")
    kolommen = sorted({k for p in plannen.values() for k in catalogue_columns(p, catalogus.naam)})
    dag = date(JAAR, 7, 1)
    tabel = {
        code: {k: None if isinstance(w := look_up(catalogus, code, dag, k), Merk) else w for k in kolommen}
        for code in catalogus.prestaties
    }
    leeg = {name(n): None for p in plannen.values() for n in (*p.gegeven, *scope_facts([p]))}
    evaluate = zen_engine.evaluate

    def answer(zaak: Zaak) -> object:
        invoer = dict(leeg)
        for soort, feiten in zaak["feiten"].items():
            for veld, waarde in feiten.items():
                invoer[f"{soort}_{veld}"] = waarde
        invoer["declaratie_bedrag"] = int(invoer["declaratie_bedrag"].replace(".", ""))
        invoer["huisarts_prestaties_declaratie_prestatiecode"] = tabel[invoer["declaratie_prestatiecode"]]
        return evaluate(JAARGRAAF, invoer)

    for zaak in zaken:  # the short way must come to the same, or it measures something else
        uitkomst, _ = engine.evaluate(zaak)
        assert answer(zaak)["result"]["uitkomst"] == uitkomst.value, zaak  # type: ignore[index]
    return answer


def _ask(zen_engine: Any, opties: dict[str, bool] | None) -> Any:
    evaluate = zen_engine.evaluate
    return lambda vraag: evaluate(vraag[0], vraag[1], opties)


def _differences(engine: Engine, zen_engine: Any, zaken: list[Zaak], vragen: list[Vraag]) -> int:
    """Count the zaken for which ZEN gives another uitkomst or other rules that decided."""
    anders = 0
    for zaak, (naam, invoer, plan) in zip(zaken, vragen, strict=True):
        uitkomst, beslissend = engine.evaluate(zaak)
        r = zen_engine.evaluate(naam, invoer)["result"]
        if "beslissend" in r:
            regels = set(r["beslissend"])
        else:
            telt = -1 if r["uitkomst"] == "nee" else 1
            regels = {
                plan.regels[int(n[1:])].regel.id for n, w in r.items() if n[0] == "r" and n[1:].isdigit() and w == telt
            }
        anders += (r["uitkomst"], regels) != (uitkomst.value, set(beslissend))
    return anders
