"""Stars of a night: behind everything, lighter than their sky, and never in a hurry."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest

from services.offline.theatre.camera import Camera
from services.offline.theatre.moods import luminance, palette
from services.offline.theatre.planes import Planes
from services.offline.theatre.set_view import view
from services.offline.theatre.sets import build_set
from services.offline.theatre.sky import colour_at, stars
from services.offline.theatre.twinkle import Twinkle, sparkle
from studio.story.places import Kit, Mood, Place, Setting, Time, Weather
from studio.takes.frame import Frame

FRAME = Frame(width=640, height=360, fps=24)


@pytest.mark.parametrize("kit", [Kit.ROOFTOP, Kit.HARBOUR, Kit.STREET])
def test_no_star_shines_before_what_stands_under_the_sky(kit: Kit) -> None:
    place = Place(id="p", name="P", interior=False, kit=kit)
    night = Setting(place=place, time=Time.NIGHT, mood=Mood.FAIRY)
    built = build_set(night, FRAME, seed=3)
    assert built.stars
    for layer in built.layers[1:]:
        goes = round(0.035 * FRAME.width * (layer.depth - built.layers[0].depth))  # as far as a camera pans
        for x, y in built.stars:
            across = layer.pixels[round(y), max(0, round(x) - goes) : round(x) + goes + 1, 3]
            assert not across.any()


def test_a_star_comes_and_goes_without_a_blink() -> None:
    for part in range(20):
        star = Twinkle(0.0, 0.0, part / 20, 4.0 + part / 4)
        strengths = [star.strength(frame / 24) for frame in range(0, 240, 4)]
        assert max(strengths) == 8
        assert max(abs(one - two) for one, two in pairwise(strengths)) <= 3


def test_a_star_is_lighter_than_the_sky_around_it() -> None:
    colours = palette(Mood.FAIRY, Time.NIGHT, Weather.CLEAR)
    scene = view(FRAME, mirror=False)
    found = stars(scene, colours, Random(1), scene.horizon)
    assert all(luminance(one.tone) > luminance(colour_at(colours, one.y / scene.horizon)) for one in found)
    assert min(one.y for one in found) < 0.3 * scene.horizon < max(one.y for one in found)


def test_a_star_goes_as_smoothly_as_its_sky() -> None:
    star = Twinkle(40.0, 30.0, 0.25, 4.0)
    middles = []
    for step in range(9):
        picture = Planes(*(np.zeros(size, np.uint8) for size in ((60, 80), (30, 40), (30, 40))))
        sparkle(picture, (star,), 0.0, Camera(x=step / 4), (0.0, 0.0))
        light = picture.y.astype(float)
        middles.append(float((light.sum(axis=0) * np.arange(80)).sum() / light.sum()))
    assert np.diff(middles) == pytest.approx(0.25, abs=0.06)
