"""The version of a catalogue that a table comes over, and the Vorm that says how."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .._laden.alles import load_all
from .._laden.bundel import Bestand
from .._laden.geheugen import Geheugen
from .._laden.lading import Sector
from .._lezen.meldingen import Melding, suggest
from .._lezen.yaml import read_yaml
from .._taal.catalogus import Catalogus
from .._taal.feitsoort import Feitsoort
from .._taal.verslag import Verslag
from ..errors import RegelsetError
from .vorm import Vorm
from .vormen import read_forms


@dataclass(frozen=True, slots=True)
class Bronversie:
    """The version in force, with what it says of itself."""

    catalogus: Catalogus
    soort: Feitsoort
    titel: str
    toelichting: str
    later: tuple[str, ...]
    """Versions that became known later; where they count, the new one does not."""


@dataclass(frozen=True, slots=True)
class Keus:
    """What the user asks for."""

    catalogus: str
    vorm: str
    bekend: date
    versie: str
    plugins: Collection[str | Path] | None
    basis: Sequence[Path] = ()


def find_source(keus: Keus, geheugen: Geheugen) -> tuple[Bronversie, Vorm]:
    """Return the version that was in force on the day that the new one became known, and the Vorm.

    Raises:
        PluginError: a plugin cannot be read.
        RegelsetError: the catalogue or the Vorm is not there, or the version is not a new one.
    """
    lading, kolommen = load_all(keus.plugins, keus.basis, geheugen)
    sectornaam = keus.catalogus.partition("/")[0]
    sector = next((s for s in lading.sectoren if s.naam == sectornaam), None)
    if sector is None:
        tip = suggest(sectornaam, [s.naam for s in lading.sectoren])
        raise RegelsetError([Melding("ZR-329", f"er is geen sector `{sectornaam:.60}`", tip)])
    versies = [c for c in sector.catalogi if c.naam == keus.catalogus]
    if not versies:
        tip = suggest(keus.catalogus, {c.naam for c in sector.catalogi})
        raise RegelsetError([Melding("ZR-329", f"er is geen catalogus `{keus.catalogus:.100}`", tip)])
    return _source(sector, versies, keus), _form(sector, kolommen[sector.bundel.plugin], keus)


def _source(sector: Sector, versies: list[Catalogus], keus: Keus) -> Bronversie:
    toen = [c for c in versies if c.bekend is None or c.bekend <= keus.bekend]
    if not toen:
        eerste = min(c.bekend for c in versies if c.bekend is not None)
        tekst = f"op {keus.bekend} was nog geen versie van {keus.catalogus} bekend"
        raise RegelsetError([Melding("ZR-327", tekst, f"De eerste is bekend sinds {eerste}.")])
    oud = max(toen, key=lambda c: (c.bekend or date.min, c.versie))
    nieuw = f"{keus.catalogus}@{keus.versie}"
    if any(c.versie == keus.versie for c in versies):
        tip = f"Een gepubliceerde versie verandert niet. De laatste is {oud.id}."
        raise RegelsetError([Melding("ZR-327", f"de versie {nieuw} is er al", tip)])
    if oud.bekend == keus.bekend and oud.versie > keus.versie:
        tekst = f"{nieuw} zou niet tellen: {oud.id} is even lang bekend en heeft een hogere versie"
        raise RegelsetError([Melding("ZR-327", tekst, "Geef een hogere --versie of een latere --bekend.")])
    titel, toelichting = _words(sector, oud)
    later = tuple(sorted(c.id for c in versies if c not in toen))
    return Bronversie(oud, sector.feitsoorten[oud.feitsoort], titel, toelichting, later)


def _words(sector: Sector, oud: Catalogus) -> tuple[str, str]:
    """What the version says of itself; only its file has that."""
    for bestand in sector.bundel.catalogi:
        if f"{oud.versie}".encode() in bestand.inhoud and oud.naam.encode() in bestand.inhoud:
            data = read_yaml(bestand.inhoud, bestand.naam)
            if isinstance(data, dict) and (data["catalogus"], data["versie"]) == (oud.naam, oud.versie):
                return str(data.get("titel", "")), str(data.get("toelichting", ""))
    return "", ""


def _form(sector: Sector, bestanden: tuple[Bestand, ...], keus: Keus) -> Vorm:
    verslag = Verslag({b.naam: b.inhoud for b in bestanden})
    vormen = read_forms(bestanden, sector.feitsoorten, {c.naam: c for c in sector.catalogi}, verslag)
    if verslag.meldingen:
        raise RegelsetError(verslag.located())
    vorm = vormen.get((keus.catalogus, keus.vorm))
    if vorm is None:
        eigen = [v for c, v in vormen if c == keus.catalogus]
        tip = suggest(keus.vorm, eigen) or "De plugin heeft voor deze catalogus geen *.kolommen.yaml."
        raise RegelsetError([Melding("ZR-322", f"{keus.catalogus} kent geen tabel van de vorm `{keus.vorm:.60}`", tip)])
    return vorm
