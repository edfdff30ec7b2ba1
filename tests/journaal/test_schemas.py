"""What the program writes is what the published JSON Schemas say, and what is not as they say is refused."""

from __future__ import annotations

import itertools
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import gevallen
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zorgregels import Engine
from zorgregels._archief.schrijven import write_archive
from zorgregels._canon import canonical
from zorgregels._journaal.boomhoofd import Boomhoofd
from zorgregels._journaal.journaal import Journaal, Nieuw
from zorgregels._replay.met import read_additions
from zorgregels._replay.opdracht import Bronplek, Keuze, Opdracht
from zorgregels._replay.verloop import Uitvoer, replay_records
from zorgregels._schemas import make_validator
from zorgregels.errors import JournaalError, ZorgregelsError

Data = Any
SOORTEN = ("begin", "sleutel", "wissing", "beslissing")
VREEMD = (
    "een",
    "nu",
    "2025",
    "sha256:" + "0" * 63,
    "0" * 31,
    "G" * 32,
    "0" * 33,
    "X y",
    0,
    -1,
    1.5,
    True,
    None,
    [],
    {},
    [[]],
    [0],
)
# Other values that a member may have: what the format says, not what the program happens to write.
MAG = {
    ("beslissing", "bekend_op"): [None],
    ("beslissing", "concept"): [True],
    ("beslissing", "gesloten"): [None],
    ("beslissing", "niet_bewaard"): [[]],
    ("beslissing", "oordeel"): ["een", "nu"],
    ("beslissing", "vraag"): ["een", "nu"],
    ("boomhoofd", "jaren"): [{}],
    ("boomhoofd", "omvang"): [0],
}  # fmt: skip


FEITEN = {
    "bezoek": ("een", {"minuten": {"type": "integer"}, "leeftijd": {"type": "integer", "x-persoonsgegeven": True}}),
    "verzekerde": (
        "een",
        {"bsn": {"type": "string", "x-persoonsgegeven": "identificator"}, "plaats": {"type": "string"}},
    ),
    "verrichting": ("lijst", {"code": {"type": "string"}, "opmerking": {"type": "string"}}),
}
REGELSET = """\
schema: regelset/v1
regelset: proef/bezoeken
versie: "2025.1"
titel: Bezoeken
status: geldend
geldig: {van: 2025-01-01}
bekend: 2024-11-01
bron: {document: Beleidsregel bezoeken (verzonnen)}
reikwijdte: {declaratie: {bezoek.minuten: {bestaat: true}}}
regels:
  - {id: proef.duur, vraag: declaratie, normen: [N-1], dan: {eis: {bezoek.minuten: {minstens: 5}}}, motivering: Duur.}
  - {id: proef.leeftijd, vraag: declaratie, normen: [N-1], dan: {eis: {bezoek.leeftijd: {minstens: 18}}}, motivering: Leeftijd.}
  - {id: proef.lijst, vraag: declaratie, normen: [N-1], dan: {verbied: {enig: {van: verrichting, waar: {code: X}}}}, motivering: Code.}
"""
ZAAK = {
    "vraag": "declaratie",
    "peildatum": "2025-05-01",
    "feiten": {
        "bezoek": {"minuten": 7, "leeftijd": 40},
        "verzekerde": {"bsn": "999990019", "plaats": "Utrecht"},
        "verrichting": [{"code": "A", "opmerking": "geen"}, {"code": "B"}],
    },
}


def _plugin(map_: Path) -> Path:
    """A sector whose facts are personal, say who somebody is, stand in lists or are read by no rule."""
    (map_ / "feiten").mkdir(parents=True)
    (map_ / "regelsets").mkdir()
    (map_ / "plugin.yaml").write_text("schema: plugin/v1\nsector: proef\ntitel: Proef\n", "utf-8")
    (map_ / "regelsets/bezoeken.yaml").write_text(REGELSET, "utf-8")
    for soort, (aantal, velden) in FEITEN.items():
        kaal = {"$schema": "urn:zorgregels:v1:feit", "title": soort, "description": "Proef.", "x-aantal": aantal}
        eigen = {n: {"description": "Proef.", **v} for n, v in velden.items()}
        tekst = json.dumps({**kaal, "type": "object", "additionalProperties": False, "properties": eigen})
        (map_ / f"feiten/{soort}.schema.json").write_text(tekst, "utf-8")
    return map_


@pytest.fixture(scope="module")
def map_(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Journaal with leaves of every kind: casussen of two sectors, persons of which one is erased, two more keys."""
    pad = tmp_path_factory.mktemp("schemas")
    zaken = gevallen.casussen("huisarts") + gevallen.casussen("domeinoverstijgend")
    with Journaal.create(pad / "j.db") as journaal:
        with Engine(plugins={"huisarts", "domeinoverstijgend", "msz"}, journaal=journaal) as engine:
            uit = [*engine.decide_many(zaken)]
            assert sum(not isinstance(u, ZorgregelsError) for u in uit) > 50
        journaal.rotate()
        with Engine(plugins=[_plugin(pad / "proef")], journaal=journaal) as engine:
            for anders in ({}, {"betrokkene": "een ander"}, {"bekend_op": "2025-01-01"}):
                engine.decide({**ZAAK, **anders})
        sleutel = journaal.person("een ander")
        assert sleutel is not None
        assert journaal.erase(sleutel)
        journaal.rotate()
    return pad


@pytest.fixture(scope="module")
def bladen(map_: Path) -> list[Data]:
    with Journaal.open(map_ / "j.db", schrijven=False) as journaal:
        return [json.loads(r.blad) for r in journaal.opslag.rows(0, 10**9)]


@pytest.fixture(scope="module")
def hoofden(map_: Path) -> list[Data]:
    with Journaal.open(map_ / "j.db", schrijven=False) as journaal:
        return [json.loads(h) for h in journaal.opslag.hoofden()]


@pytest.fixture(scope="module")
def ladingen(map_: Path) -> list[Data]:
    with Journaal.open(map_ / "j.db", schrijven=False) as journaal:
        return [json.loads(inhoud) for _, soort, inhoud in journaal.opslag.bloks() if soort == "lading"]


def _holds(schema: str, waarde: Data) -> bool:
    return bool(make_validator(schema).is_valid(waarde))


def _altered(goed: Data, wat: str) -> Iterator[tuple[str, Data]]:
    """What is no longer as the schema says: a member less, one more, another kind of value in each place."""
    yield "een lid te veel", {**goed, "erbij": "x"}
    for lid in goed:
        yield f"zonder {lid}", {k: w for k, w in goed.items() if k != lid}
        for waarde in VREEMD:
            # True is not 1, here as in JSON.
            if not any(waarde is m or (waarde == m and type(waarde) is type(m)) for m in MAG.get((wat, lid), ())):
                yield f"{lid}: {waarde!r}", {**goed, lid: waarde}


def _one_of_each(bladen: list[Data]) -> dict[str, Data]:
    return {soort: next(b for b in reversed(bladen) if b["soort"] == soort) for soort in SOORTEN}


def test_every_leaf_is_as_the_schema_says(bladen: list[Data]) -> None:
    assert {b["soort"] for b in bladen} == set(SOORTEN)
    for blad in bladen:
        make_validator("journaal").validate(blad)
    beslissingen = [b for b in bladen if b["soort"] == "beslissing"]
    for lid in ("bekend_op", "gesloten", "sleutel"):  # each kind of value is among them
        assert {b[lid] is None for b in beslissingen} == {True, False}, lid
    assert any(
        b["niet_bewaard"] == ["verrichting.opmerking", "verzekerde.bsn", "verzekerde.plaats"] for b in beslissingen
    )
    assert {b["uitkomst"] for b in beslissingen} == {"ja", "nee", "onbekend"}
    assert {b["concept"] for b in beslissingen} == {True, False}


def test_every_head_is_as_the_schema_says(hoofden: list[Data]) -> None:
    assert len(hoofden) == 8
    assert any(h["jaren"] for h in hoofden)
    for hoofd in hoofden:
        make_validator("boomhoofd").validate(hoofd)


def test_every_lading_is_as_the_schema_says(ladingen: list[Data]) -> None:
    for lading in ladingen:
        make_validator("lading").validate(lading)
    sectoren = [[s["sector"] for s in lading["sectoren"]] for lading in ladingen]
    assert sorted(sectoren) == [["domeinoverstijgend", "huisarts", "msz"], ["proef"]]
    assert any(s["catalogi"] for lading in ladingen for s in lading["sectoren"])


@pytest.mark.parametrize("soort", SOORTEN)
def test_an_altered_leaf_is_refused(bladen: list[Data], soort: str) -> None:
    goed = _one_of_each(bladen)[soort]
    if soort == "beslissing":  # one in which every member says something
        goed = next(b for b in bladen if b["soort"] == soort and b["gesloten"] and b["niet_bewaard"])
    assert _holds("journaal", goed)
    door = [hoe for hoe, blad in _altered(goed, soort) if _holds("journaal", blad)]
    assert door == []


def test_what_is_encrypted_names_its_key(bladen: list[Data]) -> None:
    goed = next(b for b in bladen if b["soort"] == "beslissing" and b["gesloten"])
    assert not _holds("journaal", {**goed, "sleutel": None})
    assert _holds("journaal", {**goed, "gesloten": None, "sleutel": None})
    assert _holds("journaal", {**goed, "gesloten": None})


def test_kinds_of_leaves_are_not_mixed(bladen: list[Data]) -> None:
    van = _one_of_each(bladen)
    for een, ander in itertools.permutations(SOORTEN, 2):
        assert not _holds("journaal", {**van[een], "soort": ander})


def test_an_altered_head_is_refused(hoofden: list[Data]) -> None:
    door = [hoe for hoe, hoofd in _altered(hoofden[-1], "boomhoofd") if _holds("boomhoofd", hoofd)]
    assert door == []
    for jaren in ({"25": 1}, {"2025": "1"}, {"2025": -1}, {"20255": 1}, {"2025": None}):
        assert not _holds("boomhoofd", {**hoofden[-1], "jaren": jaren})


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_the_schema_takes_no_head_that_the_program_refuses_for_its_form(
    hoofden: list[Data], data: st.DataObject
) -> None:
    """Two programs that read the format, one by the schema and one by this code, agree on what a head looks like."""
    goed = data.draw(st.sampled_from(hoofden))
    lid = data.draw(st.sampled_from(sorted(goed)))
    hexa = st.text("0123456789abcdefgA", min_size=31, max_size=33) | st.sampled_from(
        [goed[n] for n in ("log", "wortel", "handtekening")]
    )
    jaren = st.dictionaries(st.text("0123x", min_size=3, max_size=5), st.integers(-1, 2) | st.just("1"), max_size=2)
    waarde = data.draw(hexa | jaren | st.integers(-2, 2) | st.sampled_from(VREEMD))
    hoofd = {**goed, lid: waarde}
    try:
        Boomhoofd.parse(
            canonical(hoofd) if not _has_float(waarde) else json.dumps(hoofd, sort_keys=True, separators=(",", ":"))
        )
        leest = True
    except JournaalError as fout:
        # Of both counts together a schema cannot speak.
        leest = "telt samen meer" in str(fout)
    assert leest == _holds("boomhoofd", hoofd)


def _has_float(waarde: Data) -> bool:
    return isinstance(waarde, float)


def test_an_altered_lading_is_refused(ladingen: list[Data]) -> None:
    goed = ladingen[0]
    sector, vraag = goed["sectoren"][0], goed["vragen"][0]
    door = [hoe for hoe, lading in _altered(goed, "lading") if _holds("lading", lading) and hoe[-2:] != "[]"]
    door += [
        hoe for hoe, s in _altered(sector, "") if _holds("lading", {**goed, "sectoren": [s]}) and not _is_text(hoe)
    ]
    door += [hoe for hoe, v in _altered(vraag, "") if _holds("lading", {**goed, "vragen": [v]}) and not _is_word(hoe)]
    assert door == []
    for lijst in ("catalogi", "regelsets"):
        for paar in (
            ["msz/x@2025.1"],
            ["msz/x@2025.1", "x"],
            ["msz/x@2025.1", "sha256:" + "0" * 64, 1],
            "msz/x@2025.1",
        ):
            assert not _holds("lading", {**goed, "sectoren": [{**sector, lijst: [paar]}]}), (lijst, paar)


def _is_text(hoe: str) -> bool:
    """Whether this is text where any will do, or an empty list, which a sector may have; names of sectors have a form."""
    lid, _, waarde = hoe.partition(": ")
    vrij = lid in {"distributie", "plugin", "titel", "versie"} and waarde.startswith("'")
    return (
        vrij
        or (lid in {"catalogi", "feiten", "regelsets"} and waarde == "[]")
        or hoe in {"sector: 'een'", "sector: 'nu'"}
    )


def _is_word(hoe: str) -> bool:
    lid, _, waarde = hoe.partition(": ")
    woord = waarde in {"'een'", "'nu'"}
    return (
        (lid == "titel" and waarde.startswith("'"))
        or (lid in {"ja", "nee", "naam", "onbekend"} and woord)
        or hoe == "routes: True"
    )


# -- an archive, and the report of a replay --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def inhouden(map_: Path) -> list[Data]:
    """What archives say that is in them: of a year with decisions, and of one without."""
    uit = []
    with Journaal.open(map_ / "j.db", schrijven=False) as journaal:
        for jaar in (2025, 1999):
            write_archive(journaal, jaar, map_ / f"{jaar}.zip", overschrijf=True, gezien=lambda _: None)
            uit.append(json.loads(zipfile.ZipFile(map_ / f"{jaar}.zip").read("inhoud.json")))
    return uit


def test_what_is_in_an_archive_is_as_the_schema_says(inhouden: list[Data]) -> None:
    for inhoud in inhouden:
        make_validator("archief").validate(inhoud)
    assert inhouden[0]["aantallen"]["beslissingen"] > 3
    assert {lid["deflate"] for lid in inhouden[0]["leden"]} == {True, False}
    assert {"eerste" in lid for lid in inhouden[0]["leden"]} == {True, False}


def test_altered_contents_of_an_archive_are_refused(inhouden: list[Data]) -> None:
    goed = inhouden[0]
    aantallen = goed["aantallen"]
    door = [hoe for hoe, i in _altered(goed, "archief") if _holds("archief", i)]
    door += [
        hoe
        for hoe, a in _altered(aantallen, "")
        if _holds("archief", {**goed, "aantallen": a}) and not hoe.endswith(": 0")
    ]
    lid = next(lid for lid in goed["leden"] if "eerste" in lid)
    for hoe, ander in _altered(lid, ""):
        nul = hoe.endswith((": 0", ": True")) or (hoe.startswith(("over: '", "naam: '")))
        if _holds("archief", {**goed, "leden": [ander]}) and not nul:
            door.append(hoe)
    assert sorted(door) == ["leden: []"]
    assert not _holds("archief", {**goed, "jaar": 0})
    assert not _holds("archief", {**goed, "jaar": 10000})


@pytest.fixture(scope="module")
def rapporten(map_: Path) -> dict[str, Data]:
    """Reports of all kinds: a decision that differs, one that was erased, what if, of an archive and so not signed."""
    waar = map_ / "r.db"
    with Journaal.create(waar) as journaal:
        with Engine(plugins=[map_ / "proef"], journaal=journaal) as engine:
            list(engine.decide_many([{**ZAAK, "betrokkene": w} for w in ("een", "twee", "een")]))
            for minuten in (3, 7, 30):
                engine.decide({**ZAAK, "feiten": {"bezoek": {"minuten": minuten}}})
        journaal.erase(journaal.person("een") or "")
        rij = next(r for r in journaal.opslag.rows(1, 99) if b'"uitkomst":"nee"' in r.blad)
        blad = canonical({**json.loads(rij.blad), "uitkomst": "ja"}).encode()
        journaal.append(lambda _, nr, tijd: Nieuw([rij._replace(nr=nr, blad=blad)], {"2025": 1}))
        write_archive(journaal, 2025, map_ / "r.zip", overschrijf=True, gezien=lambda _: None)
    streng = (map_ / "proef/regelsets/bezoeken.yaml").read_text("utf-8").replace("minstens: 5", "minstens: 10")
    (map_ / "streng.yaml").write_text(streng.replace("2025.1", "2025.2").replace("2024-11-01", "2025-06-01"), "utf-8")
    alles = read_additions([str(map_ / "streng.yaml")])
    vragen = {
        "zelfde": Opdracht(Bronplek("journaal", str(waar))),
        "gekozen": Opdracht(Bronplek("journaal", str(waar)), Keuze(2025, "proef", date(2020, 1, 1), 1)),
        "archief": Opdracht(Bronplek("archief", str(map_ / "r.zip"))),
        "watals": Opdracht(Bronplek("journaal", str(waar)), met=alles),
        "bekend_op": Opdracht(Bronplek("journaal", str(waar)), bekend_op=date(2024, 12, 1)),
    }
    uit = {}
    for naam, vraag in vragen.items():
        with replay_records(vraag, Uitvoer(map_ / f"{naam}.html", map_ / f"{naam}.json"), 1):
            uit[naam] = json.loads((map_ / f"{naam}.json").read_bytes())
    return uit


def test_every_report_is_as_the_schema_says(rapporten: dict[str, Data]) -> None:
    for rapport in rapporten.values():
        make_validator("replay").validate(rapport)
    assert [a["waar"] for a in rapporten["zelfde"]["anders"]] == ["blad.uitkomst"]
    assert rapporten["zelfde"]["aantallen"]["redenen"] == {"gewist": 2}
    assert rapporten["archief"]["handtekening"] is None
    assert rapporten["watals"]["watals"]["lijst"]
    assert rapporten["watals"]["watals"]["overgangen"]
    assert rapporten["bekend_op"]["gevraagd"]["bekend_op"] == "2024-12-01"


def test_an_altered_report_is_refused(rapporten: dict[str, Data]) -> None:
    mag = {"gevraagd.bekend_op: None", "gevraagd.jaar: None", "gevraagd.sinds_dag: None", "gevraagd.met: []"}
    mag |= {"logboek.omvang: 0", "logboek.ongeschonden: True", "logboek.vermeldingen: {}"}
    mag |= {f"{lid}: []" for lid in ("anders", "bevindingen", "niet_te_herhalen")}
    mag |= {"gemaakt_met: {}", "uitkomsten: {}", "handtekening: None", "watals: None"}
    vrij = ("gevraagd.plugin: ", "gevraagd.sinds_nr: ", "logboek.boomhoofd: '", "zorgregels: '")
    for naam in ("zelfde", "watals"):
        goed = rapporten[naam]
        door = [hoe for hoe, r in _altered(goed, "") if _holds("replay", r)]
        door += [
            f"gevraagd.{h}" for h, g in _altered(goed["gevraagd"], "") if _holds("replay", {**goed, "gevraagd": g})
        ]
        door += [f"logboek.{h}" for h, b in _altered(goed["logboek"], "") if _holds("replay", {**goed, "logboek": b})]
        assert {hoe for hoe in door if not hoe.startswith(vrij)} <= mag
    watals = rapporten["watals"]
    for lijst, lid, slecht in (
        ("overgangen", "aantal", -1),
        ("overgangen", "reikwijdte", "versie"),
        ("lijst", "nr", "1"),
        ("afgeleid_totaal", "regel", "x"),
    ):
        anders = {**watals["watals"], lijst: [{**(watals["watals"][lijst] or [{}])[0], lid: slecht}]}
        assert not _holds("replay", {**watals, "watals": anders}), lijst
