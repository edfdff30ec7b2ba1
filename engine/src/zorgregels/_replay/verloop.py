"""A replay from question to report."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from .._journaal.journaal import timestamp
from .._lezen.meldingen import Melding
from ..errors import JournaalError, ZorgregelsError
from .aanbod import check_choice
from .bladzijde import render
from .bron import Bron, open_source
from .logboek import parse_head
from .ondertekening import Ondertekenaar
from .opdracht import Opdracht
from .rapport import write_list, write_report
from .resultaat import Resultaat, gather
from .staat import Staat
from .uitbreiding import extend, sectors_of
from .uitvoering import Meld, run


@dataclass(frozen=True, slots=True)
class Uitvoer:
    """Where the reports go."""

    html: Path
    json: Path
    lijst: Path | None = None
    overschrijf: bool = False
    """Whether a file that is there already is replaced."""

    @property
    def bestanden(self) -> tuple[Path, ...]:
        """The files that are written."""
        return (self.html, self.json) if self.lijst is None else (self.html, self.json, self.lijst)

    def check(self) -> None:
        """Refuse what is there already; not only when all work is done.

        Raises:
            JournaalError: there is a file of that name, and it is not to be replaced.
        """
        for pad in self.bestanden:
            if not self.overschrijf and os.path.exists(pad):
                hulp = "Kies een andere plek, of geef --overschrijf."
                raise JournaalError([Melding("ZR-951", "er is al een bestand met deze naam", hulp, str(pad))])

    @property
    def voortgang(self) -> Path:
        """The folder that keeps what is done until there is a report."""
        return self.html.with_name(self.html.name + ".voortgang")


@dataclass(slots=True)
class Gedaan:
    """A replay that is finished. Its lists can be read until it is closed; then what was kept for going on is removed."""

    resultaat: Resultaat
    merk: str
    """The digest of the report in JSON, its signature aside."""
    ondertekend: bool
    gespaard: int
    """How many records an earlier run had gone through, so that those were not decided again; checked they were."""
    _staat: Staat
    _bezet: ExitStack

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, soort: type[BaseException] | None, fout: BaseException | None, spoor: TracebackType | None
    ) -> None:
        with self._bezet:
            self._staat.remove()


def replay_records(
    opdracht: Opdracht,
    uitvoer: Uitvoer,
    werkers: int,
    *,
    opnieuw: bool = False,
    meld: Meld = lambda _, __: None,
) -> Gedaan:
    """Decide the chosen records again, check the log, and write the reports.

    Args:
        opdracht: what is asked.
        uitvoer: where the reports go.
        werkers: how many processes work at once.
        opnieuw: whether earlier work for the same question is left aside.
        meld: is told how far it is.

    Raises:
        JournaalError: the source cannot be read, the choice can select nothing, or a report cannot be written.
        RegelsetError: what is added fits none of the worlds in which decisions were made.
    """
    uitvoer.check()
    bron = open_source(opdracht.bron)
    try:
        hoofd = parse_head(bron.hoofd)
        if hoofd is None:
            raise _no_head(opdracht)
        check_choice(opdracht.keuze, bron, hoofd)
        _try_additions(opdracht, bron)
        openbaar = None if bron.sleutels is None else bron.sleutels.openbaar
        vraag = opdracht.mark(hoofd.to_json(), openbaar, bron.documents_mark())
        staat = Staat(uitvoer.voortgang, vraag, bron.sleutels)
        with ExitStack() as bezet:
            bezet.enter_context(staat.held())
            staat.prepare(opnieuw=opnieuw)
            gespaard = run(opdracht, hoofd.omvang, staat, werkers, meld)
            resultaat = gather(opdracht, bron, hoofd, staat)
            merk = _write_all(resultaat, uitvoer, Ondertekenaar(bron.sleutels, timestamp()))
            return Gedaan(resultaat, merk, bron.sleutels is not None, gespaard, staat, bezet.pop_all())
    finally:
        bron.opslag.close()


def _try_additions(opdracht: Opdracht, bron: Bron) -> None:
    """Say at once what is wrong with what is added, where it fits no world at all; where it fits some, the others are named in the report."""
    if not opdracht.met:
        return
    sectoren = {s.sector for s in opdracht.met.stukken}
    fout: ZorgregelsError | None = None
    past = False
    for _, soort, manifest in bron.opslag.bloks():
        if soort == "lading":
            try:
                past = not sectoren.isdisjoint(sectors_of(extend(manifest, bron.opslag.blok, opdracht.met)[0])) or past
            except ZorgregelsError as deze:
                fout = deze
            except (KeyError, LookupError, TypeError, ValueError):
                continue  # a damaged document is found where a record needs it
    if past:
        return
    if fout is not None:
        raise fout
    namen = ", ".join(sorted(sectoren))
    raise JournaalError(
        [
            Melding(
                "ZR-923",
                f"wat met --met is gegeven is van sector {namen}, en die was bij geen van deze beslissingen geladen",
                "Een los bestand komt bij wat toen van zijn sector was geladen. Geef de map van de hele plugin om haar erbij te nemen.",
            )
        ]
    )


def _write_all(r: Resultaat, uitvoer: Uitvoer, ondertekenaar: Ondertekenaar) -> str:
    merk = ""
    uitvoer.check()

    def report(stroom: IO[bytes]) -> None:
        nonlocal merk
        merk = write_report(r, stroom, ondertekenaar)

    _write(uitvoer.json, report)
    _write(uitvoer.html, lambda stroom: stroom.write(render(r, merk, ondertekenaar).encode()))
    if uitvoer.lijst is not None:
        _write(uitvoer.lijst, lambda stroom: write_list(r, stroom))
    return merk


def _write(pad: Path, schrijf: Callable[[IO[bytes]], object]) -> None:
    """The whole file or none."""
    half = pad.with_name(f".{pad.name}.nieuw")
    try:
        with half.open("wb") as stroom:
            half.chmod(0o600)  # it may name amounts and texts of decisions
            schrijf(stroom)
        half.replace(pad)
    except OSError as fout:
        with suppress(OSError):
            half.unlink(missing_ok=True)
        tekst = f"het rapport is niet te schrijven ({fout.strerror or type(fout).__name__})"
        hulp = "Wat klaar was is bewaard: dezelfde opdracht gaat daar verder."
        raise JournaalError([Melding("ZR-924", tekst, hulp, str(pad))]) from None


def _no_head(opdracht: Opdracht) -> JournaalError:
    tekst = "er is geen boomhoofd dat te lezen is, en dus niets om het logboek aan te toetsen"
    hulp = "Kijk het Journaal na met: zorgregels journaal verify"
    return JournaalError(
        [Melding("ZR-925", tekst, hulp, opdracht.bron.waar if opdracht.bron.soort == "archief" else "")]
    )
