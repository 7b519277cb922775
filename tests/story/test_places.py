"""Where scenes play: sets, hours, weather, mood and the things that stand there."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.story.breaking import break_down
from studio.story.fountain import read_fountain
from studio.story.lexicon import tables
from studio.story.places import Kit, Mood, Setting, Time, Weather
from studio.story.scouting import read_heading, standing
from studio.story.shotlist import shown

DRAWN = Path(__file__).parents[2] / "data" / "paper" / "props"


def settings_of(script: str) -> list[Setting]:
    return [scene.setting for scene in break_down(read_fountain(script)).scenes]


@pytest.mark.parametrize(
    ("heading", "place", "interior", "time"),
    [
        ("INT. KITCHEN - NIGHT", "KITCHEN", True, Time.NIGHT),
        ("EXT. HARBOUR WALL - EARLY MORNING", "HARBOUR WALL", False, Time.MORNING),
        ("INT. LIGHTHOUSE - LAMP ROOM - DUSK", "LIGHTHOUSE - LAMP ROOM", True, Time.DUSK),
        ("INT./EXT. CAR - DAY", "CAR", True, Time.DAY),
        ("I/E CAR - DAY", "CAR", True, Time.DAY),
        ("EST. THE CITY - DAWN", "THE CITY", False, Time.DAWN),
        ("INTERIOR. COCINA - NOCHE", "COCINA", True, Time.NIGHT),
        ("INT. CUISINE – NUIT", "CUISINE", True, Time.NIGHT),
        ("AUSSEN. WALD - ABEND", "WALD", False, Time.DUSK),
        ("INNEN. KÜCHE - TAG", "KÜCHE", True, Time.DAY),
        ("EXT. RUA - NOITE", "RUA", False, Time.NIGHT),
        ("बाहर. जंगल - रात", "जंगल", False, Time.NIGHT),
        ("INT. ROOM", "ROOM", True, None),
        ("THE INTERIOR OF A DREAM", "THE INTERIOR OF A DREAM", None, None),
    ],
)
def test_headings_are_taken_apart(heading: str, place: str, interior: bool | None, time: Time | None) -> None:
    read = read_heading(heading)
    assert (read.place, read.interior, read.time) == (place, interior, time)


@pytest.mark.parametrize(
    ("heading", "kit"),
    [
        ("INT. GRANDMOTHER'S BAKERY - DAY", Kit.KITCHEN),
        ("INT. POLICE STATION - NIGHT", Kit.OFFICE),
        ("INT. OLD BOOKSHOP - DAY", Kit.SHOP),
        ("INT. DUNGEON - NIGHT", Kit.CELL),
        ("INT. STARSHIP BRIDGE - DAY", Kit.SPACESHIP),
        ("INT. FISHING BOAT - DAY", Kit.SHIP),
        ("INT. TAXI - NIGHT", Kit.CAR),
        ("INT. BIBLIOTECA - DÍA", Kit.LIBRARY),
        ("INT. SPACE STATION - NIGHT", Kit.ORBIT),
        ("INT. AIRLOCK - DAY", Kit.ORBIT),
        ("INT. SHIP BRIDGE - NIGHT", Kit.SHIP),
        ("INT. SUBMARINE - DAY", Kit.SUBMARINE),
        ("INT. PRISON CELL - NIGHT", Kit.CELL),
        ("INT. COURTROOM - DAY", Kit.COURTROOM),
        ("INT. HOSPITAL WARD - DAY", Kit.HOSPITAL),
        ("INT. CIRCUS RING - NIGHT", Kit.CIRCUS),
        ("INT. CAVE - NIGHT", Kit.CAVE),
        ("INT. OLD LIBRARY - DAY", Kit.LIBRARY),
        ("INT. LABORATORY - NIGHT", Kit.LABORATORY),
        ("EXT. ARCTIC - DAY", Kit.ARCTIC),
        ("EXT. CIRCUS - NIGHT", Kit.FIELD),
        ("INT. LABOR - NACHT", Kit.LABORATORY),
        ("EXT. ELSINORE. A PLATFORM BEFORE THE CASTLE - NIGHT", Kit.ROOFTOP),
        ("EXT. TRAIN STATION - DAY", Kit.STATION),
        ("EXT. COURTYARD - DAY", Kit.COURTYARD),
        ("INT./EXT. COURTYARD - DAY", Kit.COURTYARD),
        ("EXT. CASTLE COURTYARD - DAY", Kit.COURTYARD),
        ("EXT. GRAVEYARD - NIGHT", Kit.GRAVEYARD),
        ("INT. CHURCH - DAY", Kit.CHURCH),
        ("INT. HOSPITAL CORRIDOR - NIGHT", Kit.HOSPITAL),
        ("INT. NIGHT TRAIN - NIGHT", Kit.TRAIN),
        ("INT. HOTEL BAR - NIGHT", Kit.BAR),
        ("INT. CAFÉ - DAY", Kit.CAFE),
        ("INT. ROADSIDE DINER - NIGHT", Kit.CAFE),
        ("INT. RESTAURANT KITCHEN - NIGHT", Kit.KITCHEN),
        ("INT. ABANDONED WAREHOUSE - NIGHT", Kit.WAREHOUSE),
        ("INT. WINE CELLAR - DAY", Kit.CELLAR),
        ("INT. ATTIC - DAY", Kit.ATTIC),
        ("INT. BARN - DAY", Kit.BARN),
        ("INT. HOTEL - LIFT - NIGHT", Kit.LIFT),
        ("INT. ELEVATOR - DAY", Kit.LIFT),
        ("INT. STAIRWELL - DAY", Kit.STAIRWELL),
        ("INT. TREPPENHAUS - NACHT", Kit.STAIRWELL),
        ("INT. GRAND STAIRCASE - DAY", Kit.STAGE),
        ("INT. AIRPORT - DEPARTURE LOUNGE - DAY", Kit.AIRPORT),
        ("INT. FERRY TERMINAL - DAY", Kit.OFFICE),
        ("EXT. AIRPORT - NIGHT", Kit.AIRFIELD),
        ("EXT. RUNWAY - DAWN", Kit.AIRFIELD),
        ("INT. LIGHTHOUSE - MORNING", Kit.LIGHTHOUSE),
        ("INT. LIGHTHOUSE - LAMP ROOM - DUSK", Kit.LIGHTHOUSE),
        ("INT. LAMP ROOM - NIGHT", Kit.LIGHTHOUSE),
        ("INT. LANTERN ROOM - NIGHT", Kit.LIGHTHOUSE),
        ("INT. LEUCHTTURM - NACHT", Kit.LIGHTHOUSE),
        ("EXT. LIGHTHOUSE - DAY", Kit.HARBOUR),
        ("EXT. BEACH - DAWN", Kit.BEACH),
        ("EXT. BOSQUE - NOCHE", Kit.FOREST),
        ("EXT. SURFACE OF MARS - DAY", Kit.DESERT),
        ("EXT. NOWHERE MUCH - DAY", Kit.STREET),
        ("INT. NOWHERE MUCH - DAY", Kit.ROOM),
    ],
)
def test_a_place_gets_its_set(heading: str, kit: Kit) -> None:
    assert settings_of(f"{heading}\n\nDust.\n")[0].place.kit is kit


def test_an_unknown_place_outside_is_near_the_last_one() -> None:
    script = "EXT. DEAD PLANET - NIGHT\n\nDust.\n\nEXT. THE EDGE - NIGHT\n\nMore dust.\n\nINT. NOWHERE - DAY\n\nDust.\n"
    assert [one.place.kit for one in settings_of(script)] == [Kit.SPACE, Kit.SPACE, Kit.ROOM]


def test_the_same_place_is_one_place() -> None:
    script = "INT. KITCHEN - DAY\n\nA clock.\n\nEXT. STREET - DAY\n\nDust.\n\nINT. KITCHEN - NIGHT\n\nA piano.\n"
    first, street, second = settings_of(script)
    assert first.place == second.place != street.place
    assert first.place.props == ("clock", "piano")


def test_a_house_is_one_place_inside_and_another_outside() -> None:
    script = "INT. AIRPORT - DAY\n\nWe wait.\n\nEXT. AIRPORT - DAY\n\nWe run.\n\nINT. AIRPORT - NIGHT\n\nWe wait.\n"
    first, outside, again = (one.place for one in settings_of(script))
    assert (first.kit, outside.kit, outside.interior) == (Kit.AIRPORT, Kit.AIRFIELD, False)
    assert first == again
    assert first.id != outside.id


def test_what_is_lifted_or_climbed_is_no_place() -> None:
    assert settings_of("INT. NOWHERE - DAY\n\nThey lift the trunk up the stairs.\n")[0].place.kit is Kit.ROOM


@pytest.mark.parametrize(
    ("action", "weather"),
    [
        ("Rain on the glass.", Weather.RAIN),
        ("It is snowing.", Weather.SNOW),
        ("Niebla.", Weather.FOG),
        ("Thunder. Rain.", Weather.STORM),
        ("Ein Sturm zieht auf.", Weather.STORM),
        ("She winds the clock and storms out.", Weather.CLEAR),
    ],
)
def test_weather_is_read_from_action(action: str, weather: Weather) -> None:
    assert settings_of(f"EXT. FIELD - DAY\n\n{action}\n")[0].weather is weather


def test_weather_and_hour_last_while_the_time_runs_on() -> None:
    script = "EXT. QUAY - NIGHT\n\nRain.\n\nINT. HUT - CONTINUOUS\n\nDust.\n\nINT. HUT - DAY\n\nDust.\n"
    assert [(one.time, one.weather) for one in settings_of(script)] == [
        (Time.NIGHT, Weather.RAIN),
        (Time.NIGHT, Weather.RAIN),
        (Time.DAY, Weather.CLEAR),
    ]


@pytest.mark.parametrize(
    ("script", "mood"),
    [
        ("EXT. STREET - NIGHT\n\nA detective lights a cigarette under the neon.", Mood.NOIR),
        ("EXT. GRAVEYARD - NIGHT\n\nA scream. Blood on the grave.", Mood.DREAD),
        ("EXT. FOREST - NIGHT\n\nA fairy glows beside the enchanted castle.", Mood.FAIRY),
        ("INT. SPACESHIP - DAY\n\nThe planet turns.", Mood.SPACE),
        ("EXT. SPACE - NIGHT\n\nNothing.", Mood.SPACE),
        ("EXT. DUNES - DAY\n\nNothing.", Mood.DESERT),
        ("EXT. VILLAGE - DAY\n\nSnow falls.", Mood.WINTER),
        ("INT. KITCHEN - MORNING\n\nBreakfast.", Mood.MORNING),
        ("EXT. HARBOUR - SUNSET\n\nBoats.", Mood.DUSK),
    ],
)
def test_moods_come_from_the_hour_and_the_words(script: str, mood: Mood) -> None:
    assert settings_of(script)[0].mood is mood


@pytest.mark.parametrize("time", ["NIGHT", "DAY", "MORNING"])
def test_a_sunset_is_never_the_mood_of_another_hour(time: str) -> None:
    script = f"EXT. LIGHTHOUSE - {time}\n\nA lantern and a lamp.\n"
    assert settings_of(script)[0].mood is not Mood.DUSK


def test_an_unknown_thing_is_left_out() -> None:
    script = "INT. ROOM - DAY\n\nA harpsichord, a zeppelin and a bench stand by the bookcase.\n"
    assert settings_of(script)[0].place.props == ("bench", "bookshelf")


def test_words_that_only_look_like_things_are_no_props() -> None:
    script = "INT. ROOM - DAY\n\nWet boots by a card. The fire is lit. They chat in brief pain.\n"
    assert settings_of(script)[0].place.props == ()


def test_somebody_in_the_cast_is_no_prop() -> None:
    script = "INT. ROOM - DAY\n\nZIP, a small robot, rolls to the bench.\n\nZIP\nBeep.\n"
    assert settings_of(script)[0].place.props == ("bench",)


def test_the_prop_table_names_exactly_the_parts() -> None:
    named = [tag for section in tables("props").values() for tag in section if tag]
    assert sorted(named) == sorted(path.stem for path in DRAWN.glob("*.svg"))


@pytest.mark.parametrize(
    ("told", "stands"),
    [
        ("A violin lies on the piano.", ("violin", "piano")),
        ("There is an oxygen tank beside the hatch.", ("oxygen_tank",)),
        ("Mara stares at the trumpet.", ("trumpet",)),
        ("Mara holds a violin. She looks at the violin.", ()),
        ("Mara carries a suitcase.", ()),
        ("A suitcase stands by the door. Mara lifts the suitcase.", ("suitcase",)),
        ("There is no key on the table.", ("table",)),
        ("It turns like a key in a lock.", ()),
        ("A woman in a straw hat sits on the bench.", ("bench",)),
        ("The phone rings on the desk.", ("phone", "table")),
    ],
)
def test_a_thing_stands_where_the_text_leaves_it(told: str, stands: tuple[str, ...]) -> None:
    assert settings_of(f"INT. ROOM - DAY\n\n{told}\n")[0].place.props == stands


def test_the_place_tables_name_only_what_exists() -> None:
    table = tables("places")
    assert {*table["interior"], *table["exterior"]} == {kit.value for kit in Kit}
    assert set(table["time"]) == {time.value for time in Time}
    assert set(table["weather"]) == {weather.value for weather in Weather}
    assert set(table["mood"]) == set(table["lean"]) == {mood.value for mood in Mood}


def test_a_thing_that_is_not_there_is_not_shown() -> None:
    film = break_down(
        read_fountain(
            "INT. COURTROOM - DAY\n\nXIMENA, 35, waits.\n\nXimena's hands go to where the painting ought to be, "
            "and close on nothing.\n\nXimena lifts something. It is not the lantern. No trace of the vase.\n\n"
            "XIMENA\nGone.\n"
        )
    )
    (scene,) = film.scenes
    assert scene.setting.place.props == ()
    assert [shot.staging.focus for shot in scene.shots if shot.staging.framing.value == "insert"] == []
    assert {figure.prop for shot in scene.shots for figure in shot.staging.figures} == {""}


@pytest.mark.parametrize(
    ("told", "there"),
    [
        ("Anna looks at the wall where a painting hangs.", True),
        ("Anna goes to where the lamp burns.", True),
        ("Anna stands to the left of the piano.", True),
        ("A knight with drawn sword.", True),
        ("Dust where the painting used to hang.", False),
        ("Dust where the lamp was.", False),
        ("This is what's left of the piano.", False),
        ("That is all that is left of the piano.", False),
        ("Nothing is left of the piano.", False),
    ],
)
def test_what_is_somewhere_is_shown_and_what_is_gone_is_not(told: str, there: bool) -> None:
    assert bool(standing(told) or shown(told)) is there


def test_a_dog_walks_beside_who_brings_it() -> None:
    film = break_down(
        read_fountain("EXT. FIELD - DAY\n\nULF, 40, waits.\n\nFREYDIS, 32, arrives with a dog.\n\nFREYDIS\nHere.\n")
    )
    (scene,) = film.scenes
    assert scene.setting.place.props == ("dog",)
    assert {figure.prop for shot in scene.shots for figure in shot.staging.figures} == {""}


def test_something_that_is_read_is_not_the_thing_that_was_named_before() -> None:
    film = break_down(
        read_fountain(
            "INT. SUBMARINE - DAY\n\nSIZWE, 42, waits.\n\nPETROVA, 48, comes in and sees the clock.\n\n"
            "Sizwe has something written on one hand, and is reading it again.\n\nSIZWE\nRight.\n"
        )
    )
    assert {figure.prop for shot in film.scenes[0].shots for figure in shot.staging.figures} == {""}


@pytest.mark.parametrize("heading", ["INT. SUBMARINE GALLEY - DUSK", "INT. SUBMARINE ENGINE ROOM - DAY"])
def test_the_rooms_of_a_submarine_are_in_a_submarine(heading: str) -> None:
    assert settings_of(f"{heading}\n\nPipes.\n")[0].place.kit is Kit.SUBMARINE
