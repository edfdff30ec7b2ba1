"""``zorgregels replay``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from functools import wraps
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import click

from .doelen import Invoer, keep_apart, of_journaal, of_keys
from .melden import Afgebroken, plural, show_safely, stop, write_json
from .opties import Datum, check_place, json_option, key_option
from .voortgang import Voortgang
from .vorm import Opdracht, Pad

if TYPE_CHECKING:
    from .._canon import Json
    from .._replay.opdracht import Bronplek, Keuze
    from .._replay.resultaat import Resultaat
    from .._replay.verloop import Gedaan, Uitvoer

_BESTAND = Pad(dir_okay=False, path_type=Path)


F = TypeVar("F", bound=Callable[..., Any])


class _Doel(NamedTuple):
    """Where the reports are to go."""

    html: Path | None
    json: Path | None
    lijst: Path | None
    overschrijf: bool


def _source_options(functie: F) -> F:
    """Add the options that say where the records are; the command gets them as one ``bron``."""

    @wraps(functie)
    def samen(
        *args: Any,
        journaal: str | None,
        archief: Path | None,
        sleutels: Path | None,
        personen: Path | None,
        **rest: Any,
    ) -> Any:
        return functie(*args, bron=_source(journaal, archief, sleutels, personen), **rest)

    for optie in (
        key_option,
        click.option(
            "--persoonssleutels",
            "personen",
            type=_BESTAND,
            metavar="BESTAND",
            help="Bij een archief: de sleutels van personen die ervoor zijn uitgegeven.",
        ),
        click.option(
            "--archive", "archief", type=_BESTAND, metavar="BESTAND", help="Een archief, in plaats van een Journaal."
        ),
        click.option(
            "--journaal", metavar="BESTAND|URL", callback=check_place, help="Het Journaal met de beslissingen."
        ),
    ):
        samen = optie(samen)
    return cast(F, samen)


def _choice_options(functie: F) -> F:
    """Add the options that say which decisions; the command gets them as one ``keuze``."""

    @wraps(functie)
    def samen(*args: Any, jaar: int | None, plugin: str | None, sinds: str | None, **rest: Any) -> Any:
        return functie(*args, keuze=_choice(jaar, plugin, sinds), **rest)

    for optie in (
        click.option(
            "--sinds",
            "--since",
            "sinds",
            metavar="DATUM|NR",
            help="Alleen beslissingen die op of na deze dag (UTC) zijn vastgelegd, of vanaf dit nummer.",
        ),
        click.option(
            "--plugin", metavar="NAAM", help="Alleen beslissingen waaraan regelsets van deze plugin meededen."
        ),
        click.option(
            "--jaar",
            metavar="JAAR",
            type=click.IntRange(1, 9999),
            help="Alleen beslissingen met een peildatum in dit jaar.",
        ),
    ):
        samen = optie(samen)
    return cast(F, samen)


def _output_options(functie: F) -> F:
    """Add the options that say where the reports go; the command gets them as one ``doel``."""

    @wraps(functie)
    def samen(
        *args: Any, uit: Path | None, json_uit: Path | None, lijst: Path | None, overschrijf: bool, **rest: Any
    ) -> Any:
        return functie(*args, doel=_Doel(uit, json_uit, lijst, overschrijf), **rest)

    for optie in (
        click.option("--overschrijf", is_flag=True, help="Vervang een rapport of lijst die er al is."),
        click.option(
            "--lijst",
            type=_BESTAND,
            metavar="BESTAND.jsonl",
            help="Schrijf ook elke beslissing die zou veranderen, één per regel.",
        ),
        click.option(
            "--rapport-json",
            "json_uit",
            type=_BESTAND,
            metavar="BESTAND",
            help="Waar het rapport in JSON komt; anders ernaast.",
        ),
        click.option(
            "-o",
            "--uit",
            "uit",
            type=_BESTAND,
            metavar="RAPPORT.html",
            help="Waar het rapport komt; anders replay.html of watals.html.",
        ),
    ):
        samen = optie(samen)
    return cast(F, samen)


@click.command(cls=Opdracht, short_help="Neem vastgelegde beslissingen opnieuw, of kijk wat er anders zou zijn.")
@_source_options
@_choice_options
@click.option(
    "--engine",
    type=click.Choice(["compiled", "durable"]),
    default="compiled",
    help="Wie de regels toepast; durable is een onafhankelijke tweede mening.",
)
@click.option(
    "--met",
    metavar="MAP|BESTAND|geladen",
    multiple=True,
    help="Wat als dit bekend was geweest: een regelset, een catalogus, de map van een plugin, of wat nu is geïnstalleerd. Mag vaker.",
)
@click.option("--bekend-op", "bekend_op", type=Datum(), help="Wat als was beslist naar wat op deze dag bekend was.")
@_output_options
@click.option(
    "--werkers",
    metavar="AANTAL",
    type=click.IntRange(1, 256),
    help="Hoeveel processen tegelijk werken; anders één per processor.",
)
@click.option("--opnieuw", is_flag=True, help="Ga niet verder waar een onderbroken aanroep bleef.")
@json_option
def replay(
    *,
    bron: Bronplek,
    keuze: Keuze,
    doel: _Doel,
    engine: str,
    met: tuple[str, ...],
    bekend_op: str | None,
    werkers: int | None,
    opnieuw: bool,
    als_json: bool,
) -> None:
    """Neem elke vastgelegde beslissing opnieuw, met de regelsets van toen, en vergelijk haar tot op de byte.

    Wat nu is geïnstalleerd telt niet mee. In dezelfde gang wordt het hele logboek nagegaan. Er komt een rapport, ondertekend
    als de sleutels er zijn. Een aanroep die wordt onderbroken, gaat de volgende keer verder waar zij bleef.

    Met --met of --bekend-op is de vraag: wat als dit toen bekend was geweest? Het rapport noemt dan elke beslissing die
    verandert, door welke regel en met hoeveel geld. Zo vindt u ook wat een correctie met terugwerkende kracht raakt: geef
    met --met de versie die later bekend werd, en de lijst is precies die van de beslissingen die zij verandert.

    Uitgang 1 als een beslissing anders uitkomt, het logboek geschonden is, een beslissing niet te herhalen is anders dan
    doordat zij is gewist, of geen beslissing aan de keuze voldoet.
    """
    from ..errors import ZorgregelsError

    watals = bool(met) or bekend_op is not None
    if doel.lijst is not None and not watals:
        raise click.UsageError("--lijst hoort bij --met of --bekend-op.")
    balk = _Balk()
    try:
        from .._replay import opdracht, uitvoering, verloop
        from .._replay.met import read_additions

        uitvoer = _output(doel, f"{'watals' if watals else 'replay'}{'' if keuze.jaar is None else f'-{keuze.jaar}'}")
        keep_apart(uitvoer.bestanden, _inputs(bron, met))
        dag = None if bekend_op is None else date.fromisoformat(bekend_op)
        vraag = opdracht.Opdracht(bron, keuze, engine, read_additions(met), dag)
        gedaan = verloop.replay_records(
            vraag, uitvoer, werkers or uitvoering.usable_cores(), opnieuw=opnieuw, meld=balk.show
        )
    except KeyboardInterrupt:
        balk.close()
        click.echo("Wat klaar is, is bewaard: dezelfde aanroep gaat daar verder.", err=True)
        raise
    except ZorgregelsError as fout:
        balk.close()
        raise stop(fout.meldingen, als_json=als_json) from None
    balk.close()
    with gedaan:
        if gedaan.gespaard:
            aantal = plural(gedaan.gespaard, "vermelding", "vermeldingen")
            click.echo(
                f"Verder gegaan: {aantal} had een eerdere aanroep al gedaan; zij zijn opnieuw nagegaan.", err=True
            )
        if als_json:
            write_json(_as_json(gedaan, uitvoer.html, uitvoer.json))
        else:
            _print(gedaan, uitvoer.html)
        status = gedaan.resultaat.status
    if status:
        raise Afgebroken(status)


class _Balk:
    """Shows how far it is."""

    def __init__(self) -> None:
        self._balk: Voortgang | None = None

    def show(self, klaar: int, omvang: int) -> None:
        """Show how many records are done, and of how many."""
        if self._balk is None:
            self._balk = Voortgang(f"van {omvang:,} vermeldingen".replace(",", " "))
        self._balk.show(klaar)

    def close(self) -> None:
        """End the line."""
        if self._balk is not None:
            self._balk.close()


def _source(journaal: str | None, archief: Path | None, sleutels: Path | None, personen: Path | None) -> Bronplek:
    from .._replay.opdracht import Bronplek

    if (journaal is None) == (archief is None):
        raise click.UsageError("Geef --journaal of --archive.")
    if archief is not None:
        return Bronplek("archief", str(archief), sleutels, personen)
    assert journaal is not None
    if personen is not None:
        raise click.UsageError("--persoonssleutels hoort bij --archive.")
    return Bronplek("journaal", journaal, sleutels)


def _inputs(bron: Bronplek, met: tuple[str, ...]) -> Iterator[Invoer]:
    if bron.soort == "journaal":
        yield from of_journaal(bron.waar, bron.sleutels)
    else:
        yield Invoer(Path(bron.waar), "het archief")
        yield from of_keys(bron.sleutels)
    if bron.personen is not None:
        yield Invoer(bron.personen, "het bestand met persoonssleutels")
    yield from (Invoer(Path(naam), "wat met --met is gegeven") for naam in met)


def _output(doel: _Doel, naam: str) -> Uitvoer:
    from .._lezen.meldingen import Melding
    from .._replay.ondertekening import looks_like_report
    from .._replay.verloop import Uitvoer
    from ..errors import JournaalError

    html = doel.html or Path(f"{naam}.html")
    if not html.name:
        raise click.UsageError("Geef met -o de naam van een bestand.")
    uitvoer = Uitvoer(html, doel.json or html.with_suffix(".json"), doel.lijst, doel.overschrijf)
    if len({os.path.realpath(pad) for pad in uitvoer.bestanden}) < len(uitvoer.bestanden):
        raise click.UsageError("Het rapport, dat in JSON en de lijst komen elk in een bestand van een eigen naam.")
    if doel.json is None and uitvoer.json.is_file() and not looks_like_report(uitvoer.json):
        # Nobody named this file: that the report may replace what is there was not said of it.
        hulp = "Geef met --rapport-json waar het rapport in JSON komt."
        raise JournaalError([Melding("ZR-951", "er is al een ander bestand met deze naam", hulp, str(uitvoer.json))])
    return uitvoer


def _choice(jaar: int | None, plugin: str | None, sinds: str | None) -> Keuze:
    from .._replay.opdracht import Keuze

    if sinds is None:
        return Keuze(jaar, plugin)
    if sinds.isascii() and sinds.isdigit():
        return Keuze(jaar, plugin, sinds_nr=int(sinds))
    return Keuze(jaar, plugin, sinds_dag=date.fromisoformat(Datum()(sinds)))


def _print(gedaan: Gedaan, html: Path) -> None:
    from .._replay.woorden import summary

    r = gedaan.resultaat
    click.echo(show_safely(summary(r)))
    for regel in _most(r):
        click.echo(show_safely(regel))
    click.echo(show_safely(f"rapport: {html} ({'ondertekend' if gedaan.ondertekend else 'niet ondertekend'})"))


def _most(r: Resultaat) -> list[str]:
    """The first of what is wrong, and what would change by which rule: enough to know whether to open the report."""
    from .._replay.woorden import REIKWIJDTEN, change, money, number

    bevindingen: list[Any] = list(islice(r.findings(), 10))
    anders: list[Any] = list(islice(r.differing(), 5))
    regels = [f"  {b['waar']}: {b['wat']}" for b in bevindingen]
    regels += [f"  nr {a['nr']}: {a['waar']} {a['regel']}".rstrip() for a in anders]
    for o, aantal in sorted(r.bedragen.overgangen.items(), key=lambda p: (-p[1], p[0]))[:10]:
        sommen = [
            f"{f} {money(str(s.centen))}" for (f, bij), s in sorted(r.bedragen.gegeven.items(), key=_key) if bij == o
        ]
        bedragen = f" ({', '.join(sommen)})" if sommen else ""
        wat = f"{REIKWIJDTEN[o.reikwijdte]}, {change(o.van, o.naar)}"
        regels.append(f"  {wat} door {o.regel}: {number(aantal)}{bedragen}")
    return regels


def _key(paar: tuple[Any, Any]) -> Any:
    return paar[0]


def _as_json(gedaan: Gedaan, html: Path, json_: Path) -> Json:
    from .._replay.rapport import counts

    r = gedaan.resultaat
    return {
        "aantallen": counts(r),
        "ongeschonden": r.ongeschonden,
        "rapport": {"html": str(html), "json": str(json_), "digest": gedaan.merk, "ondertekend": gedaan.ondertekend},
    }
