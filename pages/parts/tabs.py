"""The tabs of an episode, in the order of its way, and the strip that leads from one to the next."""

from __future__ import annotations

from contextlib import nullcontext
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


@dataclass(frozen=True)
class Tab:
    """A page about one episode; `path` is its address and the name of its file in pages/."""

    path: str
    title: str
    icon: str

    @property
    def file(self) -> str:
        """Its file, from the entry script."""
        return f"pages/{self.path}.py"


HOME = Tab("home", "Home", ":material/home:")
SCRIPT_LAB = Tab("script_lab", "Script Lab", ":material/edit_document:")
CHARACTERS = Tab("characters", "Characters", ":material/groups:")
BACKGROUNDS = Tab("backgrounds", "Backgrounds", ":material/landscape:")
SCENES = Tab("scenes", "Scenes", ":material/view_carousel:")
VOICES = Tab("voices", "Voices", ":material/record_voice_over:")
EPISODE = Tab("episode", "Episode", ":material/movie:")
COSTS = Tab("costs", "Costs", ":material/payments:")
HEALTH = Tab("health", "Health", ":material/monitor_heart:")
TABS: tuple[Tab, ...] = (SCRIPT_LAB, CHARACTERS, BACKGROUNDS, SCENES, VOICES, EPISODE, COSTS)


def pages() -> list[st.Page]:
    """Home and every tab, for the navigation."""
    return [copy(page) for page in _pages(get_script_run_ctx() is not None)]


@lru_cache(maxsize=2)
def _pages(running: bool) -> tuple[st.Page, ...]:
    """The same for every visitor, looked up on disk once; a navigation marks its own copies."""
    del running
    home = st.Page(HOME.file, title=HOME.title, icon=HOME.icon, default=True)
    return (home, *(st.Page(tab.file, title=tab.title, icon=tab.icon, url_path=tab.path) for tab in (*TABS, HEALTH)))


def strip(episode: str, here: str) -> None:
    """Links to Home and every tab of an episode; the one that is shown is marked."""
    with st.container(key="tabs"):
        st.page_link(HOME.file, label=HOME.title, icon=HOME.icon)
        for tab in TABS:
            with st.container(key=f"tab-here-{tab.path}") if tab.path == here else nullcontext():
                st.page_link(tab.file, label=tab.title, icon=tab.icon, query_params={"episode": episode})


def onward(episode: str, here: str) -> None:
    """A link at a tab's end to the tab that comes next on an episode's way."""
    after = TABS[[tab.path for tab in TABS].index(here) + 1]
    with st.container(key="onward"):
        st.page_link(
            after.file,
            label=f"Next: {after.title}",
            icon=":material/arrow_forward:",
            icon_position="right",
            query_params={"episode": episode},
        )


def turn_to(tab: Tab, episode: str) -> NoReturn:
    """Show a tab of an episode; the address says which, so that it can be kept and reloaded."""
    st.switch_page(tab.file, query_params={"episode": episode})
