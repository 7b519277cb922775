"""The screenplay as a writer typed it: a title page and elements in order."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from studio.story.noun import Noun
from studio.story.titling import titled


class Kind(StrEnum):
    """What an element of a screenplay is; the words of the Fountain syntax."""

    HEADING = "heading"
    ACTION = "action"
    CHARACTER = "character"  # the cue: name and extensions, without the ^ of dual dialogue
    PARENTHETICAL = "parenthetical"  # with its brackets
    DIALOGUE = "dialogue"
    LYRIC = "lyric"
    TRANSITION = "transition"
    CENTERED = "centered"
    PAGE_BREAK = "page break"
    SECTION = "section"
    SYNOPSIS = "synopsis"
    NOTE = "note"
    BONEYARD = "boneyard"


class Element(Noun):
    """One element; `text` is the writer's words without the marks that force a kind."""

    kind: Kind
    text: str = ""
    number: str = ""  # scene number of a heading, as typed between the #s
    depth: int = 0  # of a section: how many #
    dual: bool = False  # of a cue: spoken beside the cue before it


class Screenplay(Noun):
    """A title page (keys in order, values may span lines) and the elements."""

    title_page: tuple[tuple[str, str], ...] = Field(default=())
    elements: tuple[Element, ...] = Field(default=())

    @property
    def title(self) -> str:
        """The title page's title on one line, or an empty string."""
        found = next((value for key, value in self.title_page if key.casefold() == "title"), "")
        return titled(found.replace("_", "").replace("*", ""))
