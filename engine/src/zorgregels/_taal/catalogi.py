"""Catalogue documents in, typed Catalogi out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from .._canon import canonical, digest
from .._lezen.meldingen import Pad, suggest
from .._waarden import OngeldigeWaarde, Scalar, Soort, make_parser
from .bron import Bron
from .catalogus import Catalogus, Periode
from .feitsoort import Feitsoort
from .verslag import Verslag

Data = Any


def parse_catalogus(
    data: Data, feitsoorten: Mapping[str, Feitsoort], bestand: str, verslag: Verslag
) -> Catalogus | None:
    """Return the typed Catalogus, or None when a fault was noted. ``data`` is valid under ``catalogus.schema.json``."""
    voor = len(verslag.meldingen)
    soort = feitsoorten.get(data["feitsoort"])
    if soort is None or soort.lijst or not _can_be_filled(soort):
        tip = (
            suggest(data["feitsoort"], feitsoorten)
            if soort is None
            else "Zij is geen lijst en heeft minstens de afgeleide velden `bestaat` (boolean) en `naam` (tekst)."
        )
        verslag.add(
            "ZR-312", bestand, ("feitsoort",), f"een catalogus vult geen feitsoort als `{data['feitsoort']}`", tip
        )
        return None
    prestaties: dict[str, tuple[Periode, ...]] = {}
    kolommen = {"bestaat", "naam"}
    for i, p in enumerate(data["prestaties"]):
        pad: Pad = ("prestaties", i)
        if p["code"] in prestaties:
            verslag.add(
                "ZR-309",
                bestand,
                (*pad, "code"),
                f"de code `{p['code']}` staat er twee keer",
                "Zet alle perioden bij één code.",
            )
            continue
        perioden = tuple(_perioden(p, data, soort, pad, bestand, verslag))
        _check_overlap(perioden, p["code"], pad, bestand, verslag)
        prestaties[p["code"]] = perioden
        kolommen.update(*(q.waarden for q in perioden))
    if len(verslag.meldingen) > voor:
        return None
    bekend = None if data["bekend"] == "onbekend" else date.fromisoformat(data["bekend"])
    return Catalogus(
        data["catalogus"],
        data["versie"],
        bekend,
        soort.naam,
        data["volledig"],
        frozenset(kolommen),
        prestaties,
        digest(canonical(data)),
    )


def _perioden(p: Data, data: Data, soort: Feitsoort, pad: Pad, bestand: str, verslag: Verslag) -> Iterator[Periode]:
    vast = _waarden(p.get("waarden", {}), soort, (*pad, "waarden"), bestand, verslag)
    for j, ruw in enumerate(p["perioden"]):
        waar = (*pad, "perioden", j)
        bron = Bron(**(ruw.get("bron") or p.get("bron") or data["bron"]))
        van = date.fromisoformat(ruw["van"])
        tot = date.fromisoformat(ruw["tot"]) if "tot" in ruw else date.max
        if tot < van:
            verslag.add("ZR-224", bestand, (*waar, "tot"), f"de periode eindigt ({tot}) voordat zij begint ({van})")
        eigen = _waarden(ruw.get("waarden", {}), soort, (*waar, "waarden"), bestand, verslag)
        if ruw.get("bestaat", True):
            yield Periode(van, tot, {"bestaat": True, "naam": p["naam"], **vast, **eigen}, bron)
        else:
            yield Periode(van, tot, {"bestaat": False, "naam": p["naam"]}, bron)


def _waarden(ruw: Mapping[str, Data], soort: Feitsoort, pad: Pad, bestand: str, verslag: Verslag) -> dict[str, Scalar]:
    waarden: dict[str, Scalar] = {}
    for naam, waarde in ruw.items():
        veld = soort.velden.get(naam)
        if veld is None or not veld.afgeleid or naam in {"bestaat", "naam"}:
            verslag.add(
                "ZR-310",
                bestand,
                (*pad, naam, "#sleutel"),
                f"onbekende kolom `{naam}`",
                suggest(naam, [v.naam for v in soort.velden.values() if v.afgeleid]),
            )
            continue
        try:
            waarden[naam] = None if waarde is None else make_parser(veld.type)(waarde)
        except OngeldigeWaarde as fout:
            tip = suggest(waarde, veld.type.keuzes) if isinstance(waarde, str) and veld.type.keuzes else ""
            verslag.add("ZR-212", bestand, (*pad, naam), str(fout), tip)
    return waarden


def _check_overlap(perioden: tuple[Periode, ...], code: str, pad: Pad, bestand: str, verslag: Verslag) -> None:
    genummerd = sorted(enumerate(perioden), key=lambda p: p[1].van)
    for (_, eerder), (nr, later) in pairwise(genummerd):
        if later.van <= eerder.tot:
            verslag.add(
                "ZR-309",
                bestand,
                (*pad, "perioden", nr, "van"),
                f"twee perioden van `{code}` gelden allebei op {later.van}",
                "Laat de eerste eerder eindigen, of de tweede later beginnen.",
            )


def _can_be_filled(soort: Feitsoort) -> bool:
    """Whether a feitsoort has the two fields that every catalogue fills."""
    nodig = {"bestaat": Soort.BOOLEAN, "naam": Soort.TEKST}
    velden = [soort.velden.get(n) for n in nodig]
    return all(v is not None and v.afgeleid and v.type.soort is nodig[v.naam] for v in velden)
