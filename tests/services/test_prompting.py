"""Everything a brief decides is told to whoever paints or animates it."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.phrasebook import words
from services.prompting import board_prompt, clip_prompt, described, look_prompt, plate_prompt
from studio.story.breakdown import Emotion, Entrance, Figure, Framing, Gesture, Move, Staging
from studio.story.cast import DNA, Age, Build, Manner, Presents
from studio.story.places import Kit, Mood, Place, Setting, Time, Weather
from studio.takes.briefs import BoardBrief, ClipBrief, LookBrief, PlateBrief, Speaking
from studio.takes.frame import Aspect, Quality, frame

PAPER = Path(__file__).parents[2] / "data" / "paper"
MARA = DNA(age=Age.OLD, presents=Presents.FEMININE, hair="bun", hair_colour="#d9d5cd", cloth="#c8402f", hat="cap")
TOM = DNA(age=Age.CHILD, presents=Presents.MASCULINE, height=0.66, garment="jumper", face="glasses")
PLACE = Place(id="pier", name="THE OLD PIER", interior=False, kit=Kit.HARBOUR, props=("lantern", "hat_box"))
SETTING = Setting(place=PLACE, time=Time.DUSK, weather=Weather.FOG, mood=Mood.DUSK)
WIDE = frame(Aspect.WIDE, Quality.LOW)


def board(**changed: object) -> BoardBrief:
    """Mara and Tom on the pier."""
    shown = Figure(character="old-mara", emotion=Emotion.SORROW, gesture=Gesture.HOLD, prop="letter", looks_at="tom")
    staged = {
        "framing": Framing.MEDIUM,
        "figures": (shown, Figure(character="tom", emotion=Emotion.FEAR)),
        "focus": "old-mara",
        "action": "Mara tears the letter up.",
        **changed,
    }
    cast = {"old-mara": MARA, "tom": TOM}
    return BoardBrief(staging=Staging.model_validate(staged), setting=SETTING, cast=cast, frame=WIDE)


def clip(still: bool = False, *speaking: Speaking, **changed: object) -> ClipBrief:
    return ClipBrief(board=board(**changed), frames=48, speaking=speaking, still=still)


def test_a_board_tells_framing_people_place_light_and_what_happens() -> None:
    told = board_prompt(board())
    for part in (
        words().framing["medium"],
        "On the left, Old Mara",
        "On the right, Tom",
        "sorrowful",
        "frightened",
        "holding a letter",
        "looking at Tom",
        "about Old Mara",
        "outside of The Old Pier, a harbour",
        "a lantern, a hat box",
        "at dusk",
        "thick fog",
        words().mood["dusk"],
        "Mara tears the letter up.",
        "16:9",
        words().style,
    ):
        assert part in told


def test_what_somebody_has_taken_is_not_told_as_standing_there() -> None:
    assert "a lantern, a hat box" in board_prompt(board())
    told = board_prompt(board(taken=("lantern",)))
    assert "lantern" not in told
    assert "a hat box" in told


def test_a_character_is_told_in_the_same_words_everywhere() -> None:
    shown = described(MARA)
    closer = board(framing=Framing.CLOSE, focus="tom", action="")
    for told in (
        look_prompt(LookBrief(dna=MARA, name="MARA")),
        board_prompt(board()),
        board_prompt(closer),
        clip_prompt(clip()),
    ):
        assert shown in told
    assert "red coat" in shown
    assert "white hair in a bun" in shown
    assert "a cap" in shown


@pytest.mark.parametrize(
    "changed",
    [
        *({"age": one} for one in Age if one is not Age.OLD),
        *({"build": one} for one in Build if one is not Build.AVERAGE),
        *({"presents": one} for one in Presents if one is not Presents.FEMININE),
        *({"manner": one} for one in Manner if one is not Manner.WARM),
        {"height": 1.2},
        {"skin": "#5f3826"},
        {"hair": "afro"},
        {"hair": ""},
        {"hair_colour": "#1d1a1e"},
        {"eyes": "#5b3a22"},
        {"garment": "dress"},
        {"cloth": "#3566a8"},
        {"trim": "#f0e4cf"},
        {"hat": ""},
        {"face": "eyepatch"},
    ],
    ids=str,
)
def test_every_trait_is_told(changed: dict[str, object]) -> None:
    assert described(MARA.model_copy(update=changed)) != described(MARA)


@pytest.mark.parametrize(
    "changed",
    [
        *({"framing": one} for one in Framing if one is not Framing.MEDIUM),
        *({"figures": (Figure(character="tom", gesture=one),)} for one in Gesture),
        *({"figures": (Figure(character="tom", entrance=one),)} for one in Entrance if one),
        {"figures": (Figure(character="tom", walks=True),)},
        {"figures": (Figure(character="tom", beyond=1),)},
        {"figures": (Figure(character="tom", beyond=-1),)},
        {"figures": (Figure(character="tom", looks_at="camera"),)},
        {"figures": (Figure(character="tom", looks_at="away"),)},
        {"figures": ()},
        {"focus": "letter"},
        {"action": "She waits."},
    ],
    ids=str,
)
def test_every_staging_is_told_apart(changed: dict[str, object]) -> None:
    assert board_prompt(board(**changed)) != board_prompt(board())
    assert board_prompt(board(**changed)) != board_prompt(
        board(figures=(Figure(character="tom", emotion=Emotion.JOY),))
    )


def test_every_setting_is_told_apart() -> None:
    told = set()
    settings = [SETTING.model_copy(update={"time": one}) for one in Time]
    settings += [SETTING.model_copy(update={"weather": one}) for one in Weather if one is not SETTING.weather]
    settings += [SETTING.model_copy(update={"mood": one}) for one in Mood if one is not SETTING.mood]
    places = [PLACE.model_copy(update={"kit": one}) for one in Kit if one is not PLACE.kit]
    places += [PLACE.model_copy(update={"interior": True}), PLACE.model_copy(update={"props": ()})]
    settings += [SETTING.model_copy(update={"place": one}) for one in places]
    for setting in settings:
        told.add(plate_prompt(PlateBrief(setting=setting, frame=WIDE)))
    assert len(told) == len(settings)
    assert "nobody in it" in told.pop()


def test_a_clip_tells_the_camera_and_who_speaks_when() -> None:
    late = Speaking(character="tom", start=36, visemes=())
    first = Speaking(character="old-mara", start=12, visemes=())
    told = clip_prompt(clip(False, late, first, move=Move.PUSH_IN))
    assert words().move["push in"] in told
    assert told.index("Old Mara speaks from second 0.5") < told.index("Tom speaks from second 1.5")
    assert "mouths stay closed" in clip_prompt(clip())
    assert len({clip_prompt(clip(move=one)) for one in Move}) == len(Move)


def test_a_clip_without_times_tells_who_speaks_and_not_when() -> None:
    told = clip_prompt(clip(False, Speaking(character="tom", start=0, visemes=())))
    assert "Tom speaks in this shot" in told
    assert "second" not in told


def test_of_a_persons_own_picture_only_the_camera_is_told() -> None:
    told = clip_prompt(clip(True, move=Move.PAN_LEFT))
    assert words().move["pan left"] in told
    assert "Mara" not in told


def test_words_nobody_knows_are_told_as_they_are() -> None:
    strange = MARA.model_copy(
        update={"hair": "mohawk_{tall}", "garment": "sou-wester", "hat": "fez", "face": "monocle"}
    )
    told = described(strange)
    assert "mohawk" in told
    assert "a red sou wester" in told
    assert "a fez, a monocle" in told


def test_past_whose_shoulder_we_look_is_seen_from_behind() -> None:
    told = board_prompt(board(framing=Framing.OVER_SHOULDER))
    assert "seen from behind over the shoulder, Tom" in told
    assert "shoulder, Old Mara" not in told


def test_a_persons_note_comes_last_in_every_prompt() -> None:
    note = "  with one red balloon "
    for told in (
        look_prompt(LookBrief(dna=TOM, name="Tom"), note),
        plate_prompt(PlateBrief(setting=SETTING, frame=WIDE), note),
        board_prompt(board(), note),
        clip_prompt(clip(), note),
        clip_prompt(clip(True), note),
    ):
        assert told.endswith("with one red balloon")


def test_a_clips_prompt_stays_short_enough_for_animators() -> None:
    crowd = tuple(Figure(character="old-mara", prop="lantern", walks=True) for _ in range(4))
    told = clip_prompt(clip(figures=crowd, action="She walks on and on. " * 200))
    assert len(told) <= words().most
    assert "…" in told


@pytest.mark.parametrize("part", ["hair", "garment", "hat", "face"])
def test_every_part_of_the_paper_people_has_words(part: str) -> None:
    folder = {"hair": "hair", "garment": "garments", "hat": "hats", "face": "faces"}[part]
    assert {file.stem for file in (PAPER / folder).glob("*.svg")} <= set(getattr(words(), part))
