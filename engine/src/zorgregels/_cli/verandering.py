"""What an import changes, for a person and for a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .._waarden import ONBEKEND, Scalar, Soort, spell

if TYPE_CHECKING:
    from .._canon import Json
    from .._invoer.invoer import Ingevoerd
    from .._invoer.vergelijking import Wijziging

_EERSTE: Final = 5


def as_json(i: Ingevoerd, doel: Path | None) -> Json:
    """Return everything."""
    h, v = i.herkomst, i.verschil
    return {
        "catalogus": i.catalogus.id,
        "bekend": h.bekend,
        "digest": i.catalogus.digest,
        "codes": len(i.catalogus.prestaties),
        "geschreven": None if doel is None else str(doel),
        "herkomst": {
            "bestand": h.bestand,
            "sha256": h.sha256,
            "gelezen_als": h.wijze,
            "kopregel": h.kopregel,
            "rijen": h.rijen,
            "overgeslagen": h.overgeslagen,
            "vorm": h.vorm,
            "bekend": h.bekend,
            "over": h.over,
            "over_digest": h.over_digest,
        },
        "niet_gelezen_kolommen": list(i.ongelezen),
        "ingekorte_namen": i.ingekort,
        "later_bekend": list(i.later),
        "nieuw": list(v.nieuw),
        "niet_in_tabel": {"codes": list(v.verdwenen), "bestaat_niet_meer": v.beeindigd},
        "gewijzigd": {veld: [_change(w, i) for w in ws] for veld, ws in v.per_veld.items()},
    }


def _change(w: Wijziging, i: Ingevoerd) -> Json:
    return {
        "code": w.code,
        "van": w.van.isoformat(),
        "tot": None if w.tot == date.max else w.tot.isoformat(),
        # A value that is not known is left out; null says that there is none.
        **({} if w.was is ONBEKEND else {"was": spell(w.was, _soort(w, i))}),
        **({} if w.wordt is ONBEKEND else {"wordt": spell(w.wordt, _soort(w, i))}),
    }


def as_text(i: Ingevoerd, doel: Path | None) -> Iterator[str]:
    """Yield the lines of a summary."""
    h, v = i.herkomst, i.verschil
    yield f"{h.bestand}: {h.wijze}, koppen op regel {h.kopregel}, {h.rijen} rijen ({h.overgeslagen} overgeslagen)"
    yield f"{h.over} → {i.catalogus.id} (bekend {h.bekend}, {len(i.catalogus.prestaties)} codes)"
    yield f"  nieuwe codes: {_some(v.nieuw)}"
    gevolg = "bestaan niet meer" if v.beeindigd else "blijven zoals zij waren"
    yield f"  niet in de tabel: {_some(v.verdwenen)}{f' ({gevolg})' if v.verdwenen else ''}"
    for veld, wijzigingen in v.per_veld.items():
        yield f"  {veld} gewijzigd: {len(wijzigingen)}"
        for w in islice(wijzigingen, _EERSTE):
            yield f"    {w.code} {_days(w)}: {_show(w.was, w, i)} → {_show(w.wordt, w, i)}"
        if len(wijzigingen) > _EERSTE:
            yield f"    en nog {len(wijzigingen) - _EERSTE}"
    if not v.gewijzigd:
        yield "  gewijzigd: 0"
    if i.ongelezen:
        yield f"  niet gelezen kolommen: {', '.join(i.ongelezen)}"
    if i.ingekort:
        yield f"  ingekorte namen: {i.ingekort}"
    if i.later:
        yield f"  let op: later bekend werd {', '.join(i.later)}; die telt boven deze versie"
    yield f"  digest: {i.catalogus.digest}"
    yield "niets geschreven (--droog)" if doel is None else f"geschreven: {doel}"


def _days(w: Wijziging) -> str:
    return f"{w.van} t/m {'…' if w.tot == date.max else w.tot}"


def _some(codes: Iterable[str]) -> str:
    alle = list(codes)
    rest = " …" if len(alle) > _EERSTE else ""
    return f"{len(alle)}" + (f" ({', '.join(alle[:_EERSTE])}{rest})" if alle else "")


def _show(waarde: Scalar, w: Wijziging, i: Ingevoerd) -> str:
    if waarde is ONBEKEND:
        return "onbekend"
    if waarde is None:
        return "geen"
    if isinstance(waarde, bool):
        return "ja" if waarde else "nee"
    return str(spell(waarde, _soort(w, i)))


def _soort(w: Wijziging, i: Ingevoerd) -> Soort:
    return i.soorten[w.veld]
