"""What a replay came to: the stretches taken together, and their lists read as they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._canon import Json
from .._journaal.boomhoofd import Boomhoofd
from .._journaal.merkle import leaf_hash
from .._journaal.nakijken import Bevinding
from .bedragen import Bedragen
from .bron import Bron
from .herhaling import GEWIST, SLEUTEL, SLEUTEL_WEG
from .logboek import Bladeren, check_log
from .opdracht import Keuze, Opdracht
from .reeks import Reeks, stretches
from .staat import Staat
from .telling import ANDERS, NIET, Telling

Data = Any


@dataclass(slots=True)
class Resultaat:
    """All of it."""

    opdracht: Opdracht
    hoofd: Boomhoofd
    telling: Telling
    bedragen: Bedragen
    logboek: Sequence[Bevinding]
    """What is wrong with the log as a whole."""
    aantal_bevindingen: int
    _staat: Staat
    _wissingen: frozenset[str] = field(repr=False)

    @property
    def ongeschonden(self) -> bool:
        """Whether nothing was found wrong with the log or with any record."""
        return not self.aantal_bevindingen

    @property
    def status(self) -> int:
        """The exit status: 1 where something is wrong, differs or cannot be told, or nothing was chosen; what was erased was meant to be."""
        niet = self.telling.redenen.total() - self.telling.redenen[GEWIST]
        return int(not self.ongeschonden or self.telling.afloop[ANDERS] > 0 or niet > 0 or self.niets_gekozen)

    @property
    def niets_gekozen(self) -> bool:
        """Whether there was a choice, and no decision that it selects."""
        return not self.telling.beslissingen and self.opdracht.keuze != Keuze()

    def differing(self) -> Iterator[Json]:
        """Yield the decisions that come out otherwise."""
        return (d for _, reeks in self._stretches() for d in reeks["anders"])

    def changes(self) -> Iterator[Json]:
        """Yield the decisions that what is added would change."""
        return (d for _, reeks in self._stretches() for d in reeks["wijzigingen"])

    def refused(self) -> Iterator[Json]:
        """Yield the decisions that cannot be made again, each with why."""
        for _, reeks in self._stretches():
            for d in reeks["niet"]:
                yield _why(d, self._wissingen, archief=self.opdracht.bron.soort == "archief")

    def findings(self) -> Iterator[Json]:
        """Yield what is wrong: with the log, then with single records."""
        for b in self.logboek:
            yield {"waar": b.waar, "wat": b.wat}
        for _, reeks in self._stretches():
            yield from reeks["bevindingen"]
            yield from _lost_keys(reeks, self._wissingen, self.opdracht)

    def _stretches(self) -> Iterator[tuple[int, Data]]:
        for van, _ in stretches(self.hoofd.omvang, self.opdracht.reeks):
            data = self._staat.recall(van)
            assert data is not None, van
            yield van, data


def gather(opdracht: Opdracht, bron: Bron, hoofd: Boomhoofd, staat: Staat) -> Resultaat:
    """Return what the finished stretches come to; the log is held against its head here."""
    samen = Reeks()
    ketting: list[Data] = []
    for van, _ in stretches(hoofd.omvang, opdracht.reeks):
        reeks = Reeks.from_dict(staat.recall(van))
        samen.telling.merge(reeks.telling)
        samen.bedragen.merge(reeks.bedragen)
        samen.tegels += reeks.tegels
        samen.staart = reeks.staart
        ketting += reeks.ketting
        samen.wissingen += reeks.wissingen

    def middle(van: int, tot: int) -> Sequence[bytes]:
        return bron.hashes(van, tot) or [leaf_hash(r.blad) for r in bron.opslag.rows(van, tot)]

    bladeren = Bladeren(
        hoofd.omvang,
        [bytes.fromhex(t) for t in samen.tegels],
        [bytes.fromhex(h) for h in samen.staart],
        [(nr, tekst) for nr, tekst in ketting],
        samen.telling.jaren,
        middle,
    )
    logboek = list(check_log(hoofd, bladeren, bron.gezien, bron.jaar))
    if bron.omvang != hoofd.omvang:
        wat = f"het nieuwste is van omvang {hoofd.omvang}; er zijn {bron.omvang} vermeldingen"
        logboek.append(Bevinding("boomhoofd", wat))
    elif bron.voorbij:
        wat = f"het nieuwste is van omvang {hoofd.omvang}; er zijn meer vermeldingen"
        logboek.append(Bevinding("boomhoofd", wat))
    uit = Resultaat(opdracht, hoofd, samen.telling, samen.bedragen, logboek, 0, staat, frozenset(samen.wissingen))
    for _, data in uit._stretches():  # noqa: SLF001 - the same module
        for d in data["niet"]:
            if d["reden"] == SLEUTEL_WEG:
                reden = GEWIST if d["sleutel"] in uit._wissingen else SLEUTEL  # noqa: SLF001
                uit.telling.redenen[reden] += 1
    uit.aantal_bevindingen = sum(1 for _ in uit.findings())
    assert uit.telling.afloop[NIET] == uit.telling.redenen.total()
    return uit


def _why(d: Data, wissingen: frozenset[str], *, archief: bool) -> Json:
    if d["reden"] != SLEUTEL_WEG:
        return dict(d)
    if d["sleutel"] in wissingen:
        return {"nr": d["nr"], "reden": GEWIST, "uitleg": "de sleutel van deze persoon is vernietigd"}
    uitleg = "in een archief staan geen persoonssleutels" if archief else "de persoonssleutel is er niet"
    return {"nr": d["nr"], "reden": SLEUTEL, "uitleg": uitleg}


def _lost_keys(reeks: Data, wissingen: frozenset[str], opdracht: Opdracht) -> Iterator[Json]:
    if opdracht.bron.soort != "archief":
        for d in reeks["niet"]:
            if d["reden"] == SLEUTEL_WEG and d["sleutel"] not in wissingen:
                yield {
                    "waar": f"vermelding {d['nr']}",
                    "wat": "haar sleutel is weg, en dat hij is gewist staat nergens",
                }
