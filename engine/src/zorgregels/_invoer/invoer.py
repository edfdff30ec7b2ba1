"""Imports a table: reads it, lays it over the version in force, and makes the new version."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from .._laden.geheugen import Geheugen, default_folder
from .._lezen import MAX_BYTES
from .._lezen.meldingen import Melding
from .._lezen.yaml import MAX_ITEMS
from .._taal.bron import Bron
from .._taal.catalogi import parse_catalogus
from .._taal.catalogus import Catalogus
from .._taal.verslag import Verslag
from .._waarden import Soort
from ..errors import RegelsetError
from .bronversie import Bronversie, Keus, find_source
from .koppen import Kopregel, find_headings
from .rijen import Rijlezer, Tijdvak
from .samenvoegen import Prestaties, end, merge
from .schrijven import Kopblad, make_document, write_yaml
from .tabel import Tabelbestand, open_table
from .uitspraak import Inhoud
from .vergelijking import Vergelijking, compare
from .vorm import Vorm

_HERKOMST: Final = re.compile(r"\s*Ingelezen uit .* \(sha256 [0-9a-f]{64}\).*\Z", re.DOTALL)
_MAX_TOELICHTING: Final = 4000
_MAX_PERIODEN: Final = 200


@dataclass(frozen=True, slots=True)
class Herkomst:
    """What a version was made of. Nothing in it depends on when or where that was done."""

    bestand: str
    sha256: str
    wijze: str
    kopregel: int
    rijen: int
    overgeslagen: int
    vorm: str
    bekend: str
    over: str
    over_digest: str

    def __str__(self) -> str:
        return (
            f"Ingelezen uit {self.bestand} (sha256 {self.sha256}), {self.rijen} rijen waarvan {self.overgeslagen} overgeslagen, "
            f"als {self.vorm}, bekend {self.bekend}, over {self.over} ({self.over_digest})."
        )


@dataclass(frozen=True, slots=True)
class Ingevoerd:
    """The new version, what it was made of and what it changes."""

    catalogus: Catalogus
    inhoud: bytes
    herkomst: Herkomst
    verschil: Vergelijking
    ongelezen: tuple[str, ...]
    ingekort: int
    later: tuple[str, ...]
    soorten: Mapping[str, Soort]
    """The kind of every field, by name."""


def import_table(
    pad: Path,
    keus: Keus,
    tijdvak: Tijdvak,
    *,
    blad: str | None = None,
    cache: Path | None = None,
    voortgang: Callable[[int], None] | None = None,
) -> Ingevoerd:
    """Return the version of a catalogue that a table makes. Nothing is written.

    Args:
        pad: the table.
        keus: which catalogue, by which Vorm, and what the new version is called.
        tijdvak: the days that the table is about, where its rows do not say so.
        blad: the sheet of a workbook.
        cache: the folder that remembers documents; None means the user's cache folder.
        voortgang: is told the number of each row.

    Raises:
        ZorgregelsError: with every fault of the table.
    """
    if tijdvak.van is not None and tijdvak.tot is not None and tijdvak.tot < tijdvak.van:
        raise RegelsetError([Melding("ZR-326", f"--tot ({tijdvak.tot}) ligt voor --van ({tijdvak.van})")])
    bron, vorm = find_source(keus, Geheugen(cache if cache is not None else default_folder()))
    if vorm.volledig and tijdvak.van is None:
        tekst = f"de vorm `{vorm.naam}` is volledig: zeg met --van vanaf wanneer niet bestaat wat er niet in staat"
        raise RegelsetError([Melding("ZR-326", tekst)])
    tabel = open_table(pad, blad)
    kop = find_headings(tabel, vorm)
    inhoud = Rijlezer(vorm, kop, tijdvak, tabel.naam).read(voortgang)
    return _make(bron, vorm, keus, tijdvak, tabel, kop, inhoud)


def _make(
    bron: Bronversie,
    vorm: Vorm,
    keus: Keus,
    tijdvak: Tijdvak,
    tabel: Tabelbestand,
    kop: Kopregel,
    inhoud: Inhoud,
) -> Ingevoerd:
    oud = bron.catalogus
    bestand = _file_name(tabel.naam)
    eigen = _bron(vorm, bestand)
    prestaties: Prestaties = merge(oud, inhoud, eigen)
    if vorm.volledig:
        assert tijdvak.van is not None
        weg = oud.prestaties.keys() - inhoud.genoemd
        prestaties = end(prestaties, weg, tijdvak.van, tijdvak.tot, eigen)
    herkomst = Herkomst(
        bestand, tabel.sha256, kop.lezing.wijze, kop.regel, inhoud.rijen, inhoud.overgeslagen,
        vorm.naam, keus.bekend.isoformat(), oud.id, oud.digest,
    )  # fmt: skip
    kopblad = Kopblad(
        oud.naam, keus.versie, bron.titel, _toelichting(bron.toelichting, herkomst), keus.bekend, oud.volledig
    )
    document = make_document(kopblad, bron.soort, prestaties)
    catalogus = _check(document, bron, tabel.naam)
    tekst = write_yaml(
        document,
        (f"{catalogus.id} {catalogus.digest}", "Gemaakt door zorgregels catalogus import; zie de toelichting."),
    )
    if len(tekst) > MAX_BYTES:
        raise RegelsetError(
            [
                Melding(
                    "ZR-107",
                    f"de catalogus wordt groter dan {MAX_BYTES} bytes",
                    "Lees een deel van de tabel in.",
                    tabel.naam,
                )
            ]
        )
    soorten = {n: v.type.soort for n, v in bron.soort.velden.items()}
    verschil = compare(oud, prestaties, inhoud.genoemd, beeindigd=vorm.volledig)
    return Ingevoerd(catalogus, tekst, herkomst, verschil, kop.ongelezen, inhoud.ingekort, bron.later, soorten)


def _check(document: dict[str, Any], bron: Bronversie, naam: str) -> Catalogus:
    """Hold what was made against the same rules as what an author writes."""
    for p in document["prestaties"]:
        if len(p["perioden"]) > _MAX_PERIODEN:
            raise RegelsetError(
                [Melding("ZR-325", f"`{p['code']}` krijgt meer dan {_MAX_PERIODEN} perioden", "", naam)]
            )
    if len(document["prestaties"]) > MAX_ITEMS:
        raise RegelsetError([Melding("ZR-107", f"de catalogus krijgt meer dan {MAX_ITEMS} codes", "", naam)])
    verslag = Verslag()
    catalogus = parse_catalogus(document, {bron.soort.naam: bron.soort}, naam, verslag)
    if catalogus is None:
        raise RegelsetError(verslag.meldingen)
    return catalogus


def _toelichting(oud: str, herkomst: Herkomst) -> str:
    """What the version in force says, then the origin; that of an earlier import is in the version that is named."""
    slot = str(herkomst)
    eigen = _HERKOMST.sub("", oud)[: _MAX_TOELICHTING - len(slot) - 2]
    return f"{eigen.rstrip()} {slot}".lstrip()


def _file_name(naam: str) -> str:
    """The name of a file without its folders, as it may stand in a document."""
    kaal = "".join(c if c.isprintable() else "?" for c in Path(naam).name)
    try:
        kaal.encode()
    except UnicodeEncodeError:
        kaal = kaal.encode("ascii", "replace").decode()
    return kaal if len(kaal) <= 100 else kaal[:99] + "…"


def _bron(vorm: Vorm, bestand: str) -> Bron:
    """Return where the values of a table come from."""
    return replace(vorm.bron, plaats="; ".join(t for t in (vorm.bron.plaats, f"bestand {bestand}") if t)[:200])
