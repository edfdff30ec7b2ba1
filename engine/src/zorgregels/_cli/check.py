"""``zorgregels check``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .afsluiten import GEVONDEN
from .melden import Afgebroken, show_safely, stop, write_json
from .opties import json_option
from .vorm import Opdracht

if TYPE_CHECKING:
    from .._laden.nakijken import Nagekeken


@click.command(cls=Opdracht, short_help="Kijk plugins na en voer hun casussen uit.")
@click.argument("paden", metavar="[PAD]...", nargs=-1)
@click.option("--streng", is_flag=True, help="Ook een waarschuwing geeft uitgang 1.")
@json_option
def check(paden: tuple[str, ...], *, streng: bool, als_json: bool) -> None:
    """Kijk de plugins in en onder elk PAD na, of de plugin waar een bestand bij hoort; zonder PAD de huidige map.

    Fouten in de bestanden, casussen (ZR-701) en voorbeelden (ZR-702) die anders uitkomen, en waarschuwingen (ZR-8xx).
    """
    from .._laden.nakijken import check_paths
    from ..errors import ZorgregelsError

    try:
        nagekeken = check_paths([Path(p) for p in paden or (".",)])
    except ZorgregelsError as fout:
        raise stop(fout.meldingen, als_json=als_json) from None
    if als_json:
        write_json(
            {
                "plugins": list(nagekeken.plugins),
                "regelsets": nagekeken.regelsets,
                "casussen": nagekeken.casussen,
                "fouten": [dict(m.to_dict()) for m in nagekeken.fouten],
                "waarschuwingen": [dict(m.to_dict()) for m in nagekeken.waarschuwingen],
            }
        )
    else:
        _print(nagekeken)
    if nagekeken.fouten or (streng and nagekeken.waarschuwingen):
        raise Afgebroken(GEVONDEN)


def _print(n: Nagekeken) -> None:
    for m in n.fouten:
        click.echo(show_safely(str(m)))
    for m in n.waarschuwingen:
        click.echo(show_safely(str(m).replace(f" {m.code} ", f" {m.code} waarschuwing: ", 1)))
    delen = [
        _count(len(n.plugins), "plugin", "plugins"),
        _count(n.regelsets, "regelset", "regelsets"),
        _count(n.casussen, "casus of voorbeeld", "casussen en voorbeelden"),
        _count(len(n.fouten), "fout", "fouten"),
        _count(len(n.waarschuwingen), "waarschuwing", "waarschuwingen"),
    ]
    click.echo(" · ".join(delen))


def _count(aantal: int, een: str, meer: str) -> str:
    return f"{aantal} {een if aantal == 1 else meer}"
