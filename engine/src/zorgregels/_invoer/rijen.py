"""Rows in, uitspraken out; every fault of every row is noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Final

from .._lezen.meldingen import Melding
from .._waarden import OngeldigeWaarde, Scalar, matches
from ..errors import RegelsetError
from .cellen import is_empty, read_date, read_text, read_value
from .koppen import Kopregel
from .tabel import Cel, Rij
from .uitspraak import Inhoud, Uitspraak
from .vorm import Dagkolom, Kop, Leeg, Veldkolom, Vorm, fold

MAX_CODE: Final = 40
MAX_NAAM: Final = 200
_MAX_FOUTEN: Final = 200
_MAX_PERIODEN: Final = 100


@dataclass(frozen=True, slots=True)
class Tijdvak:
    """The days that a table is about, for as far as its rows do not say so themselves."""

    van: date | None
    tot: date | None


@dataclass(slots=True)
class Rijlezer:
    """Reads the rows of one table."""

    vorm: Vorm
    kopregel: Kopregel
    tijdvak: Tijdvak
    bestand: str
    fouten: list[Melding] = field(default_factory=list)
    _verzwegen: int = 0
    _ingekort: int = 0
    _genoemd: set[str] = field(default_factory=set)

    def read(self, voortgang: Callable[[int], None] | None = None) -> Inhoud:
        """Return what the table says.

        Raises:
            RegelsetError: with every fault, the first two hundred written out.
        """
        gelezen: list[Uitspraak] = []
        nr = overgeslagen = 0
        for nr, rij in enumerate(self.kopregel.rows(), 1):
            if voortgang is not None:
                voortgang(nr)
            if self._skipped(rij):
                overgeslagen += 1
                continue
            uitspraak = self._row(rij)
            if uitspraak is not None:
                gelezen.append(uitspraak)
        if not gelezen and not self.fouten:
            self._fault("ZR-320", "onder de koppen staat geen rij die wordt gelezen", regel=self.kopregel.regel)
        self._check_codes(gelezen)
        if self._verzwegen:
            self.fouten.append(Melding("ZR-324", f"en nog {self._verzwegen} fouten", "", self.bestand))
        if self.fouten:
            raise RegelsetError(self.fouten)
        return Inhoud(tuple(gelezen), nr, overgeslagen, frozenset(self._genoemd), self._ingekort)

    # -- one row -------------------------------------------------------------------------------------------------

    def _skipped(self, rij: Rij) -> bool:
        for o in self.vorm.overslaan:
            cel = self._cell(rij, o.kop)
            leeg = is_empty(cel, o.kop)
            if (leeg and o.leeg) or (not leeg and isinstance(cel, str) and fold(cel) in o.woorden):
                self._genoemd.add(self._text(rij, self.vorm.code.kop, MAX_CODE, stil=True))
                return True
        return False

    def _row(self, rij: Rij) -> Uitspraak | None:
        fouten = len(self.fouten) + self._verzwegen
        teveel = rij.cellen[len(self.kopregel.koppen) :]
        if not Rij(rij.regel, teveel).leeg:
            tekst = f"de rij heeft {len(rij.cellen)} cellen en de kop {len(self.kopregel.koppen)}"
            hulp = "Staat er een scheidingsteken in een cel, zet die dan tussen aanhalingstekens."
            self._fault("ZR-324", tekst, hulp, rij.regel, len(self.kopregel.koppen) + 1)
            return None
        code = self._code(rij)
        naam = self._text(rij, self.vorm.prestatienaam, MAX_NAAM, inkorten=self.vorm.inkorten)
        van = self._day(rij, self.vorm.van) or self.tijdvak.van
        tot = self._day(rij, self.vorm.tot)
        if tot is None and not self._has(self.vorm.tot):
            tot = self.tijdvak.tot
        waarden, onbekend = self._values(rij)
        if len(self.fouten) + self._verzwegen > fouten:
            return None
        if van is None:
            hulp = "Geef --van, of een vorm die zegt in welke kolom de begindatum staat."
            self._fault("ZR-326", f"van `{code}` is niet bekend vanaf wanneer", hulp, rij.regel)
            return None
        if tot is not None and tot < van:
            self._fault(
                "ZR-326", f"de periode van `{code}` eindigt ({tot}) voordat zij begint ({van})", regel=rij.regel
            )
            return None
        return Uitspraak(code, naam, van, tot, waarden, onbekend, rij.regel, self.vorm.noemt_oude)

    def _code(self, rij: Rij) -> str:
        kolom = self.vorm.code
        code = self._text(rij, kolom.kop, MAX_CODE, nullen=kolom.nullen)
        if code and kolom.patroon is not None and not matches(kolom.patroon, code):
            self._cell_fault(rij, kolom.kop, f"de code `{code}` heeft niet de vorm {kolom.patroon}")
        self._genoemd.add(code)
        return code

    def _text(
        self, rij: Rij, kop: Kop, lengte: int, *, nullen: int = 0, inkorten: bool = False, stil: bool = False
    ) -> str:
        try:
            tekst = read_text(self._cell(rij, kop), nullen)
            if not tekst:
                raise OngeldigeWaarde("de cel is leeg")
            if len(tekst) > lengte:
                if not inkorten:
                    raise OngeldigeWaarde(f"de tekst is {len(tekst)} tekens; verwacht is hoogstens {lengte}")
                self._ingekort += 1
                tekst = tekst[: lengte - 1].rstrip() + "…"
        except OngeldigeWaarde as fout:
            if not stil:
                self._cell_fault(rij, kop, str(fout))
            return ""
        return tekst

    def _day(self, rij: Rij, kolom: Dagkolom | None) -> date | None:
        if kolom is None or is_empty(cel := self._cell(rij, kolom.kop), kolom.kop):
            return None
        try:
            return read_date(cel, kolom.datums)
        except OngeldigeWaarde as fout:
            self._cell_fault(rij, kolom.kop, str(fout))
            return None

    def _values(self, rij: Rij) -> tuple[dict[str, Scalar], frozenset[str]]:
        """The values of a row. Two columns may say the same; an empty one never takes away what another says."""
        waarden: dict[str, Scalar] = dict(self.vorm.vast)
        onbekend: set[str] = set()
        for kolom in self.vorm.velden:
            if kolom.kop not in self.kopregel.plekken:
                continue
            cel = self._cell(rij, kolom.kop)
            if is_empty(cel, kolom.kop):
                gezegd = self._empty(rij, kolom, onbekend)
            else:
                try:
                    gezegd = _meaning(read_value(cel, kolom), kolom)
                except OngeldigeWaarde as fout:
                    self._cell_fault(rij, kolom.kop, str(fout))
                    continue
            for veld, waarde in gezegd.items():
                if veld in waarden and waarden[veld] != waarde:
                    tekst = f"de rij spreekt zichzelf tegen over `{veld}`: {_show(waarden[veld])} en {_show(waarde)}"
                    self._cell_fault(rij, kolom.kop, tekst, "ZR-325")
                waarden[veld] = waarde
        return waarden, frozenset(onbekend - waarden.keys())

    def _empty(self, rij: Rij, kolom: Veldkolom, onbekend: set[str]) -> dict[str, Scalar]:
        match kolom.leeg:
            case Leeg.ONBEKEND:
                onbekend |= kolom.velden
            case Leeg.GEEN:
                return {kolom.veld.naam: None}
            case Leeg.FOUT:
                self._cell_fault(rij, kolom.kop, "de cel is leeg")
            case Leeg.BEHOUDT:
                pass
        return {}

    # -- rows together -------------------------------------------------------------------------------------------

    def _check_codes(self, gelezen: list[Uitspraak]) -> None:
        per_code: dict[str, list[Uitspraak]] = {}
        for u in gelezen:
            per_code.setdefault(u.code, []).append(u)
        for code, eigen in per_code.items():
            if len(eigen) > _MAX_PERIODEN:
                self._fault("ZR-325", f"`{code}` heeft meer dan {_MAX_PERIODEN} rijen", regel=eigen[-1].regel)
                continue
            for een, ander in pairwise(sorted(eigen, key=lambda u: (u.van, u.regel))):
                if ander.van == een.van:
                    self._fault(
                        "ZR-325",
                        f"de code `{code}` staat er twee keer, ook op regel {een.regel}",
                        "Laat er één staan; welke telt, is anders niet te zeggen.",
                        ander.regel,
                    )
                elif een.tot is None or een.tot >= ander.van:
                    self._fault(
                        "ZR-325",
                        f"twee perioden van `{code}` gelden allebei op {ander.van}, ook die op regel {een.regel}",
                        "Laat de eerste eerder eindigen, of de tweede later beginnen.",
                        ander.regel,
                    )
                if ander.naam != een.naam:
                    self._fault("ZR-325", f"`{code}` heeft twee namen, ook op regel {een.regel}", "", ander.regel)

    # -- helpers -------------------------------------------------------------------------------------------------

    def _has(self, kolom: Dagkolom | None) -> bool:
        return kolom is not None and kolom.kop in self.kopregel.plekken

    def _cell(self, rij: Rij, kop: Kop) -> Cel:
        plek = self.kopregel.plekken.get(kop)
        return rij.cellen[plek] if plek is not None and plek < len(rij.cellen) else None

    def _cell_fault(self, rij: Rij, kop: Kop, tekst: str, code: str = "ZR-324") -> None:
        plek = self.kopregel.plekken.get(kop, 0)
        self._fault(code, f"kolom `{self.kopregel.koppen[plek]}`: {tekst}", "", rij.regel, plek + 1)

    def _fault(self, code: str, tekst: str, hulp: str = "", regel: int = 0, kolom: int = 1) -> None:
        if len(self.fouten) >= _MAX_FOUTEN:
            self._verzwegen += 1
        else:
            self.fouten.append(Melding(code, tekst, hulp, self.bestand, regel, kolom))


def _meaning(waarde: Scalar, kolom: Veldkolom) -> dict[str, Scalar]:
    """What a value says: 0 may mean something else than an amount, and more than 0 may mean more."""
    if waarde == 0 and waarde is not False:
        return {kolom.veld.naam: waarde} if kolom.bij_nul is None else dict(kolom.bij_nul)
    return {kolom.veld.naam: waarde, **kolom.bij_meer}


def _show(waarde: Scalar) -> str:
    return "geen waarde" if waarde is None else str(waarde)
