"""A passage: some beats of one scene, one after the other, which alone may change."""

from __future__ import annotations

from collections.abc import Iterable

from studio.errors import BadRequest
from studio.story.proposal import Request
from studio.story.screenplay import Element, Kind, Screenplay
from studio.story.shortening import Beat, beats
from studio.story.stretches import Stretch, chosen, replaced

_HAPPENS = frozenset({Kind.ACTION, Kind.DIALOGUE, Kind.LYRIC})


def beats_of(screenplay: Screenplay, number: int) -> list[Beat]:
    """The beats of the scene at this place in the film; BadRequest when there is no such scene."""
    return beats(screenplay, _scene(screenplay, number))


def passage(screenplay: Screenplay, request: Request) -> range | None:
    """The elements a request is about where it is about a passage; BadRequest when the script has no such passage."""
    if request.passage is None:
        return None
    if len(request.scenes) != 1:
        raise BadRequest("a passage lies in one scene", field="passage")
    found, (first, last) = beats_of(screenplay, request.scenes[0]), request.passage
    if not 1 <= first <= last <= len(found):
        raise BadRequest(f"the scene has no beats {first} to {last}", field="passage")
    return range(found[first - 1].start, found[last - 1].end)


def with_passage(screenplay: Screenplay, old: range, fresh: Iterable[Element]) -> Screenplay:
    """The screenplay with other elements in the place of a passage."""
    return replaced(screenplay, old.start, old.stop, fresh)


def happens(screenplay: Screenplay, number: int) -> bool:
    """Whether anything happens in a scene."""
    scene = _scene(screenplay, number)
    return any(one.kind in _HAPPENS for one in screenplay.elements[scene.start : scene.end])


def _scene(screenplay: Screenplay, number: int) -> Stretch:
    found = chosen(screenplay, (number,))
    if not found:
        raise BadRequest(f"there is no scene {number}", field="scenes")
    return found[0]
