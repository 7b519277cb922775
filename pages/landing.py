"""The landing page: what the studio is, an episode it made itself, and what it costs."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame, offering
from pages.parts.counting import count_visit
from studio.people.visits import Seen

reception = frame.welcome("A pitch becomes an episode")

frame.threshold()
with st.container(key="landing"):
    offering.promise()
    offering.episode()
    offering.way()
    offering.prices()
    st.html('<p class="ts-quiet"><a href="/status" target="_self">Is the studio working now?</a></p>')
count_visit(reception, Seen.LANDING)
