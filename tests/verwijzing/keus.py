"""Where a generator takes its choices from: hypothesis, which shrinks what fails, or a seeded Random, which counts quickly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Keus:
    """A source of choices; the first option is the simplest."""

    def __init__(self, getal: Callable[[int], int]) -> None:
        self._getal = getal

    def below(self, grens: int) -> int:
        """Return a number from 0 up to but not including a bound."""
        return self._getal(grens)

    def one(self, opties: Sequence[T]) -> T:
        """Return one of the options."""
        return opties[self._getal(len(opties))]

    def some(self, opties: Sequence[T], minstens: int, hoogstens: int) -> list[T]:
        """Return a few different options, in their order."""
        gekozen: list[int] = []
        for _ in range(minstens + self._getal(hoogstens - minstens + 1)):
            nr = self._getal(len(opties))
            if nr not in gekozen:
                gekozen.append(nr)
        return [opties[nr] for nr in sorted(gekozen)]

    def chance(self, tiende: int) -> bool:
        """Return True so many times in ten."""
        return self._getal(10) >= 10 - tiende


def seeded(zaad: int) -> Keus:
    """Return choices that follow from a number."""
    return Keus(Random(zaad).randrange)


@cache
def _below(grens: int) -> st.SearchStrategy[int]:
    return st.integers(0, grens - 1)


def drawn(draw: Callable[[st.SearchStrategy[int]], Any]) -> Keus:
    """Return choices that hypothesis makes, remembers and shrinks."""
    return Keus(lambda grens: draw(_below(grens)) if grens > 1 else 0)


@st.composite
def keuzes(draw: Callable[[st.SearchStrategy[int]], Any]) -> Keus:
    """Give a test its Keus."""
    return drawn(draw)
