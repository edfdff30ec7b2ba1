"""How users write it. Never run, only type-checked: what breaks here breaks for them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from zorgregels import ONBEKEND, Beslissing, Bron, Engine, Kwitantie, Stap, Uitkomst, ZorgregelsError, hookimpl
from zorgregels.errors import Melding, NotInForceError, ZaakError


def decide() -> str:
    with Engine(plugins={"huisarts", Path("mijn-plugin")}, engine="compiled") as engine:
        beslissing: Beslissing = engine.decide(
            vraag="declaratie",
            peildatum=date(2023, 5, 10),
            feiten={"declaratie": {"prestatiecode": "12011", "bedrag": "11.52", "duur_minuten": 12}},
        )
    stap: Stap = beslissing.motivering[0]
    bron: Bron = stap.bron
    kwitantie: Kwitantie = beslissing.kwitantie
    if beslissing.uitkomst is Uitkomst.ONBEKEND:
        return ", ".join(f.feit for f in beslissing.ontbrekend.feiten)
    if beslissing.derived("prestatie.tariefsoort") is ONBEKEND:
        return kwitantie.feiten
    return f"{bron.artikel} lid {bron.lid}"


def ask(engine: Engine, zaak: dict[str, object]) -> tuple[Melding, ...]:
    try:
        uitkomst, regels = engine.evaluate(zaak)
    except NotInForceError as fout:
        return fout.meldingen
    except ZaakError as fout:
        return tuple(m for m in fout.meldingen if m.code == "ZR-504")
    except ZorgregelsError as fout:
        raise SystemExit(fout.code) from fout
    assert uitkomst is Uitkomst.JA or regels
    return ()


@hookimpl
def zorgregels_mappen() -> list[Path]:
    return [Path("gegevens")]
