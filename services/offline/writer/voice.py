"""Colours a prepared line for its speaker and its story: openers, everyday words exchanged; adds no content."""

from __future__ import annotations

import random
import re
from functools import cache

from services.offline.writer.casting import Player
from services.offline.writer.grammar import sentences, with_article
from services.offline.writer.lexicon import listed, table

OFTEN = 0.3  # of the lines that could carry a manner of speech
CLIPPED = re.compile(
    r"^I (?=(?:haven't|didn't|don't|can't|won't|wasn't|know(?![.,?!])|saw|thought|heard|kept|went|tried|told)\b)"
)
STATES = re.compile(r"^(?:I|It|That|There|They|We|He|She|This|Nobody|Everybody|Somebody)\b")
OWNED = re.compile(r"^(?:I|My)\b")
KEEPS = re.compile(r"^(?:I\b|I'|'|\"|[A-Z][a-z]+,|[A-Z]{2})")


def accent(text: str, speaker: Player, across: str, rng: random.Random, said: set[str]) -> str:
    """A line as somebody of this manner might open it, now and then and never twice alike; `said` grows."""
    if speaker.manner == "terse":
        return sentences(CLIPPED.sub("", text))
    asked = f"{across}?"
    short = text.endswith("?") and len(text.split()) <= 3 and "," not in text
    if short and across and asked not in said and rng.random() < OFTEN:
        said.add(asked)
        return f"{text[:-1]}, {asked}"
    tags = [tag for tag in listed(table("accents.toml")["openers"][speaker.manner]) if tag not in said]
    if not tags or len(text.split()) < 6 or text.count("?") > 1 or text[:1] in "'\"." or rng.random() > OFTEN:
        return text
    tag = rng.choice(tags)
    if "{}" in tag and not across:
        return text
    if tag.endswith(",") and not (OWNED if tag.startswith("I ") else STATES).match(text):
        return text
    rest = text if tag.endswith((".", "!", "?")) or KEEPS.match(text) else text[:1].lower() + text[1:]
    said.add(tag)
    return f"{tag.replace('{}', across)} {rest}"


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
