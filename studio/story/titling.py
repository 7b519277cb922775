"""What a film or series is called: one line of what can be seen, as long as a page and a file's name can bear."""

from __future__ import annotations

LONGEST = 200  # characters
_JOINERS = "\u200c\u200d"  # within words of Persian and Hindi, and within emoji


def titled(text: str) -> str:
    """A title without what cannot be seen or turns the words after it round, on one line, cut where it is too long."""
    seen = "".join(one if one.isprintable() or one in _JOINERS else " " for one in text[: LONGEST * 10])
    return " ".join(seen.split())[:LONGEST].rstrip()
