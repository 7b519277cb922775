"""A thing has one colour in a hand, on a table and large, whatever the mood of the scene and whoever holds it."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest

from services.offline.theatre.moods import palette as mood_palette
from services.offline.theatre.parts import load, names
from services.offline.theatre.pose import Light, Pose
from services.offline.theatre.props import drawn, hues
from services.offline.theatre.puppet import PaperPuppet
from services.offline.theatre.puppet_palette import things
from services.offline.theatre.sprite import Pixels
from services.offline.theatre.thing import draw_thing
from studio.story.breakdown import Gesture
from studio.story.cast import DNA
from studio.story.places import Kit, Mood, Place, Setting, Time, Weather

MOODS = ((Mood.MORNING, Time.DAY), (Mood.NOIR, Time.NIGHT), (Mood.DUSK, Time.DUSK))
HOLDER = DNA(cloth="#ece6da", trim="#8b8a8c", hair_colour="#1d1a1e")


def hue(pixels: Pixels) -> float:
    """Degrees of what is strongly coloured in a picture."""
    blue, green, red = (pixels[:, :, channel].astype(float) for channel in range(3))
    strong = (pixels[:, :, 3] > 250) & (np.ptp(pixels[:, :, :3].astype(int), axis=2) > 14)
    red, green, blue = (float(np.median(part[strong])) / 255 for part in (red, green, blue))
    return 360 * colorsys.rgb_to_hls(red, green, blue)[0]


def large(mood: Mood, time: Time, own: str) -> Pixels:
    setting = Setting(place=Place(id="room", name="Room", kit=Kit.ROOM), mood=mood, time=time)
    canvas = np.zeros((180, 320, 4), np.uint8)
    draw_thing(canvas, "book", setting, (160.0, 90.0), 120.0, HOLDER, own)
    return canvas[40:100, 130:190]


def in_hand(mood: Mood, time: Time, own: str) -> Pixels:
    light = mood_palette(mood, time, Weather.CLEAR, indoors=True).light(-1)
    puppet = PaperPuppet(HOLDER, height=300.0, light=light)
    bare, held = (np.zeros((360, 240, 4), np.uint8) for _ in range(2))
    puppet.draw(bare, Pose(gesture=Gesture.HOLD), feet=(120, 350))
    puppet.draw(held, Pose(gesture=Gesture.HOLD, prop="book", own=own), feet=(120, 350))
    held[(bare == held).all(axis=2)] = 0
    return held


def standing(mood: Mood, time: Time, own: str) -> Pixels:
    return drawn("book", 0.5, hues(mood_palette(mood, time, Weather.CLEAR, indoors=True), own=own), False)


@pytest.mark.parametrize(("own", "degrees"), [("", 148.0), ("#c8402f", 7.0), ("#3566a8", 214.0)])
def test_a_thing_keeps_its_colour_from_shot_to_shot(own: str, degrees: float) -> None:
    for mood, time in MOODS:
        seen = [hue(draw(mood, time, own)) for draw in (large, in_hand, standing)]
        away = [abs((one - degrees + 180) % 360 - 180) for one in seen]
        assert max(away) < 40, (mood, seen)


@pytest.mark.parametrize("name", names("props"))
def test_every_colour_of_a_held_thing_is_known(name: str) -> None:
    part = load("props", name)
    assert part.tokens <= things(Light(), "#123456").keys()
    assert "own" not in part.tokens or part.word("own") in things(Light(), "")


def test_what_is_held_is_hidden_by_a_back() -> None:
    puppet = PaperPuppet(HOLDER, height=300.0, light=Light())
    bare, held = (np.zeros((360, 240, 4), np.uint8) for _ in range(2))
    puppet.draw(bare, Pose(gesture=Gesture.HOLD, back=True), feet=(120, 350))
    puppet.draw(held, Pose(gesture=Gesture.HOLD, prop="book", back=True), feet=(120, 350))
    inside = bare[:, :, 3] == 255
    assert (bare[inside] != held[inside]).any(axis=1).mean() < 0.02
