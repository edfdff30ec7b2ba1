"""Which regelset versions take part in a zaak: those that speak for it, in force on the date that decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, product
from typing import Final

from ._besluit.spoor import Speurder, name_of
from ._inferentie.code import compile_condition, compile_date
from ._lezen.meldingen import Melding
from ._lezen.zaak import Zaak
from ._taal.catalogus import Catalogus
from ._taal.omgeving import PEILDATUM
from ._taal.regelset import Datumregel, Regelset, rule_terms
from ._taal.termen import InCatalogus, Veld, Voorwaarde, fields_read, reads, walk
from ._waarden import NVT, Feiten, Waarde
from ._wijzer import Wijzer
from .errors import BeslissingError, NoRegelsetError, NotInForceError

_PEILDATUM: Final[tuple[Datumregel, ...]] = ()
_JAREN: Final = 200
_NIET_VAN_KRACHT: Final = {"ZR-602", "ZR-603"}
Sleutel = tuple[tuple[int, Waarde], ...]
"""The groups that speak, each with the date that decides for it."""


@dataclass(frozen=True, slots=True)
class Groep:
    """Regelset versions that speak for the same zaken and take their date from the same facts."""

    spreekt: Callable[[Feiten], bool | None]
    datum: tuple[Datumregel, ...]
    regelsets: tuple[Regelset, ...]
    leest_scope: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Onbepaald:
    """The date that decides cannot be told yet."""

    ontbrekend: tuple[str, ...]
    normen: tuple[str, ...]
    regelsets: tuple[str, ...]
    mogelijk: tuple[Sleutel, ...]
    """The keys of the zaak for every year that it may turn out to be."""
    leest: tuple[str, ...] = ()
    """All that any of those years reads, where there are too many to try each."""


class Keuze:
    """The regelsets of every sector for one vraag."""

    def __init__(
        self, vraag: str, regelsets: Sequence[Regelset], catalogi: Mapping[str, Catalogus], sectoren: Sequence[str]
    ) -> None:
        self._vraag = vraag
        self._sectoren = sectoren
        per: dict[tuple[Voorwaarde, tuple[Datumregel, ...]], list[Regelset]] = {}
        for r in regelsets:
            if vraag in r.reikwijdte:
                per.setdefault((r.reikwijdte[vraag], r.datum.get(vraag, _PEILDATUM)), []).append(r)
        self._groepen = tuple(
            Groep(
                compile_condition(scope, catalogi),
                datum,
                tuple(leden),
                tuple(sorted(reads(scope))),
            )
            for (scope, datum), leden in per.items()
        )
        termen = [t for scope, datum in per for t in (scope, *(t for d in datum for t in (d.als, d.op)))]
        self.leest = fields_read(termen)
        """Every given fact that tells which regelsets speak and on which date; of a list ``lijst`` and ``lijst.veld``."""
        self._wijzer = Wijzer([scope for scope, _ in per], catalogi)
        self._speurder = Speurder((), catalogi)
        self._codes = [
            (d.code.naam, d.catalogus)
            for scope, _ in per
            for d in walk(scope)
            if isinstance(d, InCatalogus) and isinstance(d.code, Veld)
        ]
        self._toetsen = [(g.spreekt, compile_date(g.datum, catalogi) if g.datum else None) for g in self._groepen]

    def key(self, feiten: Feiten) -> Sleutel:
        """Return which groups speak, and on which date each is asked. A missing fact makes no group speak."""
        sleutel: list[tuple[int, Waarde]] = []
        for nr in self._wijzer.candidates(feiten):
            spreekt, datum = self._toetsen[nr]
            if spreekt(feiten):
                sleutel.append((nr, feiten[PEILDATUM] if datum is None else datum(feiten)))
        return tuple(sleutel)

    def choose(self, sleutel: Sleutel, zaak: Zaak) -> tuple[Regelset, ...] | Onbepaald:
        """Return the versions that take part, sorted; or what is missing to tell.

        Raises:
            NoRegelsetError: when no regelset speaks.
            NotInForceError: when one speaks but has no version in force.
            BeslissingError: when there is no telling which version counts.
        """
        if not sleutel:
            raise NoRegelsetError([self._silence(zaak)])
        leeg = sorted({r.naam for nr, dag in sleutel if dag is None or dag is NVT for r in self._groepen[nr].regelsets})
        if leeg:
            raise BeslissingError(
                [
                    Melding(
                        "ZR-608",
                        f"de datum die bepaalt welke versie van {', '.join(leeg)} geldt, is leeg",
                        "Het feit dat de datum draagt is uitdrukkelijk leeg, niet van toepassing of geen bestaande dag. Geef een datum.",
                    )
                ]
            )
        open_ = [g for nr, dag in sleutel if not isinstance(dag, date) for g in (self._groepen[nr],)]
        if open_:
            return self._undated(open_, sleutel, zaak.feiten)
        kandidaten: dict[str, list[tuple[Regelset, date]]] = {}
        for nr, dag in sleutel:
            assert isinstance(dag, date)
            for r in self._groepen[nr].regelsets:
                kandidaten.setdefault(r.naam, []).append((r, dag))
        gekozen = []
        fouten: list[Melding] = []
        for naam, versies in sorted(kandidaten.items()):
            try:
                beste = self._best(naam, versies, zaak)
            except BeslissingError as fout:
                fouten.extend(fout.meldingen)
                continue
            if beste is not None:
                gekozen.append(beste)
        if fouten and any(m.code not in _NIET_VAN_KRACHT for m in fouten):
            raise BeslissingError(fouten)
        if fouten or not gekozen:
            raise NotInForceError(fouten or [self._nothing(zaak)])
        return tuple(sorted(gekozen, key=lambda r: r.id))

    def _undated(self, groepen: Sequence[Groep], sleutel: Sleutel, feiten: Feiten) -> Onbepaald:
        """Say what is missing to tell the date: of a rule whose condition holds its own facts, of one in doubt all that follows too."""
        missend: set[str] = set()
        normen: set[str] = set()
        for regel in (r for g in groepen for r in self._in_doubt(g.datum, feiten)):
            herkomst = self._speurder.trace_terms(regel.als, regel.op, feiten)
            missend.update(name_of(p) for p in herkomst.plekken)
            normen.update(regel.normen)
        namen = tuple(sorted({r.naam for g in groepen for r in g.regelsets}))
        jaren = self._years(groepen, sleutel)
        leest: set[str] = set()
        if len(jaren) == _JAREN:
            sprekend = [r for nr, _ in sleutel for r in self._groepen[nr].regelsets]
            termen = (t for s in sprekend for r in s.regels if r.vraag == self._vraag for t in rule_terms(r))
            leest.update(n for t in termen for n in reads(t) if ":" not in n)
        return Onbepaald(tuple(sorted(missend)), tuple(sorted(normen)), namen, jaren, tuple(sorted(leest)))

    def _in_doubt(self, regels: tuple[Datumregel, ...], feiten: Feiten) -> Iterator[Datumregel]:
        for regel in regels:
            geldt = self._speurder.holds(regel.als, feiten)
            if geldt is not False:
                yield regel
            if geldt:
                return

    def _years(self, groepen: Sequence[Groep], sleutel: Sleutel) -> tuple[Sleutel, ...]:
        """Return the key with the undecided dates filled in, one key for each combination of years."""
        regels = sorted({g.datum for g in groepen}, key=repr)
        dagen = [sorted({r.van or date.min for g in groepen if g.datum == d for r in g.regelsets}) for d in regels]
        return tuple(
            tuple(
                (nr, dag if isinstance(dag, date) else rij[regels.index(self._groepen[nr].datum)])
                for nr, dag in sleutel
            )
            for rij in islice(product(*dagen), _JAREN)
        )

    def _best(self, naam: str, versies: list[tuple[Regelset, date]], zaak: Zaak) -> Regelset | None:
        status = [(r, d) for r, d in versies if zaak.concept or r.status == "geldend"]
        van_kracht = sorted({r.id: r for r, d in status if r.in_force(d)}.values(), key=lambda r: r.id)
        if zaak.bekend_op is not None:
            vaag = [r for r in van_kracht if r.bekend is None and r.status == "geldend"]
            if vaag:
                raise BeslissingError(
                    [
                        Melding(
                            "ZR-605",
                            f"van {vaag[0].id} is niet bekend sinds wanneer zij bekend was, zodat niet te zeggen is wat op {zaak.bekend_op} gold",
                            "Beslis zonder bekend_op, of laad een versie met een datum `bekend`.",
                        )
                    ]
                )
            van_kracht = [r for r in van_kracht if r.bekend is None or r.bekend <= zaak.bekend_op]
        if not van_kracht:
            if all(r.zwijgt for r, _ in versies) or (not status and all(r.status == "concept" for r, _ in versies)):
                return None
            raise NotInForceError([_not_in_force(naam, status, zaak)])
        laatste = max(r.bekend or date.min for r in van_kracht)
        winnaars = [r for r in van_kracht if (r.bekend or date.min) == laatste]
        geldend = [r for r in winnaars if r.status == "geldend"]
        if len(winnaars) > 1 and len(geldend) != 1:
            raise BeslissingError(
                [
                    Melding(
                        "ZR-606",
                        f"{winnaars[0].id} en {winnaars[1].id} gelden allebei voor deze zaak",
                        "Hun `datum` wijst verschillende dagen aan; de plugin moet één van beide kiezen.",
                    )
                ]
            )
        return geldend[0] if len(winnaars) > 1 else winnaars[0]

    def _silence(self, zaak: Zaak) -> Melding:
        geladen = ", ".join(self._sectoren) or "geen"
        mist = sorted({n for g in self._groepen for n in g.leest_scope if n not in zaak.feiten})
        hulp = f"Geladen sectoren: {geladen}."
        gezocht = sorted({(str(zaak.feiten[n]), c) for n, c in self._codes if n in zaak.feiten})
        if gezocht:
            codes = ", ".join(sorted({f"`{code}`" for code, _ in gezocht}))
            hulp += f" {codes} staat in geen geladen catalogus ({', '.join(sorted({c for _, c in gezocht}))})."
        if mist:
            hulp += f" Een regelset zou kunnen spreken met: {', '.join(mist[:6])}."
        if not self._groepen:
            hulp += f" Geen daarvan beantwoordt de vraag `{self._vraag}`."
        return Melding("ZR-601", "geen regelset spreekt voor deze zaak", hulp)

    def _nothing(self, zaak: Zaak) -> Melding:
        concepten = sorted(
            {r.id for g in self._groepen if g.spreekt(zaak.feiten) for r in g.regelsets if r.status == "concept"}
        )
        if concepten and not zaak.concept:
            return Melding(
                "ZR-603",
                f"voor deze zaak is er alleen een concept: {', '.join(concepten)}",
                "Een concept is geen geldend recht. Vraag er uitdrukkelijk om met concept.",
            )
        return Melding(
            "ZR-602", "geen van de regelsets die voor deze zaak spreken is van kracht", f"Peildatum {zaak.peildatum}."
        )


def _not_in_force(naam: str, versies: list[tuple[Regelset, date]], zaak: Zaak) -> Melding:
    """State the facts: what ended when, what starts when."""
    dag = max((d for _, d in versies), default=zaak.peildatum)
    voor = sorted((r for r, d in versies if r.tot is not None and r.tot < d), key=lambda r: r.tot or date.min)
    na = sorted((r for r, d in versies if r.van is not None and r.van > d), key=lambda r: r.van or date.max)
    delen = []
    if voor:
        delen.append(f"{voor[-1].id} eindigde op {voor[-1].tot}")
    if na:
        delen.append(f"{na[0].id} begint op {na[0].van}")
    for r, d in versies:
        if r.in_force(d) and r.bekend is not None and zaak.bekend_op is not None and r.bekend > zaak.bekend_op:
            delen.append(f"{r.id} werd pas bekend op {r.bekend}")
    return Melding(
        "ZR-602",
        f"van {naam} is op {dag} geen versie van kracht: {'; '.join(delen) or 'er is er geen'}",
        "Regels van een ander jaar worden niet toegepast. Laad de versie die op deze dag geldt.",
    )
