"""Whoever can rewrite an archive and has no key that signs heads is caught: by the seal, and without it by the log itself."""

from __future__ import annotations

import copy
import os
import random
from pathlib import Path

import pytest
from aanvallen import AANVALLEN, EDITS, fork, hide
from logmaker import Log, openbaar, teken, voorbeeld
from uitgepakt import AANVALLER, Nagegaan, Uitgepakt, ga_na

KEREN = 1000 if os.environ.get("ZORGREGELS_AANVAL") else 40
BUITENKANT = {"zegel", "handtekening", "bestand", "zip", "lid"}
"""What the container tells. Who has the key that seals, and not the past, does not touch it."""


@pytest.fixture(scope="module")
def logs() -> list[Log]:
    return [voorbeeld(aantal, zaad=nr) for nr, aantal in enumerate((6, 9, 12, 15))]


@pytest.fixture
def pad(tmp_path: Path) -> Path:
    return tmp_path / "archief.zip"


def _as_insider(pad: Path, log: Log, u: Uitgepakt) -> Nagegaan:
    """Listed and sealed with the real key in force, as by ``zorgregels archive`` over a store that was altered."""
    return ga_na(pad, u.pak(log.eigen[-1]), openbaar(log.eigen[0]))


def _as_stranger(pad: Path, log: Log, u: Uitgepakt) -> Nagegaan:
    return ga_na(pad, u.pak(AANVALLER), openbaar(log.eigen[0]))


def test_nothing_is_found_in_what_nobody_altered(logs: list[Log], pad: Path) -> None:
    for log in logs:
        for jaar in (2024, 2025, 2031):
            u = Uitgepakt.van(log, jaar)
            assert _as_insider(pad, log, u).bevindingen == []
            assert _as_stranger(pad, log, u).soorten == {"handtekening"}


@pytest.mark.parametrize("soort", sorted(AANVALLEN))
def test_random_attacks(soort: str, logs: list[Log], pad: Path) -> None:
    r = random.Random(f"aanval {soort}")
    gedaan = 0
    while gedaan < KEREN:
        log = r.choice(logs)
        u = Uitgepakt.van(log, 2025)
        gaaf = copy.deepcopy(u)
        if not AANVALLEN[soort](r, u):
            continue
        u.herreken(r.randrange(5))
        if u == gaaf:
            continue
        gedaan += 1
        vreemd = _as_stranger(pad, log, u)
        assert vreemd.bevindingen, f"{soort} {gedaan}"
        binnen = _as_insider(pad, log, u)
        assert binnen.soorten - BUITENKANT or binnen.afgebroken, f"{soort} {gedaan}: {binnen}"


@pytest.mark.parametrize("diepte", range(5))
@pytest.mark.parametrize("wat", sorted(EDITS))
def test_every_field_and_column(wat: str, diepte: int, logs: list[Log], pad: Path) -> None:
    r = random.Random(f"veld {wat} {diepte}")
    for log in logs[1:]:
        u = Uitgepakt.van(log, 2025)
        while not EDITS[wat](r, u):
            u = Uitgepakt.van(log, 2025)
        u.herreken(diepte)
        if u == Uitgepakt.van(log, 2025):
            continue  # to recompute was to put it right
        binnen = _as_insider(pad, log, u)
        assert binnen.soorten - BUITENKANT, binnen
        if diepte == 0 and wat != "part_lost":
            assert binnen.soorten & {"vermelding", "stuk", "sleutel", "regel"}, "it says which record"


@pytest.mark.parametrize("wat", ["feit", "deel"])
def test_shape_of_the_body(wat: str, pad: Path) -> None:
    """In a record that has something closed, an open fact passed off as closed, or a closed part as a closed fact."""
    log = voorbeeld(12, zaad=60)
    wereld = next((b["lading"], b["herkomst"]) for b in log.bladen() if b["soort"] == "beslissing")
    delen, dicht = [b"[", b"]"], {"patient.postcode": "1234"}
    log.beslis("2025-03-03", {"zaak.a": "1"}, delen, wereld=wereld, dichte_feiten=dicht, dichte_delen=frozenset({0, 1}))
    u = Uitgepakt.van(log, 2025)
    if wat == "feit":
        hide(u.regels[-1])
    else:
        u.regels[-1]["delen"].pop()
    assert _as_stranger(pad, log, u).bevindingen
    assert _as_insider(pad, log, u).soorten - BUITENKANT


def test_forks(logs: list[Log], pad: Path) -> None:
    """Two histories, both signed with the real key: whoever kept a head of the one sees that the other is another."""
    r = random.Random("splitsing")
    for _ in range(KEREN):
        log = r.choice(logs)
        ander, punt = fork(r, log)
        omvang = r.randrange(min(punt, len(log.vermeldingen) - 1) + 1, len(log.vermeldingen) + 1)
        archief, eerste = ander.archief(2025), openbaar(log.eigen[0])
        assert ga_na(pad, archief, eerste, [ander.hoofd(n) for n in (1, punt)]).bevindingen == []
        if ander.hashes()[:omvang] != log.hashes()[:omvang]:
            gevonden = ga_na(pad, archief, eerste, [log.hoofd(omvang)])
            assert gevonden.soorten == {"hoofd"}, gevonden
            assert gevonden.geraakt("hoofd") == ["hoofd 0"]


def test_older_archives(logs: list[Log], pad: Path) -> None:
    """An archive of earlier, given for that of now, or one cut down to a head that was really signed then."""
    r = random.Random("ouder")
    for _ in range(KEREN):
        log = r.choice(logs)
        nu = len(log.vermeldingen)
        toen = r.randrange(1, nu)
        archief, eerste = log.archief(2025, toen), openbaar(log.eigen[0])
        assert ga_na(pad, archief, eerste, [log.hoofd(n) for n in range(1, toen + 1)]).bevindingen == []
        assert ga_na(pad, archief, eerste, [log.hoofd(r.randrange(toen + 1, nu + 1))]).soorten == {"hoofd"}


def test_another_verifier(logs: list[Log], pad: Path) -> None:
    """The copy in the archive exchanged for one that finds nothing."""
    r = random.Random("verifier")
    for _ in range(KEREN):
        log = r.choice(logs)
        u = Uitgepakt.van(log, 2025)
        u.vast["verifier.py"] = b"print('geen bevindingen')\n" + r.randbytes(r.randrange(9))
        assert "handtekening" in _as_stranger(pad, log, u).soorten
        gaaf = log.archief(2025)
        ander = bytearray(gaaf)
        begin = gaaf.index(b"verifier.py") + len("verifier.py")
        plek = begin + r.randrange(12)
        ander[plek] ^= r.randrange(1, 256)
        assert "verifier.py" in ga_na(pad, bytes(ander)).geraakt("lid")


def test_a_head_of_another_log_or_key(logs: list[Log], pad: Path) -> None:
    log, ander = voorbeeld(8, zaad=40), voorbeeld(8, zaad=41, naam="een ander")
    eerste = openbaar(log.eigen[0])
    assert ga_na(pad, log.archief(2025), eerste, [ander.hoofd()]).soorten == {"hoofd"}
    assert ga_na(pad, log.archief(2025), openbaar(ander.eigen[0])).soorten == {"sleutel"}
    vals = {**log.hoofd(), "sleutel": openbaar(log.eigen[0])}  # that key was in force no longer
    assert ga_na(pad, log.archief(2025), eerste, [vals]).soorten == {"hoofd"}


def test_old_key_cannot_sign_a_new_head(pad: Path) -> None:
    """After a rotation whoever still has the old key signs nothing that counts."""
    log = voorbeeld(12, zaad=50)
    assert len(log.eigen) == 2
    log._wissel = log._wissel[:1]
    gevonden = ga_na(pad, log.archief(2025), openbaar(log.eigen[0]))
    assert {"hoofd", "handtekening"} <= gevonden.soorten


def test_old_key_with_its_replacement_left_out(pad: Path) -> None:
    """Whoever stole the old key signs with it, and says nothing of the new one: the log itself still does."""
    log = voorbeeld(12, zaad=51)
    u = Uitgepakt.van(log, 2025)
    assert len(u.keten) == 2
    u.keten.pop()
    u.hoofd = teken(log.eigen[0], {**u.hoofd, "sleutel": openbaar(log.eigen[0])})
    gevonden = ga_na(pad, u.pak(log.eigen[0]), openbaar(log.eigen[0]))
    assert gevonden.soorten == {"vermelding"}
