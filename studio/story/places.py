"""Where a story happens: a place, and how it stands in one scene (its setting)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from studio.story.noun import Noun


class Time(StrEnum):
    DAWN = "dawn"
    MORNING = "morning"
    DAY = "day"
    DUSK = "dusk"
    NIGHT = "night"


class Weather(StrEnum):
    CLEAR = "clear"
    CLOUDY = "cloudy"
    RAIN = "rain"
    SNOW = "snow"
    FOG = "fog"
    WIND = "wind"
    STORM = "storm"


class Mood(StrEnum):
    """The palette and light of a scene; data/paper/moods.toml holds the colours."""

    DUSK = "dusk"
    NOIR = "noir"
    MORNING = "morning"
    DREAD = "dread"
    SPACE = "space"
    FAIRY = "fairy"
    DESERT = "desert"
    WINTER = "winter"


class Kit(StrEnum):
    """The kind of set a place is built from."""

    # interiors
    ROOM = "room"
    KITCHEN = "kitchen"
    OFFICE = "office"
    SHOP = "shop"
    CELL = "cell"
    SHIP = "ship"
    LABORATORY = "laboratory"
    CLASSROOM = "classroom"
    STAGE = "stage"
    SPACESHIP = "spaceship"
    CAR = "car"
    BAR = "bar"
    CAFE = "cafe"
    CHURCH = "church"
    HOSPITAL = "hospital"
    TRAIN = "train"
    WAREHOUSE = "warehouse"
    CELLAR = "cellar"
    ATTIC = "attic"
    BARN = "barn"
    LIGHTHOUSE = "lighthouse"
    LIFT = "lift"
    STAIRWELL = "stairwell"
    AIRPORT = "airport"
    ORBIT = "orbit"
    SUBMARINE = "submarine"
    COURTROOM = "courtroom"
    LIBRARY = "library"
    CIRCUS = "circus"
    CAVE = "cave"
    # exteriors
    STREET = "street"
    HARBOUR = "harbour"
    FOREST = "forest"
    FIELD = "field"
    MOUNTAIN = "mountain"
    DESERT = "desert"
    ROOFTOP = "rooftop"
    STATION = "station"
    SPACE = "space"
    UNDERWATER = "underwater"
    COURTYARD = "courtyard"
    GRAVEYARD = "graveyard"
    BEACH = "beach"
    AIRFIELD = "airfield"
    ARCTIC = "arctic"


Colours = tuple[tuple[str, str], ...]  # what the script says things look like: prop, #rrggbb


class Place(Noun):
    """A place of the story; `props` are names of parts in data/paper that stand in it, `colours` of those."""

    id: str
    name: str
    interior: bool = True
    kit: Kit = Kit.ROOM
    props: tuple[str, ...] = ()
    colours: Annotated[Colours, Field(exclude_if=lambda told: not told)] = ()


class Setting(Noun):
    """A place as one scene finds it."""

    place: Place
    time: Time = Time.DAY
    weather: Weather = Weather.CLEAR
    mood: Mood = Mood.MORNING
