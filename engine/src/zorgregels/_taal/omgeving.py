"""What rule files may refer to: feitsoorten, catalogi and vragen of every sector that takes part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .._waarden import Soort, Type
from .catalogus import Catalogus
from .feitsoort import Feitsoort, Feitveld
from .vraag import Vraag

PEILDATUM = "zaak.peildatum"
PEILVELD = Feitveld("peildatum", Type(Soort.DATUM), "De peildatum van de zaak.")


@dataclass(frozen=True, slots=True)
class Omgeving:
    """The feitsoorten by sector and name, the catalogi by name (every version), and the vragen."""

    feitsoorten: Mapping[str, Mapping[str, Feitsoort]]
    vragen: Mapping[str, Vraag]
    catalogi: Mapping[str, tuple[Catalogus, ...]] = field(default_factory=dict)

    def find_veld(self, sector: str, feitsoort: str, veld: str) -> tuple[str, Feitveld] | None:
        """Return the full name and the definition of a field."""
        if feitsoort == "zaak" and veld == "peildatum":
            return PEILDATUM, PEILVELD
        fs = self.feitsoorten.get(sector, {}).get(feitsoort)
        definitie = fs.velden.get(veld) if fs else None
        return (fs.name_of(definitie), definitie) if fs and definitie else None
