"""Characters: everybody's look sheet, what it is drawn from, its takes, and where they appear."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.dna import form
from pages.parts.filling import given_back
from pages.parts.kinship import kinship
from pages.parts.looks import NOBODY, cards, head, pictures
from pages.parts.shape import last_shape
from pages.parts.staking import redraw
from pages.parts.tabs import onward
from pages.parts.working import working
from studio.desk.calling import Places
from studio.desk.designing import pictures_of
from studio.story.designing import appearances

desk = frame.enter("Characters")
story = frame.episode(desk, "characters")
now = working(desk, story.episode, Places(story.breakdown).name)
cast = {member.id: member for member in story.breakdown.cast}
if not cast:
    st.html(NOBODY)
    frame.end()
choices = last_shape(desk, story.episode)
chosen = cast.get(st.query_params.get("character", "")) or story.breakdown.cast[0]
looks = [f"look:{ident}" for ident in cast]
shots = [shot for one in appearances(story.breakdown, chosen.id) for shot, _ in one.shots]
plan = desk.plan_part(story.episode, [*looks, *pictures_of(shots, choices)], choices)
takes = desk.takes(story.episode, looks)
cards(story, plan, takes, chosen.id, now)
redraw(desk, story.episode, plan, looks, choices, now)
given_back()
head(desk, story, plan, chosen, now)
left, right = st.columns([3, 2], gap="medium")
with left:
    pictures(desk, story, plan, choices, takes[f"look:{chosen.id}"], chosen)
with right:
    form(desk, story, plan, takes[f"look:{chosen.id}"], chosen, choices)
kinship(desk, story, plan, chosen, choices)
onward(story.episode, "characters")
