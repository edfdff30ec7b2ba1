"""Makes the helpers beside these tests importable; keys, and a place of each kind to keep a Journaal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from zorgregels._journaal.sleutels import Sleutelbos

sys.path.insert(0, str(Path(__file__).parent))

import pgserver


@pytest.fixture
def sleutels(tmp_path: Path) -> Sleutelbos:
    """New keys, in ``tmp_path / "sleutels"``."""
    return Sleutelbos.create(tmp_path / "sleutels")


def _make_server() -> Iterator[pgserver.Server]:
    waarom = pgserver.why_not()
    if waarom:
        pytest.skip(waarom)
    server = pgserver.Server()
    yield server
    server.close()


@pytest.fixture(scope="session")
def pg_server() -> Iterator[pgserver.Server]:
    """A PostgreSQL server that all tests share, and that none of them stops."""
    yield from _make_server()


@pytest.fixture
def eigen_server() -> Iterator[pgserver.Server]:
    """A PostgreSQL server for one test, which may stop it."""
    yield from _make_server()


@pytest.fixture(params=["sqlite", "postgres"])
def waar(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place without a Journaal, of each kind: a file, and the URL of an empty database."""
    if request.param == "sqlite":
        return str(tmp_path / "journaal.sqlite")
    server: pgserver.Server = request.getfixturevalue("pg_server")
    return server.new_database()
