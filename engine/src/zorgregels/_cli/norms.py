"""``zorgregels norms``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .afsluiten import GEVONDEN
from .melden import Afgebroken, show_safely, stop, write_json
from .opties import json_option
from .vorm import Opdracht

if TYPE_CHECKING:
    from .._canon import Json
    from .._laden.dekking import Dekking, Normdekking

_STATEN = ["uitvoerbaar", "gegeven", "open_norm", "informatief", "nog_niet_gemodelleerd"]


@click.command(cls=Opdracht, short_help="Toon de normen, en wat hen draagt.")
@click.argument("paden", metavar="[PAD]...", nargs=-1)
@click.option("--staat", type=click.Choice(_STATEN), help="Alleen normen met deze staat.")
@click.option("--gaps", "gaten", is_flag=True, help="Toon alleen wat niet wordt gedragen; uitgang 1 als er iets is.")
@click.option(
    "--dekking", is_flag=True, help="Toon hoeveel regels en normen de casussen dekken; uitgang 1 als dat niet alles is."
)
@json_option
def norms(paden: tuple[str, ...], *, staat: str | None, gaten: bool, dekking: bool, als_json: bool) -> None:
    """Toon de normen van de plugins in en onder elk PAD, of zonder PAD van de geïnstalleerde plugins.

    Van elke norm de staat, de regels die haar dragen en de casussen die haar noemen.
    """
    from .._laden.dekking import installed_folders, measure
    from .._laden.nakijken import find_folders
    from ..errors import ZorgregelsError

    try:
        gemeten = measure(find_folders([Path(p) for p in paden]) if paden else installed_folders())
    except ZorgregelsError as fout:
        raise stop(fout.meldingen, als_json=als_json) from None
    normen = [n for n in gemeten.normen if staat is None or n.norm.staat.value == staat]
    if gaten:
        normen = [n for n in normen if n.norm.staat.value == "nog_niet_gemodelleerd"]
    if als_json:
        write_json({"normen": [_entry(n) for n in normen], "gaten": [dict(m.to_dict()) for m in gemeten.gaten]})
    else:
        for m in gemeten.gaten:
            click.echo(show_safely(str(m)))
        if dekking:
            _print_coverage(gemeten)
        else:
            for n in normen:
                click.echo(show_safely(_row(n)))
    onvolledig = dekking and (any(n.ontbreekt for n in gemeten.normen) or not all(gemeten.regels.values()))
    if gemeten.gaten or (gaten and normen) or onvolledig:
        raise Afgebroken(GEVONDEN)


def _entry(n: Normdekking) -> Json:
    return {
        "norm": n.norm.id,
        "sector": n.norm.sector,
        "tekst": n.norm.norm,
        "bron": n.norm.bron.to_dict(),
        "van": n.norm.van,
        "tot": n.norm.tot,
        "staat": n.norm.staat.value,
        "regels": list(n.regels),
        "drager": list(n.norm.drager),
        "feit": n.norm.feit or None,
        "wie": n.norm.wie or None,
        "reden": n.norm.reden or None,
        "casussen": list(n.casussen),
        "niet_getoond": list(n.ontbreekt),
    }


def _row(n: Normdekking) -> str:
    norm = n.norm
    wat = {
        "uitvoerbaar": ", ".join(n.regels),
        "gegeven": ", ".join(norm.drager),
        "open_norm": f"{norm.feit} ({norm.wie})",
    }.get(norm.staat.value, norm.reden)
    casussen = f"   casussen: {', '.join(n.casussen)}" if n.casussen else ""
    return f"{norm.id:<14} {norm.sector:<18} {norm.staat.value:<21} {norm.norm}\n    {wat}{casussen}"


def _print_coverage(d: Dekking) -> None:
    for sector in sorted({n.norm.sector for n in d.normen}):
        normen = [n for n in d.normen if n.norm.sector == sector]
        uitvoerbaar = [n for n in normen if n.nodig]
        regels = {r: g for r, g in d.regels.items() if r.startswith(sector + ".")}
        staten = Counter(n.norm.staat.value for n in normen)
        click.echo(f"{sector}: {len(normen)} normen ({', '.join(f'{a} {s}' for s, a in sorted(staten.items()))})")
        click.echo(f"  regels door casussen geraakt    {_part(sum(map(bool, regels.values())), len(regels))}")
        click.echo(
            f"  uitvoerbare normen getoond      {_part(sum(not n.ontbreekt for n in uitvoerbaar), len(uitvoerbaar))}"
        )
        for r in sorted(r for r, g in regels.items() if not g):
            click.echo(f"    niet geraakt: {r}")
        for n in uitvoerbaar:
            if n.ontbreekt:
                click.echo(f"    {n.norm.id}: geen casus toont {', '.join(n.ontbreekt)} ({', '.join(n.regels)})")


def _part(deel: int, geheel: int) -> str:
    return f"{deel} van {geheel} ({100 * deel // geheel if geheel else 100} %)"
