"""The report as a page: one file without anything from elsewhere, that reads well on a screen and on paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape
from itertools import islice
from pathlib import Path
from typing import Any, Final

from .._canon import canonical
from .bladzijde_watals import amounts, by_rule, one_by_one
from .bouwstenen import Rechts, Stuk, Vast, bar, paragraph, table, terms
from .ondertekening import SCHEMA, Ondertekenaar
from .resultaat import Resultaat
from .telling import ALLEEN_VERSIE, ANDERS, GELIJK, GEWIJZIGD, NIET
from .woorden import REDENEN, number, summary

Data = Any
_MEEST: Final = 200
"""How many of a list are shown; the JSON has all of them."""
_GROEPEN: Final = 50
_CSP: Final = "default-src 'none'; style-src 'unsafe-inline'"


def render(r: Resultaat, rapport: str, ondertekenaar: Ondertekenaar) -> str:
    """Return the page, its last line the signature.

    Args:
        r: what the replay came to.
        rapport: the digest of the report in JSON.
        ondertekenaar: who signs.
    """
    stijl = Path(__file__).with_suffix(".css").read_text("utf-8")
    titel = _title(r)
    bladzijde = (
        f'<!doctype html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_CSP}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(titel)}</title>\n'
        f"<style>\n{stijl}</style>\n</head>\n<body>\n<h1>{escape(titel)}</h1>\n"
        + "".join(_sections(r, rapport, ondertekenaar))
        + "</body>\n</html>\n"
    )
    return bladzijde + ondertekenaar.sign_page(rapport, bladzijde)


def _title(r: Resultaat) -> str:
    jaar = f" {r.opdracht.keuze.jaar}" if r.opdracht.keuze.jaar is not None else ""
    return f"Wat als: beslissingen{jaar}" if r.opdracht.watals else f"Replay van beslissingen{jaar}"


def _sections(r: Resultaat, rapport: str, ondertekenaar: Ondertekenaar) -> Iterator[str]:
    yield paragraph(f"Journaal {r.hoofd.log}, tot en met het boomhoofd van {_moment(r.hoofd.tijd)}", "onder")
    yield _verdict(r)
    yield _picture(r)
    yield _counts(r)
    if r.opdracht.watals:
        yield from by_rule(r)
        yield from amounts(r)
    yield from _listed("Bevindingen", _findings(r), r.aantal_bevindingen)
    yield from _listed("Wat anders uitkomt", _differing(r), r.telling.afloop[ANDERS])
    yield from _refused(r)
    if r.opdracht.watals:
        yield from one_by_one(r, _MEEST)
    yield from _about(r)
    yield from _signature(rapport, ondertekenaar)


def _verdict(r: Resultaat) -> str:
    t = r.telling
    if not r.ongeschonden:
        klasse, kop = "mis", "Het logboek of een vermelding is niet zoals het werd geschreven."
    elif t.afloop[ANDERS]:
        klasse, kop = "mis", f"{_decisions(t.afloop[ANDERS], 'komt', 'komen')} nu anders uit dan is vastgelegd."
    elif t.afloop[NIET]:
        andere = "; de andere zijn nagegaan" if t.afloop[NIET] < t.beslissingen else ""
        klasse, kop = "let", f"{_decisions(t.afloop[NIET], 'is', 'zijn')} niet te herhalen{andere}."
    elif not t.beslissingen:
        klasse, kop = "let", "Er zijn geen beslissingen die aan de vraag voldoen."
    elif r.opdracht.watals:
        klasse, kop = (
            "goed",
            f"{number(t.afloop[GEWIJZIGD])} van {number(t.beslissingen)} beslissingen zouden anders zijn.",
        )
    else:
        klasse, kop = "goed", "Elke beslissing komt tot op de byte gelijk uit."
    return f'<p class="oordeel {klasse}"><strong>{escape(kop)}</strong>{escape(summary(r))}</p>\n'


def _decisions(aantal: int, is_: str, zijn: str) -> str:
    return f"1 beslissing {is_}" if aantal == 1 else f"{number(aantal)} beslissingen {zijn}"


def _picture(r: Resultaat) -> str:
    t = r.telling
    if not r.opdracht.watals:
        stukken = [
            Stuk("gelijk", t.afloop[GELIJK], "goed"),
            Stuk("anders", t.afloop[ANDERS], "anders"),
            Stuk("niet te herhalen", t.afloop[NIET], "niet"),
        ]
        return bar(stukken, "Beslissingen")
    per = Counter[str]()
    for o, aantal in r.bedragen.overgangen.items():
        per[o.reikwijdte] += aantal
    stukken = [
        Stuk("andere uitkomst", per["uitkomst"], "sterk"),
        Stuk("zelfde uitkomst, andere gevolgen of gronden", per["gevolg"] + per["grond"], "licht"),
        Stuk("gelijk", t.afloop[GELIJK] + t.afloop[ALLEEN_VERSIE], "rest"),
        Stuk("niet te bepalen", t.afloop[ANDERS] + t.afloop[NIET], "niet"),
    ]
    return bar(stukken, "Beslissingen")


def _counts(r: Resultaat) -> str:
    t = r.telling
    rijen = [("gelijk", t.afloop[GELIJK])]
    if r.opdracht.watals:
        rijen.append(("gelijk, op de genoemde versie na", t.afloop[ALLEEN_VERSIE]))
        rijen.append(("gewijzigd", t.afloop[GEWIJZIGD]))
    rijen.append(("anders dan vastgelegd", t.afloop[ANDERS]))
    rijen += [(f"niet te herhalen: {REDENEN[n]}", a) for n, a in sorted(t.redenen.items())]
    slot = ("samen", Rechts(number(t.beslissingen)))
    return table(("Wat ervan kwam", Rechts("beslissingen")), [(n, Rechts(number(a))) for n, a in rijen], slot=slot)


# -- lists ---------------------------------------------------------------------------------------------------------


def _listed(titel: str, tabel: str, aantal: int) -> Iterator[str]:
    if aantal:
        yield f"<h2>{escape(titel)}</h2>\n"
        yield tabel
        if aantal > _MEEST:
            yield paragraph(
                f"Dit zijn de eerste {_MEEST} van {number(aantal)}; alle staan in het rapport in JSON.", "zacht"
            )


def _findings(r: Resultaat) -> str:
    return table(("Waar", "Wat"), ((Vast(b["waar"]), b["wat"]) for b in map(_data, islice(r.findings(), _MEEST))))


def _differing(r: Resultaat) -> str:
    rijen = (
        (Rechts(d["nr"]), Vast(d["peildatum"]), d["regel"] or d["waar"], _words(d["was"]), _words(d["nu"]))
        for d in map(_data, islice(r.differing(), _MEEST))
    )
    return table((Rechts("Nr"), "Peildatum", "Regel of deel", "Was", "Is nu"), rijen)


def _refused(r: Resultaat) -> Iterator[str]:
    if not r.telling.afloop[NIET]:
        return
    groepen: dict[tuple[str, str], tuple[int, int]] = {}
    rest = 0
    for d in map(_data, r.refused()):
        sleutel = (d["reden"], d["uitleg"])
        if sleutel not in groepen and len(groepen) >= _GROEPEN:
            rest += 1
            continue
        eerste, aantal = groepen.get(sleutel, (d["nr"], 0))
        groepen[sleutel] = (eerste, aantal + 1)
    yield "<h2>Wat niet te herhalen is</h2>\n"
    rijen = [
        (REDENEN[reden], uitleg, Rechts(eerste), Rechts(number(aantal)))
        for (reden, uitleg), (eerste, aantal) in sorted(groepen.items())
    ]
    yield table(("Reden", "Uitleg", Rechts("eerste nr"), Rechts("aantal")), rijen)
    if rest:
        yield paragraph(f"En nog {number(rest)}; alle staan in het rapport in JSON.", "zacht")


def _words(deel: Data) -> str:
    """How a step, or a part of the content, is shown."""
    if deel is None:
        return "(is er niet)"
    return _plain(deel).replace("€ ", "€\N{NO-BREAK SPACE}")


def _plain(deel: Data) -> str:
    if isinstance(deel, dict) and "resultaat" in deel:
        kop = deel["resultaat"].replace("_", " ") + (", beslissend" if deel["beslissend"] else "")
        tekst = deel.get("tekst", "(gesloten)")
        meer = [
            f"{n}: {canonical(w)}" for n, w in deel.items() if n not in {"resultaat", "beslissend", "tekst", "regelset"}
        ]
        return " · ".join([kop, tekst, *meer, deel["regelset"]])
    return deel if isinstance(deel, str) else canonical(deel)


# -- about ---------------------------------------------------------------------------------------------------------


def _about(r: Resultaat) -> Iterator[str]:
    k, h = r.opdracht.keuze, r.hoofd
    yield "<h2>Waarover dit gaat</h2>\n"
    gekozen = [
        f"peildatum in {k.jaar}" if k.jaar is not None else "",
        f"plugin {k.plugin}" if k.plugin is not None else "",
        f"vastgelegd op of na {k.sinds_dag}" if k.sinds_dag is not None else "",
        f"vanaf nr {k.sinds_nr}" if k.sinds_nr is not None else "",
    ]
    paren = [
        ("Bron", r.opdracht.bron.soort),
        ("Beslissingen", ", ".join(g for g in gekozen if g) or "alle"),
        ("Vermeldingen", number(h.omvang)),
        ("Wortel", h.wortel.hex()),
        ("Sleutel van het boomhoofd", h.sleutel.hex()),
        ("Herhaald met", f"engine {r.opdracht.engine}"),
        ("Gemaakt met", ", ".join(f"{n}: {number(a)}" for n, a in sorted(r.telling.motoren.items())) or "-"),
    ]
    if r.opdracht.bekend_op is not None:
        paren.append(("Beslist naar wat bekend was op", r.opdracht.bekend_op.isoformat()))
    yield terms(paren)
    met: Data = r.opdracht.met.to_json()
    yield table(("Toegevoegd", "Digest"), ((m["naam"], m["digest"]) for m in met if m["soort"] != "feiten"))
    yield paragraph(
        "Elke beslissing is opnieuw genomen met de regelsets, catalogi en feitsoorten van toen, die met haar zijn bewaard; wat nu is "
        "geïnstalleerd telt niet mee. Nagegaan is dat de vermeldingen die van het ondertekende boomhoofd zijn. Niet nagegaan is of de "
        "regels het recht goed weergeven, en van wie de sleutel is: vergelijk die met wat u langs een andere weg kreeg."
    )


def _signature(rapport: str, ondertekenaar: Ondertekenaar) -> Iterator[str]:
    yield "<h2>Ondertekening</h2>\n"
    yield terms([("Rapport in JSON", rapport)])
    if ondertekenaar.sleutels is None:
        yield paragraph("Niet ondertekend: de sleutels van het Journaal waren niet bij de hand.")
        return
    yield terms(
        [
            ("Ondertekend op", _moment(ondertekenaar.tijd)),
            ("Met sleutel", ondertekenaar.sleutels.openbaar.hex()),
        ]
    )
    yield paragraph(
        f"De handtekening (Ed25519) staat in de laatste regel van dit bestand en geldt voor de canonieke JSON {SCHEMA} met daarin de SHA-256 "
        "van alles daarvoor en die van het rapport in JSON zonder zijn lid handtekening. Na te gaan met: zorgregels rapport BESTAND"
    )


def _moment(tijd: str) -> str:
    return f"{tijd[:10]} {tijd[11:19]} UTC"


def _data(waarde: Any) -> Data:
    return waarde
