"""Finds the places of a script: from a heading and the action under it to the setting of a scene."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from studio.story.acting import doing
from studio.story.colouring import coloured
from studio.story.lexicon import fold, lexicon, tables
from studio.story.mentions import sentences
from studio.story.places import Kit, Mood, Place, Setting, Time, Weather
from studio.story.reading import Sheet
from studio.story.roster import slug
from studio.story.shotlist import absent

_PREFIX = re.compile(r"^\s*([^\W\d_][^\s\d]*?)\.?(?:\s+|(?<=\.)(?=\w))(?=\S)")
_DASH = re.compile(r"\s+[-–—/|]+\s+|\s*[–—]\s*|,\s+|\s*[()]\s*")
_MOST_PROPS = 6
_PARTS = ("hand", "both", "seen", "set")
_TOLD = 2  # words of the action that make a place of their own
_PASSED = ("room", "lift", "stairwell")  # what action lifts or climbs tells of no place
_LASTING = frozenset({Weather.RAIN, Weather.STORM, Weather.SNOW, Weather.FOG, Weather.WIND})


@dataclass(frozen=True)
class Heading:
    """A heading taken apart; `interior` is None where it does not say, `time` too."""

    place: str
    interior: bool | None
    time: Time | None
    later: bool = False
    words: str = ""


def read_heading(text: str) -> Heading:
    """Take a heading apart: inside or outside, the place, the time of day."""
    prefix = _PREFIX.match(text)
    inside = _inside(prefix[1]) if prefix else None
    rest = text[prefix.end() :] if prefix and inside is not None else text
    parts = [part.strip(" .") for part in _DASH.split(rest) if part.strip(" .")]
    times: list[str] = []
    later = False
    while len(parts) > 1:
        time = lexicon("places", "time", inflected=False).first(parts[-1])
        follows = bool(lexicon("places", "later", inflected=False).first(parts[-1]))
        if not (time or follows):
            break
        times, later = times + ([time] if time else []), later or follows
        parts.pop()
    time = times[-1] if times else lexicon("places", "time", inflected=False).first(rest)
    return Heading(" - ".join(parts) or text.strip(), inside, Time(time) if time else None, later, text)


def _inside(prefix: str) -> bool | None:
    sides = [
        lexicon("places", "inside", inflected=False).first(part) for part in re.split(r"[./]+", fold(prefix)) if part
    ]
    if not sides or "" in sides:
        return None
    return "yes" in sides


def names_kit(heading: str) -> bool:
    """Whether the words of a heading say which set a place is, so that nobody had to guess."""
    read = read_heading(heading)
    sides = ("interior", "exterior") if read.interior is None else ("interior" if read.interior else "exterior",)
    return any(lexicon("places", side).find(read.place) for side in sides)


def kit(heading: Heading, action: str, near: Kit | None = None) -> tuple[bool, Kit]:
    """Choose the set: by the words of the place, else by those of the action.

    Outside, a place that is told by one word or none is `near` the last one.
    """
    indoors, outdoors = lexicon("places", "interior"), lexicon("places", "exterior")
    if heading.interior is None:
        inside, outside = indoors.first(heading.place), outdoors.first(heading.place)
        interior = bool(inside) or not outside
    else:
        interior = heading.interior
    table = indoors if interior else outdoors
    told = table.find(heading.place)
    if told:
        return interior, Kit(next((tag for tag in reversed(told) if tag != "room"), "room") if interior else told[0])
    common = Counter(tag for tag in table.find(action) if interior is False or tag not in _PASSED).most_common(1)
    if near and not interior and (not common or common[0][1] < _TOLD):
        return interior, near
    return interior, Kit(common[0][0]) if common else Kit.ROOM if interior else Kit.STREET


def scout(read: Sequence[Sheet], alive: Collection[str] = ()) -> list[Setting]:
    """Find the setting of every scene; the same place has one set and one id through the script.

    Props that are `alive` are somebody in the cast, and stand in no place.
    """
    headings = [read_heading(sheet.heading) for sheet in read]
    keys = _keys(headings)
    places = _places(headings, keys, read, alive)
    settings: list[Setting] = []
    for heading, key, sheet in zip(headings, keys, read, strict=True):
        before = settings[-1] if settings else None
        place = places[key]
        time = heading.time or (before.time if before else Time.DAY)
        weather = _weather(f"{sheet.heading}\n{sheet.action}")
        carried = before and before.time is time and (heading.later or before.place.id == place.id)
        # Rain does not stop because the camera went indoors.
        if weather is None and carried and before and before.weather in _LASTING:
            weather = before.weather
        found = weather or Weather.CLEAR
        mood = _mood(f"{sheet.heading}\n{sheet.action}", place, time, found)
        settings.append(Setting(place=place, time=time, weather=found, mood=mood))
    return settings


def _keys(headings: Sequence[Heading]) -> list[str]:
    """The id of each heading's place; a house seen from outside is another place than the one we were in."""
    first: dict[str, bool | None] = {}
    keys = []
    for heading in headings:
        key = slug(heading.place)
        side = first.setdefault(key, heading.interior)
        other = None not in (side, heading.interior) and side != heading.interior
        keys.append(f"{key}-{'inside' if heading.interior else 'outside'}" if other else key)
    return keys


def _places(
    headings: Sequence[Heading], keys: Sequence[str], read: Sequence[Sheet], alive: Collection[str]
) -> dict[str, Place]:
    actions: dict[str, list[str]] = {}
    first: dict[str, Heading] = {}
    for heading, key, sheet in zip(headings, keys, read, strict=True):
        actions.setdefault(key, []).append(sheet.action)
        first.setdefault(key, heading)
    places = {}
    outside: Kit | None = None
    dyes = coloured([sheet.action for sheet in read])
    for key, heading in first.items():
        told = "\n".join(actions[key])
        interior, chosen = kit(heading, told, outside)
        outside = outside if interior else chosen
        props = tuple(prop for prop in standing(f"{heading.place}\n{told}") if prop not in alive)
        colours = tuple(pair for pair in dyes if pair[0] in props)
        places[key] = Place(id=key, name=heading.place, interior=interior, kit=chosen, props=props, colours=colours)
    return places


def standing(text: str) -> tuple[str, ...]:
    """Name the props a text puts into a place, in the order they are read.

    What somebody has in hand when it is first named is not in the place. What is made for hands is there where the
    text says that it lies there.
    """
    first: dict[str, bool] = {}
    for sentence in sentences(text):
        spots = sorted((at, tag, part) for part in _PARTS for at, tag in lexicon("props", part).spots(sentence))
        spots = [spot for spot in spots if not absent(sentence, spot[0])]
        if not spots:
            continue
        held = doing(sentence).handling
        taken, lies = held.takes or held.gives, set(lexicon("acting", "lies").find(sentence)) == {"yes"}
        for _, tag, part in spots:
            if tag == taken or lies or part != "hand":
                first.setdefault(tag, tag != taken)
    return tuple(tag for tag, stands in first.items() if stands)[:_MOST_PROPS]


def _weather(text: str) -> Weather | None:
    told = set(lexicon("places", "weather", inflected=False).find(text))
    return next((weather for weather in _BY_FORCE if weather.value in told), None)


_BY_FORCE = (Weather.STORM, Weather.SNOW, Weather.RAIN, Weather.FOG, Weather.WIND, Weather.CLOUDY, Weather.CLEAR)


def _mood(text: str, place: Place, time: Time, weather: Weather) -> Mood:
    weights: Counter[str] = Counter(lexicon("places", "mood").find(text))
    told = (place.kit.value, time.value, weather.value, "lamplit" if place.interior and time is Time.NIGHT else "")
    points = {mood: min(4.0, float(weights[mood.value])) for mood in Mood}
    for mood in Mood:
        leans = _leans(mood.value)
        points[mood] += sum(leans.get(word, 0.0) for word in told)
    return max(Mood, key=lambda mood: points[mood])


@cache
def _leans(mood: str) -> dict[str, float]:
    pairs = (entry.split() for entry in tables("places")["lean"].get(mood, "").split(","))
    return {word: float(weight) for word, weight in pairs}
