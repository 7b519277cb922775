"""Episode: the film with its files, how far it is, its timeline, and what a render takes."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.doubting import doubting
from pages.parts.ordering import order
from pages.parts.showing import show
from pages.parts.timeline import timeline
from studio.desk.calling import Places

desk = frame.enter("Episode")
story = frame.episode(desk, "episode")
called = Places(story.breakdown).name
doubting(desk, story.episode, called)
film, strip = st.container(), st.container()  # they stand above the choices they follow from
standing = desk.standing(story.episode)
cut = order(desk, story.episode, busy={one.frame for one in standing if not one.ended})
with film:
    show(desk, desk.film(story.episode), standing, cut, called)
if cut:
    with strip:
        timeline(story.episode, cut.strip)
