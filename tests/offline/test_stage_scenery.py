"""A set made ready for a shot: what is parted, left out or kept looks as the whole set does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from services.offline.theatre.acting import Instant
from services.offline.theatre.camera import Camera, Path
from services.offline.theatre.composition import compose
from services.offline.theatre.layer import Layer
from services.offline.theatre.planes import to_bgr
from services.offline.theatre.pose import Piece, Pose
from services.offline.theatre.scenery import Scenery, behind, dress
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
