"""``zorgregels catalogus``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .invoeren import import_
from .melden import show_safely, stop, write_json
from .opties import catalogus_option, chosen_plugins, json_option, plugin_option
from .vorm import Groep

if TYPE_CHECKING:
    from .._canon import Json
    from .._taal.catalogus import Catalogus, Periode
    from .._taal.feitsoort import Feitsoort


@click.group(cls=Groep, invoke_without_command=True, short_help="Toon catalogi, of lees een tabel in.")
@click.pass_context
def catalogus(ctx: click.Context) -> None:
    """Toon de catalogi (list, ook zonder meer), de codes van een ervan (show), of lees een tabel in (import)."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


catalogus.add_command(import_)


@catalogus.command("list", short_help="Toon elke versie van elke catalogus.")
@catalogus_option
@plugin_option
@json_option
def list_(*, catalogi: tuple[str, ...] = (), plugins: str | None = None, als_json: bool = False) -> None:
    """Toon id, sinds wanneer bekend, hoeveel codes en digest van elke versie."""
    alle = _load(plugins, catalogi, als_json=als_json)
    if als_json:
        write_json({"catalogi": [_entry(g.catalogus) for g in alle]})
        return
    for g in alle:
        click.echo(show_safely(_row(g.catalogus)))


@catalogus.command("show", short_help="Toon de codes van een catalogus, of alles over een code.")
@click.argument("id_", metavar="NAAM[@VERSIE]")
@click.argument("code", required=False)
@catalogus_option
@plugin_option
@json_option
def show(id_: str, code: str | None, *, catalogi: tuple[str, ...], plugins: str | None, als_json: bool) -> None:
    """Toon de codes van een catalogus, zoals huisarts/prestaties, of de perioden van CODE daarin.

    Zonder @VERSIE telt de versie die het laatst bekend werd.
    """
    gekozen = _find(id_, _load(plugins, catalogi, als_json=als_json), als_json=als_json)
    c = gekozen.catalogus
    if code is None:
        if als_json:
            codes: list[Json] = [{"code": k, "naam": _naam(p), "perioden": len(p)} for k, p in c.prestaties.items()]
            write_json({"catalogus": _entry(c), "prestaties": codes})
            return
        click.echo(show_safely("\n".join([_row(c), *(f"{k}  {_naam(p)}" for k, p in c.prestaties.items())])))
        return
    perioden = c.prestaties.get(code)
    if perioden is None:
        from .._lezen.meldingen import Melding, suggest

        tip = suggest(code, c.prestaties)
        raise stop([Melding("ZR-329", f"{c.id} heeft geen code `{code:.60}`", tip)], als_json=als_json)
    if als_json:
        write_json({"catalogus": _entry(c), "code": code, "perioden": [_periode(p, gekozen.soort) for p in perioden]})
        return
    click.echo(show_safely(f"{code}  {_naam(perioden)}   ({c.id})"))
    for p in perioden:
        click.echo(show_safely(f"  {p.van} t/m {_einde(p) or '…'}  {_words(p, gekozen.soort)}\n      {p.bron}"))


@dataclass(frozen=True, slots=True)
class _Geladen:
    catalogus: Catalogus
    soort: Feitsoort


def _load(plugins: str | None, catalogi: tuple[str, ...], *, als_json: bool) -> list[_Geladen]:
    from .._laden.alles import load_all
    from .._laden.geheugen import Geheugen, default_folder
    from ..errors import ZorgregelsError

    try:
        lading, _ = load_all(chosen_plugins(plugins), map(Path, catalogi), Geheugen(default_folder()))
    except ZorgregelsError as fout:
        raise stop(fout.meldingen, als_json=als_json) from None
    gevonden = [_Geladen(c, s.feitsoorten[c.feitsoort]) for s in lading.sectoren for c in s.catalogi]
    return sorted(gevonden, key=lambda g: g.catalogus.id)


def _find(id_: str, alle: list[_Geladen], *, als_json: bool) -> _Geladen:
    from .._lezen.meldingen import Melding, suggest

    passend = [g for g in alle if id_ in {g.catalogus.id, g.catalogus.naam}]
    if passend:
        return max(passend, key=lambda g: (g.catalogus.bekend or date.min, g.catalogus.versie))
    sleutel: Callable[[Catalogus], str] = (lambda c: c.id) if "@" in id_ else (lambda c: c.naam)
    tip = suggest(id_, {sleutel(g.catalogus) for g in alle})
    raise stop([Melding("ZR-329", f"er is geen catalogus `{id_:.100}`", tip)], als_json=als_json)


def _row(c: Catalogus) -> str:
    volledig = "volledig" if c.volledig else "niet volledig"
    return f"{c.id}  bekend {c.bekend or 'onbekend'}  {len(c.prestaties)} codes, {volledig}  {c.digest[:19]}…"


def _entry(c: Catalogus) -> dict[str, Json]:
    return {
        "id": c.id,
        "bekend": c.bekend.isoformat() if c.bekend else None,
        "feitsoort": c.feitsoort,
        "volledig": c.volledig,
        "codes": len(c.prestaties),
        "digest": c.digest,
    }


def _naam(perioden: tuple[Periode, ...]) -> str:
    return str(perioden[0].waarden["naam"])


def _einde(p: Periode) -> str | None:
    return None if p.tot == date.max else p.tot.isoformat()


def _values(p: Periode, soort: Feitsoort) -> dict[str, Json]:
    from .._waarden import spell

    return {n: spell(w, soort.velden[n].type.soort) for n, w in sorted(p.waarden.items()) if n != "naam"}


def _periode(p: Periode, soort: Feitsoort) -> dict[str, Json]:
    return {"van": p.van.isoformat(), "tot": _einde(p), "waarden": _values(p, soort), "bron": p.bron.to_dict()}


def _words(p: Periode, soort: Feitsoort) -> str:
    waarden = _values(p, soort)
    if waarden.pop("bestaat") is not True:
        return "bestaat niet"
    woorden = {None: "geen", True: "ja", False: "nee"}
    delen = [f"{n} {woorden[w] if w is None or isinstance(w, bool) else w}" for n, w in waarden.items()]
    return ", ".join(delen) or "bestaat; meer is niet bekend"
