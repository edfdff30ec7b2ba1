"""What of a Beslissing could show a fact that is withheld. When in doubt a part is withheld: too much is a nuisance, too little is harm.

A rule that reads or shows such a fact can show it; so can one that yields to that rule, one that reads what it derives, and so on. What cannot
be kept back is what the leaf itself says (uitkomst, oordeel, peildatum) and how many steps there are; the page says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

from .._besluit.tekst import show_date
from .._plan.plan import text_facts
from .._taal.regelset import Afleiding, Regel, rule_terms
from .._taal.termen import reads
from .._waarden import OngeldigeWaarde, parse_datum
from .vastgelegd import Item

Data = Any
_KORT: Final = 4
"""A value that is spelled in fewer characters stands in many texts by chance."""
_GETAL: Final = re.compile(r"-?([0-9]+)(?:\.([0-9]+))?")
_TELT: Final = {"eis", "verbied", "open"}
"""Effects of which a step says whether it decided: where there are routes, that says what other steps came to."""


class Invloed:
    """Which rules could show any of some facts, and which facts follow from those."""

    def __init__(self, regels: Iterable[Regel], feiten: Iterable[str]) -> None:
        alle = list(regels)
        wijkt: set[str] = set()
        self.kent = {r.id for r in alle}
        """Every rule that was looked at."""
        self.regels: set[str] = set()
        self.feiten = set(feiten)
        omvang = -1
        while omvang != len(self.regels):
            omvang = len(self.regels)
            for regel in alle:
                if regel.id in self.regels or not (regel.id in wijkt or self._touches(regel)):
                    continue
                self.regels.add(regel.id)
                wijkt.update(regel.gaat_voor)
                if isinstance(regel.effect, Afleiding):
                    self.feiten.update(naam for naam, _ in regel.effect.doelen)

    def _touches(self, regel: Regel) -> bool:
        if not self.feiten.isdisjoint(text_facts(regel)):
            return True
        return any(not self.feiten.isdisjoint(reads(term)) for term in rule_terms(regel))

    def shows(self, regel: str) -> bool:
        """Whether a rule could show one of the facts. Of a rule that is not known anything is possible."""
        return regel in self.regels or regel not in self.kent


def hide_parts(delen: Sequence[Item], invloed: Invloed | None, waarden: Iterable[Data]) -> tuple[Item, ...]:
    """Return the parts of a Beslissing, those withheld that could show a fact that is.

    Args:
        delen: the parts.
        invloed: of the facts that are withheld; None where the rules cannot be read, and then all is withheld.
        waarden: the values of those facts, as they were recorded.
    """
    if (
        invloed is None or len(delen) == 1
    ):  # without a year it says little but what is missing, and that rests on all facts
        return tuple(d.withhold() for d in delen)
    woorden = {w for waarde in waarden for w in _spellings(waarde)}
    stappen = [_read(d, '{"stap":', "}").get("stap") for d in delen[1:-1]]
    weg = [s is None or invloed.shows(s["regel"]) for s in stappen]
    if any(weg) and any(s is not None and ("route" in s or s["effect"] == "open") for s in stappen):
        weg = [w or s is None or s["effect"] in _TELT for w, s in zip(weg, stappen, strict=True)]
    kop, slot = _read(delen[0], "", "]}"), _read(delen[-1], '{"motivering":[', "")
    weg = [_derived(kop, invloed.feiten), *weg, _rest(slot, invloed)]
    return tuple(
        d.withhold() if w or _stands_in(woorden, d.tekst or "") else d for d, w in zip(delen, weg, strict=True)
    )


def _read(deel: Item, voor: str, na: str) -> Data:
    return {} if deel.tekst is None else json.loads(f"{voor}{deel.tekst}{na}")


def _derived(kop: Data, feiten: Collection[str]) -> bool:
    return any(f"{a['sector']}:{a['feit']}" in feiten for a in kop.get("afgeleid", ()))


def _rest(slot: Data, invloed: Invloed) -> bool:
    """Whether what comes after the steps could show something: what is missing, and how routes end, rests on all facts together."""
    if not slot:
        return False
    ontbrekend = slot["ontbrekend"]
    van_regels = [w["regel"] for w in (*slot["waarschuwingen"], *slot["verplichtingen"]) if "regel" in w]
    return bool(ontbrekend["feiten"] or ontbrekend["gaten"] or slot["routes"] or any(map(invloed.shows, van_regels)))


def _spellings(waarde: Data) -> Iterator[str]:
    """Yield how a value may stand in a text; what is too short for that to say anything is left to the rules."""
    if isinstance(waarde, dict):
        waarde = list(waarde.values())
    if isinstance(waarde, list):
        for deel in waarde:
            yield from _spellings(deel)
    elif isinstance(waarde, int | str) and not isinstance(waarde, bool) and len(str(waarde)) >= _KORT:
        tekst = str(waarde)
        yield from (tekst, json.dumps(tekst, ensure_ascii=False)[1:-1], tekst.replace("_", " "))
        if m := _GETAL.fullmatch(tekst):
            yield f"{int(m[1]):,}".replace(",", ".") + (f",{m[2]}" if m[2] else "")
        with suppress(OngeldigeWaarde):
            yield show_date(parse_datum(tekst))


def _stands_in(woorden: Iterable[str], tekst: str) -> bool:
    return any(w in tekst for w in woorden)
