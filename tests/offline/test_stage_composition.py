"""Shots are composed for each format, and everybody looks at whom they should."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

import pytest

from services.offline.theatre.composition import compose
from services.offline.theatre.eyeline import outside
from services.offline.theatre.framing import caption_line
from services.offline.theatre.kits import kit_plan
from services.offline.theatre.mark import Body, Composition
from services.offline.theatre.props import part
from services.offline.theatre.set_view import CM, view
from studio.story.breakdown import Figure, Framing
from studio.story.places import Kit
from studio.takes.frame import Aspect
from tests.offline.doubles import box_set
from tests.offline.shots import CAST, HARBOUR, board, figures

BODIES = {name: Body(dna.height, 0.885 if dna.height > 0.8 else 0.78) for name, dna in CAST.items()}
TALKS = [Framing.MEDIUM, Framing.CLOSE, Framing.OVER_SHOULDER]
GROUPS = [("ann",), ("cat",), ("ann", "ben"), ("ben", "ann"), ("cat", "ben"), ("ann", "ben", "cat")]


def composed(framing: Framing, aspect: Aspect, shown: tuple[Figure, ...], *, focus: str = "") -> Composition:
    brief = board(framing, shown, size=aspect, focus=focus)
    place = box_set(HARBOUR, brief.frame, 0)
    return compose(brief.staging, brief.frame, place, BODIES, prop=False)


@pytest.mark.parametrize(("framing", "aspect", "names"), list(product(TALKS, Aspect, GROUPS)))
def test_faces_of_a_talk_are_whole_and_clear_of_each_other_and_of_the_captions(
    framing: Framing, aspect: Aspect, names: tuple[str, ...]
) -> None:
    shot = composed(framing, aspect, figures(*names))
    seen = [mark for mark in shot.marks if not mark.back]
    assert seen
    for mark in seen:
        left, top, right, bottom = mark.face
        assert left >= 0
        assert right <= shot.frame.width
        assert top >= -0.02 * shot.frame.height
        assert bottom <= shot.frame.height
        assert mark.mouth <= caption_line(aspect) * shot.frame.height
    for one, other in product(seen, seen):
        if one is not other:
            a, b = one.face, other.face
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


@pytest.mark.parametrize(("framing", "names"), list(product(TALKS, GROUPS)))
def test_faces_are_in_the_upper_part_of_a_tall_frame(framing: Framing, names: tuple[str, ...]) -> None:
    shot = composed(framing, Aspect.TALL, figures(*names))
    tallest = max((mark for mark in shot.marks if not mark.back), key=lambda mark: mark.body.stature)
    assert tallest.eyes <= 0.42 * shot.frame.height


@pytest.mark.parametrize(("framing", "aspect", "names"), list(product(Framing, Aspect, GROUPS)))
def test_nobody_crosses_the_line(framing: Framing, aspect: Aspect, names: tuple[str, ...]) -> None:
    shot = composed(framing, aspect, figures(*names))
    order = [mark.figure.character for mark in sorted(shot.marks, key=lambda mark: mark.x)]
    assert order == [name for name in names if name in order]


@pytest.mark.parametrize("aspect", list(Aspect))
def test_a_close_up_fills_the_frame_with_one_face(aspect: Aspect) -> None:
    shot = composed(Framing.CLOSE, aspect, figures("ann", "ben"), focus="ben")
    (mark,) = shot.marks
    filled = mark.body.head * mark.height / min(shot.frame.width, shot.frame.height)
    assert mark.figure.character == "ben"
    assert 0.44 <= filled <= 0.75
    assert shot.view.blur > 0


@pytest.mark.parametrize("aspect", list(Aspect))
def test_framings_come_nearer_one_after_the_other(aspect: Aspect) -> None:
    order = [Framing.WIDE, Framing.FULL, Framing.MEDIUM, Framing.CLOSE]
    sizes = [composed(framing, aspect, figures("ann")).marks[0].height for framing in order]
    assert all(before < after for before, after in pairwise(sizes))


@pytest.mark.parametrize("framing", [Framing.WIDE, Framing.FULL, Framing.MEDIUM])
def test_two_people_face_each_other(framing: Framing) -> None:
    left, right = sorted(composed(framing, Aspect.WIDE, figures("ann", "ben")).marks, key=lambda mark: mark.x)
    assert (left.facing, right.facing) == (1, -1)


def test_singles_of_two_people_look_at_each_other_across_the_cut() -> None:
    ann = composed(Framing.CLOSE, Aspect.WIDE, figures("ann", looks_at="ben", beyond=1)).marks[0]
    ben = composed(Framing.CLOSE, Aspect.WIDE, figures("ben", looks_at="ann", beyond=-1)).marks[0]
    assert ann.facing == -ben.facing
    assert (ann.x < 640) == (ann.facing > 0)
    assert (ben.x < 640) == (ben.facing > 0)


def test_a_close_up_out_of_a_group_keeps_the_side_of_the_group() -> None:
    brief = board(Framing.CLOSE, figures("ben", "ann"), focus="ann")
    assert outside("ann", brief.staging, BODIES) == -1
    assert outside("ben", brief.staging, BODIES) == 1


def test_the_near_shoulder_is_cut_by_the_edge_on_its_own_side() -> None:
    shot = composed(Framing.OVER_SHOULDER, Aspect.WIDE, figures("ann", "ben"), focus="ann")
    focus, near = shot.marks
    assert (focus.figure.character, near.back) == ("ann", True)
    assert near.x > focus.x
    assert near.height > focus.height
    assert near.facing == -focus.facing


def test_somebody_who_looks_into_the_camera_faces_it() -> None:
    assert composed(Framing.CLOSE, Aspect.WIDE, figures("ann", looks_at="camera")).marks[0].turn < 0.15


@pytest.mark.parametrize(("framing", "aspect", "names"), list(product(Framing, Aspect, GROUPS)))
def test_no_shot_looks_past_the_edge_of_the_set(framing: Framing, aspect: Aspect, names: tuple[str, ...]) -> None:
    shot = composed(framing, aspect, figures(*names))
    place = box_set(HARBOUR, shot.frame, 0)
    height, width = place.layers[0].pixels.shape[:2]
    half = shot.frame.width / 2 / shot.view.zoom, shot.frame.height / 2 / shot.view.zoom
    assert half[0] < shot.view.x < width - half[0]
    assert half[1] < shot.view.y < height - half[1]


@pytest.mark.parametrize("framing", list(Framing))
def test_where_everybody_sits_nobody_walks_and_no_shot_shows_the_legs(framing: Framing) -> None:
    brief = board(framing, figures("ann", "ben", walks=True, entrance="enters"), focus="ann")
    car = replace(box_set(HARBOUR, brief.frame, 0), seated=True)
    shot = compose(brief.staging, brief.frame, car, BODIES, prop=False)
    assert not any(mark.figure.walks or mark.figure.entrance for mark in shot.marks)
    assert shot.near or all(mark.feet > 1.2 * brief.frame.height for mark in shot.marks)


def test_captions_of_a_narrow_film_begin_higher() -> None:
    assert caption_line(Aspect.TALL) < caption_line(Aspect.SQUARE) < caption_line(Aspect.WIDE)


@pytest.mark.parametrize(("driver", "drives"), [(-1, "ann"), (1, "ben"), (0, "")])
def test_who_sits_at_the_wheel_drives(driver: int, drives: str) -> None:
    car = replace(box_set(HARBOUR, board(Framing.WIDE, ()).frame, 0), seated=True, driver=driver)
    for framing, shown in ((Framing.WIDE, figures("ann", "ben")), (Framing.CLOSE, figures("ann", beyond=1))):
        brief = board(framing, shown, focus="ann")
        marks = compose(brief.staging, brief.frame, car, BODIES, prop=False).marks
        at_wheel = [mark.figure.character for mark in marks if mark.rests == "driving"]
        assert at_wheel == [one for one in [drives] if one and any(one == mark.figure.character for mark in marks)]


@pytest.mark.parametrize("aspect", list(Aspect))
def test_nothing_small_hangs_right_above_a_head_of_two(aspect: Aspect) -> None:
    brief = board(Framing.WIDE, figures("ann", "ben"), size=aspect)
    anywhere = box_set(HARBOUR, brief.frame, 0)
    for kit in Kit:
        plan = kit_plan(kit)
        shot = compose(brief.staging, brief.frame, replace(anywhere, spots=plan.figures), BODIES, prop=False)
        heads = [abs(2 * mark.x / shot.frame.width - 1) for mark in shot.marks]
        hung = [row for row in plan.things if row.up >= 190 and not row.z and not row.top]
        for row in hung:
            u, found = view(shot.frame).choose(row.u), part(row.part)
            if u is not None and found and found.box[2] * row.size < 80 * CM:
                assert all(abs(abs(u) - head) > 0.15 for head in heads), (kit, row.part)
