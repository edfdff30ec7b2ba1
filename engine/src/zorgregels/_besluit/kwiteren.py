"""Makes Kwitanties: the digest of the facts in canonical form, and what decided."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from .._taal.feitsoort import Feitveld
from .._waarden import Feiten, Item, Waarde
from .beslissing import Herkomst, Kwitantie
from .spelling import spell_json

if TYPE_CHECKING:
    from .._lezen.zaak import Zaak

_ONTHOUDEN: Final = 4096


class Kwiteerder:
    """Makes the Kwitanties of one Engine. How a fact with its value is spelled is remembered, within bounds."""

    def __init__(self, velden: Mapping[str, Feitveld]) -> None:
        self._velden = velden
        self._gespeld: dict[tuple[str, Waarde], bytes] = {}

    def make(self, zaak: Zaak, gespeld: Mapping[str, bytes], herkomst: Herkomst, merk: str) -> Kwitantie:
        """Return the Kwitantie for the Beslissing with this digest, with the digest of the facts as ``spell_all`` gives them."""
        feiten = "sha256:" + sha256(b"{%b}" % b",".join(gespeld.values())).hexdigest()
        return Kwitantie(zaak.vraag.naam, zaak.peildatum, zaak.bekend_op, zaak.concept, feiten, merk, herkomst)

    def spell_all(self, feiten: Feiten) -> dict[str, bytes]:
        """Return each fact as ``spell`` gives it, the peildatum among them, sorted by name."""
        return {naam: self.spell(naam, feiten[naam]) for naam in sorted(feiten)}

    def spell(self, naam: str, waarde: Waarde) -> bytes:
        """Return ``"declaratie.bedrag":"11.52"``, the fact in canonical JSON."""
        if isinstance(waarde, tuple):
            return f'"{naam}":[{",".join([self._item(naam, item) for item in waarde])}]'.encode()
        gespeld = self._gespeld
        deel = gespeld.get((naam, waarde))
        if deel is None:
            if len(gespeld) >= _ONTHOUDEN:
                gespeld.clear()
            tekst = f'"{naam}":{spell_json(waarde, self._velden[naam].type.soort)}'
            deel = gespeld[naam, waarde] = tekst.encode()
        return deel

    def _item(self, lijst: str, item: Item) -> str:
        velden = [f'"{v}":{spell_json(item[v], self._velden[f"{lijst}.{v}"].type.soort)}' for v in sorted(item)]
        return "{" + ",".join(velden) + "}"
