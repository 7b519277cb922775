"""Backgrounds: every place in each light it is seen in, how it is set, its takes, and what plays there."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.filling import given_back
from pages.parts.scenery import NOWHERE, cards, pictures, plays_here
from pages.parts.setting import form
from pages.parts.shape import last_shape
from pages.parts.staking import redraw
from pages.parts.tabs import onward
from pages.parts.working import working
from studio.desk.calling import Places
from studio.desk.designing import pictures_of
from studio.desk.places import places

desk = frame.enter("Backgrounds")
story = frame.episode(desk, "backgrounds")
now = working(desk, story.episode, Places(story.breakdown).name)
choices = last_shape(desk, story.episode)
found = places(story.breakdown, choices)
if not found:
    st.html(NOWHERE)
    frame.end()
every = [(place, plate) for place in found for plate in place.plates]
asked = st.query_params.get("scene", "")
place, plate = next((pair for pair in every if asked in {scene.id for scene in pair[1].scenes}), every[0])
plates = [one.subject for _, one in every]
plan = desk.plan_part(story.episode, [*plates, *pictures_of(place.shots, choices)], choices)
takes = desk.takes(story.episode, plates)
cards(story.episode, plan, takes, every, plate, now)
redraw(desk, story.episode, plan, plates, choices, now)
given_back()
left, right = st.columns([3, 2], gap="medium")
with left:
    pictures(desk, story, plan, takes[plate.subject], (place, plate), choices, now)
with right:
    form(desk, story, plan, place, plate, choices, drawn=bool(takes[plate.subject]))
    plays_here(desk, story.episode, plan, plate, choices, now)
onward(story.episode, "backgrounds")
