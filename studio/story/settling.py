"""Settles where scenes play as a person chose, and keeps that when the text changes. It reads no words itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from studio.errors import BadRequest, NotFound
from studio.story.breakdown import Breakdown, Scene
from studio.story.places import Kit, Mood, Setting, Time, Weather

_LIGHT = ("time", "weather", "mood")  # fields of a setting that are chosen for one scene; the kit is for all of a place


def settle(
    breakdown: Breakdown,
    scenes: Collection[str],
    *,
    time: Time | None = None,
    weather: Weather | None = None,
    mood: Mood | None = None,
) -> Breakdown:
    """Choose time, weather and mood of some scenes; None goes back to what their script says.

    Raises NotFound for a scene that is not there.
    """
    if unknown := set(scenes) - {one.id for one in breakdown.scenes}:
        raise NotFound(f"no scene {min(unknown)}")
    chosen = {"time": time, "weather": weather, "mood": mood}

    def change(one: Scene) -> Setting:
        told = one.written or one.setting
        return one.setting.model_copy(update={field: chosen[field] or getattr(told, field) for field in _LIGHT})

    return _with(breakdown, [(one, change(one) if one.id in scenes else one.setting) for one in breakdown.scenes])


def build(breakdown: Breakdown, place: str, kit: Kit) -> Breakdown:
    """Choose which set stands for a place, in all its scenes; NotFound for no such place."""
    known = {one.setting.place.id: one.setting.place for one in breakdown.scenes}
    if place not in known:
        raise NotFound(f"no place {place}")
    if kit not in kits(known[place].interior):
        side = "inside" if known[place].interior else "outside"
        raise BadRequest(f"{known[place].name} is {side}, and {kit} is not", field="set")
    return _with(breakdown, [(one, _built(one.setting, {place: kit})) for one in breakdown.scenes])


def kits(interior: bool) -> tuple[Kit, ...]:
    """The sets that can stand for a place inside, or outside."""
    every = tuple(Kit)
    first = every.index(Kit.STREET)  # what is outside comes last
    return every[:first] if interior else every[first:]


def settled(
    told: Sequence[Setting], was: Sequence[Scene | None], headings: Sequence[str], previous: Breakdown | None
) -> list[Setting]:
    """The settings of a new text with all that a person chose in the one before.

    Time, weather and mood hold while the scene's heading is the same; a set holds for every scene of its place.
    """
    chosen = {}
    for scene in previous.scenes if previous else ():
        place = scene.setting.place
        if scene.written and scene.written.place.kit is not place.kit:
            chosen[place.id] = place.kit
    made = []
    for setting, before, heading in zip(told, was, headings, strict=True):
        kept = _light(before) if before and before.heading == heading else {}
        made.append(_built(setting.model_copy(update=kept), chosen))
    return made


def remember(scene: Scene, told: Setting) -> Scene:
    """Note in a scene what its script tells, where that is not how it is set."""
    return scene.model_copy(update={"written": told if told != scene.setting else None})


def _light(scene: Scene) -> dict[str, object]:
    """What a person chose for one scene."""
    if not scene.written:
        return {}
    now = {field: getattr(scene.setting, field) for field in _LIGHT}
    return {field: value for field, value in now.items() if value is not getattr(scene.written, field)}


def _built(setting: Setting, chosen: dict[str, Kit]) -> Setting:
    place = setting.place
    kit = chosen.get(place.id, place.kit)
    return setting.model_copy(update={"place": place.model_copy(update={"kit": kit})})


def _with(breakdown: Breakdown, settings: Sequence[tuple[Scene, Setting]]) -> Breakdown:
    scenes = tuple(
        remember(one.model_copy(update={"setting": setting}), one.written or one.setting) for one, setting in settings
    )
    return breakdown.model_copy(update={"scenes": scenes})
