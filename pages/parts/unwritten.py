"""An episode without a screenplay: its writer costs, so the tab says who writes it, how far that is, and what else."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.parts.doing import do, said
from pages.parts.doubting import doubting
from pages.parts.wording import guess
from pages.parts.working import working
from studio.desk.desk import Desk
from studio.production.film import Choices
from studio.takes.recipe import TakeKind

_ALONE = Choices(only=("script:pitch",))
_WRITING = """<div class="ts-bare ts-nothing"><p><b>The screenplay is being written.</b></p>
<p>This tab opens by itself as soon as it is there. You can close it; the work goes on.</p></div>"""
_NONE = """<div class="ts-bare ts-nothing"><p><b>Nobody has written the screenplay yet.</b></p>
<p>Its writer works at a vendor, so nothing is written before you say so.</p></div>"""


def unwritten(desk: Desk, episode: str) -> None:
    """Show that the screenplay is being written, or offer to have it written."""
    under_way = bool(desk.under_way(episode))
    st.html(_WRITING if under_way else _NONE)
    working(desk, episode)
    if under_way:
        return
    said()
    doubting(desk, episode)
    with st.container(horizontal=True, key="unwritten"):
        likely = guess(desk.price(episode, TakeKind.SCRIPT))
        st.button(
            f"Write the screenplay, about {likely}",
            type="primary",
            key="unwritten-go",
            icon=":material/edit_document:",
            on_click=do,
            args=(partial(desk.produce, episode, _ALONE),),
        )
        st.button(
            "Have the offline writer write it, $0.00",
            key="unwritten-offline",
            icon=":material/home_work:",
            on_click=do,
            args=(partial(desk.engage, episode, {"writer": ""}),),
        )


def begin(desk: Desk, episode: str) -> None:
    """Have the screenplay of an episode written, and nothing else."""
    desk.produce(episode, _ALONE)
