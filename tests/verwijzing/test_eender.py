"""The same zaken give the same bytes in every process, time zone, locale, hash seed, plugin order and Python.

``eender.json`` holds the digest that every Python of the test matrix must come to. It changes when plugins or texts change; then::

    python tests/verwijzing/eender.py > tests/verwijzing/eender.json
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HIER = Path(__file__).parent


@pytest.fixture(scope="module")
def antwoorden(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """What two processes that differ in everything around them come to."""
    omgevingen = (
        ({"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"}, ["domeinoverstijgend", "huisarts", "msz"]),
        (
            {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": _dutch(), "PYTHONUTF8": "0"},
            ["msz", "huisarts", "domeinoverstijgend"],
        ),
    )
    lopend = []
    for nr, (anders, plugins) in enumerate(omgevingen):
        cache = tmp_path_factory.mktemp(f"cache{nr}")
        lopend.append(
            subprocess.Popen(
                [sys.executable, str(HIER / "eender.py"), "10000", *plugins],
                env={**os.environ, **anders, "ZORGREGELS_CACHE": str(cache)},
                stdout=subprocess.PIPE,
                cwd=cache,
            )
        )
    uit = []
    for proces in lopend:
        tekst, _ = proces.communicate(timeout=300)
        assert proces.returncode == 0
        uit.append(json.loads(tekst))
    return uit


def _dutch() -> str:
    """A Dutch locale where there is one: it writes a comma for a decimal point."""
    try:
        namen = subprocess.run(["locale", "-a"], capture_output=True, check=True, text=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        return "C.UTF-8"
    return next((n for n in namen if n.lower().startswith("nl_nl")), "C.UTF-8")


def test_nothing_around_the_process_has_any_part_in_an_answer(antwoorden: list[dict[str, object]]) -> None:
    assert antwoorden[0] == antwoorden[1]


def test_every_python_comes_to_the_stored_digest(antwoorden: list[dict[str, object]]) -> None:
    assert antwoorden[0] == json.loads((HIER / "eender.json").read_text("utf-8"))


def test_the_zaken_reach_every_kind_of_answer(antwoorden: list[dict[str, object]]) -> None:
    telling = antwoorden[0]["uitkomsten"]
    assert isinstance(telling, dict)
    assert all(telling.get(u, 0) >= 100 for u in ("ja", "nee", "onbekend")), telling
