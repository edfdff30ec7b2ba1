"""Attacks on an archive by somebody who can rewrite everything and has no key that signs heads."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

from logmaker import Log, json_tekst, merk, openbaar, sha
from uitgepakt import AANVALLER, Uitgepakt

Aanval = Callable[[random.Random, Uitgepakt], bool]
"""Alters an archive; returns False when there was nothing that this could alter."""

HEX = "0123456789abcdef"
BLADVELDEN: dict[str, Callable[[Any], Any]] = {
    "bekend_op": lambda _: "2024-01-01",
    "concept": lambda w: not w,
    "gesloten": lambda w: merk(b"iets anders") if w is None else None,
    "herkomst": lambda _: merk(b"een ander"),
    "lading": lambda _: merk(b"een ander"),
    "niet_bewaard": lambda w: [*w, "patient.naam"],
    "oordeel": lambda _: "niet_toegestaan",
    "peildatum": lambda w: w[:-1] + ("1" if w[-1] != "1" else "2"),
    "schema": lambda _: "journaal/v2",
    "sleutel": lambda w: "ab" * 16 if w is None else None,
    "soort": lambda _: "wissing",
    "tijd": lambda w: w[:-2] + ("1Z" if w[-2] != "1" else "2Z"),
    "uitkomst": lambda _: "nee",
    "verbintenis": lambda _: merk(b"andere feiten"),
    "vraag": lambda _: "aanvraag",
}


def hide(regel: dict[str, Any]) -> None:
    """Pass the last open fact of a record off as a closed one."""
    namen = sorted(regel["feiten"])
    plek = 32 * len(namen) - 32
    zout = bytes.fromhex(regel["zouten"][plek : plek + 32])
    bindt = sha(b"f" + zout + json_tekst({namen[-1]: regel["feiten"].pop(namen[-1])})[1:-1]).hex()
    regel["verhuld"] = bindt + regel["verhuld"]
    regel["zouten"] = regel["zouten"][:plek] + regel["zouten"][plek + 32 :]


def flip_hex(r: random.Random, tekst: str) -> str:
    plek = r.randrange(len(tekst))
    return tekst[:plek] + r.choice(HEX.replace(tekst[plek], "")) + tekst[plek + 1 :]


def edit_leaf(r: random.Random, u: Uitgepakt, veld: str) -> bool:
    regel = r.choice(u.beslissingen())
    blad = json.loads(regel["blad"])
    regel["blad"] = json_tekst({**blad, veld: BLADVELDEN[veld](blad[veld])}).decode()
    return True


def edit_text(r: random.Random, u: Uitgepakt) -> bool:
    """Any character of any leaf."""
    regel = r.choice(u.regels)
    plek = r.randrange(len(regel["blad"]))
    regel["blad"] = regel["blad"][:plek] + ("x" if regel["blad"][plek] != "x" else "y") + regel["blad"][plek + 1 :]
    return True


def fact_value(r: random.Random, u: Uitgepakt) -> bool:
    feiten = r.choice(u.beslissingen())["feiten"]
    naam = r.choice(sorted(feiten))
    feiten[naam] = r.choice(["0.01", None, True, 3, [], feiten[naam] * 2])
    return True


def fact_name(r: random.Random, u: Uitgepakt) -> bool:
    feiten = r.choice(u.beslissingen())["feiten"]
    naam = r.choice(sorted(feiten))
    feiten[naam + "x"] = feiten.pop(naam)
    return True


def fact_gone(r: random.Random, u: Uitgepakt) -> bool:
    regel = r.choice(u.beslissingen())
    namen = sorted(regel["feiten"])
    nr = r.randrange(len(namen))
    del regel["feiten"][namen[nr]]
    if r.random() < 0.5:  # with its salt
        regel["zouten"] = regel["zouten"][: 32 * nr] + regel["zouten"][32 * nr + 32 :]
    return True


def fact_added(r: random.Random, u: Uitgepakt) -> bool:
    regel = r.choice(u.beslissingen())
    regel["feiten"]["zaak.z"] = "ja"
    plek = 32 * len(regel["feiten"]) - 32
    regel["zouten"] = regel["zouten"][:plek] + r.randbytes(16).hex() + regel["zouten"][plek:]
    return True


def part_other(r: random.Random, u: Uitgepakt) -> bool:
    regel = r.choice(u.beslissingen())
    plek = r.randrange(len(regel["delen"]))
    anders = [s["ref"] for s in u.stukken if s["ref"] != regel["delen"][plek]] + ["00" * 16] * (
        regel["delen"][plek] != "00" * 16
    )
    regel["delen"][plek] = r.choice(anders)
    return True


def part_gone(r: random.Random, u: Uitgepakt) -> bool:
    regel = r.choice(u.beslissingen())
    del regel["delen"][r.randrange(len(regel["delen"]))]
    return True


def parts_swapped(r: random.Random, u: Uitgepakt) -> bool:
    passend = [b for b in u.beslissingen() if len(set(b["delen"])) > 1]
    if not passend:
        return False
    delen = r.choice(passend)["delen"]
    een, ander = r.sample(range(len(delen)), 2)
    if delen[een] == delen[ander]:
        return False
    delen[een], delen[ander] = delen[ander], delen[een]
    return True


def part_text(r: random.Random, u: Uitgepakt) -> bool:
    """The text of a part that a record uses, under its old reference or under the right one."""
    gebruikt = {ref for b in u.beslissingen() for ref in b["delen"]}
    stuk = r.choice([s for s in u.stukken if s["ref"] in gebruikt])
    oud = stuk["ref"]
    stuk["inhoud"] += " "
    if r.random() < 0.5:
        stuk["ref"] = oud[:16] + sha(stuk["inhoud"].encode())[:8].hex()
        for regel in u.beslissingen():
            regel["delen"] = [stuk["ref"] if d == oud else d for d in regel["delen"]]
    return True


def part_lost(r: random.Random, u: Uitgepakt) -> bool:
    gebruikt = {ref for b in u.beslissingen() for ref in b["delen"]}
    u.stukken.remove(r.choice([s for s in u.stukken if s["ref"] in gebruikt]))
    return True


def salt(r: random.Random, u: Uitgepakt) -> bool:
    regel = r.choice(u.beslissingen())
    regel["zouten"] = r.choice([flip_hex(r, regel["zouten"]), regel["zouten"][32:], regel["zouten"] + "ab" * 16])
    return True


def hidden(r: random.Random, u: Uitgepakt) -> bool:
    passend = [b for b in u.beslissingen() if b["verhuld"]]
    if not passend:
        return False
    regel = r.choice(passend)
    w = regel["verhuld"]
    regel["verhuld"] = r.choice([flip_hex(r, w), w[64:], w + "ab" * 32, w[64:128] + w[:64] + w[128:]])
    return regel["verhuld"] != w


def hidden_new(r: random.Random, u: Uitgepakt) -> bool:
    """An open fact passed off as closed."""
    hide(r.choice(u.beslissingen()))
    return True


def closed(r: random.Random, u: Uitgepakt) -> bool:
    regel = r.choice(u.beslissingen())
    oud = regel["gesloten"]
    regel["gesloten"] = r.choice([None, "", "AAAA", "QUJD" + (oud or "")])
    return regel["gesloten"] != oud


def closed_between(r: random.Random, u: Uitgepakt) -> bool:
    """What is closed in one record put in another."""
    passend = [b for b in u.beslissingen() if b["gesloten"] is not None]
    if len(passend) < 2:
        return False
    een, ander = r.sample(passend, 2)
    een["gesloten"], ander["gesloten"] = ander["gesloten"], een["gesloten"]
    return True


def number(r: random.Random, u: Uitgepakt) -> bool:
    regel = r.choice(u.regels)
    nr = regel["nr"]
    regel["nr"] = r.choice([nr + 1, nr - 1, -1 - nr, len(u.hashes), 10**9, nr + 0.5, float(nr), str(nr), None])
    return True


def member(r: random.Random, u: Uitgepakt) -> bool:
    """A member of a line that does not belong there, or one too few."""
    regel = r.choice(u.beslissingen())
    if r.random() < 0.5:
        regel["opmerking"] = "akkoord"
    else:
        del regel[r.choice(["feiten", "delen", "zouten", "verhuld", "gesloten"])]
    return True


EDITS: dict[str, Aanval] = {
    **{f"blad.{v}": (lambda r, u, v=v: edit_leaf(r, u, v)) for v in BLADVELDEN},
    **{
        f.__name__: f
        for f in (
            *(edit_text, fact_value, fact_name, fact_gone, fact_added, part_other, part_gone, parts_swapped, part_text),
            *(part_lost, salt, hidden, hidden_new, closed, closed_between, number, member),
        )
    },
}


def edit(r: random.Random, u: Uitgepakt) -> bool:
    return EDITS[r.choice(sorted(EDITS))](r, u)


def renumber(u: Uitgepakt, vanaf: int, met: int) -> None:
    for regel in u.regels:
        if regel["nr"] >= vanaf:
            regel["nr"] += met
    for regel in u.keten:
        if regel["nr"] >= vanaf:
            regel["nr"] += met


def delete(r: random.Random, u: Uitgepakt) -> bool:
    """A record (or several) taken away; the numbers after it drawn up, or not."""
    for _ in range(r.randrange(1, 4)):
        regel = r.choice(u.regels[1:])
        u.regels.remove(regel)
        u.keten = [k for k in u.keten if k["nr"] != regel["nr"]]
        if r.random() < 0.5 and regel["nr"] < len(u.hashes):
            del u.hashes[regel["nr"]]
            renumber(u, regel["nr"], -1)
        if len(u.regels) < 3:
            break
    return True


def insert(r: random.Random, u: Uitgepakt) -> bool:
    """A record put in: a copy, or one made up after another."""
    bron = copy.deepcopy(r.choice(u.beslissingen()))
    nr = r.choice([bron["nr"], r.randrange(1, len(u.hashes) + 1)])
    bron["nr"] = nr
    if r.random() < 0.6:
        blad = json.loads(bron["blad"])
        bron["blad"] = json_tekst({**blad, "tijd": blad["tijd"][:-3] + "99Z"}).decode()
    if r.random() < 0.6:
        renumber(u, nr, 1)
        u.hashes.insert(nr, r.randbytes(32))
    plek = next((i for i, regel in enumerate(u.regels) if regel["nr"] > nr), len(u.regels))
    u.regels.insert(plek, bron)
    return True


def reorder(r: random.Random, u: Uitgepakt) -> bool:
    een, ander = r.sample(range(1, len(u.regels)), 2)
    wijze = r.randrange(3)
    u.regels[een], u.regels[ander] = u.regels[ander], u.regels[een]
    a, b = u.regels[een], u.regels[ander]
    if wijze:
        a["nr"], b["nr"] = b["nr"], a["nr"]
    if wijze == 2:
        u.hashes[a["nr"]], u.hashes[b["nr"]] = u.hashes[b["nr"]], u.hashes[a["nr"]]
    return True


def truncate(r: random.Random, u: Uitgepakt) -> bool:
    """The end taken off: the records, with or without their hashes, and the head counted down to it."""
    over = r.randrange(2, len(u.hashes))
    weg = [regel for regel in u.regels if regel["nr"] >= over]
    if not weg:
        return False
    u.regels = [regel for regel in u.regels if regel["nr"] < over]
    u.keten = [k for k in u.keten if k["nr"] < over]
    if not u.beslissingen():
        return False
    if r.random() < 0.7:
        del u.hashes[over:]
    if r.random() < 0.5:
        u.hoofd = u._geteld(u.hoofd)
    return True


def swap_block(r: random.Random, u: Uitgepakt) -> bool:
    """A regelset (or another document) exchanged: under its name, under the right name, named by its lading, named by the leaf."""
    soorten = {"regelset": b'"regels":', "catalogus": b'"prestaties":', "feitsoort": b'"properties":'}
    soort = r.choice([*sorted(soorten), "lading", "herkomst"])
    passend = [
        n
        for n, t in u.blokken.items()
        if soorten.get(soort, b'"inferentie"' if soort == "herkomst" else b'"sectoren"') in t
    ]
    naam = r.choice(passend)
    nieuw = u.blokken[naam].replace(b"proef", b"vroeg") or b"{}"
    if nieuw == u.blokken[naam]:
        nieuw = nieuw[:-1] + b',"z":1}'
    ander = [n for n in passend if n != naam]
    if ander and r.random() < 0.3:
        nieuw = u.blokken[r.choice(ander)]
    wijze = r.randrange(4)
    if wijze == 0:
        u.blokken[naam] = nieuw
        return True
    del u.blokken[naam]
    if wijze == 1:
        u.blokken[f"blokken/{sha(nieuw).hex()}.json"] = nieuw
        return True
    wissel = {naam[8:-5]: sha(nieuw).hex()}
    u.blokken[f"blokken/{sha(nieuw).hex()}.json"] = nieuw
    for n, t in list(u.blokken.items()):  # whatever names it gets another digest by that
        if naam[8:-5].encode() in t:
            vers = t.replace(naam[8:-5].encode(), wissel[naam[8:-5]].encode())
            del u.blokken[n]
            u.blokken[f"blokken/{sha(vers).hex()}.json"] = vers
            wissel[n[8:-5]] = sha(vers).hex()
    if wijze == 3:
        for regel in u.beslissingen():
            for oud, vers_ in wissel.items():
                regel["blad"] = regel["blad"].replace(oud, vers_)
    return True


def keys(r: random.Random, u: Uitgepakt) -> bool:
    """The chain of keys."""
    wijze = r.randrange(3)
    if wijze == 0:
        u.keten.pop(r.randrange(len(u.keten)))
    elif wijze == 1:
        regel = r.choice(u.keten)
        blad = json.loads(regel["blad"])
        regel["blad"] = json_tekst({**blad, "sleutel": openbaar(AANVALLER)}).decode()
        for r2 in u.regels:
            if r2["nr"] == regel["nr"] and r.random() < 0.5:
                r2["blad"] = regel["blad"]
    else:
        u.keten.reverse()
    return len(u.keten) != 1 or wijze != 2


AANVALLEN: dict[str, Aanval] = {f.__name__: f for f in (edit, delete, insert, reorder, truncate, swap_block, keys)}


def fork(r: random.Random, log: Log) -> tuple[Log, int]:
    """The log as it went on otherwise from some point, signed by the same keys; and that point."""
    punt = r.randrange(2, len(log.vermeldingen) - 1)
    ander = copy.deepcopy(log)
    if r.random() < 0.5:
        del ander.vermeldingen[punt:]
        ander._wissel = [w for w in ander._wissel if w[0] < punt]
        ander.eigen = [s for _, s in ander._wissel]
    wereld = next((b["lading"], b["herkomst"]) for b in log.bladen() if b["soort"] == "beslissing")
    for nr in range(r.randrange(1, 8)):
        ander.beslis(f"2025-01-{nr + 10}", {"declaratie.bedrag": str(r.randrange(99))}, [b"[", b"]"], wereld=wereld)
    return ander, punt
