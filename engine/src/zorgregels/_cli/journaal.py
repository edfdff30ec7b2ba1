"""``zorgregels journaal``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .melden import Afgebroken, plural, show_safely, stop, write_json
from .opties import Sleutel, check_place, json_option, key_option
from .voortgang import Voortgang
from .vorm import Groep, Pad

if TYPE_CHECKING:
    from .._canon import Json
    from .._journaal.boomhoofd import Boomhoofd
    from .._journaal.journaal import Journaal
    from .._journaal.vermelding import Rij

_waar = click.argument("waar", metavar="BESTAND|URL", callback=check_place)


@click.group(cls=Groep, short_help="Maak een Journaal, kijk het na, of wis wat van een persoon is.")
def journaal() -> None:
    """Maak een Journaal van beslissingen, toon het, kijk het na, of wis wat van een persoon is.

    Een Journaal is een bestand, of een database van PostgreSQL (postgresql://…). Zijn sleutels staan in een map daarbuiten: BESTAND.sleutels,
    de map in ZORGREGELS_SLEUTELS, of die van --sleutels.
    """


@journaal.command(short_help="Maak een leeg Journaal, met zijn sleutels.")
@_waar
@key_option
@json_option
def init(waar: str, *, sleutels: Path | None, als_json: bool) -> None:
    """Maak een leeg Journaal. Is de map met sleutels er nog niet, dan wordt zij gemaakt; bewaar haar apart en goed."""
    from .._journaal.journaal import Journaal, key_folder

    with telling(als_json=als_json), Journaal.create(waar, sleutels=sleutels) as gemaakt:
        hoofd = gemaakt.hoofd()
        map_ = key_folder(waar, sleutels)
    if als_json:
        write_json({"log": hoofd.log, "sleutel": hoofd.sleutel.hex(), "sleutels": str(map_)})
        return
    click.echo(
        show_safely(
            f"Journaal {hoofd.log} staat klaar.\n"
            f"  sleutel   {hoofd.sleutel.hex()}\n"
            f"  sleutels  {map_}\n"
            "Geef de sleutel aan wie het Journaal later nakijkt. Bewaar de map met sleutels apart: zonder haar is niets van\n"
            "personen te lezen, en met haar is een ander Journaal te ondertekenen."
        )
    )


@journaal.command(short_help="Toon wat er in een Journaal staat, of een vermelding.")
@_waar
@click.argument("nr", type=click.IntRange(min=0), required=False)
@key_option
@json_option
def show(waar: str, nr: int | None, *, sleutels: Path | None, als_json: bool) -> None:
    """Toon hoeveel er in een Journaal staat en met welke sleutel het ondertekend is; met NR wat die vermelding bevat."""
    with telling(als_json=als_json), _open(waar, sleutels) as geopend:
        if nr is not None:
            rij = geopend.opslag.row(nr)
            if rij is None:
                raise stop([_no_record(geopend, nr)], als_json=als_json)
            write_json(_record(geopend, rij))
            return
        hoofd = geopend.hoofd()
    if als_json:
        write_json(json.loads(hoofd.to_json()))
        return
    click.echo(show_safely("\n".join(_summary(hoofd))))


@journaal.command(short_help="Kijk een Journaal helemaal na.")
@_waar
@click.option(
    "--hoofd",
    "hoofden",
    metavar="BESTAND",
    type=Pad(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="Een boomhoofd dat u eerder kreeg: het Journaal moet daarop voortbouwen. Mag vaker.",
)
@click.option(
    "--sleutel",
    metavar="HEX",
    type=Sleutel(),
    help="De eerste sleutel van het Journaal, zoals u die langs een andere weg kreeg.",
)
@key_option
@json_option
def verify(
    waar: str, *, hoofden: tuple[Path, ...], sleutel: bytes | None, sleutels: Path | None, als_json: bool
) -> None:
    """Kijk elke vermelding, elk boomhoofd en elk document na. Uitgang 1 als er iets niet is zoals het werd geschreven.

    Dat het Journaal van wie u denkt is, blijkt uit zijn sleutel: geef de map met sleutels, of met --sleutel de eerste sleutel.
    """
    from .._journaal.nakijken import Nakijker

    balk = Voortgang("vermeldingen")
    with telling(als_json=als_json), _open(waar, sleutels, vertrouw=True) as geopend:
        nakijker = Nakijker(geopend)
        gevonden = list(nakijker.check(balk.show, [_head(h) for h in hoofden], sleutel))
        balk.close()
        heeft_sleutels = geopend.sleutels is not None
        hoofd = None if gevonden else json.loads(geopend.hoofd().to_json())
    if als_json:
        eerste = None if nakijker.eerste is None else nakijker.eerste.hex()
        bevindingen: list[Json] = [{"waar": b.waar, "wat": b.wat} for b in gevonden]
        write_json({"bevindingen": bevindingen, "hoofd": hoofd, "eerste_sleutel": eerste})
    else:
        for bevinding in gevonden:
            click.echo(show_safely(str(bevinding)))
        slot = "ongeschonden" if not gevonden else plural(len(gevonden), "bevinding", "bevindingen")
        click.echo(f"{plural(nakijker.omvang, 'vermelding', 'vermeldingen')} · {slot}")
        if sleutel is None and not heeft_sleutels and nakijker.eerste is not None:
            click.echo(f"Zijn eerste sleutel is {nakijker.eerste.hex()}; vergelijk die langs een andere weg.")
    if gevonden:
        raise Afgebroken(1)


@journaal.command(short_help="Schrijf het nieuwste boomhoofd: de ondertekende stand van het log.")
@_waar
@key_option
def head(waar: str, *, sleutels: Path | None) -> None:
    """Schrijf het nieuwste boomhoofd, de ondertekende stand van het log, als JSON.

    Wie het bewaart, ziet later of er iets aan het Journaal is veranderd of afgehaald.
    """
    with telling(als_json=True), _open(waar, sleutels) as geopend:
        click.echo(geopend.hoofd().to_json())


@journaal.command(short_help="Schrijf een bewijs: van een vermelding, of dat het Journaal voortbouwt.")
@_waar
@click.argument("nr", type=click.IntRange(min=0), required=False)
@click.option(
    "--sinds",
    metavar="BESTAND",
    type=Pad(exists=True, dir_okay=False, path_type=Path),
    help="Een eerder boomhoofd: bewijs dat het Journaal daarop voortbouwt.",
)
@key_option
def prove(waar: str, nr: int | None, *, sinds: Path | None, sleutels: Path | None) -> None:
    """Schrijf als JSON het bewijs (RFC 9162) dat vermelding NR in het Journaal staat, of dat het op een eerder boomhoofd voortbouwt."""
    from .._journaal.nakijken import hold_against
    from .._lezen.meldingen import Melding

    if nr is None and sinds is None:
        raise click.UsageError("Geef het nummer van een vermelding, of --sinds met een eerder boomhoofd.")
    with telling(als_json=True), _open(waar, sleutels) as geopend, geopend.opslag.reading():
        hoofd, boom = geopend.hoofd(), geopend.boom()
        uit: dict[str, Json] = {"hoofd": json.loads(hoofd.to_json())}
        if nr is not None:
            rij = geopend.opslag.row(nr)
            if rij is None:
                raise stop([_no_record(geopend, nr)], als_json=True)
            uit |= {"nr": nr, "blad": rij.blad.decode(), "pad": [h.hex() for h in boom.inclusion(nr)]}
        if sinds is not None:
            eerder = _head(sinds)
            for wat in hold_against(geopend, eerder):
                tip = "Kijk het Journaal na met: zorgregels journaal verify --hoofd BESTAND"
                raise stop([Melding("ZR-919", wat, tip, str(sinds))], als_json=True)
            uit |= {"sinds": json.loads(eerder.to_json()), "voort": [h.hex() for h in boom.consistency(eerder.omvang)]}
    write_json(uit)


@journaal.command(short_help="Laat voortaan een nieuwe sleutel ondertekenen.")
@_waar
@key_option
@json_option
def rotate(waar: str, *, sleutels: Path | None, als_json: bool) -> None:
    """Laat voortaan een nieuwe sleutel ondertekenen. De oude staat daarvoor in: dat komt in het Journaal."""
    with telling(als_json=als_json), _open(waar, sleutels, schrijven=True) as geopend:
        nieuw = geopend.rotate().hex()
    if als_json:
        write_json({"sleutel": nieuw})
    else:
        click.echo(
            f"Voortaan ondertekent {nieuw}.\nWie nakijkt, heeft genoeg aan de eerste sleutel: die staat daarvoor in."
        )


@journaal.command(short_help="Wis wat van een persoon is.", context_settings={"allow_extra_args": True})
@click.pass_context
@_waar
@click.option("--nr", metavar="NR", type=click.IntRange(min=0), help="Wis wat van de persoon van deze vermelding is.")
@key_option
@json_option
def erase(ctx: click.Context, waar: str, *, nr: int | None, sleutels: Path | None, als_json: bool) -> None:
    """Vernietig de sleutel van een persoon: niemand leest daarna nog wat van die persoon is vastgelegd, ook niet in een archief.

    Wie het is wordt gevraagd, of gelezen van standaardinvoer (één regel), en niet op de opdrachtregel gezet. De bewijzen blijven
    heel; het Journaal vermeldt dat er is gewist. Een reservekopie van voor het wissen bevat de sleutel nog, versleuteld.
    """
    from .._lezen.meldingen import Melding

    if ctx.args:  # not shown: it may be who somebody is
        raise click.UsageError("Geef op de opdrachtregel alleen het Journaal; wie het is wordt gevraagd.")
    wie = "" if nr is not None else _ask(als_json=als_json)
    with telling(als_json=als_json), _open(waar, sleutels, schrijven=True) as geopend:
        sleutel = geopend.person(wie) if nr is None else _key_of(geopend, nr, als_json=als_json)
        if sleutel is None or not geopend.erase(sleutel):
            tekst = (
                "van deze persoon is hier niets om te wissen"
                if nr is None
                else f"van vermelding {nr} is niets om te wissen"
            )
            hulp = "Is het nummer net zo geschreven als bij het beslissen? Wat al gewist is, is er niet meer."
            raise stop([Melding("ZR-908", tekst, hulp, geopend.opslag.naam)], als_json=als_json)
    if als_json:
        write_json({"gewist": sleutel})
    else:
        click.echo(f"Gewist: sleutel {sleutel}.")


@contextmanager
def telling(*, als_json: bool) -> Iterator[None]:
    """Leave with what is wrong when something is."""
    from ..errors import ZorgregelsError

    try:
        yield
    except ZorgregelsError as fout:
        raise stop(fout.meldingen, als_json=als_json) from None


def _open(waar: str, sleutels: Path | None, *, schrijven: bool = False, vertrouw: bool = False) -> Journaal:
    from .._journaal.journaal import Journaal

    return Journaal.open(waar, sleutels=sleutels, schrijven=schrijven, vertrouw=vertrouw)


def _head(pad: Path) -> Boomhoofd:
    from .._journaal.boomhoofd import Boomhoofd

    return Boomhoofd.parse(pad.read_bytes().strip())


def _no_record(geopend: Journaal, nr: int) -> Any:
    from .._lezen.meldingen import Melding

    omvang = geopend.opslag.stand().omvang
    return Melding(
        "ZR-908", f"er is geen vermelding {nr}", f"De nummers lopen van 0 tot en met {omvang - 1}.", geopend.opslag.naam
    )


def _key_of(geopend: Journaal, nr: int, *, als_json: bool) -> str | None:
    from .._journaal.keten import read_leaf

    rij = geopend.opslag.row(nr)
    if rij is None:
        raise stop([_no_record(geopend, nr)], als_json=als_json)
    sleutel = (read_leaf(rij.blad) or {}).get("sleutel")
    return sleutel if isinstance(sleutel, str) and rij.delen else None


def _ask(*, als_json: bool) -> str:
    """Return who it is. Of two nobody can say afterwards which one was erased, so one is the most."""
    from .._lezen.meldingen import Melding

    if sys.stdin.isatty():
        return str(click.prompt("Wie", hide_input=True, err=True))
    regels = [regel for regel in sys.stdin.read().replace("\r", "\n").split("\n") if regel.strip()]
    if len(regels) > 1:
        tekst = f"er staan {len(regels)} regels in de invoer, en wissen gaat per persoon: er is niets gewist"
        hulp = "Geef één persoon op één regel, en roep het voor elke persoon apart aan."
        raise stop([Melding("ZR-953", tekst, hulp)], als_json=als_json)
    return regels[0] if regels else ""


def _record(geopend: Journaal, rij: Rij) -> dict[str, Json]:
    blad: Any = json.loads(rij.blad)
    if blad["soort"] != "beslissing":
        return {"nr": rij.nr, "blad": blad}
    inhoud = geopend.contents(rij)
    leesbaar = "gewist" if inhoud.gewist else "leesbaar" if inhoud.delen is not None else "sleutels niet hier"
    tekst = inhoud.tekst
    return {
        "nr": rij.nr,
        "blad": blad,
        "feiten": dict(inhoud.feiten),
        "inhoud": leesbaar,
        "beslissing": None if tekst is None else json.loads(tekst),
    }


def _summary(hoofd: Boomhoofd) -> Iterator[str]:
    yield f"Journaal {hoofd.log}"
    yield f"  vermeldingen  {hoofd.omvang:,}".replace(",", " ")
    for jaar, aantal in sorted(hoofd.jaren.items()):
        yield f"  {jaar}          {plural(aantal, 'beslissing', 'beslissingen')}"
    yield f"  sleutel       {hoofd.sleutel.hex()}"
    yield f"  boomhoofd     {hoofd.wortel.hex()}"
    yield f"  ondertekend   {hoofd.tijd}"
