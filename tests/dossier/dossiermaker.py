"""Logs and dossiers made by the text of the format alone: nothing of zorgregels is used here, so that two readings of it are compared."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Data = Any
TIJD = "2026-11-22T10:00:00.123456Z"
LOG = "00112233445566778899aabbccddeeff"


def canon(waarde: Data) -> str:
    return json.dumps(waarde, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha(*delen: bytes | str) -> bytes:
    return hashlib.sha256(b"".join(d.encode() if isinstance(d, str) else d for d in delen)).digest()


def merk(tekst: str) -> str:
    return "sha256:" + sha(tekst).hex()


def key(naam: str) -> Ed25519PrivateKey:
    """A key by its name, the same every time."""
    return Ed25519PrivateKey.from_private_bytes(sha("sleutel", naam))


def public(sleutel: Ed25519PrivateKey) -> str:
    return sleutel.public_key().public_bytes_raw().hex()


def salt(waarvan: str) -> bytes:
    return sha("zout", waarvan)[:16]


# -- RFC 9162, 2.1.1 and 2.1.3.1, word for word -----------------------------------------------------------------


def mth(d: list[bytes]) -> bytes:
    if not d:
        return sha(b"")
    if len(d) == 1:
        return sha(b"\0", d[0])
    k = split(len(d))
    return sha(b"\1", mth(d[:k]), mth(d[k:]))


def path(m: int, d: list[bytes]) -> list[bytes]:
    if len(d) == 1:
        return []
    k = split(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def split(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


# -- a decision -----------------------------------------------------------------------------------------------------


def step(nr: int, **anders: Data) -> dict[str, Data]:
    """A step of a Motivering."""
    return {
        "regel": f"proef.regel-{nr}",
        "regelset": "proef/regels@2025.1",
        "normen": [f"N-{nr}"],
        "bron": {"document": "Beleidsregel proef", "artikel": str(nr), "lid": "1", "onderdeel": "b"},
        "effect": "eis",
        "resultaat": "voldaan",
        "beslissend": False,
        "tekst": f"De tekst van stap {nr}.",
        "feiten": [{"feit": "declaratie.bedrag", "type": "geld", "waarde": "11.52"}],
    } | anders


def decision(*stappen: Data, **anders: Data) -> dict[str, Data]:
    """What ``Beslissing.content()`` gives."""
    return {
        "uitkomst": "nee",
        "oordeel": "niet_toegestaan",
        "afgeleid": [{"sector": "proef", "feit": "prestatie.maximumtarief", "type": "geld", "waarde": "11.51"}],
        "motivering": list(stappen),
        "ontbrekend": {"bovengrens": False, "feiten": [], "gaten": []},
        "waarschuwingen": [{"tekst": "Let hierop.", "regel": "proef.let-op", "regelset": "proef/regels@2025.1"}],
        "verplichtingen": [
            {"regel": "proef.bewaren", "plicht": "Bewaar dit.", "wie": "zorgaanbieder", "uiterlijk": "2030-01-31"}
        ],
        "routes": [],
    } | anders


def parts(inhoud: dict[str, Data]) -> list[str]:
    """Kop, steps and slot; together they are the canonical JSON of the decision."""
    kop = f'{{"afgeleid":{canon(inhoud["afgeleid"])},"motivering":['
    rest = {k: w for k, w in inhoud.items() if k not in {"afgeleid", "motivering"}}
    delen = [kop, *map(canon, inhoud["motivering"]), "]," + canon(rest)[1:]]
    assert delen[0] + ",".join(delen[1:-1]) + delen[-1] == canon(inhoud)
    return delen


FEITSOORT = {
    "$schema": "urn:zorgregels:v1:feit",
    "title": "declaratie",
    "description": "Wat in rekening wordt gebracht.",
    "type": "object",
    "x-aantal": "een",
    "additionalProperties": False,
    "properties": {
        "bedrag": {"description": "Het bedrag, in euro.", "$ref": "urn:zorgregels:v1:waarden#/$defs/geld"},
        "datum": {
            "description": "De dag.",
            "anyOf": [{"$ref": "urn:zorgregels:v1:waarden#/$defs/datum"}, {"type": "null"}],
        },
        "opmerking": {"description": "Vrije tekst.", "type": "string"},
        "soort": {"description": "Welke soort.", "type": "string", "enum": ["gewone_zorg", "andere_zorg"]},
        "spoed": {"description": "Of het spoed was.", "type": "boolean"},
    },
}
LADING = {
    "schema": "lading/v1",
    "sectoren": [
        {
            "sector": "proef", "titel": "Proef", "plugin": "proef", "distributie": "zorgregels-proef", "versie": "1.2",
            "feiten": [merk(canon(FEITSOORT))], "catalogi": [], "regelsets": [["proef/regels@2025.1", merk("regels")]],
        }
    ],
    "vragen": [
        {
            "naam": "declaratie", "titel": "Mag dit in rekening worden gebracht?",
            "ja": "toegestaan", "nee": "niet_toegestaan", "onbekend": "onbekend", "routes": False,
        }
    ],
}  # fmt: skip
HERKOMST = {
    "engine": "9.8.7", "taal": "1", "schemas": "v1", "inferentie": "compiled",
    "regelsets": [{"regelset": "proef/regels@2025.1", "digest": merk("regels"), "status": "geldend"}],
    "catalogi": [{"catalogus": "proef/prestaties@1", "digest": merk("catalogus")}],
    "plugins": [{"plugin": "proef", "distributie": "zorgregels-proef", "versie": "1.2"}],
}  # fmt: skip


@dataclass
class Vermelding:
    """A record of a decision with what it commits to."""

    nr: int
    feiten: dict[str, Data]
    persoonlijk: dict[str, Data]
    delen: list[str]
    dicht: frozenset[int] = frozenset()
    """Places of the parts that were encrypted."""

    def items(self) -> list[tuple[str, str, bytes, bytes]]:
        """Kind, text, salt and commitment of each, in the order of the format."""
        uit = []
        for groep, waarden in (("open", self.feiten), ("dicht", self.persoonlijk)):
            for naam in sorted(waarden):
                tekst, zout = f"{canon(naam)}:{canon(waarden[naam])}", salt(f"{self.nr}{naam}")
                uit.append((groep, tekst, zout, sha(b"f", zout, tekst)))
        for plek, deel in enumerate(self.delen):
            soort = b"k" if plek == 0 else b"t" if plek == len(self.delen) - 1 else b"s"
            zout = salt(f"{self.nr}deel{plek}")
            uit.append(("deel", deel, zout, sha(soort, zout, sha(deel))))
        return uit

    def binds(self) -> bytes:
        """What the leaf commits to: each commitment after a letter that says what it is, a capital where it is encrypted."""
        letters = ["f"] * len(self.feiten) + ["F"] * len(self.persoonlijk)
        soorten = ["k", *"s" * (len(self.delen) - 2), "t"][: len(self.delen)]
        letters += [s.upper() if plek in self.dicht else s for plek, s in enumerate(soorten)]
        return sha(*(letter.encode() + c for letter, (*_, c) in zip(letters, self.items(), strict=True)))


@dataclass
class Maker:
    """A log."""

    sleutel: Ed25519PrivateKey = field(default_factory=lambda: key("een"))
    bladen: list[str] = field(default_factory=list)
    vermeldingen: dict[int, Vermelding] = field(default_factory=dict)
    ketting: list[int] = field(default_factory=list)
    jaren: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ketting.append(0)
        self.leaf({"soort": "begin", "log": LOG, "sleutel": public(self.sleutel)})

    def leaf(self, leden: dict[str, Data]) -> int:
        """Add any leaf."""
        self.bladen.append(canon({"schema": "journaal/v1", "tijd": TIJD, **leden}))
        return len(self.bladen) - 1

    def rotate(self, nieuw: Ed25519PrivateKey, tekent: Ed25519PrivateKey | None = None, **anders: Data) -> int:
        """Add a change of key, signed by the old one or, wrongly, by another or about something else."""
        verklaring = {
            "log": LOG,
            "nr": len(self.bladen),
            "oud": public(self.sleutel),
            "sleutel": public(nieuw),
            "tijd": TIJD,
        } | anders
        handtekening = (tekent or self.sleutel).sign(canon(verklaring).encode()).hex()
        nr = self.leaf(
            {"soort": "sleutel", "handtekening": handtekening} | {k: verklaring[k] for k in ("nr", "oud", "sleutel")}
        )
        self.sleutel = nieuw
        self.ketting.append(nr)
        return nr

    def erase(self) -> int:
        """Add an erasure."""
        return self.leaf({"soort": "wissing", "sleutel": "ab" * 16})

    def add(
        self,
        inhoud: dict[str, Data],
        feiten: dict[str, Data] | None = None,
        persoonlijk: dict[str, Data] | None = None,
        *,
        heel: bool = False,
        dicht: frozenset[int] = frozenset(),
        **leden: Data,
    ) -> int:
        """Add a decision; ``heel`` for one whose year could not be told: it is one part; ``dicht`` are the parts that were encrypted."""
        nr = len(self.bladen)
        feiten = {"declaratie.bedrag": "11.52", "zaak.peildatum": "2025-05-10"} if feiten is None else feiten
        delen = [canon(inhoud)] if heel else parts(inhoud)
        v = Vermelding(nr, feiten, persoonlijk or {}, delen, dicht)
        self.vermeldingen[nr] = v
        self.jaren["2025"] = self.jaren.get("2025", 0) + 1
        blad = {
            "soort": "beslissing", "vraag": "declaratie", "peildatum": "2025-05-10", "bekend_op": None, "concept": False,
            "uitkomst": inhoud["uitkomst"], "oordeel": inhoud["oordeel"], "lading": merk(canon(LADING)), "herkomst": merk(canon(HERKOMST)),
            "niet_bewaard": [], "sleutel": "ab" * 16 if persoonlijk else None, "gesloten": merk("dicht") if persoonlijk else None,
            "verbintenis": "sha256:" + v.binds().hex(),
        }  # fmt: skip
        return self.leaf(blad | leden)

    def head(self, sleutel: Ed25519PrivateKey | None = None, **anders: Data) -> str:
        """The signed tree head."""
        sleutel = sleutel or self.sleutel
        leden = {
            "schema": "boomhoofd/v1", "log": LOG, "omvang": len(self.bladen), "wortel": mth(self._raw()).hex(), "tijd": TIJD,
            "jaren": self.jaren, "sleutel": public(sleutel),
        } | anders  # fmt: skip
        return canon(leden | {"handtekening": sleutel.sign(canon(leden).encode()).hex()})

    def _raw(self) -> list[bytes]:
        return [b.encode() for b in self.bladen]

    def path(self, nr: int) -> list[str]:
        return [h.hex() for h in path(nr, self._raw())]

    def dossier(self, nr: int, weg: dict[str, str] | None = None) -> dict[str, Data]:
        """The data of a dossier; ``weg`` says of a fact (by name) or part (by ``deel 0``) why it is not shown."""
        weg = weg or {}
        uit: dict[str, list[Data]] = {"open": [], "dicht": [], "deel": []}
        for soort, tekst, zout, verbintenis in self.vermeldingen[nr].items():
            naam = f"deel {len(uit['deel'])}" if soort == "deel" else next(iter(json.loads(f"{{{tekst}}}")))
            dicht = soort == "deel" and len(uit["deel"]) in self.vermeldingen[nr].dicht
            item: Data = {"verbintenis": verbintenis.hex()} | ({"dicht": True} if dicht else {})
            if naam in weg:
                item["waarom"] = weg[naam]
                if soort != "deel" and weg[naam] == "achtergehouden":
                    item["naam"] = naam
            else:
                item |= {"tekst": tekst, "zout": zout.hex()}
            uit[soort].append(item)
        return copy.deepcopy(
            {
                "schema": "dossier/v1", "nr": nr, "blad": self.bladen[nr], "pad": self.path(nr), "hoofd": self.head(),
                "ketting": [{"nr": n, "blad": self.bladen[n], "pad": self.path(n)} for n in self.ketting],
                "herkomst": canon(HERKOMST), "lading": canon(LADING), "feitsoorten": [canon(FEITSOORT)],
                "feiten": uit["open"], "persoonlijk": uit["dicht"], "delen": uit["deel"],
            }
        )  # fmt: skip
