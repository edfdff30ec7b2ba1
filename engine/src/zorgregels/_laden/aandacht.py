"""What is not wrong but likely a slip: rules that no case reaches, values that nothing reads, rules that always clash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from .._lezen.meldingen import Pad
from .._lezen.yaml import read_yaml
from .._plan.plan import text_facts
from .._taal.regelset import Afleiding, Regelset, rule_terms
from .._taal.termen import (
    Aantal,
    Constante,
    ItemVeld,
    Kwantor,
    Opzoeking,
    Som,
    Uitdrukking,
    Verdeling,
    Voorwaarde,
    reads,
    walk,
)
from .._taal.verslag import Verslag
from .casussen import Casus
from .catalogi import find_left_out
from .lading import Sector

Data = Any
Plek = tuple[str, Pad]


def find_slips(
    sectoren: Sequence[Sector], geraakt: frozenset[str], casussen: Mapping[str, Sequence[Casus]], verslag: Verslag
) -> None:
    """Note every likely slip of these sectors.

    Args:
        sectoren: the sectors that loaded.
        geraakt: the rules that some case reached.
        casussen: the cases of each sector.
        verslag: receives the warnings.
    """
    gelezen = _everything_read(sectoren)
    getoetst = {n.rpartition(":")[2] for cs in casussen.values() for c in cs for n in c.verwacht.get("afgeleid", ())}
    for sector in sectoren:
        plekken = dict(_places(sector))
        _unused(sector, gelezen, getoetst, plekken, verslag)
        if not casussen[sector.naam]:
            verslag.add(
                "ZR-800",
                sector.bundel.merk.naam,
                (),
                f"de plugin `{sector.naam}` heeft geen casussen",
                "Schrijf naast elke regelset een *.casussen.yaml met de uitkomst die de bron geeft.",
            )
        else:
            _unreached(plekken, geraakt, verslag)
        _clashes(sector, plekken, verslag)
        _unread(sector, gelezen, verslag)
        find_left_out(sector, verslag)


def _places(sector: Sector) -> Iterator[tuple[str, Plek]]:
    """Where each rule is written last: the newest version is what an author is working on."""
    for bestand in sector.bundel.regelsets:
        data: Data = read_yaml(bestand.inhoud, bestand.naam)
        for i, regel in enumerate(data["regels"]):
            yield regel["id"], (bestand.naam, ("regels", i))


def _unreached(plekken: Mapping[str, Plek], geraakt: frozenset[str], verslag: Verslag) -> None:
    for id_, (bestand, pad) in plekken.items():
        if id_ not in geraakt:
            verslag.add(
                "ZR-801",
                bestand,
                (*pad, "id"),
                f"geen casus raakt de regel `{id_}`",
                "Schrijf een casus waarin deze regel van toepassing is.",
            )


def _unused(
    sector: Sector, gelezen: frozenset[str], getoetst: set[str], plekken: Mapping[str, Plek], verslag: Verslag
) -> None:
    """A derived value may be an answer in itself; then a case says what it should be. Columns of a catalogue come as they are."""
    for regelset in sector.regelsets:
        for r in regelset.regels:
            doelen = r.effect.doelen if isinstance(r.effect, Afleiding) else ()
            for naam, term in doelen:
                kort = _kort(naam)
                # `naam` and `bestaat` are columns that every catalogue has; they are shown, not read.
                if isinstance(term, Opzoeking) or kort.endswith((".naam", ".bestaat")):
                    continue
                if naam not in gelezen and kort not in getoetst:
                    bestand, pad = plekken[r.id]
                    verslag.add(
                        "ZR-802",
                        bestand,
                        (*pad, "dan"),
                        f"geen regel leest `{kort}` en geen casus toetst het",
                        "Is het een antwoord op zich, schrijf dan een casus met `afgeleid`.",
                    )


def _clashes(sector: Sector, plekken: Mapping[str, Plek], verslag: Verslag) -> None:
    """Two rules with the same condition that derive two constants for one fact stop every zaak that they apply to."""
    for regelset in sector.regelsets:
        for een, ander in combinations(regelset.regels, 2):
            if not (isinstance(een.effect, Afleiding) and isinstance(ander.effect, Afleiding)):
                continue
            if (een.vraag, een.als, een.tenzij) != (ander.vraag, ander.als, ander.tenzij):
                continue
            if een.id in ander.gaat_voor or ander.id in een.gaat_voor:
                continue
            waarden = dict(een.effect.doelen)
            for naam, term in ander.effect.doelen:
                eerder = waarden.get(naam)
                if isinstance(term, Constante) and isinstance(eerder, Constante) and term != eerder:
                    bestand, pad = plekken[ander.id]
                    verslag.add(
                        "ZR-803",
                        bestand,
                        (*pad, "dan"),
                        f"`{ander.id}` en `{een.id}` leiden voor `{_kort(naam)}` altijd een verschillende waarde af",
                        "Geef een van beide een voorwaarde, `tenzij` of `gaat_voor`.",
                    )


def _unread(sector: Sector, gelezen: frozenset[str], verslag: Verslag) -> None:
    """A field that no rule reads, shows or derives is a typing error, or a rule that is still to be written."""
    gevuld = {c.feitsoort for c in sector.catalogi}
    afgeleid = {
        n for s in sector.regelsets for r in s.regels if isinstance(r.effect, Afleiding) for n, _ in r.effect.doelen
    }
    bestanden = {b.naam.rpartition("/")[2].partition(".")[0]: b.naam for b in sector.bundel.feiten}
    for soort in sector.feitsoorten.values():
        for veld in soort.velden.values():
            naam = soort.name_of(veld)
            if naam in gelezen or naam in afgeleid or (veld.afgeleid and soort.naam in gevuld):
                continue
            if veld.identificator:  # no rule may read it
                continue
            doet = "leidt" if veld.afgeleid else "leest"
            verslag.add(
                "ZR-804",
                bestanden.get(soort.naam, sector.bundel.merk.naam),
                ("properties", veld.naam),
                f"geen enkele regel {doet} `{soort.naam}.{veld.naam}`{' af' if veld.afgeleid else ''}",
                "Laat het veld weg, of schrijf de regel ervoor.",
            )


def _everything_read(sectoren: Sequence[Sector]) -> frozenset[str]:
    """The facts that any rule reads or shows, and the fields of list items as ``lijst.veld``."""
    namen: set[str] = set()
    for sector in sectoren:
        for s in sector.regelsets:
            for term in _terms(s):
                namen |= reads(term)
                namen.update(_item_fields(term))
            for r in s.regels:
                namen |= text_facts(r)
    return frozenset(namen)


def _terms(s: Regelset) -> Iterator[Voorwaarde | Uitdrukking]:
    yield from s.reikwijdte.values()
    for datums in s.datum.values():
        for d in datums:
            yield d.als
            yield d.op
    for r in s.regels:
        yield from rule_terms(r)


def _item_fields(term: Voorwaarde | Uitdrukking) -> Iterator[str]:
    for deel in walk(term):
        if isinstance(deel, (Kwantor, Aantal, Som, Verdeling)):
            if isinstance(deel, Verdeling):
                yield from (f"{deel.lijst}.{veld}" for veld in deel.velden)
            if isinstance(deel, Som):
                yield f"{deel.lijst}.{deel.veld}"
            yield from (f"{deel.lijst}.{d.naam}" for d in walk(deel.waar) if isinstance(d, ItemVeld))


def _kort(naam: str) -> str:
    return naam.rpartition(":")[2]
