"""A stretch of the log gone through: every leaf hashed, every chosen decision decided again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._canon import Json
from .._journaal.merkle import TEGEL, Rand, leaf_hash
from .._journaal.vermelding import DICHT, REF, Rij, is_ref_of
from .bedragen import Bedragen
from .bron import Bron
from .herhaling import GESCHONDEN, SLEUTEL_WEG, Herhaler, Uitslag
from .opdracht import Opdracht
from .telling import ANDERS, GEWIJZIGD, NIET, Telling

if TYPE_CHECKING:
    from hashlib import _Hash

Data = Any
_PORTIE: Final = 256
_STUKKEN: Final = 20_000
_WEG: Final = bytes(32)
_LEDEN: Final = {
    "bekend_op", "concept", "gesloten", "herkomst", "lading", "niet_bewaard", "oordeel", "peildatum", "schema", "sleutel",
    "soort", "tijd", "uitkomst", "verbintenis", "vraag",
}  # fmt: skip
_MERKEN: Final = ("herkomst", "lading", "verbintenis")
_TEKST: Final = ("herkomst", "lading", "oordeel", "peildatum", "tijd", "uitkomst", "verbintenis", "vraag")


@dataclass(slots=True)
class Reeks:
    """What came of a stretch. The lists hold JSON, as a report has it."""

    telling: Telling = field(default_factory=Telling)
    bedragen: Bedragen = field(default_factory=Bedragen)
    tegels: list[str] = field(default_factory=list)
    staart: list[str] = field(default_factory=list)
    """The roots of the full tiles, and the hashes of the leaves after the last of them."""
    ketting: list[Json] = field(default_factory=list)
    """Number and leaf of each ``begin`` and ``sleutel``."""
    wissingen: list[str] = field(default_factory=list)
    """The keys of which the log says that they were destroyed."""
    anders: list[Json] = field(default_factory=list)
    niet: list[Json] = field(default_factory=list)
    wijzigingen: list[Json] = field(default_factory=list)
    bevindingen: list[Json] = field(default_factory=list)
    gelezen: str = ""
    """The digest of all that it was made from, as the source gave it."""

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {
            "telling": self.telling.to_dict(),
            "bedragen": self.bedragen.to_dict(),
            "tegels": [*self.tegels],
            "staart": [*self.staart],
            "ketting": self.ketting,
            "wissingen": [*self.wissingen],
            "anders": self.anders,
            "niet": self.niet,
            "wijzigingen": self.wijzigingen,
            "bevindingen": self.bevindingen,
            "gelezen": self.gelezen,
        }

    @classmethod
    def from_dict(cls, data: Data) -> Reeks:
        """Return what ``to_dict`` wrote."""
        return cls(
            **{**data, "telling": Telling.from_dict(data["telling"]), "bedragen": Bedragen.from_dict(data["bedragen"])}
        )


class _Portie(NamedTuple):
    """Some chosen records, with what else of the source they are decided from; documents aside."""

    gekozen: Sequence[tuple[Rij, Data]]
    stukken: Mapping[bytes, bytes]
    sleutels: Mapping[str, bytes | None]
    """The keys of persons, as they are kept."""


class Doorloper:
    """Goes through stretches of one source."""

    def __init__(self, bron: Bron, opdracht: Opdracht) -> None:
        self._bron = bron
        self._opdracht = opdracht
        self._herhaler = Herhaler(bron, opdracht)
        self._stukken: dict[bytes, bytes] = {}

    def close(self) -> None:
        """Release what it holds."""
        self._herhaler.close()

    def run(self, van: int, tot: int) -> Reeks:
        """Go through the records from ``van`` up to but not including ``tot``."""
        uit = Reeks()
        for gekozen, stukken, sleutels in self._read(uit, van, tot):
            for rij, blad in gekozen:
                self._note(uit, rij, blad, self._herhaler.replay(rij, blad, stukken, sleutels))
        return uit

    def read(self, van: int, tot: int) -> str:
        """Return ``gelezen`` of what ``run`` would return now, with nothing decided: everything that is kept is read and hashed again."""
        uit = Reeks()
        for _ in self._read(uit, van, tot):
            pass
        return uit.gelezen

    def _read(self, uit: Reeks, van: int, tot: int) -> Iterator[_Portie]:
        gelezen = sha256()
        hashes: list[bytes] = []
        portie = tot - van if self._bron.archief else _PORTIE  # an archive unpacks thousands of records at a time
        for begin in range(van, tot, portie):
            eind = min(begin + portie, tot)
            rijen = list(self._bron.opslag.rows(begin, eind))
            eigen = self._hash(uit, begin, eind, rijen)
            hashes += eigen
            bladen = [(rij, blad) for rij in rijen if (blad := _read_leaf(uit, rij)) is not None]
            gekozen = [(rij, blad) for rij, blad in bladen if self._is_chosen(rij, blad)]
            stukken = self._fetch(uit, gekozen)
            sleutels = self._keys(gekozen)
            _digest_into(gelezen, eigen, rijen, stukken, sleutels)
            yield _Portie(gekozen, stukken, sleutels)
        uit.gelezen = gelezen.hexdigest()
        rand = Rand()
        for hash_ in hashes:
            tegel = rand.add(hash_)
            if tegel is not None:
                uit.tegels.append(tegel.hex())
        uit.staart = [h.hex() for h in hashes[len(uit.tegels) * TEGEL :]]

    def _hash(self, uit: Reeks, van: int, tot: int, rijen: Sequence[Rij]) -> list[bytes]:
        """Return the hash of every leaf; of one that is not there zeroes, so that the root cannot be right."""
        eigen = {rij.nr: leaf_hash(rij.blad) for rij in rijen}
        bekend = self._bron.hashes(van, tot)
        if bekend is None:
            for nr in range(van, tot):
                if nr not in eigen:
                    _find(uit, nr, "de vermelding ontbreekt")
            return [eigen.get(nr, _WEG) for nr in range(van, tot)]
        for nr, hash_ in sorted(eigen.items()):
            if bekend[nr - van] != hash_:
                _find(uit, nr, "het blad is niet dat van de boom")
        return list(bekend)

    def _is_chosen(self, rij: Rij, blad: Data) -> bool:
        if blad["soort"] != "beslissing" or not self._opdracht.keuze.matches(rij.nr, blad):
            return False
        plugin = self._opdracht.keuze.plugin
        herkomst = self._herhaler.origin(blad["herkomst"]) if plugin is not None else None
        return herkomst is None or plugin in herkomst.namen  # of which that cannot be told is not passed over

    def _fetch(self, uit: Reeks, gekozen: Sequence[tuple[Rij, Data]]) -> dict[bytes, bytes]:
        """Return the parts that these records refer to. One that is not there, or is not what its reference says, is found here."""
        wie = {rij.delen[i : i + REF]: rij.nr for rij, _ in reversed(gekozen) for i in range(0, len(rij.delen), REF)}
        wie.pop(DICHT, None)
        nodig: Set[bytes] = wie.keys() - self._stukken.keys()
        if len(self._stukken) + len(nodig) > _STUKKEN:
            self._stukken = {}
            nodig = wie.keys()
        gevonden = self._bron.opslag.stukken(nodig)
        for ref in sorted(nodig, key=lambda r: (wie[r], r)):
            stuk = gevonden.get(ref)
            if stuk is None or not is_ref_of(ref, sha256(stuk).digest()):
                _find(
                    uit,
                    wie[ref],
                    f"deel {ref.hex()} van de beslissing {'ontbreekt' if stuk is None else 'is veranderd'}",
                )
            else:
                self._stukken[ref] = stuk
        return {ref: self._stukken[ref] for ref in wie if ref in self._stukken}

    def _keys(self, gekozen: Sequence[tuple[Rij, Data]]) -> dict[str, bytes | None]:
        """Return the keys under which something of these records is encrypted."""
        ids = {blad["sleutel"] for _, blad in gekozen if blad["gesloten"] is not None}
        return {id_: self._bron.opslag.persoonssleutel(id_) for id_ in sorted(ids)}

    def _note(self, uit: Reeks, rij: Rij, blad: Data, u: Uitslag) -> None:
        t = uit.telling
        t.afloop[u.afloop] += 1
        t.uitkomsten[blad["uitkomst"]] += 1
        herkomst = self._herhaler.origin(blad["herkomst"])
        t.motoren[herkomst.motor if herkomst is not None else "onbekend"] += 1
        if u.afloop == ANDERS and u.verschil is not None:
            uit.anders.append(
                {"nr": rij.nr, "vraag": blad["vraag"], "peildatum": blad["peildatum"], **u.verschil.to_dict()}
            )
        elif u.afloop == NIET:
            if u.reden == SLEUTEL_WEG:  # whose key it was is told nobody
                uit.niet.append({"nr": rij.nr, "reden": SLEUTEL_WEG, "sleutel": u.uitleg})
                return
            t.redenen[u.reden] += 1
            uit.niet.append({"nr": rij.nr, "reden": u.reden, "uitleg": u.uitleg})
            if u.reden == GESCHONDEN:
                _find(uit, rij.nr, u.uitleg)
        elif u.afloop == GEWIJZIGD and u.wijziging is not None:
            uit.bedragen.add(u.wijziging)
            uit.wijzigingen.append(u.wijziging.to_dict(rij.nr, verhuld=rij.gesloten is not None))


def _read_leaf(uit: Reeks, rij: Rij) -> Data:
    """Return the data of a leaf, and note what the whole log needs of it; None where it is no leaf."""
    try:
        blad: Data = json.loads(rij.blad)
        soort = blad["soort"]
        if blad["schema"] != "journaal/v1":
            raise ValueError(soort)
        if soort == "beslissing":
            _check_decision(blad)
            uit.telling.jaren[blad["peildatum"][:4]] += 1
        elif soort == "wissing":
            uit.wissingen.append(str(blad["sleutel"]))
        elif soort in {"begin", "sleutel"}:
            uit.ketting.append([rij.nr, rij.blad.decode()])
        else:
            raise ValueError(soort)
        if soort != "beslissing" and any((rij.feiten, rij.delen, rij.zouten, rij.verhuld, rij.gesloten)):
            _find(uit, rij.nr, "er staat iets bij waarvoor het blad niet instaat")
    except (AttributeError, KeyError, TypeError, ValueError):
        _find(uit, rij.nr, "het blad is geen vermelding van een Journaal")
        return None
    uit.telling.bladen[soort] += 1
    return blad


def _check_decision(blad: Data) -> None:
    """Refuse what no Journaal writes, so that nothing further on has to doubt it."""
    if blad.keys() != _LEDEN or any(type(blad[n]) is not str for n in _TEKST) or type(blad["concept"]) is not bool:
        raise ValueError(blad)
    date.fromisoformat(blad["peildatum"])
    if blad["bekend_op"] is not None:
        date.fromisoformat(blad["bekend_op"])
    for naam in _MERKEN:
        if blad[naam][:7] != "sha256:" or len(bytes.fromhex(blad[naam][7:])) != 32:
            raise ValueError(naam)
    if type(blad["niet_bewaard"]) is not list or any(type(n) is not str for n in blad["niet_bewaard"]):
        raise ValueError(blad)
    if (blad["gesloten"] is not None) and type(blad["sleutel"]) is not str:
        raise ValueError(blad)


def _digest_into(
    gelezen: _Hash,
    hashes: Sequence[bytes],
    rijen: Sequence[Rij],
    stukken: Mapping[bytes, bytes],
    sleutels: Mapping[str, bytes | None],
) -> None:
    """Add all that was read of a portie; each piece with its length, so that nothing can pass for anything else."""
    delen: list[bytes | None] = [b"".join(hashes)]
    for rij in rijen:
        delen += (str(rij.nr).encode(), *rij[1:])
    for ref in sorted(stukken):
        delen += (ref, stukken[ref])
    for id_, sleutel in sleutels.items():
        delen += (id_.encode(), sleutel)
    koppen = ["-" if d is None else str(len(d)) for d in delen]
    gelezen.update(",".join(koppen).encode() + b"\n" + b"".join([d for d in delen if d is not None]))


def _find(uit: Reeks, nr: int, tekst: str) -> None:
    gevonden: Json = {"waar": f"vermelding {nr}", "wat": tekst}
    if gevonden not in uit.bevindingen[-4:]:  # a part that is gone is met again when its record is read
        uit.bevindingen.append(gevonden)


def stretches(omvang: int, stap: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a log of this size."""
    return ((van, min(van + stap, omvang)) for van in range(0, omvang, stap))
