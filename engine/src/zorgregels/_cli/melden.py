"""How faults reach the user: on stderr for a person, as JSON on stdout for a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from .._canon import Json
    from .._lezen.meldingen import Melding


class Afgebroken(Exception):
    """The command ends here with this status; everything has been said."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(status)


def tell(meldingen: Iterable[Melding]) -> None:
    """Show faults to a person."""
    for m in meldingen:
        click.echo(show_safely(str(m)), err=True)


def stop(meldingen: Iterable[Melding], *, als_json: bool) -> Afgebroken:
    """Show faults; raise what is returned to leave with status 2."""
    alle = tuple(meldingen)
    if als_json:
        write_json(error_record(alle))
    else:
        tell(alle)
    return Afgebroken(2)


def error_record(meldingen: Iterable[Melding], regel: int = 0) -> dict[str, Json]:
    """Return what stands in the place of an answer: ``{"fout": {"code", "meldingen", "regel"}}``."""
    alle: list[Json] = [dict(m.to_dict()) for m in meldingen]
    eerste = alle[0] if alle else {}
    fout: dict[str, Json] = {"code": eerste["code"] if isinstance(eerste, dict) else "", "meldingen": alle}
    if regel:
        fout["regel"] = regel
    return {"fout": fout}


def write_json(waarde: Json, *, kort: bool = False) -> None:
    """Write JSON to stdout: readable, or one line. A stream that is not Unicode gets escapes, which is the same JSON."""
    codering = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    ascii_ = not codering.startswith("utf")
    tekst = (
        json.dumps(waarde, ensure_ascii=ascii_, separators=(",", ":"), sort_keys=True)
        if kort
        else json.dumps(waarde, ensure_ascii=ascii_, indent=2)
    )
    click.echo(tekst)


def plural(aantal: int, een: str, meer: str) -> str:
    """Return a number with its noun."""
    return f"{aantal:,} {een if aantal == 1 else meer}".replace(",", " ")


def show_safely(tekst: str) -> str:
    """Return text in which no character can steer a terminal."""
    return "".join(
        c if c.isprintable() or c == "\n" else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in tekst
    )
