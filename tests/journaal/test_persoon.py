"""What is of a person: kept under a key of that person, and gone with it. Who somebody is, is kept nowhere."""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path

import gevallen
import pytest
from zorgregels import Engine
from zorgregels._journaal.inhoud import join
from zorgregels._journaal.journaal import Journaal
from zorgregels._journaal.nakijken import Nakijker
from zorgregels._journaal.opslag import Persoonssleutel
from zorgregels.errors import JournaalError, RegelsetError, ZaakError

BSN = "999990019"
ANDER = "123456782"
LEEFTIJD = 77
INSCHRIJVING = {
    "vraag": "declaratie",
    "peildatum": "2023-05-10",
    "feiten": {"declaratie": {"prestatiecode": "11102", "bedrag": "17.00"}, "inschrijving": {"leeftijd": LEEFTIJD}},
}


@pytest.fixture
def zaak():
    """A zaak of which a rule reads the age."""
    with Engine(plugins={"huisarts"}) as engine:
        for z in gevallen.casussen("huisarts"):
            if "leeftijd" in z["feiten"].get("inschrijving", {}):
                gelezen = {f.feit for s in engine.decide(z).motivering for f in s.feiten}
                if "inschrijving.leeftijd" in gelezen:
                    return z
    raise AssertionError("no casus in which an age counts")


def _everything(map_: Path) -> bytes:
    """Every byte that lies in a folder."""
    return b"".join(p.read_bytes() for p in sorted(map_.rglob("*")) if p.is_file())


def _bloks(journaal: Journaal) -> bytes:
    return b"".join(inhoud for _, _, inhoud in journaal.opslag.bloks())


def test_a_personal_fact_is_read_again_with_the_keys_and_not_without(tmp_path, zaak):
    pad = tmp_path / "j.db"
    with Engine(plugins={"huisarts"}) as kaal:
        merk = kaal.decide(zaak).digest
    with gevallen.fill(pad, [zaak]) as journaal:
        rij = journaal.opslag.row(1)
        assert "inschrijving.leeftijd" not in json.loads(rij.feiten)
        inhoud = journaal.contents(rij)
        assert inhoud.feiten["inschrijving.leeftijd"] == zaak["feiten"]["inschrijving"]["leeftijd"]
        from hashlib import sha256

        assert "sha256:" + sha256(inhoud.tekst).hexdigest() == merk
    Path(str(pad) + ".sleutels").rename(tmp_path / "elders")
    with Journaal.open(pad, schrijven=False) as zonder:
        inhoud = zonder.contents(zonder.opslag.row(1))
        assert inhoud.delen is None
        assert not inhoud.gewist
        assert "inschrijving.leeftijd" not in inhoud.feiten


def test_the_digest_of_what_is_personal_is_nowhere(tmp_path, zaak):
    """Of a fact with few values a bare digest would tell which: all of them could be tried."""
    with Engine(plugins={"huisarts"}) as kaal:
        b = kaal.decide(zaak)
    with gevallen.fill(tmp_path / "j.db", [zaak]) as journaal:
        rij = journaal.opslag.row(1)
        alles = b"".join(d for d in rij if isinstance(d, bytes))
        stukken = journaal.opslag.stukken({rij.delen[i : i + 16] for i in range(0, len(rij.delen), 16)})
    for merk in (b.digest, b.kwitantie.feiten):
        assert merk[7:].encode() not in alles
        assert bytes.fromhex(merk[7:]) not in alles
        assert bytes.fromhex(merk[7:])[:16] not in alles
    persoonlijk = [s for s in b.motivering if any(f.feit == "inschrijving.leeftijd" for f in s.feiten)]
    assert persoonlijk
    for stap in persoonlijk:
        assert not any(stap.tekst.encode() in s for s in stukken.values())


def test_an_erased_person_cannot_be_read_and_all_proofs_stand(tmp_path, zaak):
    with gevallen.fill(tmp_path / "j.db", []) as journaal:
        with Engine(plugins={"huisarts"}, journaal=journaal) as engine:
            engine.decide(zaak, betrokkene=BSN)
            engine.decide(zaak, betrokkene=ANDER)
            engine.decide(zaak, betrokkene=BSN)
        voor = [journaal.opslag.row(nr) for nr in range(4)]
        sleutel = journaal.person(BSN)
        assert sleutel is not None
        ingepakt = journaal.opslag.persoonssleutel(sleutel)
        assert journaal.erase(sleutel)
        assert journaal.person(BSN) is None
        assert not journaal.erase(sleutel)
        assert [journaal.opslag.row(nr) for nr in range(4)] == voor
        gewist = [journaal.contents(journaal.opslag.row(nr)).gewist for nr in (1, 2, 3)]
        assert gewist == [True, False, True]
        assert list(Nakijker(journaal).check()) == []
        with Engine(plugins={"huisarts"}, journaal=journaal) as engine:  # the same person comes back, under another key
            b = engine.decide(zaak, betrokkene=BSN)
        assert not journaal.contents(journaal.opslag.row(b.journaal.nr)).gewist
        assert journaal.person(BSN) != sleutel
    assert ingepakt not in _everything(tmp_path)


def test_a_key_that_vanished_without_an_erasure_is_found(tmp_path, zaak):
    import sqlite3

    with gevallen.fill(tmp_path / "j.db", [zaak]):
        pass
    with closing(sqlite3.connect(tmp_path / "j.db")) as db, db:
        db.execute("DELETE FROM persoonssleutel")
    with Journaal.open(tmp_path / "j.db") as journaal:
        assert [b.waar for b in Nakijker(journaal).check()] == ["vermelding 1"]


def test_so_is_one_under_which_nothing_was_encrypted(tmp_path, zaak):
    """Whoever comes back gets another key, and to erase that would leave the first."""
    gewoon = {**zaak, "feiten": {k: w for k, w in zaak["feiten"].items() if k == "declaratie"}}
    with gevallen.fill(tmp_path / "j.db", []) as journaal, Engine(plugins={"huisarts"}, journaal=journaal) as engine:
        engine.decide(gewoon, betrokkene=BSN)
        assert journaal.opslag.row(1).gesloten is None
        with journaal.opslag.writing() as schrijver:
            assert schrijver.erase(journaal.person(BSN))
        assert [b.waar for b in Nakijker(journaal).check()] == ["vermelding 1"]


def test_one_key_cannot_be_passed_off_as_anothers(tmp_path, zaak):
    import sqlite3

    with gevallen.fill(tmp_path / "j.db", []) as journaal, Engine(plugins={"huisarts"}, journaal=journaal) as engine:
        engine.decide(zaak, betrokkene=BSN)
        engine.decide(zaak, betrokkene=ANDER)
    with closing(sqlite3.connect(tmp_path / "j.db")) as db, db:
        (a, pa), (b, pb) = db.execute("SELECT id, persoon FROM persoonssleutel").fetchall()
        db.execute("UPDATE persoonssleutel SET persoon = NULL")
        db.execute("UPDATE persoonssleutel SET persoon = ? WHERE id = ?", (pb, a))
        db.execute("UPDATE persoonssleutel SET persoon = ? WHERE id = ?", (pa, b))
    with Journaal.open(tmp_path / "j.db") as journaal:
        with pytest.raises(JournaalError, match="van een ander"):
            journaal.person(BSN)
        with (
            Engine(plugins={"huisarts"}, journaal=journaal) as engine,
            pytest.raises(JournaalError, match="van een ander"),
        ):
            engine.decide(zaak, betrokkene=BSN)


@pytest.mark.parametrize("wat", ["nobody", "swapped", "of another Journaal", "of no record"])
def test_a_key_that_erasing_would_miss_is_found(waar, tmp_path, zaak, wat):
    """Every record can still be read: only whose each key is was altered, and then asking to erase somebody does nothing."""
    sleutels = tmp_path / "s"
    with Journaal.create(waar, sleutels=sleutels) as journaal:
        with Engine(plugins={"huisarts"}, journaal=journaal) as engine:
            engine.decide(zaak, betrokkene=BSN)
            engine.decide(zaak, betrokkene=ANDER)
            engine.decide(zaak)
        assert list(Nakijker(journaal).check()) == []
        rijen = list(journaal.opslag.all_persoonssleutels())
        een, twee = [rij for rij in rijen if rij.persoon is not None]
        bos = journaal.keys()
        eigen, vreemd = os.urandom(32), os.urandom(32)
        nieuw = {
            "nobody": [een._replace(persoon=None), twee],
            "swapped": [een._replace(persoon=twee.persoon), twee._replace(persoon=een.persoon)],
            "of another Journaal": [een, twee, Persoonssleutel("ff" * 16, vreemd, bos.wrap(eigen + vreemd, "ff" * 16))],
            "of no record": [een, twee, Persoonssleutel("ff" * 16, None, bos.wrap(eigen, "ff" * 16))],
        }[wat]
        with journaal.opslag.writing() as schrijver:
            for rij in (een, twee):
                schrijver.erase(rij.id)
            schrijver.add_persoonssleutels(nieuw)
    with Journaal.open(waar, sleutels=sleutels, schrijven=False) as journaal:
        gevonden = list(Nakijker(journaal).check())
        zonder = list(Nakijker(Journaal(journaal.opslag, None, journaal.log, None)).check())
    anders = {rij.id for rij in nieuw if rij not in rijen}
    assert {b.waar for b in gevonden} == {f"persoonssleutel {id_}" for id_ in anders}
    assert zonder == [b for b in gevonden if "geen vermelding" in b.wat]


@pytest.mark.parametrize("bewaar", ["gelezen", "alles"])
def test_who_somebody_is_lies_nowhere(tmp_path, zaak, bewaar):
    with gevallen.fill(tmp_path / "j.db", [], bewaar=bewaar) as journaal:
        with Engine(plugins={"huisarts"}, journaal=journaal, bewaar=bewaar) as engine:
            b = engine.decide({**zaak, "betrokkene": BSN})
            engine.decide(zaak, betrokkene=BSN)
        assert BSN not in json.dumps(b.to_dict())
        assert BSN.encode() not in _bloks(journaal)
    assert BSN.encode() not in _everything(tmp_path)


def test_the_same_person_has_one_key_and_another_another(tmp_path, zaak):
    with gevallen.fill(tmp_path / "j.db", []) as journaal, Engine(plugins={"huisarts"}, journaal=journaal) as engine:
        zaken = [{**zaak, "betrokkene": w} for w in (BSN, ANDER, BSN)]
        list(engine.decide_many(zaken))
        engine.decide(zaak, betrokkene=BSN)
        engine.decide(zaak)
        engine.decide(zaak)
        sleutels = [json.loads(journaal.opslag.row(nr).blad)["sleutel"] for nr in range(1, 7)]
    assert sleutels[0] == sleutels[2] == sleutels[3] != sleutels[1]
    assert len(set(sleutels)) == 4, "who is not named has a key for one record"


@pytest.mark.parametrize("wie", ["", "x" * 201, 7, ["a"]])
def test_what_is_no_betrokkene_is_refused_without_showing_it(wie):
    with Engine(plugins={"huisarts"}) as engine, pytest.raises(ZaakError) as fout:
        engine.decide({**INSCHRIJVING, "betrokkene": wie})
    assert [m.pad for m in fout.value.meldingen] == [("betrokkene",)]
    assert not wie or str(wie) not in str(fout.value)


# -- an identificator among the facts --------------------------------------------------------------------------------


def test_no_rule_reads_who_somebody_is(tmp_path):
    with pytest.raises(RegelsetError) as fout:
        Engine(plugins=[gevallen.person_plugin(tmp_path / "p", "patient.bsn: {bestaat: true}")], cache=tmp_path / "c")
    assert {m.code for m in fout.value.meldingen} == {"ZR-227"}


@pytest.mark.parametrize("bewaar", ["gelezen", "alles"])
def test_an_identificator_stands_for_the_person_and_is_not_kept(tmp_path, bewaar):
    plugin = gevallen.person_plugin(tmp_path / "p", "patient.ouder_dan_18: true")
    zaak = {"vraag": "declaratie", "peildatum": "2023-05-10"}
    patient = {"bsn": BSN, "naam": "Ümit de Tëster", "ouder_dan_18": True}
    (tmp_path / "j").mkdir()
    with Journaal.create(tmp_path / "j" / "j.db") as journaal:
        with Engine(plugins=[plugin], journaal=journaal, bewaar=bewaar, cache=tmp_path / "c") as engine:
            engine.decide({**zaak, "feiten": {"patient": patient}})
            engine.decide({**zaak, "feiten": {"patient": {**patient, "ouder_dan_18": False}}})
            engine.decide({**zaak, "feiten": {"patient": {**patient, "bsn": ANDER}}})
            with pytest.raises(ZaakError) as fout:
                engine.decide({**zaak, "feiten": {"patient": {**patient, "bsn": "12345678X"}}})
        assert "12345678X" not in str(fout.value)
        bladen = [json.loads(journaal.opslag.row(nr).blad) for nr in (1, 2, 3)]
        assert [b["niet_bewaard"] for b in bladen] == [["patient.bsn", "patient.naam"]] * 3
        assert bladen[0]["sleutel"] == bladen[1]["sleutel"] != bladen[2]["sleutel"]
        assert [b["uitkomst"] for b in bladen] == ["ja", "nee", "ja"]
        assert list(Nakijker(journaal).check()) == []
        assert journaal.contents(journaal.opslag.row(1)).feiten["patient.ouder_dan_18"] is True
        bloks = _bloks(journaal)
    for spoor in (BSN.encode(), ANDER.encode(), "Ümit".encode(), b"\\u00dcmit"):
        assert spoor not in _everything(tmp_path / "j")
        assert spoor not in bloks


@pytest.mark.parametrize(("afleiding", "open_"), [("patient.thuis: true", True), ("patient.ouder_dan_18: true", False)])
def test_what_was_derived_is_open_unless_it_follows_from_something_personal(tmp_path, afleiding, open_):
    plugin = gevallen.person_plugin(tmp_path / "p", "patient.ouder_dan_18: {bestaat: true}", afleiding)
    feiten = {"patient": {"ouder_dan_18": True, "thuis": True}}
    with Journaal.create(tmp_path / "j.db") as journaal:
        with Engine(plugins=[plugin], journaal=journaal, cache=tmp_path / "c") as engine:
            b = engine.decide(vraag="declaratie", peildatum="2023-05-10", feiten=feiten)
        assert [(a.feit, a.waarde) for a in b.afgeleid] == [("patient.soort", "zus")]
        rij = journaal.opslag.row(1)
        stukken = journaal.opslag.stukken({rij.delen[i : i + 16] for i in range(0, len(rij.delen), 16)})
        assert any(b"patient.soort" in s for s in stukken.values()) == open_
        assert not any(b"ouder_dan_18" in s for s in stukken.values())
        assert journaal.contents(rij).delen is not None
        assert list(Nakijker(journaal).check()) == []


def test_parts_are_joined_as_the_digest_has_them(tmp_path, zaak):
    with gevallen.fill(tmp_path / "j.db", [zaak]) as journaal:
        inhoud = journaal.contents(journaal.opslag.row(1))
    assert inhoud.tekst == join(inhoud.delen)
    assert join((b"x",)) == b"x"
