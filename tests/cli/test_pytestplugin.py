"""``pytest map`` runs the casussen of a plugin folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from zorgregels import testing


def run(map_: Path, *args: str) -> tuple[int, str]:
    r = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "zorgregels.testing", "-p", "no:cacheprovider", *args, str(map_)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=map_,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        check=False,
    )
    return r.returncode, r.stdout + r.stderr


def test_a_casus_is_a_test(plugin):
    status, uit = run(plugin(), "-v")
    assert status == 0, uit
    assert "ritten.casussen.yaml::P-1 PASSED" in uit


def test_a_casus_that_comes_out_otherwise_fails_in_words(plugin):
    status, uit = run(plugin(casussen=plugin.tekst["casussen"].replace("uitkomst: ja", "uitkomst: nee")))
    assert status == 1
    assert "uitkomst: verwacht nee, het is ja" in uit
    assert "Een rit van honderdvijftig kilometer" in uit
    assert "Traceback" not in uit


def test_faults_in_the_files_are_told(plugin):
    status, uit = run(plugin(casussen=plugin.tekst["casussen"].replace("titel:", "titl:")))
    assert status != 0
    assert "ZR-20" in uit
    status, uit = run(plugin(regelset=plugin.tekst["regelset"].replace("hoogstens", "hoogsten")))
    assert status != 0
    assert "ritten.yaml:19:" in uit


def test_a_file_in_no_plugin_is_not_ours(tmp_path):
    (tmp_path / "x.casussen.yaml").write_text("niets van ons")
    assert run(tmp_path)[0] == pytest.ExitCode.NO_TESTS_COLLECTED


def test_the_module_says_what_it_offers():
    assert all(hasattr(testing, n) for n in testing.__all__)
