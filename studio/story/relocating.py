"""Moves scenes to another place or time of day by their headings, and opens one with a sentence; writes no words."""

from __future__ import annotations

import re
from collections.abc import Collection

from studio.story.places import Time
from studio.story.scouting import read_heading
from studio.story.screenplay import Element, Kind, Screenplay
from studio.story.stretches import chosen, replaced

_PREFIX = re.compile(r"^\s*(INT\.?/EXT\.?|EXT\.?/INT\.?|I/E\.?|INT\.?|EXT\.?|EST\.?)(?=\s|$)", re.IGNORECASE)
_BRACKETS = str.maketrans("()", "  ")


def move(
    screenplay: Screenplay,
    numbers: Collection[int],
    *,
    place: str = "",
    interior: bool | None = None,
    time: Time | None = None,
) -> Screenplay:
    """Change place, side of the door or time of day in the headings of scenes; none named is all of them."""
    moved = screenplay
    for stretch in chosen(screenplay, numbers):
        element = screenplay.elements[stretch.start]
        if element.kind is Kind.HEADING:
            text = heading(element.text, place=place, interior=interior, time=time)
            fresh = element.model_copy(update={"text": text})
            moved = replaced(moved, stretch.start, stretch.start + 1, (fresh,))
    return moved


def heading(text: str, *, place: str = "", interior: bool | None = None, time: Time | None = None) -> str:
    """A heading as it is typed, with another place, side or time."""
    read = read_heading(text)
    prefix = _PREFIX.match(text)
    side = prefix[1] if prefix else ""
    if interior is not None and interior is not read.interior:
        side = "INT." if interior else "EXT."
    where = place.upper() if place and text.isupper() else place or read.place
    when = time.value.upper() if time else _typed_time(text, read.place)
    return " ".join(filter(None, (side, where))) + (f" - {when}" if when else "")


def _typed_time(text: str, place: str) -> str:
    """What a heading says after its place."""
    last = place.rsplit(" - ", 1)[-1]
    at = text.rfind(last)
    rest = text[at + len(last) :].translate(_BRACKETS) if at >= 0 else ""
    return " ".join(rest.strip(" -–—,./|").split())


def open_with(screenplay: Screenplay, number: int, sentence: str, instead: Collection[str] = ()) -> Screenplay:
    """Begin a scene with a sentence of action; one of those in `instead` makes way for it."""
    (stretch,) = chosen(screenplay, (number,))
    first = stretch.start + (screenplay.elements[stretch.start].kind is Kind.HEADING)
    end = first + 1 if first < stretch.end and screenplay.elements[first].text in instead else first
    fresh = (Element(kind=Kind.ACTION, text=sentence),) if sentence else ()
    return replaced(screenplay, first, end, fresh)
