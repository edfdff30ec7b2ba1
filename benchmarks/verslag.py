"""Measurements in, RESULTS.md out. Every figure comes from the run; only the targets stand here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grafiek import draw_curve
from zaken import SECTOREN
from zen_meting import GASTHEER

MIXEN = (*SECTOREN, "samen")
Metingen = dict[str, Any]
"""What every part measured, by its name."""


def write(m: Metingen) -> str:
    """Return the report."""
    return "\n".join(
        [*_head(m["machine"]), *_targets(m), *_decide(m["besluiten"]), *_recorded(m["journaal_meting"]),
         *_zen(m["zen_meting"]), *_durable(m["durable_meting"]), *_start(m["opstarten"]),
         *_memory(m["geheugengebruik"]), *_growth(m["groei"]), *_unknown(m["onbekend"]), ""]
    )  # fmt: skip


def _table(kop: list[str], rijen: list[list[str]]) -> list[str]:
    return ["", *(f"| {' | '.join(r)} |" for r in (kop, ["---"] * len(kop), *rijen)), ""]


def n(getal: float, cijfers: int = 1) -> str:
    """Return a number with thousands apart."""
    return f"{getal:,.{0 if abs(getal) >= 1000 else cijfers}f}".replace(",", " ")


def rate(meting: Metingen) -> float:
    return 1e6 / float(meting["us"])


def _met(goed: bool | None) -> str:
    return "not measured" if goed is None else "**met**" if goed else "**not met**"


def _head(machine: Metingen) -> list[str]:
    snel = " This was a short run (`--snel`): the figures are rough." if machine["snel"] else ""
    return [
        "# What was measured",
        "",
        f"Written by `benchmarks/meet.py` on {machine['datum']}; nothing in it is typed in.{snel}",
        "",
        f"- machine: {machine['cpu']}, {machine['kernen']} cores, {machine['systeem']}",
        f"- {machine['python']}; " + ", ".join(f"{k} {v}" for k, v in machine["versies"].items()),
        f"- load (1, 5 and 15 minutes) at the start {machine['druk_begin']}, at the end {machine['druk_eind']}; a load above zero at "
        "the start is other work on the same cores",
        "",
        "Functions that are compared run in one process, in rounds that take turns; a figure is the median over the rounds. *µs* and *a "
        "second* are CPU time on one core, p50 and p99 wall-clock time of single calls, *p99 CPU* the same in CPU time: where it is far "
        "below the p99, the machine was busy with something else. *Spread* is the distance between the quartiles of the rounds over "
        "their median. Ratios are of figures of one process.",
    ]  # fmt: skip


def _targets(m: Metingen) -> list[str]:
    b, z, d, o, g = (m[k] for k in ("besluiten", "zen_meting", "durable_meting", "opstarten", "geheugengebruik"))
    samen = b["decide samen"]
    rijen = [
        ["decide, the three plugins together", "≥ 20 000/s", f"{n(rate(samen))}/s", _met(rate(samen) >= 20_000)],
        *(
            [f"decide, {mix}", "≥ 20 000/s", f"{n(rate(b[f'decide {mix}']))}/s", _met(rate(b[f"decide {mix}"]) >= 20_000)]
            for mix in SECTOREN
        ),
        ["p99 of decide, together", "< 0.5 ms", f"{samen['p99'] / 1000:.3f} ms (CPU {samen['p99_cpu'] / 1000:.3f})", _met(samen["p99"] < 500)],
        *(
            [f"p99 of decide, {mix}", "< 0.5 ms", f"{x['p99'] / 1000:.3f} ms (CPU {x['p99_cpu'] / 1000:.3f})", _met(x["p99"] < 500)]
            for mix in SECTOREN for x in [b[f"decide {mix}"]]
        ),
    ]  # fmt: skip
    if "afwezig" in z:
        rijen += [
            ["decide against ZEN with trace", "≥ 4 ×", z["afwezig"], _met(None)],
            ["evaluate against ZEN", "≥ 10 ×", "", _met(None)],
        ]
    else:
        spoor = z[_fastest(z, " met spoor")]["us"] / z["decide"]["us"]
        heel = z[GASTHEER]["us"] / z["evaluate"]["us"]
        kaal = z[_fastest(z, "")]["us"] / z["evaluate"]["us"]
        rijen += [
            ["decide against ZEN with trace, its fastest form", "≥ 4 ×", f"{spoor:.2f} ×", _met(spoor >= 4)],
            ["evaluate against ZEN without trace, its fastest form", "≥ 10 ×", f"{kaal:.2f} ×", _met(kaal >= 10)],
            ["the same where ZEN too starts at the zaak's own dict", "≥ 10 ×", f"{heel:.2f} ×", _met(heel >= 10)],
        ]
    if "afwezig" in d:
        rijen.append(["decide against durable-rules", "≥ 10 ×", d["afwezig"], _met(None)])
    else:
        door, hand = d["decide durable"]["klok"] / d["decide"]["klok"], d["met de hand"]["klok"] / d["decide"]["klok"]
        bloot = d["met de hand"]["klok"] / d["evaluate"]["klok"]
        rijen += [
            ["decide, compiled against durable", "≥ 10 ×", f"{door:.1f} ×", _met(door >= 10)],
            [
                "decide against durable-rules by hand, which gives no motivering",
                "≥ 10 ×",
                f"{hand:.1f} ×",
                _met(hand >= 10),
            ],
            ["evaluate against durable-rules by hand", "≥ 10 ×", f"{bloot:.1f} ×", _met(bloot >= 10)],
        ]
    for wat, grens, sleutel in (
        ("import zorgregels, fresh process", 100, "import"),
        ("from zorgregels import Engine, fresh process", 100, "import met Engine"),
        ("Engine(), three plugins, cold cache", 1000, "koud engine"),
        ("Engine(), three plugins, warm cache", 100, "warm engine"),
        ("the same with the import", 100, "warm samen"),
    ):
        rijen.append([wat, f"< {grens} ms", f"{n(o[sleutel]['mediaan'])} ms", _met(o[sleutel]["mediaan"] < grens)])
    if "afwezig" in g:
        rijen.append(["memory", "< 80 MB", g["afwezig"], _met(None)])
    else:
        rijen += [
            ["RSS after loading the three plugins", "< 80 MB", f"{n(g['na laden'])} MB", _met(g["na laden"] < 80)],
            [
                f"RSS after {n(g['besluiten'])} decisions",
                "< 80 MB",
                f"{n(g['na beslissen'])} MB",
                _met(g["na beslissen"] < 80),
            ],
        ]
    j = m["journaal_meting"]
    if "afwezig" in j:
        rijen.append(["decide with a Journaal", "< 2 ×", j["afwezig"], _met(None)])
    else:
        for soort, woord in (("mixen", ""), ("uniek", ", zaken never seen before")):
            for mix, x in sorted(j[soort].items()):
                wat = f"decide with a Journaal, groups of {n(j['groep'])}: {mix}{woord}"
                rijen.append([wat, "< 2 ×", f"{x['keer']:.2f} ×", _met(x["keer"] < 2)])
    return ["", "## Targets", *_table(["what", "target", "measured", ""], rijen)]


def _fastest(z: Metingen, achter: str) -> str:
    """The form in which ZEN is fastest, where the host says which rules to ask: the best case for ZEN."""
    return min((f"{v}{achter}" for v in z["vormen"]), key=lambda v: z[v]["us"])


def _row(naam: str, x: Metingen) -> list[str]:
    return [naam, n(rate(x)), n(x["us"]), n(x["p50"]), n(x["p99"]), n(x["p99_cpu"]), f"{x['spreiding']:.0%}"]


_KOP = ["a second", "µs", "p50", "p99", "p99 CPU", "spread"]


def _decide(b: Metingen) -> list[str]:
    uit = [
        "",
        "## decide and evaluate",
        "",
        "From a Python dict to a whole Beslissing with Motivering and Kwitantie, validation and digests included.",
    ]
    uit += _table(
        ["complete zaken", *_KOP], [_row(f"{f} {x}", b[f"{f} {x}"]) for f in ("decide", "evaluate") for x in MIXEN]
    )
    uit += [
        "An engine remembers steps that it made before. With every amount a new one, durations over a whole day and dates over a year:"
    ]
    uit += _table(["decide, new facts", *_KOP], [_row(x, b["uniek"][x]) for x in MIXEN])
    rijen = []
    for x in MIXEN:
        s, u = b["mixen"][x], b["uniek"][x]
        rijen.append([
            x, f"{s['zelfde zaak']:.0%}", f"{s['zelfde feit']:.0%}", f"{u['zelfde zaak']:.0%}", f"{u['zelfde feit']:.0%}", n(s["stappen"]),
            ", ".join(f"{k} {v}" for k, v in sorted(s["uitkomsten"].items())), ", ".join(f"{k} {v}" for k, v in sorted(s["vragen"].items())),
        ])  # fmt: skip
    kop = [
        "mix",
        "zaken seen before",
        "facts seen before",
        "idem, new facts",
        "idem, new facts",
        "steps",
        "uitkomsten",
        "vragen",
    ]
    return [*uit, f"What is in the mixes, {n(b['zaken'])} zaken each:", *_table(kop, rijen)]


def _recorded(j: Metingen) -> list[str]:
    if "afwezig" in j:
        return ["", "## With a Journaal", "", j["afwezig"]]
    rijen = [
        [f"{mix}{woord}", n(x["kaal"]), n(x["boek"]), f"{x['keer']:.2f} ×", f"{x['spreiding']:.0%}", n(x["boek_klok"])]
        for soort, woord in (("mixen", ""), ("uniek", ", never seen before"))
        for mix, x in j[soort].items()
    ]
    dicht = ", ".join(f"{mix} {x['persoonlijk']:.0%}" for mix, x in j["mixen"].items())
    return [
        "",
        "## With a Journaal",
        "",
        f"The same zaken with `decide` and with `decide_many` in groups of {n(j['groep'])} on a Journaal in a file, in turns; µs of CPU a "
        f"zaak, and by the clock with the disk. In so many records something is encrypted, under a key for that record alone: {dicht}.",
        *_table(["zaken", "plain", "recorded", "ratio", "spread", "recorded, clock"], rijen),
        f"One by one, each with a commit of its own: {j['een voor een']:.1f} ms by the clock. The file holds {n(j['bytes'])} bytes a "
        "record, parts of decisions that are kept once included.",
    ]  # fmt: skip


def _zen(z: Metingen) -> list[str]:
    uit = ["", "## ZEN", ""]
    if "afwezig" in z:
        return [*uit, z["afwezig"]]
    regels = ", ".join(map(str, z["regels"]))
    uit += [
        f"zen-engine {z['versie']}, static loader, on the huisarts zaken of {z['regels_van']}: {z['plannen']} plans of {regels} rules, "
        "translated from the plans themselves. ZEN gets its input ready made and flat: choosing the rules, reading amounts and looking up "
        "the catalogue are the host's work and not in its time, but are in ours, as is validation. It has two truth values and no sources. "
        "*uitdrukkingen*: one expression node; *tabel_en_uitdrukkingen*: a first-hit table for what is derived; *tabellen*: a collecting table "
        "for the rules too; *jaargraaf*: one graph that finds the rules by a switch, and the same with the shortest host that can feed it.",
    ]  # fmt: skip
    namen = [k for k in z if isinstance(z[k], dict) and "us" in z[k]]
    rijen = [
        [*_row(x, z[x]), f"{z[x]['us'] / z['decide']['us']:.2f}", f"{z[x]['us'] / z['evaluate']['us']:.2f}",
         str(z["vormen"].get(x.removesuffix(" met spoor"), {}).get("verschillen", ""))]
        for x in namen
    ]  # fmt: skip
    uit += _table(["", *_KOP, "× decide", "× evaluate", "other answers"], rijen)
    return [
        *uit,
        f"*Other answers*: of {n(z['zaken'])} zaken, those with another uitkomst or other rules that decided.",
    ]


def _durable(d: Metingen) -> list[str]:
    uit = ["", "## durable-rules", ""]
    if "afwezig" in d:
        return [*uit, d["afwezig"]]
    uit += [
        f"durable-rules {d['versie']}, {d['zaken']} huisarts zaken. Through the engine its worker is a process of its own, so that ratios are of "
        "wall-clock time. By hand: one fact a zaak, made by the host and not in the time; the uitkomst and the rules that decided come out.",
    ]  # fmt: skip
    namen = ("decide", "evaluate", "decide durable", "met de hand")
    rijen = [
        [x, *(n(d[x][k]) for k in ("klok", "p50", "p99")), *(f"{d[x]['klok'] / d[k]['klok']:.1f}" for k in namen[:2])]
        for x in namen
    ]
    uit += _table(["", "µs on average", "p50", "p99", "× decide", "× evaluate"], rijen)
    return [
        *uit,
        f"Other answers: {d['verschillen door de engine']} (digest of the whole Beslissing) and {d['verschillen met de hand']} (by hand).",
    ]


def _start(o: Metingen) -> list[str]:
    rijen = [[k, n(v["mediaan"]), n(v["minst"]), n(v["p90"])] for k, v in o.items() if isinstance(v, dict)]
    kop = ["ms, every figure from fresh processes", "median", "least", "p90"]
    slot = (
        f"{o['keer']} processes each, a fifth of that with a cold cache. *samen* includes the import; *eerste* is the first decide of a "
        "vraag, which generates the code of its plan."
    )
    return ["", "## Starting", *_table(kop, rijen), slot]


def _memory(g: Metingen) -> list[str]:
    if "afwezig" in g:
        return ["", "## Memory", "", g["afwezig"]]
    namen = ("python", "na import", "na laden", "na beslissen")
    rijen = [[k, n(g[k])] for k in namen]
    slot = (
        f"{n(g['besluiten'])} decisions on {n(g['verschillende zaken'])} zaken with ever new amounts, read from a file a line "
        "at a time."
    )
    return ["", "## Memory", *_table(["RSS of one process, MB", ""], rijen), slot]


def _growth(g: Metingen) -> list[str]:
    zin = (
        f"The same huisarts zaken with a made-up plugin beside the real ones ({g['echte regels']} rules): other codes, five years, the same "
        "vraag."
    )
    uit = ["", "## Cost against the number of rules", "", zin]
    punten = {int(k): v["us"] for k, v in g["decide"].items()}
    begin = punten[0]
    rijen = []
    for k, v in g["decide"].items():
        laden = g["laden"].get(k, {})
        geladen = [n(laden[x] * 1000) if laden else "" for x in ("koud", "warm")]
        rijen.append([n(int(k), 0), n(v["us"]), f"{v['us'] / begin:.2f}", f"{v['spreiding']:.0%}", *geladen])
    uit += _table(
        ["rules beside the real ones", "decide, µs", "× none", "spread", "load cold, ms", "load warm, ms"], rijen
    )
    return [*uit, "```text", *draw_curve({k: v / begin for k, v in punten.items()}), "```"]


def _unknown(o: Metingen) -> list[str]:
    rijen = []
    for x in MIXEN:
        s, vol, leeg = o["mixen"][x], o[f"volledig {x}"], o[f"onvolledig {x}"]
        uitkomsten = ", ".join(f"{k} {v}" for k, v in sorted(s["uitkomsten"].items()))
        rijen.append([x, n(vol["us"]), n(leeg["us"]), f"{leeg['us'] / vol['us']:.1f}", n(leeg["p50"]), n(leeg["p99"]), n(leeg["p99_cpu"]), uitkomsten,
                      str(s["door splitsen beslist"]), str(s["bovengrens"]), n(s["genoemde feiten"])])  # fmt: skip
    kop = ["mix", "complete, µs", "incomplete, µs", "×", "p50", "p99", "p99 CPU", "uitkomsten"]
    kop += ["decided by splitting", "lists that are an upper bound", "facts named"]
    uit = ["", "## Incomplete zaken", "", "The same zaken with one to three facts left out.", *_table(kop, rijen)]
    scherpte = o["scherpte"]
    if scherpte is None:
        return [*uit, "How tight the answers are was not measured: the brute force of tests/verwijzing is not here."]
    uit += ["How tight the answers are, over generated rules and by the brute force of tests/verwijzing:"]
    return [*uit, *_table(["", "zaken"], [[k, str(v)] for k, v in sorted(scherpte.items())])]


def lines(tekst: str) -> Iterator[str]:
    """Yield the lines of the table of targets, for the terminal."""
    binnen = False
    for regel in tekst.splitlines():
        binnen = regel.startswith("## Targets") or (binnen and not regel.startswith("## "))
        if binnen:
            yield regel
