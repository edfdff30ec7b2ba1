"""Reads the norm registers of plugins, and says which norms nothing carries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .._lezen.meldingen import Pad, suggest
from .._taal.bron import Bron
from .._taal.feitsoort import Feitsoort
from .._taal.norm import Norm, Staat
from .._taal.verslag import Verslag
from .bundel import Bestand
from .casussen import Casus
from .document import read_document
from .lading import Sector

Data = Any


@dataclass(frozen=True, slots=True)
class Plaats:
    """Where a norm is registered."""

    bestand: str
    pad: Pad


Register = Mapping[str, tuple[Norm, Plaats]]


def read_register(sector: Sector, bestanden: Iterable[Bestand], verslag: Verslag) -> Register:
    """Return the norms of a sector by id; faults of form, and norms that nothing carries, go to ``verslag``."""
    register: dict[str, tuple[Norm, Plaats]] = {}
    for bestand in bestanden:
        data = read_document(bestand, "normen", verslag)
        for nr, ruw in enumerate(data["normen"] if data else ()):
            plaats = Plaats(bestand.naam, ("normen", nr))
            norm = _norm(ruw, data["bron"], sector.naam)
            if norm.id in register:
                verslag.add(
                    "ZR-314",
                    plaats.bestand,
                    (*plaats.pad, "id"),
                    f"norm `{norm.id}` staat er twee keer",
                    f"Zij staat ook in {register[norm.id][1].bestand}.",
                )
            register[norm.id] = (norm, plaats)
    if register:
        _check_rules(sector, register, verslag)
        for norm, plaats in register.values():
            _check_carried(norm, plaats, sector, verslag)
    return register


def check_cases(register: Register, casussen: Iterable[Casus], verslag: Verslag) -> None:
    """A casus takes what it expects from a norm: where norms are registered, that one is."""
    for casus in casussen if register else ():
        for nr, norm in enumerate(casus.normen):
            if norm not in register:
                verslag.add(
                    "ZR-315",
                    casus.bestand,
                    (*casus.pad, "normen", nr),
                    f"norm `{norm}` staat niet in het register, en casus {casus.id} noemt haar",
                    suggest(norm, register),
                )


def carriers(sector: Sector) -> dict[str, set[str]]:
    """Return the ids of the rules, in any version, that carry each norm; a date rule goes by its regelset."""
    per_norm: dict[str, set[str]] = {}
    for regelset in sector.regelsets:
        for regel in regelset.regels:
            for norm in regel.normen:
                per_norm.setdefault(norm, set()).add(regel.id)
        for norm in (n for d in regelset.datum.values() for r in d for n in r.normen):
            per_norm.setdefault(norm, set()).add(regelset.naam)
    return per_norm


def _norm(ruw: Data, bron: Mapping[str, str], sector: str) -> Norm:
    jaren = ruw["jaren"] if isinstance(ruw["jaren"], dict) else {}
    return Norm(
        ruw["id"],
        sector,
        ruw["norm"],
        Bron(**{**bron, **ruw.get("bron", {}), "plaats": ruw["plaats"]}),
        jaren.get("van"),
        jaren.get("tot"),
        Staat(ruw["staat"]),
        tuple(ruw.get("drager", ())),
        ruw.get("feit", ""),
        ruw.get("wie", ""),
        ruw.get("reden", ""),
    )


def _check_rules(sector: Sector, register: Register, verslag: Verslag) -> None:
    for norm, regels in sorted(carriers(sector).items()):
        if norm not in register:
            merk = sector.bundel.merk.naam
            verslag.add(
                "ZR-315",
                merk,
                (),
                f"norm `{norm}` staat niet in het register, en {', '.join(sorted(regels)[:3])} noemt haar",
                suggest(norm, register),
            )


def _check_carried(norm: Norm, plaats: Plaats, sector: Sector, verslag: Verslag) -> None:
    match norm.staat:
        case Staat.UITVOERBAAR:
            if norm.id not in carriers(sector):
                verslag.add(
                    "ZR-316",
                    plaats.bestand,
                    (*plaats.pad, "staat"),
                    f"norm `{norm.id}` is uitvoerbaar, maar geen regel noemt haar",
                    "Schrijf de regel, of zeg waarom zij niet uitvoerbaar is.",
                )
        case Staat.GEGEVEN:
            for nr, drager in enumerate(norm.drager):
                bekend = set(_carriable(sector))
                if drager not in bekend:
                    verslag.add(
                        "ZR-317",
                        plaats.bestand,
                        (*plaats.pad, "drager", nr),
                        f"`{drager}` bestaat niet",
                        suggest(drager, bekend),
                    )
        case Staat.OPEN_NORM:
            gegeven = set(_fields(sector.feitsoorten.values()))
            if norm.feit not in gegeven:
                verslag.add(
                    "ZR-317",
                    plaats.bestand,
                    (*plaats.pad, "feit"),
                    f"het feit `{norm.feit}` bestaat niet",
                    suggest(norm.feit, gegeven),
                )


def _carriable(sector: Sector) -> Iterator[str]:
    yield from _fields(sector.feitsoorten.values())
    yield from sector.feitsoorten
    yield from (c.naam for c in sector.catalogi)
    yield from {v for r in sector.regelsets for v in r.reikwijdte}
    yield from {r.naam for r in sector.regelsets}


def _fields(soorten: Iterable[Feitsoort]) -> Iterator[str]:
    return (f"{fs.naam}.{v}" for fs in soorten for v in fs.velden)
