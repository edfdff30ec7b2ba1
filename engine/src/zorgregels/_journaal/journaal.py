"""The Journaal: records added to a log that shows when one of them was altered, left out or put in."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from .._canon import Json, canonical
from .._lezen.meldingen import Melding
from ..errors import JournaalError
from .boomhoofd import Boomhoofd, sign_head
from .getuige import Getuige
from .inhoud import Inhoud, read_contents
from .merkle import TEGEL, Boom, Rand, leaf_hash
from .opslag import Opslag, Schrijver, Stand, open_opslag
from .personen import open_key
from .sleutels import Sleutelbos
from .vermelding import Rij

Data = Any
SCHEMA: Final = "journaal/v1"
OMGEVING: Final = "ZORGREGELS_SLEUTELS"


class Nieuw(NamedTuple):
    """Records to add, numbered, and how many decisions there are among them by year of their peildatum."""

    rijen: Sequence[Rij]
    jaren: Mapping[str, int] = {}


Maker = Callable[[Schrijver, int, str], Nieuw]
"""Makes records, given the transaction, the number of the first and the time."""


class Journaal:
    """A log of decisions with its store and its keys. Made by ``create`` and ``open``; safe to share between threads.

    The keys stand in a folder apart from the store, by default ``<file>.sleutels`` or what ``ZORGREGELS_SLEUTELS`` names.
    """

    def __init__(self, opslag: Opslag, sleutels: Sleutelbos | None, log: str, getuige: Getuige | None) -> None:
        self.opslag = opslag
        self.sleutels = sleutels
        self.log = log
        """Which log this is: 32 hexadecimal digits, drawn when it was made."""
        self._getuige = getuige
        self._rand = Rand()

    # -- making and opening --------------------------------------------------------------------------------------

    @classmethod
    def create(cls, waar: str | Path, *, sleutels: Path | None = None) -> Journaal:
        """Make a Journaal, with new keys where the folder of keys is not there yet.

        Args:
            waar: a file, or the URL of an empty PostgreSQL database.
            sleutels: the folder of the keys.

        Raises:
            JournaalError: there is something already, or it cannot be written.
        """
        map_ = key_folder(waar, sleutels)
        if not _is_url(waar) and not Path(waar).parent.is_dir():
            raise JournaalError(
                [Melding("ZR-900", "de map waarin dit Journaal zou komen, is er niet", "Maak haar eerst.", str(waar))]
            )
        bos = Sleutelbos.load(map_) if map_.exists() else Sleutelbos.create(map_)
        log = os.urandom(16).hex()
        zelf = cls(_make_store(waar), bos, log, Getuige(map_, log))
        begin: dict[str, Json] = {"log": log, "sleutel": bos.openbaar.hex()}
        try:
            zelf.append(lambda _, nr, tijd: Nieuw([Rij(nr, _leaf("begin", tijd, begin))]))
        except BaseException:
            zelf.close()
            raise
        return zelf

    @classmethod
    def open(
        cls, waar: str | Path, *, sleutels: Path | None = None, schrijven: bool = True, vertrouw: bool = False
    ) -> Journaal:
        """Open a Journaal.

        Args:
            waar: its file, or the URL of its PostgreSQL database.
            sleutels: the folder of the keys. Who only reads can do without: what is personal cannot be read then.
            schrijven: whether it is to be written to.
            vertrouw: whether its end is taken as it is, without being held against its newest head and against what was
                seen of it before: for whoever checks all of it, and wants to hear everything that is wrong.

        Raises:
            JournaalError: there is none, its keys are not there, or it holds less than it was seen to hold.
        """
        opslag = open_opslag(waar, schrijven=schrijven)
        try:
            map_ = None if not schrijven and sleutels is None and _is_url(waar) else key_folder(waar, sleutels)
            heeft = map_ is not None and (schrijven or sleutels is not None or map_.exists())
            bos = Sleutelbos.load(map_) if heeft and map_ is not None else None
            log = _read_log(opslag, vertrouw=vertrouw)
            zelf = cls(opslag, bos, log, Getuige(map_, log) if bos is not None and map_ is not None else None)
            if not vertrouw:
                gezien = zelf.seen()  # before the store is read: while others write, there is more in it a moment later
                with opslag.reading():
                    zelf._look_back(gezien)
            return zelf
        except BaseException:
            opslag.close()
            raise

    def _look_back(self, gezien: Boomhoofd | None) -> None:
        """Hold the store against its newest head, and against what was seen of it before."""
        stand, hoofd = self.opslag.stand(), self.hoofd()
        if not hoofd.is_genuine() or hoofd.log != self.log or hoofd.omvang != stand.omvang:
            raise self._altered("het nieuwste boomhoofd hoort niet bij de vermeldingen")
        rand = Rand.from_bytes(stand.omvang, stand.rand)
        if rand.root() != hoofd.wortel or dict(stand.jaren) != dict(hoofd.jaren):
            raise self._altered("de stand komt niet overeen met het nieuwste boomhoofd")
        if self.sleutels is not None and hoofd.sleutel != self.sleutels.openbaar:
            if hoofd.sleutel != self.sleutels.prepared():
                raise self._altered(
                    "het nieuwste boomhoofd is met een andere sleutel ondertekend dan die in de map met sleutels"
                )
            self.sleutels.complete_rotation()  # it was in the log already when the program ended
        if gezien is not None and (gezien.omvang > stand.omvang or self.boom().root(gezien.omvang) != gezien.wortel):
            raise self._altered(
                f"op {gezien.tijd} had het {gezien.omvang} vermeldingen, en dat zijn niet de eerste {gezien.omvang} "
                f"van de {stand.omvang} die er nu zijn"
            )
        self._rand = rand

    def seen(self) -> Boomhoofd | None:
        """Return the newest head that was seen of this log, as it is kept with the keys; None where there is none."""
        return self._getuige.recall() if self._getuige is not None else None

    # -- adding --------------------------------------------------------------------------------------------------

    def append(self, maak: Maker) -> int:
        """Add the records that ``maak`` makes, in one transaction; return the number of the first when they are durable.

        Raises:
            JournaalError: they cannot be added. Nothing of them may be believed to be there.
        """
        return self._append(maak, self.keys())

    def _append(self, maak: Maker, sleutels: Sleutelbos) -> int:
        with self.opslag.writing() as schrijver:
            stand = schrijver.stand()
            rand = self._edge(schrijver, stand)
            eerste, tijd = rand.omvang, timestamp()
            nieuw = maak(schrijver, eerste, tijd)
            if not nieuw.rijen:
                return eerste
            tegels = []
            for rij in nieuw.rijen:
                wortel = rand.add(leaf_hash(rij.blad))
                if wortel is not None:
                    tegels.append((rand.omvang // TEGEL - 1, wortel))
            jaren = dict(sorted((Counter(stand.jaren) + Counter(nieuw.jaren)).items()))
            hoofd = sign_head(sleutels, self.log, rand.omvang, rand.root(), tijd, jaren)
            schrijver.add(nieuw.rijen, tegels, Stand(rand.omvang, rand.to_bytes(), jaren), hoofd.to_json())
        self._rand = rand
        if self._getuige is not None:
            self._getuige.remember(hoofd)
        return eerste

    def _edge(self, schrijver: Schrijver, stand: Stand) -> Rand:
        """Return the edge to add to. What another writer added is held against the head that it signed."""
        if stand.omvang == self._rand.omvang and stand.rand == self._rand.to_bytes():
            return self._rand.copy()
        rand = Rand.from_bytes(stand.omvang, stand.rand)
        if stand.omvang:
            hoofd = Boomhoofd.parse(schrijver.hoofd() or "")
            if not (
                hoofd.is_genuine()
                and hoofd.log == self.log
                and hoofd.wortel == rand.root()
                and hoofd.omvang == stand.omvang
            ):
                raise self._altered("het nieuwste boomhoofd hoort niet bij de vermeldingen")
            if hoofd.sleutel != self.keys().openbaar:
                raise self._altered("een ander programma ondertekent dit Journaal met een andere sleutel")
        return rand

    def rotate(self) -> bytes:
        """Let a new key sign from now on, and say so in the log, signed by the old one. Return the new public key.

        Raises:
            JournaalError: it cannot be recorded; the old key stays in force.
        """
        bos = self.keys()
        nieuw = bos.prepare_rotation()

        def make(_: Schrijver, nr: int, tijd: str) -> Nieuw:
            oud = bos.openbaar.hex()
            verklaring = canonical({"log": self.log, "nr": nr, "oud": oud, "sleutel": nieuw.hex(), "tijd": tijd})
            handtekening = bos.sign(verklaring.encode()).hex()
            leden: dict[str, Json] = {"handtekening": handtekening, "nr": nr, "oud": oud, "sleutel": nieuw.hex()}
            return Nieuw([Rij(nr, _leaf("sleutel", tijd, leden))])

        self._append(make, bos.successor())
        bos.complete_rotation()
        return nieuw

    def erase(self, sleutel: str) -> bool:
        """Destroy the key of a person (or of one record) and say so in the log; return whether it was there.

        Raises:
            JournaalError: it cannot be done, or a trace of the key may be left.
        """
        gewist = False

        def make(schrijver: Schrijver, nr: int, tijd: str) -> Nieuw:
            nonlocal gewist
            gewist = schrijver.erase(sleutel)
            return Nieuw([Rij(nr, _leaf("wissing", tijd, {"sleutel": sleutel}))] if gewist else [])

        self.append(make)
        self.opslag.settle_erasure()
        return gewist

    # -- reading -------------------------------------------------------------------------------------------------

    def hoofd(self) -> Boomhoofd:
        """Return the newest signed head.

        Raises:
            JournaalError: there is none that can be read.
        """
        return Boomhoofd.parse(self.opslag.hoofd() or "")

    def boom(self) -> Boom:
        """Return the tree over all records, for proofs."""
        omvang = self.opslag.stand().omvang
        return Boom(
            omvang,
            lambda: self.opslag.tegels(omvang // TEGEL),
            lambda van, tot: [leaf_hash(r.blad) for r in self.opslag.rows(van, tot)],
        )

    def person(self, betrokkene: str) -> str | None:
        """Return the id of the key of a person, or None where there is none."""
        merk = self.keys().pseudonym(betrokkene)
        gevonden = self.opslag.persoonssleutels([merk]).get(merk)
        if gevonden is None:
            return None
        open_key(self.keys(), gevonden)  # it must be theirs: what is erased does not come back
        return gevonden.id

    def contents(self, rij: Rij, stukken: Mapping[bytes, bytes] | None = None) -> Inhoud:
        """Return what a record of a decision holds, decrypted where its key is at hand.

        Args:
            rij: the record.
            stukken: parts of Beslissingen by reference, where the caller has them; None asks the store.

        Raises:
            JournaalError: it is not what was written.
        """
        return read_contents(self.opslag, self.sleutels, rij, stukken)

    def close(self) -> None:
        """Let go of the store."""
        self.opslag.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, soort: type[BaseException] | None, fout: BaseException | None, spoor: TracebackType | None
    ) -> None:
        self.close()

    def keys(self) -> Sleutelbos:
        """Return the keys.

        Raises:
            JournaalError: they are not here.
        """
        if self.sleutels is None:
            tekst = "de sleutels van dit Journaal zijn hier niet"
            raise JournaalError(
                [Melding("ZR-907", tekst, f"Geef hun map met --sleutels, of zet {OMGEVING}.", self.opslag.naam)]
            )
        return self.sleutels

    def _altered(self, wat: str) -> JournaalError:
        hulp = "Er is buiten zorgregels om in geschreven, of een oude kopie teruggezet. Kijk het na met: zorgregels journaal verify"
        return JournaalError([Melding("ZR-904", wat, hulp, self.opslag.naam)])


def key_folder(waar: str | Path, sleutels: Path | None) -> Path:
    """Return the folder of the keys of a Journaal.

    Raises:
        JournaalError: it cannot be told.
    """
    if sleutels is not None:
        return sleutels
    if os.environ.get(OMGEVING):
        return Path(os.environ[OMGEVING])
    if _is_url(waar):
        hulp = f"Geef --sleutels MAP, of zet {OMGEVING}."
        raise JournaalError(
            [Melding("ZR-907", "van een Journaal op een server is niet te raden waar de sleutels staan", hulp)]
        )
    pad = Path(waar)
    return pad.with_name(pad.name + ".sleutels")


def _make_store(waar: str | Path) -> Opslag:
    """Return a new store, or one that is empty because making it was interrupted."""
    try:
        return open_opslag(waar, schrijven=True, nieuw=True)
    except JournaalError as fout:
        with suppress(JournaalError):
            half = open_opslag(waar, schrijven=True)
            if half.stand().omvang == 0 and half.row(0) is None:
                return half
            half.close()
        raise fout from None


def _is_url(waar: str | Path) -> bool:
    return "://" in str(waar)


def timestamp() -> str:
    """Return the time now, as records say it. Only a Journaal has a clock; deciding has none."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _leaf(soort: str, tijd: str, leden: Mapping[str, Json]) -> bytes:
    return canonical({"schema": SCHEMA, "soort": soort, "tijd": tijd, **leden}).encode()


def _read_log(opslag: Opslag, *, vertrouw: bool) -> str:
    rij = opslag.row(0)
    try:
        assert rij is not None
        begin: Data = json.loads(rij.blad)
        assert begin["soort"] == "begin"
        return str(begin["log"])
    except (AssertionError, KeyError, TypeError, ValueError):
        if vertrouw:
            return ""  # whoever checks all of it says so
        hulp = "Zet een onbeschadigde kopie terug."
        raise JournaalError(
            [Melding("ZR-904", "de eerste vermelding is niet het begin van een Journaal", hulp, opslag.naam)]
        ) from None
