"""What every store must do, tried on each: all of a transaction or nothing, one moment for who reads, turns for who writes."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import threading
import zlib
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zorgregels._journaal.opslag import Opslag, Persoonssleutel, Stand, open_opslag
from zorgregels._journaal.vermelding import Rij, make_ref, pack_key
from zorgregels.errors import JournaalError

FORK = multiprocessing.get_context("fork")


@pytest.fixture
def opslag(waar):
    store = open_opslag(waar, schrijven=True, nieuw=True)
    yield store
    store.close()


@pytest.fixture
def open_(waar, opslag):
    """Opens the store once more."""
    gemaakt: list[Opslag] = []

    def doe(**kwargs) -> Opslag:
        gemaakt.append(open_opslag(waar, schrijven=kwargs.pop("schrijven", True), **kwargs))
        return gemaakt[-1]

    yield doe
    for store in gemaakt:
        store.close()


def rij(nr: int) -> Rij:
    return Rij(nr, b"blad %d" % nr, b"{}", b"d" * 16, b"z" * 16, b"", b"dicht" if nr % 2 else None)


def add(store: Opslag, aantal: int = 1) -> int:
    """Add records as a Journaal does: after those that are there; return the number of the first."""
    with store.writing() as schrijver:
        begin = schrijver.stand().omvang
        nieuw = Stand(begin + aantal, b"rand %d" % (begin + aantal), {"2025": begin + aantal})
        schrijver.add([rij(nr) for nr in range(begin, begin + aantal)], [], nieuw, f"hoofd {begin + aantal}")
        return begin


def everything(store: Opslag) -> tuple:
    omvang = store.stand().omvang
    return (
        store.stand(),
        list(store.rows(0, omvang + 10)),
        list(store.hoofden()),
        list(store.bloks()),
        store.tegels(10**6),
        store.hoofd(),
    )


def refused(code: str, doe, *args, **kwargs) -> str:
    with pytest.raises(JournaalError) as fout:
        doe(*args, **kwargs)
    assert fout.value.code == code, fout.value
    assert fout.value.__context__ is None or fout.value.__suppress_context__  # no trail of the library's own errors
    return str(fout.value)


# -- there and back ------------------------------------------------------------------------------------------------


def test_new_is_empty(opslag):
    assert everything(opslag) == (Stand(0, b"", {}), [], [], [], [], None)
    assert opslag.row(0) is None
    assert opslag.blok(b"\0" * 32) is None
    assert opslag.stukken([b"\0" * 16]) == {}
    assert opslag.persoonssleutel("a") is None
    with opslag.writing() as schrijver:
        assert schrijver.stand() == Stand(0, b"", {})
        assert schrijver.hoofd() is None
        assert schrijver.persoonssleutels([b"p"]) == {}
        assert not schrijver.has_blok(b"\0" * 32)
        assert not schrijver.erase("a")


_bytes = st.binary(max_size=60)
_merk = st.integers(0, 30).map(lambda i: sha256(b"%d" % i).digest())
_rest = st.tuples(_bytes, _bytes, _bytes, _bytes, _bytes, st.none() | _bytes)
_groep = st.fixed_dictionaries(
    {
        "rijen": st.lists(_rest, min_size=1, max_size=6),
        "bloks": st.lists(st.tuples(_merk, st.sampled_from(["regelset", "lading"]), _bytes), max_size=3),
        "stukken": st.lists(_bytes.map(lambda b: b.replace(b"\n", b" ")), max_size=5),
        "sleutels": st.lists(st.tuples(st.none() | _merk, st.binary(min_size=1, max_size=60)), max_size=3),
        "tegels": st.lists(_merk, max_size=2),
        "wissen": st.integers(0, 20),
        "mislukt": st.booleans(),
    }
)
_teller = itertools.count()


@given(groepen=st.lists(_groep, max_size=5))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_as_a_model(groepen, waar, request):
    """Groups of anything, some of which fail halfway: what is there is what a dictionary would hold."""
    plek = _fresh(waar, request)
    store = open_opslag(plek, schrijven=True, nieuw=True)
    rijen, bloks, stukken, sleutels, tegels, hoofden = [], {}, {}, {}, [], []
    stand = Stand(0, b"", {})
    for nr, groep in enumerate(groepen):
        nieuw = [Rij(len(rijen) + i, *rest) for i, rest in enumerate(groep["rijen"])]
        n_sleutels = {}
        for i, (persoon, sleutel) in enumerate(groep["sleutels"]):
            if persoon is None or persoon not in {s.persoon for s in (*sleutels.values(), *n_sleutels.values())}:
                n_sleutels[f"{nr}.{i}"] = Persoonssleutel(f"{nr}.{i}", persoon, sleutel)
        n_stand = Stand(len(rijen) + len(nieuw), sha256(b"%d" % nr).digest(), {"2024": nr, "2025": len(rijen)})
        weg = dict(enumerate(sleutels)).get(groep["wissen"], "onbekend")
        try:
            with store.writing() as schrijver:
                assert schrijver.stand() == stand
                assert schrijver.hoofd() == (hoofden[-1] if hoofden else None)
                for blok in groep["bloks"]:
                    schrijver.add_blok(*blok)
                    assert schrijver.has_blok(blok[0])
                if groep["stukken"]:
                    schrijver.add_stukken([(pack_key(nr), b"\n".join(groep["stukken"]))])
                schrijver.add_persoonssleutels(n_sleutels.values())
                bekend = {s.persoon: s for s in (*sleutels.values(), *n_sleutels.values()) if s.persoon is not None}
                assert schrijver.persoonssleutels([*bekend, b"x" * 32]) == bekend
                assert schrijver.erase(weg) == (weg in sleutels)
                plaatsen = list(enumerate(groep["tegels"], start=len(tegels)))
                schrijver.add(nieuw, plaatsen, n_stand, f"hoofd {nr}")
                if groep["mislukt"]:
                    raise ArithmeticError
        except ArithmeticError:
            pass
        else:
            stand = n_stand
            rijen += nieuw
            tegels += groep["tegels"]
            hoofden.append(f"hoofd {nr}")
            for merk, soort, inhoud in groep["bloks"]:
                bloks.setdefault(merk, (soort, inhoud))
            stukken |= {make_ref(nr, i, sha256(s).digest()): s for i, s in enumerate(groep["stukken"])}
            sleutels |= n_sleutels
            sleutels.pop(weg, None)
    for nu in (store, open_opslag(plek, schrijven=False)):
        with nu.reading():
            assert nu.stand() == stand
            assert nu.hoofd() == (hoofden[-1] if hoofden else None)
            assert list(nu.hoofden()) == hoofden
            assert list(nu.rows(0, len(rijen) + 1)) == rijen
            assert list(nu.rows(1, 3)) == rijen[1:3]
            assert [nu.row(nr) for nr in range(len(rijen) + 1)] == [*rijen, None]
            assert nu.tegels(len(tegels) + 1) == tegels
            assert nu.tegels(1) == tegels[:1]
            assert list(nu.bloks()) == sorted((m, s, i) for m, (s, i) in bloks.items())
            assert all(nu.blok(m) == i for m, (_, i) in bloks.items())
            assert nu.stukken([*stukken, b"x" * 16]) == stukken
            assert all(nu.persoonssleutel(i) == s.sleutel for i, s in sleutels.items())
        nu.close()


def _fresh(waar: str, request: pytest.FixtureRequest) -> str:
    """Another empty place of the same kind."""
    if not waar.startswith("postgresql:"):
        return f"{waar}.{next(_teller)}"
    server = request.getfixturevalue("pg_server")
    schema = f"s{next(_teller)}"
    database = waar.rpartition("@/")[2].partition("?")[0]
    server.sql(f"CREATE SCHEMA {schema}", database)
    return f"{waar}&options=-csearch_path%3D{schema}"


def test_many_rows_and_parts(opslag):
    """More than one question asks for."""
    add(opslag, 4500)
    assert [r.nr for r in opslag.rows(10, 4400)] == list(range(10, 4400))
    assert list(opslag.rows(0, 4500)) == [rij(nr) for nr in range(4500)]
    stukken = {make_ref(nr, i, b"merk" * 8): b"%d.%d" % (nr, i) for nr in range(4500) for i in range(2)}
    with opslag.writing() as schrijver:
        schrijver.add_stukken([(pack_key(nr), b"%d.0\n%d.1" % (nr, nr)) for nr in range(4500)])
    assert opslag.stukken(stukken.keys()) == stukken
    with opslag.writing() as schrijver:
        for i in range(60):
            schrijver.add_blok(sha256(b"%d" % i).digest(), "regelset", b"%d" % i * 1000)
        for nr in range(2100):
            schrijver.add([], [(nr, b"t%d" % nr)], Stand(4501 + nr, b"", {}), f"h{nr}")
    assert len(list(opslag.bloks())) == 60
    assert opslag.tegels(2050) == [b"t%d" % nr for nr in range(2050)]
    assert list(opslag.hoofden())[1:] == [f"h{nr}" for nr in range(2100)]


def test_documents_are_packed(opslag, waar, request):
    with opslag.writing() as schrijver:
        schrijver.add_blok(b"m" * 32, "regelset", b"x" * 100_000)
    assert opslag.blok(b"m" * 32) == b"x" * 100_000
    opslag.close()
    (ruw,) = _sql(waar, request, "SELECT inhoud FROM blok")
    assert zlib.decompress(ruw[0]) == b"x" * 100_000
    assert len(ruw[0]) < 1000


def test_a_damaged_document_is_none(opslag, waar, request, open_):
    with opslag.writing() as schrijver:
        schrijver.add_blok(b"m" * 32, "regelset", b"x" * 1000)
    opslag.close()
    _sql(waar, request, "UPDATE blok SET inhoud = '123'")
    weer = open_()
    assert weer.blok(b"m" * 32) is None
    assert [(m, s) for m, s, _ in weer.bloks()] == [(b"m" * 32, "regelset")]


def _sql(waar: str, request: pytest.FixtureRequest, vraag: str) -> list[tuple]:
    """Go around zorgregels."""
    if waar.startswith("postgresql:"):
        import psycopg

        with psycopg.connect(waar, autocommit=True) as pg:
            cursor = pg.execute(vraag, binary=True)
            return cursor.fetchall() if cursor.description else []
    import sqlite3

    db = sqlite3.connect(waar)
    try:
        if vraag.startswith("UPDATE blok"):
            vraag = vraag.replace("'123'", "x'313233'")
        with db:
            return db.execute(vraag).fetchall()
    finally:
        db.close()


# -- opening -------------------------------------------------------------------------------------------------------


def test_opened_to_read(opslag, open_):
    add(opslag, 3)
    lezer = open_(schrijven=False)
    assert everything(lezer) == everything(opslag)
    assert "lezen" in refused("ZR-903", add, lezer)
    assert everything(lezer) == everything(opslag)


def test_nothing_there(waar):
    for schrijven in (True, False):
        assert "journaal init" in refused("ZR-900", open_opslag, waar, schrijven=schrijven)
    if not waar.startswith("postgresql:"):
        assert not Path(waar).exists()


def test_never_made_twice(opslag, waar):
    add(opslag, 3)
    refused("ZR-901", open_opslag, waar, schrijven=True, nieuw=True)
    assert opslag.stand().omvang == 3


def test_another_form(opslag, waar, request):
    opslag.close()
    anders = "UPDATE journaal SET versie = 7" if waar.startswith("postgresql:") else "PRAGMA user_version = 7"
    _sql(waar, request, anders)
    assert "vorm 7" in refused("ZR-902", open_opslag, waar, schrijven=False)


# -- all or nothing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("waarmee", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_raises_leaves_nothing(opslag, open_, waarmee):
    add(opslag, 2)
    vroeger = everything(opslag)

    def write() -> None:
        with opslag.writing() as schrijver:
            schrijver.add_blok(b"m" * 32, "regelset", b"x")
            schrijver.add_stukken([(b"s" * 6, b"x")])
            schrijver.add_persoonssleutels([Persoonssleutel("id", b"p", b"s")])
            schrijver.add([rij(2)], [(0, b"t" * 32)], Stand(3, b"", {}), "hoofd 3")
            raise waarmee

    with pytest.raises(waarmee):
        write()
    for store in (opslag, open_()):
        assert everything(store) == vroeger
        assert store.stukken([b"s" * 6 + bytes(10)]) == {}
        assert store.persoonssleutel("id") is None
    assert add(opslag) == 2


def test_a_number_that_is_taken(opslag):
    """Nobody writes over a record."""
    add(opslag, 2)
    vroeger = everything(opslag)

    def write() -> None:
        with opslag.writing() as schrijver:
            schrijver.add_stukken([(b"s" * 6, b"x")])
            schrijver.add([rij(1)], [], Stand(3, b"", {}), "hoofd 3")

    refused("ZR-903", write)
    assert everything(opslag) == vroeger
    assert opslag.stukken([b"s" * 6 + bytes(10)]) == {}
    assert add(opslag) == 2


# -- who reads and who writes --------------------------------------------------------------------------------------


def test_reading_is_of_one_moment(opslag, open_):
    add(opslag, 2)
    lezer = open_(schrijven=False)
    with lezer.reading():
        vroeger = everything(lezer)
        add(opslag, 3)
        assert everything(lezer) == vroeger
        assert lezer.row(2) is None
    assert lezer.stand().omvang == 5
    assert lezer.row(2) == rij(2)


def test_rows_do_not_hang_on_what_comes_after(opslag, open_):
    add(opslag, 10)
    lezer = open_(schrijven=False)
    gelezen = [(add(opslag), r)[1].nr for r in lezer.rows(0, 10)]
    assert gelezen == list(range(10))


def test_what_is_not_committed_is_not_seen(opslag, open_):
    """Not by another program, and not by another thread of this one."""
    ander = open_(schrijven=False)
    gezien: list[int] = []
    with opslag.writing() as schrijver:
        schrijver.add([rij(0)], [], Stand(1, b"", {}), "hoofd 1")
        gezien.append(ander.stand().omvang)
        draad = threading.Thread(target=lambda: gezien.append(opslag.stand().omvang))
        draad.start()
        draad.join(0.5)  # it may see the old, or wait; it may not see what could still be undone
        assert gezien in ([0], [0, 0])
    draad.join()
    assert gezien in ([0, 0], [0, 1])


def test_threads_share_a_store(opslag):
    fouten: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(15):
                begin = add(opslag, 3)
                assert [r.nr for r in opslag.rows(begin, begin + 3)] == [begin, begin + 1, begin + 2]
                with opslag.reading():
                    assert len(list(opslag.rows(0, 10**6))) == opslag.stand().omvang
        except BaseException as fout:  # noqa: BLE001 - it is looked at outside the thread
            fouten.append(fout)

    draden = [threading.Thread(target=write) for _ in range(6)]
    for draad in draden:
        draad.start()
    for draad in draden:
        draad.join()
    assert fouten == []
    assert list(opslag.rows(0, 1000)) == [rij(nr) for nr in range(270)]


def _write_all(waar: str, uit) -> None:
    store = open_opslag(waar, schrijven=True)
    begin = [add(store, 2) for _ in range(25)]
    store.close()
    uit.put(begin)


def test_processes_take_turns(opslag, waar):
    """Four writers at once: no number twice, none left out, and each finds its own where it was told."""
    uit = FORK.Queue()
    werkers = [FORK.Process(target=_write_all, args=(waar, uit)) for _ in range(4)]
    for werker in werkers:
        werker.start()
    begonnen = [uit.get(timeout=120) for _ in werkers]
    for werker in werkers:
        werker.join()
    assert sorted(itertools.chain(*begonnen)) == list(range(0, 200, 2))
    assert all(b == sorted(b) for b in begonnen)
    assert list(opslag.rows(0, 1000)) == [rij(nr) for nr in range(200)]
    assert list(opslag.hoofden()) == [f"hoofd {nr}" for nr in range(2, 201, 2)]


def test_after_a_fork(opslag, waar):
    """Parent and child go on with the store that was open: each writes for itself, and ending one does not end the other."""
    add(opslag)
    kind = os.fork()
    if kind == 0:
        try:
            for _ in range(20):
                add(opslag)
            opslag.close()
        except BaseException:  # noqa: BLE001 - the child says it by its exit status
            os._exit(1)
        os._exit(0)
    for _ in range(20):
        add(opslag)
    assert os.waitstatus_to_exitcode(os.waitpid(kind, 0)[1]) == 0
    assert list(opslag.rows(0, 100)) == [rij(nr) for nr in range(41)]


# -- erasing -------------------------------------------------------------------------------------------------------


def test_an_erased_key_is_gone_from_the_disk(opslag, waar, request):
    sleutel = os.urandom(60)
    with opslag.writing() as schrijver:
        schrijver.add_persoonssleutels(
            [Persoonssleutel(f"{i}", None, sleutel if i == 7 else os.urandom(60)) for i in range(50)]
        )
    assert opslag.persoonssleutel("7") == sleutel
    with opslag.writing() as schrijver:
        assert schrijver.erase("7")
    assert opslag.persoonssleutel("7") is None
    opslag.settle_erasure()
    if waar.startswith("postgresql:"):
        server = request.getfixturevalue("pg_server")
        server.sql("CHECKPOINT")
        bestanden = list((server.data / "base").rglob("*"))  # its write-ahead log is not the store's to clean
    else:
        bestanden = list(Path(waar).parent.iterdir())
    ruw = [p.read_bytes() for p in bestanden if p.is_file()]
    assert any(opslag.persoonssleutel("8") in r for r in ruw)
    assert not any(sleutel in r for r in ruw)


@pytest.fixture
def kort(monkeypatch):
    """Does not wait long for others."""
    monkeypatch.setattr("zorgregels._journaal.sqlite.WACHT", 1.0)


def test_erasing_while_somebody_reads(kort, opslag, open_):
    """The key may then still be on the disk, and that is said."""
    with opslag.writing() as schrijver:
        schrijver.add_persoonssleutels([Persoonssleutel("7", None, b"s" * 60)])
    lezer = open_(schrijven=False)
    with lezer.reading():
        assert lezer.persoonssleutel("7") == b"s" * 60
        with opslag.writing() as schrijver:
            assert schrijver.erase("7")
        assert "gewist" in refused("ZR-905", opslag.settle_erasure)
        assert opslag.persoonssleutel("7") is None
    opslag.settle_erasure()
