"""Making a token for a program, shown once; and the list of those that hold, each with a button to revoke it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from pages.parts.wording import plain
from studio.desk.desk import Desk
from studio.desk.tokens import TokenView
from studio.people.access import LONGEST, Scope

ABOUT = """<p class="ts-quiet">A program that shows a token may do what you do here: open projects, quote and render
them, download films. Its routes are below <b>/api</b>; their
<a href="/api/openapi.json" target="_blank">description</a> is for tools, docs/API.md for people.</p>"""
_NONE = """<div class="ts-bare ts-nothing"><p><b>There is no token yet.</b></p>
<p>Make one above for each program of yours, so that you can end one without the others.</p></div>"""
_MAY: Mapping[Scope, str] = {
    Scope.READ: "Look at everything, and download it",
    Scope.WRITE: "Open and change projects, render what costs nothing",
    Scope.SPEND: "Render what costs, up to a ceiling it names each time",
    Scope.HOOKS: "Say where events are sent",
    Scope.SCREEN: "Share films by a link",
}
_DAYS: Mapping[int, str] = {30: "30 days", 90: "90 days", 365: "A year", 0: "Until it is revoked"}


def make(desk: Desk) -> None:
    """The form that makes a token, and the token once it is made."""
    with st.form("token", border=False, clear_on_submit=True):
        name = st.text_input("What it is for", max_chars=LONGEST, autocomplete="off", key="token-name")
        st.html('<p class="ts-small">What it may do</p>')
        chosen = [
            scope
            for scope, says in _MAY.items()
            if st.checkbox(says, value=scope in (Scope.READ, Scope.WRITE), key=f"scope-{scope}")
        ]
        days = st.selectbox("How long it holds", list(_DAYS), index=2, format_func=_DAYS.__getitem__, key="token-days")
        password = _proof() if desk.proves else ""
        if st.form_submit_button("Make a token", type="primary", key="make-token"):
            made = desk.new_token(name, chosen, days=days or None, password=password)
            st.success("The token is shown this once. Keep it where your program finds it, and nowhere else.")
            st.code(made.token, language=None, wrap_lines=True)


def _proof() -> str:
    """The password again: a token lets in for longer than who found this browser open."""
    return st.text_input("Your password", type="password", autocomplete="current-password", key="token-password")


def listed(desk: Desk) -> None:
    """Every token that holds."""
    found = desk.tokens()
    st.html('<h2 class="ts-small">Tokens that hold</h2>' if found else _NONE)
    for one in found:
        with st.container(horizontal=True, vertical_alignment="center", key=f"token-row-{one.id}"):
            st.html(_told(one), width="stretch")
            if st.button("Revoke", key=f"revoke-{one.id}", help=f"Let nobody in with “{plain(one.name)}” any more."):
                desk.revoke_token(one.id)
                st.rerun()


def _told(one: TokenView) -> str:
    used = f"last used {one.seen:%d %B %Y}" if one.seen else "never used"
    until = f"until {one.expires:%d %B %Y}" if one.expires else "until it is revoked"
    may = ", ".join(one.scopes)
    return f'<p class="ts-spoken">{escape(one.name)}<br><span>{may}; {until}; {used}</span></p>'
