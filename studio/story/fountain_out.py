"""Screenplays as Fountain text: writing, with a forcing mark where a line would be read as something else."""

from __future__ import annotations

from collections.abc import Iterator

from studio.story.fountain_form import (
    OPENING,
    classify,
    depth,
    is_aside,
    is_cue,
    is_heading,
    is_parenthetical,
    is_transition,
    settle,
    standing_asides,
)
from studio.story.fountain_text import close_off, continued, logical_lines
from studio.story.fountain_title import title_page, write_title_page
from studio.story.screenplay import Element, Kind, Screenplay

_SPOKEN = frozenset({Kind.DIALOGUE, Kind.PARENTHETICAL, Kind.LYRIC})


def write_fountain(screenplay: Screenplay) -> str:
    """Write a screenplay as Fountain; reading it back gives the same elements, in their settled form."""
    elements = settle(screenplay.elements)
    head = write_title_page(screenplay.title_page)
    body = "\n\n".join(_defused(list(_blocks(elements, forced=False))))
    if not head and title_page(body)[0]:
        body = "\n\n".join(_defused(list(_blocks(elements, forced=True))))
    return f"{head}\n{body}\n" if head else f"{body}\n"


def _blocks(elements: tuple[Element, ...], *, forced: bool) -> Iterator[str]:
    """Write paragraphs; `forced` marks the first one even where its kind is plain to see."""
    index = 0
    while index < len(elements):
        element = elements[index]
        end = index + 1
        if element.kind is Kind.CHARACTER:
            while end < len(elements) and (elements[end].kind in _SPOKEN or is_aside(elements[end])):
                end += 1
            yield _speech(element, elements[index + 1 : end], forced=forced and index == 0)
        else:
            yield _paragraph(element, forced=forced and index == 0)
        index = end


def _speech(cue: Element, spoken: tuple[Element, ...], *, forced: bool) -> str:
    lines = [line for element in spoken for line in _spoken(element)]
    natural = not forced and bool(lines) and cue.text[0] not in "!#=~>@.[/\\" and is_cue(cue.text)
    name = f"{cue.text[:-1]}\\^" if cue.text.endswith("^") else cue.text
    written = name + (" ^" if cue.dual else "")
    natural = natural and not is_heading(lines[0]) and not is_heading(written)
    return "\n".join([("" if natural else "@") + written, *_unspilled(lines)])


def _spoken(element: Element) -> list[str]:
    """One item per logical line of a speech."""
    if element.kind is not Kind.DIALOGUE:
        return [_paragraph(element, forced=False)]
    return [_spoken_line(line) for line in logical_lines(continued(element.text))]


def _spoken_line(line: str) -> str:
    bare = line.lstrip("\\")
    if bare.startswith("~") or (bare.startswith(OPENING) and (bare != line or not _said(bare))):
        return f"\\{line}"
    return line


def _said(line: str) -> bool:
    """Whether a line that opens with a bracket is read as dialogue all the same."""
    return depth(line) < 1 and not is_parenthetical(line)


def _unspilled(lines: list[str]) -> list[str]:
    """Escape a note mark that something later in the same speech would close."""
    kept: list[str] = []
    closing = False
    for line in reversed(lines):
        kept.append(close_off(line, "[[") if closing else line)
        closing = closing or "]]" in line
    return kept[::-1]


def _paragraph(element: Element, *, forced: bool) -> str:
    text = element.text
    match element.kind:
        case Kind.HEADING:
            mark = "" if is_heading(text) and not forced else ("." if text[0].isalnum() else ".\\")
            return f"{mark}{text} #{element.number}#" if element.number else mark + text
        case Kind.ACTION:
            return _action(text, forced=forced)
        case Kind.TRANSITION:
            escaped = f"{text[:-1]}\\<" if text.endswith("<") else text
            natural = is_transition(text) and text[0].isalnum() and not is_heading(text) and not forced
            return text if natural else f"> {escaped}"
        case Kind.NOTE:
            kept = continued(text)
            return f"[[{kept} ]]" if kept.endswith("]") else f"[[{kept}]]"
        case Kind.BONEYARD:
            return f"/*\n{text}\n*/" if "\n" in text else f"/* {text} */"
    return _marked(element)


def _marked(element: Element) -> str:
    """Write a kind that always has its mark."""
    match element.kind:
        case Kind.CENTERED:
            return f"> {element.text} <"
        case Kind.PAGE_BREAK:
            return "==="
        case Kind.SECTION:
            return f"{'#' * element.depth} {element.text}"
        case Kind.SYNOPSIS:
            return f"= {element.text}"
        case Kind.LYRIC:
            return f"~{element.text}"
    return element.text


def _action(text: str, *, forced: bool) -> str:
    lines = logical_lines(text)
    written: list[str] = []
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else ""
        marked = line.lstrip().startswith("!") or standing_asides(line) is not None
        odd = classify(line, following, fresh=index == 0) is not Kind.ACTION
        written.append(f"!{line}" if marked or odd or (forced and index == 0) else line)
    return "\n".join(written)


def _defused(blocks: list[str]) -> list[str]:
    """Escape the start of a boneyard that only a later paragraph would close."""
    kept: list[str] = []
    closing = False
    for block in reversed(blocks):
        kept.append(close_off(block, "/*") if closing else block)
        closing = closing or "*/" in block
    return kept[::-1]
