"""``zorgregels replay`` as a user meets it: what it prints, which files it leaves, how it ends, and what it says of a slip."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import replayhulp
import replayproef
from zorgregels._journaal.journaal import Journaal


@pytest.fixture
def waar(tmp_path, plugin):
    return replayhulp.fill(tmp_path / "j.db", replayproef.draw(60), [plugin])


def test_all_the_same(waar, zr):
    uit = zr("--journaal", waar, "--jaar", "2025")
    assert uit == (
        0,
        "60 beslissingen · gelijk 60 · anders 0 · niet te herhalen 0 · logboek ongeschonden\nrapport: replay-2025.html (ondertekend)\n",
        "",
    )
    assert sorted(p.name for p in Path.cwd().iterdir()) == ["replay-2025.html", "replay-2025.json"]


def test_a_difference_ends_with_1(waar, zr):
    rij = replayhulp.open_row(waar)
    nr = replayhulp.forge(waar, rij.nr, lambda r, blad: (r, {**blad, "oordeel": "toegestaan", "uitkomst": "ja"}))
    uit = zr("--journaal", waar, "-o", "uit.html", "--rapport-json", "anders.json")
    assert uit.status == 1
    assert "61 beslissingen · gelijk 60 · anders 1 · niet te herhalen 0 · logboek ongeschonden" in uit.stdout
    assert f"  nr {nr}: blad.uitkomst" in uit.stdout
    assert sorted(p.name for p in Path.cwd().iterdir()) == ["anders.json", "uit.html"]


@pytest.mark.parametrize(
    ("opties", "tekst", "hulp"),
    [
        (["--jaar", "1999"], "geen beslissingen met een peildatum in 1999", "Er zijn beslissingen van 2025."),
        (["--sinds", "99999"], "geen vermelding 99999", "tot en met 60"),
        (["--sinds", "61"], "geen vermelding 61", "tot en met 60"),
        (["--plugin", "riten"], "kent geen plugin `riten`", "Bedoelde u `ritten`?"),
        (["--plugin", "ritten", "--jaar", "2024"], "in 2024", "van 2025"),
    ],
)
def test_what_is_not_there_cannot_be_chosen(waar, zr, opties, tekst, hulp):
    uit = zr("--journaal", waar, *opties)
    assert uit.status == 2
    assert "ZR-952" in uit.stderr
    assert tekst in uit.stderr
    assert hulp in uit.stderr
    assert not list(Path.cwd().iterdir())


def test_a_choice_that_selects_nothing_says_so(waar, zr):
    uit = zr("--journaal", waar, "--sinds", "2999-01-01")
    assert uit.status == 1
    assert uit.stdout.startswith("geen enkele beslissing voldoet · logboek ongeschonden\n")


def test_nothing_chosen_of_an_empty_journaal(tmp_path, zr):
    Journaal.create(tmp_path / "leeg.db").close()
    uit = zr("--journaal", tmp_path / "leeg.db")
    assert uit.status == 0
    assert uit.stdout.startswith("0 beslissingen · ")
    assert "nog geen beslissingen" in zr("--journaal", tmp_path / "leeg.db", "--jaar", "2025", "-o", "x.html").stderr
    assert "nog geen beslissingen" in zr("--journaal", tmp_path / "leeg.db", "--plugin", "x", "-o", "x.html").stderr


def test_a_plugin_of_which_documents_are_damaged_is_not_refused(waar, zr):
    replayhulp.sql(waar, "DELETE FROM blok WHERE soort = 'lading'")
    replayhulp.sql(waar, "UPDATE blok SET inhoud = zeroblob(9) WHERE soort = 'herkomst'")
    assert zr("--journaal", waar, "--plugin", "hisarts").status == 1


def test_a_finding_ends_with_1_and_is_told(waar, zr):
    replayhulp.sql(waar, "UPDATE vermelding SET feiten = ? WHERE nr = 3", b"{}")
    uit = zr("--journaal", waar)
    assert uit.status == 1
    assert "1 bevinding" in uit.stdout
    assert "niet te herhalen 1 (vermelding geschonden 1)" in uit.stdout
    assert "  vermelding 3: " in uit.stdout


def test_erased_alone_ends_with_0(waar, zr):
    with Journaal.open(waar) as journaal:
        rij = next(r for r in journaal.opslag.rows(1, 61) if r.gesloten is not None)
        journaal.erase(json.loads(rij.blad)["sleutel"])
    uit = zr("--journaal", waar)
    assert uit.status == 0
    assert "gelijk 59 · anders 0 · niet te herhalen 1 (gewist 1) · logboek ongeschonden" in uit.stdout


def test_as_json(waar, zr):
    uit = zr("--journaal", waar, "--json", "--plugin", "ritten", "--sinds", "11")
    data = json.loads(uit.stdout)
    assert data["aantallen"]["gelijk"] == data["aantallen"]["beslissingen"] == 50
    assert data["ongeschonden"] is True
    assert data["rapport"]["ondertekend"] is True
    assert data["rapport"]["digest"] in Path("replay.html").read_text("utf-8")
    mis = zr("--journaal", "is-er-niet.db", "--json", "-o", "mis.html")
    assert mis.status == 2
    assert json.loads(mis.stdout)["fout"]["code"] == "ZR-900"


def test_what_if(waar, zr):
    Path("later.yaml").write_text(replayproef.TARIEF_LATER, "utf-8")
    uit = zr("--journaal", waar, "--met", "later.yaml", "--lijst", "lijst.jsonl")
    assert uit.status == 0
    eerste, *regels = uit.stdout.splitlines()
    m = re.search(r"gewijzigd (\d+) \(", eerste)
    assert m is not None
    lijst = [json.loads(r) for r in Path("lijst.jsonl").read_text("utf-8").splitlines()]
    assert len(lijst) == int(m[1]) > 10
    assert lijst == json.loads(Path("watals.json").read_bytes())["watals"]["lijst"]
    assert any(
        re.fullmatch(r"  andere uitkomst, ja → nee door ritten\.eis\.bedrag: \d+ \(.*rit\.bedrag € [\d.,]+\)", r)
        for r in regels
    )
    assert regels[-1] == "rapport: watals.html (ondertekend)"
    assert zr("--journaal", waar, "--bekend-op", "2025-06-01", "--jaar", "2025").stdout.endswith(
        "rapport: watals-2025.html (ondertekend)\n"
    )


def test_help_says_how_to_find_what_a_correction_changes(zr):
    uit = zr("--help")
    tekst = " ".join(uit.stdout.split())
    assert uit.status == 0
    assert "wat een correctie met terugwerkende kracht raakt" in tekst
    assert "geef met --met de versie die later bekend werd" in tekst


@pytest.mark.parametrize(
    ("args", "woorden"),
    [
        ([], "Geef --journaal of --archive."),
        (["--journaal", "a", "--archive", "b"], "Geef --journaal of --archive."),
        (["--journaal", "is-er-niet.db"], "ZR-900"),
        (["--archive", "is-er-niet.zip"], "ZR-93"),
        (["--journaal", "JOURNAAL", "--lijst", "x.jsonl"], "--lijst hoort bij --met of --bekend-op."),
        (["--journaal", "JOURNAAL", "--sinds", "morgen"], "JJJJ-MM-DD"),
        (["--journaal", "JOURNAAL", "--sinds", "2025-02-30"], "bestaande kalenderdatum"),
        (["--journaal", "JOURNAAL", "--bekend-op", "31-12-2025"], "eerst het jaar"),
        (["--journaal", "JOURNAAL", "--met", "is-er-niet"], "ZR-921"),
        (["--journaal", "JOURNAAL", "--met", "leeg"], "ZR-405"),
        (["--journaal", "JOURNAAL", "--engine", "kolom"], "compiled"),
        (["--journaal", "JOURNAAL", "-o", "leeg/nergens/uit.html"], "ZR-920"),
        (["--journaal", "JOURNAAL", "--sleutels", "leeg"], "ZR-91"),
    ],
)
def test_a_slip_gets_words_and_2(waar, zr, args, woorden):
    Path("leeg").mkdir(mode=0o700)
    uit = zr(*[str(waar) if a == "JOURNAAL" else a for a in args])
    assert uit.status == 2
    assert woorden in uit.stderr, uit.stderr
    assert "Traceback" not in uit.stderr


def test_begin_again(waar, zr, monkeypatch, kleine_reeksen):
    """A replay that stopped half way is gone on with, unless that is not wanted."""
    from zorgregels._replay.reeks import Doorloper

    replayhulp.sql(waar, "UPDATE vermelding SET nr = nr")  # nothing
    gedaan: list[int] = []
    echt = Doorloper.run

    def run(self, van, tot):
        gedaan.append(van)
        uit = echt(self, van, tot)
        if len(gedaan) == 1:
            self._bron.opslag.close()
            raise KeyboardInterrupt
        return uit

    monkeypatch.setattr(Doorloper, "run", run)
    uit = zr("--journaal", waar)
    assert uit.status == 130
    assert "dezelfde aanroep gaat daar verder" in uit.stderr
    assert Path("replay.html.voortgang").is_dir()
    assert zr("--journaal", waar, "--opnieuw").status == 0
    assert gedaan == [0, 0]
    assert not Path("replay.html.voortgang").exists()


def test_a_password_is_in_no_report_and_no_message(zr):
    uit = zr("--journaal", "postgresql://iemand:geheim77@127.0.0.1:1/niets")
    assert uit.status == 2
    assert "geheim77" not in uit.stderr + uit.stdout
