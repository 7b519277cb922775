"""A measure that sees good motion as good and faults as faults, a standing picture by a guard, and no faces."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from services.gate.rule import gate
from services.media.consistency import Measures, alike, chance, identity, measured, percent, signs, similarity
from tests.media.scenes import BAD, DRIFT, GOOD, HERO, STATIC, STRANGER, crop, seen, set_of, with_hero

SCENES = (0, 1, 2)
EVERY = {"static": STATIC, "drift": DRIFT, **GOOD, **BAD}


@cache
def floor() -> float:
    return chance([signs(with_hero(seen(set_of(number)), HERO, 110)) for number in range(10)])


@cache
def found(kind: str, scene: int) -> Measures:
    return measured(EVERY[kind](scene))


def scores(kind: str) -> list[float]:
    return [percent(found(kind, scene).raw, floor()) for scene in SCENES]


def test_different_scenes_are_alike_by_chance_alone() -> None:
    assert 0.35 < floor() < 0.51


@pytest.mark.parametrize("kind", GOOD)
def test_good_motion_passes_and_no_guard_minds(kind: str) -> None:
    guards = gate().guards
    assert min(scores(kind)) > 89
    assert np.mean(scores(kind)) > gate().rule.passing
    for scene in SCENES:
        one = found(kind, scene)
        assert one.motion > guards.motion
        assert one.worst > guards.worst
        assert one.jerk < guards.jerk


@pytest.mark.parametrize("kind", BAD)
def test_every_fault_is_below_every_good_motion(kind: str) -> None:
    assert max(scores(kind)) < gate().rule.passing - 5
    assert max(scores(kind)) < min(min(scores(good)) for good in GOOD)


def test_guards_catch_what_a_mean_forgives() -> None:
    guards = gate().guards
    for scene in SCENES:
        assert found("noise tail", scene).worst < guards.worst
        assert found("cut", scene).worst < guards.worst
        assert found("flicker", scene).jerk > guards.jerk


def test_a_standing_picture_is_perfect_and_caught_by_motion() -> None:
    assert min(scores("static")) > 99.9
    assert all(found("static", scene).motion < gate().guards.motion for scene in SCENES)


def test_somebody_becoming_another_is_seen_only_in_crops() -> None:
    assert min(scores("drift")) > gate().rule.passing  # the whole picture hides it
    hero = [signs(crop(with_hero(seen(set_of(number)), HERO, 110), 110)) for number in (6, 7, 8)]
    stranger = [signs(crop(with_hero(seen(set_of(number)), STRANGER, 110), 110)) for number in (11, 12, 13)]
    for scene in SCENES:
        walked = [signs(crop(clip, 110 + 3 * t)) for t, clip in enumerate(GOOD["walk"](scene)) if t % 8 == 0]
        drifted = [signs(crop(clip, 110 + 3 * t)) for t, clip in enumerate(DRIFT(scene)) if t > 16 and t % 3 == 0]
        kept, lost = identity(walked, hero, stranger), identity(drifted, hero, stranger)
        assert kept > 80 > 40 > lost


def test_a_picture_is_like_itself_and_likeness_has_no_direction() -> None:
    one, other = signs(seen(set_of(1))), signs(seen(set_of(2)))
    assert similarity(one, one) == pytest.approx(1.0, abs=1e-5)
    assert alike(one, one) == pytest.approx(1.0, abs=1e-5)
    assert similarity(one, other) == pytest.approx(similarity(other, one), abs=0.02)
    assert measured([seen(set_of(1))] * 3) == measured([seen(set_of(1))] * 3)


def test_the_order_of_measuring_does_not_matter() -> None:
    one, other = signs(seen(set_of(1))), signs(seen(set_of(2)))
    first = similarity(one, other)
    similarity(one, one)
    assert similarity(one, other) == first


def test_chance_is_taken_off() -> None:
    assert percent(0.4, 0.4) == 0.0
    assert percent(0.2, 0.4) == 0.0
    assert percent(0.7, 0.4) == pytest.approx(50.0)
    assert percent(1.0, 0.4) == pytest.approx(100.0)


def test_one_picture_is_no_clip() -> None:
    with pytest.raises(ValueError, match="two pictures"):
        measured([seen(set_of(1))])
