"""``zorgregels schema``."""

from __future__ import annotations

import json

import click

from .melden import stop, write_json
from .opties import json_option
from .vorm import Opdracht


@click.command(cls=Opdracht, short_help="Toon een JSON Schema.")
@click.argument("naam", required=False)
@json_option
def schema(naam: str | None, *, als_json: bool) -> None:
    """Toon het JSON Schema NAAM, zoals zaak of feit/huisarts/declaratie; zonder NAAM een lijst van alle."""
    from .._lezen.meldingen import Melding, suggest
    from .._schemas import schema_map, schema_text

    feiten = _fact_schemas() if naam is None or naam.startswith("feit/") else {}
    if naam is None:
        namen = [*schema_map(), *feiten]
        if als_json:
            write_json({"schemas": list(namen)})
        else:
            click.echo("\n".join(namen))
        return
    if naam in schema_map():
        click.echo(schema_text(naam).rstrip())
    elif naam in feiten:
        click.echo(feiten[naam].rstrip())
    else:
        alle = [*schema_map(), *(feiten or _fact_schemas())]
        raise stop(
            [Melding("ZR-115", f"er is geen schema `{naam:.80}`", suggest(naam, alle))], als_json=als_json
        ) from None


def _fact_schemas() -> dict[str, str]:
    """Return the text of every feitsoort schema of the installed plugins, by ``feit/<sector>/<feitsoort>``."""
    from .._laden.plugins import load_plugins
    from .._lezen.yaml import YamlFout, read_yaml

    gevonden: dict[str, str] = {}
    for bundel in load_plugins(None).bundels:
        try:
            merk = read_yaml(bundel.merk.inhoud, bundel.merk.naam)
            for bestand in bundel.feiten:
                titel = json.loads(bestand.inhoud)["title"]
                if isinstance(merk, dict):
                    gevonden[f"feit/{merk['sector']}/{titel}"] = bestand.inhoud.decode()
        except (YamlFout, ValueError, KeyError, TypeError):
            continue  # a plugin that cannot be read says so in `zorgregels plugins`
    return dict(sorted(gevonden.items()))
