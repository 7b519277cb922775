"""Undoing the last thing that was directed, as long as nothing else has changed since."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.parts.doing import do
from pages.parts.wording import plain
from studio.desk.desk import Desk
from studio.desk.directing import SHOT
from studio.desk.views import Story


def undoing(desk: Desk, story: Story) -> None:
    """Offer to go back to the version before, where the newest one directed shots."""
    newest = next(iter(desk.revisions(story.episode)), None)
    if newest is None or newest.number != story.number or not newest.what.startswith(SHOT):
        return
    st.button(
        "Undo",
        key="undo-directing",
        icon=":material/undo:",
        help=f"Take back: {plain(newest.what)}",
        on_click=do,
        args=(partial(desk.restore, story.episode, story.number - 1, base=story.number),),
    )
