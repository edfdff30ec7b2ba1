"""Withholds facts from a record, and with each fact everything that could show it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from .._journaal.journaal import Journaal
from .._lezen.meldingen import Melding, suggest
from ..errors import JournaalError
from .invloed import Invloed, hide_parts
from .vastgelegd import Item, Vastgelegd

if TYPE_CHECKING:
    from .._taal.regelset import Regel

Data = Any
ALLES: Final = "alles"
_PEILDATUM: Final = "zaak.peildatum"


def withhold(journaal: Journaal, v: Vastgelegd, zonder: Collection[str]) -> Vastgelegd:
    """Return the record without these facts.

    Args:
        journaal: where it is recorded.
        v: the record.
        zonder: names of facts; ``alles`` for every fact.

    Raises:
        JournaalError: the decision does not have such a fact, or it cannot be withheld.
    """
    blad: Data = json.loads(v.blad)
    weg = _names(v, blad["niet_bewaard"], zonder)
    if not weg:
        return v
    waarden = [_value(f) for f in v.feiten if f.naam in weg and f.tekst is not None]
    return replace(
        v,
        open=tuple(_hide(f, weg) for f in v.open),
        persoonlijk=tuple(_hide(f, weg) for f in v.persoonlijk),
        delen=hide_parts(v.delen, _influence(journaal, blad, weg), waarden),
    )


def _names(v: Vastgelegd, niet_bewaard: Collection[str], zonder: Collection[str]) -> set[str]:
    """Return the names of the facts that are withheld. One that was not kept can still stand in a text."""
    bekend = {f.naam for f in v.feiten if f.naam is not None}
    kan = bekend.union(niet_bewaard) - {_PEILDATUM}
    fouten = []
    for naam in dict.fromkeys(zonder):
        if naam == _PEILDATUM:
            hulp = "Zij staat in de vermelding zelf, en zonder de vermelding is er geen bewijs. Laat --zonder zaak.peildatum weg."
            fouten.append(Melding("ZR-943", "de peildatum kan niet worden achtergehouden", hulp))
        elif naam not in kan and naam != ALLES:
            dicht = any(f.naam is None for f in v.feiten)
            hulp = "Wat versleuteld is en hier niet te lezen, komt hoe dan ook niet in het dossier." if dicht else ""
            hulp = " ".join(filter(None, (suggest(naam, {*kan, ALLES}), hulp)))
            fouten.append(
                Melding("ZR-942", f"vermelding {v.nr} heeft geen feit `{naam:.80}` om achter te houden", hulp)
            )
    if fouten:
        raise JournaalError(fouten)
    return kan if ALLES in zonder else set(zonder)


def _hide(feit: Item, weg: Collection[str]) -> Item:
    return feit.withhold() if feit.naam in weg else feit


def _value(feit: Item) -> Data:
    (waarde,) = json.loads(f"{{{feit.tekst}}}").values()
    return waarde


def _influence(journaal: Journaal, blad: Data, weg: Collection[str]) -> Invloed | None:
    """Return what the withheld facts reach by the rules of that day, or None when those cannot be read here."""
    try:
        return Invloed(_rules(journaal, blad), weg)
    except (JournaalError, AssertionError, AttributeError, LookupError, TypeError, ValueError):
        return None


def _rules(journaal: Journaal, blad: Data) -> Iterator[Regel]:
    """Yield the rules for the vraag, of every version that was considered."""
    from .._laden.wereld import revive_lading

    manifest, herkomst = (
        journaal.opslag.blok(bytes.fromhex(blad[naam].removeprefix("sha256:"))) for naam in ("lading", "herkomst")
    )
    if manifest is None or herkomst is None:
        raise LookupError(blad["lading"])
    gekozen = {r["regelset"] for r in json.loads(herkomst)["regelsets"]}
    for sector in revive_lading(manifest, journaal.opslag.blok).sectoren:
        for regelset in sector.regelsets:
            if regelset.id in gekozen:
                yield from (r for r in regelset.regels if r.vraag == blad["vraag"])
