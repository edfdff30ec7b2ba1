"""An independent maker of logs and archives, written from the description of the format and not from the program.

It keeps everything in memory, uses no module of zorgregels and no module ``zipfile``, and stays as a reference: what it makes and what the
program makes must be judged alike.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import struct
import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

DICHT = bytes(16)


def sha(tekst: bytes) -> bytes:
    return hashlib.sha256(tekst).digest()


def merk(tekst: bytes) -> str:
    return "sha256:" + sha(tekst).hex()


def json_tekst(waarde: Any) -> bytes:
    return json.dumps(waarde, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sleutel(naam: str) -> Ed25519PrivateKey:
    """A key pair by name: the same in every run."""
    return Ed25519PrivateKey.from_private_bytes(sha(b"sleutel " + naam.encode()))


def openbaar(eigen: Ed25519PrivateKey) -> str:
    return eigen.public_key().public_bytes_raw().hex()


def teken(eigen: Ed25519PrivateKey, document: dict[str, Any]) -> dict[str, Any]:
    """The document with a signature over all its other members."""
    kaal = {k: v for k, v in document.items() if k != "handtekening"}
    return {**kaal, "handtekening": eigen.sign(json_tekst(kaal)).hex()}


def wortel(hashes: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, as it is defined."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha(b"")
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    return sha(b"\x01" + wortel(hashes[:k]) + wortel(hashes[k:]))


@dataclass
class Vermelding:
    """A record; the columns are empty where it is no decision."""

    blad: bytes
    feiten: dict[str, Any] = field(default_factory=dict)
    delen: list[bytes] = field(default_factory=list)
    zouten: bytes = b""
    verhuld: bytes = b""
    gesloten: bytes | None = None


class Log:
    """A log with its keys, documents and parts."""

    def __init__(self, naam: str = "log", *, zaad: int = 0) -> None:
        self.r = random.Random(f"{naam}/{zaad}")
        self.log = sha(f"{naam}/{zaad}".encode()).hex()[:32]
        self.eigen = [sleutel(f"{naam} 1")]
        self.vermeldingen: list[Vermelding] = []
        self.stukken: dict[bytes, bytes] = {}
        self.blokken: dict[str, tuple[str, bytes]] = {}
        self._ref: dict[bytes, bytes] = {}
        self._tijd = 0
        self._wissel: list[tuple[int, Ed25519PrivateKey]] = [(0, self.eigen[0])]
        self._blad("begin", log=self.log, sleutel=openbaar(self.eigen[0]))

    def _blad(self, soort: str, **leden: Any) -> Vermelding:
        self._tijd += 1
        tijd = f"2026-11-22T10:00:{self._tijd % 60:02}.{self._tijd:06}Z"
        v = Vermelding(json_tekst({"schema": "journaal/v1", "soort": soort, "tijd": tijd, **leden}))
        self.vermeldingen.append(v)
        return v

    def wissel(self) -> None:
        """Let the next key sign."""
        nr, oud, nieuw = len(self.vermeldingen), self.eigen[-1], sleutel(f"{self.log} {len(self.eigen) + 1}")
        self._tijd += 1
        tijd = f"2026-11-22T11:00:{self._tijd % 60:02}.{self._tijd:06}Z"
        verklaring = {"log": self.log, "nr": nr, "oud": openbaar(oud), "sleutel": openbaar(nieuw), "tijd": tijd}
        leden = {k: v for k, v in verklaring.items() if k not in {"log", "tijd"}}
        handtekening = oud.sign(json_tekst(verklaring)).hex()
        blad = {"schema": "journaal/v1", "soort": "sleutel", "tijd": tijd, "handtekening": handtekening, **leden}
        self.vermeldingen.append(Vermelding(json_tekst(blad)))
        self.eigen.append(nieuw)
        self._wissel.append((nr, nieuw))

    def wis(self, id_: str) -> None:
        """Say that the key of a person is destroyed."""
        self._blad("wissing", sleutel=id_)

    def bewaar(self, soort: str, data: Any) -> str:
        """Keep a document; return its digest."""
        tekst = json_tekst(data)
        self.blokken[merk(tekst)] = (soort, tekst)
        return merk(tekst)

    def wereld(self, versie: int) -> tuple[str, str]:
        """Keep a lading with what it names, and a herkomst; return their digests."""
        regelset = self.bewaar("regelset", {"regelset": "proef/tarieven", "versie": f"2025.{versie}", "regels": []})
        catalogus = self.bewaar("catalogus", {"catalogus": "proef/codes", "versie": str(versie), "prestaties": {}})
        feitsoort = self.bewaar("feitsoort", {"title": "declaratie", "x-aantal": "een", "properties": {}})
        id_r, id_c = f"proef/tarieven@2025.{versie}", f"proef/codes@{versie}"
        sector = {"sector": "proef", "titel": "Proef", "plugin": "proef", "distributie": "proef", "versie": "1"}
        sector |= {"feiten": [feitsoort], "catalogi": [[id_c, catalogus]], "regelsets": [[id_r, regelset]]}  # type: ignore[dict-item]
        lading = self.bewaar("lading", {"schema": "lading/v1", "sectoren": [sector], "vragen": []})
        herkomst = {"engine": "1", "inferentie": "compiled", "schemas": "v1", "taal": "v1", "plugins": []}
        herkomst |= {"regelsets": [[id_r, regelset, "geldend"]], "catalogi": [[id_c, catalogus]]}
        return lading, self.bewaar("herkomst", herkomst)

    def beslis(
        self,
        peildatum: str,
        feiten: dict[str, Any],
        delen: list[bytes],
        *,
        wereld: tuple[str, str],
        dichte_feiten: dict[str, Any] | None = None,
        dichte_delen: frozenset[int] = frozenset(),
    ) -> None:
        """Add a decision. What is closed is encrypted under nothing here: its bytes only stand for a ciphertext."""
        dichte_feiten = dichte_feiten or {}
        soorten = [b"k", *[b"s"] * (len(delen) - 2), b"t"][: len(delen)]
        zout = lambda: self.r.randbytes(16)  # noqa: E731
        open_zouten, dichte_zouten, verbintenissen, verhuld = b"", b"", [], b""
        for naam in sorted(feiten):
            z = zout()
            open_zouten += z
            verbintenissen.append(b"f" + sha(b"f" + z + json_tekst({naam: feiten[naam]})[1:-1]))
        for naam in sorted(dichte_feiten):
            z = zout()
            dichte_zouten += z
            verhuld += sha(b"f" + z + json_tekst({naam: dichte_feiten[naam]})[1:-1])
            verbintenissen.append(b"F" + verhuld[-32:])
        refs: list[bytes] = []
        nieuw = 0
        for nr, (soort, deel) in enumerate(zip(soorten, delen, strict=True)):
            z = zout()
            bindt = sha(soort + z + sha(deel))
            verbintenissen.append((soort.upper() if nr in dichte_delen else soort) + bindt)
            if nr in dichte_delen:
                dichte_zouten += z
                verhuld += bindt
                refs.append(DICHT)
            else:
                open_zouten += z
                if deel not in self._ref:
                    plek = len(self.vermeldingen).to_bytes(6, "big") + nieuw.to_bytes(2, "big")
                    self._ref[deel] = plek + sha(deel)[:8]
                    self.stukken[self._ref[deel]] = deel
                    nieuw += 1
                refs.append(self._ref[deel])
        gesloten = None
        if verhuld:
            gesloten = self.r.randbytes(12) + dichte_zouten + b"\n".join(delen[n] for n in sorted(dichte_delen))
        v = self._blad(
            "beslissing",
            bekend_op=None,
            concept=False,
            gesloten=None if gesloten is None else merk(gesloten),
            herkomst=wereld[1],
            lading=wereld[0],
            niet_bewaard=[],
            oordeel="toegestaan",
            peildatum=peildatum,
            sleutel=None if gesloten is None else self.r.randbytes(16).hex(),
            uitkomst="ja",
            verbintenis=merk(b"".join(verbintenissen)),
            vraag="declaratie",
        )
        v.feiten, v.delen, v.zouten, v.verhuld, v.gesloten = feiten, refs, open_zouten, verhuld, gesloten

    # -- what the log says -----------------------------------------------------------------------------------------

    def hashes(self) -> list[bytes]:
        return [sha(b"\x00" + v.blad) for v in self.vermeldingen]

    def bladen(self) -> list[dict[str, Any]]:
        return [json.loads(v.blad) for v in self.vermeldingen]

    def ondertekenaar(self, omvang: int) -> Ed25519PrivateKey:
        return next(s for nr, s in reversed(self._wissel) if nr < omvang)

    def hoofd(self, omvang: int | None = None) -> dict[str, Any]:
        """The signed head over the first ``omvang`` leaves."""
        omvang = len(self.vermeldingen) if omvang is None else omvang
        jaren = Counter(b["peildatum"][:4] for b in self.bladen()[:omvang] if b["soort"] == "beslissing")
        eigen = self.ondertekenaar(omvang)
        return teken(
            eigen,
            {
                "jaren": dict(jaren),
                "log": self.log,
                "omvang": omvang,
                "schema": "boomhoofd/v1",
                "sleutel": openbaar(eigen),
                "tijd": "2026-11-22T12:00:00.000000Z",
                "wortel": wortel(self.hashes()[:omvang]).hex(),
            },
        )

    def regels(self, jaar: int, omvang: int) -> list[dict[str, Any]]:
        """The lines of ``vermeldingen``."""
        uit: list[dict[str, Any]] = []
        for nr, (v, b) in enumerate(zip(self.vermeldingen[:omvang], self.bladen(), strict=False)):
            regel: dict[str, Any] = {"nr": nr, "blad": v.blad.decode()}
            if b["soort"] == "beslissing":
                if b["peildatum"][:4] != str(jaar):
                    continue
                regel |= {"feiten": v.feiten, "delen": [d.hex() for d in v.delen], "zouten": v.zouten.hex()}
                gesloten = None if v.gesloten is None else base64.b64encode(v.gesloten).decode()
                regel |= {"verhuld": v.verhuld.hex(), "gesloten": gesloten}
            uit.append(regel)
        return uit

    def leden(self, jaar: int, omvang: int | None = None, *, groep: int = 8) -> dict[str, bytes]:
        """The members of an archive, without the list of contents."""
        omvang = len(self.vermeldingen) if omvang is None else omvang
        regels = self.regels(jaar, omvang)
        keten = [
            {"nr": nr, "blad": self.vermeldingen[nr].blad.decode()}
            for nr, b in enumerate(self.bladen()[:omvang])
            if b["soort"] in {"begin", "sleutel"}
        ]
        leden = {
            "LEESMIJ.txt": b"Lees mij.\n",
            "verifier.py": b"# nakijken\n" * 20,
            "boomhoofd.json": json_tekst(self.hoofd(omvang)),
            "sleutelketen.jsonl": op_regels(keten),
            "bladhashes.bin": b"".join(self.hashes()[:omvang]),
        }
        for nr in range(0, len(regels), groep):
            leden[f"vermeldingen/{nr // groep:06}.jsonl"] = op_regels(regels[nr : nr + groep])
        refs = dict.fromkeys(ref for regel in regels for ref in regel.get("delen", ()) if ref != DICHT.hex())
        stukken = [{"ref": ref, "inhoud": self.stukken[bytes.fromhex(ref)].decode()} for ref in refs]
        for nr in range(0, len(stukken), groep):
            leden[f"stukken/{nr // groep:06}.jsonl"] = op_regels(stukken[nr : nr + groep])
        for digest in sorted(self.nodig(regels)):
            leden[f"blokken/{digest[7:]}.json"] = self.blokken[digest][1]
        return leden

    def nodig(self, regels: list[dict[str, Any]]) -> set[str]:
        """The documents that these records were decided with."""
        uit: set[str] = set()
        for blad in (json.loads(regel["blad"]) for regel in regels if "delen" in regel):
            lading = json.loads(self.blokken[blad["lading"]][1])
            uit |= {blad["lading"], blad["herkomst"]}
            for sector in lading["sectoren"]:
                uit |= {*sector["feiten"], *(d for _, d in sector["catalogi"]), *(d for _, d in sector["regelsets"])}
        return uit

    def archief(self, jaar: int, omvang: int | None = None) -> bytes:
        """An archive of a year, as bytes."""
        omvang = len(self.vermeldingen) if omvang is None else omvang
        return pak(self.leden(jaar, omvang), jaar, self.log, omvang, self.ondertekenaar(omvang))


def op_regels(regels: list[dict[str, Any]]) -> bytes:
    return b"".join(json_tekst(r) + b"\n" for r in regels)


def pak(
    leden: dict[str, bytes],
    jaar: int,
    log: str,
    omvang: int,
    eigen: Ed25519PrivateKey,
    *,
    zegel: Ed25519PrivateKey | None = None,
) -> bytes:
    """Pack members in a sealed container, signed with this key: the ZIP format by hand."""
    uit, centraal, lijst = bytearray(), bytearray(), []

    def add(naam: str, inhoud: bytes, over: str = "", *, kaal: bool = False) -> dict[str, Any]:
        pers = zlib.compressobj(6, zlib.DEFLATED, -15)
        ingepakt = inhoud if kaal else pers.compress(inhoud) + pers.flush()
        ruw = naam.encode()
        velden = struct.pack(
            "<HHHHHIIIHH",
            *(20, 0, 0 if kaal else 8, 0, 0x21, zlib.crc32(inhoud), len(ingepakt), len(inhoud), len(ruw), 0),
        )
        plaats = len(uit)
        uit.extend(b"PK\x03\x04" + velden + ruw + ingepakt)
        centraal.extend(b"PK\x01\x02\x14\x03" + velden + struct.pack("<HHHII", 0, 0, 0, 0o644 << 16, plaats) + ruw)
        return {
            "naam": naam,
            "plaats": plaats + 30 + len(ruw),
            "ingepakt": len(ingepakt),
            "grootte": len(inhoud),
            "deflate": not kaal,
            "ingepakt_sha256": sha(ingepakt).hex(),
            "sha256": sha(inhoud).hex(),
            "over": over,
        }

    for naam, inhoud in leden.items():
        meer: dict[str, Any] = {}
        if naam.startswith("vermeldingen/"):
            nrs = [d["nr"] for regel in inhoud.splitlines() if type(d := _read(regel)) is dict]
            meer = {"eerste": nrs[0], "laatste": nrs[-1]} if nrs else {"eerste": 0, "laatste": -1}
        over = f"vermeldingen {meer['eerste']} t/m {meer['laatste']}" if meer else ""
        lijst.append(add(naam, inhoud, over, kaal=naam == "bladhashes.bin") | meer)
    telling = Counter(naam.split("/")[0] for naam in leden if "/" in naam)
    regels = [r for n, t in leden.items() if n.startswith("vermeldingen/") for r in t.splitlines()]
    beslissingen = sum(b'"delen":[' in r for r in regels)
    inhoud = {
        "aantallen": {
            "andere": len(regels) - beslissingen,
            "beslissingen": beslissingen,
            "blokken": telling["blokken"],
            "stukken": sum(len(t.splitlines()) for n, t in leden.items() if n.startswith("stukken/")),
        },
        "gemaakt": "2026-11-22T13:00:00.000000Z",
        "jaar": jaar,
        "leden": lijst,
        "log": log,
        "omvang": omvang,
        "schema": "archief/v1",
    }
    tekst = json_tekst(inhoud)
    handtekening = json_tekst({"handtekening": eigen.sign(tekst).hex(), "sleutel": openbaar(eigen)})
    slot = [add("inhoud.json", tekst, kaal=True), add("inhoud.handtekening.json", handtekening, kaal=True)]
    begin = len(uit)
    uit.extend(centraal)
    aantal = len(leden) + 2
    eind = struct.pack("<HHHHII", 0, 0, aantal, aantal, len(centraal), begin)
    lengte = len(uit) + 4 + len(eind) + 2
    eigen = zegel or eigen

    def maak(administratie: bytes, alles: bytes) -> bytes:
        return json_tekst(
            teken(
                eigen,
                {
                    "administratie": administratie.hex(),
                    "bytes": lengte,
                    "leden": slot,
                    "schema": "archiefzegel/v1",
                    "sha256": alles.hex(),
                    "sleutel": openbaar(eigen),
                },
            )
        )

    uit.extend(b"PK\x05\x06" + eind + struct.pack("<H", len(maak(bytes(32), bytes(32)))))
    assert len(uit) == lengte
    rest, hier = b"", 0
    for lid in [*lijst, *slot]:
        rest += uit[hier : lid["plaats"]]
        hier = lid["plaats"] + lid["ingepakt"]
    return bytes(uit) + maak(sha(rest + uit[hier:]), sha(bytes(uit)))


def _read(regel: bytes) -> Any:
    try:
        return json.loads(regel)
    except ValueError:
        return None


def voorbeeld(aantal: int = 12, *, zaad: int = 0, naam: str = "log") -> Log:
    """A small log of two years with rotation, erasure, closed facts, an undated decision and two ladingen."""
    log = Log(naam, zaad=zaad)
    werelden = [log.wereld(1), log.wereld(2)]
    for nr in range(aantal):
        r = log.r
        jaar = 2025 if nr % 3 else 2024
        feiten: dict[str, Any] = {"zaak.peildatum": f"{jaar}-0{1 + nr % 9}-1{nr % 10}"}
        feiten |= {"declaratie.bedrag": f"{r.randrange(1, 90)}.{r.randrange(100):02}", "declaratie.naam": "één „twee”"}
        if nr % 2:
            feiten["kostenpost"] = [{"bedrag": "1.00", "soort": "a"}, {"bedrag": f"{nr}.00", "soort": None}]
        kop = json_tekst({"afgeleid": [], "motivering": []})[:-2]
        delen = [
            kop,
            *(json_tekst({"regel": f"r{r.randrange(5)}"}) for _ in range(r.randrange(4))),
            b'],"oordeel":"ja"}',
        ]
        dicht = nr % 4 == 1
        if nr == 7:
            delen, dicht = [b'{"afgeleid":[],"motivering":[]}'], False
        log.beslis(
            feiten["zaak.peildatum"],
            feiten,
            delen,
            wereld=werelden[nr * 2 // aantal],
            dichte_feiten={"patient.geboortedatum": "1950-01-02", "patient.postcode": "1234"} if dicht else None,
            dichte_delen=frozenset({0, len(delen) - 1}) if dicht else frozenset(),
        )
        if nr == aantal // 2:
            log.wissel()
        if nr == aantal * 3 // 4:
            log.wis(log.r.randbytes(16).hex())
    return log
