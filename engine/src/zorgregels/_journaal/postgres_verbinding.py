"""One connection to PostgreSQL: made again when it was lost between two transactions, never within one."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus

from ..errors import JournaalError
from . import postgres_fouten as fouten

Rijen = list[tuple[Any, ...]]
Nakijken = Callable[["Verbinding"], None]

# What the URL does not say otherwise. A server that is no longer there is noticed within a minute or so.
_STANDAARD: Final = {
    "application_name": "zorgregels",
    "connect_timeout": "10",
    "keepalives_count": "3",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "tcp_user_timeout": "60000",
}


class Verbinding:
    """A connection that threads share, one at a time. ``check`` is called with every connection that is made."""

    def __init__(self, url: str, check: Nakijken) -> None:
        try:
            delen = conninfo_to_dict(url)
        except psycopg.Error:
            raise fouten.bad_url() from None
        # A password in which an @ or a / is written as it is ends up in another part; that would be shown.
        if any("@" in str(delen.get(n) or "") for n in ("host", "hostaddr", "user", "port", "dbname")):
            raise fouten.bad_url()
        self.naam = _name(delen)
        self._geheim = str(delen.get("password") or "") or None
        self._waar = make_conninfo(
            url, **{n: w for n, w in _STANDAARD.items() if n not in delen}, client_encoding="utf8"
        )
        self._check = check
        self._slot = threading.RLock()
        self._bezig = False
        self._geerfd: list[psycopg.Connection] = []
        self._pid = os.getpid()
        self._db: psycopg.Connection
        self._renew()

    def query(self, vraag: str, waarden: Sequence[object] = ()) -> Rijen:
        """Return the rows of a question that changes nothing. One that meets a lost connection is asked once more."""
        with self._mine():
            try:
                return self._ask(vraag, waarden)
            except psycopg.Error as fout:
                if not self._is_gone(fout):
                    raise self._explain(fout) from None
            with self._clear():
                return self._ask(vraag, waarden)

    def _ask(self, vraag: str, waarden: Sequence[object]) -> Rijen:
        return self._now().execute(vraag, waarden or None, binary=True).fetchall()

    def run(self, opdracht: str, waarden: Sequence[object] = ()) -> int:
        """Do something within a transaction; return how many rows it touched."""
        with self._clear():
            return self._now().execute(opdracht, waarden or None).rowcount

    def copy(self, opdracht: str, soorten: Sequence[str], rijen: Iterable[Sequence[object]]) -> None:
        """Add many rows, within a transaction."""
        with self._clear(), self._now().cursor() as cursor, cursor.copy(opdracht) as copy:
            copy.set_types(soorten)
            for rij in rijen:
                copy.write_row(rij)

    @contextmanager
    def transaction(self, begin: str, *, samen: bool = False) -> Iterator[None]:
        """Begin, and commit at the end of the block; roll back when that raises. ``samen``: in another one, be part of that."""
        with self._mine():
            if self._bezig:
                if not samen:
                    raise RuntimeError("a transaction within a transaction")
                yield
                return
            self._begin(begin)
            self._bezig = True
            try:
                yield
                self._commit()
            except BaseException:
                self._rollback()
                raise
            finally:
                self._bezig = False

    def alone(self, *opdrachten: str) -> list[str]:
        """Do things that may not be in a transaction; return what the server says of them in detail."""
        gezegd: list[str] = []

        def hear(bericht: psycopg.errors.Diagnostic) -> None:
            gezegd.append(bericht.message_detail or "")

        with self._mine(), self._clear():
            db = self._now()
            db.add_notice_handler(hear)
            try:
                for opdracht in opdrachten:
                    db.execute(opdracht)
            finally:
                db.remove_notice_handler(hear)
        return gezegd

    def close(self) -> None:
        """End the connection; what a forked process inherited is not its to end."""
        if self._pid == os.getpid():
            self._db.close()

    # -- transactions --------------------------------------------------------------------------------------------

    def _begin(self, begin: str) -> None:
        try:
            self._try_begin(begin)
        except psycopg.Error as fout:
            if not self._is_gone(fout):
                raise self._explain(fout) from None
        else:
            return
        with self._clear():  # nothing was written yet: where only the connection was gone, a new one begins anew
            self._try_begin(begin)

    def _try_begin(self, begin: str) -> None:
        db = self._now()
        try:
            db.execute(begin)
        except BaseException:
            self._rollback()
            raise

    def _commit(self) -> None:
        try:
            gedaan = self._db.execute("COMMIT").statusmessage
        except psycopg.Error as fout:
            raise fouten.uncertain(self.naam) if self._is_gone(fout) else self._explain(fout) from None
        if gedaan != "COMMIT":  # a transaction in which something went wrong ends with ROLLBACK, and no error
            raise fouten.not_committed(self.naam)

    def _rollback(self) -> None:
        with suppress(psycopg.Error):
            if self._db.info.transaction_status != TransactionStatus.IDLE:
                self._db.execute("ROLLBACK")
        if self._db.info.transaction_status != TransactionStatus.IDLE:
            self._db.close()  # nobody knows what it is doing: the server undoes what was not committed

    # -- the connection ------------------------------------------------------------------------------------------

    def _mine(self) -> threading.RLock:
        """The lock; in a process that was forked off it is another, as is the connection. The parent's is not closed."""
        if self._pid != os.getpid():
            self._geerfd.append(self._db)
            self._pid, self._slot, self._bezig = os.getpid(), threading.RLock(), False
            self._renew()
        return self._slot

    def _now(self) -> psycopg.Connection:
        """The connection, made again where it was lost between two transactions."""
        if self._db.closed:
            if self._bezig:
                raise fouten.lost(self.naam)
            self._renew()
        return self._db

    def _renew(self) -> None:
        self._db = self._connect()
        try:
            self._check(self)
        except BaseException:
            self._db.close()
            raise

    def _is_gone(self, fout: psycopg.Error) -> bool:
        """Whether the connection is lost: the server may have said that it ends before that was noticed."""
        if (fout.sqlstate or "").startswith(("08", "57P")):
            self._db.close()
        return self._db.closed

    def _connect(self) -> psycopg.Connection:
        with self._clear():
            # No prepared statements: behind a pool the next transaction may be on another connection of the server.
            return psycopg.connect(self._waar, autocommit=True, prepare_threshold=None)

    @contextmanager
    def _clear(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as fout:
            raise self._explain(fout) from None

    def _explain(self, fout: psycopg.Error) -> JournaalError:
        return fouten.explain(fout, self.naam, self._geheim)


def _name(delen: dict[str, Any]) -> str:
    """A URL without what nobody may read."""
    wie = f"{delen['user']}@" if delen.get("user") else ""
    host = str(delen.get("host") or delen.get("hostaddr") or "")
    poort = f":{delen['port']}" if delen.get("port") else ""
    naam = delen.get("dbname") or ""
    if host.startswith("/"):
        return f"postgresql://{wie}{poort}/{naam}?host={host}"
    return f"postgresql://{wie}{host}{poort}/{naam}"
