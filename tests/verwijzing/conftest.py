"""Makes the reference evaluator and the generators beside these tests importable, and gives every test its settings."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all engines of a run: the feitsoorten are the same in most examples."""
    return tmp_path_factory.mktemp("cache")
