"""Retakes on the Scenes tab where they cost something: a note is not followed for more than its button said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from studio.desk.desk import Desk
from studio.production.house import House
from tests.pages.visit import tab
from tests.web.rows import FRAME, filmed, house_at

SCRIPT = b"INT. HALL - NIGHT\n\nShe waits.\n\nANNA\nGood evening.\n"
LONGER = "longer " * 8


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """A house with a vendor's key; nobody works there."""
    made = house_at(home, fal_key="key")
    yield made
    made.db.close()


def ways(page: AppTest) -> Button:
    """The button that has a shot taken again."""
    (found,) = [one for one in page.button if one.label.startswith("Retake, ")]
    return found


def test_a_note_that_costs_more_than_the_button_said_is_priced_before_it_is_followed(desk: Desk, house: House) -> None:
    episode = desk.open_file("hall.fountain", SCRIPT)
    desk.engage_named(episode, "painter=flux-2,animator=kling-v4")
    shot = next(one for one in desk.story(episode).breakdown.shots if one.lines)
    filmed(house, episode, f"clip:{shot.id}@{FRAME}")
    page = tab(desk, "scenes", episode=episode, shot=shot.id)
    before, cheap = desk.revisions(episode), ways(page).label
    page.text_input(key=f"retake-note-{shot.id}").set_value(LONGER)
    ways(page).click().run()
    assert "was agreed to" in page.error[0].value
    assert (desk.revisions(episode), desk.parts_under_way(episode)) == (before, ())
    assert page.text_input(key=f"retake-note-{shot.id}").proto.value == LONGER
    dear = ways(page).label
    assert dear != cheap
    page.text_input(key=f"retake-note-{shot.id}").set_value(LONGER)
    ways(page).click().run()
    assert not page.error
    (begun,) = desk.parts_under_way(episode)
    assert begun.run
    assert len(desk.revisions(episode)) == len(before) + 1
    assert ways(page).label != dear  # the box is empty again
