"""Column mappings (``*.kolommen.yaml``) in, typed Vormen out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from .._laden.bundel import Bestand
from .._laden.document import read_document
from .._lezen.meldingen import Pad, suggest
from .._taal.bron import Bron
from .._taal.catalogus import Catalogus
from .._taal.feitsoort import Feitsoort, Feitveld, field_faults
from .._taal.verslag import Verslag
from .._waarden import OngeldigeWaarde, Scalar, Soort, make_parser
from .cellen import DATUMS
from .vorm import Codekolom, Dagkolom, Kop, Leeg, Overslag, Veldkolom, Vorm, fold

Data = Any
_GETALLEN: Final = {Soort.GELD, Soort.GETAL, Soort.RATIO}


def read_forms(
    bestanden: Iterable[Bestand],
    feitsoorten: Mapping[str, Feitsoort],
    catalogi: Mapping[str, Catalogus],
    verslag: Verslag,
) -> dict[tuple[str, str], Vorm]:
    """Return the Vormen of a plugin by catalogue and name, or note what is wrong with them.

    Args:
        bestanden: the files of the mappings.
        feitsoorten: those of the sector, by name.
        catalogi: those of the sector, by name; any version.
        verslag: receives the faults.
    """
    vormen: dict[tuple[str, str], Vorm] = {}
    for bestand in bestanden:
        data = read_document(bestand, "kolommen", verslag)
        if data is None:
            continue
        catalogus = catalogi.get(data["catalogus"])
        if catalogus is None:
            tekst = f"onbekende catalogus `{data['catalogus']}`"
            verslag.add("ZR-217", bestand.naam, ("catalogus",), tekst, suggest(data["catalogus"], catalogi))
            continue
        for i, ruw in enumerate(data["vormen"]):
            pad: Pad = ("vormen", i)
            sleutel = (data["catalogus"], ruw["vorm"])
            if sleutel in vormen:
                tekst = f"de vorm `{ruw['vorm']}` staat er twee keer"
                verslag.add("ZR-309", bestand.naam, (*pad, "vorm"), tekst, "Geef haar een andere naam.")
            maker = _Maker(feitsoorten[catalogus.feitsoort], bestand.naam, verslag)
            vorm = maker.make(data["catalogus"], ruw, pad)
            if vorm is not None:
                vormen.setdefault(sleutel, vorm)
    return vormen


class _Maker:
    """Makes the Vormen of one file."""

    def __init__(self, soort: Feitsoort, bestand: str, verslag: Verslag) -> None:
        self._velden = {v.naam: v for v in soort.velden.values() if v.afgeleid and v.naam != "naam"}
        self._bestand = bestand
        self._verslag = verslag

    def make(self, catalogus: str, ruw: Data, pad: Pad) -> Vorm | None:
        """Return one Vorm, or note why not."""
        voor = len(self._verslag.meldingen)
        patroon = ruw["code"].get("patroon")
        if patroon is not None:
            for tekst, hulp in field_faults({"type": "string", "pattern": patroon, "maxLength": 40}):
                self._verslag.add("ZR-223", self._bestand, (*pad, "code", "patroon"), f"de code {tekst}", hulp)
        velden = [self._field(v, (*pad, "velden", j)) for j, v in enumerate(ruw.get("velden", ()))]
        vast = self._values(ruw.get("vast", {}), (*pad, "vast"))
        if len(self._verslag.meldingen) > voor:
            return None
        return Vorm(
            ruw["vorm"],
            catalogus,
            Bron(**ruw["bron"]),
            ruw["volledig"],
            ruw.get("noemt_oude_codes", False),
            ruw["andere_kolommen"],
            Codekolom(_kop(ruw["code"]), patroon, ruw["code"].get("nullen", 0)),
            _kop(ruw["naam"]),
            ruw["naam"].get("inkorten", False),
            _day(ruw.get("van")),
            _day(ruw.get("tot")),
            tuple(v for v in velden if v is not None),
            vast,
            tuple(
                Overslag(_kop(o), frozenset(map(fold, o.get("is", ()))), o.get("leeg", False))
                for o in ruw.get("overslaan", ())
            ),
        )

    def _field(self, ruw: Data, pad: Pad) -> Veldkolom | None:
        veld = self._known(ruw["veld"], (*pad, "veld"))
        if veld is None:
            return None
        self._check_fit(ruw, veld, pad)
        woorden = ruw.get("woorden")
        return Veldkolom(
            _kop(ruw),
            veld,
            Leeg(ruw["leeg"]),
            None
            if woorden is None
            else {fold(w): self._value(veld, x, (*pad, "woorden", w)) for w, x in woorden.items()},
            ruw.get("decimaal", "komma"),
            frozenset(ruw.get("datum", DATUMS)),
            self._values(ruw["bij_nul"], (*pad, "bij_nul")) if "bij_nul" in ruw else None,
            self._values(ruw.get("bij_meer", {}), (*pad, "bij_meer")),
        )

    def _check_fit(self, ruw: Data, veld: Feitveld, pad: Pad) -> None:
        """Refuse keys that would never do anything for a field of this kind."""
        soort = veld.type.soort
        past = {
            "decimaal": soort in _GETALLEN,
            "bij_nul": soort in _GETALLEN,
            "bij_meer": soort in _GETALLEN,
            "datum": soort is Soort.DATUM,
        }
        for sleutel, goed in past.items():
            if sleutel in ruw and (not goed or "woorden" in ruw):
                tekst = f"`{sleutel}` past niet bij `{veld.naam}`, dat hier {soort.value} is"
                hulp = "Laat het weg; met `woorden` zegt alleen het woord wat de waarde is."
                self._verslag.add("ZR-209", self._bestand, (*pad, sleutel, "#sleutel"), tekst, hulp)
        if ruw["leeg"] == "geen" and not veld.type.leeg:
            tekst = f"`{veld.naam}` kan niet leeg zijn"
            self._verslag.add("ZR-212", self._bestand, (*pad, "leeg"), tekst, "Kies onbekend, behoudt of fout.")

    def _values(self, ruw: Mapping[str, Data], pad: Pad) -> dict[str, Scalar]:
        gelezen: dict[str, Scalar] = {}
        for naam, waarde in ruw.items():
            veld = self._known(naam, (*pad, naam, "#sleutel"))
            if veld is not None:
                gelezen[naam] = self._value(veld, waarde, (*pad, naam))
        return gelezen

    def _known(self, naam: str, pad: Pad) -> Feitveld | None:
        veld = self._velden.get(naam)
        if veld is None:
            self._verslag.add("ZR-310", self._bestand, pad, f"onbekende kolom `{naam}`", suggest(naam, self._velden))
        return veld

    def _value(self, veld: Feitveld, ruw: Data, pad: Pad) -> Scalar:
        try:
            return None if ruw is None and veld.type.leeg else make_parser(veld.type)(ruw)
        except OngeldigeWaarde as fout:
            tip = suggest(ruw, veld.type.keuzes) if isinstance(ruw, str) and veld.type.keuzes else ""
            self._verslag.add("ZR-212", self._bestand, pad, str(fout), tip)
            return None


def _kop(ruw: Data) -> Kop:
    return Kop(tuple(ruw["kop"]), ruw.get("verplicht", True), frozenset(map(fold, ruw.get("leeg_bij", ()))))


def _day(ruw: Data) -> Dagkolom | None:
    return None if ruw is None else Dagkolom(_kop(ruw), frozenset(ruw.get("datum", DATUMS)))
