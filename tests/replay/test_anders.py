"""What differs, what cannot be decided again and what was altered: each is told apart, named, and gives the right exit status."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from hashlib import sha256

import pytest
import replayhulp
import replayproef
from zorgregels import Engine
from zorgregels._canon import canonical
from zorgregels._journaal.journaal import Journaal
from zorgregels._journaal.vermelding import Rij
from zorgregels._replay.opdracht import Keuze

AANTAL = 120


@pytest.fixture
def waar(tmp_path, plugin):
    return replayhulp.fill(tmp_path / "j.db", replayproef.draw(AANTAL), [plugin])


def rijen(waar) -> list[Rij]:
    with Journaal.open(waar, schrijven=False) as journaal:
        return list(journaal.opslag.rows(1, AANTAL + 1))


def gesloten(waar) -> Rij:
    return next(r for r in rijen(waar) if r.gesloten is not None)


# -- forged by somebody with the keys: the log is sound, and the decision is not what the rules say --------------------


@pytest.mark.parametrize(
    ("oud", "nieuw", "plek", "regel"),
    [
        (b'"resultaat":"niet_voldaan"', b'"resultaat":"voldaan"', ".resultaat", "ritten.eis.bedrag"),
        (b"is hoger dan", b"is niet hoger dan", ".tekst", "ritten.eis.bedrag"),
        (b'"beslissend":true', b'"beslissend":false', ".beslissend", "ritten.eis.bedrag"),
        (b'"artikel":"3"', b'"artikel":"33"', ".bron", ""),
        (b'"uitkomst":"nee"', b'"uitkomst":"ja"', "uitkomst", ""),
        (b'"waarde":"10.00"', b'"waarde":"99.00"', "", ""),
    ],
)
def test_a_forged_decision_is_a_difference_and_its_first_step_is_named(waar, oud, nieuw, plek, regel):
    rij = next(r for r in rijen(waar) if r.gesloten is None and b'"uitkomst":"nee"' in r.blad and b"R1" in r.feiten)
    nr = replayhulp.forge_part(waar, rij.nr, oud, nieuw)
    g = replayhulp.replay(waar)
    assert g.status == 1
    assert g.bevindingen == []
    assert g.aantallen["anders"] == 1
    assert g.aantallen["gelijk"] == AANTAL
    (anders,) = g.rapport["anders"]
    assert anders["nr"] == nr
    assert anders["waar"].endswith(plek)
    assert regel in anders["regel"]
    assert json.dumps(anders["was"]) != json.dumps(anders["nu"])
    assert f">{nr}<" in g.html
    assert "1 beslissing komt nu anders uit" in g.html


@pytest.mark.parametrize(
    ("oud", "nieuw"),
    [
        (b'"regelset":"ritten/tarieven@2025.1"', b'"regelset":12'),
        (b'"beslissend":true', b'"beslissend":1'),
        (b'"resultaat":"niet_voldaan",', b""),
        (b'"tekst":', b'"t":'),
        (b'{"afgeleid":', b'["afgeleid":'),
        (b'{"beslissend"', b'"beslissend"'),
    ],
)
def test_a_forged_decision_that_is_none(waar, oud, nieuw):
    """Whoever has the keys can put anything in the log; it is never taken for a decision, and never a fault of this program."""
    rij = next(r for r in rijen(waar) if r.gesloten is None and b'"uitkomst":"nee"' in r.blad)
    nr = replayhulp.forge_part(waar, rij.nr, oud, nieuw)
    g = replayhulp.replay(waar)
    assert g.status == 1
    assert [(n["nr"], n["reden"]) for n in g.rapport["niet_te_herhalen"]] == [(nr, "geschonden")]
    assert [b.partition(":")[0] for b in g.bevindingen] == [f"vermelding {nr}"]


@pytest.mark.parametrize(("lid", "waarde"), [("uitkomst", "ja"), ("oordeel", "toegestaan")])
def test_a_leaf_that_says_something_else_than_the_decision(waar, lid, waarde):
    rij = next(r for r in rijen(waar) if b'"uitkomst":"nee"' in r.blad)
    nr = replayhulp.forge(waar, rij.nr, lambda r, blad: (r, {**blad, lid: waarde}))
    g = replayhulp.replay(waar)
    assert [(a["nr"], a["waar"], a["was"]) for a in g.rapport["anders"]] == [(nr, f"blad.{lid}", waarde)]
    assert g.status == 1


def test_a_leaf_that_names_other_regelsets(waar):
    """The same decision, said to be made with a version that it was not made with."""
    rij = replayhulp.open_row(waar)
    with Journaal.open(waar) as journaal:
        herkomst = json.loads(journaal.opslag.blok(bytes.fromhex(json.loads(rij.blad)["herkomst"][7:])))
        herkomst["regelsets"][0]["regelset"] = "ritten/tarieven@1999.1"
        tekst = canonical(herkomst).encode()
        with journaal.opslag.writing() as schrijver:
            schrijver.add_blok(sha256(tekst).digest(), "herkomst", tekst)
    replayhulp.forge(waar, rij.nr, lambda r, blad: (r, {**blad, "herkomst": "sha256:" + sha256(tekst).hexdigest()}))
    g = replayhulp.replay(waar)
    (anders,) = g.rapport["anders"]
    assert anders["waar"] == "herkomst.regelsets"
    assert anders["was"][0]["regelset"] == "ritten/tarieven@1999.1"


def test_a_date_in_the_leaf_that_is_not_that_of_the_facts(waar):
    nr = replayhulp.forge(waar, replayhulp.open_row(waar).nr, lambda r, blad: (r, {**blad, "peildatum": "2025-01-01"}))
    g = replayhulp.replay(waar)
    assert [(n["nr"], n["reden"]) for n in g.rapport["niet_te_herhalen"]] == [(nr, "feit_onleesbaar")]
    assert g.status == 1


def test_an_engine_that_decides_otherwise(waar, monkeypatch):
    """As a fault in a later engine would."""
    from zorgregels._besluit import opmaak

    goed = opmaak.Opmaak.build

    def build(self, afloop, *rest, **meer):
        regels = [p.regel.id for p in self.plan.regels]
        fout = [(nr, 1 if regels[nr] == "ritten.eis.leeftijd" and r == 0 else r) for nr, r in afloop.stappen]
        return goed(self, afloop._replace(stappen=fout), *rest, **meer)

    monkeypatch.setattr(opmaak.Opmaak, "build", build)
    g = replayhulp.replay(waar)
    assert g.aantallen["anders"] > 5
    assert {a["regel"] for a in g.rapport["anders"]} == {"ritten.eis.leeftijd"}
    assert {a["waar"].partition(".")[2] for a in g.rapport["anders"]} == {"resultaat"}
    # The rule is about somebody's age, and that is encrypted: neither its text nor its facts are in the report.
    assert all("tekst" not in a["was"] and "feiten" not in a["was"] for a in g.rapport["anders"])
    assert "jaar." not in g.html


def test_what_is_refused_does_not_tell_of_somebody(waar, monkeypatch):
    from zorgregels._besluiter import Besluiter
    from zorgregels.errors import Melding, NoRegelsetError

    echt = Besluiter.decide

    def weiger(self, zaak):
        echt(self, zaak)
        raise NoRegelsetError([Melding("ZR-601", f"geen regelset voor {sorted(map(str, zaak.feiten.values()))}")])

    monkeypatch.setattr(Besluiter, "decide", weiger)
    dicht = {r.nr for r in rijen(waar) if r.gesloten is not None}
    g = replayhulp.replay(waar)
    assert g.aantallen["redenen"] == {"geweigerd": AANTAL}
    for n in g.rapport["niet_te_herhalen"]:
        assert n["uitleg"].startswith("ZR-601 ")
        assert ("geen regelset" in n["uitleg"]) == (n["nr"] not in dicht)


# -- cannot ------------------------------------------------------------------------------------------------------------


def test_what_was_erased(waar):
    rij = gesloten(waar)
    with Journaal.open(waar) as journaal:
        assert journaal.erase(json.loads(rij.blad)["sleutel"])
    g = replayhulp.replay(waar)
    assert g.status == 0
    assert g.bevindingen == []
    assert [(n["nr"], n["reden"]) for n in g.rapport["niet_te_herhalen"]] == [(rij.nr, "gewist")]
    assert g.aantallen["redenen"] == {"gewist": 1}
    assert g.aantallen["gelijk"] == AANTAL - 1
    assert json.loads(rij.blad)["sleutel"] not in g.ruw.decode() + g.html
    assert "niet te herhalen 1 (gewist 1)" in g.html.replace("\N{NO-BREAK SPACE}", " ")


def test_a_key_that_is_gone_without_a_word(waar):
    """Destroyed behind the back of the log: that is no erasure."""
    rij = gesloten(waar)
    replayhulp.sql(waar, "DELETE FROM persoonssleutel WHERE id = ?", json.loads(rij.blad)["sleutel"])
    g = replayhulp.replay(waar)
    assert g.status == 1
    assert len(g.bevindingen) == 1
    assert g.bevindingen[0].startswith(f"vermelding {rij.nr}: haar sleutel is weg")
    assert g.aantallen["redenen"] == {"sleutel_niet_hier": 1}


def test_without_the_keys(waar, tmp_path):
    dicht = sum(r.gesloten is not None for r in rijen(waar))
    shutil.move(f"{waar}.sleutels", tmp_path / "elders")
    g = replayhulp.replay(waar)
    assert g.status == 1
    assert g.bevindingen == []
    assert g.aantallen["redenen"] == {"sleutel_niet_hier": dicht}
    assert g.aantallen["gelijk"] == AANTAL - dicht > 0
    assert g.rapport["handtekening"] is None
    assert "Niet ondertekend" in g.html
    assert replayhulp.replay(waar, sleutels=tmp_path / "elders").gelijk


def test_the_keys_of_another_journaal(waar, tmp_path, plugin):
    dicht = sum(r.gesloten is not None for r in rijen(waar))
    replayhulp.fill(tmp_path / "ander.db", [], [plugin])
    g = replayhulp.replay(waar, sleutels=tmp_path / "ander.db.sleutels")
    assert g.aantallen["redenen"] == {"sleutel_niet_hier": dicht}
    assert g.status == 1


def _blok(waar, soort: str, vergelijk: str = "") -> bytes:
    with Journaal.open(waar, schrijven=False) as journaal:
        return next(m for m, s, i in journaal.opslag.bloks() if s == soort and vergelijk.encode() in i)


@pytest.mark.parametrize("soort", ["lading", "regelset", "catalogus", "feitsoort", "herkomst"])
@pytest.mark.parametrize("hoe", ["weg", "anders", "kapot"])
def test_a_document_that_is_gone_or_is_another(waar, soort, hoe):
    merk = _blok(waar, soort)
    if hoe == "weg":
        replayhulp.sql(waar, "DELETE FROM blok WHERE merk = ?", merk)
    else:
        import zlib

        inhoud = zlib.compress(b'{"schema":"ander"}') if hoe == "anders" else b"\x00kapot"
        replayhulp.sql(waar, "UPDATE blok SET inhoud = ? WHERE merk = ?", inhoud, merk)
    g = replayhulp.replay(waar)
    assert g.status == 1
    assert g.aantallen["gelijk"] == 0
    assert g.aantallen["redenen"] == {"blok": AANTAL}
    uitleg = {n["uitleg"] for n in g.rapport["niet_te_herhalen"]}
    assert len(uitleg) == 1
    woord = {"weg": "ontbreekt", "anders": "is veranderd of beschadigd", "kapot": ""}[hoe]
    assert woord in uitleg.pop()


@pytest.mark.parametrize("hoe", ["weg", "anders"])
def test_a_part_that_is_gone_or_is_another(waar, hoe):
    """The decision still comes out as the leaf commits to; but what is kept of it is not what it was."""
    rij = replayhulp.open_row(waar)
    ref = rij.delen[16:32]
    sleutel, plek = ref[:6], int.from_bytes(ref[6:8], "big")
    if hoe == "weg":
        replayhulp.sql(waar, "DELETE FROM stuk WHERE merk = ?", sleutel)
    else:
        with closing(sqlite3.connect(waar)) as db, db:
            regels = db.execute("SELECT inhoud FROM stuk WHERE merk = ?", (sleutel,)).fetchone()[0].split(b"\n")
        db.close()
        regels[plek] = b"{}"
        replayhulp.sql(waar, "UPDATE stuk SET inhoud = ? WHERE merk = ?", b"\n".join(regels), sleutel)
    g = replayhulp.replay(waar)
    assert g.status == 1
    assert g.aantallen["anders"] == 0
    assert [b for b in g.bevindingen if ref.hex() in b and ("ontbreekt" if hoe == "weg" else "is veranderd") in b]
    # What is found is told, and found once for each record that it is gone from among those that are read together.
    assert len(g.bevindingen) == len(set(g.bevindingen)) <= AANTAL


# -- altered: a finding, and not a mere difference ---------------------------------------------------------------------


def _alter(waar, rij: Rij, kolom: str, waarde: bytes | None) -> None:
    replayhulp.sql(waar, f"UPDATE vermelding SET {kolom} = ? WHERE nr = ?", waarde, rij.nr)


@pytest.mark.parametrize(
    ("oud", "nieuw"),
    [
        (b'"R1"', b'"R2"'),
        (b'"R1"', b'"XX"'),
        (b'"zaak.peildatum":"2025', b'"zaak.peildatum":"2024'),
        (b'"rit.code"', b'"rit.fout"'),
        (b'"R1"', b'"R1" '),
        (b"{", b"["),
    ],
)
def test_altered_facts(waar, oud, nieuw):
    rij = next(r for r in rijen(waar) if r.gesloten is None and b"R1" in r.feiten)
    _alter(waar, rij, "feiten", rij.feiten.replace(oud, nieuw, 1))
    g = replayhulp.replay(waar)
    assert g.status == 1
    assert g.aantallen["anders"] == 0
    assert g.aantallen["redenen"] == {"geschonden": 1}
    assert [b.partition(":")[0] for b in g.bevindingen] == [f"vermelding {rij.nr}"]
    assert "niet zoals het werd geschreven" in g.html


def test_encrypted_anew_by_somebody_with_the_key(waar):
    """The same content in another wrapping is not what the leaf stands for."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    rij = gesloten(waar)
    id_ = json.loads(rij.blad)["sleutel"]
    with Journaal.open(waar, schrijven=False) as journaal:
        sleutel = journaal.keys().unwrap(journaal.opslag.persoonssleutel(id_), id_)[:32]
    kern = AESGCM(sleutel).decrypt(rij.gesloten[:12], rij.gesloten[12:], id_.encode())
    _alter(waar, rij, "gesloten", bytes(12) + AESGCM(sleutel).encrypt(bytes(12), kern, id_.encode()))
    g = replayhulp.replay(waar)
    assert g.aantallen["redenen"] == {"geschonden": 1}
    assert [b.partition(":")[0] for b in g.bevindingen] == [f"vermelding {rij.nr}"]


def test_something_beside_a_leaf_that_has_no_body(waar):
    replayhulp.sql(waar, "UPDATE vermelding SET feiten = ? WHERE nr = 0", b"{}")
    assert replayhulp.replay(waar).bevindingen == ["vermelding 0: er staat iets bij waarvoor het blad niet instaat"]


@pytest.mark.parametrize("kolom", ["delen", "zouten", "verhuld", "gesloten"])
@pytest.mark.parametrize("dicht", [False, True])
def test_any_other_column_altered(waar, kolom, dicht):
    rij = gesloten(waar) if dicht else replayhulp.open_row(waar)
    waarde = getattr(rij, kolom)
    for nieuw in (
        *([None] if dicht and kolom == "gesloten" else []),
        bytes([waarde[0] ^ 1]) + waarde[1:] if waarde else b"x" * 32,
        waarde[:-16] if waarde else b"x",
        (waarde or b"") + b"x" * 16,
    ):
        _alter(waar, rij, kolom, nieuw)
        g = replayhulp.replay(waar)
        assert g.status == 1, (kolom, nieuw)
        assert g.aantallen["anders"] == 0
        assert [b.partition(":")[0] for b in g.bevindingen if rij.nr in _nrs(b)], g.bevindingen
    _alter(waar, rij, kolom, waarde)
    assert replayhulp.replay(waar).gelijk


def _nrs(bevinding: str) -> list[int]:
    return [int(w) for w in bevinding.replace(":", " ").split() if w.isdigit()]


def test_a_record_altered_deleted_swapped_cut_off_or_put_in(waar):
    begin = waar.read_bytes()

    def aanval(*opdrachten: str) -> replayhulp.Gerepeteerd:
        for eind in ("", "-wal", "-shm"):
            waar.with_name(waar.name + eind).unlink(missing_ok=True)
        waar.write_bytes(begin)
        for opdracht in opdrachten:
            replayhulp.sql(waar, opdracht)
        return replayhulp.replay(waar)

    assert aanval().gelijk
    for opdrachten, woord in (
        (["UPDATE vermelding SET blad = CAST(replace(blad, '\"ja\"', '\"nee\"') AS BLOB)"], "wortel"),
        (["DELETE FROM vermelding WHERE nr = 7"], "vermelding 7: de vermelding ontbreekt"),
        ([f"DELETE FROM vermelding WHERE nr = {AANTAL}"], f"vermelding {AANTAL}: de vermelding ontbreekt"),
        (["UPDATE vermelding SET nr = -nr WHERE nr IN (3, 4)", "UPDATE vermelding SET nr = 7 + nr WHERE nr < 0"], "wortel"),
        (["INSERT INTO vermelding SELECT 999, blad, feiten, delen, zouten, verhuld, NULL FROM vermelding WHERE nr = 3"], "er zijn meer vermeldingen"),
        ([f"UPDATE stand SET omvang = {AANTAL}"], f"er zijn {AANTAL} vermeldingen"),
        (["UPDATE boomhoofd SET tekst = replace(tekst, '\"2025\":120', '\"2025\":119')"], "niet ondertekend"),
    ):  # fmt: skip
        g = aanval(*opdrachten)
        assert g.status == 1, opdrachten
        assert any(woord in b for b in g.bevindingen), (opdrachten, g.bevindingen)
        assert not g.rapport["logboek"]["ongeschonden"]


def test_the_whole_end_cut_off_with_the_heads(waar):
    """The store alone does not show it; what was seen before, beside the keys, does."""
    with Journaal.open(waar, schrijven=False) as journaal:
        eerste = next(iter(journaal.opslag.hoofden()))
    stand = json.loads(eerste)
    replayhulp.sql(waar, "DELETE FROM vermelding WHERE nr >= ?", stand["omvang"])
    replayhulp.sql(waar, "DELETE FROM boomhoofd WHERE omvang > ?", stand["omvang"])
    replayhulp.sql(waar, "UPDATE stand SET omvang = ?", stand["omvang"])
    g = replayhulp.replay(waar)
    assert g.status == 1
    assert any("afgekapt" in b for b in g.bevindingen)


def _sign_another_head(waar, tmp_path, *, log=None, jaren=None, vreemd=False, omvang=None, wortel=None) -> str:
    """A head as somebody could make it who has the keys, or keys of his own."""
    from zorgregels._journaal.boomhoofd import sign_head
    from zorgregels._journaal.sleutels import Sleutelbos

    with Journaal.open(waar, schrijven=False) as journaal:
        h = journaal.hoofd()
        bos = Sleutelbos.create(tmp_path / "vreemd") if vreemd else journaal.keys()
    return sign_head(bos, log or h.log, omvang or h.omvang, wortel or h.wortel, h.tijd, jaren or h.jaren).to_json()


@pytest.mark.parametrize(
    ("anders", "woord"),
    [
        ({"vreemd": True}, "is niet ondertekend met de sleutel die toen gold"),
        ({"log": "ab" * 16}, "hoort bij een ander Journaal"),
        ({"jaren": {"2024": 1, "2025": AANTAL - 1}}, "telt per jaar 2024: 1, 2025: 119 beslissingen; in de vermeldingen staan er 2025: 120"),
        ({"wortel": bytes(32)}, "de wortel is niet die van de vermeldingen"),
    ],
)  # fmt: skip
def test_a_head_that_is_not_of_this_log(waar, tmp_path, anders, woord):
    """Each is signed well; the log itself says that it is not its own."""
    hoofd = _sign_another_head(waar, tmp_path, **anders)
    replayhulp.sql(waar, "UPDATE boomhoofd SET tekst = ? WHERE omvang = ?", hoofd, AANTAL + 1)
    g = replayhulp.replay(waar)
    assert g.status == 1
    assert [b for b in g.bevindingen if woord in b], g.bevindingen
    assert len(g.bevindingen) == 1
    assert g.aantallen["gelijk"] == AANTAL


def test_another_history_than_was_seen_before(waar, tmp_path):
    """A fork: the store holds together, and is not what was seen."""
    hoofd = _sign_another_head(waar, tmp_path, omvang=50, wortel=bytes(32), jaren={"2025": 49})
    (gezien,) = (tmp_path / "j.db.sleutels").glob("gezien-*.json")
    gezien.write_text(hoofd)
    g = replayhulp.replay(waar)
    assert g.bevindingen == ["eerder boomhoofd 50: de eerste 50 vermeldingen zijn niet meer die van toen"]
    assert g.status == 1


def test_a_rotated_key_and_one_that_was_slipped_in(waar, plugin):
    with Journaal.open(waar) as journaal:
        journaal.rotate()
    with Engine(plugins=[plugin], journaal=waar) as engine:
        assert len(list(engine.decide_many(replayproef.draw(20, 7)))) == 20
    g = replayhulp.replay(waar)
    assert g.gelijk
    assert g.rapport["logboek"]["vermeldingen"] == {"begin": 1, "beslissing": AANTAL + 20, "sleutel": 1}
    with Journaal.open(waar, schrijven=False) as journaal:
        rij = next(r for r in journaal.opslag.rows(0, AANTAL + 5) if b'"soort":"sleutel"' in r.blad)
    blad = json.loads(rij.blad)
    vals = canonical({**blad, "sleutel": "ab" * 32}).encode()
    replayhulp.sql(waar, "UPDATE vermelding SET blad = ? WHERE nr = ?", vals, rij.nr)
    g = replayhulp.replay(waar)
    assert any("niet door de vorige ondertekend" in b for b in g.bevindingen)


def test_a_leaf_that_is_none(waar):
    for blad in (
        b"",
        b"{}",
        b"[]",
        b'{"soort":"beslissing","schema":"journaal/v1"}',
        b'{"schema":"journaal/v1","soort":"x","tijd":""}',
        b"\xff",
    ):
        replayhulp.sql(waar, "UPDATE vermelding SET blad = ? WHERE nr = 5", blad)
        g = replayhulp.replay(waar)
        assert g.status == 1
        assert any(b.startswith("vermelding 5: ") for b in g.bevindingen)
        assert g.aantallen["beslissingen"] == AANTAL - 1


def test_damage_outside_what_is_chosen_is_found_too(waar):
    rij = replayhulp.open_row(waar)
    _alter(waar, rij, "blad", rij.blad.replace(b'"ja"', b'"nee"').replace(b'"onbekend"', b'"ja"'))
    g = replayhulp.replay(waar, keuze=Keuze(sinds_nr=rij.nr + 1))
    assert g.aantallen["beslissingen"] > 0
    assert (g.status == 1) == (not g.rapport["logboek"]["ongeschonden"])


def test_no_head_at_all(waar):
    from zorgregels.errors import JournaalError

    for tekst in ("", "{}"):
        replayhulp.sql(waar, "UPDATE boomhoofd SET tekst = ?", tekst)
        with pytest.raises(JournaalError) as fout:
            replayhulp.replay(waar)
        assert fout.value.code == "ZR-925"
