"""Regelset documents written out flat: what a version takes over from the one it builds on stands in it as if it were its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .._lezen.meldingen import Pad, suggest
from .verslag import Verslag

Data = Any
_OVERGENOMEN: Final = ("reikwijdte", "datum")


@dataclass(frozen=True, slots=True)
class Regelplek:
    """A rule's data and where it is written: an inherited rule stands in another file."""

    data: Data
    bestand: str
    pad: Pad


@dataclass(frozen=True, slots=True)
class Vlak:
    """A regelset document with everything it takes over from an earlier one written out."""

    bestand: str
    data: Data
    regels: tuple[Regelplek, ...]
    overgenomen: Mapping[str, str] = field(default_factory=dict)
    """Which keys were taken over, and the file in which each is written."""
    los: bool = False
    """Whether what it builds on could not be found: then what is missing here may be there."""
    bekend: str = ""
    """When the last of its words became known, its own or those that it took over; empty where no version says."""

    @property
    def id(self) -> str:
        """``<sector>/<onderwerp>@<versie>``."""
        return f"{self.data['regelset']}@{self.data['versie']}"


def flatten(documenten: Mapping[str, Data], verslag: Verslag) -> dict[str, Vlak]:
    """Write out every ``bouwt_op``; return the flat documents by regelset id.

    Args:
        documenten: the documents of one sector by file name, each valid under its schema.
        verslag: receives duplicates, unknown bases and circles.
    """
    per_id: dict[str, str] = {}
    for bestand, data in documenten.items():
        id_ = f"{data['regelset']}@{data['versie']}"
        if id_ in per_id:
            verslag.add(
                "ZR-306",
                bestand,
                ("versie",),
                f"`{id_}` staat ook in {per_id[id_]}",
                "Een gepubliceerde versie verandert niet: geef deze een nieuw versienummer.",
            )
        else:
            per_id[id_] = bestand
    vlak: dict[str, Vlak] = {}
    for id_ in per_id:
        _flatten_one(id_, per_id, documenten, vlak, verslag, ())
    return vlak


def _flatten_one(
    id_: str,
    per_id: Mapping[str, str],
    documenten: Mapping[str, Data],
    klaar: dict[str, Vlak],
    verslag: Verslag,
    keten: tuple[str, ...],
) -> Vlak | None:
    if id_ in klaar:
        return klaar[id_]
    bestand = per_id[id_]
    data = documenten[bestand]
    eigen = [Regelplek(r, bestand, ("regels", i)) for i, r in enumerate(data["regels"])]
    basis_id = data.get("bouwt_op")
    basis: Vlak | None = None
    if basis_id is not None:
        if basis_id in (*keten, id_):
            verslag.add(
                "ZR-305",
                bestand,
                ("bouwt_op",),
                "de versies bouwen in een kring op elkaar: " + " → ".join(_from(basis_id, (*keten, id_, basis_id))),
                "Bouw op een eerdere versie, of schrijf de regels uit.",
            )
        elif basis_id not in per_id:
            verslag.add("ZR-305", bestand, ("bouwt_op",), f"onbekende regelset `{basis_id}`", suggest(basis_id, per_id))
        else:
            basis = _flatten_one(basis_id, per_id, documenten, klaar, verslag, (*keten, id_))
            _check_known(data, basis, bestand, verslag)
    elif "vervalt" in data:
        verslag.add(
            "ZR-305",
            bestand,
            ("vervalt",),
            "er vervalt alleen iets als de regelset op een andere bouwt",
            "Voeg `bouwt_op` toe.",
        )
    regels = _merge(basis, eigen, data.get("vervalt", ()), bestand, verslag)
    vol = {k: v for k, v in data.items() if k not in {"bouwt_op", "vervalt", "regels"}}
    overgenomen: dict[str, str] = {}
    if basis is not None:
        overgenomen = {
            k: basis.overgenomen.get(k, basis.bestand) for k in _OVERGENOMEN if k not in vol and k in basis.data
        }
        vol |= {k: basis.data[k] for k in overgenomen}
    los = basis_id is not None and (basis is None or basis.los)
    bekend = max(_known(data), basis.bekend if basis else "")
    klaar[id_] = Vlak(bestand, vol, tuple(regels), overgenomen, los, bekend)
    return klaar[id_]


def _known(data: Data) -> str:
    """Since when a document says that it was known; dates of this form are in order as text."""
    return "" if data["bekend"] == "onbekend" else str(data["bekend"])


def _check_known(data: Data, basis: Vlak | None, bestand: str, verslag: Verslag) -> None:
    """With `bekend_op` a version says what was known on a day: it cannot hold words that became known later.

    Only two dates contradict each other. Where this version does not say since when it was known, it is no answer to
    `bekend_op`; where the one that it builds on does not, this one says it for the words that it takes over.
    """
    if basis is not None and not basis.los and _known(data) and basis.bekend > _known(data):
        verslag.add(
            "ZR-318",
            bestand,
            ("bouwt_op",),
            f"deze versie was bekend op {_known(data)}, en neemt van `{basis.id}` over wat pas bekend werd op {basis.bekend}",
            "Bouw op een versie die toen bekend was, schrijf de regels uit, of geef een latere datum `bekend`.",
        )


def _from(id_: str, keten: tuple[str, ...]) -> tuple[str, ...]:
    """The circle itself, without the way that led to it."""
    return keten[keten.index(id_) :]


def _merge(
    basis: Vlak | None, eigen: list[Regelplek], vervalt: list[str] | tuple[()], bestand: str, verslag: Verslag
) -> list[Regelplek]:
    ids: dict[str, Regelplek] = {}
    for plek in eigen:
        if plek.data["id"] in ids:
            verslag.add(
                "ZR-301",
                bestand,
                (*plek.pad, "id"),
                f"de regel `{plek.data['id']}` staat er twee keer",
                "Geef elke regel een eigen naam.",
            )
        ids[plek.data["id"]] = plek
    geerfd = {p.data["id"]: p for p in basis.regels} if basis else {}
    for i, id_ in enumerate(vervalt):
        if id_ not in geerfd:
            verslag.add(
                "ZR-304",
                bestand,
                ("vervalt", i),
                f"de regel `{id_}` bestaat niet in de versie waarop dit bouwt",
                suggest(id_, geerfd),
            )
    return [ids.pop(id_, plek) for id_, plek in geerfd.items() if id_ not in vervalt or id_ in ids] + [
        p for p in eigen if ids.get(p.data["id"]) is p
    ]


def flat(vlak: Vlak) -> Data:
    """Return the flat form of a regelset: its own words and those it took over."""
    return {**vlak.data, "regels": [p.data for p in vlak.regels]}
