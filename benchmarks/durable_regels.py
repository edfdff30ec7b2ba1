"""The huisarts rules of one year as a durable-rules ruleset written by hand, under the discipline that keeps durable-rules right.

Only conjunctions of literals and joins of two facts; every field there, whole numbers only; ``$ex`` before fields are compared and a
last clause that always holds in every join; nothing under ``none``; one live sid, its state deleted after each case; no threads.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from zaken import JAAR, Zaak, cents
from zorgregels import Engine

GROEP: Final = {"consult": 1, "visite": 2, "inschrijving": 4}
OP_AFSTAND: Final = {"12001", "12010", "12011"}
OPEN: Final = -1
"""What a field holds that has no value."""
Regel = tuple[str, str, dict[str, Any]]
"""The rule that is settled, how, and what holds then of the declaratie."""


def _eq(**velden: int) -> list[dict[str, Any]]:
    return [{n: w} for n, w in velden.items()]


def _all(*delen: dict[str, Any]) -> dict[str, Any]:
    return {"$and": [{"k": 1}, *delen]}


def _compare(orde: str, links: str, rechts: str) -> list[dict[str, Any]]:
    return [{"$ex": {links: 1}}, {"$ex": {rechts: 1}}, {orde: {links: {"$m": rechts}}}]


ENKEL: Final[list[Regel]] = [
    ("huisarts.prestatie.bestaat", "ja", _all(*_eq(bestaat=1))),
    ("huisarts.prestatie.bestaat", "nee", _all(*_eq(bestaat=0))),
    ("huisarts.tarief.maximum", "ja", _all(*_eq(maximum_geldt=1), *_compare("$lte", "bedrag", "maximum"))),
    ("huisarts.tarief.maximum", "nee", _all(*_eq(maximum_geldt=1), *_compare("$gt", "bedrag", "maximum"))),
    ("huisarts.consult.lang-bij-verrichting", "ja", _all(*_eq(code=12001, verrichting=1, bevestigd=1), {"$lt": {"duur": 20}})),
    ("huisarts.consult.lang-bij-verrichting", "nee", _all(*_eq(code=12001, verrichting=1, bevestigd=0), {"$lt": {"duur": 20}})),
    ("huisarts.afstand.inhoud", "ja", _all(*_eq(afstand=1, inhoud=1))),
    ("huisarts.afstand.inhoud", "nee", _all(*_eq(afstand=1, inhoud=0))),
    ("huisarts.afstand.tijd", "ja", _all(*_eq(afstand=1, tijd=1))),
    ("huisarts.afstand.tijd", "nee", _all(*_eq(afstand=1, tijd=0))),
    ("huisarts.inschrijving.eerste-dag-kwartaal", "ja", _all(*_eq(groep=4, eerste_dag=1))),
    ("huisarts.inschrijving.eerste-dag-kwartaal", "nee", _all(*_eq(groep=4, eerste_dag=0))),
    ("huisarts.inschrijving.leeftijd-vanaf", "ja", _all(*_eq(groep=4), *_compare("$gte", "leeftijd", "vanaf"))),
    ("huisarts.inschrijving.leeftijd-vanaf", "nee", _all(*_eq(groep=4), *_compare("$lt", "leeftijd", "vanaf"))),
    ("huisarts.inschrijving.leeftijd-tot", "ja", _all(*_eq(groep=4, grens=1), *_compare("$lt", "leeftijd", "tot"))),
    ("huisarts.inschrijving.leeftijd-tot", "nee", _all(*_eq(groep=4, grens=1), *_compare("$gte", "leeftijd", "tot"))),
    ("huisarts.inschrijving.met-opslag", "ja", _all(*_eq(groep=4, met_opslag=1, opslag=1))),
    ("huisarts.inschrijving.met-opslag", "nee", _all(*_eq(groep=4, met_opslag=1, opslag=0))),
    ("huisarts.inschrijving.zonder-opslag", "ja", _all(*_eq(groep=4, met_opslag=0, opslag=0))),
    ("huisarts.inschrijving.zonder-opslag", "ja", _all(*_eq(groep=4, met_opslag=0, opslag=1, bevestigd=1))),
    ("huisarts.inschrijving.zonder-opslag", "nee", _all(*_eq(groep=4, met_opslag=0, opslag=1, bevestigd=0))),
]  # fmt: skip
PASSEND: Final = [
    (12010, _all(*_eq(groep=1), {"$lt": {"duur": 5}})),
    (12011, _all(*_eq(groep=1), {"$gte": {"duur": 5}}, {"$lt": {"duur": 20}})),
    (12001, _all(*_eq(groep=1), {"$gte": {"duur": 20}})),
    (12002, _all(*_eq(groep=2), {"$lt": {"duur": 20}})),
    (12003, _all(*_eq(groep=2), {"$gte": {"duur": 20}})),
]
DUUR: Final = "huisarts.consult.duur"
_SID: Final = "z"


class Handwerk:
    """The ruleset in a host of its own."""

    def __init__(self) -> None:
        from durable.engine import Host

        class QuietHost(Host):  # type: ignore[misc]
            def _run(self) -> None:
                """No threads."""

        self._goed: set[str] = set()
        self._fout: set[str] = set()
        self._mis = ""
        self._host = QuietHost()
        regels: dict[str, Any] = {}
        for nr, (naam, uitslag, c) in enumerate(ENKEL):
            regels[f"e{nr}"] = {"all": [{"d": c}], "run": self._settle(naam, uitslag)}
        for code, c in PASSEND:
            regels[f"p{code}"] = {"all": [{"d": c}], "run": self._derive(code)}
        anders = {"$neq": {"code": {"d": "code"}}}
        for naam, uitslag, d, p in (
            ("j0", "ja", _all(), {"code": {"d": "code"}}),
            ("j1", "nee", _all({"lang_verrichting": 0}), anders),
            ("j2", "ja", _all({"lang_verrichting": 1}), anders),
        ):
            altijd = {"$neq": {"merk": {"d": "k"}}}
            paar = [{"d": d}, {"p": {"$and": [{"k": 2}, p, altijd]}}]
            regels[naam] = {"all": paar, "run": self._settle(DUUR, uitslag)}
        regels["vang"] = {"all": [{"a": {"$ex": {"k": 1}}}, {"b": {"nooit": 1}}], "run": self._settle("", "nee")}
        self._host.set_rulesets({"huisarts": regels})

    def _settle(self, naam: str, uitslag: str) -> Callable[[Any], None]:
        doel = self._goed if uitslag == "ja" else self._fout

        def fire(_: Any) -> None:
            doel.add(naam)

        return fire

    def _derive(self, code: int) -> Callable[[Any], None]:
        def fire(c: Any) -> None:
            try:
                c.assert_fact({"sid": _SID, "id": "p", "k": 2, "code": code, "merk": 0})
            except Exception as fout:  # noqa: BLE001 - durable-rules swallows whatever leaves an action
                self._mis = repr(fout)

        return fire

    def answer(self, feit: dict[str, Any]) -> tuple[str, frozenset[str]]:
        """Return the uitkomst and the rules that decided."""
        self._goed.clear()
        self._fout.clear()
        try:
            self._host.assert_fact("huisarts", feit)
            ingeslikt = self._host.get_state("huisarts", _SID).get("exception")
        finally:
            self._host.delete_state("huisarts", _SID)
        if ingeslikt or self._mis:
            raise RuntimeError(ingeslikt or self._mis)
        return ("nee", frozenset(self._fout)) if self._fout else ("ja", frozenset(self._goed))


def host_fact(engine: Engine, zaak: Zaak) -> dict[str, Any]:
    """Return the one fact of a zaak; what it takes to make it is the host's and not in the time of durable-rules."""
    declaratie = zaak["feiten"]["declaratie"]
    inschrijving = zaak["feiten"].get("inschrijving", {})
    catalogus = next(c for c in engine.catalogi if c.naam == "huisarts/prestaties")
    periode = catalogus.find(declaratie["prestatiecode"], date(JAAR, 7, 1))
    waarden: dict[str, Any] = dict(periode.waarden) if periode else {}
    code = declaratie["prestatiecode"]
    groep = GROEP.get(str(waarden.get("groep")), 1 if code == "12000" else 0)
    verrichting = declaratie.get("bijzondere_verrichting", "geen") != "geen"
    velden = {
        "k": 1, "code": int(code), "groep": groep, "bestaat": waarden["bestaat"], "bedrag": cents(declaratie["bedrag"]),
        "maximum_geldt": waarden.get("tariefsoort") == "maximum", "maximum": waarden.get("maximumtarief", OPEN),
        "duur": declaratie.get("duur_minuten", OPEN), "verrichting": verrichting,
        "lang_verrichting": verrichting and code == "12001", "bevestigd": declaratie.get("bevestigd_in_beleidsregel", OPEN),
        "afstand": "communicatiemiddel" in declaratie and code in OP_AFSTAND,
        "inhoud": declaratie.get("inhoud_vergelijkbaar", OPEN), "tijd": declaratie.get("tijd_vergelijkbaar", OPEN),
        "eerste_dag": inschrijving.get("op_eerste_dag_kwartaal", OPEN), "leeftijd": inschrijving.get("leeftijd", OPEN),
        "vanaf": waarden.get("leeftijd_vanaf", OPEN), "grens": waarden.get("leeftijd_tot") is not None,
        "tot": waarden.get("leeftijd_tot") or OPEN, "met_opslag": waarden.get("opslagwijk", OPEN),
        "opslag": inschrijving.get("opslagwijk", OPEN),
    }  # fmt: skip
    return {"sid": _SID, "id": "d", **{n: int(w) for n, w in velden.items()}}
