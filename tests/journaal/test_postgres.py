"""PostgreSQL itself: every way in which a server can fail is said plainly, and never answered as if it were recorded."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pgserver
import pytest
from belasting import BASIS, Kind, Plek, decide_group, write_load
from controle import check
from tussenpersoon import Tussenpersoon
from zorgregels import Engine
from zorgregels._journaal import postgres, postgres_fouten
from zorgregels._journaal.journaal import Journaal, Nieuw
from zorgregels._journaal.nakijken import Nakijker
from zorgregels._journaal.opslag import Persoonssleutel, Stand, open_opslag
from zorgregels._journaal.vermelding import Rij
from zorgregels.errors import JournaalError

GEHEIM = "zeer-geheim-wachtwoord"
psycopg = pytest.importorskip("psycopg", reason="no psycopg (pip install 'zorgregels[postgres]')")
pytestmark = pytest.mark.skipif(bool(pgserver.why_not()), reason=pgserver.why_not() or "-")


@pytest.fixture
def url(pg_server: pgserver.Server) -> str:
    return pg_server.new_database()


@pytest.fixture
def plek(url: str, tmp_path: Path) -> Plek:
    """A Journaal with its begin alone."""
    plek = Plek(url, tmp_path / "sleutels", tmp_path / "geheugen")
    plek.create()
    return plek


def refused(code: str, doe, *args, **kwargs) -> str:
    with pytest.raises(JournaalError) as fout:
        doe(*args, **kwargs)
    assert fout.value.code == code, fout.value
    assert GEHEIM not in str(fout.value) + repr(fout.value)
    assert fout.value.__context__ is None or fout.value.__suppress_context__  # no trail of the library's own errors
    return str(fout.value)


def record(journaal: Journaal, aantal: int = 1) -> int:
    """Add records that are no decisions."""
    return journaal.append(lambda _, nr, tijd: Nieuw([_leaf(nr + i, tijd) for i in range(aantal)]))


def _leaf(nr: int, tijd: str) -> Rij:
    return Rij(nr, b'{"schema":"journaal/v1","soort":"wissing","tijd":"%s"}' % tijd.encode())


def as_user(url: str, wie: str, geheim: str = GEHEIM) -> str:
    return url.replace("baas@", f"{wie}:{geheim}@")


def database(url: str) -> str:
    return url.rpartition("@/")[2].partition("?")[0]


# -- getting in ----------------------------------------------------------------------------------------------------


def test_no_server(tmp_path):
    for waar in (f"postgresql://baas:{GEHEIM}@/x?host={tmp_path}", f"postgresql://baas:{GEHEIM}@127.0.0.1:1/x"):
        assert "luistert geen server" in refused("ZR-903", open_opslag, waar, schrijven=True)
    waar = f"postgresql://baas@nergens.invalid/x?password={GEHEIM}&connect_timeout=5"
    assert "naam van de server" in refused("ZR-903", open_opslag, waar, schrijven=False)


@pytest.mark.parametrize(
    "waar",
    [
        f"postgresql://baas:{GEHEIM}@[::1/x",
        f"postgresql://baas:{GEHEIM}@/x?bestaat_niet=1",
        f"postgresql://baas:{GEHEIM}@/x?host",
        f"postgres://baas:{GEHEIM}%@/x",
    ],
)
def test_no_url(waar):
    assert "geen URL" in refused("ZR-903", open_opslag, waar, schrijven=True)


def test_no_database(pg_server):
    waar = pg_server.url("bestaatniet", geheim=GEHEIM)
    assert "createdb" in refused("ZR-903", open_opslag, waar, schrijven=True, nieuw=True)


def test_no_user(pg_server):
    waar = pg_server.url("postgres", wie="niemand", geheim=GEHEIM)
    assert "kent deze gebruiker niet" in refused("ZR-903", open_opslag, waar, schrijven=True)


def test_wrong_password(eigen_server):
    eigen_server.sql("CREATE ROLE klerk LOGIN PASSWORD 'het juiste'")
    hba = eigen_server.data / "pg_hba.conf"
    hba.write_text("local all klerk scram-sha-256\n" + hba.read_text())
    eigen_server.sql("SELECT pg_reload_conf()")
    waar = eigen_server.url("postgres", wie="klerk", geheim=GEHEIM)
    assert "wachtwoord" in refused("ZR-903", open_opslag, waar, schrijven=True)
    zonder = eigen_server.url("postgres", wie="klerk")
    assert "er is er geen gegeven" in refused("ZR-903", open_opslag, zonder, schrijven=True)
    hba.write_text("local all klerk reject\n" + hba.read_text())
    eigen_server.sql("SELECT pg_reload_conf()")
    assert "pg_hba.conf" in refused("ZR-903", open_opslag, waar, schrijven=True)


def test_server_without_room(eigen_server):
    """As many connections as there can be, held by others."""
    eigen_server.sql("ALTER ROLE baas CONNECTION LIMIT 1")
    eigen_server.sql("CREATE ROLE klerk LOGIN CONNECTION LIMIT 1")
    with psycopg.connect(eigen_server.url("postgres", wie="klerk")):
        waar = eigen_server.url("postgres", wie="klerk", geheim=GEHEIM)
        assert "verbinding meer vrij" in refused("ZR-903", open_opslag, waar, schrijven=True)
    eigen_server.sql("ALTER ROLE klerk CONNECTION LIMIT 100")
    openstaand = []
    try:
        with suppress(psycopg.OperationalError):
            while len(openstaand) < 100:
                openstaand.append(psycopg.connect(eigen_server.url("postgres", wie="klerk")))
        assert "verbinding meer vrij" in refused("ZR-903", open_opslag, waar, schrijven=True)
    finally:
        for db in openstaand:
            db.close()


def test_without_psycopg(monkeypatch, url):
    monkeypatch.delitem(sys.modules, "zorgregels._journaal.postgres_verbinding")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "pip install 'zorgregels[postgres]'" in refused("ZR-908", open_opslag, url, schrijven=True)


def test_a_plain_start_does_not_load_psycopg():
    tekst = "import sys, zorgregels._journaal.journaal, zorgregels._journaal.sqlite; sys.exit('psycopg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", tekst], check=False).returncode == 0


def test_how_it_is_called(plek):
    store = open_opslag(as_user(plek.waar, "baas"), schrijven=False)
    assert store.naam.startswith("postgresql://baas@")
    assert f"/{database(plek.waar)}" in store.naam
    assert GEHEIM not in store.naam
    store.close()


# -- what is there -------------------------------------------------------------------------------------------------


def test_tables_of_another(pg_server, url):
    pg_server.sql("CREATE TABLE stand (x int)", database(url))
    refused("ZR-901", open_opslag, url, schrijven=True, nieuw=True)
    assert pg_server.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database(url)) == [(1,)]
    pg_server.sql("CREATE TABLE journaal (x int)", database(url))
    refused("ZR-902", open_opslag, url, schrijven=True)


def test_two_that_make_it_at_once(url):
    """One does, the other hears that it is there; whichever it is, there is one Journaal."""
    uitkomst: list[str] = []
    start = threading.Barrier(4)

    def make() -> None:
        start.wait()
        try:
            open_opslag(url, schrijven=True, nieuw=True).close()
            uitkomst.append("gemaakt")
        except JournaalError as fout:
            uitkomst.append(fout.code)

    draden = [threading.Thread(target=make) for _ in range(4)]
    for draad in draden:
        draad.start()
    for draad in draden:
        draad.join()
    assert sorted(uitkomst) == ["ZR-901", "ZR-901", "ZR-901", "gemaakt"]
    store = open_opslag(url, schrijven=True)
    assert store.stand() == Stand(0, b"", {})
    store.close()


@pytest.mark.parametrize(
    ("stuk", "code"),
    [
        ("DROP TABLE vermelding", "ZR-902"),
        ("DROP TABLE stand", "ZR-902"),
        ("DELETE FROM stand", "ZR-904"),
        ("UPDATE stand SET jaren = 'x'", "ZR-904"),
        ("ALTER TABLE vermelding DROP COLUMN zouten", "ZR-902"),
        ("INSERT INTO vermelding VALUES (1, '', '', '', '', '')", "ZR-903"),
        ("DELETE FROM journaal", "ZR-902"),
    ],
)
def test_somebody_was_at_the_tables(plek, pg_server, stuk, code):
    """Found while it is open or when it is opened: said, and nothing added."""
    with plek.open() as journaal:
        pg_server.sql(stuk, database(plek.waar))
        if "journaal" not in stuk:
            refused(code, record, journaal)
            telling = "SELECT count(*) FROM boomhoofd"
            assert pg_server.sql(telling, database(plek.waar)) == [(1,)]

    def reopen() -> None:
        with plek.open() as weer:
            record(weer)

    refused(code, reopen)


FUNCTIE = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;"


@pytest.mark.parametrize(
    ("stuk", "zegt"),
    [
        (FUNCTIE + "CREATE TRIGGER weg BEFORE INSERT ON vermelding FOR EACH ROW EXECUTE FUNCTION f()", "trigger weg op vermelding"),
        ("CREATE RULE weg AS ON DELETE TO persoonssleutel DO INSTEAD NOTHING", "rule weg op persoonssleutel"),
        ("CREATE POLICY weg ON boomhoofd USING (false)", "policy weg op boomhoofd"),
    ],
)  # fmt: skip
def test_something_was_hung_on_the_tables(plek, pg_server, stuk, zegt):
    """It is not written in, and who checks is told; what stands elsewhere in the database is nobody's business."""
    pg_server.sql("CREATE SCHEMA ander; CREATE TABLE ander.vermelding (nr int)", database(plek.waar))
    pg_server.sql("CREATE RULE r AS ON DELETE TO ander.vermelding DO INSTEAD NOTHING", database(plek.waar))
    with plek.open() as journaal:
        assert list(Nakijker(journaal).check()) == []
    pg_server.sql(stuk, database(plek.waar))
    assert zegt in refused("ZR-960", plek.open)
    with Journaal.open(plek.waar, sleutels=plek.sleutels, schrijven=False) as journaal:
        assert [str(b) for b in Nakijker(journaal).check()] == [f"opslag: is niet zoals hij werd gemaakt: {zegt}"]


def test_records_need_a_stand(plek, pg_server):
    """Records that the stand would not count are not written."""
    with plek.open() as journaal:
        pg_server.sql("DELETE FROM stand", database(plek.waar))

        def write() -> None:
            with journaal.opslag.writing() as schrijver:
                schrijver.add([_leaf(1, "nu")], [], Stand(2, b"", {}), "hoofd")

        refused("ZR-904", write)
        assert journaal.opslag.row(1) is None


@pytest.mark.parametrize("schrijven", [True, False])
def test_no_right(plek, pg_server, schrijven):
    """A user who may only read: reads, and writes nothing."""
    with plek.open() as journaal:
        record(journaal, 5)
    wie = f"lezer_{database(plek.waar)}"
    pg_server.sql(f"CREATE ROLE {wie} LOGIN", database(plek.waar))
    waar = as_user(plek.waar, wie)
    assert "mag dit niet" in refused("ZR-903", open_opslag, waar, schrijven=schrijven)
    pg_server.sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {wie}", database(plek.waar))
    with Journaal.open(waar, sleutels=plek.sleutels, schrijven=schrijven) as journaal:
        assert journaal.opslag.stand().omvang == 6
        assert len(check(journaal)) == 0
        if schrijven:
            assert "rechten" in refused("ZR-903", record, journaal)
            assert "eigenaar" in refused("ZR-905", journaal.opslag.settle_erasure)
        assert journaal.opslag.stand().omvang == 6


def test_read_only_server(plek, pg_server):
    naam = database(plek.waar)
    with plek.open() as journaal:
        pg_server.sql(f"ALTER DATABASE {naam} SET default_transaction_read_only = on")
        refused("ZR-903", lambda: open_opslag(as_user(plek.waar, "baas"), schrijven=True))
        # A connection that was there keeps its settings; ended, the new one has the new.
        _end_all(pg_server, naam)
        assert "alleen worden gelezen" in refused("ZR-903", record, journaal)
        with Journaal.open(plek.waar, sleutels=plek.sleutels, schrijven=False) as lezer:
            assert check(lezer) == {}
        pg_server.sql(f"ALTER DATABASE {naam} RESET default_transaction_read_only")
        assert record(journaal) == 1


def _end_all(server: pgserver.Server, naam: str) -> None:
    server.sql(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{naam}'")


# -- durable -------------------------------------------------------------------------------------------------------


def test_a_commit_waits_for_the_disk(plek, pg_server):
    """Whatever the server does by default."""
    naam = database(plek.waar)
    pg_server.sql(f"ALTER DATABASE {naam} SET synchronous_commit = off")
    with plek.open() as journaal:
        assert journaal.opslag._db.query("SELECT current_setting('synchronous_commit')") == [("off",)]
        with journaal.opslag.writing():
            assert journaal.opslag._db.query("SELECT current_setting('synchronous_commit')") == [("on",)]
            # …and that somebody else may only write when this is done.
            assert journaal.opslag._db.query("SELECT current_setting('transaction_isolation')") == [("read committed",)]
        assert journaal.opslag._db.query("SELECT current_setting('synchronous_commit')") == [("off",)]


def test_a_server_that_does_not_wait(eigen_server, tmp_path):
    plek = Plek(eigen_server.new_database(), tmp_path / "sleutels", tmp_path / "c")
    plek.create()
    eigen_server.sql("ALTER SYSTEM SET fsync = off")
    eigen_server.sql("SELECT pg_reload_conf()")
    while eigen_server.sql("SHOW fsync") != [("off",)]:
        time.sleep(0.05)
    assert "fsync" in refused("ZR-909", plek.open)
    refused("ZR-909", open_opslag, eigen_server.new_database(), schrijven=True, nieuw=True)
    with Journaal.open(plek.waar, sleutels=plek.sleutels, schrijven=False) as lezer:
        assert check(lezer) == {}


# -- the connection ------------------------------------------------------------------------------------------------


def test_ended_between_two_transactions(plek, pg_server):
    """Nobody notices: there is a new connection, and everything goes on."""
    with plek.open() as journaal:
        for doe in (
            lambda: record(journaal),
            journaal.opslag.stand,
            lambda: list(journaal.opslag.rows(0, 9)),
            lambda: check(journaal),
            journaal.opslag.settle_erasure,
        ):
            _end_all(pg_server, database(plek.waar))
            try:
                doe()
            except JournaalError as fout:
                assert fout.code == "ZR-905"  # noqa: PT017 - what is not in a transaction is not done twice
        assert record(journaal, 2) == 2
        assert len(list(journaal.opslag.rows(0, 9))) == 4


def test_ended_within_a_transaction(plek, pg_server):
    with plek.open() as journaal:

        def make(_, nr: int, tijd: str) -> Nieuw:
            _end_all(pg_server, database(plek.waar))
            return Nieuw([_leaf(nr, tijd)])

        tekst = refused("ZR-903", journaal.append, make)
        assert "Er is niets vastgelegd en er is geen antwoord" in tekst
        assert journaal.opslag.stand().omvang == 1
        assert record(journaal, 3) == 1
        assert check(journaal) == {}

        def read() -> None:
            with journaal.opslag.reading():
                assert journaal.opslag.stand().omvang == 4
                _end_all(pg_server, database(plek.waar))
                for _ in range(2):  # also when the caller looks away: it would be another moment than was being read
                    refused("ZR-903", journaal.opslag.stand)

        refused("ZR-903", read)
        assert record(journaal) == 4


def test_left_in_the_middle_of_a_question(plek):
    """A connection of which nobody knows what it is doing is not used again."""
    with plek.open() as journaal:

        def write() -> None:
            with journaal.opslag.writing():
                journaal.opslag._db._db.pgconn.send_query(b"SELECT pg_sleep(1)")
                raise ArithmeticError

        with pytest.raises(ArithmeticError):
            write()
        assert record(journaal) == 1


@pytest.fixture
def proxy(pg_server: pgserver.Server) -> Iterator[Tussenpersoon]:
    proxy = Tussenpersoon(pg_server.map_)
    yield proxy
    proxy.close()


@pytest.mark.parametrize("wanneer", ["voor", "na"])
def test_cut_at_the_commit(plek, proxy, wanneer, pg_server):
    """Whether the server heard COMMIT or not, nobody was told that it did: no answer, and the next goes on from what is there."""
    plek.waar += "&port=5433"
    with plek.open() as journaal:
        proxy.woord, proxy.wanneer = b"COMMIT\0", wanneer
        assert "is niet bekend" in refused("ZR-903", record, journaal, 2)
        verwacht = 3 if wanneer == "na" else 1
        _until(lambda: _busy(pg_server, database(plek.waar)) == 0)
        assert record(journaal) == verwacht
        assert check(journaal) == {}
        assert journaal.opslag.stand().omvang == verwacht + 1


@pytest.mark.parametrize(
    "woord", [b"BEGIN", b"FOR UPDATE", b"SELECT omvang, rand", b"COPY", b"UPDATE stand", b"boomhoofd"]
)
@pytest.mark.parametrize("wanneer", ["voor", "na"])
def test_cut_at_any_word(plek, proxy, wanneer, woord, pg_server):
    plek.waar += "&port=5433"
    with plek.open() as journaal:
        proxy.woord, proxy.wanneer = woord, wanneer
        try:
            nr = record(journaal, 2)
        except JournaalError as fout:
            assert fout.code == "ZR-903"  # noqa: PT017 - before anything was written it just begins anew
            assert woord not in (b"BEGIN", b"FOR UPDATE")
            _until(lambda: _busy(pg_server, database(plek.waar)) == 0)
            assert journaal.opslag.stand().omvang == 1
        else:
            assert nr == 1
            assert woord in (b"BEGIN", b"FOR UPDATE")
        assert proxy.woord == b""
        stand = journaal.opslag.stand().omvang
        assert record(journaal) == stand
        assert check(journaal) == {}


def _busy(server: pgserver.Server, naam: str) -> int:
    """How many connections are in a transaction: one that was cut off is undone when the server notices."""
    vraag = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{naam}' AND state <> 'idle'"
    return int(server.sql(vraag)[0][0])


def _until(klaar) -> None:
    for _ in range(600):
        if klaar():
            return
        time.sleep(0.05)
    raise TimeoutError


@pytest.mark.parametrize(
    ("doet", "zegt"),
    [
        ("RAISE EXCEPTION 'nee'", "de server zegt"),
        ("RAISE EXCEPTION 'nee' USING ERRCODE = '53100'", "schijf van de server is vol"),
        ("RAISE EXCEPTION 'nee' USING ERRCODE = '58030'", "schijf van de server geeft een fout"),
        ("RAISE EXCEPTION 'nee' USING ERRCODE = '40001'", "tegelijk"),
        ("RAISE EXCEPTION 'nee' USING ERRCODE = 'XX001'", "beschadigd"),
        ("PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5)", "is niet bekend"),
        ("PERFORM pg_cancel_backend(pg_backend_pid()); PERFORM pg_sleep(5)", "brak de opdracht af"),
    ],
)
@pytest.mark.parametrize("uitgesteld", [True, False], ids=["bij COMMIT", "bij schrijven"])
def test_the_server_refuses(plek, pg_server, doet, zegt, uitgesteld):
    """At the write itself, or only when it commits."""
    naam = database(plek.waar)
    pg_server.sql(
        f"CREATE FUNCTION weiger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {doet}; RETURN NULL; END $$", naam
    )
    wanneer = "INITIALLY DEFERRED" if uitgesteld else "INITIALLY IMMEDIATE"
    if not uitgesteld and zegt == "is niet bekend":
        zegt = "gestopt"
    with plek.open() as journaal:
        pg_server.sql(
            "CREATE CONSTRAINT TRIGGER weiger AFTER INSERT ON boomhoofd DEFERRABLE "
            f"{wanneer} FOR EACH ROW EXECUTE FUNCTION weiger()",
            naam,
        )
        assert zegt in refused("ZR-903", record, journaal, 2)
        pg_server.sql("DROP TRIGGER weiger ON boomhoofd", naam)
        assert journaal.opslag.stand().omvang == 1
        assert record(journaal, 2) == 1
        assert check(journaal) == {}


def test_a_commit_that_rolls_back(plek):
    """Something failed, and whoever wrote looked away: PostgreSQL answers COMMIT with ROLLBACK and no error."""
    with plek.open() as journaal:

        def write() -> None:
            with journaal.opslag.writing() as schrijver:
                schrijver.add_stukken([(b"s" * 6, b"x")])
                with pytest.raises(JournaalError):
                    schrijver.add([_leaf(0, "nu")], [], Stand(1, b"", {}), "hoofd")

        assert "ongedaan" in refused("ZR-903", write)
        assert journaal.opslag.stukken([b"s" * 6 + bytes(10)]) == {}
        assert record(journaal) == 1


def test_another_writer_does_not_end(plek, pg_server, monkeypatch):
    monkeypatch.setattr(postgres, "_SCHRIJF", postgres._SCHRIJF.replace("'10s'", "'200ms'"))
    with plek.open() as ander, plek.open() as journaal:
        with ander.opslag.writing():
            assert "een ander programma" in refused("ZR-903", record, journaal)
            assert journaal.opslag.stand().omvang == 1  # reading does not wait
        assert record(journaal) == 1
        assert record(ander) == 2


def test_a_writer_that_no_longer_says_anything(plek, monkeypatch):
    """It is set aside, and nothing of it stays."""
    monkeypatch.setattr(postgres, "_SCHRIJF", postgres._SCHRIJF.replace("'60s'", "'200ms'"))
    with plek.open() as stil, plek.open() as journaal:

        def make(_, nr: int, tijd: str) -> Nieuw:
            assert record(journaal) == nr  # waits until the server has set the silent one aside
            return Nieuw([_leaf(nr, tijd)])

        refused("ZR-903", stil.append, make)
        assert record(stil) == 2
        assert check(journaal) == {}


def test_a_key_that_an_older_moment_still_sees(plek):
    """Who reads an older moment keeps it on the disk of the server, without having looked at it."""
    with plek.open() as journaal, plek.open() as lezer:
        with journaal.opslag.writing() as schrijver:
            schrijver.add_persoonssleutels([Persoonssleutel("7", None, b"s" * 60)])
        with lezer.opslag.reading():
            lezer.opslag.stand()
            with journaal.opslag.writing() as schrijver:
                assert schrijver.erase("7")
            assert "leest nog" in refused("ZR-905", journaal.opslag.settle_erasure)
        journaal.opslag.settle_erasure()


def test_a_password_is_not_repeated():
    """Whatever a server, or what stands before it, may say."""
    fout = psycopg.OperationalError(f"vreemd: {GEHEIM} klopt niet")
    tekst = str(postgres_fouten.explain(fout, "naam", GEHEIM))
    assert "vreemd" in tekst
    assert GEHEIM not in tekst


def test_every_cause_names_what_to_do():
    """The tables of causes: each has a text and a help, and says that nothing was recorded wherever that can be meant."""
    for tekst, hulp in (*postgres_fouten._CODES.values(), *postgres_fouten._WOORDEN.values()):
        assert tekst
        assert hulp.endswith(".") or "zorgregels " in hulp or ": create" in hulp


# -- the server stops ----------------------------------------------------------------------------------------------


@pytest.fixture
def eigen_plek(eigen_server: pgserver.Server, tmp_path: Path) -> Plek:
    plek = Plek(eigen_server.new_database(), tmp_path / "sleutels", tmp_path / "geheugen")
    plek.create()
    Engine(plugins=[BASIS], cache=plek.cache).close()
    return plek


@pytest.mark.parametrize("hoe", ["immediate", "fast"])
def test_stopped_in_the_middle(eigen_plek, eigen_server, hoe):
    """In the middle of a group: an error and no answer; afterwards nothing of it is there, and the same Engine just goes on."""
    with eigen_plek.engine() as (engine, journaal):
        gegeven = decide_group(engine, random.Random(1), 30)
        echt = journaal.opslag.add

        def add(*args) -> None:
            echt(*args)
            eigen_server.stop(hoe)

        journaal.opslag.add = add
        assert "geen antwoord" in refused("ZR-903", decide_group, engine, random.Random(2), 30)
        del journaal.opslag.add
        refused("ZR-903", decide_group, engine, random.Random(2), 3)  # there still is none
        refused("ZR-903", eigen_plek.open)
        eigen_server.start()
        assert check(journaal) == {int(n): d for n, d in map(str.split, gegeven)}
        gegeven += decide_group(engine, random.Random(3), 30)
        assert [int(r.split()[0]) for r in gegeven] == list(range(1, 61))
    with eigen_plek.open() as journaal:
        assert check(journaal) == {int(n): d for n, d in map(str.split, gegeven)}


def test_stopped_again_and_again(eigen_plek, eigen_server):
    """Two that decide go on through stops at any moment: what each was answered is there, and the log has no gap."""
    toeval = random.Random(11)
    kinderen = [Kind(write_load(eigen_plek, zaad, 100_000, volhouden=True)) for zaad in (1, 2)]
    for kind in kinderen:
        kind.read_until(lambda k=kind: len(k.bevestigd) > 20)
    for _ in range(4):
        time.sleep(toeval.uniform(0, 0.3))
        eigen_server.stop("immediate")
        for kind in kinderen:
            al = len(_faults(kind))
            kind.read_until(lambda k=kind, n=al: len(_faults(k)) > n)
        eigen_server.start()
        for kind in kinderen:  # the same Engine is answered again
            al = len(kind.bevestigd)
            kind.read_until(lambda k=kind, n=al: len(k.bevestigd) > n + 20)
    for kind in kinderen:
        kind.kill()
        assert {r.split()[1] for r in _faults(kind)} == {"ZR-903"}
    with eigen_plek.open() as journaal:
        nu = check(journaal)
        assert record(journaal) == journaal.opslag.stand().omvang - 1
    bevestigd = [kind.bevestigd for kind in kinderen]
    assert not bevestigd[0].keys() & bevestigd[1].keys()
    assert (bevestigd[0] | bevestigd[1]).items() <= nu.items()
    print(
        f"\n4 stops: {sum(map(len, bevestigd))} answered, all there, of {len(nu)}; {sum(len(_faults(k)) for k in kinderen)} errors"
    )


def _faults(kind: Kind) -> list[str]:
    return [r for r in kind.regels if r.startswith("fout")]


def test_server_without_disk(eigen_plek, eigen_server, tmp_path):
    """A real file system that is full, under the tables."""
    map_ = eigen_server.map_ / "klein"
    map_.mkdir(mode=0o777)
    klaar = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m,mode=777", "tmpfs", map_], check=False, capture_output=True
    )
    if klaar.returncode:
        pytest.skip(f"no file system can be mounted here: {klaar.stderr.decode().strip()}")
    try:
        ruimte = map_ / "ruimte"
        ruimte.mkdir()
        os.chown(ruimte, eigen_server.data.stat().st_uid, -1)
        eigen_server.sql(f"CREATE TABLESPACE klein LOCATION '{ruimte}'")
        eigen_server.sql("CREATE DATABASE klein TABLESPACE klein")
        plek = Plek(eigen_server.url("klein"), tmp_path / "s", eigen_plek.cache)
        plek.create()
        gegeven: list[str] = []
        with plek.engine() as (engine, journaal):

            def fill() -> None:
                while len(gegeven) < 100_000:
                    gegeven.extend(decide_group(engine, random.Random(len(gegeven)), 100))

            assert "vol" in refused("ZR-903", fill)
            assert len(gegeven) > 500
            subprocess.run(["mount", "-o", "remount,size=40m", map_], check=True)
            gegeven += decide_group(engine, random.Random(0), 100)
            assert check(journaal) == {int(n): d for n, d in map(str.split, gegeven)}
    finally:
        eigen_server.stop("immediate")
        subprocess.run(["umount", "-l", map_], check=True)
