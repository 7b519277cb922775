"""Sets are built for every kit and format, alike for the same seed, with three values that read."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from services.offline.theatre import props, sets
from services.offline.theatre.kits import kit_plan
from services.offline.theatre.layer import Set
from services.offline.theatre.set_dressing import away
from services.offline.theatre.sprite import Pixels, blend
from services.offline.theatre.stage import Stage
from services.offline.theatre.wings import paper_wings
from studio.story.breakdown import Framing
from studio.story.places import Kit, Mood, Place, Setting, Time, Weather
from studio.takes.frame import Aspect, Frame
from tests.offline.shots import SMALL, board, clip

FRAMES = {
    Aspect.WIDE: Frame(width=320, height=180, fps=24),
    Aspect.TALL: Frame(width=180, height=320, fps=24),
    Aspect.SQUARE: Frame(width=180, height=180, fps=24),
}
PARTS = sorted(path for folder in props.FOLDERS for path in (props.PAPER / folder).glob("*.svg"))


def setting(kit: Kit, mood: Mood = Mood.MORNING, time: Time = Time.DAY, names: tuple[str, ...] = ()) -> Setting:
    place = Place(id="p1", name="Somewhere", interior=kit_plan(kit).room is not None, kit=kit, props=names)
    return Setting(place=place, time=time, weather=Weather.CLEAR, mood=mood)


def flat(built: Set) -> Pixels:
    canvas = np.zeros((*built.layers[0].pixels.shape[:2], 3), np.uint8)
    for layer in built.layers:
        blend(canvas, layer.pixels)
    return canvas


@pytest.mark.parametrize("kit", list(Kit))
@pytest.mark.parametrize("aspect", list(Aspect))
def test_every_kit_stands_in_every_format(kit: Kit, aspect: Aspect) -> None:
    frame = FRAMES[aspect]
    built = sets.build_set(setting(kit, Mood.DUSK, Time.DUSK), frame, seed=1)
    size = (frame.height + 2 * built.margin, frame.width + 2 * built.margin, 4)
    assert built.margin > 0
    assert len(built.layers) <= 6
    assert all(layer.pixels.shape == size and layer.pixels.dtype == np.uint8 for layer in built.layers)
    assert [layer.depth for layer in built.layers] == sorted(layer.depth for layer in built.layers)
    assert 0 < built.front <= len(built.layers)
    assert built.margin < built.horizon < built.floor < built.margin + frame.height
    assert 0.5 <= built.figure / frame.height <= 0.62
    assert built.horizon > built.floor - built.figure  # eye level, not above the heads
    assert built.layers[0].pixels[:, :, 3].min() == 255  # no hole behind everything


def test_the_same_seed_builds_the_same_bytes_and_another_seed_another_place() -> None:
    one, again, other = (sets.build_set(setting(Kit.STREET), FRAMES[Aspect.WIDE], seed=seed) for seed in (3, 3, 4))
    assert all((a.pixels == b.pixels).all() for a, b in zip(one.layers, again.layers, strict=True))
    assert (flat(one) != flat(other)).mean() > 0.05


@pytest.mark.parametrize(
    ("kit", "other"),
    [
        (Kit.COURTYARD, Kit.STREET),
        (Kit.GRAVEYARD, Kit.FIELD),
        (Kit.BEACH, Kit.HARBOUR),
        (Kit.CHURCH, Kit.STAGE),
        (Kit.HOSPITAL, Kit.LABORATORY),
        (Kit.TRAIN, Kit.SHIP),
        (Kit.BAR, Kit.SHOP),
        (Kit.CAFE, Kit.KITCHEN),
        (Kit.CAFE, Kit.BAR),
        (Kit.WAREHOUSE, Kit.SHOP),
        (Kit.CELLAR, Kit.CELL),
        (Kit.ATTIC, Kit.ROOM),
        (Kit.BARN, Kit.ROOM),
        (Kit.LIGHTHOUSE, Kit.ROOM),
        (Kit.LIFT, Kit.ROOM),
        (Kit.STAIRWELL, Kit.ROOM),
        (Kit.AIRPORT, Kit.OFFICE),
        (Kit.AIRFIELD, Kit.STATION),
        (Kit.ORBIT, Kit.SPACESHIP),
        (Kit.SUBMARINE, Kit.SHIP),
        (Kit.COURTROOM, Kit.STAGE),
        (Kit.LIBRARY, Kit.SHOP),
        (Kit.CIRCUS, Kit.STAGE),
        (Kit.CAVE, Kit.CELLAR),
        (Kit.ARCTIC, Kit.MOUNTAIN),
    ],
)
def test_a_place_is_not_drawn_as_the_one_it_could_be_taken_for(kit: Kit, other: Kit) -> None:
    one, two = (flat(sets.build_set(setting(which), FRAMES[Aspect.WIDE], seed=1)) for which in (kit, other))
    rows = min(len(one), len(two))
    assert (np.abs(one[:rows].astype(int) - two[:rows]).max(axis=2) > 24).mean() > 0.3


@pytest.mark.parametrize(("kit", "name"), [(Kit.ROOM, "letter"), (Kit.OFFICE, "clock"), (Kit.HARBOUR, "boat")])
def test_a_named_prop_stands_in_the_set(kit: Kit, name: str) -> None:
    frame = Frame(width=640, height=360, fps=24)
    without = flat(sets.build_set(setting(kit), frame, seed=1))
    placed = flat(sets.build_set(setting(kit, names=(name,)), frame, seed=1))
    changed = (np.abs(without.astype(int) - placed).max(axis=2) > 24).mean()
    assert 0.0002 < changed < 0.2


def test_an_unknown_prop_is_left_out() -> None:
    frame = FRAMES[Aspect.WIDE]
    without = flat(sets.build_set(setting(Kit.ROOM), frame, seed=1))
    unknown = flat(sets.build_set(setting(Kit.ROOM, names=("antimatter", "../moods")), frame, seed=1))
    assert (without == unknown).all()


@pytest.mark.parametrize("kit", [Kit.HARBOUR, Kit.FIELD, Kit.DESERT, Kit.MOUNTAIN, Kit.SPACE, Kit.ROOM, Kit.SHOP])
@pytest.mark.parametrize("mood", [Mood.DUSK, Mood.MORNING, Mood.NOIR])
def test_back_and_ground_differ_in_value(kit: Kit, mood: Mood) -> None:
    built = sets.build_set(
        setting(kit, mood, Time.NIGHT if mood is Mood.NOIR else Time.DAY), FRAMES[Aspect.WIDE], seed=2
    )
    grey = cv2.cvtColor(flat(built), cv2.COLOR_BGR2GRAY).astype(float)
    middle = grey[:, grey.shape[1] // 4 : -grey.shape[1] // 4]
    back, ground = middle[: int(built.horizon * 0.9)].mean(), middle[int(built.floor) - 6 :].mean()
    assert abs(back - ground) > 7


def test_the_light_comes_from_where_the_window_is() -> None:
    for seed in range(4):
        built = sets.build_set(setting(Kit.CLASSROOM), FRAMES[Aspect.WIDE], seed=seed)
        wall = cv2.cvtColor(flat(built), cv2.COLOR_BGR2GRAY)[: int(built.horizon)]
        half = wall.shape[1] // 2
        brighter = 1 if wall[:, half:].mean() > wall[:, :half].mean() else -1
        assert built.light.side == brighter


def test_the_front_layer_leaves_room_for_the_figures() -> None:
    for aspect, frame in FRAMES.items():
        built = sets.build_set(setting(Kit.FOREST), frame, seed=1)
        middle = frame.width // 2 + built.margin
        near = built.layers[built.front].pixels[:, middle - frame.width // 8 : middle + frame.width // 8, 3]
        assert near.max() < 40, aspect


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.stem)
def test_every_part_is_drawn_with_known_colours(path: Path) -> None:
    colours = props.hues(sets.palette(Mood.MORNING, Time.DAY, Weather.CLEAR))
    found = props.part(path.stem)
    assert found is not None
    pixels = props.drawn(path.stem, 60 / max(found.box[2:]), colours, False)
    assert pixels[:, :, 3].max() > 200
    assert pixels[:, :, 3].mean() > 4


def test_a_kit_names_only_parts_that_exist() -> None:
    for kit in Kit:
        plan = kit_plan(kit)
        names = {name for row in plan.things for name in (row.part, *row.either)}
        names |= {spot.support for spot in plan.spots if spot.support}
        names |= {plan.room.window.part} if plan.room and plan.room.window else set()
        assert not [name for name in sorted(names) if props.part(name) is None], kit


@pytest.mark.parametrize("kit", [Kit.SUBMARINE, Kit.LIBRARY, Kit.ORBIT])
def test_no_dark_piece_covers_a_side_of_the_picture(kit: Kit) -> None:
    built = sets.build_set(setting(kit), FRAMES[Aspect.WIDE], seed=1)
    for layer in built.layers[built.front :]:
        seen = layer.pixels[built.margin : -built.margin, built.margin : -built.margin, 3] > 127
        fifth = seen.shape[1] // 5
        assert max(seen[:, :fifth].mean(), seen[:, -fifth:].mean()) < 0.2


def test_a_submarine_has_the_deep_before_its_portholes_and_no_sun_on_its_floor() -> None:
    built = sets.build_set(setting(Kit.SUBMARINE, Mood.DUSK, Time.DUSK), FRAMES[Aspect.WIDE], seed=1)
    blue, _, red, _ = built.layers[0].pixels.reshape(-1, 4).mean(axis=0)
    assert blue > red + 20
    room = kit_plan(Kit.SUBMARINE).room
    assert room is not None
    assert room.window is not None
    assert room.window.beam == 0.0


def test_a_thing_in_a_hand_is_not_on_the_table_too_and_the_others_stay() -> None:
    frame, names = FRAMES[Aspect.WIDE], ("book", "vase")
    both, without, only = (
        flat(sets.build_set(one, frame, seed=1))
        for one in (
            setting(Kit.KITCHEN, names=names),
            away(setting(Kit.KITCHEN, names=names), {"book", "sword"}),
            setting(Kit.KITCHEN, names=("book",)),
        )
    )
    bare = flat(sets.build_set(setting(Kit.KITCHEN), frame, seed=1))
    book, vase = (bare != only).any(axis=2), (both != only).any(axis=2)
    assert (without[book & ~vase] == bare[book & ~vase]).all()
    assert (without[vase & ~book] == both[vase & ~book]).all()
    assert away(setting(Kit.KITCHEN, names=names), {"sword"}) == setting(Kit.KITCHEN, names=names)


def test_what_somebody_out_of_the_shot_has_taken_is_not_on_the_table() -> None:
    told = board(Framing.WIDE, (), size=SMALL).model_copy(update={"setting": setting(Kit.KITCHEN, names=("vase",))})
    taken = told.model_copy(update={"staging": told.staging.model_copy(update={"taken": ("vase",)})})
    stood, gone = (flat(Stage(clip(one), 1, paper_wings()).place) for one in (told, taken))
    bare = flat(sets.build_set(away(told.setting, {"vase"}), SMALL, seed=0))
    assert (gone == bare).all()
    assert (stood != gone).any()
