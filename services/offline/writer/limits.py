"""What somebody cannot do, as a pitch tells it, and the lines that would have them do it all the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from services.offline.writer.chunks import ENDS, Token
from services.offline.writer.lexicon import table
from services.offline.writer.verbs import BE, HAVE, among, by_form

FILE = "limits.toml"
REACH = 14  # words after the first of a mention
OTHERS = frozenset(["and", "or", "with", "whose", "but"])  # what comes after these is of somebody else
OWN = frozenset(
    ["wears", "wore", "uses", "needs", "is", "was", "has", "lost", "can't", "cannot"]
)  # verbs after "who" that tell of one
ALL = frozenset(["both", "they", "neither", "each", "two", "everybody"])  # words for a person and the others


def limits_of(stream: Sequence[Token], spot: int, role: str) -> tuple[str, ...]:
    """The limits a pitch tells of somebody mentioned at a token, and those of their role."""
    text = " ".join(mention(stream, spot))
    known = table(FILE)
    told = [
        limit
        for limit, pattern in known["told"].items()
        if re.search(rf"(?<!\w)(?:{pattern}|(?:can't|cannot) (?:{known['cannot'][limit]}){at_all()})(?!\w)", text)
    ]
    return (*told, *(limit for limit, roles in known["roles"].items() if set(role.split()) & set(roles.split())))


@cache
def at_all() -> str:
    """The pattern of a place where no word narrows what cannot be done; a verb that goes on does not."""
    going_on = "|".join(("at all", "any ?more", *BE, *by_form("past")))
    return rf"(?! (?!(?:{going_on})\b)\w)"


def mention(stream: Sequence[Token], spot: int) -> list[str]:
    """The words that tell of somebody: from their mention to the verb that is theirs; "is" takes the next word in."""
    found: list[str] = []
    for at in range(spot, min(len(stream), spot + REACH)):
        low, before = stream[at].low.replace("’", "'"), stream[at - 1].low if at else ""
        if low in ENDS or low in OTHERS or (before == "who" and low not in OWN):
            break
        acts = low in by_form("third") or low in HAVE or low in among("modal") or low in BE
        if acts and before != "who":
            return [*found, low, *(token.low for token in stream[at + 1 : at + 3])] if low in BE else found
        found.append(low)
    return found


def breaks(text: str, limits: Iterable[str], kind: str) -> bool:
    """Whether a text has a word that somebody's limits forbid; `kind` is shown, says or heard."""
    said = set(re.findall(r"[\w'-]+", text.casefold()))
    return any(said & forbidden(kind, limit) for limit in limits)


@cache
def forbidden(kind: str, limit: str) -> frozenset[str]:
    """The words of one kind that a limit forbids."""
    return frozenset(table(FILE)[kind].get(limit, "").split())


def acted(text: str, name: str, others: Sequence[str]) -> str:
    """The sentences of an action that tell of somebody: by name, with all, or going on after one that did."""
    found, on = [], False
    for sentence in re.split(r"(?<=[.!?]) ", text):
        words = set(re.findall(r"[\w'-]+", sentence))
        if name in sentence or ALL & {word.casefold() for word in words}:
            on = True
        elif any(other in sentence for other in others):
            on = False
        found += [sentence] if on else []
    return " ".join(found)
