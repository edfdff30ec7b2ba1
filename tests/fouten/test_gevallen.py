"""An author who makes this mistake reads this: the code, the place, what is wrong and what to do."""

from __future__ import annotations

import re


def _plaats(verwacht, gespeeld, bestand):
    """Where the text that is named stands in the broken file."""
    tekst = gespeeld.bestanden[verwacht.get("van", "a-proef"), bestand].decode("utf-8")
    plekken = [m.start() for m in re.finditer(re.escape(str(verwacht["bij"])), tekst)]
    nr = verwacht.get("nr", 1)
    assert len(plekken) >= nr, f"{verwacht['bij']!r} staat niet in {bestand}"
    assert len(plekken) == nr, f"{verwacht['bij']!r} staat {len(plekken)} keer in {bestand}"
    hier = plekken[nr - 1]
    return tekst.count("\n", 0, hier) + 1, hier - tekst.rfind("\n", 0, hier)


NAMEN = {
    "2024": "regelsets/2024/tarieven.yaml",
    "2025": "regelsets/2025/tarieven.yaml",
    "catalogus": "catalogi/prestaties.yaml",
    "declaratie": "feiten/declaratie.schema.json",
    "kostenpost": "feiten/kostenpost.schema.json",
    "prestatie": "feiten/prestatie.schema.json",
    "plugin": "plugin.yaml",
}


def test_the_good_plugin_has_no_faults(speel):
    assert speel({}).meldingen == ()


def test_every_fault_is_told_with_its_place_and_remedy(geval, speel):
    gespeeld = speel(geval)
    over = list(gespeeld.meldingen)
    getoond = "\n".join(map(str, over))
    for v in geval["verwacht"]:
        kandidaten = [
            m for m in over if m.code == v["code"] and v.get("tekst", "") in m.tekst and v.get("hulp", "") in m.hulp
        ]
        if "in" in v:
            bestand = NAMEN.get(str(v["in"]), str(v["in"]))
            kandidaten = [m for m in kandidaten if m.bestand == bestand]
            if "regel" in v:
                plek = v["regel"], v["kolom"]
            elif "bij" in v:
                plek = _plaats(v, gespeeld, bestand)
            else:
                plek = None
            kandidaten = [m for m in kandidaten if plek is None or (m.regel, m.kolom) == plek]
        if "pad" in v:
            kandidaten = [m for m in kandidaten if m.json_pad == v["pad"]]
        assert kandidaten, f"verwacht {v} in:\n{getoond}"
        over.remove(kandidaten[0])
    assert over == [], f"niet verwacht:\n{chr(10).join(map(str, over))}"


def test_a_fault_never_shows_the_machine(geval, speel):
    for m in speel(geval).meldingen:
        tekst = f"{m.tekst} {m.hulp}"
        assert not re.search(r"Traceback|\b(None|True|False|Error|expected|found|object at 0x)\b", tekst), tekst
        assert m.tekst
        assert len(tekst) < 600
