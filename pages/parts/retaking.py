"""Retaking shots with a note: what its words ask for is staged, and what could not be read is said."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages.parts.taking import retake
from pages.parts.wording import plain
from studio.desk.desk import Desk
from studio.desk.storyboard import ShotView
from studio.desk.views import Story
from studio.production.film import Choices

_HINT = "closer, angry, without Tom, pan left, hold longer"
_TOLD = "note-told"


def retaking(desk: Desk, story: Story, views: Sequence[ShotView], choices: Choices) -> None:
    """Ask for another take of these shots."""
    with st.container():  # there also when it is empty, so that what follows keeps its place
        if message := st.session_state.pop(_TOLD, ""):
            st.info(message, icon=":material/edit_note:")
    name = f"shot {views[0].shot.number}" if len(views) == 1 else f"{len(views)} shots"
    again = partial(_again, desk, story, [view.shot.id for view in views], choices)
    subjects = [view.board.subject for view in views]
    retake(desk, story.episode, subjects, choices, name=name, hint=_HINT, again=again)


def _again(desk: Desk, story: Story, shots: Sequence[str], choices: Choices, note: str) -> None:
    done = desk.remark(story.episode, shots, note, choices, base=story.number)
    if done.unread:
        unread = ", ".join(f"“{plain(word)}”" for word in done.unread)
        staged = "The rest of the note was followed" if done.number != story.number else "The shot is drawn anew"
        st.session_state[_TOLD] = f"Nobody on the crew could read {unread}. {staged}."
