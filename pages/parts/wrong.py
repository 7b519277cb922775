"""What went wrong, as a card, and below it the way to whoever helps; the same way stands at the foot of every page."""

from __future__ import annotations

from hashlib import sha256

import streamlit as st

from pages.parts.tabs import SUPPORT
from pages.parts.wording import plain
from studio.desk.desk import Desk
from studio.desk.supporting import About

_HERE, _HAPPENED = "here", "happened"
_KEPT = 20  # errors of one tab of the browser that can be told of
_LETTERS = 600


def note_here(title: str) -> None:
    """Remember which page is shown."""
    st.session_state[_HERE] = title


def wrong(words: str, error: str = "", *, icon: str = ":material/error:", run: str = "") -> None:
    """Show what went wrong, and lead on to whoever helps; `error` is its class, `run` the production it happened in."""
    st.error(plain(words), icon=icon)
    if found := _place():
        here, desk = found
        episode = st.query_params.get("episode", "")
        about = About(page=here, episode=episode, run=run, error=error, sentence=words[:_LETTERS])
        st.page_link(SUPPORT.file, label=_label(desk), icon=SUPPORT.icon, query_params={"about": _keep(about)})


def ask() -> None:
    """The way to whoever helps, from a page on which nothing went wrong."""
    if found := _place():
        here, desk = found
        asked = {"page": here, "episode": st.query_params.get("episode", "")}
        with st.container(key="help"):
            st.page_link(
                SUPPORT.file,
                label="Help: ask us something" if desk.helped else "Help: make a report",
                icon=SUPPORT.icon,
                query_params={name: value for name, value in asked.items() if value},
            )


def happened(mark: str) -> About | None:
    """What an error's card leads to; None once this tab was loaded anew."""
    kept: dict[str, About] = st.session_state.get(_HAPPENED, {})
    return kept.get(mark)


def _place() -> tuple[str, Desk] | None:
    """The page that is shown and the desk of whoever is at it; None for strangers, and on the page that helps."""
    here, desk = st.session_state.get(_HERE, ""), st.session_state.get("desk")
    return (here, desk) if desk and here not in ("", SUPPORT.title) else None


def _keep(about: About) -> str:
    """Remember an error by a mark, the same each time the page is drawn."""
    mark = sha256(about.model_dump_json().encode()).hexdigest()[:10]
    kept: dict[str, About] = st.session_state.setdefault(_HAPPENED, {})
    kept[mark] = about
    while len(kept) > _KEPT:
        kept.pop(next(iter(kept)))
    return mark


def _label(desk: Desk) -> str:
    return "Tell us what happened" if desk.helped else "Make a report of what happened"
