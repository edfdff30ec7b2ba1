"""The nearest change of one given amount, number or date that turns a ``nee`` into a ``ja``. Nothing is said that was not decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from .._taal.vraag import Uitkomst
from .._waarden import MAX_CENT, Soort, spell
from ..errors import ZorgregelsError
from .tekst import show

if TYPE_CHECKING:
    from .beslissing import Beslissing, Feitwaarde

_GEORDEND: Final = {Soort.GELD, Soort.GETAL, Soort.DATUM}
Punt = int | date
Probeer = Callable[[Punt], "Beslissing | None"]


@dataclass(frozen=True, slots=True)
class Omslag:
    """A change that turns the answer: ``bedrag van ten hoogste € 11,51``, and the oordeel that it leads to."""

    oordeel: str
    tekst: str


def find_turn(
    beslissing: Beslissing,
    zaak: Mapping[str, object],
    decide: Callable[[Mapping[str, object]], Beslissing],
) -> Omslag | None:
    """Return the change, or None where no comparison with one given fact decided."""
    if beslissing.uitkomst is not Uitkomst.NEE or len(beslissing.beslissend) != 1:
        return None
    # What is asked about can be changed sooner than what surrounds it: first the facts of the vraag's own feitsoort.
    eigen = f"{beslissing.kwitantie.vraag}."
    feiten = sorted(
        (f for f in beslissing.beslissend[0].feiten if f.soort in _GEORDEND),
        key=lambda f: (not f.feit.startswith(eigen), f.feit),
    )
    for f in feiten:
        if not _is_given(zaak, f):
            continue

        def probeer(punt: Punt, f: Feitwaarde = f) -> Beslissing | None:
            try:
                return decide(_with(zaak, f, punt))
            except ZorgregelsError:
                return None

        grenzen = {g.waarde for g in feiten if g.feit != f.feit and g.soort is f.soort}
        for grens in sorted((g for g in grenzen if _is_point(g)), key=str):
            gevonden = _around(f, grens, probeer)
            if gevonden is not None:
                return gevonden
    return None


def _around(f: Feitwaarde, grens: object, probeer: Probeer) -> Omslag | None:
    assert isinstance(grens, (int, date))
    assert isinstance(f.waarde, (int, date))
    lager = _before(f.waarde, grens)
    for punt in _candidates(grens, naar_boven=not lager):
        b = probeer(punt)
        if b is None or b.uitkomst is not Uitkomst.JA or punt == f.waarde:
            continue
        verder = all(_is_yes(probeer(p)) for p in _beyond(punt, naar_boven=lager))
        woord = ("ten minste " if lager else "ten hoogste ") if verder and f.soort is not Soort.DATUM else ""
        if verder and f.soort is Soort.DATUM:
            woord = "op of na " if lager else "op of voor "
        naam = f.feit.rpartition(".")[2].replace("_", " ")
        van = "" if f.soort is Soort.DATUM else "van "
        return Omslag(b.oordeel.replace("_", " "), f"{naam} {van}{woord}{show(punt, f.soort or Soort.GETAL)}")
    return None


def _candidates(grens: Punt, *, naar_boven: bool) -> Iterator[Punt]:
    """The bound itself, and the first value on its far side for a rule that excludes the bound."""
    yield grens
    volgend = _step(grens, -1 if naar_boven else 1)
    if volgend is not None:
        yield volgend


def _beyond(punt: Punt, *, naar_boven: bool) -> Iterator[Punt]:
    """Values further away, near and far: they bear out that the change is a bound and not one value."""
    for afstand in (1, 2, 50):
        volgend = _step(punt, afstand if naar_boven else -afstand)
        if volgend is not None and not (isinstance(volgend, int) and (volgend < 1 or volgend > MAX_CENT)):
            yield volgend
    if isinstance(punt, int) and not naar_boven and punt > 1:
        yield 1


def _step(punt: Punt, stap: int) -> Punt | None:
    if isinstance(punt, date):
        try:
            return punt + timedelta(days=stap)
        except OverflowError:
            return None
    return punt + stap


def _before(een: Punt, ander: Punt) -> bool:
    return een < ander  # type: ignore[operator] # both are amounts, or numbers, or dates


def _is_yes(b: Beslissing | None) -> bool:
    return b is not None and b.uitkomst is Uitkomst.JA


def _is_point(waarde: object) -> bool:
    return isinstance(waarde, (int, date)) and not isinstance(waarde, bool)


def _is_given(zaak: Mapping[str, object], f: Feitwaarde) -> bool:
    feiten = zaak.get("feiten")
    soort, _, veld = f.feit.partition(".")
    inhoud = feiten.get(soort) if isinstance(feiten, Mapping) else None
    return isinstance(inhoud, Mapping) and veld in inhoud and _is_point(f.waarde)


def _with(zaak: Mapping[str, object], f: Feitwaarde, punt: Punt) -> dict[str, object]:
    soort, _, veld = f.feit.partition(".")
    feiten = zaak["feiten"]
    assert isinstance(feiten, Mapping)
    assert f.soort is not None
    return {**zaak, "feiten": {**feiten, soort: {**feiten[soort], veld: spell(punt, f.soort)}}}
