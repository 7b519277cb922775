"""Who looks where: figures turned to whom they look at, and never across the line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from services.offline.theatre.framing import Measures
from services.offline.theatre.mark import Body, Mark
from studio.story.breakdown import Staging
from studio.takes.frame import Aspect, Frame


def face(mark: Mark, marks: tuple[Mark, ...], staging: Staging, bodies: Mapping[str, Body]) -> Mark:
    """Turn a figure to whom it looks at, keeping the line: whoever is out of shot is always on the same side."""
    looks = mark.figure.looks_at
    others = {other.figure.character: other.x for other in marks if other is not mark}
    if looks == "camera":
        return replace(mark, facing=_towards(mark, others), turn=0.08)
    facing = _towards(mark, {looks: others[looks]} if looks in others else others)
    if not others:
        facing = outside(mark.figure.character, staging, bodies)
    if looks == "away":
        return replace(mark, facing=-facing, turn=0.55)
    # Two who talk show each other more of a three-quarter face than of a front: their eyelines meet.
    return replace(mark, facing=facing, turn=0.62 if len(others) == 1 else 0.46)


def _towards(mark: Mark, others: Mapping[str, float]) -> int:
    if not others:
        return 1
    middle = sum(others.values()) / len(others)
    return 1 if middle >= mark.x else -1


def outside(character: str, staging: Staging, bodies: Mapping[str, Body]) -> int:
    """On which side somebody out of the shot is: 1 right, -1 left.

    Within the staging its order decides; beyond it the breakdown says, which knows the whole scene's order.
    """
    order = [one.character for one in staging.figures]
    figure = next(one for one in staging.figures if one.character == character)
    partner = figure.looks_at if figure.looks_at in bodies else next((one for one in order if one != character), "")
    if partner in order:
        return 1 if order.index(partner) > order.index(character) else -1
    return figure.beyond or 1


def looking_room(mark: Mark, frame: Frame, rule: Measures) -> Mark:
    """One figure stands off the middle, with the room on the side it looks to."""
    if mark.turn < 0.2:
        return mark
    off = {Aspect.WIDE: 0.11, Aspect.SQUARE: 0.05, Aspect.TALL: 0.02}[frame.aspect]
    if rule.figure or not rule.eyes:
        off *= 0.8
    return replace(mark, x=frame.width * (0.5 - mark.facing * off))
