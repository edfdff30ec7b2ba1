"""Every command that the documentation shows prints what the documentation says it prints."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from blokken import BRON, PLUGIN, ROOT, Blok, blocks

RUN = f"{shlex.quote(sys.executable)} -m zorgregels"
_NA = re.compile(r'na "(?P<van>.*)" wordt "(?P<naar>.*)"')


@dataclass(frozen=True)
class Opdracht:
    """One command with the output that is shown."""

    blok: Blok
    regel: str
    uitvoer: str


def _commands() -> Iterator[Opdracht]:
    for blok in blocks("console"):
        for deel in re.split(r"^\$ ", blok.tekst, flags=re.M)[1:]:
            regel, _, uitvoer = deel.partition("\n")
            yield Opdracht(blok, regel, uitvoer)


# What installs is run in test_installeren.py, what is worked through in one folder in test_in_map.py.
OPDRACHTEN = [
    o
    for o in _commands()
    if "zorgregels " in o.regel and o.blok.toets not in {"installeren", "in-map"} and "durable" not in o.regel
]


def _matches(getoond: str, echt: str) -> bool:
    """Whether an output is the one that is shown; a line with only … stands for any lines."""
    patroon = "".join(r"(?:.*\n)*" if r == "…" else re.escape(r) + r"\n" for r in getoond.splitlines())
    return re.fullmatch(patroon, echt) is not None


@pytest.mark.parametrize("o", OPDRACHTEN, ids=lambda o: f"{o.blok.id} {o.regel[:40]}")
def test_a_command_prints_what_is_shown(o: Opdracht, tmp_path: Path) -> None:
    for programma in ("jq", "sha256sum"):
        if programma in o.regel and shutil.which(programma) is None:
            pytest.skip(f"{programma} is not installed")
    regel = re.sub(r"(^|\| )zorgregels ", lambda m: f"{m[1]}{RUN} ", o.regel.rpartition("&& ")[2])
    hier = Path(shutil.copytree(PLUGIN, tmp_path / "plugin")) if o.blok.toets == "in-plugin" else ROOT
    klaar = subprocess.run(["bash", "-c", regel], cwd=hier, capture_output=True, encoding="utf-8", check=False)
    assert klaar.stderr == ""
    if not _matches(o.uitvoer, klaar.stdout):
        assert klaar.stdout == o.uitvoer


@pytest.mark.parametrize("blok", [b for b in blocks("text") if b.toets.startswith("na ")], ids=lambda b: b.id)
def test_a_mistake_gives_the_message_that_is_shown(blok: Blok, tmp_path: Path) -> None:
    m = _NA.fullmatch(blok.toets)
    assert m is not None, blok.toets
    hier = Path(shutil.copytree(PLUGIN, tmp_path / "plugin"))
    bestand = hier / BRON / "regelsets/2025/tarieven.yaml"
    tekst = bestand.read_text("utf-8")
    assert m["van"] in tekst
    bestand.write_text(tekst.replace(m["van"], m["naar"], 1), "utf-8")
    klaar = subprocess.run(
        [sys.executable, "-m", "zorgregels", "check"], cwd=hier, capture_output=True, encoding="utf-8", check=False
    )
    assert klaar.returncode == 1
    *meldingen, _telling = klaar.stdout.splitlines(keepends=True)
    assert "".join(meldingen) == blok.tekst


@pytest.mark.parametrize("blok", [b for b in blocks("javascript") if b.toets == "node"], ids=lambda b: b.id)
def test_the_javascript_finds_the_same_digest(blok: Blok) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    for zaak in ("consult.json", "domeinoverstijgende-afspraak.yaml", "bekostiging.yaml"):
        json = subprocess.run(
            [sys.executable, "-m", "zorgregels", "decide", "--json", f"voorbeelden/{zaak}"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        klaar = subprocess.run([node, "-e", blok.tekst], input=json, capture_output=True, check=True)
        assert klaar.stdout == b"true\n", zaak


@pytest.mark.parametrize(
    "blok",
    [b for s in ("text", "toml", "json") for b in blocks(s) if b.toets.startswith("staat-in ")],
    ids=lambda b: b.id,
)
def test_a_quotation_is_in_the_file_it_quotes(blok: Blok) -> None:
    assert blok.tekst in (ROOT / blok.toets.removeprefix("staat-in ")).read_text("utf-8")


def test_outputs_are_compared() -> None:
    assert _matches("a\n…\nb\n", "a\nx\ny\nb\n")
    assert not _matches("a\nb\n", "a\nc\n")
    assert len(OPDRACHTEN) >= 6
