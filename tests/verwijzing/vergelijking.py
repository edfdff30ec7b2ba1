"""Holds the engine against the reference evaluator."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from maker import Sector
from verwijzer import Antwoord, Fout, Verwijzer
from verwijzer_waarden import NVT, ONBEKEND, Raw, Waarde
from zorgregels import Engine
from zorgregels import _waarden as w
from zorgregels._besluit.beslissing import Beslissing
from zorgregels._taal.vraag import Uitkomst
from zorgregels.errors import BeslissingError

_CODES = {
    "ZR-601": "stil",
    "ZR-602": "niet_van_kracht",
    "ZR-604": "tegenspraak",
    "ZR-605": "niet_bekend",
    "ZR-608": "lege_datum",
}


@contextmanager
def loaded(s: Sector, cache: Path) -> Iterator[tuple[Engine, Verwijzer]]:
    """Write a generated sector and load it, as the engine and as the reference do."""
    with tempfile.TemporaryDirectory() as map_:
        pad = s.write(Path(map_))
        yield Engine(plugins=[pad], cache=cache), Verwijzer(pad)


def plain(waarde: w.Waarde) -> Waarde:
    """Return the engine's value as the reference has it."""
    if waarde is w.ONBEKEND:
        return ONBEKEND
    if waarde is w.NVT:
        return NVT
    assert not isinstance(waarde, (tuple, w.Merk))
    return Fraction(waarde) if isinstance(waarde, int) and not isinstance(waarde, bool) else waarde


def of_reference(v: Verwijzer, zaak: Raw) -> Antwoord | Fout:
    """Return what the reference says, or why it has no answer."""
    try:
        return v.answer(zaak)
    except Fout as fout:
        return fout


def compare(engine: Engine, v: Verwijzer, zaak: Raw) -> Beslissing | None:
    """Check that the engine and the reference say the same; return the Beslissing where there is one."""
    verwacht = of_reference(v, zaak)
    if isinstance(verwacht, Fout) and verwacht.soort == "onbepaald":
        uitkomst, _ = engine.evaluate(zaak)
        assert uitkomst is Uitkomst.ONBEKEND
        return engine.decide(zaak)
    fout = None
    try:
        uitkomst, beslissend = engine.evaluate(zaak)
        b = engine.decide(zaak)
    except BeslissingError as geraakt:
        fout = geraakt
    if fout is not None:
        assert isinstance(verwacht, Fout), (fout, verwacht)
        assert verwacht.soort in {_CODES[m.code] for m in fout.meldingen}, (fout, verwacht)
        if verwacht.soort == "tegenspraak":
            assert any(f"`{naam}`" in str(fout) for naam in verwacht.over), (fout, verwacht)
        return None
    assert isinstance(verwacht, Antwoord), (verwacht, b)
    assert uitkomst.value == verwacht.uitkomst
    assert set(beslissend) <= verwacht.regels.keys()
    assert {s.regel: s.resultaat for s in b.motivering} == verwacht.regels
    assert {a.feit: plain(a.waarde) for a in b.afgeleid} == {
        n: x for n, x in verwacht.afgeleid.items() if x is not None and x is not ONBEKEND
    }
    assert {x.regel for x in b.waarschuwingen if x.regel} == verwacht.waarschuwingen
    assert {p.regel: plain(p.uiterlijk) for p in b.verplichtingen} == {
        r: _last_day(v, r, x) for r, x in verwacht.uiterlijk.items()
    }
    kleene = verwacht.routes
    for r in b.routes:  # splitting may settle what Kleene's logic leaves open, and nothing else
        assert kleene[r.route] in {r.uitkomst.value, "onbekend"}
    assert verwacht.uitkomst in {b.uitkomst.value, "onbekend"}
    return b


def _last_day(v: Verwijzer, regel: str, waarde: Waarde) -> Waarde:
    """A term that comes out empty is shown as one that cannot be computed; a duty without a term has none."""
    (r, *_) = [r for s in v.vlak.values() for r in s["regels"] if r["id"] == regel]
    return ONBEKEND if waarde in {None, NVT} and "uiterlijk" in r["dan"]["verplicht"] else waarde
