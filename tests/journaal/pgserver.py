"""A PostgreSQL server of our own: made, started, stopped and thrown away by the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from glob import glob
from pathlib import Path
from typing import Final

CONFIG: Final = """
listen_addresses = ''
unix_socket_directories = '{map_}'
max_connections = 40
shared_buffers = 32MB
lc_messages = 'C'
"""


class Server:
    """A cluster in a folder of its own, reached by a socket in that folder. As root it runs as another user: PostgreSQL insists."""

    def __init__(self) -> None:
        self._bin = _binaries()
        self._wie = _unprivileged()
        # Not in pytest's own folder: the other user may not come there, and the path of a socket must be short.
        self.map_ = Path(tempfile.mkdtemp(prefix="zr-pg-"))
        self.data = self.map_ / "data"
        if self._wie is not None:
            os.chown(self.map_, self._wie, -1)
        self._nr = 0
        self._run("initdb", "-D", str(self.data), "-U", "baas", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        with (self.data / "postgresql.conf").open("a") as uit:
            uit.write(CONFIG.format(map_=self.map_))
        self.start()

    def start(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-l", str(self.map_ / "log"), "-w", "-t", "120", "start")

    def stop(self, hoe: str = "immediate") -> None:
        self._run("pg_ctl", "-D", str(self.data), "-m", hoe, "-w", "-t", "120", "stop")

    def is_running(self) -> bool:
        return self._status() == 0

    def url(self, database: str, wie: str = "baas", geheim: str = "", **opties: str) -> str:
        wachtwoord = f":{geheim}" if geheim else ""
        rest = "".join(f"&{k}={v}" for k, v in opties.items())
        return f"postgresql://{wie}{wachtwoord}@/{database}?host={self.map_}{rest}"

    def new_database(self) -> str:
        """Return the URL of a database that is empty."""
        self._nr += 1
        naam = f"proef{self._nr}"
        self.sql(f"CREATE DATABASE {naam}")
        return self.url(naam)

    def sql(self, opdracht: str, database: str = "postgres") -> list[tuple]:
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as db:
            cursor = db.execute(opdracht)
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        if self.is_running():
            self.stop()
        shutil.rmtree(self.map_)

    def _status(self) -> int:
        return self._call("pg_ctl", "-D", str(self.data), "status").returncode

    def _run(self, *opdracht: str) -> None:
        klaar = self._call(*opdracht)
        if klaar.returncode:
            log = self.map_ / "log"
            raise RuntimeError(f"{opdracht[0]}: {klaar.stdout}{log.read_text() if log.exists() else ''}")

    def _call(self, naam: str, *rest: str) -> subprocess.CompletedProcess[str]:
        # Output to a file: the server that pg_ctl leaves behind would keep a pipe open.
        with tempfile.TemporaryFile("w+") as uit:
            klaar = subprocess.run(
                [self._bin / naam, *rest],
                user=self._wie, cwd=self.map_, stdin=subprocess.DEVNULL, stdout=uit, stderr=subprocess.STDOUT,
                env={**os.environ, "LC_ALL": "C", "TZ": "UTC"}, start_new_session=True, check=False, timeout=300,
            )  # fmt: skip
            uit.seek(0)
            return subprocess.CompletedProcess(klaar.args, klaar.returncode, uit.read())


def why_not() -> str:
    """Return why no server can be had here; empty when it can."""
    if os.name != "posix":
        return "no PostgreSQL: only tested on a POSIX system"
    try:
        import psycopg  # noqa: F401
    except ImportError as fout:
        return f"no psycopg (pip install 'zorgregels[postgres]'): {fout}"
    if _binaries() == Path():
        return "no PostgreSQL server here: install Debian's `postgresql`, or put initdb on PATH"
    if os.geteuid() == 0 and _unprivileged() is None:
        return "PostgreSQL does not run as root, and there is no user `postgres` or `nobody`"
    return ""


def _binaries() -> Path:
    """Where initdb stands: on PATH, or where Debian puts the newest; an empty path where it is not."""
    gevonden = shutil.which("initdb")
    if gevonden:
        return Path(gevonden).parent
    mappen = sorted(glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda p: float(p.split("/")[4]))
    return Path(mappen[-1]).parent if mappen else Path()


def _unprivileged() -> int | None:
    if os.geteuid() != 0:
        return None
    for naam in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(naam).pw_uid
        except KeyError:
            continue
    return None
