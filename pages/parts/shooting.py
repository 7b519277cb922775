"""Shooting: the buttons that make what a storyboard lacks, boards first, then clips, with what each costs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.guard import told
from pages.parts.pricing import cost_of
from studio.desk.desk import Desk
from studio.desk.storyboard import ShotView, Storyboard
from studio.desk.views import Story
from studio.production.film import Choices
from studio.takes.plan import State
from studio.takes.recipe import TakeKind


def shooting(desk: Desk, story: Story, board: Storyboard, choices: Choices) -> None:
    """Offer to draw and shoot what is missing or stale."""
    boards, clips = wanting(board.shots, TakeKind.BOARD), wanting(board.shots, TakeKind.CLIP)
    if not boards and not clips:
        return
    missing = sum(item.state is State.MISSING for one in board.shots for item in one.wanted if item.subject in boards)
    with st.container(horizontal=True, key="shooting"):
        if boards:
            words = _number(len(boards), "missing board" if missing == len(boards) else "board")
            make(desk, story.episode, f"Draw {words}", boards, choices, key="draw", primary=True)
        if clips:
            make(desk, story.episode, f"Shoot {_number(len(clips), 'clip')}", clips, choices, primary=not boards)


def wanting(views: Sequence[ShotView], kind: TakeKind) -> list[str]:
    """The boards or clips of these shots that are missing or stale and not under way."""
    return [item.subject for view in views for item in view.wanted if item.kind is kind]


def make(
    desk: Desk,
    episode: str,
    label: str,
    subjects: Sequence[str],
    choices: Choices,
    *,
    key: str = "shoot",
    primary: bool = False,
) -> None:
    """A button that makes these subjects with what they need; it says what that costs."""
    asked = st.button(
        f"{label}, {cost_of(desk, episode, subjects, choices)}",
        key=key,
        type="primary" if primary else "secondary",
        icon=":material/brush:" if key.startswith("draw") else ":material/videocam:",
    )
    if asked:
        with told():
            if desk.make(episode, subjects, choices) is None:
                st.toast("All of it is there already.", icon=":material/check:")
            else:
                st.rerun()


def _number(count: int, what: str) -> str:
    return f"the {what}" if count == 1 else f"{count} {what}s"
