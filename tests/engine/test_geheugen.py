"""What is remembered between starts is believed only when it is what was written."""

from __future__ import annotations

import pytest
from zorgregels import Engine
from zorgregels._laden.geheugen import Geheugen


@pytest.fixture
def plugin(schrijf, maak):
    return schrijf(
        "proef", {"2025/a.yaml": maak.regelset("proef", maak.eis("proef", "e", "{declaratie.akkoord: true}"))}
    )


def decide(plugin, cache):
    zaak = {
        "vraag": "declaratie",
        "peildatum": "2025-05-05",
        "feiten": {"declaratie": {"prestatiecode": "X1", "akkoord": True}},
    }
    return Engine(plugins=[plugin], cache=cache).decide(zaak)


def test_a_second_start_gives_the_same_and_reads_no_yaml(plugin, tmp_path, monkeypatch):
    eerst = decide(plugin, tmp_path / "geheugen")
    assert list((tmp_path / "geheugen").iterdir())
    monkeypatch.setattr("zorgregels._laden.sector.read_yaml", lambda *_: pytest.fail("YAML was read again"))
    assert decide(plugin, tmp_path / "geheugen") == eerst


def test_a_changed_file_is_read_anew(plugin, tmp_path):
    eerst = decide(plugin, tmp_path / "geheugen")
    bestand = plugin / "regelsets" / "2025" / "a.yaml"
    bestand.write_text(bestand.read_text().replace("akkoord: true", "akkoord: false"))
    assert decide(plugin, tmp_path / "geheugen").uitkomst is not eerst.uitkomst


def test_damage_is_not_believed(plugin, tmp_path):
    map_ = tmp_path / "geheugen"
    eerst = decide(plugin, map_)
    for pad in map_.iterdir():
        pad.write_bytes(pad.read_bytes().replace(b"true", b"fals"))
    assert decide(plugin, map_) == eerst
    for pad in map_.iterdir():
        pad.write_bytes(b"")
    assert decide(plugin, map_) == eerst


def test_a_folder_that_cannot_be_written_is_no_fault(plugin, tmp_path):
    vol = tmp_path / "bestand"
    vol.write_text("not a folder")
    assert decide(plugin, vol / "geheugen").digest == decide(plugin, tmp_path / "geheugen").digest


def test_nothing_is_remembered_without_a_folder():
    geheugen = Geheugen(None)
    geheugen.remember("regelset", b"x", {})
    assert geheugen.recall("regelset", b"x") is None
