"""The façade: what is exported is what is meant to be."""

from __future__ import annotations

import zorgregels
from zorgregels import errors


def test_exported_names_are_sorted_and_there():
    assert sorted(zorgregels.__all__, key=lambda n: (n[0].islower(), n.upper() != n, n)) == zorgregels.__all__
    for naam in zorgregels.__all__:
        assert getattr(zorgregels, naam) is not None


def test_nothing_else_is_public():
    modules = {"errors", "hookspecs", "testing", "import_module"}
    publiek = (
        {n for n in vars(zorgregels) if n.isidentifier() and not n.startswith("_")}
        - modules
        - {"annotations", "TYPE_CHECKING"}
    )
    assert publiek <= set(zorgregels.__all__)


def test_errors_are_one_tree():
    for naam in errors.__all__:
        ding = getattr(errors, naam)
        if ding is not errors.Melding:
            assert issubclass(ding, errors.ZorgregelsError)
        assert naam in (errors.__doc__ or "") or naam == "Melding"


def test_the_version_is_that_of_the_distribution():
    assert zorgregels.__version__.count(".") == 2


def test_every_public_name_says_where_it_lives():
    assert sorted(zorgregels._WAAR) == sorted(zorgregels.__all__)
