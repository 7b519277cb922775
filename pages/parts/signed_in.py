"""Who somebody is to the studio, and the browsers they are signed in with."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts import entrance
from studio.desk.desk import Desk
from studio.desk.membership import Me, SessionView

_KNOWN = ("Firefox", "Edg", "OPR", "Chrome", "Safari")  # the first of these that a browser calls itself is what it is
_CALLED = {"Edg": "Edge", "OPR": "Opera"}
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux")


def whose(me: Me) -> None:
    """Name, address and plan."""
    rows = {"Name": me.name, "Mail address": me.email, "Plan": me.tier.title(), "Since": f"{me.created:%d %B %Y}"}
    told = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in rows.items())
    st.html(f'<dl class="ts-figures">{told}</dl>')


def sessions(desk: Desk) -> None:
    """List every session; below them, for who proves their password, a button to end one, and one for all others."""
    mine = entrance.sid()
    found = desk.sessions(mine)
    for one in found:
        with st.container(key=f"session-{one.id}"):
            st.html(
                f'<p class="ts-spoken">{escape(_browser(one.agent))}<br><span>{_when(one)}</span></p>', width="stretch"
            )
    others = {one.id: one for one in found if not one.here}
    if not others:
        return
    with st.form("sessions", border=False, clear_on_submit=True):
        which = st.selectbox("Where to sign out", others, format_func=lambda one: _named(others[one]), key="end-which")
        password = st.text_input("Your password", type="password", autocomplete="current-password", key="end-password")
        with st.container(horizontal=True, key="end-ways"):
            there = st.form_submit_button("Sign out there")
            everywhere = st.form_submit_button("Sign out everywhere else")
    if there and which:
        desk.revoke(which, password)
    elif everywhere:
        desk.revoke_others(mine, password)
    if there or everywhere:
        st.rerun()


def _named(one: SessionView) -> str:
    return f"{_browser(one.agent)}, {_when(one)}"


def _browser(agent: str) -> str:
    name = next((_CALLED.get(one, one) for one in _KNOWN if one in agent), "")
    system = next((one for one in _SYSTEMS if one in agent), "")
    return " on ".join(filter(None, (name, system))) or "A browser that does not say what it is"


def _when(one: SessionView) -> str:
    return "this browser" if one.here else f"last seen {one.seen:%d %B, %H:%M} UTC"
