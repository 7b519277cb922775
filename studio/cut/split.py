"""Splits a line of dialogue into captions a viewer can read; the words and their order are never changed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from studio.cut.fonts import script_of
from studio.story.noun import Noun

LINE = 42  # Latin letters a caption line, as broadcasters count
WIDE_LINE = 16  # Chinese, Japanese and Korean letters
_LARGE = 0x2E7F  # the letters above need no space between them
_STOPS = ".!?…。！？؟।"
_PAUSES = ",;:—–、，；：،"
_CLOSERS = "\"'”’»›)]）」』】》〉" + _STOPS + _PAUSES
_OPENERS = "«‹“„([（「『【《〈¿¡"


class Piece(Noun):
    """A part of a line that is one caption: its lines of text, and its letters' place in the line's text."""

    text: str
    start: int
    end: int


def width_of(text: str) -> int:
    """Give the letters a caption line may have in the script of this text."""
    return WIDE_LINE if script_of(text).wide else LINE


def _atoms(text: str) -> list[tuple[int, int]]:
    """The spans no caption breaks: words, or single letters with their closing marks where there are no spaces."""
    spans: list[tuple[int, int]] = []
    script = script_of(text)
    wide = script.wide and not script.spaced
    fresh = True
    for i, char in enumerate(text):
        if char.isspace():
            fresh = True
            continue
        splits = wide and (ord(char) > _LARGE or fresh) and char not in _CLOSERS
        if fresh or splits:
            spans.append((i, i + 1))
        else:
            spans[-1] = (spans[-1][0], i + 1)
        fresh = False
    width = width_of(text)
    if script.wide and script.spaced:
        spans = [part for span in spans for part in _parted(text, span, width)]
    return _held(text, spans, width)


def _parted(text: str, span: tuple[int, int], width: int) -> list[tuple[int, int]]:
    """A word, or its letters where it is longer than a line: Korean may be written without spaces."""
    start, end = span
    if end - start <= width:
        return [span]
    cuts = [i for i in range(start + 1, end) if ord(text[i]) > _LARGE and text[i] not in _CLOSERS]
    return list(pairwise((start, *cuts, end)))


def _held(text: str, spans: list[tuple[int, int]], width: int) -> list[tuple[int, int]]:
    """Signs that stand alone go with their word, as French has them: « Où ça ? »."""
    held: list[tuple[int, int]] = []
    opened = False
    for start, end in spans:
        word = text[start:end]
        alone = opened or not word.strip(_CLOSERS + "-")
        if held and alone and end - held[-1][0] <= width:
            held[-1] = (held[-1][0], end)
        else:
            held.append((start, end))
        opened = not word.strip(_OPENERS)
    return held


def _cost(text: str, length: int, full: int, last: bool) -> float:
    """How badly a caption ends here: best after a full stop, then after a pause; short ones and long ones cost."""
    tail = text.rstrip("\"'”’»)]）」』")[-1:]
    ending = 0.0 if last or (tail and tail in _STOPS) else 2.0 if tail and tail in _PAUSES else 5.0
    return 2.5 + ending + (4.0 * max(0.0, 1 - length / (0.45 * full)))


def split(text: str) -> tuple[Piece, ...]:
    """Split a text into captions of at most two lines, at punctuation first and never inside a word."""
    atoms = _atoms(text)
    if not atoms:
        return ()
    width = width_of(text)
    full = 2 * width
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(atoms) + 1):
        options = []
        for start in range(end - 1, -1, -1):
            length = atoms[end - 1][1] - atoms[start][0]
            if length > full and start < end - 1:
                break
            if not _fits(text, atoms[start:end], width) and start < end - 1:
                continue
            part = text[atoms[start][0] : atoms[end - 1][1]]
            options.append((best[start][0] + _cost(part, length, full, end == len(atoms)), start))
        best.append(min(options))
    cuts = [len(atoms)]
    while cuts[-1]:
        cuts.append(best[cuts[-1]][1])
    return tuple(_piece(text, atoms[a:b], width) for a, b in pairwise(reversed(cuts)))


def _fits(text: str, atoms: Sequence[tuple[int, int]], width: int) -> bool:
    return len(atoms) == 1 or all(len(line) <= width for line in _fold(text, tuple(atoms), width))


def _piece(text: str, atoms: Sequence[tuple[int, int]], width: int) -> Piece:
    return Piece(text="\n".join(_fold(text, tuple(atoms), width)), start=atoms[0][0], end=atoms[-1][1])


@lru_cache(maxsize=4096)
def _fold(text: str, atoms: tuple[tuple[int, int], ...], width: int) -> tuple[str, ...]:
    """One line, or two of about the same length (the upper one shorter where it can be)."""
    start, end = atoms[0][0], atoms[-1][1]
    whole = _flat(text[start:end])
    if len(whole) <= width or len(atoms) == 1:
        return (whole,)
    pairs = [(_flat(text[start : a[1]]), _flat(text[b[0] : end])) for a, b in pairwise(atoms)]
    return min(pairs, key=lambda pair: (max(len(pair[0]), len(pair[1])), len(pair[0])))


def _flat(text: str) -> str:
    return " ".join(text.split())
