"""One record decided again, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._canon import Json
from .._journaal.inhoud import Dicht, Inhoud, read_closed, read_contents
from .._journaal.vermelding import Rij
from .._lezen.zaak import Zaak
from .._taal.omgeving import PEILDATUM
from ..errors import BeslissingError, JournaalError, ZorgregelsError
from .bedragen import Overgang, Wijziging, derived_amounts, given_amounts
from .bron import Bron
from .feitlezer import Onleesbaar
from .gelijkheid import Gelijkheid, parts_of
from .ontleding import Ontleder, Ontleed
from .opdracht import Opdracht
from .telling import ALLEEN_VERSIE, ANDERS, GELIJK, GEWIJZIGD, NIET
from .verschil import Verschil, attribute, first_difference, reach_of
from .werelden import Onbruikbaar, Wereld, Werelden, as_date

if TYPE_CHECKING:
    from .._besluit.beslissing import Herkomst
    from .._besluiter import Besluit

Data = Any
GEWIST: Final = "gewist"
SLEUTEL: Final = "sleutel_niet_hier"
SLEUTEL_WEG: Final = "sleutel_weg"
"""There is no key: erased, or lost. The log tells which."""
GESCHONDEN: Final = "geschonden"
ONLEESBAAR: Final = "feit_onleesbaar"
GEWEIGERD: Final = "geweigerd"
NIET_BEWAARD: Final = "niet_bewaard"
_BESCHADIGD: Final = "ZR-904"
_NIET_TE_OPENEN: Final = "ZR-916"


@dataclass(frozen=True, slots=True)
class Uitslag:
    """What came of a record."""

    afloop: str
    verschil: Verschil | None = None
    wijziging: Wijziging | None = None
    reden: str = ""
    uitleg: str = ""


class Herkomstblok(NamedTuple):
    """What a decision was made with, as it is recorded."""

    regelsets: Data
    catalogi: Data
    motor: str
    namen: frozenset[str]
    """The plugins and sectors."""


class Herhaler:
    """Decides records again. What it makes it keeps, so that the next record takes little."""

    def __init__(self, bron: Bron, opdracht: Opdracht) -> None:
        from .._besluiter import make_inference

        self._bron = bron
        self._opdracht = opdracht
        self._inferentie = make_inference(opdracht.engine)
        self._werelden = Werelden(bron, self._inferentie, opdracht.met)
        self._gelijkheid = Gelijkheid()
        self._ontleder = Ontleder()
        self._herkomsten: dict[str, Herkomstblok | None] = {}
        self._vergeleken: dict[tuple[str, int], tuple[Herkomst, Verschil | None]] = {}

    def close(self) -> None:
        """Release what the inference engine holds."""
        self._inferentie.close()

    def origin(self, merk: str) -> Herkomstblok | None:
        """Return what a decision was made with; None where that cannot be read."""
        if merk not in self._herkomsten:
            self._herkomsten[merk] = parse_origin(self._bron.document(merk))
        return self._herkomsten[merk]

    def replay(
        self, rij: Rij, blad: Data, stukken: Mapping[bytes, bytes], sleutels: Mapping[str, bytes | None]
    ) -> Uitslag:
        """Decide a record again and compare.

        Args:
            rij: the record.
            blad: its leaf, as data.
            stukken: the parts of Beslissingen that it refers to, as far as they are there.
            sleutels: the keys of persons that it names, as they are kept; None where one is not there.

        Raises:
            JournaalError: the source can no longer be read.
        """
        try:
            try:
                return self._replay(rij, blad, stukken, sleutels)
            except (Onbruikbaar, Onleesbaar, ZorgregelsError):
                self._contents(rij, stukken)  # what was altered is called that, and not whatever follows from it
                raise
        except Onbruikbaar as fout:
            return Uitslag(NIET, reden=fout.reden, uitleg=fout.uitleg)
        except Onleesbaar as fout:
            return Uitslag(NIET, reden=ONLEESBAAR, uitleg=str(fout))
        except JournaalError:
            raise
        except ZorgregelsError as fout:
            return Uitslag(NIET, reden=GEWEIGERD, uitleg=f"{fout.code} {_plain(fout, rij)}")

    def _replay(
        self, rij: Rij, blad: Data, stukken: Mapping[bytes, bytes], kluis: Mapping[str, bytes | None]
    ) -> Uitslag:
        dicht = None if rij.gesloten is None else self._decrypt(rij, rij.gesloten, blad, stukken, kluis)
        open_ = self._open_facts(rij, stukken)
        feiten = open_ if dicht is None else {**open_, **dicht.feiten}
        watals = self._opdracht.watals
        wereld = self._werelden.find(blad["lading"], uitgebreid=watals)
        zaak = _zaak(blad, feiten, wereld)
        if self._opdracht.bekend_op is not None:
            zaak = zaak._replace(bekend_op=self._opdracht.bekend_op)
        besluit = self._decide(wereld, zaak, blad)
        if self._gelijkheid.holds(rij, open_, dicht, besluit.tekst, blad["verbintenis"]):
            anders = None if watals else self._beside(blad, besluit)
            return Uitslag(GELIJK) if anders is None else Uitslag(ANDERS, anders)
        was = self._taken_apart(self._contents(rij, stukken))
        if not watals:
            return Uitslag(ANDERS, self._veil(rij, self._difference(was, besluit)))
        return self._what_if(rij, blad, feiten, was, zaak, besluit, wereld)

    def _what_if(
        self, rij: Rij, blad: Data, feiten: Data, was: Ontleed, zaak: Zaak, besluit: Besluit, wereld: Wereld
    ) -> Uitslag:
        """A change counts only where the decision comes out as recorded without what is added."""
        toen = self._werelden.find(blad["lading"], uitgebreid=False)
        opnieuw = toen.besluiter.decide(_zaak(blad, feiten, toen))
        verschil = first_difference(was, self._ontleder.parse(parts_of(opnieuw.tekst)))
        if verschil is not None:
            return Uitslag(ANDERS, self._veil(rij, verschil))
        nu = self._ontleder.parse(parts_of(besluit.tekst))
        reikwijdte = reach_of(was, nu)
        if reikwijdte is None or reikwijdte == "versie":
            return Uitslag(ALLEEN_VERSIE)
        overgang = Overgang(reikwijdte, was.rest["uitkomst"], nu.rest["uitkomst"], attribute(was, nu))
        gegeven = given_amounts(zaak.feiten, wereld.feiten.geld)
        return Uitslag(
            GEWIJZIGD, wijziging=Wijziging(overgang, gegeven, derived_amounts(was.rest), derived_amounts(nu.rest))
        )

    def _decide(self, wereld: Wereld, zaak: Zaak, blad: Data) -> Besluit:
        """Decide, unless that takes a fact that was given then and not kept."""
        weg = {n for n in blad["niet_bewaard"] if n != PEILDATUM}
        try:
            besluit = wereld.besluiter.decide(zaak)
        except BeslissingError:
            _guard(weg & wereld.scope(zaak.vraag.naam))
            raise
        if weg:
            _guard(weg & wereld.reads(zaak.vraag.naam, besluit.werk))
        return besluit

    def _open_facts(self, rij: Rij, stukken: Mapping[bytes, bytes]) -> dict[str, Json]:
        try:
            feiten: Data = json.loads(rij.feiten)
        except ValueError:
            feiten = None
        if isinstance(feiten, dict):
            return feiten
        self._contents(rij, stukken)
        raise Onbruikbaar(GESCHONDEN, "de vermelding is niet te lezen")

    def _decrypt(
        self,
        rij: Rij,
        gesloten: bytes,
        blad: Data,
        stukken: Mapping[bytes, bytes],
        kluis: Mapping[str, bytes | None],
    ) -> Dicht:
        """Return what is encrypted; whether it is what the leaf commits to is seen when the decision is compared."""
        sleutels = self._bron.opener
        heel = "sha256:" + sha256(gesloten).hexdigest() == blad["gesloten"]
        ingepakt = kluis.get(blad["sleutel"]) if heel else None
        if ingepakt is not None and sleutels is not None:
            try:
                return read_closed(rij, blad["sleutel"], ingepakt, sleutels)
            except JournaalError as fout:
                if fout.code not in {_BESCHADIGD, _NIET_TE_OPENEN}:
                    raise
        self._contents(rij, stukken)
        raise AssertionError(rij.nr)  # what cannot be decrypted is not read either

    def _contents(self, rij: Rij, stukken: Mapping[bytes, bytes]) -> Inhoud:
        """Return what is recorded, held against the leaf."""
        try:
            inhoud = read_contents(self._bron.opslag, self._bron.opener, rij, stukken)  # type: ignore[arg-type]
        except JournaalError as fout:
            if fout.code == _BESCHADIGD:
                wat = fout.meldingen[0].tekst.removeprefix(f"vermelding {rij.nr}: ")
                raise Onbruikbaar(GESCHONDEN, wat) from None
            if fout.code == _NIET_TE_OPENEN:
                raise Onbruikbaar(SLEUTEL, "de persoonssleutel is met de gegeven sleutels niet te openen") from None
            raise
        except (AttributeError, IndexError, KeyError, TypeError):
            raise Onbruikbaar(GESCHONDEN, "de vermelding is niet te lezen") from None
        if inhoud.delen is None:
            if inhoud.gewist:
                raise Onbruikbaar(SLEUTEL_WEG, inhoud.blad["sleutel"])
            raise Onbruikbaar(SLEUTEL, "de sleutels van dit Journaal zijn hier niet")
        return inhoud

    def _taken_apart(self, inhoud: Inhoud) -> Ontleed:
        assert inhoud.delen is not None
        try:
            return self._ontleder.parse(inhoud.delen)
        except ValueError:
            raise Onbruikbaar(GESCHONDEN, "wat is vastgelegd, is geen beslissing") from None

    def _difference(self, was: Ontleed, besluit: Besluit) -> Verschil:
        verschil = first_difference(was, self._ontleder.parse(parts_of(besluit.tekst)))
        # The same data in other bytes: that cannot be what an engine wrote.
        return verschil or Verschil("schrijfwijze", "", None, None)

    def _beside(self, blad: Data, besluit: Besluit) -> Verschil | None:
        """Hold what the leaf says, and what the decision was made with, against the decision of now."""
        b = besluit.beslissing
        for naam, nu in (("uitkomst", b.uitkomst.value), ("oordeel", b.oordeel)):
            if blad[naam] != nu:
                return Verschil(f"blad.{naam}", "", blad[naam], nu)
        herkomst = b.kwitantie.herkomst
        sleutel = (blad["herkomst"], id(herkomst))
        bekend = self._vergeleken.get(sleutel)
        if bekend is None:
            toen = self.origin(blad["herkomst"])
            if toen is None:
                raise self._werelden.missing(blad["herkomst"], "de herkomst")
            bekend = (herkomst, _compare_origin(toen, herkomst))
            if len(self._vergeleken) > 10_000:
                self._vergeleken.clear()
            self._vergeleken[sleutel] = bekend  # the Herkomst is kept: nothing else has its id
        return bekend[1]

    @staticmethod
    def _veil(rij: Rij, verschil: Verschil) -> Verschil:
        return verschil if rij.gesloten is None else verschil.veiled()


def _zaak(blad: Data, feiten: Data, wereld: Wereld) -> Zaak:
    vraag = wereld.vragen.get(blad["vraag"])
    if vraag is None:
        raise Onbruikbaar("blok", f"de lading kent de vraag `{blad['vraag']}` niet")
    gelezen = wereld.feiten.read(feiten, blad["peildatum"])
    dag = gelezen[PEILDATUM]
    return Zaak(vraag, dag, gelezen, as_date(blad["bekend_op"]), blad["concept"])  # type: ignore[arg-type]


def _guard(nodig: set[str]) -> None:
    if nodig:
        raise Onbruikbaar(NIET_BEWAARD, f"vraagt een feit dat niet is bewaard: {', '.join(sorted(nodig))}")


def _plain(fout: ZorgregelsError, rij: Rij) -> str:
    """What a refusal says may show a fact; of somebody whose facts are closed only its code is told."""
    return fout.meldingen[0].tekst if rij.gesloten is None else "(de feiten zijn gesloten)"


def parse_origin(tekst: bytes | None) -> Herkomstblok | None:
    """Return what a document says that decisions were made with; None where it cannot be read."""
    try:
        data: Data = json.loads(tekst or b"")
        namen = {p["plugin"] for p in data["plugins"]}
        namen |= {r["regelset"].partition("/")[0] for r in data["regelsets"]}
        motor = f"zorgregels {data['engine']} · {data['inferentie']}"
        return Herkomstblok(data["regelsets"], data["catalogi"], motor, frozenset(namen))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _compare_origin(toen: Herkomstblok, nu: Herkomst) -> Verschil | None:
    data: Data = nu.to_dict()
    for naam, oud, nieuw in (
        ("regelsets", toen.regelsets, data["regelsets"]),
        ("catalogi", toen.catalogi, data["catalogi"]),
    ):
        if oud != nieuw:
            return Verschil(
                f"herkomst.{naam}", "", [r for r in oud if r not in nieuw], [r for r in nieuw if r not in oud]
            )
    return None
