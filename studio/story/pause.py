"""How long a shot stands beyond its lines; the cut adds the speech."""

from __future__ import annotations

from studio.story.breakdown import Framing, Staging
from studio.story.shotlist import Draft, Purpose, length

_WORDS_A_SECOND = 5.0  # a picture is read faster than the action it was drawn from
_SHORTEST, _LONGEST = 1.4, 3.8
_BREATH, _ASIDE, _HUSH, _PLACE = 0.4, 0.8, 0.6, 1.8
_EMPTY = 2.4  # of a place with nobody in it, at most


def pause(draft: Draft, staging: Staging) -> float:
    """Seconds a shot needs beyond its lines; the last of its scene may breathe, an empty place is soon seen."""
    if draft.purpose is Purpose.PLACE:
        return _PLACE
    reading = round(length(draft.action) / _WORDS_A_SECOND, 1)
    if draft.purpose is not Purpose.TALK:
        empty = not staging.figures and staging.framing is not Framing.INSERT
        return min(_EMPTY if empty else _LONGEST, max(_SHORTEST, reading))
    aside = max(_ASIDE, reading) if draft.action else _BREATH
    return round(aside + _HUSH * draft.silence + _BREATH * draft.closing, 1)
