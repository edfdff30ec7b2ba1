"""Canonical JSON of what does not fit in memory: the same bytes as ``canonical``, in pieces, with lists that are read as they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from .._canon import Json, canonical, canonical_text


@dataclass(frozen=True, slots=True)
class Stroom:
    """A list that is made anew each time it is read."""

    maak: Callable[[], Iterable[Json]]


Groot = Json | Stroom | Mapping[str, "Groot"]


def pieces(waarde: Groot) -> Iterator[str]:
    """Yield the canonical JSON of a value."""
    if isinstance(waarde, Stroom):
        yield "["
        for nr, deel in enumerate(waarde.maak()):
            yield "," + canonical(deel) if nr else canonical(deel)
        yield "]"
    elif isinstance(waarde, Mapping):
        yield "{"
        for nr, naam in enumerate(sorted(waarde)):
            yield ("," if nr else "") + canonical_text(naam) + ":"
            yield from pieces(waarde[naam])
        yield "}"
    else:
        yield canonical(waarde)
