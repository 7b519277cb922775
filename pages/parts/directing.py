"""Directing: the storyboard with the shot or shots beside it; a click on one draws these two again, not the page."""

from __future__ import annotations

import streamlit as st

from pages.parts.choosing import chosen, several
from pages.parts.doing import said
from pages.parts.filling import given_back
from pages.parts.guard import told
from pages.parts.shot import shot
from pages.parts.shots import shots
from pages.parts.storyboard import storyboard
from pages.parts.tabs import SCENES, opened
from studio.desk.desk import Desk
from studio.desk.storyboard import Storyboard
from studio.desk.views import Story
from studio.production.film import Choices


def directing(desk: Desk, story: Story, board: Storyboard, choices: Choices) -> None:
    """Show the storyboard, and what is chosen on it."""
    with st.container(key="directing"):  # what is drawn again by itself needs a place of its own
        st.fragment(_again)(desk, story, board, choices, [True])


def _again(desk: Desk, story: Story, board: Storyboard, choices: Choices, fresh: list[bool]) -> None:
    """Show both; `fresh` is empty when they are drawn by themselves, and then the page is, if it is not as it was."""
    opened(story.episode, SCENES.path)
    with told():
        if fresh:
            fresh.pop()
        elif desk.story(story.episode) != story or desk.storyboard(story.episode, choices) != board:
            st.rerun()
        _show(desk, story, board, choices)


def _show(desk: Desk, story: Story, board: Storyboard, choices: Choices) -> None:
    one, some = chosen(board), several(board)
    if one is None and some is None:
        said()
        storyboard(desk, story, board, choices)
        return
    given_back()
    left, right = st.columns([3, 2], gap="medium")
    with left:
        storyboard(desk, story, board, choices)
    with right, st.container(border=True, key="shot-panel"):
        if some is not None:
            shots(desk, story, some, choices)
        elif one:
            shot(desk, story, board, one, choices)
