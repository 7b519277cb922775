"""A pitch typed as Markdown, as the prose it is: marks go, every word and its order stay. It renders nothing."""

from __future__ import annotations

import re

_RULE = re.compile(r"\s*([-*_]\s*){3,}|\s*(`{3,}|~{3,}).*|\s*={2,}\s*")  # nothing of them is prose
_HEAD = re.compile(r"\s*(?:#{1,6}\s+|>\s*|(?:[-*+]|\d{1,3}[.)])\s+)+")  # headings, quotes and lists begin with them
# Bounded, so that a flood of opening marks is read in the time its length allows.
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,1000}\)")
_MARKED = tuple(
    re.compile(rf"(?<!\w){mark}{{1,3}}(?=\S)([^{mark}]{{1,300}})(?<=\S){mark}{{1,3}}(?!\w)")
    for mark in (r"\*", "_", "`")
)
_DEEPEST = 3  # marks within marks
_ENDED = tuple(".!?…:;,。！？：；")


def prose(text: str) -> str:
    """The text without Markdown's marks; what stood on a line of its own as a heading or in a list is a sentence."""
    return "\n".join(_line(line) for line in text.split("\n") if not _RULE.fullmatch(line)).strip()


def _line(line: str) -> str:
    head = _HEAD.match(line)
    bare = _LINK.sub(r"\1", _unclosed(line[head.end() :]) if head else line)
    for marked in _MARKED * _DEEPEST:
        bare = marked.sub(r"\1", bare)
    return f"{bare}." if head and bare.strip() and not bare.rstrip().endswith(_ENDED) else bare


def _unclosed(heading: str) -> str:
    """A heading without the marks some close it with."""
    bare = heading.rstrip().rstrip("#")
    return bare.rstrip() if bare.endswith(" ") else heading
