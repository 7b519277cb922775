"""The lines and the voices on offer: what is stale, another reading, a choice of accents, and hearing many at once."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from studio.desk.desk import Desk
from studio.desk.views import Story
from studio.production.house import House
from tests.pages.visit import button, tab, text
from tools.bench.filmed import filmed, screenplay


@pytest.fixture
def shown(house: House) -> str:
    """An episode whose every line is spoken."""
    return filmed(house, "The Key")


def offered(page: AppTest) -> list[str]:
    """The voices that can be cast, in the order they are shown."""
    return [(one.key or "").removeprefix("cast-") for one in page.button if (one.key or "").startswith("cast-")]


def lines_of(story: Story, who: str) -> list[str]:
    return [line.id for line in story.breakdown.lines if line.character == who]


def recast(desk: Desk, shown: str, who: str) -> None:
    """Give somebody a voice of theirs that they do not have."""
    story = desk.story(shown)
    other = next(one for one in desk.offers(story, who) if not one.cast and one.fits)
    casting = story.breakdown.character(who).casting.model_copy(update={"voice": other.card.voice})
    desk.cast_voice(shown, who, casting, base=story.number)


def test_every_line_can_be_heard_and_nothing_is_to_be_done(desk: Desk, shown: str) -> None:
    page = tab(desk, "voices", episode=shown, character="mara")
    seen = text(page)
    assert "Every line is spoken as it is written and cast now" in seen
    assert seen.count('<audio class="ts-hear"') == len(lines_of(desk.story(shown), "mara"))
    assert "speak" not in [one.key for one in page.button]


def test_lines_that_were_spoken_just_so_elsewhere_can_be_heard(desk: Desk, shown: str) -> None:
    again = desk.open_file("again.fountain", screenplay("The Key"))
    seen = text(tab(desk, "voices", episode=again, character="mara"))
    assert "Every line is spoken as it is written and cast now" in seen
    assert "not spoken yet" not in seen


def test_lines_of_a_voice_that_was_recast_are_stale_and_spoken_again(desk: Desk, shown: str) -> None:
    mine = lines_of(desk.story(shown), "mara")
    recast(desk, shown, "mara")
    page = tab(desk, "voices", episode=shown, character="mara")
    seen = text(page)
    assert f"{len(mine)} lines are stale: what was spoken is not what is written or cast now." in seen
    assert seen.count(">stale</span>") == len(mine)
    assert page.button(key="speak").label == "Speak them again, $0.00"
    page.button(key="speak").click().run()
    assert desk.making(shown) >= {f"speech:{one}" for one in mine}
    assert "The rest is being spoken now" in text(page)
    assert "speak" not in [one.key for one in page.button]


def test_one_line_is_spoken_again_with_a_note(desk: Desk, shown: str) -> None:
    mine = lines_of(desk.story(shown), "tom")
    page = tab(desk, "voices", episode=shown, line=mine[0])
    assert page.query_params["character"] == "tom"
    page.text_input(key=f"retake-note-speech:{mine[0]}").set_value("slower, with a wink")
    button(page, "Retake, $0.00").click().run()
    (begun,) = desk.parts_under_way(shown)
    assert not begun.whole
    assert f"speech:{mine[0]}" in desk.making(shown)
    assert f"speech:{mine[1]}" not in desk.making(shown)
    assert page.info[0].value == "Nobody on the crew could read “wink”. The line is spoken anew."
    page.button(key=f"open-line-{mine[0]}").click().run()
    assert "line" not in page.query_params


def test_an_accent_chooses_which_voices_are_offered(desk: Desk, shown: str) -> None:
    story = desk.story(shown)
    cards = {one.card.voice: one.card for one in desk.offers(story, "mara")}
    page = tab(desk, "voices", episode=shown, character="mara")
    box = page.selectbox(key="accent-mara")
    first = {cards[one].accent for one in offered(page)}
    other = next(one for one in box.options[1:] if one not in first)
    box.set_value(other).run()
    kept = {one.card.voice for one in desk.offers(story, "mara") if one.suggested or one.cast}
    assert {cards[one].accent for one in offered(page) if one not in kept} == {other}
    page.selectbox(key="accent-mara").set_value("Any accent").run()
    page.button(key="voices-more").click().run()
    assert {cards[one].accent for one in offered(page)} == {one.accent for one in cards.values()}


def test_more_voices_are_shown_when_asked_for_and_those_that_do_not_fit(desk: Desk, shown: str) -> None:
    page = tab(desk, "voices", episode=shown, character="mara")
    page.selectbox(key="accent-mara").set_value("Any accent").run()
    few = offered(page)
    assert page.button(key="voices-more").label.startswith("Show ")
    page.button(key="voices-more").click().run()
    more = offered(page)
    assert more[: len(few)] == few
    assert len(more) > len(few)
    assert "voices-more" not in [one.key for one in page.button]
    page.toggle(key="every-mara").set_value(True).run()
    assert set(offered(page)) > set(more)
    unfit = {one.card.voice for one in desk.offers(desk.story(shown), "mara") if not one.fits}
    assert set(offered(page)) & unfit


def test_all_that_are_shown_are_auditioned_by_one_button(desk: Desk, shown: str) -> None:
    page = tab(desk, "voices", episode=shown, character="mara")
    alone = [one for one in page.button if (one.key or "").startswith("listen-")]
    asked = page.button(key="hear-all")
    assert asked.label == f"Hear all {len(alone)}, $0.00"
    asked.click().run()
    made = {one for one in desk.making(shown) if one.startswith("audition:mara:")}
    assert made == {f"audition:mara:{(one.key or '').removeprefix('listen-')}" for one in alone}
    assert page.button(key="hear-all").label == "All can be heard"
    assert page.button(key="hear-all").disabled
