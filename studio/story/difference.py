"""What is different between two texts, line by line and within a line word by word; it judges nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum

from studio.story.noun import Noun

_WORD = re.compile(r"\s+|[^\s]+")
_ALIKE = 0.35  # how alike two lines are to be one line that was changed
_LONG = 400  # lines of a replaced stretch, from which lines are not paired


class Change(StrEnum):
    """What became of a line, or of a piece of one."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


class Piece(Noun):
    """Some words of a line and what became of them."""

    change: Change
    text: str


class Row(Noun):
    """A line of the old text, of the new one, or of both; `number` counts from 1 in the text it stands in."""

    change: Change
    number: int
    pieces: tuple[Piece, ...]


class Difference(Noun):
    """All rows of two texts in order."""

    rows: tuple[Row, ...]

    @property
    def added(self) -> int:
        """Lines only the new text has; empty ones do not count."""
        return self._count(Change.ADDED)

    @property
    def removed(self) -> int:
        """Lines only the old text has; empty ones do not count."""
        return self._count(Change.REMOVED)

    @property
    def summary(self) -> str:
        """The difference in a few words: 3 lines added, 1 removed."""
        if not (self.added or self.removed):
            return "nothing but spacing"
        told = [(self.added, "added"), (self.removed, "removed")]
        words = [f"{count} {word}" for count, word in told if count]
        first, _, rest = words[0].partition(" ")
        words[0] = f"{first} line{'s' if first != '1' else ''} {rest}"
        return ", ".join(words)

    def stretches(self, around: int) -> Iterator[tuple[int, tuple[Row, ...]]]:
        """Yield what changed with so many rows around it, and how many unchanged rows are left out before each."""
        near = {n for at, row in enumerate(self.rows) if row.change is not Change.SAME
                for n in range(at - around, at + around + 1)}  # fmt: skip
        left, held = 0, list[Row]()
        for at, row in enumerate(self.rows):
            if at in near:
                held.append(row)
                continue
            if held:
                yield left, tuple(held)
                left, held = 0, []
            left += 1
        if held:
            yield left, tuple(held)

    def _count(self, change: Change) -> int:
        return sum(row.change is change and any(one.text.strip() for one in row.pieces) for row in self.rows)


def difference(old: str, new: str) -> Difference:
    """Compare two texts."""
    before, after = old.rstrip("\n").split("\n"), new.rstrip("\n").split("\n")
    rows: list[Row] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [_row(Change.SAME, at + 1, after[at]) for at in range(c, d)]
        else:
            rows += _replaced(before[a:b], after[c:d], a + 1, c + 1)
    return Difference(rows=tuple(rows))


def _replaced(before: Sequence[str], after: Sequence[str], first: int, second: int) -> Iterator[Row]:
    """Removed lines, then added ones; where they pair up only the changed words are marked."""
    paired = len(before) == len(after) <= _LONG
    for at, line in enumerate(before):
        other = after[at] if paired else ""
        yield _row(Change.REMOVED, first + at, line, other)
    for at, line in enumerate(after):
        other = before[at] if paired else ""
        yield _row(Change.ADDED, second + at, line, other)


def _row(change: Change, number: int, line: str, other: str = "") -> Row:
    pieces = [Piece(change=change, text=line)]
    if other and change is not Change.SAME:
        mine, theirs = _WORD.findall(line), _WORD.findall(other)
        matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
        if matcher.ratio() > _ALIKE:
            pieces = [
                Piece(change=Change.SAME if tag == "equal" else change, text="".join(mine[a:b]))
                for tag, a, b, _, _ in matcher.get_opcodes()
                if a < b
            ]
    return Row(change=change, number=number, pieces=tuple(pieces))
