"""Weather and grade look in planes as they do in colours."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from services.offline.theatre.air import air_of, grained, vignette
from services.offline.theatre.grade import finish
from services.offline.theatre.planes import to_bgr, to_planes
from services.offline.theatre.stage import Stage
from services.offline.theatre.weather import weather_layer
from services.offline.theatre.wings import Wings
from studio.story.breakdown import Framing
from studio.story.places import Weather
from studio.takes.frame import Frame
from tests.offline.doubles import box_set, box_wings
from tests.offline.shots import HARBOUR, SMALL, board, clip

FRAME = Frame(width=640, height=360, fps=24)


def smooth() -> np.ndarray:
    ramp = np.linspace(40, 180, FRAME.width, dtype=np.float32)[None, :, None] * np.ones(
        (FRAME.height, 1, 3), np.float32
    )
    return np.ascontiguousarray((ramp * (0.7, 0.8, 1.0)).astype(np.uint8))


@pytest.mark.parametrize("kind", list(Weather))
def test_weather_in_planes_looks_as_in_colours(kind: Weather) -> None:
    weather = weather_layer(HARBOUR.model_copy(update={"weather": kind}), FRAME, seed=3)
    picture, planes = smooth(), to_planes(smooth())
    if weather:
        weather.draw(picture, 2.25)
    air_of(weather).blow(planes, 2.25)
    shown, meant = (cv2.GaussianBlur(one, (0, 0), 4).astype(int) for one in (to_bgr(planes), picture))
    assert np.abs(shown - meant).mean() < 2.0
    assert np.percentile(np.abs(shown - meant), 99) < 10


@pytest.mark.parametrize("kind", [Weather.RAIN, Weather.SNOW, Weather.FOG, Weather.WIND])
def test_weather_moves(kind: Weather) -> None:
    setting = HARBOUR.model_copy(update={"weather": kind})
    brief = board(Framing.WIDE, (), size=SMALL).model_copy(update={"setting": setting})
    wings = Wings(
        puppets=box_wings().puppets, sets=box_set, weathers=lambda place, frame: weather_layer(place, frame, seed=0)
    )
    stage = Stage(clip(brief, 48), 1, wings)
    first, later = (stage.play(index).y.astype(int) for index in (0, 24))
    assert (np.abs(first - later) > 6).sum() > 40


def test_the_vignette_darkens_corners_and_leaves_black_black() -> None:
    grey, black = (np.full((FRAME.height, FRAME.width, 3), tone, np.uint8) for tone in (150, 0))
    shown = []
    for picture in (grey, black):
        planes = to_planes(picture)
        vignette((FRAME.width, FRAME.height)).darken(planes)
        shown.append(to_bgr(planes).astype(int))
    assert shown[0][2, 2].mean() < 0.8 * shown[0][180, 320].mean()
    assert shown[1].max() <= 2
    meant = grey.copy()
    finish((FRAME.width, FRAME.height), grain=0.0).apply(meant)
    assert np.abs(shown[0] - meant).mean() < 3


def test_grain_never_makes_paper_brighter_than_it_covers() -> None:
    sheet = np.zeros((64, 64, 4), np.uint8)
    sheet[8:56, 8:56] = (120, 120, 120, 120)
    given = grained(sheet)
    assert (given[:, :, :3].max(axis=2) <= given[:, :, 3]).all()
    assert given[8:56, 8:56, 0].std() > 0.3
    assert not given[:8].any()
