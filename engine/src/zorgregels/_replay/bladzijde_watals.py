"""The part of the page that says what would change: by rule, in euros, and decision by decision."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from .bouwstenen import Rechts, paragraph, table
from .rapport import what_if
from .resultaat import Resultaat
from .telling import GEWIJZIGD
from .woorden import REIKWIJDTEN, change, money, number

Data = Any


def by_rule(r: Resultaat) -> Iterator[str]:
    """Yield the changes by transition and rule."""
    aantal = r.telling.afloop[GEWIJZIGD]
    if not aantal:
        return
    yield "<h2>Wat verandert, en door welke regel</h2>\n"
    yield table(
        ("Wat", "Uitkomst", "Regel", Rechts("beslissingen")),
        [
            (REIKWIJDTEN[o.reikwijdte], change(o.van, o.naar), o.regel, Rechts(number(n)))
            for o, n in sorted(r.bedragen.overgangen.items())
        ],
        slot=("samen", "", "", Rechts(number(aantal))),
    )
    yield paragraph("Elke beslissing die verandert, is aan precies één regel toegeschreven.", "zacht")


def one_by_one(r: Resultaat, meest: int) -> Iterator[str]:
    """Yield the first of the decisions that change."""
    aantal = r.telling.afloop[GEWIJZIGD]
    if not aantal:
        return
    yield "<h2>Beslissing voor beslissing</h2>\n"
    rijen = (
        (Rechts(d["nr"]), REIKWIJDTEN[d["reikwijdte"]], change(d["van"], d["naar"]), d["regel"], _amounts(d))
        for d in map(_data, islice(r.changes(), meest))
    )
    yield table((Rechts("Nr"), "Wat", "Uitkomst", "Regel", "Bedragen"), rijen)
    if aantal > meest:
        yield paragraph(f"Dit zijn de eerste {meest} van {number(aantal)}; alle staan in het rapport in JSON.", "zacht")


def amounts(r: Resultaat) -> Iterator[str]:
    """Yield the sums: of what was given, and of what the rules derived."""
    tabellen: Data = what_if(r)
    gegeven = table(
        ("Feit", "Uitkomst", "Regel", Rechts("aantal"), Rechts("bedrag")),
        [
            (
                g["feit"],
                change(g["van"], g["naar"]),
                g["regel"],
                Rechts(number(g["aantal"])),
                Rechts(money(g["centen"])),
            )
            for g in tabellen["gegeven"]
        ]
        + [
            (g["feit"], change(g["van"], g["naar"]), "samen", Rechts(number(g["aantal"])), Rechts(money(g["centen"])))
            for g in tabellen["gegeven_totaal"]
        ],
        titel="Gegeven bedragen van de beslissingen die veranderen",
    )
    afgeleid = table(
        ("Feit", "Regel", Rechts("was"), Rechts("wordt"), Rechts("verschil")),
        [(a["feit"], a["regel"], *_derived(a)) for a in tabellen["afgeleid"]]
        + [(a["feit"], "samen", *_derived(a)) for a in tabellen["afgeleid_totaal"]],
        titel="Afgeleide bedragen van de beslissingen die veranderen",
    )
    if gegeven or afgeleid:
        yield "<h2>Bedragen</h2>\n"
        yield gegeven
        yield afgeleid
        yield paragraph(
            "Sommen zijn exact; de totalen zijn die van de regels samen. Een bedrag dat er niet is, telt niet mee.",
            "zacht",
        )


def _derived(a: Data) -> tuple[str, str, str]:
    return Rechts(money(a["oud"])), Rechts(money(a["nieuw"])), Rechts(money(a["verschil"]))


def _amounts(d: Data) -> str:
    """The amounts of one decision; of somebody whose facts are closed they are not told."""
    if "gegeven" not in d:
        return "(gesloten)"
    delen = [f"{feit} {money(centen)}" for feit, centen in d["gegeven"].items()]
    delen += [f"{feit} {_show(a['oud'])} → {_show(a['nieuw'])}" for feit, a in d["afgeleid"].items()]
    return ", ".join(delen)


def _show(centen: str | None) -> str:
    return "geen" if centen is None else money(centen)


def _data(waarde: Any) -> Data:
    return waarde
