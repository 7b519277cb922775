"""The Voices tab: whom it casts, what it offers, what is stale, and how a line is directed."""

from __future__ import annotations

import pytest

from studio.desk.desk import Desk
from studio.desk.views import Story
from studio.story.voicing import LineReading
from tests.pages.visit import said_beside, tab, text

SCRIPT = b"""INT. HALL - NIGHT

ANNA, 30, waits.

ANNA
Good evening, <b>you</b> at the window.

BERT
(whispering)
Not so loud.

ANNA
Why?
"""


@pytest.fixture
def shown(desk: Desk) -> str:
    """An episode with a screenplay."""
    return desk.open_file("hall.fountain", SCRIPT)


def who(story: Story, name: str) -> str:
    return next(member.id for member in story.breakdown.cast if member.name == name)


def test_an_episode_that_is_not_there_leads_home(desk: Desk) -> None:
    assert "No episode is open" in text(tab(desk, "voices", episode="nobody"))


def test_where_nobody_speaks_it_says_what_to_do(desk: Desk) -> None:
    silent = desk.open_file("silent.fountain", b"INT. HALL - NIGHT\n\nShe waits.\n\nEXT. YARD - DAY\n\nSnow.\n")
    page = tab(desk, "voices", episode=silent)
    assert "Nobody says a word" in text(page)
    assert "speak" not in [button.key for button in page.button]


def test_a_voice_is_cast_and_is_a_version(desk: Desk, shown: str) -> None:
    story = desk.story(shown)
    anna = who(story, "ANNA")
    page = tab(desk, "voices", episode=shown)
    assert page.query_params["character"] == anna
    seen = text(page)
    assert "◉ cast" in seen
    assert "suggested" in seen
    other = next(button for button in page.button if (button.key or "").startswith("cast-"))
    other.click().run()
    after = desk.story(shown)
    assert after.number == story.number + 1
    assert after.breakdown.character(anna).casting.voice == (other.key or "").removeprefix("cast-")
    assert after.breakdown.character(anna).casting.pitch == story.breakdown.character(anna).casting.pitch


def test_listening_begins_a_run_and_changes_nothing(desk: Desk, shown: str) -> None:
    page = tab(desk, "voices", episode=shown)
    listen = next(button for button in page.button if (button.key or "").startswith("listen-"))
    assert listen.label == "Listen, $0.00"
    number = desk.story(shown).number
    listen.click().run()
    assert len(desk.parts_under_way(shown)) == 1
    assert desk.story(shown).number == number


def test_lines_not_spoken_yet_are_spoken_by_a_button_with_a_price(desk: Desk, shown: str) -> None:
    page = tab(desk, "voices", episode=shown)
    assert "3 lines are not spoken yet" in text(page)
    assert page.button(key="speak").label == "Speak them, $0.00"
    page.button(key="speak").click().run()
    (run,) = desk.parts_under_way(shown)
    assert run.whole is False


def test_only_the_lines_of_who_is_cast_are_listed_until_all_are_asked_for(desk: Desk, shown: str) -> None:
    page = tab(desk, "voices", episode=shown, character=who(desk.story(shown), "BERT"))
    assert "Not so loud." in text(page)
    assert "(whispering)" in text(page)
    assert "Why?" not in text(page)
    page.toggle(key=f"everybody-{shown}").set_value(True).run()
    assert "Why?" in text(page)
    assert "&lt;b&gt;you&lt;/b&gt;" in text(page)


def test_a_line_from_the_timeline_is_open_and_can_be_directed(desk: Desk, shown: str) -> None:
    story = desk.story(shown)
    line = story.breakdown.lines[1]
    page = tab(desk, "voices", episode=shown, line=line.id)
    assert page.query_params["character"] == line.character
    page.selectbox(key=f"like-{line.id}-{story.number}").set_value("shouting")
    page.slider(key=f"speed-{line.id}-{story.number}").set_value(1.2)
    page.text_input(key=f"said-{line.id}-{story.number}").set_value("Not so lowd.")
    next(button for button in page.button if button.label == "Keep and speak it, $0.00").click().run()
    after = desk.story(shown).breakdown.lines[1]
    assert (after.like, after.speed, after.said_as, after.text) == ("shouting", 1.2, "Not so lowd.", "Not so loud.")
    assert len(desk.parts_under_way(shown)) == 1
    assert "said as “Not so lowd.”" in text(page)


def test_a_line_changed_elsewhere_meanwhile_is_not_overwritten(desk: Desk, shown: str) -> None:
    story = desk.story(shown)
    line = story.breakdown.lines[1]
    page = tab(desk, "voices", episode=shown, line=line.id)
    desk.read_line(shown, line.id, LineReading(like="sad"), base=story.number)
    filled = (("selectbox", "like", "shouting"), ("slider", "speed", 1.2), ("text_input", "said", "Lowd."))
    for kind, name, value in filled:
        getattr(page, kind)(key=f"{name}-{line.id}-{story.number}").set_value(value)
    next(button for button in page.button if button.label == "Keep and speak it, $0.00").click().run()
    assert "in the meantime" in said_beside(page, "Keep and speak it")
    assert desk.story(shown).breakdown.lines[1].like == "sad"
    for kind, name, value in filled:
        assert getattr(page, kind)(key=f"{name}-{line.id}-{story.number + 1}").value == value
    next(button for button in page.button if button.label == "Keep and speak it, $0.00").click().run()
    assert desk.story(shown).breakdown.lines[1].said_as == "Lowd."
    assert not page.error


def test_a_voice_or_pace_refused_is_said_where_it_was_asked_for(desk: Desk, shown: str) -> None:
    story = desk.story(shown)
    anna = who(story, "ANNA")
    page = tab(desk, "voices", episode=shown)
    desk.read_line(shown, story.breakdown.lines[1].id, LineReading(like="sad"), base=1)
    next(button for button in page.button if (button.key or "").startswith("cast-")).click().run()
    assert "in the meantime" in said_beside(page, "Cast")
    desk.read_line(shown, story.breakdown.lines[1].id, LineReading(), base=2)
    page.slider(key=f"pitch-{anna}-2").set_value(1.3)
    next(button for button in page.button if button.label == "Keep pace and pitch").click().run()
    assert "in the meantime" in said_beside(page, "Keep pace and pitch")
    assert page.slider(key=f"pitch-{anna}-3").value == pytest.approx(1.3)


def test_a_changed_pitch_is_kept(desk: Desk, shown: str) -> None:
    story = desk.story(shown)
    anna = who(story, "ANNA")
    page = tab(desk, "voices", episode=shown)
    page.slider(key=f"pitch-{anna}-{story.number}").set_value(1.3)
    next(button for button in page.button if button.label == "Keep pace and pitch").click().run()
    assert desk.story(shown).breakdown.character(anna).casting.pitch == pytest.approx(1.3)
