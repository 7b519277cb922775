"""The set and the light of every scene of a screenplay, as a model reads it."""

from __future__ import annotations

from services.writers.dialogue import Dialogue
from services.writers.prompts import prompt
from services.writers.schema import read_answer, strict_schema
from studio.errors import Garbled
from studio.story.noun import Noun
from studio.story.places import Kit, Mood, Time, Weather

_TOKENS = 80  # of a scene's light, with room to spare


class SceneLight(Noun):
    """One scene; `scene` is its place in the film, from 1."""

    scene: int
    kit: Kit
    time: Time
    weather: Weather
    mood: Mood


class SceneLights(Noun):
    """Every scene, in order."""

    scenes: tuple[SceneLight, ...]


def lights(talk: Dialogue, fountain: str, count: int) -> tuple[SceneLight, ...]:
    """Have the scenes broken down: one light for each of `count` scenes."""

    def believed(text: str) -> tuple[SceneLight, ...]:
        found = read_answer(SceneLights, text).scenes
        if [one.scene for one in found] != list(range(1, count + 1)):
            raise Garbled(f"it must have each of the {count} scenes once and in order")
        return found

    values = {"count": count, "fountain": fountain}
    asked = prompt("breakdown")
    most = max(asked.most, count * _TOKENS)
    return talk.ask(asked, values, believed, schema=strict_schema(SceneLights), most=most)
