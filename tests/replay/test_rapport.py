"""The reports: canonical, signed, and readable; what a hostile text says stays text."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
import replayhulp
import replayproef
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from zorgregels._canon import canonical
from zorgregels._journaal.journaal import Journaal
from zorgregels._replay import bouwstenen, woorden
from zorgregels._replay.bedragen import Bedragen, Overgang, Wijziging
from zorgregels._replay.ondertekening import Ongetekend, read_signature
from zorgregels._replay.telling import Telling
from zorgregels._replay.uitschrijven import Stroom, pieces


@pytest.fixture
def later(tmp_path):
    pad = tmp_path / "later.yaml"
    pad.write_text(replayproef.TARIEF_LATER, "utf-8")
    return pad


@pytest.fixture
def waar(tmp_path, plugin):
    return replayhulp.fill(tmp_path / "j.db", replayproef.draw(60), [plugin])


def test_the_signature_of_the_json_and_what_breaks_it(waar):
    g = replayhulp.replay(waar)
    with Journaal.open(waar, schrijven=False) as journaal:
        openbaar = journaal.hoofd().sleutel.hex()
    assert read_signature(g.ruw).sleutel.hex() == openbaar == g.rapport["handtekening"]["sleutel"]
    assert g.ruw.strip() == rfc8785.dumps(g.rapport)
    for oud, nieuw in (
        (b'"gelijk":60', b'"gelijk":61'),
        (b'"ongeschonden":true', b'"ongeschonden":false'),
        (b'"anders":[]', b'"anders":[1]'),
        (b'"tijd":"2', b'"tijd":"3'),
        (b'"waarde":"', b'"waarde":"0'),
        (b",", b", "),
    ):
        assert oud in g.ruw, oud
        with pytest.raises(Ongetekend, match="is veranderd sinds"):
            read_signature(g.ruw.replace(oud, nieuw, 1))
    with pytest.raises(Ongetekend, match="niet ondertekend"):
        read_signature(canonical({**g.rapport, "handtekening": None}).encode())
    for vreemd in (b"geen json", b"{", b"{}", b"[]", b"", g.ruw[:-20]):
        with pytest.raises(Ongetekend, match="geen rapport"):
            read_signature(vreemd)


def test_the_signature_of_the_page_and_what_breaks_it(waar):
    g = replayhulp.replay(waar)
    from hashlib import sha256

    zonder = {k: w for k, w in g.rapport.items() if k != "handtekening"}
    merk = "sha256:" + sha256(rfc8785.dumps(zonder)).hexdigest()
    bladzijde = g.html.encode()
    getekend = read_signature(bladzijde)
    assert (getekend.sleutel.hex(), getekend.rapport) == (g.rapport["handtekening"]["sleutel"], merk)
    assert merk in g.html
    for oud, nieuw in (
        (b"gelijk", b"anders"),
        (b"</html>", b"</html> "),
        (b'"waarde":"', b'"waarde":"f'),
        (merk.encode(), b"sha256:00"),
    ):
        assert oud in bladzijde
        with pytest.raises(Ongetekend, match="is veranderd sinds"):
            read_signature(bladzijde.replace(oud, nieuw, 1))
    with pytest.raises(Ongetekend, match="geen rapport"):
        read_signature(b"<html></html>")


def test_a_report_is_no_head_and_a_head_is_no_report(waar):
    """The same key signs both; what it signed as the one is never believed as the other."""
    from zorgregels._journaal.boomhoofd import Boomhoofd
    from zorgregels.errors import JournaalError

    g = replayhulp.replay(waar)
    hoofd = g.rapport["logboek"]["boomhoofd"]
    assert Boomhoofd.parse(hoofd).is_genuine()
    with pytest.raises(Ongetekend):
        read_signature(hoofd.encode())
    with pytest.raises(JournaalError):
        Boomhoofd.parse(g.ruw)
    getekend = {**json.loads(hoofd), "handtekening": g.rapport["handtekening"]["waarde"]}
    assert not Boomhoofd.parse(canonical(getekend)).is_genuine()


class _Kijker(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "rect"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_and_asks_nothing_of_anybody(waar, later):
    for g in (replayhulp.replay(waar), replayhulp.replay(waar, met=[later])):
        kijker = _Kijker()
        kijker.feed(g.html)
        assert kijker.open == []
        tags = {t for t, _ in kijker.tags}
        assert tags.isdisjoint({"script", "img", "link", "iframe", "object", "form", "a"})
        assert not re.search(r"https?://|url\(|@import", g.html)
        assert ("html", {"lang": "nl"}) in kijker.tags
        csp = next(a["content"] for t, a in kijker.tags if t == "meta" and a.get("http-equiv"))
        assert csp == "default-src 'none'; style-src 'unsafe-inline'"
        (balk,) = [a for t, a in kijker.tags if t == "svg" and a.get("class") == "balk"]
        assert balk["role"] == "img"
        assert balk["aria-label"].startswith("Beslissingen: ")


def test_the_page_says_what_the_json_says(waar, later):
    g = replayhulp.replay(waar, met=[later])
    tekst = re.sub(r"<[^>]+>", "\n", g.html).replace("\N{NO-BREAK SPACE}", " ")
    w = g.rapport["watals"]
    assert w["gegeven"]
    assert w["afgeleid"]
    for rij in (*w["gegeven"], *w["gegeven_totaal"]):
        assert woorden.money(rij["centen"]).replace("\N{NO-BREAK SPACE}", " ") in tekst
    for rij in (*w["afgeleid"], *w["afgeleid_totaal"]):
        for lid in ("oud", "nieuw", "verschil"):
            assert woorden.money(rij[lid]).replace("\N{NO-BREAK SPACE}", " ") in tekst
    assert f"{len(w['lijst'])} van 60 beslissingen zouden anders zijn" in tekst
    assert "ritten/tarieven@2025.2" in tekst


def test_a_hostile_text_is_text(waar):
    """A forged decision whose rule is called a script."""
    kwaad = b"<script>alert(1)</script><img src=x onerror=y>&amp;"
    nr = replayhulp.forge_part(waar, replayhulp.open_row(waar).nr, b'"artikel":"3"', b'"artikel":"' + kwaad + b'"')
    g = replayhulp.replay(waar)
    assert [a["nr"] for a in g.rapport["anders"]] == [nr]
    assert kwaad.decode() in json.dumps(g.rapport)
    assert "<script" not in g.html
    assert "<img" not in g.html
    assert "&lt;script&gt;alert(1)" in g.html


def test_long_lists_are_cut_on_the_page_and_whole_in_the_json(tmp_path, plugin, later):
    waar = replayhulp.fill(tmp_path / "veel.db", replayproef.draw(700), [plugin])
    g = replayhulp.replay(waar, met=[later])
    assert len(g.lijst) == g.aantallen["gewijzigd"] > 210
    assert f"de eerste 200 van {len(g.lijst)}" in g.html
    assert g.html.count("<tr>") < 300


# -- pieces ------------------------------------------------------------------------------------------------------------

_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda k: (
        st.lists(k, max_size=4) | st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=5), k, max_size=4)
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=5), _json, max_size=5),
    st.lists(_json, max_size=4),
)
def test_written_in_pieces_is_written_whole(data, lijst):
    assert "".join(pieces({**data, "lijst": Stroom(lambda: iter(lijst))})) == canonical({**data, "lijst": lijst})
    assert "".join(pieces(data)) == canonical(data)


_overgang = st.builds(
    Overgang,
    st.sampled_from(["uitkomst", "gevolg", "grond"]),
    st.sampled_from(["ja", "nee"]),
    st.sampled_from(["ja", "nee"]),
    st.sampled_from("abc"),
)
_centen = st.fractions(min_value=-(10**6), max_value=10**6)
_wijziging = st.builds(
    Wijziging,
    _overgang,
    st.dictionaries(st.sampled_from("fgh"), st.integers(-(10**15), 10**15), max_size=3),
    st.dictionaries(st.sampled_from("pq"), _centen, max_size=2),
    st.dictionaries(st.sampled_from("pq"), _centen, max_size=2),
)


@given(st.lists(_wijziging, max_size=30), st.integers(0, 30))
def test_sums_are_exact_however_the_work_is_divided(wijzigingen, grens):
    """Sums by stretch, written down, read back and put together are the plain sums; nothing is rounded and nothing is left over."""
    samen = Bedragen()
    for deel in (wijzigingen[:grens], wijzigingen[grens:]):
        los = Bedragen()
        for w in deel:
            los.add(w)
        samen.merge(Bedragen.from_dict(json.loads(canonical(los.to_dict()))))
    for feit in "fgh":
        verwacht = sum(w.gegeven.get(feit, 0) for w in wijzigingen)
        assert sum(s.centen for (f, _), s in samen.gegeven.items() if f == feit) == verwacht
    for feit in "pq":
        for deze, waarden in ((samen.oud, [w.oud for w in wijzigingen]), (samen.nieuw, [w.nieuw for w in wijzigingen])):
            assert sum(s.centen for (f, _), s in deze.items() if f == feit) == sum(
                (w.get(feit, Fraction(0)) for w in waarden), Fraction(0)
            )
            assert sum(s.aantal for (f, _), s in deze.items() if f == feit) == sum(feit in w for w in waarden)
    assert sum(samen.overgangen.values()) == len(wijzigingen)


def test_counts_put_together():
    een, ander = Telling(), Telling()
    een.afloop.update(gelijk=2, anders=1)
    ander.afloop.update(gelijk=5)
    ander.jaren["2025"] = 5
    een.merge(Telling.from_dict(json.loads(json.dumps(ander.to_dict()))))
    assert een.afloop == {"gelijk": 7, "anders": 1}
    assert een.beslissingen == 8
    assert een.jaren == {"2025": 5}


@pytest.mark.parametrize(
    ("deel", "geheel", "tekst"),
    [
        (1, 3, "33,3 %"),
        (1, 1, "100 %"),
        (999_999, 1_000_000, "meer dan 99,9 %"),
        (321, 327, "98,2 %"),
        (1999, 2000, "meer dan 99,9 %"),
        (9994, 10_000, "99,9 %"),
        (1, 2000, "0,1 %"),
        (1, 1_000_000, "minder dan 0,1 %"),
        (1, 2, "50,0 %"),
    ],
)
def test_a_share_never_says_all_or_nothing_where_that_is_not_so(deel, geheel, tekst):
    balk = bouwstenen.bar([bouwstenen.Stuk("a", deel, "goed"), bouwstenen.Stuk("b", geheel - deel, "rest")], "Alles")
    assert f"({tekst})" in balk
    breedtes = [int(b) for b in re.findall(r'<rect class="\w+" x="\d+" y="0" width="(\d+)"', balk)]
    assert sum(breedtes) == 960
    assert min(breedtes) >= 3


@pytest.mark.parametrize(
    ("centen", "tekst"),
    [
        ("1151", "€ 11,51"),
        ("-5", "€ -0,05"),
        ("0", "€ 0,00"),
        ("123456789", "€ 1.234.567,89"),
        ("2303/2", "€ 11,515"),
        ("1/3", "€ 1/300"),
    ],
)
def test_money(centen, tekst):
    assert woorden.money(centen).replace("\N{NO-BREAK SPACE}", " ") == tekst


def test_the_others_are_named_only_where_there_are_others(tmp_path, plugin):
    zaken = replayproef.draw(60)
    dicht = [z for z in zaken if "leeftijd" in z["feiten"]["rit"]]
    for naam, deel, tekst in (
        ("alle", zaken, f"{len(dicht)} beslissingen zijn niet te herhalen; de andere zijn nagegaan."),
        ("dicht", dicht, f"{len(dicht)} beslissingen zijn niet te herhalen."),
        ("een", dicht[:1], "1 beslissing is niet te herhalen."),
    ):
        waar = replayhulp.fill(tmp_path / f"{naam}.db", deel, [plugin])
        Path(f"{waar}.sleutels").rename(tmp_path / f"weg-{naam}")
        assert f"<strong>{tekst}</strong>" in replayhulp.replay(waar).html
