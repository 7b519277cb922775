"""Scenes: the storyboard of an episode, and the shot or shots that are being directed."""

from __future__ import annotations

from pages.parts import frame
from pages.parts.directing import directing
from pages.parts.shooting import shooting
from pages.parts.tabs import onward
from pages.parts.working import working
from studio.production.film import Choices

desk = frame.enter("Scenes")
story = frame.episode(desk, "scenes")
working(desk, story.episode)
last = next(iter(desk.formats(story.episode)), Choices())
choices = Choices(aspect=last.aspect, quality=last.quality)
board = desk.storyboard(story.episode, choices)
shooting(desk, story, board, choices)
directing(desk, story, board, choices)
onward(story.episode, "scenes")
