"""How a command ends: no input, and no machine, shows a user a traceback."""

from __future__ import annotations

import json
import os
import re
import sys

import pytest
import zorgregels._cli.afsluiten as afsluiten
from zorgregels._cli import groep

VREEMD = {
    "leeg": (b"", "ZR-109"),
    "wit": (b" \n\t ", "ZR-109"),
    "binair": (bytes(range(256)), "ZR-101"),
    "nul": (b"\x00" * 10, "ZR-102"),
    "geen json": (b"{", "ZR-113"),
    "lijst": (b"[]", "ZR-501"),
    "dubbel": (b'{"vraag": "a", "vraag": "b"}', "ZR-103"),
    "nan": (b'{"vraag": NaN}', "ZR-106"),
    "oneindig": (b'{"vraag": -Infinity}', "ZR-106"),
    "exponent": (b'{"vraag": 1e999999999}', "ZR-106"),
    "cijfers": (b'{"vraag": ' + b"7" * 900 + b"}", "ZR-111"),
    "diep": (b'{"a":' * 500_00 + b"1", "ZR-108"),
    "surrogaat": (b'{"vraag": "\\udfff"}', "ZR-101"),
    "groot": (b'{"vraag": "' + b"x" * 1_200_000 + b'"}', "ZR-107"),
    "aanhalingstekens": (b'{"a": [' + b'"\\"' * 200_000, "ZR-113"),
    "yaml-anker": (b"a: &x 1\nb: *x\n", "ZR-104"),
    "yaml-bom": (b"a: [" + b"[" * 100 + b"]", "ZR-108"),
}


@pytest.mark.parametrize("soort", VREEMD)
@pytest.mark.parametrize("opdracht", ["decide", "explain"])
def test_hostile_input_is_a_fault_with_a_code(zr, tmp_path, soort, opdracht):
    inhoud, code = VREEMD[soort]
    (tmp_path / "zaak").write_bytes(inhoud)
    uit = zr(opdracht, tmp_path / "zaak")
    assert uit.status == 2
    assert code in uit.stderr
    assert "Traceback" not in uit.stderr
    assert not uit.stdout


@pytest.mark.parametrize("opdracht", ["decide", "explain"])
def test_what_is_no_file(zr, tmp_path, opdracht):
    for naam in (tmp_path, tmp_path / "er-niet", "x" * 5000, tmp_path / "er-niet.jsonl"):
        uit = zr(opdracht, naam)
        assert uit.status == 2
        assert "ZR-114" in uit.stderr + uit.stdout
        assert "Traceback" not in uit.stderr


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(zr, tmp_path):
    (tmp_path / "z.json").write_text("{}")
    (tmp_path / "z.json").chmod(0)
    assert "ZR-114" in zr("decide", tmp_path / "z.json").stderr


def test_control_characters_do_not_reach_the_terminal(zr, tmp_path):
    (tmp_path / "z.json").write_text(
        '{"vraag": "declaratie", "peildatum": "2023-05-10", "feiten": '
        '{"declaratie": {"prestatiecode": "12011", "bedrag": "1\\u001b[2J", "\\u202ex": 1}}}'
    )
    uit = zr("decide", tmp_path / "z.json")
    assert uit.status == 2
    assert "\x1b" not in uit.stderr
    assert "\u202e" not in uit.stderr


@pytest.mark.parametrize(
    "args",
    [
        ["decide"],
        ["bestaat-niet"],
        ["decide", "x", "--engine", "snel"],
        ["decide", "x", "--peildatum", "2023-02-30"],
        ["--nee"],
    ],
)
def test_usage(zr, args):
    uit = zr(*args)
    assert uit.status == 2
    assert "--help" in uit.stderr
    assert not uit.stdout


@pytest.mark.parametrize(
    ("args", "woorden"),
    [
        (["decide"], "BESTAND|- ontbreekt."),
        (["archive", "--jaar", "2023"], "--journaal ontbreekt."),
        (["decid"], "Er is geen opdracht `decid`. Bedoelde u `decide`?"),
        (["journaal", "nee"], "Er is geen opdracht `nee`. Mogelijk: `erase`,"),
        (["--nee"], "Er is geen optie --nee."),
        (["replay", "--jsn"], "Er is geen optie --jsn. Bedoelde u --json?"),
        (["replay", "--journaal"], "Optie --journaal vraagt een waarde."),
        (["replay", "--json=3"], "Optie --json heeft geen waarde."),
        (["schema", "a", "b", "c"], "Dit is te veel: b c"),
        (["decide", "x", "--engine", "snel"], "--engine: Kies uit compiled, durable."),
        (["journaal", "show", "x", "een"], "NR: Geef een geheel getal vanaf 0."),
        (["replay", "--werkers", "0"], "--werkers: Geef een geheel getal van 1 tot en met 256."),
        (["decide", "x", "--peildatum", "2023-02-30"], "--peildatum: "),
        (["rapport", "er-niet"], "`er-niet` bestaat niet"),
        (["rapport", "/"], "`/` is een map, geen bestand"),
        (["journaal", "verify", "x", "--sleutels", __file__], "is een bestand, geen map"),
        (["rapport", "x" * 5000], "bestaat niet"),
        (["journaal", "init", ""], "BESTAND|URL: geef een bestand, of de URL van een database"),
        (["journaal", "init", "."], "BESTAND|URL: geef een bestand, of de URL van een database"),
        (["decide", "x", "--journaal", ""], "--journaal: geef een bestand, of de URL van een database"),
    ],
)
def test_a_slip_is_told_in_dutch(zr, args, woorden):
    uit = zr(*args)
    assert uit.status == 2
    assert woorden in uit.stderr
    assert not re.search(r"(?i)missing|no such|invalid|unexpected|range|require|does not|directory", uit.stderr)
    assert f"Hulp: zorgregels {args[0]}" in uit.stderr or args[0] in {"decid", "--nee"}


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a file that is always full")
@pytest.mark.parametrize("meer", [[], ["--json"], ["--jsonl"]])
@pytest.mark.parametrize("buffer", ["", "1"])
def test_no_room_for_the_answer(tmp_path, voorbeelden, zr, meer, buffer):
    """What was recorded is recorded: that is said, and that it is no fault of the program."""
    import subprocess

    zaak = tmp_path / "zaak.json"
    zaak.write_text(json.dumps(json.loads((voorbeelden / "consult.json").read_text())))
    assert zr("journaal", "init", tmp_path / "j.db").status == 0
    opdracht = [sys.executable, "-m", "zorgregels", "decide", str(zaak), "--journaal", str(tmp_path / "j.db"), *meer]
    with open("/dev/full", "wb") as vol:
        klaar = subprocess.run(
            opdracht, stdout=vol, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
            env={**os.environ, "PYTHONUNBUFFERED": buffer},
        )  # fmt: skip
    assert klaar.returncode == 2
    assert "ZR-955" in klaar.stderr
    assert "kan een beslissing zijn vastgelegd" in klaar.stderr
    assert "ZR-999" not in klaar.stderr
    assert "Exception ignored" not in klaar.stderr
    assert zr("journaal", "show", tmp_path / "j.db", "1", "--json").status == 0


@pytest.mark.parametrize("args", [["--help"], ["-h"], ["decide", "--help"], ["regelsets", "show", "--help"]])
def test_help(zr, args):
    uit = zr(*args)
    assert uit.status == 0
    assert uit.stdout.startswith("Gebruik: zorgregels")


def test_version(zr):
    assert zr("--version").stdout.startswith("zorgregels ")


def test_help_loads_no_rules(proces):
    """Help needs neither jsonschema nor a plugin."""
    code = (
        "import sys\nfrom zorgregels._cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print('jsonschema' in sys.modules)"
    )
    import subprocess

    r = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert r.stdout.splitlines()[-1] == "False"


def test_without_plugins_it_says_what_to_install(zr, monkeypatch, voorbeelden):
    monkeypatch.setattr("zorgregels._laden.plugins.find_plugins", lambda: ())
    uit = zr("decide", voorbeelden / "consult.json")
    assert uit.status == 2
    assert "pip install zorgregels-huisarts" in uit.stderr
    lijst = zr("plugins")
    assert lijst.status == 0
    assert "pip install zorgregels-huisarts" in lijst.stdout


def test_without_durable_it_says_what_to_install(zr, monkeypatch, voorbeelden):
    def weg(naam: str) -> object:
        raise ModuleNotFoundError("durable")

    monkeypatch.setattr("zorgregels._engine.make_inference", weg)
    uit = zr("decide", voorbeelden / "consult.json", "--engine", "durable")
    assert uit.status == 2
    assert "pip install 'zorgregels[durable]'" in uit.stderr


def test_a_fault_of_our_own_is_told_and_has_its_own_status(zr, monkeypatch, voorbeelden):
    def stuk(*_: object, **__: object) -> None:
        raise RuntimeError("stuk")

    monkeypatch.setattr("zorgregels._engine.Engine.decide", stuk)
    uit = zr("decide", voorbeelden / "consult.json")
    assert uit.status == afsluiten.INTERN
    assert "ZR-999" in uit.stderr
    assert "Traceback" not in uit.stderr


def test_the_group_is_whole():
    assert sorted(groep.cli.commands) == [
        *("archive", "catalogus", "check", "decide", "dossier", "explain", "journaal"),
        *("norms", "plugins", "rapport", "regelsets", "replay", "schema"),
    ]


def test_a_stream_that_is_not_unicode(proces, voorbeelden):
    uit = proces("decide", voorbeelden / "consult.json", env={"PYTHONIOENCODING": "ascii"})
    assert uit.status == 0
    assert uit.stdout.startswith("TOEGESTAAN")
    strikt = proces("decide", voorbeelden / "consult.json", "--json", env={"PYTHONIOENCODING": "ascii"})
    assert any("€" in s["tekst"] for s in strikt.json["motivering"])
