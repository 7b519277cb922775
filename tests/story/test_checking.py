"""Checking a text: errors and warnings stand at the line they are about."""

from __future__ import annotations

import pytest
from hypothesis import given

from studio.story.checking import check
from studio.story.difference import Change, difference
from studio.story.fountain import read_fountain
from studio.story.paper import sheets_of_paper
from studio.story.source import LINES_PER_PAGE, lines
from tests.story.scripts import long_script, sources

GOOD = "Title: X\n\nINT. KITCHEN - NIGHT\n\nMara waits.\n\nMARA\nHm.\n\nTOM\nHm?\n\nMARA\nHm.\n"


@pytest.mark.parametrize("waits", ["Mara waits.", "MARA, 70, a keeper, waits."])
def test_a_clean_text_has_no_remarks(waits: str) -> None:
    assert check(GOOD.replace("Mara waits.", waits)) == ()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 0, "no text"),
        ("INT. HALL - DAY\n\nA\0 bell.\n", 3, "not a text file"),
    ],
)
def test_what_cannot_be_read_is_an_error(text: str, line: int, said: str) -> None:
    (remark,) = check(text)
    assert (remark.error, remark.line) == (True, line)
    assert said in remark.text
    assert "fountain" not in remark.text


@pytest.mark.parametrize(
    ("more", "line", "said"),
    [
        ("\nEXT. QUORL - DAY\n\nWind.\n", 16, "No set is known for “QUORL”"),
        ("\nEXT. HARBOUR\n\nWind.\n", 16, "No time of day"),
        ("\nEXT. HARBOUR - DAY\n", 16, "Nothing happens"),
        ("\nMARRA\nWho?\n", 16, "Is it MARA?"),
        ("Yes.\nTOM\n", 16, "Looks like TOM speaks"),
        ("\nA bell.\nEXT. HARBOUR - DAY\n", 17, "Looks like a heading"),
        ("\nShe sings [[softly.\n", 16, "A note begins"),
    ],
)
def test_what_may_be_meant_otherwise_is_a_warning_at_its_line(more: str, line: int, said: str) -> None:
    found = [one for one in check(GOOD + more) if said in one.text]
    assert [(one.line, one.error) for one in found] == [(line, False)]


def test_a_text_without_headings_is_told_so() -> None:
    assert any("No scene heading" in one.text for one in check("Somebody waits.\n"))


@given(sources)
def test_any_text_can_be_checked_and_lines_exist(text: str) -> None:
    count = len(text.replace("\r\n", "\n").split("\n"))
    assert all(0 <= one.line <= count for one in check(text))


@given(sources, sources)
def test_a_difference_holds_both_texts(old: str, new: str) -> None:
    rows = difference(old, new).rows
    before = ["".join(p.text for p in row.pieces) for row in rows if row.change is not Change.ADDED]
    after = ["".join(p.text for p in row.pieces) for row in rows if row.change is not Change.REMOVED]
    assert before == old.rstrip("\n").split("\n")
    assert after == new.rstrip("\n").split("\n")


def test_within_a_line_only_the_changed_words_are_marked() -> None:
    removed, added = difference("They shake hands at noon.", "They shake feet at noon.").rows
    assert [p.text for p in removed.pieces if p.change is Change.REMOVED] == ["hands"]
    assert [p.text for p in added.pieces if p.change is Change.ADDED] == ["feet"]
    assert difference("a", "a").summary == "nothing but spacing"
    assert difference("a\nb", "a\nc\nd").summary == "2 lines added, 1 removed"


def test_pages_hold_every_element_and_no_more_lines_than_fit() -> None:
    elements = long_script(12, 5).elements
    pages = sheets_of_paper(elements)
    assert tuple(one for page in pages for one in page) == elements
    assert len(pages) > 8
    assert all(sum(map(lines, page)) <= LINES_PER_PAGE for page in pages)


def test_a_page_break_begins_a_page() -> None:
    first, second = sheets_of_paper(read_fountain("A bell.\n\n===\n\nAnother.\n").elements)
    assert (first[0].text, second[0].text) == ("A bell.", "Another.")
