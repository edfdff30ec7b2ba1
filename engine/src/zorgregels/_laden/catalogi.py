"""Whether catalogues can be told apart: their codes by eye, their versions by date, and what a version leaves out of the one before."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

from .._taal.catalogus import Catalogus, Periode
from .._taal.verslag import Verslag
from .lading import Sector

Data = Any
_GETOOND: Final = 5


def check_codes(data: Data, bestand: str, verslag: Verslag) -> None:
    """A code is what it looks like: a character that is not seen, or that looks like another, makes it one that nobody asks for."""
    for nr, prestatie in enumerate(data["prestaties"]):
        code = prestatie["code"]
        if (schoon := _plain(code)) != code:
            verslag.add(
                "ZR-206",
                bestand,
                ("prestaties", nr, "code"),
                f"de code {code!a:.60} heeft tekens die niet te zien zijn, of eruitzien als andere",
                f'Schrijf "{schoon}".' if schoon else "Geef een code die te zien is.",
            )


def _plain(code: str) -> str:
    """Return a code as it looks: without format and control characters, every space a plain one and none at the ends."""
    if code.isascii() and code.isprintable():
        return code.strip()  # nearly every code
    gewoon = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFKC", code))
    return "".join(c for c in gewoon if unicodedata.category(c) not in {"Cc", "Cf"}).strip()


def check_catalogue(nieuw: Catalogus, eerder: list[Catalogus], bestand: str, verslag: Verslag) -> None:
    """Of a catalogue the version that was known last counts: that must be one, and it must be about the same."""
    for c in eerder:
        if c.naam == nieuw.naam and c.feitsoort != nieuw.feitsoort:
            verslag.add(
                "ZR-312",
                bestand,
                ("feitsoort",),
                f"`{c.id}` vult feitsoort `{c.feitsoort}`, en deze versie `{nieuw.feitsoort}`",
                "Alle versies van een catalogus vullen dezelfde feitsoort.",
            )
        if c.naam == nieuw.naam and c.id != nieuw.id and c.bekend == nieuw.bekend:
            verslag.add(
                "ZR-307",
                bestand,
                ("bekend",),
                f"`{nieuw.id}` en `{c.id}` zijn even lang bekend, zodat niet te zeggen is welke telt",
                "Geef de correctie een latere datum `bekend`.",
            )


def find_left_out(sector: Sector, verslag: Verslag) -> None:
    """Note what a version that is `volledig` no longer says: of a code that was forgotten it says that it does not exist."""
    bestanden = {f"{d['catalogus']}@{d['versie']}": bestand for bestand, d in sector.gelezen.catalogi}
    per_naam: dict[str, list[Catalogus]] = {}
    for c in sorted(sector.catalogi, key=lambda c: c.bekend or date.min):
        per_naam.setdefault(c.naam, []).append(c)
    for versies in per_naam.values():
        for eerder, later in pairwise(versies):
            if not later.volledig:
                continue
            bestond = {c: [p for p in ps if p.waarden["bestaat"]] for c, ps in eerder.prestaties.items()}
            weg = [c for c, ps in bestond.items() if ps and c not in later.prestaties]
            dagen = [c for c, ps in bestond.items() if not all(_covered(p, later.prestaties.get(c, ())) for p in ps)]
            korter = [c for c in dagen if c in later.prestaties]
            for codes, wat, gevolg in (
                (weg, "noemt {} niet meer", "bestaan dan niet, ook niet in de jaren dat zij bestonden"),
                (korter, "noemt van {} niet meer alle dagen", "zijn op die dagen dan onbekend"),
            ):
                if codes:
                    verslag.add(
                        "ZR-805",
                        bestanden[later.id],
                        ("prestaties",),
                        f"`{later.id}` {wat.format(_few(codes))}, wat `{eerder.id}` wel doet: zij {gevolg}",
                        "Neem over wat blijft gelden, en zeg met `bestaat: false` wat met opzet eindigt.",
                    )


def _covered(periode: Periode, later: Iterable[Periode]) -> bool:
    """Whether later periods speak of every day of this one."""
    dag = periode.van
    for p in sorted(later, key=lambda p: p.van):
        if p.van > dag:
            return False
        if p.tot >= periode.tot:
            return True
        dag = max(dag, p.tot + timedelta(1))
    return False


def _few(codes: Sequence[str]) -> str:
    """Count codes, and name the first of them."""
    namen = ", ".join(f"`{c}`" for c in codes[:_GETOOND]) + (", …" if len(codes) > _GETOOND else "")
    return f"{len(codes)} {'code' if len(codes) == 1 else 'codes'} ({namen})"
