"""The files of a folder of keys: for the owner alone, written as a whole or not at all, and on the disk before anyone builds on them."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from .._lezen.meldingen import Melding
from ..errors import JournaalError
from .schijf import sync_folder


def make_folder(map_: Path) -> None:
    """Make the folder, or take the empty one that is there."""
    try:
        map_.parent.mkdir(parents=True, exist_ok=True)
        map_.mkdir(mode=0o700, exist_ok=True)
        if next(map_.iterdir(), None) is not None:
            raise _exists(map_)
        map_.chmod(0o700)
        sync_folder(map_.parent)
    except (FileExistsError, NotADirectoryError):
        raise _exists(map_) from None
    except OSError as fout:
        raise unwritable(map_, fout) from None


def check_folder(map_: Path) -> None:
    """Refuse a folder that is not there or that others may enter."""
    try:
        if not map_.is_dir():
            raise _absent(map_)
        _check_mode(map_, "700")
    except OSError as fout:
        raise unreadable(map_, fout) from None


def is_there(pad: Path) -> bool:
    """Whether there is such a file."""
    try:
        return pad.exists()
    except OSError as fout:
        raise unreadable(pad, fout) from None


def read_file(pad: Path) -> bytes:
    """Return what is in a file that must be there, for the owner alone."""
    try:
        _check_mode(pad, "600")
        return pad.read_bytes()
    except FileNotFoundError:
        raise _incomplete(pad) from None
    except OSError as fout:
        raise unreadable(pad, fout) from None


def write_file(pad: Path, inhoud: bytes, *, nieuw: bool) -> bool:
    """Write a file so that it is on the disk. Return False, and write nothing, where it must be ``nieuw`` and is there already."""
    try:
        handvat, naam = tempfile.mkstemp(prefix=".nieuw-", dir=pad.parent)  # mode 0600, and never one that exists
        tijdelijk = Path(naam)
        try:
            with os.fdopen(handvat, "wb") as uit:
                uit.write(inhoud)
                uit.flush()
                os.fsync(uit.fileno())
            if nieuw and not _link(tijdelijk, pad):
                return False
            if not nieuw:
                tijdelijk.replace(pad)
        finally:
            tijdelijk.unlink(missing_ok=True)
        sync_folder(pad.parent)
    except OSError as fout:
        raise unwritable(pad, fout) from None
    return True


def _link(van: Path, naar: Path) -> bool:
    """Give a file its name unless that is taken: of two processes that make the next key, one does."""
    try:
        os.link(van, naar)
    except FileExistsError:
        return False
    except OSError as fout:
        if fout.errno not in {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}:
            raise
        if naar.exists():  # a file system without hard links
            return False
        van.replace(naar)
    return True


def _check_mode(pad: Path, hoort: str) -> None:
    if os.name == "posix" and pad.stat().st_mode & 0o077:
        raise JournaalError(
            [
                Melding(
                    "ZR-914",
                    f"anderen dan de eigenaar kunnen bij de sleutels in `{pad}`",
                    f"Zet de rechten goed met `chmod {hoort} {pad}`. Kan iemand de sleutels hebben gelezen, "
                    "neem dan een nieuwe met `zorgregels journaal rotate`; wat versleuteld is, blijft voor hem te lezen.",
                )
            ]
        )


def _absent(map_: Path) -> JournaalError:
    return JournaalError(
        [
            Melding(
                "ZR-910",
                f"de map met sleutels `{map_}` is er niet",
                "Geef met `--sleutels` of ZORGREGELS_SLEUTELS de map die bij dit Journaal hoort, of zet haar reservekopie terug.",
            )
        ]
    )


def _exists(map_: Path) -> JournaalError:
    return JournaalError(
        [
            Melding(
                "ZR-911",
                f"`{map_}` is er al en is niet leeg",
                "Nieuwe sleutels komen in een map van zichzelf; kies een andere. Er is niets overschreven.",
            )
        ]
    )


def _incomplete(pad: Path) -> JournaalError:
    return JournaalError(
        [
            Melding(
                "ZR-912",
                f"in de map met sleutels ontbreekt `{pad.name}`: `{pad.parent}`",
                "Is het maken van deze map afgebroken en is er nog geen Journaal mee gemaakt, verwijder haar dan en begin opnieuw. "
                "Was zij in gebruik, zet dan haar reservekopie terug.",
            )
        ]
    )


def damaged(pad: Path, wat: str) -> JournaalError:
    """A file that does not hold what it must."""
    return JournaalError(
        [
            Melding(
                "ZR-913",
                f"`{pad}` is niet zoals het hoort: {wat}",
                "Zet de reservekopie van de map met sleutels terug. Zonder deze sleutels is niets toe te voegen; "
                "wat er staat is wel na te kijken.",
            )
        ]
    )


def unreadable(pad: Path, fout: OSError) -> JournaalError:
    """A file or folder that the system does not let us read."""
    return JournaalError(
        [
            Melding(
                "ZR-917",
                f"de sleutels in `{pad}` zijn niet te lezen: {fout.strerror or fout}",
                "Er is geen antwoord gegeven. Kijk of u de eigenaar van dit bestand bent en of de schijf in orde is.",
            )
        ]
    )


def unwritable(pad: Path, fout: OSError) -> JournaalError:
    """A file or folder that the system does not let us write."""
    return JournaalError(
        [
            Melding(
                "ZR-917",
                f"de sleutels in `{pad}` zijn niet te schrijven: {fout.strerror or fout}",
                "Kijk of de map bestaat, of u er mag schrijven en of de schijf vol is.",
            )
        ]
    )
