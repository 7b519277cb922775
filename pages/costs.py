"""Costs: what the episode has cost against its target, where it went, the account's month, and every entry."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.allowance import allowance
from pages.parts.bookkeeping import bookkeeping
from pages.parts.charting import broken_down
from pages.parts.statement import entries, month, summary

desk = frame.enter("Costs")
story = frame.episode(desk, "costs")
costs, books = desk.costs(story), desk.books(story)
summary(costs, free=desk.crew(story.episode).offline)
allowance(desk.allowance(story))
if not costs.entries:
    st.html(
        '<div class="ts-bare ts-nothing"><p><b>Nothing was made yet.</b></p>'
        "<p>Render the episode, or draw a single board: every take is listed here with its price.</p></div>"
    )
    bookkeeping(story.title, books)
    month(costs)
    st.stop()
broken_down(costs)
month(costs)
bookkeeping(story.title, books)
entries(story.title, costs)
