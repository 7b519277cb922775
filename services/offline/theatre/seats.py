"""Places where everybody sits, such as a car: who walks elsewhere sits here, and the camera is nearer."""

from __future__ import annotations

from dataclasses import replace

from services.offline.theatre.layer import Set
from services.offline.theatre.mark import Mark, View
from studio.story.breakdown import Entrance, Framing, Staging
from studio.takes.frame import Frame

_SMALL = 1.28  # how much nearer a small place is seen


def seated(staging: Staging) -> Staging:
    """Where everybody sits nobody walks, comes or goes, and no shot shows the legs."""
    still = {"walks": False, "entrance": Entrance.NONE}
    figures = tuple(one.model_copy(update=still) for one in staging.figures)
    framing = Framing.WIDE if staging.framing is Framing.FULL else staging.framing
    return staging.model_copy(update={"figures": figures, "framing": framing})


def nearer(marks: tuple[Mark, ...], view: View, frame: Frame) -> tuple[tuple[Mark, ...], View]:
    """See a small place from nearer, about the middle of the frame and the highest eyes."""
    middle, eyes = frame.width / 2, min(mark.eyes for mark in marks)
    grown = tuple(
        replace(
            mark,
            x=middle + (mark.x - middle) * _SMALL,
            feet=eyes + (mark.feet - eyes) * _SMALL,
            height=mark.height * _SMALL,
        )
        for mark in marks
    )
    return grown, replace(view, zoom=_SMALL, y=view.y + (eyes - frame.height / 2) * (1 - 1 / _SMALL))


def resting(marks: tuple[Mark, ...], staging: Staging, place: Set) -> tuple[Mark, ...]:
    """Give whoever sits at the wheel the wheel, and the others something to do with their arms."""
    order = [one.character for one in staging.figures]
    placed = []
    for mark in marks:
        index = order.index(mark.figure.character)
        side = -mark.figure.beyond if len(order) == 1 else -1 if index == 0 else int(index == len(order) - 1)
        drives = bool(place.driver) and (side == place.driver or (len(order) == 1 and not side))
        placed.append(replace(mark, rests="driving" if drives else "seated"))
    return tuple(placed)


def front_seen(framing: Framing, place: Set) -> bool:
    """Whether the set's foreground is in the shot: a dashboard also hides the laps of a talk."""
    return framing is Framing.WIDE or (place.seated and framing is Framing.MEDIUM)
