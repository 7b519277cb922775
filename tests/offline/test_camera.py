"""The camera eases, and never sees where the set ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.offline.theatre.camera import Camera, Path, ease, seen
from services.offline.theatre.stage import Stage
from studio.story.breakdown import Framing, Move
from studio.takes.frame import Aspect, Frame
from tests.offline.doubles import box_wings
from tests.offline.shots import SMALL, board, clip

FRAME = Frame(width=1280, height=720, fps=24)
MOVES = [move for move in Move if move is not Move.HOLD]


def way(move: Move, frames: int = 120) -> Path:
    return Path(move, frames, FRAME, (500.0, 300.0), seed=4)


@given(st.floats(0, 1), st.floats(0, 1))
def test_easing_never_turns_back(a: float, b: float) -> None:
    assert ease(min(a, b)) <= ease(max(a, b)) + 1e-12
    assert 0 <= ease(a) <= 1


@pytest.mark.parametrize("move", [Move.PUSH_IN, Move.PULL_OUT, Move.PAN_LEFT, Move.PAN_RIGHT, Move.DRIFT])
def test_a_move_starts_and_stops_softly(move: Move) -> None:
    path = way(move)
    speeds = []
    for index in range(119):
        now, then = path.at(index), path.at(index + 1)
        speeds.append(abs(then.zoom - now.zoom) * 640 + abs(then.x - now.x) + abs(then.y - now.y))
    assert max(speeds) > 0.2
    assert speeds[0] < 0.05 * max(speeds)
    assert speeds[-1] < 0.05 * max(speeds)


def test_a_held_camera_stands() -> None:
    assert {way(Move.HOLD).at(index) for index in range(120)} == {Camera()}


def test_pans_go_opposite_ways() -> None:
    left, right = way(Move.PAN_LEFT), way(Move.PAN_RIGHT)
    assert left.at(119).x > left.at(0).x  # the camera goes left, so the picture goes right
    assert right.at(119).x < right.at(0).x


def test_a_shake_dies_away() -> None:
    force = [abs(way(Move.SHAKE).at(index).x) + abs(way(Move.SHAKE).at(index).y) for index in range(120)]
    assert max(force) > 4
    assert max(force[40:]) == 0


def test_what_is_near_moves_more() -> None:
    camera = way(Move.PAN_LEFT).at(119)
    assert seen(camera, 0.0).x == 0
    assert seen(camera, 1.5).x > seen(camera, 1.0).x > seen(camera, 0.3).x


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("size", [SMALL, Frame(width=180, height=320, fps=24)])
def test_the_edge_of_the_set_is_never_seen(move: Move, size: Frame) -> None:
    for framing in (Framing.WIDE, Framing.MEDIUM):
        stage = Stage(clip(board(framing, (), size=size, move=move), 25), 1, box_wings())
        for index in (0, 6, 8, 10, 12, 18, 24):
            shown = stage.picture(index).astype(int)
            rim = np.concatenate([shown[:2].reshape(-1, 3), shown[-2:].reshape(-1, 3), shown[:, :2].reshape(-1, 3)])
            magenta = (rim[:, 2] > rim[:, 1] + 60) & (rim[:, 0] > rim[:, 1] + 60)
            assert not magenta.any()
            assert shown.reshape(-1, 3).max(axis=1).min() > 10  # and no hole


def test_the_camera_moves_on_every_frame() -> None:
    stage = Stage(clip(board(Framing.WIDE, (), size=SMALL, move=Move.PAN_LEFT), 25), 1, box_wings())
    middle = [stage.play(index).y.copy() for index in (11, 12, 13)]
    assert (middle[0] != middle[1]).any()
    assert (middle[1] != middle[2]).any()


@pytest.mark.parametrize("aspect", list(Aspect))
def test_a_wide_shot_keeps_the_set_as_it_was_built(aspect: Aspect) -> None:
    stage = Stage(clip(board(Framing.WIDE, (), size=aspect), 2), 1, box_wings())
    assert stage.composition.view.zoom == 1.0
