"""Times functions side by side: rounds that take turns, so that what else the machine does falls on all of them alike."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean, median
from time import perf_counter_ns, process_time_ns
from typing import Any

Functie = Callable[[Any], object]


@dataclass(frozen=True)
class Meting:
    """What one function took."""

    naam: str
    per_stuk: float
    """CPU microseconds a case: the median over the rounds."""
    spreiding: float
    """(third quartile - first quartile) / median of the rounds."""
    p50: float
    """Wall-clock microseconds of one call: the median over the rounds of each round's percentile."""
    p99: float
    p99_cpu: float
    """CPU microseconds of one call: what the call itself takes, whatever else the machine does in between."""
    klok: float
    """Wall-clock microseconds a case on average: the median over the rounds. It sees other processes that do the work."""

    def to_dict(self) -> dict[str, float]:
        """Return all of it as JSON."""
        return {
            "us": self.per_stuk,
            "spreiding": self.spreiding,
            "p50": self.p50,
            "p99": self.p99,
            "p99_cpu": self.p99_cpu,
            "klok": self.klok,
        }

    @property
    def per_seconde(self) -> float:
        """Cases a second on one core."""
        return 1e6 / self.per_stuk


def side_by_side(taken: dict[str, tuple[Functie, Sequence[Any]]], rondes: int) -> dict[str, Meting]:
    """Run every function over its cases in turns; return a Meting each."""
    cpu: dict[str, list[float]] = {n: [] for n in taken}
    p50: dict[str, list[float]] = {n: [] for n in taken}
    p99: dict[str, list[float]] = {n: [] for n in taken}
    p99_cpu: dict[str, list[float]] = {n: [] for n in taken}
    klok: dict[str, list[float]] = {n: [] for n in taken}
    for ronde in range(rondes + 1):  # the first one warms up and is not counted
        for naam, (functie, gevallen) in taken.items():
            gc.collect()
            c = _cpu(functie, gevallen)
            tijden = _each(functie, gevallen, perf_counter_ns)
            cpu_tijden = _each(functie, gevallen, process_time_ns)
            if ronde:
                cpu[naam].append(c)
                p50[naam].append(percentile(tijden, 0.50))
                p99[naam].append(percentile(tijden, 0.99))
                p99_cpu[naam].append(percentile(cpu_tijden, 0.99))
                klok[naam].append(mean(tijden))
    return {
        n: Meting(
            n, median(cpu[n]), spread(cpu[n]), median(p50[n]), median(p99[n]), median(p99_cpu[n]), median(klok[n])
        )
        for n in taken
    }


def once(naam: str, functie: Functie, maak: Callable[[], Sequence[Any]], rondes: int) -> Meting:
    """Run a function over cases that it has never seen: fresh ones every round, a third of them for each clock."""
    cpu, p50, p99, p99_cpu, klok = [], [], [], [], []
    for ronde in range(rondes + 1):
        gevallen = maak()
        deel = len(gevallen) // 3
        gc.collect()
        c = _cpu(functie, gevallen[:deel])
        tijden = _each(functie, gevallen[deel : 2 * deel], perf_counter_ns)
        cpu_tijden = _each(functie, gevallen[2 * deel :], process_time_ns)
        if not ronde:  # the first round also generates the code of every plan
            continue
        cpu.append(c)
        p99_cpu.append(percentile(cpu_tijden, 0.99))
        p50.append(percentile(tijden, 0.50))
        p99.append(percentile(tijden, 0.99))
        klok.append(mean(tijden))
    return Meting(naam, median(cpu), spread(cpu), median(p50), median(p99), median(p99_cpu), median(klok))


def _cpu(functie: Functie, gevallen: Sequence[Any]) -> float:
    begin = process_time_ns()
    for geval in gevallen:
        functie(geval)
    return (process_time_ns() - begin) / 1000 / len(gevallen)


def _each(functie: Functie, gevallen: Sequence[Any], klok: Callable[[], int]) -> list[float]:
    tijden = []
    for geval in gevallen:
        begin = klok()
        functie(geval)
        tijden.append(klok() - begin)
    return [t / 1000 for t in tijden]


def percentile(waarden: Sequence[float], deel: float) -> float:
    """Return the value below which that share lies."""
    gesorteerd = sorted(waarden)
    return gesorteerd[min(len(gesorteerd) - 1, int(len(gesorteerd) * deel))]


def spread(waarden: Sequence[float]) -> float:
    """Return how far the rounds lie apart."""
    midden = median(waarden)
    return (percentile(waarden, 0.75) - percentile(waarden, 0.25)) / midden if midden else 0.0


def load() -> str:
    """Return how busy the machine is, for as far as it says."""
    try:
        return " ".join(f"{x:.2f}" for x in os.getloadavg())
    except OSError:
        return "onbekend"
