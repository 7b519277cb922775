"""Figures act: lips, lids, eyes, heads and feet, each in their own time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.offline.theatre.acting import Actor
from services.offline.theatre.stage import Stage
from services.offline.theatre.timeline import blinks, speaker, speeches
from studio.story.breakdown import Emotion, Entrance, Framing, Gesture
from studio.takes.briefs import ClipBrief, Mouth
from tests.offline.doubles import box_wings
from tests.offline.shots import SMALL, board, clip, figures, talk

WORDS = (Mouth.MBP, Mouth.A, Mouth.LTH, Mouth.O, Mouth.FV, Mouth.EI, Mouth.UW, Mouth.MBP, Mouth.A, Mouth.A) * 2


def actors(brief: ClipBrief, seed: int = 1) -> dict[str, Actor]:
    stage = Stage(brief, seed, box_wings())
    return {player.actor.mark.figure.character: player.actor for player in stage.players}


def pair(frames: int = 120, **rest: object) -> ClipBrief:
    brief = board(Framing.MEDIUM, figures("ann", "ben", **rest), size=SMALL)
    return clip(brief, frames, talk("ann", 6, *WORDS), talk("ben", 70, *WORDS))


def test_the_mouth_follows_the_sounds() -> None:
    ann = actors(pair())["ann"]
    shown = {round(at, 2): ann.at(0.25 + at + 0.01).pose.mouth for at in (0.0, 0.1, 0.3, 0.5)}
    assert shown == {0.0: Mouth.MBP, 0.1: Mouth.A, 0.3: Mouth.O, 0.5: Mouth.EI}
    assert ann.at(0.1).pose.mouth is Mouth.REST
    assert ann.at(4.5).pose.mouth is Mouth.REST


def test_only_who_speaks_moves_the_lips() -> None:
    cast = actors(pair())
    assert {cast["ben"].at(0.25 + step / 12).pose.mouth for step in range(24)} == {Mouth.REST}


def test_lips_that_close_shortly_are_seen_to_close() -> None:
    brief = clip(
        board(Framing.MEDIUM, figures("ann"), size=SMALL), 48, talk("ann", 0, *([Mouth.A, Mouth.MBP] * 6), every=0.06)
    )
    ann = actors(brief)["ann"]
    shown = [ann.at(step / 12).pose.mouth for step in range(8)]
    assert Mouth.MBP in shown


def test_pixels_of_the_mouth_change_while_speaking_and_rest_before() -> None:
    stage = Stage(pair(), 1, box_wings())
    mark = next(mark for mark in stage.composition.marks if mark.figure.character == "ann")
    head = mark.body.head * mark.height
    y, x = round(mark.mouth), round(mark.x + 0.02 * head)
    cut = np.s_[y - 5 : y + 6, x - 10 : x + 11]
    shown = [stage.play(index).y[cut].astype(int) for index in range(0, 30, 2)]
    changes = [np.abs(after - before).max() for before, after in pairwise(shown)]
    assert max(changes[:2]) < 12
    assert max(changes[3:]) > 40


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6), st.floats(2, 60))
def test_blinks_come_every_few_seconds_and_never_together(seed: int, people: int, length: float) -> None:
    plan = blinks([f"c{index}" for index in range(people)], length, seed)
    every = sorted((when, name) for name, times in plan.items() for when in times)
    for (one, a), (other, b) in pairwise(every):
        assert a == b or other - one >= 0.34
    for times in plan.values():
        assert all(after - before >= 1.9 for before, after in pairwise(times))
        assert people > 3 or all(after - before <= 7 for before, after in pairwise(times))
    assert plan == blinks([f"c{index}" for index in range(people)], length, seed)


def test_lids_close_at_a_blink() -> None:
    ann = actors(pair())["ann"]
    (first, *_) = ann.blinks
    assert ann.at(first).pose.blink == 1.0
    assert ann.at(first - 0.5).pose.blink == 0.0


def test_listeners_look_at_whoever_speaks() -> None:
    brief = clip(
        board(Framing.MEDIUM, figures("ann", "ben", "cat"), size=SMALL),
        144,
        talk("ann", 6, *WORDS),
        talk("cat", 80, *WORDS),
    )
    ben = actors(brief)["ben"]
    early, late = ben.at(2.0), ben.at(5.0)
    assert early.facing * early.pose.gaze[0] < 0 < late.facing * late.pose.gaze[0]


def test_eyes_meet_across_a_difference_in_height() -> None:
    cast = actors(clip(board(Framing.FULL, figures("ben", "cat"), size=SMALL), 48))
    assert cast["ben"].at(1.0).pose.gaze[1] > 0 > cast["cat"].at(1.0).pose.gaze[1]


def test_who_is_told_to_look_away_does() -> None:
    brief = clip(board(Framing.MEDIUM, figures("ann", looks_at="away"), size=SMALL), 48)
    together = clip(board(Framing.MEDIUM, figures("ann"), size=SMALL), 48)
    assert actors(brief)["ann"].at(1.0).facing == -actors(together)["ann"].at(1.0).facing


def test_before_the_first_word_everybody_waits_for_the_one_who_will_speak() -> None:
    said = speeches(pair())
    assert [speaker(said, at) for at in (0.0, 1.0, 4.0)] == ["ann", "ann", "ben"]


def test_feeling_rises_and_a_gesture_comes_in_with_a_swing() -> None:
    ann = actors(pair(emotion=Emotion.ANGER, gesture=Gesture.POINT))["ann"]
    reach = [ann.at(step / 24).pose.reach for step in range(48)]
    assert reach[0] == 0
    assert max(reach) > 1.0
    assert reach[-1] == 1.0
    assert ann.at(0.0).pose.feeling < ann.at(1.5).pose.feeling == 1.0


def test_a_prop_is_held_from_the_first_frame() -> None:
    ann = actors(pair(prop="lantern"))["ann"].at(0.0).pose
    assert (ann.gesture, ann.reach, ann.prop) == (Gesture.HOLD, 1.0, "lantern")


@pytest.mark.parametrize(("entrance", "start", "end"), [(Entrance.ENTERS, True, False), (Entrance.LEAVES, False, True)])
def test_entrances_and_exits_are_walked(entrance: Entrance, start: bool, end: bool) -> None:
    brief = clip(board(Framing.FULL, figures("ann", entrance=entrance), size=SMALL), 120)
    ann = actors(brief)["ann"]
    moments = [ann.at(step / 12) for step in range(60)]
    assert (moments[0].pose.stride is not None) == start
    assert (moments[-2].pose.stride is not None) == end
    steps = [abs(b.feet[0] - a.feet[0]) for a, b in pairwise(moments)]
    assert max(steps) < 0.09 * ann.mark.height
    if entrance is Entrance.LEAVES:
        assert not 0 < moments[-1].feet[0] < SMALL.width
    else:
        assert moments[-1].feet[0] == ann.mark.x


def test_heads_nod_on_stressed_sounds() -> None:
    ann = actors(pair())["ann"]
    (speech, *_) = ann.said
    assert speech.stresses
    tilts = [ann.at(speech.stresses[0] + late).pose.tilt for late in (-0.3, 0.15)]
    assert abs(tilts[1] - tilts[0]) >= 1.5


def test_the_same_seed_acts_the_same_and_another_does_not() -> None:
    one, same, other = (actors(pair(), seed)["ann"] for seed in (1, 1, 2))
    moments = [step / 12 for step in range(48)]
    assert [one.at(at) for at in moments] == [same.at(at) for at in moments]
    assert [one.at(at) for at in moments] != [other.at(at) for at in moments]
