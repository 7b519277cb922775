"""Chooses what the camera does in a shot, each move for a reason in the words, the feeling or who walks where."""

from __future__ import annotations

import random
from collections.abc import Sequence

from studio.story.breakdown import Emotion, Entrance, Figure, Framing, Move
from studio.story.lexicon import lexicon, tables
from studio.story.shotlist import length

_MONOLOGUE = 40  # words in one shot from which the camera comes closer
_SPEECH = 18  # words from which it does not stand still
_HEIGHTS = (4, 7)  # where in the talk a close-up comes closer still


def told(action: str) -> Move:
    """The move the words of an action call for: a blow, a discovery, a silence."""
    found = set(lexicon("acting", "move").find(action))
    return next((move for move in (Move.SHAKE, Move.PUSH_IN, Move.DRIFT) if move.value in found), Move.HOLD)


def pan(across: int) -> Move:
    """Along with somebody who goes right (1) or left (-1); 0 is nobody."""
    return {1: Move.PAN_RIGHT, -1: Move.PAN_LEFT}.get(across, Move.HOLD)


def going(figures: Sequence[Figure]) -> int:
    """Which way somebody in a shot walks: 1 right, -1 left, 0 nobody does."""
    walker = next((at for at, one in enumerate(figures) if one.walks or one.entrance), None)
    if walker is None:
        return 0
    one = figures[walker]
    way = one.beyond or 1 if len(figures) == 1 else 1 if walker < len(figures) / 2 else -1
    return -way if one.entrance is Entrance.LEAVES else way


def felt(emotion: Emotion, ident: str) -> Move:
    """What the camera does while somebody feels it; `ident`, the shot's, decides among what the feeling allows."""
    return _chosen(emotion.value, ident)


def place(ident: str, *, interior: bool) -> Move:
    """How a place is first seen."""
    return _chosen("interior" if interior else "exterior", ident)


def spoken(text: str, framing: Framing, heat: int, *, emotion: Emotion, across: int, ident: str) -> Move:
    """The move of a spoken shot; `across` is where the one who answers stands, seen from who speaks first."""
    if lexicon("acting", "drift").first(text):
        return Move.DRIFT
    if length(text) > _MONOLOGUE:
        return Move.PUSH_IN
    if emotion is Emotion.ANGER and "!" in text and (text.isupper() or "!!" in text):
        return Move.SHAKE
    if across and _chosen("pair", ident) is not Move.HOLD:
        return pan(across)
    move = felt(emotion, ident)
    if move is not Move.HOLD:
        return move
    if framing is Framing.CLOSE and heat in _HEIGHTS:
        return Move.PUSH_IN
    if length(text) < _SPEECH:
        return Move.HOLD
    return Move.PUSH_IN if framing in (Framing.CLOSE, Framing.OVER_SHOULDER) else Move.DRIFT


def _chosen(row: str, ident: str) -> Move:
    usual = [part.strip() for part in tables("acting")["camera"][row].split(",")]
    return Move(random.Random(f"{ident} camera").choice(usual))
