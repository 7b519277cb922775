"""Removing an episode from Home, and bringing one back."""

from __future__ import annotations

import streamlit as st

from pages.parts.guard import told
from pages.parts.tabs import HOME
from pages.parts.wording import count, name, plain
from studio.desk.desk import Desk

_WHAT = (
    "It leaves Home, and its shared links close. What was made and paid for stays: it is brought back at the foot of "
    "Home, or by asking for the same pitch or screenplay again."
)


def remove(desk: Desk, episode: str) -> None:
    """Offer to remove an episode; the click asks once more, and Home is shown afterwards."""
    with st.popover("Remove this episode", type="tertiary"):
        st.caption(_WHAT)
        if st.button("Remove it", key="remove-episode"):
            with told():
                desk.remove(episode)
                st.switch_page(HOME.file)


def removed(desk: Desk) -> None:
    """List what was removed, each with a way back; nothing where there is none."""
    gone = desk.removed()
    if not gone:
        return
    with st.expander(f"Removed · {count(len(gone), 'episode')}"):
        for one in gone:
            if st.button(f"Bring back “{plain(name(one))}”", key=f"bring-back-{one.id}", icon=":material/undo:"):
                with told():
                    desk.bring_back(one.id)
                    st.rerun()
