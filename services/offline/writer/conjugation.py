"""Turns a clause's verbs: as its doer says it, as it stands after "to", and what they are after; knows no people."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.offline.writer import lexicon
from services.offline.writer.chunks import kind_of, singular
from services.offline.writer.verbs import BE, HAVE, Verb, among, by_form, regular, verbs

GOALS = (
    re.compile(
        r"^(?:must|(?:has|have|needs?|wants?|tries|try|decides?|hopes?|plans?|longs?|agrees?|sets? out) to)\s+(.*)"
    ),
    re.compile(r"^(?:is|are) (?:\w+ed|told|sent|about|given) to\s+(.*)"),
    re.compile(r"^(?:has|have|gets?|is|are)\b.{1,60}?\bto\s+(.*)"),
    re.compile(r"\bthat \S+ (?:can|will|could|would|must)\s+(.*)"),
)

JOINS = frozenset(["and", "but", "then"])  # what goes on with the same subject
AFTER_AND = frozenset(["then", "later", "never", "finally", "soon", "also"])  # before another verb
OBJECTS = frozenset(["him", "it", "them", "me", "us", "you", "himself", "herself", "itself", "themselves"])


def is_helping(word: str) -> bool:
    """Whether a word is a verb that stands before another: is, has, must, doesn't."""
    plain = word.removesuffix("n't")
    return plain in (*BE, *HAVE) or word in among("modal") or (plain != word and plain in ("do", "does", "did"))


def known(word: str) -> Verb | None:
    """The verb of a third person or base form."""
    return by_form("third").get(word.lower()) or verbs().get(word.lower())


def guessed(word: str) -> Verb | None:
    """The regular verb of a third person that no list has; None for what can be none."""
    low = word.lower()
    if len(low) < 4 or not low.endswith("s") or low.endswith(("ss", "us", "'s")) or is_helping(low):
        return None
    base = low[:-3] + "y" if low.endswith("ies") else re.sub(r"(?<=[sxz])es$|(?<=[cs]h)es$|s$", "", low)
    return Verb(base=base, past=regular(base), done=regular(base))


def finite(words: Sequence[str], me: str) -> list[str]:
    """A clause as its doer says it: what happened in the past tense, what goes on in the present."""
    first, rest = words[0].lower(), list(words[1:])
    if is_helping(first):
        return [agreed(first, me), *joined(rest, "base", me)]
    verb = known(first) or guessed(first)
    several = verb is not None and first == verb.base
    if verb and verb.base in among("under_way"):
        return [agreed("is", me), verb.going, *joined(rest, "going", me, several=several)]
    past = verb is not None and verb.base not in among("going_on") and "every" not in rest
    told = joined(rest, "past" if past else "base", me, several=several)
    return [(verb.past if past else verb.base) if verb else first, *told]


def bare(words: Sequence[str]) -> list[str]:
    """A clause as it stands after "to"."""
    first, rest = words[0].lower(), list(words[1:])
    second = rest[0].lower() if rest else ""
    inner = goal_of(words) if first in among("modal") else []
    if inner:
        return inner
    if first in BE:
        going = by_form("going").get(second)
        return [going.base, *joined(rest[1:], "base")] if going else ["be", *joined(rest, "base")]
    if first in HAVE:
        done = by_form("done").get(second)
        return [done.base, *joined(rest[1:], "base")] if done else ["have", *joined(rest, "base")]
    verb = known(first) or guessed(first)
    return [verb.base if verb else agreed(first, "I"), *joined(rest, "base")]


def joined(words: Sequence[str], form: str, me: str = "", *, several: bool = False) -> list[str]:
    """The same words with the verbs that "and" or "then" joins to a clause's own in the form of that one.

    With `me` is and has go with who speaks, else as after "to"; `several` did it, whose verbs look like plain ones.
    """
    done = list(words)
    for spot, word in enumerate(words):
        verb = joined_at(words, spot, plain=several and "to" not in words[:spot])
        if verb:
            done[spot] = getattr(verb, form)
        elif me and joins(words, spot) and word in (*BE, *HAVE):
            done[spot] = agreed(word, me)
        elif joins(words, spot) and word in (*BE, *HAVE):
            done[spot] = "be" if word in BE else "have"
    return done


def joined_at(words: Sequence[str], spot: int, *, plain: bool = False) -> Verb | None:
    """The verb of a third person that "and", "but" or "then" joins to another; with `plain` a plural's as well.

    A noun ("hopes and dreams") is none, nor a word no list has, unless what follows it can only follow a verb.
    """
    if not joins(words, spot):
        return None
    word, before = words[spot].lower(), words[spot - 1].lower()
    after = words[spot + 1].lower() if spot + 1 < len(words) else ""
    takes = after[:2] in ("@a", "@b") or after in OBJECTS or after in lexicon.english("determiners")
    noun = bool(kind_of(singular(word)))
    pair = spot > 1 and noun and words[spot - 2].lower().endswith("s") and not takes
    verb = by_form("third").get(word) or (verbs().get(word) if plain else None)
    if verb and not pair:
        return verb
    sure = takes or before in AFTER_AND or (after in lexicon.english("prepositions") and not noun)
    return guessed(word) if sure else None


def joins(words: Sequence[str], spot: int) -> bool:
    """Whether "and", "but" or "then" stands before a word, or with an adverb between."""
    before = [word.lower() for word in words[max(0, spot - 2) : spot]]
    adverb = before[-1:] and (before[-1] in AFTER_AND or before[-1].endswith("ly"))
    return before[-1:] == ["then"] or (before[-1] if before and not adverb else before[0] if before else "") in JOINS


def agreed(verb: str, subject: str) -> str:
    """is, was, has and doesn't as they go with I, you or we."""
    am = "am" if subject == "I" else "are"
    was = "was" if subject == "I" else "were"
    plain = verb.removesuffix("n't")
    told = {"is": am, "are": am, "was": was, "were": was, "has": "have", "does": "do"}.get(plain, plain)
    return told if plain == verb else "am not" if told == "am" else f"{told}n't"


def goal_of(words: Sequence[str]) -> list[str]:
    """What somebody is after, from its verb on; empty if the clause is not about wanting."""
    text = " ".join(words)
    for pattern in GOALS:
        found = pattern.search(text)
        inner = found[1].split() if found else []
        if inner and inner[0].lower() in verbs():
            return until_joined(inner)
    verb = known(words[0])
    return bare(words) if verb and verb.base in among("wanted") else []


def until_joined(words: list[str]) -> list[str]:
    """What is wanted, up to what is done besides: "to trick @B" of "wants to trick @B and runs away"."""
    third = (
        spot for spot in range(1, len(words)) if joined_at(words, spot) or (joins(words, spot) and words[spot] in BE)
    )
    end = next(third, len(words))
    while end < len(words) and words[end - 1] in (*JOINS, *AFTER_AND, ","):
        end -= 1
    return words[:end]
