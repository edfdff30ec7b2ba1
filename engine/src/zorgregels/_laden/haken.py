"""What the hooks of plugins give, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pluggy

from .. import hookspecs
from .._lezen.meldingen import Melding, suggest
from .._taal.vraag import VRAGEN, Uitkomst, Vraag
from ..errors import PluginError

_NAAM: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_VORM: Final = "kleine letters, cijfers en lage streepjes, en begint met een letter"


@dataclass(frozen=True, slots=True)
class Haken:
    """What the hooks of one plugin gave."""

    mappen: tuple[Path, ...]
    vragen: tuple[Vraag, ...] = ()
    vergeten: tuple[str, ...] = ()
    """Functions that are called as a hook is, and are not marked as one."""


def ask_hooks(plugin: object, naam: str) -> Haken:
    """Return what the hooks of a plugin give; whatever its code raises comes through.

    Raises:
        PluginError: it has a hook that does not exist.
    """
    manager = pluggy.PluginManager("zorgregels")
    manager.add_hookspecs(hookspecs)
    haken = set(vars(manager.hook))
    manager.register(plugin, naam)
    gemerkt = manager.get_hookcallers(plugin) or []
    vreemd = [h.name for h in gemerkt if not h.has_spec() and not all(i.optionalhook for i in h.get_hookimpls())]
    if vreemd:
        raise PluginError(
            [
                Melding("ZR-410", f"plugin `{naam}` heeft een haak die niet bestaat: `{h}`", suggest(h, haken))
                for h in vreemd
            ]
        )
    return Haken(
        tuple(m for groep in manager.hook.zorgregels_mappen() for m in groep),
        tuple(v for groep in manager.hook.zorgregels_vragen() for v in groep),
        tuple(sorted(h for h in haken - {g.name for g in gemerkt} if callable(getattr(plugin, h, None)))),
    )


def check_vragen(vragen: Mapping[str, tuple[object, ...]]) -> dict[str, tuple[Melding, ...]]:
    """Return what is wrong with the vragen that plugins add, by plugin.

    A name is of one vraag: were it of two, an oordeel would depend on what else is installed. So neither plugin takes part.
    """
    eigenaars: dict[str, list[str]] = {}
    for plugin, van_plugin in vragen.items():
        for v in van_plugin:
            if isinstance(v, Vraag) and _is_name(v.naam):
                eigenaars.setdefault(v.naam, []).append(plugin)
    fouten: dict[str, list[Melding]] = {}
    for plugin, van_plugin in vragen.items():
        for v in van_plugin:
            for tekst, hulp in _faults(v, plugin, eigenaars):
                fouten.setdefault(plugin, []).append(Melding("ZR-408", f"plugin `{plugin}`: {tekst}", hulp))
    return {plugin: tuple(dict.fromkeys(meldingen)) for plugin, meldingen in fouten.items()}


def _faults(vraag: object, plugin: str, eigenaars: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a vraag, and what to do."""
    if not isinstance(vraag, Vraag):
        yield f"`zorgregels_vragen` geeft iets van de soort {type(vraag).__name__}", "Geef objecten van de soort Vraag."
        return
    naam = f"de vraag `{vraag.naam!s:.64}`"
    if not _is_name(vraag.naam):
        yield f"{naam} heeft niet de goede naam", f"Een naam heeft {_VORM}."
    elif vraag.naam in VRAGEN:
        yield f"{naam} is er al: zij is van zorgregels zelf", "Geef haar een andere naam."
    elif len(eigenaars[vraag.naam]) > 1:
        anderen = sorted(set(eigenaars[vraag.naam]) - {plugin})
        wie = f"plugin `{anderen[0]}` geeft haar ook" if anderen else "zij staat er twee keer"
        yield f"{naam} is niet van deze plugin alleen: {wie}", "Geef haar een andere naam, of laad één van de plugins."
    if not isinstance(vraag.titel, str) or not vraag.titel.strip():
        yield f"{naam} heeft geen titel", "Geef de vraag voluit, als een zin."
    oordelen = {u: vraag.oordeel(u) for u in Uitkomst}
    slecht = [u for u, oordeel in oordelen.items() if not _is_name(oordeel)]
    for u in slecht:
        yield f"{naam} heeft bij `{u.value}` geen goed oordeel: `{oordelen[u]!s:.64}`", f"Een oordeel heeft {_VORM}."
    if slecht:
        return
    if len(set(oordelen.values())) < len(oordelen):
        yield f"{naam} heeft voor twee uitkomsten hetzelfde oordeel", "Geef elke uitkomst een eigen oordeel."
    for u, oordeel in oordelen.items():
        if oordeel in {ander.value for ander in Uitkomst} - {u.value}:
            yield f"{naam} heeft bij `{u.value}` het oordeel `{oordeel}`", "Dat is de naam van een andere uitkomst."


def _is_name(tekst: object) -> bool:
    return isinstance(tekst, str) and _NAAM.fullmatch(tekst) is not None
