"""``zorgregels regelsets export`` and ``import``."""

from __future__ import annotations

from pathlib import Path

import click

from .melden import show_safely, stop, write_json
from .opties import json_option, key_option, make_engine, plugin_option
from .vorm import Opdracht, Pad

_MAX = 64_000_000


@click.command("export", cls=Opdracht, short_help="Schrijf een regelset, met wat zij nodig heeft, in een bestand.")
@click.argument("id_", metavar="ID")
@click.option("-o", "--uit", required=True, type=Pad(dir_okay=False, path_type=Path), help="Het bestand.")
@key_option
@plugin_option
@json_option
def export(id_: str, *, uit: Path, sleutels: Path | None, plugins: str | None, als_json: bool) -> None:
    """Schrijf regelset ID, zoals msz/tarieven@2025.1, met haar feitsoorten en catalogi in een bestand.

    Met --sleutels wordt het bestand ondertekend.
    """
    from .._invoer.wegschrijven import write_version
    from .._laden.overdracht import pack
    from ..errors import ZorgregelsError
    from .regelsets import find_regelset

    with make_engine(plugins, als_json=als_json) as motor:
        regelset = find_regelset(id_, None, motor.regelsets, als_json=als_json)
        try:
            bos = None
            if sleutels is not None:
                from .._journaal.sleutels import Sleutelbos

                bos = Sleutelbos.load(sleutels)
            write_version(uit, pack(motor.lading, regelset, bos).encode() + b"\n")
        except ZorgregelsError as fout:
            raise stop(fout.meldingen, als_json=als_json) from None
    sleutel = None if bos is None else bos.openbaar.hex()
    if als_json:
        write_json({"regelset": regelset.id, "digest": regelset.digest, "sleutel": sleutel, "bestand": str(uit)})
        return
    click.echo(show_safely(f"{regelset.id} staat in {uit}\n  {regelset.digest}\n  {_signed(sleutel)}"))


@click.command("import", cls=Opdracht, short_help="Maak van zo'n bestand een plugin.")
@click.argument("bestand", type=Pad(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--naar",
    required=True,
    type=Pad(file_okay=False, path_type=Path),
    help="Hierin komt een map voor elke sector; geef die mappen aan --plugins.",
)
@click.option("--sleutel", metavar="HEX", help="Alleen als het bestand met deze sleutel is ondertekend.")
@json_option
def import_(bestand: Path, *, naar: Path, sleutel: str | None, als_json: bool) -> None:
    """Kijk BESTAND na en maak er een plugin van, die tot op de byte dezelfde regelset bevat."""
    from .._engine import Engine
    from .._laden.overdracht import unpack, write_plugins
    from .._lezen.meldingen import Melding
    from ..errors import ZorgregelsError

    try:
        with bestand.open("rb") as stroom:
            inhoud = unpack(stroom.read(_MAX), str(bestand))
        if sleutel is not None and inhoud.sleutel != sleutel:
            wie = inhoud.sleutel or "niemand"
            tip = (
                "Vraag het bestand aan wie u vertrouwt, of laat --sleutel weg als u het op een andere manier vertrouwt."
            )
            raise stop(
                [Melding("ZR-947", f"het bestand is ondertekend door {wie}", tip, str(bestand))], als_json=als_json
            )
        mappen = write_plugins(inhoud, naar)
        with Engine(plugins=mappen) as motor:
            gelezen = {r.id: r.digest for r in motor.regelsets}
    except ZorgregelsError as fout:
        raise stop(fout.meldingen, als_json=als_json) from None
    assert gelezen[inhoud.regelset] == inhoud.digest
    if als_json:
        write_json(
            {
                "regelset": inhoud.regelset,
                "digest": inhoud.digest,
                "sleutel": inhoud.sleutel,
                "plugins": [str(m) for m in mappen],
            }
        )
        return
    plekken = ", ".join(map(str, mappen))
    click.echo(show_safely(f"{inhoud.regelset} staat in {plekken}\n  {inhoud.digest}\n  {_signed(inhoud.sleutel)}"))


def _signed(sleutel: str | None) -> str:
    return "niet ondertekend" if sleutel is None else f"ondertekend met {sleutel}"
