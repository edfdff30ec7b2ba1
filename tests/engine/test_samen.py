"""A refusal that follows only from rules taken together says so, and not that it cannot be told."""

from __future__ import annotations

import pytest
from zorgregels import Engine, Uitkomst
from zorgregels._besluit.uitleg import summarize


@pytest.mark.parametrize("voor", ["burger", "auditor", "ontwikkelaar"])
def test_rules_that_refuse_together_are_not_each_said_to_be_undecided(schrijf, maak, voor):
    regels = maak.eis("proef", "laag", '{declaratie.bedrag: {hoogstens: "10.00"}}')
    regels += maak.eis("proef", "hoog", '{declaratie.bedrag: {meer_dan: "10.00"}}')
    plugin = schrijf("proef", {"2025/a.yaml": maak.regelset("proef", regels)}, feiten=(maak.FEIT,))
    zaak = {"vraag": "declaratie", "peildatum": "2025-05-05", "feiten": {"declaratie": {"prestatiecode": "X1"}}}
    with Engine(plugins=[plugin]) as engine:
        b = engine.decide(zaak)
        uitleg = " ".join(engine.explain(zaak, voor=voor).split())
    assert b.uitkomst is Uitkomst.NEE
    assert "samen kan niet zijn voldaan" in uitleg
    assert "samen kan niet zijn voldaan" in summarize(b).replace("\n", " ")
    if voor != "burger":
        assert uitleg.index("samen kan niet") < uitleg.index("proef.laag")
        assert "proef.hoog" in uitleg
