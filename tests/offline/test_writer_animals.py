"""The writer dresses animals as animals, and nobody else."""

from __future__ import annotations

import random

import pytest

from services.offline.writer import lexicon
from services.offline.writer.dressing import Dresser
from studio.story.animal import look_of

DRESSER = Dresser("", [], random.Random(0))


@pytest.mark.parametrize("role", ["lion-tamer", "dog-walker", "rat-catcher", "dragon-slayer", "hot dog", "", "tamer"])
def test_who_works_with_animals_is_none(role: str) -> None:
    assert DRESSER.beast(role) == ""


def test_no_trade_of_the_lists_has_fur() -> None:
    assert {role for role in lexicon.roles() if look_of(role)} <= {"mole"}


def test_a_polar_bear_is_white() -> None:
    assert DRESSER.beast("polar-bear") == DRESSER.beast("polar bear") == "white-furred, with round ears and a snout"
    assert "brown-furred" in DRESSER.beast("old bear")
