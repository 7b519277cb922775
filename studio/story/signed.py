"""Whether a line is said with the hands. A line is spoken wherever its parentheticals leave that open."""

from __future__ import annotations

import re

from studio.story.lexicon import lexicon, words

_PARTS = re.compile(r"[()（）\[\],;:.!?…—–،、，；]|\s-+\s")


def signed(manner: str) -> bool:
    """Whether a line's parentheticals have it signed with the hands, so that it is captioned and nobody hears it."""
    return any(_signed(part) for part in _PARTS.split(manner))


def _signed(part: str) -> bool:
    """Papers are signed too: the bare word counts at the end of a part, or where it is told to whom."""
    heard = words(part)
    for at, tag in lexicon("acting", "signed", inflected=False).spots(part):
        if tag == "not":
            return False
        if tag == "language" or heard[at + 1 : at + 2] in ((), ("to",)):
            return True
    return False
