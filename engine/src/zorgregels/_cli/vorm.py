"""Commands that speak Dutch, in their help and of a slip, without a change to click for anybody else in this process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
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

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; what is too much is said in Dutch."""
        mag, ctx.allow_extra_args = ctx.allow_extra_args, True
        with _about(ctx):
            rest = super().parse_args(ctx, args)
        ctx.allow_extra_args = mag
        if rest and not mag and not ctx.resilient_parsing:
            raise click.UsageError(f"Dit is te veel: {' '.join(rest)}", ctx)
        return rest


class Groep(click.Group):
    """A command with commands under it."""

    context_class = _Context
    command_class = Opdracht

    def __init__(self, *, context_settings: dict[str, Any] | None = None, **rest: Any) -> None:
        super().__init__(context_settings=_settings(context_settings), **rest)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option, in Dutch."""
        return _dutch(super().get_help_option(ctx))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments."""
        with _about(ctx):
            return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first argument names."""
        if not ctx.resilient_parsing and self.get_command(ctx, args[0]) is None:
            from .._lezen.meldingen import suggest

            raise click.UsageError(f"Er is geen opdracht `{args[0]}`. {suggest(args[0], self.commands)}", ctx)
        return super().resolve_command(ctx, args)


@contextmanager
def _about(ctx: click.Context) -> Iterator[None]:
    """Let a slip know of which command it is: click does not tell all of them."""
    try:
        yield
    except click.UsageError as fout:
        fout.ctx = fout.ctx or ctx
        raise


class Pad(click.Path):
    """A path that must be what an option says."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            map_ = os.path.isdir(value)
            if not os.path.exists(value):
                wat = "bestaat niet"
            elif map_ and not self.dir_okay:
                wat = "is een map, geen bestand"
            elif not map_ and not self.file_okay:
                wat = "is een bestand, geen map"
            else:
                wat = "mag u niet lezen"
            self.fail(f"`{value}` {wat}", param, ctx)


def describe(fout: click.UsageError) -> str:
    """Return in Dutch what is wrong with a command line; what click says itself where it is none of the usual slips."""
    if isinstance(fout, click.MissingParameter) and fout.param is not None:
        return f"{_name(fout.param)} ontbreekt.{_possible(fout.param.type)}"
    if isinstance(fout, click.BadParameter) and fout.param is not None:
        return f"{_name(fout.param)}: {_possible(fout.param.type).strip() or fout.message}"
    if isinstance(fout, click.NoSuchOption):
        anders = f" Bedoelde u {fout.possibilities[0]}?" if fout.possibilities else ""
        return f"Er is geen optie {fout.option_name}.{anders}"
    if isinstance(fout, click.BadOptionUsage):
        params = [] if fout.ctx is None else fout.ctx.command.params
        vlag = any(getattr(p, "is_flag", False) for p in params if fout.option_name in p.opts)
        return f"Optie {fout.option_name} {'heeft geen' if vlag else 'vraagt een'} waarde."
    return fout.format_message()


def _name(param: click.Parameter) -> str:
    return param.human_readable_name if isinstance(param, click.Argument) else " / ".join(param.opts)


def _possible(soort: Any) -> str:
    """What could stand there, of the types of click that would say it in English."""
    if isinstance(soort, click.Choice):
        return f" Kies uit {', '.join(soort.choices)}."
    if isinstance(soort, click.IntRange):
        grens = f"van {soort.min} tot en met {soort.max}" if soort.max is not None else f"vanaf {soort.min}"
        return f" Geef een geheel getal {grens}."
    return ""


def _settings(eigen: dict[str, Any] | None) -> dict[str, Any]:
    """Every command knows its own help by itself: click remembers it from the first time that it is asked."""
    return {"help_option_names": ["-h", "--help"], **(eigen or {})}


def _dutch(optie: click.Option | None) -> click.Option | None:
    if optie is not None:
        optie.help = "Toon deze hulp."
    return optie
