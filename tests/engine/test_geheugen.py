"""What is remembered between starts is believed only when it is what was written."""

from __future__ import annotations

import pytest
from zorgregels import Engine
from zorgregels._laden.geheugen import Geheugen
from zorgregels.errors import RegelsetError


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
    monkeypatch.setattr("zorgregels._laden.document.read_yaml", lambda *_: pytest.fail("YAML was read again"))
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


def _tampered(plugin, map_, van, naar):
    """Change what is remembered and make its seal right again, as only somebody who means to would."""
    from zorgregels._laden.geheugen import _seal

    decide(plugin, map_)
    (pad,) = map_.glob("lading-*.json")
    tekst = pad.read_bytes().partition(b"\n")[2]
    anders = tekst.replace(van, naar)
    assert anders != tekst
    pad.write_bytes(_seal(pad, anders) + b"\n" + anders)


def test_rules_that_were_changed_in_memory_decide_nothing(plugin, tmp_path):
    _tampered(plugin, tmp_path / "g", b'"declaratie.akkoord":true', b'"declaratie.akkoord":false')
    with pytest.raises(RegelsetError) as fout:
        decide(plugin, tmp_path / "g")
    assert fout.value.code == "ZR-407"


def test_a_rule_that_is_no_longer_one_is_not_dropped_without_a_word(plugin, tmp_path):
    _tampered(plugin, tmp_path / "g", b'"declaratie.akkoord"', b'"declaratie.akoord"')
    with pytest.raises(RegelsetError):
        decide(plugin, tmp_path / "g")


@pytest.mark.parametrize("inhoud", [b"[]", b"[1]", b'[{"sector":"proef"}]', b"[" * 5000 + b"]" * 5000, b"null"])
def test_what_is_not_a_memory_is_read_anew(plugin, tmp_path, inhoud):
    from zorgregels._laden.geheugen import _seal

    eerst = decide(plugin, tmp_path / "g")
    (pad,) = (tmp_path / "g").glob("lading-*.json")
    pad.write_bytes(_seal(pad, inhoud) + b"\n" + inhoud)
    assert decide(plugin, tmp_path / "g") == eerst


def test_a_memory_under_another_name_is_not_believed(plugin, tmp_path):
    eerst = decide(plugin, tmp_path / "g")
    (lading,) = (tmp_path / "g").glob("lading-*.json")
    (document,) = (tmp_path / "g").glob("regelset-*.json")
    lading.write_bytes(document.read_bytes())
    assert decide(plugin, tmp_path / "g") == eerst


def test_the_folder_stays_small(tmp_path, monkeypatch):
    monkeypatch.setattr("zorgregels._laden.geheugen._MEEST", 10)
    geheugen = Geheugen(tmp_path / "g")
    for nr in range(40):
        geheugen.remember("regelset", str(nr).encode(), {"nr": nr})
    assert len(list((tmp_path / "g").iterdir())) <= 10
    assert geheugen.recall("regelset", b"39") == {"nr": 39}
