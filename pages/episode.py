"""Episode: the film with its files, how far it is, its timeline, and what a render takes."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.ordering import order
from pages.parts.showing import show
from pages.parts.timeline import timeline

desk = frame.enter("Episode")
story = frame.episode(desk, "episode")
show(desk, desk.episode(story.episode), desk.standing(story.episode))
place = st.container()  # the timeline stands above the choices it follows from
cut = order(desk, story.episode)
if cut:
    with place:
        timeline(story.episode, cut.strip)
