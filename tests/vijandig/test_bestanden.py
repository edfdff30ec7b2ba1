"""Files that are made to hang, crash or fool the reader: a clear error comes soon, and the program goes on."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

BASIS = Path(__file__).parents[1] / "fouten" / "basis"

# Each is Python for the bytes of a file, run in a process of its own: what hangs is stopped and fails.
REGELSETS = {
    "lijst in lijst": 'b"regels: " + b"[" * 100_000',
    "mapping in mapping": 'b"regels: " + b"{a: " * 100_000',
    "streepje in streepje": 'b"- " * 100_000',
    "sleutel in sleutel": 'b"? " * 100_000',
    "niet in niet": 'b"niet: {" * 100_000',
    "miljard maal lachen": 'b"a: &a [x, x]\\n" + b"".join(b"%c: &%c [*%c, *%c]\\n" % (i, i, i - 1, i - 1) for i in range(98, 123))',
    "tekst van megabytes": 'b"titel: \\"" + b"x" * 5_000_000 + b"\\""',
    "sleutel van megabytes": 'b"x" * 5_000_000 + b": 1"',
    "zeven megabyte lijst": 'b"regels:\\n" + b"- a\\n" * 1_700_000',
    "zeven megabyte mappings": 'b"regels:\\n" + b"- {}\\n" * 1_400_000',
    "zeven megabyte sleutels": 'b"".join(b"a%d: 1\\n" % i for i in range(600_000))',
    "gemengde lijst": 'b"schema: regelset/v1\\nvervalt:\\n" + b"".join(b"- %d\\n- a%d\\n" % (i, i) for i in range(20_000))',
    "getal van 400 cijfers": 'b"versie: " + b"9" * 400',
    "getal van een miljoen cijfers": 'b"versie: " + b"9" * 1_000_000',
    "geen getal": 'b"versie: .nan"',
    "plus in plus": """(open("regelsets/2025/tarieven.yaml", "rb").read()
        + b"  - {id: proef.x, vraag: declaratie, normen: [N1], dan: {leid_af: {prestatie.blokken: "
        + b"{plus: [" * 15 + b"{veld: declaratie.bedrag}" + b", 1]}" * 15 + b"}}}\\n")""",
    "nul": 'b"\\0" * 1_000_000',
    "haakjes dicht": 'b"]" * 1_000_000',
    "aanhalingstekens": "b'\"' * 1_000_001",
}
FEITSOORTEN = {
    "lijst in lijst": 'b"[" * 100_000',
    "mapping in mapping": "b'{\"a\":' * 100_000",
    "getal van 5000 cijfers": "b'{\"x-maximum\": ' + b'9' * 5000 + b'}'",
    "oneindig": "b'{\"x-maximum\": Infinity}'",
    "surrogaat": 'b\'{"title": "\\\\ud800"}\'',
    "utf-16": '\'{"title": "a"}\'.encode("utf-16")',
    "duizenden velden": "b'{\"properties\": {' + b','.join(b'\"a%d\": 1' % i for i in range(60_000)) + b'}}'",
}
SCRIPT = """
import os, sys
from pathlib import Path
os.chdir(sys.argv[1])
inhoud = {inhoud}
Path({doel!r}).write_bytes(inhoud)
from zorgregels import Engine
from zorgregels.errors import ZorgregelsError
try:
    Engine(plugins=[Path(".")], cache=Path("..") / "geheugen")
except ZorgregelsError as fout:
    assert 1 <= len(fout.meldingen) <= 200, len(fout.meldingen)
    assert all(len(str(m)) < 2000 for m in fout.meldingen)
    print(fout.code)
"""


def _run(map_: Path, doel: str, inhoud: str) -> str:
    import shutil

    shutil.copytree(BASIS, map_)
    klaar = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT).format(inhoud=inhoud, doel=doel), str(map_)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert klaar.returncode == 0, klaar.stderr[-2000:]
    return klaar.stdout


@pytest.mark.parametrize("soort", REGELSETS)
def test_a_hostile_rule_file_is_refused(soort, tmp_path):
    assert _run(tmp_path / "p", "regelsets/2025/tarieven.yaml", REGELSETS[soort]).startswith("ZR-")


@pytest.mark.parametrize("soort", FEITSOORTEN)
def test_a_hostile_feitsoort_is_refused(soort, tmp_path):
    assert _run(tmp_path / "p", "feiten/kostenpost.schema.json", FEITSOORTEN[soort]).startswith("ZR-")
