"""The script doctor: a change of a screenplay as a proposal, in which only the scenes that were named can change."""

from __future__ import annotations

from collections.abc import Sequence

from services.writers.dialogue import Dialogue
from services.writers.prompts import prompt
from services.writers.schema import bare, read_answer, strict_schema
from services.writers.scripting import undressed
from studio.errors import Garbled
from studio.story.cast import Character
from studio.story.checking import check
from studio.story.fountain import read_fountain, write_fountain
from studio.story.noun import Noun
from studio.story.proposal import Proposal
from studio.story.renaming import rename
from studio.story.roster import slug
from studio.story.screenplay import Element, Kind, Screenplay
from studio.story.stretches import Stretch, replaced, stretches, with_scene, without_scene
from studio.takes.briefs import ProposalBrief

_LONGEST = 80  # letters of a change's name, or of a person's
_TOKENS_A_LETTER = 0.5  # of a rewritten scene, with room for what is around it


class NewText(Noun):
    """A scene as it would read."""

    scene: int
    text: str


class NewScene(Noun):
    """A scene that would come after another one; 0 is the very beginning."""

    after: int
    text: str


class NewName(Noun):
    """Somebody who would be called otherwise."""

    old: str
    new: str


class Revision(Noun):
    """What the doctor answers."""

    sentence: str
    what: str
    scenes: tuple[NewText, ...]
    added: tuple[NewScene, ...]
    removed: tuple[int, ...]
    renamed: tuple[NewName, ...]


def doctor(talk: Dialogue, brief: ProposalBrief) -> Proposal:
    """Have a change of the screenplay proposed."""
    screenplay = read_fountain(brief.fountain)
    numbers = brief.request.scenes
    about = f"scene {', '.join(map(str, numbers))}, and no other may change" if numbers else "the whole screenplay"
    values = {"request": brief.request.text.strip(), "about": about, "fountain": _numbered(screenplay)}
    asked = prompt("doctor")
    return talk.ask(
        asked,
        values,
        lambda text: proposed(read_answer(Revision, text), screenplay, brief),
        schema=strict_schema(Revision),
        most=max(asked.most, round(len(brief.fountain) * _TOKENS_A_LETTER)),
        aloud="sentence",
    )


def _numbered(screenplay: Screenplay) -> str:
    """The scenes as the doctor reads them, each under its place in the film."""
    shown = []
    for one in stretches(screenplay):
        text = write_fountain(Screenplay(elements=screenplay.elements[one.start : one.end])).strip()
        shown.append(f"<scene number={one.number}>\n{text}\n</scene>")
    return "\n".join(shown)


def proposed(found: Revision, screenplay: Screenplay, brief: ProposalBrief) -> Proposal:
    """A revision as a proposal with the whole new text; Garbled says what cannot be done."""
    sentence = " ".join(found.sentence.split())
    if not sentence:
        raise Garbled("it has no sentence for the author")
    _check_scenes(found, stretches(screenplay), brief.request.scenes)
    changed = _rewritten(screenplay, found)
    changed, names = renamed(changed, found.renamed, brief.cast)
    if changed == screenplay:
        return Proposal(sentence=sentence)
    text = write_fountain(changed)
    faults = [remark for remark in check(text) if remark.error]
    if faults:
        raise Garbled(faults[0].text)
    what = " ".join(found.what.split())[:_LONGEST] or "Rewritten"
    return Proposal(sentence=sentence, what=what, fountain=text, names=names)


def _check_scenes(found: Revision, known: tuple[Stretch, ...], named: tuple[int, ...]) -> None:
    touched = [one.scene for one in found.scenes] + list(found.removed)
    if len(set(touched)) < len(touched):
        raise Garbled("a scene is named twice in it")
    missing = sorted({*touched, *(one.after for one in found.added)} - {0, *(one.number for one in known)})
    if missing or 0 in touched:
        raise Garbled(f"there is no scene {(missing or [0])[0]}; they are numbered 1 to {len(known)}")
    foreign = sorted(set(touched) - set(named)) if named else []
    if foreign:
        raise Garbled(f"scene {foreign[0]} would change, and only {', '.join(map(str, named))} may")
    if known and len(found.removed) == len(known) and not found.added:
        raise Garbled("nothing would be left")


def _rewritten(screenplay: Screenplay, found: Revision) -> Screenplay:
    """The screenplay with every scene as proposed; the last ones first, so that places stay what they were."""
    known = {one.number: one for one in stretches(screenplay)}
    texts = {one.scene: one.text for one in found.scenes}
    after = {number: [one.text for one in found.added if one.after == number] for number in (0, *known)}
    for number in sorted(known, reverse=True):
        for text in reversed(after[number]):
            screenplay = with_scene(screenplay, number, _scene(text))
        if number in texts:
            screenplay = replaced(screenplay, known[number].start, known[number].end, _scene(texts[number]))
        elif number in found.removed:
            screenplay = without_scene(screenplay, number)
    for text in reversed(after[0]):
        screenplay = with_scene(screenplay, 0, _scene(text))
    return screenplay


def _scene(text: str) -> tuple[Element, ...]:
    """One scene as elements, its heading first."""
    elements = read_fountain(undressed(bare(text))).elements
    headings = [at for at, one in enumerate(elements) if one.kind is Kind.HEADING]
    if headings != [0]:
        raise Garbled("a scene must begin with its heading, as in INT. KITCHEN - NIGHT, and have no other")
    if not any(one.kind in (Kind.ACTION, Kind.DIALOGUE, Kind.LYRIC) for one in elements):
        raise Garbled("nothing happens in a scene")
    return elements


def renamed(
    screenplay: Screenplay, wanted: Sequence[NewName], cast: Sequence[Character]
) -> tuple[Screenplay, dict[str, str]]:
    """The screenplay with people called otherwise wherever they are named, and their ids; Garbled when they cannot."""
    known = {slug(one.name): one for one in cast}
    names: dict[str, str] = {}
    for one in wanted:
        member, new = known.get(slug(one.old)), " ".join(one.new.split())[:_LONGEST]
        if member is None or not any(letter.isalpha() for letter in new):
            raise Garbled(f"{one.old} cannot be called {one.new!r}: the people are {', '.join(c.name for c in cast)}")
        if slug(new) in known and known[slug(new)].id != member.id:
            raise Garbled(f"somebody is called {new} already")
        screenplay = rename(screenplay, member.name, new)
        names[member.id] = new.upper() if member.name.isupper() else new
    return screenplay, names
