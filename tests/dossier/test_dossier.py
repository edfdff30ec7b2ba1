"""Dossiers of real Journaals, opened in a real browser."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from boeken import PERSOON, book, zaak
from browser import Openen
from zorgregels import Engine
from zorgregels._dossier.dossier import make_dossier
from zorgregels._journaal.journaal import Journaal
from zorgregels.errors import JournaalError

Data = Any
VOORBEELDEN = Path(__file__).parents[2] / "voorbeelden"


class _Loader(yaml.SafeLoader):
    """A date and a decimal stay the text that they are."""


_Loader.yaml_implicit_resolvers = {
    teken: [r for r in regels if r[0] not in {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:float"}]
    for teken, regels in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize(
    ("bestand", "kop"),
    [
        ("consult.json", "Toegestaan"),
        ("consult-te-hoog.json", "Niet toegestaan"),
        ("facultatieve-prestatie.yaml", "Onbekend"),
        ("bekostiging.yaml", "Onbekend"),
        ("domeinoverstijgende-afspraak.yaml", "Voldoet niet"),
    ],
)
def test_every_example_is_green_with_the_digest_of_its_answer(
    openen: Openen, tmp_path: Path, bestand: str, kop: str
) -> None:
    gevraagd = yaml.load((VOORBEELDEN / bestand).read_text("utf-8"), Loader=_Loader)
    with Journaal.create(tmp_path / "j.db") as journaal, Engine(journaal=journaal) as engine:
        for _ in range(3):
            beslissing = engine.decide(gevraagd)
        journaal.rotate()
        engine.decide(gevraagd)
        b = openen(make_dossier(journaal, 2).gegevens)
        sleutel = journaal.hoofd().sleutel.hex()
    assert b.oordeel == "goed"
    assert set(b.keuringen.values()) == {"goed"}
    assert b.ask("document.querySelector('h1').textContent") == kop
    tekst = b.tekst
    assert beslissing.digest in tekst
    assert sleutel in tekst.replace(" ", "")
    genormd = " ".join(tekst.split())
    for stap in beslissing.motivering:
        assert " ".join(stap.tekst.split()) in genormd
        assert stap.regel in tekst
        assert stap.bron.document in tekst
    for plicht in beslissing.verplichtingen:
        assert plicht.plicht in tekst
    for feit in beslissing.ontbrekend.feiten:
        assert feit.omschrijving in tekst
    for id_, digest, _ in beslissing.kwitantie.herkomst.regelsets:
        assert id_ in tekst
        assert digest in tekst
    assert ("Concept, geen geldend recht." in tekst) == (bestand == "domeinoverstijgende-afspraak.yaml")


def test_withheld_facts_leave_a_green_page(openen: Openen, tmp_path: Path) -> None:
    with book(tmp_path, zaak()) as journaal:
        b = openen(make_dossier(journaal, 1, ["declaratie.bedrag", "declaratie.datum"]).gegevens)
    assert b.oordeel == "goed"
    assert b.fouten == set()
    assert "Achtergehouden: 2 feiten, 6 stappen en 2 andere delen." in b.tekst
    assert "Deze stap hangt van niets af." in b.tekst


def test_a_personal_fact_is_shown_with_its_key_and_not_without(openen: Openen, tmp_path: Path) -> None:
    with book(tmp_path, PERSOON) as journaal:
        met = openen(make_dossier(journaal, 1).gegevens)
    shutil.move(tmp_path / "journaal.db.sleutels", tmp_path / "elders")
    with Journaal.open(tmp_path / "journaal.db", schrijven=False) as journaal:
        zonder = openen(make_dossier(journaal, 1).gegevens)
        with pytest.raises(JournaalError) as fout:
            make_dossier(journaal, 1, ["persoon.geboren"])
    assert (met.oordeel, zonder.oordeel) == ("goed", "goed")
    assert "De geboortedatum is 14 maart 1957." in met.tekst
    assert "persoonsgegeven" in met.tekst
    for woorden in ("1957", "persoon.geboren"):
        assert woorden not in zonder.tekst
    assert "Versleuteld: 1 feit, 1 stap en 1 ander deel." in zonder.tekst
    assert "Het bedrag is € 48.391.746,27." in zonder.tekst
    for b in (met, zonder):
        assert "123456782" not in b.tekst
    # Who misspells a name is told; who names what cannot be read here is told that it is not shown anyhow.
    assert fout.value.code == "ZR-942"
    assert "komt hoe dan ook niet in het dossier" in fout.value.meldingen[0].hulp


def test_after_an_erasure_the_proof_still_holds(openen: Openen, tmp_path: Path) -> None:
    with book(tmp_path, PERSOON, zaak()) as journaal:
        sleutel = json.loads(journaal.opslag.row(1).blad)["sleutel"]  # type: ignore[union-attr]
        assert journaal.erase(sleutel)
        b = openen(make_dossier(journaal, 1).gegevens)
        ander = openen(make_dossier(journaal, 2).gegevens)
    assert (b.oordeel, ander.oordeel) == ("goed", "goed")
    assert "Gewist: 1 feit, 1 stap en 1 ander deel." in b.tekst
    assert "1957" not in b.tekst
    assert "Gewist" not in ander.tekst


def test_every_change_of_key_is_in_the_chain(openen: Openen, tmp_path: Path) -> None:
    with book(tmp_path, zaak()) as journaal:
        sleutels = [journaal.hoofd().sleutel.hex(), journaal.rotate().hex(), journaal.rotate().hex()]
        dossier = make_dossier(journaal, 1)
    assert [json.loads(s["blad"])["sleutel"] for s in dossier.gegevens["ketting"]] == sleutels  # type: ignore[call-overload,index,union-attr]
    b = openen(dossier.gegevens)
    assert b.oordeel == "goed"
    assert all(s in b.tekst.replace(" ", "") for s in sleutels)


def test_the_last_of_many_records_is_found(openen: Openen, tmp_path: Path) -> None:
    with book(tmp_path, zaak()) as journaal:
        with Engine(plugins=["huisarts"], journaal=journaal) as engine:
            een = {
                "vraag": "declaratie",
                "peildatum": "2023-05-10",
                "feiten": {"declaratie": {"prestatiecode": "12011", "bedrag": "11.51"}},
            }
            list(engine.decide_many([een] * 700))
        for nr in (1, 256, 257, 512, 701):
            assert openen(make_dossier(journaal, nr).gegevens).oordeel == "goed"


@pytest.mark.parametrize(
    ("nr", "code", "woorden"), [(0, "ZR-941", "het begin"), (2, "ZR-941", "sleutel"), (3, "ZR-940", "0 tot en met 2")]
)
def test_what_is_no_decision_has_no_dossier(tmp_path: Path, nr: int, code: str, woorden: str) -> None:
    with book(tmp_path, zaak()) as journaal:
        journaal.rotate()
        with pytest.raises(JournaalError) as fout:
            make_dossier(journaal, nr)
    assert fout.value.code == code
    assert woorden in str(fout.value)


class Veranderd:
    """A store in which something is not what was written."""

    def __init__(self, echt: Any, **anders: Any) -> None:
        self._echt = echt
        self.__dict__.update(anders)

    def __getattr__(self, naam: str) -> Any:
        return getattr(self._echt, naam)


def _altered(echt: Any, wat: str) -> Veranderd:
    een, twee = echt.row(1), echt.row(2)
    if wat == "a fact":
        return Veranderd(echt, row=lambda _: een._replace(feiten=een.feiten.replace(b"48391746", b"48391747")))
    if wat == "the leaf":
        return Veranderd(
            echt, row=lambda _: een._replace(blad=een.blad.replace(b'"uitkomst":"ja"', b'"uitkomst":"nee"'))
        )
    if wat == "another leaf":
        return Veranderd(
            echt, rows=lambda van, tot: iter([echt.row(0), een, twee._replace(blad=twee.blad + b" ")][van:tot])
        )
    return Veranderd(echt, blok=lambda merk: (echt.blok(merk) or b"").replace(b"kanarie", b"kanaria"))


@pytest.mark.parametrize(
    ("wat", "code"),
    [("a fact", "ZR-904"), ("the leaf", "ZR-904"), ("another leaf", "ZR-904"), ("a document", "ZR-906")],
)
def test_what_was_altered_has_no_dossier(tmp_path: Path, wat: str, code: str) -> None:
    with book(tmp_path, zaak(), zaak()) as journaal:
        echt = journaal.opslag
        journaal.opslag = _altered(echt, wat)  # type: ignore[assignment]
        with pytest.raises(JournaalError) as fout:
            make_dossier(journaal, 1)
        journaal.opslag = echt
    assert fout.value.code == code


def test_a_dossier_without_its_documents_proves_the_rest(openen: Openen, tmp_path: Path) -> None:
    with book(tmp_path, zaak()) as journaal:
        echt = journaal.opslag
        journaal.opslag = Veranderd(echt, blok=lambda _: None)  # type: ignore[assignment]
        b = openen(make_dossier(journaal, 1).gegevens)
        journaal.opslag = echt
    assert b.oordeel == "goed"
    assert {n for n, s in b.keuringen.items() if s != "goed"} == {
        "De regelsets, catalogi en versies",
        "De omschrijvingen van vraag en feiten",
    }
    assert "Deze stap hangt van niets af." in b.tekst
