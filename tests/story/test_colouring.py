"""The colour action gives to a thing is read once, for the shots that show the thing and for no others."""

from __future__ import annotations

import pytest

from studio.production.briefing import board
from studio.production.film import Choices, Film
from studio.story.breaking import break_down
from studio.story.colouring import coloured
from studio.story.fountain import read_fountain

RED, BLUE, GREEN, GOLD = "#c8402f", "#3566a8", "#4b7f4a", "#e0b04a"
SCRIPT = """INT. KITCHEN - DAY

MARA and OTTO wait. A green bottle stands on the table.

MARA
Now.

Mara picks up a red notebook.

OTTO
Later.

EXT. HARBOUR - NIGHT

Otto holds the notebook.

OTTO
Mine.

EXT. FOREST - DAY

Mara waits.
"""


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("She takes a small, battered red notebook.", {"book": RED}),
        ("MARA, in a red coat, with a key in her hand.", {}),
        ("Abre el cuaderno. Coge el libro azul.", {"book": BLUE}),
        ("He puts a golden key beside the green bottle.", {"key": GOLD, "bottle": GREEN}),
        ("He drops the book. Red light falls.", {}),
        ("A red book. Later, the blue book.", {"book": RED}),
    ],
)
def test_a_thing_has_the_first_colour_it_is_given(told: str, found: dict[str, str]) -> None:
    assert dict(coloured([told])) == found


def test_a_colour_reaches_the_shots_and_places_that_show_its_thing() -> None:
    breakdown = break_down(read_fountain(SCRIPT), seed=0)
    film = Film(breakdown=breakdown, choices=Choices(), title="", author="", seed=0)
    shown = {
        (scene.number, bool(brief.colours)): brief
        for scene in breakdown.scenes
        for shot in scene.shots
        for brief in [board(film, scene, shot, {})]
    }
    kitchen, harbour, forest = (scene.setting.place for scene in breakdown.scenes)
    assert dict(shown["1", True].colours) == {"book": RED}
    assert dict(shown["2", True].colours) == {"book": RED}
    assert ("3", True) not in shown
    assert dict(kitchen.colours) == {"bottle": GREEN}
    assert not harbour.colours
    assert "colours" not in forest.model_dump()
    assert "colours" not in shown["3", False].model_dump()
