"""A writer's words reach the captions unchanged and in order, whole screenplays at a time; nothing is drawn for it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from studio.cut.captions import read_srt, to_srt
from studio.cut.timeline import captions, cut
from studio.story.breakdown import Breakdown
from studio.story.breaking import break_down
from studio.story.fdx import read_fdx
from studio.story.fountain import read_fountain, write_fountain
from studio.story.screenplay import Kind, Screenplay
from tests.story.scripts import long_script

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
FPS = 24


def speeches(fountain: str) -> list[str]:
    """The dialogue of a plain Fountain text, found without our parser: what follows a cue, but for parentheticals."""
    found: list[str] = []
    for block in fountain.split("\n\n")[1:]:
        cue, *rest = block.strip().splitlines() or [""]
        if rest and cue == cue.upper():
            found += [row for row in rest if not row.startswith("(")]
    return found


def letters(texts: list[str]) -> str:
    """All texts in a row without white space: where captions and lines break does not matter."""
    return "".join("".join(text.split()) for text in texts)


def shown(found: Breakdown) -> list[str]:
    """What the captions of a film say, read back from its SubRip file."""
    made = captions(cut(found, {}, FPS), found, {})
    read = read_srt(to_srt(made, FPS), FPS)
    assert [one.start for one in read] == sorted(one.start for one in read)
    return [one.text for one in read]


def test_every_word_of_a_play_is_spoken_and_captioned() -> None:
    text = (SAMPLES / "the-hand-bag.fountain").read_text("utf-8")
    said, found = speeches(text), break_down(read_fountain(text))
    assert len(said) == 27
    assert "A hand-bag?" in said
    assert [line.text for line in found.lines] == said
    assert letters(shown(found)) == letters(said)
    assert letters(shown(break_down(read_fountain(write_fountain(read_fountain(text)))))) == letters(said)


def test_every_word_of_a_final_draft_file_is_spoken_and_captioned() -> None:
    data = (SAMPLES / "last-ferry.fdx").read_bytes()
    pattern = r'<Paragraph[^>]*Type="(?:Dialogue|Lyrics)"[^>]*>(.*?)</Paragraph>'
    said = [unescape(re.sub(r"<[^>]*>", "", part)) for part in re.findall(pattern, data.decode(), re.DOTALL)]
    found = break_down(read_fdx(data))
    assert len(said) == 7
    assert letters([line.text for line in found.lines]) == letters(said)
    assert letters(shown(found)) == letters(said)


@pytest.fixture(scope="module")
def long() -> Screenplay:
    """A screenplay of 120 pages in eight scripts."""
    return long_script(120)


def test_every_word_of_a_hundred_and_twenty_pages_is_spoken_and_captioned(long: Screenplay) -> None:
    text = write_fountain(long)
    found = break_down(read_fountain(text))
    # What the long script's own words hold of Fountain's marks: an emphasis and a note.
    typed = [one.text for one in long.elements if one.kind is Kind.DIALOGUE]
    said = [one.replace("*never*", "never").replace("[[check]]", "") for one in typed]
    assert len(said) == 840
    assert [letters([line.text]) for line in found.lines] == [letters([one]) for one in said]
    made = captions(cut(found, {}, FPS), found, {})
    assert letters([one.text for one in made]) == letters(said)
