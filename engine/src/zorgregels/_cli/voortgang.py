"""A line on stderr that counts, on a terminal only."""

from __future__ import annotations

import sys
import time
from typing import Final

import click

_TUSSEN: Final = 0.2
"""Seconds between two updates."""


class Voortgang:
    """Shows how many of something have been done."""

    def __init__(self, wat: str) -> None:
        self._wat = wat
        self._aan = sys.stderr.isatty()
        self._laatst = time.monotonic()  # what is done at once needs no line
        self._getoond = False

    def show(self, nr: int) -> None:
        """Show a count, when the last time is long enough ago."""
        if self._aan and time.monotonic() - self._laatst >= _TUSSEN:
            self._laatst = time.monotonic()
            self._getoond = True
            click.echo(f"\r{nr:,} {self._wat}".replace(",", " "), nl=False, err=True)

    def close(self) -> None:
        """End the line."""
        if self._getoond:
            click.echo("", err=True)
