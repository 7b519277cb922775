"""Scenes: the storyboard of an episode, and the shot or shots that are being directed."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.choosing import chosen, several
from pages.parts.doing import said
from pages.parts.shooting import shooting
from pages.parts.shot import shot
from pages.parts.shots import shots
from pages.parts.storyboard import storyboard
from pages.parts.tabs import onward
from pages.parts.working import working
from studio.production.film import Choices

desk = frame.enter("Scenes")
story = frame.episode(desk, "scenes")
working(desk, story.episode)
last = next(iter(desk.formats(story.episode)), Choices())
choices = Choices(aspect=last.aspect, quality=last.quality)
board = desk.storyboard(story.episode, choices)
one, some = chosen(board), several(board)
shooting(desk, story, board, choices)
if one is None and some is None:
    said()
    storyboard(desk, story, board, choices)
else:
    left, right = st.columns([3, 2], gap="medium")
    with left:
        storyboard(desk, story, board, choices)
    with right, st.container(border=True, key="shot-panel"):
        if some is not None:
            shots(desk, story, some, choices)
        elif one:
            shot(desk, story, board, one, choices)
onward(story.episode, "scenes")
