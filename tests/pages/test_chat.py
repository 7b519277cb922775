"""The chat of every tab: its hints, what it proposes there, and what accepting that changes."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.tabs import TABS
from studio.desk.desk import Desk
from studio.people.account import OWNER
from studio.production.house import House
from studio.story.proposal import Request
from tests.doubles.cloud import cloud
from tests.doubles.house import at_doubles
from tests.pages.visit import text
from tests.production.crew import SCRIPT


@pytest.fixture
def episode(desk: Desk) -> str:
    """An episode of two scenes."""
    return desk.open_file("the-key.fountain", SCRIPT.encode())


def page_of() -> None:
    """The drawer of a tab without the page around it."""
    import streamlit as st

    from pages.parts.chat import talk

    desk = st.session_state["desk"]
    talk(desk, desk.story(st.session_state["episode"]), st.session_state["tab"])


def drawer(desk: Desk, episode: str, tab: str) -> AppTest:
    """The drawer as somebody on a tab sees it."""
    page = AppTest.from_function(page_of, default_timeout=120)
    page.session_state["desk"], page.session_state["episode"], page.session_state["tab"] = desk, episode, tab
    page.run()
    assert not page.exception
    return page


def asked(page: AppTest, words: str) -> AppTest:
    """The drawer after something was asked in it."""
    page.chat_input[0].set_value(words).run()
    assert not page.exception
    return page


def pressed(page: AppTest, name: str) -> AppTest:
    """The drawer after the button whose key begins so was pressed."""
    (button,) = [one for one in page.button if (one.key or "").startswith(name)]
    button.click().run()
    assert not page.exception
    return page


@pytest.mark.parametrize(
    ("tab", "words", "shown"),
    [
        ("characters", "make Mara younger, red hair", "<b>Mara, age</b> <del>old</del> becomes <ins>adult</ins>"),
        ("scenes", "shot 2A close", "<b>Shot 2A, framing</b>"),
        ("voices", "Tom slower", "<b>Tom, pace</b>"),
        ("backgrounds", "rain in scene 2", "<b>Scene 2, weather</b> <del>clear</del> becomes <ins>rain</ins>"),
    ],
)
def test_what_is_proposed_on_a_tab_is_listed_and_accepted(
    desk: Desk, episode: str, tab: str, words: str, shown: str
) -> None:
    before = desk.story(episode)
    page = asked(drawer(desk, episode, tab), words)
    assert shown in text(page)
    assert desk.story(episode) == before
    pressed(page, "accept-chat")
    after = desk.story(episode)
    assert (after.number, after.fountain) == (2, before.fountain)
    assert after.breakdown != before.breakdown
    page = drawer(desk, episode, tab)
    assert '<span class="ts-chip done">accepted</span>' in text(page)
    assert f"<b>You</b> {words}" in text(page)
    assert not page.button


def test_every_tab_of_an_episode_has_hints_of_its_own(desk: Desk, episode: str) -> None:
    seen = [text(drawer(desk, episode, tab.path)) for tab in TABS]
    assert len(set(seen)) == len(seen)


def test_hints_are_about_the_people_scenes_and_shots_there_are(desk: Desk) -> None:
    shown = desk.open_file("one.fountain", b"INT. SHED - DAY\n\nA drip.\n\nGRETE\nWho is there?\n")
    hints = {tab.path: text(drawer(desk, shown, tab.path)) for tab in TABS}
    assert "make Grete older" in hints["characters"]
    assert "a little deeper" in hints["voices"]
    assert "shot 1B closer" in hints["scenes"]
    assert "Mara" not in "".join(hints.values())
    assert "scene 2" not in "".join(hints.values())
    asked(drawer(desk, shown, "characters"), "make Grete older, red hair")
    assert desk.conversation(shown).waiting


def test_an_answer_nobody_waited_for_is_there_later(home: Path) -> None:
    with cloud() as vendors, at_doubles(vendors, home) as house:
        desk = Desk(house, OWNER)
        episode = desk.open_file("the-key.fountain", SCRIPT.encode())
        desk.engage_named(episode, "writer=groq")
        desk.begin(episode, Request(text="colder", tab="voices"), base=1)  # and the tab is closed
        page = drawer(desk, episode, "script_lab")  # follows it to its end
        assert "<b>You</b> colder" in text(page)
        assert desk.asking(episode) is None
        assert len(desk.conversation(episode).messages) == 2


class Second(Desk):
    """The desk of another tab: an answer that is held comes once something was asked here, which the page waits for."""

    def __init__(self, house: House, held: Event) -> None:
        super().__init__(house, OWNER)
        self._held = held

    def begin(self, episode: str, request: Request, *, base: int) -> None:
        try:
            super().begin(episode, request, base=base)
        finally:
            self._held.set()


def test_what_is_asked_while_another_answer_comes_stands_in_the_box_again(home: Path) -> None:
    with cloud() as vendors, at_doubles(vendors, home) as house:
        held = vendors.groq.heard = Event()
        desk = Desk(house, OWNER)
        episode = desk.open_file("the-key.fountain", SCRIPT.encode())
        desk.engage_named(episode, "writer=groq")
        page = drawer(Second(house, held), episode, "voices")
        desk.begin(episode, Request(text="colder", tab="script_lab"), base=1)
        try:
            asked(page, "Tom slower")
        finally:
            held.set()
        assert "the writer is answering something else" in page.error[0].value
        assert page.chat_input[0].proto.value == "Tom slower"
        assert "<b>You</b> colder" in text(page)
