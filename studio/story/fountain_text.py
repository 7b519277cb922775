"""The inside of a Fountain line: notes, boneyards, emphasis and escapes; it does not know what kind of line it is.

A backslash before *, _, [[ or /* makes that mark plain text; two before one of them are one backslash.
Any other backslash is the writer's own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

_CLOSES = {"[[": "]]", "/*": "*/"}
_ASIDE = re.compile(r"\[\[|/\*")
_MARK = re.compile(r"(?<!\\)(\\*)(\*+|_+|\[\[|/\*)")
CONTINUED = "  "  # exactly two spaces: an empty line the writer wants kept
_STYLES = {("*", 2): "bold", ("*", 1): "italic", ("_", 1): "underline"}


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style."""

    text: str
    styles: frozenset[str] = frozenset()


@dataclass
class _Delimiter:
    """A row of * or _ which may open or close emphasis; `left` are not yet paired and stay text."""

    char: str
    left: int
    opens: bool
    closes: bool
    inner_open: bool  # a letter stands right before it
    inner_close: bool  # a letter stands right after it
    word: int  # how many gaps between words came before it on its line
    starts: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)


def unix(text: str) -> str:
    """Give every line the same ending and drop byte order marks."""
    return text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n")


def asides(text: str) -> Iterator[tuple[int, int]]:
    """Find the closed notes and boneyards of a text as (start, end), in order."""
    end = 0
    unclosed: set[str] = set()
    for match in _ASIDE.finditer(text):
        mark = match[0]
        if match.start() < end or mark in unclosed or _escaped(text, match.start()):
            continue
        close = text.find(_CLOSES[mark], match.end())
        if close < 0:
            unclosed.add(mark)
            continue
        end = close + 2
        yield match.start(), end


def without_asides(text: str) -> str:
    """Remove notes and boneyards, and the space before one that stood between spaces."""
    kept: list[str] = []
    done = 0
    for start, end in asides(text):
        before = text[done:start]
        if before.endswith(" ") and (end == len(text) or text[end].isspace()):
            before = before[:-1]
        kept.append(before)
        done = end
    return "".join(kept) + text[done:]


def close_off(text: str, *marks: str) -> str:
    """Escape those [[ and /* that nothing in the text closes, before something that follows closes them."""
    kept: list[str] = []
    done = 0
    spans = [*asides(text), (len(text), len(text))]
    for start, end in spans:
        for match in _ASIDE.finditer(text, done, start):
            if match[0] in marks and not _escaped(text, match.start()):
                kept.append(text[done : match.start()] + "\\")
                done = match.start()
        kept.append(text[done:end])
        done = end
    return "".join(kept)


def logical_lines(text: str) -> list[str]:
    """Split a text into lines, keeping a note that runs over lines whole and a long boneyard on a line of its own."""
    lines = _lift_boneyards(text)
    closable = _closable(lines)
    joined: list[str] = []
    parts: list[str] = []
    for line, more in zip(lines, closable, strict=True):
        inside = _ends_in_note(line, bool(parts))
        parts.append(line)
        if inside and more:
            continue
        joined.append("\n".join(parts))
        parts = []
    return joined


def continued(text: str) -> str:
    """Put the two spaces on empty lines that keep a speech or note in one piece."""
    return "\n".join(line if line.strip() else CONTINUED for line in text.split("\n"))


def runs(text: str) -> list[Run]:
    """Split a text into styled runs, without marks, notes, boneyards and escapes."""
    found: list[Run] = []
    for number, line in enumerate(without_asides(text).split("\n")):
        if number:
            found.append(Run("\n"))
        found.extend(_line_runs(line))
    return found


def plain(text: str) -> str:
    """The words as they are spoken and captioned: no emphasis marks, inline notes or escapes, nothing else changed."""
    return "".join(run.text for run in runs(text))


def escape(text: str) -> str:
    """Mark every character Fountain would read as emphasis, note or boneyard, so that `plain` gives the text back."""
    return _MARK.sub(lambda match: match[1] * 2 + _escape_each(match[2]), text)


def _escape_each(mark: str) -> str:
    return "\\" + mark if mark in _CLOSES else "".join("\\" + char for char in mark)


def _escaped(text: str, place: int) -> bool:
    slashes = 0
    while place > slashes and text[place - slashes - 1] == "\\":
        slashes += 1
    return slashes % 2 == 1


def _lift_boneyards(text: str) -> list[str]:
    """Lines of a text; a boneyard over several lines becomes one item, after the paragraph whose line it interrupts."""
    lines: list[str] = []
    waiting: list[str] = []
    tail = ""
    done = 0
    for start, end in _long_boneyards(text):
        *complete, tail = _joined(tail, text[done:start]).split("\n")
        _add_lines(lines, complete, waiting)
        done = end
        if tail.strip():
            waiting.append(text[start:end])
        else:
            lines.append(text[start:end])
            tail = ""
    rest = text[done:].replace("/*", "\\/*") if waiting else text[done:]  # nothing closes these, yet `waiting` follows
    _add_lines(lines, _joined(tail, rest).split("\n"), waiting)
    return lines + waiting


def _joined(head: str, rest: str) -> str:
    """Join what stood around a boneyard; a space keeps two halves from becoming a mark."""
    return f"{head} {rest}" if head[-1:] + rest[:1] in ("/*", "*/", "[[", "]]") else head + rest


def _add_lines(lines: list[str], more: list[str], waiting: list[str]) -> None:
    for line in more:
        if not line.strip() and line != CONTINUED:
            lines.extend(waiting)
            waiting.clear()
        lines.append(line)


def _long_boneyards(text: str) -> Iterator[tuple[int, int]]:
    place = text.find("/*")
    while place >= 0:
        close = text.find("*/", place + 2)
        if close < 0:
            return
        if _escaped(text, place):
            place = text.find("/*", place + 2)
            continue
        if "\n" in text[place:close]:
            yield place, close + 2
        place = text.find("/*", close + 2)


def _closable(lines: list[str]) -> list[bool]:
    """For each line, whether a later line of its paragraph could close a note."""
    closable = [False] * len(lines)
    seen = False
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        parts_paragraphs = "\n" in line or (not line.strip() and line != CONTINUED)
        closable[index] = seen and not parts_paragraphs
        seen = not parts_paragraphs and (seen or "]]" in line)
    return closable


def _ends_in_note(line: str, inside: bool) -> bool:
    place = 0
    while True:
        mark = "]]" if inside else "[["
        found = line.find(mark, place)
        if found < 0:
            return inside
        if inside or not _escaped(line, found):
            inside = not inside
        place = found + 2


def _line_runs(line: str) -> Iterator[Run]:
    parts = _parts(line)
    _pair([part for part in parts if isinstance(part, _Delimiter)])
    styles: list[str] = []
    for part in parts:
        if isinstance(part, str):
            if part:
                yield Run(part, frozenset(styles))
            continue
        for style in part.ends:
            styles.remove(style)
        if part.left:
            yield Run(part.char * part.left, frozenset(styles))
        styles.extend(part.starts)


def _parts(line: str) -> list[str | _Delimiter]:
    parts: list[str | _Delimiter] = []
    done = words = 0
    for match in _MARK.finditer(line):
        slashes, mark = match[1], match[2]
        literal = "\\" * (len(slashes) // 2)
        if mark in _CLOSES:
            literal, count = literal + mark, 0
        else:
            escaped = len(slashes) % 2
            literal, count = literal + mark[:escaped], len(mark) - escaped
        words += sum(char.isspace() for char in line[done : match.start()])
        parts.append(line[done : match.start()] + literal)
        done = match.end()
        if count:
            before = literal[-1:] or line[max(0, match.start() - 1) : match.start()]
            parts.append(_delimiter(mark[0], count, before, line[done : done + 1], words))
    parts.append(line[done:])
    return parts


def _delimiter(char: str, count: int, before: str, after: str, words: int) -> _Delimiter:
    """Judge a row of marks by its neighbours, as Markdown does."""
    space_before, space_after = not before or before.isspace(), not after or after.isspace()
    letter_before, letter_after = before.isalnum(), after.isalnum()
    opens = not space_after and (letter_after or not letter_before)
    closes = not space_before and (letter_before or not letter_after)
    if char == "_":  # snake_case_names and addresses are words
        opens, closes = opens and not letter_before, closes and not letter_after
    return _Delimiter(char, count, opens, closes, letter_before, letter_after, words)


def _pair(delimiters: list[_Delimiter]) -> None:
    """Pair opening and closing marks; a mark inside a word only reaches as far as the word (f*ck this sh*t stays)."""
    waiting: dict[str, list[_Delimiter]] = defaultdict(list)
    for closer in delimiters:
        openers = waiting[closer.char]
        while closer.closes and closer.left and openers:
            opener = openers[-1]
            if opener.word != closer.word and opener.inner_open:
                openers.pop()
                continue
            if opener.word != closer.word and closer.inner_close:
                break
            size = 2 if closer.char == "*" and min(opener.left, closer.left) > 1 else 1
            opener.starts.append(_STYLES[closer.char, size])
            closer.ends.append(_STYLES[closer.char, size])
            opener.left -= size
            closer.left -= size
            if not opener.left:
                openers.pop()
        if closer.opens and closer.left:
            openers.append(closer)
