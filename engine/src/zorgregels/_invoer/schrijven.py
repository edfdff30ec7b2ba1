"""Writes a catalogue as catalogus/v1: the same content gives the same bytes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from .._canon import Json
from .._taal.bron import Bron
from .._taal.catalogus import Periode
from .._taal.feitsoort import Feitsoort
from .._waarden import Scalar, spell

Data = dict[str, Any]
_DAGEN: Final = {"van", "tot"}
_KAAL: Final = {"schema", "catalogus", "bekend", "feitsoort"}
"""Dates and names of the language itself, which are written without quotes everywhere."""


@dataclass(frozen=True, slots=True)
class Kopblad:
    """What a catalogue says of itself, apart from its prestaties."""

    catalogus: str
    versie: str
    titel: str
    toelichting: str
    bekend: date
    volledig: bool


def make_document(kop: Kopblad, soort: Feitsoort, prestaties: Mapping[str, tuple[Periode, ...]]) -> Data:
    """Return the document; what most periods share stands once, above them."""
    bron = _commonest(p.bron for ps in prestaties.values() for p in ps)
    document: Data = {
        "schema": "catalogus/v1",
        "catalogus": kop.catalogus,
        "versie": kop.versie,
        **({"titel": kop.titel} if kop.titel else {}),
        "toelichting": kop.toelichting,
        "bekend": kop.bekend.isoformat(),
        "feitsoort": soort.naam,
        "volledig": kop.volledig,
        "bron": bron.to_dict(),
        "prestaties": [_prestatie(code, ps, soort, bron) for code, ps in prestaties.items()],
    }
    return document


def _prestatie(code: str, perioden: tuple[Periode, ...], soort: Feitsoort, bron: Bron) -> Data:
    eigen = perioden[0].bron if len({p.bron for p in perioden}) == 1 else bron
    gedeeld = _shared(perioden)
    return {
        "code": code,
        "naam": perioden[0].waarden["naam"],
        **({"waarden": _spell(gedeeld, soort)} if gedeeld else {}),
        **({"bron": eigen.to_dict()} if eigen != bron else {}),
        "perioden": [_periode(p, gedeeld, soort, eigen) for p in perioden],
    }


def _periode(p: Periode, gedeeld: Mapping[str, Scalar], soort: Feitsoort, bron: Bron) -> Data:
    bestaat = p.waarden["bestaat"] is True
    waarden = {n: w for n, w in p.waarden.items() if n not in gedeeld and n not in {"bestaat", "naam"}}
    return {
        "van": p.van.isoformat(),
        **({"tot": p.tot.isoformat()} if p.tot != date.max else {}),
        **({} if bestaat else {"bestaat": False}),
        **({"waarden": _spell(waarden, soort)} if waarden and bestaat else {}),
        **({"bron": p.bron.to_dict()} if p.bron != bron else {}),
    }


def _shared(perioden: tuple[Periode, ...]) -> dict[str, Scalar]:
    """The values that hold in every period in which the prestatie exists."""
    bestaand = [p.waarden for p in perioden if p.waarden["bestaat"] is True]
    if not bestaand:
        return {}
    eerste, *rest = bestaand
    return {
        n: w
        for n, w in eerste.items()
        if n not in {"bestaat", "naam"} and all(n in r and r[n] == w and type(r[n]) is type(w) for r in rest)
    }


def _spell(waarden: Mapping[str, Scalar], soort: Feitsoort) -> dict[str, Json]:
    return {n: spell(w, soort.velden[n].type.soort) for n, w in sorted(waarden.items())}


def _commonest(bronnen: Iterable[Bron]) -> Bron:
    aantallen = Counter(bronnen)
    meeste = max(aantallen.values())
    return min((b for b, n in aantallen.items() if n == meeste), key=str)


# -- text ----------------------------------------------------------------------------------------------------------


def write_yaml(document: Data, kopregels: Iterable[str]) -> bytes:
    """Return the document as YAML, every text in quotes, with remarks above it."""
    return "".join(f"{r}\n" for r in (*(f"# {k}" for k in kopregels), *_lines(document))).encode()


def _lines(document: Data) -> Iterator[str]:
    for sleutel, waarde in document.items():
        if sleutel != "prestaties":
            yield f"{sleutel}: {waarde if sleutel in _KAAL else _flow(waarde)}"
    yield "prestaties:" if document["prestaties"] else "prestaties: []"
    for p in document["prestaties"]:
        if len(p["perioden"]) == 1:  # nearly all of a long table, and a file has a largest size
            delen = [f"{k}: {_flow(w)}" for k, w in p.items() if k != "perioden"]
            yield f"  - {{{', '.join(delen)}, perioden: [{_period_line(p['perioden'][0])}]}}"
            continue
        yield f"  - code: {_flow(p['code'])}"
        for sleutel in ("naam", "waarden", "bron"):
            if sleutel in p:
                yield f"    {sleutel}: {_flow(p[sleutel])}"
        yield "    perioden:"
        for periode in p["perioden"]:
            yield f"      - {_period_line(periode)}"


def _period_line(periode: Data) -> str:
    return "{" + ", ".join(f"{k}: {w if k in _DAGEN else _flow(w)}" for k, w in periode.items()) + "}"


def _flow(waarde: Any) -> str:
    if isinstance(waarde, dict):
        return "{" + ", ".join(f"{k}: {_flow(w)}" for k, w in waarde.items()) + "}"
    return json.dumps(waarde, ensure_ascii=False)
