"""A painted board in motion for nothing: the camera goes its way, eased, and never stops."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from services.media.flaws import film_flaw
from services.offline.theatre.board_move import BoardMove
from services.offline.theatre.glide import Glide
from studio.crew import Order
from studio.errors import BadRequest, Unreadable
from studio.story.breakdown import Framing, Move
from studio.takes.frame import Frame
from studio.takes.recipe import Recipe, TakeKind
from tests.doubles.drawing import a_picture
from tests.offline.shots import SMALL, board, clip, figures

LONG = 24 * 9


@pytest.fixture
def painted(tmp_path: Path) -> Path:
    """A board as some painter made it."""
    file = tmp_path / "board.png"
    file.write_bytes(a_picture(640, 360, 5))
    return file


def order(folder: Path, move: Move, frames: int, seed: int = 0, **inputs: Path) -> Order:
    brief = clip(board(Framing.CLOSE, figures("ann"), size=SMALL, move=move), frames)
    recipe = Recipe(
        kind=TakeKind.CLIP, brief=brief.model_dump(mode="json"), engine="board-move", engine_version="1", seed=seed
    )
    folder = folder / f"{move}-{frames}-{seed}"
    folder.mkdir()
    return Order(recipe, inputs, folder)


@pytest.mark.parametrize("move", list(Move))
def test_every_move_goes_on_from_its_first_picture_to_its_last(painted: Path, tmp_path: Path, move: Move) -> None:
    made = BoardMove().clip(order(tmp_path, move, LONG, board=painted))
    assert made.measure == {"frames": LONG, "width": 320, "height": 180, "fps": 24}
    assert film_flaw(made.file, size=(320, 180), frames=LONG, fps=24) == ""
    with av.open(str(made.file)) as film:
        assert not film.streams.audio
        shown = [one.to_ndarray(format="gray").astype(np.float32) for one in film.decode(video=0)]
    seconds = [np.abs(after - before).mean() for before, after in pairwise(shown[:: SMALL.fps])]
    assert min(seconds) > 0.2  # grey levels: there is no second in which nothing happens


@pytest.mark.parametrize("move", list(Move))
@pytest.mark.parametrize("frames", [2, 30, LONG])
@pytest.mark.parametrize("size", [SMALL, Frame(width=180, height=320, fps=30)], ids=["wide", "tall"])
def test_a_camera_never_looks_past_the_picture(move: Move, frames: int, size: Frame) -> None:
    way = Glide(move, frames, size, seed=4)
    across, down = way.reach
    for index in range(frames):
        camera = way.at(index)
        free = size.width / 2 * (camera.zoom - 1), size.height / 2 * (camera.zoom - 1)
        assert camera.zoom >= 1.0
        assert abs(camera.x) <= across + free[0] + 1e-6
        assert abs(camera.y) <= down + free[1] + 1e-6


@pytest.mark.parametrize("move", [Move.HOLD, Move.PUSH_IN, Move.PULL_OUT, Move.PAN_LEFT, Move.PAN_RIGHT, Move.DRIFT])
def test_a_move_is_eased_at_both_ends_and_steady_between(move: Move) -> None:
    way = Glide(move, LONG, SMALL)
    cameras = [way.at(index) for index in range(LONG)]
    steps = [abs(b.zoom - a.zoom) * 100 + abs(b.x - a.x) for a, b in pairwise(cameras)]
    assert steps[0] < 0.1 * max(steps)
    assert steps[-1] < 0.1 * max(steps)
    middle = steps[30:-30]
    assert max(middle) == pytest.approx(min(middle), rel=0.01)


def test_moves_go_where_they_say() -> None:
    first, last = (lambda move: Glide(move, LONG, SMALL).at(0)), (lambda move: Glide(move, LONG, SMALL).at(LONG - 1))
    assert last(Move.PUSH_IN).zoom > first(Move.PUSH_IN).zoom == 1.0
    assert first(Move.PULL_OUT).zoom > last(Move.PULL_OUT).zoom == pytest.approx(1.0)
    assert last(Move.PAN_LEFT).x > first(Move.PAN_LEFT).x
    assert last(Move.PAN_RIGHT).x < first(Move.PAN_RIGHT).x
    assert 1.0 < last(Move.HOLD).zoom < last(Move.PUSH_IN).zoom


def test_the_same_recipe_gives_the_same_bytes(painted: Path, tmp_path: Path) -> None:
    files = [
        BoardMove().clip(order(tmp_path / name, Move.DRIFT, 24, board=painted)).file.read_bytes()
        for name in ("a", "b")
        if not (tmp_path / name).mkdir()
    ]
    assert files[0] == files[1]


def test_without_a_board_nothing_moves(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="board"):
        BoardMove().clip(order(tmp_path, Move.HOLD, 24))
    text = tmp_path / "board.png"
    text.write_text("no picture")
    with pytest.raises(Unreadable, match=r"board\.png"):
        BoardMove().clip(order(tmp_path, Move.PUSH_IN, 24, board=text))
