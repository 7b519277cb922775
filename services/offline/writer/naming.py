"""Finds the names a pitch gives, by the lists and by where they stand."""

from __future__ import annotations

import re

from services.offline.writer import lexicon
from services.offline.writer.chunks import OWNS, Token, singular

NAME = re.compile(r"[^\W\d_]+(?:-\d{1,4})?")  # Vesper, Vesper-9


def names(stream: list[Token], tongue: str) -> dict[int, str]:
    """The names a pitch gives and where they first stand."""
    found: dict[int, str] = {}
    spot = 0
    while spot < len(stream):
        length = name_at(stream, spot, tongue)
        name = " ".join(cased(token.text) for token in stream[spot : spot + length])
        if (
            length
            and not of_animal(stream, spot)
            and not any(name in known.split() or name == known for known in found.values())
        ):
            found[spot] = name
        spot += max(1, length)
    return found


def of_animal(stream: list[Token], spot: int) -> bool:
    """Whether a name is that of an animal: "a goose called Wendy"."""
    before = [token.low for token in stream[max(0, spot - 2) : spot]]
    return before[-1:] in (["called"], ["named"]) and lexicon.things().get(before[0]) == "creature"


def cased(word: str) -> str:
    """A name in capitals as it is written in a sentence."""
    return word.capitalize() if word.isupper() and len(word) > 1 else word


def name_at(stream: list[Token], spot: int, tongue: str) -> int:
    """How many tokens from here are one name; 0 when none is."""
    if not is_name(stream, spot, tongue):
        return 0
    length = 1
    while (
        length < 3
        and spot + length < len(stream)
        and (follows(stream[spot + length]) or (length == 1 and is_number(stream[spot + length])))
    ):
        length += 1
    only_title = length == 1 and stream[spot].low in lexicon.english("titles")
    return 0 if only_title else length


def follows(token: Token) -> bool:
    """Whether a token can go on a name."""
    return token.capital and not token.mark and not is_small(token)


def is_number(token: Token) -> bool:
    """Whether a token can be the number in a robot's name: Unit Seven, Unit 7."""
    counts = token.text.isdigit() and len(token.text) < 3  # more are a year
    return counts or (token.capital and token.low in lexicon.table("people.toml")["numbers"])


def is_small(token: Token) -> bool:
    """Whether a capitalised word is no name: a small word, a month, a noun of the lists."""
    small = ("function", "determiners", "months", "seeks")
    return any({token.low, token.low.removesuffix("s")} & lexicon.english(key) for key in small)


def is_name(stream: list[Token], spot: int, tongue: str) -> bool:
    """Whether a token begins a name, by the lists and by where it stands."""
    token = stream[spot]
    if token.mark or not token.capital or is_small(token) or not NAME.fullmatch(token.text) or is_feast(stream, spot):
        return False
    if is_part(stream, spot):
        return False
    if token.text in lexicon.first_names() or cased(token.text) in lexicon.first_names():
        return True
    if tongue == "de" or len(token.text) < 2:
        return False
    before = stream[spot - 1].low if spot else ""
    after = stream[spot + 1] if spot + 1 < len(stream) else None
    led = before == "to" and spot > 1 and stream[spot - 2].low in lexicon.english("leads")  # the road to Edo
    placed = led or before in lexicon.english("prepositions") - {"by", "to"} or before == "the"
    common = (
        singular(token.low) in lexicon.roles()
        or token.low in lexicon.roles()
        or token.low in lexicon.things()
        or token.low in lexicon.places()
    )
    if token.low in lexicon.english("titles") and after and after.capital and not after.mark:
        return True
    if not token.starts:
        return not placed and not common
    acts = after is not None and (
        (is_number(after) and token.low not in lexicon.english("function"))
        or after.low in lexicon.english("not_nouns")
        or after.low in (OWNS, ",", "and", "is", "has", "must")
    )
    return acts and not common


def is_feast(stream: list[Token], spot: int) -> bool:
    """Whether a word that could be a name ends that of a day: Christmas Eve, New Year's Eve."""
    before = {token.low for token in stream[max(0, spot - 2) : spot]}
    return stream[spot].low == "eve" and bool(before & {"christmas", "year", "all"})


def is_part(stream: list[Token], spot: int) -> bool:
    """Whether a word that could be a name counts a story's parts or its days: Chapter 2, Day One, or the One of it."""
    pairs = [stream[at : at + 2] for at in (spot - 1, spot) if at >= 0]
    return any(len(pair) == 2 and pair[0].low in lexicon.english("parts") and is_number(pair[1]) for pair in pairs)
