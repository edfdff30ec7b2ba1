"""Soundness, without exception: ``ja`` and ``nee`` hold for every completion, and every fact that can matter is named.

Run as a script it measures tightness: ``python tests/verwijzing/test_zeker.py 2000``.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given

sys.path.insert(0, str(Path(__file__).parent))

from instellingen import FUZZ, examples
from keus import Keus, keuzes, seeded
from maker import make_sector, make_zaken
from vergelijking import loaded
from zekerheid import Meting, check, summary


@examples(40)
@given(k=keuzes())
def test_every_completion_agrees_where_facts_meet_constants_only(k: Keus, cache: Path) -> None:
    s = make_sector(k, eindig=True)
    with loaded(s, cache) as (engine, v):
        for zaak in make_zaken(k, s, 2, weg=2):
            check(engine, v, zaak, k, eindig=True)


@examples(40)
@given(k=keuzes())
def test_every_completion_that_is_tried_agrees_for_any_rules(k: Keus, cache: Path) -> None:
    s = make_sector(k)
    with loaded(s, cache) as (engine, v):
        for zaak in make_zaken(k, s, 2, weg=2):
            check(engine, v, zaak, k, eindig=False)


@pytest.mark.parametrize("eindig", [True, False])
def test_every_completion_agrees_in_seeded_sectors(eindig: bool, cache: Path) -> None:
    metingen = measure(int(80 * FUZZ), cache, eindig=eindig)
    c = summary(metingen)
    # A measurement in which nothing was settled, named or left open would prove nothing.
    assert all(
        c[soort] for soort in ("kleene onbekend: beslist door splitsen", "lijst is exact", "lijst is bovengrens")
    )


def measure(sectoren: int, cache: Path, *, eindig: bool, begin: int = 0, weg: int = 2) -> list[Meting]:
    """Check seeded sectors, three zaken each, and return how tight the answers were."""
    uit: list[Meting] = []
    for zaad in range(begin, begin + sectoren):
        k = seeded(zaad)
        s = make_sector(k, eindig=eindig)
        with loaded(s, cache) as (engine, v):
            for nr, zaak in enumerate(make_zaken(k, s, 3, weg=weg)):
                try:
                    meting = check(engine, v, zaak, k, eindig=eindig)
                except AssertionError as fout:
                    fout.add_note(f"zaad {zaad}, zaak {nr}: {json.dumps(zaak)}")
                    raise
                if meting is not None:
                    uit.append(meting)
    return uit


def main() -> None:
    """Print how tight the answers are, for benchmarks/RESULTS.md."""
    sectoren = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory() as cache:
        for eindig in (True, False):
            print("facts meet constants only" if eindig else "any rules")
            for naam, aantal in sorted(summary(measure(sectoren, Path(cache), eindig=eindig)).items()):
                print(f"  {naam:60} {aantal}")


if __name__ == "__main__":
    main()
