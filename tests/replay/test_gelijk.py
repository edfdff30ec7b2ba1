"""What was recorded comes out the same: for every plugin, without any plugin, on any number of processes and with any hash seed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import replayhulp
import replayproef
from zorgregels._journaal.journaal import Journaal
from zorgregels._replay.opdracht import Keuze

HIER = Path(__file__).parent


@pytest.mark.parametrize("sector", ["huisarts", "msz", "domeinoverstijgend"])
def test_every_casus_of_every_plugin(tmp_path, sector):
    zaken = replayhulp.casussen(sector)
    waar = replayhulp.fill(tmp_path / "j.db", zaken, [sector])
    g = replayhulp.replay(waar)
    assert g.gelijk, (g.aantallen, g.rapport["anders"][:3], g.rapport["niet_te_herhalen"][:3], g.bevindingen)
    assert g.aantallen["beslissingen"] == g.rapport["logboek"]["vermeldingen"]["beslissing"] > len(zaken) // 2


def test_all_plugins_in_one_journaal(tmp_path):
    zaken = [z for s in ("huisarts", "msz", "domeinoverstijgend") for z in replayhulp.casussen(s)[:120]]
    g = replayhulp.replay(replayhulp.fill(tmp_path / "j.db", zaken, ["huisarts", "msz", "domeinoverstijgend"]))
    assert g.gelijk


@pytest.mark.parametrize("bewaar", ["gelezen", "alles"])
def test_missing_personal_and_unread_facts(tmp_path, plugin, bewaar):
    zaken = replayproef.draw(300)
    g = replayhulp.replay(replayhulp.fill(tmp_path / "j.db", zaken, [plugin], bewaar=bewaar))
    assert g.gelijk
    assert g.aantallen["beslissingen"] == 300
    assert set(g.rapport["uitkomsten"]) == {"ja", "nee", "onbekend"}


def test_a_fact_that_only_a_text_shows(tmp_path):
    toont = replayproef.write_plugin(tmp_path / "toont", regelsets__2025__ritten=replayproef.ALLEEN_GETOOND)
    waar = replayhulp.fill(tmp_path / "j.db", replayproef.draw(100), [toont])
    g = replayhulp.replay(waar)
    assert g.gelijk, g.rapport["niet_te_herhalen"][:2]


def test_several_worlds_in_one_journaal(tmp_path, plugin):
    """Each record is decided with what was loaded when it was made, not with what was loaded last."""
    zaken = replayproef.draw(60)
    waar = replayhulp.fill(tmp_path / "j.db", zaken, [plugin])
    later = replayproef.write_plugin(tmp_path / "later", regelsets__2025__later=replayproef.REGEL_LATER)
    from zorgregels import Engine

    with Engine(plugins=[later], journaal=str(waar)) as engine:
        oordelen = [b.digest for b in engine.decide_many(zaken)]
    with Engine(plugins=[plugin]) as engine:
        assert oordelen != [b.digest for b in engine.decide_many(zaken)]
    g = replayhulp.replay(waar)
    assert g.gelijk
    assert g.aantallen["beslissingen"] == 120


def test_asked_as_known_on_a_day_and_concepts(tmp_path, plugin):
    concept = replayproef.REGEL_LATER.replace("status: geldend", "status: concept")
    mee = replayproef.write_plugin(
        tmp_path / "mee", regelsets__2025__concept=concept, catalogi__later=replayproef.TARIEF_LATER
    )
    zaken = replayproef.draw(40)
    zaken += [{**z, "concept": True} for z in zaken] + [{**z, "bekend_op": "2025-06-01"} for z in zaken]
    g = replayhulp.replay(replayhulp.fill(tmp_path / "j.db", zaken, [mee]))
    assert g.gelijk
    assert g.aantallen["beslissingen"] == 120


def test_a_year_that_cannot_be_told(tmp_path):
    zaken = [z for z in replayhulp.casussen("msz") if z["vraag"] == "declaratie"]
    waar = replayhulp.fill(tmp_path / "j.db", zaken, ["msz"])
    import sqlite3

    db = sqlite3.connect(waar)
    zonder_slot = db.execute("SELECT count(*) FROM vermelding WHERE length(delen) = 16").fetchone()[0]
    db.close()
    assert zonder_slot, "geen enkele casus zonder jaar: deze test toetst niets"
    assert replayhulp.replay(waar).gelijk


def test_the_choice_of_records(tmp_path, plugin):
    zaken = replayproef.draw(30)
    waar = replayhulp.fill(tmp_path / "j.db", [*zaken, *replayhulp.casussen("huisarts")[:30]], [plugin, "huisarts"])
    alle = replayhulp.replay(waar).aantallen["beslissingen"]
    ritten = replayhulp.replay(waar, keuze=Keuze(plugin="ritten"))
    assert ritten.gelijk
    assert ritten.aantallen["beslissingen"] == 30
    with Journaal.open(waar, schrijven=False) as journaal:
        jaren = [int(j) for j in journaal.hoofd().jaren]
    per_jaar = {j: replayhulp.replay(waar, keuze=Keuze(jaar=j)).aantallen["beslissingen"] for j in jaren}
    assert per_jaar[2025] >= 30
    assert sum(per_jaar.values()) == alle
    assert replayhulp.replay(waar, keuze=Keuze(sinds_nr=11)).aantallen["beslissingen"] == alle - 10
    from datetime import UTC, datetime, timedelta

    vandaag = datetime.now(UTC).date()
    assert replayhulp.replay(waar, keuze=Keuze(sinds_dag=vandaag)).aantallen["beslissingen"] == alle
    niets = replayhulp.replay(waar, keuze=Keuze(sinds_dag=vandaag + timedelta(days=1)))
    assert niets.aantallen["beslissingen"] == 0
    assert niets.status == 1
    assert niets.rapport["logboek"]["ongeschonden"]
    assert "geen beslissingen" in niets.html
    assert "geen enkele beslissing voldoet" in niets.html


_ZONDER_PLUGINS = """
import json, sys
sys.path.insert(0, sys.argv[2])
class Geen:
    def find_spec(self, naam, pad=None, doel=None):
        if naam.startswith("zorgregels_"):
            raise AssertionError(naam)
sys.meta_path.insert(0, Geen())
import zorgregels._laden.plugins as p
def geen(*_, **__): raise AssertionError("plugins")
p.find_plugins = p.load_plugins = geen
import replayhulp
from pathlib import Path
g = replayhulp.replay(Path(sys.argv[1]))
assert g.gelijk, g.aantallen
print(json.dumps(replayhulp.unsigned(g), sort_keys=True))
"""


def test_without_any_plugin_and_with_any_hash_seed(tmp_path, plugin):
    zaken = [*replayproef.draw(40), *replayhulp.casussen("huisarts")[:60]]
    waar = replayhulp.fill(tmp_path / "j.db", zaken, [plugin, "huisarts"])
    hier = json.dumps(replayhulp.unsigned(replayhulp.replay(waar)), sort_keys=True)
    import shutil

    shutil.rmtree(plugin)
    for zaad in ("0", "1", "4242"):
        uit = subprocess.run(
            [sys.executable, "-c", _ZONDER_PLUGINS, str(waar), str(HIER)],
            env={**os.environ, "PYTHONHASHSEED": zaad, "ZORGREGELS_CACHE": ""},
            capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip
        assert uit.returncode == 0, uit.stderr
        assert uit.stdout.strip() == hier


def test_any_number_of_processes_gives_the_same_report(tmp_path, plugin, kleine_reeksen):
    waar = replayhulp.fill(tmp_path / "j.db", replayproef.draw(900), [plugin])
    later = tmp_path / "later.yaml"
    later.write_text(replayproef.TARIEF_LATER, "utf-8")
    een, drie = (replayhulp.replay(waar, werkers=n, met=[later]) for n in (1, 3))
    assert een.aantallen["gewijzigd"] > 100
    assert replayhulp.unsigned(een) == replayhulp.unsigned(drie)
    assert een.lijst == drie.lijst


def test_a_journaal_in_postgresql(tmp_path, plugin, kleine_reeksen):
    pgserver = replayhulp.load("tests/journaal/pgserver.py")
    if pgserver.why_not():
        pytest.skip(pgserver.why_not())
    from zorgregels import Engine
    from zorgregels._journaal.journaal import Journaal
    from zorgregels._replay.opdracht import Bronplek, Opdracht
    from zorgregels._replay.verloop import Uitvoer, replay_records

    server = pgserver.Server()
    try:
        url = server.new_database()
        with Journaal.create(url, sleutels=tmp_path / "s") as j, Engine(plugins=[plugin], journaal=j) as engine:
            assert len(list(engine.decide_many(replayproef.draw(600)))) == 600
        for werkers in (1, 2):
            opdracht = Opdracht(Bronplek("journaal", url, tmp_path / "s"))
            uitvoer = Uitvoer(tmp_path / "r.html", tmp_path / "r.json", overschrijf=True)
            with replay_records(opdracht, uitvoer, werkers) as gedaan:
                assert gedaan.resultaat.telling.afloop == {"gelijk": 600}
                assert gedaan.resultaat.ongeschonden
            assert url not in uitvoer.json.read_text("utf-8") + uitvoer.html.read_text("utf-8")
    finally:
        server.close()


def test_durable_rules_says_the_same(tmp_path, plugin):
    pytest.importorskip("durable.engine", reason="durable-rules is hier niet")
    waar = replayhulp.fill(
        tmp_path / "j.db", [*replayproef.draw(25), *replayhulp.casussen("huisarts")[:15]], [plugin, "huisarts"]
    )
    g = replayhulp.replay(waar, engine="durable")
    assert g.gelijk
    assert g.rapport["gevraagd"]["engine"] == "durable"
    assert list(g.rapport["gemaakt_met"]) == ["zorgregels 0.1.0 · compiled"]
