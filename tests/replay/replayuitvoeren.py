"""``zorgregels replay`` in a process of its own, with small stretches; a file, so that processes that it starts can begin afresh."""

from __future__ import annotations

import sys

from zorgregels._cli import main
from zorgregels._cli.groep import cli
from zorgregels._cli.replay import replay
from zorgregels._replay import opdracht

if __name__ == "__main__":
    defaults = opdracht.Opdracht.__init__.__defaults__
    assert defaults is not None
    opdracht.Opdracht.__init__.__defaults__ = (*defaults[:-1], int(sys.argv[1]))
    cli.add_command(replay)
    main(["replay", *sys.argv[2:]])
