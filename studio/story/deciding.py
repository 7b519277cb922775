"""Decisions about people, places and shots as a noun that can wait until somebody accepts it; and what they change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from studio.story.breakdown import Breakdown, Scene, Shot
from studio.story.cast import DNA, Casting, Character
from studio.story.designing import design, told
from studio.story.directing import Restaging, restage
from studio.story.labels import label
from studio.story.lexicon import tables
from studio.story.noun import Noun
from studio.story.places import Mood, Time, Weather
from studio.story.settling import settle
from studio.story.voicing import cast_voice

_COLOURS = {"hair_colour": "hair", "cloth": "cloth", "skin": "skin", "trim": "cloth"}  # trait -> table of its words
_LABELLED = frozenset({"age", "build", "presents", "manner", "hair", "garment", "hat", "face"})


class Light(Noun):
    """Time, weather and mood of some scenes (ids); None is as their script says."""

    scenes: tuple[str, ...]
    time: Time | None = None
    weather: Weather | None = None
    mood: Mood | None = None


class Decision(Noun):
    """What is decided, by ids: looks (fields of DNA), voices, shots, and the light of scenes."""

    looks: dict[str, dict[str, Any]] = {}  # noqa: RUF012  pydantic copies defaults
    voices: dict[str, Casting] = {}  # noqa: RUF012
    shots: dict[str, Restaging] = {}  # noqa: RUF012
    light: tuple[Light, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is decided."""
        return self == Decision()


class Shift(Noun):
    """One thing that is different, in words."""

    what: str
    before: str
    after: str


def decide(breakdown: Breakdown, decision: Decision) -> Breakdown:
    """The breakdown as decided; Refused for what cannot be."""
    for who, traits in decision.looks.items():
        breakdown = design(breakdown, who, traits)
    for who, casting in decision.voices.items():
        breakdown = cast_voice(breakdown, who, casting)
    for shot, how in decision.shots.items():
        breakdown = restage(breakdown, [shot], how)
    for one in decision.light:
        breakdown = settle(breakdown, one.scenes, time=one.time, weather=one.weather, mood=one.mood)
    return breakdown


def shifts(before: Breakdown, after: Breakdown) -> tuple[Shift, ...]:
    """What is different between two breakdowns of one text: looks, voices, light and shots."""
    found: list[Shift] = []
    people = {one.id: one for one in before.cast}
    for one in after.cast:
        if one.id in people:
            found += _person(people[one.id], one)
    scenes = {one.id: one for one in before.scenes}
    for scene in after.scenes:
        if scene.id in scenes:
            found += _scene(scenes[scene.id], scene, {one.id: one.called for one in after.cast})
    return tuple(found)


def _person(was: Character, one: Character) -> Iterator[Shift]:
    for trait in told(was.dna, one.dna):
        yield Shift(
            what=f"{one.called}, {label('trait', trait)}",
            before=_trait(was.dna, trait),
            after=_trait(one.dna, trait),
        )
    for field, name in (("voice", "voice"), ("pace", "pace"), ("pitch", "pitch")):
        old, new = getattr(was.casting, field), getattr(one.casting, field)
        if old != new:
            yield Shift(what=f"{one.called}, {name}", before=_spoken(old), after=_spoken(new))


def _spoken(value: str | float) -> str:
    return value if isinstance(value, str) else f"{round(value * 100)} %"


def _trait(dna: DNA, trait: str) -> str:
    value = getattr(dna, trait)
    if trait in _LABELLED:
        return label(trait, str(value)).lower()
    if trait in _COLOURS:
        known = tables("palette")[_COLOURS[trait]].get(value, "")
        return known.partition(",")[0].strip().removesuffix(" hair").removesuffix(" skin") or str(value)
    return f"{round(value * 100)} %" if isinstance(value, float) else str(value)


def _scene(was: Scene, one: Scene, names: Mapping[str, str]) -> Iterator[Shift]:
    for field in ("time", "weather", "mood"):
        old, new = getattr(was.setting, field), getattr(one.setting, field)
        if old != new:
            what = f"Scene {one.number}, {field}"
            yield Shift(what=what, before=label(field, old).lower(), after=label(field, new).lower())
    if was.setting.place.kit != one.setting.place.kit:
        old, new = was.setting.place.kit, one.setting.place.kit
        yield Shift(what=f"Scene {one.number}, set", before=label("kit", old).lower(), after=label("kit", new).lower())
    shots = {shot.id: shot for shot in was.shots}
    for shot in one.shots:
        if shot.id in shots:
            yield from _shot(shots[shot.id], shot, names)
    yield from _counted(was, one)


def _shot(was: Shot, one: Shot, names: Mapping[str, str]) -> Iterator[Shift]:
    old, new = was.played or was.staging, one.played or one.staging
    for field in ("framing", "move"):
        if getattr(old, field) != getattr(new, field):
            yield Shift(what=f"Shot {one.number}, {field}", before=getattr(old, field), after=getattr(new, field))
    if [figure.character for figure in old.figures] != [figure.character for figure in new.figures]:
        people = [", ".join(names.get(one.character, "") for one in s.figures) or "nobody" for s in (old, new)]
        yield Shift(what=f"Shot {one.number}, people", before=people[0], after=people[1])
    felt = {figure.character: figure for figure in old.figures}
    for figure in new.figures:
        before = felt.get(figure.character, figure)
        for field in ("emotion", "gesture"):
            if getattr(before, field) != getattr(figure, field):
                what = f"Shot {one.number}, {names.get(figure.character, '')}"
                yield Shift(what=what, before=getattr(before, field), after=getattr(figure, field))
    if was.pause != one.pause:
        yield Shift(what=f"Shot {one.number}, pause", before=f"{was.pause:g} s", after=f"{one.pause:g} s")
    if was.least != one.least:
        yield Shift(what=f"Shot {one.number}, at least", before=f"{was.least:g} s", after=f"{one.least:g} s")


def _counted(was: Scene, one: Scene) -> Iterator[Shift]:
    if len(was.shots) != len(one.shots):
        yield Shift(what=f"Scene {one.number}, shots", before=str(len(was.shots)), after=str(len(one.shots)))
