"""Builds Beslissingen for one plan. All that does not depend on the zaak is spelled out once, its canonical JSON included.

The digest is taken over canonical JSON that is put together from those pieces; ``digest(canonical(b.content()))`` is the same, and a
property test holds it there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from .._canon import canonical, canonical_text
from .._inferentie.afloop import Afloop, Resultaat
from .._plan.plan import Plan, Planregel
from .._taal.feitsoort import Feitveld
from .._taal.regelset import Afleiding, Eis, Motivering, Opening, Verplichting, Waarschuwing, Zin
from .._taal.vraag import Uitkomst
from .._waarden import ONBEKEND, Merk, Scalar, Soort, Waarde, spell
from . import beslissing as b
from .tekst import show
from .uitkomst import Uitslag, Weging

_RESULTATEN: Final = {
    Resultaat.VOLDAAN: "voldaan",
    Resultaat.NIET_VOLDAAN: "niet_voldaan",
    Resultaat.ONBEKEND: "onbekend",
    Resultaat.VAN_TOEPASSING: "van_toepassing",
    Resultaat.VOLDAAN_ZO_NODIG: "voldaan",
}
_STAAT_VAST: Final = "Er ontbreken feiten, maar de uitkomst staat vast: zij is voor alle mogelijke waarden daarvan nagegaan en steeds dezelfde."
_GEEN_EIS: Final = "Geen enkele eis of verbod is op deze zaak van toepassing; daarom is er geen grond voor ja of nee."
_HELE_ZAAK: Final = b.NIETS_ONTBREEKT
_NIETS_JSON: Final = canonical(_HELE_ZAAK.to_dict())


@dataclass(frozen=True, slots=True)
class _Tekst:
    """A Zin with the slots of its facts."""

    stukken: tuple[str, ...]
    slots: tuple[tuple[int, Soort], ...]
    vast: str | None

    def render(self, waarden: Sequence[Waarde]) -> str:
        if self.vast is not None:
            return self.vast
        uit = [self.stukken[0]]
        for (slot, soort), stuk in zip(self.slots, self.stukken[1:], strict=True):
            uit.append(show(waarden[slot], soort))
            uit.append(stuk)
        return "".join(uit)


@dataclass(frozen=True, slots=True)
class _Stapvorm:
    """A step of one rule with one resultaat, but for its text and facts."""

    verwijzing: b.Regelverwijzing
    resultaat: str
    tekst: _Tekst
    voor: tuple[str, str]
    """Canonical JSON up to the facts: not decisive, decisive."""
    midden: str
    achter: str


class Opmaak:
    """Makes the Beslissingen of one plan."""

    def __init__(self, plan: Plan, velden: Mapping[str, Feitveld], weging: Weging) -> None:
        self.plan = plan
        self.weging = weging
        self._slot = {naam: nr for nr, naam in enumerate(plan.namen)}
        self._soort: dict[str, Soort | None] = {n: velden[n].type.soort if n in velden else None for n in plan.namen}
        self._feit_voor = [f'{{"feit":{canonical_text(_short(n))},' for n in plan.namen]
        self._feit_type = [f'"type":"{s.value}","waarde":' if (s := self._soort[n]) else "" for n in plan.namen]
        self._spel = [_speller(self._soort[n]) for n in plan.namen]
        self._soorten = [self._soort[n] for n in plan.namen]
        self._vormen = [self._forms(p) for p in plan.regels]
        self._kort = [_short(n) for n in plan.namen]
        self._sector = [n.partition(":")[0] for n in plan.namen]
        self._afgeleid = [self._slot[n] for n in sorted(plan.afgeleid)]
        self._oordeel = {
            u: (plan.vraag.oordeel(u), f'"oordeel":{canonical_text(plan.vraag.oordeel(u))},') for u in Uitkomst
        }
        self._omschrijving = {n: v.omschrijving for n, v in velden.items()}
        concepten = [s.id for s in plan.regelsets if s.status == "concept"]
        self._concept = tuple(
            b.Waarschuwing(f"{id_} is een concept en geen geldend recht.", regelset=id_) for id_ in sorted(concepten)
        )

    # -- static parts --------------------------------------------------------------------------------------------

    def _text(self, zin: Zin) -> _Tekst:
        slots = tuple((self._slot[n], self._soort[n] or Soort.TEKST) for n in zin.feiten)
        return _Tekst(zin.stukken, slots, zin.stukken[0] if not slots else None)

    def _forms(self, p: Planregel) -> tuple[_Stapvorm, ...]:
        regel = p.regel
        match regel.effect:
            case Eis(verbod=verbod):
                effect, zin = ("verbied" if verbod else "eis"), None
            case Afleiding():
                effect, zin = "leid_af", None
            case Waarschuwing(tekst):
                effect, zin = "waarschuw", tekst
            case Verplichting(plicht, _, _):
                effect, zin = "verplicht", plicht
            case Opening():
                effect, zin = "open", None
        leidt_af = tuple(_short(n) for n, _ in regel.effect.doelen) if isinstance(regel.effect, Afleiding) else ()
        leest = tuple((_short(n), self._soort[n], self._slot[n]) for n in p.leest)
        route = regel.effect.route if isinstance(regel.effect, Opening) else regel.route
        verwijzing = b.Regelverwijzing(
            regel.id, p.regelset.id, regel.normen, regel.bron, effect, route, leidt_af, leest
        )
        return tuple(self._form(verwijzing, r, _sentence(regel.motivering, r, zin)) for r in Resultaat)

    def _form(self, v: b.Regelverwijzing, resultaat: Resultaat, zin: Zin) -> _Stapvorm:
        bron, normen = canonical(v.bron.to_dict()), canonical(list(v.normen))
        voor = tuple(f'{{"beslissend":{w},"bron":{bron},"effect":"{v.effect}","feiten":[' for w in ("false", "true"))
        leidt_af = f'"leidt_af":{canonical(list(v.leidt_af))},' if v.leidt_af else ""
        route = f'"route":"{v.route}",' if v.route is not None else ""
        naam = _RESULTATEN[resultaat]
        midden = f'],{leidt_af}"normen":{normen},"regel":"{v.regel}","regelset":"{v.regelset}","resultaat":"{naam}",{route}"tekst":'
        tekst = self._text(zin)
        achter = canonical_text(tekst.vast) + "}" if tekst.vast is not None else ""
        return _Stapvorm(v, naam, tekst, (voor[0], voor[1]), midden, achter)

    # -- a zaak --------------------------------------------------------------------------------------------------

    def build(
        self,
        afloop: Afloop,
        uitslag: Uitslag,
        ontbrekend: b.Ontbrekend,
        per_deel: tuple[tuple[str, ...], ...],
        kwiteer: Callable[[str], b.Kwitantie],
        *,
        door_splitsen: bool,
    ) -> b.Beslissing:
        """Return the Beslissing.

        Args:
            afloop: what inference came to.
            uitslag: the outcome, after missing facts were filled in.
            ontbrekend: why it is not known.
            per_deel: the missing facts of the zaak and of each route.
            kwiteer: makes the Kwitantie for the digest of the Beslissing.
            door_splitsen: whether the outcome is known only by filling in the missing facts.
        """
        stappen, waarden, uiterlijk = afloop
        beslissend = self.weging.decisive(stappen, uitslag)
        feit_json: dict[int, str] = {}
        voorop: list[b.Stap] = []
        overig: list[b.Stap] = []
        json_voorop: list[str] = []
        json_overig: list[str] = []
        waarschuwingen = list(self._concept)
        plichten: list[b.Plicht] = []
        regels = self.plan.regels
        for nr, resultaat in stappen:
            vorm = self._vormen[nr][resultaat]
            vast = vorm.tekst.vast
            tekst = vast if vast is not None else vorm.tekst.render(waarden)
            telt = nr in beslissend
            stap = b.Stap(vorm.verwijzing, vorm.resultaat, telt, tekst, waarden)
            feiten = []
            for _, _, slot in vorm.verwijzing.leest:
                stuk = feit_json.get(slot)
                if stuk is None:
                    stuk = feit_json[slot] = self._fact_json(slot, waarden[slot])
                feiten.append(stuk)
            json = vorm.voor[telt] + ",".join(feiten) + vorm.midden + (vorm.achter or canonical_text(tekst) + "}")
            if telt:
                voorop.append(stap)
                json_voorop.append(json)
            else:
                overig.append(stap)
                json_overig.append(json)
            effect = regels[nr].regel.effect
            if resultaat == 3:
                if isinstance(effect, Waarschuwing):
                    waarschuwingen.append(b.Waarschuwing(tekst, vorm.verwijzing.regel, vorm.verwijzing.regelset))
                elif isinstance(effect, Verplichting):
                    plichten.append(
                        b.Plicht(vorm.verwijzing.regel, tekst, effect.wie, _last_day(effect, uiterlijk.get(nr)))
                    )
        if door_splitsen:
            waarschuwingen.append(b.Waarschuwing(_STAAT_VAST))
        elif (
            uitslag.zaak is Uitkomst.ONBEKEND
            and not beslissend
            and not ontbrekend.feiten
            and not self.plan.vraag.routes
        ):
            waarschuwingen.append(b.Waarschuwing(_GEEN_EIS))
        afgeleid: list[b.AfgeleidFeit] = []
        json_afgeleid: list[str] = []
        for slot in self._afgeleid:
            waarde = waarden[slot]
            soort = self._soorten[slot]
            if waarde is not None and not isinstance(waarde, Merk) and soort is not None:
                afgeleid.append(b.AfgeleidFeit(self._sector[slot], self._kort[slot], soort, waarde))
                feit = feit_json.get(slot) or self._fact_json(slot, waarde)
                json_afgeleid.append(_with_sector(feit, self._sector[slot]))
        routes = self._routes(stappen, uitslag, per_deel)
        oordeel, json_oordeel = self._oordeel[uitslag.zaak]
        inhoud = "".join((
            '{"afgeleid":[', ",".join(json_afgeleid), '],"motivering":[', ",".join(json_voorop + json_overig), '],"ontbrekend":',
            _NIETS_JSON if ontbrekend is _HELE_ZAAK else canonical(ontbrekend.to_dict()), ",", json_oordeel,
            '"routes":', canonical([r.to_dict() for r in routes]) if routes else "[]", f',"uitkomst":"{uitslag.zaak.value}","verplichtingen":',
            canonical([p.to_dict() for p in plichten]) if plichten else "[]", ',"waarschuwingen":',
            canonical([w.to_dict() for w in waarschuwingen]) if waarschuwingen else "[]", "}",
        ))  # fmt: skip
        merk = "sha256:" + sha256(inhoud.encode()).hexdigest()
        return b.Beslissing(
            uitslag.zaak,
            oordeel,
            tuple(afgeleid),
            tuple(voorop + overig),
            ontbrekend,
            tuple(waarschuwingen),
            tuple(plichten),
            routes,
            merk,
            kwiteer(merk),
        )

    def missing(self, namen: Sequence[str], gaten: tuple[b.Gat, ...], *, bovengrens: bool) -> b.Ontbrekend:
        """Return the missing facts with what they mean."""
        if not namen and not gaten:
            return _HELE_ZAAK
        return b.Ontbrekend(
            tuple(b.OntbrekendFeit(n, describe(n, self._omschrijving)) for n in namen), gaten, bovengrens
        )

    def _fact_json(self, slot: int, waarde: Waarde) -> str:
        if waarde is ONBEKEND:
            return self._feit_voor[slot] + '"onbekend":true}'
        if isinstance(waarde, Merk):
            return self._feit_voor[slot] + '"nvt":true}'
        if isinstance(waarde, tuple):
            return f'{self._feit_voor[slot]}"type":"lijst","waarde":{len(waarde)}}}'
        return self._feit_voor[slot] + self._feit_type[slot] + self._spel[slot](waarde) + "}"

    def _routes(
        self, stappen: Sequence[tuple[int, int]], uitslag: Uitslag, per_deel: tuple[tuple[str, ...], ...]
    ) -> tuple[b.Route, ...]:
        if not self.weging.routes:
            return ()
        ids = [p.regel.id for p in self.plan.regels]
        return tuple(
            b.Route(
                naam,
                uitkomst,
                tuple(ids[nr] for nr in sorted(self.weging.decisive(stappen, uitslag, deel))),
                per_deel[deel] if deel < len(per_deel) else (),
            )
            for deel, (naam, uitkomst) in enumerate(zip(self.weging.routes, uitslag.routes, strict=True), start=1)
        )


def describe(naam: str, omschrijvingen: Mapping[str, str]) -> str:
    """Return what a missing fact means; an item of a list goes by its field, a whole list by its feitsoort."""
    kaal = naam
    if "[" in naam:
        lijst, _, rest = naam.partition("[")
        kaal = f"{lijst}.{rest.partition('].')[2]}"
    return omschrijvingen.get(kaal, f"De lijst `{naam}`.")


def _short(naam: str) -> str:
    return naam.rpartition(":")[2]


def _sentence(m: Motivering, resultaat: Resultaat, zin: Zin | None) -> Zin:
    if zin is not None:
        return zin
    if resultaat is Resultaat.NIET_VOLDAAN:
        return m.nee
    return m.onbekend if resultaat is Resultaat.ONBEKEND else m.ja


def _last_day(effect: Verplichting, waarde: Waarde) -> date | Merk | None:
    if effect.uiterlijk is None:
        return None
    return waarde if isinstance(waarde, date) else ONBEKEND


def _speller(soort: Soort | None) -> Callable[[Scalar], str]:
    """Return the canonical JSON speller for the known values of a kind."""
    if soort is Soort.BOOLEAN:
        return {True: "true", False: "false", None: "null"}.__getitem__  # type: ignore[return-value]
    if soort in {Soort.TEKST, Soort.KEUZE}:
        return lambda w: "null" if w is None else canonical_text(str(w))
    if soort is Soort.GETAL:
        return lambda w: "null" if w is None else str(w)
    if soort is Soort.DATUM:
        return lambda w: f'"{w.isoformat()}"' if isinstance(w, date) else "null"
    return lambda w: "null" if w is None else f'"{spell(w, soort or Soort.TEKST)}"'


def _with_sector(feit: str, sector: str) -> str:
    """Put the member ``sector`` where it sorts: between ``feit`` and ``type``."""
    voor, _, na = feit.partition(',"type":')
    return f'{voor},"sector":"{sector}","type":{na}'
