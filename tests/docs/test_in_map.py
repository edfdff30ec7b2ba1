"""Pages that a reader works through in one folder: each command, and the Python between them, after what came before."""

from __future__ import annotations

from pathlib import Path

import pytest
from blokken import Blok, blocks, help_maker
from test_python import run_block

PAGINAS = sorted({b.pagina for b in blocks("console") if b.toets == "in-map"})


@pytest.mark.parametrize("pagina", PAGINAS, ids=lambda p: p.name)
def test_a_page_can_be_worked_through(pagina: Path, tmp_path: Path) -> None:
    hulp = help_maker()
    naamruimte: dict[str, object] = {"__name__": "pagina"}
    gelijk: dict[str, str] = {}

    def python(tekst: str) -> None:
        run_block(Blok(pagina, 1, "python", "", tekst), naamruimte)

    gedaan = 0
    for regel, getoond, echt in hulp.work_through(pagina.read_text("utf-8"), tmp_path, python):
        if not hulp.same(getoond, echt, gelijk):
            assert echt == getoond, f"{regel}: run python docs/hulp.py"
        gedaan += 1
    assert gedaan == sum(
        len(list(hulp.split_console(b.tekst))) for b in blocks("console", pagina=pagina) if b.toets == "in-map"
    )


def test_the_pages_about_the_journaal_are_worked_through() -> None:
    assert {p.stem for p in PAGINAS} >= {"journaal"}


SLEUTEL, ANDER = "0a" * 32, "f3" * 32


def test_what_differs_each_time_must_differ_in_the_same_way() -> None:
    same = help_maker().same
    assert same(f"a {SLEUTEL}\n{SLEUTEL}\n", f"a {ANDER}\n{ANDER}\n", {})
    assert not same(f"a {SLEUTEL}\n{SLEUTEL}\n", f"a {ANDER}\n{SLEUTEL}\n", {})
    assert not same(f"a {SLEUTEL}\n", f"b {ANDER}\n", {})
    assert not same(f"a {SLEUTEL}\n", "a \n", {})
    gelijk: dict[str, str] = {}
    assert same(f"{SLEUTEL}\n", f"{ANDER}\n", gelijk)
    assert same(f"weer {SLEUTEL}\n", f"weer {ANDER}\n", gelijk)
    assert not same(f"weer {SLEUTEL}\n", f"weer {SLEUTEL}\n", gelijk)
    assert same("2026-11-22T10:00:00.000001Z\n", "2027-01-02T03:04:05.678901Z\n", {})
    # The digest of a decision is the same each time.
    assert not same(f"sha256:{SLEUTEL}\n", f"sha256:{ANDER}\n", {})
    assert same("a\n…\nb\n", "a\nx\ny\nb\n", {})
