"""Screenplays as Fountain text: reading; writing is in fountain_out, the inside of a line in fountain_text."""

from __future__ import annotations

from collections.abc import Iterator

from studio.story.fountain_form import OPENING, classify, depth, is_parenthetical, settle, split_number, standing_asides
from studio.story.fountain_out import write_fountain
from studio.story.fountain_text import logical_lines, plain, unix
from studio.story.fountain_title import title_page
from studio.story.screenplay import Element, Kind, Screenplay

__all__ = ["plain", "read_fountain", "write_fountain"]

_ENDS_PARAGRAPH = frozenset({Kind.HEADING, Kind.TRANSITION, Kind.SECTION, Kind.SYNOPSIS, Kind.PAGE_BREAK})
_WRAPPED_LINES = 4  # how far a bracket may run on below its first line and still be a parenthetical


def read_fountain(text: str) -> Screenplay:
    """Read Fountain; every text is valid Fountain, what is nothing else is action."""
    source = unix(text)
    head, body = title_page(source)
    return Screenplay(title_page=head, elements=settle(_elements(logical_lines(body))))


def _elements(lines: list[str]) -> Iterator[Element]:
    """Walk the lines once; `settle` trims and joins what comes out."""
    fresh, speaking = True, False
    held: list[str] = []  # lines of the action or dialogue being read
    skip = 0
    for index, line in enumerate(lines):
        if skip:
            skip -= 1
            continue
        if speaking and line == "  ":
            held.append("")
            continue
        standing = standing_asides(line)
        kind = _kind(lines, index, fresh=fresh, speaking=speaking) if line.strip() and standing is None else None
        if kind is Kind.ACTION or kind is Kind.DIALOGUE:
            held.append(_unforced(line, kind))
            fresh = False
            continue
        yield from _held(held, speaking=speaking)
        held = []
        if kind is Kind.PARENTHETICAL:
            skip = _bracket(lines, index)
            line = " ".join(lines[index : index + skip + 1])
        if kind is not None:
            yield _element(kind, line)
            fresh = kind in _ENDS_PARAGRAPH
            speaking = kind is Kind.CHARACTER or (speaking and kind in (Kind.PARENTHETICAL, Kind.LYRIC))
            continue
        yield from standing or ()
        if not line.strip() or (line.lstrip().startswith("/*") and "\n" in line):
            fresh, speaking = True, False
    yield from _held(held, speaking=speaking)


def _kind(lines: list[str], index: int, *, fresh: bool, speaking: bool) -> Kind:
    line = lines[index]
    bare = line.strip()
    if not speaking:
        return classify(line, lines[index + 1] if index + 1 < len(lines) else "", fresh=fresh)
    if bare[0] == "~" and bare[1:].strip():
        return Kind.LYRIC
    if is_parenthetical(bare) or _bracket(lines, index):
        return Kind.PARENTHETICAL
    return Kind.DIALOGUE


def _bracket(lines: list[str], index: int) -> int:
    """How many more lines a bracket opened at the start of a line takes to close; 0 when it is no parenthetical."""
    bracket = lines[index].strip()
    if not bracket.startswith(OPENING) or depth(bracket) < 1:
        return 0
    for more, line in enumerate(lines[index + 1 : index + 1 + _WRAPPED_LINES], start=1):
        if not line.strip() or line.strip().startswith(OPENING):
            return 0
        bracket = f"{bracket} {line.strip()}"
        if depth(bracket) < 1:
            return more if is_parenthetical(bracket) else 0
    return 0


def _held(lines: list[str], *, speaking: bool) -> Iterator[Element]:
    if lines:
        yield Element(kind=Kind.DIALOGUE if speaking else Kind.ACTION, text="\n".join(lines))


def _unforced(line: str, kind: Kind) -> str:
    """Take off what forces a line of action or dialogue: an exclamation mark, or a backslash before ( or ~."""
    bare = line.lstrip()
    if kind is Kind.ACTION:
        return bare[1:] if bare.startswith("!") else line
    marked = bare.lstrip("\\")
    return bare[1:] if bare != marked and marked.startswith((*OPENING, "~")) else bare


def _element(kind: Kind, line: str) -> Element:
    """Take a line's marks off; `settle` does the rest."""
    bare = line.strip()
    match kind:
        case Kind.HEADING:
            forced = bare[1:] if bare[0] == "." else bare
            text, number = split_number(_one_escape_less(forced))
            return Element(kind=kind, text=text, number=number)
        case Kind.CHARACTER:
            name = bare.removeprefix("@")
            dual = name.endswith("^") and not name.endswith("\\^")
            name = name[:-1].rstrip() if dual else name
            return Element(kind=kind, text=_last_escape_less(name, "^"), dual=dual)
        case Kind.TRANSITION:
            return Element(kind=kind, text=_last_escape_less(bare.removeprefix(">"), "<"))
        case Kind.CENTERED:
            return Element(kind=kind, text=bare[1:-1])
        case Kind.LYRIC | Kind.SYNOPSIS:
            return Element(kind=kind, text=bare[1:])
        case Kind.SECTION:
            text = bare.lstrip("#")
            return Element(kind=kind, text=text, depth=len(bare) - len(text))
    return Element(kind=kind, text=bare)


def _one_escape_less(text: str) -> str:
    return text.removeprefix("\\")


def _last_escape_less(text: str, mark: str) -> str:
    return f"{text[:-2]}{mark}" if text.endswith("\\" + mark) else text
