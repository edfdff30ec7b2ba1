"""One decision's file: what was recorded, and the proof that it was."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from .._canon import Json, digest
from .._journaal.boomhoofd import Boomhoofd
from .._journaal.inhoud import damaged
from .._journaal.journaal import Journaal
from .._journaal.merkle import Boom, check_inclusion, leaf_hash
from .._lezen.meldingen import Melding
from ..errors import JournaalError
from .achterhouden import withhold
from .vastgelegd import Item, Vastgelegd, read_record

Data = Any
SCHEMA: Final = "dossier/v1"
_SOORTEN: Final = {
    "begin": "het begin van het logboek",
    "sleutel": "een wisseling van sleutel",
    "wissing": "een wissing",
}


@dataclass(frozen=True, slots=True)
class Dossier:
    """What goes into the page of one decision."""

    gegevens: dict[str, Json]
    blad: Data
    """What the leaf says."""
    feiten: tuple[Item, ...]
    delen: tuple[Item, ...]
    sleutel: bytes
    """The public key under the tree head: to be told to the reader by another way than the page."""


def make_dossier(journaal: Journaal, nr: int, zonder: Collection[str] = ()) -> Dossier:
    """Return the dossier of the decision with this number.

    Args:
        journaal: where it is recorded.
        nr: the number of its record.
        zonder: names of facts that are withheld, with everything that could show them; ``alles`` for every fact.

    Raises:
        JournaalError: there is no such decision, it does not have such a fact, or it is not what was written.
    """
    with journaal.opslag.reading():
        vermelding = _find(journaal, nr)
        blad: Data = json.loads(vermelding.blad)
        getoond = withhold(journaal, vermelding, zonder)
        hoofd, boom = journaal.hoofd(), journaal.boom()
        lading = _document(journaal, blad["lading"])
        herkomst = _document(journaal, blad["herkomst"])
        ketting: list[Json] = [
            {"nr": n, "blad": tekst, "pad": _proof(boom, hoofd, n, tekst)}
            for n, tekst in _chain(journaal, hoofd.sleutel, hoofd.omvang)
        ]
        gegevens: dict[str, Json] = {
            "schema": SCHEMA,
            "nr": nr,
            "blad": vermelding.blad,
            "pad": _proof(boom, hoofd, nr, vermelding.blad),
            "hoofd": hoofd.to_json(),
            "ketting": ketting,
            "herkomst": herkomst,
            "lading": lading,
            "feitsoorten": list(_feitsoorten(journaal, lading, _words_needed(getoond))),
            "feiten": [f.to_dict() for f in getoond.open],
            "persoonlijk": [f.to_dict() for f in getoond.persoonlijk],
            "delen": [d.to_dict() for d in getoond.delen],
        }
    return Dossier(gegevens, blad, getoond.feiten, getoond.delen, hoofd.sleutel)


def _find(journaal: Journaal, nr: int) -> Vastgelegd:
    rij = journaal.opslag.row(nr) if nr >= 0 else None
    naam = journaal.opslag.naam
    if rij is None:
        omvang = journaal.opslag.stand().omvang
        hulp = f"Dit Journaal heeft {omvang} vermeldingen, genummerd van 0 tot en met {omvang - 1}."
        raise JournaalError([Melding("ZR-940", f"vermelding {nr} is er niet", hulp, naam)])
    soort = json.loads(rij.blad)["soort"]
    if soort != "beslissing":
        hulp = "Een dossier gaat over een beslissing. Het nummer staat bij het antwoord dat destijds is gegeven."
        wat = _SOORTEN.get(soort, soort)
        raise JournaalError([Melding("ZR-941", f"vermelding {nr} is geen beslissing maar {wat}", hulp, naam)])
    return read_record(journaal, rij)


# -- proof and words ---------------------------------------------------------------------------------------------------


def _proof(boom: Boom, hoofd: Boomhoofd, nr: int, blad: str) -> list[Json]:
    """Return the way from a leaf to the root of the head.

    Raises:
        JournaalError: it does not lead there. A page that says so itself is of no use to who makes it.
    """
    pad = boom.inclusion(nr, hoofd.omvang)
    if not check_inclusion(leaf_hash(blad.encode()), nr, hoofd.omvang, pad, hoofd.wortel):
        raise damaged(nr, "zij leidt niet naar het ondertekende boomhoofd")
    return [h.hex() for h in pad]


def _chain(journaal: Journaal, sleutel: bytes, omvang: int) -> Iterator[tuple[int, str]]:
    """Yield number and leaf of the begin and of every change of key, up to the key of the head."""
    for rij in journaal.opslag.rows(0, omvang):
        if rij.nr and b'"soort":"sleutel"' not in rij.blad:
            continue
        leden: Data = json.loads(rij.blad)
        if rij.nr and leden["soort"] != "sleutel":
            continue
        yield rij.nr, rij.blad.decode()
        if leden["sleutel"] == sleutel.hex():
            return


def _document(journaal: Journaal, merk: str) -> str | None:
    """Return a document by its digest; a dossier without it still proves the rest."""
    inhoud = journaal.opslag.blok(bytes.fromhex(merk.removeprefix("sha256:")))
    if inhoud is None:
        return None
    if digest(inhoud) != merk:
        hulp = "Zet een onbeschadigd Journaal terug."
        raise JournaalError(
            [Melding("ZR-906", f"document {merk[:19]}… is veranderd of beschadigd", hulp, journaal.opslag.naam)]
        )
    return inhoud.decode()


def _words_needed(v: Vastgelegd) -> set[str]:
    """Return the feitsoorten of every fact that may be named."""
    namen = {f.naam.partition(".")[0] for f in v.feiten if f.naam is not None}
    kop = v.delen[0].tekst
    if kop is not None and len(v.delen) > 1:
        namen |= {a["feit"].partition(".")[0] for a in json.loads(kop + "]}")["afgeleid"]}
    return namen


def _feitsoorten(journaal: Journaal, lading: str | None, namen: Collection[str]) -> Iterator[str]:
    """Yield the documents that describe these feitsoorten, each once."""
    if lading is None:
        return
    merken = dict.fromkeys(merk for s in json.loads(lading)["sectoren"] for merk in s["feiten"])
    for merk in merken:
        tekst = _document(journaal, merk)
        if tekst is not None and json.loads(tekst)["title"] in namen:
            yield tekst
