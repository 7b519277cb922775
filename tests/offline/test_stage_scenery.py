"""A set made ready for a shot: what is parted, left out or kept looks as the whole set does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from services.offline.theatre.acting import Instant
from services.offline.theatre.camera import Camera, Path
from services.offline.theatre.composition import compose
from services.offline.theatre.layer import Layer
from services.offline.theatre.planes import Planes, Sheet, to_bgr
from services.offline.theatre.pose import Piece, Pose
from services.offline.theatre.scenery import Flat, Scenery, behind, dress
from studio.story.breakdown import Framing, Move
from studio.takes.briefs import Mouth
from tests.offline.doubles import box_set
from tests.offline.shots import HARBOUR, SMALL, board

SIZE = SMALL.width, SMALL.height
ABOUT = (160.0, 90.0)


def scenery(*, hem: float = 0.0) -> Scenery:
    brief = board(Framing.WIDE, (), size=SMALL)
    place = box_set(HARBOUR, SMALL, 0)
    lamp = np.zeros_like(place.layers[0].pixels)
    lamp[: round(hem), 100:140] = (255, 255, 255, 255)
    place = replace(place, layers=(*place.layers[:2], Layer(lamp, 1.0, hem), *place.layers[2:]), front=3)
    composition = compose(brief.staging, SMALL, place, {}, prop=False)
    return dress(place, composition, Path(Move.DRIFT, 48, SMALL, ABOUT, (12.0, 12.0)))


def test_a_parted_floor_looks_as_if_laid_on_the_back() -> None:
    parted = scenery()
    assert parted.floor is not None
    top, camera = parted.floor.top, Camera(1.013, 1.4, -0.7)
    seen = to_bgr(behind(parted, camera, ABOUT, SIZE)).astype(int)
    assert np.abs(np.diff(seen[top + 4 :], axis=0)).max() < 40  # no seam within the floor
    assert np.abs(seen[-20, 100] - (60, 90, 70)).max() < 14


def whole(parted: Scenery) -> Scenery:
    """The same scenery with its floor laid under the rest of its sheet again."""
    middle, floor = parted.middle, parted.floor
    assert middle is not None
    assert floor is not None
    sheet, line = middle.sheet, floor.top - middle.sheet.top
    both = ((sheet.planes.y, floor.planes.y, line), (sheet.planes.u, floor.planes.u, line // 2))
    y, u = (np.concatenate((above[:rows], below)) for above, below, rows in both)
    v = np.concatenate((sheet.planes.v[: line // 2], floor.planes.v))
    keep, half = (np.zeros(plane.shape, np.uint8) for plane in (y, u))
    keep[:line], half[: line // 2] = sheet.keep[:line], sheet.keep_half[: line // 2]
    return Scenery(parted.back, Flat(Sheet(Planes(y, u, v), keep, half, sheet.left, sheet.top), middle.depth), None)


@pytest.mark.parametrize("zoom", [1.0, 1.0004, 1.003, 1.013, 1.03, 1.1])
def test_wherever_the_camera_stands_nothing_shows_between_them(zoom: float) -> None:
    parted = scenery()
    together = whole(parted)
    for step in range(41):
        camera = Camera(zoom, 0.1 * step, 0.07 * step - 1.4)
        seen, wanted = (behind(one, camera, ABOUT, SIZE).y.astype(int) for one in (parted, together))
        assert np.abs(seen - wanted).max() <= 3, camera


@pytest.mark.parametrize("down", [-200.0, -100.0, 100.0])
def test_nor_where_the_floor_begins_above_the_picture_or_under_it(down: float) -> None:
    parted = scenery()
    assert parted.floor is not None
    inside = slice(8, -8) if down < 0 else slice(0, 60)
    seen, wanted = (
        behind(one, Camera(2.5, 0, down), ABOUT, SIZE).y.astype(int)[:, inside] for one in (parted, whole(parted))
    )
    assert np.abs(seen - wanted)[: SIZE[1] // 2 if down < 0 else None].max() <= 3


def test_a_lamp_of_which_only_the_end_would_show_is_left_out() -> None:
    margin = 16
    short, long = (to_bgr(behind(scenery(hem=hem), Camera(), ABOUT, SIZE)) for hem in (margin + 6.0, margin + 60.0))
    assert short[:, 90:120].max() < 220
    assert long[10:40, 95:115].min() > 200


def test_a_moving_mouth_leaves_the_body_as_it_was_drawn() -> None:
    one = Instant(Pose(mouth=Mouth.A, tilt=3.0, blink=1.0), (10.0, 20.0), 1)
    other = Instant(Pose(mouth=Mouth.O, tilt=1.0), (10.0, 20.0), 1)
    assert one.part(Piece.BODY) == other.part(Piece.BODY)
    assert one.part(Piece.HEAD) != other.part(Piece.HEAD)
    assert one.part(Piece.HAIR) != other.part(Piece.HAIR)
