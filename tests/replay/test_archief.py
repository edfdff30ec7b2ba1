"""A replay of an archive: the same decisions, without the Journaal and with nothing installed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import replayhulp
import replaynareken
import replayproef
from zorgregels import Engine
from zorgregels._archief.schrijven import write_archive
from zorgregels._journaal.journaal import Journaal
from zorgregels._replay.opdracht import Keuze
from zorgregels.errors import JournaalError


@pytest.fixture
def zaken():
    """Without anything personal: in an archive that stays closed."""
    uit = replayproef.draw(400)
    for zaak in uit:
        zaak["feiten"]["rit"].pop("leeftijd", None)
    return uit


def archive(waar: Path, jaar: int) -> Path:
    doel = waar.with_name(f"archief-{jaar}.zip")
    with Journaal.open(waar, schrijven=False) as journaal:
        write_archive(journaal, jaar, doel, overschrijf=False, gezien=lambda _: None)
    return doel


def test_the_year_comes_out_the_same(tmp_path, plugin, zaken, kleine_reeksen):
    huisarts = replayhulp.casussen("huisarts")[:60]
    waar = replayhulp.fill(tmp_path / "j.db", [*zaken[:300], *huisarts, *zaken[300:]], [plugin, "huisarts"])
    van_toen = replayhulp.replay(waar, keuze=Keuze(jaar=2025))
    doel = archive(waar, 2025)
    waar.unlink()
    shutil.rmtree(f"{waar}.sleutels")
    shutil.rmtree(plugin)
    g = replayhulp.replay(doel, soort="archief")
    assert g.bevindingen == []
    assert g.aantallen["anders"] == 0
    assert g.aantallen["beslissingen"] == van_toen.aantallen["beslissingen"] >= 400
    assert set(g.aantallen["redenen"]) <= {"sleutel_niet_hier"}
    assert g.rapport["logboek"]["boomhoofd"] == van_toen.rapport["logboek"]["boomhoofd"]
    assert g.rapport["logboek"]["ongeschonden"]
    assert g.rapport["handtekening"] is None
    assert replayhulp.unsigned(replayhulp.replay(doel, soort="archief", werkers=2)) == replayhulp.unsigned(g)


def test_what_if_on_an_archive(tmp_path, plugin, zaken):
    waar = replayhulp.fill(tmp_path / "j.db", zaken, [plugin])
    doel = archive(waar, 2025)
    later = tmp_path / "later.yaml"
    later.write_text(replayproef.TARIEF_LATER, "utf-8")
    nieuw = replayproef.write_plugin(tmp_path / "nieuw", catalogi__later=replayproef.TARIEF_LATER)
    with Engine(plugins=[plugin]) as a, Engine(plugins=[nieuw]) as b:
        goed = replaynareken.compare(zaken, a.decide, b.decide, ("rit.bedrag", "onderdeel.bedrag"))
    g = replayhulp.replay(doel, soort="archief", met=[later])
    replaynareken.check(g.rapport, goed)


def test_what_is_personal_stays_closed(tmp_path, plugin):
    waar = replayhulp.fill(tmp_path / "j.db", replayproef.draw(50), [plugin])
    with Journaal.open(waar) as journaal:
        dicht = [r for r in journaal.opslag.rows(1, 51) if r.gesloten is not None]
        journaal.erase(json.loads(dicht[0].blad)["sleutel"])
    g = replayhulp.replay(archive(waar, 2025), soort="archief")
    assert g.aantallen["redenen"] == {"gewist": 1, "sleutel_niet_hier": len(dicht) - 1}
    assert g.aantallen["gelijk"] == 50 - len(dicht)
    assert g.bevindingen == []
    assert g.status == 1


def test_signed_with_the_keys_at_hand(tmp_path, plugin, zaken):
    from zorgregels._replay.ondertekening import read_signature

    waar = replayhulp.fill(tmp_path / "j.db", zaken[:20], [plugin])
    g = replayhulp.replay(archive(waar, 2025), soort="archief", sleutels=Path(f"{waar}.sleutels"))
    assert g.gelijk
    assert read_signature(g.ruw).rapport


def test_a_damaged_archive_is_not_replayed(tmp_path, plugin, zaken):
    doel = archive(replayhulp.fill(tmp_path / "j.db", zaken[:20], [plugin]), 2025)
    ruw = bytearray(doel.read_bytes())
    ruw[len(ruw) // 2] ^= 1
    doel.write_bytes(ruw)
    with pytest.raises(JournaalError) as fout:
        replayhulp.replay(doel, soort="archief")
    assert fout.value.code.startswith("ZR-93")
    with pytest.raises(JournaalError):
        replayhulp.replay(tmp_path / "is-er-niet.zip", soort="archief")


def test_an_archive_is_of_one_year(tmp_path, plugin, zaken):
    doel = archive(
        replayhulp.fill(tmp_path / "j.db", [*zaken[:20], *replayhulp.casussen("huisarts")[:60]], [plugin, "huisarts"]),
        2025,
    )
    assert replayhulp.replay(doel, soort="archief", keuze=Keuze(jaar=2025)).gelijk
    with pytest.raises(JournaalError) as fout:
        replayhulp.replay(doel, soort="archief", keuze=Keuze(jaar=2023))
    assert fout.value.code == "ZR-952"
    assert "van 2025." in str(fout.value)
