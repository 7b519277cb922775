"""The looks of people in the workshop's own traits: a whole cast's from the screenplay, or a change somebody asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from services.writers.dialogue import Dialogue
from services.writers.prompts import colours, prompt
from services.writers.schema import read_answer, strict_schema
from studio.errors import BadRequest, Garbled
from studio.story.breakdown import Breakdown
from studio.story.cast import DNA, Age, Build, Character, Manner, Presents
from studio.story.deciding import Decision, decide, shifts
from studio.story.designing import LOWEST, TALLEST, parts
from studio.story.noun import Noun
from studio.story.proposal import Proposal
from studio.takes.briefs import ProposalBrief

_PARTS = ("hair", "garment", "hat", "face")
_LONGEST = 80  # letters of a change's name


class Look(Noun):
    """How somebody looks, in words; hair, garment, hat and face name parts, colours name data/prompts/traits.toml."""

    name: str
    age: Age
    build: Build
    presents: Presents
    height: float
    skin: str
    hair: str
    hair_colour: str
    eyes: str
    garment: str
    cloth: str
    trim: str
    hat: str
    face: str
    manner: Manner


class Looks(Noun):
    """Everybody's look."""

    people: tuple[Look, ...]


class Restyling(Noun):
    """What would be different about somebody; None stays."""

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


class Fitting(Noun):
    """A proposal of changed looks."""

    sentence: str
    what: str
    people: tuple[Restyling, ...]


@cache
def _choices() -> dict[str, tuple[str, ...]]:
    """The values a trait may have."""
    return {part: parts(part) for part in _PARTS} | {trait: tuple(words) for trait, words in colours().items()}


def looks(talk: Dialogue, fountain: str, names: Sequence[str]) -> dict[str, DNA]:
    """Have everybody's look designed: name -> DNA, in the order of the names."""
    choices = _choices() | {"name": tuple(names)}

    def believed(text: str) -> dict[str, DNA]:
        found = {one.name: one for one in read_answer(Looks, text, choices).people}
        if missing := [name for name in names if name not in found]:
            raise Garbled(f"{', '.join(missing)} are missing")
        return {name: DNA.model_validate(_traits(found[name])) for name in names}

    values = {"names": ", ".join(names), "fountain": fountain}
    return talk.ask(prompt("looks"), values, believed, schema=strict_schema(Looks, choices))


def restyle(talk: Dialogue, brief: ProposalBrief) -> Proposal:
    """Have a change of looks proposed, as a decision that waits to be accepted."""
    people = Breakdown(title="", cast=brief.cast)
    known = {one.name: one for one in brief.cast}
    choices = _choices() | {"name": tuple(known)}

    def believed(text: str) -> Proposal:
        found = read_answer(Fitting, text, choices)
        return proposed(found, known, people)

    values = {"people": "\n".join(map(_described, brief.cast)), "request": brief.request.text.strip()}
    return talk.ask(prompt("dna"), values, believed, schema=strict_schema(Fitting, choices))


def proposed(found: Fitting, known: Mapping[str, Character], people: Breakdown) -> Proposal:
    """A fitting as a proposal; Garbled for what nobody may decide, such as a locked look."""
    traits = {known[one.name].id: _traits(one) for one in found.people}
    decision = Decision(looks={who: changed for who, changed in traits.items() if changed})
    try:
        changed = shifts(people, decide(people, decision))
    except BadRequest as error:
        raise Garbled(str(error), cause=error) from error
    sentence = " ".join(found.sentence.split())
    if not sentence:
        raise Garbled("it has no sentence for the author")
    if not changed:
        return Proposal(sentence=sentence)
    what = " ".join(found.what.split())[:_LONGEST] or "Looks"
    return Proposal(sentence=sentence, what=what, decision=decision, shifts=changed)


def _traits(look: Look | Restyling) -> dict[str, object]:
    """Traits as DNA has them: colours by their hex, a height within what can be drawn."""
    told = {name: value for name, value in look.model_dump(exclude={"name"}).items() if value is not None}
    for trait, words in colours().items():
        if trait in told:
            told[trait] = words[told[trait]]
    if "height" in told:
        told["height"] = round(min(TALLEST, max(LOWEST, told["height"])), 2)
    return told


def _described(one: Character) -> str:
    """Somebody's look as the model reads it."""
    told = one.dna.model_dump(mode="json")
    for trait, words in colours().items():
        told[trait] = next((word for word, drawn in words.items() if drawn == told[trait]), told[trait])
    locked = " (locked)" if one.locked else ""
    return f"- {one.name}{locked}: " + ", ".join(f"{trait} {value or 'none'}" for trait, value in told.items())
