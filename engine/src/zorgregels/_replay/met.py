"""Reads what ``--met`` names: a plugin's folder, a file with a regelset or a catalogue, or all that is installed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .._canon import canonical, digest
from .._lezen import MAX_BYTES
from .._lezen.meldingen import Melding
from ..errors import JournaalError, RegelsetError
from .toevoeging import Sectorkop, Soort, Stuk, Toevoeging

if TYPE_CHECKING:
    from .._laden.lading import Lading

Data = Any
GELADEN: Final = "geladen"
_KENMERK: Final[dict[str, Soort]] = {"regelset": "regelsets", "catalogus": "catalogi"}


def read_additions(namen: Iterable[str]) -> Toevoeging:
    """Return what these name, together; of two versions of the same name the last counts.

    Raises:
        RegelsetError: a file cannot be read or holds faults.
        PluginError: a folder is not a plugin, or does not load.
        JournaalError: it is none of these.
    """
    samen = Toevoeging()
    for naam in namen:
        pad = Path(naam)
        if naam == GELADEN:
            samen += _whole_plugins(None)
        elif pad.is_dir():
            samen += _whole_plugins(pad)
        elif pad.is_file():
            samen += _file(pad)
        else:
            raise JournaalError(
                [
                    Melding(
                        "ZR-921",
                        f"`{naam:.100}` is geen bestand en geen map",
                        f"Geef een bestand met een regelset of catalogus, de map van een plugin, of het woord {GELADEN}.",
                    )
                ]
            )
    return samen


def _whole_plugins(pad: Path | None) -> Toevoeging:
    from .._laden.geheugen import Geheugen, default_folder
    from .._laden.nakijken import find_folders, needed_beside
    from .._laden.plugins import load_plugins
    from .._laden.start import start
    from .._taal.vraag import VRAGEN

    mappen = [] if pad is None else list(find_folders([pad]))
    gevonden = load_plugins(None if pad is None else [*mappen, *needed_beside(mappen)])
    lading = start(gevonden.bundels, {**VRAGEN, **{v.naam: v for v in gevonden.vragen}}, Geheugen(default_folder()))
    mislukt = {**gevonden.mislukt, **lading.mislukt}
    if mislukt:
        raise RegelsetError([m for naam in sorted(mislukt) for m in mislukt[naam]])
    return from_lading(lading, None if pad is None else {str(m) for m in mappen})


def from_lading(lading: Lading, plugins: set[str] | None = None) -> Toevoeging:
    """Return what these plugins of a Lading hold; None takes all."""
    import json

    from .._laden.wereld import describe_lading

    wereld = describe_lading(lading)
    teksten = {digest(d.tekst): d.tekst.decode() for d in wereld.documents()}
    m: Data = json.loads(wereld.manifest)
    koppen: list[Sectorkop] = []
    stukken: list[Stuk] = []
    for s in m["sectoren"]:
        if plugins is not None and s["plugin"] not in plugins:
            continue
        koppen.append(Sectorkop(s["sector"], s["titel"], s["plugin"], s["distributie"], s["versie"]))
        for merk in s["feiten"]:
            titel = json.loads(teksten[merk])["title"]
            stukken.append(Stuk("feiten", s["sector"], titel, teksten[merk], titel))
        for soort in ("catalogi", "regelsets"):
            stukken += [Stuk(soort, s["sector"], id_, teksten[merk], id_) for id_, merk in s[soort]]
    return Toevoeging(tuple(koppen), tuple(stukken), tuple(canonical(v) for v in m["vragen"]))


def _file(pad: Path) -> Toevoeging:
    from .._laden.bundel import Bestand
    from .._laden.document import read_document
    from .._taal.verslag import Verslag

    bestand = Bestand(pad.as_posix(), _read(pad))
    soort = _kind(bestand.inhoud, bestand.naam)
    verslag = Verslag({bestand.naam: bestand.inhoud})
    data: Data = read_document(bestand, soort, verslag)
    if verslag.meldingen:
        raise RegelsetError(verslag.located())
    naam = f"{data[soort]}@{data['versie']}"
    sector = data[soort].partition("/")[0]
    return Toevoeging((), (Stuk(_KENMERK[soort], sector, naam, canonical(data), bestand.naam, bestand.inhoud),))


def _read(pad: Path) -> bytes:
    try:
        with pad.open("rb") as stroom:
            inhoud = stroom.read(MAX_BYTES + 1)
    except OSError as fout:
        raise RegelsetError(
            [Melding("ZR-114", f"dit bestand is niet te lezen ({fout.strerror})", bestand=str(pad))]
        ) from None
    if len(inhoud) > MAX_BYTES:
        raise RegelsetError(
            [Melding("ZR-107", f"het bestand is groter dan {MAX_BYTES} bytes", "Splits het bestand.", str(pad))]
        )
    return inhoud


def _kind(inhoud: bytes, naam: str) -> str:
    """What a document says of itself; whether it is right is judged by its schema."""
    from .._lezen.yaml import YamlFout, read_yaml

    try:
        data: Data = read_yaml(inhoud, naam)
    except YamlFout as fout:
        raise RegelsetError([fout.melding]) from None
    schema = data.get("schema") if isinstance(data, dict) else None
    soort = str(schema).partition("/")[0]
    if soort in _KENMERK:
        return soort
    hulp = "Zij begint met `schema: regelset/v1` of `schema: catalogus/v1`. Een hele plugin geeft u als map."
    raise RegelsetError([Melding("ZR-921", "dit bestand is geen regelset en geen catalogus", hulp, naam)])
