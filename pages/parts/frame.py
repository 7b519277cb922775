"""The frame of a page: its guard, its head, and the little the theme cannot reach."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import NoReturn

import streamlit as st

from pages.parts.chat import chat
from pages.parts.guard import told
from pages.parts.jotting import jotting
from pages.parts.tabs import HOME, strip
from pages.parts.unwritten import unwritten
from pages.parts.wording import name
from services.web import local
from services.wiring import desk
from studio.desk.desk import Desk
from studio.desk.views import Story
from studio.errors import Conflict, NotFound

_STYLE = Path(__file__).with_name("studio.css")
_ICON = Path(__file__).parents[2] / "data" / "icon.svg"  # a named Material icon would be fetched from the network
_NAME = "TrashFire Studio"
_DESK = "desk"
_BRAND = (
    '<div class="ts-brand"><a href="/" target="_self" aria-label="TrashFire Studio, home">TrashFire <b>Studio</b></a>'
)
_PROMISE = """
<h1 class="ts-promise">Type a pitch. Watch the episode.</h1>
<p class="ts-under">A template writer, a paper theatre and synthetic voices make it on this machine:
no account, no key, no network.</p>
"""
_NONE_CHOSEN = "Choose one on Home, or begin a new one there."
_NOT_THERE = """The address leads to an episode this studio does not have: it was cut short, or is another studio's.
Every episode of this one is on Home."""


def dress() -> None:
    """Set the browser's title and the styles of every page, and have what is typed on it kept."""
    st.set_page_config(page_title=_NAME, page_icon=_ICON, layout="wide")
    st.html(_STYLE)
    jotting()


def call(title: str) -> None:
    """Name the browser's tab after what is shown."""
    st.set_page_config(page_title=f"{title} · {_NAME}")


def enter(title: str) -> Desk:
    """Guard a page and name the browser's tab after it; a page's first statement.

    Gives the desk of whoever is signed in, in local mode the owner.
    """
    if _DESK not in st.session_state:
        if not local.door_is_closed():
            st.error("The pages alone have no door that keeps strangers out. Start the studio with `make run`.")
            st.stop()
        st.session_state[_DESK] = desk()
    call(title)
    mine: Desk = st.session_state[_DESK]
    return mine


def masthead() -> None:
    """The studio's name."""
    st.html(f"{_BRAND}</div>", width="content")


def episode(desk: Desk, here: str) -> Story:
    """Head a tab with its episode's title and the way to the other tabs; gives the story, or ends the page."""
    story = _story(desk, st.query_params.get("episode", ""), here)
    call(story.title)
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        st.html(f"{_BRAND}</div>", width="content")
        st.html(f'<h1 class="ts-title ts-episode">{escape(story.title)}</h1>', width="stretch")
        chat(desk, story, here)
    strip(story.episode, here)
    return story


def _story(desk: Desk, chosen: str, here: str) -> Story:
    """The story of an episode; where it cannot be shown, the page says why, leads Home and ends."""
    with told():
        try:
            return desk.story(chosen)
        except Conflict:
            if desk.screenplay(chosen):
                raise
            _unwritten(desk, chosen, here)
        except NotFound:
            why = _NOT_THERE if chosen else _NONE_CHOSEN
            masthead()
            st.html(f'<div class="ts-bare ts-nothing"><p><b>No episode is open.</b></p><p>{why}</p></div>')
    st.page_link(HOME.file, label="Go to Home", icon=HOME.icon)
    return st.stop()


def _unwritten(desk: Desk, chosen: str, here: str) -> NoReturn:
    """The tab of an episode whose writer has not written yet."""
    called = name(desk.film(chosen))
    call(called)
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        st.html(f"{_BRAND}</div>", width="content")
        st.html(f'<h1 class="ts-title ts-episode">{escape(called)}</h1>', width="stretch")
    strip(chosen, here)
    unwritten(desk, chosen)
    st.stop()


def promise() -> None:
    """Say what the studio does, in two lines."""
    st.html(_PROMISE)
