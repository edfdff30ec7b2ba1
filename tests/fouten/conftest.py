"""The corpus of broken plugins: each geval is a small change to ``basis`` with the Meldingen that an author must then read."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from zorgregels import Engine
from zorgregels.errors import Melding, ZorgregelsError

HIER = Path(__file__).parent
NAMEN = {
    "2024": "regelsets/2024/tarieven.yaml",
    "2025": "regelsets/2025/tarieven.yaml",
    "catalogus": "catalogi/prestaties.yaml",
    "declaratie": "feiten/declaratie.schema.json",
    "kostenpost": "feiten/kostenpost.schema.json",
    "prestatie": "feiten/prestatie.schema.json",
    "plugin": "plugin.yaml",
}
ANDER = "schema: plugin/v1\nsector: ander\ntitel: Een tweede sector\n"


class _Loader(yaml.SafeLoader):
    """A date stays the text that it is."""


_Loader.yaml_implicit_resolvers = {
    teken: [r for r in regels if r[0] != "tag:yaml.org,2002:timestamp"]
    for teken, regels in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Gespeeld:
    """What a geval printed, and the files of the broken plugins."""

    meldingen: tuple[Melding, ...]
    bestanden: dict[tuple[str, str], bytes]


def _naam(kort: Any) -> str:
    return NAMEN.get(str(kort), str(kort))


def laad_gevallen() -> list[dict[str, Any]]:
    """Every geval of the corpus."""
    return [g for pad in sorted((HIER / "gevallen").glob("*.yaml")) for g in _lees(pad)]


def _lees(pad: Path) -> list[dict[str, Any]]:
    gevallen: list[dict[str, Any]] = yaml.load(pad.read_text("utf-8"), Loader=_Loader)
    return gevallen


def _breek(geval: dict[str, Any], map_: Path) -> None:
    for bron, doel in geval.get("kopie", {}).items():
        shutil.copy(map_ / _naam(bron), map_ / doel)
    for kort, wijzigingen in geval.get("wijzig", {}).items():
        pad = map_ / _naam(kort)
        tekst = pad.read_text("utf-8")
        for oud, nieuw in wijzigingen.items():
            assert tekst.count(oud) == 1, f"{oud!r} staat {tekst.count(oud)} keer in {pad.name}"
            tekst = tekst.replace(oud, nieuw)
        pad.write_bytes(tekst.encode("utf-8"))
    if "regel" in geval:
        kop = "  - id: proef.extra\n    vraag: declaratie\n    normen: [N9]\n"
        regel = geval["regel"]
        if not any(r.startswith("dan:") for r in regel.splitlines()):
            regel += 'dan: {waarschuw: "Let op."}\n'
        with (map_ / NAMEN["2025"]).open("a", encoding="utf-8") as uit:
            uit.write(kop + "".join(f"    {r}\n" for r in regel.splitlines()))
    for kort, tekst in geval.get("nieuw", {}).items():
        (map_ / _naam(kort)).write_text(tekst, "utf-8")
    for kort, hexadecimaal in geval.get("hex", {}).items():
        (map_ / _naam(kort)).write_bytes(bytes.fromhex(hexadecimaal))
    for kort, aantal in geval.get("groot", {}).items():
        (map_ / _naam(kort)).write_bytes(b"#" * aantal)
    for kort, diepte in geval.get("diep", {}).items():
        begin = "regels: " if _naam(kort).endswith(".yaml") else ""
        (map_ / _naam(kort)).write_text(begin + "[" * diepte + "]" * diepte, "utf-8")
    for kort in geval.get("weg", ()):
        (map_ / _naam(kort)).unlink()
    for kort in geval.get("map", ()):
        (map_ / kort).mkdir()


@pytest.fixture
def speel(tmp_path: Path) -> Callable[[dict[str, Any]], Gespeeld]:
    """Break ``basis`` as a geval says, load it, ask its zaak, and return what the Engine said."""

    def _speel(geval: dict[str, Any]) -> Gespeeld:
        basis, ander = tmp_path / "a-proef", tmp_path / "b-ander"
        shutil.copytree(HIER / "basis", basis)
        _breek(geval, basis)
        plugins: list[Path | str] = [basis, *geval.get("plugins", ())]
        if "ander" in geval:
            for naam, tekst in {"plugin.yaml": ANDER, **geval["ander"]}.items():
                (ander / naam).parent.mkdir(parents=True, exist_ok=True)
                (ander / naam).write_text(tekst, "utf-8")
            plugins.append(ander)
        bestanden = {
            (m.name, p.relative_to(m).as_posix()): p.read_bytes()
            for m in (basis, ander)
            for p in sorted(m.rglob("*"))
            if p.is_file()
        }
        meldingen: tuple[Melding, ...] = ()
        try:
            with Engine(plugins=plugins, cache=tmp_path / "geheugen") as engine:
                if "zaak" in geval:
                    engine.decide(geval["zaak"])
        except ZorgregelsError as fout:
            meldingen = fout.meldingen
        return Gespeeld(meldingen, bestanden)

    return _speel


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for a geval once for each."""
    if "geval" in metafunc.fixturenames:
        gevallen = laad_gevallen()
        metafunc.parametrize("geval", gevallen, ids=[g["id"] for g in gevallen])


@pytest.fixture(scope="session")
def corpus() -> dict[str, dict[str, Any]]:
    """Every geval by its id."""
    return {g["id"]: g for g in laad_gevallen()}
