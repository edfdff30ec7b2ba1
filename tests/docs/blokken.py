"""Reads the fenced blocks of the Markdown pages, each with the ``<!-- toets: … -->`` that stands above it."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TAAL = DOCS / "voorbeelden" / "taal"
PLUGIN = DOCS / "voorbeelden" / "zorgregels-voorbeeldzorg"
BRON = "src/zorgregels_voorbeeldzorg"
_BLOK = re.compile(r"(?:^<!-- toets: (?P<toets>[^\n]*?) -->\n)?^```(?P<soort>[^\n]*)\n(?P<tekst>.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Blok:
    """One fenced block."""

    pagina: Path
    regel: int
    soort: str
    toets: str
    tekst: str

    @property
    def id(self) -> str:
        return f"{self.pagina.relative_to(ROOT).as_posix()}:{self.regel}"


def pages() -> list[Path]:
    """Every page that people read, but for the pages about error codes."""
    eigen = [p for p in sorted(DOCS.rglob("*.md")) if not {"_build", "voorbeelden", "fouten"} & set(p.parts)]
    return [ROOT / "README.md", *sorted(ROOT.glob("plugins/*/README.md")), *eigen]


def blocks(soort: str, *, pagina: Path | None = None) -> Iterator[Blok]:
    """Yield the blocks of one language, of one page or of all."""
    for pad in [pagina] if pagina else pages():
        tekst = pad.read_text("utf-8")
        for m in _BLOK.finditer(tekst):
            if m["soort"].strip() == soort:
                yield Blok(pad, tekst.count("\n", 0, m.start("soort")) + 1, soort, m["toets"] or "", m["tekst"])


@cache
def help_maker() -> ModuleType:
    """``docs/hulp.py``, which makes what the pages show."""
    spec = importlib.util.spec_from_file_location("hulp", DOCS / "hulp.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
