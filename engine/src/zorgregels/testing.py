"""A pytest plugin for rule authors: every casus in a ``*.casussen.yaml`` of a plugin folder is a test, without any Python.

``pytest plugins/msz`` runs them all, ``pytest plugins/msz -k K-28`` one. Installed with zorgregels, it does nothing where there are no casussen.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ._engine import Engine
    from ._laden.casussen import Casus

__all__ = ["Casusafwijking", "Casusbestand", "Casustest", "pytest_collect_file", "pytest_sessionfinish"]

_ENGINES: pytest.StashKey[dict[Path, Engine]] = pytest.StashKey()


class Casusafwijking(AssertionError):
    """A casus came out otherwise than its source says."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the casussen of a plugin folder; a file that is in none is somebody else's."""
    if not file_path.name.endswith(".casussen.yaml"):
        return None
    map_ = next((o for o in file_path.parents if (o / "plugin.yaml").is_file()), None)
    if map_ is None:
        return None
    bestand = Casusbestand.from_parent(parent, path=file_path)
    bestand.map = map_
    return bestand


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Release the Engines."""
    for engine in session.config.stash.get(_ENGINES, {}).values():
        engine.close()


class Casusbestand(pytest.File):
    """A file with casussen."""

    map: Path

    def collect(self) -> Iterable[pytest.Item]:
        """Yield a test a casus, or fail with every fault in the file."""
        from ._laden.bundel import read_folder
        from ._laden.casussen import read_cases
        from ._lezen.yaml import locate
        from ._taal.verslag import Verslag

        bundel = read_folder(self.map, str(self.map), toon=self.config.rootpath, alles=True)
        naam = next(b.naam for b in bundel.casussen if (self.config.rootpath / b.naam).samefile(self.path))
        verslag = Verslag({b.naam: b.inhoud for b in bundel.files})
        casussen = [c for c in read_cases(bundel, verslag) if c.bestand == naam]
        fouten = [m for m in verslag.located() if m.bestand == naam]
        if fouten:
            raise self.CollectError("\n".join(map(str, fouten)))
        plekken = locate(self.path.read_bytes(), naam)
        for casus in casussen:
            test = Casustest.from_parent(self, name=casus.id)
            test.casus = casus
            test.regel = plekken.get(casus.pad, (1, 1))[0]
            yield test


class Casustest(pytest.Item):
    """One casus."""

    casus: Casus
    regel: int

    def runtest(self) -> None:
        """Decide the casus and compare."""
        from ._laden.casussen import run_case

        assert isinstance(self.parent, Casusbestand)
        uitslag = run_case(self.casus, _engine(self.config, self.parent.map).decide)
        if uitslag.verschillen:
            raise Casusafwijking("\n".join([*map(str, uitslag.verschillen), uitslag.hulp]).rstrip())

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:  # noqa: ARG002 - pytest passes it
        """Show an author what differs, and not our code."""
        if isinstance(excinfo.value, Casusafwijking):
            return f"{self.casus.id}  {self.casus.titel}\n{excinfo.value}"
        from .errors import ZorgregelsError

        return str(excinfo.value) if isinstance(excinfo.value, ZorgregelsError) else str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the casus stands."""
        return self.path, self.regel - 1, f"casus {self.casus.id}: {self.casus.titel}"


def _engine(config: pytest.Config, map_: Path) -> Engine:
    """Return the Engine of a plugin folder, with the installed plugins that it reads from; made once a session."""
    engines = config.stash.setdefault(_ENGINES, {})
    if map_ not in engines:
        from ._laden.nakijken import make_engine, needed_beside

        engines[map_] = make_engine([map_], needed_beside([map_]))
    return engines[map_]
