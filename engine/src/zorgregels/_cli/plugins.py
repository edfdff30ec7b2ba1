"""``zorgregels plugins``."""

from __future__ import annotations

import click

from .melden import show_safely, write_json
from .opties import json_option, no_plugins
from .vorm import Opdracht


@click.command(cls=Opdracht, short_help="Toon welke plugins er zijn.")
@json_option
def plugins(*, als_json: bool) -> None:
    """Toon de geïnstalleerde plugins, met wat er mis is met een plugin die niet meedoet."""
    from .._engine import Engine

    gevonden = Engine().plugins
    if als_json:
        write_json(
            {
                "plugins": [
                    {
                        "plugin": p.plugin,
                        "distributie": p.distributie,
                        "versie": p.versie,
                        "sector": p.sector,
                        "titel": p.titel,
                        "regelsets": p.regelsets,
                        "meldingen": [dict(m.to_dict()) for m in p.meldingen],
                    }
                    for p in gevonden
                ]
            }
        )
        return
    if not gevonden:
        click.echo(str(no_plugins()).removeprefix("$: "))
    for p in gevonden:
        if p.meldingen:
            click.echo(show_safely(f"{p.plugin}   doet niet mee"))
            for m in p.meldingen:
                click.echo(show_safely("  " + str(m).replace("\n", "\n  ")))
        else:
            click.echo(show_safely(f"{p.plugin}   {p.distributie} {p.versie} · {p.titel} · {p.regelsets} regelsets"))
