"""A browser for all tests, and the maker of records beside them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from browser import CHROMIUM, Bladzijde, Browser, Openen
from zorgregels._dossier.bladzijde import render


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: what the page does in a browser is not tested here")
    with Browser(tmp_path_factory.mktemp("browser")) as gemaakt:
        yield gemaakt


@pytest.fixture
def openen(browser: Browser, tmp_path: Path) -> Iterator[Openen]:
    """Open a page from its data or from its text."""
    open_: list[Bladzijde] = []

    def _open(wat: Mapping[str, Any] | str, **anders: Any) -> Bladzijde:
        pad = tmp_path / f"dossier-{len(open_)}.html"
        pad.write_text(wat if isinstance(wat, str) else render(wat), "utf-8")
        open_.append(browser.open(pad, **anders))
        return open_[-1]

    yield _open
    for bladzijde in open_:
        bladzijde.close()
