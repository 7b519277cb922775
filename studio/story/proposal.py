"""What a person asks of the writer, and what the writer proposes. A proposal changes nothing by itself."""

from __future__ import annotations

from studio.story.deciding import Decision, Shift
from studio.story.noun import Noun


class Request(Noun):
    """What is asked, in the person's words, on which tab, and of which scenes: places in the order of the film, from 1.

    No scenes are the whole script.
    """

    text: str
    tab: str = ""
    scenes: tuple[int, ...] = ()


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
