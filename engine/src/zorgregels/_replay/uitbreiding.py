"""The world of a record with something added to it: a manifest, and where the documents are that it names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from .._canon import Json, canonical, digest
from .._laden.samenhang import check_names, check_precedence, check_versions
from .._laden.wereld import Blokken
from .._taal.catalogi import parse_catalogus
from .._taal.catalogus import Catalogus
from .._taal.feitsoort import parse_feitsoort
from .._taal.omgeving import Omgeving
from .._taal.regels import parse_regelset
from .._taal.verslag import Verslag
from .._taal.vlak import Vlak, flat, flatten
from .._taal.vraag import Vraag
from ..errors import RegelsetError
from .toevoeging import Soort, Toevoeging

Data = Any


def extend(manifest: bytes, blokken: Blokken, met: Toevoeging) -> tuple[bytes, Blokken]:
    """Return the manifest of a Lading with documents added to it, and where its documents are then.

    A document of a sector that the Lading does not have, and that is not added as a whole, has no part in it.

    Raises:
        RegelsetError: what is added does not fit what was loaded then; every fault is named.
        LookupError: a document of the Lading itself is not there.
    """
    bouwsel = _Bouwsel(json.loads(manifest), blokken, met)
    bouwsel.add()
    bouwsel.check()
    return bouwsel.text(), bouwsel.find


def sectors_of(manifest: bytes) -> set[str]:
    """Return the sectors of a Lading."""
    return {s["sector"] for s in json.loads(manifest)["sectoren"]}


class _Bouwsel:
    """A manifest that grows."""

    def __init__(self, manifest: Data, blokken: Blokken, met: Toevoeging) -> None:
        self._manifest = manifest
        self._blokken = blokken
        self._met = met
        self._erbij: dict[bytes, bytes] = {}
        self._sectoren: dict[str, Data] = {s["sector"]: dict(s) for s in manifest["sectoren"]}
        for kop in met.sectoren:
            self._sectoren.setdefault(
                kop.sector, _empty_sector(kop.sector, kop.titel, kop.plugin, kop.distributie, kop.versie)
            )
        vragen = {v["naam"]: v for v in (*manifest["vragen"], *map(json.loads, met.vragen))}
        self._vragen = [vragen[n] for n in sorted(vragen)]
        self._vlakken: dict[str, Mapping[str, Vlak]] = {}
        """The flat regelsets of each sector to which some are added."""
        self._verslag = Verslag({s.plek: s.bron for s in met.stukken if s.bron})

    def find(self, merk: bytes) -> bytes | None:
        """Return a document."""
        return self._erbij.get(merk) or self._blokken(merk)

    def text(self) -> bytes:
        """Return the manifest."""
        sectoren = sorted(self._sectoren.values(), key=lambda s: (s["plugin"], s["sector"]))
        return canonical({**self._manifest, "sectoren": sectoren, "vragen": self._vragen}).encode()

    def add(self) -> None:
        """Put everything in."""
        for naam, sector in sorted(self._sectoren.items()):
            nieuw = {s.naam: self._put(s.tekst) for s in self._met.of(naam, "feiten")}
            if nieuw:
                titels = {self._load(merk)["title"]: merk for merk in sector["feiten"]}
                sector["feiten"] = [merk for _, merk in sorted({**titels, **nieuw}.items())]
            self._list(sector, "catalogi", {s.naam: s.tekst for s in self._met.of(naam, "catalogi")})
            self._list(sector, "regelsets", dict(self._flat(naam, sector)))

    def _list(self, sector: Data, soort: Soort, teksten: Mapping[str, str]) -> None:
        if teksten:
            alle = dict(sector[soort]) | {id_: self._put(tekst) for id_, tekst in teksten.items()}
            sector[soort] = [[id_, merk] for id_, merk in sorted(alle.items())]

    def _flat(self, naam: str, sector: Data) -> Iterator[tuple[str, str]]:
        """Write out what a regelset takes over from the one that it builds on: another that is added, or one that was loaded."""
        eigen = {s.naam: s for s in self._met.of(naam, "regelsets")}
        if not eigen:
            return
        documenten = {f"{id_} (vastgelegd)": self._load(merk) for id_, merk in sector["regelsets"] if id_ not in eigen}
        documenten |= {s.plek: json.loads(s.tekst) for s in eigen.values()}
        self._vlakken[naam] = flatten(documenten, self._verslag)
        self._stop()
        for id_ in eigen:
            yield id_, canonical(flat(self._vlakken[naam][id_]))

    def check(self) -> None:
        """Hold what is added against what it comes among, as loading would: a fault must not vanish without a word."""
        feitsoorten = {
            naam: {f.naam: f for f in (parse_feitsoort(naam, self._load(d)) for d in s["feiten"])}
            for naam, s in self._sectoren.items()
        }
        catalogi: dict[str, tuple[Catalogus, ...]] = {}
        plekken = {s.naam: s.plek for s in self._met.stukken if s.soort == "catalogi"}
        for naam, s in self._sectoren.items():
            for id_, merk in s["catalogi"]:
                c = parse_catalogus(self._load(merk), feitsoorten[naam], plekken.get(id_, id_), self._verslag)
                if c is not None:
                    self._check_version(c, catalogi.get(c.naam, ()), plekken)
                    catalogi[c.naam] = (*catalogi.get(c.naam, ()), c)
        omgeving = Omgeving(feitsoorten, {v["naam"]: Vraag(**v) for v in self._vragen}, catalogi)
        for vlakken in self._vlakken.values():
            paren = [(v, r) for v in vlakken.values() if (r := parse_regelset(v, omgeving, self._verslag)) is not None]
            check_versions(paren, self._verslag)
            check_names(paren, self._verslag)
            check_precedence(vlakken.values(), self._verslag)
        self._stop()

    def _check_version(self, deze: Catalogus, eerder: Sequence[Catalogus], plekken: Mapping[str, str]) -> None:
        """Of a catalogue the version that was known last counts: that must be one, and it must be about the same."""
        for c in eerder:
            bestand = plekken.get(deze.id) or plekken.get(c.id)
            if bestand is None:
                continue
            if c.feitsoort != deze.feitsoort:
                tekst = f"`{deze.id}` vult feitsoort `{deze.feitsoort}`, en `{c.id}` vult `{c.feitsoort}`"
                hulp = "Alle versies van een catalogus vullen dezelfde feitsoort."
                self._verslag.add("ZR-312", bestand, ("feitsoort",), tekst, hulp)
            elif c.bekend == deze.bekend:
                tekst = f"`{deze.id}` en `{c.id}` zijn even lang bekend, zodat niet te zeggen is welke telt"
                self._verslag.add("ZR-307", bestand, ("bekend",), tekst, "Geef de correctie een latere datum `bekend`.")

    def _stop(self) -> None:
        if self._verslag.meldingen:
            raise RegelsetError(self._verslag.located())

    def _put(self, tekst: str) -> str:
        self._erbij[sha256(tekst.encode()).digest()] = tekst.encode()
        return digest(tekst)

    def _load(self, merk: str) -> Data:
        tekst = self.find(bytes.fromhex(merk.removeprefix("sha256:")))
        if tekst is None or digest(tekst) != merk:
            raise LookupError(merk)
        return json.loads(tekst)


def _empty_sector(sector: str, titel: str, plugin: str, distributie: str, versie: str) -> dict[str, Json]:
    kop: dict[str, Json] = {
        "sector": sector,
        "titel": titel,
        "plugin": plugin,
        "distributie": distributie,
        "versie": versie,
    }
    return {**kop, "feiten": [], "catalogi": [], "regelsets": []}
