"""``zorgregels catalogus`` and ``--catalogus``, as a user runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Zr = Callable[..., tuple[int, str, str]]
TABEL = "Code;Omschrijving;Tarief;Extra\n0011;oud en nieuw;3,00;z\nNIEU;nieuw;0;z\n"


@pytest.fixture
def zr(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, plugin: Path, tmp_path: Path) -> Zr:
    from zorgregels._cli import main

    monkeypatch.chdir(tmp_path)
    (tmp_path / "tabel.csv").write_text(TABEL)

    def run(*args: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as einde:
            main([*args, "--plugins", f"{plugin}/"])
        uit = capfd.readouterr()
        return int(einde.value.code or 0), uit.out, uit.err

    return run


def _args(*anders: str) -> tuple[str, ...]:
    vast = ("--catalogus", "proef/lijst", "--vorm", "tarieven", "--bekend", "2024-11-01", "--versie", "2025.1")
    return ("catalogus", "import", "tabel.csv", *vast, "--van", "2025-01-01", *anders)


def test_import_says_what_changes_and_writes_it(zr: Zr, tmp_path: Path):
    status, uit, fout = zr(*_args())
    assert (status, fout) == (0, "")
    for regel in (
        "tabel.csv: tekst met puntkomma's, UTF-8, koppen op regel 1, 2 rijen (0 overgeslagen)",
        "proef/lijst@2024.1 → proef/lijst@2025.1 (bekend 2024-11-01, 4 codes)",
        "  nieuwe codes: 1 (NIEU)",
        "  niet in de tabel: 2 (0022, 0033) (blijven zoals zij waren)",
        "  maximumtarief gewijzigd: 1",
        "    0011 2025-01-01 t/m …: 2.00 → 3.00",
        "  niet gelezen kolommen: Extra",
        "geschreven: proef-lijst-2025.1.yaml",
    ):
        assert regel in uit.splitlines()
    assert (tmp_path / "proef-lijst-2025.1.yaml").read_text("utf-8").startswith("# proef/lijst@2025.1 sha256:")


def test_import_writes_nothing_when_it_is_dry_and_all_of_it_as_json(zr: Zr, tmp_path: Path):
    status, uit, _ = zr(*_args("--droog", "--json"))
    assert status == 0
    r = json.loads(uit)
    assert r["geschreven"] is None
    assert r["nieuw"] == ["NIEU"]
    assert r["niet_in_tabel"] == {"codes": ["0022", "0033"], "bestaat_niet_meer": False}
    assert r["gewijzigd"] == {
        "maximumtarief": [{"code": "0011", "van": "2025-01-01", "tot": None, "was": "2.00", "wordt": "3.00"}]
    }
    assert (r["herkomst"]["rijen"], r["herkomst"]["vorm"]) == (2, "tarieven")
    assert not list(tmp_path.glob("*.yaml"))


def test_a_file_with_something_else_is_not_written_over(zr: Zr, tmp_path: Path):
    doel = tmp_path / "uit.yaml"
    doel.write_text("iets anders")
    status, _, fout = zr(*_args("--uit", "uit.yaml"))
    assert (status, "ZR-327 hier staat al iets anders" in fout) == (2, True)
    assert doel.read_text() == "iets anders"
    doel.unlink()
    assert [zr(*_args("--uit", "uit.yaml"))[0] for _ in range(2)] == [0, 0]
    status, _, fout = zr(*_args("--uit", "weg/uit.yaml"))
    assert (status, "ZR-114" in fout) == (2, True)
    assert not list(tmp_path.glob(".zorgregels-*"))


@pytest.mark.parametrize(
    ("anders", "code"),
    [
        (("--catalogus", "proef/lijsd"), "ZR-329"),
        (("--catalogus", "elders/lijst"), "ZR-329"),
        (("--vorm", "tarief"), "ZR-322"),
        (("--tot", "2024-01-01"), "ZR-326"),
        (("--basis", "weg.yaml"), "ZR-114"),
        (("--versie", "2024.1"), "ZR-327"),
    ],
)
def test_what_import_is_asked_wrongly(zr: Zr, anders, code):
    status, uit, _ = zr(*_args(*anders, "--json"))
    assert status == 2
    assert json.loads(uit)["fout"]["code"] == code


def test_a_version_has_the_form_of_one(zr: Zr):
    status, _, fout = zr(*_args("--versie", "2.0.1"))
    assert (status, "een versie is jaar.uitgave" in fout) == (2, True)


def test_decide_and_explain_with_a_catalogue(zr: Zr, tmp_path: Path):
    zr(*_args("--uit", "n.yaml"))
    zaak = {"vraag": "declaratie", "peildatum": "2025-03-01", "feiten": {"nota": {"code": "0011", "bedrag": "2.50"}}}
    (tmp_path / "zaak.json").write_text(json.dumps(zaak))
    (tmp_path / "zaken.jsonl").write_text(json.dumps(zaak) + "\n")
    assert json.loads(zr("decide", "zaak.json", "--json")[1])["uitkomst"] == "nee"
    met = json.loads(zr("decide", "zaak.json", "--json", "--catalogus", "n.yaml")[1])
    assert met["uitkomst"] == "ja"
    assert "proef/lijst@2025.1" in json.dumps(met["kwitantie"])
    assert json.loads(zr("decide", "zaken.jsonl", "--catalogus", "n.yaml")[1])["uitkomst"] == "ja"
    assert (
        json.loads(zr("explain", "zaak.json", "--json", "--catalogus", "n.yaml")[1])["beslissing"]["uitkomst"] == "ja"
    )
    status, uit, _ = zr("decide", "zaak.json", "--json", "--catalogus", "weg.yaml")
    assert (status, json.loads(uit)["fout"]["code"]) == (2, "ZR-114")


def test_list_and_show(zr: Zr):
    zr(*_args("--uit", "n.yaml"))
    status, uit, _ = zr("catalogus", "list")
    assert (status, [r.split()[0] for r in uit.splitlines()]) == (0, ["proef/lijst@2024.1"])
    lijst = json.loads(zr("catalogus", "list", "--catalogus", "n.yaml", "--json")[1])["catalogi"]
    assert [(c["id"], c["bekend"], c["codes"]) for c in lijst] == [
        ("proef/lijst@2024.1", "2023-10-01", 3),
        ("proef/lijst@2025.1", "2024-11-01", 4),
    ]
    _, uit, _ = zr("catalogus", "show", "proef/lijst", "--catalogus", "n.yaml")
    assert uit.splitlines()[1:] == [
        "0011  oud en nieuw",
        "0022  twee jaren",
        "0033  blijft zoals het is",
        "NIEU  nieuw",
    ]
    _, uit, _ = zr("catalogus", "show", "proef/lijst", "0022")
    assert "  2024-01-01 t/m 2024-12-31  groep blauw, maximumtarief geen, tariefsoort vrij" in uit.splitlines()
    assert "  2026-01-01 t/m …  bestaat niet" in uit.splitlines()
    een = json.loads(zr("catalogus", "show", "proef/lijst@2025.1", "0011", "--catalogus", "n.yaml", "--json")[1])
    assert een["perioden"][-1]["waarden"]["maximumtarief"] == "3.00"
    for args in (("proef/lijsd",), ("proef/lijst@2030.1",), ("proef/lijst", "0099")):
        status, _, fout = zr("catalogus", "show", *args)
        assert (status, "ZR-329" in fout) == (2, True)
