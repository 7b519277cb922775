"""Where each scene of a screenplay lies among its elements; scenes are taken out and put in whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from studio.story.fountain import plain
from studio.story.screenplay import Element, Kind, Screenplay

_SAID = frozenset({Kind.DIALOGUE, Kind.LYRIC})
_BETWEEN = frozenset({Kind.SECTION, Kind.PAGE_BREAK})  # stand before a heading, and stay when a scene goes


@dataclass(frozen=True)
class Stretch:
    """A scene as a range of elements, its heading first; `number` is its place in the film, from 1."""

    number: int
    start: int
    end: int


def stretches(screenplay: Screenplay) -> tuple[Stretch, ...]:
    """The scenes of a screenplay, as many as its breakdown has.

    What is done before the first heading belongs to the first scene, yet does not lie in its stretch.
    """
    elements = screenplay.elements
    heads = [at for at, element in enumerate(elements) if element.kind is Kind.HEADING]
    if not heads or any(one.kind in _SAID and plain(one.text).strip() for one in elements[: heads[0]]):
        heads = [0, *heads] if elements else []
    ends = [*heads[1:], len(elements)]
    return tuple(
        Stretch(number, start, _trimmed(elements, start, end))
        for number, (start, end) in enumerate(zip(heads, ends, strict=True), start=1)
    )


def _trimmed(elements: Sequence[Element], start: int, end: int) -> int:
    while end > start + 1 and elements[end - 1].kind in _BETWEEN:
        end -= 1
    return end


def chosen(screenplay: Screenplay, numbers: Collection[int]) -> tuple[Stretch, ...]:
    """The scenes at these places; all of them when none is named."""
    return tuple(one for one in stretches(screenplay) if not numbers or one.number in numbers)


def replaced(screenplay: Screenplay, start: int, end: int, fresh: Iterable[Element]) -> Screenplay:
    """The screenplay with other elements in a range."""
    before, after = screenplay.elements[:start], screenplay.elements[end:]
    return screenplay.model_copy(update={"elements": (*before, *fresh, *after)})


def without_scene(screenplay: Screenplay, number: int) -> Screenplay:
    """The screenplay without one scene; KeyError when it has no such scene."""
    found = _at(screenplay, number)
    return replaced(screenplay, found.start, found.end, ())


def with_scene(screenplay: Screenplay, after: int, scene: Iterable[Element]) -> Screenplay:
    """The screenplay with a scene after the one at this place; after 0 it becomes the first."""
    known = stretches(screenplay)
    at = _at(screenplay, after).end if after else (known[0].start if known else len(screenplay.elements))
    return replaced(screenplay, at, at, scene)


def _at(screenplay: Screenplay, number: int) -> Stretch:
    for one in stretches(screenplay):
        if one.number == number:
            return one
    raise KeyError(number)
