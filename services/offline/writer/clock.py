"""How long a line lasts in the finished film, by the offline voice and the cut's pace; measures no sound."""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.offline.writer.stage import Said

# Fitted by least squares to forty cut films of 30 to 150 s (forty pitches): they lie within 3.6 % of what this
# foretells (standard deviation), 10 % at worst; the rest is the speaker's own pace.
LETTER = 0.052  # seconds
MARK = 0.29  # seconds of a comma's or a full stop's breath
TURN = 0.75  # seconds of picture before and after a speech
ACTION = 1.2  # seconds, the shortest shot
SHOWN = 7  # words of action such a shot shows
WORD = 0.18  # seconds of each word more
CARDS = 6.5  # seconds of the title and the end card
MARKS = re.compile(r"[.,;:!?…](?=[\s'\"”]|$)")
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def seconds(line: Said) -> float:
    """The time of one line; a sign of a script without spaces counts for two letters more."""
    return spoken(line.text) if line.cue else shown(line.text)


def spoken(text: str) -> float:
    """The time of a speech with the picture around it."""
    return LETTER * (len(text) + 2 * len(WIDE.findall(text))) + MARK * len(MARKS.findall(text)) + TURN


def shown(text: str) -> float:
    """The time of an action."""
    return ACTION + WORD * max(0, len(text.split()) - SHOWN)


def total(lines: Iterable[Said]) -> float:
    """The time of many lines."""
    return sum(seconds(line) for line in lines)
