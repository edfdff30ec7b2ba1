"""The format as docs/journaal.md tells it: a Journaal read and checked by that page alone."""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from zorgregels import Engine
from zorgregels._journaal.journaal import Journaal

Data = Any
WIE, GEWIST = "999990019", "999990020"
CONSULT = {
    "vraag": "declaratie",
    "peildatum": "2023-05-10",
    "feiten": {"declaratie": {"prestatiecode": "12011", "bedrag": "11.52", "duur_minuten": 12}},
}
INSCHRIJVING = {
    "vraag": "declaratie",
    "peildatum": "2020-04-01",
    "feiten": {
        "declaratie": {"prestatiecode": "11000", "bedrag": "16.54"},
        "inschrijving": {"op_eerste_dag_kwartaal": True, "leeftijd": 64, "opslagwijk": False},
    },
}


def sha(*delen: bytes) -> bytes:
    return hashlib.sha256(b"".join(delen)).digest()


def canonical(waarde: Data) -> bytes:
    return json.dumps(waarde, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def pieces(ruw: bytes, lengte: int) -> list[bytes]:
    assert len(ruw) % lengte == 0
    return [ruw[i : i + lengte] for i in range(0, len(ruw), lengte)]


def root(hashes: list[bytes]) -> bytes:
    if len(hashes) < 2:
        return hashes[0] if hashes else sha()
    helft = 1
    while helft * 2 < len(hashes):
        helft *= 2
    return sha(b"\x01", root(hashes[:helft]), root(hashes[helft:]))


def signed(sleutel: str, handtekening: str, waarde: Data) -> None:
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(sleutel)).verify(bytes.fromhex(handtekening), canonical(waarde))


@pytest.fixture(scope="module")
def map_(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Journaal with every kind of leaf and more than one tile."""
    pad = tmp_path_factory.mktemp("vorm")
    with Journaal.create(pad / "j.db") as journaal:
        with Engine(plugins={"huisarts"}, journaal=journaal) as engine:
            digests = [engine.decide(INSCHRIJVING, betrokkene=WIE), engine.decide(CONSULT, betrokkene=WIE)]
            digests += list(engine.decide_many([CONSULT] * 600))  # type: ignore[misc]
            digests.append(engine.decide(INSCHRIJVING, betrokkene=GEWIST))
            digests.append(engine.decide(INSCHRIJVING))
            journaal.rotate()
            digests.append(engine.decide(CONSULT))
        sleutel = journaal.person(GEWIST)
        assert sleutel is not None
        journaal.erase(sleutel)
    (pad / "digests.json").write_text(json.dumps({b.journaal.nr: b.digest for b in digests if b.journaal}))
    return pad


@pytest.fixture
def ask(map_: Path) -> Callable[..., list[Data]]:
    def run(vraag: str, *waarden: object) -> list[Data]:
        with closing(sqlite3.connect(f"file:{map_ / 'j.db'}?mode=ro", uri=True)) as db:
            return db.execute(vraag, waarden).fetchall()

    return run


def test_the_log_its_keys_and_its_heads(ask) -> None:
    assert ask("PRAGMA application_id") == [(0x5A4F5247,)]
    assert ask("PRAGMA user_version") == [(1,)]
    ruw = ask("SELECT nr, blad FROM vermelding ORDER BY nr")
    assert [nr for nr, _ in ruw] == list(range(len(ruw)))
    bladen = [json.loads(b) for _, b in ruw]
    assert [canonical(b) for b in bladen] == [b for _, b in ruw]
    assert bladen[0]["soort"] == "begin"
    hashes = [sha(b"\x00", b) for _, b in ruw]
    sleutels = [(0, bladen[0]["sleutel"])]
    for nr, b in enumerate(bladen):
        if b["soort"] == "sleutel":
            assert (b["nr"], b["oud"]) == (nr, sleutels[-1][1])
            leden = {k: b[k] for k in ("nr", "oud", "sleutel", "tijd")}
            signed(b["oud"], b["handtekening"], {**leden, "log": bladen[0]["log"]})
            sleutels.append((nr, b["sleutel"]))
    assert len(sleutels) == 2
    hoofden = [json.loads(t) for (t,) in ask("SELECT tekst FROM boomhoofd ORDER BY omvang")]
    assert hoofden[-1]["omvang"] == len(ruw)
    for h in hoofden:
        n = h["omvang"]
        assert h["wortel"] == root(hashes[:n]).hex()
        assert h["sleutel"] == [s for nr, s in sleutels if nr < n][-1]
        jaren = [b["peildatum"][:4] for b in bladen[:n] if b["soort"] == "beslissing"]
        assert h["jaren"] == {j: jaren.count(j) for j in jaren}
        signed(h["sleutel"], h["handtekening"], {k: w for k, w in h.items() if k != "handtekening"})
    tegels = [w for (w,) in ask("SELECT wortel FROM tegel ORDER BY nr")]
    assert tegels == [root(hashes[i : i + 256]) for i in range(0, len(hashes) - 255, 256)]
    ((omvang, rand, jaren),) = ask("SELECT omvang, rand, jaren FROM stand")
    assert (omvang, json.loads(jaren)) == (len(ruw), hoofden[-1]["jaren"])
    van, bomen = 0, []
    for macht in range(omvang.bit_length() - 1, -1, -1):
        if omvang >> macht & 1:
            bomen.append(root(hashes[van : van + (1 << macht)]))
            van += 1 << macht
    assert pieces(rand, 32) == bomen


def _key(ask, map_: Path, id_: str) -> bytes | None:
    geheim = json.loads((map_ / "j.db.sleutels/geheim.json").read_text())
    rij = ask("SELECT persoon, sleutel FROM persoonssleutel WHERE id = ?", id_)
    if not rij:
        return None
    ((persoon, ingepakt),) = rij
    kern = AESGCM(bytes.fromhex(geheim["meester"])).decrypt(ingepakt[:12], ingepakt[12:], id_.encode())
    assert kern[32:] == (persoon or b"")
    if persoon is not None:
        assert persoon == hmac.digest(bytes.fromhex(geheim["pseudoniem"]), WIE.encode(), "sha256")
    return kern[:32]


def _decision(ask, map_: Path, rij: tuple[Data, ...]) -> tuple[bytes | None, dict[str, Data]]:
    """The canonical JSON of the Beslissing, None where its key is gone, and the facts: all held against the leaf."""
    nr, ruw, feiten, delen, zouten, verhuld, gesloten = rij
    blad, open_feiten = json.loads(ruw), json.loads(feiten)
    refs = pieces(delen, 16)
    soorten = ["k"] if len(refs) == 1 else ["k", *"s" * (len(refs) - 2), "t"]
    parts: list[bytes | None] = []
    for ref in refs:
        if ref == bytes(16):
            parts.append(None)
            continue
        ((pak,),) = ask("SELECT inhoud FROM stuk WHERE merk = ?", ref[:6])
        assert int.from_bytes(ref[:6], "big") <= nr
        parts.append(pak.split(b"\n")[int.from_bytes(ref[6:8], "big")])
        assert sha(parts[-1] or b"")[:8] == ref[8:]
    zout = iter(pieces(zouten, 16))
    dicht = pieces(verhuld, 32)
    dichte_feiten = dicht[: len(dicht) - parts.count(None)]
    dichte_delen = iter(dicht[len(dichte_feiten) :])
    alle = [b"f" + sha(b"f", next(zout), canonical({n: w})[1:-1]) for n, w in sorted(open_feiten.items())]
    alle += [b"F" + v for v in dichte_feiten]
    alle += [
        s.upper().encode() + next(dichte_delen) if p is None else s.encode() + sha(s.encode(), next(zout), sha(p))
        for s, p in zip(soorten, parts, strict=True)
    ]
    assert next(zout, None) is None
    assert blad["verbintenis"] == "sha256:" + sha(*alle).hex()
    if gesloten is None:
        assert blad["gesloten"] is None
        assert not verhuld
    else:
        assert blad["gesloten"] == "sha256:" + sha(gesloten).hex()
        sleutel = _key(ask, map_, blad["sleutel"])
        if sleutel is None:
            return None, open_feiten
        kern, *dichte = AESGCM(sleutel).decrypt(gesloten[:12], gesloten[12:], blad["sleutel"].encode()).split(b"\n")
        inhoud = json.loads(kern)
        zout = iter(pieces(bytes.fromhex(inhoud["zouten"]), 16))
        over = [sha(b"f", next(zout), canonical({n: w})[1:-1]) for n, w in sorted(inhoud["feiten"].items())]
        rest = iter(dichte)
        for plek, (s, p) in enumerate(zip(soorten, parts, strict=True)):
            if p is None:
                parts[plek] = deel = next(rest)
                over.append(sha(s.encode(), next(zout), sha(deel)))
        assert over == dicht
        open_feiten |= inhoud["feiten"]
    kop, *stappen = [p for p in parts if p is not None]
    slot = stappen.pop() if stappen else b""
    return kop + b",".join(stappen) + slot, open_feiten


def test_every_decision_with_its_facts(ask, map_: Path) -> None:
    digests = json.loads((map_ / "digests.json").read_text())
    gezien, gewist = 0, 0
    for rij in ask("SELECT nr, blad, feiten, delen, zouten, verhuld, gesloten FROM vermelding ORDER BY nr"):
        if str(rij[0]) not in digests:
            assert rij[2:] == (b"", b"", b"", b"", None)
            continue
        gezien += 1
        tekst, feiten = _decision(ask, map_, rij)
        if tekst is None:
            gewist += 1
            assert not {"inschrijving.leeftijd", "inschrijving.opslagwijk"} & feiten.keys()
            continue
        assert "sha256:" + sha(tekst).hex() == digests[str(rij[0])]
        verwacht = CONSULT if "declaratie.duur_minuten" in feiten else INSCHRIJVING
        assert feiten["zaak.peildatum"] == verwacht["peildatum"]
        assert feiten["declaratie.bedrag"] == verwacht["feiten"]["declaratie"]["bedrag"]
        assert json.loads(rij[1])["oordeel"] == json.loads(tekst)["oordeel"]
    assert (gezien, gewist) == (len(digests), 1) == (605, 1)


def test_every_document(ask) -> None:
    blokken = {m.hex(): (s, zlib.decompress(i)) for m, s, i in ask("SELECT merk, soort, inhoud FROM blok")}
    for merk, (_, tekst) in blokken.items():
        assert sha(tekst).hex() == merk
        assert canonical(json.loads(tekst)) == tekst
    for (ruw,) in ask("SELECT blad FROM vermelding"):
        blad = json.loads(ruw)
        if blad["soort"] != "beslissing":
            continue
        lading, herkomst = (blokken[blad[n][7:]] for n in ("lading", "herkomst"))
        assert (lading[0], herkomst[0]) == ("lading", "herkomst")
        for sector in json.loads(lading[1])["sectoren"]:
            for soort, merken in (
                ("feitsoort", sector["feiten"]),
                ("catalogus", [m for _, m in sector["catalogi"]]),
                ("regelset", [m for _, m in sector["regelsets"]]),
            ):
                assert all(blokken[m[7:]][0] == soort for m in merken)
        regelsets = json.loads(herkomst[1])["regelsets"]
        assert regelsets
        assert all(blokken[r["digest"][7:]][0] == "regelset" for r in regelsets)
