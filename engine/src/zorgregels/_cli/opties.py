"""Options that several commands share, and the Engine that they ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import click

from .melden import stop, tell
from .vorm import Pad

if TYPE_CHECKING:
    from .._engine import Engine
    from .._journaal.bewaring import Bewaar
    from .._lezen.meldingen import Melding

    _Soort = click.ParamType[str]
else:  # before click 8.2 the class takes no argument
    _Soort = click.ParamType

F = TypeVar("F", bound=Callable[..., Any])


class Datum(_Soort):
    """A calendar date."""

    name = "jjjj-mm-dd"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the date as text."""
        from .._waarden import OngeldigeWaarde, parse_datum

        try:
            return parse_datum(value).isoformat()
        except OngeldigeWaarde as fout:
            self.fail(str(fout), param, ctx)


if TYPE_CHECKING:
    _Sleutelsoort = click.ParamType[bytes]
else:
    _Sleutelsoort = click.ParamType


class Sleutel(_Sleutelsoort):
    """A public key."""

    name = "hex"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        """Return its 32 bytes."""
        if isinstance(value, bytes):
            return value
        try:
            sleutel = bytes.fromhex(value)
        except ValueError:
            sleutel = b""
        if len(sleutel) != 32:
            self.fail("een sleutel is 64 hexadecimale cijfers", param, ctx)
        return sleutel


@dataclass(frozen=True, slots=True)
class Boek:
    """Where decisions are recorded."""

    waar: str
    sleutels: Path | None
    bewaar: Bewaar

    def __str__(self) -> str:
        from .._journaal.opslag import call

        return call(self.waar)


@dataclass(frozen=True, slots=True)
class Invulling:
    """What options say about every zaak, over what the zaak says itself."""

    peildatum: str | None
    bekend_op: str | None
    concept: bool

    def apply(self, zaak: object) -> object:
        """Return the zaak with these over it; what is no zaak is left to whoever judges it."""
        if not isinstance(zaak, dict):
            return zaak
        over: dict[str, object] = {}
        if self.peildatum is not None:
            over["peildatum"] = self.peildatum
        if self.bekend_op is not None:
            over["bekend_op"] = self.bekend_op
        if self.concept:
            over["concept"] = True
        return {**zaak, **over}


def zaak_options(functie: F) -> F:
    """Add the options of commands that decide; the command gets what they say about every zaak as one ``over``."""

    @wraps(functie)
    def samen(*args: Any, peildatum: str | None, bekend_op: str | None, concept: bool, **rest: Any) -> Any:
        return functie(*args, over=Invulling(peildatum, bekend_op, concept), **rest)

    for optie in (
        plugin_option,
        catalogus_option,
        click.option(
            "--engine",
            "engine",
            type=click.Choice(["compiled", "durable"]),
            default="compiled",
            help="Wie de regels toepast; durable is een onafhankelijke tweede mening.",
        ),
        click.option("--concept", is_flag=True, help="Laat ook conceptregels meedoen; die zijn geen geldend recht."),
        click.option("--bekend-op", "bekend_op", type=Datum(), help="Beslis naar wat op deze dag bekend was."),
        click.option("--peildatum", type=Datum(), help="De peildatum, in plaats van die in de zaak."),
    ):
        samen = optie(samen)
    return cast(F, samen)


def plugin_option(functie: F) -> F:
    """Add ``--plugins``."""
    return click.option(
        "--plugins",
        metavar="A,B",
        help="Alleen deze plugins: namen van geïnstalleerde, of mappen (met een / erin). Anders doen alle geïnstalleerde mee.",
    )(functie)


def catalogus_option(functie: F) -> F:
    """Add ``--catalogus``."""
    return click.option(
        "--catalogus",
        "catalogi",
        metavar="BESTAND",
        multiple=True,
        help="Een versie van een catalogus, naast die van de plugins. Mag vaker.",
    )(functie)


def check_place(_ctx: click.Context, _param: click.Parameter, waar: str | None) -> str | None:
    """Refuse what can be no place of a Journaal; whether there is one is told when it is opened."""
    if waar is not None and not Path(waar).name:
        raise click.BadParameter("geef een bestand, of de URL van een database van PostgreSQL")
    return waar


def key_option(functie: F) -> F:
    """Add ``--sleutels``."""
    return click.option(
        "--sleutels",
        metavar="MAP",
        type=Pad(file_okay=False, path_type=Path),
        help="De map met de sleutels van het Journaal; anders ZORGREGELS_SLEUTELS, of BESTAND.sleutels.",
    )(functie)


def book_options(functie: F) -> F:
    """Add the options of recording; the command gets them as one ``boek``."""

    @wraps(functie)
    def samen(*args: Any, journaal: str | None, sleutels: Path | None, bewaar: Bewaar, **rest: Any) -> Any:
        return functie(*args, boek=None if journaal is None else Boek(journaal, sleutels, bewaar), **rest)

    for optie in (
        key_option,
        click.option(
            "--bewaar",
            type=click.Choice(["gelezen", "alles"]),
            default="gelezen",
            show_default=True,
            help="Welke feiten het Journaal bewaart: die een regel las, of ook de andere. Wie iemand is wordt nooit bewaard.",
        ),
        click.option(
            "--journaal",
            metavar="BESTAND|URL",
            callback=check_place,
            help="Leg elke beslissing vast in dit Journaal, voordat zij wordt gegeven. Maak het met: zorgregels journaal init",
        ),
    ):
        samen = optie(samen)
    return cast(F, samen)


json_option = click.option("--json", "als_json", is_flag=True, help="Schrijf JSON.")


def make_engine(
    plugins: str | None,
    *,
    catalogi: Iterable[str] = (),
    engine: str = "compiled",
    boek: Boek | None = None,
    als_json: bool = False,
) -> Engine:
    """Return the Engine that the options ask for, or leave with what is wrong."""
    from .._lezen.meldingen import Melding
    from ..errors import ZorgregelsError

    try:
        from .._engine import Engine

        gemaakt = Engine(
            plugins=chosen_plugins(plugins),
            catalogi=[Path(c) for c in catalogi],
            engine=cast(Literal["compiled", "durable"], engine),
            journaal=None if boek is None else boek.waar,
            sleutels=None if boek is None else boek.sleutels,
            bewaar="gelezen" if boek is None else boek.bewaar,
        )
    except ZorgregelsError as fout:
        raise stop(fout.meldingen, als_json=als_json) from None
    except ImportError:
        raise stop(
            [
                Melding(
                    "ZR-650",
                    f"de engine {engine} is hier niet te laden",
                    "Installeer haar met: pip install 'zorgregels[durable]' (Python 3.11 of 3.12, met een C-compiler).",
                )
            ],
            als_json=als_json,
        ) from None
    if not gemaakt.regelsets and not gemaakt.mislukt:
        raise stop([no_plugins()], als_json=als_json)
    for naam, meldingen in gemaakt.mislukt.items():
        click.echo(f"Plugin `{naam}` doet niet mee:", err=True)
        tell(meldingen)
    return gemaakt


def no_plugins() -> Melding:
    """Return what to say when there are no rules at all."""
    from .._lezen.meldingen import Melding

    return Melding(
        "ZR-404",
        "er zijn geen plugins, en dus geen regels",
        "Installeer er een, bijvoorbeeld met: pip install zorgregels-huisarts zorgregels-msz zorgregels-domeinoverstijgend",
    )


def chosen_plugins(tekst: str | None) -> list[str | Path] | None:
    """Return the plugins that ``--plugins`` names; None where it is left out."""
    if tekst is None:
        return None
    namen = [n.strip() for n in tekst.split(",") if n.strip()]
    mappen = [n for n in namen if "/" in n or "\\" in n or n.startswith(".")]
    gekozen: list[str | Path] = [n for n in namen if n not in mappen]
    if mappen:
        from .._laden.nakijken import find_folders

        gekozen.extend(find_folders(map(Path, mappen)))
    return gekozen
