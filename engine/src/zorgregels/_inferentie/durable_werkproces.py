"""The worker process of the durable engine, seen from the process that asks: started, watched, and ended when anything is amiss."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import Final

from .._canon import Json
from ..errors import InferentieError
from .durable_clausules import Portie
from .durable_fouten import absent, failure, untrusted

WERKER: Final = Path(__file__).with_name("durable_werker.py")
MAX_BERICHT: Final = 1 << 28
_START: Final = 60.0
"""Seconds for a worker to start: a busy machine may take long to load Python, and that says nothing of a decision."""


class Werkproces:
    """One worker. After an InferentieError it is gone; the next question needs a new one.

    Args:
        grens: seconds without an answer after which it counts as hanging.
        opdracht: what to start; left out: durable-rules.

    Raises:
        InferentieError: ZR-651 where durable-rules cannot be imported, else as for any question.
    """

    def __init__(self, grens: float, opdracht: Sequence[str] | None = None) -> None:
        if not hasattr(os, "fork") or not sys.executable:
            raise absent("hier kan geen Python als los proces worden gestart")
        self._grens = grens
        self._bij = 0
        self.geladen = 0
        """How many clauses it holds."""
        self.niveaus: set[int] = set()
        """The levels that it holds."""
        # -P: the folder of this file is no place to import from. No stderr: what durable-rules prints is nobody's answer.
        vast = [sys.executable, "-P", "-W", "ignore", str(WERKER), str(int(grens) + 60)]
        self._lijn, andere = socket.socketpair()
        with andere:
            self._proces = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
                vast if opdracht is None else list(opdracht),
                stdin=andere.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._einde = weakref.finalize(self, _end, self._proces, self._lijn, os.getpid())
        groet = self._receive(_START)
        if "weg" in groet:
            self.end()
            raise absent(str(groet["weg"]))
        if groet != {"klaar": True}:
            raise self._untrusted("het werkproces begint niet met een groet")

    @property
    def pid(self) -> int:
        """The process id."""
        return self._proces.pid

    def load(self, niveau: int, porties: Sequence[Portie]) -> None:
        """Give it the clauses of a level."""
        getallen: list[Json] = [[[c.hoofd, *c.lijf] for c in portie] for portie in porties]
        self._ask({"laad": niveau, "porties": getallen})
        if self._answer().keys() != {"bij"}:
            raise self._untrusted("het antwoord op laden is niet te begrijpen")
        self.niveaus.add(niveau)
        self.geladen += sum(map(len, porties))

    def chain(self, niveau: int, gevallen: Sequence[frozenset[int]]) -> Iterator[tuple[frozenset[int], int]]:
        """Yield for every set of literals those that follow, and how many clauses fired."""
        getallen: list[Json] = [[*sorted(g)] for g in gevallen]
        self._ask({"programma": niveau, "gevallen": getallen})
        for _ in gevallen:
            antwoord = self._answer()
            af, vuringen = antwoord.get("af"), antwoord.get("vuringen")
            if not isinstance(af, list) or type(vuringen) is not int or not all(type(n) is int for n in af):
                raise self._untrusted("het antwoord is niet te begrijpen")
            yield frozenset(n for n in af if isinstance(n, int)), vuringen

    def end(self) -> None:
        """End the process; in a forked child, let go of what is its parent's."""
        self._einde()

    # -- messages ------------------------------------------------------------------------------------------------

    def _ask(self, vraag: dict[str, Json]) -> None:
        self._bij += 1
        tekst = json.dumps({"bij": self._bij, **vraag}, separators=(",", ":")).encode()
        try:
            self._lijn.settimeout(self._grens)
            self._lijn.sendall(len(tekst).to_bytes(4, "big") + tekst)
        except TimeoutError:
            raise self._hangs() from None
        except OSError:
            raise self._crashed() from None

    def _answer(self) -> dict[str, Json]:
        antwoord = self._receive(self._grens)
        if "fout" in antwoord:
            raise self._untrusted(str(antwoord["fout"]))
        if antwoord.get("bij") != self._bij:
            raise self._untrusted("het antwoord hoort bij een andere vraag")
        return antwoord

    def _receive(self, grens: float) -> dict[str, Json]:
        einde = monotonic() + grens
        lengte = int.from_bytes(self._read(4, einde), "big")
        if lengte > MAX_BERICHT:
            raise self._untrusted("het antwoord is te lang")
        try:
            antwoord = json.loads(self._read(lengte, einde))
        except ValueError:
            raise self._untrusted("het antwoord is geen JSON") from None
        if not isinstance(antwoord, dict):
            raise self._untrusted("het antwoord is niet te begrijpen")
        return antwoord

    def _read(self, aantal: int, einde: float) -> bytes:
        stukken = bytearray()
        while len(stukken) < aantal:
            try:
                self._lijn.settimeout(max(einde - monotonic(), 0.001))
                stuk = self._lijn.recv(min(aantal - len(stukken), 1 << 16))
            except TimeoutError:
                raise self._hangs() from None
            except OSError:
                stuk = b""
            if not stuk:
                raise self._crashed()
            stukken += stuk
        return bytes(stukken)

    # -- failures ------------------------------------------------------------------------------------------------

    def _hangs(self) -> InferentieError:
        self.end()
        return failure("ZR-653", f"durable-rules gaf binnen {self._grens:g} seconden geen antwoord")

    def _crashed(self) -> InferentieError:
        try:
            code = self._proces.wait(1)
        except subprocess.TimeoutExpired:
            code = 0  # it closed its side without ending
        self.end()
        if code >= 0:
            return failure("ZR-652", f"het werkproces van durable-rules stopte midden in een vraag (exit {code})")
        try:
            naam = signal.Signals(-code).name
        except ValueError:
            naam = f"signaal {-code}"
        return failure("ZR-652", f"het werkproces van durable-rules stortte in ({naam})")

    def _untrusted(self, wat: str) -> InferentieError:
        self.end()
        return untrusted(wat)


def _end(proces: subprocess.Popen[bytes], lijn: socket.socket, eigenaar: int) -> None:
    lijn.close()
    if os.getpid() == eigenaar:
        proces.kill()
        proces.wait()
    else:
        proces.returncode = 0  # a forked child has no say over its parent's worker, and cannot wait for it
