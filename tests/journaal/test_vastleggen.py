"""What is recorded is what was decided, before it is answered, and can be read again."""

from __future__ import annotations

import json
import threading
from hashlib import sha256
from pathlib import Path

import gevallen
import pytest
from zorgregels import Engine
from zorgregels._journaal.journaal import Journaal
from zorgregels._journaal.nakijken import Nakijker
from zorgregels._laden.wereld import describe_lading, revive_lading
from zorgregels.errors import JournaalError, ZorgregelsError

CONSULT = {
    "vraag": "declaratie",
    "peildatum": "2023-05-10",
    "feiten": {"declaratie": {"prestatiecode": "12011", "bedrag": "11.52", "duur_minuten": 12}},
}


def _leaf(journaal: Journaal, nr: int) -> dict:
    rij = journaal.opslag.row(nr)
    assert rij is not None
    return json.loads(rij.blad)


@pytest.mark.parametrize("sector", ["huisarts", "msz", "domeinoverstijgend"])
def test_every_casus_is_recorded_as_it_was_decided(tmp_path, sector):
    zaken = gevallen.casussen(sector)
    with Engine(plugins={sector}) as kaal:
        verwacht = [kaal.decide(z) for z in zaken]
    with gevallen.fill(tmp_path / "j.db", zaken, sector=sector, groep=100) as journaal:
        assert list(Nakijker(journaal).check()) == []
        assert journaal.opslag.stand().omvang == len(zaken) + 1
        for nr, (zaak, b) in enumerate(zip(zaken, verwacht, strict=True), start=1):
            rij = journaal.opslag.row(nr)
            inhoud = journaal.contents(rij)
            assert "sha256:" + sha256(inhoud.tekst).hexdigest() == b.digest
            assert json.loads(inhoud.tekst) == b.content()
            assert inhoud.blad["uitkomst"] == b.uitkomst.value
            assert inhoud.blad["oordeel"] == b.oordeel
            assert inhoud.blad["vraag"] == zaak["vraag"]
            assert inhoud.blad["peildatum"] == zaak["peildatum"]
            herkomst = json.loads(journaal.opslag.blok(bytes.fromhex(inhoud.blad["herkomst"][7:])))
            assert herkomst == b.kwitantie.herkomst.to_dict()


def test_what_was_loaded_decides_the_same_without_any_plugin(tmp_path):
    zaken = gevallen.casussen("msz", 150)
    with gevallen.fill(tmp_path / "j.db", zaken, sector="msz") as journaal:
        manifest = journaal.opslag.blok(bytes.fromhex(_leaf(journaal, 1)["lading"][7:]))
        lading = revive_lading(manifest, journaal.opslag.blok)
    assert describe_lading(lading).manifest != ""
    from zorgregels._besluiter import Besluiter, make_inference
    from zorgregels._lezen.zaak import Zaaklezer

    besluiter = Besluiter(lading, make_inference("compiled"))
    lezer = Zaaklezer(lading.omgeving.feitsoorten, lading.omgeving.vragen)
    with Engine(plugins={"msz"}) as engine:
        assert [r.digest for s in lading.sectoren for r in s.regelsets] == [r.digest for r in engine.regelsets]
        for zaak in zaken:
            zelfde = besluiter.decide(lezer.read(zaak)).beslissing
            b = engine.decide(zaak)
            assert (zelfde.digest, zelfde.kwitantie) == (b.digest, b.kwitantie)


def test_a_document_that_is_lost_or_altered_is_named(tmp_path):
    with gevallen.fill(tmp_path / "j.db", [CONSULT]) as journaal:
        manifest = journaal.opslag.blok(bytes.fromhex(_leaf(journaal, 1)["lading"][7:]))
        regelset = next(m for m, soort, _ in journaal.opslag.bloks() if soort == "regelset")
        blok = journaal.opslag.blok
        for anders in (None, b"{}"):
            with pytest.raises(JournaalError, match=regelset.hex()[:10]) as fout:
                revive_lading(manifest, lambda m, anders=anders: anders if m == regelset else blok(m))
            assert fout.value.code == "ZR-906"


def test_a_decision_says_where_it_is_recorded(tmp_path):
    with Journaal.create(tmp_path / "j.db") as journaal, Engine(plugins={"huisarts"}, journaal=journaal) as engine:
        een, twee = engine.decide(CONSULT), engine.decide(CONSULT)
        assert een.journaal is not None
        assert (een.journaal.log, een.journaal.nr, twee.journaal.nr) == (journaal.log, 1, 2)
        assert een.to_dict()["journaal"] == {"log": journaal.log, "nr": 1}
        with Engine(plugins={"huisarts"}) as kaal:
            assert kaal.decide(CONSULT).journaal is None
            assert een.digest == kaal.decide(CONSULT).digest


def test_explaining_records_nothing(tmp_path):
    with Journaal.create(tmp_path / "j.db") as journaal, Engine(plugins={"huisarts"}, journaal=journaal) as engine:
        engine.explain(CONSULT)
        assert journaal.opslag.stand().omvang == 1


def test_what_cannot_be_decided_is_not_recorded_and_keeps_its_place(tmp_path):
    fout = {**CONSULT, "peildatum": "gisteren"}
    with Journaal.create(tmp_path / "j.db") as journaal, Engine(plugins={"huisarts"}, journaal=journaal) as engine:
        uit = list(engine.decide_many([CONSULT, fout, CONSULT, fout, fout], groep=2))
        assert [isinstance(u, ZorgregelsError) for u in uit] == [False, True, False, True, True]
        assert [u.journaal.nr for u in uit if not isinstance(u, ZorgregelsError)] == [1, 2]
        assert journaal.opslag.stand().omvang == 3


def test_a_group_is_recorded_before_any_of_it_is_answered(tmp_path):
    with Journaal.create(tmp_path / "j.db") as journaal, Engine(plugins={"huisarts"}, journaal=journaal) as engine:
        stroom = engine.decide_many(iter([CONSULT] * 5), groep=3)
        next(stroom)
        assert journaal.opslag.stand().omvang == 1 + 3
        next(stroom)
        next(stroom)
        assert journaal.opslag.stand().omvang == 1 + 3
        next(stroom)
        assert journaal.opslag.stand().omvang == 1 + 5


def test_threads_are_written_together_and_each_gets_its_own(tmp_path):
    bedragen = [f"{n}.00" for n in range(1, 41)]
    gevonden: dict[str, tuple[int, str]] = {}
    with Journaal.create(tmp_path / "j.db") as journaal, Engine(plugins={"huisarts"}, journaal=journaal) as engine:

        def work(deel: list[str]) -> None:
            for bedrag in deel:
                declaratie = {**CONSULT["feiten"]["declaratie"], "bedrag": bedrag}
                b = engine.decide({**CONSULT, "feiten": {"declaratie": declaratie}})
                gevonden[bedrag] = (b.journaal.nr, b.digest)

        draden = [threading.Thread(target=work, args=(bedragen[i::8],)) for i in range(8)]
        for draad in draden:
            draad.start()
        for draad in draden:
            draad.join()
        assert sorted(nr for nr, _ in gevonden.values()) == list(range(1, 41))
        for bedrag, (nr, merk) in gevonden.items():
            inhoud = journaal.contents(journaal.opslag.row(nr))
            assert inhoud.feiten["declaratie.bedrag"] == bedrag
            assert "sha256:" + sha256(inhoud.tekst).hexdigest() == merk
        assert list(Nakijker(journaal).check()) == []


def test_two_engines_with_a_journaal_each_add_to_one_log(tmp_path):
    Journaal.create(tmp_path / "j.db").close()
    with (
        Engine(plugins={"huisarts"}, journaal=tmp_path / "j.db") as een,
        Engine(plugins={"huisarts"}, journaal=tmp_path / "j.db") as twee,
    ):
        nummers = [e.decide(CONSULT).journaal.nr for e in (een, twee, twee, een, twee)]
    assert nummers == [1, 2, 3, 4, 5]
    with Journaal.open(tmp_path / "j.db") as journaal:
        assert list(Nakijker(journaal).check()) == []


def test_a_failed_write_gives_no_answer_and_the_next_one_works(tmp_path, monkeypatch):
    with Journaal.create(tmp_path / "j.db") as journaal, Engine(plugins={"huisarts"}, journaal=journaal) as engine:
        echt = type(journaal.opslag).add

        def kapot(self, *args):
            echt(self, *args)
            raise JournaalError([])

        monkeypatch.setattr(type(journaal.opslag), "add", kapot)
        with pytest.raises(JournaalError):
            engine.decide(CONSULT)
        with pytest.raises(JournaalError):
            next(engine.decide_many([CONSULT]))
        monkeypatch.setattr(type(journaal.opslag), "add", echt)
        assert engine.decide(CONSULT).journaal.nr == 1
        assert list(Nakijker(journaal).check()) == []


def test_only_what_a_rule_reads_is_kept(tmp_path):
    extra = {**CONSULT["feiten"], "inschrijving": {"leeftijd": 44}}
    with gevallen.fill(tmp_path / "j.db", [{**CONSULT, "feiten": extra}]) as journaal:
        blad, rij = _leaf(journaal, 1), journaal.opslag.row(1)
        namen = set(json.loads(rij.feiten)) | set(journaal.contents(rij).feiten)
    assert "declaratie.bedrag" in namen
    if "inschrijving.leeftijd" in blad["niet_bewaard"]:
        assert "inschrijving.leeftijd" not in namen
    with gevallen.fill(tmp_path / "alles.db", [{**CONSULT, "feiten": extra}], bewaar="alles") as journaal:
        assert _leaf(journaal, 1)["niet_bewaard"] == []
        assert journaal.contents(journaal.opslag.row(1)).feiten["inschrijving.leeftijd"] == 44


def test_an_open_journaal_is_not_closed_with_the_engine(tmp_path):
    with Journaal.create(tmp_path / "j.db") as journaal:
        Engine(plugins={"huisarts"}, journaal=journaal).close()
        assert journaal.hoofd().omvang == 1


def test_a_journaal_is_never_overwritten(tmp_path):
    Journaal.create(tmp_path / "j.db").close()
    voor = (tmp_path / "j.db").read_bytes()
    with pytest.raises(JournaalError) as fout:
        Journaal.create(tmp_path / "j.db")
    assert fout.value.code == "ZR-901"
    assert (tmp_path / "j.db").read_bytes() == voor


def test_a_place_without_a_journaal_is_no_place_to_record(tmp_path):
    with pytest.raises(JournaalError) as fout:
        Engine(plugins={"huisarts"}, journaal=tmp_path / "er-niet.db")
    assert fout.value.code == "ZR-900"
    assert not (tmp_path / "er-niet.db").exists()


def test_a_new_key_signs_and_the_old_one_vouches_for_it(tmp_path):
    with gevallen.fill(tmp_path / "j.db", [CONSULT]) as journaal:
        eerste = journaal.hoofd().sleutel
        nieuw = journaal.rotate()
        assert journaal.hoofd().sleutel == nieuw != eerste
        with Engine(plugins={"huisarts"}, journaal=journaal) as engine:
            engine.decide(CONSULT)
        assert journaal.hoofd().sleutel == nieuw
        assert list(Nakijker(journaal).check()) == []
    with Journaal.open(tmp_path / "j.db") as weer:
        assert weer.hoofd().sleutel == nieuw


def test_a_rotation_that_was_interrupted_is_completed(tmp_path, monkeypatch):
    with gevallen.fill(tmp_path / "j.db", [CONSULT]) as journaal:
        monkeypatch.setattr(
            type(journaal.sleutels), "complete_rotation", lambda _: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            journaal.rotate()
        nieuw = journaal.hoofd().sleutel
    monkeypatch.undo()
    with Engine(plugins={"huisarts"}, journaal=tmp_path / "j.db") as engine:
        engine.decide(CONSULT)
    with Journaal.open(tmp_path / "j.db") as weer:
        assert weer.hoofd().sleutel == nieuw == weer.sleutels.openbaar
        assert list(Nakijker(weer).check()) == []


def test_what_is_undecided_for_want_of_a_date_is_recorded(tmp_path):
    zaken = [z for z in gevallen.casussen("msz") if not any("datum" in v for f in z["feiten"].values() for v in f)]
    with Engine(plugins={"msz"}) as engine:
        open_ = [z for z in zaken if not engine.decide(z).motivering]
    assert open_, "no casus without a date"
    with gevallen.fill(tmp_path / "j.db", open_, sector="msz") as journaal:
        assert list(Nakijker(journaal).check()) == []


def test_a_copy_that_may_only_be_read_can_be_read(tmp_path):
    gevallen.fill(tmp_path / "j.db", [CONSULT]).close()
    with Journaal.open(tmp_path / "j.db", schrijven=False) as journaal:
        assert list(Nakijker(journaal).check()) == []
        with pytest.raises(JournaalError):
            journaal.rotate()


def test_without_keys_the_open_part_can_be_checked(tmp_path):
    pad = tmp_path / "j.db"
    gevallen.fill(pad, gevallen.casussen("huisarts", 60)).close()
    Path(str(pad) + ".sleutels").rename(tmp_path / "elders")
    with Journaal.open(pad, schrijven=False) as journaal:
        assert journaal.sleutels is None
        assert list(Nakijker(journaal).check()) == []
    with pytest.raises(JournaalError):
        Journaal.open(pad)


def test_making_one_that_was_interrupted_is_finished(tmp_path, monkeypatch):
    monkeypatch.setattr(Journaal, "append", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        Journaal.create(tmp_path / "j.db")
    monkeypatch.undo()
    assert (tmp_path / "j.db").exists()
    with Journaal.create(tmp_path / "j.db") as journaal:
        assert list(Nakijker(journaal).check()) == []
        assert journaal.opslag.stand().omvang == 1
    with pytest.raises(JournaalError):
        Journaal.create(tmp_path / "j.db")
