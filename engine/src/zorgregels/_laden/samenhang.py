"""Whether the regelsets of a sector hang together: versions, names, derivations and the order of rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
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
    """A derived fact that nothing derives in the zaken of a version is always empty there: that is a slip."""
    sets = [s for _, s in gelezen]
    leidt_af = {s.id: _derived(s) for s in sets}
    nergens: dict[tuple[str, Pad, str, str], list[str]] = {}
    for vlak, regelset in gelezen:
        afgeleid: dict[str, set[str]] = {}
        for vraag in {r.vraag for r in regelset.regels}:
            samen = [regelset, *(s for s in sets if s.naam != regelset.naam and _may_meet(regelset, s, vraag))]
            afgeleid[vraag] = {n for s in samen for n, van in leidt_af[s.id] if van == vraag}
        for plek, regel in zip(vlak.regels, regelset.regels, strict=True):
            for pad, namen in _read_parts(regel):
                for naam in sorted(n for n in namen - afgeleid[regel.vraag] if n.startswith(regelset.sector + ":")):
                    nergens.setdefault((plek.bestand, (*plek.pad, *pad), naam, regel.vraag), []).append(regelset.id)
    for (bestand, pad, naam, vraag), ids in nergens.items():
        ook = f" en {len(ids) - 1} andere" if len(ids) > 1 else ""
        tekst = f"niets leidt `{naam.partition(':')[2]}` af in `{ids[0]}`{ook}"
        verslag.add("ZR-313", bestand, pad, tekst, _remedy(sets, naam, vraag))


def _derived(regelset: Regelset) -> frozenset[tuple[str, str]]:
    """Return what the rules of a version derive, each with the vraag for which they do."""
    regels = ((r.effect, r.vraag) for r in regelset.regels)
    return frozenset((n, vraag) for effect, vraag in regels if isinstance(effect, Afleiding) for n, _ in effect.doelen)


def _may_meet(a: Regelset, b: Regelset, vraag: str) -> bool:
    """Whether two versions may take part in one zaak; each is asked on a day of its own where their `datum` differs."""
    return a.datum.get(vraag) != b.datum.get(vraag) or _overlap(a, b)


def _remedy(sets: list[Regelset], naam: str, vraag: str) -> str:
    """A version that forgot what another derives should take it over."""
    for s in sorted(sets, key=lambda s: s.id, reverse=True):
        for r in s.regels:
            if r.vraag == vraag and isinstance(r.effect, Afleiding) and naam in dict(r.effect.doelen):
                return (
                    f"`{r.id}` in `{s.id}` doet dat, en die telt hier niet mee: neem haar over, of lees een ander feit."
                )
    return "Laat een regel het afleiden, of lees een ander feit."


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
    """Build the plan of every choice of versions that a zaak may come to: circles and double ids show there."""
    plekken = {(s.id, r.id): (vlak.regels[nr]) for vlak, s in gelezen for nr, r in enumerate(s.regels)}
    catalogi = {n: c[-1] for n, c in omgeving.catalogi.items()}
    for vraag in sorted({r.vraag for s in sets for r in s.regels}):
        for samen in _choices([s for s in sets if vraag in s.reikwijdte]):
            try:
                build_plan(omgeving.vragen[vraag], samen, catalogi)
            except Kringloop as kring:
                ids = {s.id for s in samen}
                eerste = next(k for k in kring.kring if any(k == r for _, r in plekken))
                plek = next(p for (s, r), p in sorted(plekken.items()) if r == eerste and s in ids)
                verslag.add(
                    "ZR-302",
                    plek.bestand,
                    plek.pad,
                    f"de regels wachten op elkaar: {kring}",
                    "Haal één van deze afhankelijkheden weg.",
                )
                return


def _choices(sets: list[Regelset]) -> Iterator[list[Regelset]]:
    """Yield which versions count together: on every day, with what was known on every day, with and without concepts.

    Each choice comes once. Where regelsets take their date from different facts, only versions of one day are tried together.
    """
    dagen = {s.van or date.min for s in sets} | {s.tot + timedelta(1) for s in sets if s.tot and s.tot < date.max}
    gezien: set[tuple[str, ...]] = set()
    for dag in sorted(dagen):
        van_kracht = [s for s in sets if s.in_force(dag)]
        # Left out, bekend_op is later than whatever is known.
        for bekend_op in sorted({s.bekend or date.min for s in van_kracht}):
            bekend = [s for s in van_kracht if (s.bekend or date.min) <= bekend_op]
            for samen in (_latest(bekend), _latest([s for s in bekend if s.status == "geldend"])):
                sleutel = tuple(sorted(s.id for s in samen))
                if sleutel not in gezien:
                    gezien.add(sleutel)
                    yield samen


def _latest(sets: list[Regelset]) -> list[Regelset]:
    """Return of each regelset the version that became known last; of equals, what is law goes before a concept."""
    keuze: dict[str, Regelset] = {}
    for s in sorted(sets, key=lambda s: (s.bekend or date.min, s.status == "geldend")):
        keuze[s.naam] = s
    return list(keuze.values())
