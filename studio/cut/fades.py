"""Fades: between which shots a film dissolves, comes from black or goes to it, and what that asks of a shot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from studio.story.breakdown import Breakdown, Passage
from studio.story.noun import Noun

LONGEST = 3  # a fade takes at most this part of a shot: a third


class Fade(Noun):
    """The last frames of one shot over the first of another; without `out` it comes from black, without `into` goes."""

    out: str = ""  # Shot.id
    into: str = ""  # Shot.id
    frames: int

    @property
    def id(self) -> str:
        """Its name in subjects and roles."""
        return f"{self.out or 'black'}-{self.into or 'black'}"

    @property
    def overlap(self) -> int:
        """By how many frames its shots overlap on the timeline."""
        return self.frames if self.out and self.into else 0


class Handles(Noun):
    """How many frames of a shot lie in a fade, at its head and at its tail; nobody speaks in them."""

    head: int = 0
    tail: int = 0

    @property
    def shortest(self) -> int:
        """The fewest frames a shot may have for its fades to take no more than their part of it."""
        return LONGEST * max(self.head, self.tail)


def fades(breakdown: Breakdown, fps: int, seconds: float) -> tuple[Fade, ...]:
    """Every fade of a film in order, of an even number of frames: a dissolve's middle is a frame's edge."""
    frames = 2 * max(1, round(seconds * fps / 2))
    return tuple(Fade(out=out, into=into, frames=frames) for out, into in _pairs(breakdown))


def handles(made: Iterable[Fade]) -> dict[str, Handles]:
    """The handles of every shot a fade touches, by its id."""
    found: dict[str, Handles] = {}
    for fade in made:
        for shot, end in ((fade.out, "tail"), (fade.into, "head")):
            if shot:
                found[shot] = found.get(shot, Handles()).model_copy(update={end: fade.frames})
    return found


def _pairs(breakdown: Breakdown) -> Iterator[tuple[str, str]]:
    before = ""  # the shot that can be dissolved out of
    for scene in breakdown.scenes:
        if not scene.shots:
            continue
        first, last = scene.shots[0].id, scene.shots[-1].id
        if scene.opening is Passage.FADE or (scene.opening is Passage.DISSOLVE and before):
            yield (before if scene.opening is Passage.DISSOLVE else ""), first
        if scene.closing is Passage.FADE:
            yield last, ""
        before = "" if scene.closing is Passage.FADE else last
