"""The second step of signing in: an app that shows codes, switched on with a picture for it, and off again."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts.guard import told
from pages.parts.wording import count
from services.qr import picture
from studio.desk.desk import Desk
from studio.desk.membership import Me
from studio.desk.securing import Enrolment

_SHOWN, _PAPER = "factor-shown", "factor-paper"  # what an app is given, and the codes for paper, until they are noted
_WHY = "An app on your telephone shows a code that signing in asks for besides the password."
_FOUNDER = "Founders see what everybody pays and may let people in: protect your account with it."
_ASKED = "This studio asks founders for it: what is for founders opens as soon as it is on."
_GIVE = """<p>Let your app read this picture, or type <b>{secret}</b> into it. Then type the code it
shows.</p>
<p><img src="{picture}" alt="The same secret as a picture for the app" width="220" height="220"></p>"""


def second(desk: Desk, me: Me) -> None:
    """Show whether codes are asked for, and the forms that change it."""
    st.html('<h2 class="ts-small">Codes of an app</h2>')
    if paper := st.session_state.get(_PAPER):
        _paper(paper)
    with told():
        found = desk.factor()
        if found.since:
            left = count(found.paper, "code")
            st.html(f'<p class="ts-quiet">Asked for since {found.since:%d %B %Y}; {left} on paper left.</p>')
            _off(desk)
        elif shown := st.session_state.get(_SHOWN):
            _confirm(desk, shown)
        else:
            for_founders = _ASKED if desk.lacks_app else _FOUNDER if me.founder else ""
            st.html(f'<p class="ts-quiet">{_WHY} {for_founders}</p>')
            _on(desk)


def _on(desk: Desk) -> None:
    with st.form("factor-on", border=False), told():
        password = st.text_input(
            "Your password", type="password", autocomplete="current-password", key="factor-password"
        )
        if st.form_submit_button("Set up an app"):
            st.session_state[_SHOWN] = desk.begin_factor(password)
            st.rerun()


def _confirm(desk: Desk, shown: Enrolment) -> None:
    grouped = " ".join(shown.secret[at : at + 4] for at in range(0, len(shown.secret), 4))
    st.html(_GIVE.format(secret=escape(grouped), picture=picture(shown.address)))
    with st.form("factor-confirm", border=False), told():
        code = st.text_input("Code of your app", autocomplete="one-time-code", max_chars=8, key="factor-code")
        if st.form_submit_button("Ask for codes from now on"):
            st.session_state[_PAPER] = desk.confirm_factor(code)
            del st.session_state[_SHOWN]
            st.rerun()


def _paper(codes: tuple[str, ...]) -> None:
    st.success("Codes are asked for from now on. Write these down: each lets you in once, should you lose the app.")
    st.code("\n".join(codes), language=None)
    if st.button("I have written them down", key="factor-noted"):
        del st.session_state[_PAPER]
        st.rerun()


def _off(desk: Desk) -> None:
    with st.expander("Ask for no codes any more"), st.form("factor-off", border=False), told():
        password = st.text_input("Your password", type="password", autocomplete="current-password", key="factor-proof")
        code = st.text_input(
            "Code of your app, or one on paper", autocomplete="one-time-code", max_chars=40, key="factor-last"
        )
        if st.form_submit_button("Switch it off"):
            desk.drop_factor(password, code)
            st.session_state.pop(_PAPER, None)
            st.rerun()
