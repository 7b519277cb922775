"""When the words of a line are heard and how the mouth moves, from the times of its characters.

The times are the vendor's; which sounds lie between them is asked of the offline voice, which knows spelling.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from services.offline.sound.loudness import RATE
from services.offline.voice.booth import Booth
from services.offline.voice.languages import reader, voices
from services.offline.voice.reading import Event, Reading, Sounding
from services.offline.voice.visemes import visemes
from services.offline.voice.words import respelled, spans, speakable, spread, timed
from services.voices.elevenlabs_answers import Letters, Timings
from services.voices.letters import sounds
from studio.errors import VendorError
from studio.takes.briefs import Mouth, Viseme, Word

_GAP = 0.005  # seconds between two letters in which nothing is said
_CLOSED = 0.12  # seconds between two words in which the mouth comes to rest
_GUESSED = "ElevenLabs gave no times: the words are spread by their letters"
_Times = list[tuple[float, float] | None]  # of each character of a text


@dataclass(frozen=True)
class Timed:
    """A line's words and mouths; `guessed` says why the words' times are only likely."""

    words: tuple[Word, ...]
    visemes: tuple[Viseme, ...]
    guessed: str = ""


def measured(
    text: str, said: str, timings: Timings, *, shift: float, seconds: float, language: str, booth: Booth
) -> Timed:
    """Time the words of `text` while `said` is heard; `shift` seconds are added to the vendor's times."""
    heard = timings.alignment or timings.normalized_alignment
    spoken = speakable(said)
    guessed = ""
    if heard is None or not heard.characters:
        words, guessed = spread(said, seconds), _GUESSED
    else:
        words = timed(said, _events(spoken, _placed(spoken, heard, shift), seconds), RATE, seconds)
    sounding = _mouthed(spoken, spans(said), words, language, booth)
    mouths = visemes(sounding, RATE, seconds=seconds) if sounding else (Viseme(at=0.0, mouth=Mouth.REST),)
    return Timed(respelled(text, words) if text != said else words, mouths, guessed)


def _placed(said: str, heard: Letters, shift: float) -> _Times:
    """The times of each character of what was said, wherever tags, spaces or expanded numbers lie in between."""
    clock = zip(heard.character_start_times_seconds, heard.character_end_times_seconds, strict=True)
    flat = [
        (sign, max(0.0, start + shift), max(0.0, end + shift))
        for signs, (start, end) in zip(heard.characters, clock, strict=True)
        for sign in signs
        if not sign.isspace()
    ]
    ours = [at for at, sign in enumerate(said) if not sign.isspace()]
    places: _Times = [None] * len(said)
    for theirs, mine, size in _shared("".join(sign for sign, _, _ in flat), "".join(said[at] for at in ours)):
        for step in range(size):
            places[ours[mine + step]] = flat[theirs + step][1:]
    return places


def _shared(theirs: str, ours: str) -> list[tuple[int, int, int]]:
    """Where two texts are the same: as a whole behind whatever tags, or else piece by piece."""
    if (found := theirs.rfind(ours)) >= 0:
        return [(found, 0, len(ours))]
    first, second = ([sign.casefold() for sign in text] for text in (theirs, ours))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return [(block.a, block.b, block.size) for block in matcher.get_matching_blocks()]


def _events(said: str, places: _Times, seconds: float) -> tuple[Event, ...]:
    """A sound for each letter that is heard, and a pause wherever the next one does not follow at once."""
    events: list[Event] = []
    over = 0.0
    for at, (letter, place) in enumerate(zip(said, places, strict=True)):
        if place is None:
            continue
        start, end = (min(edge, seconds) for edge in place)
        if events and start - over > _GAP:
            events.append(Event(Sounding.PHONEME, round(over * RATE), at))
        audible = unicodedata.category(letter)[0] in "LNM"
        events.append(Event(Sounding.PHONEME, round(start * RATE), at, 1, letter if audible else ""))
        over = max(start, end)
    return (*events, Event(Sounding.PHONEME, round(over * RATE), len(said)))


def _mouthed(
    said: str, places: list[tuple[int, int]], words: tuple[Word, ...], language: str, booth: Booth
) -> tuple[Event, ...]:
    """The sounds of a line, stretched over its words as they are really heard."""
    groups = _phonemes(said, places, language, booth) or _spelled(said, places)
    ordered = sorted(groups)
    events: list[Event] = []
    for index, following in pairwise([*ordered, len(words)]):
        start, end = words[index].start, words[following - 1].end
        events.extend(_stretched(groups[index], start, end, places[index][0]))
        if following == len(words) or words[following].start - end > _CLOSED:
            events.append(Event(Sounding.PHONEME, round(end * RATE), places[following - 1][1]))
    return tuple(events)


_Sounds = list[tuple[str, float]]  # each with how long it lasts beside the others of its word


def _stretched(heard: _Sounds, start: float, end: float, at: int) -> list[Event]:
    total = sum(length for _, length in heard) or 1.0
    clock, events = start, []
    for sound, length in heard:
        events.append(Event(Sounding.PHONEME, round(clock * RATE), at, 1, sound))
        clock += (end - start) * length / total
    return events


def _phonemes(said: str, places: list[tuple[int, int]], language: str, booth: Booth) -> dict[int, _Sounds]:
    """The sounds of each word as the offline voice reads it; nothing when it cannot."""
    can = reader(said, language)
    if can.why:
        return {}
    try:
        heard = booth.read(Reading(voice=voices(can.language)[0][0], text=said))
    except VendorError:
        return {}  # the letters will do: a line that was paid for is not lost over a mouth
    starts = [start for start, _ in places]
    groups: dict[int, _Sounds] = {}
    sounding = [event for event in heard.events if event.kind is Sounding.PHONEME]
    for event, following in pairwise(sounding):
        index = bisect_right(starts, event.at) - 1
        if event.sound and index >= 0 and event.at < places[index][1]:
            groups.setdefault(index, []).append((event.sound, max(1.0, following.sample - event.sample)))
    return groups


def _spelled(said: str, places: list[tuple[int, int]]) -> dict[int, _Sounds]:
    heard = sounds(said)
    groups = {index: [(sound, 1.0) for sound in heard[a:b] if sound] for index, (a, b) in enumerate(places)}
    return {index: group for index, group in groups.items() if group}
