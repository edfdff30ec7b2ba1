"""A curve in text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_BREED = 48


def draw_curve(punten: Mapping[int, float]) -> Sequence[str]:
    """Return a bar for every point, as long as its value; the scale starts at zero."""
    hoogste = max(punten.values())
    breed = max(len(str(k)) for k in punten)
    return [
        f"{k:>{breed}} rules  {'█' * max(1, round(v / hoogste * _BREED)):<{_BREED}}  {v:.2f}"
        for k, v in sorted(punten.items())
    ]
