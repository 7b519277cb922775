"""How long a written line takes on the screen, in seconds; a reader's estimate, measures no sound."""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.offline.writer.stage import Said

WORDS_PER_SECOND = 2.6
ACTION_SECONDS = 1.8
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def seconds(line: Said) -> float:
    """The time of one line; scripts without spaces count four signs a word."""
    if not line.cue:
        return ACTION_SECONDS
    wide = len(WIDE.findall(line.text))
    return (len(WIDE.sub("", line.text).split()) + wide / 4) / WORDS_PER_SECOND


def total(lines: Iterable[Said]) -> float:
    """The time of many lines."""
    return sum(seconds(line) for line in lines)
