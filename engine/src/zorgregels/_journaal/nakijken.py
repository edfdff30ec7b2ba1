"""Checks a whole Journaal: the log, its heads and keys, and that every record is what its leaf stands for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from .._laden.wereld import named_documents
from ..errors import JournaalError
from .boomhoofd import Boomhoofd
from .journaal import Journaal
from .keten import Keten, read_leaf, read_object
from .merkle import TEGEL, Rand, leaf_hash
from .opslag import Persoonssleutel, Stand
from .personen import open_key
from .vermelding import DICHT, REF, Rij

Data = Any
_KENMERK: Final = {
    "regelset": "regelset",
    "catalogus": "catalogus",
    "feitsoort": "x-aantal",
    "lading": "sectoren",
    "herkomst": "inferentie",
}
"""A member by which each soort of document is known."""
_SAMEN: Final = 1024
"""How many records are read at once."""


@dataclass(frozen=True, slots=True)
class Bevinding:
    """Something that is not as it was written."""

    waar: str
    """``vermelding 12``, ``boomhoofd 400``, ``blok 3f…``."""
    wat: str

    def __str__(self) -> str:
        return f"{self.waar}: {self.wat}"


class Nakijker:
    """Checks one Journaal."""

    def __init__(self, journaal: Journaal) -> None:
        self._journaal = journaal
        self._opslag = journaal.opslag
        self._keten = Keten()
        self._jaren: Counter[str] = Counter()
        self._blokken: set[str] = set()
        self._gewist: set[str] = set()
        self._genoemd: dict[str, int] = {}
        """Ids of keys of persons, with the first record that names each."""
        self._eerder: dict[int, list[Boomhoofd]] = {}
        """Heads of earlier, by size, that were not met yet."""
        self.omvang = 0
        """How many records there are, as far as they follow each other."""

    @property
    def eerste(self) -> bytes | None:
        """The first key of the log, once it was checked: whose it is, it cannot say itself."""
        return self._keten.first

    def check(
        self,
        gezien: Callable[[int], None] = lambda _: None,
        eerder: Iterable[Boomhoofd] = (),
        sleutel: bytes | None = None,
    ) -> Iterator[Bevinding]:
        """Yield everything that is not as it was written.

        Args:
            gezien: told now and then how many records were checked.
            eerder: heads that were given out earlier; what was last seen of the log is held against it as well.
            sleutel: the first key of the log, where the caller knows it from elsewhere.
        """
        gezien_hoofd = self._journaal.seen()
        for hoofd in (*eerder, *([] if gezien_hoofd is None else [gezien_hoofd])):
            self._eerder.setdefault(hoofd.omvang, []).append(hoofd)
        with self._opslag.reading():
            for wat in self._opslag.foreign():
                yield Bevinding("opslag", f"is niet zoals hij werd gemaakt: {wat}")
            yield from self._check_bloks()
            yield from self._check_records(gezien)
            yield from self._check_keys()
            yield from self._check_owner(sleutel)
            for hoofden in self._eerder.values():
                for hoofd in hoofden:
                    yield from self._check_earlier(hoofd, None)

    def _check_bloks(self) -> Iterator[Bevinding]:
        ladingen: list[Data] = []
        for merk, soort, inhoud in self._opslag.bloks():
            data = read_object(inhoud)
            if sha256(inhoud).digest() != merk or data is None or _KENMERK.get(soort) not in data:
                yield Bevinding(f"blok {merk.hex()}", f"de inhoud ({soort}) is niet die van zijn digest")
                continue
            self._blokken.add(merk.hex())
            if soort == "lading":
                ladingen.append((merk.hex(), data))
        for merk_, lading in ladingen:
            for naam, digest in named_documents(lading):
                if digest.removeprefix("sha256:") not in self._blokken:
                    yield Bevinding(
                        f"blok {digest.removeprefix('sha256:')}", f"{naam} van lading {merk_[:12]}… ontbreekt"
                    )

    def _check_records(self, gezien: Callable[[int], None]) -> Iterator[Bevinding]:
        hoofden = self._heads()
        hoofd = next(hoofden, None)
        rand = Rand()
        tegels: list[bytes] = []
        try:
            stand = self._opslag.stand()
        except JournaalError:
            stand = Stand(-1)
        for rijen in self._groups(stand.omvang):
            stukken = self._opslag.stukken({r for rij in rijen for r in _refs(rij)})
            for rij in rijen:
                if rij.nr != rand.omvang:
                    yield Bevinding(f"vermelding {rand.omvang}", f"ontbreekt; na {rand.omvang - 1} komt {rij.nr}")
                    return
                yield from (Bevinding(f"vermelding {rij.nr}", w) for w in self._check_row(rij, stukken))
                tegel = rand.add(leaf_hash(rij.blad))
                tegels += [] if tegel is None else [tegel]
                self.omvang = rand.omvang
                for toen in self._eerder.pop(rand.omvang, ()):
                    yield from self._check_earlier(toen, rand.root())
                while isinstance(hoofd, Boomhoofd) and hoofd.omvang <= rand.omvang:
                    yield from self._check_head(hoofd, rand)
                    laatste, hoofd = hoofd, next(hoofden, None)
                    if hoofd is None and laatste.omvang < stand.omvang:
                        yield Bevinding(
                            "boomhoofd",
                            f"het nieuwste is van omvang {laatste.omvang}; er zijn {stand.omvang} vermeldingen",
                        )
            gezien(rand.omvang)
        if hoofd is not None:
            wat = hoofd if isinstance(hoofd, str) else f"er zijn maar {rand.omvang} vermeldingen: het einde is afgekapt"
            yield Bevinding("boomhoofd" if isinstance(hoofd, str) else f"boomhoofd {hoofd.omvang}", wat)
        if rand.omvang == 0:
            yield Bevinding("vermelding 0", "ontbreekt: het Journaal is leeg")
        if (stand.omvang, stand.rand, dict(stand.jaren)) != (rand.omvang, rand.to_bytes(), dict(self._jaren)):
            yield Bevinding("stand", "hoort niet bij de vermeldingen")
        if self._opslag.tegels(rand.omvang // TEGEL + 1) != tegels:
            yield Bevinding("tegels", "horen niet bij de vermeldingen")

    def _groups(self, omvang: int) -> Iterator[list[Rij]]:
        """Yield the records in groups; those beyond the stand too, for they should not be there."""
        van = 0
        while rijen := list(self._opslag.rows(van, van + _SAMEN)):
            yield rijen
            van = rijen[-1].nr + 1
        if van < omvang:
            rest = next(self._opslag.rows(van, omvang), None)
            if rest is not None:
                yield [rest]

    def _heads(self) -> Iterator[Boomhoofd | str]:
        for tekst in self._opslag.hoofden():
            try:
                yield Boomhoofd.parse(tekst)
            except JournaalError as fout:
                yield str(fout)
                return

    def _check_head(self, hoofd: Boomhoofd, rand: Rand) -> Iterator[Bevinding]:
        waar = f"boomhoofd {hoofd.omvang}"
        if hoofd.omvang != rand.omvang or hoofd.wortel != rand.root():
            yield Bevinding(
                waar,
                "de wortel is niet die van de vermeldingen: er is er een veranderd, weggehaald, ingevoegd of verplaatst",
            )
        if hoofd.log != self._keten.log:
            yield Bevinding(waar, "hoort bij een ander Journaal")
        if hoofd.sleutel != self._keten.key_at(hoofd.omvang) or not hoofd.is_genuine():
            yield Bevinding(waar, "is niet ondertekend met de sleutel die toen gold")
        if dict(hoofd.jaren) != dict(self._jaren):
            yield Bevinding(waar, "telt andere aantallen beslissingen per jaar dan er zijn")

    def _check_earlier(self, eerder: Boomhoofd, wortel: bytes | None) -> Iterator[Bevinding]:
        for wat in _against(self._journaal.log, eerder, self.omvang, wortel, lambda: self._jaren):
            yield Bevinding(f"eerder boomhoofd {eerder.omvang}", wat)

    def _check_row(self, rij: Rij, stukken: dict[bytes, bytes]) -> Iterator[str]:
        blad = read_leaf(rij.blad)
        match blad["soort"] if blad is not None else None:
            case "begin" | "sleutel":
                fout = self._keten.add(rij.nr, blad)
                if fout is not None:
                    yield fout
            case "wissing":
                self._gewist.add(str(blad.get("sleutel")))
            case "beslissing":
                self._jaren[_year(blad)] += 1
                if blad.get("sleutel") is not None:
                    self._genoemd.setdefault(str(blad["sleutel"]), rij.nr)
                yield from self._check_decision(rij, blad, stukken)
                return
            case _:
                yield "het blad is niet te lezen"
        if any((rij.feiten, rij.delen, rij.zouten, rij.verhuld, rij.gesloten)):
            yield "er staat iets bij waarvoor het blad niet instaat"

    def _check_decision(self, rij: Rij, blad: Data, stukken: dict[bytes, bytes]) -> Iterator[str]:
        for naam in ("herkomst", "lading"):
            if str(blad.get(naam)).removeprefix("sha256:") not in self._blokken:
                yield f"de {naam} ({blad.get(naam)}) ontbreekt of is veranderd"
        try:
            self._journaal.contents(rij, stukken)
        except JournaalError as fout:
            yield fout.meldingen[0].tekst.removeprefix(f"vermelding {rij.nr}: ")
        except (AttributeError, KeyError, TypeError):
            yield "de vermelding is niet te lezen"

    def _check_owner(self, sleutel: bytes | None) -> Iterator[Bevinding]:
        """A whole log that somebody else made is whole too: it is the keys that tell."""
        bos, nu = self._journaal.sleutels, self._keten.key_at(self.omvang)
        if bos is not None and nu not in {bos.openbaar, bos.prepared()}:
            yield Bevinding(
                "sleutel", "het Journaal is met een andere sleutel ondertekend dan die in de map met sleutels"
            )
        if sleutel is not None and self.eerste != sleutel:
            yield Bevinding("sleutel", f"de eerste sleutel is niet {sleutel.hex()}: dit is het Journaal van een ander")

    def _check_keys(self) -> Iterator[Bevinding]:
        weg = dict(self._genoemd)
        for rij in self._opslag.all_persoonssleutels():
            weg.pop(rij.id, None)
            for wat in self._check_key(rij):
                yield Bevinding(f"persoonssleutel {rij.id}", wat)
        for sleutel, nr in weg.items():
            if sleutel not in self._gewist:
                yield Bevinding(
                    f"vermelding {nr}", f"haar sleutel ({sleutel}) is weg, en dat hij is gewist staat nergens"
                )

    def _check_key(self, rij: Persoonssleutel) -> Iterator[str]:
        if rij.id in self._gewist:
            yield "is er nog, hoewel hij volgens het Journaal is gewist"
        elif rij.id not in self._genoemd:
            yield "wordt door geen vermelding genoemd"
        if self._journaal.sleutels is not None:
            try:
                open_key(self._journaal.sleutels, rij)
            except JournaalError:  # who erases would erase somebody else, or be told that there is nothing to erase
                yield "is veranderd, of van een ander dan het Journaal zegt: wissen treft dan een ander, of niemand"


def _refs(rij: Rij) -> Iterator[bytes]:
    for plek in range(0, len(rij.delen), REF):
        ref = rij.delen[plek : plek + REF]
        if ref != DICHT:
            yield ref


def hold_against(journaal: Journaal, eerder: Boomhoofd) -> Iterator[str]:
    """Yield why a Journaal does not build on a head that was given out earlier: a fork, or an end cut off."""
    boom = journaal.boom()
    wortel = boom.root(eerder.omvang) if eerder.omvang <= boom.omvang else None
    bladen = (read_leaf(rij.blad) or {} for rij in journaal.opslag.rows(0, eerder.omvang))
    yield from _against(journaal.log, eerder, boom.omvang, wortel, lambda: _count(bladen))


def _count(bladen: Iterable[Data]) -> Mapping[str, int]:
    """Return how many decisions there are among these leaves, by year of their peildatum."""
    return Counter(_year(blad) for blad in bladen if blad.get("soort") == "beslissing")


def _year(blad: Data) -> str:
    return str(blad.get("peildatum"))[:4]


def _against(
    log: str, eerder: Boomhoofd, omvang: int, wortel: bytes | None, jaren: Callable[[], Mapping[str, int]]
) -> Iterator[str]:
    """Yield what does not fit, given the root of as many records as there were then, and how to count the decisions in them."""
    if eerder.log != log:
        yield "hoort bij een ander Journaal"
    elif not eerder.is_genuine():
        yield "de handtekening klopt niet"
    elif wortel is None:
        yield f"er zijn nu maar {omvang} vermeldingen: het einde is afgekapt"
    elif wortel != eerder.wortel:
        yield f"de eerste {eerder.omvang} vermeldingen zijn niet meer die van toen"
    elif dict(eerder.jaren) != dict(jaren()):  # the root is right: who can sign can still sign other counts with it
        yield "telt andere aantallen beslissingen per jaar dan er toen waren"
