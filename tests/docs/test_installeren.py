"""What the documentation says about installing is so, in a fresh environment. Skipped where packages cannot be fetched."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from blokken import PLUGIN, ROOT, blocks


@pytest.fixture(scope="module")
def bak(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The surroundings of a fresh environment in which nothing is installed but pip."""
    map_ = tmp_path_factory.mktemp("omgeving")
    venv.create(map_, with_pip=True)
    bin_ = map_ / ("Scripts" if sys.platform == "win32" else "bin")
    over = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COV_", "ZORGREGELS"))}
    return {**over, "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}", "ZORGREGELS_CACHE": str(map_ / "geheugen")}


def _run(regel: str, bak: dict[str, str], hier: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", regel], cwd=hier, env=bak, capture_output=True, encoding="utf-8", check=False)


def _install(regel: str, bak: dict[str, str]) -> subprocess.CompletedProcess[str]:
    klaar = _run(regel.replace("pip install ", "pip install -q --disable-pip-version-check ", 1), bak)
    netwerk = (
        "Failed to establish",
        "No matching distribution found for",
        "Temporary failure in name",
        "Could not fetch URL",
    )
    if klaar.returncode != 0 and any(n in klaar.stderr for n in netwerk):
        pytest.skip("packages cannot be fetched here, so nothing can be installed in a fresh environment")
    return klaar


def _shown(tekst: str, nr: int) -> tuple[str, str]:
    regel, _, uitvoer = tekst.split("$ ")[nr].partition("\n")
    return regel, uitvoer


def test_the_first_command_of_the_readme_does_what_it_shows(bak: dict[str, str]) -> None:
    regel, uitvoer = _shown(next(blocks("console", pagina=ROOT / "README.md")).tekst, 1)
    klaar = _install(regel, bak)
    assert klaar.returncode == 0, klaar.stderr
    assert klaar.stdout == uitvoer


def test_the_plugin_of_the_tutorial_is_installed_and_decides(bak: dict[str, str]) -> None:
    blok = next(b for b in blocks("console") if b.toets == "installeren")
    installeer, _ = _shown(blok.tekst, 1)
    beslis, uitvoer = _shown(blok.tekst, 2)
    if _run("zorgregels --version", bak).returncode != 0:  # it is there when the test above ran
        _install("pip install -r requirements.txt", bak)
    klaar = _install(installeer, bak)
    assert klaar.returncode == 0, klaar.stderr
    klaar = _run(beslis, bak)
    assert klaar.stderr == ""
    assert klaar.stdout == uitvoer
    lijst = _run("zorgregels plugins", bak).stdout
    assert "voorbeeldzorg   zorgregels-voorbeeldzorg 2025.1 · Voorbeeldzorg (verzonnen) · 1 regelsets\n" in lijst
    # Every data file is in the wheel: what decides is what was installed, not what lies in the folder.
    plek = _run("python -c 'import zorgregels_voorbeeldzorg as m; print(m.__file__)'", bak, PLUGIN).stdout
    assert "site-packages" in plek
    assert _run("zorgregels regelsets list --plugins voorbeeldzorg", bak).stdout.startswith(
        "voorbeeldzorg/tarieven@2025.1"
    )


def test_pytest_runs_the_casussen_of_a_plugin_folder(bak: dict[str, str]) -> None:
    klaar = _install("pip install pytest .", bak)
    assert klaar.returncode == 0, klaar.stderr
    klaar = _run(f"python -m pytest -q -p no:cacheprovider {PLUGIN.relative_to(ROOT).as_posix()}", bak)
    assert "4 passed" in klaar.stdout, klaar.stdout + klaar.stderr
