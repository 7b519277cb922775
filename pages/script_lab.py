"""Script Lab: the outline, the pages and the text of an episode; rewrites, and every version to go back to."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame, outline, typescript
from pages.parts.doing import said
from pages.parts.editing import edit, weighed
from pages.parts.filling import given_back
from pages.parts.panes import panes
from pages.parts.rewriting import rewrite
from pages.parts.shape import last_shape
from pages.parts.tabs import onward
from pages.parts.undoing import undoing
from pages.parts.versions import versions

desk = frame.enter("Script Lab")
story = frame.episode(desk, "script_lab")
choices = last_shape(desk, story.episode)
found, priced = desk.outline(story, choices), not desk.film_pays(story.episode, choices)
with st.container(horizontal=True, vertical_alignment="center", key="lab-head"):
    weight = weighed(found.weight, priced=priced)
    st.html(f'<p class="ts-facts">Version {story.number} · {weight}</p>', width="stretch")
    undoing(desk, story, only="")
said()
given_back()
rewrite(desk, story)
scenes, sheets, text, older = panes(["Outline", "Pages", "Edit", "Versions"], "lab")
with scenes:
    outline.show(found)
with sheets:
    typescript.show(story.fountain)
with text:
    edit(desk, story.episode)
with older:
    versions(desk, story)
onward(story.episode, "script_lab")
