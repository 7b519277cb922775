"""Chooses framings, each for a reason in the scene's structure, its action or the tone of a line."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from studio.story.acting import spoken_feeling
from studio.story.breakdown import Emotion, Framing, Staging
from studio.story.lexicon import lexicon, words

_WIDE, _FULL, _MEDIUM, _CLOSE = Framing.WIDE, Framing.FULL, Framing.MEDIUM, Framing.CLOSE
_OVER = Framing.OVER_SHOULDER

# Framings by how long the talk has gone on: it comes closer as feeling rises, and steps back to breathe.
_TALK: tuple[tuple[Framing, ...], ...] = (
    (_MEDIUM, _OVER, _FULL, _CLOSE),
    (_OVER, _MEDIUM, _CLOSE, _FULL),
    (_OVER, _MEDIUM, _CLOSE, _FULL),
    (_CLOSE, _OVER, _MEDIUM, _FULL),
    (_CLOSE, _MEDIUM, _OVER, _FULL),
    (_MEDIUM, _OVER, _CLOSE, _FULL),
    (_OVER, _CLOSE, _MEDIUM, _FULL),
    (_CLOSE, _OVER, _MEDIUM, _FULL),
    (_FULL, _MEDIUM, _OVER, _CLOSE),
)
_ALONE: tuple[tuple[Framing, ...], ...] = (
    (_MEDIUM, _FULL, _CLOSE),
    (_CLOSE, _MEDIUM, _FULL),
    (_MEDIUM, _CLOSE, _FULL),
    (_FULL, _MEDIUM, _CLOSE),
)
HOTTEST = len(_TALK)
TWO_SHOTS = (0, 5)  # where in the talk a medium shot shows the listener too
_REVERSED = (_OVER, _CLOSE)  # framings that are answered by the same on the other side
_SIZES = {_WIDE: 0, _FULL: 1, _MEDIUM: 2, _OVER: 2, _CLOSE: 3}  # two alike of one person are a jump
_NEARER = 0.6  # of first looks are from the waist
_ANSWERS = 2  # of such shots in a row
_NEAR = (Emotion.SORROW, Emotion.FEAR, Emotion.TENDERNESS, Emotion.SURPRISE)


class Tone(StrEnum):
    """What a line asks of its framing."""

    PLAIN = "plain"
    AGAINST = "against"  # past the shoulder of who is contradicted
    FELT = "felt"  # a face


@dataclass(frozen=True)
class Neighbours:
    """The last two shots, how many in a row share a framing, and how this one and the next stood last time."""

    last: Staging | None = None
    before: Staging | None = None
    streak: int = 0
    was: Framing | None = None
    next: Staging | None = None


def tone(text: str, manner: str) -> Tone:
    """How a line is said: against somebody, with feeling, or neither."""
    feeling = spoken_feeling(text, manner)
    refused = lexicon("acting", "refuse").first(" ".join(words(text)[:1]))
    if feeling is Emotion.ANGER or refused or lexicon("acting", "against").first(text):
        return Tone.AGAINST
    return Tone.FELT if feeling in _NEAR else Tone.PLAIN


def talk(heat: int, how: Tone, *, paired: bool, both: bool) -> Sequence[Framing]:
    """List the framings for talk, best first; `both` speak in the shot, `paired` somebody listens.

    The tone changes their order, never which there are: a reworded line may stay as it was framed.
    """
    if both:
        return (_MEDIUM, _FULL, _WIDE) if heat % 2 == 0 else (_FULL, _MEDIUM, _WIDE)
    ladder = _TALK if paired else _ALONE
    usual = ladder[heat % len(ladder)]
    first: tuple[Framing, ...] = ()
    if how is Tone.AGAINST and paired:
        first = (_OVER, _CLOSE) if heat < 2 or heat % 2 else (_CLOSE, _OVER)
    elif how is Tone.FELT and heat:
        first = (_CLOSE,)
    return tuple(dict.fromkeys((*first, *usual)))


def met(ident: str) -> Sequence[Framing]:
    """List the framings in which somebody is first looked at in a scene; `ident`, the shot's, varies them."""
    first = (_MEDIUM, _FULL) if random.Random(f"{ident} met").random() < _NEARER else (_FULL, _MEDIUM)
    return (*first, _CLOSE)


def act(people: int, *, moving: bool, felt: bool, steps: int) -> Sequence[Framing]:
    """List the framings for an action by how many it is about, whether they move or feel, and its place in a run."""
    if moving:
        return (_FULL, _WIDE, _MEDIUM)
    if people == 1 and felt:
        return (_CLOSE, _MEDIUM, _FULL)
    if people > 2:
        return (_FULL, _WIDE, _MEDIUM)
    return (_MEDIUM, _FULL, _CLOSE, _WIDE) if steps % 2 == 0 else (_FULL, _MEDIUM, _WIDE)


def choose(wanted: Sequence[Framing], focus: str, near: Neighbours, *, fresh: bool = False) -> Framing:
    """Take the best framing that neither repeats the last one on the same subject nor forces the next to change.

    A `fresh` one differs from the last whatever its subject was; any other only repeats what is cut back and forth.
    """
    last, after = near.last, near.next
    free = [one for one in wanted if last is None or one is not last.framing or focus != last.focus] or [wanted[-1]]
    # What was framed once stays framed so: a picture that is still right is not made again.
    if near.was in free:
        return near.was
    if after is not None and after.focus == focus:
        free = [one for one in free if one is not after.framing] or free
    return min(free, key=lambda one: _alike(one, focus, near, fresh=fresh))


def _alike(one: Framing, focus: str, near: Neighbours, *, fresh: bool) -> int:
    """How much a framing looks like the shots before it; none at all is 0."""
    last, before = near.last, near.before
    if last is None:
        return 0
    answered = not fresh and last.framing in _REVERSED and near.streak < _ANSWERS
    again = one is last.framing and not answered
    paired = last.framing is _MEDIUM and len(last.figures) > 1 and one is _OVER
    jumps = last.focus == focus and _SIZES.get(one) == _SIZES.get(last.framing) and not paired
    back = before is not None and before.focus == last.focus == focus and one is before.framing
    far = not fresh and one is _WIDE  # who talks is seen from nearer
    return 4 * again + 2 * jumps + back + far
