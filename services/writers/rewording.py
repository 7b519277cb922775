"""A passage put otherwise: the model gives the passage alone, so nothing around it can change."""

from __future__ import annotations

from services.writers.dialogue import Dialogue
from services.writers.prompts import prompt
from services.writers.schema import bare, read_answer, strict_schema
from services.writers.scripting import undressed
from studio.errors import Garbled
from studio.story.checking import check
from studio.story.fountain import read_fountain, write_fountain
from studio.story.noun import Noun
from studio.story.passage import happens, passage, with_passage
from studio.story.proposal import Proposal
from studio.story.screenplay import Element, Kind, Screenplay
from studio.takes.briefs import ProposalBrief

_LONGEST = 80  # letters of a change's name
_HEADING = "INT. SOMEWHERE - DAY\n\n"  # put before a passage to read it as one, and taken away again


class Rewording(Noun):
    """What the doctor answers; without a text the passage stays."""

    sentence: str
    what: str
    text: str | None


def reword(talk: Dialogue, brief: ProposalBrief) -> Proposal:
    """Have a passage of one scene put otherwise; BadRequest when the script has no such passage."""
    screenplay = read_fountain(brief.fountain)
    old = passage(screenplay, brief.request) or range(0)
    values = {
        "request": brief.request.text.strip(),
        "before": _fountain(screenplay.elements[: old.start]),
        "passage": _fountain(screenplay.elements[old.start : old.stop]),
        "after": _fountain(screenplay.elements[old.stop :]),
    }
    return talk.ask(
        prompt("passage"),
        values,
        lambda text: reworded(read_answer(Rewording, text), screenplay, old, brief),
        schema=strict_schema(Rewording),
        aloud="sentence",
    )


def reworded(found: Rewording, screenplay: Screenplay, old: range, brief: ProposalBrief) -> Proposal:
    """A rewording as a proposal with the whole new text; Garbled says what cannot be done."""
    sentence = " ".join(found.sentence.split())
    if not sentence:
        raise Garbled("it has no sentence for the author")
    if found.text is None:
        return Proposal(sentence=sentence)
    changed = with_passage(screenplay, old, _elements(found.text))
    if not happens(changed, brief.request.scenes[0]):
        raise Garbled("nothing would happen in the scene any more")
    text = write_fountain(changed)
    if text == write_fountain(screenplay):
        return Proposal(sentence=sentence)
    faults = [remark for remark in check(text) if remark.error]
    if faults:
        raise Garbled(faults[0].text)
    return Proposal(sentence=sentence, what=" ".join(found.what.split())[:_LONGEST] or "Reworded", fountain=text)


def _elements(text: str) -> tuple[Element, ...]:
    found = read_fountain(_HEADING + undressed(bare(text)).strip()).elements[1:]
    if any(one.kind is Kind.HEADING for one in found):
        raise Garbled("a passage has no scene heading; give the passage alone")
    return found


def _fountain(elements: tuple[Element, ...]) -> str:
    return write_fountain(Screenplay(elements=elements)).strip()
