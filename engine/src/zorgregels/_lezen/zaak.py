"""Reads a zaak: raw data in, typed facts out, or every fault with its JSON path.

The schemas of the feitsoorten say what is right. They are turned into one function a field here, which is some forty times as fast
as running jsonschema on each zaak; a differential test holds the two to the same verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, Final, NamedTuple

from .._taal.feitsoort import MAX_ITEMS, Feitsoort
from .._taal.omgeving import PEILDATUM
from .._taal.vraag import Vraag
from .._waarden import Feiten, Item, OngeldigeWaarde, Scalar, Soort, Type, make_parser, parse_datum, parse_tekst
from ..errors import ZaakError
from .meldingen import Melding, Pad, suggest

MAX_FOUTEN: Final = 100
MAX_SLEUTELS: Final = 1000
"""The most keys that are looked at in one mapping that is not a plain dict: such a mapping may never end."""
_GEWOON: Final = {"vraag", "peildatum", "feiten"}
_SLEUTELS: Final = ("vraag", "peildatum", "feiten", "bekend_op", "concept", "betrokkene")
_BETROKKENE: Final = Type(Soort.TEKST, maxlengte=200)
_Parser = Callable[[object], Scalar]


class Zaak(NamedTuple):
    """What is asked: a vraag, the date and the given facts."""

    vraag: Vraag
    peildatum: date
    feiten: Feiten
    """By name (``declaratie.bedrag``), with the peildatum among them; what is not here is unknown."""
    bekend_op: date | None = None
    concept: bool = False
    betrokkene: str | None = None
    """Who it is about, for the Journaal alone."""


@dataclass(frozen=True, slots=True)
class _Soort:
    """How to read one feitsoort, as all sectors together define it."""

    naam: str
    lijst: bool
    maximum: int
    velden: Mapping[str, tuple[str, _Parser]]
    afgeleid: frozenset[str]
    geheim: frozenset[str] = frozenset()
    """The fields of which a value is never shown."""


class Zaaklezer:
    """Reads zaken for the feitsoorten of the sectors that are loaded."""

    def __init__(self, feitsoorten: Mapping[str, Mapping[str, Feitsoort]], vragen: Mapping[str, Vraag]) -> None:
        self._vragen = vragen
        self._soorten: dict[str, _Soort] = {}
        for soorten in feitsoorten.values():
            for fs in soorten.values():
                eerder = self._soorten.get(fs.naam)
                velden = {
                    v.naam: (v.naam if fs.lijst else fs.name_of(v), make_parser(v.type))
                    for v in fs.velden.values()
                    if not v.afgeleid
                }
                afgeleid = frozenset(v.naam for v in fs.velden.values() if v.afgeleid)
                geheim = frozenset(v.naam for v in fs.velden.values() if v.identificator)
                if eerder is not None:
                    velden = {**eerder.velden, **velden}
                    afgeleid |= eerder.afgeleid
                    geheim |= eerder.geheim
                self._soorten[fs.naam] = _Soort(fs.naam, fs.lijst, fs.maximum, velden, afgeleid - velden.keys(), geheim)

    def read(self, ruw: object) -> Zaak:
        """Return the zaak that a mapping spells.

        Raises:
            ZaakError: with every fault.
        """
        try:
            heel = _plain(ruw)
            gewoon = heel.keys() == _GEWOON  # what nearly every zaak is
        except Exception:  # noqa: BLE001 - as in make
            raise ZaakError(
                [Melding("ZR-501", "een zaak is een mapping met vraag, peildatum en feiten", pad=())]
            ) from None
        if gewoon:
            return self.make(heel["vraag"], heel["peildatum"], heel["feiten"])
        fouten: list[Melding] = []
        bekend = {k: w for k, w in heel.items() if type(k) is str and k in _SLEUTELS}
        try:
            zaak = self.make(
                bekend.get("vraag"),
                bekend.get("peildatum"),
                bekend.get("feiten", _WEG),
                bekend_op=bekend.get("bekend_op"),
                concept=bekend.get("concept", False),
                betrokkene=bekend.get("betrokkene"),
                weg=_missing(bekend),
            )
        except ZaakError as fout:
            fouten.extend(fout.meldingen)
        vreemd = [k for k in heel if type(k) is not str or k not in _SLEUTELS]
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
        betrokkene: object = None,
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
            for naam, inhoud in _plain(feiten).items():
                soort = self._soorten[naam]
                velden = soort.velden
                if soort.lijst:
                    gelezen[soort.naam] = self._items(soort, inhoud)
                else:
                    for veld, waarde in (inhoud if type(inhoud) is dict else _plain(inhoud)).items():
                        volledig, parse = velden[veld]
                        gelezen[volledig] = parse(waarde)
            bekend = None if bekend_op is None else parse_datum(bekend_op)
            if concept is not True and concept is not False:
                raise OngeldigeWaarde
            wie = None if betrokkene is None else _parse_person(betrokkene)
        except Exception:  # noqa: BLE001 - an object that somebody else made may raise anything when it is looked at
            raise ZaakError(self._all_faults(vraag, peildatum, feiten, bekend_op, concept, betrokkene, weg)) from None
        return Zaak(gevonden, dag, gelezen, bekend, concept, wie)

    def _items(self, soort: _Soort, inhoud: object) -> tuple[Item, ...]:
        if type(inhoud) is not list:
            inhoud = _plain_list(inhoud)
        if len(inhoud) > soort.maximum:
            raise OngeldigeWaarde
        items: list[Item] = []
        for ruw in inhoud:
            item: Item = {}
            for veld, waarde in (ruw if type(ruw) is dict else _plain(ruw)).items():
                naam, parse = soort.velden[veld]
                item[naam] = parse(waarde)
            items.append(item)
        return tuple(items)

    # -- everything that is wrong --------------------------------------------------------------------------------

    def _all_faults(self, *delen: Any) -> list[Melding]:
        fouten: list[Melding] = []
        try:
            fouten.extend(islice(self._faults(*delen), MAX_FOUTEN))
        except Exception as fout:  # noqa: BLE001 - as above; what was found before it still counts
            fouten.append(_unreadable(type(fout).__name__))
        # A mapping that says one thing now and another thing later may be faultless the second time.
        return fouten or [_unreadable("wisselende inhoud")]

    def _faults(
        self,
        vraag: object,
        peildatum: object,
        feiten: object,
        bekend_op: object,
        concept: object,
        betrokkene: object,
        weg: frozenset[str],
    ) -> Iterator[Melding]:
        for naam in sorted(weg):
            yield Melding("ZR-512", f"`{naam}` ontbreekt", pad=(naam,))
        if "vraag" not in weg and (type(vraag) is not str or vraag not in self._vragen):
            yield Melding(
                "ZR-502", f"onbekende vraag `{_safe(vraag)}`", suggest(_safe(vraag), self._vragen), pad=("vraag",)
            )
        for naam, waarde in (("peildatum", peildatum), ("bekend_op", bekend_op)):
            if naam not in weg and (naam == "peildatum" or waarde is not None):
                tekst = _value_fault(parse_datum, waarde)
                if tekst is not None:
                    yield Melding("ZR-513", tekst, pad=(naam,))
        if concept is not True and concept is not False:
            yield Melding("ZR-505", "`concept` is true of false", pad=("concept",))
        tekst = None if betrokkene is None else _value_fault(_parse_person, betrokkene)
        if tekst is not None:  # the value is not shown: it says who somebody is
            yield Melding("ZR-505", "`betrokkene` is tekst van 1 tot en met 200 tekens", pad=("betrokkene",))
        if "feiten" in weg:
            return
        try:
            per_soort = _plain(feiten)
        except OngeldigeWaarde:
            yield Melding("ZR-501", "`feiten` is een mapping van feitsoort naar feiten", pad=("feiten",))
            return
        for naam, inhoud in per_soort.items():
            yield from self._soort_faults(naam, inhoud)

    def _soort_faults(self, naam: object, inhoud: object) -> Iterator[Melding]:
        pad: Pad = ("feiten", _safe(naam))
        soort = self._soorten.get(naam) if type(naam) is str else None
        if soort is None:
            yield Melding(
                "ZR-503", f"onbekende feitsoort `{_safe(naam)}`", suggest(_safe(naam), self._soorten), pad=pad
            )
        elif not soort.lijst:
            yield from self._object_faults(soort, inhoud, pad)
        else:
            try:
                items = _plain_list(inhoud)
            except OngeldigeWaarde:
                hulp = "Zet het object in een lijst." if isinstance(inhoud, Mapping) else ""
                yield Melding("ZR-509", f"`{soort.naam}` is een lijst van objecten", hulp, pad=pad)
                return
            if len(items) > soort.maximum:
                hulp = "Vraag de zaak in delen, als de regels dat toelaten."
                yield Melding(
                    "ZR-510", f"`{soort.naam}` heeft meer dan {soort.maximum} items, het hoogste aantal", hulp, pad=pad
                )
                return
            for nr, item in enumerate(items):
                yield from self._object_faults(soort, item, (*pad, nr))

    def _object_faults(self, soort: _Soort, inhoud: object, pad: Pad) -> Iterator[Melding]:
        try:
            velden = _plain(inhoud)
        except OngeldigeWaarde:
            hulp = "Alleen een lijst-feitsoort kan er meer hebben." if isinstance(inhoud, (list, tuple)) else ""
            yield Melding("ZR-509", f"`{soort.naam}` is een object met velden", hulp, pad=pad)
            return
        for veld, waarde in velden.items():
            binnen = (*pad, _safe(veld))
            if type(veld) is str and veld in soort.velden:
                tekst = _value_fault(soort.velden[veld][1], waarde)
                if tekst is not None:
                    code = "ZR-506" if isinstance(waarde, float) else "ZR-507" if waarde is None else "ZR-505"
                    if veld in soort.geheim:  # what says who somebody is belongs in no message and in no log
                        tekst = f"de waarde van `{soort.naam}.{veld}` heeft niet de vorm die de feitsoort voorschrijft"
                    yield Melding(code, tekst, pad=binnen)
            elif type(veld) is str and veld in soort.afgeleid:
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
_WAARDEN: Final = (type(None), bool, int, float, str, Decimal, list, tuple, dict)


def _plain(ruw: object) -> dict[Any, Any]:
    """Return a mapping as the dict that it is or holds; no more of it is read than any zaak needs.

    Raises:
        OngeldigeWaarde: when it is no mapping, or holds more.
    """
    if type(ruw) is dict:
        return ruw
    if not isinstance(ruw, Mapping):
        raise OngeldigeWaarde
    gewoon = dict(islice(ruw.items(), MAX_SLEUTELS + 1))
    if len(gewoon) > MAX_SLEUTELS:
        raise OngeldigeWaarde
    return gewoon


def _plain_list(ruw: object) -> list[Any]:
    """Return a list or tuple as a list, of which no more is read than any feitsoort allows."""
    if not isinstance(ruw, (list, tuple)):
        raise OngeldigeWaarde
    return list(islice(iter(ruw), MAX_ITEMS + 1))


def _value_fault(parse: _Parser, waarde: object) -> str | None:
    """Return what is wrong with a value. One of a foreign type is never asked to show or compare itself."""
    if type(waarde) not in _WAARDEN and not isinstance(waarde, date):
        soort = f"hier staat een {type(waarde).__name__:.60}"
        if isinstance(waarde, float):
            return f"{soort}; een float is niet exact. Geef tekst of een Decimal"
        return f"{soort}, en geen waarde die JSON kent"
    try:
        parse(waarde)
    except OngeldigeWaarde as fout:
        return str(fout)
    except (RecursionError, ValueError):  # a list in a list in a list, or a number of thousands of digits
        return f"hier staat een {type(waarde).__name__}, en geen enkele waarde"
    return None


def _parse_person(ruw: object) -> str:
    if ruw == "":
        raise OngeldigeWaarde
    return parse_tekst(ruw, _BETROKKENE)


def _unreadable(reden: str) -> Melding:
    return Melding(
        "ZR-501", f"de zaak is niet te lezen ({reden:.60})", "Geef gewone dicts, lijsten, teksten, getallen en datums."
    )


def _missing(ruw: Mapping[str, object]) -> frozenset[str]:
    return frozenset(k for k in ("vraag", "peildatum", "feiten") if k not in ruw)


def _safe(naam: object) -> str:
    """Show a name that may be anything; an object of a foreign type is not asked to show itself."""
    if type(naam) is str:
        tekst = naam if naam[:60].isprintable() else ascii(naam[:60])
    elif type(naam) in {type(None), bool, float} or (type(naam) is int and abs(naam) < 10**20):
        tekst = str(naam)
    else:
        tekst = f"een {type(naam).__name__:.60}"
    return tekst if len(tekst) <= 60 else tekst[:57] + "…"
