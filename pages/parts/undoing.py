"""Undoing the last change of an episode."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.parts.doing import do
from pages.parts.wording import plain
from studio.desk.desk import Desk
from studio.desk.directing import SHOT
from studio.desk.views import Story

_NOT_MINE = ("Back to", "Voices of")  # how a version begins that takes others back, or that a crew's own voices made


def undoing(desk: Desk, story: Story, *, only: str = SHOT) -> None:
    """Offer to go back to the version before, where the name of the newest begins with `only`."""
    newest = next(iter(desk.revisions(story.episode)), None)
    if newest is None or newest.number != story.number or not newest.what or newest.what.startswith(_NOT_MINE):
        return
    if not newest.what.startswith(only):
        return
    st.button(
        "Undo",
        key="undo-directing",
        icon=":material/undo:",
        help=f"Take back: {plain(newest.what)}",
        on_click=do,
        args=(partial(desk.restore, story.episode, story.number - 1, base=story.number),),
    )
