"""What the writer says of its people is what the breakdown reads of them: nobody is drawn otherwise by chance."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import pytest

from services.offline.writer.casting import players
from services.offline.writer.engine import TemplateWriter
from services.offline.writer.reading import read
from studio.crew import Pitch
from studio.story.breaking import break_down
from studio.story.cast import Age, Character, Presents
from studio.story.fountain import read_fountain
from studio.story.lexicon import lexicon
from studio.story.portrait import sights, stated
from studio.story.scouting import names_kit

_WRITER = Path(__file__).parents[2] / "data" / "words" / "writer"


def _table(name: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = tomllib.loads((_WRITER / name).read_text("utf-8"))
    return found


HAIR = sorted({phrase.strip() for listed in _table("look.toml")["hair"].values() for phrase in listed.split(";")})
COLOURS = ("dark", "black", "grey", "red", "fair", "brown", "white")


def _names() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"f": set(), "m": set()}
    for table in _table("names.toml").values():
        for key in found:
            found[key].update(table.get(key, "").split())
    return found


def test_each_colour_of_cloth_is_drawn_as_it_is_written() -> None:
    drawn = {}
    for colour in str(tomllib.loads((_WRITER / "look.toml").read_text("utf-8"))["colours"]).split("; "):
        seen = sights({"ada": "ADA"}, [f"ADA, 40, tall and lean, short dark hair, in a {colour} coat, waits."])["ada"]
        drawn[colour] = stated(seen).get("cloth")
    assert None not in drawn.values(), drawn
    alike = {("rust-red", "brick-red")}  # nobody tells these apart in a coat
    assert len(set(drawn.values())) == len(drawn) - len(alike)


@pytest.mark.parametrize("hair", HAIR)
def test_hair_is_drawn_as_it_is_written(hair: str) -> None:
    seen = sights({"ada": "ADA"}, [f"ADA, 40, tall and lean, {hair}, in a teal coat, waits."])["ada"]
    traits = stated(seen)
    assert "hair" in traits
    assert traits["height"] > 1.0
    assert ("hair_colour" in traits) == any(colour in hair.split() for colour in COLOURS)


def test_every_name_tells_how_its_bearer_presents() -> None:
    names = _names()
    known = lexicon("people", "name", inflected=False)
    for key, presents in (("f", Presents.FEMININE), ("m", Presents.MASCULINE)):
        assert [name for name in sorted(names[key]) if known.first(name) != presents] == []


@pytest.mark.parametrize("kit", sorted(set(_table("places.toml")["kits"]) - {"in_room", "out_street"}))
def test_every_place_has_a_set_of_its_own(kit: str) -> None:
    """Rooms and streets are what is built where no word is known."""
    side = "INT." if kit.startswith("in_") else "EXT."
    places = [word.replace("-", " ") for word in _table("places.toml")["kits"][kit].split()]
    assert [place for place in places if not names_kit(f"{side} {place.upper()} - DAY")] == []


def test_who_enters_with_an_umbrella_holds_it() -> None:
    script = """INT. ROOM - DAY

YUSUF, 73, a retired boxer, in a sky-blue vest, waits.

CLEMENTINE, 12, Yusuf's granddaughter, slight, enters with a wet umbrella.

YUSUF
Am I allowed?
"""
    found = break_down(read_fountain(script))
    holding = {figure.character for shot in found.shots for figure in shot.staging.figures if figure.prop == "umbrella"}
    assert [one.name for one in found.cast if one.id in holding] == ["CLEMENTINE"]


def test_whose_sister_somebody_is_takes_no_looks_away() -> None:
    script = """INT. BAKERY - NIGHT

ODILE, 52, small and slight, curly brown hair, in a teal dress, checks the door.

EDIE, 29, Odile's sister, short and broad, short fair hair, in a sky-blue vest and glasses, enters.

EDIE
Here, then.

ODILE
I got to four.
"""
    cast: dict[str, Character] = {one.name: one for one in break_down(read_fountain(script)).cast}
    assert (cast["EDIE"].dna.face, cast["EDIE"].dna.hair, cast["EDIE"].dna.garment) == ("glasses", "short", "vest")
    assert (cast["ODILE"].dna.hair, cast["ODILE"].dna.garment) == ("curly", "dress")
    assert cast["ODILE"].dna.face != "glasses"


@pytest.mark.parametrize(
    ("pitch", "years"),
    [
        ("A retired captain named Mara, 70, wants her boat back.", 70),
        ("A 70-year-old captain named Mara wants her boat back.", 70),
        ("Sixty-year-old Ada robs a bank.", 60),
        ("Mara (82) and her grandson Tom, 9, sail.", 82),
        ("An 8 year old boy runs away.", 8),
        ("A boy of 9 finds a whale.", 9),
        ("A woman in her seventies learns to swim.", 74),
        ("A waiter turns 40.", 40),
        ("A cook finds 12 letters.", 0),
        ("A captain of 12 ships loses 3 of them.", 0),
        ("A nurse and her son, 9, move.", 0),
    ],
)
def test_years_are_of_whom_they_are_told(pitch: str, years: int) -> None:
    told = read(pitch).people[0]
    assert told.years == years
    assert "year" not in told.role


@pytest.mark.parametrize(
    ("pitch", "years"),
    [
        ("Two sisters, 8 and 10, find a whale.", [8, 10]),
        ("Two sisters, eight and ten, find a whale.", [8, 10]),
        ("Two brothers aged 8 and 12 run away.", [8, 12]),
        ("Ann and Bo, 9 and 40, swim.", [9, 40]),
        ("Ann, 8, and Bo, 10, dig.", [8, 10]),
        ("Twin brothers, 70, fight.", [70, 70]),
    ],
)
def test_years_told_of_two_are_shared_out(pitch: str, years: list[int]) -> None:
    assert [who.years for who in read(pitch).people] == years


@pytest.mark.parametrize(
    ("role", "gender", "youngest", "oldest"),
    [
        ("teenage boy", "m", 13, 19),
        ("teenage girl", "f", 13, 19),
        ("teenage hacker", "fm", 13, 19),
        ("boy wizard", "m", 4, 12),
        ("little girl", "f", 4, 12),
        ("widow", "f", 20, 65),
        ("widower", "m", 20, 65),
        ("bride", "f", 20, 65),
        ("groom", "m", 20, 65),
        ("nun", "f", 20, 65),
        ("monk", "m", 20, 65),
        ("duchess", "f", 20, 65),
        ("uncle", "m", 20, 65),
        ("mother-in-law", "f", 20, 65),
        ("businesswoman", "f", 20, 65),
        ("plainclothesman", "m", 20, 65),
        ("con man", "m", 20, 65),
        ("niece", "f", 13, 19),
        ("great-aunt", "f", 63, 99),
    ],
)
def test_a_noun_for_somebody_tells_their_gender_and_age(role: str, gender: str, youngest: int, oldest: int) -> None:
    reading = read(f"A {role} steals a car.")
    for seed in range(6):
        hero = players(reading, "drama", 2, random.Random(seed))[0]
        assert hero.role == role
        assert hero.gender in gender
        assert youngest <= hero.years <= oldest


@pytest.mark.parametrize(
    ("pitch", "least", "most"),
    [
        ("A father lies to his son about the war.", -40, -18),
        ("A nurse and her son, 30, move.", -40, -18),
        ("A cook and her mother, 60, bake.", 18, 40),
        ("A girl hides from her father.", 18, 40),
        ("A pilot, 40, visits her grandmother.", 40, 66),
        ("Mara keeps a lighthouse. Her grandson Pip wants to sell it.", -71, -40),
    ],
)
def test_a_father_is_older_than_his_son(pitch: str, least: int, most: int) -> None:
    reading = read(pitch)
    for seed in range(10):
        lead, kin = players(reading, "drama", 2, random.Random(seed))[:2]
        assert least <= kin.years - lead.years <= most


def test_more_than_one_thing_have_been_given_a_place() -> None:
    pitch = "A girl finds her grandfather's medals in a pawnshop and steals them back."
    plays = [TemplateWriter().write(Pitch(pitch, 75, seed)) for seed in range(12)]
    text = "\n".join(one.text for play in plays for one in play.elements).casefold()
    assert "the medals" in text
    assert not any(f"the medals {verb} " in text for verb in ("has", "is", "was", "needs", "comes", "stands"))


@pytest.mark.parametrize("seed", range(4))
def test_what_a_pitch_tells_of_a_body_is_drawn(seed: int) -> None:
    pitch = "A retired captain named Mara, 70, bets a tall, bald cook with a beard her boat."
    found = break_down(TemplateWriter().write(Pitch(pitch, 60, seed)))
    cook = next(one.dna for one in found.cast if one.name != "MARA")
    mara = next(one.dna for one in found.cast if one.name == "MARA")
    assert mara.age is Age.OLD
    assert mara.hair_colour == "#d9d5cd"  # grey
    assert (cook.hair, cook.face, cook.garment) == ("bald", "beard", "apron")
    assert cook.height > 1.0
    girl = read("A red-haired girl named Ann meets a fat king.").people
    assert [(one.role, one.bearing.hair, one.bearing.build) for one in girl] == [
        ("girl", "red", ""),
        ("king", "", "heavy"),
    ]


@pytest.mark.parametrize(
    ("pitch", "hours", "mood"),
    [
        ("A noir about a singer and a detective.", "night dusk dawn", "noir"),
        ("A thriller about a courier and a stolen code.", "night dusk dawn", "noir"),
        ("A horror story about two sisters and a doll.", "night dusk dawn", "dread"),
        ("A ghost story about a widow and her clock.", "night dusk dawn", "dread"),
        ("A comedy about a baker and a goose.", "morning day dusk", "morning"),
        ("A western about a stranger who comes to collect a debt.", "morning day dusk night", "desert"),
        ("A fairy tale about a girl and a wolf.", "night dusk dawn morning", "fairy"),
        ("A fantasy about a smith and a sword.", "night dusk dawn morning", "fairy"),
        ("A space opera about a pilot.", "dawn morning day dusk night", "space"),
        ("A romance between a baker and a postman.", "morning day dusk night", "dusk"),
    ],
)
def test_a_genre_brings_its_hour_and_its_light(pitch: str, hours: str, mood: str) -> None:
    films = [break_down(TemplateWriter().write(Pitch(pitch, 60, seed))) for seed in range(5)]
    lights = [scene.setting for film in films for scene in film.scenes]
    assert {light.time.value for light in lights} <= set(hours.split())
    assert sum(light.mood == mood for light in lights) * 2 >= len(lights)


def test_a_pitch_outweighs_its_genre() -> None:
    film = break_down(TemplateWriter().write(Pitch("A noir about a singer at noon in the snow.", 60, 0)))
    assert {scene.setting.time.value for scene in film.scenes} <= {"day", "dusk"}
    assert "snow" in {scene.setting.weather.value for scene in film.scenes}
