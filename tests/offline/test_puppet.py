"""Puppets look like the DNA they are made from and do what a pose says."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from services.offline.theatre.gesture import idle, table
from services.offline.theatre.parts import names
from services.offline.theatre.pose import Light, Piece, Pose
from services.offline.theatre.puppet import PaperPuppet
from services.offline.theatre.puppet_palette import brightness, lit, palette
from studio.errors import BadRequest
from studio.story.breakdown import Emotion, Gesture
from studio.story.breaking import break_down
from studio.story.cast import DNA, Age, Build, Presents
from studio.story.fountain import read_fountain
from studio.takes.briefs import Mouth

SIZE = 150
WHITE = 255
FLOOR = 186  # the row where the shadow under the feet begins


def drawn(dna: DNA, pose: Pose | None = None, light: Light | None = None, facing: int = 1) -> NDArray[np.uint8]:
    """A white sheet with one small puppet on it."""
    sheet = np.full((200, 160, 3), WHITE, np.uint8)
    puppet = PaperPuppet(dna, height=SIZE, light=light or Light())
    puppet.draw(sheet, pose or Pose(), feet=(80, 190), facing=facing)
    return sheet


def outline(dna: DNA) -> NDArray[np.bool_]:
    """Where a puppet is, without its shadows."""
    return drawn(dna, Pose(turn=0.2)).min(axis=2) < 150


def differ(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    """Pixels that differ visibly."""
    return int((np.abs(one.astype(int) - other).max(axis=2) > 24).sum())


def all_differ(sheets: list[NDArray[np.uint8]], least: int) -> bool:
    return all(differ(a, b) >= least for n, a in enumerate(sheets) for b in sheets[:n])


@pytest.mark.parametrize(
    ("kind", "field"), [("hair", "hair"), ("garments", "garment"), ("hats", "hat"), ("faces", "face")]
)
def test_every_part_makes_another_picture(kind: str, field: str) -> None:
    least = {"hair": 40, "garment": 120, "hat": 60, "face": 4}[field]
    plain = DNA(presents=Presents.MASCULINE, hair_colour="#2a1d1a")
    assert all_differ([drawn(plain.model_copy(update={field: name})) for name in names(kind)], least)


@pytest.mark.parametrize(("field", "options"), [("age", Age), ("presents", Presents)])
def test_every_age_and_presentation_makes_another_picture(field: str, options: type[Age | Presents]) -> None:
    assert all_differ([drawn(DNA().model_copy(update={field: option})) for option in options], 60)


def test_every_colour_shows() -> None:
    plain = DNA(garment="cloak")
    colours = {"skin": "#5a3826", "hair_colour": "#d0d0d0", "cloth": "#b03030", "trim": "#40a040"}
    pictures = [drawn(plain)] + [drawn(plain.model_copy(update={field: value})) for field, value in colours.items()]
    assert all_differ(pictures, 40)


def test_builds_are_told_apart_as_black_shapes() -> None:
    shapes = [outline(DNA(build=build, garment="suit")) for build in Build]
    areas = [int(shape.sum()) for shape in shapes]
    assert areas[-1] > 1.4 * areas[0]
    for n, one in enumerate(shapes):
        for other in shapes[:n]:
            assert (one ^ other).sum() > 0.06 * (one | other).sum()


def apart(one: DNA, other: DNA) -> float:
    """How much of two black shapes is in one of them only, 0 to 1."""
    mine, theirs = (drawn(dna, Pose(turn=0.2))[:FLOOR].min(axis=2) < 235 for dna in (one, other))
    return float((mine ^ theirs).sum() / (mine | theirs).sum())


@pytest.mark.parametrize("seed", range(3))
def test_a_cast_of_eight_is_told_apart_as_black_shapes(seed: int) -> None:
    names = ("ADA", "BEN", "CLEO", "DAN", "EVE", "FRED", "GRACE", "HUGO")
    spoken = "".join(f"{name}\nHello there.\n\n" for name in names)
    cast = break_down(read_fountain(f"INT. ROOM - DAY\n\nDust.\n\n{spoken}"), seed=seed).cast
    assert len(cast) == 8
    for one, other in combinations(cast, 2):
        assert apart(one.dna, other.dna) > 0.12, (one.name, other.name)
    dyed = cast[0].dna.model_copy(update={"cloth": cast[1].dna.cloth, "hair_colour": cast[1].dna.hair_colour})
    assert apart(cast[0].dna, dyed) < 0.02


def test_heights_and_eyes_fit_the_body() -> None:
    adult, child, tall = (
        PaperPuppet(dna, height=400, light=Light()) for dna in (DNA(), DNA(age=Age.CHILD, height=0.68), DNA(height=1.1))
    )
    assert adult.height == pytest.approx(400)
    assert 0.8 * adult.height < adult.eyes < 0.9 * adult.height
    assert child.height == pytest.approx(0.68 * 400)
    assert child.eyes / child.height < adult.eyes / adult.height
    assert tall.height == pytest.approx(440)


def test_the_figure_stands_on_its_feet_and_reaches_its_height() -> None:
    for dna in (DNA(hair="bald"), DNA(hair="bald", age=Age.CHILD, height=0.68), DNA(hair="bald", build=Build.HEAVY)):
        rows = np.flatnonzero((drawn(dna).min(axis=2) < 190).any(axis=1))
        height = PaperPuppet(dna, height=SIZE, light=Light()).height
        assert 188 <= rows[-1] <= 199  # the contact shadow lies around the soles
        assert rows[0] == pytest.approx(190 - height, abs=0.05 * height)


def close(pose: Pose, dna: DNA | None = None) -> NDArray[np.uint8]:
    """A face that fills the sheet."""
    sheet = np.full((160, 160, 3), WHITE, np.uint8)
    puppet = PaperPuppet(dna or DNA(), height=600, light=Light())
    puppet.draw(sheet, pose, feet=(75, 85 + puppet.eyes))
    return sheet


def test_mouths_and_moods_are_told_apart() -> None:
    assert all_differ([close(Pose(mouth=mouth)) for mouth in Mouth], 25)
    assert all_differ([close(Pose(emotion=emotion)) for emotion in Emotion], 60)
    assert all_differ([close(Pose(emotion=emotion, mouth=Mouth.A)) for emotion in Emotion], 40)


def test_a_blink_hides_the_iris() -> None:
    green = DNA(eyes="#00ff40", cloth="#303030")

    def irises(blink: float) -> int:
        sheet = close(Pose(blink=blink), green).astype(int)
        return int(((sheet[:, :, 1] - sheet[:, :, 2] > 60) & (sheet[:, :, 1] - sheet[:, :, 0] > 40)).sum())

    assert irises(0.0) > irises(0.5) > irises(1.0)
    assert irises(1.0) == 0


def test_gaze_turn_tilt_lean_and_breath_move_something() -> None:
    still = Pose()
    moves: list[dict[str, object]] = [
        {"gaze": (1.0, 0.0)},
        {"turn": 1.0},
        {"tilt": 8.0},
        {"lean": 5.0},
        {"breath": 1.0},
        {"back": True},
    ]
    for change in moves:
        assert differ(close(still), close(replace(still, **change))) > 20, change  # type: ignore[arg-type]


def test_gestures_and_strides_are_told_apart() -> None:
    assert all_differ([drawn(DNA(), Pose(gesture=each)) for each in Gesture], 90)
    assert all_differ([drawn(DNA(garment="suit"), Pose(stride=n / 4)) for n in range(4)], 60)


def test_people_rest_their_arms_in_many_ways_and_keep_to_one() -> None:
    ways = sorted({way for ways in table()["idle"].values() for way in ways})
    assert all_differ([drawn(DNA(), Pose(idle=way)) for way in ways], 25)
    habits = [idle(character, "calm") for character in ("ann", "ben", "cat", "dan", "eve", "fay")]
    assert habits == [idle(character, "calm") for character in ("ann", "ben", "cat", "dan", "eve", "fay")]
    assert len(set(habits)) > 1
    assert all(table()[idle("ann", emotion.value)] for emotion in Emotion)


def test_a_gesture_grows_from_rest() -> None:
    rest, half, full = (drawn(DNA(), Pose(gesture=Gesture.WAVE, reach=reach)) for reach in (0.0, 0.5, 1.0))
    assert differ(rest, drawn(DNA(), Pose())) == 0
    assert differ(rest, half) > 60
    assert differ(half, full) > 60


def test_a_prop_is_in_the_hand_and_an_unknown_one_is_not() -> None:
    empty, lantern, unknown = (
        drawn(DNA(), Pose(gesture=Gesture.HOLD, prop=prop)) for prop in ("", "lantern", "perpetuum mobile")
    )
    assert differ(empty, lantern) > 40
    assert differ(empty, unknown) == 0


def test_the_light_falls_from_its_side_whichever_way_one_faces() -> None:
    bald = DNA(hair="bald", skin="#e0b090", hair_colour="#e0b090")
    for facing in (1, -1):
        left, right = (drawn(bald, Pose(turn=0), Light(side=side, rim=0), facing) for side in (-1, 1))
        face = (slice(55, 66), slice(64, 96))
        for sheet, sign in ((left, 1), (right, -1)):
            skin = sheet[face].astype(int).sum(axis=(0, 2))
            assert sign * (skin[:16].sum() - skin[16:].sum()) > 0


def test_facing_left_mirrors_the_shape() -> None:
    right, left = (drawn(DNA(), Pose(), Light(side=0, rim=0), facing).min(axis=2) < 150 for facing in (1, -1))
    mirrored = np.roll(left[:, ::-1], 1, axis=1)
    assert (right ^ mirrored).sum() < 0.02 * right.sum()


def test_the_same_recipe_draws_the_same_pixels() -> None:
    pose = Pose(emotion=Emotion.FEAR, gesture=Gesture.COVER_MOUTH, turn=0.6, stride=0.3)
    puppet = PaperPuppet(DNA(), height=SIZE, light=Light())
    first, second = (np.full((200, 160, 3), WHITE, np.uint8) for _ in range(2))
    puppet.draw(first, pose, feet=(80, 190))
    puppet.draw(np.zeros((200, 160, 3), np.uint8), Pose(emotion=Emotion.JOY, back=True), feet=(80, 190))
    puppet.draw(second, pose, feet=(80, 190))
    assert np.array_equal(first, second)
    assert np.array_equal(first, drawn(DNA(), pose))


@pytest.mark.parametrize("feet", [(-500.0, 100.0), (80.0, -50.0), (80.0, 5000.0), (3.0, 120.0), (158.0, 260.0)])
def test_nothing_outside_the_canvas_matters(feet: tuple[float, float]) -> None:
    puppet = PaperPuppet(DNA(hat="witch", garment="robe"), height=SIZE, light=Light())
    wide = np.full((600, 480, 3), WHITE, np.uint8)
    small = np.full((200, 160, 3), WHITE, np.uint8)
    puppet.draw(wide, Pose(), feet=(feet[0] + 160, feet[1] + 200))
    puppet.draw(small, Pose(), feet=feet)
    assert differ(wide[200:400, 160:320], small) == 0


def test_a_part_that_is_not_drawn_is_refused_by_name() -> None:
    for field in ("hair", "hat", "face", "garment"):
        with pytest.raises(BadRequest, match="tutu"):
            PaperPuppet(DNA().model_copy(update={field: "tutu"}), height=SIZE, light=Light())


def test_a_hood_hides_hair_outside_it_and_shows_what_is_within() -> None:
    red = DNA(hair="afro", hat="hood", hair_colour="#e01010", cloth="#203060", trim="#203060", skin="#e0c090")

    def reds(dna: DNA) -> NDArray[np.bool_]:
        sheet = close(Pose(turn=0), dna).astype(int)
        return (sheet[:, :, 2] - sheet[:, :, 1] > 70) & (sheet[:, :, 2] - sheet[:, :, 0] > 70)

    bare, hooded = reds(red.model_copy(update={"hat": ""})), reds(red)
    assert 0 < hooded[:90].sum() < 0.6 * bare[:90].sum()


@pytest.mark.parametrize("hair", ["afro", "curly"])
def test_hair_is_pressed_under_a_hat(hair: str) -> None:
    def wide(hat: str) -> int:
        dark = drawn(DNA(hair=hair, hat=hat, hair_colour="#2a1d1a"), Pose(turn=0)).min(axis=2)[:66] < 150
        return int(dark.any(axis=0).sum())

    assert wide("beanie") < 0.9 * wide("")


def test_nothing_hangs_out_of_a_sealed_helmet() -> None:
    long, bald = (
        drawn(DNA(hair=hair, hat="diving", garment="spacesuit"), Pose(back=True)) for hair in ("long", "bald")
    )
    assert differ(long, bald) <= 3


def test_pieces_drawn_one_by_one_make_the_whole() -> None:
    pose = Pose(gesture=Gesture.COVER_MOUTH, emotion=Emotion.SURPRISE)
    puppet, parts = PaperPuppet(DNA(hair="long"), height=SIZE, light=Light()), np.full((200, 160, 3), WHITE, np.uint8)
    touched = [puppet.draw(parts, pose, feet=(80, 190), pieces=(piece,)) for piece in Piece]
    assert all(touched)
    assert differ(parts, drawn(DNA(hair="long"), pose)) == 0


def test_a_dark_face_reads_in_the_dark() -> None:
    night = Light(shade="#0a0c22", ambient=0.5)
    assert brightness(palette(DNA(skin="#2a1812"), night)["skin"]) > brightness(lit("#2a1812", night)) + 0.08


def test_who_sits_in_a_wheelchair_is_lower_and_rolls() -> None:
    sits, stands = (
        PaperPuppet(DNA(garment=garment), height=SIZE, light=Light()) for garment in ("wheelchair", "jumper")
    )
    assert 0.75 * stands.height < sits.height < 0.9 * stands.height
    assert stands.eyes - sits.eyes == pytest.approx(stands.height - sits.height)
    still, rolling = (drawn(DNA(garment="wheelchair"), Pose(stride=stride)) for stride in (None, 0.3))
    assert differ(still, rolling) == 0
    crown = np.nonzero(outline(DNA(garment="wheelchair")).any(axis=1))[0][0]
    assert crown > np.nonzero(outline(DNA(garment="jumper")).any(axis=1))[0][0] + 15
