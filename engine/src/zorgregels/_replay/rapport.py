"""The report as JSON (``replay/v1``): the same question about the same log gives the same bytes, but for who signed it and when."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from hashlib import sha256
from typing import IO

from .._canon import Json, canonical
from .bedragen import Bedragen, Overgang, Som, spell_cents
from .ondertekening import Ondertekenaar
from .resultaat import Resultaat
from .telling import ALLEEN_VERSIE, ANDERS, GELIJK, GEWIJZIGD, NIET
from .uitschrijven import Groot, Stroom, pieces

SCHEMA = "replay/v1"


def contents(r: Resultaat) -> dict[str, Groot]:
    """Return the report but for its signature."""
    from importlib.metadata import version

    t = r.telling
    return {
        "schema": SCHEMA,
        "zorgregels": version("zorgregels"),
        "gevraagd": r.opdracht.to_dict(),
        "logboek": {
            "log": r.hoofd.log,
            "omvang": r.hoofd.omvang,
            "wortel": r.hoofd.wortel.hex(),
            "boomhoofd": r.hoofd.to_json(),
            "vermeldingen": dict(sorted(t.bladen.items())),
            "ongeschonden": r.ongeschonden,
        },
        "aantallen": counts(r),
        "uitkomsten": dict(sorted(t.uitkomsten.items())),
        "gemaakt_met": dict(sorted(t.motoren.items())),
        "bevindingen": Stroom(r.findings),
        "anders": Stroom(r.differing),
        "niet_te_herhalen": Stroom(r.refused),
        "watals": what_if(r) if r.opdracht.watals else None,
    }


def counts(r: Resultaat) -> dict[str, Json]:
    """Return how many decisions there are, by what came of them."""
    t = r.telling
    uit: dict[str, Json] = {
        "beslissingen": t.beslissingen,
        "gelijk": t.afloop[GELIJK],
        "anders": t.afloop[ANDERS],
        "niet_te_herhalen": t.afloop[NIET],
        "redenen": dict(sorted(t.redenen.items())),
        "bevindingen": r.aantal_bevindingen,
    }
    if r.opdracht.watals:
        uit |= {"gewijzigd": t.afloop[GEWIJZIGD], "alleen_versie": t.afloop[ALLEEN_VERSIE]}
    return uit


def what_if(r: Resultaat) -> dict[str, Groot]:
    """Return what would change: the tables, and the decisions one by one."""
    b = r.bedragen
    return {
        "overgangen": [{**_transition(o), "aantal": n} for o, n in sorted(b.overgangen.items())],
        "gegeven": [
            {"feit": feit, **_transition(o), **_sum(som)}
            for (feit, o), som in sorted(b.gegeven.items(), key=lambda p: p[0])
        ],
        "gegeven_totaal": _given_totals(b),
        "afgeleid": _derived(b, per_regel=True),
        "afgeleid_totaal": _derived(b, per_regel=False),
        "lijst": Stroom(r.changes),
    }


def write_report(r: Resultaat, uit: IO[bytes], ondertekenaar: Ondertekenaar) -> str:
    """Write the report; return the digest of what is signed: its canonical JSON without the signature."""
    leden = contents(r)
    merk = sha256()
    for stuk in pieces(leden):
        merk.update(stuk.encode())
    digest = "sha256:" + merk.hexdigest()
    for stuk in pieces({**leden, "handtekening": ondertekenaar.sign_report(digest)}):
        uit.write(stuk.encode())
    uit.write(b"\n")
    return digest


def write_list(r: Resultaat, uit: IO[bytes]) -> None:
    """Write the decisions that would change, one a line."""
    for wijziging in r.changes():
        uit.write(canonical(wijziging).encode() + b"\n")


def _transition(o: Overgang) -> dict[str, Json]:
    return {"reikwijdte": o.reikwijdte, "van": o.van, "naar": o.naar, "regel": o.regel}


def _sum(som: Som) -> dict[str, Json]:
    return {"aantal": som.aantal, "centen": spell_cents(som.centen)}


def _given_totals(b: Bedragen) -> list[Json]:
    """The given amounts by transition, over all rules."""
    samen: dict[tuple[str, str, str], Som] = {}
    for (feit, o), som in b.gegeven.items():
        samen.setdefault((feit, o.van, o.naar), Som()).add(som.centen, som.aantal)
    return [
        {"feit": f, "van": van, "naar": naar, **_sum(som)}
        for (f, van, naar), som in sorted(samen.items(), key=lambda p: p[0])
    ]


def _derived(b: Bedragen, *, per_regel: bool) -> list[Json]:
    """The derived amounts as they were and as they would be, by rule or over all rules."""
    sleutels = sorted({(f, r if per_regel else "") for f, r in (*b.oud, *b.nieuw)})
    uit: list[Json] = []
    for feit, regel in sleutels:
        oud = _total(s for (f, r), s in b.oud.items() if f == feit and regel in {r, ""})
        nieuw = _total(s for (f, r), s in b.nieuw.items() if f == feit and regel in {r, ""})
        rij: dict[str, Json] = {
            "feit": feit,
            "aantal_oud": oud.aantal,
            "oud": spell_cents(oud.centen),
            "aantal_nieuw": nieuw.aantal,
            "nieuw": spell_cents(nieuw.centen),
            "verschil": spell_cents(nieuw.centen - oud.centen),
        }
        uit.append({**rij, "regel": regel} if per_regel else rij)
    return uit


def _total(sommen: Iterable[Som]) -> Som:
    uit = Som(0, Fraction(0))
    for s in sommen:
        uit.add(s.centen, s.aantal)
    return uit
