"""Turns: in which order takes come up that wait on one queue. The lower the number, the sooner."""

from __future__ import annotations

from datetime import UTC, datetime

from studio.cut.timeline import EntryKind
from studio.production.film import Film
from studio.production.run import Run

_LAST = 2**31 - 1  # the highest number the queues know, counted down from here by the second
_FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_RANKS = 8  # places within a run; with so many the seconds last until 2034


def turn(run: Run) -> int:
    """A run's place on the queues: what is asked for now never waits for what was left before."""
    return _LAST - (int((run.created - _FIRST_DAY).total_seconds()) + 1) * _RANKS


def ranks(film: Film) -> dict[str, int]:
    """How much later than the rest of its run each clip comes up (subject -> 1 to 7), the longest first.

    What is cheap comes first, and many clips wait for it. Of the clips the short ones are kept for the end, where one
    process makes the last of them and the others have nothing left to do.
    """
    shots = [entry for entry in film.timeline({}).entries if entry.kind is EntryKind.SHOT]
    shots.sort(key=lambda entry: -entry.frames)
    return {f"clip:{shot.id}@{film.mark}": 1 + place * (_RANKS - 1) // len(shots) for place, shot in enumerate(shots)}
