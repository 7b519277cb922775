"""Episode: the film with its files, how far it is, its timeline, testers' notes and links, and what a render takes."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.doubting import doubting
from pages.parts.filling import given_back
from pages.parts.ordering import order
from pages.parts.removing import remove
from pages.parts.screening_notes import screening_notes
from pages.parts.screenings import screenings
from pages.parts.showing import show
from pages.parts.timeline import timeline
from studio.desk.calling import Places

desk = frame.enter("Episode")
story = frame.episode(desk, "episode")
called = Places(story.breakdown).name
doubting(desk, story.episode, called)
film, strip, tested = st.container(), st.container(), st.container()  # they stand above the choices they follow from
given_back()
standing = desk.standing(story.episode)
cut = order(desk, story.episode, busy={one.frame for one in standing if not one.ended})
view, notes = desk.film(story.episode), desk.notes(story.episode)
with film:
    show(desk, view, standing, cut, called)
if cut:
    with strip:
        timeline(story.episode, cut.strip, notes)
with tested:
    screenings(desk, view)
    screening_notes(desk, story, notes)
remove(desk, story.episode)
