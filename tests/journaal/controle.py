"""Goes through a whole Journaal with hashlib and cryptography alone, and says which decisions it holds."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from zorgregels._journaal.journaal import Journaal
from zorgregels._journaal.vermelding import Rij


def check(journaal: Journaal) -> dict[int, str]:
    """Return the digest of every decision by its number, when everything that is stored agrees with everything else."""
    opslag = journaal.opslag
    with opslag.reading():
        stand = opslag.stand()
        rijen = list(opslag.rows(0, stand.omvang + 1000))
        hoofden = [json.loads(h) for h in opslag.hoofden()]
        tegels = opslag.tegels(10**6)
        stukken = opslag.stukken({r.delen[i : i + 16] for r in rijen for i in range(0, len(r.delen), 16)})
        # Gapless, nothing after the end, and the newest head is of this moment.
        assert [r.nr for r in rijen] == list(range(stand.omvang))
        assert [h["omvang"] for h in hoofden] == sorted({h["omvang"] for h in hoofden})
        assert hoofden[-1]["omvang"] == stand.omvang
        bij_omvang = {h["omvang"]: h for h in hoofden}
        knopen: list[tuple[int, bytes]] = []
        jaren: Counter[str] = Counter()
        gevonden: dict[int, str] = {}
        for rij in rijen:
            blad = json.loads(rij.blad)
            assert rfc8785.dumps(blad) == rij.blad
            if blad["soort"] == "beslissing":
                jaren[blad["peildatum"][:4]] += 1
                tekst = journaal.contents(rij, stukken).tekst
                assert tekst is not None
                gevonden[rij.nr] = "sha256:" + sha256(tekst).hexdigest()
            _add(knopen, sha256(b"\x00" + rij.blad).digest())
            if hoofd := bij_omvang.get(rij.nr + 1):
                _check_head(hoofd, journaal.log, knopen, jaren)
            if (rij.nr + 1) % 256 == 0:
                assert tegels[rij.nr // 256] == _tile(rijen[rij.nr - 255 : rij.nr + 1])
        assert len(tegels) == stand.omvang // 256
        assert stand.rand == b"".join(k for _, k in knopen)
        assert dict(stand.jaren) == dict(jaren)
    return gevonden


def _tile(rijen: list[Rij]) -> bytes:
    knopen: list[tuple[int, bytes]] = []
    for rij in rijen:
        _add(knopen, sha256(b"\x00" + rij.blad).digest())
    return _root(knopen)


def _add(knopen: list[tuple[int, bytes]], blad: bytes) -> None:
    knopen.append((0, blad))
    while len(knopen) > 1 and knopen[-1][0] == knopen[-2][0]:
        hoogte, rechts = knopen.pop()
        _, links = knopen.pop()
        knopen.append((hoogte + 1, sha256(b"\x01" + links + rechts).digest()))


def _root(knopen: list[tuple[int, bytes]]) -> bytes:
    wortel = knopen[-1][1]
    for _, knoop in reversed(knopen[:-1]):
        wortel = sha256(b"\x01" + knoop + wortel).digest()
    return wortel


def _check_head(hoofd: dict, log: str, knopen: list[tuple[int, bytes]], jaren: Counter[str]) -> None:
    assert hoofd["log"] == log
    assert hoofd["wortel"] == _root(knopen).hex()
    assert hoofd["jaren"] == dict(jaren)
    kaal = {k: v for k, v in hoofd.items() if k != "handtekening"}
    openbaar = Ed25519PublicKey.from_public_bytes(bytes.fromhex(hoofd["sleutel"]))
    openbaar.verify(bytes.fromhex(hoofd["handtekening"]), rfc8785.dumps(kaal))
