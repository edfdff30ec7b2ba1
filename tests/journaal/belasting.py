"""Children that decide with a Journaal and say what they were told is recorded, so that they can be killed or left without a server."""

from __future__ import annotations

import os
import random
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from zorgregels import Engine
from zorgregels._journaal.journaal import Journaal
from zorgregels.errors import JournaalError

BASIS = Path(__file__).parents[1] / "fouten" / "basis"


@dataclass
class Plek:
    """A Journaal: where it is, its keys and what remembers the plugin."""

    waar: str
    sleutels: Path
    cache: Path

    def create(self) -> None:
        Journaal.create(self.waar, sleutels=self.sleutels).close()

    def open(self) -> Journaal:
        return Journaal.open(self.waar, sleutels=self.sleutels)

    @contextmanager
    def engine(self) -> Iterator[tuple[Engine, Journaal]]:
        with self.open() as journaal, Engine(plugins=[BASIS], cache=self.cache, journaal=journaal) as engine:
            yield engine, journaal


def make_zaak(toeval: random.Random) -> dict[str, object]:
    """A zaak unlike others: another amount, another length, one of some persons."""
    feiten = {
        "prestatiecode": "P1",
        "bedrag": f"{toeval.randrange(100)}.{toeval.randrange(100):02}",
        "soort": "consult",
        "duur_minuten": toeval.randrange(1, 60),
    }
    peildatum = f"{toeval.choice((2024, 2025))}-05-{toeval.randrange(1, 29):02}"
    wie = {} if toeval.randrange(3) == 0 else {"betrokkene": f"persoon {toeval.randrange(500)}"}
    return {"vraag": "declaratie", "peildatum": peildatum, "feiten": {"declaratie": feiten}, **wie}


def decide_group(engine: Engine, toeval: random.Random, aantal: int) -> list[str]:
    """Decide so many zaken together; return number and digest of each, as they were answered."""
    zaken = [make_zaak(toeval) for _ in range(aantal)]
    gegeven = []
    for beslissing in engine.decide_many(zaken, groep=aantal):
        if isinstance(beslissing, Exception):
            raise beslissing
        assert beslissing.journaal is not None
        gegeven.append(f"{beslissing.journaal.nr} {beslissing.digest}")
    return gegeven


@dataclass
class Kind:
    """A forked process that runs ``doe``, given what sends lines; what it sent is in ``regels``."""

    doe: Callable[[Callable[[str], None]], None]
    regels: list[str] = field(default_factory=list)
    _rest: bytes = b""
    _kapot: bytes = b""

    def __post_init__(self) -> None:
        self._uit, naar = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                os.close(self._uit)
                self.doe(lambda regel: os.write(naar, regel.encode() + b"\n"))
                status = 0
            except BaseException:  # noqa: BLE001 - the parent reads what it was
                os.write(naar, b"KAPOT " + traceback.format_exc().replace("\n", " | ").encode() + b"\n")
            finally:
                os._exit(status)
        os.close(naar)

    def read(self) -> bool:
        """Take up what it sent, waiting for something; return whether there can be more."""
        stuk = os.read(self._uit, 1 << 16)
        *heel, self._rest = (self._rest + stuk).split(b"\n")
        self.regels += [r.decode() for r in heel]
        return bool(stuk)

    def read_until(self, klaar: Callable[[], bool]) -> None:
        while not klaar() and self.read():
            pass

    def kill(self) -> int:
        """SIGKILL; return how it ended."""
        os.kill(self.pid, signal.SIGKILL)
        return self.wait()

    def wait(self) -> int:
        self.read_until(lambda: False)
        os.close(self._uit)
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        assert not [r for r in self.regels if r.startswith("KAPOT")], self.regels[-1]
        return status

    @property
    def bevestigd(self) -> dict[int, str]:
        """Every number that was answered, with the digest of the answer."""
        paren = [r.split() for r in self.regels if r[:1].isdigit()]
        assert len({nr for nr, _ in paren}) == len(paren)
        return {int(nr): digest for nr, digest in paren}


def write_load(
    plek: Plek, zaad: int, groepen: int, *, volhouden: bool = False
) -> Callable[[Callable[[str], None]], None]:
    """Decide groups and send what was answered. ``volhouden``: go on with the same Engine when one could not be recorded."""

    def doe(zend: Callable[[str], None]) -> None:
        toeval = random.Random(zaad)
        with plek.engine() as (engine, _):
            zend("open")
            for _ in range(groepen):
                try:
                    for regel in decide_group(engine, toeval, toeval.choice((1, 1, 7, 40, 300))):
                        zend(regel)
                except JournaalError as fout:
                    if not volhouden:
                        raise
                    zend(f"fout {fout.code} {fout.meldingen[0].tekst}")
                    time.sleep(0.05)

    return doe
