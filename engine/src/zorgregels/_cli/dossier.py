"""``zorgregels dossier``."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .doelen import keep_apart, of_journaal
from .journaal import telling
from .melden import show_safely, stop, write_json
from .opties import check_place, json_option, key_option
from .vorm import Opdracht

if TYPE_CHECKING:
    from .._canon import Json
    from .._dossier.dossier import Dossier
    from .._dossier.vastgelegd import Item


@click.command(cls=Opdracht, short_help="Maak van een beslissing een bladzijde die zichzelf bewijst.")
@click.argument("nr", type=click.IntRange(min=0))
@click.option(
    "--journaal",
    metavar="BESTAND|URL",
    required=True,
    callback=check_place,
    help="Het Journaal waarin de beslissing staat.",
)
@key_option
@click.option(
    "--zonder",
    metavar="FEIT",
    multiple=True,
    help="Houd dit feit achter, met alles wat het zou kunnen tonen; alles houdt elk feit achter. Mag vaker.",
)
@click.option(
    "-o", "--uit", metavar="BESTAND|-", help="Waar de bladzijde komt; anders dossier-NR.html. - is standaarduitvoer."
)
@click.option("--overschrijf", is_flag=True, help="Vervang het bestand als het er al is.")
@json_option
def dossier(
    nr: int,
    *,
    journaal: str,
    sleutels: Path | None,
    zonder: tuple[str, ...],
    uit: str | None,
    overschrijf: bool,
    als_json: bool,
) -> None:
    """Maak van beslissing NR een bladzijde (HTML) die zonder netwerk opent en zichzelf nagaat.

    De bladzijde toont de uitkomst, de motivering met artikelen, de feiten en de versies, en rekent in de browser na dat die zo in het Journaal
    zijn vastgelegd. Van een feit dat met --zonder wordt achtergehouden, komt ook de waarde niet in het bestand. De uitkomst, de
    peildatum en het aantal stappen staan er altijd in, en kunnen er iets over verraden.
    """
    from .._dossier.bladzijde import render
    from .._dossier.dossier import make_dossier
    from .._journaal.journaal import Journaal

    pad = Path(uit if uit is not None else f"dossier-{nr}.html")
    with telling(als_json=als_json):
        if uit != "-":
            keep_apart([pad], of_journaal(journaal, sleutels))
        with Journaal.open(journaal, sleutels=sleutels, schrijven=False) as geopend:
            gemaakt = make_dossier(geopend, nr, zonder)
        bladzijde = render(gemaakt.gegevens)
    if uit == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(bladzijde.encode())
        return
    _write(pad, bladzijde, overschrijf=overschrijf, als_json=als_json)
    if als_json:
        write_json(_summary(gemaakt, nr, pad))
        return
    click.echo(show_safely("\n".join(_words(gemaakt, pad))))


def _write(pad: Path, bladzijde: str, *, overschrijf: bool, als_json: bool) -> None:
    """Write the file, whole or not at all, for this user alone: who else may see what is in it is for this user to say."""
    from .._lezen.meldingen import Melding

    if pad.exists() and not overschrijf:
        hulp = "Kies een ander bestand met -o, of geef --overschrijf."
        raise stop([Melding("ZR-944", "dit bestand is er al", hulp, str(pad))], als_json=als_json)
    tijdelijk = None
    try:
        handvat, tijdelijk = tempfile.mkstemp(dir=pad.parent, prefix=f".{pad.name}.")
        with os.fdopen(handvat, "w", encoding="utf-8", newline="\n") as bestand:
            bestand.write(bladzijde)
            bestand.flush()
            os.fsync(bestand.fileno())
        Path(tijdelijk).replace(pad)
    except OSError as fout:
        if tijdelijk is not None:
            with suppress(OSError):
                Path(tijdelijk).unlink()
        tekst = f"het dossier is niet te schrijven: {fout.strerror or fout}"
        hulp = "Kies met -o een plek waar u mag schrijven en waar ruimte is."
        raise stop([Melding("ZR-944", tekst, hulp, str(pad))], als_json=als_json) from None


def _summary(d: Dossier, nr: int, pad: Path) -> Json:
    feiten: list[Json] = [f.naam for f in d.feiten if f.waarom == "achtergehouden"]
    return {
        "bestand": str(pad),
        "nr": nr,
        "oordeel": d.blad["oordeel"],
        "achtergehouden": {"feiten": feiten, "delen": _count(d.delen, "achtergehouden")},
        "gewist": _count((*d.feiten, *d.delen), "gewist"),
        "gesloten": _count((*d.feiten, *d.delen), "gesloten"),
        "sleutel": d.sleutel.hex(),
    }


def _words(d: Dossier, pad: Path) -> Iterable[str]:
    yield f"{pad}   {d.blad['oordeel'].replace('_', ' ').upper()}"
    namen = [f.naam for f in d.feiten if f.waarom == "achtergehouden" and f.naam is not None]
    delen = _count(d.delen, "achtergehouden")
    if namen or delen:
        samen = [*namen, f"{delen} van de {len(d.delen)} delen van de beslissing"]
        yield f"  achtergehouden  {', '.join(samen)}"
    for waarom, tekst in (("gewist", "gewist"), ("gesloten", "versleuteld; de sleutels zijn hier niet")):
        aantal = _count((*d.feiten, *d.delen), waarom)
        if aantal:
            yield f"  niet te zien    {aantal} feiten en delen: {tekst}"
    yield f"  sleutel         {d.sleutel.hex()}"
    yield "  Geef de sleutel langs een andere weg dan de bladzijde: daarmee gaat de lezer na dat zij van u komt."


def _count(items: Iterable[Item], waarom: str) -> int:
    return sum(i.waarom == waarom for i in items)
