"""Scenes: the storyboard of an episode, and the shot or shots that are being directed."""

from __future__ import annotations

from pages.parts import frame
from pages.parts.directing import directing
from pages.parts.shape import last_shape
from pages.parts.shooting import shooting
from pages.parts.tabs import onward
from pages.parts.working import working
from studio.desk.calling import Places

desk = frame.enter("Scenes")
story = frame.episode(desk, "scenes")
working(desk, story.episode, Places(story.breakdown).name)
choices = last_shape(desk, story.episode)
board = desk.storyboard(story.episode, choices)
shooting(desk, story, board, choices)
directing(desk, story, board, choices)
onward(story.episode, "scenes")
