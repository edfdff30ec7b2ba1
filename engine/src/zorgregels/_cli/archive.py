"""``zorgregels archive``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .doelen import keep_apart, of_journaal
from .journaal import telling
from .melden import Afgebroken, plural, show_safely, write_json
from .opties import check_place, json_option, key_option
from .voortgang import Voortgang
from .vorm import Opdracht, Pad

if TYPE_CHECKING:
    from .._archief.nagaan import Bevinding
    from .._archief.schrijven import Geschreven
    from .._canon import Json


@click.command(
    cls=Opdracht, short_help="Schrijf het archief van een jaar: een ondertekend bestand waarmee het is na te gaan."
)
@click.option("--journaal", metavar="BESTAND|URL", required=True, callback=check_place, help="Het Journaal.")
@click.option(
    "--jaar",
    metavar="JAAR",
    type=click.IntRange(1, 9999),
    required=True,
    help="Het jaar van de peildatum van de beslissingen.",
)
@key_option
@click.option(
    "-o",
    "--uit",
    metavar="BESTAND",
    type=Pad(dir_okay=False, path_type=Path),
    help="Waar het archief komt; anders archief-JAAR.zip.",
)
@click.option(
    "--persoonssleutels",
    metavar="BESTAND",
    type=Pad(dir_okay=False, path_type=Path),
    help="Geef de sleutels van personen uit, voor wie het archief moet herhalen. Wissen bereikt dit bestand niet: vernietig het daarna.",
)
@click.option("--overschrijf", is_flag=True, help="Vervang het bestand als het er al is.")
@json_option
def archive(
    journaal: str,
    jaar: int,
    *,
    sleutels: Path | None,
    uit: Path | None,
    persoonssleutels: Path | None,
    overschrijf: bool,
    als_json: bool,
) -> None:
    """Schrijf alle beslissingen van een jaar in een bestand dat zonder zorgregels is na te gaan, en zonder plugins te herhalen.

    Erin zitten ook de regelsets, catalogi en feitsoorten, de bewijzen en verifier.py, het programma dat het nagaat; LEESMIJ.txt legt alles uit.
    Sleutels van personen zitten er niet in: wissen bereikt zo ook het archief. Het archief wordt nagegaan zodra het er staat;
    uitgang 1 als daarbij iets gevonden is, want dan is er iets met het Journaal.
    """
    from .._archief.nagaan import check_archive
    from .._archief.schrijven import write_archive
    from .._journaal.journaal import Journaal
    from .._journaal.personen import write_keys

    doel = uit if uit is not None else Path(f"archief-{jaar}.zip")
    with telling(als_json=als_json):
        keep_apart([doel], of_journaal(journaal, sleutels))
        with Journaal.open(journaal, sleutels=sleutels, schrijven=False) as geopend:
            balk = Voortgang("vermeldingen gelezen")
            geschreven = write_archive(geopend, jaar, doel, overschrijf=overschrijf, gezien=balk.show)
            balk.close()
            if persoonssleutels is not None:
                write_keys(persoonssleutels, geopend.log, geschreven.personen, geopend.opslag, geopend.keys())
        balk = Voortgang("regels van het archief nagegaan")
        bevindingen = check_archive(doel, gezien=balk.show)
        balk.close()
    if als_json:
        write_json(_to_dict(doel, geschreven, bevindingen))
    else:
        click.echo(show_safely("\n".join(_tell(doel, jaar, geschreven, bevindingen))))
    if bevindingen:
        raise Afgebroken(1)


def _tell(doel: Path, jaar: int, g: Geschreven, bevindingen: list[Bevinding]) -> Iterator[str]:
    yield f"{doel}: {plural(g.beslissingen, 'beslissing', 'beslissingen')} van {jaar}"
    yield f"  log             {g.hoofd.log}, {plural(g.hoofd.omvang, 'vermelding', 'vermeldingen')}"
    yield f"  eerste sleutel  {g.eerste.hex()}  (daarmee gaat men het na: verifier.py --sleutel)"
    if g.eerste != g.hoofd.sleutel:
        yield f"  ondertekend met {g.hoofd.sleutel.hex()}"
    yield f"  grootte         {doel.stat().st_size:,} bytes".replace(",", " ")
    if not g.beslissingen:
        yield f"Er is geen beslissing met een peildatum in {jaar}; het archief bewijst dat."
    if bevindingen:
        yield "Het archief is geschreven, maar wat erin staat klopt niet. Kijk het Journaal na met: zorgregels journaal verify"
        yield from (f"  {b}" for b in bevindingen)
    else:
        yield "Nagegaan: geen bevindingen. Later na te gaan met: python verifier.py (het staat ook in het archief)"


def _to_dict(doel: Path, g: Geschreven, bevindingen: list[Bevinding]) -> dict[str, Json]:
    gevonden: list[Any] = [{"soort": b.soort, "wat": b.wat, "bevinding": b.bevinding} for b in bevindingen]
    return {
        "archief": str(doel),
        "beslissingen": g.beslissingen,
        "bevindingen": gevonden,
        "bytes": doel.stat().st_size,
        "log": g.hoofd.log,
        "omvang": g.hoofd.omvang,
        "eerste_sleutel": g.eerste.hex(),
        "sleutel": g.hoofd.sleutel.hex(),
    }
