"""A second start with the same files: what was found without faults is made again, without reading YAML or judging it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from .._taal.catalogi import parse_catalogus
from .._taal.catalogus import Catalogus
from .._taal.feitsoort import Feitsoort, parse_feitsoort
from .._taal.omgeving import Omgeving
from .._taal.regels import recall_regelset
from .._taal.verslag import Verslag
from .._taal.vlak import Regelplek, Vlak
from .._taal.vraag import Vraag
from .bundel import Bundel
from .geheugen import Geheugen
from .lading import Gelezen, Lading, Sector

Data = Any


def start(bundels: Sequence[Bundel], vragen: Mapping[str, Vraag], geheugen: Geheugen) -> Lading:
    """Return the sectors of these bundels, from memory where the very same files loaded without a fault before."""
    op_naam = sorted(bundels, key=lambda b: b.plugin)
    bron = _source(op_naam, vragen)
    bekend = geheugen.recall("lading", bron)
    if bekend is not None:
        try:
            return _revive(bekend, op_naam, vragen)
        except (AssertionError, AttributeError, KeyError, LookupError, RecursionError, TypeError, ValueError):
            pass  # not what was written: read the files
    from .sector import load_sectors  # reading YAML is not needed for what is known

    lading = load_sectors(op_naam, vragen, geheugen)
    if not lading.mislukt:
        geheugen.remember("lading", bron, [_preserve(s) for s in lading.sectoren])
    return lading


def _source(bundels: Sequence[Bundel], vragen: Mapping[str, Vraag]) -> bytes:
    """Everything that what is loaded depends on."""
    merk = sha256(repr(sorted(vragen.items())).encode())
    for bundel in bundels:
        for bestand in bundel.files:
            merk.update(f"\0{bundel.plugin}\0{bestand.naam}\0{len(bestand.inhoud)}\0".encode())
            merk.update(bestand.inhoud)
    return merk.digest()


def _preserve(sector: Sector) -> Data:
    """Rules that several years share are kept once."""
    nummers: dict[int, int] = {}
    regels: list[Data] = []
    vlakken = []
    for vlak in sector.gelezen.vlakken:
        merk = next(r.digest for r in sector.regelsets if r.id == vlak.id)
        eigen = []
        for plek in vlak.regels:
            if id(plek.data) not in nummers:
                nummers[id(plek.data)] = len(regels)
                regels.append(plek.data)
            eigen.append(nummers[id(plek.data)])
        vlakken.append({"bestand": vlak.bestand, "data": vlak.data, "regels": eigen, "merk": merk})
    return {
        "plugin": sector.bundel.plugin,
        "sector": sector.naam,
        "titel": sector.titel,
        "feiten": list(sector.gelezen.feiten),
        "catalogi": [list(c) for c in sector.gelezen.catalogi],
        "regels": regels,
        "vlakken": vlakken,
    }


def _revive(bekend: Data, bundels: Sequence[Bundel], vragen: Mapping[str, Vraag]) -> Lading:
    if [s["plugin"] for s in bekend] != [b.plugin for b in bundels]:
        raise ValueError(bekend)
    feitsoorten: dict[str, dict[str, Feitsoort]] = {
        s["sector"]: {f["title"]: parse_feitsoort(s["sector"], f) for f in s["feiten"]} for s in bekend
    }
    catalogi: dict[str, tuple[Catalogus, ...]] = {}
    for s in bekend:
        for bestand, data in s["catalogi"]:
            catalogus = parse_catalogus(data, feitsoorten[s["sector"]], bestand, Verslag())
            assert catalogus is not None
            catalogi[catalogus.naam] = (*catalogi.get(catalogus.naam, ()), catalogus)
    omgeving = Omgeving(feitsoorten, vragen, catalogi)
    sectoren = []
    for s, bundel in zip(bekend, bundels, strict=True):
        plekken = [Regelplek(r, "", ()) for r in s["regels"]]
        regelsets = [
            recall_regelset(
                Vlak(v["bestand"], v["data"], tuple(plekken[nr] for nr in v["regels"])), omgeving, v["merk"]
            )
            for v in s["vlakken"]
        ]
        eigen = tuple(c for versies in catalogi.values() for c in versies if c.naam.startswith(s["sector"] + "/"))
        op_id = tuple(sorted(regelsets, key=lambda r: r.id))
        sectoren.append(Sector(s["sector"], s["titel"], feitsoorten[s["sector"]], eigen, op_id, bundel, Gelezen()))
    return Lading(tuple(sectoren), omgeving, {})
