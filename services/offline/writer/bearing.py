"""What a pitch tells of how old somebody is and how they look; what it does not tell stays empty."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from services.offline.writer import lexicon
from services.offline.writer.chunks import ENDS, Token
from services.offline.writer.verbs import BE, HAVE, among, by_form, verbs
from studio.story.noun import Noun

_YOUNGEST, _OLDEST = 4, 99
_REACH = 12  # words after the first of a mention
_HYPHENED = re.compile(r"(.+?)-years?-old")
_OTHERS = frozenset(["and", "or", "with", "whose", "who", "meets"])  # what comes after these is of somebody else
_BEFORE = frozenset([",", "(", "–", "—", "aged", "age", "is", "was", "turns", "turned", "of", "who"])
_WITH = 6  # words after "with" in which a beard may come


class Bearing(Noun):
    """Build, hair and what is worn in a face, in the words of an introduction; hair may be a colour alone."""

    build: str = ""
    hair: str = ""
    worn: str = ""


def years_of(stream: Sequence[Token], spot: int) -> tuple[int, ...]:
    """The years told of somebody whose mention starts at a token, 4 to 99; two that "and" joins are of two."""
    start = spot - 1 if spot and is_years(stream[spot - 1].low) else spot
    for at in range(start, min(spot + _REACH, len(stream))):
        low, before = stream[at].low, stream[at - 1].low if at else ""
        if low in ENDS or (at > start and (low in _OTHERS or _acts(low))):
            return ()
        hyphened = _HYPHENED.fullmatch(low)
        after = stream[at + 1].low if at + 1 < len(stream) else "."
        if hyphened and (years := _number(hyphened[1])):
            return (years,)
        told = before in _BEFORE or after in ("year", "years")
        if told and (years := _number(low)) and _ends(stream, at):
            tied = after == "and" and at + 2 < len(stream) and _ends(stream, at + 2, several=True)
            other = _number(stream[at + 2].low) if tied else 0
            return (years, other) if other else (years,)
        if before in ("his", "her", "their") and (decade := _decade(low)):
            return (decade,)
    return ()


def is_years(word: str) -> bool:
    """Whether a word is only somebody's age: seventy-year-old."""
    hyphened = _HYPHENED.fullmatch(word)
    return bool(hyphened and _number(hyphened[1]))


def bearing_of(stream: Sequence[Token], start: int, end: int) -> Bearing:
    """What stands before the noun of a mention, or after it behind "with"."""
    first = start
    while first and stream[first - 1].low in {",", *_told()}:
        first -= 1
    words = [token.low for token in stream[first:end]]
    while end < len(stream) and (stream[end].low == "," or stream[end].low.isdecimal()):
        end += 1
    if end < len(stream) and stream[end].low == "with":
        stop = next((at for at in range(end + 1, len(stream)) if stream[at].low in {*ENDS, "and", ","}), len(stream))
        after = [token.low for token in stream[end + 1 : min(stop, end + 1 + _WITH)]]
        if {"hair", *_told("worn")} & set(after):
            words += [f"{word}-haired" if f"{word}-haired" in _told("hair") else word for word in after]
    found = {kind: next((_told(kind)[word] for word in words if word in _told(kind)), "") for kind in _KINDS}
    return Bearing.model_validate(found)


def clothes_of(words: Sequence[str]) -> tuple[str, str]:
    """What the words of a mention say somebody wears: a garment, and what is on the head; empty where nothing is."""
    data = lexicon.table("look.toml")["told"]["clothes"]
    text = " ".join(words)
    after = "|".join((*lexicon.english("function"), *by_form("past"), r"\w+(?:ed|[^\Ws]s)"))
    found = []
    for kind in ("garment", "hat"):
        nouns = "|".join(sorted(data[kind].split(), key=len, reverse=True))
        worn = re.search(
            rf"\b(?:in|wears|wearing|wore|with) (?:an?|the|his|her|their) ((?:[\w-]+ ){{0,2}}(?:{nouns}))\b"
            rf"(?![ -](?!(?:{after})\b)\w)",  # nobody wears a dress shop; who sits goes on
            text,
        )
        found.append(worn[1] if worn else "")
    return found[0], found[1]


def tells(word: str) -> bool:
    """Whether an adjective is told of in a bearing, and need not be said of a role again."""
    return word in _told() or is_years(word)


_KINDS = ("build", "hair", "worn")


@cache
def _told(kind: str = "") -> dict[str, str]:
    """Words of a kind, or of all of them, with what an introduction says for them."""
    table = lexicon.table("look.toml")["told"]
    rows = [row for one in _KINDS if kind in ("", one) for row in table[one].items()]
    return {word: said for said, words in rows for word in words.split()}


def _number(word: str) -> int:
    """A number of years in digits or in words; 0 when it is none."""
    names = lexicon.table("people.toml")["numbers"]
    parts = word.split("-")
    years = int(word) if word.isdecimal() else sum(int(names.get(part, _OLDEST)) for part in parts)
    return years if _YOUNGEST <= years <= _OLDEST and (word.isdecimal() or set(parts) <= names.keys()) else 0


def _decade(word: str) -> int:
    """The middle of somebody's seventies, or 70s; 0 for another word."""
    tens = _number(re.sub(r"ies$", "y", word).removesuffix("s"))
    return tens + 4 if word.endswith("s") and tens >= 20 and not tens % 10 else 0


def _acts(low: str) -> bool:
    """Whether a word is a verb that ends what is said of whom: not "is 70", not "turns 70"."""
    return (low in by_form("third") and low not in _BEFORE) or low in HAVE or low in among("modal")


def _ends(stream: Sequence[Token], at: int, *, several: bool = False) -> bool:
    """Whether nothing that is counted follows a number; what `several` do may."""
    if at + 1 == len(stream):
        return True
    after = stream[at + 1]
    small = lexicon.english("function") | lexicon.english("determiners") | {"year", "years"}
    acts = after.low in by_form("third") or after.low in BE or (several and after.low in verbs())
    return after.mark or after.low in small or acts
