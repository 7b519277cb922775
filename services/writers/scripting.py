"""From an outline to the screenplay: a few minutes at a time, and every part checked before it is believed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from services.writers.dialogue import Dialogue
from services.writers.outlining import Outline, ScenePlan
from services.writers.prompts import prompt
from services.writers.schema import bare
from studio.crew import Errand
from studio.cut.pace import pace
from studio.cut.timeline import cut
from studio.errors import Garbled
from studio.story.breaking import break_down
from studio.story.checking import check
from studio.story.fountain import read_fountain, write_fountain
from studio.story.reading import cue
from studio.story.screenplay import Element, Kind, Screenplay
from studio.takes.briefs import ScriptBrief

_PART = 240  # seconds of film written in one answer
_WORDS_A_SECOND = 1.7  # of speech, with the pauses and actions around it, at the cut's pace
_TOKENS_A_SECOND = 12  # of film, with room to spare
_SHORT, _LONG = 0.55, 1.7  # of the length wanted, within which a part is believed
_REMEMBERED = 1500  # letters of what was written before, shown for the next part
_FPS = 24
_HEADING = re.compile(r"^\s*#+\s*(?=\W*(?:INT|EXT)\b)")
_BOLD = re.compile(r"^\s*\*\*([^*]+)\*\*\s*$")
_SIGNS = str.maketrans({"\u2010": "-", "\u2011": "-", "\u202f": "\u00a0"})


def script(talk: Dialogue, outline: Outline, brief: ScriptBrief, errand: Errand) -> Screenplay:
    """Have the scenes of an outline written; `errand` hears how far it is."""
    written: list[Element] = []
    parts = list(_parts(outline.scenes))
    for number, part in enumerate(parts, start=1):
        written += _part(talk, outline, brief, part, tuple(written)).elements
        errand.moved(0.2 + 0.5 * number / len(parts))
    return Screenplay(elements=tuple(written))


def _parts(scenes: Sequence[ScenePlan]) -> Iterator[range]:
    """Places of neighbouring scenes that are written in one go."""
    start, seconds = 0, 0
    for at, scene in enumerate(scenes):
        if at > start and seconds + scene.seconds > _PART:
            yield range(start, at)
            start, seconds = at, 0
        seconds += scene.seconds
    yield range(start, len(scenes))


def _part(talk: Dialogue, outline: Outline, brief: ScriptBrief, part: range, before: tuple[Element, ...]) -> Screenplay:
    plans = [outline.scenes[at] for at in part]
    seconds = sum(plan.seconds for plan in plans)
    told = write_fountain(Screenplay(elements=before)) if before else ""
    values = {
        "pitch": brief.text.strip(),
        "seconds": brief.seconds,
        "outline": outline.told,
        "scenes": ", ".join(str(at + 1) for at in part),
        "words": round(seconds * _WORDS_A_SECOND),
        "headings": "\n".join(plan.heading for plan in plans),
        "before": f"What was written before ends so:\n\n{told[-_REMEMBERED:]}" if told else "",
    }
    asked = prompt("script")
    most = max(asked.most, seconds * _TOKENS_A_SECOND)
    return talk.ask(asked, values, lambda text: believed(text, outline, plans), most=most)


def believed(text: str, outline: Outline, plans: Sequence[ScenePlan]) -> Screenplay:
    """The scenes of an answer under the headings that were planned; Garbled says what is wrong with them."""
    screenplay = _from_first_heading(read_fountain(undressed(bare(text))))
    headings = [one for one in screenplay.elements if one.kind is Kind.HEADING]
    if len(headings) != len(plans):
        raise Garbled(f"it has {len(headings)} scenes with a heading, and {len(plans)} were asked for")
    _check_people(screenplay, outline)
    fixed = _headed(screenplay, plans)
    faults = [remark for remark in check(write_fountain(fixed)) if remark.error or "Nothing happens" in remark.text]
    if faults:
        raise Garbled(faults[0].text)
    _check_length(fixed, sum(plan.seconds for plan in plans))
    return fixed


def undressed(text: str) -> str:
    """Without what some models dress scenes in: Markdown around headings and names, signs few fonts have."""
    lines = (_BOLD.sub(r"\1", _HEADING.sub("", line)) for line in text.translate(_SIGNS).split("\n"))
    return "\n".join(lines)


def _from_first_heading(screenplay: Screenplay) -> Screenplay:
    """Without the title page and the talk some models put before the first scene."""
    start = next((at for at, one in enumerate(screenplay.elements) if one.kind is Kind.HEADING), 0)
    return Screenplay(elements=screenplay.elements[start:])


def _headed(screenplay: Screenplay, plans: Sequence[ScenePlan]) -> Screenplay:
    planned = iter(plans)
    elements = tuple(
        Element(kind=Kind.HEADING, text=next(planned).heading) if one.kind is Kind.HEADING else one
        for one in screenplay.elements
    )
    return Screenplay(elements=elements)


def _check_people(screenplay: Screenplay, outline: Outline) -> None:
    known = {one.cue for one in outline.people}
    cues = [cue(one.text).name.upper() for one in screenplay.elements if one.kind is Kind.CHARACTER]
    strangers = sorted({name for name in cues if name not in known})
    if strangers:
        raise Garbled(f"{', '.join(strangers)} speak and are not among the people: {', '.join(sorted(known))}")
    if not cues:
        raise Garbled("nobody speaks in it: a name in CAPITALS stands alone above the words, under an empty line")


def _check_length(screenplay: Screenplay, wanted: int) -> None:
    found = runs(screenplay)
    if not wanted * _SHORT <= found <= wanted * _LONG:
        words = round(abs(wanted - found) * _WORDS_A_SECOND)
        more = f"{words} words of speech {'more' if found < wanted else 'less'}"
        raise Garbled(f"it runs about {round(found)} seconds and should run {wanted}: about {more}")


def runs(screenplay: Screenplay) -> float:
    """Seconds a screenplay runs as the studio would cut it, without its cards."""
    cards = pace().title + pace().end
    return cut(break_down(screenplay), {}, _FPS).frames / _FPS - cards
