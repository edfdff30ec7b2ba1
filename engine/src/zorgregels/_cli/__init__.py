"""The command line. Exit status: 0 done, 1 a check found something, 2 bad input or usage, 70 a fault of zorgregels itself."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

__all__ = ["main"]


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave; whatever happens, a user sees words and never a traceback."""
    from .afsluiten import run

    sys.exit(run(args))
