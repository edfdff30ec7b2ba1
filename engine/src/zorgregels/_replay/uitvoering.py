"""Does the work of a replay, over as many processes as there are cores, and goes on where an earlier run was interrupted."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context, parent_process
from typing import NamedTuple

from .._lezen.meldingen import Melding
from ..errors import JournaalError
from .bron import open_source
from .opdracht import Opdracht
from .reeks import Doorloper, stretches
from .staat import Staat

Meld = Callable[[int, int], None]
"""Is told how many records are done, and of how many."""


def usable_cores() -> int:
    """Return how many processes can work at once here."""
    eigen = getattr(os, "sched_getaffinity", None)
    return len(eigen(0)) if eigen is not None else os.cpu_count() or 1


def run(opdracht: Opdracht, omvang: int, staat: Staat, werkers: int, meld: Meld) -> int:
    """Go through the first ``omvang`` records; what came of each stretch is in ``staat`` then.

    What was kept of an earlier run spares deciding, and never reading: it counts only where the source still gives all
    that it was made from.

    Args:
        opdracht: what is asked.
        omvang: how many records the head stands for.
        staat: where finished stretches are kept.
        werkers: how many processes work at once.
        meld: is told how far it is.

    Returns:
        How many records need not be decided again.

    Raises:
        JournaalError: the source cannot be read, or a process came to an end.
    """
    alle = list(stretches(omvang, opdracht.reeks))
    klaar = gespaard = 0
    meld(klaar, omvang)
    stroom = (
        _alone(opdracht, alle, staat) if min(werkers, len(alle)) <= 1 else _together(opdracht, alle, staat, werkers)
    )
    for gedaan in stroom:
        klaar += gedaan.aantal
        gespaard += gedaan.gespaard
        meld(klaar, omvang)
    return gespaard


def _alone(opdracht: Opdracht, alle: Sequence[tuple[int, int]], staat: Staat) -> Iterator[_Gedaan]:
    werk = _Werk(opdracht, staat)
    try:
        for van, tot in alle:
            yield werk.do(van, tot)
    finally:
        werk.close()


def _together(opdracht: Opdracht, alle: Sequence[tuple[int, int]], staat: Staat, werkers: int) -> Iterator[_Gedaan]:
    # Started afresh and not forked off: a connection or a thread of this process is nothing to inherit.
    pool = ProcessPoolExecutor(
        min(werkers, len(alle)),
        get_context("spawn"),
        initializer=_begin,
        initargs=(opdracht, replace(staat, sleutels=None)),
    )
    try:
        with _interrupts_held():
            werk = [pool.submit(_do, van, tot) for van, tot in alle]
        for klaar in as_completed(werk):
            yield klaar.result()
    except BrokenProcessPool:
        tekst = "een werkproces is onverwacht gestopt"
        hulp = "Wat klaar was is bewaard: dezelfde opdracht gaat daar verder. Geef --werkers 1 als er te weinig geheugen is."
        raise JournaalError([Melding("ZR-922", tekst, hulp)]) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while processes are started: they inherit that, so it never reaches one, also not one that is still starting."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    eerder = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, eerder)


class _Gedaan(NamedTuple):
    """What came of a stretch, in records."""

    aantal: int
    gespaard: int
    """How many of them an earlier run had decided."""


class _Werk:
    """One process at work: its own reading end, and all that it makes and keeps."""

    def __init__(self, opdracht: Opdracht, staat: Staat) -> None:
        self._bron = open_source(opdracht.bron)
        self._doorloper = Doorloper(self._bron, opdracht)
        self._staat = replace(staat, sleutels=self._bron.sleutels)  # no other process is told a key

    def do(self, van: int, tot: int) -> _Gedaan:
        """Go through a stretch and keep what came of it, unless that is kept of this very stretch already."""
        bewaard = self._staat.recall(van)
        if bewaard is not None and bewaard["gelezen"] == self._doorloper.read(van, tot):
            return _Gedaan(tot - van, tot - van)
        self._staat.keep(van, self._doorloper.run(van, tot).to_dict())
        return _Gedaan(tot - van, 0)

    def close(self) -> None:
        """Release what it holds."""
        self._doorloper.close()
        self._bron.opslag.close()


_HIER: list[_Werk] = []
"""The work of this process, where it is a worker."""


def _begin(opdracht: Opdracht, staat: Staat) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where Ctrl-C could not be held back (Windows)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _HIER.append(_Werk(opdracht, staat))


def _end_with_parent() -> None:
    """A parent that is killed cannot say so: nobody would ever end this process."""
    ouder = parent_process()
    if ouder is not None:
        ouder.join()
        os._exit(1)


def _do(van: int, tot: int) -> _Gedaan:
    return _HIER[0].do(van, tot)
