"""What if: which past decisions a correction changes, by which rule and by how many cents, against a plain recomputation."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import replayhulp
import replaynareken
import replayproef
from zorgregels import Engine
from zorgregels._waarden import Soort
from zorgregels.errors import JournaalError, RegelsetError, ZorgregelsError

HUISARTS = replayhulp.WORTEL / "plugins" / "huisarts" / "src" / "zorgregels_huisarts"
GELD = ("rit.bedrag", "onderdeel.bedrag")


def bestand(tmp_path: Path, tekst: str, naam: str = "later.yaml") -> Path:
    pad = tmp_path / naam
    pad.write_text(tekst, "utf-8")
    return pad


def lokaal(tmp_path: Path, **anders: str) -> Path:
    return replayproef.write_plugin(tmp_path / "nieuw", **anders)


@pytest.mark.parametrize(
    ("tekst", "hoe", "regels"),
    [
        (replayproef.TARIEF_LATER, "catalogi__later", {"ritten.eis.bedrag"}),
        (replayproef.REGEL_LATER, "regelsets__2025__later", {"ritten.eis.leeftijd", "ritten.afgeleid.vergoeding"}),
    ],
)
@pytest.mark.parametrize("bewaar", ["gelezen", "alles"])
def test_a_correction_of_a_tariff_and_of_a_rule(tmp_path, plugin, tekst, hoe, regels, bewaar):
    zaken = replayproef.draw(400)
    waar = replayhulp.fill(tmp_path / "j.db", zaken, [plugin], bewaar=bewaar)
    with Engine(plugins=[plugin]) as oud, Engine(plugins=[lokaal(tmp_path, **{hoe: tekst})]) as nieuw:
        goed = replaynareken.compare(
            zaken, oud.decide, nieuw.decide, (*GELD, "rit.fooi") if bewaar == "alles" else GELD
        )
    assert len(goed.nrs) > 60
    g = replayhulp.replay(waar, met=[bestand(tmp_path, tekst)])
    replaynareken.check(g.rapport, goed)
    assert g.status == 0
    assert g.bevindingen == []
    assert {o["regel"] for o in g.rapport["watals"]["overgangen"]} <= regels
    assert g.lijst == g.rapport["watals"]["lijst"]
    # The same as loading the whole plugin, of which the version is a part.
    heel = replayhulp.replay(waar, met=[tmp_path / "nieuw"])
    assert heel.rapport["watals"] == g.rapport["watals"]


def test_both_corrections_at_once(tmp_path, plugin):
    zaken = replayproef.draw(300, 2)
    waar = replayhulp.fill(tmp_path / "j.db", zaken, [plugin])
    beide = lokaal(tmp_path, catalogi__later=replayproef.TARIEF_LATER, regelsets__2025__later=replayproef.REGEL_LATER)
    with Engine(plugins=[plugin]) as oud, Engine(plugins=[beide]) as nieuw:
        goed = replaynareken.compare(zaken, oud.decide, nieuw.decide, GELD)
    met = [bestand(tmp_path, replayproef.TARIEF_LATER, "t.yaml"), bestand(tmp_path, replayproef.REGEL_LATER, "r.yaml")]
    g = replayhulp.replay(waar, met=met)
    replaynareken.check(g.rapport, goed)
    soorten = {d["reikwijdte"] for d in g.lijst}
    assert soorten == {"uitkomst", "gevolg"}


def test_as_it_was_known_on_a_day(tmp_path):
    """The other way round: decided with the correction, asked what it would be without it."""
    mee = lokaal(tmp_path, catalogi__later=replayproef.TARIEF_LATER, regelsets__2025__later=replayproef.REGEL_LATER)
    zaken = replayproef.draw(200, 3)
    waar = replayhulp.fill(tmp_path / "j.db", zaken, [mee])
    with Engine(plugins=[mee]) as engine:
        for dag in ("2025-12-31", "2026-02-01"):
            goed = replaynareken.compare(zaken, engine.decide, lambda z, d=dag: engine.decide(z, bekend_op=d), GELD)
            g = replayhulp.replay(waar, bekend_op=dag)
            replaynareken.check(g.rapport, goed)
            assert bool(goed.nrs) == (dag < "2026")
    vroeg = replayhulp.replay(waar, bekend_op="2020-01-01")
    assert vroeg.aantallen["redenen"] == {"geweigerd": 200}
    assert {n["uitleg"][:6] for n in vroeg.rapport["niet_te_herhalen"]} == {"ZR-602"}
    assert vroeg.status == 1


def test_a_version_that_only_has_another_number(tmp_path, plugin):
    """Every decision names it, and none of them changes."""
    waar = replayhulp.fill(tmp_path / "j.db", replayproef.draw(80), [plugin])
    g = replayhulp.replay(waar, met=[bestand(tmp_path, replayproef.VERSIE_LATER)])
    assert g.aantallen["gewijzigd"] == 0
    assert g.aantallen["alleen_versie"] == 80
    assert g.lijst == []
    assert g.status == 0
    assert 'artikel: "3"' in replayproef.VERSIE_LATER
    ander = replayhulp.replay(
        waar, met=[bestand(tmp_path, replayproef.VERSIE_LATER.replace('artikel: "3"', 'artikel: "4"'))]
    )
    assert ander.aantallen["gewijzigd"] == 80  # another article is cited: that is another ground
    assert {d["reikwijdte"] for d in ander.lijst} == {"grond"}


def test_a_fact_that_was_not_kept(tmp_path, plugin):
    zaken = replayproef.draw(200)
    nieuw = lokaal(tmp_path, regelsets__2025__later=replayproef.REGEL_ONGELEZEN)
    met = [bestand(tmp_path, replayproef.REGEL_ONGELEZEN)]
    waar = replayhulp.fill(tmp_path / "j.db", zaken, [plugin])
    g = replayhulp.replay(waar, met=met)
    had = [nr for nr, z in enumerate(zaken, start=1) if "kilometers" in z["feiten"]["rit"]]
    assert had
    assert [n["nr"] for n in g.rapport["niet_te_herhalen"]] == had
    assert {n["reden"] for n in g.rapport["niet_te_herhalen"]} == {"niet_bewaard"}
    assert {n["uitleg"] for n in g.rapport["niet_te_herhalen"]} == {
        "vraagt een feit dat niet is bewaard: rit.kilometers"
    }
    assert g.status == 1
    with Engine(plugins=[plugin]) as oud, Engine(plugins=[nieuw]) as engine:
        zonder = {nr: z for nr, z in enumerate(zaken, start=1) if nr not in had}
        anders = [nr for nr, z in zonder.items() if oud.decide(z).uitkomst is not engine.decide(z).uitkomst]
        assert [d["nr"] for d in g.lijst if d["reikwijdte"] == "uitkomst"] == anders
        # With all facts kept there is nothing that it cannot tell.
        alles = replayhulp.replay(replayhulp.fill(tmp_path / "alles.db", zaken, [plugin], bewaar="alles"), met=met)
        replaynareken.check(alles.rapport, replaynareken.compare(zaken, oud.decide, engine.decide, (*GELD, "rit.fooi")))
        assert alles.status == 0


def test_a_scope_that_reads_what_was_not_kept(tmp_path, plugin):
    """Whether a new regelset speaks at all hangs on a fact that is gone."""
    ander = replayproef.REGEL_LATER.partition("bouwt_op")[0].replace("ritten/tarieven", "ritten/verre") + (
        "reikwijdte: {declaratie: {rit.kilometers: {meer_dan: 100}}}\nregels:\n  - id: ritten.verre.eis\n    vraag: declaratie\n"
        '    normen: [R-8]\n    dan: {eis: {rit.bedrag: {minstens: "1.00"}}}\n    motivering: "Minstens een euro."\n'
    )
    zaken = replayproef.draw(120)
    g = replayhulp.replay(replayhulp.fill(tmp_path / "j.db", zaken, [plugin]), met=[bestand(tmp_path, ander)])
    had = [nr for nr, z in enumerate(zaken, start=1) if "kilometers" in z["feiten"]["rit"]]
    assert [n["nr"] for n in g.rapport["niet_te_herhalen"]] == had
    assert g.aantallen["gelijk"] == 120 - len(had)

    # Refused for another reason, and still: had that fact been kept, it might have been decided.
    samen = replayhulp.replay(tmp_path / "j.db", met=[tmp_path / "later.yaml"], bekend_op="2020-01-01")
    assert [n["nr"] for n in samen.rapport["niet_te_herhalen"] if n["reden"] == "niet_bewaard"] == had
    assert samen.aantallen["redenen"] == {"niet_bewaard": len(had), "geweigerd": 120 - len(had)}


def test_a_text_that_shows_what_was_not_kept(tmp_path, plugin):
    toont = replayproef._replaced(
        replayproef.REGEL_LATER, {"{rit.leeftijd} jaar": "{rit.leeftijd} jaar, met {rit.fooi} fooi"}
    )
    zaken = replayproef.draw(60)
    g = replayhulp.replay(replayhulp.fill(tmp_path / "j.db", zaken, [plugin]), met=[bestand(tmp_path, toont)])
    had = [nr for nr, z in enumerate(zaken, start=1) if "fooi" in z["feiten"]["rit"]]
    assert [n["nr"] for n in g.rapport["niet_te_herhalen"]] == had
    assert {n["reden"] for n in g.rapport["niet_te_herhalen"]} == {"niet_bewaard"}


def test_amounts_of_somebody_are_summed_and_not_told(tmp_path, plugin):
    zaken = replayproef.draw(150)
    waar = replayhulp.fill(tmp_path / "j.db", zaken, [plugin])
    g = replayhulp.replay(waar, met=[bestand(tmp_path, replayproef.TARIEF_LATER)])
    persoonlijk = {nr for nr, z in enumerate(zaken, start=1) if "leeftijd" in z["feiten"]["rit"]}
    dicht = {d["nr"] for d in g.lijst if "gegeven" not in d}
    assert dicht == {d["nr"] for d in g.lijst} & persoonlijk
    assert dicht
    assert len(dicht) < len(g.lijst)
    bsn = [z["feiten"]["rit"]["bsn"] for z in zaken if "bsn" in z["feiten"]["rit"]]
    assert bsn
    assert not any(b in g.html or b.encode() in g.ruw for b in bsn)


def test_a_change_is_one_of_what_is_added_only(tmp_path, plugin, monkeypatch):
    """Where a decision comes out otherwise without what is added too, that is no change by it."""
    zaken = replayproef.draw(60)
    waar = replayhulp.fill(tmp_path / "j.db", zaken, [plugin])
    from zorgregels._besluit import spelling

    monkeypatch.setitem(spelling._TONERS, Soort.GELD, str)
    g = replayhulp.replay(waar, met=[bestand(tmp_path, replayproef.TARIEF_LATER)])
    anders = {d["nr"] for d in g.rapport["anders"]}
    assert len(anders) > 30
    assert anders.isdisjoint(d["nr"] for d in g.lijst)
    # What still changes by it shows no amount in any text: there the bedrag was not given.
    assert {d["nr"] for d in g.lijst} <= {
        nr for nr, z in enumerate(zaken, start=1) if "bedrag" not in z["feiten"]["rit"]
    }
    assert g.status == 1


@pytest.mark.parametrize("wijze", ["json", "geladen"])
def test_other_ways_to_say_what_is_added(tmp_path, plugin, wijze):
    if wijze == "json":
        from zorgregels._lezen.yaml import read_yaml

        data = read_yaml(replayproef.TARIEF_LATER.encode(), "x")
        waar = replayhulp.fill(tmp_path / "j.db", replayproef.draw(60), [plugin])
        een = replayhulp.replay(waar, met=[bestand(tmp_path, json.dumps(data, indent=1), "later.json")])
        ander = replayhulp.replay(waar, met=[bestand(tmp_path, replayproef.TARIEF_LATER)])
        assert een.rapport["watals"] == ander.rapport["watals"]
        assert een.aantallen["gewijzigd"] > 0
    else:
        waar = replayhulp.fill(tmp_path / "j.db", replayhulp.casussen("huisarts")[:80], ["huisarts"])
        g = replayhulp.replay(waar, met=["geladen"])
        assert g.aantallen["gelijk"] == g.aantallen["beslissingen"]
        assert {m["sector"] for m in g.rapport["gevraagd"]["met"]} >= {"huisarts", "msz", "domeinoverstijgend"}
        assert g.status == 0


def test_a_version_of_the_same_name_takes_its_place(tmp_path, plugin):
    """An author tries a change before it gets a number of its own; the report names it with its digest."""
    zaken = replayproef.draw(80)
    waar = replayhulp.fill(tmp_path / "j.db", zaken, [plugin])
    tekst = replayproef._replaced(replayproef.PLUGIN["catalogi/tarieven.yaml"], {'"10.00"': '"8.99"'})
    with Engine(plugins=[plugin]) as oud, Engine(plugins=[lokaal(tmp_path, catalogi__tarieven=tekst)]) as nieuw:
        goed = replaynareken.compare(zaken, oud.decide, nieuw.decide, GELD)
        merk = next(c.digest for c in nieuw.catalogi)
    g = replayhulp.replay(waar, met=[bestand(tmp_path, tekst)])
    replaynareken.check(g.rapport, goed)
    assert goed.nrs
    assert g.rapport["gevraagd"]["met"] == [
        {"soort": "catalogi", "sector": "ritten", "naam": "ritten/tarieven@2025.1", "digest": merk}
    ]
    assert merk in g.html


def test_what_does_not_fit_is_said_at_once(tmp_path, plugin):
    waar = replayhulp.fill(tmp_path / "j.db", replayproef.draw(5), [plugin])

    def fout(tekst: str, soort: type[ZorgregelsError] = RegelsetError) -> ZorgregelsError:
        pad = bestand(tmp_path, tekst)
        with pytest.raises(soort) as gevangen:
            replayhulp.replay(waar, met=[pad])
        assert not (tmp_path / "rapport.html").exists()
        return gevangen.value

    mis = fout(replayproef.REGEL_LATER.replace("rit.leeftijd: {minstens: 12}", "rit.leefijd: {minstens: 12}"))
    assert mis.code == "ZR-207"
    assert mis.meldingen[0].regel == 14
    assert mis.meldingen[0].bestand.endswith("later.yaml")
    assert fout(replayproef.REGEL_LATER.replace("@2025.1", "@2019.1")).code == "ZR-305"
    assert fout(replayproef.REGEL_LATER.replace("2026-02-01", "2024-07-01")).code == "ZR-307"
    assert fout(replayproef.TARIEF_LATER.replace("2026-02-01", "2024-07-01")).code == "ZR-307"
    assert fout(replayproef.TARIEF_LATER.replace("feitsoort: tarief", "feitsoort: rit")).code == "ZR-312"
    assert fout(replayproef.REGEL_LATER.replace("ritten/tarieven\n", "ritten/nieuw\n")).code == "ZR-301"
    assert fout("schema: zaak/v1\n").code == "ZR-921"
    assert fout("a: [").code.startswith("ZR-1")
    assert fout(replayproef.TARIEF_LATER.replace("ritten/", "treinen/"), JournaalError).code == "ZR-923"
    with pytest.raises(JournaalError) as gevangen:
        replayhulp.replay(waar, met=[tmp_path / "is-er-niet.yaml"])
    assert gevangen.value.code == "ZR-921"


def test_a_world_into_which_it_does_not_fit(tmp_path, plugin):
    """It fits what was loaded later, and not what was loaded first: those decisions cannot be told."""
    waar = replayhulp.fill(tmp_path / "j.db", replayproef.draw(20), [plugin])
    met = lokaal(tmp_path, regelsets__2025__later=replayproef.REGEL_LATER)
    with Engine(plugins=[met], journaal=str(waar)) as engine:
        list(engine.decide_many(replayproef.draw(20)))
    tekst = (
        replayproef.REGEL_LATER.replace("2025.2", "2025.3").replace("@2025.1", "@2025.2").replace("2026-02", "2026-03")
    )
    g = replayhulp.replay(waar, met=[bestand(tmp_path, tekst.partition("regels:")[0] + "regels: []\n")])
    assert g.aantallen["redenen"] == {"past_niet": 20}
    assert [n["nr"] for n in g.rapport["niet_te_herhalen"]] == list(range(1, 21))
    assert g.status == 1


def _huisarts_later(tmp_path: Path) -> Path:
    """Every maximum of 2023 a few cents higher or lower, as a herziening would have it."""
    tekst = (HUISARTS / "catalogi" / "prestaties.yaml").read_text("utf-8")
    tekst = tekst.replace("bekend: onbekend", "bekend: 2026-01-01", 1).replace(
        'versie: "2026.1"', 'versie: "2026.2"', 1
    )
    stap = iter(range(10**6))

    def alter(m: re.Match[str]) -> str:
        cent = replaynareken.cents(m[2]) + (next(stap) % 5 - 2) * 3
        return f'{m[1]}"{cent // 100}.{cent % 100:02d}"'

    return bestand(
        tmp_path, re.sub(r'(van: 2023-01-01.*?maximumtarief: )"([0-9.]+)"', alter, tekst), "prestaties-2026.2.yaml"
    )


def test_the_huisarts_tariffs_corrected(tmp_path):
    """Done when: the sums are those of a recomputation, to the cent. 100 000 decisions with ZORGREGELS_WATALS=1."""
    aantal = 100_000 if os.environ.get("ZORGREGELS_WATALS") else 300
    later = _huisarts_later(tmp_path)
    with Engine(plugins={"huisarts"}) as oud, Engine(plugins={"huisarts"}, catalogi=[later]) as nieuw:
        zaken = replayhulp.benchmark_zaken().draw_mixes(oud, aantal, alleen="huisarts")["huisarts"]
        waar = replayhulp.fill(tmp_path / "j.db", zaken, ["huisarts"], groep=2000)
        goed = replaynareken.compare(zaken, oud.decide, nieuw.decide, ("declaratie.bedrag",))
    assert len(goed.nrs) > aantal // 4
    g = replayhulp.replay(waar, met=[later], werkers=1 if aantal == 300 else 2)
    replaynareken.check(g.rapport, goed)
    assert g.status == 0
    print(f"{aantal} beslissingen: {len(goed.nrs)} gewijzigd, {goed.gegeven}, {goed.afgeleid}")


@pytest.mark.parametrize("sector", ["msz", "domeinoverstijgend"])
def test_nothing_changes_where_the_same_is_added(tmp_path, sector):
    zaken = [z for z in replayhulp.casussen(sector) if "bekend_op" not in z][:80]
    waar = replayhulp.fill(tmp_path / "j.db", zaken, [sector])
    map_ = replayhulp.WORTEL / "plugins" / sector / "src" / f"zorgregels_{sector}"
    g = replayhulp.replay(waar, met=[map_])
    assert g.aantallen["gelijk"] == g.aantallen["beslissingen"] > 40, g.rapport["niet_te_herhalen"][:3]
    assert g.status == 0
