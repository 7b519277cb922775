"""Undoing the last change of an episode, and then the one before it, as far back as there are versions."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.parts.doing import do
from pages.parts.wording import plain
from studio.desk.desk import Desk
from studio.desk.directing import SHOT
from studio.desk.views import Story

_NOT_MINE = "Voices of"  # how a version begins that a crew's own voices made


def undoing(desk: Desk, story: Story, *, only: str = SHOT) -> None:
    """Offer to go back to before the last change, where its name begins with `only`; pressed again, to before that."""
    last = desk.last_change(story)
    if last is None or last.what.startswith(_NOT_MINE) or not last.what.startswith(only):
        return
    st.button(
        "Undo",
        key="undo-directing",
        icon=":material/undo:",
        help=f"Take back: {plain(last.what)}",
        on_click=do,
        args=(partial(desk.restore, story.episode, last.number - 1, base=story.number),),
    )
