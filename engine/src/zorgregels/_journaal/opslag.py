"""Where a Journaal is kept: what every store can do, and which store a place stands for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from .._lezen.meldingen import Melding
from ..errors import JournaalError
from .vermelding import Rij


@dataclass(frozen=True, slots=True)
class Stand:
    """How far the log is: what the next record needs to be added."""

    omvang: int = 0
    rand: bytes = b""
    """The right edge of the tree."""
    jaren: Mapping[str, int] = field(default_factory=dict)
    """How many decisions there are, by year of their peildatum."""


class Persoonssleutel(NamedTuple):
    """The key of one person, wrapped under the master key."""

    id: str
    persoon: bytes | None
    """The keyed hash of who it is; None for a key of one record."""
    sleutel: bytes


class Schrijver(Protocol):
    """One transaction: all of it is durable when it ends, or none of it ever was. Writers wait for each other."""

    def stand(self) -> Stand:
        """Return how far the log is now."""

    def hoofd(self) -> str | None:
        """Return the newest signed head."""

    def persoonssleutels(self, personen: Collection[bytes]) -> dict[bytes, Persoonssleutel]:
        """Return the keys that these persons have, by the keyed hash."""

    def add_persoonssleutels(self, sleutels: Iterable[Persoonssleutel]) -> None:
        """Add keys."""

    def erase(self, id_: str) -> bool:
        """Destroy a key; return whether it was there."""

    def has_blok(self, merk: bytes) -> bool:
        """Whether this document is kept."""

    def add_blok(self, merk: bytes, soort: str, inhoud: bytes) -> None:
        """Keep a document by its SHA-256; what is there already stays."""

    def add_stukken(self, stukken: Iterable[tuple[bytes, bytes]]) -> None:
        """Keep the parts of Beslissingen that are new in a record, a line each, by ``pack_key``; each record once."""

    def add(self, rijen: Iterable[Rij], tegels: Iterable[tuple[int, bytes]], stand: Stand, hoofd: str) -> None:
        """Add records with the tiles that they complete, and the stand and the signed head after them."""


class Opslag(Protocol):
    """A store. Reading is of one moment between ``reading()`` and its end; without it each call is of its own moment."""

    @property
    def naam(self) -> str:
        """How messages call it; a password is not in it."""

    def writing(self) -> AbstractContextManager[Schrijver]:
        """Begin a transaction that is committed at the end of the block, and rolled back when that raises.

        Raises:
            JournaalError: it cannot be begun or committed; nothing of it may be believed to be written.
        """

    def reading(self) -> AbstractContextManager[None]:
        """Read one moment of the store."""

    def stand(self) -> Stand:
        """Return how far the log is."""

    def rows(self, van: int, tot: int) -> Iterator[Rij]:
        """Yield the records from ``van`` up to but not including ``tot``, in order."""

    def row(self, nr: int) -> Rij | None:
        """Return one record."""

    def blok(self, merk: bytes) -> bytes | None:
        """Return a document by its SHA-256, as it was given; None where there is none or it cannot be unpacked."""

    def bloks(self) -> Iterator[tuple[bytes, str, bytes]]:
        """Yield SHA-256, soort and content of every document."""

    def stukken(self, merken: Collection[bytes]) -> dict[bytes, bytes]:
        """Return parts of Beslissingen by reference; what is not there is left out."""

    def hoofd(self) -> str | None:
        """Return the newest signed head."""

    def hoofden(self) -> Iterator[str]:
        """Yield every signed head, the oldest first."""

    def tegels(self, aantal: int) -> list[bytes]:
        """Return the roots of the first so many full tiles."""

    def persoonssleutel(self, id_: str) -> bytes | None:
        """Return a wrapped key; None when it is erased or never was."""

    def persoonssleutels(self, personen: Collection[bytes]) -> dict[bytes, Persoonssleutel]:
        """Return the keys that these persons have, by the keyed hash."""

    def all_persoonssleutels(self) -> Iterator[Persoonssleutel]:
        """Yield every key, by id."""

    def foreign(self) -> list[str]:
        """Return what is in the store that was not made with it, or was made otherwise: a trigger could keep what is erased."""

    def settle_erasure(self) -> None:
        """Remove what the store itself may still hold of keys that were erased.

        Raises:
            JournaalError: it cannot be done now.
        """

    def close(self) -> None:
        """Let go of the store."""


def refuse_foreign(vreemd: list[str], naam: str) -> None:
    """Refuse to write in a store that holds more than was made with it.

    Raises:
        JournaalError: it does.
    """
    if vreemd:
        meer = f" en nog {len(vreemd) - 3}" if len(vreemd) > 3 else ""
        tekst = f"de opslag van dit Journaal is niet zoals hij werd gemaakt: {', '.join(vreemd[:3])}{meer}"
        hulp = (
            "Er wordt niet in geschreven: wat er niet hoort, kan veranderen wat wordt vastgelegd, en bewaren wat wordt gewist. "
            "Bewaar een kopie, zoek uit wie het deed, en haal het weg."
        )
        raise JournaalError([Melding("ZR-960", tekst, hulp, naam)])


def call(waar: str | Path) -> str:
    """Return how to call a place in a message: without the name and the password that a URL may hold."""
    voor, streep, na = str(waar).partition("://")
    return f"{voor}://{na.rpartition('@')[2].partition('?')[0]}" if streep else voor


def open_opslag(waar: str | Path, *, schrijven: bool, nieuw: bool = False) -> Opslag:
    """Return the store at a place: a file, or the URL of a PostgreSQL database.

    Args:
        waar: the place.
        schrijven: whether it is to be written to.
        nieuw: whether to make one; otherwise there must be one.

    Raises:
        JournaalError: it cannot be opened, or made.
    """
    soort, streep, _ = str(waar).partition("://")
    if streep:
        if soort.lower() not in {"postgresql", "postgres"}:
            raise JournaalError(
                [Melding("ZR-900", "zo'n adres is niet dat van een Journaal", "Geef een bestand, of postgresql://….")]
            )
        from .postgres import Postgres

        return Postgres(soort.lower() + str(waar)[len(soort) :], schrijven=schrijven, nieuw=nieuw)
    from .sqlite import Sqlite

    return Sqlite(Path(waar), schrijven=schrijven, nieuw=nieuw)
