"""What a person asks of the writer, and what the writer proposes. A proposal changes nothing by itself."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from studio.story.deciding import Decision, Shift
from studio.story.noun import Noun


class Request(Noun):
    """What is asked, in the person's words, on which tab, and of which scenes: places in the order of the film, from 1.

    No scenes are the whole script. A passage is a part of one scene: its first and its last beat, from 1.
    """

    text: str
    tab: str = ""
    scenes: tuple[int, ...] = ()
    # Left out of a recipe where there is none: what was asked before is the question it was.
    passage: Annotated[tuple[int, int] | None, Field(exclude_if=lambda given: given is None)] = None


class Question(Noun):
    """A request on its way to the writer; `by` names the process that asks."""

    request: Request
    by: str = ""


class Proposal(Noun):
    """What would change: the whole new text and who is called differently in it, or a decision; or nothing, and why.

    `what` names the change in the list of versions.
    """

    sentence: str
    what: str = ""
    fountain: str = ""  # empty when the text would stay as it is
    names: dict[str, str] = {}  # noqa: RUF012  Character.id -> new name; pydantic copies defaults

    decision: Decision = Decision()
    shifts: tuple[Shift, ...] = ()  # what the decision would change, in words

    @property
    def changes(self) -> bool:
        """Whether there is anything to accept."""
        return bool(self.fountain) or not self.decision.empty
