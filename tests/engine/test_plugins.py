"""Finding and loading plugins: the same on every machine, faults isolated, data never run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from zorgregels import Engine
from zorgregels._laden.nakijken import check_paths
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


HAKEN = "from pathlib import Path\nfrom zorgregels import Vraag, hookimpl\n"


@pytest.fixture
def code(installeer, monkeypatch):
    """Lays a plugin of code: what stands in it, and the name under which it is installed."""

    def write(inhoud: str, naam: str = "proefcode") -> None:
        monkeypatch.delitem(sys.modules, f"{naam}_code", raising=False)
        (installeer(f"zorgregels-{naam}", naam, f"{naam}_code") / f"{naam}_code.py").write_text(HAKEN + inhoud)

    return write


def vragen(*gegeven: str) -> str:
    return f"@hookimpl\ndef zorgregels_vragen():\n    return [{', '.join(gegeven)}]\n"


@pytest.mark.parametrize(
    ("vraag", "tekst"),
    [
        ("Vraag('declaratie', 'Mag dit?', 'niet_toegestaan', 'toegestaan')", "`declaratie` is er al"),
        ("Vraag('Mach Tiging', 'Mag dit?', 'goed', 'fout')", "niet de goede naam"),
        ("Vraag([], 'Mag dit?', 'goed', 'fout')", "niet de goede naam"),
        ("Vraag('verwijzing', '', 'goed', 'fout')", "geen titel"),
        ("Vraag('verwijzing', 'Mag dit?', '', 'fout')", "bij `ja` geen goed oordeel: ``"),
        ("Vraag('verwijzing', 'Mag dit?', 'goed', {})", "bij `nee` geen goed oordeel"),
        ("Vraag('verwijzing', 'Mag dit?', 'goed', 'goed')", "voor twee uitkomsten hetzelfde oordeel"),
        ("Vraag('verwijzing', 'Mag dit?', 'onbekend', 'fout')", "voor twee uitkomsten hetzelfde oordeel"),
        ("Vraag('verwijzing', 'Mag dit?', 'onbekend', 'fout', 'weet_niet')", "bij `ja` het oordeel `onbekend`"),
        ("Vraag('verwijzing', 'Mag dit?', 'nee', 'ja')", "bij `nee` het oordeel `ja`"),
        ("5", "iets van de soort int"),
        ("Vraag('verwijzing', 'Mag dit?', 'a', 'b'), Vraag('verwijzing', 'Mag dit?', 'b', 'a')", "staat er twee keer"),
    ],
)
def test_a_vraag_is_named_once_and_answered_in_three_words(code, vraag, tekst):
    code(vragen(vraag))
    with pytest.raises(PluginError) as fout:
        Engine(plugins={"proefcode"})
    assert {m.code for m in fout.value.meldingen} == {"ZR-408"}
    assert tekst in str(fout.value)
    engine = Engine()
    assert engine.mislukt["proefcode"] == fout.value.meldingen
    assert {v.naam: v.ja for v in engine.vragen}["declaratie"] == "toegestaan"
    assert "verwijzing" not in {v.naam for v in engine.vragen}


def test_of_two_plugins_with_the_same_vraag_neither_takes_part(code):
    for naam in ("een", "twee"):
        code(vragen(f"Vraag('verwijzing', 'Mag dit?', 'goed_{naam}', 'fout')"), naam)
    engine = Engine()
    assert "verwijzing" not in {v.naam for v in engine.vragen}
    assert "plugin `twee` geeft haar ook" in engine.mislukt["een"][0].tekst
    assert "plugin `een` geeft haar ook" in engine.mislukt["twee"][0].tekst
    assert "huisarts" in {p.plugin for p in engine.plugins if not p.meldingen}
    with pytest.raises(PluginError, match="geeft haar ook"):
        Engine(plugins={"een", "twee"})
    with Engine(plugins={"een"}) as alleen:
        assert "verwijzing" in {v.naam for v in alleen.vragen}


def test_of_two_plugins_for_one_sector_neither_takes_part(installeer, goed):
    for naam in ("aanbieder", "zorgaanbieder"):
        lay(installeer(f"zorgregels-{naam}", naam, f"{naam}_data"), goed(), f"{naam}_data", "")
    engine = Engine()
    assert "proef/proef@2025.1" not in {r.id for r in engine.regelsets}
    for naam, ander in (("aanbieder", "zorgaanbieder"), ("zorgaanbieder", "aanbieder")):
        (melding,) = engine.mislukt[naam]
        assert melding.code == "ZR-402"
        assert f"van plugin `{naam}` (distributie zorgregels-{naam})" in melding.tekst
        assert f"ook van plugin `{ander}` (distributie zorgregels-{ander})" in melding.tekst
    assert [r.id for r in Engine(plugins={"zorgaanbieder"}).regelsets] == ["proef/proef@2025.1"]


def test_a_plugin_that_reads_a_sector_that_is_there_twice_hears_why_it_is_not_loaded(installeer, goed, schrijf, maak):
    for naam in ("aanbieder", "zorgaanbieder"):
        lay(installeer(f"zorgregels-{naam}", naam, f"{naam}_data"), goed(), f"{naam}_data", "")
    regel = maak.eis("lezer", "e", "{declaratie.akkoord: true}")
    map_ = schrijf("lezer", {"2025/a.yaml": maak.regelset("lezer", regel, extra="leest: [proef]\n")})
    assert {m.code for m in check_paths([map_]).fouten} == {"ZR-215", "ZR-402"}


def test_a_folder_beside_an_installed_plugin_of_its_sector_is_named(installeer, goed):
    lay(installeer("zorgregels-proef", "proefplugin", "proef_data"), goed(), "proef_data", "")
    map_ = goed()
    with pytest.raises(RegelsetError) as fout:
        Engine(plugins={"proefplugin", map_})
    assert {m.code for m in fout.value.meldingen} == {"ZR-402"}
    assert f"`{map_}`" in str(fout.value)
    assert "`proefplugin` (distributie zorgregels-proef)" in str(fout.value)


def test_a_folder_with_the_name_of_a_plugin_is_another(installeer, goed, monkeypatch):
    lay(installeer("zorgregels-proef", "ander", "proef_data"), goed(), "proef_data", "")
    map_ = goed("ander").rename(Path(sys.path[0]) / "ander")
    monkeypatch.chdir(map_.parent)
    assert [p.plugin for p in Engine(plugins={"ander", Path("ander")}).plugins] == ["./ander", "ander"]


def test_a_dotted_package_of_data_is_found_and_not_run(installeer, goed):
    plek = installeer("zorgregels-proef", "proefplugin", "proefbedrijf.zorg.gegevens")
    (plek / "proefbedrijf" / "zorg").mkdir(parents=True)
    for map_ in ("proefbedrijf", "proefbedrijf/zorg"):
        (plek / map_ / "__init__.py").write_text("raise RuntimeError('this must not run')")
    lay(plek, goed(), "proefbedrijf/zorg/gegevens", "raise RuntimeError('this must not run')")
    (info,) = Engine(plugins={"proefplugin"}).plugins
    assert info.sector == "proef"
    assert not any(m.startswith("proefbedrijf") for m in sys.modules)


@pytest.mark.parametrize(
    ("inhoud", "hulp"),
    [
        ("", "of geef met een haak een map of een vraag"),
        ("def zorgregels_mappen():\n    return []\n", "Zet `@hookimpl` boven `zorgregels_mappen`"),
        ("@hookimpl\ndef zorgregels_mappen():\n    return None\n", "Zet plugin.yaml in"),
    ],
)
def test_a_plugin_that_brings_nothing_says_so(code, inhoud, hulp):
    code(inhoud)
    with pytest.raises(PluginError) as fout:
        Engine(plugins={"proefcode"})
    assert fout.value.code == "ZR-409"
    assert hulp in str(fout.value)
    assert "proefcode" in Engine().mislukt


def test_a_misnamed_plugin_yaml_is_named(installeer, goed):
    plek = installeer("zorgregels-proef", "proefplugin", "proef_misnoemd")
    map_ = goed()
    (map_ / "plugin.yaml").rename(map_ / "plugin.yml")
    with pytest.raises(PluginError, match=r"Hernoem `plugin\.yml` in die map tot `plugin\.yaml`"):
        Engine(plugins={map_})
    lay(plek, map_, "proef_misnoemd", "")
    with pytest.raises(PluginError, match=r"Hernoem `plugin\.yml` in die map tot `plugin\.yaml`") as fout:
        Engine(plugins={"proefplugin"})
    assert fout.value.code == "ZR-409"


def test_a_hook_that_does_not_exist_is_refused(code):
    code("@hookimpl\ndef zorgregels_map():\n    return []\n")
    with pytest.raises(PluginError, match="`zorgregels_map`\n    Bedoelde u `zorgregels_mappen`") as fout:
        Engine(plugins={"proefcode"})
    assert fout.value.code == "ZR-410"


@pytest.mark.parametrize(
    "inhoud",
    [
        "import sys\nsys.exit()\n",
        "@hookimpl\ndef zorgregels_mappen():\n    raise SystemExit(0)\n",
        "@hookimpl\ndef zorgregels_mappen(meer):\n    return []\n",
    ],
)
def test_a_plugin_that_exits_does_not_end_the_program(code, inhoud):
    code(inhoud)
    assert Engine().mislukt["proefcode"][0].code == "ZR-401"
    with pytest.raises(PluginError, match="proefcode"):
        Engine(plugins={"proefcode"})


def test_a_plugin_may_have_a_folder_for_each_of_its_sectors(code, goed, tmp_path):
    mappen = [goed("een"), goed("twee")]
    code(f"@hookimpl\ndef zorgregels_mappen():\n    return [Path(p) for p in {[str(m) for m in mappen]}]\n")
    for _ in range(2):  # read, and remembered
        engine = Engine(plugins={"proefcode"}, cache=tmp_path / "geheugen")
        merken = {s.naam: s.bundel.merk.inhoud.decode() for s in engine.lading.sectoren}
        assert list(merken) == ["een", "twee"]
        assert all(f"sector: {naam}" in merk for naam, merk in merken.items())
    for m in mappen:
        (m / "regelsets/2025/a.yaml").write_text("schema: regelset/v1\nregels: []\n")
    assert len({m.tekst for m in Engine().mislukt["proefcode"]}) > 1
    (mappen[0] / "plugin.yaml").write_text("schema: plugin/v1\nsector: EEN\ntitel: Proef\n")
    assert {m.bestand for m in Engine().mislukt["proefcode"]} == {"plugin.yaml", "regelsets/2025/a.yaml"}


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
