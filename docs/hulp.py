"""Writes docs/opdrachten.md, and the outputs that README.md and the pages show, as they are now; tests compare.

Run ``python docs/hulp.py`` after the command line or a plugin changed, and read the difference before you keep it.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from zorgregels._cli.groep import cli

PAGINA = Path(__file__).with_name("opdrachten.md")
ROOT = PAGINA.parents[1]
BREEDTE = 100
_ROEP = f"{shlex.quote(sys.executable)} -m zorgregels "
_CONSOLE = re.compile(r"(?<!-->\n)^```console\n(.*?)^```$", re.M | re.S)
IN_MAP = "<!-- toets: in-map -->\n"
_WERK = re.compile(rf"(?P<map>{IN_MAP})?^```(?P<soort>console|python)\n(?P<tekst>.*?)^```$", re.M | re.S)
_TOEVAL = re.compile(
    r"(?<!sha256:)\b[0-9a-f]{32,128}\b|\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z|\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
)
KOP = """\
# Commands

Installed with the package; `python -m zorgregels` does the same. Commands write Dutch, as their readers are.
This page is made from the program by `docs/hulp.py`.

- `BESTAND` is JSON or YAML, by its suffix or else by how it begins; `-` is standard input. A zaak is at most 1,000,000 bytes.
- Answers go to standard output, faults to standard error. With `--json`, or in a stream, both go to standard output as
  JSON, a fault as `{"fout": {…}}`.
- `--plugins` states which plugins take part. Without it all that are installed do: right for trying things out, wrong for
  anything else.
- `NO_COLOR` switches colours off. `ZORGREGELS_CACHE` is the folder that remembers rule files (empty: none).
  `ZORGREGELS_SLEUTELS` is the folder of the keys of a [Journaal](journaal.md). `ZORGREGELS_DEBUG=1` shows where zorgregels itself
  went wrong.

| exit status | means |
|---|---|
| 0 | done; also for a decision that is `nee` or `onbekend` |
| 1 | a check found something |
| 2 | wrong input or usage, or no decision is possible; of a stream: at least one line was not decided |
| 70 | a fault of zorgregels itself (ZR-999): there is no answer |
| 130, 141 | interrupted; whoever read the output has gone |
"""


def commands(
    opdracht: click.Command, namen: tuple[str, ...] = ("zorgregels",)
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield a command and all under it, with the words by which each is called."""
    yield namen, opdracht
    if isinstance(opdracht, click.Group):
        for naam in sorted(opdracht.commands):
            yield from commands(opdracht.commands[naam], (*namen, naam))


def help_text(namen: tuple[str, ...], opdracht: click.Command) -> str:
    """Return the help of one command, at a fixed width."""
    context = opdracht.context_class(
        opdracht, info_name=" ".join(namen), terminal_width=BREEDTE, help_option_names=["-h", "--help"]
    )
    return opdracht.get_help(context).rstrip()


def page() -> str:
    """Return the page of commands."""
    delen = [KOP]
    for namen, opdracht in commands(cli):
        delen.append(f"## `{' '.join(namen)}`\n\n```text\n{help_text(namen, opdracht)}\n```\n")
    return "\n".join(delen)


def _refresh(blok: re.Match[str]) -> str:
    """Return a console block with the outputs of now. One that leaves lines out (…), or only installs, stays as it is."""
    delen = []
    for deel in re.split(r"^\$ ", blok[1], flags=re.M)[1:]:
        regel, _, uitvoer = deel.partition("\n")
        if "zorgregels " in regel and "…" not in uitvoer.splitlines():
            echt = re.sub(r"(^|\| )zorgregels ", lambda m: m[1] + _ROEP, regel.rpartition("&& ")[2])
            # The commands are those of our own pages.
            klaar = subprocess.run(["bash", "-c", echt], cwd=ROOT, capture_output=True, check=True)  # noqa: S603, S607
            uitvoer = klaar.stdout.decode()
        delen.append(f"$ {regel}\n{uitvoer}")
    return f"```console\n{''.join(delen)}```"


# -- pages that are worked through in one folder ---------------------------------------------------------------------


def work_through(tekst: str, map_: Path, python: Callable[[str], object]) -> Iterator[tuple[str, str, str]]:
    """Do what a page does in its blocks ``in-map``, and in its Python between them, in this folder; yield command, shown output and output.

    The folder gets the examples and the example plugin. What is drawn at random, keys and digests over them, and the time differ each time.
    """
    shutil.copytree(ROOT / "voorbeelden", map_ / "voorbeelden", dirs_exist_ok=True)
    plugin = next((PAGINA.parent / "voorbeelden/zorgregels-voorbeeldzorg").rglob("plugin.yaml")).parent
    shutil.copytree(plugin, map_ / "voorbeeldzorg", ignore=shutil.ignore_patterns("*.py*"), dirs_exist_ok=True)
    with contextlib.chdir(map_):
        for blok in _WERK.finditer(tekst):
            if blok["soort"] == "python":
                python(blok["tekst"])
            elif blok["map"]:
                for regel, getoond in split_console(blok["tekst"]):
                    yield regel, getoond, _run(regel)


def split_console(tekst: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a console block with its output."""
    for deel in re.split(r"^\$ ", tekst, flags=re.M)[1:]:
        regel, _, uitvoer = deel.partition("\n")
        yield regel, uitvoer


def _run(regel: str) -> str:
    echt = re.sub(r"(^|\| )zorgregels ", lambda m: m[1] + _ROEP, regel)
    echt = re.sub(r"^python ", f"{shlex.quote(sys.executable)} ", echt)
    omgeving = {k: w for k, w in os.environ.items() if k != "ZORGREGELS_SLEUTELS"}
    # The commands are those of our own pages; one that finds something leaves with another status than 0.
    klaar = subprocess.run(["bash", "-c", echt], env=omgeving, capture_output=True, check=False)  # noqa: S603, S607
    return klaar.stdout.decode() + klaar.stderr.decode()


def same(getoond: str, echt: str, gelijk: dict[str, str]) -> bool:
    """Whether an output is the one that is shown, but for what differs each time: that must differ in the same way everywhere.

    A line with only … stands for any lines.

    Args:
        getoond: what the page shows.
        echt: what was printed.
        gelijk: what stands on the page for what; added to.
    """
    nieuw: dict[str, str] = {}

    def pattern(regel: str) -> str:
        uit, plek = "", 0
        for m in _TOEVAL.finditer(regel):
            uit += re.escape(regel[plek : m.start()])
            plek = m.end()
            if m[0] in gelijk:
                uit += re.escape(gelijk[m[0]])
            elif m[0] in nieuw:
                uit += f"(?P={nieuw[m[0]]})"
            else:
                nieuw[m[0]] = f"v{len(nieuw)}"
                uit += f"(?P<{nieuw[m[0]]}>{_TOEVAL.pattern})"
        return uit + re.escape(regel[plek:]) + r"\n"

    gevonden = re.fullmatch("".join(r"(?:.*\n)*" if r == "…" else pattern(r) for r in getoond.splitlines()), echt)
    if gevonden is None:
        return False
    gelijk |= {oud: gevonden[naam] for oud, naam in nieuw.items()}
    return True


def _renew(tekst: str) -> str:
    """Return a page that is worked through in one folder with the outputs of now, where those it shows are no longer right."""
    gelijk: dict[str, str] = {}
    namen: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as map_:
        gedaan = list(work_through(tekst, Path(map_), lambda blok: exec(blok, namen)))  # noqa: S102 - our own pages
    if all(same(getoond, echt, gelijk) for _, getoond, echt in gedaan):
        return tekst
    uitvoer = iter(echt if "…" not in getoond.splitlines() else getoond for _, getoond, echt in gedaan)

    def refresh(blok: re.Match[str]) -> str:
        if not blok["map"]:
            return blok[0]
        delen = "".join(f"$ {regel}\n{next(uitvoer)}" for regel, _ in split_console(blok["tekst"]))
        return f"{IN_MAP}```console\n{delen}```"

    return _WERK.sub(refresh, tekst)


if __name__ == "__main__":
    PAGINA.write_text(page(), "utf-8")
    for pagina in (ROOT / "README.md", *sorted(PAGINA.parent.glob("*.md"))):
        oud = pagina.read_text("utf-8")
        nieuw = _renew(oud) if IN_MAP in oud else oud
        nieuw = _CONSOLE.sub(_refresh, nieuw)
        if nieuw != oud:
            pagina.write_text(nieuw, "utf-8")
