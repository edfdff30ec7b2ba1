"""Reading zaken from files and standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .._lezen.meldingen import Melding
    from .._lezen.yaml import Plekken

_BLOK: Final = 1 << 16


class Onleesbaar(Exception):
    """There is no zaak to be had here."""

    def __init__(self, melding: Melding) -> None:
        self.melding = melding
        super().__init__(str(melding))


@dataclass(frozen=True, slots=True)
class Bron:
    """A zaak as it was written, so that faults in it can be pointed out."""

    naam: str
    tekst: bytes
    json: bool
    begint_op: int = 1
    """The line of the file on which it begins."""

    def read(self) -> object:
        """Return the data.

        Raises:
            Onleesbaar: it is not the JSON or YAML that is asked for.
        """
        from .._lezen.json import MAX_ZAAK, read_json
        from .._lezen.meldingen import Melding
        from .._lezen.yaml import YamlFout, read_yaml

        try:
            if not self.tekst.strip():
                raise YamlFout(Melding("ZR-109", "hier staat niets", "Geef hier een zaak.", self.naam))
            if self.json:
                return read_json(self.tekst, self.naam)
            if len(self.tekst) > MAX_ZAAK:
                raise YamlFout(Melding("ZR-107", f"een zaak is hoogstens {MAX_ZAAK} bytes", "", self.naam))
            return read_yaml(self.tekst, self.naam, decimalen=True)
        except YamlFout as fout:
            raise Onleesbaar(self._of_file(fout.melding)) from None

    def _of_file(self, melding: Melding) -> Melding:
        """Return the Melding with its line counted from the begin of the file; without one, it is about the first."""
        return replace(melding, regel=max(melding.regel, 1) + self.begint_op - 1) if self.begint_op > 1 else melding

    def locate(self, melding: Melding) -> Melding:
        """Return the Melding with the file, and the line and column of its path or of what is nearest around it."""
        from .._lezen.json import locate_json
        from .._lezen.yaml import YamlFout, locate

        try:
            plekken: Plekken = (
                locate_json(self.tekst, self.naam) if self.json else locate(self.tekst, self.naam, decimalen=True)
            )
        except YamlFout:
            return self._of_file(replace(melding, bestand=self.naam))
        pad = melding.pad
        while pad and pad not in plekken:
            pad = pad[:-1]
        regel, kolom = (
            plekken.get((*pad, "#sleutel"), plekken.get(pad, (0, 0))) if _is_name(melding) else plekken.get(pad, (0, 0))
        )
        return self._of_file(replace(melding, bestand=self.naam, regel=regel, kolom=kolom))


def _is_name(melding: Melding) -> bool:
    """Whether a fault is about a key, and not about what stands under it."""
    return melding.code in {"ZR-503", "ZR-504", "ZR-508", "ZR-511"}


def open_source(bestand: str) -> IO[bytes]:
    """Return the bytes of a file, or of standard input for ``-``.

    Raises:
        Onleesbaar: the file cannot be opened.
    """
    from .._lezen.meldingen import Melding

    if bestand == "-":
        return sys.stdin.buffer
    try:
        if Path(bestand).is_dir():
            raise Onleesbaar(Melding("ZR-114", "dit is een map", "Geef een bestand met een zaak.", bestand))
        return Path(bestand).open("rb")
    except (OSError, ValueError) as fout:
        oorzaken: dict[type[Exception], str] = {
            FileNotFoundError: "dit bestand bestaat niet",
            PermissionError: "dit bestand mag niet worden gelezen",
        }
        oorzaak = oorzaken.get(
            type(fout), f"dit bestand is niet te lezen ({getattr(fout, 'strerror', None) or 'onjuiste naam'})"
        )
        raise Onleesbaar(Melding("ZR-114", oorzaak, "", bestand)) from None


def read_one(bestand: str) -> Bron:
    """Return the one zaak of a file: JSON or YAML, by its suffix, else by how it begins.

    Raises:
        Onleesbaar: the file cannot be read.
    """
    from .._lezen.json import MAX_ZAAK

    with open_source(bestand) as stroom:
        try:
            tekst = stroom.read(MAX_ZAAK + 1)
        except OSError as fout:
            from .._lezen.meldingen import Melding

            raise Onleesbaar(
                Melding("ZR-114", f"dit bestand is niet te lezen ({fout.strerror})", "", bestand)
            ) from None
    naam = "<stdin>" if bestand == "-" else bestand
    eind = Path(bestand).suffix.lower()
    if eind not in {".json", ".yaml", ".yml"}:
        eind = ".json" if tekst.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["} else ".yaml"
    return Bron(naam, tekst, eind == ".json")


def read_lines(stroom: IO[bytes], naam: str) -> Iterator[tuple[int, Bron]]:
    """Yield number and text of every line, also of one that is blank: whoever reads the answers may count lines.

    A line that is too long is cut off; no more of it is held.
    """
    from .._lezen.json import MAX_ZAAK

    nr = 0
    while regel := stroom.readline(MAX_ZAAK + 2):
        nr += 1
        if len(regel) > MAX_ZAAK + 1 and not regel.endswith(b"\n"):
            while (rest := stroom.readline(_BLOK)) and not rest.endswith(b"\n"):
                pass
        yield nr, Bron(naam, regel.rstrip(b"\r\n"), json=True, begint_op=nr)
