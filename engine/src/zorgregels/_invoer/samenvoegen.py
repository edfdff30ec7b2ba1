"""Lays what a table says over what a catalogue says. What the table does not speak of stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from .._taal.bron import Bron
from .._taal.catalogus import Catalogus, Periode
from .._waarden import Scalar
from .uitspraak import Inhoud, Uitspraak

_DAG: Final = timedelta(days=1)
_MAX_PLAATS: Final = 200

Prestaties = Mapping[str, tuple[Periode, ...]]


def merge(catalogus: Catalogus, inhoud: Inhoud, bron: Bron) -> dict[str, tuple[Periode, ...]]:
    """Return the prestaties of a catalogue with a table over them, sorted by code.

    Args:
        catalogus: the version that the table comes over.
        inhoud: what the table says.
        bron: where the table comes from.
    """
    nieuw = dict(catalogus.prestaties)
    for u in sorted(inhoud.uitspraken, key=lambda u: (u.code, u.van)):
        nieuw[u.code] = _overlay(_rename(nieuw.get(u.code, ()), u.naam), u, bron)
    return {code: nieuw[code] for code in sorted(nieuw)}


def end(prestaties: Prestaties, codes: Iterable[str], van: date, tot: date | None, bron: Bron) -> Prestaties:
    """Return the prestaties where these codes do not exist from a day on: a complete table does not list them."""
    nieuw = dict(prestaties)
    for code in codes:
        naam = str(nieuw[code][0].waarden["naam"])
        u = Uitspraak(code, naam, van, tot, {"bestaat": False}, frozenset(), 0)
        nieuw[code] = _overlay(nieuw[code], u, bron)
    return nieuw


def reach(perioden: Iterable[Periode], van: date, tot: date | None) -> date:
    """Return the last day of an uitspraak. One without an end yields to what is said of a later beginning."""
    if tot is not None:
        return tot
    later = [p.van for p in perioden if p.van > van]
    return min(later) - _DAG if later else date.max


def _overlay(oud: tuple[Periode, ...], u: Uitspraak, bron: Bron) -> tuple[Periode, ...]:
    einde = reach(oud, u.van, u.tot)
    delen = [d for p in oud for d in _cut(p, u, einde, bron)]
    delen.extend(Periode(van, tot, _values({}, u), bron) for van, tot in _gaps(delen, u.van, einde))
    return tuple(sorted(delen, key=lambda p: p.van))


def _cut(p: Periode, u: Uitspraak, einde: date, bron: Bron) -> Iterator[Periode]:
    """Split a periode where the uitspraak begins and ends; one that it says nothing new about stays whole."""
    waarden = _values(p.waarden, u)
    if p.tot < u.van or p.van > einde or dict(p.waarden) == waarden:
        yield p
        return
    if p.van < u.van:
        yield replace(p, tot=u.van - _DAG)
    gebleven = waarden.keys() - u.waarden.keys() - {"bestaat", "naam"}
    yield Periode(max(p.van, u.van), min(p.tot, einde), waarden, _beside(bron, p.bron) if gebleven else bron)
    if p.tot > einde:
        yield replace(p, van=einde + _DAG)


def _values(oud: Mapping[str, Scalar], u: Uitspraak) -> dict[str, Scalar]:
    if u.zwak and oud.get("bestaat") is False:
        return dict(oud)
    if not u.bestaat:
        return {"bestaat": False, "naam": u.naam}
    over = {n: w for n, w in oud.items() if n not in u.onbekend}
    return {**over, "bestaat": True, "naam": u.naam, **u.waarden}


def _gaps(delen: list[Periode], van: date, einde: date) -> Iterator[tuple[date, date]]:
    """The days from ``van`` to ``einde`` of which no periode speaks."""
    dag = van
    for p in sorted(delen, key=lambda p: p.van):
        if p.tot < dag or p.van > einde:
            continue
        if p.van > dag:
            yield dag, p.van - _DAG
        if p.tot >= einde:
            return
        dag = p.tot + _DAG
    yield dag, einde


def _rename(perioden: tuple[Periode, ...], naam: str) -> tuple[Periode, ...]:
    """A name is of the code, not of a periode."""
    return tuple(p if p.waarden["naam"] == naam else replace(p, waarden={**p.waarden, "naam": naam}) for p in perioden)


def _beside(bron: Bron, oud: Bron) -> Bron:
    """A periode has one Bron: say where its other values come from in its plaats."""
    plaats = "; ".join(t for t in (bron.plaats, f"overige waarden: {oud}") if t)
    return replace(bron, plaats=plaats if len(plaats) <= _MAX_PLAATS else plaats[: _MAX_PLAATS - 1] + "…")
