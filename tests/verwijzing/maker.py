"""Makes whole sectors: regelsets of stratified rules with exceptions, versions and catalogi, written as a plugin folder."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from keus import Keus
from maker_feiten import DATUM, SECTOR, Feiten, Veldvorm, literal, make_catalogus, make_feiten, make_zaak
from maker_termen import Maker
from verwijzer_waarden import Raw

_ONDRUKBAAR = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
PEILDATUM = Veldvorm("zaak.peildatum", "datum")


@dataclass(frozen=True)
class Sector:
    """A generated plugin."""

    feiten: Feiten
    documenten: Mapping[str, Raw]
    """By path in the plugin's folder."""
    vraag: str
    eindig: bool = False
    extra: Mapping[str, Raw] = field(default_factory=dict)

    def write(self, map_: Path) -> Path:
        """Write the plugin folder and return it."""
        alles = {
            "plugin.yaml": {"schema": "plugin/v1", "sector": SECTOR, "titel": "Proef"},
            **{f"feiten/{n}.schema.json": s for n, s in self.feiten.schemas().items()},
            **self.documenten,
        }
        for pad, inhoud in alles.items():
            doel = map_ / pad
            doel.parent.mkdir(parents=True, exist_ok=True)
            doel.write_text(spell(inhoud), "utf-8")
        return map_


def spell(data: Raw) -> str:
    """Return JSON that is YAML too: YAML has no surrogate pairs and takes no unprintable characters as they are."""
    tekst = json.dumps(data, ensure_ascii=False, indent=1)
    return _ONDRUKBAAR.sub(lambda m: m[0] if m[0] == "\n" else f"\\u{ord(m[0]):04x}", tekst)


def make_sector(k: Keus, *, eindig: bool = False) -> Sector:
    """Return a sector with one or two regelsets.

    Args:
        k: where choices come from.
        eindig: whether every fact is compared with constants only.
    """
    feiten = make_feiten(k)
    vraag = "bekostiging" if k.chance(2) else "declaratie"
    documenten: dict[str, Raw] = {}
    catalogi = ["lijst"] if k.chance(6) else []
    if catalogi:
        documenten["catalogi/lijst.yaml"] = make_catalogus(
            k, feiten, bekend=k.one(("onbekend", "onbekend", "2024-12-31"))
        )
        if not eindig and k.chance(2):
            documenten["catalogi/lijst-nieuw.yaml"] = make_catalogus(k, feiten, versie="2025.2", bekend="2025-01-01")
    regels = _make_rules(k, feiten, catalogi, vraag, eindig)
    if eindig or not k.chance(3):
        bekend = k.one(("2024-03-01", "2024-03-01", "onbekend"))
        documenten["regelsets/een.yaml"] = _regelset(
            "een", "2025.1", regels, vraag, geldig={"van": "0001-01-01"}, bekend=bekend
        )
    else:
        documenten |= _versions(k, feiten, regels, vraag)
    return Sector(feiten, documenten, vraag, eindig)


def _regelset(naam: str, versie: str, regels: list[Raw], vraag: str, **anders: Raw) -> Raw:
    return {
        "schema": "regelset/v1",
        "regelset": f"{SECTOR}/{naam}",
        "versie": versie,
        "titel": naam,
        "status": "geldend",
        "geldig": {"van": "2025-01-01", "tot": "2025-12-31"},
        "bekend": "2024-03-01",
        "bron": {"document": "Proef"},
        "reikwijdte": {vraag: {"zaak.peildatum": {"bestaat": True}}},
        "regels": regels,
        **anders,
    }


def _versions(k: Keus, feiten: Feiten, regels: list[Raw], vraag: str) -> dict[str, Raw]:
    """Spread rules over two regelsets; one has two years, or a correction that became known later."""
    knip = k.below(len(regels) + 1)
    scope = {vraag: Maker(k, [*feiten.a, PEILDATUM], feiten.l).voorwaarde(1)}
    altijd = {vraag: {"zaak.peildatum": {"bestaat": True}}}
    datum: Raw = {}
    if k.chance(5):
        als = Maker(k, feiten.a, feiten.l).voorwaarde(0)
        datum = {"datum": {vraag: [{"als": als, "op": {"veld": "a.dag"}}, {"op": {"veld": "zaak.peildatum"}}]}}
    uit = {
        "regelsets/2025/een.yaml": _regelset(
            "een", "2025.1", regels[:knip], vraag, reikwijdte=altijd, bekend="2024-06-01", **datum
        ),
        "regelsets/2025/twee.yaml": _regelset(
            "twee", "2025.1", regels[knip:], vraag, reikwijdte=scope, buiten_geldigheid=k.one(("zwijgt", "fout"))
        ),
    }
    # A version derives what it reads: of each derived fact the first rule stays.
    blijft = {naam: r["id"] for r in reversed(regels[:knip]) for naam in r["dan"].get("leid_af", ())}
    rest = [r["id"] for r in regels[:knip] if r["id"] not in blijft.values()]
    weg = {"vervalt": k.some(rest, 1, 2)} if rest and k.chance(5) else {}
    later = k.one(({"van": "2026-01-01"}, {"van": "2025-02-01", "tot": "2025-12-31"}))
    nieuw = _regelset(
        "een", "2025.2", [], vraag, bouwt_op=f"{SECTOR}/een@2025.1", geldig=later, bekend="2025-01-15", **weg
    )
    if datum and k.chance(5):
        nieuw.pop("reikwijdte")
    else:
        nieuw |= {"reikwijdte": altijd, **datum}
    if k.chance(7):
        uit["regelsets/2026/een.yaml"] = nieuw
    return uit


# -- regels --------------------------------------------------------------------------------------------------------


def _make_rules(k: Keus, feiten: Feiten, catalogi: list[str], vraag: str, eindig: bool) -> list[Raw]:
    """Rules in the order of their strata: each reads derived facts of those before it, and may go before those after it."""
    gegeven = list(feiten.a) + ([] if eindig else [PEILDATUM])
    leesbaar = list(gegeven)
    items = feiten.l if k.chance(6) else ()
    regels: list[Raw] = []

    def add(effect: Raw, **anders: Raw) -> None:
        m = Maker(k, leesbaar, items, catalogi, eindig)
        # The number is not the order of the strata, so that nothing can lean on the order of ids.
        r: Raw = {"id": f"{SECTOR}.r{(len(regels) * 7 + 3) % 23}", "vraag": vraag, "normen": ["N1"]}
        if k.chance(6):
            r["als"] = m.voorwaarde()
        if k.chance(2):
            r["tenzij"] = m.voorwaarde(1)
        regels.append({**r, "dan": effect, **anders})

    if catalogi:
        op = {"veld": k.one(("zaak.peildatum", "a.dag"))}
        add({"leid_af": {"p": {"uit_catalogus": {"naam": f"{SECTOR}/lijst", "code": {"veld": "a.tekst"}, "op": op}}}})
        leesbaar += feiten.p
    for v in k.some(feiten.d, 0, 3):
        for _ in range(k.one((1, 1, 2, 3))):
            add({"leid_af": {v.naam: _target(k, Maker(k, leesbaar, items, catalogi, eindig), v, eindig)}})
        leesbaar = [*leesbaar, v, v]
    for _ in range(1 + k.below(4)):
        m = Maker(k, leesbaar, items, catalogi, eindig)
        route = {"route": k.one(("noord", "zuid"))} if vraag == "bekostiging" and k.chance(6) else {}
        gebod: Raw = m.voorwaarde()
        soort = k.one(("eis", "verbied"))
        add(
            {soort: True if soort == "verbied" and k.chance(2) else gebod},
            motivering="Reden {a.tekst} {zaak.peildatum}.",
            **route,
        )
    for naam in ("noord", "zuid") if vraag == "bekostiging" else ():
        if k.chance(8):
            add({"open": naam})
    if k.chance(3):
        add({"waarschuw": "Let op {a.geld}."})
    if k.chance(3):
        plicht = {"plicht": "Doe het.", "wie": "zorgaanbieder"}
        if not eindig:
            plicht["uiterlijk"] = Maker(k, leesbaar, items, catalogi)._berekening("datum", 2)
        add({"verplicht": plicht})
    for nr, r in enumerate(regels):
        if nr + 1 < len(regels) and k.chance(2):
            r["gaat_voor"] = sorted({x["id"] for x in k.some(regels[nr + 1 :], 1, 2)})
    return regels


def _target(k: Keus, m: Maker, v: Veldvorm, eindig: bool) -> Raw:
    if k.chance(1):
        return None
    if v.nvt and k.chance(1):
        return "n.v.t."
    if eindig:
        return literal(k, v)
    soort = "getal" if v.soort == "ratio" and k.chance(3) else v.soort
    return m.uitdrukking(soort, 2, v)


def make_zaken(k: Keus, s: Sector, aantal: int, *, weg: int = 3) -> list[Raw]:
    """Return zaken, some of them as of a day on which something was known."""
    zaken = []
    for _ in range(aantal):
        zaak = make_zaak(k, s.feiten, s.vraag, weg if k.chance(7) else 0)
        if not s.eindig and k.chance(1):
            zaak["bekend_op"] = k.one(DATUM)
        zaken.append(zaak)
    return zaken
