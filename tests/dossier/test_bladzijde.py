"""The page in a real browser: what is genuine is green, what is not is red and says what, and nothing else is shown or asked for."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browser import Openen, paper, picture
from dossiermaker import (
    FEITSOORT,
    HERKOMST,
    LADING,
    LOG,
    Maker,
    Vermelding,
    canon,
    decision,
    key,
    merk,
    parts,
    public,
    salt,
    sha,
    step,
)
from zorgregels._dossier import bladzijde
from zorgregels._dossier.bladzijde import render

Data = Any
BRON = Path(bladzijde.__file__).parent
HANDTEKENING = "De handtekening onder de stand van het logboek"
SLEUTEL = "De sleutel is die van dit logboek"
STAAT = "De vermelding staat in het logboek"
FEITEN = "De feiten zijn zoals vastgelegd"
MOTIVERING = "De motivering is zoals vastgelegd"
UITKOMST = "Wat is afgeleid, en wat verder geldt, is zoals vastgelegd"
SAMEN = "De vermelding is aan precies deze feiten en delen gebonden"
GELIJK = "De vermelding en de beslissing zeggen hetzelfde"
HERKOMST_ = "De regelsets, catalogi en versies"
WOORDEN = "De omschrijvingen van vraag en feiten"
KENMERK = "Het kenmerk van de hele beslissing"
ALLE = {HANDTEKENING, SLEUTEL, STAAT, FEITEN, MOTIVERING, UITKOMST, SAMEN, GELIJK, HERKOMST_, WOORDEN, KENMERK}


def _log(**anders: Data) -> tuple[Maker, int]:
    """A log of which the second key is in force, with a decision among others."""
    log = Maker()
    log.add(decision(step(1)))
    nr = log.add(decision(step(1, beslissend=True, resultaat="niet_voldaan"), step(2), step(3)), **anders)
    log.erase()
    log.rotate(key("twee"))
    for _ in range(6):
        log.add(decision(step(1)))
    return log, nr


@pytest.fixture
def log() -> Maker:
    return _log()[0]


# -- genuine --------------------------------------------------------------------------------------------------------


def test_a_genuine_page_is_all_green(openen: Openen) -> None:
    log, nr = _log()
    b = openen(log.dossier(nr))
    assert b.oordeel == "goed"
    assert b.keuringen == dict.fromkeys(ALLE, "goed")
    assert b.ask("document.querySelector('h1').textContent") == "Niet toegestaan"
    assert "Nagegaan" in b.ask("document.getElementById('keur').textContent")
    assert "Bezig" not in b.tekst
    for woorden in (
        *(
            "Mag dit in rekening worden gebracht?",
            "10 mei 2025",
            "22 november 2026, 11.00 uur",
            "De tekst van stap 3.",
            "Let hierop.",
        ),
        *(
            "Beleidsregel proef, artikel 1, lid 1, onder b",
            "proef.regel-2",
            "N-3",
            "Het bedrag, in euro.",
            "€\xa011,52",
            "€\xa011,51",
        ),
        *(
            "Bewaar dit.",
            "uiterlijk 31 januari 2030",
            "zorgregels 9.8.7",
            "zorgregels-proef 1.2",
            "proef/prestaties@1",
            merk("regels"),
        ),
        merk(canon(decision(step(1, beslissend=True, resultaat="niet_voldaan"), step(2), step(3)))),
    ):
        assert woorden in b.tekst
    for sleutel in (key("een"), key("twee")):
        assert public(sleutel) in b.tekst.replace(" ", "")


@pytest.mark.parametrize("omvang", [1, 2, 3, 4, 5, 8, 9, 13])
def test_every_place_in_logs_of_every_shape_is_found(openen: Openen, omvang: int) -> None:
    log = Maker()
    for _ in range(omvang):
        log.add(decision(step(1)))
    for nr in {1, omvang // 2 + 1, omvang}:
        assert openen(log.dossier(nr)).oordeel == "goed"


def test_only_the_file_itself_is_read(openen: Openen) -> None:
    log, nr = _log()
    b = openen(log.dossier(nr))
    b.ask("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert [re.sub(r".*/", "", v) for v in b.verzoeken] == ["dossier-0.html"]
    assert b.meldingen == []


def test_a_decision_without_a_year_is_one_part(openen: Openen) -> None:
    log = Maker()
    inhoud = decision(afgeleid=[], verplichtingen=[], uitkomst="onbekend", oordeel="onbekend")
    inhoud["ontbrekend"] = {
        "bovengrens": True,
        "feiten": [{"feit": "declaratie.datum", "omschrijving": "Wanneer was het?"}],
        "gaten": [],
    }
    b = openen(log.dossier(log.add(inhoud, heel=True)))
    assert (b.oordeel, b.keuringen[KENMERK]) == ("goed", "goed")
    assert "Wanneer was het?" in b.tekst


def test_values_are_shown_as_people_write_them(openen: Openen) -> None:
    log = Maker()
    feiten = {
        "declaratie.bedrag": "-1234567.05", "declaratie.datum": "2024-02-29", "declaratie.opmerking": "twee_woorden",
        "declaratie.soort": "gewone_zorg",
        "declaratie.spoed": False, "kostenpost": [{"bedrag": "1.00", "soort": "a_b"}, {}], "x.leeg": None, "x.lijst": [], "x.nvt": {"nvt": True},
        "x.groot": "9007199254740993", "zaak.peildatum": "2025-05-10",
    }  # fmt: skip
    b = openen(log.dossier(log.add(decision(step(1)), feiten)))
    assert b.oordeel == "goed"
    rijen = dict(
        b.ask(
            "Array.from(document.querySelectorAll('#feiten .tabel > div'), (d) => [d.querySelector('dt').textContent, "
            "d.querySelector('dd').textContent.trim()])"
        )
    )
    gelezen = {naam.split(" ")[0]: w for naam, w in rijen.items()}
    assert gelezen["bedrag"].startswith("€\xa0-1.234.567,05")
    assert gelezen["datum"].startswith("29 februari 2024")
    assert gelezen["opmerking"].startswith("twee_woorden")
    assert gelezen["soort"].startswith("gewone zorg")
    assert gelezen["spoed"].startswith("nee")
    assert (gelezen["leeg"], gelezen["lijst"], gelezen["nvt"]) == ("(leeg)", "(een lege lijst)", "n.v.t.")
    assert gelezen["groot"] == "9007199254740993"
    assert "a_b" in gelezen["kostenpost"]


# -- withheld, erased ------------------------------------------------------------------------------------------------


def test_what_is_withheld_is_named_and_the_rest_stays_green(openen: Openen) -> None:
    log, nr = _log()
    weg = {"declaratie.bedrag": "achtergehouden", "deel 1": "achtergehouden", "deel 4": "achtergehouden"}
    b = openen(log.dossier(nr, weg))
    assert b.oordeel == "goed"
    assert b.keuringen == dict.fromkeys(ALLE, "goed") | {KENMERK: "niet", GELIJK: "niet"}
    assert b.ask("document.querySelector('h1').textContent") == "Niet toegestaan"
    assert "Achtergehouden: 1 feit, 1 stap en 1 ander deel." in b.tekst
    assert "De naam van een feit dat niet wordt getoond" in b.tekst
    assert "De tekst van stap 1." not in b.tekst
    assert "De tekst van stap 2." in b.tekst


def test_what_was_erased_is_called_so(openen: Openen) -> None:
    log = Maker()
    feiten = {"persoon.geboren": "1950-01-02", "persoon.postcode": "1234AB"}
    nr = log.add(decision(step(1), step(2)), persoonlijk=feiten, dicht=frozenset({0, 2, 3}))
    weg = dict.fromkeys(("persoon.geboren", "persoon.postcode", "deel 0", "deel 2", "deel 3"), "gewist")
    b = openen(log.dossier(nr, weg))
    assert b.oordeel == "goed"
    assert "Gewist: 2 feiten, 1 stap en 2 andere delen." in b.tekst
    assert b.keuringen == dict.fromkeys(ALLE, "goed") | {UITKOMST: "niet", GELIJK: "niet", KENMERK: "niet"}
    assert "persoon" not in b.ask("document.querySelector('#feiten .tabel').textContent").replace(
        "een persoonsgegeven", ""
    )
    assert b.ask("document.querySelector('h1').textContent") == "Niet toegestaan"


@pytest.mark.parametrize("waarom", ["gewist", "gesloten", "niets", None])
@pytest.mark.parametrize(
    ("weg", "fout"), [("declaratie.bedrag", FEITEN), ("deel 1", MOTIVERING), ("deel 0", UITKOMST), ("persoon.geboren", FEITEN)]
)  # fmt: skip
def test_what_can_be_read_was_not_erased(openen: Openen, weg: str, fout: str, waarom: str | None) -> None:
    """What was open cannot be; nor can what is personal while something else under the same key is shown."""
    log = Maker()
    nr = log.add(decision(step(1), step(2)), persoonlijk={"persoon.geboren": "1950-01-02"}, dicht=frozenset({2}))
    gegevens = log.dossier(nr, {weg: "achtergehouden"})
    b = openen(gegevens)
    assert b.oordeel == "goed"
    assert "Waarom niet, zegt wie deze bladzijde maakte." in b.ask("document.getElementById('keur').textContent")
    for item in [i for groep in ("feiten", "persoonlijk", "delen") for i in gegevens[groep] if "waarom" in i]:
        item["waarom"] = waarom
    b = openen(gegevens)
    assert (b.oordeel, b.fouten) == ("fout", {fout})


def _of_sectors(log: Maker, *sectoren: tuple[str, str, str], mee: set[str]) -> Data:
    """A dossier of a decision with regelsets of some of these sectors: name, what it calls the amount, and of what kind that is."""
    documenten, lading, herkomst = [], [], []
    for sector, woorden, soort in sectoren:
        veld = {"description": woorden, "$ref": f"urn:zorgregels:v1:waarden#/$defs/{soort}"}
        documenten.append(canon(FEITSOORT | {"properties": {"bedrag": veld}}))
        lading.append(
            LADING["sectoren"][0] | {"sector": sector, "titel": sector.capitalize(), "feiten": [merk(documenten[-1])]}
            | {"regelsets": [[f"{sector}/regels@1", merk(sector)]]}
        )  # fmt: skip
        if sector in mee:
            herkomst.append({"regelset": f"{sector}/regels@1", "digest": merk(sector), "status": "geldend"})
    stukken = {"lading": canon(LADING | {"sectoren": lading}), "herkomst": canon(HERKOMST | {"regelsets": herkomst})}
    afgeleid = [{"sector": sectoren[-1][0], "feit": "declaratie.bedrag", "type": "geld", "waarde": "1.00"}]
    nr = log.add(decision(step(1), afgeleid=afgeleid), **{naam: merk(tekst) for naam, tekst in stukken.items()})
    return log.dossier(nr) | stukken | {"feitsoorten": sorted(set(documenten))}


EEN, TWEE = ("een", "In de woorden van een.", "geld"), ("twee", "In de woorden van twee.", "geld")


@pytest.mark.parametrize(
    ("sectoren", "mee", "zegt"),
    [
        ([EEN, TWEE], {"twee"}, "€\xa011,52 In de woorden van twee."),
        ([TWEE, EEN], {"twee"}, "€\xa011,52 In de woorden van twee."),
        ([EEN, TWEE], {"een", "twee"}, "€\xa011,52 Een: In de woorden van een. Twee: In de woorden van twee."),
        ([EEN, ("twee", EEN[1], "geld")], {"een", "twee"}, "€\xa011,52 In de woorden van een."),
        ([EEN, ("twee", TWEE[1], "tekst")], {"een", "twee"}, "11.52 Een: In de woorden van een. Twee: In de woorden van twee."),
        ([EEN, TWEE], set(), "€\xa011,52 Een: In de woorden van een. Twee: In de woorden van twee."),
    ],
)  # fmt: skip
def test_a_fact_is_explained_by_the_sector_that_decided(
    openen: Openen, sectoren: list[tuple[str, str, str]], mee: set[str], zegt: str
) -> None:
    b = openen(_of_sectors(Maker(), *sectoren, mee=mee))
    assert b.oordeel == "goed"
    assert b.ask("document.querySelector('#feiten .tabel dd').innerText").replace("\n", " ").replace("  ", " ") == zegt
    afgeleid = b.ask("document.querySelector('#afgeleid .tabel dd').textContent")
    assert sectoren[-1][1] in afgeleid or sectoren[-1][0] not in mee


def test_a_personal_fact_that_is_shown_says_that_it_is_one(openen: Openen) -> None:
    log = Maker()
    b = openen(log.dossier(log.add(decision(step(1)), persoonlijk={"persoon.geboren": "1950-01-02"})))
    assert b.oordeel == "goed"
    assert "1950-01-02 persoonsgegeven" in b.ask("document.querySelector('#feiten').textContent")


# -- tampered --------------------------------------------------------------------------------------------------------


def _text(g: Data, soort: str, plek: int, van: str, naar: str) -> Data:
    item = g[soort][plek]
    assert van in item["tekst"]
    item["tekst"] = item["tekst"].replace(van, naar)
    return item


def _leaf(g: Data, van: str, naar: str) -> None:
    assert van in g["blad"]
    g["blad"] = g["blad"].replace(van, naar)


def _head(g: Data, sleutel: Any = None, **anders: Data) -> None:
    """Change the head; sign it anew when a key is given."""
    leden = json.loads(g["hoofd"]) | anders
    if sleutel is not None:
        leden["sleutel"] = public(sleutel)
        rest = {k: w for k, w in leden.items() if k != "handtekening"}
        leden["handtekening"] = sleutel.sign(canon(rest).encode()).hex()
    g["hoofd"] = canon(leden)


def _swap_key(g: Data) -> None:
    g["hoofd"] = canon(json.loads(g["hoofd"]) | {"sleutel": public(key("ander"))})


def _fact(g: Data) -> None:
    _text(g, "feiten", 0, "11.52", "11.25")


def _fact_with_commitment(g: Data) -> None:
    item = _text(g, "feiten", 0, "11.52", "11.25")
    item["verbintenis"] = sha(b"f", bytes.fromhex(item["zout"]), item["tekst"]).hex()


def _step(g: Data) -> None:
    _text(g, "delen", 1, "De tekst", "Een andere tekst")


def _step_with_commitment(g: Data) -> None:
    item = _text(g, "delen", 2, "De tekst", "Een andere tekst")
    item["verbintenis"] = sha(b"s", bytes.fromhex(item["zout"]), sha(item["tekst"])).hex()


def _kop(g: Data) -> None:
    _text(g, "delen", 0, "11.51", "12.51")


def _slot(g: Data) -> None:
    _text(g, "delen", 4, "Let hierop.", "Let nergens op.")


def _all_that_follows_from_the_outcome(g: Data) -> None:
    """Another outcome in the leaf and in the slot, with every digest that somebody without the key can make anew."""
    item = _text(g, "delen", 4, '"oordeel":"niet_toegestaan"', '"oordeel":"toegestaan"')
    _text(g, "delen", 4, '"uitkomst":"nee"', '"uitkomst":"ja"')
    item["verbintenis"] = sha(b"t", bytes.fromhex(item["zout"]), sha(item["tekst"])).hex()
    letters = "f" * len(g["feiten"]) + "F" * len(g["persoonlijk"]) + "k" + "s" * (len(g["delen"]) - 2) + "t"
    alle = zip(letters, [*g["feiten"], *g["persoonlijk"], *g["delen"]], strict=True)
    blad = json.loads(g["blad"])
    blad |= {
        "uitkomst": "ja",
        "oordeel": "toegestaan",
        "verbintenis": "sha256:" + sha(*(n.encode() + bytes.fromhex(i["verbintenis"]) for n, i in alle)).hex(),
    }
    g["blad"] = canon(blad)


def _swap_steps(g: Data) -> None:
    g["delen"][2], g["delen"][3] = g["delen"][3], g["delen"][2]


def _fill_in(g: Data) -> None:
    """Somebody writes a value where one was withheld."""
    g["feiten"][0] |= {"tekst": '"declaratie.bedrag":"5.00"', "zout": salt("verzonnen").hex()}


def _fill_in_a_step(g: Data) -> None:
    g["delen"][1] |= {"tekst": canon(step(1, tekst="Verzonnen.")), "zout": salt("verzonnen").hex()}


def _herkomst(g: Data) -> None:
    g["herkomst"] = canon(HERKOMST | {"engine": "1.0"})


def _lading(g: Data) -> None:
    g["lading"] = canon(LADING | {"vragen": [LADING["vragen"][0] | {"titel": "Is alles goed?"}]})


def _feitsoort(g: Data) -> None:
    g["feitsoorten"][0] = g["feitsoorten"][0].replace("Het bedrag, in euro.", "Iets anders.")


def _begin(g: Data) -> None:
    """The key of another stands in the first record, and signs the change and the head."""
    blad = json.loads(g["ketting"][0]["blad"])
    g["ketting"][0]["blad"] = canon(blad | {"sleutel": public(key("ander"))})


def _rotation(g: Data) -> None:
    blad = json.loads(g["ketting"][1]["blad"])
    g["ketting"][1]["blad"] = canon(blad | {"handtekening": "00" * 64})


def _path_bit(g: Data) -> None:
    g["pad"][1] = f"{int(g['pad'][1][0], 16) ^ 1:x}{g['pad'][1][1:]}"


AANVALLEN: dict[str, tuple[Callable[[Data], object], set[str]]] = {
    "a fact": (_fact, {FEITEN}),
    "a fact with its commitment": (_fact_with_commitment, {SAMEN}),
    "the peildatum among the facts": (
        lambda g: _text(g, "feiten", 1, "2025-05-10", "2024-05-10"),
        {FEITEN, GELIJK},
    ),
    "the salt of a fact": (lambda g: g["feiten"][0].update(zout="00" * 16), {FEITEN}),
    "the name of a fact": (lambda g: _text(g, "feiten", 0, "declaratie.bedrag", "declaratie.korting"), {FEITEN}),
    "a fact taken out": (lambda g: g["feiten"].pop(0), {SAMEN}),
    "a fact put in": (lambda g: g["persoonlijk"].append(g["feiten"][0]), {SAMEN}),
    "a step": (_step, {MOTIVERING}),
    "a step with its commitment": (_step_with_commitment, {SAMEN}),
    "a step taken out": (lambda g: g["delen"].pop(2), {SAMEN}),
    "a step put in twice": (lambda g: g["delen"].insert(2, g["delen"][1]), {SAMEN}),
    "two steps in another order": (_swap_steps, {SAMEN}),
    "the kop": (_kop, {UITKOMST}),
    "the slot": (_slot, {UITKOMST}),
    "the outcome in the leaf": (lambda g: _leaf(g, '"uitkomst":"nee"', '"uitkomst":"ja"'), {STAAT, GELIJK}),
    "the oordeel in the leaf": (
        lambda g: _leaf(g, '"oordeel":"niet_toegestaan"', '"oordeel":"toegestaan"'),
        {STAAT, GELIJK},
    ),
    "the outcome everywhere": (_all_that_follows_from_the_outcome, {STAAT}),
    "the time in the leaf": (lambda g: _leaf(g, "2026-11-22T10", "2026-11-21T10"), {STAAT}),
    "the verbintenis in the leaf": (
        lambda g: _leaf(g, json.loads(g["blad"])["verbintenis"], merk("x")),
        {STAAT, SAMEN},
    ),
    "a bit of the path": (_path_bit, {STAAT}),
    "the path shorter": (lambda g: g["pad"].pop(), {STAAT}),
    "the path longer": (lambda g: g["pad"].append("00" * 32), {STAAT}),
    "the number": (lambda g: g.update(nr=g["nr"] + 1), {STAAT}),
    "a number outside the log": (lambda g: g.update(nr=11), {STAAT}),
    "the root": (lambda g: _head(g, wortel="00" * 32), {HANDTEKENING, SLEUTEL, STAAT}),
    "the size": (lambda g: _head(g, omvang=5), {HANDTEKENING, SLEUTEL, STAAT}),
    "the years": (lambda g: _head(g, jaren={"2025": 9}), {HANDTEKENING}),
    "the time of the head": (lambda g: _head(g, tijd="2026-11-22T10:00:00.123457Z"), {HANDTEKENING}),
    "the signature": (lambda g: _head(g, handtekening="00" * 64), {HANDTEKENING}),
    "the key alone": (_swap_key, {HANDTEKENING, SLEUTEL}),
    "the head signed by another": (lambda g: _head(g, key("ander")), {SLEUTEL}),
    "the head signed by the key before": (lambda g: _head(g, key("een")), {SLEUTEL}),
    "the log": (lambda g: _head(g, log="ff" * 16), {HANDTEKENING, SLEUTEL}),
    "the first key": (_begin, {SLEUTEL}),
    "the signature under the change of key": (_rotation, {SLEUTEL}),
    "the change of key taken out": (lambda g: g["ketting"].pop(), {SLEUTEL}),
    "the begin taken out": (lambda g: g["ketting"].pop(0), {SLEUTEL}),
    "no chain": (lambda g: g.update(ketting=[]), {SLEUTEL}),
    "a decision in the place of the begin": (
        lambda g: g["ketting"].insert(0, {"nr": g["nr"], "blad": g["blad"], "pad": g["pad"]}),
        {SLEUTEL},
    ),
    "the herkomst": (_herkomst, {HERKOMST_}),
    "the titles": (_lading, {WOORDEN}),
    "a description": (_feitsoort, {WOORDEN}),
}


@pytest.mark.parametrize("naam", AANVALLEN)
def test_what_was_altered_is_named(openen: Openen, naam: str) -> None:
    verander, fouten = AANVALLEN[naam]
    log, nr = _log()
    gegevens = log.dossier(nr)
    verander(gegevens)
    b = openen(gegevens)
    assert b.oordeel == "fout"
    assert b.fouten == fouten
    assert b.ask("document.querySelector('h1').textContent") == "Deze bladzijde klopt niet"
    for fout in fouten:
        assert fout in b.ask("document.getElementById('keur').textContent")


@pytest.mark.parametrize(
    ("weg", "verander", "fouten"),
    [
        ("declaratie.bedrag", _fill_in, {FEITEN}),
        ("deel 1", _fill_in_a_step, {MOTIVERING}),
    ],
)
def test_nobody_can_fill_in_what_was_withheld(
    openen: Openen, weg: str, verander: Callable[[Data], None], fouten: set[str]
) -> None:
    log, nr = _log()
    gegevens = log.dossier(nr, {weg: "achtergehouden"})
    verander(gegevens)
    b = openen(gegevens)
    assert (b.oordeel, b.fouten) == ("fout", fouten)


def _first(maker: Maker, **anders: Data) -> None:
    maker.bladen[0] = canon(json.loads(maker.bladen[0]) | anders)


def _second_begin(log: Maker) -> None:
    """Another beginning further on, with another key, and a head by that."""
    log.ketting[:] = [log.leaf({"soort": "begin", "log": LOG, "sleutel": public(key("ander"))})]
    log.sleutel = key("ander")


def _no_change_of_key(log: Maker) -> None:
    nr = log.rotate(key("ander"))
    log.bladen[nr] = log.bladen[nr].replace('"soort":"sleutel"', '"soort":"wissing"')


def _back_in_time(log: Maker) -> None:
    """A change by a key that comes into force only later."""
    later = len(log.bladen) + 1
    log.sleutel = key("twee")
    eerder = log.rotate(key("drie"))
    log.sleutel = key("een")
    assert log.rotate(key("twee")) == later
    log.ketting[:] = [0, later, eerder]
    log.sleutel = key("drie")


# Logs that somebody with the keys made wrongly: every signature and every path is right.
KETENS: dict[str, Callable[[Maker], object]] = {
    "signed by another": lambda log: log.rotate(key("ander"), tekent=key("ander")),
    "begins with something else": lambda log: _first(log, soort="wissing"),
    "begins as another log": lambda log: _first(log, log="ff" * 16),
    "begins twice": _second_begin,
    "something else than a change of key": _no_change_of_key,
    "a change for another place": lambda log: log.rotate(key("ander"), nr=77),
    "a change of another key": lambda log: log.rotate(key("ander"), oud=public(key("drie"))),
    "a change for another log": lambda log: log.rotate(key("ander"), log="ff" * 16),
    "a change that came before": _back_in_time,
}


@pytest.mark.parametrize("naam", KETENS)
def test_a_chain_of_keys_that_does_not_hold_is_refused(openen: Openen, naam: str) -> None:
    log = Maker()
    nr = log.add(decision(step(1)))
    KETENS[naam](log)
    b = openen(log.dossier(nr))
    assert (b.oordeel, b.fouten) == ("fout", {SLEUTEL})


def test_a_log_that_another_made_shows_another_key(openen: Openen) -> None:
    """Nothing in a page can show whose key it is; the key itself is there to be compared."""
    log = Maker(sleutel=key("ander"))
    b = openen(log.dossier(log.add(decision(step(1)))))
    assert b.oordeel == "goed"
    tekst = b.tekst.replace(" ", "")
    assert public(key("ander")) in tekst
    assert public(key("een")) not in tekst
    assert "Van wie die is, blijkt hier niet" in b.tekst
    invullen = """((sleutel) => {
        const veld = document.getElementById('vergelijk');
        veld.value = sleutel;
        veld.dispatchEvent(new Event('input'));
        return document.querySelector('output').textContent;
    })"""
    assert b.ask(f"{invullen}('{public(key('een'))}')").startswith("✗")
    assert b.ask(f"{invullen}('{public(key('ander')).upper()[:32]} {public(key('ander'))[32:]}\\n')").startswith("✓")
    assert b.ask(f"{invullen}('')") == ""


@pytest.mark.parametrize(
    ("naam", "waarde"),
    [
        ("schema", "dossier/v2"),
        ("blad", ' {"schema":"journaal/v1"}'),
        ("blad", "{"),
        ("hoofd", "{}"),
        ("delen", []),
        ("feiten", None),
        ("nr", "2"),
    ],
)
def test_data_that_cannot_be_read_are_never_green(openen: Openen, naam: str, waarde: Data) -> None:
    log, nr = _log()
    assert openen(_with_data(log.dossier(nr), **{naam: waarde})).oordeel == "fout"


def test_a_leaf_that_could_be_read_in_two_ways_is_refused(openen: Openen) -> None:
    log = Maker()
    nr = log.add(decision(step(1)))
    log.bladen[nr] = log.bladen[nr].replace('{"bekend_op"', '{"uitkomst":"ja","bekend_op"')
    assert openen(log.dossier(nr)).oordeel == "fout"


@pytest.mark.parametrize("teksten", [('"a.b":1', '"a.b":2'), ('"a.c":1', '"a.b":2'), ('"a.b":1,"a.c":2',)])
def test_facts_that_are_not_one_by_one_in_order_are_refused(openen: Openen, teksten: tuple[str, ...]) -> None:
    """Whoever holds the key could commit to such; a reader must not take one of them for the fact."""
    feiten = [{"tekst": t, "zout": salt(t).hex(), "verbintenis": sha(b"f", salt(t), t).hex()} for t in teksten]
    delen = [c for *_, c in Vermelding(1, {}, {}, parts(decision(step(1)))).items()]
    letters = [b"k", *[b"s"] * (len(delen) - 2), b"t"]
    gebonden = [n + c for n, c in zip(letters, delen, strict=True)]
    som = sha(*(b"f" + bytes.fromhex(f["verbintenis"]) for f in feiten), *gebonden).hex()
    log = Maker()
    nr = log.add(decision(step(1)), {}, verbintenis=f"sha256:{som}")
    b = openen(_with_data(log.dossier(nr), feiten=feiten))
    assert b.oordeel == "fout"
    assert "niet te lezen" in b.tekst


def test_a_record_of_something_else_is_refused(openen: Openen) -> None:
    log = Maker()
    assert openen(log.dossier(log.add(decision(step(1)), soort="wissing"))).oordeel == "fout"


def _with_data(gegevens: Data, **anders: Data) -> str:
    """A genuine page in which somebody put other data."""
    begin, _, rest = render(gegevens).partition('id="gegevens">')
    return f'{begin}id="gegevens">{json.dumps(gegevens | anders)}</script>{rest.partition("</script>")[2]}'


# -- what else is in the file ------------------------------------------------------------------------------------------


def test_words_beside_the_data_are_not_shown(openen: Openen) -> None:
    log, nr = _log()
    tekst = render(log.dossier(nr)).replace("Niet toegestaan", "Wel toegestaan")
    tekst = tekst.replace("</body>", "<h1>Alles is in orde</h1><p>11.25</p></body>").replace(
        "<body>", "<body><h1>Vooraf</h1>"
    )
    b = openen(tekst)
    assert b.oordeel == "goed"
    for woorden in ("Wel toegestaan", "Alles is in orde", "Vooraf", "11.25"):
        assert woorden not in b.tekst
    assert b.ask("document.querySelectorAll('h1').length") == 1
    assert b.ask("document.querySelector('h1').textContent") == "Niet toegestaan"


def _before(html: str) -> Callable[[str], str]:
    return lambda tekst: tekst.replace("<body>", f"<body>{html}")


def _loose(html: str) -> Callable[[str], str]:
    """Somebody took the policy away as well, and with it what it keeps out, and put something in the head."""
    return lambda tekst: re.sub("<meta http-equiv[^>]*>", "", tekst, count=1).replace("<style>", f"{html}<style>", 1)


_VALS = "<h1>Toegestaan ✓ Nagegaan</h1>"
# What stays with an element, or goes before what is drawn in it. The program is the genuine one, and so are the data.
BEIWERK: dict[str, Callable[[str], str]] = {
    "a closed shadow root": _before(f"<template shadowrootmode=closed>{_VALS}</template>"),
    "an open shadow root around it": _before(f"<template shadowrootmode=open>{_VALS}<slot></slot></template>"),
    "the style of the page in a shadow root": lambda tekst: _before(
        f"<template shadowrootmode=closed><style>{tekst.partition('<style>')[2].partition('</style>')[0]}</style>{_VALS}</template>"
    )(tekst),
    "something called body": _before(f"{_VALS}<form name=body></form>"),
    "something called documentElement": _before(f"{_VALS}<form name=documentElement></form>"),
    "things called as what is asked": _before(
        "".join(f"<form name={n}></form>" for n in ("getElementById", "createElement", "head", "readyState", "title")) + _VALS
    ),
    "attributes of the root": lambda tekst: tekst.replace(
        '<html lang="nl">', '<html lang="en" dir="rtl" hidden inert class="bezig" contenteditable style="display: none">'
    ),
    "attributes of the body": lambda tekst: tekst.replace("<body>", '<body hidden inert dir="rtl" class="x" style="opacity: 0">'),
    "a frameset": lambda tekst: tekst.replace("<body>", "<frameset><frame src='about:blank'></frameset><body>"),
    "words after the end": lambda tekst: f"{tekst}{_VALS}",
    "another base": lambda tekst: tekst.replace("<title>", '<base href="https://elders.example/" target="x"><title>'),
    "a style": _loose("<style>main { display: none } body::before { content: 'Toegestaan' }</style>"),
    "a style in the body": lambda tekst: _loose("")(_before("<style>main { display: none }</style>")(tekst)),
    "a style for some": lambda tekst: tekst.replace("<style>", "<style media=print>"),
    "a style of the root": lambda tekst: _loose("")(tekst).replace('<html lang="nl">', '<html style="display: none">'),
    "another way to look": lambda tekst: re.sub('name="viewport" content="[^"]*', 'name="viewport" content="width=4000', tekst),
}  # fmt: skip


@pytest.mark.parametrize("wat", BEIWERK)
def test_nothing_in_the_file_changes_what_is_seen(openen: Openen, wat: str) -> None:
    """To the pixel; but without its style where that is not the first that is found."""
    log, nr = _log()
    tekst = render(log.dossier(nr))
    anders = BEIWERK[wat](tekst)
    assert anders != tekst
    b = openen(anders)
    beeld = picture(b, 900, 700)  # while it is in front
    echt = openen(re.sub("<style>.*?</style>", "", tekst, flags=re.DOTALL) if wat == "a style" else tekst)
    assert b.oordeel == "goed"
    assert beeld == picture(echt, 900, 700)
    assert b.ask("document.body.innerText") == echt.ask("document.body.innerText")
    wortels = "[document.documentElement, document.head, document.body]"
    assert b.ask(f"{wortels}.flatMap((e) => e.getAttributeNames()).join()") == "lang,class"


@pytest.mark.parametrize("plek", ["head", "schaduw"])
def test_the_page_does_not_make_way_for_another(openen: Openen, tmp_path: Path, plek: str) -> None:
    """By a refresh, at once or a little later."""
    (tmp_path / "ander.html").write_text("<html class=klaar><h1>Toegestaan</h1>")
    log, nr = _log()
    for wacht in (0, 1):
        meta = f'<meta http-equiv="refresh" content="{wacht}; url=ander.html">'
        tekst = render(log.dossier(nr))
        if plek == "head":
            tekst = tekst.replace("<title>", f"{meta}<title>")
        else:
            tekst = tekst.replace("<body>", f"<body><template shadowrootmode=closed>{meta}</template>")
        b = openen(tekst)
        time.sleep(wacht + 0.5)
        assert b.ask("document.querySelector('h1').textContent") == "Niet toegestaan"


def test_the_program_knows_its_style() -> None:
    """After a change of bladzijde.css its SHA-256 belongs in bladzijde.js."""
    assert f'"{sha((BRON / "bladzijde.css").read_text("utf-8")).hex()}"' in (BRON / "bladzijde.js").read_text("utf-8")


@pytest.fixture
def luisteraar() -> Iterator[socket.socket]:
    """A server that knows whether anybody came."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def test_another_program_or_style_does_not_run(openen: Openen, luisteraar: socket.socket) -> None:
    log, nr = _log()
    poort = luisteraar.getsockname()[1]
    kwaad = (
        "<script>document.documentElement.dataset.kwaad = 'ja'</script><style>h1 { display: none }</style>"
        f"<img src='http://127.0.0.1:{poort}/x.png' onerror=\"document.documentElement.dataset.kwaad = 'ja'\">"
        f"<link rel=stylesheet href='http://127.0.0.1:{poort}/x.css'><script src='http://127.0.0.1:{poort}/x.js'></script>"
    )
    b = openen(render(log.dossier(nr)).replace("<body>", f"<body>{kwaad}"))
    assert b.oordeel == "goed"
    assert b.ask("document.documentElement.dataset.kwaad") is None
    assert b.ask("getComputedStyle(document.querySelector('h1')).display") == "block"
    assert any("Content Security Policy" in m for m in b.meldingen)
    with pytest.raises(BlockingIOError):
        luisteraar.accept()


VIJANDIG = (
    "</script><script>document.documentElement.dataset.kwaad = 'ja'</script>",
    "<img src=http://127.0.0.1:9/x onerror=\"document.documentElement.dataset.kwaad='ja'\">",
    "<!--<script>",
    "\"'&amp;&lt;`${1}\\\\u003c",
    "{{gegevens}} {{programma}}",
    "\u2028\u2029 é € 你好 👩‍⚕️",
    "javascript:alert(1)",
    "__proto__",
)


@pytest.mark.parametrize("kwaad", VIJANDIG)
def test_hostile_texts_are_shown_to_the_letter_and_do_nothing(openen: Openen, kwaad: str) -> None:
    log = Maker()
    inhoud = decision(
        step(1, tekst=kwaad, bron={"document": kwaad, "url": f"javascript:{kwaad}"}, beslissend=True),
        step(2, feiten=[{"feit": "declaratie.opmerking", "type": "tekst", "waarde": kwaad}]),
        waarschuwingen=[{"tekst": kwaad}],
        verplichtingen=[{"regel": "a.b", "plicht": kwaad, "wie": kwaad, "uiterlijk": None}],
    )
    feiten = {"declaratie.opmerking": kwaad, "kostenpost": [{"naam": kwaad}], "zaak.peildatum": "2025-05-10"}
    b = openen(log.dossier(log.add(inhoud, feiten, niet_bewaard=[kwaad])))
    assert b.oordeel == "goed"
    assert b.ask("document.documentElement.dataset.kwaad") is None
    assert not any(v.startswith("http") for v in b.verzoeken)
    assert b.ask("document.querySelectorAll('img, iframe, body script, a[href^=javascript]').length") == 0
    zichtbaar = re.sub("[\u2028\u2029\u200d]", lambda m: f"U+{ord(m[0]):04X}", kwaad)
    assert zichtbaar in b.ask("document.querySelector('#waarom .zegt').textContent")
    assert b.ask("document.getElementById('feiten').textContent").count(zichtbaar) >= 2
    zonder = openen(log.dossier(2 - 1) | {}, script=False)
    assert zonder.ask("document.documentElement.dataset.kwaad") is None
    assert kwaad in zonder.ask("document.body.textContent")


def test_what_steers_how_others_look_is_made_visible(openen: Openen) -> None:
    log = Maker()
    feiten = {"declaratie.opmerking": "a\u202e52,11 €\u202c\u200bb\ufeff\x00\x1bc", "zaak.peildatum": "2025-05-10"}
    b = openen(log.dossier(log.add(decision(step(1)), feiten)))
    assert b.oordeel == "goed"
    assert "aU+202E52,11 €U+202CU+200BbU+FEFFU+0000U+001Bc" in b.ask("document.getElementById('feiten').textContent")


# -- browsers that can do less -----------------------------------------------------------------------------------------


def test_without_a_program_nothing_is_said_to_be_checked(openen: Openen) -> None:
    log, nr = _log()
    b = openen(log.dossier(nr), script=False)
    tekst = b.ask("document.body.textContent")
    assert b.ask("document.querySelector('h1').textContent") == "Niet nagegaan"
    assert "Niets op deze bladzijde is nagegaan." in tekst
    for woorden in (
        "Niet toegestaan",
        "De tekst van stap 2.",
        "declaratie.bedrag: 11.52",
        "Let hierop.",
        "Bewaar dit.",
        "art. 3 lid 1 onder b",
    ):
        assert woorden in tekst
    assert "✓" not in tekst
    assert re.sub("niet nagegaan|niets op deze bladzijde is nagegaan", "", tekst.lower()).count("nagegaan") == 0


@pytest.mark.parametrize(
    ("vooraf", "niet"),
    [
        (
            "crypto.subtle.importKey = async () => { throw new DOMException('no', 'NotSupportedError'); }",
            {HANDTEKENING, SLEUTEL},
        ),
        ("Object.defineProperty(globalThis, 'crypto', { value: undefined })", ALLE - {GELIJK}),
    ],
)
def test_what_a_browser_cannot_check_is_not_called_checked(openen: Openen, vooraf: str, niet: set[str]) -> None:
    log, nr = _log()
    b = openen(log.dossier(nr), vooraf=vooraf)
    assert b.oordeel == "niet"
    assert {n for n, s in b.keuringen.items() if s != "goed"} == niet
    assert b.fouten == set()
    assert "Niet volledig nagegaan" in b.tekst


# -- how it reads --------------------------------------------------------------------------------------------------------


def test_headings_and_language_are_in_order(openen: Openen) -> None:
    log, nr = _log()
    for gegevens in (log.dossier(nr), log.dossier(nr) | {"nr": 3}):
        b = openen(gegevens)
        assert b.ask("document.documentElement.lang") == "nl"
        niveaus = b.ask("Array.from(document.querySelectorAll('h1, h2, h3, h4'), (h) => Number(h.tagName[1]))")
        assert niveaus[0] == 1
        assert niveaus.count(1) == 1
        assert all(na - voor <= 1 for voor, na in pairwise(niveaus))
        ids = b.ask("Array.from(document.querySelectorAll('[id]'), (e) => e.id)")
        assert len(ids) == len(set(ids))
        verwijst = b.ask(
            "Array.from(document.querySelectorAll('a[href^=\"#\"]'), (a) => a.getAttribute('href').slice(1))"
        )
        assert set(verwijst) <= set(ids)


@pytest.mark.parametrize(("breed", "schaal"), [(320, 1), (360, 3), (640, 2), (1280, 1)])
def test_nothing_runs_off_the_side(openen: Openen, breed: int, schaal: int) -> None:
    log = Maker()
    lang = {"declaratie.opmerking": "x" * 2000, "a" * 60 + "." + "b" * 60: "W" * 300, "zaak.peildatum": "2025-05-10"}
    b = openen(log.dossier(log.add(decision(step(1, regel="a." + "b-" * 60)), lang)))
    b.ask("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    b.call("Emulation.setDeviceMetricsOverride", width=breed, height=800, deviceScaleFactor=schaal, mobile=False)
    assert b.ask("document.documentElement.scrollWidth") <= breed


@pytest.mark.parametrize("thema", ["light", "dark"])
def test_every_text_has_contrast_enough(openen: Openen, thema: str) -> None:
    log, nr = _log()
    for gegevens in (log.dossier(nr, {"deel 1": "achtergehouden"}), log.dossier(nr) | {"nr": 3}):
        b = openen(gegevens, media=[("prefers-color-scheme", thema)])
        laagste = b.ask(
            """(() => {
            const parse = (k) => k.match(/[\\d.]+/g).map(Number);
            const light = (k) => parse(k).slice(0, 3).map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
                .reduce((s, c, i) => s + c * [0.2126, 0.7152, 0.0722][i], 0);
            const ground = (e) => getComputedStyle(e).backgroundColor;
            const clear = (k) => k.length === 4 && k[3] === 0;
            const under = (e) => (clear(parse(ground(e))) ? under(e.parentElement) : ground(e));
            const lopen = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            let laagste = 21;
            while (lopen.nextNode()) {
                const e = lopen.currentNode.parentElement;
                const [a, b] = [light(getComputedStyle(e).color), light(under(e))].sort((x, y) => y - x);
                laagste = Math.min(laagste, (a + 0.05) / (b + 0.05));
            }
            return laagste;
        })()"""
        )
        assert laagste >= 4.5


def test_on_paper_everything_is_unfolded(openen: Openen) -> None:
    log, nr = _log()
    b = openen(log.dossier(nr))
    dicht = "Array.from(document.querySelectorAll('details')).filter((d) => !d.open).length"
    assert b.ask(dicht) > 0
    assert paper(b).startswith(b"%PDF")
    assert b.ask(dicht) == 0


def test_the_same_data_give_the_same_page() -> None:
    log, nr = _log()
    gegevens = log.dossier(nr)
    assert render(gegevens) == render(dict(reversed(gegevens.items())))
    assert "\r" not in render(gegevens)
    assert parts(decision())[0].startswith('{"afgeleid"')
