"""Words of a line and when they are heard; the text is the writer's, whatever the voice made of it."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise

from services.offline.voice.languages import scripts
from services.offline.voice.reading import Event, Sounding
from studio.takes.briefs import Word

# Scripts written without spaces: a word is one sign with what hangs on it.
_UNSPACED = "".join(
    (
        "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff",  # kana and ideographs
        "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e50-\u0e5b",
    )  # Thai without the marks above and below
)
_TOKEN = re.compile(rf"[{_UNSPACED}](?:[^\s{_UNSPACED}\w])*|(?:(?![{_UNSPACED}])\S)+")
_Time = tuple[float, float]

_READS = {True: 5.0, False: 15.0}  # characters a second of a reader: ideographs, letters
_SHORTEST = 1.2  # seconds a caption needs
_SLIVER = 0.02  # seconds for a word the voice passed over


def spans(text: str) -> list[tuple[int, int]]:
    """Find the words' places; signs stay attached, and what lies between two words is only white space."""
    return [found.span() for found in _TOKEN.finditer(text)]


def speakable(text: str) -> str:
    """Blank out what no actor would say (emphasis marks, emoji), character for character."""
    return "".join(" " if letter in "*_\\\n\r\t" or unicodedata.category(letter) == "So" else letter for letter in text)


def timed(text: str, events: tuple[Event, ...], rate: int, seconds: float) -> tuple[Word, ...]:
    """Give each word of the text its time from the events; every word gets some, in order, within `seconds`."""
    places = spans(text)
    pieces = [text[a:b] for a, b in places]
    heard = _shared(pieces, _heard(places, events, rate))
    return _in_order(pieces, heard, seconds)


def read_in(text: str) -> float:
    """The seconds a reader takes for a line that nobody speaks."""
    found = scripts(text)
    ideographs = any(found[script] for script in ("CJK", "HIRAGANA", "KATAKANA", "HANGUL"))
    return max(_SHORTEST, (sum(found.values()) if ideographs else len(text)) / _READS[ideographs])


def spread(text: str, seconds: float) -> tuple[Word, ...]:
    """Spread the words evenly over a silence, by their length."""
    pieces = [text[a:b] for a, b in spans(text)]
    total = sum(len(piece) for piece in pieces) or 1
    edges = [0.0]
    for piece in pieces:
        edges.append(edges[-1] + seconds * len(piece) / total)
    return tuple(
        Word(text=piece, start=round(start, 3), end=round(min(end, seconds), 3))
        for piece, (start, end) in zip(pieces, pairwise(edges), strict=True)
    )


def respelled(text: str, said: tuple[Word, ...]) -> tuple[Word, ...]:
    """Give the words of a text the times of what was said instead of it.

    Words that are the same keep their time; where others were said, the text's words share the time of those.
    """
    pieces = [text[a:b] for a, b in spans(text)]
    made: list[Word] = []
    matcher = SequenceMatcher(None, [_bare(word.text) for word in said], [_bare(one) for one in pieces], autojunk=False)
    for tag, a, b, start, stop in matcher.get_opcodes():
        if tag == "equal":
            pairs = zip(pieces[start:stop], said[a:b], strict=True)
            made.extend(word.model_copy(update={"text": piece}) for piece, word in pairs)
        elif start < stop:
            before = said[a - 1].end if a else 0.0
            low, high = (said[a].start, said[b - 1].end) if a < b else (before, before)
            made.extend(_dealt(pieces[start:stop], low, high))
    return tuple(made)


def _bare(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum()) or word


def _dealt(pieces: list[str], low: float, high: float) -> Iterator[Word]:
    """Deal a stretch of time out to words by their letters."""
    total = sum(len(piece) for piece in pieces)
    at = 0
    for piece in pieces:
        start, at = low + (high - low) * at / total, at + len(piece)
        yield Word(text=piece, start=round(start, 3), end=round(low + (high - low) * at / total, 3))


def _heard(places: list[tuple[int, int]], events: tuple[Event, ...], rate: int) -> list[_Time | None]:
    """For each word, from the first to the end of the last sound inside it; None when it made none."""
    heard: list[_Time | None] = [None] * len(places)
    starts = [start for start, _ in places]
    for event, following in pairwise((*events, *events[-1:])):
        if event.kind is not Sounding.PHONEME or not event.sound:
            continue
        index = bisect_right(starts, event.at) - 1
        if index >= 0 and event.at < places[index][1]:
            known = heard[index]
            start = known[0] if known else event.sample / rate
            heard[index] = (start, following.sample / rate)
    return heard


def _shared(pieces: list[str], heard: list[_Time | None]) -> list[_Time | None]:
    """Divide a sound among the words it covers: voices join the signs of unspaced scripts into words of their own."""
    shared = list(heard)
    for index, time in enumerate(heard):
        if time is None:
            continue
        end = index + 1
        while end < len(pieces) and heard[end] is None and any(letter.isalpha() for letter in pieces[end]):
            end += 1
        total = sum(len(piece) for piece in pieces[index:end])
        clock = time[0]
        for at in range(index, end):
            step = (time[1] - time[0]) * len(pieces[at]) / total
            shared[at] = (clock, clock + step)
            clock += step
    return shared


def _in_order(pieces: list[str], heard: list[_Time | None], seconds: float) -> tuple[Word, ...]:
    following = seconds
    latest = [seconds] * len(pieces)
    for index in range(len(pieces) - 1, -1, -1):
        latest[index] = following
        time = heard[index]
        following = time[0] if time else following
    words: list[Word] = []
    clock = 0.0
    for piece, time, limit in zip(pieces, heard, latest, strict=True):
        start = min(max(clock, time[0] if time else clock), seconds)
        end = time[1] if time else start + _SLIVER
        end = min(max(start, min(end, max(limit, start + _SLIVER))), seconds)
        words.append(Word(text=piece, start=round(start, 3), end=round(end, 3)))
        clock = end
    return tuple(words)
