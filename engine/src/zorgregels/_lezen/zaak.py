"""Reads a zaak: raw data in, typed facts out, or every fault with its JSON path.

The schemas of the feitsoorten say what is right. They are turned into one function a field here, which is some forty times as fast
as running jsonschema on each zaak; a differential test holds the two to the same verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from .._taal.feitsoort import Feitsoort
from .._taal.omgeving import PEILDATUM
from .._taal.vraag import Vraag
from .._waarden import Feiten, Item, OngeldigeWaarde, Scalar, make_parser, parse_datum
from ..errors import ZaakError
from .meldingen import Melding, Pad, suggest

MAX_FOUTEN: Final = 100
_SLEUTELS: Final = ("vraag", "peildatum", "feiten", "bekend_op", "concept")
_Parser = Callable[[object], Scalar]


@dataclass(frozen=True, slots=True)
class Zaak:
    """What is asked: a vraag, the date and the given facts."""

    vraag: Vraag
    peildatum: date
    feiten: Feiten
    """By name (``declaratie.bedrag``), with the peildatum among them; what is not here is unknown."""
    bekend_op: date | None = None
    concept: bool = False


@dataclass(frozen=True, slots=True)
class _Soort:
    """How to read one feitsoort, as all sectors together define it."""

    naam: str
    lijst: bool
    maximum: int
    velden: Mapping[str, tuple[str, _Parser]]
    afgeleid: frozenset[str]


class Zaaklezer:
    """Reads zaken for the feitsoorten of the sectors that are loaded."""

    def __init__(self, feitsoorten: Mapping[str, Mapping[str, Feitsoort]], vragen: Mapping[str, Vraag]) -> None:
        self._vragen = vragen
        self._soorten: dict[str, _Soort] = {}
        for soorten in feitsoorten.values():
            for fs in soorten.values():
                eerder = self._soorten.get(fs.naam)
                velden = {v.naam: (fs.name_of(v), make_parser(v.type)) for v in fs.velden.values() if not v.afgeleid}
                afgeleid = frozenset(v.naam for v in fs.velden.values() if v.afgeleid)
                if eerder is not None:
                    velden = {**eerder.velden, **velden}
                    afgeleid |= eerder.afgeleid
                self._soorten[fs.naam] = _Soort(fs.naam, fs.lijst, fs.maximum, velden, afgeleid - velden.keys())

    def read(self, ruw: object) -> Zaak:
        """Return the zaak that a mapping spells.

        Raises:
            ZaakError: with every fault.
        """
        if not isinstance(ruw, Mapping):
            raise ZaakError([Melding("ZR-501", "een zaak is een mapping met vraag, peildatum en feiten", pad=())])
        fouten: list[Melding] = []
        vraag = ruw.get("vraag")
        peildatum = ruw.get("peildatum")
        try:
            zaak = self.make(
                vraag,
                peildatum,
                ruw.get("feiten", _WEG),
                bekend_op=ruw.get("bekend_op"),
                concept=ruw.get("concept", False),
                weg=_missing(ruw),
            )
        except ZaakError as fout:
            fouten.extend(fout.meldingen)
        vreemd = [k for k in ruw if k not in _SLEUTELS]
        fouten.extend(
            Melding("ZR-511", f"onbekende sleutel `{_safe(k)}`", suggest(_safe(k), _SLEUTELS), pad=(_safe(k),))
            for k in vreemd[:MAX_FOUTEN]
        )
        if fouten:
            raise ZaakError(fouten)
        return zaak

    def make(
        self,
        vraag: object,
        peildatum: object,
        feiten: object,
        *,
        bekend_op: object = None,
        concept: object = False,
        weg: frozenset[str] = frozenset(),
    ) -> Zaak:
        """Return the zaak of these parts.

        Raises:
            ZaakError: with every fault.
        """
        try:
            gevonden = self._vragen[vraag]  # type: ignore[index]
            dag = parse_datum(peildatum)
            gelezen: Feiten = {PEILDATUM: dag}
            for naam, inhoud in feiten.items():  # type: ignore[attr-defined]
                soort = self._soorten[naam]
                velden = soort.velden
                if soort.lijst:
                    gelezen[naam] = self._items(soort, inhoud)
                else:
                    if type(inhoud) is not dict and not isinstance(inhoud, Mapping):
                        raise OngeldigeWaarde
                    for veld, waarde in inhoud.items():
                        volledig, parse = velden[veld]
                        gelezen[volledig] = parse(waarde)
            bekend = None if bekend_op is None else parse_datum(bekend_op)
            if concept is not True and concept is not False:
                raise OngeldigeWaarde
        except (KeyError, TypeError, AttributeError, OngeldigeWaarde, RecursionError):
            fouten = list(self._faults(vraag, peildatum, feiten, bekend_op, concept, weg))
            raise ZaakError(fouten[:MAX_FOUTEN]) from None
        return Zaak(gevonden, dag, gelezen, bekend, concept)

    def _items(self, soort: _Soort, inhoud: object) -> tuple[Item, ...]:
        if not isinstance(inhoud, (list, tuple)) or len(inhoud) > soort.maximum:
            raise OngeldigeWaarde
        items: list[Item] = []
        for ruw in inhoud:
            item: Item = {}
            for veld, waarde in ruw.items():
                item[veld] = soort.velden[veld][1](waarde)
            items.append(item)
        return tuple(items)

    # -- everything that is wrong --------------------------------------------------------------------------------

    def _faults(
        self, vraag: object, peildatum: object, feiten: object, bekend_op: object, concept: object, weg: frozenset[str]
    ) -> Iterator[Melding]:
        for naam in sorted(weg):
            yield Melding("ZR-512", f"`{naam}` ontbreekt", pad=(naam,))
        if "vraag" not in weg and (not isinstance(vraag, str) or vraag not in self._vragen):
            yield Melding(
                "ZR-502", f"onbekende vraag `{_safe(vraag)}`", suggest(_safe(vraag), self._vragen), pad=("vraag",)
            )
        for naam, waarde in (("peildatum", peildatum), ("bekend_op", bekend_op)):
            if naam not in weg and (naam == "peildatum" or waarde is not None):
                try:
                    parse_datum(waarde)
                except OngeldigeWaarde as fout:
                    yield Melding("ZR-513", str(fout), pad=(naam,))
        if not isinstance(concept, bool):
            yield Melding("ZR-505", "`concept` is true of false", pad=("concept",))
        if "feiten" in weg:
            return
        if not isinstance(feiten, Mapping):
            yield Melding("ZR-501", "`feiten` is een mapping van feitsoort naar feiten", pad=("feiten",))
            return
        for naam, inhoud in feiten.items():
            yield from self._soort_faults(naam, inhoud)

    def _soort_faults(self, naam: object, inhoud: object) -> Iterator[Melding]:
        pad: Pad = ("feiten", _safe(naam))
        soort = self._soorten.get(naam) if isinstance(naam, str) else None
        if soort is None:
            yield Melding(
                "ZR-503", f"onbekende feitsoort `{_safe(naam)}`", suggest(_safe(naam), self._soorten), pad=pad
            )
        elif not soort.lijst:
            yield from self._object_faults(soort, inhoud, pad)
        elif not isinstance(inhoud, (list, tuple)):
            yield Melding("ZR-509", f"`{naam}` is een lijst van objecten", "Zet het object in een lijst.", pad=pad)
        elif len(inhoud) > soort.maximum:
            yield Melding("ZR-510", f"`{naam}` heeft {len(inhoud)} items; hoogstens {soort.maximum}", pad=pad)
        else:
            for nr, item in enumerate(inhoud):
                yield from self._object_faults(soort, item, (*pad, nr))

    def _object_faults(self, soort: _Soort, inhoud: object, pad: Pad) -> Iterator[Melding]:
        if not isinstance(inhoud, Mapping):
            hulp = "Alleen een lijst-feitsoort kan er meer hebben." if isinstance(inhoud, (list, tuple)) else ""
            yield Melding("ZR-509", f"`{soort.naam}` is een object met velden", hulp, pad=pad)
            return
        for veld, waarde in inhoud.items():
            binnen = (*pad, _safe(veld))
            if isinstance(veld, str) and veld in soort.velden:
                try:
                    soort.velden[veld][1](waarde)
                except OngeldigeWaarde as fout:
                    yield Melding(
                        "ZR-506" if isinstance(waarde, float) else "ZR-507" if waarde is None else "ZR-505",
                        str(fout),
                        pad=binnen,
                    )
            elif isinstance(veld, str) and veld in soort.afgeleid:
                yield Melding(
                    "ZR-508",
                    f"`{soort.naam}.{veld}` wordt afgeleid en kan niet worden gegeven",
                    "Laat het weg; de regels bepalen het.",
                    pad=binnen,
                )
            else:
                yield Melding(
                    "ZR-504", f"onbekend veld `{_safe(veld)}`", suggest(_safe(veld), soort.velden), pad=binnen
                )


_WEG: Final = object()


def _missing(ruw: Mapping[object, object]) -> frozenset[str]:
    return frozenset(k for k in ("vraag", "peildatum", "feiten") if k not in ruw)


def _safe(naam: object) -> str:
    """Show a name that may be anything."""
    if isinstance(naam, str) and naam.isprintable():
        return naam if len(naam) <= 60 else naam[:57] + "…"
    try:
        tekst = ascii(naam)
    except (RecursionError, ValueError):
        tekst = type(naam).__name__
    return tekst if len(tekst) <= 60 else tekst[:57] + "…"
