"""An archive taken apart, as somebody has it who can rewrite all of it; put together again as consistently as he can."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from logmaker import Log, json_tekst, merk, op_regels, openbaar, pak, sha, sleutel, teken, wortel
from zorgregels._archief import verifier

AANVALLER = sleutel("van een ander")


@dataclass
class Bevinding:
    soort: str
    wat: str
    tekst: str


@dataclass
class Nagegaan:
    bevindingen: list[Bevinding] = field(default_factory=list)
    afgebroken: bool = False

    @property
    def soorten(self) -> set[str]:
        return {b.soort for b in self.bevindingen}

    def geraakt(self, soort: str) -> list[str]:
        return [b.wat for b in self.bevindingen if b.soort == soort]


def ga_na(pad: Path, archief: bytes, eerste: str = "", hoofden: Iterable[dict[str, Any]] = ()) -> Nagegaan:
    """Run the verifier in this process, as its ``main`` does."""
    pad.write_bytes(archief)
    uit = Nagegaan()
    try:
        bestand = verifier.Archiefbestand(pad, lambda *b: uit.bevindingen.append(Bevinding(*map(str, b))))
        verifier.verify(bestand, eerste, [(f"hoofd {n}", json_tekst(h)) for n, h in enumerate(hoofden)])
    except verifier.FOUT:
        uit.afgebroken = True
    return uit


@dataclass
class Uitgepakt:
    """The members of an archive, parsed."""

    jaar: int
    hoofd: dict[str, Any]
    keten: list[dict[str, Any]]
    hashes: list[bytes]
    regels: list[dict[str, Any]]
    stukken: list[dict[str, Any]]
    blokken: dict[str, bytes]
    vast: dict[str, bytes]

    @classmethod
    def van(cls, log: Log, jaar: int, omvang: int | None = None) -> Uitgepakt:
        leden = log.leden(jaar, omvang)
        lijst = lambda map_: [json.loads(r) for n, t in leden.items() if n.startswith(map_) for r in t.splitlines()]  # noqa: E731
        ruw = leden["bladhashes.bin"]
        return cls(
            jaar,
            json.loads(leden["boomhoofd.json"]),
            lijst("sleutelketen"),
            [ruw[i : i + 32] for i in range(0, len(ruw), 32)],
            lijst("vermeldingen/"),
            lijst("stukken/"),
            {n: t for n, t in leden.items() if n.startswith("blokken/")},
            {n: leden[n] for n in ("LEESMIJ.txt", "verifier.py")},
        )

    def beslissingen(self) -> list[dict[str, Any]]:
        return [r for r in self.regels if "delen" in r]

    # -- what he can recompute ---------------------------------------------------------------------------------------

    def herreken(self, diepte: int) -> Ed25519PrivateKey | None:
        """Make everything fit again, up to here: 1 the leaf's commitments, 2 the leaf hashes, 3 the head, 4 the keys."""
        if diepte >= 1:
            for regel in self.beslissingen():
                self._verbintenis(regel)
        if diepte >= 4:
            return self._eigen_log()
        if diepte >= 2:
            self._hashes()
        if diepte >= 3:
            self.hoofd = teken(AANVALLER, self._geteld(self.hoofd))
        return None

    def _verbintenis(self, regel: dict[str, Any]) -> None:
        """Let the leaf commit to what the line says now, as far as the line can be read."""
        if not {"zouten", "verhuld", "feiten"} <= regel.keys():
            return
        inhoud = {s["ref"]: s["inhoud"].encode() for s in self.stukken}
        zouten, verhuld = bytes.fromhex(regel["zouten"]), bytes.fromhex(regel["verhuld"])
        zout = [zouten[i : i + 16] for i in range(0, len(zouten), 16)]
        dicht = [verhuld[i : i + 32] for i in range(0, len(verhuld), 32)]
        delen = regel["delen"]
        los = len(dicht) - delen.count("00" * 16)
        try:
            alle = [
                b"f" + sha(b"f" + zout.pop(0) + json_tekst({n: regel["feiten"][n]})[1:-1])
                for n in sorted(regel["feiten"])
            ]
            alle += [b"F" + d for d in dicht[:los]]
            dicht = dicht[los:]
            soorten = [b"k", *[b"s"] * (len(delen) - 2), b"t"]
            for soort, ref in zip(soorten, delen, strict=False):
                los_ = ref != "00" * 16
                alle.append(
                    soort + sha(soort + zout.pop(0) + sha(inhoud[ref])) if los_ else soort.upper() + dicht.pop(0)
                )
            blad = json.loads(regel["blad"])
        except (IndexError, KeyError, ValueError):
            return
        nieuw = merk(b"".join(alle))
        if blad.get("verbintenis") != nieuw and "verbintenis" in blad:
            regel["blad"] = json_tekst({**blad, "verbintenis": nieuw}).decode()

    def _hashes(self) -> None:
        for regel in self.regels:
            nr = regel["nr"]
            if type(nr) is int and 0 <= nr <= len(self.hashes):
                self.hashes[nr : nr + 1] = [sha(b"\x00" + regel["blad"].encode())]

    def _geteld(self, hoofd: dict[str, Any]) -> dict[str, Any]:
        jaren = dict(hoofd["jaren"]) | Counter(_year(r) for r in self.beslissingen())
        return {**hoofd, "omvang": len(self.hashes), "wortel": wortel(self.hashes).hex(), "jaren": jaren}

    def _eigen_log(self) -> Ed25519PrivateKey:
        """Make a wholly new log of it, with keys of his own: nothing in the archive itself contradicts that."""
        eigen, log = AANVALLER, self.hoofd["log"]
        self.keten = []
        for regel in self.regels:
            try:
                blad = json.loads(regel["blad"])
            except ValueError:
                continue
            if blad["soort"] == "begin":
                blad["sleutel"] = openbaar(eigen)
            elif blad["soort"] == "sleutel":
                nieuw = sleutel(f"ander {regel['nr']}")
                blad |= {"oud": openbaar(eigen), "sleutel": openbaar(nieuw), "nr": regel["nr"]}
                zegt = {"log": log, **{k: blad[k] for k in ("nr", "oud", "sleutel", "tijd")}}
                blad["handtekening"] = eigen.sign(json_tekst(zegt)).hex()
                eigen = nieuw
            else:
                continue
            regel["blad"] = json_tekst(blad).decode()
            self.keten.append({"nr": regel["nr"], "blad": regel["blad"]})
        self._hashes()
        self.hoofd = teken(eigen, {**self._geteld(self.hoofd), "sleutel": openbaar(eigen)})
        return eigen

    def leden(self, groep: int = 8) -> dict[str, bytes]:
        uit = {
            **self.vast,
            "boomhoofd.json": json_tekst(self.hoofd),
            "sleutelketen.jsonl": op_regels(self.keten),
            "bladhashes.bin": b"".join(self.hashes),
        }
        for nr in range(0, len(self.regels), groep):
            uit[f"vermeldingen/{nr // groep:06}.jsonl"] = op_regels(self.regels[nr : nr + groep])
        for nr in range(0, len(self.stukken), groep):
            uit[f"stukken/{nr // groep:06}.jsonl"] = op_regels(self.stukken[nr : nr + groep])
        return uit | self.blokken

    def pak(self, eigen: Ed25519PrivateKey) -> bytes:
        """Put it together, listed and sealed with this key."""
        return pak(self.leden(), self.jaar, self.hoofd["log"], self.hoofd["omvang"], eigen)


def _year(regel: dict[str, Any]) -> str:
    try:
        return str(json.loads(regel["blad"])["peildatum"])[:4]
    except (KeyError, ValueError):
        return "2025"
