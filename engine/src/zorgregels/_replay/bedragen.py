"""What a change comes to in cents: exact sums by fact, transition and rule, of which the totals are the sums over the rules.

Amounts that are not there, empty or not applicable add nothing; how many there are is counted beside each sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, NamedTuple

from .._canon import Json
from .._waarden import Feiten, Soort
from .verschil import Reikwijdte

Data = Any
_GELD: Final = {Soort.GELD.value, Soort.BREUKGELD.value}


class Overgang(NamedTuple):
    """How a decision changes, and by which rule."""

    reikwijdte: Reikwijdte
    van: str
    naar: str
    regel: str


@dataclass(frozen=True, slots=True)
class Wijziging:
    """One decision that changes."""

    overgang: Overgang
    gegeven: Mapping[str, int]
    """Its given amounts in cents, by fact; of a list by ``lijst.veld``, all items together."""
    oud: Mapping[str, Fraction]
    nieuw: Mapping[str, Fraction]
    """Its derived amounts in cents, by ``sector:feit``."""

    def to_dict(self, nr: int, *, verhuld: bool) -> dict[str, Json]:
        """Return the JSON form; amounts that may follow from what is closed are left out."""
        o = self.overgang
        kaal: dict[str, Json] = {
            "nr": nr,
            "reikwijdte": o.reikwijdte,
            "van": o.van,
            "naar": o.naar,
            "regel": o.regel,
        }
        if verhuld:
            return kaal
        afgeleid: dict[str, Json] = {
            f: {"oud": _cents(self.oud.get(f)), "nieuw": _cents(self.nieuw.get(f))}
            for f in sorted(self.oud.keys() | self.nieuw.keys())
            if self.oud.get(f) != self.nieuw.get(f)
        }
        return {**kaal, "gegeven": {f: spell_cents(c) for f, c in sorted(self.gegeven.items())}, "afgeleid": afgeleid}


@dataclass(slots=True)
class Som:
    """So many amounts, and their sum in cents."""

    aantal: int = 0
    centen: Fraction = Fraction(0)

    def add(self, centen: Fraction | int, aantal: int = 1) -> None:
        """Add an amount, or a sum of so many."""
        self.aantal += aantal
        self.centen += centen


@dataclass(slots=True)
class Bedragen:
    """The sums of many changes."""

    overgangen: dict[Overgang, int] = field(default_factory=dict)
    gegeven: dict[tuple[str, Overgang], Som] = field(default_factory=dict)
    oud: dict[tuple[str, str], Som] = field(default_factory=dict)
    nieuw: dict[tuple[str, str], Som] = field(default_factory=dict)
    """By fact and rule."""

    def add(self, w: Wijziging) -> None:
        """Add one change."""
        self.overgangen[w.overgang] = self.overgangen.get(w.overgang, 0) + 1
        for feit, cent in w.gegeven.items():
            self.gegeven.setdefault((feit, w.overgang), Som()).add(cent)
        for deze, feiten in ((self.oud, w.oud), (self.nieuw, w.nieuw)):
            for feit, centen in feiten.items():
                deze.setdefault((feit, w.overgang.regel), Som()).add(centen)

    def merge(self, ander: Bedragen) -> None:
        """Add all of another."""
        for overgang, aantal in ander.overgangen.items():
            self.overgangen[overgang] = self.overgangen.get(overgang, 0) + aantal
        for sleutel, som in ander.gegeven.items():
            self.gegeven.setdefault(sleutel, Som()).add(som.centen, som.aantal)
        for deze, andere in ((self.oud, ander.oud), (self.nieuw, ander.nieuw)):
            for paar, som in andere.items():
                deze.setdefault(paar, Som()).add(som.centen, som.aantal)

    # -- JSON ----------------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Json]:
        """Return the JSON form."""
        return {
            "overgangen": [[*o, n] for o, n in sorted(self.overgangen.items())],
            "gegeven": [
                [f, *o, s.aantal, spell_cents(s.centen)] for (f, o), s in sorted(self.gegeven.items(), key=_key)
            ],
            "oud": _pairs(self.oud),
            "nieuw": _pairs(self.nieuw),
        }

    @classmethod
    def from_dict(cls, data: Data) -> Bedragen:
        """Return what ``to_dict`` wrote."""
        return cls(
            {Overgang(*o): n for *o, n in data["overgangen"]},
            {(f, Overgang(*o)): Som(n, Fraction(c)) for f, *o, n, c in data["gegeven"]},
            {(f, r): Som(n, Fraction(c)) for f, r, n, c in data["oud"]},
            {(f, r): Som(n, Fraction(c)) for f, r, n, c in data["nieuw"]},
        )


def given_amounts(feiten: Feiten, geld: Iterable[str]) -> dict[str, int]:
    """Return the amounts among given facts, in cents.

    Args:
        feiten: the facts.
        geld: the names of the amounts, ``lijst.veld`` for those in lists.
    """
    uit: dict[str, int] = {}
    for naam in geld:
        waarde = feiten.get(naam)
        if type(waarde) is int:
            uit[naam] = waarde
            continue
        lijst, _, veld = naam.rpartition(".")
        items = feiten.get(lijst)
        if isinstance(items, tuple):
            centen = [w for item in items if type(w := item.get(veld)) is int]
            if centen:
                uit[naam] = sum(centen)
    return uit


def derived_amounts(rest: Mapping[str, Data]) -> dict[str, Fraction]:
    """Return the derived amounts of a content, in exact cents."""
    return {
        f"{a['sector']}:{a['feit']}": _parse(a["waarde"])
        for a in rest.get("afgeleid", [])
        if a.get("type") in _GELD and a.get("waarde") is not None
    }


def spell_cents(centen: Fraction | int) -> str:
    """Return exact cents as text: ``1151``, or ``2303/2`` where they are not whole."""
    return str(Fraction(centen))


def _parse(tekst: str) -> Fraction:
    """An amount is written in euros with two decimals, or as a fraction of a euro."""
    return Fraction(tekst) * 100


def _cents(centen: Fraction | None) -> Json:
    return None if centen is None else spell_cents(centen)


def _pairs(sommen: Mapping[tuple[str, str], Som]) -> Json:
    return [[f, r, s.aantal, spell_cents(s.centen)] for (f, r), s in sorted(sommen.items(), key=_key)]


def _key(paar: tuple[Any, Som]) -> Any:
    return paar[0]
