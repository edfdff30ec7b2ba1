"""Where a rule or a value comes from."""

from __future__ import annotations

from dataclasses import dataclass, fields

from .._canon import Json


@dataclass(frozen=True, slots=True)
class Bron:
    """A place in a document: ``Wmg`` ``artikel`` 35 ``lid`` 1 ``onderdeel`` b."""

    document: str
    kenmerk: str = ""
    artikel: str = ""
    lid: str = ""
    onderdeel: str = ""
    plaats: str = ""
    url: str = ""

    def to_dict(self) -> dict[str, Json]:
        """Return the members that are filled."""
        return {v.name: getattr(self, v.name) for v in fields(self) if getattr(self, v.name)}

    def __str__(self) -> str:
        """Return the citation: ``Wmg art. 35 lid 1 onder b``."""
        delen = [
            self.document,
            f"({self.kenmerk})" if self.kenmerk else "",
            f"art. {self.artikel}" if self.artikel else "",
            f"lid {self.lid}" if self.lid else "",
            f"onder {self.onderdeel}" if self.onderdeel else "",
            f"· {self.plaats}" if self.plaats else "",
        ]
        return " ".join(d for d in delen if d)
