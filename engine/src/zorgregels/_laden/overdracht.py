"""One regelset in one file, with everything that it needs to decide: for another machine, or another time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .._canon import Json, canonical, digest
from .._lezen.meldingen import Melding
from .._schemas import make_validator
from .._taal.regelset import Regelset, rule_terms
from .._taal.termen import InCatalogus, Opzoeking, walk
from ..errors import JournaalError, RegelsetError
from .lading import Lading
from .wereld import describe_lading

if TYPE_CHECKING:
    from .._journaal.sleutels import Sleutelbos

Data = Any
SCHEMA: Final = "overdracht/v1"
_TEKEN: Final = {"sleutel", "handtekening"}


@dataclass(frozen=True, slots=True)
class Overdracht:
    """A regelset with what it needs, read from its file and found whole."""

    regelset: str
    digest: str
    sectoren: tuple[Data, ...]
    sleutel: str | None
    """The public key of whoever signed the file; None when nobody did."""


def pack(lading: Lading, regelset: Regelset, sleutels: Sleutelbos | None) -> str:
    """Return the file for one regelset: canonical JSON, signed where there are keys."""
    document: Data = json.loads(regelset.document)
    leest = {regelset.sector, *document.get("leest", ())}
    catalogi = _catalogi(regelset)
    sectoren: list[Json] = []
    for sector in (s for s in lading.sectoren if s.naam in leest):
        bestanden: dict[str, list[Json]] = {"feitsoort": [], "catalogus": [], "regelset": []}
        for d in describe_lading(Lading((sector,), lading.omgeving, {})).documents():
            data: Data = json.loads(d.tekst)
            if (
                d.soort == "feitsoort"
                or (d.soort == "catalogus" and data["catalogus"] in catalogi)
                or (data.get("regelset") == regelset.naam and data.get("versie") == regelset.versie)
            ):
                bestanden[d.soort].append(data)
        sectoren.append(
            {
                "sector": sector.naam,
                "titel": sector.titel,
                "feiten": bestanden["feitsoort"],
                "catalogi": bestanden["catalogus"],
                "regelsets": bestanden["regelset"],
            }
        )
    kaal: dict[str, Json] = {
        "schema": SCHEMA,
        "regelset": regelset.id,
        "digest": regelset.digest,
        "inhoud": digest(canonical(sectoren)),
        "sectoren": sectoren,
    }
    if sleutels is not None:
        handtekening = sleutels.sign(canonical(kaal).encode()).hex()
        kaal |= {"sleutel": sleutels.openbaar.hex(), "handtekening": handtekening}
    return canonical(kaal)


def _catalogi(regelset: Regelset) -> frozenset[str]:
    """Return the catalogues in which a regelset looks."""
    termen = [t for r in regelset.regels for t in rule_terms(r)]
    termen += [*regelset.reikwijdte.values(), *(t for d in regelset.datum.values() for r in d for t in (r.als, r.op))]
    delen = (deel for term in termen for deel in walk(term))
    return frozenset(d.catalogus for d in delen if isinstance(d, (InCatalogus, Opzoeking)))


def unpack(tekst: bytes, naam: str) -> Overdracht:
    """Return what a file holds.

    Raises:
        RegelsetError: it is no such file, or is not what its digest or its signature says.
    """
    try:
        data: Data = json.loads(tekst)
        # Files are named after what stands in it: that is somebody else's, and is not trusted.
        if not make_validator("overdracht").is_valid(data):
            raise ValueError
        (document,) = [r for s in data["sectoren"] for r in s["regelsets"]]
    except (RecursionError, ValueError):
        raise _fault(
            "ZR-945", "dit is geen bestand met een regelset", "Maak er een met: regelsets export", naam
        ) from None
    heet = f"{document['regelset']}@{document['versie']}"
    klopt = heet == data["regelset"] and digest(canonical(document)) == data["digest"]
    if canonical(data).encode() != tekst.strip() or not klopt or digest(canonical(data["sectoren"])) != data["inhoud"]:
        raise _fault(
            "ZR-946", f"de regelset is niet die van digest {data['digest']}", "Vraag het bestand opnieuw.", naam
        )
    kaal = {k: w for k, w in data.items() if k not in _TEKEN}
    if "sleutel" in data and not _is_signed(data, canonical(kaal).encode()):
        raise _fault("ZR-946", "de handtekening klopt niet", "Vraag het bestand opnieuw.", naam)
    return Overdracht(data["regelset"], data["digest"], tuple(data["sectoren"]), data.get("sleutel"))


def _documents(sector: Data) -> Iterator[tuple[str, Data]]:
    """Yield every document of a sector with its kind."""
    yield "plugin", {"schema": "plugin/v1", "sector": sector["sector"], "titel": sector["titel"]}
    for schema, leden in (("feit", "feiten"), ("catalogus", "catalogi"), ("regelset", "regelsets")):
        yield from ((schema, data) for data in sector[leden])


def _is_signed(data: Data, bericht: bytes) -> bool:
    from .._journaal.sleutels import check_signature

    try:
        return check_signature(bytes.fromhex(data["sleutel"]), bericht, bytes.fromhex(data["handtekening"]))
    except (TypeError, ValueError, JournaalError):
        return False


def write_plugins(overdracht: Overdracht, map_: Path) -> list[Path]:
    """Write what a file holds as plugins, a folder for each sector; return those folders.

    Raises:
        RegelsetError: something else stands there already, or it cannot be written.
    """
    from .._invoer.wegschrijven import write_version

    mappen = []
    for sector in overdracht.sectoren:
        mappen.append(map_ / sector["sector"])
        for bestand, inhoud in _files(sector):
            doel = mappen[-1] / bestand
            doel.parent.mkdir(parents=True, exist_ok=True)
            write_version(doel, inhoud.encode())
    return mappen


def _files(sector: Data) -> Iterator[tuple[str, str]]:
    for soort, data in _documents(sector):
        match soort:
            case "plugin":
                yield "plugin.yaml", _yaml(data)
            case "feit":
                yield f"feiten/{data['title']}.schema.json", json.dumps(data, ensure_ascii=False, indent=2) + "\n"
            case _:
                map_ = "catalogi" if soort == "catalogus" else "regelsets"
                yield f"{map_}/{data[soort].partition('/')[2]}@{data['versie']}.yaml", _yaml(data)


def _yaml(data: Mapping[str, Data]) -> str:
    import yaml

    return yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, width=110)


def _fault(code: str, tekst: str, hulp: str, naam: str) -> RegelsetError:
    return RegelsetError([Melding(code, tekst, hulp, naam)])
