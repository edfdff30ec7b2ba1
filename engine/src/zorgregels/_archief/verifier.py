"""Checks an archive of zorgregels. One file: only Python 3.11 or later and ``cryptography`` are needed; LEESMIJ.txt explains the format.

Trust nothing that is in the archive, its copy of this file included: take verifier.py and the first key of the log from elsewhere.
"""

from __future__ import annotations

import base64
import json
import mmap
import re
import sqlite3
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

Data = Any
GEBRUIK = "Gebruik: python verifier.py ARCHIEF [--sleutel HEX|BESTAND] [--hoofd BOOMHOOFD.json]… [--json]"
SLOT = ("inhoud.json", "inhoud.handtekening.json")
ROMP = {"delen", "feiten", "gesloten", "verhuld", "zouten"}
DICHT, GROOTST = "00" * 16, 1 << 28  # stands in the place of an encrypted part; bytes of a member in memory
FOUT = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError, EOFError, StopIteration)


def need(goed: object) -> None:
    """Raise where something is not as it must be."""
    if not goed:
        raise ValueError


def canonical(waarde: Data) -> bytes:
    """Return canonical JSON (RFC 8785; all keys are ASCII and all numbers whole)."""
    return json.dumps(waarde, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def parse(tekst: bytes) -> Data:
    """Return the object that canonical JSON spells."""
    waarde = json.loads(tekst)
    need(type(waarde) is dict and canonical(waarde) == tekst)
    return waarde


def check_signature(sleutel: str, bericht: Data, handtekening: str) -> None:
    """Check the Ed25519 signature of bytes, or of all other members of the document that it is in."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if isinstance(bericht, dict):
        bericht = canonical({k: w for k, w in bericht.items() if k != "handtekening"})
    need(bytes.fromhex(handtekening).hex() == handtekening)  # there is one way to write it
    with suppress(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(sleutel)).verify(bytes.fromhex(handtekening), bericht)
        return
    raise ValueError


class Archiefbestand:
    """The file: its seal, its list of contents, its members; and in them the log: its keys, leaf hashes and heads."""

    def __init__(self, pad: Path, meld: Callable[[str, str, str], None]) -> None:
        self.pad, self.meld, self.kapot = pad, meld, set[str]()  # meld takes kind, what it hit, what is wrong
        self.log, self.sleutels = "", dict[int, str]()  # a key by the leaf after which it counts
        self.hoofden = list[Data]()  # those over these leaves: name, head, other leaves and decisions met
        with pad.open("rb") as bestand:
            self.m = mmap.mmap(bestand.fileno(), 0, access=mmap.ACCESS_READ)
        self.zip, self.zegel, self.soort, self.teken = self._directory(), self._seal(), "lid", ""
        self.leden: Data = {lid["naam"]: lid for lid in self.zegel["leden"]} if self.zegel else self.zip
        inhoud, teken = (self.read(naam) for naam in SLOT)
        if not self.zegel:
            meld("zegel", "het zegel", "ontbreekt of is veranderd: of het bestand heel is, staat niet vast")
        with self.claim("handtekening", SLOT[0], f"is niet wat {SLOT[1]} tekent"):
            self.soort = "gevolg"  # if it is not: what inhoud.json says of others may be what was changed
            self.teken = parse(teken)["sleutel"]
            check_signature(self.teken, inhoud, parse(teken)["handtekening"])
            self.soort = "lid"
        self.inhoud = parse(inhoud)
        self.leden = {naam: self.leden[naam] for naam in SLOT} | {lid["naam"]: lid for lid in self.inhoud["leden"]}

    def _directory(self) -> Data:  # the members by the zip's own account, which is what other programs go by
        with suppress(*FOUT, zipfile.BadZipFile, OSError), zipfile.ZipFile(self.pad) as z:
            leden = [(i.filename, i.header_offset + 30 + len(i.filename), i.file_size) for i in z.infolist()]
            return {n: {"naam": n, "plaats": p, "ingepakt": g, "grootte": g, "over": ""} for n, p, g in leden}
        return {}

    def _seal(self) -> Data:  # the comment of the zip, which signs every byte before it
        begin = self.m.rfind(b'{"administratie":', max(0, len(self.m) - 0xFFFF))
        with suppress(*FOUT):
            zegel = parse(self.m[begin:] if begin > 0 else b"")
            check_signature(zegel["sleutel"], zegel, zegel["handtekening"])
            return zegel if zegel["bytes"] == begin and zegel["schema"] == "archiefzegel/v1" else None
        return None

    @contextmanager
    def claim(self, soort: str, wat: str, anders: str) -> Iterator[None]:
        """Report this where what follows does not hold."""
        try:
            yield
        except FOUT:
            self.meld(soort, wat, anders)

    def _hit(self, naam: str) -> None:  # report, once, that a member is not what it must be
        if naam not in self.kapot:
            self.kapot.add(naam)
            self.meld(self.soort, naam, f"is veranderd of beschadigd {self.leden[naam]['over']}".strip())

    def check_file(self) -> None:
        """Report what was hit: which members, the administration of the zip, the file as a whole."""
        geheel, administratie, eind = sha256(), sha256(), 0
        slot = {"naam": "", "plaats": self.zegel["bytes"] if self.zegel else len(self.m), "ingepakt": 0}
        for lid in (*sorted(self.leden.values(), key=lambda lid: lid["plaats"]), slot):
            tussen, eigen = self._part(eind, lid["plaats"]), self._part(lid["plaats"], lid["plaats"] + lid["ingepakt"])
            eind = lid["plaats"] + lid["ingepakt"]
            administratie.update(tussen)
            geheel.update(tussen + eigen)
            if lid.get("ingepakt_sha256") not in (None, sha256(eigen).hexdigest()):
                self._hit(lid["naam"])
        for naam in sorted(self.zip.keys() ^ self.leden.keys() if self.zip else ()):
            self.meld("zip", naam, f"staat alleen in {'de zip' if naam in self.zip else SLOT[0]}")
        if self.zegel and administratie.hexdigest() != self.zegel["administratie"]:
            self.meld("zip", "de administratie van de zip", "is veranderd of beschadigd")
        if self.zegel and geheel.hexdigest() != self.zegel["sha256"]:
            self.meld("bestand", self.pad.name, "is veranderd nadat het is verzegeld")

    def _part(self, van: int, tot: int) -> bytes:  # bytes of the file; the system has its memory back at once
        stuk = self.m[van:tot]
        with suppress(AttributeError):  # not every system can be told
            self.m.madvise(mmap.MADV_DONTNEED)
        return stuk

    def read(self, naam: str) -> bytes:
        """Return the content of a member; report it when it is not what it must be."""
        lid = self.leden[naam]
        tekst = self._part(lid["plaats"], lid["plaats"] + lid["ingepakt"])
        with suppress(zlib.error):  # then it is not of the right size
            tekst = zlib.decompressobj(-15).decompress(tekst, GROOTST) if lid.get("deflate") else tekst
        if len(tekst) != lid["grootte"] or lid.get("sha256") not in (None, sha256(tekst).hexdigest()):
            self._hit(naam)
        return tekst

    def lines(self, begin: str) -> Iterator[tuple[str, Data]]:
        """Yield place and content of every line of the members of which the name begins so."""
        for naam in [n for n in self.leden if n.startswith(begin)]:
            for nr, regel in enumerate(self.read(naam).splitlines(), 1):
                d: Data = {}
                with self.claim("regel", f"{naam} regel {nr}", "is geen canonieke JSON"):
                    d = parse(regel)
                yield f"{naam} regel {nr}" + (f", vermelding {d['nr']}" if "nr" in d else ""), d

    def _root(self, van: int, tot: int) -> bytes:  # over these leaves (RFC 9162, 2.1.1)
        if tot - van > 1:
            midden = van + (1 << (tot - van - 1).bit_length() - 1)
            return sha256(b"\1" + self._root(van, midden) + self._root(midden, tot)).digest()
        hashes = self.leden["bladhashes.bin"]
        need(0 <= van < tot <= hashes["ingepakt"] // 32)
        plek = hashes["plaats"] + 32 * van
        return self.m[plek : plek + 32]

    def _check_leaf(self, nr: int, blad: str) -> Data:  # that the log has there
        need(type(nr) is int and self._root(nr, nr + 1) == sha256(b"\0" + blad.encode()).digest())
        return json.loads(blad)

    def key(self, omvang: int) -> str:
        """Return the key that was in force when the log had this size."""
        return self.sleutels[max(nr for nr in self.sleutels if nr < omvang)]

    def check_keys(self) -> None:
        """Follow the keys from the first: each next one is in the log and signed by the one before."""
        for plaats, d in self.lines("sleutelketen.jsonl"):
            with self.claim("sleutel", plaats, "staat niet in het log, of is niet door de vorige sleutel getekend"):
                nr, blad = d["nr"], self._check_leaf(d["nr"], d["blad"])
                need(blad["soort"] == ("sleutel" if self.sleutels else "begin"))
                if self.sleutels:
                    bericht = {"log": self.log, "oud": self.key(nr), **{k: blad[k] for k in ("nr", "sleutel", "tijd")}}
                    check_signature(self.key(nr), bericht, blad["handtekening"])
                self.sleutels[nr], self.log = blad["sleutel"], self.log or blad["log"]

    def check_head(self, naam: str, tekst: bytes) -> Data:
        """Return a head of this log, when it is one; report whether it is over the leaves that are here."""
        with self.claim("hoofd", naam, "is geen boomhoofd van dit log, of niet getekend met de sleutel die toen gold"):
            h = parse(tekst.strip())
            need(h["schema"] == "boomhoofd/v1" and h["log"] == self.log)
            check_signature(self.key(h["omvang"]), h, h["handtekening"])
            with self.claim("hoofd", naam, "is niet over deze bladeren: veranderd, afgekapt of een ander verloop"):
                need(h["wortel"] == self._root(0, h["omvang"]).hex())
                self.hoofden.append((naam, h, [0, 0]))
            return h
        return None

    def check_parts(self) -> None:
        """Check every part, and note its digest: in a temporary file, for there may be millions."""
        self.db = sqlite3.connect("")
        self.db.execute("CREATE TABLE stuk (ref TEXT PRIMARY KEY, merk BLOB) WITHOUT ROWID")
        for plaats, d in self.lines("stukken/"):
            with self.claim("stuk", plaats, "is niet wat zijn verwijzing zegt, of staat er tweemaal"):
                merk = sha256(d["inhoud"].encode()).digest()
                need(d["ref"][16:] == merk[:8].hex())
                need(self.db.execute("INSERT OR IGNORE INTO stuk VALUES (?, ?)", (d["ref"], merk)).rowcount)

    def _check_body(self, d: Data, blad: Data) -> None:  # the leaf commits to it; a capital for what is closed
        zouten, verhuld = bytes.fromhex(d["zouten"]), bytes.fromhex(d["verhuld"])
        zout = iter([zouten[i : i + 16] for i in range(0, len(zouten), 16)])
        dicht = [verhuld[i : i + 32] for i in range(0, len(verhuld), 32)]
        feiten = len(dicht) - d["delen"].count(DICHT)  # how many facts are closed
        open_ = [canonical({n: w})[1:-1] for n, w in sorted(d["feiten"].items())]
        bindt = [b"f" + sha256(b"f" + next(zout) + f).digest() for f in open_] + [b"F" + v for v in dicht[:feiten]]
        for s, ref in zip("k" + "s" * (len(d["delen"]) - 2) + "t", d["delen"], strict=False):
            stuk, soort = self.db.execute("SELECT merk FROM stuk WHERE ref = ?", (ref,)).fetchone(), s.encode()
            los = ref != DICHT and soort + sha256(soort + next(zout) + stuk[0]).digest()
            bindt.append(los or soort.upper() + dicht.pop(feiten))
        gesloten = d["gesloten"] and "sha256:" + sha256(base64.b64decode(d["gesloten"], validate=True)).hexdigest()
        need(blad["verbintenis"] == "sha256:" + sha256(b"".join(bindt)).hexdigest() and blad["gesloten"] == gesloten)
        need(not list(zout))  # a salt too many

    def check_records(self) -> int:
        """Check every record, and that none is missing of what a head counts; return how many decisions there are."""
        vorige, aantal, jaar, nodig = -1, 0, str(self.inhoud["jaar"]), dict[str, str]()
        for plaats, d in self.lines("vermeldingen/"):
            with self.claim("vermelding", plaats, "is geen blad van dit log, of hoort hier niet"):
                blad, nr = self._check_leaf(d["nr"], d["blad"]), d["nr"]
                beslissing = blad["soort"] == "beslissing"
                aantal += beslissing
                for _, hoofd, tel in self.hoofden:
                    tel[beslissing] += nr < hoofd["omvang"]
                need(nr > vorige and d.keys() == {"blad", "nr"} | (ROMP if beslissing else set()))
                vorige = nr
                need((nr in self.sleutels) == (blad["soort"] in ("begin", "sleutel")))
                if beslissing:
                    nodig |= {blad[n]: plaats for n in ("herkomst", "lading") if blad[n] not in nodig}
                    with self.claim("vermelding", plaats, "heeft niet de feiten en delen waar het blad voor staat"):
                        self._check_body(d, blad)
                    need(blad["peildatum"][:4] == jaar)
        for naam, hoofd, tel in self.hoofden:
            with self.claim("volledigheid", f"jaar {jaar}", f"{tel[1]} en {tel[0]} andere is niet wat {naam} telt"):
                need(tel == [hoofd["omvang"] - sum(hoofd["jaren"].values()), hoofd["jaren"].get(jaar, 0)])
        self._check_blocks(nodig)
        return aantal

    def _check_blocks(self, nodig: dict[str, str]) -> None:  # every document, and those that decisions were made with
        blokken = {f"sha256:{n[8:-5]}": self.read(n) for n in self.leden if n.startswith("blokken/")}
        for merk in [m for m, tekst in blokken.items() if m != "sha256:" + sha256(tekst).hexdigest()]:
            self.meld("blok", merk, "is niet wat zijn naam zegt")
        for merk, plaats in list(nodig.items()):  # a lading and a herkomst name all that has to be there
            nodig |= dict.fromkeys(re.findall("sha256:[0-9a-f]{64}", blokken.get(merk, b"").decode("latin-1")), plaats)
        for merk in sorted(nodig.keys() - blokken.keys()):
            self.meld("blok", merk, f"ontbreekt; het is nodig voor {nodig[merk]}")


def verify(a: Archiefbestand, sleutel: str = "", hoofden: Iterable[tuple[str, bytes]] = ()) -> dict[str, Data]:
    """Check an archive, report every finding, and return what the archive is."""
    a.check_file()
    a.check_keys()
    hoofd, *_ = [a.check_head(*h) for h in [("boomhoofd.json", a.read("boomhoofd.json")), *hoofden]]
    eerste = a.sleutels.get(0, "onbekend")
    if sleutel and sleutel != eerste:
        a.meld("sleutel", "de eerste sleutel van het log", f"is {eerste}, niet de vertrouwde {sleutel}")
    with a.claim("handtekening", "zegel en inhoud.json", "zijn niet getekend met de sleutel van het log"):
        need(a.teken == a.key(hoofd["omvang"]) and (not a.zegel or a.zegel["sleutel"] == a.teken))
    a.check_parts()
    with closing(a.db):
        return {"jaar": a.inhoud["jaar"], "beslissingen": a.check_records(), "log": a.log, "sleutel": eerste}


def main(argv: list[str]) -> int:
    """Run from the command line."""
    gevonden, archief, paden, sleutel, rest = list[Data](), dict[str, Data](), list[str](), "", iter(argv)
    opties: dict[str, list[str]] = {"--sleutel": [], "--hoofd": [], "--json": []}
    reden = "geef één archief, en geen andere opties dan deze"
    for woord in rest:
        opties.get(woord, paden).append(next(rest, "") if woord in ("--sleutel", "--hoofd") else woord)
    try:
        (pad,) = paden
        reden = "--sleutel: geef één sleutel (64 hex), of een bestand waarin er precies één staat; een boomhoofd is dat niet"
        for woord in opties["--sleutel"]:
            tekst = Path(woord).read_text() if Path(woord).is_file() else woord
            (sleutel,) = {*re.findall(r"\b[0-9a-f]{64}\b", tekst.lower())}
        reden = "geen archief, of te beschadigd"
        hoofden = [(naam, Path(naam).read_bytes()) for naam in opties["--hoofd"]]
        bestand = Archiefbestand(Path(pad), lambda s, w, b: gevonden.append({"soort": s, "wat": w, "bevinding": b}))
        archief = verify(bestand, sleutel, hoofden)
    except (*FOUT, OSError, ImportError) as fout:
        sys.stderr.write(f"Niet (verder) na te gaan: {reden if isinstance(fout, FOUT) else fout}\n{GEBRUIK}\n")
    regels = ["{soort}: {wat} {bevinding}".format(**b) for b in gevonden]
    if archief:
        regels += ["Archief {jaar}, {beslissingen} beslissingen uit log {log}.".format(**archief)]
        regels += [f"{len(gevonden) or 'Geen'} bevindingen. De eerste sleutel van het log is {archief['sleutel']}."]
        regels += ["Vergelijk die langs een andere weg: wie een archief namaakt, heeft een eigen."] * (not sleutel)
    if opties["--json"]:
        regels = [canonical(archief | {"bevindingen": gevonden}).decode()]
    sys.stdout.writelines("".join(c if c.isprintable() else "?" for c in regel) + "\n" for regel in regels)
    return 1 if gevonden else 0 if archief else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if sys.version_info >= (3, 11) else sys.stderr.write("Python 3.11+ is nodig\n") and 2)
