"""What the durable engine reports when there is no answer: ZR-651 absent, 652 crashed, 653 hangs, 654 not to be trusted, 655 too large."""

from __future__ import annotations

import sys

from .._lezen.meldingen import Melding
from ..errors import InferentieError


def untrusted(wat: str) -> InferentieError:
    """An answer that may not be used."""
    return failure("ZR-654", f"het antwoord van durable-rules is niet te vertrouwen: {wat}")


def absent(waarom: str) -> InferentieError:
    """The engine cannot be had here."""
    return InferentieError(
        [
            Melding(
                "ZR-651",
                f"de engine `durable` is hier, op Python {sys.version_info.major}.{sys.version_info.minor}, niet beschikbaar: {waarom}",
                "Installeer zorgregels[durable] op Python 3.11 of 3.12 met een C-compiler "
                "(pip install 'zorgregels[durable]'), of kies de engine `compiled`.",
            )
        ]
    )


def failure(code: str, tekst: str) -> InferentieError:
    """A question that got no answer."""
    return InferentieError(
        [
            Melding(
                code,
                tekst,
                "Er is geen beslissing genomen. Een volgende vraag begint met een nieuw werkproces; de engine `compiled` heeft er geen nodig.",
            )
        ]
    )


def too_large(aantal: int, grens: int) -> InferentieError:
    """A plan beyond what durable-rules can hold."""
    return InferentieError(
        [
            Melding(
                "ZR-655",
                f"dit plan is te groot voor durable-rules: {aantal} clausules waar er {grens} kunnen",
                "Gebruik de engine `compiled`.",
            )
        ]
    )
