"""Notes on looks and plates: what their words ask for, and what is said not to have been read."""

from __future__ import annotations

import pytest

from studio.story.cast import DNA, Age, Build
from studio.story.designing import TALLEST
from studio.story.noting import note_light, note_look
from studio.story.places import Mood, Time, Weather


@pytest.mark.parametrize(
    ("note", "traits"),
    [
        ("a blue raincoat, no hat", {"cloth": "#3566a8", "garment": "coat", "hat": ""}),
        ("Shorter hair with glasses!", {"hair": "short", "face": "glasses"}),
        ("purple hair", {"hair_colour": "#6c4a8c"}),
        ("red hair, green eyes", {"hair_colour": "#b5472a", "eyes": "#6b7a3a"}),
        ("a blue coat with white trim", {"cloth": "#3566a8", "garment": "coat", "trim": "#ece6da"}),
        ("give her a top hat", {"hat": "tophat"}),
        ("un abrigo rojo", {"garment": "coat", "cloth": "#c8402f"}),
        ("clean-shaven, kind", {"face": "", "manner": "warm"}),
        ("heavier", {"build": Build.BROAD}),
        ("taller", {"height": 1.08}),
        ("older", {"age": Age.OLD, "height": 0.95}),
        ("", {}),
    ],
)
def test_a_note_on_a_look_asks_for_traits(note: str, traits: dict[str, object]) -> None:
    assert note_look(DNA(), note).traits == traits


def test_steps_end_where_there_is_no_further_one() -> None:
    edge = DNA(age=Age.CHILD, build=Build.HEAVY, height=TALLEST)
    assert note_look(edge, "younger, heavier").traits == {"age": Age.CHILD, "build": Build.HEAVY, "height": TALLEST}
    assert note_look(edge, "taller").traits == {"height": TALLEST}


def test_what_nobody_can_read_is_named_once() -> None:
    found = note_look(DNA(), "a red robe like Dracula, like DRACULA")
    assert found.traits == {"cloth": "#c8402f", "garment": "robe"}
    assert found.unread == ("like", "dracula")
    assert note_light("with polka dots").unread == ("polka", "dots")


@pytest.mark.parametrize(
    ("note", "light"),
    [
        ("at night in the rain", (Time.NIGHT, Weather.RAIN, None)),
        ("much darker", (None, None, Mood.NOIR)),
        ("brighter, at dawn", (Time.DAWN, None, Mood.MORNING)),
        ("foggy", (None, Weather.FOG, None)),
        ("", (None, None, None)),
    ],
)
def test_a_note_on_a_plate_asks_for_light(note: str, light: tuple[object, ...]) -> None:
    found = note_light(note)
    assert (found.time, found.weather, found.mood) == light
