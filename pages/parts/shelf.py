"""The shelf of episodes: poster, state, length, and a way into each."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.player import link
from pages.parts.wording import chip, clock, name, plain
from studio.desk.desk import Desk
from studio.desk.views import EpisodeView

_PAGE = 24  # episodes shown at once, the newest first
_LOOK_AGAIN = 3.0  # seconds, while one is being made
_TINTS = 5  # of the empty poster, in studio.css
_EMPTY = """<div class="ts-bare ts-nothing"><p><b>No episodes yet.</b></p>
<p>Write a pitch above, or take one of the three, and the first one appears here.</p></div>"""


def shelf(desk: Desk, *, shown: str | None) -> None:
    """List the episodes, or say how to get the first. The one shown above is not listed again."""
    views = _others(desk, shown)
    if shown and not views:
        return
    st.html(f'<h2 class="ts-small">{"Other episodes" if shown else "Episodes"}</h2>')
    if not views:
        st.html(_EMPTY)
        return
    busy = any(view.progress and not view.progress.ended for view in views)
    st.fragment(_cards, run_every=_LOOK_AGAIN if busy else None)(desk, shown, busy, [views])


def _cards(desk: Desk, shown: str | None, busy: bool, read: list[list[EpisodeView]]) -> None:
    """The cards; `read` holds what the page has just read, and is empty when they look again by themselves."""
    views = read.pop() if read else _others(desk, shown)
    if busy and not any(view.progress and not view.progress.ended for view in views):
        st.rerun()
    most = st.session_state.setdefault("shelf-most", _PAGE)
    with st.grid(4, min_column_width=230, key="shelf"):
        for view in views[:most]:
            _card(view)
    if len(views) > most and st.button(f"Show {min(_PAGE, len(views) - most)} more", key="shelf-more"):
        st.session_state["shelf-most"] = most + _PAGE
        st.rerun()


def _others(desk: Desk, shown: str | None) -> list[EpisodeView]:
    return [view for view in desk.episodes() if view.id != shown]


def _card(view: EpisodeView) -> None:
    """One episode; the button is its title and the whole card leads into it."""
    with st.container(key=f"card-{view.id}", gap="xsmall"):
        tint = int(view.id[:2], 16) % _TINTS
        st.html(f'<div class="ts-poster ts-tint{tint}">{_picture(view)}{chip(view)}{_length(view)}{_share(view)}</div>')
        if st.button(plain(name(view)), key=f"open-{view.id}", type="tertiary", width="stretch"):
            frame.turn_to(view.id)


def _picture(view: EpisodeView) -> str:
    poster = view.file("poster.jpg")
    source = link(view, poster) if poster else ""
    if not source and view.progress and view.progress.newest:
        source = f"/pictures/{view.progress.run}/{view.progress.newest}"
    return f'<img alt="" loading="lazy" src="{source}">' if source else ""


def _length(view: EpisodeView) -> str:
    return f'<span class="ts-length">{clock(view.seconds)}</span>' if view.seconds else ""


def _share(view: EpisodeView) -> str:
    """How far an episode under way is, as a line along the poster's foot."""
    seen = view.progress
    if seen is None or seen.ended or not seen.total:
        return ""
    return f'<progress class="ts-share" max="{seen.total}" value="{seen.done}" aria-label="made so far"></progress>'
