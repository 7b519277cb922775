"""Retaking shots with a note: what its words ask for is staged, and what could not be read is said.

A note that makes them longer makes them dearer too. It is typed after the button was drawn, so one that costs more than
the button said is not followed, and stands in its box with its own price.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from pages.parts.pricing import cost_after
from pages.parts.taking import refused_note, retake
from pages.parts.unread import keep_unread, say_unread
from studio.desk.desk import Desk
from studio.desk.storyboard import ShotView
from studio.desk.views import Story
from studio.production.film import Choices

_HINT = "closer, angry, pan left, hold longer"
_SEVERAL = "several"  # not which ones: a note that is begun stays while shots are added


def retaking(desk: Desk, story: Story, views: Sequence[ShotView], choices: Choices) -> None:
    """Ask for another take of these shots."""
    shots = [view.shot.id for view in views]
    say_unread(_of(story, shots))
    name = f"shot {views[0].shot.number}" if len(views) == 1 else f"{len(views)} shots"
    subjects, of = desk.retaken(story.episode, shots, choices), shots[0] if len(shots) == 1 else _SEVERAL
    price, most = cost_after(desk, story.episode, shots, refused_note(of), choices)
    again = partial(_again, desk, story, shots, choices, most)
    retake(desk, story.episode, subjects, choices, name=name, of=of, hint=_HINT, price=price, again=again)


def _again(desk: Desk, story: Story, shots: Sequence[str], choices: Choices, most: int | None, note: str) -> None:
    done = desk.remark(story.episode, shots, note, choices, base=story.number, most=most)
    staged = "The rest of the note was followed" if done.number != story.number else "The shot is drawn anew"
    keep_unread(_of(story, shots), done.unread, rest=staged)


def _of(story: Story, shots: Sequence[str]) -> str:
    return "-".join((story.episode, *shots))
