"""What a Journaal keeps of the facts of a zaak: what a rule read, and nothing that says who somebody is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from .._taal.feitsoort import Feitveld
from .._taal.omgeving import PEILDATUM
from .._waarden import Feiten, Item

Bewaar = Literal["gelezen", "alles"]


@dataclass(frozen=True, slots=True)
class Bewaring:
    """Which facts are kept of the zaken that the same rules decide."""

    gelezen: frozenset[str]
    """Names of facts; of a list its name and ``lijst.veld`` for each of its fields."""
    persoonlijk: frozenset[str]
    """Those that are kept encrypted: a list as a whole, when one of its fields is personal."""

    def split(self, feiten: Feiten) -> tuple[list[str], list[str], list[str], Feiten]:
        """Return the names that are kept open, kept encrypted and not kept, each sorted, and the facts without the latter."""
        open_: list[str] = []
        dicht: list[str] = []
        weg: list[str] = []
        gelezen, persoonlijk = self.gelezen, self.persoonlijk
        for naam in sorted(feiten):
            if naam not in gelezen:
                weg.append(naam)
            elif naam in persoonlijk:
                dicht.append(naam)
            else:
                open_.append(naam)
        lijsten = [n for n in (*open_, *dicht) if type(feiten[n]) is tuple]
        if lijsten:
            feiten = {**feiten, **{n: self._items(n, feiten[n], weg) for n in lijsten}}  # type: ignore[arg-type]
            weg.sort()
        return open_, dicht, weg, feiten

    def _items(self, lijst: str, items: tuple[Item, ...], weg: list[str]) -> tuple[Item, ...]:
        weg += sorted({f"{lijst}.{v}" for item in items for v in item} - self.gelezen)
        return tuple({v: w for v, w in item.items() if f"{lijst}.{v}" in self.gelezen} for item in items)


def make_bewaring(gelezen: Iterable[str], velden: Mapping[str, Feitveld], bewaar: Bewaar) -> Bewaring:
    """Return what is kept where rules read these facts.

    Args:
        gelezen: names of facts; of a list its name and ``lijst.veld``.
        velden: every field by name.
        bewaar: ``gelezen``, or ``alles`` to keep also what no rule reads.
    """
    namen = {PEILDATUM, *gelezen}
    if bewaar == "alles":
        namen |= {n for n, v in velden.items() if not v.identificator and not v.afgeleid}
        namen |= {n.rpartition(".")[0] for n in velden}  # the name of a list; that of another feitsoort is no fact
    persoonlijk = {n for n in namen if n in velden and velden[n].persoonsgegeven}
    lijsten = {n.rpartition(".")[0] for n in persoonlijk}
    return Bewaring(frozenset(namen), frozenset(persoonlijk | (lijsten & namen)))
