"""What the offline writer answers with: sentences from data/words/writer/answers.toml."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from services.offline.writer.lexicon import table
from studio.story.breakdown import Breakdown
from studio.story.fountain import write_fountain
from studio.story.proposal import Proposal
from studio.story.screenplay import Screenplay


def words(name: str, **values: object) -> str:
    """A sentence of a proposal, filled in."""
    return str(table("answers.toml")["proposal"][name]).format(**values)


def said(name: str, **values: object) -> Proposal:
    """An answer that changes nothing."""
    return Proposal(sentence=str(table("answers.toml")["nothing"][name]).format(**values))


def proposed(screenplay: Screenplay, sentence: str, what: str, names: dict[str, str] | None = None) -> Proposal:
    """A proposal with the whole new text."""
    return Proposal(sentence=sentence, what=what, fountain=write_fountain(screenplay), names=names or {})


def where(breakdown: Breakdown, scenes: Collection[int]) -> str:
    """Names scenes as they are numbered on the page: Scene 2, Scenes 1 and 3, The whole script."""
    if not scenes or len(scenes) == len(breakdown.scenes):
        return "The whole script"
    numbers = [breakdown.scenes[at - 1].number for at in sorted(scenes)]
    return f"Scene {numbers[0]}" if len(numbers) == 1 else f"Scenes {listed(numbers)}"


def listed(names: Sequence[str]) -> str:
    """Names in a row: a, b and c."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""
