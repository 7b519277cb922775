"""Handling: what a clause of action has a hand do with a thing: take it, give it, lay it down or put it away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from studio.story.lexicon import lexicon, words
from studio.story.shotlist import props

_NEXT = 3  # words until the thing is named that somebody is handed


@dataclass(frozen=True)
class Handling:
    """What becomes of things in a clause; empty is nothing."""

    takes: str = ""  # a prop that is in the hand now, and in nobody else's
    another: bool = False  # unless it is another of its kind: a glass, not the glass
    gives: str = ""  # one that whoever is named next has in theirs
    drops: bool = False  # the hand is empty now
    laid: str = ""  # the prop it laid down; empty if that is not named
    hidden: bool = False  # and it is out of sight: in a pocket, in the fire

    def then(self, other: Handling) -> Handling:
        """What both come to, one after the other."""
        if other.drops or other.gives:
            return other
        if self.drops and not other.takes:
            return self
        return Handling(takes=other.takes or self.takes, another=other.another, gives=self.gives)


NOTHING = Handling()


def handling(clause: str, named: str = "", after: str = "") -> Handling:
    """Read a clause of action; `named` is the thing that `it` stands for, `after` what follows the name it ends at."""
    if given := _given(clause, named, after):
        return Handling(gives=given)
    laid = _laid(clause, named)
    if laid and laid.where:
        taken = _taken(clause, named, laid.at)
        return Handling(taken, _another(clause, taken), drops=True, laid=laid.thing, hidden=laid.hidden)
    for at, _ in lexicon("acting", "pocket").spots(clause):
        if pocketed := _thing(clause, at, named):
            return Handling(drops=True, laid=pocketed, hidden=True)
    for at, tag in lexicon("acting", "drop").spots(clause):
        dropped = _thing(clause, at, named)
        if dropped or tag == "all":
            return Handling(drops=True, laid=dropped if tag == "thing" else "")
    taken = _taken(clause, named)
    if lexicon("acting", "hand").first(clause):
        return Handling(gives=taken)
    return Handling(taken, _another(clause, taken))


@dataclass(frozen=True)
class _Laid:
    at: int  # the index of its word
    thing: str
    verb: str
    rest: Sequence[str]  # the words that tell where

    @property
    def where(self) -> str:
        """`there`, `away`, `inside` something, or empty where nothing tells."""
        return _plain("rests", self.rest)

    @property
    def hidden(self) -> bool:
        """Whether it is out of sight there; what is pushed away is not."""
        if self.where == "away":
            return not (self.rest[:1] == ("away",) and lexicon("acting", "push").first(self.verb))
        return self.where == "inside" and bool(lexicon("acting", "hides").first(" ".join(self.rest)))


def _given(clause: str, named: str, after: str) -> str:
    """The thing that goes to whom a clause breaks off at: `slides the letter over to` Ben, `hands` Ben `the letter`.

    Only what follows the last `and` or comma tells: who puts it down and walks to Ben gives nothing.
    """
    if not clause.endswith(" "):
        return ""
    told = words(clause)
    last = " ".join(told[-1:])
    if lexicon("acting", "hand").first(last) or lexicon("acting", "put").first(last):
        return next((tag for at, tag in props(after) if at <= _NEXT), "")
    if not _plain("reaches", told[-1:]) or _plain("beside", told[-2:]):
        return ""
    first = len(words(re.split(r"[,;:]", clause)[-1]))
    joined = [at for at, word in enumerate(told) if _plain("joins", (word,))]
    begins = max(len(told) - first, joined[-1] + 1 if joined else 0)
    before = _laid(clause, named)
    if any(at >= begins for at, _ in lexicon("acting", "hand").spots(clause)) and before and before.at < begins:
        return before.thing  # puts the letter into the envelope, and gives it to
    laid = _laid(clause, named, begins)
    return laid.thing if laid else ""


def _laid(clause: str, named: str, begins: int = 0) -> _Laid | None:
    """The thing that is put somewhere by a verb from a word on."""
    told = words(clause)
    for verb, _ in lexicon("acting", "put").spots(clause):
        things = [(at, tag) for at, tag in props(clause) if at > verb >= begins]
        if verb >= begins and (it := _it(clause, verb, named)):
            things.insert(0, (verb + 1, it))
        for at, thing in things[:1]:
            if not _plain("between", told[verb + 1 : at]):
                return _Laid(at, thing, told[verb], told[at + 1 :])
    return None


def _taken(clause: str, named: str, after: int = -1) -> str:
    """The thing that is taken, or handed to somebody, behind a word."""
    spots = [at for section in ("hold", "hand") for at, _ in lexicon("acting", section).spots(clause) if at > after]
    return _thing(clause, spots[0], named) if spots else ""


def _another(clause: str, thing: str) -> bool:
    """Whether a thing is told of as one of several: takes a glass."""
    told, at = words(clause), next((at for at, tag in props(clause) if tag == thing), 0)
    return bool({"a", "an", "another"} & set(told[max(0, at - 2) : at]))


def _thing(clause: str, verb: int, named: str) -> str:
    """The thing behind a verb, also when it is called `it`: takes it, picks it up."""
    return next((tag for at, tag in props(clause) if at > verb), "") or _it(clause, verb, named)


def _it(clause: str, verb: int, named: str) -> str:
    """What `it` behind a verb is: the last thing before the verb, else what was named before the clause.

    Where the clause tells of something new that is no thing, that is meant: she licks a finger and holds it up.
    """
    told = words(clause)
    called = _plain("it", told[verb + 1 : verb + 3])
    if not called or (called == "article" and verb + 2 < len(told)):
        return ""
    last = next((tag for at, tag in reversed(props(clause)) if at < verb), "")
    return last or ("" if {"a", "an"} & set(told[:verb]) else named)


def _plain(section: str, told: Sequence[str]) -> str:
    """The first tag among words that have one form only."""
    return lexicon("acting", section, inflected=False).first(" ".join(told))
