"""Home: ask for an episode, see all of them, and go on to one."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.asking import ask
from pages.parts.shelf import shelf
from pages.parts.tabs import EPISODE, HEALTH, turn_to

desk = frame.enter("Home")

if chosen := st.query_params.get("episode"):
    turn_to(EPISODE, chosen)
frame.masthead()
frame.promise()
if started := ask(desk):
    turn_to(EPISODE, started)
shelf(desk)
with st.container(key="foot"):
    st.page_link(HEALTH.file, label=f"{HEALTH.title}: is everything at work, and who answers", icon=HEALTH.icon)
