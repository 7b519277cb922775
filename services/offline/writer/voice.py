"""Colours a prepared line for its speaker and its story: openers, everyday words exchanged; adds no content."""

from __future__ import annotations

import random
import re
from functools import cache

from services.offline.writer.casting import Player
from services.offline.writer.grammar import sentences, with_article
from services.offline.writer.lexicon import listed, table
from services.offline.writer.verbs import by_form

GROWN = 18  # years
OFTEN = 0.3  # of the lines that could carry a manner of speech
CLIPPED = re.compile(
    r"^(?:I (?=(?:haven't|didn't|don't|can't|won't|wasn't|know(?![.,?!])|want|never|only)\b)|"
    r"I've (?=(?:got|been|never|seen|heard|tried|had)\b)|I'm (?=(?:not|only|just|going)\b))"
)
PAST = re.compile(r"^I (?=(\w+)\b)")
STATES = re.compile(r"^(?:I|It|That|There|They|We|He|She|This|Nobody|Everybody|Somebody)\b")
OWNED = re.compile(r"^(?:I|My)\b")
STUBS = re.compile(r"^(?:It's|That's|There's) (?=(?:an?|the|no|not|only|just|all|more|too) )")
SHORT = re.compile(r"\b([A-Za-z]+'(?:t|m|re|ve|ll|s))\b(?= ?(\w*))")
ASKED = re.compile(r"\b([A-Za-z]+n't) (you|it|he|she|they|we|I)\b")
HAS = frozenset(["been", "got", "gone", "had", "come", "done", "never", "always", "begun", "taken", "grown", "spelled"])
KEEPS = re.compile(r"^(?:I\b|I'|'|\"|[A-Z][a-z]+,|[A-Z]{2})")


def accent(text: str, speaker: Player, across: str, rng: random.Random, said: set[str]) -> str:
    """A line as somebody of this manner might open it, now and then and never twice alike; `said` grows."""
    if speaker.manner == "terse":
        return sentences(" ".join(clipped(one) for one in re.split(r"(?<=[.!?]) ", text)))
    text = whole(text, speaker.manner)
    often = table("accents.toml")["often"].get(speaker.manner, OFTEN)
    rounded = closed(text, speaker.manner, said) if rng.random() < often / 2 else text
    if rounded != text:
        return rounded
    asked = f"{across}?"
    short = text.endswith("?") and len(text.split()) <= 3 and "," not in text
    if short and across and asked not in said and rng.random() < OFTEN:
        said.add(asked)
        return f"{text[:-1]}, {asked}"
    tags = [tag for tag in listed(table("accents.toml")["openers"][speaker.manner]) if tag not in said]
    tags = [tag for tag in tags if speaker.years >= GROWN or not is_grown(tag)]
    if not tags or len(text.split()) < 6 or text.count("?") > 1 or text[:1] in "'\"." or rng.random() > often:
        return text
    tag = rng.choice(tags)
    if "{}" in tag and not across:
        return text
    if tag.endswith(",") and not (OWNED if tag.startswith("I ") else STATES).match(text):
        return text
    rest = text if tag.endswith((".", "!", "?")) or KEEPS.match(text) else text[:1].lower() + text[1:]
    said.add(tag)
    return f"{tag.replace('{}', across)} {rest}"


def is_grown(tag: str) -> bool:
    """Whether only somebody grown up opens a line so: no child calls its captain a lamb."""
    return bool(set(re.findall(r"\w+", tag.casefold())) & set(table("accents.toml")["grown"]["words"].split()))


def clipped(text: str) -> str:
    """A sentence without the words that go without saying: "I went" is "went", "It's a" is "a"."""
    past = PAST.match(text)
    verb = by_form("past").get(past[1]) if past else None
    if past and verb and verb.base != past[1]:
        return text[past.end() :]
    return STUBS.sub("", CLIPPED.sub("", text))


def closed(text: str, manner: str, said: set[str]) -> str:
    """A statement rounded off as people of a manner do, once each way in a story; `said` grows."""
    known = table("accents.toml")["closers"].get(manner, "")
    free = [one for one in listed(known) if one and one not in said]
    last = re.split(r"(?<=[.!?]) ", text)[-1]
    if not free or not STATES.match(last) or not re.fullmatch(r"[^?!…]*\w\.", last) or len(last.split()) < 4:
        return text
    end = free[len(said) % len(free)]
    said.add(end)
    return f"{text[:-1]}{end}."


def whole(text: str, manner: str) -> str:
    """The text with the words said whole that people of a manner do not shorten; "don't you" is "do you not"."""
    long: dict[str, str] = table("accents.toml")["whole"].get(manner, {})

    def said(found: re.Match[str]) -> str:
        word = found[1] if found[1] in long else found[1][:1].lower() + found[1][1:]
        full = long.get(word, found[1])
        if full.endswith(" is") and found[2] in HAS:
            full = full.removesuffix("is") + "has"
        return full[:1].upper() + full[1:] if found[1][:1].isupper() else full

    def asked(found: re.Match[str]) -> str:
        full = long.get(found[1].lower(), "")
        verb = full.removesuffix("not").strip()
        verb = verb.capitalize() if found[1][:1].isupper() else verb
        return f"{verb} {found[2]} not" if verb else found[0]

    return SHORT.sub(said, ASKED.sub(asked, text)) if long else text


@cache
def exchanges() -> tuple[tuple[re.Pattern[str], tuple[str, ...], str], ...]:
    """Groups of everyday words of which any will do, and where they may stand."""
    found = []
    for name, row in table("accents.toml")["everyday"].items():
        group, after = listed(row["words"]), row.get("before", "")
        words = "|".join(sorted(group, key=len, reverse=True))
        look = rf"(?= (?:{after})\b)" if after else ""
        found.append((re.compile(rf"\b((?i:an?) )?({words})\b{look}"), group, name))
    return tuple(found)


def everyday(text: str, memo: dict[str, int], rng: random.Random) -> str:
    """The text with everyday words exchanged, each group turned by the same step through a whole story."""
    for pattern, group, name in exchanges():
        step = memo.setdefault(f"everyday {name}", rng.randrange(len(group)))

        def turn(found: re.Match[str], group: tuple[str, ...] = group, step: int = step) -> str:
            word = group[(group.index(found[2]) + step) % len(group)]
            article = with_article(word) if found[1] else word
            return article[:1].upper() + article[1:] if found[0][:1].isupper() and found[1] else article

        text = pattern.sub(turn, text)
    return text
