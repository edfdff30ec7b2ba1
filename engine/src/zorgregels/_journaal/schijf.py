"""What is written to a disk, and stays there when the power goes."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(map_: Path) -> None:
    """Make the names in a folder durable; other systems than POSIX cannot, and do so themselves.

    Raises:
        OSError: the folder cannot be opened, or its file system cannot do it.
    """
    if os.name != "posix":
        return
    handvat = os.open(map_, os.O_RDONLY)
    try:
        os.fsync(handvat)
    finally:
        os.close(handvat)
