"""Voices: cast a voice per character by listening, and direct how each line is read."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.designed import designed
from pages.parts.filling import given_back
from pages.parts.reading import lines
from pages.parts.shape import last_shape
from pages.parts.tabs import onward
from pages.parts.voicing import cast, chosen
from pages.parts.working import working
from studio.desk.calling import Places

desk = frame.enter("Voices")
story = frame.episode(desk, "voices")
now = working(desk, story.episode, Places(story.breakdown).name)
if not story.breakdown.lines:
    st.html(
        '<div class="ts-bare ts-nothing"><p><b>Nobody says a word.</b></p>'
        "<p>Write a line in Script Lab, and whoever says it is cast here.</p></div>"
    )
    frame.end()

character = chosen(story)
offers = desk.offers(story, character)
heard = [offer.subject for offer in offers if offer.subject]
spoken = [f"speech:{line.id}" for line in story.breakdown.lines]
choices = last_shape(desk, story.episode)
plan = desk.plan_part(story.episode, [*spoken, *heard], choices)
items = {item.subject: item for item in plan.items}
made = desk.takes(story.episode, [*spoken, *heard])
given_back()
cast(desk, story, character, offers, items, made, now, choices)
designed(desk, story, character)
lines(desk, story, character, items, made, now, choices)
onward(story.episode, "voices")
