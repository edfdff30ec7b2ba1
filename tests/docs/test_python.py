"""Every Python block is run, page by page, in the order in which a reader would run it; what it claims after ``# →`` is compared."""

from __future__ import annotations

import ast
import io
import tokenize
from itertools import groupby
from pathlib import Path

import pytest
from blokken import Blok, blocks

# Pages that are worked through in one folder, commands and Python in turn, are tried in test_in_map.py.
PAGINAS = {
    p: list(b)
    for p, b in groupby(blocks("python"), key=lambda b: b.pagina)
    if not any(b.toets == "in-map" for b in blocks("console", pagina=p))
}
_PIJL = "# → "


def _claims(tekst: str) -> dict[int, str]:
    """What the comments say, by line."""
    return {
        t.start[0]: t.string.removeprefix(_PIJL)
        for t in tokenize.generate_tokens(io.StringIO(tekst).readline)
        if t.type == tokenize.COMMENT and t.string.startswith(_PIJL)
    }


def run_block(blok: Blok, naamruimte: dict[str, object]) -> int:
    """Run a block; return how many claims were compared."""
    beweringen = _claims(blok.tekst)
    for deel in ast.parse(blok.tekst).body:
        gezegd = beweringen.pop(deel.end_lineno or 0, None)
        if gezegd is None:
            exec(compile(ast.Module([deel], []), blok.id, "exec"), naamruimte)
            continue
        assert isinstance(deel, ast.Expr), f"{blok.id}: only an expression has a value"
        waarde = eval(compile(ast.Expression(deel.value), blok.id, "eval"), naamruimte)
        assert gezegd in {str(waarde), repr(waarde)}, f"{blok.id}, line {deel.lineno}"
    assert not beweringen, f"{blok.id}: nothing stands before {beweringen}"
    return len(_claims(blok.tekst))


@pytest.mark.parametrize("pagina", PAGINAS, ids=lambda p: "/".join(p.parts[-2:]))
def test_the_python_on_a_page_does_what_it_says(pagina: Path) -> None:
    naamruimte: dict[str, object] = {"__file__": str(pagina), "__name__": "pagina"}
    for blok in PAGINAS[pagina]:
        run_block(blok, naamruimte)


def test_a_claim_is_compared() -> None:
    goed = Blok(Path(__file__), 1, "python", "", "x = 1\nx + 1  # → 2\n")
    fout = Blok(Path(__file__), 1, "python", "", "x = 1\nx + 1  # → 3\n")
    assert run_block(goed, {}) == 1
    with pytest.raises(AssertionError):
        run_block(fout, {})


def test_the_pages_that_embed_have_python() -> None:
    assert {"README.md", "inbedden.md", "beginnen.md", "semantiek.md", "haken.md"} <= {
        b.pagina.name for b in blocks("python")
    }
