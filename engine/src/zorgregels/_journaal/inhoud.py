"""What a record of a decision holds: the facts and the Beslissing, put together again from what is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from .._canon import Json, canonical
from .._lezen.meldingen import Melding
from ..errors import JournaalError
from .opslag import Opslag
from .personen import LENGTE, Opener
from .verbintenis import commit_closed, commit_open
from .vermelding import DICHT, REF, Rij, is_ref_of, part_kinds

Data = Any


@dataclass(frozen=True, slots=True)
class Dicht:
    """What was encrypted in a record."""

    feiten: Mapping[str, Json]
    delen: tuple[bytes, ...]
    zouten: bytes


@dataclass(frozen=True, slots=True)
class Inhoud:
    """What a record of a decision holds."""

    blad: Mapping[str, Any]
    feiten: Mapping[str, Json]
    """The facts that can be read, flat, spelled as in a Kwitantie."""
    delen: tuple[bytes, ...] | None
    """The parts of the Beslissing; None when something of it cannot be read."""
    gewist: bool
    """Whether that is because the key was destroyed."""

    @property
    def tekst(self) -> bytes | None:
        """The canonical JSON of the Beslissing; None when something of it cannot be read."""
        return None if self.delen is None else join(self.delen)


def join(delen: tuple[bytes, ...]) -> bytes:
    """Return the canonical JSON of a Beslissing from its kop, its steps and its slot."""
    return delen[0] if len(delen) == 1 else b"".join((delen[0], b",".join(delen[1:-1]), delen[-1]))


def read_contents(
    opslag: Opslag, sleutels: Opener | None, rij: Rij, stukken: Mapping[bytes, bytes] | None = None
) -> Inhoud:
    """Return what a record of a decision holds, as ``Journaal.contents``."""
    try:
        blad: Data = json.loads(rij.blad)
        feiten: dict[str, Json] = json.loads(rij.feiten)
        refs = [rij.delen[i : i + REF] for i in range(0, len(rij.delen), REF)]
    except ValueError:
        raise damaged(rij.nr, "de vermelding is niet te lezen") from None
    gevonden = stukken if stukken is not None else opslag.stukken({r for r in refs if r != DICHT})
    open_ = [None if ref == DICHT else _part(rij.nr, ref, gevonden) for ref in refs]
    if (
        canonical(feiten).encode() != rij.feiten
        or commit_open(feiten, open_, rij.zouten, rij.verhuld) != blad["verbintenis"]
    ):
        raise damaged(rij.nr, "de feiten of de beslissing zijn niet die waarvoor het blad instaat")
    if rij.gesloten is None:
        delen = tuple(d for d in open_ if d is not None)
        if len(delen) < len(open_):
            raise damaged(rij.nr, "een deel van de beslissing ontbreekt")
        return Inhoud(blad, feiten, delen, gewist=False)
    if "sha256:" + sha256(rij.gesloten).hexdigest() != blad["gesloten"]:
        raise damaged(rij.nr, "het versleutelde deel is veranderd")
    ingepakt = opslag.persoonssleutel(blad["sleutel"])
    if ingepakt is None or sleutels is None:
        return Inhoud(blad, feiten, None, gewist=ingepakt is None)
    dicht = read_closed(rij, blad["sleutel"], ingepakt, sleutels)
    plekken = [nr for nr, deel in enumerate(open_) if deel is None]
    soorten = part_kinds(len(open_))
    if len(plekken) != len(dicht.delen) or rij.verhuld != commit_closed(
        dicht.feiten, [(soorten[p], d) for p, d in zip(plekken, dicht.delen, strict=True)], dicht.zouten
    ):
        raise damaged(rij.nr, "wat versleuteld is, is niet waarvoor het blad instaat")
    vol = dict(enumerate(open_)) | dict(zip(plekken, dicht.delen, strict=True))
    return Inhoud(blad, {**feiten, **dicht.feiten}, tuple(d for d in vol.values() if d is not None), gewist=False)


def _part(nr: int, ref: bytes, stukken: Mapping[bytes, bytes]) -> bytes:
    deel = stukken.get(ref)
    if deel is None or not is_ref_of(ref, sha256(deel).digest()):
        raise damaged(nr, f"deel {ref.hex()} van de beslissing {'ontbreekt' if deel is None else 'is veranderd'}")
    return deel


def read_closed(rij: Rij, id_: str, ingepakt: bytes, sleutels: Opener) -> Dicht:
    """Return what was encrypted in a record, given the wrapped key of its person.

    Raises:
        JournaalError: it was altered, or it is another person's.
    """
    assert rij.gesloten is not None
    return decrypt(rij.nr, rij.gesloten, sleutels.unwrap(ingepakt, id_)[:LENGTE], id_)


def decrypt(nr: int, gesloten: bytes, sleutel: bytes, id_: str) -> Dicht:
    """Return what was encrypted under a person's key.

    Raises:
        JournaalError: it was altered, or it is another person's.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        kern, *delen = AESGCM(sleutel).decrypt(gesloten[:12], gesloten[12:], id_.encode()).split(b"\n")
        data: Data = json.loads(kern)
        return Dicht(data["feiten"], tuple(delen), bytes.fromhex(data["zouten"]))
    except (InvalidTag, KeyError, TypeError, ValueError):
        raise damaged(nr, "het versleutelde deel hoort niet bij zijn sleutel") from None


def damaged(nr: int, wat: str) -> JournaalError:
    """Return what to say of a record that is not what was written."""
    return JournaalError(
        [Melding("ZR-904", f"vermelding {nr}: {wat}", "Kijk het Journaal na met: zorgregels journaal verify")]
    )
