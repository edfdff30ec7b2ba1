"""Whether the regelsets of a sector hang together: versions, names, derivations and the order of rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations

from .._lezen.meldingen import Pad, suggest
from .._plan.plan import Kringloop, build_plan, text_facts
from .._taal.omgeving import Omgeving
from .._taal.regelset import Afleiding, Eis, Regel, Regelset, Verplichting
from .._taal.termen import reads
from .._taal.verslag import Verslag
from .._taal.vlak import Vlak


def check_versions(gelezen: list[tuple[Vlak, Regelset]], verslag: Verslag) -> None:
    """Of two versions in force on one day the later known counts; when that cannot be told there is no choice."""
    for (_, a), (vlak, b) in combinations(sorted(gelezen, key=lambda g: g[1].id), 2):
        if a.naam == b.naam and a.status == b.status and a.bekend == b.bekend and _overlap(a, b):
            verslag.add(
                "ZR-307",
                vlak.bestand,
                ("geldig",),
                f"`{b.id}` en `{a.id}` gelden op dezelfde dagen en zijn even lang bekend",
                "Geef de correctie een latere datum `bekend`, of begrens de geldigheid.",
            )


def _overlap(a: Regelset, b: Regelset) -> bool:
    return (a.van or date.min) <= (b.tot or date.max) and (b.van or date.min) <= (a.tot or date.max)


def check_names(gelezen: list[tuple[Vlak, Regelset]], verslag: Verslag) -> None:
    """A rule belongs to one regelset, whatever its versions: which of them take part together depends on the zaak."""
    eerste: dict[str, Regelset] = {}
    for vlak, regelset in sorted(gelezen, key=lambda g: g[1].id):
        for nr, regel in enumerate(regelset.regels):
            ander = eerste.setdefault(regel.id, regelset)
            if ander.naam != regelset.naam:
                plek = vlak.regels[nr]
                verslag.add(
                    "ZR-301",
                    plek.bestand,
                    (*plek.pad, "id"),
                    f"de regel `{regel.id}` staat ook in `{ander.id}`",
                    "Een regel hoort bij één regelset: geef een van de twee een andere naam.",
                )


def check_derived(gelezen: list[tuple[Vlak, Regelset]], verslag: Verslag) -> None:
    """A derived fact that nothing derives is always empty: that is a slip."""
    afgeleid = {n for _, s in gelezen for r in s.regels if isinstance(r.effect, Afleiding) for n, _ in r.effect.doelen}
    for vlak, regelset in gelezen:
        for nr, regel in enumerate(regelset.regels):
            plek = vlak.regels[nr]
            for pad, namen in _read_parts(regel):
                for naam in sorted(n for n in namen - afgeleid if n.startswith(regelset.sector + ":")):
                    verslag.add(
                        "ZR-313",
                        plek.bestand,
                        (*plek.pad, *pad),
                        f"niets leidt `{naam.partition(':')[2]}` af",
                        "Laat een regel het afleiden, of lees een ander feit.",
                    )


def _read_parts(regel: Regel) -> Iterator[tuple[Pad, frozenset[str]]]:
    """Yield the parts of a rule with the facts that each reads or shows."""
    yield ("als",), reads(regel.als)
    if regel.tenzij is not None:
        yield ("tenzij",), reads(regel.tenzij)
    match regel.effect:
        case Eis(voorwaarde, _):
            yield ("dan",), reads(voorwaarde)
        case Afleiding(doelen):
            yield ("dan",), frozenset().union(*(reads(t) for _, t in doelen))
        case Verplichting(uiterlijk=uiterlijk) if uiterlijk is not None:
            yield ("dan",), reads(uiterlijk)
    yield ("motivering",), text_facts(regel)


def check_precedence(vlakken: Iterable[Vlak], verslag: Verslag) -> None:
    """A rule goes before a rule of its own sector, for the same vraag, in whichever regelset that stands."""
    plekken = [p for vlak in vlakken for p in vlak.regels]
    vragen: dict[str, set[str]] = {}
    for plek in plekken:
        vragen.setdefault(plek.data["id"], set()).add(plek.data["vraag"])
    for plek in plekken:
        eigen = plek.data["id"]
        for i, ander in enumerate(plek.data.get("gaat_voor", ())):
            if plek.data["vraag"] in vragen.get(ander, ()) and ander != eigen:
                continue
            reden = "dat is zij zelf" if ander == eigen else "die is er niet"
            if ander in vragen and ander != eigen:
                reden = f"die beantwoordt de vraag `{'`, `'.join(sorted(vragen[ander]))}`"
            verslag.add(
                "ZR-304",
                plek.bestand,
                (*plek.pad, "gaat_voor", i),
                f"`{eigen}` kan niet voorgaan op `{ander}`: {reden}",
                suggest(ander, [n for n, v in vragen.items() if plek.data["vraag"] in v and n != eigen]),
            )


def check_plans(
    sets: tuple[Regelset, ...], gelezen: list[tuple[Vlak, Regelset]], omgeving: Omgeving, verslag: Verslag
) -> None:
    """Build the plan of every day on which another version comes in force: circles and double ids show there."""
    plekken = {(s.id, r.id): (vlak.regels[nr]) for vlak, s in gelezen for nr, r in enumerate(s.regels)}
    gezien: set[tuple[str, ...]] = set()
    for vraag in sorted({r.vraag for s in sets for r in s.regels}):
        for dag in sorted({s.van or date.min for s in sets}):
            samen = [s for s in _latest(sets, dag) if vraag in s.reikwijdte]
            sleutel = (vraag, *(s.id for s in samen))
            if sleutel in gezien:
                continue
            gezien.add(sleutel)
            try:
                build_plan(omgeving.vragen[vraag], samen, {n: c[-1] for n, c in omgeving.catalogi.items()})
            except Kringloop as kring:
                eerste = next(k for k in kring.kring if any(k == r for _, r in plekken))
                plek = next(p for (s, r), p in sorted(plekken.items()) if r == eerste and s in sleutel)
                verslag.add(
                    "ZR-302",
                    plek.bestand,
                    plek.pad,
                    f"de regels wachten op elkaar: {kring}",
                    "Haal één van deze afhankelijkheden weg.",
                )
                return


def _latest(sets: tuple[Regelset, ...], dag: date) -> list[Regelset]:
    keuze: dict[str, Regelset] = {}
    for s in sets:
        eerder = keuze.get(s.naam)
        if s.in_force(dag) and (eerder is None or (s.bekend or date.min) >= (eerder.bekend or date.min)):
            keuze[s.naam] = s
    return list(keuze.values())
