"""The command ``zorgregels`` and its subcommands."""

from __future__ import annotations

import click

from .archive import archive
from .catalogus import catalogus
from .check import check
from .decide import decide
from .dossier import dossier
from .explain import explain
from .journaal import journaal
from .norms import norms
from .plugins import plugins
from .rapport import rapport
from .regelsets import regelsets
from .replay import replay
from .schema import schema
from .vorm import Groep

_SLOT = (
    "Uitgang: 0 gedaan; 1 een controle vond iets; 2 onjuiste invoer of aanroep, of geen beslissing mogelijk; "
    "70 een fout in zorgregels zelf."
)


def _version(ctx: click.Context, _param: click.Parameter, waarde: bool) -> None:  # noqa: FBT001 - the signature of click
    if waarde and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"zorgregels {version('zorgregels')}")
        ctx.exit(0)


@click.group(
    cls=Groep,
    help="Mag deze prestatie in rekening worden gebracht, tegen welk bedrag en op grond van welk artikel?",
    epilog=_SLOT,
    context_settings={"max_content_width": 110},
)
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Toon de versie.")
def cli() -> None:
    """Run nothing by itself."""


for _opdracht in (
    *(decide, explain, dossier, journaal, replay, rapport, archive),
    *(check, catalogus, norms, plugins, regelsets, schema),
):
    cli.add_command(_opdracht)
