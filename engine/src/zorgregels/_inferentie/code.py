"""Generates Python for a plan. Nothing that an author wrote becomes code: every literal and every name comes from a table.

A condition is ``True``, ``False`` or ``None`` (unknown). ``and`` stays at the first ``False``, ``or`` at the first ``True``; what is
not ``True`` (or ``False``) replaces the value so far, which is Kleene's logic because an unknown never replaces a decided value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType
from typing import Any, Final

from .._plan.plan import Afgeleidveld, Plan, Planregel
from .._taal.catalogus import Catalogus
from .._taal.regelset import Afleiding, Datumregel, Eis, Opening, Verplichting, rule_terms
from .._taal.termen import (
    Aantal,
    Afronding,
    Bestaat,
    Constante,
    Datumrekening,
    En,
    InCatalogus,
    ItemVeld,
    Kwantor,
    Lidmaatschap,
    Niet,
    NietVanToepassing,
    Of,
    Opzoeking,
    Rekening,
    Som,
    Uitdrukking,
    Veld,
    Verdeling,
    Vergelijking,
    Voorwaarde,
    children,
    reads,
    walk,
)
from .._waarden import NVT, ONBEKEND, Feiten, Waarde
from . import rekenen
from .afloop import Afloop

Settle = Callable[[Feiten], Afloop]
Drie = bool | None

_NAMEN: Final[dict[str, Any]] = {
    "U": ONBEKEND,
    "N": NVT,
    "reken": rekenen.reken,
    "rond_af": rekenen.rond_af,
    "datum_plus": rekenen.datum_plus,
    "periode": rekenen.periode,
    "in_catalogus": rekenen.in_catalogus,
    "zelfde": rekenen.zelfde,
    "enig": rekenen.enig,
    "elk": rekenen.elk,
    "geen": rekenen.geen,
    "aantal": rekenen.aantal,
    "som": rekenen.som,
    "verdeel": rekenen.verdeel,
    "Afloop": Afloop,
}


@dataclass(slots=True)
class _Schrijver:
    """Lines of code under construction, and the table that they take their literals from."""

    catalogi: Mapping[str, Catalogus]
    tabel: dict[str, Any] = field(default_factory=lambda: dict(_NAMEN))
    regels: list[str] = field(default_factory=list)
    diepte: int = 1
    teller: int = 0
    plek: dict[str, str] = field(default_factory=dict)
    """The local variable of every fact that is settled."""
    periodes: dict[tuple[int, str, Uitdrukking, Uitdrukking], tuple[str, str]] = field(default_factory=dict)
    """The variables of every look-up, by the rule under whose condition it was made."""
    regel: int = -1
    berekend: dict[Uitdrukking, str] = field(default_factory=dict)
    """Local variables of computed values that stand in several places."""
    gedeeld: dict[Voorwaarde, str] = field(default_factory=dict)
    """Local variables of conditions that several rules share and that are already settled."""

    def put(self, regel: str) -> None:
        self.regels.append("    " * self.diepte + regel)

    @contextmanager
    def block(self, kop: str) -> Iterator[None]:
        self.put(kop)
        self.diepte += 1
        yield
        self.diepte -= 1

    def fresh(self, letter: str = "t") -> str:
        self.teller += 1
        return f"{letter}{self.teller}"

    def literal(self, waarde: object) -> str:
        naam = self.fresh("K")
        self.tabel[naam] = waarde
        return naam

    # -- uitdrukkingen -------------------------------------------------------------------------------------------

    def expr(self, term: Uitdrukking) -> str:
        """Write what a term needs; return Python for its value, cheap enough to stand twice."""
        if term in self.berekend:
            return self.berekend[term]
        match term:
            case Constante(waarde, _):
                return self.literal(waarde)
            case Veld(naam=naam):
                return self.plek[naam]
            case ItemVeld(naam=naam):
                return self.temp(f"i.get({self.literal(naam)}, U)")
            case Rekening(bewerking, delen, soort):
                return self.temp(
                    f"reken({self.literal(bewerking)}, {self.literal(soort)}, {', '.join(map(self.expr, delen))})"
                )
            case Afronding(waarde, stap, wijze, _):
                return self.temp(f"rond_af({self.expr(waarde)}, {self.literal(stap)}, {self.literal(wijze)})")
            case Datumrekening(van, jaren, maanden, weken, dagen):
                return self.temp(f"datum_plus({', '.join(map(self.expr, (van, jaren, maanden, weken, dagen)))})")
            case Aantal(lijst, waar):
                return self.temp(f"aantal({self.plek[lijst]}, {self.function(waar)})")
            case Som(lijst, veld, waar, soort):
                return self.temp(
                    f"som({self.plek[lijst]}, {self.function(waar)}, {self.literal(veld)}, {self.literal(soort)})"
                )
            case Verdeling(bedrag, lijst, naar, waar, eerst_per):
                deel = f"{self.expr(bedrag)}, {self.plek[lijst]}, {self.literal(naar)}, {self.function(waar)}"
                return self.temp(f"verdeel({deel}, {self.literal(eerst_per)})")
            case Opzoeking(catalogus, code, op, kolom):
                waarden, anders = self.period(catalogus, code, op)
                return self.temp(f"{waarden}.get({self.literal(kolom)}, {anders})")

    def period(self, naam: str, code: Uitdrukking, op: Uitdrukking) -> tuple[str, str]:
        """Return the variables of a look-up that this rule made before, or write it."""
        sleutel = (self.regel, naam, code, op)
        if sleutel in self.periodes:
            return self.periodes[sleutel]
        paar = self.fresh("w"), self.fresh("z")
        self.put(
            f"{paar[0]}, {paar[1]} = periode({self.literal(self.catalogi.get(naam))}, {self.expr(code)}, {self.expr(op)})"
        )
        self.periodes[sleutel] = paar
        return paar

    def function(self, waar: Voorwaarde) -> str:
        """Write a function of an item ``i``; return its name."""
        naam = self.fresh("q")
        with self.block(f"def {naam}(i):"):
            self.put(f"return {self.cond(waar)}")
        return naam

    def temp(self, code: str) -> str:
        naam = self.fresh()
        self.put(f"{naam} = {code}")
        return naam

    # -- voorwaarden ---------------------------------------------------------------------------------------------

    def cond(self, term: Voorwaarde) -> str:
        """Write what a condition needs; return Python for it: an expression, evaluated once."""
        if term in self.gedeeld:
            return self.gedeeld[term]
        match term:
            case En(()):
                return "True"
            case En(delen) | Of(delen):
                return self._chain(
                    delen, "False" if isinstance(term, En) else "True", "True" if isinstance(term, En) else "False"
                )
            case Niet(deel):
                t = self.temp(self.cond(deel))
                return f"(None if {t} is None else not {t})"
            case Vergelijking():
                return self._compare(term)
            case Lidmaatschap(links, waarden):
                v = self.expr(links)
                return f"(None if {v} is U else {v} in {self.literal(frozenset(waarden))})"
            case Bestaat(links):
                v = self.expr(links)
                return f"(None if {v} is U else {v} is not None and {v} is not N)"
            case NietVanToepassing(links):
                v = self.expr(links)
                return f"(None if {v} is U else {v} is N)"
            case Kwantor(soort, lijst, waar):
                return f"{soort}({self.plek[lijst]}, {self.function(waar)})"
            case InCatalogus(catalogus, code):
                return f"in_catalogus({self.literal(self.catalogi.get(catalogus))}, {self.expr(code)})"

    def _chain(self, delen: tuple[Voorwaarde, ...], stop: str, door: str) -> str:
        t = self.fresh()
        self.put(f"{t} = {self.cond(delen[0])}")
        for deel in delen[1:]:
            with self.block(f"if {t} is not {stop}:"):
                x = self.temp(self.cond(deel))
                self.put(f"if {x} is not {door}: {t} = {x}")
        return t

    def _compare(self, term: Vergelijking) -> str:
        a, b = self.expr(term.links), self.expr(term.rechts)
        constant = isinstance(term.rechts, Constante)
        onbekend = f"{a} is U" if constant else f"{a} is U or {b} is U"
        toets = f"{a} {term.orde} {b}"
        leeg = [v for v, deel in ((a, term.links), (b, term.rechts)) if _may_be_empty(deel)]
        if leeg and not (term.orde == "==" and constant):
            bewaakt = " and ".join(f"{v} is not None and {v} is not N" for v in leeg)
            toets = f"({bewaakt} and {toets})"
        return f"(None if {onbekend} else {toets})"


def _may_be_empty(term: Uitdrukking) -> bool:
    match term:
        case Veld(leegbaar=leegbaar) | ItemVeld(leegbaar=leegbaar):
            return leegbaar
        case Constante():
            return False
        case Aantal() | Som():
            return False
        case _:
            return True


def compile_plan(plan: Plan) -> Settle:
    """Return the function that settles a plan."""
    s = _Schrijver(plan.catalogi)
    for nr, naam in enumerate(plan.gegeven):
        s.plek[naam] = f"g{nr}"
        s.put(f"g{nr} = get({s.literal(naam)}, U)")
    for nr, naam in enumerate(plan.afgeleid):
        s.plek[naam] = f"d{nr}"
        if not any(isinstance(st, Afgeleidveld) and st.naam == naam for stratum in plan.strata for st in stratum):
            s.put(f"d{nr} = None")
    for term in _computed_twice(plan):
        s.berekend[term] = s.expr(term)
    gedeeld = _shared(plan)
    beschikbaar = set(plan.gegeven)
    _settle_shared(s, gedeeld, beschikbaar)
    for stratum in plan.strata:
        for stap in stratum:
            if isinstance(stap, Afgeleidveld):
                _derive(s, stap)
                beschikbaar.add(stap.naam)
            else:
                _rule(s, stap)
        _settle_shared(s, gedeeld, beschikbaar)
    s.put("S.sort()")
    s.put(f"return Afloop(S, ({''.join(s.plek[n] + ', ' for n in plan.namen)}), E)")
    kop = ["def settle(f):", "    get = f.get", "    S = []", "    put = S.append", "    E = {}"]
    return _make("\n".join(kop + s.regels), s.tabel, "settle")  # type: ignore[no-any-return]


def _rule(s: _Schrijver, p: Planregel) -> None:
    r = f"r{p.nr}"
    _applies(s, p, r)
    regel = p.regel
    match regel.effect:
        case Eis(voorwaarde, verbod):
            with s.block(f"if {r} is not False:"):
                c = s.temp(s.cond(voorwaarde))
                goed, fout = ("False", "True") if verbod else ("True", "False")
                s.put(f"put(({p.nr}, (0 if {r} else 4) if {c} is {goed} else 1 if {c} is {fout} and {r} else 2))")
        case Afleiding(doelen):
            s.put(f"if {r} is not False: put(({p.nr}, 3 if {r} else 2))")
            # One look-up serves every column that the rule derives, but only where the rule applies.
            opzoekingen = [t for _, t in doelen if isinstance(t, Opzoeking)]
            if opzoekingen:
                s.regel = p.nr
                with s.block(f"if {r}:"):
                    for term in opzoekingen:
                        s.period(term.catalogus, term.code, term.op)
        case Verplichting(uiterlijk=uiterlijk):
            with s.block(f"if {r}:"):
                s.put(f"put(({p.nr}, 3))")
                if uiterlijk is not None:
                    s.put(f"E[{p.nr}] = {s.expr(uiterlijk)}")
        case Opening():
            s.put(f"if {r} is not False: put(({p.nr}, 3 if {r} else 2))")
        case _:
            s.put(f"if {r}: put(({p.nr}, 3))")


def _applies(s: _Schrijver, p: Planregel, r: str) -> None:
    """Write whether a rule applies: its condition, not its exception, and none of the rules that go before it."""
    s.put(f"{r} = {s.cond(p.regel.als)}")
    if p.regel.tenzij is not None:
        with s.block(f"if {r} is not False:"):
            x = s.temp(s.cond(p.regel.tenzij))
            s.put(f"if {x} is not False: {r} = None if {x} is None else False")
    for ander in p.wijkt_voor:
        s.put(f"if {r} is not False and r{ander} is not False: {r} = None if r{ander} is None else False")


def _derive(s: _Schrijver, veld: Afgeleidveld) -> None:
    d = s.plek[veld.naam]
    if len(veld.bronnen) == 1:
        ((nr, term),) = veld.bronnen
        s.regel = nr
        with s.block(f"if r{nr}:"):
            s.put(f"{d} = {s.expr(term)}")
        s.put(f"else: {d} = None if r{nr} is False else U")
        return
    eerder = s.fresh("e")
    open_ = s.fresh("o")
    s.put(f"{d} = None; {eerder} = -1; {open_} = {' or '.join(f'r{nr} is None' for nr, _ in veld.bronnen)}")
    for nr, term in veld.bronnen:
        s.regel = nr
        with s.block(f"if r{nr}:"):
            s.put(f"x = {s.expr(term)}")
            s.put(f"if x is U: {open_} = True")
            s.put(f"elif {eerder} < 0: {d} = x; {eerder} = {nr}")
            s.put(f"else: zelfde({s.literal(veld.naam)}, {eerder}, {d}, {nr}, x)")
    s.put(f"if {open_}: {d} = U")


def _computed_twice(plan: Plan) -> list[Uitdrukking]:
    """Return the sums and other computations over given facts that stand in the plan more than once, parts first."""
    telling: Counter[Uitdrukking] = Counter()
    for p in plan.regels:
        for term in rule_terms(p.regel):
            telling.update(d for d in walk(term) if isinstance(d, (Som, Aantal, Rekening, Afronding, Verdeling)))
    gegeven = set(plan.gegeven)
    return [t for t, n in reversed(telling.items()) if n > 1 and reads(t) <= gegeven and not _of_item(t)]


def _of_item(term: Uitdrukking) -> bool:
    """Whether a computation is about the item that a quantifier looks at."""
    if isinstance(term, (Som, Aantal, Verdeling)):
        return False
    return isinstance(term, ItemVeld) or any(_of_item(d) for d in children(term) if not isinstance(d, Voorwaarde))


def _shared(plan: Plan) -> dict[Voorwaarde, frozenset[str]]:
    """Return the simple conditions that stand in three rules or more, with the facts that they wait for."""
    telling: Counter[Voorwaarde] = Counter()
    for p in plan.regels:
        telling.update(
            {
                d
                for t in rule_terms(p.regel)
                for d in walk(t)
                if isinstance(d, (Vergelijking, Lidmaatschap)) and _only_facts(d)
            }
        )
    return {c: reads(c) for c, aantal in telling.items() if aantal >= 3}


def _only_facts(term: Vergelijking | Lidmaatschap) -> bool:
    delen = (term.links, term.rechts) if isinstance(term, Vergelijking) else (term.links,)
    return all(isinstance(d, (Veld, Constante)) for d in delen)


def _settle_shared(s: _Schrijver, gedeeld: dict[Voorwaarde, frozenset[str]], beschikbaar: set[str]) -> None:
    for term, leest in list(gedeeld.items()):
        if leest <= beschikbaar:
            naam = s.fresh("a")
            s.put(f"{naam} = {s.cond(term)}")
            s.gedeeld[term] = naam
            del gedeeld[term]


def compile_condition(voorwaarde: Voorwaarde, catalogi: Mapping[str, Catalogus]) -> Callable[[Feiten], Drie]:
    """Return a function of the given facts for a reikwijdte."""
    s = _Schrijver(catalogi)
    _given(s, voorwaarde)
    s.put(f"return {s.cond(voorwaarde)}")
    return _make("\n".join(["def toets(f):", "    get = f.get", *s.regels]), s.tabel, "toets")  # type: ignore[no-any-return]


def compile_date(regels: tuple[Datumregel, ...], catalogi: Mapping[str, Catalogus]) -> Callable[[Feiten], Waarde]:
    """Return a function of the given facts for the date that decides: the first rule that applies, unknown when that is unknown."""
    s = _Schrijver(catalogi)
    for regel in regels:
        _given(s, regel.als)
        _given(s, regel.op)
        t = s.temp(s.cond(regel.als))
        s.put(f"if {t} is None: return U")
        with s.block(f"if {t}:"):
            s.put(f"return {s.expr(regel.op)}")
    s.put("return U")
    return _make("\n".join(["def datum(f):", "    get = f.get", *s.regels]), s.tabel, "datum")  # type: ignore[no-any-return]


def compile_expression(term: Uitdrukking, catalogi: Mapping[str, Catalogus]) -> Callable[[Feiten], Waarde]:
    """Return a function of the facts, given and derived, for the value of a term."""
    s = _Schrijver(catalogi)
    _given(s, term)
    s.put(f"return {s.expr(term)}")
    return _make("\n".join(["def waarde(f):", "    get = f.get", *s.regels]), s.tabel, "waarde")  # type: ignore[no-any-return]


def _given(s: _Schrijver, term: Voorwaarde | Uitdrukking) -> None:
    for naam in sorted(reads(term)):
        if naam not in s.plek:
            s.plek[naam] = s.fresh("g")
            s.put(f"{s.plek[naam]} = get({s.literal(naam)}, U)")


def _make(bron: str, tabel: dict[str, Any], naam: str) -> Any:
    code: CodeType = compile(bron, "<plan>", "exec")
    exec(code, tabel)  # noqa: S102 - the source holds only names that this module made up
    return tabel[naam]
