"""Pieces: which frames of which shot and which fade follow each other in the master. Copies nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from studio.cut.timeline import Timeline
from studio.story.noun import Noun


class Piece(Noun):
    """Frames of a shot or fade that stand in the film: role, the first of them, and how many of how many."""

    role: str
    first: int
    frames: int
    whole: bool


def pieces(timeline: Timeline, made: Collection[str]) -> tuple[Piece, ...]:
    """The film in order, exactly as long as the timeline.

    `made` are the ids of the fades that are there. In place of one that is not, the shot goes on to its end and is cut.
    """
    return tuple(_each(timeline, made))


def _each(timeline: Timeline, made: Collection[str]) -> Iterator[Piece]:
    heads = {fade.into: fade for fade in timeline.fades if fade.into}
    tails = {fade.out: fade for fade in timeline.fades if fade.out}
    for entry in timeline.entries:
        head, tail = heads.get(entry.id), tails.get(entry.id)
        first, last = 0, entry.frames
        if head and (head.out or head.id in made):
            first = head.frames
        if head and not head.out and head.id in made:
            yield Piece(role=f"fade:{head.id}", first=0, frames=head.frames, whole=True)
        if tail and tail.id in made:
            last -= tail.frames
        yield Piece(role=f"shot:{entry.id}", first=first, frames=last - first, whole=last - first == entry.frames)
        if tail and tail.id in made:
            yield Piece(role=f"fade:{tail.id}", first=0, frames=tail.frames, whole=True)
