"""Backgrounds: a plate is taken again after a note, and what cannot be done is said in a sentence."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from studio.desk.desk import Desk
from studio.desk.places import places
from studio.production.film import Choices
from studio.production.house import House
from studio.production.run import JobState, RunState
from studio.story.places import Time, Weather
from tests.pages.visit import button, picture, said_beside, tab, text
from tests.web.rows import job, run

SCRIPT = b"INT. KITCHEN - DAY\n\nANNA\nGood morning.\n"


@pytest.fixture
def shown(desk: Desk) -> str:
    """An episode of one place, whose plate somebody brought."""
    found = desk.open_file("kitchen.fountain", SCRIPT)
    desk.bring(found, plate(desk, found), "kitchen.png", picture())
    return found


def plate(desk: Desk, shown: str) -> str:
    return places(desk.story(shown).breakdown, Choices())[0].plates[0].subject


def note(page: AppTest, words: str) -> None:
    """Ask for another take with a note."""
    page.text_input[0].set_value(words)
    button(page, "Retake, $0.00").click().run()


def test_a_note_on_the_light_is_followed_and_the_plate_is_drawn_again(desk: Desk, shown: str) -> None:
    page = tab(desk, "backgrounds", episode=shown)
    note(page, "at night, in the rain, like Vermeer")
    (scene,) = desk.story(shown).breakdown.scenes
    assert (scene.setting.time, scene.setting.weather) == (Time.NIGHT, Weather.RAIN)
    (begun,) = desk.parts_under_way(shown)
    assert not begun.whole
    assert desk.making(shown) >= {plate(desk, shown)}
    assert "“vermeer”" in text(page)
    assert "“vermeer”" in text(page.run())  # drawn again, as when the run ends
    assert page.query_params["scene"] == scene.id


def test_a_note_that_changes_nothing_is_refused_and_nothing_begins(desk: Desk, shown: str) -> None:
    page = tab(desk, "backgrounds", episode=shown)
    for words, why in (("like Vermeer", "changes nothing"), ("", "say what should be different")):
        note(page, words)
        assert why in page.error[0].value
    assert desk.parts_under_way(shown) == ()
    assert len(desk.revisions(shown)) == 1


def test_without_a_take_there_is_nothing_to_retake(desk: Desk) -> None:
    page = tab(desk, "backgrounds", episode=desk.open_file("kitchen.fountain", SCRIPT))
    assert "No plate yet" in text(page)
    assert not page.text_input


def test_a_form_from_before_overwrites_nobody(desk: Desk, shown: str) -> None:
    page = tab(desk, "backgrounds", episode=shown)
    scene = desk.story(shown).breakdown.scenes[0].id
    desk.settle(shown, [scene], time=Time.DUSK, weather=None, mood=None, base=1)
    next(one for one in page.selectbox if one.label == "Time").set_value(Time.NIGHT)
    button(page, "Keep and redraw, $0.00").click().run()
    assert desk.story(shown).breakdown.scenes[0].setting.time is Time.DUSK
    assert "changed elsewhere" in said_beside(page, "Keep")
    assert next(one for one in page.selectbox if one.label == "Time").value is Time.NIGHT
    assert desk.parts_under_way(shown) == ()


def test_what_is_being_drawn_says_so_and_is_not_offered_again(desk: Desk, house: House) -> None:
    shown = desk.open_file("kitchen.fountain", SCRIPT)
    begun = run(house, shown, RunState.RUNNING)
    job(house, begun, plate(desk, shown), JobState.WORKING)
    page = tab(desk, "backgrounds", episode=shown)
    assert "being made" in text(page)
    assert page.button(key=f"stop-{begun}")
    assert "redraw-plate" not in [one.key for one in page.button]
