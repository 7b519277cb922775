"""Lays elements on pages as a typewriter would: so many lines each, no heading or cue alone at the foot."""

from __future__ import annotations

from collections.abc import Sequence

from studio.story.screenplay import Element, Kind
from studio.story.source import LINES_PER_PAGE, lines

_HEADS = frozenset({Kind.HEADING, Kind.CHARACTER, Kind.PARENTHETICAL})


def sheets_of_paper(elements: Sequence[Element]) -> list[list[Element]]:
    """The elements page by page, in order, each on one page; at least one page."""
    pages: list[list[Element]] = [[]]
    room = LINES_PER_PAGE
    for element in elements:
        if element.kind is Kind.PAGE_BREAK:
            pages.append([])
            room = LINES_PER_PAGE
            continue
        needed = lines(element)
        if needed > room and pages[-1]:
            moved = _loose_heads(pages[-1])
            pages.append(moved)
            room = LINES_PER_PAGE - sum(lines(one) for one in moved)
        pages[-1].append(element)
        room -= needed
    return [page for page in pages if page] or [[]]


def _loose_heads(page: list[Element]) -> list[Element]:
    """Take off a page what only announces what comes on the next one."""
    moved: list[Element] = []
    while len(page) > 1 and page[-1].kind in _HEADS:
        moved.insert(0, page.pop())
    return moved
