"""Home: ask for an episode, see all of them, and go on to one."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.asking import ask
from pages.parts.filling import given_back
from pages.parts.onboarding import begin
from pages.parts.paying import warn
from pages.parts.removing import removed
from pages.parts.shelf import shelf
from pages.parts.tabs import EPISODE, turn_to

desk = frame.enter("Home")

if chosen := st.query_params.get("episode"):
    turn_to(EPISODE, chosen)
frame.masthead()
warn(desk)
frame.promise()
given_back()
if started := begin(desk) or ask(desk):
    turn_to(EPISODE, started)
shelf(desk)
removed(desk)
frame.foot(desk)
