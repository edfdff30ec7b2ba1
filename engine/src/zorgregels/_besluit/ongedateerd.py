"""The Beslissing of a zaak of which the year cannot be told yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .._canon import Json, canonical, digest
from .._taal.vraag import Uitkomst, Vraag
from .beslissing import Beslissing, Kwitantie, Ontbrekend, Waarschuwing
from .opmaak import Tekst

if TYPE_CHECKING:
    from .._keuze import Onbepaald


def make_undated(
    vraag: Vraag, ontbrekend: Ontbrekend, open_: Onbepaald, kwiteer: Callable[[str], Kwitantie]
) -> tuple[Beslissing, Tekst]:
    """Return a Beslissing that is ``onbekend`` because which regelset counts depends on facts that are missing."""
    norm = f" ({', '.join(open_.normen)})" if open_.normen else ""
    waarschuwing = Waarschuwing(
        f"Welke versie van {', '.join(open_.regelsets)} geldt, is zonder deze feiten niet te zeggen{norm}."
    )
    oordeel = vraag.oordeel(Uitkomst.ONBEKEND)
    inhoud: dict[str, Json] = {
        "uitkomst": Uitkomst.ONBEKEND.value,
        "oordeel": oordeel,
        "afgeleid": [],
        "motivering": [],
        "ontbrekend": ontbrekend.to_dict(),
        "waarschuwingen": [waarschuwing.to_dict()],
        "verplichtingen": [],
        "routes": [],
    }
    tekst = canonical(inhoud).encode()
    merk = digest(tekst)
    beslissing = Beslissing(
        Uitkomst.ONBEKEND, oordeel, (), (), ontbrekend, (waarschuwing,), (), (), merk, kwiteer(merk)
    )
    return beslissing, Tekst(tekst, (), b"", kop_persoonlijk=True)
