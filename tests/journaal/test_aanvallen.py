"""Somebody who can write in the store, and has no key, alters it: every time that is found.

With ZORGREGELS_AANVAL=1 a thousand random trials of each attack, otherwise a few dozen.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import gevallen
import pytest
from zorgregels import Engine
from zorgregels._journaal.boomhoofd import Boomhoofd, sign_head
from zorgregels._journaal.journaal import Journaal
from zorgregels._journaal.merkle import Rand, leaf_hash
from zorgregels._journaal.nakijken import Nakijker, hold_against
from zorgregels.errors import JournaalError

AANTAL = 1000 if os.environ.get("ZORGREGELS_AANVAL") else 25
Db = sqlite3.Connection
KOLOMMEN = {
    "vermelding": ("blad", "feiten", "delen", "zouten", "verhuld", "gesloten"),
    "stuk": ("merk", "inhoud"),
    "blok": ("merk", "soort", "inhoud"),
    "tegel": ("wortel",),
    "stand": ("omvang", "rand", "jaren"),
    "persoonssleutel": ("sleutel",),
}


@pytest.fixture(scope="module")
def echt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Journaal with open and encrypted records, several heads and a full tile, closed and whole."""
    map_ = tmp_path_factory.mktemp("echt")
    zaken = gevallen.casussen("huisarts", 60)
    with gevallen.fill(map_ / "j.db", [*zaken, *zaken, *zaken, *zaken, *zaken][:262], groep=29) as journaal:
        journaal.rotate()
        assert any(r.gesloten for r in journaal.opslag.rows(0, 400))
        assert journaal.opslag.tegels(9)
    return map_


@pytest.fixture
def kopie(echt: Path, tmp_path: Path) -> Callable[[], Path]:
    def maak() -> Path:
        shutil.rmtree(tmp_path / "k", ignore_errors=True)
        shutil.copytree(echt, tmp_path / "k")
        return tmp_path / "k" / "j.db"

    return maak


def _found(pad: Path) -> list[str]:
    """What is said of a Journaal: when it is opened, or when it is checked."""
    try:
        with Journaal.open(pad) as journaal:
            return [str(b) for b in Nakijker(journaal).check()]
    except JournaalError as fout:
        return [str(fout)]


def _found_by_check(pad: Path) -> list[str]:
    """The same by one who did not see the Journaal before: without the witness that stands with the keys."""
    for gezien in pad.with_name(pad.name + ".sleutels").glob("gezien-*"):
        gezien.unlink()
    return _found(pad)


def _flip(r: random.Random, waarde: object) -> object:
    """Another value, as like the old one as can be."""
    if isinstance(waarde, int):
        return waarde + r.choice([-1, 1, 7])
    if isinstance(waarde, str):
        plek = r.randrange(len(waarde))
        return waarde[:plek] + chr(ord(waarde[plek]) ^ 1) + waarde[plek + 1 :]
    assert isinstance(waarde, bytes)
    wijze = r.randrange(4)
    if not waarde or wijze == 0:
        return waarde + b"\0"
    if wijze == 1:
        return waarde[:-1]
    plek = r.randrange(len(waarde))
    return waarde[:plek] + bytes([waarde[plek] ^ (1 << r.randrange(8))]) + waarde[plek + 1 :]


def edit(db: Db, r: random.Random) -> None:
    tabel = r.choice([*KOLOMMEN, "vermelding", "vermelding"])
    kolom = r.choice(KOLOMMEN[tabel])
    rijen = db.execute(f"SELECT rowid_, {kolom} FROM (SELECT *, {_key(tabel)} AS rowid_ FROM {tabel})").fetchall()
    sleutel, waarde = r.choice(rijen)
    nieuw = _flip(r, waarde) if waarde is not None else b"\1" * 40
    try:
        db.execute(f"UPDATE {tabel} SET {kolom} = ? WHERE {_key(tabel)} = ?", (nieuw, sleutel))
    except sqlite3.IntegrityError:  # another row has that key
        edit(db, r)


def _key(tabel: str) -> str:
    return {"vermelding": "nr", "tegel": "nr", "stand": "id", "persoonssleutel": "id"}.get(tabel, "merk")


def delete(db: Db, r: random.Random) -> None:
    tabel = r.choice(["vermelding", "vermelding", "stuk", "blok", "tegel", "persoonssleutel"])
    (sleutel,) = r.choice(db.execute(f"SELECT {_key(tabel)} FROM {tabel}").fetchall())
    db.execute(f"DELETE FROM {tabel} WHERE {_key(tabel)} = ?", (sleutel,))
    if tabel == "vermelding" and r.random() < 0.5:  # and close the gap
        db.execute("UPDATE vermelding SET nr = -nr - 1 WHERE nr > ?", (sleutel,))
        db.execute("UPDATE vermelding SET nr = -nr - 2 WHERE nr < 0")
        _restore_stand(db)


def insert(db: Db, r: random.Random) -> None:
    omvang = db.execute("SELECT count(*) FROM vermelding").fetchone()[0]
    plek = r.randrange(1, omvang + 1)
    bron = r.randrange(1, omvang)
    rij = db.execute(
        "SELECT blad, feiten, delen, zouten, verhuld, gesloten FROM vermelding WHERE nr = ?", (bron,)
    ).fetchone()
    db.execute("UPDATE vermelding SET nr = -nr - 1 WHERE nr >= ?", (plek,))
    db.execute("UPDATE vermelding SET nr = -nr WHERE nr < 0")
    db.execute("INSERT INTO vermelding VALUES (?, ?, ?, ?, ?, ?, ?)", (plek, *rij))
    if r.random() < 0.5:
        _restore_stand(db)


def reorder(db: Db, r: random.Random) -> None:
    omvang = db.execute("SELECT count(*) FROM vermelding").fetchone()[0]
    a, b = r.sample(range(1, omvang), 2)
    db.execute("UPDATE vermelding SET nr = -1 WHERE nr = ?", (a,))
    db.execute("UPDATE vermelding SET nr = ? WHERE nr = ?", (a, b))
    db.execute("UPDATE vermelding SET nr = ? WHERE nr = -1", (b,))
    if r.random() < 0.5:
        _restore_stand(db)


def truncate(db: Db, r: random.Random) -> None:
    """Cut off the end, at a signed head where that is tried: then all that is left is genuine."""
    omvang = db.execute("SELECT count(*) FROM vermelding").fetchone()[0]
    hoofden = [h for (h,) in db.execute("SELECT omvang FROM boomhoofd WHERE omvang < ?", (omvang,))]
    tot = r.choice(hoofden) if r.random() < 0.7 else r.randrange(1, omvang)
    db.execute("DELETE FROM vermelding WHERE nr >= ?", (tot,))
    db.execute("DELETE FROM boomhoofd WHERE omvang > ?", (tot,))
    _restore_stand(db)


def swap(db: Db, r: random.Random) -> None:
    """Put another document in the place of one."""
    soort = r.choice(["regelset", "regelset", "catalogus", "feitsoort", "lading", "herkomst"])
    rijen = db.execute("SELECT merk, inhoud FROM blok WHERE soort = ?", (soort,)).fetchall()
    merk, inhoud = r.choice(rijen)
    if r.random() < 0.5 and len(rijen) > 1:
        ander = r.choice([i for m, i in rijen if m != merk])
    else:
        tekst = zlib.decompress(inhoud)
        ander = zlib.compress(tekst.replace(b"2", b"3", 1) if b"2" in tekst else tekst + b" ")
    db.execute("UPDATE blok SET inhoud = ? WHERE merk = ?", (ander, merk))
    if r.random() < 0.3:  # and name it by its own digest
        db.execute("DELETE FROM blok WHERE merk = ?", (sha256(zlib.decompress(ander)).digest(),))
        db.execute("UPDATE blok SET merk = ? WHERE merk = ?", (sha256(zlib.decompress(ander)).digest(), merk))


def _restore_stand(db: Db) -> None:
    """Make the stand and the tiles fit the records again, as an attacker would who knows how."""
    rand = Rand()
    tegels = []
    jaren: dict[str, int] = {}
    for (blad,) in db.execute("SELECT blad FROM vermelding ORDER BY nr").fetchall():
        wortel = rand.add(leaf_hash(blad))
        tegels += [wortel] if wortel is not None else []
        if b'"soort":"beslissing"' in blad:
            jaar = blad.partition(b'"peildatum":"')[2][:4].decode()
            jaren[jaar] = jaren.get(jaar, 0) + 1
    import json

    db.execute(
        "UPDATE stand SET omvang = ?, rand = ?, jaren = ?",
        (rand.omvang, rand.to_bytes(), json.dumps(dict(sorted(jaren.items())))),
    )
    db.execute("DELETE FROM tegel")
    db.executemany("INSERT INTO tegel VALUES (?, ?)", list(enumerate(tegels)))


def _dump(pad: Path) -> str:
    with closing(sqlite3.connect(pad)) as db, db:
        return "\n".join(db.iterdump())


def test_what_was_not_altered_is_whole(kopie):
    assert _found(kopie()) == []
    assert _found_by_check(kopie()) == []


@pytest.mark.parametrize("aanval", [edit, delete, insert, reorder, swap], ids=lambda a: a.__name__)
def test_every_attack_is_found(kopie, aanval):
    r = random.Random(aanval.__name__)
    gemist = []
    for nr in range(AANTAL):
        pad = kopie()
        voor = _dump(pad) if AANTAL < 100 else ""
        with closing(sqlite3.connect(pad, isolation_level=None)) as db, db:
            db.execute("BEGIN")
            aanval(db, r)
            db.execute("COMMIT")
        if AANTAL < 100:
            assert _dump(pad) != voor, f"trial {nr} altered nothing"
        if not _found_by_check(pad):
            gemist.append(nr)
    assert gemist == []


def test_an_end_that_was_cut_off_is_found(kopie, echt):
    """All that is left is genuine; who saw more of it knows: the witness with the keys, or a head that was given out."""
    with Journaal.open(echt / "j.db", schrijven=False) as journaal:
        gegeven = journaal.hoofd()
    r = random.Random("afgekapt")
    gemist = []
    for nr in range(AANTAL):
        pad = kopie()
        with closing(sqlite3.connect(pad, isolation_level=None)) as db, db:
            db.execute("BEGIN")
            truncate(db, r)
            db.execute("COMMIT")
        if not _found(pad):
            gemist.append(("getuige", nr))
        for gezien in pad.with_name(pad.name + ".sleutels").glob("gezien-*"):
            gezien.unlink()
        try:
            with Journaal.open(pad) as journaal:
                gevonden = list(Nakijker(journaal).check(eerder=[gegeven]))
            assert bool(list(hold_against(journaal, gegeven))) == bool(gevonden)
        except JournaalError:
            continue
        if not gevonden:
            gemist.append(("hoofd", nr))
    assert gemist == []


def test_a_head_that_counted_otherwise_is_found(kopie):
    """Signed with the real key, over the real records: of a log from which decisions could be left out."""
    with Journaal.open(kopie()) as journaal:
        hoofd = journaal.hoofd()
        jaren = dict(hoofd.jaren)
        for omvang in (hoofd.omvang, 30):
            wortel = journaal.boom().root(omvang)
            for anders in ({}, {"1999": 1}, {j: n // 10 for j, n in jaren.items()}):
                eerder = sign_head(journaal.keys(), journaal.log, omvang, wortel, hoofd.tijd, anders)
                (los,) = hold_against(journaal, eerder)
                assert [b.wat for b in Nakijker(journaal).check(eerder=[eerder])] == [los]
                assert "aantallen beslissingen per jaar" in los
        assert list(hold_against(journaal, hoofd)) == []
        assert list(Nakijker(journaal).check(eerder=map(Boomhoofd.parse, journaal.opslag.hoofden()))) == []


VREEMD = {
    "trigger": "CREATE TRIGGER kopie BEFORE DELETE ON persoonssleutel BEGIN INSERT INTO stuk VALUES (old.id, old.sleutel); END",
    "trigger_weg": "CREATE TRIGGER weg AFTER INSERT ON vermelding BEGIN DELETE FROM vermelding WHERE nr = new.nr; END",
    "table": "CREATE TABLE bewaard (id TEXT)",
    "index": "CREATE INDEX snel ON persoonssleutel (sleutel)",
    "view": "CREATE VIEW alles AS SELECT * FROM vermelding",
    "kolom": "ALTER TABLE persoonssleutel ADD COLUMN kopie BLOB",
    "index_weg": "DROP INDEX persoon",
}


@pytest.mark.parametrize("wat", VREEMD)
def test_what_was_not_made_with_the_store_is_found(kopie, wat):
    """It is not written in, erasing included; and who checks is told."""
    pad = kopie()
    with closing(sqlite3.connect(pad)) as db, db:
        db.execute(VREEMD[wat])
    with pytest.raises(JournaalError, match=r"niet zoals hij werd gemaakt: \w+ \w+") as fout:
        Journaal.open(pad)
    assert fout.value.code == "ZR-960"
    with Journaal.open(pad, schrijven=False) as journaal:
        assert [b.waar for b in Nakijker(journaal).check()] == ["opslag"]


def test_a_fork_is_found(kopie, tmp_path):
    """Who has the keys can sign two histories; whoever was given a head of the one sees that the other does not build on it."""
    zaken = gevallen.casussen("huisarts", 12)
    r = random.Random("vork")
    gemist = []
    with Engine(plugins={"huisarts"}) as engine:
        for zaak in zaken:
            engine.decide(zaak)
    for nr in range(max(5, AANTAL // 10)):
        een, twee = kopie(), tmp_path / "twee"
        shutil.rmtree(twee, ignore_errors=True)
        shutil.copytree(een.parent, twee)
        hoofden = []
        for pad in (een, twee / "j.db"):
            with Journaal.open(pad) as journaal, Engine(plugins={"huisarts"}, journaal=journaal) as engine:
                list(engine.decide_many(r.choices(zaken, k=r.randrange(1, 9)), groep=r.randrange(1, 5)))
                hoofden.append(journaal.hoofd())
        with Journaal.open(twee / "j.db") as journaal:
            assert list(Nakijker(journaal).check()) == []
            if hoofden[0] != hoofden[1] and not list(hold_against(journaal, hoofden[0])):
                gemist.append(nr)
    assert gemist == []
