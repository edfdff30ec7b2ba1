"""The vragen: what can be asked, and in which words it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Uitkomst(Enum):
    """The three values of an answer."""

    # Members are one of a kind; Enum hashes them by name, in Python, and that is felt.
    __hash__ = object.__hash__

    JA = "ja"
    NEE = "nee"
    ONBEKEND = "onbekend"

    def __bool__(self) -> bool:
        """Refuse to be a condition: ``if beslissing.uitkomst`` would take a ``nee`` for a yes.

        Raises:
            TypeError: always.
        """
        raise TypeError("een Uitkomst heeft drie waarden: vergelijk met `is Uitkomst.JA`")


@dataclass(frozen=True, slots=True)
class Vraag:
    """A question with the oordeel for each outcome; ``routes`` says that it is answered route by route."""

    naam: str
    titel: str
    ja: str
    nee: str
    onbekend: str = "onbekend"
    routes: bool = False

    def oordeel(self, uitkomst: Uitkomst) -> str:
        """Return the label of an outcome."""
        return {Uitkomst.JA: self.ja, Uitkomst.NEE: self.nee, Uitkomst.ONBEKEND: self.onbekend}[uitkomst]


VRAGEN: Final[Mapping[str, Vraag]] = {
    v.naam: v
    for v in (
        Vraag("declaratie", "Mag deze prestatie in rekening worden gebracht?", "toegestaan", "niet_toegestaan"),
        Vraag("aanvraag", "Voldoet deze aanvraag, en welke termijnen lopen?", "voldoet", "voldoet_niet"),
        Vraag("afspraak", "Is deze afspraak deugdelijk, en hoe worden de kosten verdeeld?", "voldoet", "voldoet_niet"),
        Vraag("bekostiging", "Welke wegen van bekostiging staan open?", "route_open", "geen_route", routes=True),
    )
}
