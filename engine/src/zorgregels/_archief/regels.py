"""How records and parts of Beslissingen are written in an archive, a line each, and read back."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from .._canon import canonical, canonical_text
from .._journaal.vermelding import DICHT, REF, Rij

Data = Any


def refs_of(rij: Rij) -> list[bytes]:
    """Return the references of all parts of a decision."""
    return [rij.delen[i : i + REF] for i in range(0, len(rij.delen), REF)]


def open_refs(rij: Rij) -> Iterator[bytes]:
    """Yield the references of the parts that are not encrypted."""
    return (ref for ref in refs_of(rij) if ref != DICHT)


def leaf_line(rij: Rij) -> bytes:
    """Return the line of a leaf that is no decision."""
    return b'{"blad":%b,"nr":%d}\n' % (_text(rij.blad), rij.nr)


def record_line(rij: Rij) -> bytes:
    """Return the line of a decision. The facts stand in it as they were kept: what is wrong with them must show."""
    gesloten = b"null" if rij.gesloten is None else b'"%b"' % base64.b64encode(rij.gesloten)
    return b'{"blad":%b,"delen":[%b],"feiten":%b,"gesloten":%b,"nr":%d,"verhuld":"%b","zouten":"%b"}\n' % (
        _text(rij.blad),
        b",".join(b'"%b"' % ref.hex().encode() for ref in refs_of(rij)),
        rij.feiten.replace(b"\n", b" "),
        gesloten,
        rij.nr,
        rij.verhuld.hex().encode(),
        rij.zouten.hex().encode(),
    )


def part_line(ref: bytes, deel: bytes) -> bytes:
    """Return the line of a part."""
    return b'{"inhoud":%b,"ref":"%b"}\n' % (_text(deel), ref.hex().encode())


def read_record(regel: bytes) -> Rij:
    """Return the record that a line spells; ValueError, KeyError or TypeError where it spells none."""
    d: Data = json.loads(regel)
    blad = d["blad"].encode()
    if "delen" not in d:
        return Rij(int(d["nr"]), blad)
    return Rij(
        int(d["nr"]),
        blad,
        canonical(d["feiten"]).encode(),
        b"".join(bytes.fromhex(ref) for ref in d["delen"]),
        bytes.fromhex(d["zouten"]),
        bytes.fromhex(d["verhuld"]),
        None if d["gesloten"] is None else base64.b64decode(d["gesloten"], validate=True),
    )


def read_part(regel: bytes) -> tuple[bytes, bytes]:
    """Return reference and content of the part that a line spells; ValueError, KeyError or TypeError where it spells none."""
    d: Data = json.loads(regel)
    return bytes.fromhex(d["ref"]), d["inhoud"].encode()


def _text(ruw: bytes) -> bytes:
    return canonical_text(ruw.decode()).encode()
