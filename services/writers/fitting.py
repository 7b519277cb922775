"""People as somebody wants them otherwise: a proposal of changed looks and voices, or of another name."""

from __future__ import annotations

from services.writers.dialogue import Dialogue
from services.writers.doctoring import NewName, renamed
from services.writers.looking import choices, traits
from services.writers.prompts import colours, prompt
from services.writers.schema import read_answer, strict_schema
from studio.errors import BadRequest, Garbled
from studio.story.breakdown import Breakdown
from studio.story.cast import Age, Build, Casting, Character, Manner, Presents
from studio.story.deciding import Decision, decide, shifts
from studio.story.fountain import read_fountain, write_fountain
from studio.story.noun import Noun
from studio.story.proposal import Proposal
from studio.takes.briefs import ProposalBrief

_LONGEST = 80  # letters of a change's name


class Restyling(Noun):
    """What would be different about somebody, their look and their voice; None stays."""

    name: str
    age: Age | None = None
    build: Build | None = None
    presents: Presents | None = None
    height: float | None = None
    skin: str | None = None
    hair: str | None = None
    hair_colour: str | None = None
    eyes: str | None = None
    garment: str | None = None
    cloth: str | None = None
    trim: str | None = None
    hat: str | None = None
    face: str | None = None
    manner: Manner | None = None
    pace: float | None = None  # of the voice; 1.0 is its own
    pitch: float | None = None


class Fitting(Noun):
    """What the designer answers."""

    sentence: str
    what: str
    people: tuple[Restyling, ...]
    renamed: tuple[NewName, ...]


def fit(talk: Dialogue, brief: ProposalBrief) -> Proposal:
    """Have a change of people proposed, as a decision that waits to be accepted."""
    offered = choices() | {"name": tuple(one.name for one in brief.cast)}
    values = {"people": "\n".join(map(_described, brief.cast)), "request": brief.request.text.strip()}
    return talk.ask(
        prompt("dna"),
        values,
        lambda text: proposed(read_answer(Fitting, text, offered), brief),
        schema=strict_schema(Fitting, offered),
        aloud="sentence",
    )


def proposed(found: Fitting, brief: ProposalBrief) -> Proposal:
    """A fitting as a proposal; Garbled for what nobody may decide, such as a locked look."""
    sentence, what = " ".join(found.sentence.split()), " ".join(found.what.split())[:_LONGEST]
    if not sentence:
        raise Garbled("it has no sentence for the author")
    if found.renamed:
        changed, names = renamed(read_fountain(brief.fountain), found.renamed, brief.cast)
        return Proposal(sentence=sentence, what=what or "Renamed", fountain=write_fountain(changed), names=names)
    people, decision = Breakdown(title="", cast=brief.cast), _decision(found, brief.cast)
    try:
        different = shifts(people, decide(people, decision))
    except BadRequest as error:
        raise Garbled(str(error), cause=error) from error
    if not different:
        return Proposal(sentence=sentence)
    return Proposal(sentence=sentence, what=what or "People", decision=decision, shifts=different)


def _decision(found: Fitting, cast: tuple[Character, ...]) -> Decision:
    """Looks and voices by id; what is not told stays as it is."""
    known = {one.name: one for one in cast}
    looks, voices = {}, {}
    for one in found.people:
        member = known[one.name]
        if told := traits(one):
            looks[member.id] = told
        heard = {name: value for name, value in (("pace", one.pace), ("pitch", one.pitch)) if value is not None}
        if heard:
            voices[member.id] = Casting.model_validate(member.casting.model_dump() | heard)
    return Decision(looks=looks, voices=voices)


def _described(one: Character) -> str:
    """Somebody's look and voice as the model reads them."""
    told = one.dna.model_dump(mode="json")
    for trait, words in colours().items():
        told[trait] = next((word for word, drawn in words.items() if drawn == told[trait]), told[trait])
    told |= {"pace": one.casting.pace, "pitch": one.casting.pitch}
    locked = " (locked)" if one.locked else ""
    return f"- {one.name}{locked}: " + ", ".join(f"{trait} {value or 'none'}" for trait, value in told.items())
