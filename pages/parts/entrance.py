"""Who is at the pages of a hosted studio: found out at every run, for a session may have been ended meanwhile."""

from __future__ import annotations

from html import escape
from typing import NoReturn
from urllib.parse import urlencode, urlsplit

import streamlit as st

from pages.parts.scripts import inline
from services.web import visitors
from services.web.cookies import NONCE, SID
from services.web.hosted import LEAD_ON
from services.web.onward import onward
from services.wiring import reception
from studio.desk.reception import Reception
from studio.people.account import Account

_WHO = "who"  # whose the state of this tab is


def sid() -> str:
    """What the browser says its session is."""
    return _cookie(SID)


def visitor() -> Account | None:
    """Whose session it is now; None for a stranger. What another account left in this tab is forgotten."""
    found = visitors.Visitors().find(sid())
    who = found.id if found else ""
    if st.session_state.get(_WHO, who) != who:
        st.session_state.clear()
    st.session_state[_WHO] = who
    return found


def front_desk() -> Reception:
    """The reception, for whoever is at this page."""
    return reception(st.context.ip_address or "", st.context.headers.get("User-Agent", ""))


def back_here() -> str:
    """The address that was asked for, to go on to after signing in: the one named, else this page's own."""
    if asked := st.query_params.get("next"):
        return onward(asked)
    here = urlsplit(st.context.url or "/").path
    query = urlencode(st.query_params.to_dict())
    return "/" if here == "/sign_in" else onward(f"{here}?{query}" if query else here)


def nonce() -> str:
    """What ties a sign-in to this browser; empty where it was given none."""
    return _cookie(NONCE)


def lead_on(path: str, why: str) -> NoReturn:
    """Have the browser go on to a path of ours by itself, and end the page; a link does the same without scripts."""
    link = f'<a id="ts-onward" href="{escape(path)}" target="_self">Go on</a>'
    st.html(f"<p>{escape(why)}. {link}</p>{inline(LEAD_ON)}", unsafe_allow_javascript=True)
    st.stop()


def lead_in() -> NoReturn:
    """Send a stranger to sign in, and end the page."""
    asked = urlencode({"next": back_here()})
    st.html('<div class="ts-bare ts-nothing"><p><b>You are not signed in.</b></p></div>')
    st.html(f'<p><a href="/auth/begin?{escape(asked)}" target="_self">Sign in and come back here</a></p>')
    st.stop()


def _cookie(name: str) -> str:
    """A cookie as it was when the browser opened its line to this page; outside of a server there is none."""
    found = st.context.cookies.get(visitors.cookie(name))
    return found if isinstance(found, str) else ""
