"""What a new version of a catalogue changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from .._taal.catalogus import Catalogus, Periode
from .._waarden import ONBEKEND, Scalar


@dataclass(frozen=True, slots=True)
class Wijziging:
    """A field of a code that has another value from a day to a day; ``ONBEKEND`` where the catalogue does not say."""

    code: str
    veld: str
    van: date
    tot: date
    was: Scalar
    wordt: Scalar


@dataclass(frozen=True, slots=True)
class Vergelijking:
    """What differs between the version in force and the one that a table makes."""

    nieuw: tuple[str, ...]
    """The codes that the catalogue did not hold."""
    verdwenen: tuple[str, ...]
    """The codes of the catalogue that the table does not hold."""
    beeindigd: bool
    """Whether these therefore do not exist any more."""
    gewijzigd: tuple[Wijziging, ...]
    """Of codes that both hold."""

    @property
    def per_veld(self) -> dict[str, tuple[Wijziging, ...]]:
        """The changes by field, sorted by field."""
        groepen: dict[str, list[Wijziging]] = {}
        for w in self.gewijzigd:
            groepen.setdefault(w.veld, []).append(w)
        return {veld: tuple(groepen[veld]) for veld in sorted(groepen)}


def compare(
    oud: Catalogus, nieuw: Mapping[str, tuple[Periode, ...]], genoemd: Iterable[str], *, beeindigd: bool
) -> Vergelijking:
    """Return what a new version changes.

    Args:
        oud: the version in force.
        nieuw: the prestaties of the new version.
        genoemd: the codes in the table.
        beeindigd: whether codes that are not in it do not exist any more.
    """
    in_tabel = frozenset(genoemd)
    verdwenen = tuple(sorted(oud.prestaties.keys() - in_tabel))
    weg = frozenset(verdwenen)
    gewijzigd = tuple(
        w
        for code in sorted(oud.prestaties)
        if code not in weg and nieuw[code] is not oud.prestaties[code]
        for w in _changes(code, oud.prestaties[code], nieuw[code])
    )
    return Vergelijking(tuple(sorted(nieuw.keys() - oud.prestaties.keys())), verdwenen, beeindigd, gewijzigd)


def _changes(code: str, oud: tuple[Periode, ...], nieuw: tuple[Periode, ...]) -> Iterator[Wijziging]:
    """A name is of the code: it changes once. Every other field changes per periode."""
    was, wordt = oud[0].waarden["naam"], nieuw[0].waarden["naam"]
    if was != wordt:
        yield Wijziging(code, "naam", nieuw[0].van, nieuw[-1].tot, was, wordt)
    for p in nieuw:
        # A new version only cuts periodes and fills gaps, so that each lies within one old periode or outside all.
        eerder = next((o for o in oud if o.van <= p.van <= o.tot), None)
        voorheen: Mapping[str, Scalar] = eerder.waarden if eerder is not None else {}
        for veld in sorted((voorheen.keys() | p.waarden.keys()) - {"naam"}):
            a, b = voorheen.get(veld, ONBEKEND), p.waarden.get(veld, ONBEKEND)
            if a != b or type(a) is not type(b):
                yield Wijziging(code, veld, p.van, p.tot, a, b)
