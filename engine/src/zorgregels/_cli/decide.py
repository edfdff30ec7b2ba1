"""``zorgregels decide``."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

import click

from .melden import Afgebroken, error_record, show_safely, stop, write_json
from .opties import Invulling, json_option, make_engine, zaak_options
from .vorm import Opdracht
from .zaken import Bron, Onleesbaar, open_source, read_lines, read_one

if TYPE_CHECKING:
    from .._besluit.beslissing import Beslissing
    from .._canon import Json
    from .._engine import Engine

_TUSSEN: Final = 0.2
"""Seconds between two updates of the progress line."""


@click.command(cls=Opdracht, short_help="Beslis over een zaak, of over een stroom van zaken.")
@click.argument("bestand", metavar="BESTAND|-")
@click.option("--jsonl", is_flag=True, help="Elke regel is een zaak. Zo ook bij een bestand dat op .jsonl eindigt.")
@json_option
@zaak_options
def decide(
    bestand: str,
    *,
    jsonl: bool,
    als_json: bool,
    plugins: str | None,
    catalogi: tuple[str, ...],
    engine: str,
    peildatum: str | None,
    bekend_op: str | None,
    concept: bool,
) -> None:
    """Beslis over de zaak in BESTAND (JSON of YAML; - is standaardinvoer).

    Met --jsonl gaat er per regel een zaak in en per regel een beslissing uit, in dezelfde volgorde. Een regel waarover
    niet kan worden beslist, wordt {"fout": {"regel", "code", "meldingen"}}; de rest gaat door, en de uitgang is 2.
    """
    over = Invulling(peildatum, bekend_op, concept)
    if jsonl or bestand.lower().endswith(".jsonl"):
        try:
            stroom = open_source(bestand)
        except Onleesbaar as fout:
            raise stop([fout.melding], als_json=True) from None
        with stroom, make_engine(plugins, catalogi=catalogi, engine=engine, als_json=True) as motor:
            slecht = 0
            teller = _Teller()
            for nr, bron in read_lines(stroom, "<stdin>" if bestand == "-" else bestand):
                uit, goed = _record(motor, over, bron, nr)
                slecht += not goed
                write_json(uit, kort=True)
                teller.count(slecht)
            teller.close(slecht)
        if slecht:
            raise Afgebroken(2)
        return
    motor, _, beslissing = decide_one(bestand, over, plugins, engine, catalogi=catalogi, als_json=als_json)
    motor.close()
    if als_json:
        write_json(beslissing.to_dict())
    else:
        from .._besluit.uitleg import summarize

        click.echo(show_safely(summarize(beslissing)))


def decide_one(
    bestand: str, over: Invulling, plugins: str | None, engine: str, *, catalogi: tuple[str, ...], als_json: bool
) -> tuple[Engine, object, Beslissing]:
    """Return the Engine, the zaak and the Beslissing of one file, or leave with what is wrong."""
    from ..errors import ZaakError, ZorgregelsError

    try:
        bron = read_one(bestand)
        zaak = over.apply(bron.read())
    except Onleesbaar as fout:
        raise stop([fout.melding], als_json=als_json) from None
    motor = make_engine(plugins, catalogi=catalogi, engine=engine, als_json=als_json)
    try:
        return motor, zaak, motor.decide(cast("Mapping[str, object]", zaak))  # decide itself refuses what is no mapping
    except ZaakError as fout:
        motor.close()
        raise stop(map(bron.locate, fout.meldingen), als_json=als_json) from None
    except ZorgregelsError as fout:
        motor.close()
        raise stop(fout.meldingen, als_json=als_json) from None


def _record(motor: Engine, over: Invulling, bron: Bron, nr: int) -> tuple[dict[str, Json], bool]:
    from ..errors import ZorgregelsError

    try:
        return motor.decide(cast("Mapping[str, object]", over.apply(bron.read()))).to_dict(), True
    except Onleesbaar as fout:
        return error_record([fout.melding], nr), False
    except ZorgregelsError as fout:
        return error_record(fout.meldingen, nr), False


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
