"""Writes docs/opdrachten.md, and the outputs that README.md and the pages show, as they are now; tests compare.

Run ``python docs/hulp.py`` after the command line or a plugin changed, and read the difference before you keep it.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from zorgregels._cli.groep import cli

PAGINA = Path(__file__).with_name("opdrachten.md")
ROOT = PAGINA.parents[1]
BREEDTE = 100
_ROEP = f"{shlex.quote(sys.executable)} -m zorgregels "
_CONSOLE = re.compile(r"(?<!-->\n)^```console\n(.*?)^```$", re.M | re.S)
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
  `ZORGREGELS_DEBUG=1` shows where zorgregels itself went wrong.

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


if __name__ == "__main__":
    PAGINA.write_text(page(), "utf-8")
    for pagina in (ROOT / "README.md", *sorted(PAGINA.parent.glob("*.md"))):
        oud = pagina.read_text("utf-8")
        nieuw = _CONSOLE.sub(_refresh, oud)
        if nieuw != oud:
            pagina.write_text(nieuw, "utf-8")
