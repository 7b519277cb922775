"""The tabs of an episode, in the order of its way, and the strip that leads from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from studio.desk.rendering import Amount
from studio.people.account import Role
from studio.takes.recipe import TakeKind


@dataclass(frozen=True)
class Tab:
    """A page about one episode; `path` is its address and the name of its file in pages/, `kinds` is what it makes."""

    path: str
    title: str
    icon: str
    kinds: frozenset[TakeKind] = frozenset()

    @property
    def file(self) -> str:
        """Its file, from the entry script."""
        return f"pages/{self.path}.py"


HOME = Tab("home", "Home", ":material/home:")
SCRIPT_LAB = Tab("script_lab", "Script Lab", ":material/edit_document:")
CHARACTERS = Tab("characters", "Characters", ":material/groups:", frozenset({TakeKind.LOOK}))
BACKGROUNDS = Tab("backgrounds", "Backgrounds", ":material/landscape:", frozenset({TakeKind.PLATE}))
SCENES = Tab("scenes", "Scenes", ":material/view_carousel:", frozenset({TakeKind.BOARD, TakeKind.CLIP}))
VOICES = Tab("voices", "Voices", ":material/record_voice_over:", frozenset({TakeKind.SPEECH}))
EPISODE = Tab("episode", "Episode", ":material/movie:", frozenset({TakeKind.MASTER}))
COSTS = Tab("costs", "Costs", ":material/payments:")
HEALTH = Tab("health", "Health", ":material/monitor_heart:")
TABS: tuple[Tab, ...] = (SCRIPT_LAB, CHARACTERS, BACKGROUNDS, SCENES, VOICES, EPISODE, COSTS)


LANDING = Tab("landing", "TrashFire Studio", ":material/movie:")
SIGN_IN = Tab("sign_in", "Sign in", ":material/login:")
REGISTER = Tab("register", "Start free", ":material/person_add:")
RESET = Tab("reset", "Forgotten password", ":material/key:")
ACCOUNT = Tab("account", "Account", ":material/person:")
CREDITS = Tab("credits", "Credits", ":material/toll:")
INVITATIONS = Tab("invitations", "Invitations", ":material/mail:")
BILLING = Tab("billing", "Billing", ":material/receipt_long:")
TOKENS = Tab("tokens", "Tokens", ":material/vpn_key:")
SUPPORT = Tab("support", "Help", ":material/help:")
FOUNDER = Tab("founder", "Founder's desk", ":material/monitoring:")


_OPENS = ("shot", "several", "panel", "scene", "character", "line")  # what an address says is open on a tab


class Listed(NamedTuple):
    """The pages somebody can go to, the first at the root of the studio; `closed` are addresses that ask to sign in."""

    pages: tuple[Tab, ...]
    closed: tuple[Tab, ...] = ()


_SOLD = (BILLING, CREDITS)  # they say so where nothing is sold
LOCAL = Listed((HOME, *TABS, HEALTH, FOUNDER, SUPPORT, TOKENS, *_SOLD))
_CREATORS = (HOME, *TABS, *_SOLD, ACCOUNT, TOKENS, SUPPORT)
_FOUNDERS = (*_CREATORS, INVITATIONS, HEALTH, FOUNDER)
LISTED = {Role.CREATOR: Listed(_CREATORS), Role.FOUNDER: Listed(_FOUNDERS)}
STRANGERS = Listed((LANDING, SIGN_IN, REGISTER, RESET), closed=_FOUNDERS)


def pages(listed: Listed) -> list[st.Page]:
    """Pages for the navigation."""
    return [copy(page) for page in _pages(listed, get_script_run_ctx() is not None)]


@lru_cache(maxsize=8)
def _pages(listed: Listed, running: bool) -> tuple[st.Page, ...]:
    """The same for every visitor, looked up on disk once; a navigation marks its own copies."""
    del running
    first = listed.pages[0]
    shown = (st.Page(tab.file, title=tab.title, icon=tab.icon, url_path=tab.path) for tab in listed.pages[1:])
    closed = (
        st.Page(SIGN_IN.file, title=SIGN_IN.title, url_path=tab.path, visibility="hidden") for tab in listed.closed
    )
    return (st.Page(first.file, title=first.title, icon=first.icon, default=True), *shown, *closed)


def strip(episode: str, here: str, amounts: Sequence[Amount] = ()) -> None:
    """Links to Home and every tab of an episode; the one that is shown is marked.

    Of what there is of each kind of take each tab's link says whether that tab's is made, stale or missing.
    """
    with st.container(key="tabs"):
        st.page_link(HOME.file, label=HOME.title, icon=HOME.icon)
        for tab in TABS:
            state, words = _sign(tab, amounts)
            with st.container(key=f"tab-{'here' if tab.path == here else 'away'}-{state}-{tab.path}"):
                way = {} if tab.path == here else _way(episode, tab)
                label = f"{tab.title} :small[{words}]" if words else tab.title
                st.page_link(tab.file, label=label, icon=tab.icon, query_params={"episode": episode, **way})


def _sign(tab: Tab, amounts: Sequence[Amount]) -> tuple[str, str]:
    """How what is made on a tab stands, for its looks and in words; what is stale goes before what is missing."""
    mine = [one for one in amounts if one.kind in tab.kinds]
    stale, missing = sum(one.stale for one in mine), sum(one.missing for one in mine)
    if not mine:
        return "plain", ""
    if stale:
        return "stale", f"{stale} stale" if tab is not EPISODE else "stale"
    if missing:
        return "missing", f"{missing} missing" if tab is not EPISODE else "missing"
    return "done", "done"


def opened(episode: str, here: str) -> None:
    """Remember what is open on a tab, for the way back to it."""
    now = st.query_params.to_dict()
    st.session_state[_left(episode, here)] = {name: now[name] for name in _OPENS if name in now}


def _way(episode: str, tab: Tab) -> dict[str, str]:
    """What was open on a tab when it was left; what is not there any more the tab passes over."""
    found: dict[str, str] = st.session_state.get(_left(episode, tab.path), {})
    return found


def _left(episode: str, path: str) -> str:
    return f"left-{path}-{episode}"


def onward(episode: str, here: str) -> None:
    """A link at a tab's end to the tab that comes next on an episode's way."""
    opened(episode, here)
    after = TABS[[tab.path for tab in TABS].index(here) + 1]
    with st.container(key="onward"):
        st.page_link(
            after.file,
            label=f"Next: {after.title}",
            icon=":material/arrow_forward:",
            icon_position="right",
            query_params={"episode": episode, **_way(episode, after)},
        )


def turn_to(tab: Tab, episode: str) -> NoReturn:
    """Show a tab of an episode; the address says which, so that it can be kept and reloaded."""
    st.switch_page(tab.file, query_params={"episode": episode})
