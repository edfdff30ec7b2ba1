"""``zorgregels catalogus import``."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from .melden import show_safely, stop, write_json
from .opties import Datum, chosen_plugins, json_option, plugin_option
from .voortgang import Voortgang
from .vorm import Opdracht

if TYPE_CHECKING:
    from .._invoer.invoer import Ingevoerd

_VERSIE: Final = re.compile(r"[0-9]{4}\.[0-9]{1,4}")


def _check_version(_ctx: click.Context, _param: click.Parameter, waarde: str) -> str:
    if _VERSIE.fullmatch(waarde) is None:
        raise click.BadParameter("een versie is jaar.uitgave, zoals 2025.2")
    return waarde


@click.command("import", cls=Opdracht, short_help="Lees een tabel in als nieuwe versie van een catalogus.")
@click.argument("tabel", metavar="TABEL")
@click.option("--catalogus", "naam", metavar="SECTOR/NAAM", required=True, help="De catalogus die de tabel vult.")
@click.option("--vorm", metavar="NAAM", required=True, help="Welke soort tabel het is; de plugin kent haar kolommen.")
@click.option("--bekend", type=Datum(), required=True, help="Sinds wanneer bekend is wat in de tabel staat.")
@click.option("--versie", metavar="X.Y", required=True, callback=_check_version, help="De nieuwe versie, zoals 2025.2.")
@click.option("--van", type=Datum(), help="Vanaf wanneer een rij geldt die dat zelf niet zegt.")
@click.option("--tot", type=Datum(), help="Tot en met wanneer, als de tabel daar geen kolom voor heeft.")
@click.option("--blad", metavar="NAAM", help="Het blad van een Excel-bestand.")
@click.option(
    "--basis", metavar="BESTAND", multiple=True, help="Een eerder ingelezen versie waar deze overheen komt. Mag vaker."
)
@click.option("--uit", metavar="BESTAND", help="Waar de versie komt; anders sector-naam-X.Y.yaml in deze map.")
@click.option("--droog", is_flag=True, help="Toon wat er verandert en schrijf niets.")
@plugin_option
@json_option
def import_(  # noqa: PLR0913 - one for every option
    tabel: str,
    *,
    naam: str,
    vorm: str,
    bekend: str,
    versie: str,
    van: str | None,
    tot: str | None,
    blad: str | None,
    basis: tuple[str, ...],
    uit: str | None,
    droog: bool,
    plugins: str | None,
    als_json: bool,
) -> None:
    """Lees TABEL (CSV, TSV of .xlsx) in over de catalogus die gold, en schrijf de nieuwe versie.

    Wat de tabel niet zegt, blijft zoals het was. Een rij zonder einddatum geldt tot waar de catalogus iets van een
    latere begindatum zegt. Gebruik de versie daarna met --catalogus.
    """
    from .._invoer.bronversie import Keus
    from .._invoer.invoer import import_table
    from .._invoer.rijen import Tijdvak
    from .._invoer.wegschrijven import write_version
    from ..errors import ZorgregelsError
    from .verandering import as_json, as_text

    doel = None if droog else Path(uit if uit is not None else f"{naam.replace('/', '-')}-{versie}.yaml")
    teller = Voortgang("rijen")
    try:
        keus = Keus(naam, vorm, date.fromisoformat(bekend), versie, chosen_plugins(plugins), tuple(map(Path, basis)))
        tijdvak = Tijdvak(date.fromisoformat(van) if van else None, date.fromisoformat(tot) if tot else None)
        ingevoerd: Ingevoerd = import_table(Path(tabel), keus, tijdvak, blad=blad, voortgang=teller.show)
        if doel is not None:
            write_version(doel, ingevoerd.inhoud)
    except ZorgregelsError as fout:
        teller.close()
        raise stop(fout.meldingen, als_json=als_json) from None
    teller.close()
    if als_json:
        write_json(as_json(ingevoerd, doel))
    else:
        click.echo(show_safely("\n".join(as_text(ingevoerd, doel))))
