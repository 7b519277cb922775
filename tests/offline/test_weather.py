"""The air moves, comes back to where it was, and leaves rooms dry."""

from __future__ import annotations

import numpy as np
import pytest

from services.offline.theatre.grade import finish
from services.offline.theatre.sprite import Pixels
from services.offline.theatre.weather import LOOP, Weather, weather_layer
from studio.story.places import Kit, Mood, Place, Setting
from studio.story.places import Weather as Sky
from studio.takes.frame import Frame

FRAME = Frame(width=320, height=180, fps=24)
MOVING = [Sky.RAIN, Sky.SNOW, Sky.FOG, Sky.WIND, Sky.STORM]


def air(sky: Sky, kit: Kit = Kit.STREET, *, interior: bool = False, seed: int = 1) -> Weather | None:
    place = Place(id="p", name="P", interior=interior, kit=kit)
    return weather_layer(Setting(place=place, weather=sky, mood=Mood.MORNING), FRAME, seed=seed)


def seen(weather: Weather | None, seconds: float) -> Pixels:
    assert weather is not None
    canvas = np.full((FRAME.height, FRAME.width, 3), 90, np.uint8)
    weather.draw(canvas, seconds)
    return canvas


@pytest.mark.parametrize("sky", MOVING)
def test_weather_moves_and_loops_without_a_jump(sky: Sky) -> None:
    weather = air(sky)
    assert (seen(weather, 2.0) != seen(weather, 2.5)).any()
    assert (seen(weather, 2.0) == seen(weather, 2.0 + LOOP)).all()
    before, after = seen(weather, LOOP - 1 / 24).astype(int), seen(weather, LOOP).astype(int)
    step = seen(weather, 3.0).astype(int) - seen(weather, 3.0 + 1 / 24)
    assert np.abs(before - after).mean() < 1.6 * np.abs(step).mean() + 0.2


@pytest.mark.parametrize("sky", MOVING)
def test_the_same_seed_gives_the_same_weather(sky: Sky) -> None:
    assert (seen(air(sky), 1.3) == seen(air(sky), 1.3)).all()
    assert (seen(air(sky), 1.3) != seen(air(sky, seed=2), 1.3)).any()


def test_a_still_clear_street_costs_nothing() -> None:
    assert air(Sky.CLEAR) is None


def test_it_does_not_rain_in_a_room() -> None:
    assert (seen(air(Sky.RAIN, Kit.ROOM, interior=True), 1.0) != 90).mean() < 0.05
    assert (seen(air(Sky.RAIN), 1.0) != 90).mean() > 0.05


def test_bubbles_rise_under_water() -> None:
    weather = air(Sky.CLEAR, Kit.UNDERWATER)
    assert (seen(weather, 0.0) != seen(weather, 0.5)).any()


def test_lightning_brightens_a_storm_for_a_moment() -> None:
    weather = air(Sky.STORM)
    light = [seen(weather, index / 12).mean() for index in range(int(12 * LOOP))]
    assert max(light) > np.median(light) + 25
    assert np.mean(np.array(light) > np.median(light) + 10) < 0.15


def test_the_grade_darkens_corners_and_grains_the_middle() -> None:
    canvas = np.full((180, 320, 3), 120, np.uint8)
    finish((320, 180)).apply(canvas)
    assert canvas[:12, :12].mean() < canvas[80:100, 150:170].mean() - 15
    assert 0.3 < canvas[70:110, 120:200].std() < 8
    again = np.full((180, 320, 3), 120, np.uint8)
    finish((320, 180)).apply(again)
    assert (canvas == again).all()
