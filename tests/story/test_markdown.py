"""A pitch in Markdown keeps its words and loses its marks."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.story.markdown import prose
from studio.story.source import read_pitch

PITCH = """# The Lighthouse

**Logline:** A *retired* diver finds a [letter](https://example.org/x) in a bottle.

## Characters ##

- Mara, 70, a __retired__ diver
* Tom, 40, her nephew!
1. Nobody_else

---
> Quiet, and 2 * 3 = 6.
"""


def test_headings_and_lists_become_sentences() -> None:
    assert read_pitch("idea.md", PITCH.encode()).split("\n") == [
        "The Lighthouse.",
        "",
        "Logline: A retired diver finds a letter in a bottle.",
        "",
        "Characters.",
        "",
        "Mara, 70, a retired diver.",
        "Tom, 40, her nephew!",
        "Nobody_else.",
        "",
        "Quiet, and 2 * 3 = 6.",
    ]


def test_other_files_are_left_as_they_are() -> None:
    assert read_pitch("idea.txt", PITCH.encode()) == PITCH.strip()


@pytest.mark.parametrize(
    "text", ["A keeper finds a key.\nNobody knows what it opens.", "a key*a*", "- ", "", "# ", "***"]
)
def test_prose_stays_and_marks_alone_are_nothing(text: str) -> None:
    assert prose(text) == (text if "key" in text else "")


@settings(max_examples=100, deadline=None)
@given(st.text("ab 1#*_`->[]().\n", max_size=60))
def test_no_word_is_lost(text: str) -> None:
    text = re.sub(r"\]\([^)\s]*\)", "]", text)  # the address of a link is no word
    said = re.findall("[ab]+", text)
    assert re.findall("[ab]+", prose(text)) == said or "```" in text


@pytest.mark.parametrize("piece", ["*a ", "[", "# #", "> ", " ", "_a", "- * ", "`"])
def test_a_flood_of_marks_is_read_in_time(piece: str) -> None:
    began = time.process_time()
    prose(f"# {piece * (300_000 // len(piece))} end")
    assert time.process_time() - began < 5
