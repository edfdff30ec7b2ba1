"""What an embedder gives wrongly is said at once, and what is not a yes or no is not taken for one."""

from __future__ import annotations

import pytest
from zorgregels import NVT, ONBEKEND, Engine, Journaal, Uitkomst


@pytest.mark.parametrize("groep", [0, -1])
def test_a_group_without_zaken_is_refused_at_the_call(groep):
    with Engine(plugins={"huisarts"}) as engine, pytest.raises(ValueError, match="minstens 1"):
        engine.decide_many([{}], groep=groep)


def test_a_word_that_means_nothing_is_refused(tmp_path):
    with Journaal.create(tmp_path / "j.db") as journaal, pytest.raises(ValueError, match="gelezen of alles"):
        Engine(plugins={"huisarts"}, journaal=journaal, bewaar="iets")  # type: ignore[arg-type]
    zaak = {"vraag": "declaratie", "peildatum": "2023-05-10", "feiten": {"declaratie": {"prestatiecode": "12011"}}}
    with Engine(plugins={"huisarts"}) as engine, pytest.raises(ValueError, match="burger, auditor, ontwikkelaar"):
        engine.explain(zaak, voor="iedereen")  # type: ignore[arg-type]


def test_a_folder_may_be_given_as_text(tmp_path):
    with Engine(plugins={"huisarts"}, cache=str(tmp_path / "c")) as engine:
        assert engine.regelsets
    assert (tmp_path / "c").is_dir()


@pytest.mark.parametrize("waarde", [ONBEKEND, NVT, Uitkomst.JA, Uitkomst.NEE, Uitkomst.ONBEKEND])
def test_three_values_are_no_condition(waarde):
    with pytest.raises(TypeError, match="vergelijk met"):
        bool(waarde)
