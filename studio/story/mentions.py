"""Finds the people of a story in its action: who is named, and which clause is about whom."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from studio.story.cast import Character, Presents
from studio.story.lexicon import lexicon, words

_AND = frozenset(["and", "&", "y", "e", "et", "und", "with", "और"])
_BESIDE, _WHOSE = re.compile(r"(?:,[^.!?;\n]*)?,\s*"), re.compile(r"['’]s\b")
_SENTENCE = re.compile(r"(?<=[.!?;।。！？])\s+|\n+")


@dataclass(frozen=True)
class Mention:
    """A name in a text, by its place there."""

    start: int
    end: int
    who: str


@dataclass(frozen=True)
class Clause:
    """A stretch of action and whom it is about; nobody is an empty string."""

    who: str
    text: str


def sentences(text: str) -> list[str]:
    """Split a text into its sentences, nothing lost but the white space between them."""
    return [part for part in _SENTENCE.split(text) if part.strip()]


class Roll:
    """The names of a cast as they are written in action: in full, or by a word only one of them bears."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._who: dict[str, str] = {}
        for ident, name in names.items():
            for spelling in _spellings(name):
                self._who.setdefault(spelling, ident)
        for spelling, ident in _nicknames(names).items():
            self._who.setdefault(spelling, ident)
        longest = sorted(self._who, key=len, reverse=True)
        self._pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest)) + r")(?!\w)") if longest else None

    def mentions(self, text: str) -> list[Mention]:
        """List who is named in a text, in order."""
        if self._pattern is None:
            return []
        return [Mention(hit.start(), hit.end(), self._who[hit[0]]) for hit in self._pattern.finditer(text)]

    def subjects(self, text: str) -> list[Mention]:
        """List who is named in a text, but not who only says whose another is: `EDIE, 29, Odile's sister, short`."""
        kept: list[Mention] = []
        for mention in self.mentions(text):
            since = text[kept[-1].end : mention.start] if kept else ""
            if not (_BESIDE.fullmatch(since) and _WHOSE.match(text, mention.end)):
                kept.append(mention)
        return kept

    def named(self, text: str) -> list[str]:
        """List the ids named in a text, each once, in order."""
        return list(dict.fromkeys(mention.who for mention in self.mentions(text)))


def _spellings(name: str) -> list[str]:
    spelt = [name, name.upper(), name.title(), name[:1] + name[1:].lower()]
    common = lexicon("people", "presents").first(name) or lexicon("people", "age").first(name)
    return [*spelt, name.lower()] if common or " " in name else spelt


def _nicknames(names: Mapping[str, str]) -> dict[str, str]:
    bearers: dict[str, set[str]] = {}
    for ident, name in names.items():
        for part in name.split():
            bearers.setdefault(part, set()).add(ident)
    found: dict[str, str] = {}
    for part, idents in bearers.items():
        plain = lexicon("people", "presents").first(part) or lexicon("people", "age").first(part)
        if len(idents) == 1 and len(part) > 2 and not plain and part[0].isalpha():
            found |= dict.fromkeys((part, part.upper(), part.title()), min(idents))
    return found


@dataclass
class Follower:
    """Reads action in order and remembers whom a pronoun means."""

    roll: Roll
    cast: Mapping[str, Character]
    _last: dict[Presents, str] = field(default_factory=dict)

    def clauses(self, text: str) -> list[Clause]:
        """Split action into clauses by whom they are about."""
        found = [clause for sentence in sentences(text) for clause in self._sentence(sentence)]
        return _joined(found)

    def _sentence(self, sentence: str) -> list[Clause]:
        mentions = self.roll.subjects(sentence)
        first = mentions[0].start if mentions else len(sentence)
        lead = sentence[:first] if mentions and lexicon("acting", "entrance").first(_opening(sentence)) else ""
        clauses = (
            [Clause(self._meant(sentence[:first]), sentence[:first])] if sentence[:first].strip() and not lead else []
        )
        for mention, after in zip_longest(mentions, mentions[1:]):
            clauses.append(Clause(mention.who, lead + sentence[mention.end : after.start if after else None]))
        # Of two who could be meant the one named first is: subjects come before objects.
        for mention in reversed(mentions):
            self._last[self.cast[mention.who].dna.presents] = mention.who
        return clauses

    def _meant(self, text: str) -> str:
        spoken = words(text)[:4]
        tag = lexicon("people", "pronoun").first(" ".join(spoken))
        return self._last.get(Presents(tag), "") if tag else ""


def _opening(sentence: str) -> str:
    """The first word, by which a stage direction says who comes and goes: `Enter GHOST`, `Exit Francisco`."""
    return " ".join(words(sentence)[:1])


def _joined(clauses: Sequence[Clause]) -> list[Clause]:
    """Give `Mara and Tom enter` to both."""
    told: list[Clause] = []
    for clause in reversed(clauses):
        alone = clause.who and told and told[0].who and not set(words(clause.text)) - _AND and "." not in clause.text
        told.insert(0, Clause(clause.who, told[0].text) if alone else clause)
    return told
