"""A Beslissing in words: short for who asked, with grounds for who audits, with everything for who builds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from textwrap import wrap
from typing import TYPE_CHECKING, Final, Literal, get_args

from .._taal.bron import Bron
from .._taal.vraag import VRAGEN, Uitkomst
from .._waarden import Soort, spell
from .omslag import Omslag, find_turn
from .tekst import show, show_date

if TYPE_CHECKING:
    from .beslissing import Beslissing, Feitwaarde, Plicht, Stap

Lezer = Literal["burger", "auditor", "ontwikkelaar"]
Beslis = Callable[[Mapping[str, object]], "Beslissing"]
_BREEDTE: Final = 110
_LABEL = re.compile(r" *(?:- |Let op: |(?:regel|bron|norm|feiten|effect|route|url) {3,})?")
_JA_NEE = {Uitkomst.JA: "ja", Uitkomst.NEE: "nee", Uitkomst.ONBEKEND: "nog niet te zeggen"}
_ROUTE = {Uitkomst.JA: "open", Uitkomst.NEE: "gesloten", Uitkomst.ONBEKEND: "onbekend"}


def explain(
    beslissing: Beslissing,
    *,
    voor: Lezer = "auditor",
    zaak: Mapping[str, object] | None = None,
    decide: Beslis | None = None,
) -> str:
    """Return the explanation of a Beslissing, plain text in Dutch.

    Args:
        beslissing: what is explained.
        voor: ``burger``: plain sentences, at most the article; ``auditor``: rule, source, norms, facts, version, receipt;
            ``ontwikkelaar``: everything.
        zaak: what was decided; with ``decide``, the nearest change that turns a ``nee`` is named.
        decide: decides a zaak by the same rules. What is said about a change has been decided with it.

    Raises:
        ValueError: nobody is such a reader.
    """
    if voor not in get_args(Lezer):
        raise ValueError(f"voor is {', '.join(get_args(Lezer))}; niet {voor!r}")
    omslag = find_turn(beslissing, zaak, decide) if zaak is not None and decide is not None else None
    if voor == "burger":
        return _plain(beslissing, omslag)
    regels = [_head(beslissing), *_subject(beslissing), ""]
    regels += _concept(beslissing)
    vol = voor == "ontwikkelaar"
    telt = _decisive(beslissing)
    samen = _together(beslissing)
    if samen:
        regels += [f"  {samen}:", ""]
    for stap in telt:
        regels += _step(stap, vol=vol)
    if not telt and not beslissing.ontbrekend.feiten:
        regels += ["  Geen enkele regel gaf de doorslag.", ""]
    if omslag is not None:
        regels += [f"  {_turn(beslissing, omslag)}", ""]
    regels += _routes(beslissing) + _missing(beslissing) + _duties(beslissing.verplichtingen)
    overig = [s for s in beslissing.motivering if s not in telt]
    ook = _once(s.tekst for s in overig if s.effect in {"eis", "verbied"} and s.resultaat == "voldaan")
    if ook and not vol:
        regels += ["  Ook nagegaan:", *(f"    - {t}" for t in ook), ""]
    regels += _warnings(beslissing)
    if vol:
        regels += (
            _derived(beslissing) + ["", "  Overige stappen:", ""] + [r for s in overig for r in _step(s, vol=True)]
        )
    regels += ["", *_receipt(beslissing, vol=vol)]
    return _tidy(regels)


def summarize(beslissing: Beslissing) -> str:
    """Return the answer in a few lines: oordeel, what decided, what is missing, digest."""
    regels = [_head(beslissing), *_concept(beslissing)]
    samen = _together(beslissing)
    telt = _once(f"  {s.tekst} ({s.bron})" for s in _decisive(beslissing))
    if samen:
        telt = [f"  {samen}: {', '.join(s.regel for s in _decisive(beslissing))}"]
    regels += telt[:3]
    if len(telt) > 3:
        regels.append(f"  … en nog {len(telt) - 3}; zorgregels explain toont alles.")
    regels += _routes(beslissing) + _missing(beslissing)
    if beslissing.verplichtingen:
        dagen = sorted(p.uiterlijk for p in beslissing.verplichtingen if isinstance(p.uiterlijk, date))
        eerst = f", de eerste uiterlijk {show_date(dagen[0])}" if dagen else ""
        regels += [f"  Verplichtingen: {len(beslissing.verplichtingen)}{eerst}"]
    regels += _warnings(beslissing)
    return _tidy([*regels, f"  {beslissing.digest}"])


# -- burger --------------------------------------------------------------------------------------------------------


def _plain(b: Beslissing, omslag: Omslag | None) -> str:
    k = b.kwitantie
    vraag = VRAGEN.get(k.vraag)
    regels = [
        f"{vraag.titel if vraag else _words(k.vraag).capitalize() + '?'}",
        f"Het antwoord is {_JA_NEE[b.uitkomst]}: {_words(b.oordeel)}."
        if b.uitkomst is not Uitkomst.ONBEKEND
        else "Dat is met deze gegevens nog niet te zeggen.",
        f"Dit volgt uit de regels voor {show_date(k.peildatum)}.",
        "",
    ]
    if _concepts(b):
        regels += ["Let op: deze regels zijn een concept. Zij zijn nog geen geldend recht.", ""]
    regels += _because(b)
    if b.routes:
        regels += ["", "De wegen van bekostiging:"]
        regels += [f"- {_words(r.route).capitalize()}: {_ROUTE[r.uitkomst]}." for r in b.routes]
    if b.ontbrekend.feiten:
        regels += [
            "",
            "Om dit te kunnen beantwoorden is nog nodig:" if b.uitkomst is Uitkomst.ONBEKEND else "Nog niet bekend is:",
        ]
        regels += [f"- {f.omschrijving}" for f in b.ontbrekend.feiten]
    if b.ontbrekend.gaten:
        regels += [
            "",
            "De lijst van prestaties en tarieven die hier is geladen, heeft het antwoord niet.",
        ]
    if omslag is not None:
        regels += ["", f"Het antwoord is wel ja bij: {omslag.tekst}."]
    if b.verplichtingen:
        regels += ["", "Los daarvan geldt:"]
        regels += [f"- {p.wie}{_until(p)}: {p.plicht}" for p in b.verplichtingen]
    regels += ["", *(r.strip() for r in _warnings(b))]
    return _tidy(regels)


def _because(b: Beslissing) -> list[str]:
    """The reasons, each once, with at most the article."""
    redenen: dict[str, str] = {}
    samen = _together(b)
    for s in _decisive(b):
        if samen:
            redenen.setdefault(f"{samen}.", _article(s.bron))
        elif s.tekst:
            redenen.setdefault(s.tekst, _article(s.bron))
    if not redenen:
        return []
    if len(redenen) == 1:
        ((tekst, artikel),) = redenen.items()
        return [f"Waarom? {tekst}", *([f"Dat staat in: {artikel}."] if artikel else [])]
    return ["Waarom?", *(f"- {t}{f' ({a})' if a else ''}" for t, a in redenen.items())]


def _article(bron: Bron) -> str:
    return f"{bron.document}, artikel {bron.artikel}" if bron.artikel else bron.document


# -- parts ---------------------------------------------------------------------------------------------------------


def _head(b: Beslissing) -> str:
    k = b.kwitantie
    delen = [k.vraag, f"peildatum {show_date(k.peildatum)}"]
    if k.bekend_op is not None:
        delen.append(f"zoals bekend op {show_date(k.bekend_op)}")
    sectoren = sorted(
        {f"{r.partition('/')[0]}@{r.rpartition('@')[2].partition('.')[0]}" for r, _, _ in k.herkomst.regelsets}
    )
    concept = "   CONCEPT, GEEN GELDEND RECHT" if _concepts(b) else ""
    return f"{_words(b.oordeel).upper()}   {' · '.join(delen + sectoren)}{concept}"


def _subject(b: Beslissing) -> list[str]:
    """What it is about: the name that a catalogue gave, and what was given in the feitsoort that the vraag is named after."""
    namen = {a.feit.partition(".")[0]: a for a in b.afgeleid if a.feit.endswith(".naam")}
    naam = namen.get("prestatie") or next(iter(namen.values()), None)
    delen = [str(naam.waarde)[:1].upper() + str(naam.waarde)[1:]] if naam is not None else []
    eigen = {f.feit: f for s in b.motivering for f in s.feiten if f.feit.startswith(f"{b.kwitantie.vraag}.")}
    delen += [
        f"{_field(f.feit)} {_value(f)}" for _, f in sorted(eigen.items()) if not f.onbekend and f.soort is not None
    ]
    return [" · ".join(delen)] if delen else []


def _concept(b: Beslissing) -> list[str]:
    return [f"  CONCEPT: {id_} is geen geldend recht." for id_ in _concepts(b)]


def _concepts(b: Beslissing) -> list[str]:
    return [id_ for id_, _, status in b.kwitantie.herkomst.regelsets if status == "concept"]


def _warnings(b: Beslissing) -> list[str]:
    """The warnings, without the engine's own about a concept: the head of the explanation says that already."""
    return [f"  Let op: {w.tekst}" for w in b.waarschuwingen if w.regelset is None or w.regel is not None]


def _step(s: Stap, *, vol: bool) -> list[str]:
    regels = [f"  {s.tekst or _words(s.resultaat)}"]
    regels.append(f"    regel    {s.regel}   ({s.regelset})")
    regels.append(f"    bron     {s.bron}")
    if s.normen:
        regels.append(f"    norm     {', '.join(s.normen)}")
    feiten = s.feiten if vol else tuple(f for f in s.feiten if not f.onbekend)
    namen = _short_names(f.feit for f in feiten)
    if feiten:
        regels.append(f"    feiten   {' · '.join(f'{f.feit if vol else namen[f.feit]} {_value(f)}' for f in feiten)}")
    if s.verwijzing.route:
        regels.append(f"    route    {_words(s.verwijzing.route)}")
    if vol:
        af = f" · leidt af: {', '.join(s.verwijzing.leidt_af)}" if s.verwijzing.leidt_af else ""
        regels.append(f"    effect   {s.effect}: {s.resultaat}{af}")
        if s.bron.url:
            regels.append(f"    url      {s.bron.url}")
    return [*regels, ""]


def _turn(b: Beslissing, omslag: Omslag) -> str:
    """``Wel toegestaan bij: …``, or ``Voldoet wel bij: …`` where the nee puts its *niet* last."""
    oordeel = f"{omslag.oordeel.capitalize()} wel" if b.oordeel.endswith("_niet") else f"Wel {omslag.oordeel}"
    return f"{oordeel} bij: {omslag.tekst}"


def _decisive(b: Beslissing) -> tuple[Stap, ...]:
    """The steps that decided; where there are routes, those of the routes that came to what the zaak came to."""
    anders = {r.route for r in b.routes if r.uitkomst is not b.uitkomst}
    return tuple(s for s in b.beslissend if s.verwijzing.route not in anders)


def _together(b: Beslissing) -> str:
    """What is to be said where no rule decided by itself: each is unknown, and together they leave only one answer."""
    if b.uitkomst is Uitkomst.ONBEKEND or any(s.resultaat != "onbekend" for s in _decisive(b)) or not _decisive(b):
        return ""
    wat = "is altijd voldaan" if b.uitkomst is Uitkomst.JA else "kan niet zijn voldaan"
    return f"Aan deze regels samen {wat}, welke waarde de ontbrekende feiten ook hebben"


def _once(teksten: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(teksten))


def _routes(b: Beslissing) -> list[str]:
    if not b.routes:
        return []
    breed = max(len(_words(r.route)) for r in b.routes)
    regels = ["  Wegen van bekostiging:"]
    for r in sorted(b.routes, key=lambda r: (list(_ROUTE).index(r.uitkomst), r.route)):
        nodig = f"   nog nodig: {', '.join(r.ontbrekend)}" if r.ontbrekend else ""
        regels.append(f"    {_words(r.route).ljust(breed)}   {_ROUTE[r.uitkomst]}{nodig}")
    return [*regels, ""]


def _missing(b: Beslissing) -> list[str]:
    o = b.ontbrekend
    regels: list[str] = []
    if o.feiten:
        kop = (
            "Nog nodig" if not o.bovengrens else "Mogelijk nog nodig (niet elk hiervan hoeft de uitkomst te veranderen)"
        )
        regels += [f"  {kop}:", *(f"    {f.feit}   {f.omschrijving}" for f in o.feiten), ""]
    if o.gaten:
        regels += ["  De catalogus zwijgt over:"]
        regels += [f"    {g.feit} van {g.code} op {show_date(g.op)}   ({g.catalogus})" for g in o.gaten]
        regels += [""]
    return regels


def _duties(plichten: Iterable[Plicht]) -> list[str]:
    regels = [f"    - {p.wie}{_until(p)}: {p.plicht}" for p in plichten]
    return ["  Verplichtingen:", *regels, ""] if regels else []


def _until(p: Plicht) -> str:
    if isinstance(p.uiterlijk, date):
        return f", uiterlijk {show_date(p.uiterlijk)}"
    return "" if p.uiterlijk is None else ", uiterste dag nog niet te bepalen"


def _derived(b: Beslissing) -> list[str]:
    if not b.afgeleid:
        return []
    return ["", "  Afgeleid:", *(f"    {a.sector}:{a.feit} = {show(a.waarde, a.soort)}" for a in b.afgeleid)]


def _receipt(b: Beslissing, *, vol: bool) -> list[str]:
    k, h = b.kwitantie, b.kwitantie.herkomst
    regels = [f"  regelset   {id_}   {d if vol else d[:19] + '…'}   {status}" for id_, d, status in h.regelsets]
    if vol:
        regels += [f"  catalogus  {id_}   {d}" for id_, d in h.catalogi]
        regels += [f"  plugin     {p}   {d} {v}" for p, d, v in h.plugins]
        regels += [f"  feiten     {k.feiten}"]
    regels += [f"  beslissing {b.digest}"]
    regels += [f"  kwitantie  zorgregels {h.engine} · taal {h.taal} · schema's {h.schemas} · {h.inferentie}"]
    return regels


def _short_names(feiten: Iterable[str]) -> dict[str, str]:
    """A fact by its field, and by its whole name where two would read the same."""
    namen = list(feiten)
    kort = {n: _field(n) for n in namen}
    return {n: k if list(kort.values()).count(k) == 1 else _words(n.replace(".", " ")) for n, k in kort.items()}


def _field(naam: str) -> str:
    return _words(naam.rpartition(".")[2])


def _words(naam: str) -> str:
    return naam.replace("_", " ")


def _value(f: Feitwaarde) -> str:
    if f.soort is Soort.RATIO and f.waarde is not None and not isinstance(f.waarde, tuple):
        return str(spell(f.waarde, f.soort))
    return show(f.waarde, f.soort or Soort.TEKST)


def _tidy(regels: list[str]) -> str:
    """Fold long lines under where their text begins; one empty line at most in a row, none at the end."""
    uit: list[str] = []
    for r in regels:
        if not r:
            if uit and uit[-1]:
                uit.append("")
            continue
        label = _LABEL.match(r)
        inspring = " " * (label.end() if label else 0)
        uit += wrap(r, _BREEDTE, subsequent_indent=inspring, break_long_words=False, break_on_hyphens=False) or [""]
    return "\n".join(uit).rstrip()
