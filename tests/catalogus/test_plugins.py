"""The tables that the plugins of this repository know. The real ones are not ours to give away: who has them names their folder."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from zorgregels import Engine
from zorgregels._invoer.bronversie import Keus
from zorgregels._invoer.invoer import Ingevoerd, import_table
from zorgregels._invoer.rijen import Tijdvak
from zorgregels._taal.catalogus import Catalogus

PLUGINS = Path(__file__).parents[2] / "plugins"
MSZ, HUISARTS = (PLUGINS / n / "src" / f"zorgregels_{n}" for n in ("msz", "huisarts"))


def _import(pad: Path, catalogus: str, vorm: str, cache: Path, *, tot: str | None = None) -> Ingevoerd:
    plugin = MSZ if catalogus.startswith("msz/") else HUISARTS
    keus = Keus(catalogus, vorm, date(2031, 1, 1), "2031.1", [plugin])
    return import_table(pad, keus, Tijdvak(date(2019, 2, 1), date.fromisoformat(tot) if tot else None), cache=cache)


def _at(catalogus: Catalogus, code: str, dag: date) -> dict[str, Any]:
    return next((dict(p.waarden) for p in catalogus.prestaties[code] if p.van <= dag <= p.tot), {})


def test_a_tarieven_tabel(tmp_path: Path, cache: Path):
    pad = tmp_path / "tabel.csv"
    pad.write_text(
        "Declaratiecode;Omschrijving;Tarief;Ingangsdatum;Einddatum;Agbcode\n"
        "ZZZ001;verzonnen en vrij;0;01-01-2031;31-12-9999;x\n"
        "ZZZ002;verzonnen en begrensd;12,34;01-01-2031;31-12-2031;x\n"
        "ZZZ003;verzonnen en onbekend;;01-01-2031;;x\n"
    )
    i = _import(pad, "msz/prestaties", "tarieventabel", cache)
    assert i.ongelezen == ("Agbcode",)
    assert {
        c: {n: w for n, w in i.catalogus.prestaties[c][0].waarden.items() if n != "naam"} for c in i.verschil.nieuw
    } == {
        "ZZZ001": {"bestaat": True, "tariefsoort": "vrij", "maximumtarief": None},
        "ZZZ002": {"bestaat": True, "tariefsoort": "maximum", "maximumtarief": 1234},
        "ZZZ003": {"bestaat": True},
    }
    nieuw = tmp_path / "nieuw.yaml"
    nieuw.write_bytes(i.inhoud)
    with Engine(plugins=[MSZ], catalogi=[nieuw], cache=cache) as engine:
        assert "msz/prestaties@2031.1" in [c.id for c in engine.catalogi]


def test_a_list_of_codes_leaves_amounts_alone(tmp_path: Path, cache: Path):
    pad = tmp_path / "lijst.tsv"
    pad.write_text("code\tomschrijving\n99999\tverzonnen\nn.v.t.\tzonder code\n12011\tandere naam\n")
    i = _import(pad, "huisarts/prestaties", "vektis-008", cache)
    with Engine(plugins=[HUISARTS], cache=cache) as engine:
        (oud,) = [c for c in engine.catalogi if c.id == i.herkomst.over]
    assert i.verschil.nieuw == ("99999",)
    assert list(i.verschil.per_veld) == ["naam"]
    dag = date(2023, 5, 10)
    assert _at(i.catalogus, "12011", dag) == {**_at(oud, "12011", dag), "naam": "andere naam"}
    assert _at(oud, "12011", dag)["maximumtarief"] == 1151
    assert _at(i.catalogus, "99999", dag) == {"bestaat": True, "naam": "verzonnen"}


@pytest.mark.parametrize(
    ("bestand", "catalogus", "vorm", "gelezen"),
    [
        ("nza_dbc_declaratiecodes_2019-02.tsv", "msz/prestaties", "declaratiecodes", 4339),
        ("vektis_008_huisartsenhulp_2019-02.tsv", "huisarts/prestaties", "vektis-008", 496),
        ("vektis_056_ketenzorg_2019-02.tsv", "huisarts/prestaties", "vektis-056", 9),
        ("vektis_069_integrale_geboortezorg_2019-02.tsv", "msz/geboortezorg", "vektis-069", 12),
    ],
)
def test_the_real_lists(bestand, catalogus, vorm, gelezen, cache: Path):
    map_ = os.environ.get("ZORGREGELS_CODELIJSTEN")
    if not map_ or not (Path(map_) / bestand).is_file():
        pytest.skip(f"ZORGREGELS_CODELIJSTEN names no folder with {bestand}")
    i = _import(Path(map_) / bestand, catalogus, vorm, cache, tot="2019-12-31")
    assert i.herkomst.rijen - i.herkomst.overgeslagen == gelezen
    in_tabel = [c for c in i.catalogus.prestaties if _at(i.catalogus, c, date(2019, 6, 1)).get("bestaat") is True]
    assert len(in_tabel) >= gelezen - 20  # the catalogue says of some that they have ended
    assert i.ingekort == 0
    assert set(i.verschil.per_veld) <= {"bestaat", "naam"}
    assert all(w.wordt is True and w.was is not False for w in i.verschil.per_veld.get("bestaat", ()))
