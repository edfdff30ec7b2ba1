"""Makes conditions and expressions of every form that docs/taal.md has, well typed, over facts of lower strata only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from keus import Keus
from maker_feiten import CODES, SECTOR, Veldvorm, literal
from verwijzer_waarden import Raw

_GETALORDE: Final = ("meer_dan", "minstens", "minder_dan", "hoogstens")
_DATUMORDE: Final = ("na", "vanaf", "voor", "tot_en_met")
_GEORDEND: Final = ("getal", "geld", "ratio", "datum")

Vorm = Callable[[int], Raw]
Rekenvorm = Callable[[str, int], Raw]


@dataclass(frozen=True)
class Maker:
    """Makes terms over some fields.

    Args:
        k: where choices come from.
        velden: the fields that may be read, by full name.
        items: the fields of the list ``l``, by short name; none where no list may be read.
        catalogi: the names of catalogues.
        eindig: whether facts are compared with constants only, so that a few values stand for all.
    """

    k: Keus
    velden: Sequence[Veldvorm]
    items: Sequence[Veldvorm]
    catalogi: Sequence[str] = ()
    eindig: bool = False
    binnen: bool = False
    """Whether the terms stand inside a ``waar``."""

    # -- voorwaarden ---------------------------------------------------------------------------------------------

    def voorwaarde(self, diepte: int = 2) -> Raw:
        """Return a condition."""
        vormen: list[Vorm] = [self._toets] * 6
        if diepte:
            vormen += [self._toets_twee, self._alle, self._een_van, self._niet]
        if self.items and not self.binnen:
            vormen += [self._kwantor, self._kwantor, self._aantal, self._som]
        if not self.eindig:
            vormen += [self._vergelijk]
            if self.catalogi and self._of("tekst"):
                vormen += [self._in_catalogus]
        return self.k.one(vormen)(diepte)

    def _toets(self, _: int) -> Raw:
        v = self.k.one(self.velden)
        return {v.naam: self._test(v)}

    def _toets_twee(self, diepte: int) -> Raw:
        return {**self._toets(diepte), **self._toets(diepte)}

    def _alle(self, diepte: int) -> Raw:
        return {"alle": [self.voorwaarde(diepte - 1) for _ in range(1 + self.k.below(3))]}

    def _een_van(self, diepte: int) -> Raw:
        return {"een_van": [self.voorwaarde(diepte - 1) for _ in range(1 + self.k.below(3))]}

    def _niet(self, diepte: int) -> Raw:
        return {"niet": self.voorwaarde(diepte - 1)}

    def _waar(self) -> Raw:
        buiten = () if self.eindig else self.velden
        # Fields of the item and, where that is harmless, facts from outside it.
        binnen = Maker(self.k, [*self.items, *self.items, *buiten], (), self.catalogi, self.eindig, binnen=True)
        return binnen.voorwaarde(1)

    def _kwantor(self, _: int) -> Raw:
        soort = self.k.one(("enig", "geen", "elk"))
        return {soort: {"van": "l"} if soort == "geen" and self.k.chance(2) else {"van": "l", "waar": self._waar()}}

    def _aantal(self, _: int) -> Raw:
        waar = {"waar": self._waar()} if self.k.chance(7) else {}
        return {"aantal": {"van": "l", **waar, **self._orde("getal", constant=self.eindig)}}

    def _som(self, _: int) -> Raw:
        v = self.k.one([i for i in self.items if i.soort in {"geld", "getal", "ratio"}])
        waar = {"waar": self._waar()} if self.k.chance(5) else {}
        return {"som": {"van": "l", "veld": v.naam, **waar, **self._orde(v.soort, constant=self.eindig)}}

    def _vergelijk(self, _: int) -> Raw:
        soort = self.k.one(_GEORDEND)
        links = self._berekening(soort, 2)
        bekend = next((v for v in self.velden if links == {"veld": v.naam}), None)
        return {"vergelijk": {"waarde": links, **self._orde(soort, constant=False, v=bekend)}}

    def _in_catalogus(self, _: int) -> Raw:
        code: Raw = {"veld": self.k.one(self._of("tekst")).naam} if self.k.chance(9) else self.k.one(CODES)
        return {"in_catalogus": {"naam": f"{SECTOR}/{self.k.one(self.catalogi)}", "code": code}}

    def _test(self, v: Veldvorm) -> Raw:
        keus = self.k.below(10)
        if keus < 2:
            return literal(self.k, v)
        if keus == 2:
            return [literal(self.k, v), literal(self.k, v)]
        if keus == 3:
            return {"bestaat": self.k.chance(5)}
        if keus == 4:
            return {"nvt": self.k.chance(5)}
        if keus == 5:
            return {self.k.one(("in", "niet_in")): [literal(self.k, v) for _ in range(1 + self.k.below(2))]}
        if keus == 6 or v.soort not in _GEORDEND:
            return {self.k.one(("is", "is_niet")): self._operand(v)}
        return self._orde(v.soort, constant=self.eindig, v=v)

    def _operand(self, v: Veldvorm) -> Raw:
        if self.eindig or self.k.chance(4):
            return literal(self.k, v)
        return self.uitdrukking(v.soort, 2, v)

    def _orde(self, soort: str, *, constant: bool, v: Veldvorm | None = None) -> Raw:
        v = v or Veldvorm("", soort)
        uit = {}
        for _ in range(1 + self.k.chance(3)):
            orde = self.k.one((*(_DATUMORDE if soort == "datum" else _GETALORDE), "is"))
            uit[orde] = literal(self.k, v) if constant else self._operand(v)
        return uit

    # -- uitdrukkingen -------------------------------------------------------------------------------------------

    def _of(self, *soorten: str) -> list[Veldvorm]:
        # A literal beside a bounded field in a calculation is held to that field's bounds: so no bounded fields there.
        return [v for v in self.velden if v.soort in soorten and not v.klein]

    def uitdrukking(self, soort: str, diepte: int = 2, v: Veldvorm | None = None) -> Raw:
        """Return an expression of a kind. ``v`` is the field beside it, which types a literal."""
        velden = self._of(*{"tekst": ("tekst", "keuze")}.get(soort, (soort,)))
        keus = self.k.below(4)
        if keus == 0 or (not velden and soort not in _GEORDEND):
            return literal(self.k, v or Veldvorm("", soort))
        if (keus == 1 and velden) or soort not in _GEORDEND or not diepte:
            return {"veld": self.k.one(velden).naam} if velden else literal(self.k, v or Veldvorm("", soort))
        return self._berekening(soort, diepte)

    def _berekening(self, soort: str, diepte: int) -> Raw:
        """Return a mapping, which says of itself what it is."""
        velden = self._of(soort)
        if not diepte and velden:
            return {"veld": self.k.one(velden).naam}
        vormen: list[Rekenvorm] = [self._uiterste, self._uiterste]
        if soort == "datum":
            vormen = [self._datum, self._datum, self._jaareinde, self._uiterste]
        elif soort == "getal":
            vormen += [self._rekening, self._jaar, self._dagen_tussen, self._afgerond, self._product]
        elif soort == "geld":
            vormen += [self._rekening, self._afgerond, self._product]
        else:
            vormen += [self._rekening, self._product]
        if self.items and not self.binnen and soort in {"getal", "geld", "ratio"}:
            vormen += [self._optelling]
        if velden:
            vormen += [self._veld]
        return self.k.one(vormen)(soort, max(diepte - 1, 0))

    def _veld(self, soort: str, _: int) -> Raw:
        return {"veld": self.k.one(self._of(soort)).naam}

    def _mapping(self, soort: str, diepte: int) -> Raw:
        """Return something that needs no guide; a date or an amount that stands alone cannot be told from text."""
        velden = self._of(soort)
        if velden and (not diepte or self.k.chance(5)):
            return {"veld": self.k.one(velden).naam}
        if diepte:
            return self._berekening(soort, diepte - 1)
        if soort == "datum":
            return {"datum": {"van": {"veld": "zaak.peildatum"}, "dagen": self.k.below(3)}}
        if soort == "getal":
            return {"jaar": {"veld": "zaak.peildatum"}}
        if soort == "ratio":
            return {"maal": [literal(self.k, Veldvorm("", "ratio")), 1]}
        return {
            "afgerond": {
                "waarde": {"plus": [{"veld": "a.geld"}, "0.01"]},
                "op": "cent",
                "wijze": "omlaag",
                "bron": {"document": "B"},
            }
        }

    def _uiterste(self, soort: str, diepte: int) -> Raw:
        return {self.k.one(("kleinste", "grootste")): [self._mapping(soort, diepte), self.uitdrukking(soort, diepte)]}

    def _rekening(self, soort: str, diepte: int) -> Raw:
        paar = [self._mapping(soort, diepte), self.uitdrukking(soort, diepte)]
        return {self.k.one(("plus", "minus")): paar if self.k.chance(5) else paar[::-1]}

    def _product(self, soort: str, diepte: int) -> Raw:
        return {"maal": [self._mapping(soort, diepte), self.k.one((0, 1, 2, 3, -1))]}

    def _afgerond(self, soort: str, diepte: int) -> Raw:
        geld = soort == "geld"
        waarde = {"maal": [self._mapping(soort, diepte), literal(self.k, Veldvorm("", "ratio"))]}
        return {
            "afgerond": {
                "waarde": waarde,
                "op": self.k.one(("cent", "euro")) if geld else "geheel",
                "wijze": self.k.one(("omlaag", "omhoog", "half_omhoog", "half_even")),
                "bron": {"document": "B"},
            }
        }

    def _optelling(self, soort: str, _: int) -> Raw:
        waar = {"waar": self._waar()} if self.k.chance(5) else {}
        if soort == "getal" and self.k.chance(5):
            return {"aantal": {"van": "l", **waar}}
        return {"som": {"van": "l", "veld": self.k.one([i for i in self.items if i.soort == soort]).naam, **waar}}

    def _datum(self, _: str, diepte: int) -> Raw:
        eenheden = self.k.some(("dagen", "weken", "maanden", "jaren"), 1, 2)
        stappen: Raw = {e: self.k.one((1, -1, 2, 13, 0, -12, 99999)) for e in eenheden}
        if self._of("getal") and self.k.chance(2):
            stappen[eenheden[0]] = {"veld": self.k.one(self._of("getal")).naam}
        return {"datum": {"van": self.uitdrukking("datum", diepte), **stappen}}

    def _jaareinde(self, _: str, diepte: int) -> Raw:
        return {"jaareinde": self.uitdrukking("datum", diepte)}

    def _jaar(self, _: str, diepte: int) -> Raw:
        return {"jaar": self.uitdrukking("datum", diepte)}

    def _dagen_tussen(self, _: str, diepte: int) -> Raw:
        return {"dagen_tussen": [self.uitdrukking("datum", diepte), self.uitdrukking("datum", diepte)]}
