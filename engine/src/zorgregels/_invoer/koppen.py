"""Finds the row with the headings, and with it the way in which a file was meant to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from .._lezen.meldingen import Melding, suggest
from .._waarden import OngeldigeWaarde
from ..errors import RegelsetError
from .cellen import read_text
from .tabel import Cel, Lezing, Rij, Tabelbestand
from .vorm import Kop, Vorm, fold

_ZOEKEN: Final = 20
"""Above the headings may be a title and remarks, of fewer rows than this."""


@dataclass(frozen=True, slots=True)
class Kopregel:
    """The headings of a table, and where each column of the Vorm stands."""

    lezing: Lezing
    regel: int
    koppen: tuple[str, ...]
    plekken: Mapping[Kop, int]
    ongelezen: tuple[str, ...]
    """The headings that the Vorm does not know."""

    def rows(self) -> Iterator[Rij]:
        """Yield the rows under the headings."""
        return (r for r in self.lezing.rijen() if r.regel > self.regel)


def find_headings(tabel: Tabelbestand, vorm: Vorm) -> Kopregel:
    """Return the headings of a table.

    Raises:
        RegelsetError: there is no row with the columns that the Vorm asks for, or there are two such ways to read the file.
    """
    kandidaten = [k for lezing in tabel.lezingen for k in _candidates(lezing, vorm)]
    heel = [k for k in kandidaten if not _missing(k, vorm)]
    if not heel:
        beste = max(kandidaten, key=lambda k: (len(k.plekken), len(k.koppen)), default=None)
        raise RegelsetError(list(_absent(beste, vorm, tabel.naam)))
    meeste = max(len(k.plekken) for k in heel)
    beste_ = [k for k in heel if len(k.plekken) == meeste]
    wijzen = list(dict.fromkeys(k.lezing.wijze for k in beste_))
    if len(wijzen) > 1:
        tekst = f"de tabel is op meer manieren te lezen: {'; '.join(wijzen)}"
        raise RegelsetError([Melding("ZR-323", tekst, "Noem het blad met --blad, of laat er één staan.", tabel.naam)])
    gekozen = beste_[0]
    fouten = [*_doubles(gekozen, vorm, tabel.naam), *_strangers(gekozen, vorm, tabel.naam)]
    if fouten:
        raise RegelsetError(fouten)
    return gekozen


def _candidates(lezing: Lezing, vorm: Vorm) -> Iterator[Kopregel]:
    bekend = {fold(naam): kop for kop in vorm.koppen for naam in kop.koppen}
    for rij in islice(lezing.rijen(), _ZOEKEN):
        koppen = tuple(map(_words, rij.cellen))
        plekken: dict[Kop, int] = {}
        for nr, woord in enumerate(koppen):
            for kop in vorm.koppen:
                if fold(woord) in map(fold, kop.koppen):
                    plekken.setdefault(kop, nr)
        ongelezen = tuple(k for k in koppen if k and fold(k) not in bekend)
        yield Kopregel(lezing, rij.regel, koppen, plekken, ongelezen)


def _words(cel: Cel) -> str:
    try:
        return read_text(cel)
    except OngeldigeWaarde:
        return ""


def _missing(k: Kopregel, vorm: Vorm) -> list[Kop]:
    return [kop for kop in vorm.koppen if kop.verplicht and kop not in k.plekken]


def _absent(k: Kopregel | None, vorm: Vorm, bestand: str) -> Iterator[Melding]:
    for kop in vorm.koppen if k is None else _missing(k, vorm):
        anders = f" of {', '.join(kop.koppen[1:])}" if len(kop.koppen) > 1 else ""
        hulp = suggest(kop.koppen[0], k.ongelezen if k is not None else ())
        yield Melding(
            "ZR-323",
            f"de kolom `{kop.koppen[0]}`{anders} ontbreekt",
            hulp.replace("Mogelijk:", "Wel gevonden:"),
            bestand,
            k.regel if k is not None else 1,
            1,
        )


def _doubles(k: Kopregel, vorm: Vorm, bestand: str) -> Iterator[Melding]:
    for kop in vorm.koppen:
        namen = set(map(fold, kop.koppen))
        plekken = [nr for nr, woord in enumerate(k.koppen) if fold(woord) in namen]
        if len(plekken) > 1:
            tekst = f"de kolom `{kop.koppen[0]}` staat er meer dan eens"
            yield Melding("ZR-323", tekst, "Laat er één staan.", bestand, k.regel, plekken[1] + 1)


def _strangers(k: Kopregel, vorm: Vorm, bestand: str) -> Iterator[Melding]:
    if vorm.vrij:
        return
    over = [kop.koppen[0] for kop in vorm.koppen if kop not in k.plekken]
    for nr, woord in enumerate(k.koppen):
        if woord in k.ongelezen:
            tip = suggest(woord, over) or "Deze vorm kent geen andere kolommen."
            yield Melding("ZR-323", f"onbekende kolom `{woord:.60}`", tip, bestand, k.regel, nr + 1)
