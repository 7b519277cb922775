"""From a pitch to an outline: who wants what, and what happens where, checked before anything is written from it."""

from __future__ import annotations

from services.writers.dialogue import Dialogue
from services.writers.prompts import prompt
from services.writers.schema import read_answer, strict_schema
from studio.cut.pace import pace
from studio.errors import Garbled
from studio.story.cast import Age, Presents
from studio.story.fountain_form import is_cue
from studio.story.noun import Noun
from studio.story.places import Time
from studio.takes.briefs import ScriptBrief

_TOKENS_A_SECOND = 5  # of film, with room to spare
_SHORTEST_SCENE = 6  # seconds
_MOST_PEOPLE = 24
_LONGEST_NAME, _LONGEST_TITLE = 30, 80  # letters


class Person(Noun):
    """Somebody of the story."""

    name: str
    age: Age
    presents: Presents
    role: str
    looks: str
    wants: str

    @property
    def cue(self) -> str:
        """The name over their speeches."""
        return " ".join(self.name.upper().split())


class ScenePlan(Noun):
    """A scene to be written."""

    interior: bool
    place: str
    time: Time
    people: tuple[str, ...]
    happens: str
    seconds: int

    @property
    def heading(self) -> str:
        """The scene heading it will have."""
        return f"{'INT.' if self.interior else 'EXT.'} {' '.join(self.place.upper().split())} - {self.time.upper()}"


class Outline(Noun):
    """A story before it is written."""

    title: str
    logline: str
    language: str
    people: tuple[Person, ...]
    scenes: tuple[ScenePlan, ...]

    @property
    def told(self) -> str:
        """The outline as whoever writes the scenes reads it."""
        people = [f"- {one.cue} ({one.age}, {one.role}): {one.looks}. Wants: {one.wants}" for one in self.people]
        scenes = [f"{at}. {one.heading}: {one.happens} ({one.seconds} s)" for at, one in enumerate(self.scenes, 1)]
        return "\n".join([f"{self.title}: {self.logline}", "", "People:", *people, "", "Scenes:", *scenes])


def outline(talk: Dialogue, brief: ScriptBrief) -> Outline:
    """Have the story outlined; the lengths of its scenes, and the film's cards, add up to what was asked for."""
    titled = f"The title is: {brief.title}" if brief.title else ""
    values = {"seconds": brief.seconds, "titled": titled, "pitch": brief.text.strip()}
    asked = prompt("outline")
    most = max(asked.most, brief.seconds * _TOKENS_A_SECOND)
    return talk.ask(asked, values, lambda text: believed(text, brief), schema=strict_schema(Outline), most=most)


def believed(text: str, brief: ScriptBrief) -> Outline:
    """The outline of an answer; Garbled says why nothing can be written from it."""
    found = read_answer(Outline, text)
    names = [one.cue for one in found.people]
    if not found.scenes:
        raise Garbled("it has no scenes")
    if not 1 <= len(names) <= _MOST_PEOPLE or len(set(names)) < len(names):
        raise Garbled(f"it needs 1 to {_MOST_PEOPLE} people with different names")
    for name in names:
        cased = name.upper() != name.lower()  # a name in another script is forced by an @
        if (cased and not is_cue(name)) or len(name) > _LONGEST_NAME or "(" in name:
            raise Garbled(f"{name!r} cannot be somebody's name over a speech")
    strangers = {who for scene in found.scenes for who in scene.people if " ".join(who.upper().split()) not in names}
    if strangers:
        raise Garbled(f"{', '.join(sorted(strangers))} stand in a scene and are not among the people")
    if len(found.scenes) * _SHORTEST_SCENE > max(brief.seconds, _SHORTEST_SCENE):
        raise Garbled(f"{len(found.scenes)} scenes are too many for {brief.seconds} seconds")
    if any(not scene.place.strip() or scene.seconds <= 0 for scene in found.scenes):
        raise Garbled("every scene needs a place and seconds")
    scenes = max(_SHORTEST_SCENE, brief.seconds - round(pace().title + pace().end))
    title = " ".join((brief.title or found.title).split())[:_LONGEST_TITLE]
    return found.model_copy(update={"title": title or "Untitled", "scenes": _scaled(found.scenes, scenes)})


def _scaled(scenes: tuple[ScenePlan, ...], wanted: int) -> tuple[ScenePlan, ...]:
    """The scenes with the same shares of the length that was asked for."""
    planned = sum(scene.seconds for scene in scenes)
    shares = [max(_SHORTEST_SCENE, round(scene.seconds * wanted / planned)) for scene in scenes]
    return tuple(one.model_copy(update={"seconds": share}) for one, share in zip(scenes, shares, strict=True))
