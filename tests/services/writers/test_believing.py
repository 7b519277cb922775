"""Answers are checked before they are believed: outlines, scenes, looks, and what a schema lets through."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.settings import ROOT
from services.writers.doctoring import Revision
from services.writers.fitting import Fitting
from services.writers.lighting import SceneLights
from services.writers.looking import Looks
from services.writers.outlining import Outline
from services.writers.outlining import believed as outline_of
from services.writers.prompts import STEPS, colours, prompt
from services.writers.schema import bare, read_answer, strict_schema
from services.writers.scripting import believed
from services.writers.talk import Form, model_card, tokens
from studio.errors import Garbled
from studio.story.breakdown import Breakdown
from studio.story.cast import DNA, Character
from studio.story.designing import design
from studio.story.fountain import write_fountain
from studio.takes.briefs import ScriptBrief
from studio.takes.roster import Roster
from tests.doubles.groq import unstrict

BRIEF = ScriptBrief(text="x", seconds=27)
STORY: dict[str, Any] = {
    "title": "The Oven", "logline": "Two bakers, one oven.", "language": "en",
    "people": [
        {"name": "Amos", "age": "adult", "presents": "masculine", "role": "baker", "looks": "bald", "wants": "peace"},
        {"name": "Petra", "age": "old", "presents": "feminine", "role": "baker", "looks": "tall", "wants": "war"},
    ],
    "scenes": [
        {"interior": True, "place": "bakery", "time": "night", "people": ["Amos", "PETRA"], "happens": "They meet.",
         "seconds": 20},
        {"interior": False, "place": "Fair", "time": "day", "people": ["Amos"], "happens": "They share.",
         "seconds": 20},
    ],
}  # fmt: skip
SCENES = """INT. BAKERY - NIGHT

AMOS, 50, bald, sweeps a floor that is clean.

AMOS
We close at nine, and it is nine.

PETRA
It is ten to. I can read a clock, even yours.

EXT. FAIR - DAY

Tents. PETRA puts half a loaf down.

PETRA
I have brought you half of it, and that is more than you deserve.

AMOS
Which half is it, Petra?
"""


def outlined(**given: Any) -> Outline:
    return outline_of(json.dumps(STORY | given), BRIEF)


def scenes(text: str) -> str:
    story = outlined()
    return write_fountain(believed(text, story, story.scenes))


def test_an_outline_is_scaled_to_the_length_that_was_asked_for() -> None:
    assert [one.heading for one in outlined().scenes] == ["INT. BAKERY - NIGHT", "EXT. FAIR - DAY"]
    assert [one.seconds for one in outlined().scenes] == [10, 10]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"scenes": []}, "no scenes"),
        ({"people": []}, "1 to 24 people"),
        ({"people": [STORY["people"][0]] * 2}, "different names"),
        ({"people": [STORY["people"][0] | {"name": "Amos (V.O.)"}]}, "cannot be somebody's name"),
        ({"people": [STORY["people"][0] | {"name": "INT. ROOM"}]}, "cannot be somebody's name"),
        ({"people": [STORY["people"][0] | {"name": "A" * 60}]}, "cannot be somebody's name"),
        ({"scenes": [STORY["scenes"][0] | {"people": ["Wanda"]}]}, "Wanda stand"),
        ({"scenes": STORY["scenes"] * 5}, "too many for 27 seconds"),
        ({"scenes": [STORY["scenes"][0] | {"seconds": 0}]}, "needs a place and seconds"),
        ({"title": 7}, "title"),
        ({"mood": "blue"}, "mood"),
    ],
)
def test_an_outline_nothing_can_be_written_from_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(Garbled, match=words):
        outlined(**given)


def test_a_name_in_a_script_without_capitals_is_a_name() -> None:
    people = [STORY["people"][0] | {"name": "राम"}]
    assert outlined(people=people, scenes=[STORY["scenes"][0] | {"people": []}]).people[0].cue == "राम"


def test_scenes_are_believed_under_the_headings_that_were_planned() -> None:
    assert scenes(SCENES) == SCENES
    assert scenes(SCENES.replace("INT. BAKERY - NIGHT", "INT. BACKSTUBE - NIGHT")) == SCENES


def test_what_models_dress_scenes_in_is_taken_off() -> None:
    dressed = SCENES.replace("INT. BAKERY - NIGHT", "### **INT. BAKERY \u2011 NIGHT**").replace("AMOS\n", "**AMOS**\n")
    assert scenes(dressed.replace("EXT. FAIR - DAY", "## EXT. FAIR - DAY")) == SCENES


@pytest.mark.parametrize(
    "around", ["```fountain\n{}\n```", "Title: Mine\nAuthor: Me\n\n{}", "Here are the scenes.\n\n{}"]
)
def test_what_models_put_around_scenes_is_taken_off(around: str) -> None:
    assert scenes(around.format(SCENES)) == SCENES


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "0 scenes with a heading, and 2 were asked for"),
        (SCENES.partition("EXT.")[0], "1 scenes"),
        (SCENES.replace("PETRA\n", "WANDA\n"), "WANDA speak and are not among the people: AMOS, PETRA"),
        ("INT. BAKERY - NIGHT\n\nDust.\n\nEXT. FAIR - DAY\n\nRain.", "nobody speaks"),
        (SCENES.partition("Tents.")[0], "Nothing happens"),
        (SCENES.replace("\nTents.", f"\nPETRA\n{'I will never, ever forget this. ' * 30}\n\nTents."), "of speech less"),
        ("INT. BAKERY - NIGHT\n\nAMOS\nNo.\n\nEXT. FAIR - DAY\n\nPETRA\nNo.", "of speech more"),
    ],
)  # fmt: skip
def test_scenes_that_are_not_what_was_asked_for_are_refused(text: str, words: str) -> None:
    with pytest.raises(Garbled, match=words):
        scenes(text)


@pytest.mark.parametrize("answer", [Outline, Looks, SceneLights, Revision, Fitting])
def test_every_schema_can_be_decoded_strictly(answer: type[Any]) -> None:
    schema = strict_schema(answer, {"hair": ("bob", "bun")})
    assert unstrict(schema) == ""
    assert "$ref" not in json.dumps(schema)
    assert set(_keys(schema)) <= {"type", "enum", "anyOf", "items", "properties", "required", "additionalProperties"}


def _keys(schema: Any) -> Iterator[str]:
    for key, value in schema.items():
        yield key
        inner = list(value.values()) if key == "properties" else value if key == "anyOf" else [value]
        for one in inner:
            if isinstance(one, dict):
                yield from _keys(one)


def test_choices_known_only_when_asking_are_in_the_schema_and_checked() -> None:
    choices = {"name": ("AMOS",), "hair": ("bob",)}
    person = strict_schema(Fitting, choices)["properties"]["people"]["items"]["properties"]
    assert person["name"] == {"type": "string", "enum": ["AMOS"]}
    assert person["hair"] == {"anyOf": [{"type": "string", "enum": ["bob"]}, {"type": "null"}]}
    wrong = {"sentence": "s", "what": "w", "people": [{"name": "AMOS", "hair": "mullet"}], "renamed": []}
    with pytest.raises(Garbled, match="hair cannot be 'mullet'; it is one of: bob"):
        read_answer(Fitting, json.dumps(wrong), choices)


@pytest.mark.parametrize(("text", "is_"), [
    ("```json\n{}\n```", "{}"), (" {} ", "{}"), ("```\na\nb```", "a\nb"),
    ("<think>\nHm. {1}\n</think>\n\n{}", "{}"), ("a <think>b</think>", "a <think>b</think>"),
])  # fmt: skip
def test_thoughts_and_fences_around_an_answer_are_taken_off(text: str, is_: str) -> None:
    assert bare(text) == is_


@pytest.mark.parametrize("trait", ["skin", "hair_colour", "eyes", "cloth", "trim"])
def test_every_word_for_a_colour_is_one_a_look_may_have(trait: str) -> None:
    people = Breakdown(title="", cast=(Character(id="a", name="A", dna=DNA()),))
    for drawn in colours()[trait].values():
        assert getattr(design(people, "a", {trait: drawn}).character("a").dna, trait) == drawn


@pytest.mark.parametrize("step", STEPS)
def test_every_prompt_is_whole(step: str) -> None:
    found = prompt(step)
    assert found.version >= 1
    assert found.effort in ("low", "medium", "high")
    assert 0 <= found.temperature <= 1
    assert "JSON" in found.system or step == "script"


def test_every_model_of_the_roster_is_known() -> None:
    cards = [card for card in Roster.load(ROOT / "data" / "crew.toml").engine if card.vendor == "groq"]
    assert [model_card(card.model).form for card in cards] == [Form.STRICT] * 2


def test_models_that_are_not_known_are_held_to_json_alone() -> None:
    assert model_card("openai/gpt-oss-120b").form is Form.STRICT
    assert model_card("somebody/new").form is Form.JSON


def test_tokens_are_counted_once_each() -> None:
    assert tokens(812, 240, 512) == {"input_tokens": 300, "cached_tokens": 512, "output_tokens": 240}
    assert tokens(10, 1, 99) == {"input_tokens": 0, "cached_tokens": 10, "output_tokens": 1}
