"""Builds every distribution, sdist and wheel, checks its metadata, and checks that data and schemas are in it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

WORTEL = Path(__file__).parents[2]
VERWACHT = {
    ".": ("zorgregels/schemas/v1/regelset.schema.json", "zorgregels/py.typed", "zorgregels/_archief/verifier.py"),
    "plugins/msz": ("zorgregels_msz/plugin.yaml",),
    "plugins/huisarts": ("zorgregels_huisarts/plugin.yaml",),
    "plugins/domeinoverstijgend": ("zorgregels_domeinoverstijgend/plugin.yaml",),
}


def in_source(map_: str) -> set[str]:
    """Everything that lies in the package, code and data, and the schemas of the engine, as a wheel must name it."""
    bron = WORTEL / ("engine/src" if map_ == "." else f"{map_}/src")
    alle = (p.relative_to(bron) for p in bron.rglob("*") if p.is_file())
    gevonden = {p.as_posix() for p in alle if not any(_is_made(deel) for deel in p.parts)}
    if map_ == ".":
        gevonden |= {f"zorgregels/{p.relative_to(WORTEL).as_posix()}" for p in (WORTEL / "schemas").rglob("*.json")}
    return gevonden


def _is_made(naam: str) -> bool:
    return naam == "__pycache__" or naam.startswith(".") or naam.endswith(".egg-info")


def main(uit: Path) -> None:
    for map_, bestanden in VERWACHT.items():
        doel = uit / Path(map_).name
        subprocess.run(
            [sys.executable, "-m", "build", "--outdir", doel, WORTEL / map_], check=True, stdout=subprocess.DEVNULL
        )
        (wiel,) = doel.glob("*.whl")
        namen = set(zipfile.ZipFile(wiel).namelist())
        ontbreekt = sorted({*bestanden, *in_source(map_)} - namen)
        if ontbreekt:
            raise SystemExit(f"{wiel.name}: {ontbreekt} is not in it")
        subprocess.run(
            [sys.executable, "-m", "twine", "check", "--strict", *doel.iterdir()], check=True, stdout=subprocess.DEVNULL
        )
        print(f"{wiel.name}: {len(namen)} files")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
