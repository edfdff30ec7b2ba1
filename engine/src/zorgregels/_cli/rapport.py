"""``zorgregels rapport``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .melden import Afgebroken, show_safely, write_json
from .opties import Sleutel, json_option
from .vorm import Opdracht, Pad

if TYPE_CHECKING:
    from .._canon import Json
    from .._replay.ondertekening import Getekend


@click.command(cls=Opdracht, short_help="Kijk na of een rapport van een replay nog is zoals het is ondertekend.")
@click.argument(
    "bestanden",
    type=Pad(exists=True, dir_okay=False, path_type=Path),
    metavar="BESTAND...",
    nargs=-1,
    required=True,
)
@click.option(
    "--sleutel",
    metavar="HEX",
    type=Sleutel(),
    help="Met welke sleutel het ondertekend moet zijn, zoals u die langs een andere weg kreeg.",
)
@json_option
def rapport(bestanden: tuple[Path, ...], *, sleutel: bytes | None, als_json: bool) -> None:
    """Kijk rapporten van zorgregels replay na, in JSON en als bladzijde: is elk nog zoals het is ondertekend, en door wie?

    Van een bladzijde hoort ook gezegd welk rapport zij toont: geef beide, dan blijkt of zij bij elkaar horen. Het Journaal is
    hier niet voor nodig. Uitgang 1 als iets niet klopt.
    """
    from .._replay.ondertekening import Getekend, Ongetekend, read_signature

    gelezen: dict[Path, Getekend | str] = {}
    for pad in bestanden:
        try:
            getekend = read_signature(pad.read_bytes())
            anders = sleutel is not None and getekend.sleutel != sleutel
            gelezen[pad] = f"is ondertekend met een andere sleutel: {getekend.sleutel.hex()}" if anders else getekend
        except Ongetekend as fout:
            gelezen[pad] = str(fout)
    goed = {p: g for p, g in gelezen.items() if isinstance(g, Getekend)}
    samen = len({g.rapport for g in goed.values()}) < 2
    if als_json:
        bestanden_json: list[Json] = [_as_json(p, g) for p, g in gelezen.items()]
        write_json({"bestanden": bestanden_json, "een_rapport": samen and len(goed) == len(gelezen)})
    else:
        for pad, uitslag in gelezen.items():
            click.echo(show_safely(f"{pad}: {uitslag if isinstance(uitslag, str) else _describe(uitslag)}"))
        if not samen:
            click.echo("Deze bestanden zijn niet van één rapport.")
        if sleutel is None:
            for s in sorted({g.sleutel for g in goed.values()}):
                click.echo(f"De sleutel is {s.hex()}; vergelijk die langs een andere weg.")
    if len(goed) < len(gelezen) or not samen:
        raise Afgebroken(1)


def _describe(g: Getekend) -> str:
    return f"ondertekend op {g.tijd[:10]} {g.tijd[11:19]} UTC · rapport met SHA-256 {g.rapport.removeprefix('sha256:')}"


def _as_json(pad: Path, uitslag: Getekend | str) -> Json:
    if isinstance(uitslag, str):
        return {"bestand": str(pad), "ongeschonden": False, "wat": uitslag}
    g = uitslag
    return {
        "bestand": str(pad), "ongeschonden": True, "rapport": g.rapport, "sleutel": g.sleutel.hex(), "tijd": g.tijd,
    }  # fmt: skip
