"""Turns every way in which a command can end into an exit status and, where needed, a few words on stderr."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Final

import click

KLAAR: Final = 0
GEVONDEN: Final = 1
FOUT: Final = 2
INTERN: Final = 70
_ONDERBROKEN: Final = 130
_GEEN_LEZER: Final = 141


def run(args: Sequence[str] | None) -> int:
    """Run a command and return its exit status."""
    for stroom in (sys.stdout, sys.stderr):
        if isinstance(stroom, io.TextIOWrapper):
            # A terminal that cannot show a character shows a question mark; the answer still arrives.
            stroom.reconfigure(errors="replace")
    try:
        status = _run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`). Nothing is to be said, also not by the interpreter when it flushes.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _GEEN_LEZER
    return status


def _run(args: Sequence[str] | None) -> int:
    from ..errors import ZorgregelsError
    from .groep import cli
    from .melden import Afgebroken, tell

    try:
        if "_ZORGREGELS_COMPLETE" in os.environ:  # a shell asks how a command line could go on
            cli.main(args=args, prog_name="zorgregels")
        # Not `cli.main`, which answers a broken pipe in its own way.
        with cli.make_context("zorgregels", list(sys.argv[1:] if args is None else args)) as ctx:
            cli.invoke(ctx)
    except Afgebroken as einde:
        return einde.status
    except click.exceptions.Exit as einde:
        return einde.exit_code
    except click.UsageError as fout:
        pad = fout.ctx.command_path if fout.ctx is not None else "zorgregels"
        click.echo(f"{fout.format_message()}\nHulp: {pad} --help", err=True)
        return FOUT
    except click.ClickException as fout:
        click.echo(fout.format_message(), err=True)
        return FOUT
    except (KeyboardInterrupt, click.Abort):
        click.echo("Onderbroken.", err=True)
        return _ONDERBROKEN
    except ZorgregelsError as fout:
        tell(fout.meldingen)
        return FOUT
    except BrokenPipeError:
        raise
    except Exception as fout:
        if os.environ.get("ZORGREGELS_DEBUG"):
            raise
        soort = type(fout).__name__
        click.echo(
            f"ZR-999 een fout in zorgregels zelf: {soort}: {str(fout)[:300]}\n"
            "    Er is geen antwoord. Met ZORGREGELS_DEBUG=1 toont zorgregels waar het misgaat; meld dat aan de makers.",
            err=True,
        )
        return INTERN
    return KLAAR
