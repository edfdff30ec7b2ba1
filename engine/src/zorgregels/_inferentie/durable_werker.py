"""The worker: durable-rules and integers, in a process that may be lost.

Started by its path, so that nothing of zorgregels is imported here and nothing that an author or a zaak says ever gets here. On file
descriptor 0 is a socket; a message is four bytes with its length and then JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

SID: Final = "z"
BREED: Final = 50
"""A fact is two small numbers, so that no level of the network is wider than this."""


class Fout(Exception):
    """What durable-rules did cannot be trusted."""


class Ruleset:
    """One portion of clauses in durable-rules; one case at a time."""

    def __init__(self, host: Any, naam: str, clausules: list[list[int]]) -> None:
        self._host, self._naam = host, naam
        self._lijven = {literaal for _, *lijf in clausules for literaal in lijf}
        # Number 0 is the fact that primes the ruleset: delete_state crashes where no rule ever fired.
        self._plek = {literaal: nr for nr, literaal in enumerate(sorted(self._lijven), 1)}
        self._gedaan: set[int] = set()
        self._bekend: set[int] = set()
        self._fout = ""
        regels: dict[str, object] = {
            f"r{nr}": {"all": [_pattern(i, self._plek[a]) for i, a in enumerate(lijf)], "run": self._action(nr, hoofd)}
            for nr, (hoofd, *lijf) in enumerate(clausules)
        }
        regels["begin"] = {"all": [_pattern(0, 0)], "run": self._action(-1, -1)}
        # Every fact is handled by some rule; a fact that none handles is dropped with an error that actions swallow.
        regels["vang"] = {"all": [{"f0": {"$ex": {"a": 1}}}, {"f1": {"nooit": 1}}], "run": self._action(-2, -2)}
        host.set_rulesets({naam: regels})
        self._plek[-3] = 0
        self._run([-3])
        if self._gedaan != {-1}:
            raise Fout("de proefregel ging niet af")

    def _action(self, nr: int, hoofd: int) -> Callable[[Any], None]:
        def fire(c: Any) -> None:  # exactly one parameter: with a second one durable-rules waits for a callback
            try:
                if nr in self._gedaan:
                    raise Fout(f"regel {nr} ging tweemaal af")
                self._gedaan.add(nr)
                if hoofd >= 0 and hoofd not in self._bekend:
                    self._bekend.add(hoofd)
                    if hoofd in self._lijven:
                        c.assert_fact(self._fact(hoofd))
            except BaseException as fout:  # noqa: BLE001 - durable-rules swallows whatever leaves an action
                self._fout = self._fout or repr(fout)

        return fire

    def _fact(self, literaal: int) -> dict[str, int | str]:
        plek = self._plek[literaal]
        return {"sid": SID, "id": str(plek), "a": plek // BREED, "b": plek % BREED}

    def _run(self, literalen: list[int]) -> None:
        self._gedaan.clear()
        self._fout = ""
        try:
            for literaal in literalen:
                self._host.assert_fact(self._naam, self._fact(literaal))
                if self._fout:
                    raise Fout(self._fout)
            ingeslikt = self._host.get_state(self._naam, SID).get("exception")
            if ingeslikt:
                raise Fout(ingeslikt)
        finally:
            self._host.delete_state(self._naam, SID)

    def chain(self, bekend: set[int]) -> int:
        """Add to the literals what follows from them; return how many rules fired."""
        vragen = sorted(bekend & self._lijven)
        if not vragen:
            return 0
        self._bekend = bekend
        self._run(vragen)
        return len(self._gedaan)


def _pattern(nr: int, plek: int) -> dict[str, object]:
    return {f"f{nr}": {"$and": [{"a": plek // BREED}, {"b": plek % BREED}]}}


def make_host() -> Any:
    """Return a durable-rules host without its two background threads."""
    host: Any = import_module("durable.engine").Host

    class QuietHost(host):  # type: ignore[misc]
        def _run(self) -> None:
            """No threads: everything happens in the call that asserts."""

    return QuietHost()


def serve(host: Any, noodrem: int) -> None:
    """Answer until there is nothing more to answer.

    One step may take ``noodrem`` seconds. The process that asks has run out of patience long before that; should it be gone,
    then the alarm ends this process, also where durable-rules hangs in C.
    """
    programmas: dict[int, list[Ruleset]] = {}
    while (vraag := receive()) is not None:
        signal.alarm(noodrem)
        if "laad" in vraag:
            nr = vraag["laad"]
            programmas[nr] = [Ruleset(host, f"n{nr}p{i}", portie) for i, portie in enumerate(vraag["porties"])]
            send({"bij": vraag["bij"]})
        for geval in vraag.get("gevallen", ()):
            signal.alarm(noodrem)
            bekend = set(geval)
            vuringen = sum([ruleset.chain(bekend) for ruleset in programmas[vraag["programma"]]])
            send({"bij": vraag["bij"], "af": sorted(bekend.difference(geval)), "vuringen": vuringen})
        signal.alarm(0)


def read_exactly(aantal: int) -> bytes:
    """Return that many bytes, or fewer where the other side is gone."""
    stukken = b""
    while len(stukken) < aantal:
        stuk = os.read(0, aantal - len(stukken))
        if not stuk:
            break
        stukken += stuk
    return stukken


def receive() -> Any:
    """Return the next message, or None at the end."""
    lengte = read_exactly(4)
    return json.loads(read_exactly(int.from_bytes(lengte, "big"))) if len(lengte) == 4 else None


def send(bericht: Any) -> None:
    """Send a message."""
    tekst = json.dumps(bericht, separators=(",", ":")).encode()
    rest = memoryview(len(tekst).to_bytes(4, "big") + tekst)
    while rest:
        rest = rest[os.write(0, rest) :]


def main(noodrem: int) -> int:
    """Serve the process that started this one."""
    warnings.simplefilter("ignore")  # durable-rules calls what Python 3.12 deprecates, in every action
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
    try:
        host = make_host()
    except Exception as fout:  # noqa: BLE001 - whatever an extension module does when it cannot be had
        send({"weg": f"{type(fout).__name__}: {fout}"})
        return 1
    send({"klaar": True})
    try:
        serve(host, noodrem)
    except (BrokenPipeError, ConnectionResetError):
        return 0
    except BaseException as fout:  # noqa: BLE001 - every failure is reported, and then this process is not used again
        send({"fout": f"{type(fout).__name__}: {fout}"[:500]})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
