"""What a Journaal keeps of the facts of a zaak: what a rule read, and nothing that says who somebody is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from .._taal.feitsoort import Feitveld
from .._taal.omgeving import PEILDATUM
from .._waarden import Feiten, Item

Bewaar = Literal["gelezen", "alles"]
_ONTHOUDEN: Final = 512


class Namen(NamedTuple):
    """The names of the facts of a zaak, each group sorted."""

    open: tuple[str, ...]
    """What is kept as it is."""
    dicht: tuple[str, ...]
    """What is kept encrypted."""
    weg: tuple[str, ...]
    """What is not kept."""


@dataclass(frozen=True, slots=True)
class Bewaring:
    """Which facts are kept of the zaken that the same rules decide."""

    gelezen: frozenset[str]
    """Names of facts; of a list its name and ``lijst.veld`` for each of its fields."""
    persoonlijk: frozenset[str]
    """Those that are kept encrypted: a list as a whole, when one of its fields is personal."""
    _bekend: dict[tuple[str, ...], Namen] = field(default_factory=dict, compare=False)
    """Zaken that the same rules decide have few sets of facts among them."""

    def split(self, feiten: Feiten) -> tuple[Namen, Feiten]:
        """Return what becomes of each fact, and the facts without what is not kept of lists."""
        gegeven = tuple(feiten)
        namen = self._bekend.get(gegeven)
        if namen is None:
            if len(self._bekend) >= _ONTHOUDEN:
                self._bekend.clear()
            namen = self._bekend[gegeven] = self._divide(gegeven)
        if tuple not in map(type, feiten.values()):
            return namen, feiten
        weg = list(namen.weg)
        kaal = {n: self._items(n, w, weg) if type(w) is tuple and n in self.gelezen else w for n, w in feiten.items()}
        return namen._replace(weg=tuple(sorted(weg))), kaal

    def _divide(self, gegeven: tuple[str, ...]) -> Namen:
        bewaard = sorted(n for n in gegeven if n in self.gelezen)
        return Namen(
            tuple(n for n in bewaard if n not in self.persoonlijk),
            tuple(n for n in bewaard if n in self.persoonlijk),
            tuple(sorted(n for n in gegeven if n not in self.gelezen)),
        )

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
