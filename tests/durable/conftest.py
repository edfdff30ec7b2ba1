"""Durable engines that end with their test, and plans made without files."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from zorgregels._inferentie.durable import Durable
from zorgregels._plan.plan import Plan, build_plan
from zorgregels._taal.bron import Bron
from zorgregels._taal.catalogus import Catalogus
from zorgregels._taal.regelset import Effect, Inhoud, Motivering, Regel, Regelset, Zin
from zorgregels._taal.termen import ALTIJD, Voorwaarde
from zorgregels._taal.vraag import VRAGEN
from zorgregels.errors import InferentieError

BRON = Bron("Proef")
LEEG = Zin(("",))


@pytest.fixture(scope="session")
def _durable_rules() -> None:
    try:
        Durable().close()
    except InferentieError as fout:
        if fout.code != "ZR-651":
            raise
        pytest.skip(f"no durable-rules: {fout.meldingen[0].tekst}")


@pytest.fixture
def maak_durable(_durable_rules: None) -> Iterator[Callable[..., Durable]]:
    gemaakt: list[Durable] = []

    def maak(**kwargs: object) -> Durable:
        gemaakt.append(Durable(**kwargs))  # type: ignore[arg-type]
        return gemaakt[-1]

    yield maak
    for durable in gemaakt:
        durable.close()


@pytest.fixture
def durable(maak_durable: Callable[..., Durable]) -> Durable:
    return maak_durable()


@pytest.fixture
def maak_regel() -> Callable[..., Regel]:
    def maak(
        naam: str,
        effect: Effect,
        als: Voorwaarde = ALTIJD,
        tenzij: Voorwaarde | None = None,
        gaat_voor: tuple[str, ...] = (),
    ) -> Regel:
        tekst = Motivering(LEEG, LEEG, LEEG)
        return Regel(naam, "declaratie", (), BRON, als, tenzij, gaat_voor, None, effect, tekst)

    return maak


@pytest.fixture
def maak_plan() -> Callable[..., Plan]:
    def maak(*regels: Regel, catalogi: dict[str, Catalogus] | None = None) -> Plan:
        inhoud = Inhoud(None, lambda: tuple(regels))
        rs = Regelset("p/proef", "1.1", "Proef", "geldend", None, None, None, BRON, False, {}, {}, inhoud, "sha256:")
        return build_plan(VRAGEN["declaratie"], [rs], catalogi or {})

    return maak
