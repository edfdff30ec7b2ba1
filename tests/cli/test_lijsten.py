"""The commands that show what is loaded."""

from __future__ import annotations

import json

import yaml
from zorgregels import Engine
from zorgregels._schemas import schema_map, schema_text


def test_plugins(zr):
    uit = zr("plugins")
    assert uit.status == 0
    assert "huisarts   zorgregels-huisarts 2026.1 · Huisartsenzorg" in uit.stdout
    namen = [p["plugin"] for p in zr("plugins", "--json").json["plugins"]]
    assert namen == sorted(namen)
    assert {"domeinoverstijgend", "huisarts", "msz"} <= set(namen)


def test_a_plugin_that_fails_is_shown_with_why(zr, monkeypatch, plugin):
    from zorgregels._laden import plugins

    echt = plugins.folder_of
    stuk = plugin(regelset="schema: regelset/v1\n")
    monkeypatch.setattr(plugins, "folder_of", lambda g: stuk if g.naam == "msz" else echt(g))
    uit = zr("plugins")
    assert "msz   doet niet mee" in uit.stdout
    assert "ZR-203" in uit.stdout
    assert "huisarts   zorgregels-huisarts" in uit.stdout


def test_regelsets_lists_every_version(zr):
    with Engine() as engine:
        verwacht = {r.id: r for r in engine.regelsets}
    for args in (["regelsets"], ["regelsets", "list"]):
        regels = zr(*args).stdout.splitlines()
        assert len(regels) == len(verwacht)
    rij = next(r for r in zr("regelsets").stdout.splitlines() if r.startswith("huisarts/tarieven@2023.1"))
    assert "geldend" in rij
    assert "2023-01-01 t/m 2023-12-31" in rij
    uit = zr("regelsets", "list", "--json").json["regelsets"]
    assert {r["id"]: r["digest"] for r in uit} == {i: r.digest for i, r in verwacht.items()}


def test_regelsets_can_be_narrowed(zr):
    op = zr("regelsets", "list", "--peildatum", "2023-05-10", "--json").json["regelsets"]
    assert op
    assert all((r["van"] or "") <= "2023-05-10" <= (r["tot"] or "9999") for r in op)
    concepten = zr("regelsets", "list", "--concept", "--json").json["regelsets"]
    assert concepten
    assert {r["status"] for r in concepten} == {"concept"}
    bekend = zr("regelsets", "list", "--bekend-op", "2024-06-01", "--json").json["regelsets"]
    assert all(r["bekend"] <= "2024-06-01" for r in bekend)
    assert {r["id"].split("/")[0] for r in zr("regelsets", "list", "--plugins", "msz", "--json").json["regelsets"]} == {
        "msz"
    }


def test_show_is_the_flat_form(zr):
    """A version that builds on another is shown with the rules that it took over."""
    uit = zr("regelsets", "show", "huisarts/tarieven@2023.1")
    assert uit.status == 0
    assert uit.stdout.startswith("# huisarts/tarieven@2023.1 · sha256:")
    document = yaml.safe_load(uit.stdout)
    assert "bouwt_op" not in document
    assert "huisarts.tarief.maximum" in {r["id"] for r in document["regels"]}
    with Engine() as engine:
        regelset = next(r for r in engine.regelsets if r.id == "huisarts/tarieven@2023.1")
    assert document == json.loads(regelset.document)
    als_json = zr("regelsets", "show", "huisarts/tarieven@2023.1", "--json").json
    assert als_json["document"] == document
    assert als_json["regelset"]["digest"] == regelset.digest


def test_show_by_name_needs_a_date(zr):
    zonder = zr("regelsets", "show", "huisarts/tarieven")
    assert zonder.status == 2
    assert "huisarts/tarieven@2023.1" in zonder.stderr
    met = zr("regelsets", "show", "huisarts/tarieven", "--peildatum", "2023-05-10")
    assert met.stdout.startswith("# huisarts/tarieven@2023.1 ")


def test_show_of_an_unknown_one_suggests(zr):
    uit = zr("regelsets", "show", "huisarts/tariven@2023.1")
    assert uit.status == 2
    assert "Bedoelde u `huisarts/tarieven@2023.1`?" in uit.stderr


def test_schema(zr):
    namen = zr("schema").stdout.split()
    assert set(schema_map()) <= set(namen)
    assert "feit/huisarts/declaratie" in namen
    assert zr("schema", "--json").json["schemas"] == namen
    assert zr("schema", "zaak").stdout.strip() == schema_text("zaak").strip()
    assert zr("schema", "feit/huisarts/declaratie").json["title"] == "declaratie"
    for naam in ("zaakk", "feit/huisarts/declaratei", "../zaak"):
        uit = zr("schema", naam)
        assert uit.status == 2
        assert "ZR-115" in uit.stderr
