"""What is said when PostgreSQL does not do as it was asked. No password ever stands in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .._lezen.meldingen import Melding
from ..errors import JournaalError

if TYPE_CHECKING:
    import psycopg

_NIETS: Final = "Er is niets vastgelegd en er is geen antwoord."
_WEG: Final = ("de verbinding met de server is verbroken", f"{_NIETS} Vraag het opnieuw als de server er weer is.")
_STOP: Final = ("de server is gestopt of start juist op", f"{_NIETS} Vraag het opnieuw als de server er weer is.")
_VOL: Final = (
    "de server heeft geen verbinding meer vrij",
    "Sluit programma's die er een openhouden, of verhoog max_connections.",
)
_GEEN_RECHT: Final = (
    "de gebruiker mag dit niet",
    f"{_NIETS} Geef de gebruiker de rechten, of gebruik de eigenaar van de tabellen.",
)
_GEEN_TOEGANG: Final = (
    "de server laat deze gebruiker van hier niet toe",
    "Vraag de beheerder van de server om toegang (pg_hba.conf).",
)
_LEESBAAR: Final = (
    "deze database kan alleen worden gelezen",
    f"{_NIETS} Is de server een kopie (standby), geef dan het adres van de hoofdserver; anders staat default_transaction_read_only aan.",
)
_GEEN_TABELLEN: Final = ("42P01", "42703")  # no such table, no such column

_CODES: Final = {
    "08": _WEG,
    "23": ("er staat al iets met dit nummer of deze naam", f"{_NIETS} Kijk het Journaal na met: zorgregels journaal verify"),
    "25006": _LEESBAAR,
    "25P03": ("de server wachtte te lang op dit programma", f"{_NIETS} Vraag het opnieuw."),
    "3F": ("het schema waarin de tabellen horen, is er niet", "Maak het, of noem een ander met ?options=-csearch_path%3Dnaam."),
    "40": ("een ander programma schrijft tegelijk in dit Journaal", f"{_NIETS} Probeer het opnieuw."),
    "42501": _GEEN_RECHT,
    "53100": ("de schijf van de server is vol", f"{_NIETS} Maak ruimte en vraag het opnieuw."),
    "53300": _VOL,
    "55P03": ("een ander programma schrijft in dit Journaal en is niet op tijd klaar", f"{_NIETS} Probeer het opnieuw."),
    "57014": ("de server brak de opdracht af", f"{_NIETS} Kijk of statement_timeout te kort staat, en vraag het opnieuw."),
    "57P": _STOP,
    "58": ("de schijf van de server geeft een fout", f"{_NIETS} Laat de schijf van de server nakijken."),
    "XX": ("de database is beschadigd", "Zet een reservekopie terug; wat daarin staat is na te gaan met: zorgregels journaal verify"),
}  # fmt: skip
# A refused connection has no code, only words; who refuses in another language is quoted.
_WOORDEN: Final = {
    "password authentication failed": ("de server kent deze gebruiker met dit wachtwoord niet", "Kijk de gebruiker en het wachtwoord na."),
    "no password supplied": ("de server vraagt een wachtwoord en er is er geen gegeven", "Zet het in ~/.pgpass of in PGPASSWORD."),
    "pg_hba.conf|not permitted to log in|permission denied": _GEEN_TOEGANG,
    "too many (clients|connections)|remaining connection slots": _VOL,
    "role .* does not exist": ("de server kent deze gebruiker niet", "Kijk de gebruiker na, of maak hem met: createuser"),
    "database .* does not exist": ("deze database is er niet", "Kijk de naam na, of maak haar met: createdb"),
    "starting up|shutting down|recovery mode|terminating connection": _STOP,
    "(resolve|translate) host": ("de naam van de server is niet te vinden", "Kijk de naam van de server na."),
    "Connection refused|No such file": ("op dit adres luistert geen server", "Kijk of de server draait, en of het adres klopt."),
    "timeout": ("de server antwoordt niet op tijd", "Kijk of de server draait en van hier te bereiken is."),
    "server closed the connection|connection (is|was) (lost|closed)|Broken pipe|reset by peer": _WEG,
}  # fmt: skip
_ZEGT: Final = 300


def explain(fout: psycopg.Error, naam: str, geheim: str | None) -> JournaalError:
    """Say in plain words what the server, or the way to it, says."""
    code = fout.sqlstate or ""
    if code in _GEEN_TABELLEN:
        return other_tables(naam)
    zegt = " ".join(str(fout).split())
    for lengte in (5, 3, 2):  # the whole code before the group that it is of
        if code[:lengte] in _CODES:
            return _fout(*_CODES[code[:lengte]], naam)
    if not code:
        gevonden = next((wat for woorden, wat in _WOORDEN.items() if re.search(woorden, zegt)), None)
        if gevonden is not None:
            return _fout(*gevonden, naam)
    if geheim:
        zegt = zegt.replace(geheim, "…")
    return _fout(f"de server zegt: {zegt[:_ZEGT]}", _NIETS, naam)


def lost(naam: str) -> JournaalError:
    """The connection went while it was in use."""
    return _fout(*_WEG, naam)


def uncertain(naam: str) -> JournaalError:
    """The connection went between asking to commit and being told that it was done."""
    return JournaalError(
        [
            Melding(
                "ZR-903",
                "de verbinding met de server werd verbroken terwijl werd vastgelegd; of dat gelukt is, is niet bekend",
                "Er is geen antwoord gegeven. Wat er staat is volledig: alles hiervan, of niets. Vraag het opnieuw.",
                naam,
            )
        ]
    )


def not_committed(naam: str) -> JournaalError:
    """The server answered a commit with a roll-back."""
    return _fout("de server heeft het vastleggen ongedaan gemaakt", f"{_NIETS} Vraag het opnieuw.", naam)


def unread(naam: str) -> JournaalError:
    """The store was opened to read."""
    return _fout("dit Journaal is geopend om te lezen", "Open het om te schrijven.", naam)


def read_only(naam: str) -> JournaalError:
    """The database does not take what is written."""
    return _fout(*_LEESBAAR, naam)


def bad_url() -> JournaalError:
    """What was given is no URL; it is not repeated, for a password may stand in it."""
    return JournaalError(
        [
            Melding(
                "ZR-903",
                "dit is geen URL van een PostgreSQL-database",
                "Schrijf haar als postgresql://gebruiker@server/database; een wachtwoord staat beter in ~/.pgpass of PGPASSWORD.",
                "postgresql://…",
            )
        ]
    )


def absent(naam: str) -> JournaalError:
    """No Journaal in this database."""
    return JournaalError(
        [
            Melding(
                "ZR-900", "in deze database staat geen Journaal", "Maak er een met: zorgregels journaal init URL", naam
            )
        ]
    )


def exists(naam: str) -> JournaalError:
    """Tables of these names are there."""
    return JournaalError(
        [
            Melding(
                "ZR-901",
                "in deze database staan al tabellen van een Journaal, of andere met die namen",
                "Kies een lege database, of een leeg schema met ?options=-csearch_path%3Dnaam; een Journaal wordt nooit overschreven.",
                naam,
            )
        ]
    )


def other_form(versie: object, kent: int, naam: str) -> JournaalError:
    """A Journaal of another version."""
    return JournaalError(
        [
            Melding(
                "ZR-902",
                f"dit Journaal heeft vorm {versie}; deze zorgregels kent vorm {kent}",
                "Gebruik de zorgregels die bij dit Journaal hoort.",
                naam,
            )
        ]
    )


def other_tables(naam: str) -> JournaalError:
    """A table or a column is not there."""
    return JournaalError(
        [
            Melding(
                "ZR-902",
                "de tabellen in deze database zijn niet die van een Journaal",
                "Geef de database die met journaal init is gemaakt.",
                naam,
            )
        ]
    )


def no_stand(naam: str) -> JournaalError:
    """The one row that says how far the log is, is not there or not to be read."""
    return JournaalError(
        [
            Melding(
                "ZR-904",
                "de stand van het Journaal ontbreekt of is niet te lezen",
                "Er is buiten zorgregels om in geschreven. Er wordt niets toegevoegd; kijk het na met: zorgregels journaal verify",
                naam,
            )
        ]
    )


def not_erased(waarom: str, naam: str) -> JournaalError:
    """The key is gone for whoever asks, but may still stand on the disk of the server."""
    return JournaalError(
        [
            Melding(
                "ZR-905",
                f"de sleutel is gewist, maar staat misschien nog op de schijf van de server: {waarom}",
                "Herhaal het wissen als niemand anders het Journaal leest, als eigenaar van de tabellen.",
                naam,
            )
        ]
    )


def no_psycopg(waarom: str) -> JournaalError:
    """The package is not here, or not the library that it needs."""
    return JournaalError(
        [
            Melding(
                "ZR-908",
                f"voor een Journaal in PostgreSQL is het pakket `psycopg` nodig: {waarom}",
                "Installeer het met: pip install 'zorgregels[postgres]'",
            )
        ]
    )


def no_fsync(naam: str) -> JournaalError:
    """The server says that something is on the disk when it is not."""
    return JournaalError(
        [
            Melding(
                "ZR-909",
                "deze server wacht niet tot iets op de schijf staat (fsync = off)",
                "Wat vastgelegd heet, kan dan verloren gaan; er wordt niet in geschreven. Zet fsync aan op de server.",
                naam,
            )
        ]
    )


def _fout(tekst: str, hulp: str, naam: str) -> JournaalError:
    return JournaalError([Melding("ZR-903", tekst, hulp, naam)])
