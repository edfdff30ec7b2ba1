"""Bundels in, sectors out: read, validated, typed, and checked against each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, Final

from .._lezen.meldingen import Melding
from .._taal.catalogi import parse_catalogus
from .._taal.catalogus import Catalogus
from .._taal.feitsoort import Feitsoort, field_faults, parse_feitsoort
from .._taal.omgeving import Omgeving
from .._taal.regels import parse_regelset
from .._taal.regelset import Regelset
from .._taal.verslag import Verslag
from .._taal.vlak import Vlak, flatten
from .._taal.vraag import Vraag
from .bundel import Bundel
from .catalogi import check_catalogue, check_codes
from .document import read_document
from .geheugen import Geheugen
from .lading import Gelezen, Lading, Sector
from .samenhang import check_derived, check_names, check_plans, check_precedence, check_versions

Data = Any
_VERWIJZINGEN: Final = {"ZR-217", "ZR-301", "ZR-302", "ZR-304", "ZR-305", "ZR-307", "ZR-311", "ZR-313"}
"""What may be the consequence of a fault in another file."""


@dataclass(slots=True)
class _Half:
    """A sector of which not everything is read yet."""

    bundel: Bundel
    verslag: Verslag
    naam: str = ""
    titel: str = ""
    feitsoorten: dict[str, Feitsoort] | None = None
    documenten: dict[str, Data] | None = None
    schemas: list[Data] = field(default_factory=list)
    vlakken: dict[str, Vlak] = field(default_factory=dict)
    plekken: dict[str, str] = field(default_factory=dict)
    """The file of every feitsoort."""
    heel: bool = False
    """Whether every feitsoort could be read, so that rules can be held against them."""


def load_sectors(bundels: Iterable[Bundel], vragen: Mapping[str, Vraag], geheugen: Geheugen | None = None) -> Lading:
    """Return the sectors of these bundels. A bundel with faults is left out and reported; the others load.

    Args:
        bundels: what takes part, in any order.
        vragen: the vragen that rules may answer.
        geheugen: remembers documents that were read before, by their content.
    """
    halven = [_begin(b, geheugen or Geheugen(None)) for b in sorted(bundels, key=lambda b: b.plugin)]
    _check_alone(halven)
    _check_shared(halven)
    goed = [h for h in halven if not h.verslag.meldingen]
    omgeving = Omgeving({h.naam: h.feitsoorten or {} for h in goed}, vragen)
    catalogi: dict[str, tuple[Catalogus, ...]] = {}
    for half in goed:
        for c in _catalogi(half):
            catalogi[c.naam] = (*catalogi.get(c.naam, ()), c)
    omgeving = Omgeving(omgeving.feitsoorten, vragen, catalogi)
    sectoren = []
    for half in goed:
        regelsets = _regelsets(half, omgeving)
        _forget_consequences(half, catalogi)
        if not half.verslag.meldingen:
            eigen = tuple(c for versies in catalogi.values() for c in versies if c.naam.startswith(half.naam + "/"))
            feitsoorten = half.feitsoorten or {}
            sectoren.append(Sector(half.naam, half.titel, feitsoorten, eigen, regelsets, half.bundel, _gelezen(half)))
    for half in halven:
        if half.heel and half not in goed:
            _check_rest(half, omgeving)
    mislukt: dict[str, tuple[Melding, ...]] = {}
    for half in halven:
        if half.verslag.meldingen:  # a plugin with code may have several folders
            mislukt[half.bundel.plugin] = (*mislukt.get(half.bundel.plugin, ()), *half.verslag.located())
    over = {s.naam for s in sectoren}
    return Lading(
        tuple(sectoren),
        Omgeving(
            {n: f for n, f in omgeving.feitsoorten.items() if n in over},
            vragen,
            {n: c for n, c in catalogi.items() if n.partition("/")[0] in over},
        ),
        mislukt,
    )


# -- reading -------------------------------------------------------------------------------------------------------


def _begin(bundel: Bundel, geheugen: Geheugen) -> _Half:
    half = _Half(bundel, Verslag({b.naam: b.inhoud for b in bundel.files}))
    merk = read_document(bundel.merk, "plugin", half.verslag, geheugen)
    if merk is None:
        return half
    half.naam, half.titel = merk["sector"], merk["titel"]
    half.feitsoorten = {}
    for bestand in bundel.feiten:
        schema = read_document(bestand, "feit", half.verslag, geheugen)
        if schema is not None:
            half.schemas.append(schema)
            _add_feitsoort(half, schema, bestand.naam)
    half.heel = not half.verslag.meldingen
    half.documenten = {}
    for groep, naam in ((bundel.catalogi, "catalogus"), (bundel.regelsets, "regelset")):
        for bestand in groep:
            document = read_document(bestand, naam, half.verslag, geheugen)
            if document is not None:
                half.documenten[bestand.naam] = document
                eigen = document[naam].partition("/")[0]
                if eigen != half.naam:
                    half.verslag.add(
                        "ZR-220",
                        bestand.naam,
                        (naam,),
                        f"`{document[naam]}` begint niet met `{half.naam}/`",
                        "Een plugin schrijft alleen in zijn eigen naamruimte.",
                    )
    return half


def _add_feitsoort(half: _Half, schema: Data, bestand: str) -> None:
    assert half.feitsoorten is not None
    voor = len(half.verslag.meldingen)
    if schema["title"] in half.plekken:
        half.verslag.add(
            "ZR-308",
            bestand,
            ("title",),
            f"de feitsoort `{schema['title']}` staat ook in {half.plekken[schema['title']]}",
            "Voeg de velden samen in één bestand.",
        )
    half.plekken.setdefault(schema["title"], bestand)
    if schema["title"] == "zaak":
        half.verslag.add(
            "ZR-308",
            bestand,
            ("title",),
            "de feitsoort `zaak` is van de taal zelf",
            "`zaak.peildatum` is de peildatum.",
        )
    for naam, veld in schema["properties"].items():
        for tekst, hulp in field_faults(veld):
            half.verslag.add("ZR-223", bestand, ("properties", naam), f"veld `{naam}` {tekst}", hulp)
        if schema["x-aantal"] == "lijst" and veld.get("readOnly"):
            half.verslag.add(
                "ZR-223",
                bestand,
                ("properties", naam),
                f"veld `{naam}` van een lijst kan niet worden afgeleid",
                "Leid een feit van een enkele feitsoort af.",
            )
    if len(half.verslag.meldingen) == voor:
        half.feitsoorten[schema["title"]] = parse_feitsoort(half.naam, schema)


def _gelezen(half: _Half) -> Gelezen:
    catalogi = tuple((b, d) for b, d in (half.documenten or {}).items() if "catalogus" in d)
    return Gelezen(tuple(half.schemas), catalogi, tuple(half.vlakken.values()))


# -- checks across files -------------------------------------------------------------------------------------------


def _check_alone(halven: list[_Half]) -> None:
    """Of two plugins for one sector neither takes part: which of them is meant cannot be told, and its name may not decide."""
    for half in halven:
        anderen = [_called(h.bundel) for h in halven if half.naam and h.naam == half.naam and h is not half]
        if anderen:
            half.verslag.add(
                "ZR-402",
                half.bundel.merk.naam,
                ("sector",),
                f"sector `{half.naam}` van {_called(half.bundel)} is er ook van {' en '.join(anderen)}",
                "Laad er één van.",
            )


def _called(bundel: Bundel) -> str:
    """Say which plugin this is: a folder by its path, one that is installed with its distribution."""
    van = f" (distributie {bundel.distributie})" if bundel.distributie != "-" else ""
    return f"plugin `{bundel.plugin}`{van}"


def _check_shared(halven: list[_Half]) -> None:
    """Given facts are shared by name: two sectors must mean the same by it."""
    for een, ander in combinations([h for h in halven if not h.verslag.meldingen], 2):
        for naam in sorted((een.feitsoorten or {}).keys() & (ander.feitsoorten or {}).keys()):
            a, b = (een.feitsoorten or {})[naam], (ander.feitsoorten or {})[naam]
            anders = [
                v
                for v in a.velden.keys() & b.velden.keys()
                if not a.velden[v].afgeleid and not b.velden[v].afgeleid and a.velden[v].type != b.velden[v].type
            ]
            for veld in sorted(anders):
                ander.verslag.add(
                    "ZR-308",
                    ander.plekken[naam],
                    ("properties", veld),
                    f"`{naam}.{veld}` is hier anders dan in sector `{een.naam}`",
                    "Gegeven feiten worden gedeeld: geef het veld hetzelfde type, of een andere naam.",
                )
            if a.lijst != b.lijst:
                ander.verslag.add(
                    "ZR-308",
                    ander.plekken[naam],
                    ("x-aantal",),
                    f"`{naam}` is in sector `{een.naam}` {'wel een' if a.lijst else 'geen'} lijst",
                    "Feitsoorten worden gedeeld: geef haar hetzelfde `x-aantal`, of een andere naam.",
                )
            elif a.maximum != b.maximum:
                ander.verslag.add(
                    "ZR-308",
                    ander.plekken[naam],
                    ("x-maximum",),
                    f"`{naam}` heeft in sector `{een.naam}` hoogstens {a.maximum} items en hier {b.maximum}",
                    "Feitsoorten worden gedeeld: geef haar hetzelfde `x-maximum`.",
                )


def _check_rest(half: _Half, omgeving: Omgeving) -> None:
    """Hold the files that could be read against each other too, so that an author sees every fault at once."""
    proef = replace(half, verslag=Verslag(half.verslag.teksten))
    catalogi = {c.naam: (c,) for c in _catalogi(proef)}
    feitsoorten = {**omgeving.feitsoorten, half.naam: half.feitsoorten or {}}
    _regelsets(proef, Omgeving(feitsoorten, omgeving.vragen, {**omgeving.catalogi, **catalogi}))
    half.verslag.meldingen.extend(m for m in proef.verslag.meldingen if m.code not in _VERWIJZINGEN)


def _forget_consequences(half: _Half, catalogi: Mapping[str, tuple[Catalogus, ...]]) -> None:
    """A catalogue that holds faults is there all the same: do not say of every rule that looks in it that it is not."""
    kapot = {
        f"`{d['catalogus']}`"
        for d in (half.documenten or {}).values()
        if "catalogus" in d and d["catalogus"] not in catalogi
    }
    half.verslag.meldingen = [
        m for m in half.verslag.meldingen if m.code != "ZR-217" or not any(naam in m.tekst for naam in kapot)
    ]


def _catalogi(half: _Half) -> list[Catalogus]:
    gelezen: list[Catalogus] = []
    for bestand, data in (half.documenten or {}).items():
        if "catalogus" in data:
            catalogus = parse_catalogus(data, half.feitsoorten or {}, bestand, half.verslag)
            if catalogus is not None:
                check_codes(data, bestand, half.verslag)
                check_catalogue(catalogus, gelezen, bestand, half.verslag)
                if any(c.id == catalogus.id for c in gelezen):
                    half.verslag.add(
                        "ZR-306",
                        bestand,
                        ("versie",),
                        f"`{catalogus.id}` staat ook in een ander bestand",
                        "Een gepubliceerde versie verandert niet: geef deze een nieuw versienummer.",
                    )
                gelezen.append(catalogus)
    return gelezen


def _regelsets(half: _Half, omgeving: Omgeving) -> tuple[Regelset, ...]:
    documenten = {b: d for b, d in (half.documenten or {}).items() if "regelset" in d}
    vlakken = half.vlakken = flatten(documenten, half.verslag)
    gelezen = [(v, r) for v in vlakken.values() if (r := parse_regelset(v, omgeving, half.verslag)) is not None]
    sets = tuple(sorted((r for _, r in gelezen), key=lambda r: r.id))
    check_versions(gelezen, half.verslag)
    check_names(gelezen, half.verslag)
    check_precedence(vlakken.values(), half.verslag)
    if len(gelezen) == len(vlakken):
        check_derived(gelezen, half.verslag)
    if not half.verslag.meldingen:
        check_plans(sets, gelezen, omgeving, half.verslag)
    return sets
