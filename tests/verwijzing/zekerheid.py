"""Holds decide against every completion of the missing facts: what it says is so, and what it names matters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from keus import Keus
from verwijzer import Fout, Verwijzer
from verwijzer_waarden import Raw
from volledig import Plek, Vergelijk, brute_force, fact_name, missing, values
from zorgregels import Engine
from zorgregels._besluit.beslissing import Beslissing
from zorgregels.errors import BeslissingError, ConflictError

RIJEN = 192
"""How many completions of one zaak are tried."""


@dataclass(frozen=True)
class Meting:
    """What one zaak showed about tightness."""

    kleene: str
    uitkomst: str
    bovengrens: bool
    genoemd: int
    wezenlijk: int
    alles: bool
    eens: bool
    """Whether all completions agree."""


def choose_values(k: Keus, v: Verwijzer, zaak: Raw) -> tuple[dict[Plek, list[Raw]], bool]:
    """Return values for the missing facts, all of them where that is few enough, and whether it is all."""
    alles = True
    uit: dict[Plek, list[Raw]] = {}
    ruimte = RIJEN
    for plek in sorted(missing(v, zaak), key=lambda p: (len(values(v, p)[0]), p)):
        waarden, volledig = values(v, plek)
        past = max(1, ruimte)
        if len(waarden) > past or not volledig:
            alles = False
            aantal = min(len(waarden), past, 3)
            begin = k.below(len(waarden))
            waarden = [waarden[(begin + i * (1 + len(waarden) // 3)) % len(waarden)] for i in range(aantal)]
            waarden = [w for i, w in enumerate(waarden) if w not in waarden[:i]]
        ruimte //= len(waarden)
        uit[plek] = waarden
    return uit, alles


def check(engine: Engine, v: Verwijzer, zaak: Raw, k: Keus, *, eindig: bool) -> Meting | None:
    """Check one zaak; return what it measured, or None where there is no Beslissing.

    ``eindig`` says that facts are compared with constants only, so that a list can be held to be exact.
    """
    keuze, alles = choose_values(k, v, zaak)
    try:
        b = engine.decide(zaak)
    except ConflictError:
        rijen = brute_force(v, zaak, keuze, alles=alles)
        assert rijen.outcomes("") == set(), "a contradiction that some completion does not have"
        return None
    except BeslissingError:
        return None
    rijen = brute_force(v, zaak, keuze, alles=alles)
    check_sound(b, rijen)
    weg = {fact_name(p) for p in missing(v, zaak)}
    namen = {f.feit for f in b.ontbrekend.feiten}
    assert namen <= weg, (namen, weg)
    if eindig and alles and not b.ontbrekend.bovengrens:
        check_exact(b, rijen, zaak["vraag"] == "bekostiging")
    try:
        kleene = v.answer(zaak).uitkomst
    except Fout:
        kleene = "onbekend"
    eens = len(rijen.outcomes("")) == 1
    wezenlijk = rijen.ruim[""].union(*rijen.ruim.values())
    return Meting(kleene, b.uitkomst.value, b.ontbrekend.bovengrens, len(namen), len(wezenlijk), alles, eens)


def check_sound(b: Beslissing, rijen: Vergelijk) -> None:
    """``ja`` and ``nee`` only if no completion says otherwise; what can change the outcome is named."""
    namen = {f.feit for f in b.ontbrekend.feiten}
    delen = {"": (b.uitkomst.value, namen), **{r.route: (r.uitkomst.value, set(r.ontbrekend)) for r in b.routes}}
    for deel, (uitkomst, genoemd) in delen.items():
        if deel not in rijen.delen:
            assert not rijen.outcomes(""), deel
            continue
        if uitkomst != "onbekend":
            assert rijen.outcomes(deel) <= {uitkomst}, (deel, uitkomst, rijen.outcomes(deel))
        assert rijen.wezenlijk[deel] <= genoemd, (deel, "not named", rijen.wezenlijk[deel] - genoemd)
        assert genoemd <= namen


def check_exact(b: Beslissing, rijen: Vergelijk, met_routes: bool) -> None:
    """A list that is not an upper bound names nothing that cannot matter."""
    delen = {"": {f.feit for f in b.ontbrekend.feiten}} if not met_routes else {}
    delen |= {r.route: set(r.ontbrekend) for r in b.routes}
    for deel, genoemd in delen.items():
        ruim = rijen.ruim.get(deel, frozenset())
        assert genoemd <= ruim, (deel, "named in vain", genoemd - ruim)
    if not met_routes and b.uitkomst.value == "onbekend":
        uitkomsten = set(rijen.delen[""].values())
        assert len(uitkomsten) > 1 or "onbekend" in uitkomsten or "tegenspraak" in uitkomsten, uitkomsten


def summary(metingen: list[Meting]) -> Counter[str]:
    """Count how tight the answers were."""
    c: Counter[str] = Counter()
    for m in metingen:
        c["zaken"] += 1
        c[f"kleene {m.kleene}"] += 1
        c[f"besluit {m.uitkomst}"] += 1
        if m.kleene == "onbekend":
            c["kleene onbekend: beslist door splitsen"] += m.uitkomst != "onbekend"
            c["kleene onbekend: alle invullingen eens, toch onbekend"] += (
                m.alles and m.eens and m.uitkomst == "onbekend" and m.wezenlijk == 0 and m.genoemd > 0
            )
        if m.uitkomst == "onbekend" and m.genoemd:
            c["lijst"] += 1
            c["lijst is exact"] += not m.bovengrens
            c["lijst is bovengrens"] += m.bovengrens
            c["lijst is bovengrens en toch precies goed"] += m.bovengrens and m.alles and m.genoemd == m.wezenlijk
    return c
