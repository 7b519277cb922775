"""A person's own board in motion: it fills the frame, the camera goes over it, and never past its edge."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from services.offline.theatre.animator import PaperAnimator
from services.offline.theatre.planes import to_bgr
from services.offline.theatre.still import Still
from studio.crew import Order
from studio.errors import BadRequest, Unreadable
from studio.story.breakdown import Framing, Move
from studio.takes.recipe import Recipe, TakeKind
from tests.offline.doubles import box_wings
from tests.offline.shots import SMALL, board, clip

FRAMES = 24


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Green, with a white square in the middle."""
    picture = np.zeros((400, 900, 3), np.uint8)
    picture[:] = (60, 160, 60)
    picture[180:220, 430:470] = 255
    file = tmp_path / "photo.png"
    cv2.imwrite(str(file), picture)
    return file


def middle(bgr: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> float:
    """The x of the white square."""
    return float(np.mean(np.nonzero(bgr.min(axis=2) > 180)[1]))


@pytest.mark.parametrize("move", list(Move))
def test_the_picture_fills_the_frame_all_the_way(photo: Path, move: Move) -> None:
    still = Still(photo, move, SMALL, FRAMES, seed=3)
    for index in range(FRAMES):
        seen = to_bgr(still.play(index))
        assert seen.shape == (180, 320, 3)
        assert seen.min(axis=2).min() > 40  # no black edge


@pytest.mark.parametrize(("move", "way"), [(Move.PAN_LEFT, 1), (Move.PAN_RIGHT, -1)])
def test_a_pan_goes_its_way(photo: Path, move: Move, way: int) -> None:
    still = Still(photo, move, SMALL, FRAMES, seed=0)
    first, last = middle(to_bgr(still.play(0))), middle(to_bgr(still.play(FRAMES - 1)))
    assert way * (last - first) > 10


def test_a_camera_that_stands_comes_closer_but_less_than_one_that_pushes(photo: Path) -> None:
    def grown(move: Move) -> int:
        still = Still(photo, move, SMALL, FRAMES, seed=0)
        sizes = [int((to_bgr(still.play(index)).min(axis=2) > 150).sum()) for index in (0, FRAMES - 1)]
        return sizes[1] - sizes[0]

    assert 0 < grown(Move.HOLD) < grown(Move.PUSH_IN)


def test_the_animator_uses_the_board_it_is_given(photo: Path, tmp_path: Path) -> None:
    brief = clip(board(Framing.WIDE, (), size=SMALL, move=Move.PAN_LEFT), FRAMES).model_copy(update={"still": True})
    recipe = Recipe(kind=TakeKind.CLIP, brief=brief.model_dump(mode="json"), engine="x", engine_version="1")
    made = PaperAnimator(box_wings()).clip(Order(recipe, {"board": photo}, tmp_path))
    with av.open(str(made.file)) as container:
        pictures = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
    assert len(pictures) == FRAMES
    assert abs(int(np.median(pictures[0][:, :, 1])) - 160) < 12
    with pytest.raises(BadRequest, match="still"):
        PaperAnimator(box_wings()).clip(Order(recipe, {}, tmp_path))


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    file = tmp_path / "board.png"
    file.write_bytes(b"nothing")
    with pytest.raises(Unreadable, match=r"board\.png"):
        Still(file, Move.HOLD, SMALL, FRAMES, seed=0)


def test_a_clip_that_moves_no_still_has_the_recipe_it_always_had() -> None:
    assert "still" not in clip(board(Framing.WIDE, (), size=SMALL), FRAMES).model_dump(mode="json")
