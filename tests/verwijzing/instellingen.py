"""How many examples the generated tests try: ``ZORGREGELS_FUZZ=20`` tries twenty times as many.

Whoever sets it also has what fails made smaller, which may take minutes; without it the seed or the blob says where to begin.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings

FUZZ = float(os.environ.get("ZORGREGELS_FUZZ", "1"))
_FASEN = [f for f in Phase if f is not Phase.explain and (f is not Phase.shrink or "ZORGREGELS_FUZZ" in os.environ)]


def examples(aantal: int) -> Callable[[Any], Any]:
    """Return the settings of a generated test: whole sectors are large examples, and slow machines are no fault."""
    return settings(
        max_examples=max(1, int(aantal * FUZZ)),
        deadline=None,
        print_blob=True,
        phases=_FASEN,
        suppress_health_check=list(HealthCheck),
    )
