"""A screenplay as it is typed on paper: pages in HTML, with a mark at every scene that an outline can lead to."""

from __future__ import annotations

from functools import lru_cache
from html import escape

import streamlit as st

from studio.story.fountain import read_fountain
from studio.story.fountain_text import runs
from studio.story.paper import sheets_of_paper
from studio.story.screenplay import Element, Kind

_TAGS = {"bold": "b", "italic": "i", "underline": "u"}
_CLASSES = {
    Kind.HEADING: "heading",
    Kind.ACTION: "action",
    Kind.CHARACTER: "cue",
    Kind.PARENTHETICAL: "aside",
    Kind.DIALOGUE: "said",
    Kind.LYRIC: "said lyric",
    Kind.TRANSITION: "transition",
    Kind.CENTERED: "centered",
    Kind.SECTION: "section",
    Kind.SYNOPSIS: "synopsis",
    Kind.NOTE: "note",
}


def show(fountain: str) -> None:
    """Show the pages of a text."""
    st.html(f'<div class="ts-pages" tabindex="0" role="region" aria-label="Pages">{typescript(fountain)}</div>')


@lru_cache(maxsize=32)
def typescript(fountain: str) -> str:
    """All pages of a text as HTML; boneyards are left out, as on paper."""
    screenplay = read_fountain(fountain)
    head = "".join(_title(key, value) for key, value in screenplay.title_page if key.casefold() != "notes")
    title = f'<header class="ts-paper-title">{head}</header>' if head else ""
    scene = 0
    parts = []
    for number, elements in enumerate(sheets_of_paper(screenplay.elements), start=1):
        blocks = []
        for element in elements:
            scene += element.kind is Kind.HEADING
            blocks.append(_block(element, scene))
        parts.append(
            f'<section class="ts-paper" aria-label="Page {number}"><span class="ts-paper-number">{number}.</span>'
            f"{title if number == 1 else ''}{''.join(blocks)}</section>"
        )
    return "".join(parts)


def _title(key: str, value: str) -> str:
    name = "title" if key.casefold() == "title" else "credit"
    return f'<p class="{name}">{_styled(value)}</p>'


def _block(element: Element, scene: int) -> str:
    name = _CLASSES.get(element.kind)
    if not name:
        return ""
    mark = f' id="scene-{scene}"' if element.kind is Kind.HEADING else ""
    tag = "h2" if element.kind is Kind.HEADING else "p"
    return f'<{tag} class="{name}"{mark}>{_styled(element.text)}</{tag}>'


def _styled(text: str) -> str:
    return "".join(_run(part.text, sorted(part.styles)) for part in runs(text))


def _run(text: str, styles: list[str]) -> str:
    made = escape(text).replace("\n", "<br>")
    for style in styles:
        made = f"<{_TAGS[style]}>{made}</{_TAGS[style]}>"
    return made
