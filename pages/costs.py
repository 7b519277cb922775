"""Costs: what the episode has cost against its target, where it went, the account's month, and every entry.

Of a film that credits pay for it shows what its owner pays, not what vendors take.
"""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.allowance import allowance
from pages.parts.bookkeeping import bookkeeping
from pages.parts.charting import broken_down
from pages.parts.credited import spent, to_credits
from pages.parts.statement import entries, month, summary
from pages.parts.tabs import BILLING

desk = frame.enter("Costs")
story = frame.episode(desk, "costs")
costs, films = desk.costs(story), desk.films_of(story.episode)
if films:
    spent(desk, films, costs)
    to_credits("Credits: what is left, packs, and every movement", story.episode)
    allowance(desk.allowance(story))
    frame.end()
books = desk.books(story)
summary(costs, free=desk.crew(story.episode).offline)
allowance(desk.allowance(story))
if desk.sells:
    st.page_link(BILLING.file, label="Plan and payments", icon=BILLING.icon)
if not costs.entries:
    st.html(
        '<div class="ts-bare ts-nothing"><p><b>Nothing was made yet.</b></p>'
        "<p>Render the episode, or draw a single board: every take is listed here with its price.</p></div>"
    )
    bookkeeping(story.title, books)
    month(costs)
    frame.end()
broken_down(costs)
month(costs)
bookkeeping(story.title, books)
entries(story.title, costs)
