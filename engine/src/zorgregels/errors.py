"""Everything that can go wrong, as one tree. Catch a type and read its attributes; never parse the text.

::

    ZorgregelsError
    ├── RegelsetError            rule files, feitsoorten or catalogi hold faults (ZR-1xx, 2xx, 3xx)
    ├── PluginError              a plugin is not there, is there twice or cannot be read (ZR-4xx)
    ├── ZaakError                what was asked does not validate (ZR-1xx, 5xx)
    ├── BeslissingError          what was asked is well formed but cannot be decided (ZR-6xx)
    │   ├── NoRegelsetError      no regelset speaks for this zaak
    │   ├── NotInForceError      a regelset speaks, none of its versions is in force
    │   └── ConflictError        two rules derive different values for one fact
    ├── InferentieError          the inference engine failed; there is no answer (ZR-65x)
    └── JournaalError            the Journaal cannot be read or written; there is no answer (ZR-9xx)
"""

from __future__ import annotations

from collections.abc import Sequence

from ._lezen.meldingen import Melding

__all__ = [
    "BeslissingError",
    "ConflictError",
    "InferentieError",
    "JournaalError",
    "Melding",
    "NoRegelsetError",
    "NotInForceError",
    "PluginError",
    "RegelsetError",
    "ZaakError",
    "ZorgregelsError",
]


class ZorgregelsError(Exception):
    """Base of all errors. ``meldingen`` holds every fault that was found, at least one; ``code`` is the first one's."""

    def __init__(self, meldingen: Sequence[Melding]) -> None:
        self.meldingen: tuple[Melding, ...] = tuple(meldingen)
        super().__init__(self.meldingen)

    @property
    def code(self) -> str:
        """The code of the first Melding, such as ``ZR-504``."""
        return self.meldingen[0].code

    def __str__(self) -> str:
        return "\n".join(map(str, self.meldingen))


class RegelsetError(ZorgregelsError):
    """Rule files, feitsoorten or catalogi hold faults; all of them are in ``meldingen``."""


class PluginError(ZorgregelsError):
    """A plugin is not there, is there twice, or cannot be read."""


class ZaakError(ZorgregelsError):
    """The zaak does not validate; every fault is in ``meldingen`` with its JSON path."""


class BeslissingError(ZorgregelsError):
    """The zaak is well formed but there is no decision to give."""


class NoRegelsetError(BeslissingError):
    """No regelset speaks for this zaak."""


class NotInForceError(BeslissingError):
    """A regelset speaks for this zaak but none of its versions is in force on the date that decides."""


class ConflictError(BeslissingError):
    """Two rules derive different values for one fact."""


class InferentieError(ZorgregelsError):
    """The inference engine is absent, crashed, hung or reported an internal error: there is no answer."""


class JournaalError(ZorgregelsError):
    """The Journaal, its keys, an archive or a dossier cannot be read or written. What could not be recorded was not decided."""
