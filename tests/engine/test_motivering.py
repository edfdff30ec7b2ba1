"""The text of a rule is true of what it stands beside."""

from __future__ import annotations

import pytest
from zorgregels import Engine

REGELS = """  - id: proef.een
    vraag: declaratie
    normen: [P-1]
    dan: {eis: {declaratie.bedrag: {hoogstens: "10.00"}}}
    motivering: "Het bedrag {declaratie.bedrag} is hoogstens tien euro."
  - id: proef.nooit
    vraag: declaratie
    normen: [P-1]
    als: {declaratie.bedrag: {minstens: "100.00"}}
    dan: {verbied: true}
    motivering: "Boven honderd euro bestaat niet."
"""


@pytest.mark.parametrize(
    ("bedrag", "teksten"),
    [
        ("10.00", ["Het bedrag € 10,00 is hoogstens tien euro."]),
        ("10.01", ["Hieraan is niet voldaan: Het bedrag € 10,01 is hoogstens tien euro."]),
        (
            "100.00",
            [
                "Boven honderd euro bestaat niet.",
                "Hieraan is niet voldaan: Het bedrag € 100,00 is hoogstens tien euro.",
            ],
        ),
        (None, ["Niet te zeggen is of hieraan is voldaan: Het bedrag onbekend is hoogstens tien euro."]),
    ],
)
def test_one_text_says_what_is_asked_and_never_that_it_is_so_when_it_is_not(schrijf, maak, bedrag, teksten):
    plugin = schrijf("proef", {"2025/a.yaml": maak.regelset("proef", REGELS)}, feiten=(maak.FEIT,))
    feiten = {"prestatiecode": "X1"} | ({} if bedrag is None else {"bedrag": bedrag})
    with Engine(plugins=[plugin]) as engine:
        b = engine.decide(vraag="declaratie", peildatum="2025-05-05", feiten={"declaratie": feiten})
    assert sorted(s.tekst for s in b.motivering if s.regel == "proef.een" or bedrag) == teksten
