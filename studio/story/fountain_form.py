"""What a line of Fountain can be, and the one form elements take however they were typed; it reads no files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from studio.story.fountain_text import CONTINUED, asides, close_off, continued, logical_lines, unix, without_asides
from studio.story.screenplay import Element, Kind

_SETTING = re.compile(r"(?:INT\.?/EXT|EXT\.?/INT|INT|EXT|I\.?/E|EST(?=\.))[. ]", re.IGNORECASE)
_ESTABLISHING = "EST "  # "Est assise une femme" is French action, not a heading
_LOWER_IN_CAPITALS = frozenset("ßªº")  # lower case to Unicode, yet typed in names that are all capitals
_GROUP = re.compile(r"\([^()]*\)|（[^（）]*）")
_ONE_LINE = frozenset({Kind.HEADING, Kind.CHARACTER, Kind.TRANSITION, Kind.SECTION, Kind.SYNOPSIS})
_SPEECH = frozenset({Kind.DIALOGUE, Kind.PARENTHETICAL})
OPENING = ("(", "（")


def is_upper(text: str) -> bool:
    """Whether a text has capitals and no small letters, in any script that has both."""
    return any(char.isupper() for char in text) and not any(
        char.islower() and char not in _LOWER_IN_CAPITALS for char in text
    )


def is_heading(line: str) -> bool:
    """Whether a line reads as a scene heading without being forced."""
    return bool(_SETTING.match(line)) or line.startswith(_ESTABLISHING)


def is_transition(line: str) -> bool:
    """Whether a line reads as a transition without being forced; a space after the colon makes it action."""
    return line.endswith("TO:") and is_upper(line)


def is_cue(line: str) -> bool:
    """Whether a line can be a character's cue without being forced: capitals outside its brackets."""
    name = _GROUP.sub("", without_asides(line)).split("(")[0]
    return is_upper(name) and not is_heading(line) and not is_transition(line)


def is_page_break(line: str) -> bool:
    """Whether a line is three or more equals signs and nothing else."""
    return len(line) >= 3 and not line.strip("=")


def is_centered(line: str) -> bool:
    """Whether a line stands between > and <, with something in between."""
    return line[0] == ">" and line[-1] == "<" and line[-2] != "\\" and bool(line[1:-1].strip())


def depth(text: str) -> int:
    """How many brackets are open at the end of a text."""
    opened = sum(text.count(mark) for mark in OPENING)
    return opened - text.count(")") - text.count("）")


def is_parenthetical(line: str) -> bool:
    """Whether a line is all in brackets."""
    bare = without_asides(line).strip()
    if not bare.startswith(OPENING):
        return False
    opened = 0
    for char in bare:
        if char in OPENING:
            opened += 1
        elif char in ")）":
            opened = max(0, opened - 1)
        elif not opened and not char.isspace():
            return False
    return not opened


def standing_asides(line: str) -> list[Element] | None:
    """The notes and boneyards of a line that holds nothing else, or None."""
    stripped = line.strip()
    if not stripped.startswith(("[[", "/*")):
        return None
    found: list[Element] = []
    done = 0
    for start, end in asides(stripped):
        if stripped[done:start].strip():
            return None
        kind = Kind.NOTE if stripped[start] == "[" else Kind.BONEYARD
        found.append(Element(kind=kind, text=stripped[start + 2 : end - 2]))
        done = end
    return None if stripped[done:].strip() else found


def split_number(text: str) -> tuple[str, str]:
    """Part a heading from the scene number between #s at its end."""
    if not text.endswith("#"):
        return text, ""
    start = text.rfind("#", 0, -1)
    number = text[start + 1 : -1]
    if start < 1 or not number or clean_number(number) != number or not text[:start].strip():
        return text, ""
    return text[:start].rstrip(), number


def clean_number(number: str) -> str:
    """Keep of a scene number what Fountain allows: letters, digits, dashes and full stops."""
    return "".join(char for char in number if char.isalnum() or char in "-.")


def is_aside(element: Element) -> bool:
    """Whether an element can stand within a speech without ending it."""
    return element.kind is Kind.NOTE or (element.kind is Kind.BONEYARD and "\n" not in element.text)


def classify(line: str, following: str, *, fresh: bool) -> Kind:
    """What a line outside a speech is; `fresh` when nothing stands above it, `following` is the next line."""
    bare = line.strip()
    forced = _forced(bare)
    if forced in (Kind.ACTION, Kind.SECTION, Kind.SYNOPSIS, Kind.PAGE_BREAK, Kind.LYRIC, Kind.CENTERED):
        return forced
    if not fresh:
        return Kind.ACTION
    if forced is not None:
        return forced
    if is_heading(bare):
        return Kind.HEADING
    if is_transition(line.lstrip()):
        return Kind.TRANSITION
    if following.strip() and is_cue(bare) and not is_heading(following.strip()):
        return Kind.CHARACTER
    return Kind.ACTION


def _forced(bare: str) -> Kind | None:
    """The kind a line's first character asks for, if it does."""
    rest = bare[1:].strip()
    match bare[0]:
        case "!":
            return Kind.ACTION
        case "#":
            return Kind.SECTION if bare.lstrip("#").strip() else None
        case "=":
            return Kind.PAGE_BREAK if is_page_break(bare) else (Kind.SYNOPSIS if rest else None)
        case "~":
            return Kind.LYRIC if rest else None
        case ">" if rest:
            return Kind.CENTERED if is_centered(bare) else Kind.TRANSITION
        case "@" if rest and rest != "^":
            return Kind.CHARACTER
        case "." if bare[1:2].isalnum() or bare[1:2] == "\\":
            return Kind.HEADING
    return None


def settle(elements: Iterable[Element]) -> tuple[Element, ...]:
    """Bring elements into the form reading gives: nothing empty, one speech per run of lines, every speech with a cue.

    No word changes. Speech without a cue goes to whoever spoke last, and is action where nobody has spoken yet.
    """
    tidy = (part for element in elements for part in _tidy(element))
    settled: list[Element] = []
    for element in _cued(tidy):
        last = settled[-1] if settled else None
        if last is not None and last.kind is element.kind is Kind.DIALOGUE:
            settled[-1] = last.model_copy(update={"text": f"{last.text}\n{element.text}"})
        else:
            settled.append(element)
    return tuple(settled)


def _cued(elements: Iterable[Element]) -> Iterator[Element]:
    speaking = False
    cue = ""
    for element in elements:
        if element.kind is Kind.CHARACTER:
            speaking, cue = True, element.text
        elif element.kind in _SPEECH and not speaking:
            if not cue:
                yield from _tidy(Element(kind=Kind.ACTION, text=element.text))
                continue
            yield Element(kind=Kind.CHARACTER, text=cue)
            speaking = True
        elif element.kind not in _SPEECH and element.kind is not Kind.LYRIC and not is_aside(element):
            speaking = False
        yield element


def _tidy(element: Element) -> Iterator[Element]:
    """One element's words without what only lays them out; none, one or several elements."""
    text = unix(element.text)
    if element.kind is Kind.PAGE_BREAK:
        yield Element(kind=Kind.PAGE_BREAK)
    elif element.kind in _ONE_LINE:
        yield from _tidy_line(element, text)
    elif element.kind is Kind.PARENTHETICAL:
        yield from _tidy_parenthetical(text)
    elif element.kind in (Kind.NOTE, Kind.BONEYARD):
        yield from _tidy_aside(element.kind, text)
    else:
        yield from _tidy_lines(element.kind, text)


def _tidy_line(element: Element, text: str) -> Iterator[Element]:
    notes: list[Element] = []
    while spans := list(asides(text)):
        for start, end in spans:
            notes.extend(standing_asides(text[start:end]) or ())
        text = without_asides(text)
    if notes or element.kind is Kind.CHARACTER:
        text = close_off(text, "[[", "/*")
    text = _one_line(text)
    number = clean_number(element.number)
    if element.kind is Kind.HEADING and not number:
        text, number = split_number(text)
    if text:
        yield Element(
            kind=element.kind,
            text=text,
            number=number if element.kind is Kind.HEADING else "",
            depth=max(1, element.depth) if element.kind is Kind.SECTION else 0,
            dual=element.dual and element.kind is Kind.CHARACTER,
        )
    for note in notes:
        yield from _tidy_aside(note.kind, note.text)


def _tidy_parenthetical(text: str) -> Iterator[Element]:
    line = _one_line(text)
    if line:
        wrapped = line if is_parenthetical(line) else f"({line})"
        yield Element(kind=Kind.PARENTHETICAL if is_parenthetical(wrapped) else Kind.DIALOGUE, text=wrapped)


def _tidy_aside(kind: Kind, text: str) -> Iterator[Element]:
    close, apart = ("]]", "] ]") if kind is Kind.NOTE else ("*/", "* /")
    while close in text:
        text = text.replace(close, apart)
    lines = [line.rstrip() for line in text.strip().split("\n")]
    if any(lines):
        yield Element(kind=kind, text="\n".join(lines))


def _tidy_lines(kind: Kind, text: str) -> Iterator[Element]:
    """Action, dialogue, lyrics and centred text: lines that may hold notes over several lines."""
    kept: list[str] = []
    for line in logical_lines(_laid_out(kind, text)):
        trimmed = _trimmed(line, kind)
        lifted = standing_asides(line) if kind is Kind.DIALOGUE or (line.startswith("/*") and "\n" in line) else None
        if lifted is None and kind is Kind.DIALOGUE:
            kept.append(trimmed)
            continue
        if lifted is None and kind is Kind.ACTION and trimmed:
            kept.append(trimmed)
            continue
        yield from _block(kind, kept)
        kept = []
        if lifted is not None:
            for aside in lifted:
                yield from _tidy_aside(aside.kind, aside.text)
        elif trimmed:
            yield Element(kind=kind, text=trimmed)
    yield from _block(kind, kept)


def _block(kind: Kind, lines: list[str]) -> Iterator[Element]:
    text = "\n".join(lines).strip("\n")
    if text.strip():
        yield Element(kind=kind, text=text)


def _trimmed(line: str, kind: Kind) -> str:
    """A line without the spaces that only lay it out; action keeps its indentation."""
    parts = (line.rstrip() if kind is Kind.ACTION else line.strip()).split("\n")
    if kind is Kind.ACTION:
        return "\n".join(part if part == CONTINUED else part.rstrip() for part in parts)
    return "\n".join(part if part == CONTINUED else part.strip() for part in parts)


def _laid_out(kind: Kind, text: str) -> str:
    if kind is Kind.ACTION:
        return text.replace("\t", "    ")
    return continued(text) if kind is Kind.DIALOGUE else text


def _one_line(text: str) -> str:
    return " ".join(part.strip() for part in text.split("\n") if part.strip())
