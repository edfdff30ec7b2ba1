"""``zorgregels decide``."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Final, cast

import click

from .melden import Afgebroken, error_record, show_safely, stop, write_json
from .opties import Boek, Invulling, book_options, json_option, make_engine, zaak_options
from .vorm import Opdracht
from .zaken import Bron, Onleesbaar, open_source, read_lines, read_one

if TYPE_CHECKING:
    from .._besluit.beslissing import Beslissing
    from .._engine import Engine

_TUSSEN: Final = 0.2
"""Seconds between two updates of the progress line."""


@click.command(cls=Opdracht, short_help="Beslis over een zaak, of over een stroom van zaken.")
@click.argument("bestand", metavar="BESTAND|-")
@click.option(
    "--groep",
    metavar="AANTAL",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help="Met --jsonl en --journaal: hoeveel beslissingen tegelijk worden vastgelegd, en daarna gegeven.",
)
@book_options
@click.option("--jsonl", is_flag=True, help="Elke regel is een zaak. Zo ook bij een bestand dat op .jsonl eindigt.")
@json_option
@zaak_options
def decide(
    bestand: str,
    *,
    jsonl: bool,
    als_json: bool,
    boek: Boek | None,
    groep: int,
    plugins: str | None,
    catalogi: tuple[str, ...],
    engine: str,
    over: Invulling,
) -> None:
    """Beslis over de zaak in BESTAND (JSON of YAML; - is standaardinvoer).

    Met --jsonl gaat er per regel een zaak in en per regel een beslissing uit, in dezelfde volgorde. Een regel waarover
    niet kan worden beslist, wordt {"fout": {"regel", "code", "meldingen"}}; de rest gaat door, en de uitgang is 2.
    """
    if jsonl or bestand.lower().endswith(".jsonl"):
        try:
            stroom = open_source(bestand)
        except Onleesbaar as fout:
            raise stop([fout.melding], als_json=True) from None
        with stroom, make_engine(plugins, catalogi=catalogi, engine=engine, boek=boek, als_json=True) as motor:
            bronnen = read_lines(stroom, "<stdin>" if bestand == "-" else bestand)
            slecht = _decide_lines(motor, over, bronnen, 1 if boek is None else groep)
        if slecht:
            raise Afgebroken(2)
        return
    motor, _, beslissing = decide_one(bestand, over, plugins, engine, catalogi=catalogi, boek=boek, als_json=als_json)
    motor.close()
    if als_json:
        write_json(beslissing.to_dict())
    else:
        from .._besluit.uitleg import summarize

        click.echo(show_safely(summarize(beslissing)))
        if boek is not None and beslissing.journaal is not None:
            click.echo(show_safely(f"  vermelding {beslissing.journaal.nr} in {boek}"))


def decide_one(
    bestand: str,
    over: Invulling,
    plugins: str | None,
    engine: str,
    *,
    catalogi: tuple[str, ...],
    boek: Boek | None = None,
    als_json: bool,
) -> tuple[Engine, object, Beslissing]:
    """Return the Engine, the zaak and the Beslissing of one file, or leave with what is wrong."""
    from ..errors import ZaakError, ZorgregelsError

    try:
        bron = read_one(bestand)
        zaak = over.apply(bron.read())
    except Onleesbaar as fout:
        raise stop([fout.melding], als_json=als_json) from None
    motor = make_engine(plugins, catalogi=catalogi, engine=engine, boek=boek, als_json=als_json)
    try:
        return motor, zaak, motor.decide(cast("Mapping[str, object]", zaak))  # decide itself refuses what is no mapping
    except ZaakError as fout:
        motor.close()
        raise stop(map(bron.locate, fout.meldingen), als_json=als_json) from None
    except ZorgregelsError as fout:
        motor.close()
        raise stop(fout.meldingen, als_json=als_json) from None


def _decide_lines(motor: Engine, over: Invulling, bronnen: Iterable[tuple[int, Bron]], groep: int) -> int:
    """Write an answer for every line, a group at a time; return how many have none."""
    from ..errors import ZorgregelsError

    slecht = 0
    teller = _Teller()
    stroom = iter(bronnen)
    while deel := list(islice(stroom, groep)):
        gelezen = [_read(over, bron) for _, bron in deel]
        zaken = [zaak for zaak in gelezen if not isinstance(zaak, Onleesbaar)]
        antwoorden = motor.decide_many(cast("list[Mapping[str, object]]", zaken), groep=groep)
        for (nr, _), zaak in zip(deel, gelezen, strict=True):
            uit = zaak if isinstance(zaak, Onleesbaar) else next(antwoorden)
            if isinstance(uit, Onleesbaar):
                write_json(error_record([uit.melding], nr), kort=True)
            elif isinstance(uit, ZorgregelsError):
                write_json(error_record(uit.meldingen, nr), kort=True)
            else:
                write_json(uit.to_dict(), kort=True)
            slecht += isinstance(uit, Exception)
            teller.count(slecht)
    teller.close(slecht)
    return slecht


def _read(over: Invulling, bron: Bron) -> object:
    try:
        return over.apply(bron.read())
    except Onleesbaar as fout:
        return fout


class _Teller:
    """A line on stderr that counts, on a terminal only."""

    def __init__(self) -> None:
        self._aan = sys.stderr.isatty()
        self._laatst = 0.0
        self._nr = 0

    def count(self, slecht: int) -> None:
        """Count on, and show it when the last time is long enough ago."""
        self._nr += 1
        if self._aan and time.monotonic() - self._laatst >= _TUSSEN:
            self._laatst = time.monotonic()
            click.echo(f"\r{self._words(slecht)}", nl=False, err=True)

    def close(self, slecht: int) -> None:
        """Show the final count."""
        if self._aan:
            click.echo(f"\r{self._words(slecht)}", err=True)

    def _words(self, slecht: int) -> str:
        getal = f"{self._nr:,}".replace(",", " ")
        return f"{getal} zaken · {slecht} niet beslist"
