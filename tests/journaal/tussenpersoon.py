"""A proxy between a program and PostgreSQL that cuts the line at a chosen word, before or after the server has heard it."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Literal


class Tussenpersoon:
    """Listens on port 5433 of the same folder. Cuts the line once when the client sends ``woord``; after that it passes everything on."""

    def __init__(self, map_: Path) -> None:
        self._naar = str(map_ / ".s.PGSQL.5432")
        self._pad = map_ / ".s.PGSQL.5433"
        self.woord = b""
        self.wanneer: Literal["voor", "na"] = "voor"
        self._luister = socket.socket(socket.AF_UNIX)
        self._luister.bind(str(self._pad))
        self._luister.listen()
        self._draad = threading.Thread(target=self._accept, daemon=True)
        self._draad.start()

    def close(self) -> None:
        self._luister.shutdown(socket.SHUT_RDWR)
        self._luister.close()
        self._draad.join()
        self._pad.unlink()

    def _accept(self) -> None:
        while True:
            try:
                klant, _ = self._luister.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._naar)
            threading.Thread(target=self._up, args=(klant, server), daemon=True).start()
            threading.Thread(target=self._down, args=(server, klant), daemon=True).start()

    def _up(self, klant: socket.socket, server: socket.socket) -> None:
        try:
            while stuk := klant.recv(1 << 16):
                if self.woord and self.woord in stuk:
                    self.woord = b""
                    # First the client: what the server answers does not reach it.
                    klant.shutdown(socket.SHUT_RDWR)
                    if self.wanneer == "na":
                        server.sendall(stuk)
                    break
                server.sendall(stuk)
        except OSError:
            pass
        finally:
            with suppress(OSError):
                server.shutdown(socket.SHUT_WR)

    def _down(self, server: socket.socket, klant: socket.socket) -> None:
        try:
            while stuk := server.recv(1 << 16):
                try:
                    klant.sendall(stuk)
                except OSError:
                    continue  # the client is gone; the server is heard out
        except OSError:
            pass
        finally:
            klant.close()
            server.close()
