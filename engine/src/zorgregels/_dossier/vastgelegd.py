"""One record of a decision, taken apart: each fact and each part of the Beslissing with its salt and its commitment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final, Literal

from .._canon import Json
from .._journaal.inhoud import Inhoud, read_closed
from .._journaal.journaal import Journaal
from .._journaal.verbintenis import spell
from .._journaal.vermelding import DICHT, REF, ZOUT, Rij, commit_fact, commit_part, part_kinds

Data = Any
Waarom = Literal["achtergehouden", "gewist", "gesloten"]
_VERBINTENIS: Final = 32


@dataclass(frozen=True, slots=True)
class Item:
    """A fact or a part of the Beslissing. Without ``tekst`` and ``zout`` nobody can tell what it is."""

    verbintenis: bytes
    tekst: str | None = None
    """``"name":value``, or the JSON of the part; None where it is not to be seen, and then ``waarom`` says why."""
    zout: bytes = b""
    naam: str | None = None
    """Of a fact."""
    waarom: Waarom | None = None
    dicht: bool = False
    """Whether it is a part that was encrypted."""

    def withhold(self) -> Item:
        """Return the same without what it says."""
        return self if self.tekst is None else replace(self, tekst=None, zout=b"", waarom="achtergehouden")

    def to_dict(self) -> dict[str, Json]:
        """Return the form that goes into a dossier."""
        kaal: dict[str, Json] = {"verbintenis": self.verbintenis.hex()} | ({"dicht": True} if self.dicht else {})
        if self.tekst is not None:
            return kaal | {"tekst": self.tekst, "zout": self.zout.hex()}
        return kaal | {"waarom": self.waarom} | ({"naam": self.naam} if self.naam is not None else {})


@dataclass(frozen=True, slots=True)
class Vastgelegd:
    """A record of a decision. Its commitments, in this order, are what the leaf stands for."""

    nr: int
    blad: str
    open: tuple[Item, ...]
    """The facts that are not personal, by name."""
    persoonlijk: tuple[Item, ...]
    """Those that are."""
    delen: tuple[Item, ...]

    @property
    def feiten(self) -> tuple[Item, ...]:
        """All facts."""
        return self.open + self.persoonlijk


def read_record(journaal: Journaal, rij: Rij) -> Vastgelegd:
    """Return the record, decrypted where its key is at hand.

    Raises:
        JournaalError: it is not what was written.
    """
    inhoud = journaal.contents(rij)  # which holds all of it against the leaf
    open_feiten: dict[str, Json] = json.loads(rij.feiten)
    refs = [rij.delen[i : i + REF] for i in range(0, len(rij.delen), REF)]
    zouten, verhuld = _cut(rij.zouten, ZOUT), _cut(rij.verhuld, _VERBINTENIS)
    open_ = tuple(_fact(naam, open_feiten[naam], next(zouten)) for naam in sorted(open_feiten))
    dichte_feiten = len(rij.verhuld) // _VERBINTENIS - refs.count(DICHT)
    if inhoud.delen is None:
        waarom: Waarom = "gewist" if inhoud.gewist else "gesloten"
        bekend = journaal.opslag.stukken({r for r in refs if r != DICHT})
        persoonlijk = tuple(Item(next(verhuld), waarom=waarom) for _ in range(dichte_feiten))
        teksten = [bekend.get(ref) for ref in refs]
        delen = tuple(_parts(teksten, refs, zouten, verhuld, iter(()), waarom))
    else:
        feiten, dichte_zouten = _closed(journaal, rij, inhoud)
        persoonlijk = tuple(_fact(naam, feiten[naam], next(dichte_zouten)) for naam in sorted(feiten))
        delen = tuple(_parts(inhoud.delen, refs, zouten, verhuld, dichte_zouten, "gesloten"))
    return Vastgelegd(rij.nr, rij.blad.decode(), open_, persoonlijk, delen)


def _closed(journaal: Journaal, rij: Rij, inhoud: Inhoud) -> tuple[dict[str, Json], Iterator[bytes]]:
    """Return the facts that were encrypted, and the salts of those and of the encrypted parts."""
    if rij.gesloten is None:
        return {}, iter(())
    id_ = str(inhoud.blad["sleutel"])
    ingepakt = journaal.opslag.persoonssleutel(id_)
    assert ingepakt is not None  # its contents have just been read with it
    dicht = read_closed(rij, id_, ingepakt, journaal.keys())
    return dict(dicht.feiten), _cut(dicht.zouten, ZOUT)


def _fact(naam: str, waarde: Json, zout: bytes) -> Item:
    tekst = spell(naam, waarde)
    return Item(commit_fact(zout, tekst), tekst.decode(), zout, naam)


def _parts(
    teksten: Sequence[bytes | None],
    refs: Sequence[bytes],
    zouten: Iterator[bytes],
    verhuld: Iterator[bytes],
    dichte_zouten: Iterator[bytes],
    waarom: Waarom,
) -> Iterator[Item]:
    for soort, tekst, ref in zip(part_kinds(len(refs)), teksten, refs, strict=True):
        if tekst is None:
            yield Item(next(verhuld), waarom=waarom, dicht=True)
            continue
        zout = next(dichte_zouten if ref == DICHT else zouten)
        yield Item(commit_part(soort, zout, sha256(tekst).digest()), tekst.decode(), zout, dicht=ref == DICHT)


def _cut(ruw: bytes, lengte: int) -> Iterator[bytes]:
    return iter([ruw[i : i + lengte] for i in range(0, len(ruw), lengte)])
