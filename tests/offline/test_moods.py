"""Every mood, time and weather has a palette in which the three values can read."""

from __future__ import annotations

from itertools import product

import pytest

from services.offline.theatre.moods import bright, luminance, mix, palette, rgb, scale, under_water
from studio.story.places import Mood, Time, Weather


@pytest.mark.parametrize(("mood", "time", "weather"), list(product(Mood, Time, Weather)))
def test_every_palette_is_whole(mood: Mood, time: Time, weather: Weather) -> None:
    colours = palette(mood, time, weather)
    every = [*colours.sky, *colours.ground, *colours.wall, colours.accent, colours.key, colours.shade, colours.haze]
    assert all(len(colour) == 7 and rgb(colour) for colour in [*every, *colours.materials.values()])
    assert 0 <= colours.ambient <= 0.5
    assert luminance(colours.key) > luminance(colours.shade) + 0.2


@pytest.mark.parametrize("mood", list(Mood))
def test_night_is_darker_than_day(mood: Mood) -> None:
    night, day = palette(mood, Time.NIGHT, Weather.CLEAR), palette(mood, Time.DAY, Weather.CLEAR)
    assert luminance(night.sky[1]) <= luminance(day.sky[1])
    assert luminance(night.materials["linen"]) <= luminance(day.materials["linen"])


def test_rain_hides_the_sun_and_fog_thickens_the_air() -> None:
    clear, rain, fog = (palette(Mood.MORNING, Time.DAY, sky) for sky in (Weather.CLEAR, Weather.RAIN, Weather.FOG))
    assert clear.sunshine == 1.0
    assert rain.sunshine == 0.0
    assert fog.thickness > clear.thickness + 0.3


def test_rain_at_night_is_no_day() -> None:
    clear, rain = palette(Mood.NOIR, Time.NIGHT, Weather.CLEAR), palette(Mood.NOIR, Time.NIGHT, Weather.RAIN)
    assert luminance(rain.sky[1]) < luminance(clear.sky[1]) + 0.1


def test_under_water_there_is_neither_sun_nor_star() -> None:
    wet = under_water(palette(Mood.SPACE, Time.NIGHT, Weather.CLEAR))
    assert wet.stars == wet.sunshine == 0.0


def test_colours_mix_and_scale() -> None:
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert scale("#808080", 2.0) == "#ffffff"
    assert bright("#ffffff")
    assert not bright("#101010")
