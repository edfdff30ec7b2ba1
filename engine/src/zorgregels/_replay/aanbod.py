"""What there is to choose from: a choice that can select nothing is a slip, and no answer about the log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .._lezen.meldingen import Melding, suggest
from ..errors import JournaalError
from .bron import Bron
from .herhaling import parse_origin
from .opdracht import Keuze

if TYPE_CHECKING:
    from .._journaal.boomhoofd import Boomhoofd

Data = Any


def check_choice(keuze: Keuze, bron: Bron, hoofd: Boomhoofd) -> None:
    """Refuse a year, a number or a plugin that the source does not know.

    Raises:
        JournaalError: there can be no such decision; it names what there is.
    """
    if not hoofd.is_genuine():
        return  # what it says of its years is worth nothing; the replay will find that
    gevonden = [m for m in (_year(keuze, bron, hoofd), _number(keuze, bron, hoofd), _plugin(keuze, bron)) if m]
    if gevonden:
        raise JournaalError(gevonden)


def _year(keuze: Keuze, bron: Bron, hoofd: Boomhoofd) -> Melding | None:
    er_zijn = sorted(j for j, aantal in hoofd.jaren.items() if aantal and bron.jaar in {None, int(j)})
    if keuze.jaar is None or f"{keuze.jaar:04}" in er_zijn:
        return None
    hulp = f"Er zijn beslissingen van {', '.join(er_zijn)}." if er_zijn else "Er zijn nog geen beslissingen."
    return _nothing(f"{_call(bron)} heeft geen beslissingen met een peildatum in {keuze.jaar}", hulp)


def _number(keuze: Keuze, bron: Bron, hoofd: Boomhoofd) -> Melding | None:
    if keuze.sinds_nr is None or keuze.sinds_nr < hoofd.omvang:
        return None
    return _nothing(
        f"{_call(bron)} heeft geen vermelding {keuze.sinds_nr}",
        f"De nummers lopen van 0 tot en met {hoofd.omvang - 1}; een dag schrijft u als JJJJ-MM-DD.",
    )


def _plugin(keuze: Keuze, bron: Bron) -> Melding | None:
    if keuze.plugin is None:
        return None
    namen: set[str] = set()
    for _, soort, inhoud in bron.opslag.bloks():
        if soort == "herkomst":
            herkomst = parse_origin(inhoud)
            if herkomst is None:
                return None  # damaged: its decisions are not passed over, and the replay tells of it
            namen |= herkomst.namen
        elif soort == "lading":
            namen |= _loaded(inhoud)
    if keuze.plugin in namen:
        return None
    hulp = suggest(keuze.plugin, namen) or "Er zijn nog geen beslissingen."
    return _nothing(f"{_call(bron)} kent geen plugin `{keuze.plugin:.80}`", hulp)


def _loaded(lading: bytes) -> set[str]:
    try:
        data: Data = json.loads(lading)
        return {str(s[n]) for s in data["sectoren"] for n in ("plugin", "sector")}
    except (AttributeError, KeyError, TypeError, ValueError):
        return set()


def _call(bron: Bron) -> str:
    return "dit archief" if bron.archief else "dit Journaal"


def _nothing(tekst: str, hulp: str) -> Melding:
    return Melding("ZR-952", tekst, hulp)
