"""The measure without weights: the studio's figures, and on drawn scenes the verdicts it was chosen for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from gpu_endpoint.likeness import Measures, chance, identity, measured, share, signs, similarity
from gpu_endpoint.motion import Pixels
from services.media import consistency as studio
from tests.media.scenes import BAD, DRIFT, GOOD, HERO, STATIC, STRANGER, Clip, crop, seen, set_of, with_hero

SCENES = (0, 1)
EVERY: dict[str, Callable[[int], Clip]] = {"static": STATIC, "drift": DRIFT, **GOOD, **BAD}


def rgb(picture: Pixels) -> Pixels:
    """The other way round: the drawn scenes are BGR."""
    return np.ascontiguousarray(picture[..., ::-1])


@cache
def found(kind: str, scene: int) -> Measures:
    return measured([rgb(one) for one in EVERY[kind](scene)])


@cache
def floor() -> float:
    return chance([signs(rgb(with_hero(seen(set_of(number)), HERO, 110))) for number in range(10)])


def scores(kind: str) -> list[float]:
    return [100 * share(found(kind, scene).raw, floor()) for scene in SCENES]


@pytest.mark.parametrize("kind", ["walk", "cut", "noise tail"])
def test_the_worker_and_the_studio_find_the_same(kind: str) -> None:
    theirs = studio.measured(EVERY[kind](0))
    ours = found(kind, 0)
    for name in ("raw", "worst", "motion", "jerk"):
        assert getattr(ours, name) == pytest.approx(getattr(theirs, name), abs=1e-4)


def test_the_worker_and_the_studio_read_the_same_crops() -> None:
    pictures = [
        crop(with_hero(seen(set_of(number)), who, 110), 110) for number, who in enumerate([HERO] * 3 + [STRANGER])
    ]
    ours, theirs = [signs(rgb(one)) for one in pictures], [studio.signs(one) for one in pictures]
    own = 100 * identity(ours[:1], ours[1:3], ours[3:])
    assert own == pytest.approx(studio.identity(theirs[:1], theirs[1:3], theirs[3:]), abs=0.01)


@pytest.mark.parametrize("kind", GOOD)
def test_good_motion_passes(kind: str) -> None:
    assert min(scores(kind)) > 89
    assert min(found(kind, scene).motion for scene in SCENES) > 4


@pytest.mark.parametrize("kind", BAD)
def test_every_fault_is_below_every_good_motion(kind: str) -> None:
    assert max(scores(kind)) < min(min(scores(good)) for good in GOOD) - 1


def test_static_is_perfect_and_caught_by_motion() -> None:
    assert min(scores("static")) > 99.9
    assert max(found("static", scene).motion for scene in SCENES) == 0


def test_the_worst_and_the_jerk_catch_what_a_mean_forgives() -> None:
    for scene in SCENES:
        assert found("noise tail", scene).worst < found("cut", scene).worst < 0.5 < found("walk", scene).worst
        assert found("flicker", scene).jerk > 20 > found("decay", scene).jerk > found("walk", scene).jerk


def test_somebody_becoming_another_is_seen_only_in_crops() -> None:
    assert min(scores("drift")) > 89  # the whole picture hides it
    hero = [signs(rgb(crop(with_hero(seen(set_of(number)), HERO, 110), 110))) for number in (6, 7, 8)]
    stranger = [signs(rgb(crop(with_hero(seen(set_of(number)), STRANGER, 110), 110))) for number in (11, 12, 13)]
    for scene in SCENES:
        walked = [signs(rgb(crop(one, 110 + 3 * t))) for t, one in enumerate(GOOD["walk"](scene)) if t % 8 == 0]
        late = [signs(rgb(crop(one, 110 + 3 * t))) for t, one in enumerate(DRIFT(scene)) if t > 16 and t % 3 == 0]
        assert identity(walked, hero, stranger) > 0.8 > 0.4 > identity(late, hero, stranger)


def test_a_picture_is_like_itself() -> None:
    one = signs(rgb(seen(set_of(1))))
    assert similarity(one, one) == pytest.approx(1.0, abs=1e-5)


def test_one_picture_is_no_clip() -> None:
    with pytest.raises(ValueError, match="two pictures"):
        measured([rgb(seen(set_of(1)))])
