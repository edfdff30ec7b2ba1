"""The hooks that a plugin may implement. Hooks return data and only grow: an argument is added, never taken away.

Most plugins need none of them: an entry point in the group ``zorgregels`` that names a package with a ``plugin.yaml`` is a plugin made
only of data, and its code, if it has any, is never imported::

    [project.entry-points.zorgregels]
    msz = "zorgregels_msz"

A package without ``plugin.yaml`` is imported and may implement hooks::

    from pathlib import Path
    from zorgregels import hookimpl

    @hookimpl
    def zorgregels_mappen():
        return [Path(__file__).parent / "gegevens"]
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pluggy

from ._taal.vraag import Vraag

__all__ = ["hookimpl", "zorgregels_mappen", "zorgregels_vragen"]

hookspec = pluggy.HookspecMarker("zorgregels")
hookimpl = pluggy.HookimplMarker("zorgregels")


@hookspec
def zorgregels_mappen() -> Iterable[Path]:  # type: ignore[empty-body]
    """Return the folders of data that this plugin publishes, each with a ``plugin.yaml``: regelsets, feitsoorten and catalogi."""


@hookspec
def zorgregels_vragen() -> Iterable[Vraag]:  # type: ignore[empty-body]
    """Return the vragen that this plugin adds to declaratie, aanvraag, afspraak and bekostiging."""
