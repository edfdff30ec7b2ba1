"""``zorgregels regelsets``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import click

from .melden import show_safely, stop, write_json
from .opties import Datum, json_option, make_engine, plugin_option
from .overdragen import export, import_
from .vorm import Groep

if TYPE_CHECKING:
    from .._canon import Json
    from .._taal.regelset import Regelset

_VOLGORDE: Final = (
    *("schema", "regelset", "versie", "titel", "toelichting", "status", "geldig", "bekend", "bron", "leest"),
    *(
        "buiten_geldigheid",
        "reikwijdte",
        "datum",
        "id",
        "vraag",
        "normen",
        "als",
        "tenzij",
        "gaat_voor",
        "route",
        "dan",
    ),
    *("motivering", "voorbeelden", "regels"),
)


@click.group(
    cls=Groep,
    invoke_without_command=True,
    short_help="Toon welke regelsets er zijn, of de regels van een ervan; breng er een over.",
)
@click.pass_context
def regelsets(ctx: click.Context) -> None:
    """Toon de regelsets (list, ook zonder meer), de regels van een ervan (show), of breng er een over (export, import)."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


regelsets.add_command(export)
regelsets.add_command(import_)


@regelsets.command("list", short_help="Toon elke versie van elke regelset.")
@click.option("--peildatum", type=Datum(), help="Alleen wat op deze dag geldt.")
@click.option("--bekend-op", "bekend_op", type=Datum(), help="Alleen wat op deze dag bekend was.")
@click.option("--concept", is_flag=True, help="Alleen concepten.")
@plugin_option
@json_option
def list_(
    *,
    peildatum: str | None = None,
    bekend_op: str | None = None,
    concept: bool = False,
    plugins: str | None = None,
    als_json: bool = False,
) -> None:
    """Toon id, status, geldigheid, sinds wanneer bekend, digest en titel van elke versie."""
    with make_engine(plugins, als_json=als_json) as motor:
        gekozen = [
            r
            for r in motor.regelsets
            if (peildatum is None or r.in_force(date.fromisoformat(peildatum)))
            and (bekend_op is None or (r.bekend is not None and r.bekend <= date.fromisoformat(bekend_op)))
            and (not concept or r.status == "concept")
        ]
    if als_json:
        write_json({"regelsets": [_entry(r) for r in gekozen]})
        return
    for regel in _columns([_row(r) for r in gekozen]):
        click.echo(show_safely(regel))


@regelsets.command("show", short_help="Toon de regels van een regelset.")
@click.argument("id_", metavar="ID")
@click.option("--peildatum", type=Datum(), help="Kies de versie die op deze dag geldt.")
@plugin_option
@json_option
def show(id_: str, *, peildatum: str | None, plugins: str | None, als_json: bool) -> None:
    """Toon de regels van ID, zoals huisarts/tarieven@2023.1, met alles wat zij van een eerdere versie overneemt."""
    with make_engine(plugins, als_json=als_json) as motor:
        regelset = find_regelset(id_, peildatum, motor.regelsets, als_json=als_json)
    document: dict[str, Any] = json.loads(regelset.document)
    if als_json:
        write_json({"regelset": _entry(regelset), "document": document})
        return
    import yaml

    kop = f"# {regelset.id} · {regelset.digest}\n"
    click.echo(
        show_safely(kop + yaml.safe_dump(_ordered(document), allow_unicode=True, sort_keys=False, width=110)).rstrip()
    )


def find_regelset(id_: str, peildatum: str | None, alle: Iterable[Regelset], *, als_json: bool) -> Regelset:
    """Return the one regelset of this id or name, or leave with what is wrong."""
    from .._lezen.meldingen import Melding, suggest

    lijst = list(alle)
    passend = [r for r in lijst if id_ in {r.id, r.naam}]
    if peildatum is not None:
        passend = [r for r in passend if r.in_force(date.fromisoformat(peildatum))]
    if len(passend) == 1:
        return passend[0]
    if passend:
        tip = "Kies er een: " + ", ".join(r.id for r in passend) + "."
        raise stop([Melding("ZR-607", f"van `{id_}` zijn er {len(passend)} versies", tip)], als_json=als_json)
    namen = {r.id for r in lijst} if "@" in id_ else {r.naam for r in lijst}
    raise stop([Melding("ZR-607", f"er is geen regelset `{id_:.80}`", suggest(id_, namen))], als_json=als_json)


def _entry(r: Regelset) -> dict[str, Json]:
    return {
        "id": r.id,
        "titel": r.titel,
        "status": r.status,
        "van": r.van.isoformat() if r.van else None,
        "tot": r.tot.isoformat() if r.tot else None,
        "bekend": r.bekend.isoformat() if r.bekend else None,
        "regels": len(r.regels),
        "digest": r.digest,
    }


def _row(r: Regelset) -> tuple[str, ...]:
    geldig = "geldigheid onbekend" if r.van is None else f"{r.van} t/m {r.tot or '…'}"
    bekend = f"bekend {r.bekend}" if r.bekend else "bekend onbekend"
    return r.id, r.status, geldig, bekend, r.digest[:19] + "…", r.titel


def _columns(rijen: list[tuple[str, ...]]) -> list[str]:
    breedtes = [max(map(len, kolom)) for kolom in zip(*rijen, strict=True)] if rijen else []
    return ["  ".join(cel.ljust(b) for cel, b in zip(rij, breedtes, strict=True)).rstrip() for rij in rijen]


def _ordered(waarde: Any) -> Any:
    """Return the document in the order in which people write one: canonical JSON sorts its keys."""
    if isinstance(waarde, list):
        return [_ordered(w) for w in waarde]
    if not isinstance(waarde, dict):
        return waarde
    plek = {n: nr for nr, n in enumerate(_VOLGORDE)}
    return {k: _ordered(waarde[k]) for k in sorted(waarde, key=lambda k: (plek.get(k, len(plek)), k))}
