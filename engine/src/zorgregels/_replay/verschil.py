"""Two contents of one decision held against each other: what differs first, how far the change reaches, which rule it is due to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from .._canon import Json
from .ontleding import Ontleed, Stap

Data = Any
Reikwijdte = Literal["uitkomst", "gevolg", "grond", "versie"]
"""How far a change reaches: the uitkomst itself; what is derived, due, open or missing; the grounds; only the version that is named."""
ZONDER_REGEL: Final = "-"
_UITKOMST: Final = ("uitkomst", "oordeel")
_GEVOLG: Final = ("afgeleid", "routes", "verplichtingen", "ontbrekend")
_KERN: Final = ("regelset", "resultaat", "beslissend", "tekst")
_STAP: Final = ("resultaat", "feiten", "tekst", "beslissend", "regelset")
_REST: Final = (*_UITKOMST, *_GEVOLG, "waarschuwingen")


@dataclass(frozen=True, slots=True)
class Verschil:
    """The first difference between what was recorded and what is decided now."""

    waar: str
    """``motivering[0].resultaat``, ``afgeleid[2]``, ``uitkomst``, ``herkomst.regelsets`` …"""
    regel: str
    """The rule of the step; empty where it is not in a step."""
    was: Json
    nu: Json

    def veiled(self) -> Verschil:
        """Return it without any text or value: those of somebody whose facts are closed do not belong in a report."""
        if self.waar in _UITKOMST:  # the leaf says it in the open
            return self
        return Verschil(self.waar, self.regel, _veil(self.was), _veil(self.nu))

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {"waar": self.waar, "regel": self.regel, "was": self.was, "nu": self.nu}


def first_difference(was: Ontleed, nu: Ontleed) -> Verschil | None:
    """Return the first difference; None where there is none.

    Steps come first, of which one that came to something else goes before one that read or says something else, and that
    before one that decides or stands elsewhere. Where all steps agree it is the first part of the rest of the content.
    """
    for anders in (_result, _words, _place, _version):
        stap = next(_differing(was, nu, anders), None)
        if stap is not None:
            oud, nieuw = was.step(stap), nu.step(stap)
            plek = was.stappen.index(oud) if oud is not None else nu.stappen.index(nieuw)
            lid = _member(oud, nieuw)
            return Verschil(f"motivering[{plek}]{lid and f'.{lid}'}", stap, _show(oud, lid), _show(nieuw, lid))
    for naam in (*_REST, *sorted((was.rest.keys() | nu.rest.keys()) - set(_REST))):
        oud_deel, nieuw_deel = was.rest.get(naam), nu.rest.get(naam)
        if oud_deel != nieuw_deel:
            return _in_part(naam, oud_deel, nieuw_deel)
    return None


def reach_of(was: Ontleed, nu: Ontleed) -> Reikwijdte | None:
    """Return how far the change reaches; None where there is none."""
    if any(was.rest.get(naam) != nu.rest.get(naam) for naam in _UITKOMST):
        return "uitkomst"
    if any(was.rest.get(naam) != nu.rest.get(naam) for naam in _GEVOLG):
        return "gevolg"
    if _grounds(was) != _grounds(nu):
        return "grond"
    return None if was == nu else "versie"


def attribute(was: Ontleed, nu: Ontleed) -> str:
    """Return the one rule to which a change is due.

    The first decisive step of the new decision whose rule came to something else in the old one, or had no step there; else the
    first decisive step of the old one that came to something else; else the first that decides the one and not the other;
    else the first step that differs in more than the version that it names. Without one it is due to the rule that derived the first
    fact that differs, and else to the first that names another version, or to none (``-``).
    """
    for deze, ander in ((nu, was), (was, nu)):
        for stap in deze.stappen:
            if stap.beslissend and _result(stap, ander.step(stap.regel)):
                return stap.regel
    for deze, ander in ((nu, was), (was, nu)):
        for stap in deze.stappen:
            tegenover = ander.step(stap.regel)
            if stap.beslissend and not (tegenover is not None and tegenover.beslissend):
                return stap.regel
    for anders in (_result, _words, _place):
        for regel in _differing(nu, was, anders):
            return regel
    return _deriver(was, nu) or next(_differing(nu, was, _version), ZONDER_REGEL)


# -- steps ---------------------------------------------------------------------------------------------------------

_Anders = Callable[[Stap, "Stap | None"], bool]


def _result(stap: Stap, ander: Stap | None) -> bool:
    return ander is None or stap.resultaat != ander.resultaat


def _words(stap: Stap, ander: Stap | None) -> bool:
    return ander is None or {**stap.zonder_versie, "beslissend": ander.beslissend} != ander.zonder_versie


def _place(stap: Stap, ander: Stap | None) -> bool:
    return ander is None or stap.beslissend != ander.beslissend


def _version(stap: Stap, ander: Stap | None) -> bool:
    return stap != ander


def _differing(een: Ontleed, ander: Ontleed, anders: _Anders) -> Iterator[str]:
    """Yield the rules whose steps differ in this way: those of the first content in order, then those that only the other has."""
    for stap in een.stappen:
        if anders(stap, ander.step(stap.regel)):
            yield stap.regel
    eigen = {s.regel for s in een.stappen}
    yield from (s.regel for s in ander.stappen if s.regel not in eigen)
    if anders is _place:  # the same steps, in another order
        yield from (a.regel for a, b in zip(een.stappen, ander.stappen, strict=False) if a.regel != b.regel)


def _member(oud: Stap | None, nieuw: Stap | None) -> str:
    """Return the first member in which two steps differ, of those that say most; empty where one of them is not there."""
    if oud is None or nieuw is None:
        return ""
    namen = (*_STAP, *sorted((oud.json.keys() | nieuw.json.keys()) - set(_STAP)))
    return next((n for n in namen if oud.json.get(n) != nieuw.json.get(n)), "")


def _show(stap: Stap | None, lid: str) -> Json:
    if stap is None:
        return None
    namen = dict.fromkeys((*_KERN, lid) if lid else _KERN)
    return {n: stap.json[n] for n in namen if n in stap.json}


# -- the rest ------------------------------------------------------------------------------------------------------


def _in_part(naam: str, was: Data, nu: Data) -> Verschil:
    if isinstance(was, list) and isinstance(nu, list):
        for nr in range(max(len(was), len(nu))):
            oud, nieuw = (deel[nr] if nr < len(deel) else None for deel in (was, nu))
            if oud != nieuw:
                return Verschil(f"{naam}[{nr}]", "", oud, nieuw)
    return Verschil(naam, "", was, nu)


def _grounds(o: Ontleed) -> tuple[list[Data], Data]:
    """The steps and warnings without the versions that they name."""
    waarschuwingen = [
        {**w, "regelset": str(w["regelset"]).partition("@")[0]} if "regelset" in w else w
        for w in o.rest.get("waarschuwingen", [])
    ]
    return [s.zonder_versie for s in o.stappen], waarschuwingen


def _deriver(was: Ontleed, nu: Ontleed) -> str:
    for een, ander in ((nu, was), (was, nu)):
        bekend = ander.rest.get("afgeleid", [])
        for feit in een.rest.get("afgeleid", []):
            if feit not in bekend:
                for stap in een.stappen:
                    if feit["feit"] in stap.json.get("leidt_af", []):
                        return stap.regel
    return ""


_OPEN: Final = {"regelset", "resultaat", "beslissend", "feit", "sector", "route", "regel", "uitkomst"}


def _veil(waarde: Json) -> Json:
    if isinstance(waarde, dict):
        return {k: w for k, w in waarde.items() if k in _OPEN}
    return [_veil(w) for w in waarde] if isinstance(waarde, list) else None
