"""Everything that was loaded, as documents by digest: described once, and made again years later from the documents alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from .._canon import Json, canonical, digest
from .._lezen.meldingen import Melding
from .._taal.catalogi import parse_catalogus
from .._taal.catalogus import Catalogus
from .._taal.feitsoort import Feitsoort, parse_feitsoort
from .._taal.omgeving import Omgeving
from .._taal.regels import recall_regelset
from .._taal.regelset import Regelset
from .._taal.verslag import Verslag
from .._taal.vlak import Regelplek, Vlak
from .._taal.vraag import Vraag
from ..errors import JournaalError
from .bundel import Bestand, Bundel
from .document import read_document
from .lading import Gelezen, Lading, Sector

Data = Any
Blokken = Callable[[bytes], bytes | None]
"""Gives a document by its SHA-256."""
SCHEMA: Final = "lading/v1"


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is kept: what it is, and its canonical JSON."""

    soort: str
    tekst: bytes


@dataclass(frozen=True, slots=True)
class Wereld:
    """A Lading as documents."""

    manifest: str
    """Which documents, canonical JSON."""
    lading: Lading

    def documents(self) -> Iterator[Document]:
        """Yield every document that the manifest names."""
        for sector in self.lading.sectoren:
            yield from (Document("feitsoort", d) for d in _feiten(sector))
            for bestand in sector.bundel.catalogi:
                data = read_document(bestand, "catalogus", Verslag())
                yield Document("catalogus", canonical(data).encode())
            yield from (Document("regelset", r.document.encode()) for r in sector.regelsets)


def describe_lading(lading: Lading) -> Wereld:
    """Return a Lading as documents; they are written out when they are asked for."""
    sectoren: list[Json] = [
        {
            "sector": s.naam,
            "titel": s.titel,
            "plugin": s.bundel.plugin,
            "distributie": s.bundel.distributie,
            "versie": s.bundel.versie,
            "feiten": [digest(d) for d in _feiten(s)],
            "catalogi": [[c.id, c.digest] for c in sorted(s.catalogi, key=lambda c: c.id)],
            "regelsets": [[r.id, r.digest] for r in s.regelsets],
        }
        for s in lading.sectoren
    ]
    vragen: list[Json] = [
        {
            "naam": v.naam,
            "titel": v.titel,
            "ja": v.ja,
            "nee": v.nee,
            "onbekend": v.onbekend,
            "routes": v.routes,
        }
        for _, v in sorted(lading.omgeving.vragen.items())
    ]
    return Wereld(canonical({"schema": SCHEMA, "sectoren": sectoren, "vragen": vragen}), lading)


def _feiten(sector: Sector) -> list[bytes]:
    return [canonical(read_document(b, "feit", Verslag())).encode() for b in sector.bundel.feiten]


def named_documents(manifest: Data) -> Iterator[tuple[str, str]]:
    """Yield what each document is that a manifest names, and its digest."""
    for s in manifest["sectoren"]:
        yield from ((f"een feitsoort van {s['sector']}", merk) for merk in s["feiten"])
        yield from ((f"catalogus {id_}", merk) for id_, merk in s["catalogi"])
        yield from ((f"regelset {id_}", merk) for id_, merk in s["regelsets"])


def revive_lading(manifest: bytes, blokken: Blokken) -> Lading:
    """Return the Lading that a manifest describes; nothing that is installed has any part in it.

    Raises:
        JournaalError: a document is not there, or is not what its digest says; every such is named.
    """
    m = json.loads(manifest)
    fouten: list[Melding] = []
    documenten: dict[str, Data] = {}
    for naam, merk in named_documents(m):
        tekst = blokken(bytes.fromhex(merk.removeprefix("sha256:")))
        if tekst is None or digest(tekst) != merk:
            wat = "ontbreekt" if tekst is None else "is veranderd of beschadigd"
            hulp = "Zet een onbeschadigd Journaal of archief terug."
            fouten.append(Melding("ZR-906", f"{naam} ({merk[:19]}…) {wat}", hulp))
        else:
            documenten[merk] = json.loads(tekst)
    if fouten:
        raise JournaalError(fouten)
    vragen = {v["naam"]: Vraag(**v) for v in m["vragen"]}
    feitsoorten = {
        s["sector"]: {f["title"]: parse_feitsoort(s["sector"], f) for f in map(documenten.__getitem__, s["feiten"])}
        for s in m["sectoren"]
    }
    catalogi = {
        s["sector"]: _catalogi([documenten[merk] for _, merk in s["catalogi"]], feitsoorten[s["sector"]])
        for s in m["sectoren"]
    }
    per_naam: dict[str, tuple[Catalogus, ...]] = {}
    for c in (c for alle in catalogi.values() for c in alle):
        per_naam[c.naam] = (*per_naam.get(c.naam, ()), c)
    omgeving = Omgeving(feitsoorten, vragen, per_naam)
    sectoren = tuple(
        Sector(
            s["sector"],
            s["titel"],
            feitsoorten[s["sector"]],
            catalogi[s["sector"]],
            tuple(_regelset(documenten[merk], omgeving, merk) for _, merk in s["regelsets"]),
            Bundel(s["plugin"], Bestand("", b""), (), (), (), distributie=s["distributie"], versie=s["versie"]),
            Gelezen(),
        )
        for s in m["sectoren"]
    )
    return Lading(sectoren, omgeving, {})


def _catalogi(documenten: list[Data], feitsoorten: dict[str, Feitsoort]) -> tuple[Catalogus, ...]:
    gelezen = (parse_catalogus(d, feitsoorten, d["catalogus"], Verslag()) for d in documenten)
    return tuple(c for c in gelezen if c is not None)


def _regelset(document: Data, omgeving: Omgeving, merk: str) -> Regelset:
    kop = {k: w for k, w in document.items() if k != "regels"}
    regels = tuple(Regelplek(r, kop["regelset"], ("regels", nr)) for nr, r in enumerate(document["regels"]))
    return recall_regelset(Vlak(kop["regelset"], kop, regels), omgeving, merk)
