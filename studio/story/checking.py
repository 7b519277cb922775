"""Checks a screenplay's text line by line: what cannot be read, and what is read otherwise than it may be meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from studio.errors import BadScript
from studio.story.fountain import read_fountain
from studio.story.fountain_form import is_cue, is_heading
from studio.story.fountain_text import unix
from studio.story.fountain_title import title_page
from studio.story.lexicon import lexicon
from studio.story.noun import Noun
from studio.story.reading import cue, sheets
from studio.story.roster import slug
from studio.story.scouting import read_heading
from studio.story.screenplay import Element, Kind
from studio.story.source import read_script

_NAME = "screenplay.fountain"
_ALIKE = 0.82  # how alike two names are that may be one
_LONG_CUE = 38  # letters, from which capitals are rather a shout than a name
_FORCED = ".@"
_AFTER = "#(^"  # what may follow a heading or a cue on its line


class Remark(Noun):
    """Something to look at in a script; `line` counts from 1, 0 is all of it. A text with an error cannot be kept."""

    line: int
    text: str
    error: bool = False


def check(text: str) -> tuple[Remark, ...]:
    """Everything to say about a text, errors first, then by line."""
    if not text.strip():
        return (Remark(line=0, text="There is no text.", error=True),)
    try:
        read_script(_NAME, text.encode())
    except BadScript as error:
        told = error.detail.removeprefix(f"line {error.line}: ").replace(_NAME, "This")
        return (Remark(line=error.line, text=told, error=True),)
    source = unix(text)
    lines = source.split("\n")
    placed = list(_placed(source, lines))
    remarks = [*_headings(placed), *_cues(placed), *_strays(lines, placed), *_marks(lines), *_empty(source, placed)]
    return tuple(sorted(remarks, key=lambda one: (one.line, one.text)))


def _placed(source: str, lines: Sequence[str]) -> Iterator[tuple[int, Element]]:
    """Headings and cues with the line each stands on."""
    _, body = title_page(source)
    at = len(lines) - len(body.split("\n"))
    for element in read_fountain(source).elements:
        if element.kind not in (Kind.HEADING, Kind.CHARACTER):
            continue
        found = next((n for n in range(at, len(lines)) if _reads_as(lines[n], element.text)), None)
        if found is not None:
            yield found + 1, element
            at = found + 1


def _reads_as(line: str, text: str) -> bool:
    """Whether a heading or a cue stands on a line, alone but for its number or a remark in brackets."""
    bare = line.strip().lstrip(_FORCED).lstrip()
    return bare.startswith(text) and bare[len(text) :].strip()[:1] in ("", *_AFTER)


def _headings(placed: Sequence[tuple[int, Element]]) -> Iterator[Remark]:
    told: set[str] = set()
    for line, element in placed:
        if element.kind is not Kind.HEADING:
            continue
        read = read_heading(element.text)
        known = any(lexicon("places", side).first(read.place) for side in ("interior", "exterior"))
        if not known and slug(read.place) not in told:
            told.add(slug(read.place))
            built = "a street" if read.interior is False else "a room"
            yield Remark(line=line, text=f"No set is known for “{read.place}”; unless the action tells, it is {built}.")
        if read.time is None and not read.later:
            yield Remark(line=line, text="No time of day: it stays what it was in the scene before, or day.")


def _cues(placed: Sequence[tuple[int, Element]]) -> Iterator[Remark]:
    spoken = [(line, cue(element.text).name) for line, element in placed if element.kind is Kind.CHARACTER]
    often = Counter(slug(name) for _, name in spoken)
    names = {slug(name): name for _, name in spoken}
    for line, name in spoken:
        if often[slug(name)] > 1:
            continue
        usual = [one for one in names if often[one] > 1 and len(one) > 2]
        near = get_close_matches(slug(name), usual, n=1, cutoff=_ALIKE)
        if near:
            yield Remark(line=line, text=f"“{name}” speaks only here. Is it {names[near[0]]}?")


def _strays(lines: Sequence[str], placed: Sequence[tuple[int, Element]]) -> Iterator[Remark]:
    """Lines that look like a heading or a cue, and are read as action or speech."""
    known = {line for line, _ in placed}
    names = {slug(cue(element.text).name) for _, element in placed if element.kind is Kind.CHARACTER}
    for number, line in enumerate(lines, start=1):
        bare = line.strip()
        if not bare or number in known or bare[0] in "!>#=~[/":
            continue
        after = lines[number].strip() if number < len(lines) else ""
        if is_heading(bare) and bare.isupper():
            yield Remark(line=number, text="Looks like a heading, but no empty line is above it: it is read as action.")
        elif is_cue(bare) and len(bare) < _LONG_CUE and slug(cue(bare).name) in names:
            missing = "no words follow" if not after else "no empty line is above it"
            yield Remark(line=number, text=f"Looks like {cue(bare).name} speaks, but {missing}: it is read as action.")


def _marks(lines: Sequence[str]) -> Iterator[Remark]:
    """Notes and boneyards nobody closes."""
    text = "\n".join(lines)
    for opens, closes, name in (("[[", "]]", "note"), ("/*", "*/", "boneyard")):
        if text.count(opens) > text.count(closes):
            last = text.rfind(opens)
            yield Remark(
                line=text.count("\n", 0, last) + 1, text=f"A {name} begins with {opens} and no {closes} ends it."
            )


def _empty(source: str, placed: Sequence[tuple[int, Element]]) -> Iterator[Remark]:
    """Scenes in which nothing happens."""
    heads = [line for line, element in placed if element.kind is Kind.HEADING]
    read = sheets(read_fountain(source))
    if not heads:
        yield Remark(line=0, text="No scene heading, as in INT. KITCHEN - NIGHT: all of it is one scene somewhere.")
    elif len(read) == len(heads):
        for line, sheet in zip(heads, read, strict=True):
            if not sheet.beats:
                yield Remark(line=line, text="Nothing happens in this scene: it has neither action nor speech.")
