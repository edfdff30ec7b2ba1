"""Finding and loading plugins: the same on every machine, faults isolated, data never run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from zorgregels import Engine
from zorgregels._laden.plugins import find_plugins
from zorgregels.errors import PluginError, RegelsetError


@pytest.fixture
def installeer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Lays a distribution with an entry point on sys.path."""
    plek = tmp_path / "site"
    plek.mkdir()
    monkeypatch.syspath_prepend(str(plek))

    def install(dist: str, naam: str, verwijzing: str) -> Path:
        info = plek / f"{dist.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {dist}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[zorgregels]\n{naam} = {verwijzing}\n")
        return plek

    return install


def lay(plek: Path, bron: Path, naam: str, code: str) -> None:
    bron.rename(plek / naam)
    (plek / naam / "__init__.py").write_text(code)


@pytest.fixture
def goed(schrijf, maak):
    return lambda sector="proef": schrijf(
        sector, {"2025/a.yaml": maak.regelset(sector, maak.eis(sector, "e", "{declaratie.akkoord: true}"))}
    )


def test_a_plugin_of_data_never_runs_its_code(installeer, goed):
    plek = installeer("zorgregels-proef", "proefplugin", "proef_gegevens")
    lay(plek, goed(), "proef_gegevens", "raise SystemExit('this must not run')")
    (info,) = Engine(plugins={"proefplugin"}).plugins
    assert (info.sector, info.distributie, info.versie) == ("proef", "zorgregels-proef", "1.0")
    assert "proef_gegevens" not in sys.modules


def test_a_plugin_with_code_names_its_folders(installeer, goed):
    map_ = goed()
    plek = installeer("zorgregels-proef", "proefcode", "proef_code")
    (plek / "proef_code.py").write_text(
        f"from pathlib import Path\nfrom zorgregels import Vraag, hookimpl\n"
        f"@hookimpl\ndef zorgregels_mappen():\n    return [Path({str(map_)!r})]\n"
        f"@hookimpl\ndef zorgregels_vragen():\n    return [Vraag('verwijzing', 'Mag dit?', 'goed', 'fout')]\n"
    )
    engine = Engine(plugins={"proefcode"})
    assert [r.id for r in engine.regelsets] == ["proef/proef@2025.1"]
    assert "verwijzing" in {v.naam for v in engine.vragen}


def test_the_same_name_twice_is_refused(installeer, goed):
    plek = installeer("zorgregels-een", "proefplugin", "proef_gegevens")
    info = plek / "zorgregels_twee-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: zorgregels-twee\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[zorgregels]\nproefplugin = proef_gegevens\n")
    lay(plek, goed(), "proef_gegevens", "")
    with pytest.raises(PluginError, match="zorgregels-een, zorgregels-twee") as fout:
        Engine(plugins={"proefplugin"})
    assert fout.value.code == "ZR-402"


def test_a_broken_plugin_does_not_take_the_others_down(installeer, goed):
    plek = installeer("zorgregels-stuk", "proefstuk", "proef_stuk")
    (plek / "proef_stuk.py").write_text("raise RuntimeError('no database here')")
    engine = Engine()
    assert "huisarts" in {p.plugin for p in engine.plugins if not p.meldingen}
    (melding,) = engine.mislukt["proefstuk"]
    assert melding.code == "ZR-401"
    assert "zorgregels-stuk" in melding.tekst
    assert "no database here" in melding.tekst
    with pytest.raises(PluginError, match="no database here"):
        Engine(plugins={"proefstuk"})


def test_a_plugin_with_faults_is_reported_with_its_files(schrijf, goed):
    stuk = schrijf("stuk", {"2025/a.yaml": "schema: regelset/v1\nregels: []\n"})
    with pytest.raises(RegelsetError) as fout:
        Engine(plugins=[goed(), stuk])
    assert {m.bestand for m in fout.value.meldingen} == {"regelsets/2025/a.yaml"}


def test_a_plugin_that_is_not_there_says_how_to_get_it():
    with pytest.raises(PluginError, match="pip install zorgregels-nergens") as fout:
        Engine(plugins={"nergens"})
    assert fout.value.code == "ZR-403"
    with pytest.raises(PluginError, match="Bedoelde u `huisarts`"):
        Engine(plugins={"huisart"})


def test_a_folder_without_plugin_yaml_is_no_plugin(tmp_path):
    with pytest.raises(PluginError) as fout:
        Engine(plugins=[tmp_path])
    assert fout.value.code == "ZR-405"


def test_two_plugins_of_one_sector_do_not_mix(schrijf, maak):
    tekst = maak.regelset("proef", maak.eis("proef", "e", "{declaratie.akkoord: true}"))
    een, twee = schrijf("proef", {"2025/a.yaml": tekst}), schrijf("proef", {"2025/a.yaml": tekst}, map_="nog_een")
    with pytest.raises(RegelsetError) as fout:
        Engine(plugins=[een, twee])
    assert fout.value.code == "ZR-402"


def test_the_shipped_plugins_are_found_in_order():
    namen = [g.naam for g in find_plugins()]
    assert namen == sorted(namen)
    assert {"domeinoverstijgend", "huisarts", "msz"} <= set(namen)


@pytest.mark.parametrize("plugins", ["msz", [1], [b"msz"], Path("msz")])
def test_plugins_are_names_and_folders(plugins):
    with pytest.raises(TypeError, match="namen"):
        Engine(plugins=plugins)


def test_the_same_plugin_named_twice_is_one(goed):
    map_ = goed()
    assert len(Engine(plugins=[map_, map_]).plugins) == 1
    assert len(Engine(plugins=["msz", "msz"]).plugins) == 1


def test_a_folder_given_as_text_is_recognised():
    with pytest.raises(PluginError, match=r"pathlib\.Path"):
        Engine(plugins=["./mijn/plugin"])


def test_a_rule_belongs_to_one_regelset(schrijf, maak):
    regel = maak.eis("proef", "dubbel", "{declaratie.akkoord: true}")
    sets = {
        "2025/a.yaml": maak.regelset("proef", regel),
        "2026/b.yaml": maak.regelset("proef", regel, onderwerp="ander", versie="2026.1", geldig="{van: 2026-01-01}"),
    }
    with pytest.raises(RegelsetError) as fout:
        Engine(plugins=[schrijf("proef", sets)])
    assert fout.value.code == "ZR-301"
