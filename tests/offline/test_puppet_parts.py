"""Every paper part of a person parses, says where it turns, uses known colours and stays where it can be bent."""

from __future__ import annotations

import re

import pytest

from services.offline.theatre import face_mood, gesture
from services.offline.theatre.parts import PAPER, SVG, Cutter, load, names, steps
from services.offline.theatre.pose import Light
from services.offline.theatre.puppet_palette import palette
from studio.errors import AssetMissing
from studio.story.breakdown import Emotion, Gesture
from studio.story.cast import DNA
from studio.takes.briefs import Mouth

KINDS = ("arms", "brows", "eyes", "faces", "garments", "hair", "hands", "hats", "heads", "legs", "mouths")
PARTS = [(kind, name) for kind in KINDS for name in names(kind)]
LAYERS = {
    "arms": {"upper", "fore"},
    "garments": {"front", "rear"},
    "hair": {"front", "rear"},
    "hats": {"front"},
    "heads": {"far", "face", "near", "marks", "rear"},
    "legs": {"thigh", "shin", "shoe"},
}
POINTS = {"arms": ("elbow", "wrist"), "hands": ("grip",), "heads": ("pivot",), "legs": ("knee", "ankle")}


@pytest.mark.parametrize(("kind", "name"), PARTS)
def test_a_part_can_be_cut(kind: str, name: str) -> None:
    part = load(kind, name)
    known = palette(DNA(), Light()).keys() | {"id"}
    assert part.tokens <= known, part.tokens - known
    for point in POINTS.get(kind, ()):
        assert re.fullmatch(r"-?[\d.]+ -?[\d.]+", part.word(point)), point
    assert LAYERS.get(kind, set()) <= {child.get("id") for child in part.root}


@pytest.mark.parametrize(("kind", "name"), PARTS)
def test_a_part_can_be_bent(kind: str, name: str) -> None:
    for element in load(kind, name).root.iter():
        assert element.get("transform") is None
        if element.tag == f"{SVG}path":
            path = element.get("d", "")
            assert not set(re.findall(r"[A-Za-z]", path)) - set("MLCQZ")
            shapes = [value for key, value in element.items() if key.startswith("data-") and value.startswith("M")]
            for shape in shapes:
                assert [(c, len(n)) for c, n in steps(shape)] == [(c, len(n)) for c, n in steps(path)]


@pytest.mark.parametrize(("kind", "name"), PARTS)
def test_a_part_lies_in_its_view_box(kind: str, name: str) -> None:
    part = load(kind, name)
    cutter = Cutter({})
    cutter.add(part.root, lambda x, y: (x, y))
    left, top, right, bottom = cutter.box
    box = part.box
    assert left >= box[0] - 40
    assert top >= box[1] - 40
    assert right <= box[2] + 40
    assert bottom <= box[3] + 120


def test_every_garment_names_sleeves_and_legs_that_exist() -> None:
    for name in names("garments"):
        garment = load("garments", name)
        assert garment.word("arms") in names("arms")
        assert garment.word("legs") in names("legs")


def test_every_mood_and_sound_has_its_mouth() -> None:
    sounds = {face_mood.mood(emotion, 1.0, mouth).sound for emotion in Emotion for mouth in Mouth}
    assert sounds <= set(names("mouths"))
    assert {mouth.value for mouth in Mouth} <= sounds


def test_every_gesture_poses_both_arms_with_hands_that_exist() -> None:
    for each in Gesture:
        row = gesture.table()[each.value]
        assert {row["near"]["hand"], row["far"]["hand"]} <= set(names("hands"))


def test_the_cast_has_choice() -> None:
    for kind, least in {"hair": 11, "garments": 12, "hats": 10, "faces": 6, "hands": 6, "eyes": 4}.items():
        assert len(names(kind)) >= least, kind


def test_a_part_nobody_drew_is_named() -> None:
    with pytest.raises(AssetMissing, match="hats/fez"):
        load("hats", "fez")
    assert PAPER.is_dir()


def test_two_bones_reach_where_they_can() -> None:
    upper, fore = gesture.two_bone((0, 0), (60, 90), 100, 80, 1)
    x = 100 * gesture.math.sin(gesture.math.radians(upper)) + 80 * gesture.math.sin(gesture.math.radians(fore))
    y = 100 * gesture.math.cos(gesture.math.radians(upper)) + 80 * gesture.math.cos(gesture.math.radians(fore))
    assert (x, y) == pytest.approx((60, 90), abs=0.01)
