"""Builds every distribution, sdist and wheel, checks its metadata, and checks that data and schemas are in it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

WORTEL = Path(__file__).parents[2]
VERWACHT = {
    ".": ("zorgregels/schemas/v1/regelset.schema.json", "zorgregels/py.typed"),
    "plugins/msz": ("zorgregels_msz/plugin.yaml",),
    "plugins/huisarts": ("zorgregels_huisarts/plugin.yaml",),
    "plugins/domeinoverstijgend": ("zorgregels_domeinoverstijgend/plugin.yaml",),
}


def main(uit: Path) -> None:
    for map_, bestanden in VERWACHT.items():
        doel = uit / Path(map_).name
        subprocess.run(
            [sys.executable, "-m", "build", "--outdir", doel, WORTEL / map_], check=True, stdout=subprocess.DEVNULL
        )
        (wiel,) = doel.glob("*.whl")
        namen = set(zipfile.ZipFile(wiel).namelist())
        ontbreekt = [b for b in bestanden if b not in namen]
        if ontbreekt:
            raise SystemExit(f"{wiel.name}: {ontbreekt} is not in it")
        subprocess.run(
            [sys.executable, "-m", "twine", "check", "--strict", *doel.iterdir()], check=True, stdout=subprocess.DEVNULL
        )
        print(f"{wiel.name}: {len(namen)} files")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
