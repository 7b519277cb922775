"""The shelf of episodes: poster, state, length, and a way back into each."""

from __future__ import annotations

import streamlit as st

from pages.parts.showing import chip
from studio.desk.desk import Desk
from studio.desk.views import EpisodeView

_COLUMNS = 3
_MOST = 30  # episodes shown; the newest first


def shelf(desk: Desk) -> None:
    """List the episodes, or say how to get the first."""
    st.subheader("Episodes", anchor=False)
    views = desk.episodes()
    if not views:
        st.html('<div class="ts-empty">No episodes yet. Write a pitch above, or take one of the three.</div>')
        return
    for start in range(0, min(len(views), _MOST), _COLUMNS):
        for view, column in zip(views[start : start + _COLUMNS], st.columns(_COLUMNS), strict=False):
            with column:
                _card(view)


def _card(view: EpisodeView) -> None:
    with st.container(border=True):
        if view.file("poster.jpg"):
            st.html(f'<img class="ts-poster" alt="" src="/files/{view.id}/{view.frame}/poster.jpg">')
        st.markdown(f"**{view.title}**")
        length = f" {view.seconds:.0f} s" if view.seconds else ""
        st.html(f"{chip(view)}{length}")
        if st.button("Open", key=f"open-{view.id}", width="stretch"):
            st.query_params["episode"] = view.id
            st.rerun()
