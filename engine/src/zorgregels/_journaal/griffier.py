"""Makes the records of decisions: what is kept of the facts, what is encrypted, and what the leaf commits to."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final, get_args

from .._besluit.opmaak import Tekst
from .._besluiter import Besluit, Besluiter
from .._canon import canonical
from .._lezen.zaak import Zaak
from .._plan.plan import facts_read
from .bewaring import Bewaar, Bewaring, make_bewaring
from .journaal import Nieuw
from .opslag import Persoonssleutel, Schrijver
from .personen import open_key
from .sleutels import Sleutelbos
from .vermelding import DICHT, ZOUT, Rij, commit_fact, commit_part, make_ref, pack_key, part_kinds

if TYPE_CHECKING:
    from .._laden.lading import Lading
    from .._werk import Werk

Paar = tuple[Zaak, Besluit]
_ONTHOUDEN: Final = 20_000
"""How many parts of Beslissingen are remembered as written."""
_NONCE: Final = 12


@dataclass(frozen=True, slots=True)
class _Vorm:
    """What the records of zaken that the same rules decide have in common."""

    werk: Werk | None
    bewaring: Bewaring
    herkomst: str


@dataclass(frozen=True, slots=True)
class _Sleutel:
    """The key of a person."""

    id: str
    sleutel: bytes


@dataclass(frozen=True, slots=True)
class _Gesloten:
    """What is personal in a record, encrypted."""

    tekst: bytes
    verhuld: list[bytes]


class Griffier:
    """Makes records for one Engine. Not safe to share between threads: whoever writes holds it."""

    def __init__(self, lading: Lading, besluiter: Besluiter, sleutels: Sleutelbos, bewaar: Bewaar) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if bewaar not in get_args(Bewaar):
            raise ValueError(f"bewaar is {' of '.join(get_args(Bewaar))}; niet {bewaar!r}")
        self._lading = lading
        self._besluiter = besluiter
        self._sleutels = sleutels
        self._bewaar = bewaar
        self._aesgcm = AESGCM
        self._identificatoren = sorted(n for n, v in besluiter.velden.items() if v.identificator)
        self.forget()

    def forget(self) -> None:
        """Forget what was written: after a transaction that failed nobody knows."""
        self._merk: str | None = None
        self._vormen: dict[int, _Vorm] = {}
        self._stukken: dict[bytes, tuple[bytes, bytes]] = {}
        self._nieuw: list[tuple[bytes, bytes]] = []
        self._nieuwe_sleutels: list[Persoonssleutel] = []

    def make(self, schrijver: Schrijver, begin: int, tijd: str, paren: Sequence[Paar]) -> Nieuw:
        """Return the records of these decisions; what they refer to is written."""
        if self._merk is None:
            self._merk = self._keep_lading(schrijver)
        sleutels = self._keys(schrijver, begin, paren)
        rijen = [
            self._record(schrijver, nr, tijd, paar, sleutel)
            for nr, (paar, sleutel) in enumerate(zip(paren, sleutels, strict=True), start=begin)
        ]
        if self._nieuwe_sleutels:
            schrijver.add_persoonssleutels(self._nieuwe_sleutels)
            self._nieuwe_sleutels = []
        if self._nieuw:
            schrijver.add_stukken(self._nieuw)
            self._nieuw = []
            if len(self._stukken) > _ONTHOUDEN:
                self._stukken = {}
        return Nieuw(rijen, Counter([str(zaak.peildatum.year) for zaak, _ in paren]))

    # -- what records share --------------------------------------------------------------------------------------

    def _keep_lading(self, schrijver: Schrijver) -> str:
        from .._laden.wereld import describe_lading

        wereld = describe_lading(self._lading)
        manifest = wereld.manifest.encode()
        merk = sha256(manifest)
        if not schrijver.has_blok(merk.digest()):
            for document in wereld.documents():
                schrijver.add_blok(sha256(document.tekst).digest(), document.soort, document.tekst)
            schrijver.add_blok(merk.digest(), "lading", manifest)
        return merk.hexdigest()

    def _form(self, schrijver: Schrijver, zaak: Zaak, besluit: Besluit) -> _Vorm:
        werk = besluit.werk
        vorm = self._vormen.get(id(werk)) if werk is not None else None
        if vorm is not None:
            return vorm
        tekst = canonical(besluit.beslissing.kwitantie.herkomst.to_dict()).encode()
        merk = sha256(tekst)
        schrijver.add_blok(merk.digest(), "herkomst", tekst)
        # Where the year cannot be told, what the rules of any year read is kept.
        alle = (rs for s in self._lading.sectoren for rs in s.regelsets) if werk is None else werk.plan.regelsets
        regels = (r for rs in alle for r in rs.regels)
        gelezen = facts_read(r for r in regels if r.vraag == zaak.vraag.naam)
        gelezen |= self._besluiter.werkplaats.reads(zaak.vraag.naam)
        vorm = _Vorm(werk, make_bewaring(gelezen, self._besluiter.velden, self._bewaar), merk.hexdigest())
        if werk is not None:  # the Werk is kept with its form: as long as it lives, nothing else has its id
            self._vormen[id(werk)] = vorm
        return vorm

    # -- persons -------------------------------------------------------------------------------------------------

    def _keys(self, schrijver: Schrijver, begin: int, paren: Sequence[Paar]) -> list[_Sleutel | None]:
        """Return the key of the person of each zaak; new persons get one."""
        wie = [self._person(zaak) for zaak, _ in paren]
        personen = {p: self._sleutels.pseudonym(p) for p in wie if p is not None}
        if not personen:
            return [None] * len(paren)
        bekend = schrijver.persoonssleutels(personen.values())
        sleutels = {}
        for p, merk in personen.items():
            if merk in bekend:
                sleutels[p] = _Sleutel(bekend[merk].id, open_key(self._sleutels, bekend[merk]))
            else:
                sleutels[p] = self._new_key(begin, merk)
        return [None if p is None else sleutels[p] for p in wie]

    def _person(self, zaak: Zaak) -> str | None:
        if zaak.betrokkene is not None:
            return zaak.betrokkene
        gegeven = [str(zaak.feiten[n]) for n in self._identificatoren if n in zaak.feiten]
        return "\n".join(gegeven) or None

    def _new_key(self, nr: int, persoon: bytes | None) -> _Sleutel:
        """Draw a key, first used in this record or soon after; without a person it is for one record alone."""
        # A store only appends, here too: ids that are random all over cost it four times as much.
        nieuw = _Sleutel((pack_key(nr) + os.urandom(10)).hex(), os.urandom(32))
        ingepakt = self._sleutels.wrap(nieuw.sleutel + (persoon or b""), nieuw.id)
        self._nieuwe_sleutels.append(Persoonssleutel(nieuw.id, persoon, ingepakt))
        return nieuw

    # -- one record ----------------------------------------------------------------------------------------------

    def _record(self, schrijver: Schrijver, nr: int, tijd: str, paar: Paar, sleutel: _Sleutel | None) -> Rij:
        zaak, besluit = paar
        vorm = self._form(schrijver, zaak, besluit)
        (open_, dicht, weg), feiten = vorm.bewaring.split(zaak.feiten)
        alle = besluit.gespeld if feiten is zaak.feiten else self._besluiter.kwiteerder.spell_all(feiten)
        gespeld = [alle[n] for n in open_]
        kop, stappen, slot, _ = besluit.tekst
        delen: list[bytes | None] = [kop, *[s.json for s in stappen], slot] if slot else [kop]
        gesloten: _Gesloten | None = None
        if dicht:
            sleutel = sleutel or self._new_key(nr, None)
            gesloten = self._close(sleutel, [alle[n] for n in dicht], delen, besluit.tekst)
        aantal = len(gespeld) + len(delen) - (0 if gesloten is None else delen.count(None))
        zouten = os.urandom(ZOUT * aantal)
        verbintenis, refs = self._commit(nr, gespeld, delen, zouten, () if gesloten is None else gesloten.verhuld)
        wie = None if sleutel is None else sleutel.id
        blad = self._leaf(paar, tijd, vorm.herkomst, weg, verbintenis, (wie, gesloten))
        kern = b"{%b}" % b",".join(gespeld)
        if gesloten is None:
            return Rij(nr, blad, kern, refs, zouten)
        return Rij(nr, blad, kern, refs, zouten, b"".join(gesloten.verhuld), gesloten.tekst)

    def _close(self, sleutel: _Sleutel, feiten: list[bytes], delen: list[bytes | None], tekst: Tekst) -> _Gesloten:
        """Encrypt these facts and the parts that may show something of a person; those are taken out of ``delen``."""
        verborgen = [tekst.kop_persoonlijk, *[s.persoonlijk for s in tekst.stappen]]
        if tekst.slot:
            verborgen.append(True)
        dicht: list[tuple[bytes, bytes]] = []
        for nr, (soort, weg) in enumerate(zip(part_kinds(len(delen)), verborgen, strict=True)):
            deel = delen[nr]
            if weg and deel is not None:
                dicht.append((soort, deel))
                delen[nr] = None
        zouten = os.urandom(ZOUT * (len(feiten) + len(dicht)))
        zout = iter([zouten[i : i + ZOUT] for i in range(0, len(zouten), ZOUT)])
        verhuld = [commit_fact(next(zout), f) for f in feiten]
        verhuld += [commit_part(soort, next(zout), sha256(deel).digest()) for soort, deel in dicht]
        # A line each: canonical JSON has no line breaks.
        kern = b'{"feiten":{%b},"zouten":"%b"}' % (b",".join(feiten), zouten.hex().encode())
        regels = b"\n".join([kern, *[deel for _, deel in dicht]])
        nonce = os.urandom(_NONCE)
        return _Gesloten(nonce + self._aesgcm(sleutel.sleutel).encrypt(nonce, regels, sleutel.id.encode()), verhuld)

    def _commit(
        self, nr: int, gespeld: list[bytes], delen: Sequence[bytes | None], zouten: bytes, dicht: Sequence[bytes]
    ) -> tuple[str, bytes]:
        """Return what the leaf commits to, and the references of the parts.

        The hashes are taken here, and not by ``commit_fact`` and ``commit_part``: a record needs some twenty of them.
        """
        plek = 0
        alle = []
        for feit in gespeld:
            alle.append(b"f" + sha256(b"f" + zouten[plek : plek + ZOUT] + feit).digest())
            plek += ZOUT
        dichte_feiten = len(dicht) - sum([d is None for d in delen])
        alle += [b"F" + v for v in dicht[:dichte_feiten]]
        rest = iter(dicht[dichte_feiten:])
        stukken = self._stukken
        refs = []
        nieuw: list[bytes] = []
        for soort, deel in zip(part_kinds(len(delen)), delen, strict=True):
            if deel is None:
                alle.append(soort.upper() + next(rest))
                refs.append(DICHT)
                continue
            bekend = stukken.get(deel)
            if bekend is None:
                merk = sha256(deel).digest()
                bekend = stukken[deel] = merk, make_ref(nr, len(nieuw), merk)
                nieuw.append(deel)
            merk, ref = bekend
            alle.append(soort + sha256(soort + zouten[plek : plek + ZOUT] + merk).digest())
            plek += ZOUT
            refs.append(ref)
        if nieuw:
            self._nieuw.append((pack_key(nr), b"\n".join(nieuw)))
        return sha256(b"".join(alle)).hexdigest(), b"".join(refs)

    def _leaf(
        self,
        paar: Paar,
        tijd: str,
        herkomst: str,
        weg: tuple[str, ...],
        verbintenis: str,
        dicht: tuple[str | None, _Gesloten | None],
    ) -> bytes:
        """Return the leaf in canonical JSON: its keys stand sorted here."""
        zaak, (b, *_) = paar
        sleutel, gesloten = dicht
        bekend = "null" if zaak.bekend_op is None else f'"{zaak.bekend_op.isoformat()}"'
        merk = "null" if gesloten is None else f'"sha256:{sha256(gesloten.tekst).hexdigest()}"'
        wie = "null" if sleutel is None else f'"{sleutel}"'
        namen = ",".join([f'"{n}"' for n in weg])
        return (
            f'{{"bekend_op":{bekend},"concept":{"true" if zaak.concept else "false"},"gesloten":{merk},'
            f'"herkomst":"sha256:{herkomst}","lading":"sha256:{self._merk}","niet_bewaard":[{namen}],"oordeel":"{b.oordeel}",'
            f'"peildatum":"{zaak.peildatum.isoformat()}","schema":"journaal/v1","sleutel":{wie},"soort":"beslissing",'
            f'"tijd":"{tijd}","uitkomst":"{b.uitkomst.value}","verbintenis":"sha256:{verbintenis}","vraag":"{zaak.vraag.naam}"}}'
        ).encode()
