"""The shelf of episodes: poster, state, length, and a way into each."""

from __future__ import annotations

import streamlit as st

from pages.parts.guard import told
from pages.parts.player import link
from pages.parts.pricing import in_credits
from pages.parts.tabs import EPISODE, TABS, turn_to
from pages.parts.wording import chip, clock, dollars, name, plain
from studio.desk.desk import Desk
from studio.desk.views import EpisodeRow

_PAGE = 24  # episodes shown at once, the newest first
_LOOK_AGAIN = 3.0  # seconds, while one is being made
_TINTS = 5  # of the empty poster, in studio.css
_EMPTY = """<div class="ts-bare ts-nothing"><p><b>No episodes yet.</b></p>
<p>Write a pitch above, or take one of the three, and the first one appears here.</p></div>"""


def shelf(desk: Desk) -> None:
    """List the episodes, or say how to get the first."""
    rows = _listed(desk)
    st.html('<h2 class="ts-small">Episodes</h2>')
    if not rows:
        st.html(_EMPTY)
        return
    busy = any(row.under_way for row in rows)
    st.fragment(_cards, run_every=_LOOK_AGAIN if busy else None)(desk, busy, [rows])


def _cards(desk: Desk, busy: bool, read: list[tuple[EpisodeRow, ...]]) -> None:
    """The cards; `read` holds what the page has just read, and is empty when they look again by themselves."""
    with told():
        rows = read.pop() if read else _listed(desk)
        if busy and not any(row.under_way for row in rows):
            st.rerun()
        most = _most()
        with st.grid(4, min_column_width=230, key="shelf"):
            for row in rows[:most]:
                _card(row)
        if len(rows) > most and st.button("Show more", key="shelf-more"):
            st.session_state["shelf-most"] = most + _PAGE
            st.rerun()


def _most() -> int:
    most: int = st.session_state.setdefault("shelf-most", _PAGE)
    return most


def _listed(desk: Desk) -> tuple[EpisodeRow, ...]:
    """What is listed, and one more if there is more."""
    return desk.episodes(most=_most() + 1)


def _card(row: EpisodeRow) -> None:
    """One episode; the button is its title and the whole card leads into it."""
    with st.container(key=f"card-{row.id}", gap="xsmall"):
        tint = int(row.id[:2], 16) % _TINTS
        label = chip(row.state, gaps=row.failed > 0)
        st.html(f'<div class="ts-poster ts-tint{tint}">{_picture(row)}{label}{_facts(row)}{_share(row)}</div>')
        if st.button(plain(name(row)), key=f"open-{row.id}", type="tertiary", width="stretch"):
            turn_to(EPISODE if row.state or row.seconds else TABS[0], row.id)


def _picture(row: EpisodeRow) -> str:
    source = link(row, row.poster) if row.poster else ""
    if not source and row.newest:
        source = f"/pictures/{row.run}/{row.newest}"
    return f'<img alt="" loading="lazy" src="{source}">' if source else ""


def _facts(row: EpisodeRow) -> str:
    """Its length, and what it has cost whoever it belongs to."""
    cost = dollars(row.cost_micros) if row.credits is None else in_credits(row.credits)
    facts = [*([clock(row.seconds)] if row.seconds else []), cost]
    return f'<span class="ts-length">{" · ".join(facts)}</span>'


def _share(row: EpisodeRow) -> str:
    """How far an episode under way is, as a line along the poster's foot."""
    if not row.under_way or not row.total:
        return ""
    return f'<progress class="ts-share" max="{row.total}" value="{row.done}" aria-label="made so far"></progress>'
