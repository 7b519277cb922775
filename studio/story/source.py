"""A screenplay file as somebody uploads it: its bytes decoded and read by its suffix, or refused with a reason."""

from __future__ import annotations

import re
from math import ceil
from pathlib import PurePath

from studio.errors import BadScript
from studio.story.fdx import read_fdx
from studio.story.fountain import read_fountain
from studio.story.fountain_text import unix
from studio.story.markdown import prose
from studio.story.screenplay import Element, Kind, Screenplay

MOST_BYTES = 8 * 1024 * 1024
MOST_LINES = 30_000  # in a file, about ten hours of film: more would hold up everybody while it is read
_BREAKS = ("\n", "/*", "[[")  # what a line, a remark or a note begins with
_PROSE = frozenset({".txt", ".md"})
_TEXT = _PROSE | {".fountain"}
SUFFIXES = _TEXT | {".fdx"}
LINES_PER_PAGE = 55
# Characters per line and empty lines above, of a page in 12 point Courier.
_LAYOUT = {
    Kind.HEADING: (60, 2),
    Kind.ACTION: (60, 1),
    Kind.CHARACTER: (38, 1),
    Kind.PARENTHETICAL: (25, 0),
    Kind.DIALOGUE: (35, 0),
    Kind.LYRIC: (35, 0),
    Kind.TRANSITION: (60, 1),
    Kind.CENTERED: (60, 1),
}
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f-\x84\x86-\x9f]")
_PARAGRAPHS = tuple("<Paragraph".encode(one) for one in ("utf-8", "utf-16-le", "utf-16-be"))


def read_script(name: str, data: bytes) -> Screenplay:
    """Read a .fountain, .txt, .md or .fdx file; BadScript says why it cannot be read."""
    name = PurePath(name).name  # sentences name the file, not its folder
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise BadScript(f"{name}: a screenplay is a .fountain, .fdx, .txt or .md file")
    _weigh(name, data)
    screenplay = read_fdx(_counted(name, data)) if suffix == ".fdx" else read_fountain(decode(name, data))
    if not any(element.kind in (Kind.DIALOGUE, Kind.LYRIC, Kind.ACTION) for element in screenplay.elements):
        raise BadScript(f"{name} has neither action nor dialogue, so there is nothing to show")
    return screenplay


def is_pitch(name: str, data: bytes) -> bool:
    """Whether a file is prose to write a screenplay from: .txt or .md without a scene heading or several cues."""
    if PurePath(name).suffix.lower() not in _PROSE:
        return False
    name = PurePath(name).name
    _weigh(name, data)
    return not looks_like_screenplay(read_fountain(decode(name, data)))


def read_pitch(name: str, data: bytes) -> str:
    """The words of a pitch in a file, without Markdown's marks; BadScript when it is not text."""
    name = PurePath(name).name
    _weigh(name, data)
    text = unix(decode(name, data)).strip()
    return prose(text) if PurePath(name).suffix.lower() == ".md" else text


def decode(name: str, data: bytes) -> str:
    """Decode text in UTF-8, UTF-16 with its mark, or Western European; BadScript for anything else."""
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as broken:
        text = _western(name, data, broken)
    if sum(map(text.count, _BREAKS)) > MOST_LINES:
        raise _too_long(name)
    line = next((number for number, part in enumerate(text.split("\n"), start=1) if "\0" in part), 0)
    if line or len(_CONTROLS.findall(text)) * 50 > len(text):
        raise BadScript(f"{name} is not a text file; save it as Fountain, Final Draft or plain text", line=line)
    return text


def pages(screenplay: Screenplay) -> float:
    """Estimate the length in printed pages, about a minute of film each."""
    return sum(map(lines, screenplay.elements)) / LINES_PER_PAGE


def lines(element: Element) -> int:
    """How many lines of a page an element takes, with the empty ones above it."""
    if element.kind not in _LAYOUT:
        return 0
    width, above = _LAYOUT[element.kind]
    return above + sum(max(1, ceil(len(line) / width)) for line in element.text.split("\n"))


def looks_like_screenplay(screenplay: Screenplay) -> bool:
    """Whether a text has a scene heading or more than one cue; one cue alone is a pitch's title in capitals."""
    kinds = [element.kind for element in screenplay.elements]
    return Kind.HEADING in kinds or kinds.count(Kind.CHARACTER) > 1


def _weigh(name: str, data: bytes) -> None:
    if len(data) > MOST_BYTES:
        raise BadScript(f"{name} is larger than {MOST_BYTES // 1024**2} MB, more than any screenplay")
    if not data.strip():
        raise BadScript(f"{name} is empty")


def _counted(name: str, data: bytes) -> bytes:
    """A Final Draft file, unless it has more paragraphs than can be read, or more tags than those would have."""
    if sum(map(data.count, _PARAGRAPHS)) > MOST_LINES or data.count(b"<") > MOST_LINES * 20:
        raise _too_long(name)
    return data


def _too_long(name: str) -> BadScript:
    return BadScript(f"{name} has more than {MOST_LINES:,} lines, more than any screenplay; bring it in parts")


def _western(name: str, data: bytes, broken: UnicodeDecodeError) -> str:
    """Decode Windows text, if so few bytes need it that it can only be accents and typographic marks."""
    line = data.count(b"\n", 0, broken.start) + 1
    foreign = sum(byte > 127 for byte in data)
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    if not text or foreign * 5 > len(data) or b"\0" in data:
        raise BadScript(f"{name} is not text in UTF-8; save it as UTF-8 and try again", line=line, cause=broken)
    return text
