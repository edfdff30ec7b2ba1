"""``zorgregels explain``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import cast

import click

from .decide import decide_one
from .melden import show_safely, write_json
from .opties import Invulling, json_option, zaak_options
from .vorm import Opdracht

_KLEUR = {"ja": "green", "nee": "red", "onbekend": "yellow"}


@click.command(cls=Opdracht, short_help="Leg een beslissing uit.")
@click.argument("bestand", metavar="BESTAND|-")
@click.option(
    "--voor",
    type=click.Choice(["burger", "auditor", "ontwikkelaar"]),
    default="auditor",
    show_default=True,
    help="Voor wie de uitleg is.",
)
@json_option
@zaak_options
def explain(
    bestand: str,
    *,
    voor: str,
    als_json: bool,
    plugins: str | None,
    catalogi: tuple[str, ...],
    engine: str,
    over: Invulling,
) -> None:
    """Beslis over de zaak in BESTAND (JSON of YAML; - is standaardinvoer) en leg de beslissing uit."""
    from .._besluit import uitleg

    motor, zaak, beslissing = decide_one(bestand, over, plugins, engine, catalogi=catalogi, als_json=als_json)
    with motor:
        tekst = show_safely(
            uitleg.explain(
                beslissing,
                voor=cast(uitleg.Lezer, voor),
                zaak=cast("Mapping[str, object]", zaak),
                decide=motor.decide,
            )
        )
    if als_json:
        write_json({"uitleg": tekst, "voor": voor, "beslissing": beslissing.to_dict()})
        return
    click.echo(_coloured(tekst, _KLEUR[beslissing.uitkomst.value]))


def _coloured(tekst: str, kleur: str) -> str:
    """Colour the verdict on a terminal; the words alone say everything."""
    import os

    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return tekst
    kop, rest = tekst.split("\n", 1) if "\n" in tekst else (tekst, "")
    oordeel, _, over = kop.partition("   ")
    return click.style(oordeel, fg=kleur, bold=True) + (f"   {over}" if over else "") + f"\n{rest}"
