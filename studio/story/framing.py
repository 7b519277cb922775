"""Chooses framings and camera moves, each for a reason in the scene's structure or its action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studio.story.breakdown import Framing, Move, Staging
from studio.story.lexicon import lexicon
from studio.story.shotlist import length

_MONOLOGUE = 40  # words in one shot from which the camera comes closer
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
_HEIGHTS = (4, 7)  # where in the talk a close-up comes closer still


@dataclass(frozen=True)
class Neighbours:
    """The shot before, how this one stood in the last breakdown, and how the next one did."""

    last: Staging | None = None
    was: Framing | None = None
    next: Staging | None = None


def talk(heat: int, *, paired: bool, both: bool) -> Sequence[Framing]:
    """List the framings for talk, best first; `both` speak in the shot, `paired` somebody listens."""
    if both:
        return (_MEDIUM, _FULL, _WIDE) if heat % 2 == 0 else (_FULL, _MEDIUM, _WIDE)
    ladder = _TALK if paired else _ALONE
    return ladder[heat % len(ladder)]


def act(people: int, *, moving: bool, felt: bool, steps: int) -> Sequence[Framing]:
    """List the framings for an action by how many it is about, whether they move or feel, and its place in a run."""
    if not people:
        return (_WIDE, _FULL, _MEDIUM)
    if moving:
        return (_FULL, _WIDE, _MEDIUM)
    if people == 1 and felt:
        return (_CLOSE, _MEDIUM, _FULL)
    if people > 2:
        return (_FULL, _WIDE, _MEDIUM)
    return (_MEDIUM, _FULL, _CLOSE, _WIDE) if steps % 2 == 0 else (_FULL, _MEDIUM, _WIDE)


def choose(wanted: Sequence[Framing], focus: str, near: Neighbours, *, fresh: bool = False) -> Framing:
    """Take the best framing that neither repeats the last one on the same subject nor forces the next to change.

    A `fresh` one differs from the last whatever its subject was.
    """
    last, after = near.last, near.next
    free = [one for one in wanted if last is None or one is not last.framing or focus != last.focus] or [wanted[-1]]
    # What was framed once stays framed so: a picture that is still right is not made again.
    if near.was in free:
        return near.was
    if after is not None and after.focus == focus:
        free = [one for one in free if one is not after.framing] or free
    new = [one for one in free if fresh and (last is None or one is not last.framing)]
    return (new or free)[0]


def action_move(action: str, *, across: int) -> Move:
    """The move an action calls for: a blow, a discovery, a silence; `across` is where its walker goes (-1, 0, 1)."""
    told = set(lexicon("acting", "move").find(action))
    for move in (Move.SHAKE, Move.PUSH_IN, Move.DRIFT):
        if move.value in told:
            return move
    return {1: Move.PAN_RIGHT, -1: Move.PAN_LEFT}.get(across, Move.HOLD)


def talk_move(text: str, framing: Framing, heat: int) -> Move:
    """The move for a spoken shot: drift on a memory, closer on a long speech or at the height of the talk."""
    if lexicon("acting", "drift").first(text):
        return Move.DRIFT
    if length(text) > _MONOLOGUE:
        return Move.PUSH_IN
    return Move.PUSH_IN if framing is Framing.CLOSE and heat in _HEIGHTS else Move.HOLD
