"""The shortest way to a first finished draft: one click, for somebody who has made nothing here yet."""

from __future__ import annotations

import streamlit as st

from pages.parts.asking import first_pitch
from pages.parts.guard import told
from pages.parts.wording import dollars
from services.web import visitors
from studio.desk.desk import Desk
from studio.people.milestones import Milestone
from studio.production.film import Choices

_SECONDS = 30  # of the first draft: it is there soonest


def begin(desk: Desk) -> str | None:
    """Offer to make the first example now; gives the id of its episode once it was begun. Nothing in local mode."""
    if not visitors.hosted():
        return None
    me = desk.me()
    if Milestone.FIRST_PITCH in me.way:
        return None
    name, pitch = first_pitch()
    with st.container(border=True, key="onboarding"):
        st.html(
            f'<p><b>Your first episode is a click away.</b></p><p class="ts-quiet">“{pitch}” The offline crew films '
            f"it in a few minutes, and you watch it come. Or type a pitch of your own below.</p>"
        )
        with told():
            if st.button(f"Make “{name}”, {dollars(0)}", type="primary", icon=":material/movie:", key="first-episode"):
                episode = desk.open_pitch(pitch, seconds=_SECONDS)
                desk.produce(episode, Choices())
                return episode
    return None
