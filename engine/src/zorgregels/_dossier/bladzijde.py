"""Makes the page: one file with its data, its program and its style, that asks nothing of any network."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from .._canon import Json, canonical
from .._taal.bron import Bron

Data = Any
_HIER: Final = Path(__file__).parent
_PLEK: Final = re.compile(r"\{\{([a-z-]+)\}\}")
_JSON_IN_HTML: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
"""What could end the element that holds the data; JSON reads these escapes as what they stand for."""


def render(gegevens: Mapping[str, Json]) -> str:
    """Return the page of a dossier. The same data give the same page."""
    stijl, programma = _read("bladzijde.css"), _read("bladzijde.js")
    delen = {
        "script-hash": _source_hash(programma),
        "style-hash": _source_hash(stijl),
        "versie": escape(version("zorgregels")),
        "stijl": stijl,
        "gegevens": json.dumps(gegevens, sort_keys=True, separators=(",", ":")).translate(_JSON_IN_HTML),
        "programma": programma,
        "tekst": "\n".join(_plain(gegevens)),
    }
    return _PLEK.sub(lambda m: delen[m[1]], _read("bladzijde.html"))


def _read(naam: str) -> str:
    return (_HIER / naam).read_text("utf-8")


def _source_hash(tekst: str) -> str:
    """By which the browser knows the one program and the one style that may run here."""
    return "sha256-" + base64.b64encode(sha256(tekst.encode()).digest()).decode()


# -- without a program -------------------------------------------------------------------------------------------------


def _plain(gegevens: Data) -> Iterator[str]:
    """Yield what a reader without JavaScript sees: the same words, with nothing checked. The program replaces all of it."""
    blad: Data = json.loads(gegevens["blad"])
    delen = gegevens["delen"]
    yield '<main class="los">'
    yield "<h1>Niet nagegaan</h1>"
    yield (
        "<p><strong>Niets op deze bladzijde is nagegaan.</strong> Dit is de tekst zoals hij in het bestand staat. De controle van het bewijs "
        "doet een programma in deze bladzijde (JavaScript), en dat werkt hier niet. Open het bestand in een browser die dat toestaat.</p>"
    )
    yield f"<h2>{escape(_words(blad['oordeel']).capitalize())} <small>(niet nagegaan)</small></h2>"
    yield from _list(
        [
            f"Vraag: {_words(blad['vraag'])}",
            f"Peildatum: {blad['peildatum']}",
            f"Beslist: {blad['tijd']} (UTC)",
            f"Vermelding: nummer {gegevens['nr']}",
        ]
    )
    yield from _section("Motivering", [_step(d) for d in delen[1:-1]])
    slot: Data = json.loads(("" if len(delen) == 1 else '{"motivering":[') + delen[-1].get("tekst", "]}"))
    yield from _section("Wat ontbrak", [f["omschrijving"] for f in slot.get("ontbrekend", {}).get("feiten", ())])
    yield from _section("Let op", [w["tekst"] for w in slot.get("waarschuwingen", ())])
    yield from _section("Verplichtingen", [f"{p['wie']}: {p['plicht']}" for p in slot.get("verplichtingen", ())])
    yield from _section("Feiten", [_fact(f) for f in (*gegevens["feiten"], *gegevens["persoonlijk"])])
    yield "</main>"


def _section(kop: str, regels: Sequence[str]) -> Iterator[str]:
    if regels:
        yield f"<h2>{kop} <small>(niet nagegaan)</small></h2>"
        yield from _list(regels)


def _list(regels: Sequence[str]) -> Iterator[str]:
    yield f"<ul>{''.join(f'<li>{escape(r)}</li>' for r in regels)}</ul>"


def _step(deel: Data) -> str:
    if "tekst" not in deel:
        return _gone(deel, "een stap")
    stap: Data = json.loads(deel["tekst"])
    return f"{stap['tekst']} ({Bron(**stap['bron'])}; {stap['regel']}, {_words(stap['resultaat'])})"


def _fact(feit: Data) -> str:
    if "tekst" not in feit:
        return _gone(feit, "een feit")
    ((naam, waarde),) = json.loads(f"{{{feit['tekst']}}}").items()
    return f"{naam}: {waarde if isinstance(waarde, str) else canonical(waarde)}"


def _gone(item: Data, wat: str) -> str:
    return f"{item.get('naam', wat)}: {item['waarom']}"


def _words(naam: str) -> str:
    return naam.replace("_", " ")
