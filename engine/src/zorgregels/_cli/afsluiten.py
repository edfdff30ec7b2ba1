"""Turns every way in which a command can end into an exit status and, where needed, a few words on stderr."""

from __future__ import annotations

import contextlib
import errno
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
_VOL: Final = {errno.ENOSPC, errno.EFBIG, errno.EIO, getattr(errno, "EDQUOT", errno.ENOSPC)}


class _Onschrijfbaar(Exception):
    """Standard output takes no more: a disk is full."""


def run(args: Sequence[str] | None) -> int:
    """Run a command and return its exit status."""
    for stroom in (sys.stdout, sys.stderr):
        if isinstance(stroom, io.TextIOWrapper):
            # A terminal that cannot show a character shows a question mark; the answer still arrives.
            stroom.reconfigure(errors="replace")
    try:
        status = _run(args)
        _flush()
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`). Nothing is to be said.
        _discard_output()
        return _GEEN_LEZER
    except _Onschrijfbaar as fout:
        _discard_output()
        click.echo(
            f"ZR-955 het antwoord is niet te schrijven ({fout})\n"
            "    Wat het moest zeggen is wel gedaan: met --journaal kan een beslissing zijn vastgelegd die u niet zag.\n"
            "    Kijk dat na met `zorgregels journaal show` voordat u het opnieuw vraagt.",
            err=True,
        )
        return FOUT
    return status


def _discard_output() -> None:
    """Let nobody try again to write what could not be written, also not the interpreter when it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _flush() -> None:
    """Write what is still in the buffer.

    Raises:
        _Onschrijfbaar: it cannot be written.
    """
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as fout:
        raise _Onschrijfbaar(fout.strerror or type(fout).__name__) from None


def _run(args: Sequence[str] | None) -> int:
    from ..errors import ZorgregelsError
    from .groep import cli
    from .melden import Afgebroken, show_safely, tell
    from .vorm import describe

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
        click.echo(f"{show_safely(describe(fout))}\nHulp: {pad} --help", err=True)
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
        if isinstance(fout, OSError) and fout.filename is None and fout.errno in _VOL:
            raise _Onschrijfbaar(fout.strerror) from None  # what is written to a file of its own says which
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
