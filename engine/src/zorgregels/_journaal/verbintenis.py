"""What a leaf commits to: each fact and each part of the Beslissing, under a salt of its own, so that each can be withheld."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

from .._canon import Json, canonical
from .vermelding import ZOUT, commit_fact, commit_part, part_kinds

_LENGTE: Final = 32


def commit_open(feiten: Mapping[str, Json], delen: Sequence[bytes | None], zouten: bytes, verhuld: bytes) -> str | None:
    """Return the ``verbintenis`` that belongs to this body, or None when the numbers of salts and commitments do not fit.

    Args:
        feiten: the open facts.
        delen: the parts of the Beslissing, None for one that is encrypted.
        zouten: the salts of the open facts, by name, and of the open parts.
        verhuld: the commitments of what is encrypted: facts, then parts.
    """
    open_delen = sum(d is not None for d in delen)
    dichte = [verhuld[i : i + _LENGTE] for i in range(0, len(verhuld), _LENGTE)]
    dichte_feiten = len(dichte) - (len(delen) - open_delen)
    if len(zouten) != ZOUT * (len(feiten) + open_delen) or len(verhuld) % _LENGTE or dichte_feiten < 0:
        return None
    zout = iter([zouten[i : i + ZOUT] for i in range(0, len(zouten), ZOUT)])
    # A letter before each says what it is, a capital that it is encrypted: none can be passed off as another.
    alle = [b"f" + commit_fact(next(zout), spell(naam, feiten[naam])) for naam in sorted(feiten)]
    alle += [b"F" + dicht for dicht in dichte[:dichte_feiten]]
    rest = iter(dichte[dichte_feiten:])
    for soort, deel in zip(part_kinds(len(delen)), delen, strict=True):
        if deel is None:
            alle.append(soort.upper() + next(rest))
        else:
            alle.append(soort + commit_part(soort, next(zout), sha256(deel).digest()))
    return "sha256:" + sha256(b"".join(alle)).hexdigest()


def commit_closed(feiten: Mapping[str, Json], delen: Sequence[tuple[bytes, bytes]], zouten: bytes) -> bytes | None:
    """Return the commitments of what is encrypted (``verhuld``), or None when the number of salts does not fit.

    Args:
        feiten: the encrypted facts.
        delen: kind and content of each encrypted part.
        zouten: the salts of both, in that order.
    """
    if len(zouten) != ZOUT * (len(feiten) + len(delen)):
        return None
    zout = iter([zouten[i : i + ZOUT] for i in range(0, len(zouten), ZOUT)])
    alle = [commit_fact(next(zout), spell(naam, feiten[naam])) for naam in sorted(feiten)]
    alle += [commit_part(soort, next(zout), sha256(deel).digest()) for soort, deel in delen]
    return b"".join(alle)


def spell(naam: str, waarde: Json) -> bytes:
    """Return ``"naam":waarde`` in canonical JSON."""
    return canonical({naam: waarde})[1:-1].encode()
