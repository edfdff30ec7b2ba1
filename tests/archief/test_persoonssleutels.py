"""Keys of persons are not in an archive; given out beside it, they let somebody else decide all of it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from zorgregels import Engine
from zorgregels._archief.lezen import Archief
from zorgregels._archief.schrijven import write_archive
from zorgregels._journaal.journaal import Journaal
from zorgregels._journaal.personen import read_keys, write_keys
from zorgregels._replay.opdracht import Bronplek, Opdracht
from zorgregels._replay.verloop import Uitvoer, replay_records
from zorgregels._schemas import make_validator
from zorgregels.errors import JournaalError

ZAAK = {
    "vraag": "declaratie",
    "peildatum": "2023-05-10",
    "feiten": {
        "declaratie": {"prestatiecode": "11102", "bedrag": "6.00"},
        "inschrijving": {"leeftijd": 70, "opslagwijk": False},
    },
}


@pytest.fixture
def archief(tmp_path: Path) -> Iterator[tuple[Path, Path, Journaal]]:
    """An archive of three persons, the keys that were given out beside it, and the Journaal."""
    journaal = Journaal.create(tmp_path / "j.db")
    with Engine(plugins={"huisarts"}, journaal=journaal) as engine:
        for wie in ("een", "twee", "drie"):
            engine.decide(ZAAK, betrokkene=wie)
    assert all(journaal.opslag.row(nr).gesloten for nr in (1, 2, 3)), "an age is personal"
    zip_, uit = tmp_path / "a.zip", tmp_path / "p.jsonl"
    g = write_archive(journaal, 2023, zip_, overschrijf=False, gezien=lambda _: None)
    assert len(g.personen) == 3
    assert write_keys(uit, journaal.log, g.personen, journaal.opslag, journaal.keys()) == 3
    yield zip_, uit, journaal
    journaal.close()


def _replay(map_: Path, zip_: Path, personen: Path | None) -> Any:
    vraag = Opdracht(Bronplek("archief", str(zip_), None, personen))
    with replay_records(vraag, Uitvoer(map_ / "r.html", map_ / "r.json", overschrijf=True), 1) as gedaan:
        return dict(gedaan.resultaat.telling.afloop), gedaan.resultaat.status


def test_with_the_keys_that_were_given_out_all_is_decided_again(archief, tmp_path):
    zip_, uit, _ = archief
    telling, status = _replay(tmp_path, zip_, uit)
    assert (telling["gelijk"], status) == (3, 0)
    telling, status = _replay(tmp_path, zip_, None)
    assert telling.get("gelijk", 0) == 0
    assert status == 1


def test_no_key_is_in_the_archive_and_the_file_is_its_owners_alone(archief):
    zip_, uit, _ = archief
    inhoud = zip_.read_bytes()
    for sleutel in read_keys(uit).sleutels.values():
        assert sleutel not in inhoud
        assert sleutel.hex().encode() not in inhoud
    assert uit.stat().st_mode & 0o077 == 0
    with closing(Archief(zip_)) as a:
        assert all(a.persoonssleutel(id_) is None for id_ in read_keys(uit).sleutels)


def test_each_line_is_as_the_schema_says(archief):
    mag = make_validator("persoonssleutels").is_valid
    regels = [json.loads(r) for r in archief[1].read_text("utf-8").splitlines()]
    assert [sorted(r) for r in regels] == [["log", "schema"], *[["id", "sleutel"]] * 3]
    for regel in regels:
        assert mag(regel)
        for lid in regel:
            assert not mag({**regel, lid: "iets"})
            assert not mag({k: w for k, w in regel.items() if k != lid})
        assert not mag({**regel, "meer": 1})


def test_who_was_erased_is_not_given_out(archief, tmp_path):
    _, _, journaal = archief
    sleutel = journaal.person("twee")
    journaal.erase(sleutel)
    ids = {json.loads(journaal.opslag.row(nr).blad)["sleutel"] for nr in (1, 2, 3)}
    assert write_keys(tmp_path / "q.jsonl", journaal.log, ids, journaal.opslag, journaal.keys()) == 2
    assert read_keys(tmp_path / "q.jsonl").sleutels.keys() == ids - {sleutel}


def test_keys_of_another_journaal_are_refused(archief, tmp_path):
    zip_, uit, _ = archief
    regels = uit.read_text().splitlines()
    (tmp_path / "ander.jsonl").write_text("\n".join([regels[0].replace('"log":"', '"log":"x'), *regels[1:]]))
    with pytest.raises(JournaalError) as fout:
        _replay(tmp_path, zip_, tmp_path / "ander.jsonl")
    assert fout.value.code == "ZR-948"


def test_a_wrong_key_opens_nothing(archief, tmp_path):
    zip_, uit, _ = archief
    kop, *regels = uit.read_text().splitlines()
    anders = [json.dumps({**json.loads(r), "sleutel": "00" * 32}) for r in regels]
    (tmp_path / "fout.jsonl").write_text("\n".join([kop, *anders]))
    telling, status = _replay(tmp_path, zip_, tmp_path / "fout.jsonl")
    assert telling.get("gelijk", 0) == 0
    assert status == 1


@pytest.mark.parametrize("inhoud", ["", "[]", "{}", "x", '{"log":"a","schema":"persoonssleutels/v1"}\n{"id":1}'])
def test_what_is_no_such_file_is_refused(tmp_path, inhoud):
    (tmp_path / "p").write_text(inhoud)
    with pytest.raises(JournaalError) as fout:
        read_keys(tmp_path / "p")
    assert fout.value.code == "ZR-948"


def test_keys_are_never_written_over_something(archief):
    _, uit, journaal = archief
    with pytest.raises(JournaalError) as fout:
        write_keys(uit, journaal.log, [], journaal.opslag, journaal.keys())
    assert fout.value.code == "ZR-948"
