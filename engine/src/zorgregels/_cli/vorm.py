"""Commands whose help has Dutch headings, without a change to click for anybody else in this process."""

from __future__ import annotations

from typing import Any

import click

_KOPPEN = {"Options": "Opties", "Commands": "Opdrachten"}


class _Opmaak(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix if prefix is not None else "Gebruik: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_KOPPEN.get(heading, heading))


class _Context(click.Context):
    formatter_class = _Opmaak


class Opdracht(click.Command):
    """A command."""

    context_class = _Context

    def __init__(self, *, context_settings: dict[str, Any] | None = None, **rest: Any) -> None:
        super().__init__(context_settings=_settings(context_settings), **rest)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option, in Dutch."""
        return _dutch(super().get_help_option(ctx))


class Groep(click.Group):
    """A command with commands under it."""

    context_class = _Context
    command_class = Opdracht

    def __init__(self, *, context_settings: dict[str, Any] | None = None, **rest: Any) -> None:
        super().__init__(context_settings=_settings(context_settings), **rest)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option, in Dutch."""
        return _dutch(super().get_help_option(ctx))


def _settings(eigen: dict[str, Any] | None) -> dict[str, Any]:
    """Every command knows its own help by itself: click remembers it from the first time that it is asked."""
    return {"help_option_names": ["-h", "--help"], **(eigen or {})}


def _dutch(optie: click.Option | None) -> click.Option | None:
    if optie is not None:
        optie.help = "Toon deze hulp."
    return optie
