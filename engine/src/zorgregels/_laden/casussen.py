"""Casussen and voorbeelden: what a source says the outcome is, read from a plugin's files and held against what the engine decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .._besluit.beslissing import AfgeleidFeit, Beslissing
from .._lezen.meldingen import Pad
from .._lezen.yaml import read_yaml
from .._taal.verslag import Verslag
from .._waarden import NVT, OngeldigeWaarde, Soort, Type, make_parser, spell
from ..errors import ZorgregelsError
from .bundel import Bestand, Bundel
from .document import read_document

Data = Any
Beslis = Callable[[Mapping[str, object]], Beslissing]


@dataclass(frozen=True, slots=True)
class Casus:
    """One case: a zaak, and what is expected of it."""

    code: str
    """``ZR-701`` for a casus, ``ZR-702`` for a voorbeeld of a rule."""
    id: str
    titel: str
    bestand: str
    pad: Pad
    zaak: Mapping[str, object]
    verwacht: Mapping[str, Data]
    sector: str
    regel: str | None = None
    """The rule that a voorbeeld is about."""
    normen: tuple[str, ...] = ()
    """Where the expected values come from."""


@dataclass(frozen=True, slots=True)
class Verschil:
    """One thing that is not as expected."""

    waar: Pad
    """The path under ``verwacht``."""
    verwacht: str
    kreeg: str

    def __str__(self) -> str:
        naam = ".".join(map(str, self.waar)) or "voorbeeld"
        return f"{naam}: verwacht {self.verwacht}, het is {self.kreeg}"


@dataclass(frozen=True, slots=True)
class Uitslag:
    """What running a case came to."""

    verschillen: tuple[Verschil, ...]
    geraakt: frozenset[tuple[str, str]]
    """The rules that applied or may have applied, each with its resultaat."""
    hulp: str = ""


def read_cases(bundel: Bundel, verslag: Verslag) -> tuple[Casus, ...]:
    """Return every casus and voorbeeld of a plugin whose own files are sound; faults in the files are noted."""
    merk = read_yaml(bundel.merk.inhoud, bundel.merk.naam)
    sector = str(merk["sector"]) if isinstance(merk, dict) else ""
    casussen: list[Casus] = []
    gezien: dict[str, str] = {}
    for bestand in bundel.casussen:
        casussen.extend(_file_cases(bestand, sector, gezien, verslag))
    for bestand in bundel.regelsets:
        if b"voorbeelden" in bestand.inhoud:
            casussen.extend(_file_examples(bestand, sector))
    return tuple(casussen)


def _file_cases(bestand: Bestand, sector: str, gezien: dict[str, str], verslag: Verslag) -> Iterator[Casus]:
    data = read_document(bestand, "casussen", verslag)
    if data is None:
        return
    for i, c in enumerate(data["casussen"]):
        pad: Pad = ("casussen", i)
        if c["id"] in gezien:
            verslag.add(
                "ZR-703",
                bestand.naam,
                (*pad, "id"),
                f"de casus `{c['id']}` staat ook in {gezien[c['id']]}",
                "Geef elke casus van een plugin een eigen id.",
            )
            continue
        gezien[c["id"]] = bestand.naam
        zaak = {k: c[k] for k in ("vraag", "peildatum", "feiten", "bekend_op", "concept") if k in c}
        yield Casus(
            "ZR-701", c["id"], c["titel"], bestand.naam, pad, zaak, c["verwacht"], sector, None, tuple(c["normen"])
        )


def _file_examples(bestand: Bestand, sector: str) -> Iterator[Casus]:
    """The voorbeelden in one regelset file. What a version takes over from another is tried where it is written."""
    data: Data = read_yaml(bestand.inhoud, bestand.naam)
    van = data["geldig"]["van"] if isinstance(data["geldig"], dict) else None
    begin = van or (data["bekend"] if data["bekend"] != "onbekend" else None)
    for i, regel in enumerate(data["regels"]):
        for j, v in enumerate(regel.get("voorbeelden", ())):
            zaak = {"vraag": regel["vraag"], "feiten": v["feiten"], "concept": data["status"] == "concept"}
            dag = v.get("peildatum", begin)
            if dag is not None:
                zaak["peildatum"] = dag
            yield Casus(
                "ZR-702",
                f"{regel['id']}[{j}]",
                f"voorbeeld {j + 1} van {regel['id']}",
                bestand.naam,
                ("regels", i, "voorbeelden", j),
                zaak,
                {"regel": v["verwacht"]},
                sector,
                regel["id"],
            )


# -- running -------------------------------------------------------------------------------------------------------


def run_case(casus: Casus, beslis: Beslis) -> Uitslag:
    """Decide a case and return what differs. Only what is stated is compared."""
    try:
        b = beslis(casus.zaak)
    except ZorgregelsError as fout:
        codes = sorted({m.code for m in fout.meldingen})
        tekst = f"fout {', '.join(codes)}: {fout.meldingen[0].tekst}"
        if casus.verwacht.get("fout") in codes:
            return Uitslag((), frozenset())
        waar, verwacht = _first(casus.verwacht)
        return Uitslag((Verschil((waar,), verwacht, tekst),), frozenset(), fout.meldingen[0].hulp)
    geraakt = frozenset((s.regel, s.resultaat) for s in b.motivering)
    return Uitslag(tuple(_compare(casus, b)), geraakt, "" if casus.regel else _why(b))


def _first(verwacht: Mapping[str, Data]) -> tuple[str, str]:
    naam = next((k for k in ("fout", "uitkomst") if k in verwacht), next(iter(verwacht)))
    return naam, _show(verwacht[naam])


def _compare(casus: Casus, b: Beslissing) -> Iterator[Verschil]:
    for naam, verwacht in casus.verwacht.items():
        match naam:
            case "regel":
                yield from _same_word((), verwacht, _rule_outcome(casus.regel, b))
            case "fout":
                yield Verschil((naam,), f"fout {verwacht}", b.uitkomst.value)
            case "uitkomst":
                yield from _same_word((naam,), verwacht, b.uitkomst.value)
            case "beslissend" | "overwogen" | "regelsets":
                yield from _contained(naam, verwacht, _listed(naam, b))
            case "ontbrekend" | "gaten" | "waarschuwingen":
                yield from _equal(naam, verwacht, _listed(naam, b))
            case "afgeleid":
                yield from _derived(casus.sector, verwacht, b)
            case "routes":
                routes = {r.route: r.uitkomst.value for r in b.routes}
                for route, u in verwacht.items():
                    yield from _same_word((naam, route), u, routes.get(route, "geen route van deze zaak"))
            case "verplichtingen":
                yield from _duties(verwacht, b)


def _listed(naam: str, b: Beslissing) -> list[str]:
    match naam:
        case "beslissend":
            return [s.regel for s in b.beslissend]
        case "overwogen":
            return [s.regel for s in b.motivering]
        case "regelsets":
            return [r for r, _, _ in b.kwitantie.herkomst.regelsets]
        case "ontbrekend":
            return [f.feit for f in b.ontbrekend.feiten]
        case "gaten":
            return [g.catalogus for g in b.ontbrekend.gaten]
        case _:
            return [w.regel for w in b.waarschuwingen if w.regel]


def _same_word(waar: Pad, verwacht: str, kreeg: str) -> Iterator[Verschil]:
    if kreeg != verwacht:
        yield Verschil(waar, verwacht, kreeg)


def _rule_outcome(regel: str | None, b: Beslissing) -> str:
    """What the rule of a voorbeeld came to, in the context of all the rules that take part."""
    for s in b.motivering:
        if s.regel == regel:
            return {"voldaan": "ja", "van_toepassing": "ja", "niet_voldaan": "nee"}.get(s.resultaat, "onbekend")
    return "dat de regel niet van toepassing is"


def _contained(naam: str, verwacht: list[str], kreeg: list[str]) -> Iterator[Verschil]:
    for i, id_ in enumerate(verwacht):
        if id_ not in kreeg:
            yield Verschil((naam, i), f"onder meer {id_}", _show(sorted(kreeg)))


def _equal(naam: str, verwacht: list[str], kreeg: list[str]) -> Iterator[Verschil]:
    if set(verwacht) != set(kreeg):
        yield Verschil((naam,), _show(sorted(verwacht)), _show(sorted(set(kreeg))))


def _derived(sector: str, verwacht: Mapping[str, Data], b: Beslissing) -> Iterator[Verschil]:
    for naam, waarde in verwacht.items():
        gezocht, _, feit = naam.rpartition(":")
        gevonden = [a for a in b.afgeleid if a.feit == feit and gezocht in {"", a.sector}]
        eigen = next((a for a in gevonden if a.sector == sector), next(iter(gevonden), None))
        if eigen is None:
            if waarde is not None:
                yield Verschil(("afgeleid", naam), _show(waarde), "niet afgeleid")
        elif not _same(waarde, eigen):
            assert not isinstance(eigen.waarde, tuple)
            yield Verschil(("afgeleid", naam), _show(waarde), _show(spell(eigen.waarde, eigen.soort)))


def _same(verwacht: Data, a: AfgeleidFeit) -> bool:
    """Whether a value spelled in a case is this one: ``35000`` and ``35000.00`` are one amount."""
    if a.soort is Soort.BREUKGELD or a.waarde is NVT or isinstance(a.waarde, tuple):
        return bool(a.to_dict().get("waarde") == verwacht)
    try:
        return make_parser(Type(a.soort, (str(verwacht),)))(verwacht) == a.waarde
    except OngeldigeWaarde:
        return False


def _duties(verwacht: list[dict[str, str]], b: Beslissing) -> Iterator[Verschil]:
    kreeg = [(p.regel, p.to_dict()["uiterlijk"]) for p in b.verplichtingen]
    for i, v in enumerate(verwacht):
        if not any(r == v["regel"] and v.get("uiterlijk", u) == u for r, u in kreeg):
            yield Verschil(("verplichtingen", i), _show(list(v.values())), _show([f"{r} {u}" for r, u in kreeg]))
    over = sorted({r for r, _ in kreeg} - {v["regel"] for v in verwacht})
    if over:
        yield Verschil(("verplichtingen",), "geen andere", _show(over))


def _why(b: Beslissing) -> str:
    delen = [f"{s.regel}: {s.tekst}" for s in b.beslissend[:2]]
    ontbrekend = [f.feit for f in b.ontbrekend.feiten[:4]]
    if ontbrekend:
        delen.append(f"Er ontbreekt: {', '.join(ontbrekend)}.")
    return f"{b.oordeel}. {' '.join(delen)}"


def _show(waarde: object) -> str:
    if isinstance(waarde, list):
        return ", ".join(map(str, waarde)) or "geen"
    if waarde is None or isinstance(waarde, bool):
        return str(waarde).lower().replace("none", "null")
    return str(waarde)
