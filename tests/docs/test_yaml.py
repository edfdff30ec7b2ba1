"""Every YAML and JSON block in the documentation is what it says it is: it is loaded by the engine, not only parsed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import pytest
from blokken import ROOT, TAAL, Blok, blocks
from zorgregels import Engine
from zorgregels._laden.bundel import read_folder
from zorgregels._laden.casussen import read_cases, run_case
from zorgregels._laden.nakijken import check_paths
from zorgregels._taal.verslag import Verslag

KOP = """\
schema: regelset/v1
regelset: voorbeeld/proef
versie: "2025.1"
titel: Proef
status: geldend
geldig: {{van: 2024-01-01}}
bekend: 2024-01-01
bron: {{document: "Beleidsregel voorbeeld (verzonnen)"}}
reikwijdte:
  {vraag}: {{zaak.peildatum: {{vanaf: 2024-01-01}}}}
regels:
"""
REGEL = "  - id: voorbeeld.proef.r{nr}\n    vraag: declaratie\n    normen: [V-1]\n"


@pytest.fixture
def map_(tmp_path: Path) -> Path:
    """The plugin that docs/taal.md is about, to put a block into."""
    return Path(shutil.copytree(TAAL, tmp_path / "taal"))


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all engines of a run: most files are the same in each."""
    return tmp_path_factory.mktemp("cache")


def _load(map_: Path, cache: Path) -> Engine:
    """Load the plugin; a fault in any file of it is an error."""
    return Engine(plugins=[map_], cache=cache)


def _rules(vraag: str) -> Callable[[Blok, Path], None]:
    def write(blok: Blok, map_: Path) -> None:
        (map_ / "regelsets/proef.yaml").write_text(KOP.format(vraag=vraag) + indent(blok.tekst, "  "), "utf-8")

    return write


def _entries(blok: Blok) -> list[str]:
    """The entries of a mapping or list, each with the lines that belong to it."""
    return [e for e in re.split(r"^(?=[a-z-])", blok.tekst, flags=re.M) if e.strip()]


def _conditions(blok: Blok, map_: Path) -> None:
    tekst = KOP.format(vraag="declaratie")
    for nr, ingang in enumerate(_entries(blok)):
        tekst += REGEL.format(nr=nr) + "    als:\n" + indent(ingang, " " * 6) + '    dan: {waarschuw: "Proef."}\n'
    (map_ / "regelsets/proef.yaml").write_text(tekst, "utf-8")


def _expressions(blok: Blok, map_: Path) -> None:
    tekst = KOP.format(vraag="declaratie")
    for nr, ingang in enumerate(_entries(blok)):
        inhoud = dedent("  " + ingang.removeprefix("- "))
        tekst += REGEL.format(nr=nr) + "    dan:\n      leid_af:\n" + indent(inhoud, " " * 8)
    (map_ / "regelsets/proef.yaml").write_text(tekst, "utf-8")


def _file(naam: str) -> Callable[[Blok, Path], None]:
    return lambda blok, map_: (map_ / naam).write_text(blok.tekst, "utf-8") and None


SCHRIJF: dict[str, Callable[[Blok, Path], None]] = {
    "plugin": _file("plugin.yaml"),
    "regelset": _file("regelsets/proef.yaml"),
    "catalogus": _file("catalogi/proef.yaml"),
    "casussen": _file("regelsets/proef.casussen.yaml"),
    "regels": _rules("declaratie"),
    "regels-bekostiging": _rules("bekostiging"),
    "voorwaarden": _conditions,
    "uitdrukkingen": _expressions,
}
YAML = list(blocks("yaml"))
TAALBLOKKEN = [b for b in YAML if b.toets in SCHRIJF]


def test_every_yaml_block_says_how_it_is_tested() -> None:
    vreemd = [
        b.id for b in YAML if b.toets not in SCHRIJF and b.toets.partition(" ")[0] not in {"staat-in", "zaak", "normen"}
    ]
    zonder = [i for i in vreemd if not i.startswith("plugins/")]
    assert zonder == []
    assert len(TAALBLOKKEN) >= 10


@pytest.mark.parametrize("blok", TAALBLOKKEN, ids=lambda b: b.id)
def test_a_block_of_the_language_loads(blok: Blok, map_: Path, cache: Path) -> None:
    SCHRIJF[blok.toets](blok, map_)
    with _load(map_, cache) as engine:
        assert engine.regelsets
        bundel = read_folder(map_, "taal")
        verslag = Verslag()
        afwijkingen = [
            f"{c.id}: {v}" for c in read_cases(bundel, verslag) for v in run_case(c, engine.decide).verschillen
        ]
        assert [str(m) for m in verslag.meldingen] == []
        assert afwijkingen == []


@pytest.mark.parametrize("blok", [b for b in YAML if b.toets == "normen"], ids=lambda b: b.id)
def test_a_register_of_norms_fits_its_plugin(blok: Blok, map_: Path) -> None:
    (map_ / "normen").mkdir()
    (map_ / "normen/proef.yaml").write_text(blok.tekst, "utf-8")
    assert [str(m) for m in check_paths([map_], hier=map_).fouten] == []
    # … and a register that does not fit is a fault, so that the line above says something.
    (map_ / "normen/proef.yaml").write_text(blok.tekst.replace("overeenkomst.aandeel", "overeenkomst.aandel"), "utf-8")
    assert [m.code for m in check_paths([map_], hier=map_).fouten] == ["ZR-317"]


@pytest.mark.parametrize("blok", [b for b in YAML if b.toets == "zaak"], ids=lambda b: b.id)
def test_a_zaak_is_decided(blok: Blok) -> None:
    from zorgregels._lezen.yaml import read_yaml

    zaak = read_yaml(blok.tekst, blok.id, decimalen=True)
    assert isinstance(zaak, dict)
    with Engine(plugins={"huisarts", "msz", "domeinoverstijgend"}) as engine:
        assert engine.decide(zaak).oordeel


@pytest.mark.parametrize("blok", [b for b in YAML if b.toets.startswith("staat-in ")], ids=lambda b: b.id)
def test_a_quotation_is_in_the_file_it_quotes(blok: Blok) -> None:
    assert blok.tekst in (ROOT / blok.toets.removeprefix("staat-in ")).read_text("utf-8")


@pytest.mark.parametrize("blok", list(blocks("json")), ids=lambda b: b.id)
def test_a_feitsoort_loads_and_other_json_is_json(blok: Blok, map_: Path, cache: Path) -> None:
    data = json.loads(blok.tekst)
    if data.get("$schema") == "urn:zorgregels:v1:feit":
        (map_ / f"feiten/{data['title']}.schema.json").write_text(blok.tekst, "utf-8")
        _load(map_, cache).close()
