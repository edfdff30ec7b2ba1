"""What is withheld is nowhere in the file: not as a value, not in a text, not derived, and not as a digest that could be guessed from."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from boeken import ALLES_GEGEVEN, KANARIE, PERSOON, book, zaak
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zorgregels import Engine
from zorgregels._dossier.bladzijde import render
from zorgregels._dossier.dossier import make_dossier
from zorgregels._dossier.invloed import Invloed, hide_parts
from zorgregels._dossier.vastgelegd import Item
from zorgregels._journaal.journaal import Journaal
from zorgregels.errors import JournaalError

Data = Any
ALLE = {
    "direct",
    "alleen-in-de-tekst",
    "netto",
    "dubbel",
    "keten",
    "waarschuwing",
    "plicht",
    "lijst",
    "oranje",
    "kleur",
    "los",
}
# Read by hand from the rules: which steps could show a fact, and whether what is derived (kop) or what follows (slot) could.
TOONT: Mapping[str, tuple[set[str], bool, bool]] = {
    "declaratie.bedrag": ({"direct", "netto", "dubbel", "keten"}, True, False),
    "declaratie.korting": ({"netto", "dubbel", "keten"}, True, False),
    "declaratie.datum": ({"waarschuwing", "plicht"}, False, True),
    "declaratie.opmerking": ({"alleen-in-de-tekst"}, False, False),
    "declaratie.soort": ({"plicht", "oranje", "kleur"}, True, True),
    "declaratie.aantal": ({"alleen-in-de-tekst"}, False, False),
    "kostenpost": ({"lijst"}, False, False),
}
MAANDEN = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]


def _steps(delen: tuple[Item, ...]) -> set[str]:
    return {json.loads(d.tekst)["regel"].removeprefix("kanarie.") for d in delen[1:-1] if d.tekst is not None}


def _amount(tekst: str) -> Iterator[str]:
    heel, rest = tekst.split(".")
    met_punten = f"{int(heel):,}".replace(",", ".")
    yield from (tekst, f"{heel},{rest}", f"{met_punten},{rest}", met_punten, heel, heel + rest)


def _day(tekst: str) -> Iterator[str]:
    d = date.fromisoformat(tekst)
    yield from (tekst, f"{d.day} {MAANDEN[d.month - 1]} {d.year}", d.strftime("%d-%m-%Y"), d.strftime("%Y%m%d"))


def _spellings(feiten: Data, weg: set[str]) -> Iterator[str]:
    """Every way in which what is withheld, or what follows from it, might stand in a file."""
    d = feiten["declaratie"]
    if "declaratie.bedrag" in weg:
        yield from _amount(d["bedrag"])
    if "declaratie.korting" in weg:
        yield from _amount(d["korting"])
    if weg & {"declaratie.bedrag", "declaratie.korting"}:
        netto = round(float(d["bedrag"]) * 100) - round(float(d["korting"]) * 100)
        for cent in (netto, 2 * netto):
            yield from _amount(f"{cent // 100}.{cent % 100:02d}")
    if "declaratie.datum" in weg:
        yield from _day(d["datum"])
        yield from _day(f"{int(d['datum'][:4]) + 5}{d['datum'][4:]}")
    if "declaratie.opmerking" in weg:
        yield d["opmerking"]
    if "declaratie.soort" in weg:
        yield from (d["soort"], "oranje", "Het is geen kanarie")
    if "declaratie.aantal" in weg:
        yield from (str(d["aantal"]), f"{d['aantal']:,}".replace(",", "."))
    if "kostenpost" in weg:
        for post in feiten["kostenpost"]:
            yield from (*_amount(post["bedrag"]), post["waarvoor"])


def _digests(feiten: Data, weg: set[str]) -> Iterator[str]:
    """Digests without a salt, of what is withheld: from those few values could be found by trying."""
    plat = {f"declaratie.{k}": w for k, w in feiten["declaratie"].items()} | {"kostenpost": feiten["kostenpost"]}
    for naam in weg:
        for waarde in {
            str(plat[naam]),
            json.dumps(plat[naam], separators=(",", ":"), sort_keys=True, ensure_ascii=False),
        }:
            for tekst in (waarde, f'"{naam}":{waarde}', f'{{"{naam}":{waarde}}}'):
                yield from (
                    hashlib.sha256(tekst.encode()).hexdigest(),
                    hashlib.sha256(b"f" + tekst.encode()).hexdigest(),
                )


def _hidden_from(bladzijde: str, geheim: str) -> bool:
    """Whether it stands nowhere, apart from by chance in a random number, or among the words of a feitsoort."""
    data = json.loads(bladzijde.partition('id="gegevens">')[2].partition("</script>")[0])
    for document in data["feitsoorten"]:
        assert json.dumps(document) in bladzijde
        bladzijde = bladzijde.replace(json.dumps(document), "")
    bladzijde = re.sub("[0-9a-f]{32,}", "", bladzijde)
    ruw = geheim.encode()
    vormen = {
        geheim,
        json.dumps(geheim)[1:-1],
        html.escape(geheim),
        quote(geheim),
        ruw.hex(),
        base64.b64encode(ruw).decode().rstrip("="),
    }
    return not any(v in bladzijde for v in vormen)


def _amounts(van: int, tot: int) -> st.SearchStrategy[str]:
    return st.integers(van * 10**6 + 1, tot * 10**6 - 1).map(lambda c: f"{c // 100}.{c % 100:02d}")


def _texts(rond: str) -> st.SearchStrategy[str]:
    return st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=20).map(
        lambda t: f"{rond}{t}{rond}"
    )


# No two of these, nor what is derived from them, can be the same: what is withheld of one may not stand there for another.
_feiten = st.fixed_dictionaries(
    {
        "declaratie": st.fixed_dictionaries(
            {
                "bedrag": _amounts(4100, 4500),
                "korting": _amounts(1000, 1200),
                "datum": st.dates(date(1901, 1, 1), date(2019, 12, 28)).map(
                    lambda d: d.replace(day=min(d.day, 28)).isoformat()
                ),
                "opmerking": _texts("kwetter"),
                "soort": st.just("zebravink"),
                "aantal": st.integers(123_456_789_012, 987_654_321_098),
            }
        ),
        "kostenpost": st.lists(
            st.fixed_dictionaries({"bedrag": _amounts(8000, 9000), "waarvoor": _texts("tjilp")}), min_size=1, max_size=3
        ),
    }
)


@pytest.fixture(scope="module")
def schrijver() -> Iterator[tuple[Journaal, Engine]]:
    with (
        tempfile.TemporaryDirectory() as map_,
        Journaal.create(Path(map_) / "j.db") as journaal,
        Engine(plugins=[KANARIE], journaal=journaal) as engine,
    ):
        yield journaal, engine


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(feiten=_feiten, weg=st.sets(st.sampled_from(sorted(TOONT)), min_size=1))
def test_what_is_withheld_is_nowhere_in_the_file(
    schrijver: tuple[Journaal, Engine], feiten: Data, weg: set[str]
) -> None:
    journaal, engine = schrijver
    beslissing = engine.decide(zaak(feiten))
    nr = journaal.hoofd().omvang - 1
    dossier = make_dossier(journaal, nr, weg)
    bladzijde = render(dossier.gegevens)
    for geheim in _spellings(feiten, weg):
        assert _hidden_from(bladzijde, geheim), geheim
    for geheim in _digests(feiten, weg):
        assert geheim not in bladzijde
    assert beslissing.digest.removeprefix("sha256:") not in bladzijde
    assert beslissing.kwitantie.feiten.removeprefix("sha256:") not in bladzijde
    rij = journaal.opslag.row(nr)
    assert rij is not None
    inhoud = journaal.contents(rij)
    assert inhoud.delen is not None
    for deel, item in zip(inhoud.delen, dossier.delen, strict=True):
        merk = hashlib.sha256(deel).hexdigest()
        assert merk[:32] not in bladzijde
        assert (item.tekst is None) == (item.zout == b"")
    # A salt is there only with what it salts.
    for zout in (rij.zouten[i : i + 16] for i in range(0, len(rij.zouten), 16)):
        assert (zout.hex() in bladzijde) == any(i.zout == zout for i in (*dossier.feiten, *dossier.delen))
    # And what could not show it is still there.
    stappen, kop, slot = (
        set.union(*(TOONT[w][0] for w in weg)),
        any(TOONT[w][1] for w in weg),
        any(TOONT[w][2] for w in weg),
    )
    assert _steps(dossier.delen) == ALLE - stappen
    assert (dossier.delen[0].tekst is None, dossier.delen[-1].tekst is None) == (kop, slot)
    assert {f.naam for f in dossier.feiten if f.tekst is None} == weg & {f.naam for f in dossier.feiten}


def test_everything_can_be_withheld_but_the_peildatum(tmp_path: Path) -> None:
    with book(tmp_path, zaak()) as journaal:
        dossier = make_dossier(journaal, 1, ["alles"])
    assert {f.naam for f in dossier.feiten if f.tekst is not None} == {"zaak.peildatum"}
    assert _steps(dossier.delen) == {"los"}
    bladzijde = render(dossier.gegevens)
    assert all(_hidden_from(bladzijde, geheim) for geheim in _spellings(ALLES_GEGEVEN, set(TOONT)))


def test_what_is_missing_rests_on_all_facts_and_goes_with_any(tmp_path: Path) -> None:
    feiten = {**ALLES_GEGEVEN, "declaratie": {k: w for k, w in ALLES_GEGEVEN["declaratie"].items() if k != "aantal"}}
    with book(tmp_path, zaak(feiten)) as journaal:
        heel, zonder = make_dossier(journaal, 1), make_dossier(journaal, 1, ["kostenpost"])
    assert "declaratie.aantal" in (heel.delen[-1].tekst or "")
    assert zonder.delen[-1].tekst is None


def test_a_personal_fact_can_be_withheld_too(tmp_path: Path) -> None:
    with book(tmp_path, PERSOON) as journaal:
        heel, zonder = make_dossier(journaal, 1), make_dossier(journaal, 1, ["persoon.geboren"])
    assert _steps(heel.delen) == {"persoon", "open"}
    assert _steps(zonder.delen) == {"open"}
    assert "14 maart 1957" in render(heel.gegevens)
    assert all(_hidden_from(render(zonder.gegevens), geheim) for geheim in _day("1957-03-14"))


def test_with_routes_a_step_that_counts_says_what_the_others_came_to(tmp_path: Path) -> None:
    feiten = {
        "idee": {
            "medisch_specialistisch": True,
            "soort": "vernieuwing_bestaande_zorg",
            "tariefsoort": "vrij",
            "bereik": "lokaal",
        }
    }
    zaak_ = {"vraag": "bekostiging", "peildatum": "2025-09-01", "feiten": feiten}
    with book(tmp_path, zaak_, plugins=["msz"]) as journaal:
        dossier = make_dossier(journaal, 1, ["idee.bereik"])
    effecten = {json.loads(d.tekst)["effect"] for d in dossier.delen[1:-1] if d.tekst is not None}
    assert effecten
    assert not effecten & {"eis", "verbied", "open"}
    assert dossier.delen[-1].tekst is None


def test_without_the_rules_of_the_day_every_part_is_withheld(tmp_path: Path) -> None:
    with book(tmp_path, zaak()) as journaal:
        blad = json.loads(journaal.opslag.row(1).blad)  # type: ignore[union-attr]
        echt = journaal.opslag.blok

        class ZonderRegels:
            """The store, without the documents of the rules."""

            def __getattr__(self, naam: str) -> Any:
                return getattr(journaal_opslag, naam)

            def blok(self, merk: bytes) -> bytes | None:
                return (
                    None
                    if b'"regelset":' in (echt(merk) or b"")[:4000] and merk.hex() not in blad["herkomst"]
                    else echt(merk)
                )

        journaal_opslag = journaal.opslag
        journaal.opslag = ZonderRegels()  # type: ignore[assignment]
        dossier = make_dossier(journaal, 1, ["declaratie.aantal"])
        journaal.opslag = journaal_opslag
    assert all(d.tekst is None for d in dossier.delen)
    assert {f.naam for f in dossier.feiten if f.tekst is None} == {"declaratie.aantal"}


def test_a_value_that_stands_in_a_text_all_the_same_is_withheld() -> None:
    """The rules say what could show a fact; should they be wrong, the words themselves are looked for."""

    def part(tekst: str) -> Item:
        return Item(b"", tekst, b"zout")

    stap = '{"regel":"a.b","effect":"eis","tekst":"%s"}'
    slot = '],"ontbrekend":{"feiten":[],"gaten":[]},"routes":[],"verplichtingen":[],"waarschuwingen":[]}'
    invloed = Invloed([], [])
    invloed.kent.add("a.b")
    teksten = ("€ 1.234,56", "3 maart 2024", "gewone zorg", "niets", 'zei \\"hallo\\"')
    delen = [part('{"afgeleid":[],"motivering":['), *(part(stap % t) for t in teksten), part(slot)]
    gehouden = hide_parts(
        delen, invloed, ["1234.56", [{"dag": "2024-03-03"}], "gewone_zorg", 'zei "hallo"', True, 1, None]
    )
    assert [d.tekst is None for d in gehouden] == [False, True, True, True, False, True, False]


@pytest.mark.parametrize(
    ("slot", "weg"),
    [
        ({}, False),
        ({"ontbrekend": {"feiten": [{"feit": "a.b", "omschrijving": "?"}], "gaten": []}}, True),
        ({"ontbrekend": {"feiten": [], "gaten": [{"feit": "a.b", "code": "1"}]}}, True),
        ({"routes": [{"route": "r", "uitkomst": "ja"}]}, True),
        ({"waarschuwingen": [{"tekst": "Een concept.", "regelset": "a/b@2025.1"}]}, False),
        ({"waarschuwingen": [{"tekst": "Let op.", "regel": "a.goed"}]}, False),
        ({"waarschuwingen": [{"tekst": "Let op.", "regel": "a.fout"}]}, True),
        ({"verplichtingen": [{"regel": "a.fout"}]}, True),
    ],
)
def test_what_follows_the_steps_goes_when_it_could_show_something(slot: Data, weg: bool) -> None:
    leeg = {"ontbrekend": {"feiten": [], "gaten": []}, "routes": [], "verplichtingen": [], "waarschuwingen": []}
    invloed = Invloed([], [])
    invloed.kent, invloed.regels = {"a.goed", "a.fout"}, {"a.fout"}
    delen = [Item(b"", '{"afgeleid":[],"motivering":[', b"z"), Item(b"", "]," + json.dumps(leeg | slot)[1:], b"z")]
    assert [d.tekst is None for d in hide_parts(delen, invloed, [])] == [False, weg]


def test_a_decision_without_a_year_goes_as_a_whole() -> None:
    (deel,) = hide_parts([Item(b"", "{}", b"z")], Invloed([], []), [])
    assert (deel.tekst, deel.zout, deel.waarom) == (None, b"", "achtergehouden")


def test_a_step_of_a_rule_that_nobody_knows_is_withheld() -> None:
    delen = [
        Item(b"", '{"afgeleid":[],"motivering":[', b"z"),
        Item(b"", '{"regel":"a.b","effect":"eis"}', b"z"),
        Item(b"", waarom="gewist"),
    ]
    assert hide_parts(delen, Invloed([], []), [])[1].tekst is None


@pytest.mark.parametrize(
    ("weg", "code", "hulp"),
    [
        ("declaratie.bedrg", "ZR-942", "declaratie.bedrag"),
        ("zaak.peildatum", "ZR-943", "--zonder"),
        ("declaratie", "ZR-942", "declaratie."),
        ("", "ZR-942", ""),
    ],
)
def test_a_name_that_is_not_there_is_refused(tmp_path: Path, weg: str, code: str, hulp: str) -> None:
    with book(tmp_path, zaak()) as journaal, pytest.raises(JournaalError) as fout:
        make_dossier(journaal, 1, ["declaratie.aantal", weg])
    assert fout.value.code == code
    assert len(fout.value.meldingen) == 1
    assert hulp in fout.value.meldingen[0].hulp
