"""Directing: a person stages shots anew. The writer's words and their order stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Annotated

from pydantic import Field

from studio.errors import BadRequest, Refused
from studio.story.breakdown import Breakdown, Entrance, Figure, Framing, Move, Scene, Shot, Staging
from studio.story.keeping import mark
from studio.story.noun import Noun
from studio.story.shotlist import props
from studio.story.slates import find, numbered

LONGEST = 60.0  # seconds a person may ask a shot to last
_CROWD = 6  # figures a shot has room for


class Restaging(Noun):
    """What a person wants different in a shot; None leaves it as it is."""

    framing: Framing | None = None
    move: Move | None = None
    focus: str | None = None  # Character.id or a prop
    figures: tuple[Figure, ...] | None = None  # in any order: the scene says who stands left of whom
    least: Annotated[float, Field(ge=0, le=LONGEST)] | None = None  # seconds
    pause: Annotated[float, Field(ge=0, le=LONGEST)] | None = None  # seconds beyond its lines
    note: str | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == Restaging()


def restage(breakdown: Breakdown, shots: Sequence[str], how: Restaging) -> Breakdown:
    """Stage these shots anew, in the picture and in motion; Refused for what cannot be shown, naming the shot."""
    cast = {member.id for member in breakdown.cast}
    for shot in shots:
        breakdown = change(breakdown, shot, lambda scene, at: _restaged(cast, scene, at, how))
    return breakdown


def change(breakdown: Breakdown, shot: str, how: Callable[[Scene, int], Sequence[Shot]]) -> Breakdown:
    """Give the scene of a shot other shots, lettered anew; the scene is marked as one a person directed."""
    scene, at = find(breakdown, shot)
    shots = numbered(scene.number, how(scene, at))
    told = scene.told or mark(scene.shots)
    changed = scene.model_copy(update={"shots": shots, "told": told}) if shots != scene.shots else scene
    return put(breakdown, changed)


def put(breakdown: Breakdown, changed: Scene) -> Breakdown:
    """The breakdown with a scene in place of the one of the same id."""
    scenes = tuple(changed if one.id == changed.id else one for one in breakdown.scenes)
    return breakdown.model_copy(update={"scenes": scenes})


def newcomer(scene: Scene, at: int, character: str) -> Figure:
    """Somebody who is put into a shot: as they were in the nearest shot of the scene, but staying where they are."""
    near = sorted(range(len(scene.shots)), key=lambda other: abs(other - at))
    known = (one for other in near for one in scene.shots[other].staging.figures if one.character == character)
    found = next(known, Figure(character=character))
    return found.model_copy(update={"entrance": Entrance.NONE, "walks": False})


def left_to_right(scene: Scene) -> list[str]:
    """Everybody in a scene in the order in which they stand; it holds for all of its shots."""
    order: list[str] = []
    for shot in sorted(scene.shots, key=lambda one: -len(one.staging.figures)):
        place = 0
        for figure in shot.staging.figures:
            if figure.character not in order:
                order.insert(place, figure.character)
            place = order.index(figure.character) + 1
    return order


def _restaged(cast: Collection[str], scene: Scene, at: int, how: Restaging) -> list[Shot]:
    shot = scene.shots[at]
    figures = _standing(cast, scene, shot, how)
    staging = _staged(shot, shot.staging, figures, how)
    played = shot.played and _staged(shot, shot.played, _acting(shot, figures), how)
    changed = shot.model_copy(
        update={
            "staging": staging,
            "played": played if played != staging else None,
            "least": shot.least if how.least is None else round(how.least, 2),
            "pause": shot.pause if how.pause is None else round(how.pause, 2),
            "note": shot.note if how.note is None else how.note.strip(),
        }
    )
    if (changed.staging, changed.played, changed.pause) != (shot.staging, shot.played, shot.pause):
        changed = changed.model_copy(update={"directed": True})
    return [*scene.shots[:at], changed, *scene.shots[at + 1 :]]


def _standing(cast: Collection[str], scene: Scene, shot: Shot, how: Restaging) -> tuple[Figure, ...]:
    """Who is in the shot, in the order of the scene; a view over a shoulder brings the partner along."""
    figures = shot.staging.figures if how.figures is None else how.figures
    if strangers := [one.character for one in figures if one.character not in cast]:
        raise BadRequest(f"nobody in the story is called {strangers[0]}", field="figures")
    if len(figures) > _CROWD:
        raise Refused(f"shot {shot.number} has room for {_CROWD} people, not for {len(figures)}")
    if how.framing is Framing.OVER_SHOULDER and len(figures) == 1:
        figures = (*figures, *_partner(scene, shot, figures[0]))
    order = left_to_right(scene)
    standing = sorted(figures, key=lambda one: order.index(one.character) if one.character in order else len(order))
    return tuple(_looking(one, standing, order) for one in standing)


def _partner(scene: Scene, shot: Shot, figure: Figure) -> tuple[Figure, ...]:
    others = [who for who in left_to_right(scene) if who != figure.character]
    if not others:
        return ()
    chosen = figure.looks_at if figure.looks_at in others else others[0]
    return (newcomer(scene, scene.shots.index(shot), chosen),)


def _looking(figure: Figure, standing: Sequence[Figure], order: Sequence[str]) -> Figure:
    """Somebody whose partner is out of the shot looks to the side where that one stands in the scene."""
    there = {one.character for one in standing}
    partner = figure.looks_at
    if partner in there or partner not in order or figure.character not in order:
        return figure
    side = 1 if order.index(partner) > order.index(figure.character) else -1
    return figure.model_copy(update={"beyond": side})


def _acting(shot: Shot, figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """The figures as the words have them acted, where the person left them as they were."""
    was = {one.character: one for one in shot.staging.figures}
    played = {one.character: one for one in shot.played.figures} if shot.played else {}
    found = []
    for figure in figures:
        before, acted = was.get(figure.character), played.get(figure.character)
        if before is None or acted is None:
            found.append(figure)
            continue
        old, new = before.model_dump(), figure.model_dump()
        decided = {name: getattr(figure, name) for name in new if new[name] != old[name]}
        found.append(acted.model_copy(update=decided))
    return tuple(found)


def _staged(shot: Shot, was: Staging, figures: tuple[Figure, ...], how: Restaging) -> Staging:
    framing = how.framing or was.framing
    there = [one.character for one in figures]
    focus = was.focus if how.focus is None else how.focus
    people = {one.character for one in (*was.figures, *shot.staging.figures)}
    if focus in people and focus not in there:
        focus = there[0] if there else ""
    if framing is Framing.CLOSE and focus not in there:
        focus = there[0] if there else focus
    staged = {"framing": framing, "move": how.move or was.move, "figures": figures, "focus": focus}
    return _shown(shot, was.model_copy(update=staged), asked=how.framing is not None)


def _shown(shot: Shot, staging: Staging, *, asked: bool) -> Staging:
    """The staging if it can be shown; `asked`, its framing was chosen now."""
    if not asked:
        return staging
    there = [one.character for one in staging.figures]
    if staging.framing is Framing.CLOSE and not there:
        raise Refused(f"nobody is in shot {shot.number} to come close to; put somebody into it first")
    if staging.framing is Framing.OVER_SHOULDER and len(there) < 2:
        raise Refused(f"shot {shot.number} needs two people to look over a shoulder; put somebody else into it first")
    if staging.framing is Framing.INSERT:
        return staging.model_copy(update={"focus": _thing(shot, staging)})
    if staging.framing is Framing.OVER_SHOULDER and staging.focus not in there:
        return staging.model_copy(update={"focus": there[0]})
    return staging


def _thing(shot: Shot, staging: Staging) -> str:
    """The thing an insert shows: what was in focus, in a hand or in the action; else somebody's hands."""
    there = [one.character for one in staging.figures]
    held = [one.prop for one in staging.figures if one.prop]
    told = [tag for _, tag in props(staging.action)]
    seen, whose = ([], [staging.focus]) if staging.focus in ("", *there) else ([staging.focus], [])
    found = next(iter(filter(None, [*seen, *held, *told, *whose, *there])), "")
    if not found:
        raise Refused(f"there is no thing in shot {shot.number} that could fill the picture")
    return found
