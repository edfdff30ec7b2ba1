"""The worlds in which recorded decisions were made: revived from documents alone, each once, and kept within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from .._besluiter import Besluiter
from .._laden.wereld import revive_lading
from .._plan.plan import facts_read
from .._taal.vraag import Vraag
from ..errors import JournaalError, ZorgregelsError
from .bron import Bron
from .feitlezer import Feitlezer
from .uitbreiding import extend

if TYPE_CHECKING:
    from .._inferentie import Inferentie
    from .._laden.lading import Lading
    from .._werk import Werk
    from .toevoeging import Toevoeging

Data = Any
_MEEST: Final = 12


class Onbruikbaar(Exception):
    """A world cannot be made again."""

    def __init__(self, reden: str, uitleg: str) -> None:
        self.reden, self.uitleg = reden, uitleg
        super().__init__(reden, uitleg)


@dataclass(slots=True)
class Wereld:
    """All that decides the zaken of one Lading."""

    besluiter: Besluiter
    feiten: Feitlezer
    vragen: Mapping[str, Vraag]
    lading: Lading
    _leest: dict[int, tuple[Werk, frozenset[str]]] = field(default_factory=dict)
    _alles: dict[str, frozenset[str]] = field(default_factory=dict)

    def reads(self, vraag: str, werk: Werk | None) -> frozenset[str]:
        """Return the given facts that tell which rules count and that those rules read; of a list ``lijst`` and ``lijst.veld``.

        Without a Werk, where the year cannot be told, what the rules of any year read.
        """
        if werk is None:
            if vraag not in self._alles:
                regels = (r for s in self.lading.sectoren for rs in s.regelsets for r in rs.regels if r.vraag == vraag)
                self._alles[vraag] = facts_read(regels) | self.scope(vraag)
            return self._alles[vraag]
        bekend = self._leest.get(id(werk))
        if bekend is None:
            leest = facts_read(p.regel for p in werk.plan.regels) | self.scope(vraag)
            bekend = self._leest[id(werk)] = (werk, leest)  # the Werk is kept: nothing else has its id
        return bekend[1]

    def scope(self, vraag: str) -> frozenset[str]:
        """Return the given facts that tell which rules count."""
        return self.besluiter.werkplaats.reads(vraag)


class Werelden:
    """Makes worlds by the digest of their Lading, each with and without what is added."""

    def __init__(self, bron: Bron, inferentie: Inferentie, met: Toevoeging) -> None:
        self._bron = bron
        self._inferentie = inferentie
        self._met = met
        self._bekend: dict[tuple[str, bool], Wereld | Onbruikbaar] = {}

    def find(self, lading: str, *, uitgebreid: bool) -> Wereld:
        """Return the world of a Lading, with what is added where that is asked.

        Raises:
            Onbruikbaar: it cannot be made again.
        """
        sleutel = (lading, uitgebreid and bool(self._met))
        wereld = self._bekend.pop(sleutel, None)
        if wereld is None:
            if len(self._bekend) >= _MEEST:
                del self._bekend[next(iter(self._bekend))]  # the one that was used longest ago
            try:
                wereld = self._make(*sleutel)
            except Onbruikbaar as fout:
                wereld = fout
        self._bekend[sleutel] = wereld
        if isinstance(wereld, Onbruikbaar):
            raise wereld
        return wereld

    def _make(self, merk: str, uitgebreid: bool) -> Wereld:  # noqa: FBT001 - a key of the memory
        manifest = self._bron.document(merk)
        if manifest is None:
            raise self.missing(merk, "de lading")
        try:
            gewoon = revive_lading(manifest, self._bron.opslag.blok)
            lading = revive_lading(*extend(manifest, self._bron.opslag.blok, self._met)) if uitgebreid else gewoon
        except JournaalError as fout:
            raise Onbruikbaar("blok", "; ".join(m.tekst for m in fout.meldingen)) from None
        except ZorgregelsError as fout:
            raise Onbruikbaar("past_niet", f"{fout.code} {fout.meldingen[0].tekst}") from None
        except (KeyError, LookupError, TypeError, ValueError, AttributeError) as fout:
            raise Onbruikbaar("blok", f"de lading {merk[:19]}… is niet te lezen ({type(fout).__name__})") from None
        besluiter = Besluiter(lading, self._inferentie)
        return Wereld(besluiter, Feitlezer(besluiter.velden), lading.omgeving.vragen, lading)

    def missing(self, merk: str, wat: str) -> Onbruikbaar:
        """Return what to say of a document that is not there or is not what its digest says."""
        er = self._bron.opslag.blok(bytes.fromhex(merk.removeprefix("sha256:"))) is not None
        return Onbruikbaar("blok", f"{wat} {merk[:19]}… {'is veranderd of beschadigd' if er else 'ontbreekt'}")


def as_date(tekst: str | None) -> date | None:
    """Return the date that a leaf spells."""
    return None if tekst is None else date.fromisoformat(tekst)
