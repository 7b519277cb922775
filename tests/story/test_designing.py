"""What a person decides of looks and places, and that it outlives the script's next draft."""

from __future__ import annotations

import pytest

from studio.errors import BadRequest, NotFound
from studio.story.breakdown import Breakdown
from studio.story.breaking import break_down
from studio.story.cast import DNA, Age, Build, Casting, Character
from studio.story.designing import adopt, appearances, design, lock, parts, told
from studio.story.fountain import read_fountain
from studio.story.places import Kit, Mood, Setting, Time, Weather
from studio.story.scouting import names_kit
from studio.story.settling import build, kits, settle
from tests.production.crew import SCRIPT as KEY

SCRIPT = f"""{KEY}
INT. KITCHEN - DAY

MARA
Tea?
"""


def broken(script: str = SCRIPT, previous: Breakdown | None = None) -> Breakdown:
    return break_down(read_fountain(script), previous=previous)


def dna(breakdown: Breakdown, who: str = "mara") -> DNA:
    return breakdown.character(who).dna


def setting(breakdown: Breakdown, scene: int) -> Setting:
    return breakdown.scenes[scene].setting


def test_a_decided_look_outlives_the_scripts_words() -> None:
    first = broken()
    assert dna(first).garment == "coat"
    changed = design(first, "mara", {"garment": "robe", "cloth": "#3566a8"})
    assert told(dna(first), dna(changed)) == ("garment", "cloth")
    again = broken(SCRIPT.replace("You kept it.", "You kept the key."), changed)
    assert dna(again) == dna(changed)
    assert dna(again, "tom") == dna(first, "tom")


def test_what_nobody_decided_still_follows_the_script() -> None:
    changed = design(broken(), "mara", {"cloth": "#3566a8"})
    again = broken(SCRIPT.replace("in a yellow coat", "with a beard, in a red robe"), changed)
    assert (dna(again).garment, dna(again).face, dna(again).cloth) == ("robe", "beard", "#3566a8")


def test_a_locked_look_is_left_by_script_and_form() -> None:
    locked = lock(broken(), "mara", True)
    again = broken(SCRIPT.replace("in a yellow coat", "12, with a beard, in a red robe"), locked)
    assert dna(again) == dna(locked)
    assert again.character("mara").locked
    with pytest.raises(BadRequest, match="locked"):
        design(again, "mara", {"hair": "bun"})
    assert dna(design(lock(again, "mara", False), "mara", {"hair": "bun"})).hair == "bun"


def test_a_breakdown_nobody_decided_in_is_written_as_before() -> None:
    assert not {"locked", "decided", "written"} & set(broken().model_dump_json().replace('"', " ").split())


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("hair", "antlers"),
        ("hair", ""),
        ("garment", ""),
        ("hat", "boots"),
        ("cloth", "yellow"),
        ("skin", "#FFF"),
        ("height", 3.0),
        ("age", "ancient"),
        ("eyes", "#12345g"),
    ],
)
def test_what_cannot_be_drawn_cannot_be_chosen(trait: str, value: object) -> None:
    with pytest.raises(BadRequest, match=trait):
        design(broken(), "mara", {trait: value})


def test_nothing_worn_on_the_head_is_a_choice() -> None:
    bare = design(design(broken(), "mara", {"hat": "cap"}), "mara", {"hat": ""})
    assert dna(bare).hat == ""
    assert (parts("hat")[0], parts("hair")[0]) == ("", "bob")


def test_nobody_can_be_designed_or_locked() -> None:
    for change in (lambda: design(broken(), "ada", {}), lambda: lock(broken(), "ada", True)):
        with pytest.raises(NotFound, match="ada"):
            change()


def test_a_character_from_elsewhere_brings_look_and_voice() -> None:
    known = Character(
        id="ada", name="ADA", dna=DNA(age=Age.TEEN, build=Build.BROAD), casting=Casting(voice="low", pitch=0.8)
    )
    mara = adopt(broken(), "mara", known).character("mara")
    assert (mara.id, mara.name, mara.dna, mara.casting) == ("mara", "MARA", known.dna, known.casting)
    assert dna(broken(SCRIPT.replace("yellow", "red"), adopt(broken(), "mara", known))) == known.dna


def test_appearances_are_the_shots_that_show_somebody() -> None:
    first = broken()
    seen = appearances(first, "mara")
    assert [one.heading for one in seen] == ["INT. KITCHEN - NIGHT", "INT. KITCHEN - DAY"]
    shown = {shot.id for shot in first.shots if any(one.character == "mara" for one in shot.staging.figures)}
    assert {shot for one in seen for shot, _ in one.shots} == shown
    assert appearances(first, "nobody") == ()


def test_a_scenes_light_is_chosen_and_given_back() -> None:
    first = broken()
    changed = settle(first, [first.scenes[0].id], weather=Weather.STORM, mood=Mood.DREAD)
    assert (setting(changed, 0).time, setting(changed, 0).weather) == (Time.NIGHT, Weather.STORM)
    assert setting(changed, 2) == setting(first, 2)
    assert settle(changed, [first.scenes[0].id]) == first


def test_a_chosen_light_outlives_edits_under_the_same_heading() -> None:
    first = broken()
    changed = settle(first, [first.scenes[1].id], weather=Weather.SNOW, time=Time.NIGHT)
    again = broken(SCRIPT.replace("into the water", "far into the water"), changed)
    assert (setting(again, 1).weather, setting(again, 1).time) == (Weather.SNOW, Time.NIGHT)
    assert again.scenes[1].written == setting(first, 1)
    moved = broken(SCRIPT.replace("HARBOUR - DAWN", "HARBOUR - DUSK"), changed)
    assert setting(moved, 1).time is Time.DUSK
    assert moved.scenes[1].written is None


def test_a_set_stands_for_all_scenes_of_its_place_and_for_new_ones() -> None:
    first = broken()
    kitchen = setting(first, 0).place.id
    changed = build(first, kitchen, Kit.SHIP)
    assert [scene.setting.place.kit for scene in changed.scenes] == [Kit.SHIP, Kit.HARBOUR, Kit.SHIP]
    again = broken(SCRIPT + "\nINT. KITCHEN - NIGHT\n\nMARA\nMore tea?\n", changed)
    assert [scene.setting.place.kit for scene in again.scenes] == [Kit.SHIP, Kit.HARBOUR, Kit.SHIP, Kit.SHIP]
    assert build(changed, kitchen, Kit.KITCHEN) == first


def test_a_place_inside_gets_no_set_from_outside() -> None:
    first = broken()
    with pytest.raises(BadRequest, match="KITCHEN is inside"):
        build(first, setting(first, 0).place.id, Kit.FOREST)
    with pytest.raises(NotFound):
        build(first, "moon", Kit.SPACE)
    with pytest.raises(NotFound):
        settle(first, ["nowhere"], mood=Mood.NOIR)
    assert set(kits(True)) | set(kits(False)) == set(Kit)
    assert (Kit.CAR in kits(True), Kit.SPACE in kits(False)) == (True, True)


def test_a_heading_tells_its_set_or_leaves_it_to_be_guessed() -> None:
    assert names_kit("INT. KITCHEN - NIGHT")
    assert not names_kit("INT. MARA'S - NIGHT")
