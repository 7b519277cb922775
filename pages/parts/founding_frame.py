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
_CHOSEN = "Other"
_NOW = ("alarms", "bills")
_FIRST = date(2026, 1, 1)


def ways(here: str) -> None:
    """Links to every question; the one that is asked is marked."""
    with st.container(key="tabs"):
        for view, title in VIEWS.items():
            with st.container(key=f"tab-here-{view}") if view == here else nullcontext():
                st.page_link(FOUNDER.file, label=title, query_params={"view": view})


def span(view: str) -> Span:
    """The time that is asked of, in whole days of UTC; it is kept and not asked of where a view is of now."""
    at = datetime.now(UTC)
    with st.container(horizontal=True, vertical_alignment="bottom", key="founder-span"):
        chosen = st.segmented_control(
            "Time, in days of UTC",
            [*_SPANS, _CHOSEN],
            default="30 days",
            required=True,
            key="founder-time",
            disabled=view in _NOW,
        )
        if chosen == _CHOSEN and view not in _NOW:
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
