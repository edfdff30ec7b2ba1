"""Writes the decisions of one Engine to its Journaal, those of several threads together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from .._besluit.beslissing import Beslissing, Journaalplek
from .griffier import Griffier, Paar
from .journaal import Journaal


@dataclass(slots=True)
class _Opdracht:
    """Decisions of one thread that wait to be written."""

    paren: Sequence[Paar]
    klaar: list[Beslissing] | None = None
    fout: BaseException | None = None


class Boekhouder:
    """Records decisions. Threads that record at the same time are written together."""

    def __init__(self, journaal: Journaal, griffier: Griffier, *, eigen: bool) -> None:
        self._journaal = journaal
        self._griffier = griffier
        self._eigen = eigen
        self._wacht: list[_Opdracht] = []
        self._schuif = threading.Lock()
        self._pen = threading.Lock()

    def record(self, paren: Sequence[Paar]) -> list[Beslissing]:
        """Write decisions; return them, with their place, when they are durable.

        Raises:
            JournaalError: they cannot be written, and may not be given.
        """
        opdracht = _Opdracht(paren)
        with self._schuif:
            self._wacht.append(opdracht)
        with self._pen:  # who holds it writes for all who wait
            if opdracht.klaar is None and opdracht.fout is None:
                with self._schuif:
                    samen, self._wacht = self._wacht, []
                self._write(samen)
        if opdracht.fout is not None:
            raise opdracht.fout
        assert opdracht.klaar is not None
        return opdracht.klaar

    def _write(self, samen: list[_Opdracht]) -> None:
        paren = [paar for o in samen for paar in o.paren]
        try:
            nr = (
                self._journaal.append(lambda s, begin, tijd: self._griffier.make(s, begin, tijd, paren)) if paren else 0
            )
        except BaseException as fout:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
            self._griffier.forget()
            for o in samen:
                o.fout = fout
            return
        for o in samen:
            o.klaar = [besluit.beslissing for _, besluit in o.paren]
            for plek, beslissing in enumerate(o.klaar, start=nr):
                # Nobody has seen it yet; a copy would take longer than everything else here.
                object.__setattr__(beslissing, "journaal", Journaalplek(self._journaal.log, plek))
            nr += len(o.paren)

    def close(self) -> None:
        """Let go of a Journaal that was opened for this Engine."""
        if self._eigen:
            self._journaal.close()
