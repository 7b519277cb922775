"""The frame of a page: its guard, its head, and the little the theme cannot reach."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import NoReturn

import streamlit as st

from pages.parts import entrance, tabs
from pages.parts.chat import chat
from pages.parts.founders import for_founders
from pages.parts.guard import told
from pages.parts.jotting import jotting
from pages.parts.posting import form
from pages.parts.shape import last_shape
from pages.parts.tabs import ACCOUNT, BILLING, CREDITS, FOUNDER, HEALTH, HOME, TOKENS, strip
from pages.parts.unwritten import unwritten
from pages.parts.wording import name, plain
from pages.parts.wrong import ask, note_here
from services.web import local, visitors
from services.wiring import desk, desk_for
from studio.desk.desk import Desk
from studio.desk.reception import Reception
from studio.desk.rendering import Amount
from studio.desk.views import Story
from studio.errors import Conflict, NotFound, StudioError
from studio.people.account import Role

_STYLE = Path(__file__).with_name("studio.css")
_ICON = Path(__file__).parents[2] / "data" / "icon.svg"  # a named Material icon would be fetched from the network
_NAME = "TrashFire Studio"
_DESK, _RECEPTION = "desk", "reception"
_BRAND = (
    '<div class="ts-brand"><a href="/" target="_self" aria-label="TrashFire Studio, home">TrashFire <b>Studio</b></a>'
)
_WAYS_IN = '<a href="/auth/begin" target="_self">Sign in</a>'
_PROMISE = """
<h1 class="ts-promise">Type a pitch. Watch the episode.</h1>
<p class="ts-under">A template writer, a paper theatre and synthetic voices make it on this machine:
no account, no key, no network.</p>
"""
_WELCOME = """
<h1 class="ts-promise">Type a pitch. Watch the episode.</h1>
<p class="ts-under">A template writer, a paper theatre and synthetic voices make the first draft, free and within
minutes.</p>
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


def enter(title: str, *, founders: bool = False) -> Desk:
    """Guard a page and name the browser's tab after it; a page's first statement.

    Gives the desk of whoever is signed in, in local mode the owner. Strangers are led to sign in; a page for
    `founders` is to everybody else not there.
    """
    if visitors.hosted():
        found = entrance.visitor() or entrance.lead_in()
        mine = st.session_state[_DESK] = desk_for(found.id)
        if founders:
            for_founders(mine)
    elif _DESK not in st.session_state:
        _check_door()
        st.session_state[_DESK] = desk()
    call(title)
    note_here(title)
    here: Desk = st.session_state[_DESK]
    return here


def welcome(title: str) -> Reception:
    """Name the browser's tab of a page that strangers may see; such a page's first statement. Gives the reception."""
    if _RECEPTION not in st.session_state:
        _check_door()
        st.session_state[_RECEPTION] = entrance.front_desk()
    call(title)
    here: Reception = st.session_state[_RECEPTION]
    return here


def pages() -> list[st.Page]:
    """The pages of whoever is here."""
    if not visitors.hosted():
        return tabs.pages(tabs.LOCAL)
    found = entrance.visitor()
    return tabs.pages(tabs.LISTED[Role(found.role)] if found else tabs.STRANGERS)


def show() -> None:
    """Show the page that is asked for, and at its foot the way to whoever helps."""
    st.navigation(pages(), position="hidden").run()
    ask()


def end() -> NoReturn:
    """End a page early, with all that stands at its foot."""
    ask()
    way_out()
    st.stop()


def way_out() -> None:
    """The way out of a hosted studio for who is signed in: at the foot of every page, also of one that went wrong."""
    if visitors.hosted() and _DESK in st.session_state:
        with st.container(key="way-out"):
            form("/auth/sign-out", "Sign out", kind="quiet")


def _check_door() -> None:
    if not local.door_is_closed():
        st.error("The pages alone have no door that keeps strangers out. Start the studio with `make run`.")
        st.stop()


def masthead() -> None:
    """The studio's name."""
    st.html(f"{_BRAND}</div>", width="content")


def threshold() -> None:
    """The studio's name, and the way in for whoever has an account."""
    with st.container(horizontal=True, vertical_alignment="center", key="threshold"):
        st.html(f"{_BRAND}</div>", width="stretch")
        st.html(_WAYS_IN, width="content")


def episode(desk: Desk, here: str) -> Story:
    """Head a tab with its episode's title and the way to the other tabs; gives the story, or ends the page."""
    story = _story(desk, st.query_params.get("episode", ""), here)
    call(story.title)
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        st.html(f"{_BRAND}</div>", width="content")
        st.html(f'<h1 class="ts-title ts-episode">{escape(story.title)}</h1>', width="stretch")
        chat(desk, story, here)
    strip(story.episode, here, _amounts(desk, story.episode))
    return story


def _amounts(desk: Desk, episode: str) -> tuple[Amount, ...]:
    """What there is of each kind of take; nothing where that cannot be told: the page says why."""
    try:
        return desk.tally(episode, last_shape(desk, episode))
    except StudioError:
        return ()


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
    return end()


def _unwritten(desk: Desk, chosen: str, here: str) -> NoReturn:
    """The tab of an episode whose writer has not written yet."""
    called = name(desk.film(chosen))
    call(called)
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        st.html(f"{_BRAND}</div>", width="content")
        st.html(f'<h1 class="ts-title ts-episode">{escape(called)}</h1>', width="stretch")
    strip(chosen, here)
    unwritten(desk, chosen)
    end()


def promise() -> None:
    """Say what the studio does, in two lines."""
    st.html(_PROMISE if not visitors.hosted() else _WELCOME)


def foot(desk: Desk) -> None:
    """The ways from Home to what is of no episode: in a hosted studio one's account, and what is a founder's."""
    with st.container(key="foot"):
        me = desk.me() if visitors.hosted() else None
        if me:
            st.page_link(ACCOUNT.file, label=f"{ACCOUNT.title}: {plain(me.name)}", icon=ACCOUNT.icon)
        if desk.sells:
            st.page_link(BILLING.file, label=f"{BILLING.title}: your plan, and what was paid", icon=BILLING.icon)
            st.page_link(CREDITS.file, label=f"{CREDITS.title}: films, packs, and what is left", icon=CREDITS.icon)
        if not me:
            st.page_link(TOKENS.file, label=f"{TOKENS.title}: for programs of yours", icon=TOKENS.icon)
        if not me or me.founder:
            st.page_link(FOUNDER.file, label=f"{FOUNDER.title}: what came in, what it cost", icon=FOUNDER.icon)
            st.page_link(HEALTH.file, label=f"{HEALTH.title}: is everything at work, and who answers", icon=HEALTH.icon)
