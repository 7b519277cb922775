"""Where one's programs have events sent: each address with what became of its last call, and a button to remove it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from studio.desk.desk import Desk
from studio.desk.hooking import CallView, HookView
from studio.people.hooks import CallState

_ABOUT = """<h2 class="ts-small">Hooks</h2><p class="ts-quiet">Addresses a program of yours has told of how your
productions end.</p>"""
_STATES: Mapping[CallState, str] = {
    CallState.SENT: "arrived",
    CallState.WAITING: "waits to be sent",
    CallState.DROPPED: "was given up",
}


def listed(desk: Desk) -> None:
    """Every hook; nothing where there is none, for programs make them."""
    found = desk.hooks()
    if found:
        st.html(_ABOUT)
    for one in found:
        last = next(iter(desk.hook_calls(one.id, most=1)), None)
        with st.container(horizontal=True, vertical_alignment="center", key=f"token-row-hook-{one.id}"):
            st.html(_told(one, last), width="stretch")
            if st.button("Remove", key=f"remove-hook-{one.id}", help="Tell this address nothing more."):
                desk.drop_hook(one.id)
                st.rerun()


def _told(one: HookView, last: CallView | None) -> str:
    said = f"the last, {last.event}, {_STATES[last.state]}" if last else "told nothing yet"
    why = f": {escape(last.error)}" if last and last.error else ""
    made = f"{', '.join(one.events)}; since {one.created:%d %B %Y}"
    return f'<p class="ts-spoken">{escape(one.url)}<br><span>{made}; {said}{why}</span></p>'
