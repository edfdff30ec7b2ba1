"""Makes the helpers beside these tests importable; an invented plugin, and a command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import replayproef
from zorgregels._replay import opdracht


class Uit(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    stdout: str
    stderr: str


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """The invented plugin ``ritten``."""
    return replayproef.write_plugin(tmp_path / "ritten")


@pytest.fixture
def kleine_reeksen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches of one tile, so that a small Journaal has several. Processes that are started learn it from the Opdracht."""
    monkeypatch.setattr(opdracht.Opdracht.__init__, "__defaults__", _with_stretch(256))


def _with_stretch(aantal: int) -> tuple[object, ...]:
    defaults = opdracht.Opdracht.__init__.__defaults__
    assert defaults is not None
    return (*defaults[:-1], aantal)


@pytest.fixture
def zr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Uit]:
    """Run the command line as the entry point does, in an empty folder."""
    from zorgregels._cli import main

    monkeypatch.delenv("ZORGREGELS_DEBUG", raising=False)
    (tmp_path / "hier").mkdir()
    monkeypatch.chdir(tmp_path / "hier")

    def run(*args: str | Path) -> Uit:
        capsys.readouterr()
        with pytest.raises(SystemExit) as einde:
            main(["replay", *map(str, args)])
        uit, fout = capsys.readouterr()
        return Uit(int(einde.value.code or 0), uit.replace("\N{NO-BREAK SPACE}", " "), fout)

    return run
