"""The frame of the founder's page: the ways to its questions, and the time they are asked of."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, date, datetime, time, timedelta

import streamlit as st

from pages.parts.tabs import FOUNDER
from studio.money.reckoning import Span

VIEWS = {
    "morning": "Morning",
    "revenue": "Revenue",
    "costs": "Costs",
    "margins": "Margins",
    "service": "Service",
    "growth": "Growth",
    "alarms": "Alarms",
    "bills": "Bills",
    "plan": "Plan check",
    "acts": "Acts",
}
_SPANS = {"7 days": 7, "30 days": 30, "90 days": 90, "Year": 365}
_CHOSEN, _TIME = "Other", "founder-time"
_NOW = ("alarms", "bills")
_FIRST = date(2026, 1, 1)


def ways(here: str) -> None:
    """Links to every question; the one that is asked is marked."""
    with st.container(key="tabs"):
        for view, title in VIEWS.items():
            with st.container(key=f"tab-here-{view}") if view == here else nullcontext():
                st.page_link(FOUNDER.file, label=title, query_params={"view": view})


def span(view: str) -> Span:
    """The time that is asked of, in whole days of UTC; a view of now asks of none, and the choice outlives it."""
    at = datetime.now(UTC)
    chosen = st.session_state.get(_TIME, "30 days")
    st.session_state[_TIME] = chosen  # what is chosen where nothing is shown would be forgotten
    if view in _NOW:
        return Span.last(30, at)
    with st.container(horizontal=True, vertical_alignment="bottom", key="founder-span"):
        chosen = st.segmented_control("Time, in days of UTC", [*_SPANS, _CHOSEN], required=True, key=_TIME)
        if chosen == _CHOSEN:
            return _between(at)
    return Span.last(_SPANS.get(chosen or "", 30), at)


def _between(at: datetime) -> Span:
    today = at.astimezone(UTC).date()
    found = st.date_input(
        "From and to", (today - timedelta(days=29), today), min_value=_FIRST, max_value=today, key="founder-days"
    )
    days = found if isinstance(found, tuple) else (found,)
    if len(days) < 2:  # only the first day was chosen yet
        return Span.last(30, at)
    since, until = (datetime.combine(day, time(), UTC) for day in days)
    return Span(since=since, until=min(until + timedelta(days=1), at))
