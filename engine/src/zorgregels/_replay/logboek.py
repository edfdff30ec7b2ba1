"""The log itself: whether its leaves are the tree that was signed, and whether that was signed with the key that was in force."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .._journaal.boomhoofd import Boomhoofd
from .._journaal.keten import Keten, read_leaf
from .._journaal.merkle import Boom
from .._journaal.nakijken import Bevinding
from ..errors import JournaalError


@dataclass(frozen=True, slots=True)
class Bladeren:
    """What all leaves up to a head came to."""

    omvang: int
    tegels: Sequence[bytes]
    staart: Sequence[bytes]
    ketting: Sequence[tuple[int, str]]
    """Number and text of each ``begin`` and ``sleutel``."""
    jaren: Mapping[str, int]
    """Decisions by year of their peildatum."""
    hashes: Callable[[int, int], Sequence[bytes]]
    """Leaf hashes out of the middle."""

    def tree(self) -> Boom:
        """Return the tree over them."""
        begin = self.omvang - len(self.staart)
        return Boom(
            self.omvang,
            lambda: self.tegels,
            lambda van, tot: self.staart[van - begin : tot - begin] if van >= begin else self.hashes(van, tot),
        )


def parse_head(tekst: str | None) -> Boomhoofd | None:
    """Return a head; None where it is none."""
    try:
        return Boomhoofd.parse(tekst or "")
    except JournaalError:
        return None


def check_log(hoofd: Boomhoofd, b: Bladeren, gezien: Boomhoofd | None, jaar: int | None) -> Iterator[Bevinding]:
    """Yield what is wrong with a log.

    Args:
        hoofd: the head that is to stand for it.
        b: its leaves.
        gezien: a head of it that was seen before.
        jaar: the one year of which every decision is to be there, as in an archive; None for all years.
    """
    boom = b.tree()
    waar = f"boomhoofd {hoofd.omvang}"
    if boom.root() != hoofd.wortel:
        yield Bevinding(
            waar,
            "de wortel is niet die van de vermeldingen: er is er een veranderd, weggehaald, ingevoegd of verplaatst",
        )
    keten = Keten()
    for nr, tekst in b.ketting:
        fout = keten.add(nr, read_leaf(tekst.encode()))
        if fout is not None:
            yield Bevinding(f"vermelding {nr}", fout)
    if hoofd.log != keten.log:
        yield Bevinding(waar, "hoort bij een ander Journaal")
    if hoofd.sleutel != keten.key_at(hoofd.omvang) or not hoofd.is_genuine():
        yield Bevinding(waar, "is niet ondertekend met de sleutel die toen gold")
    geteld, er_zijn = _of_year(hoofd.jaren, jaar), _of_year(b.jaren, jaar)
    if geteld != er_zijn:
        yield Bevinding(
            waar, f"telt per jaar {_years(geteld)} beslissingen; in de vermeldingen staan er {_years(er_zijn)}"
        )
    if gezien is not None and gezien.log == hoofd.log:
        yield from _look_back(boom, gezien)


def _look_back(boom: Boom, gezien: Boomhoofd) -> Iterator[Bevinding]:
    waar = f"eerder boomhoofd {gezien.omvang}"
    if gezien.omvang > boom.omvang:
        yield Bevinding(waar, f"er zijn nu maar {boom.omvang} vermeldingen: het einde is afgekapt")
    elif boom.root(gezien.omvang) != gezien.wortel:
        yield Bevinding(waar, f"de eerste {gezien.omvang} vermeldingen zijn niet meer die van toen")


def _of_year(jaren: Mapping[str, int], jaar: int | None) -> dict[str, int]:
    return dict(jaren) if jaar is None else {f"{jaar:04}": jaren.get(f"{jaar:04}", 0)}


def _years(jaren: Mapping[str, int]) -> str:
    return ", ".join(f"{jaar}: {aantal}" for jaar, aantal in sorted(jaren.items())) or "geen"
