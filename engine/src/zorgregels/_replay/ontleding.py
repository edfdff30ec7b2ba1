"""The content of a Beslissing as it is recorded, taken apart: its steps, and all that is not a step."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

Data = Any
_ONTHOUDEN: Final = 20_000


class Stap(NamedTuple):
    """A step of the Motivering, as its JSON has it."""

    regel: str
    regelset: str
    resultaat: str
    beslissend: bool
    tekst: str
    json: Mapping[str, Data]

    @property
    def zonder_versie(self) -> dict[str, Data]:
        """The step but for the version of its regelset."""
        return {**self.json, "regelset": self.regelset.partition("@")[0]}


class Ontleed(NamedTuple):
    """A content in parts."""

    stappen: tuple[Stap, ...]
    rest: Mapping[str, Data]
    """Every member of the content but ``motivering``."""

    def step(self, regel: str) -> Stap | None:
        """Return the step of a rule: it has one at most."""
        return next((s for s in self.stappen if s.regel == regel), None)


class Ontleder:
    """Takes contents apart. Parts come back all the time; what they hold is remembered, within bounds."""

    def __init__(self) -> None:
        self._stappen: dict[bytes, Stap] = {}
        self._rest: dict[tuple[bytes, bytes], Mapping[str, Data]] = {}

    def parse(self, delen: Sequence[bytes]) -> Ontleed:
        """Return the content of which these are kop, steps and slot; of an undated one there is a kop at most, and an empty slot.

        Raises:
            ValueError: they are no content.
        """
        if not delen:
            raise ValueError(delen)
        slot = delen[-1] if len(delen) > 1 else b""
        return Ontleed(tuple([self._stap(d) for d in delen[1:-1]]), self._around(delen[0], slot))

    def _stap(self, tekst: bytes) -> Stap:
        stap = self._stappen.get(tekst)
        if stap is None:
            stap = _read_step(tekst)
            if len(self._stappen) >= _ONTHOUDEN:
                self._stappen.clear()
            self._stappen[tekst] = stap
        return stap

    def _around(self, kop: bytes, slot: bytes) -> Mapping[str, Data]:
        rest = self._rest.get((kop, slot))
        if rest is None:
            data: Data = json.loads(kop + slot)
            if not isinstance(data, dict):
                raise ValueError(kop)
            rest = {naam: waarde for naam, waarde in data.items() if naam != "motivering"}
            if len(self._rest) >= _ONTHOUDEN:
                self._rest.clear()
            self._rest[kop, slot] = rest
        return rest


def _read_step(tekst: bytes) -> Stap:
    data: Data = json.loads(tekst)
    try:
        teksten = [data[naam] for naam in ("regel", "regelset", "resultaat", "tekst")]
        if type(data["beslissend"]) is not bool or any(type(t) is not str for t in teksten):
            raise ValueError(tekst)
    except (KeyError, TypeError):
        raise ValueError(tekst) from None
    return Stap(data["regel"], data["regelset"], data["resultaat"], data["beslissend"], data["tekst"], data)
