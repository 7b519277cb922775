"""Weather and grade look in planes as they do in colours."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from services.offline.theatre.air import air_of, grained, opening_of, vignette
from services.offline.theatre.grade import finish
from services.offline.theatre.planes import to_bgr, to_planes
from services.offline.theatre.scenery import opening
from services.offline.theatre.stage import Stage
from services.offline.theatre.twinkle import twinkles
from services.offline.theatre.weather import weather_layer
from services.offline.theatre.wings import Wings, paper_wings
from studio.story.breakdown import Framing
from studio.story.places import Kit, Mood, Place, Setting, Time, Weather
from studio.takes.frame import Frame
from tests.offline.doubles import box_set, box_wings
from tests.offline.shots import HARBOUR, SMALL, board, clip, figures

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


def night(weather: Weather, framing: Framing) -> Stage:
    setting = HARBOUR.model_copy(update={"weather": weather, "time": Time.NIGHT, "mood": Mood.NOIR})
    brief = board(framing, figures("ann", "ben")).model_copy(update={"setting": setting})
    return Stage(clip(brief, 48), 1, paper_wings())


def face_of(stage: Stage, index: int) -> np.ndarray:
    mark = next(mark for mark in stage.composition.marks if mark.figure.character == "ann")
    head = mark.body.head * mark.height
    rows = slice(round(mark.eyes), round(mark.eyes + 0.25 * head))
    return stage.play(index).y[rows, round(mark.x - 0.1 * head) : round(mark.x + 0.1 * head)].astype(int)


@pytest.mark.parametrize("framing", [Framing.WIDE, Framing.MEDIUM, Framing.CLOSE])
def test_rain_runs_down_no_face(framing: Framing) -> None:
    wet, dry = night(Weather.RAIN, framing), night(Weather.CLEAR, framing)
    picture = np.abs(wet.play(0).y.astype(int) - wet.play(8).y)
    assert (picture > 12).sum() > 500  # it does rain
    changes = [np.abs(face_of(stage, 0) - face_of(stage, 8)).max() for stage in (wet, dry)]
    assert changes[0] <= changes[1] + 8


def test_stars_twinkle_each_in_its_own_time() -> None:
    place = Place(id="moon", name="Moon", interior=False, kit=Kit.SPACE)
    brief = board(Framing.WIDE, ()).model_copy(update={"setting": Setting(place=place, mood=Mood.SPACE)})
    stars = Stage(clip(brief, 48), 1, paper_wings())
    shining = [
        {round(star.x) for star in twinkles(stars.place, stars.composition) if star.strength(seconds)}
        for seconds in (0.0, 0.7, 1.4)
    ]
    assert all(shining)
    assert shining[0] != shining[1] != shining[2]


def test_lights_pass_in_a_cars_windows_and_nowhere_else() -> None:
    place = Place(id="car", name="Car", kit=Kit.CAR)
    setting = Setting(place=place, time=Time.NIGHT, mood=Mood.NOIR)
    brief = board(Framing.CLOSE, figures("ann")).model_copy(update={"setting": setting})
    stage = Stage(clip(brief, 48), 1, paper_wings())
    mask = opening(stage.place, stage.composition)
    windows = opening_of(mask)
    assert windows is not None
    air = air_of(weather_layer(setting, brief.frame, seed=0))
    dark = to_planes(np.zeros((brief.frame.height, brief.frame.width, 3), np.uint8))
    lit = dark.copy()
    air.pass_by(lit, 1.0, windows)
    assert (lit.y > dark.y + 30).any()
    assert (lit.y[mask == 0] == dark.y[mask == 0]).all()


def test_grain_is_another_one_from_pose_to_pose() -> None:
    grey = to_planes(np.full((FRAME.height, FRAME.width, 3), 150, np.uint8))
    shown = []
    for turn in (0, 1, 8):
        planes = grey.copy()
        vignette((FRAME.width, FRAME.height)).darken(planes, turn)
        shown.append(planes.y.astype(int))
    assert (shown[0] == shown[2]).all()
    assert 0.2 < np.abs(shown[0] - shown[1]).mean() < 4
