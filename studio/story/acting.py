"""Reads what people feel and do: from a line and its parenthetical, and from clauses of action."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from studio.story.breakdown import Emotion, Entrance, Gesture
from studio.story.handling import NOTHING, Handling, handling
from studio.story.lexicon import lexicon, tables, words
from studio.story.signed import signed

_MANNER, _WORD, _SHOUT, _BANG, _TRAIL, _ASK = 3.0, 1.0, 1.5, 0.7, 0.6, 0.4
_OPENING = 12  # words of a line that can call for a gesture
_LOUD = re.compile(r"[!?]*(?:!\?|\?!)")


@dataclass(frozen=True)
class Doing:
    """What a clause of action has somebody do; None is nothing said."""

    emotion: Emotion | None = None
    gesture: Gesture | None = None
    handling: Handling = NOTHING
    entrance: Entrance = Entrance.NONE
    walks: bool = False
    comes: bool = False  # would bring somebody in who was not there


def spoken_feeling(text: str, manner: str) -> Emotion | None:
    """What a line sounds like, or None when nothing tells."""
    table = lexicon("acting", "emotion")
    points: defaultdict[str, float] = defaultdict(float)
    for tag in table.find(manner):
        points[tag] += _MANNER
    for tag in table.find(text):
        points[tag] += _WORD
    if _LOUD.search(text):
        points[Emotion.SURPRISE] += _SHOUT
    elif "!" in text:
        points[_cried(points, text)] += _BANG
    if text.rstrip().endswith(("...", "…", "—", "--")):
        points[Emotion.DOUBT] += _TRAIL
    if "?" in text:
        points[Emotion.DOUBT] += _ASK
    best = max(Emotion, key=lambda emotion: points[emotion])
    return best if points[best] else None


def _cried(points: Mapping[str, float], text: str) -> str:
    """What an exclamation mark makes stronger: what is felt already, else anger when shouted, else surprise."""
    if points:
        return max(points, key=lambda tag: points[tag])
    return Emotion.ANGER if text.isupper() and len(words(text)) > 1 else Emotion.SURPRISE


def spoken_gesture(text: str) -> Gesture | None:
    """What a hand does with the first words of a line."""
    tag = lexicon("acting", "said").first(" ".join(words(text)[:_OPENING]))
    return Gesture(tag) if tag else None


def signing(manner: str, ident: str) -> Gesture | None:
    """What the hands do that sign a line; None for a line that is spoken."""
    if not signed(manner):
        return None
    return Gesture(
        random.Random(ident).choice([one.strip() for one in tables("acting")["signing"]["hands"].split(",")])
    )


def habit(emotion: Emotion, ident: str) -> Gesture:
    """What a hand does when nothing is said of it; `ident` decides among what the feeling allows."""
    usual = [part.strip() for part in tables("acting")["habit"][emotion.value].split(",")]
    return Gesture(random.Random(ident).choice(usual))


def answer(emotion: Emotion) -> Emotion:
    """What somebody feels who hears it."""
    return Emotion(tables("acting")["answer"][emotion.value])


def doing(clause: str, named: str = "", after: str = "") -> Doing:
    """Read a clause of action; `named` is the thing that `it` stands for, `after` the clause that follows."""
    feeling = lexicon("acting", "emotion").first(clause)
    gesture = lexicon("acting", "gesture").first(clause)
    return Doing(
        emotion=Emotion(feeling) if feeling else None,
        gesture=Gesture(gesture) if gesture else None,
        handling=handling(clause, named, after),
        entrance=Entrance(lexicon("acting", "entrance").first(clause)),
        walks=bool(lexicon("acting", "walk").first(clause)),
        comes=bool(lexicon("acting", "come").first(clause)),
    )
