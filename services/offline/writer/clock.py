"""How long a written line takes to read, and a film of so much reading to watch; measures no sound."""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.offline.writer.stage import Said

WORDS_PER_SECOND = 2.6
ACTION_SECONDS = 1.8
CARDS = 6.5  # seconds of the title and the end card
FILM = 1.15  # seconds of film for a second of reading: breath, looks and the frames around a line; fitted to cut films
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def seconds(line: Said) -> float:
    """The time of one line; scripts without spaces count four signs a word."""
    if not line.cue:
        return ACTION_SECONDS
    wide = len(WIDE.findall(line.text))
    return (len(WIDE.sub("", line.text).split()) + wide / 4) / WORDS_PER_SECOND


def reading(film: float) -> float:
    """Seconds of reading that make a film of so many seconds."""
    return (film - CARDS) / FILM


def film(reading: float) -> float:
    """Seconds of the film that so many seconds of reading make."""
    return CARDS + FILM * reading


def total(lines: Iterable[Said]) -> float:
    """The time of many lines."""
    return sum(seconds(line) for line in lines)
