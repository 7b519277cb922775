"""Passages: a few lines of action and speech written as one piece, with what they need; compiled from data, strict.

A passage is text, one line per element:

    when thing:paper has:gone      the conditions, all must hold; a|b is either, !a is not
    > {A} turns {the thing} over.  action
    A (softly): One way. | [dry] Another, for a dry speaker.
    ? B: A line that may go when time is short; neighbours marked ? go together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from services.offline.writer.template import CHOICE, ROLES, Template, compile_template
from studio.errors import BadRequest
from studio.story.cast import Manner
from studio.story.noun import Noun

LINE = re.compile(r"^(?P<free>\?\s*)?(?:(?P<action>>)|(?P<who>[A-Z])(?:\s+\((?P<how>[^)]+)\))?:)\s+(?P<text>\S.*)$")
OPTION = re.compile(r"^(?:\[(?P<tags>[a-z,]+)\]\s*)?(?P<text>\S.*)$")
FACTS = frozenset(
    ["thing", "kit", "genre", "weather", "time", "has", "cast", "side", "tie", "manner", "age", "length",
     "noun", "role", "at", "word", "shape"]
)  # fmt: skip
KEYED = frozenset(["noun", "role", "at", "word"])
MANNERS = frozenset(Manner)


class Option(Noun):
    """One wording of a line, for speakers of some manners; no manners means everybody."""

    template: Template
    manners: tuple[str, ...] = ()


class Line(Noun):
    """One line: who speaks (empty: action), how, and its wordings; `group` > 0 may be left out together."""

    who: str = ""
    how: str = ""
    options: tuple[Option, ...]
    group: int = 0


class Passage(Noun):
    """Lines that belong together and the conditions under which they fit."""

    where: str
    needs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lines: tuple[Line, ...]

    def fits(self, facts: Mapping[str, frozenset[str]]) -> bool:
        """Whether the facts of a scene meet every condition."""
        return all(met(facts.get(key, frozenset()), wanted) for key, wanted in self.needs)

    @cached_property
    def bulk(self) -> int:
        """Words in the lines that must stay, by their first wording, and five for the time of an action."""
        return (
            sum(5 if not one.who else words_in(one.options[0].template.text) for one in self.lines if not one.group) + 1
        )

    @cached_property
    def keyed(self) -> bool:
        """Whether it was written for words of the pitch itself."""
        return any(key in KEYED and not all(value.startswith("!") for value in values) for key, values in self.needs)

    @cached_property
    def cast(self) -> frozenset[str]:
        """The roles that speak or are named."""
        spoken = {line.who for line in self.lines if line.who}
        named = {
            slot.split(".")[0].removeprefix("a ")
            for line in self.lines
            for one in line.options
            for slot in one.template.slots
        }
        return frozenset(spoken | (named & set(ROLES)))


def words_in(text: str) -> int:
    """How many words a wording has, by the first of each choice."""
    return len(CHOICE.sub(lambda found: found[2].split("/")[0], text).split())


def met(facts: frozenset[str], wanted: tuple[str, ...]) -> bool:
    """Whether one condition holds: any of the wanted values, none of the unwanted."""
    asked = False
    found = False
    for value in wanted:
        if value[0] == "!" and value[1:] in facts:
            return False
        asked = asked or value[0] != "!"
        found = found or value in facts
    return found or not asked


def compile_passage(text: str, where: str) -> Passage:
    """Read one passage; BadRequest names the file and the line that cannot be read."""
    rows = [row.strip() for row in text.strip().splitlines() if row.strip()]
    needs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    if rows and rows[0].startswith("when "):
        needs = tuple(condition(word, where) for word in rows.pop(0).split()[1:])
    if not rows:
        raise BadRequest("a passage without lines", field=where)
    lines: list[Line] = []
    group = 0
    for spot, row in enumerate(rows):
        fresh = row.startswith("?") and (spot == 0 or not rows[spot - 1].startswith("?"))
        group += fresh
        lines.append(compile_line(row, group if row.startswith("?") else 0, where))
    return Passage(where=where, needs=needs, lines=tuple(lines))


def condition(word: str, where: str) -> tuple[str, tuple[str, ...]]:
    """Read key:a|b; BadRequest for a key nothing ever sets."""
    key, found, values = word.partition(":")
    if not found or key not in FACTS or not values:
        raise BadRequest(f"unknown condition {word!r}", field=where)
    return key, tuple(values.split("|"))


def compile_line(row: str, group: int, where: str) -> Line:
    """Read one line and its wordings; one of them must be for everybody."""
    found = LINE.match(row)
    if not found or (found["who"] and found["who"] not in ROLES):
        raise BadRequest(f"not a line of a passage: {row!r}", field=where)
    options = tuple(compile_option(part.strip(), where) for part in found["text"].split(" | "))
    if all(one.manners for one in options):
        raise BadRequest(f"no wording for everybody: {row!r}", field=where)
    return Line(who=found["who"] or "", how=found["how"] or "", options=options, group=group)


def compile_option(part: str, where: str) -> Option:
    """Read one wording with its [manner] tags."""
    found = OPTION.match(part)
    tags = tuple(found["tags"].split(",")) if found and found["tags"] else ()
    if not found or not set(tags) <= MANNERS:
        raise BadRequest(f"not a wording: {part!r}", field=where)
    return Option(template=compile_template(found["text"], where), manners=tags)
