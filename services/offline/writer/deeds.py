"""Lets people speak of the pitch's own clauses: who does or wants what, said by "I" or to "you"; invents nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.offline.writer.address import Voice
from services.offline.writer.casting import Player
from services.offline.writer.conjugation import bare, finite, goal_of, guessed, is_helping
from services.offline.writer.reading import LABEL, Reading
from services.offline.writer.verbs import among, by_form, verbs
from studio.story.noun import Noun

WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*|[,;:!?()–—]")
BY_WHEN = re.compile(
    r"\b(before (?!and)[^,.;:]{3,60}|until [^\s,.;:]+(?: [a-z]+ed)?|tonight|overnight"
    r"|by (?:dawn|noon|midnight|morning|sunrise|sundown|nightfall))\b",
    re.IGNORECASE,
)
ASIDE = re.compile(r"@([AB]) ?, who ([^,]+),")
WHOM = re.compile(r" (@[AB]) ((?:she|he|they) (?:must|has to|have to|can't|cannot|should|will|never) [\w ]+)$")
TRAIT = re.compile(r" (@[AB]) who (.+)$")
SNAG = re.compile(
    r",? (?:and|but|where|though) ((?:neither|nobody|no one|everybody|everyone|nothing"
    r"|he|she|they|it|only one|both"
    r"|(?:her|his|their|the) [\w-]+ (?:has|have|is|are|was|were|wants?|says?))\b[^,;:]{4,80})$"
)
DATED = re.compile(r"(?i),? (?:in )?(?:the year )?(?:1[0-9]|2[0-9])\d\d$|^in (?:the year )?[12]\d\d\d,? ")
ADULTS = {"f": "woman", "m": "man"}
LONGEST = 24  # words of a clause that can be said in one breath


class Clause(Noun):
    """One main clause of a pitch: whose it is (A, B or both) and its words from the verb on."""

    who: str
    words: tuple[str, ...]
    aside: tuple[str, ...] = ()
    together: str = ""


def slots(reading: Reading, cast: Sequence[Player]) -> dict[str, str]:
    """The values of the clause slots: {A.did}, {A.did you}, {A.do}, {A.goal}...; what the pitch lacks is not there."""
    found: dict[str, str] = {}
    if reading.language != "en":
        return found
    teller = Teller(reading, cast)
    for sentence in sentences_of(reading.text):
        clause = teller.clause(sentence)
        if not clause:
            continue
        letter = "A" if clause.who == "both" else clause.who
        if clause.together:
            found.setdefault("we", clause.together)
        for key, value in teller.told(clause).items():
            found.setdefault(f"{letter}.{key}", value)
            if clause.who == "both":
                found.setdefault(f"B.{key}", value)
    when = BY_WHEN.search(reading.text)
    if when and not re.search(r"\b(?:s?he|they|his|her|their)\b", when[0]):
        found["by when"] = when[0][:1].lower() + when[0][1:]
    return found


def sentences_of(text: str) -> list[str]:
    """The sentences of a pitch without labels and genre words."""
    parts = (LABEL.sub("", one).strip() for one in re.split(r"(?<=[\w)][.!?])\s+", text))
    return [one.rstrip(".!? ") for one in parts if len(one.split()) > 2]


class Teller:
    """Knows how the pitch speaks of the first two people, and turns its words round for them."""

    def __init__(self, reading: Reading, cast: Sequence[Player]) -> None:
        self.cast = cast[:2]
        self.told_of = len(reading.people)
        pairs = zip(self.cast, reading.people, strict=False)
        self.patterns = [mention(player, unnamed=not who.name) for player, who in pairs]
        roles = {player.role for player in self.cast}
        alike = f"|{re.escape(min(roles))}s" if len(roles) == 1 and min(roles) else ""
        self.several = re.compile(rf"(?i)\b(two|both|three{alike})\b")
        lone = self.told_of < 2 and reading.things and reading.things[0].sort == "creature"
        self.owner = reading.things[0].definite if lone else ""
        self.home = reading.things[0].definite if reading.things else ""
        self.home = reading.sites[0].phrase.definite if reading.sites and not self.home else self.home

    def clause(self, sentence: str) -> Clause | None:
        """The main clause of a sentence, with markers in place of the people; None if no list knows its verb."""
        plain = DATED.sub("", sentence.replace("’", "'"))
        for letter, pattern in zip("AB", self.patterns, strict=False):
            plain = pattern.sub(f"@{letter}", plain)
        aside = ASIDE.search(plain)
        words = re.findall(r"@[AB](?:'s)?|[^\W_]+(?:['\-][^\W_]+)*|[,;:()–—]", plain)
        at = verb_at(words)
        if at is None or at == 0:
            return None
        before = [word for word in words[:at] if word in ("@A", "@B")]
        many = "both" if self.several.search(" ".join(words[:at])) or set(before) >= {"@A", "@B"} else ""
        who = many or (before[-1][1] if before else "")
        body = words[at:]
        stop = next(
            (spot for spot, word in enumerate(body) if word in (";", ":", "–", "—", "(", ")", "but")), len(body)
        )
        body = body[:stop]
        while body and body[-1] == ",":
            body.pop()
        head = " ".join(words[:at])
        pair = head[:1].lower() + head[1:] if re.fullmatch(r"(?i)(two|both|three|four)( [\w-]+){1,3}", head) else ""
        said = (f"@{aside[1]}", *aside[2].split()) if aside else ()
        return Clause(who=who, words=tuple(body), aside=said, together=pair) if who and len(body) > 1 else None

    def told(self, clause: Clause) -> dict[str, str]:
        """Everything that can be said of a clause, by its doer ("did") and to them ("did you")."""
        found: dict[str, str] = {}
        many = clause.who == "both"
        words, snag = parted(clause)
        for key, doer, other in (("", "I", "you"), (" you", "you", "I")):
            me = "we" if many else doer
            family = {"A": me, "B": other} if clause.who in ("A", "both") else {"B": me, "A": other}
            if many:
                family = {"A": "we", "B": "we"}
            genders = [player.gender for player in self.cast[: max(1, self.told_of)]]
            voice = Voice(family, genders, many, clause.who, self.owner)
            found[f"did{key}"] = contracted(f"{me} {voice.said(finite(words, me))}")
            found[f"do{key}"] = voice.said(bare(words))
            goal = goal_of(words)
            if goal:
                found[f"goal{key}"] = self.settled(voice.said(goal))
            if snag:
                found[f"snag{key}"] = voice.said(snag)
        return {key: value for key, value in found.items() if len(value.split()) <= LONGEST and "@" not in value}

    def settled(self, goal: str) -> str:
        """A goal that says what "it" is."""
        return re.sub(r"^(\w+) it\b", rf"\1 {self.home}", goal) if self.home else goal


def contracted(text: str) -> str:
    """The text as it is spoken: I'm, we're, you're."""
    return re.sub(r"^(I|we|you) (?:a(?=m\b)|a(?=re\b))(?!\w+ not\b)", r"\1'", text)


def parted(clause: Clause) -> tuple[list[str], list[str]]:
    """A clause's own words, and those of the catch that follows it: "but nobody can swim", "who breaks in"."""
    text = " ".join(clause.words)
    trait, snag = TRAIT.search(text), SNAG.search(text)
    if whom := WHOM.search(text):
        return [*text[: whom.start()].split(), whom[1]], [*whom[2].split(), whom[1]]
    if trait:
        return [*text[: trait.start()].split(), trait[1]], [trait[1], *trait[2].split()]
    if snag and " where " in snag[0]:
        return text.split(), snag[1].split()
    if snag:
        return text[: snag.start()].split(), snag[1].split()
    return text.split(), list(clause.aside)


def mention(player: Player, unnamed: bool = False) -> re.Pattern[str]:
    """How a pitch may speak of somebody: by name, by role or kin with what stands before it, or both.

    Who is `unnamed` and has no role is "an old woman".
    """
    names = sorted({player.name, player.short, player.name.split()[-1]}, key=len, reverse=True)
    name = "|".join(re.escape(one) for one in [*names, *(one.upper() for one in names)])
    role = player.role or player.kin or (ADULTS[player.gender] if unnamed else "")
    if not role:
        return re.compile(rf"\b(?:{name})\b")
    noun = re.escape(role.split()[-1])
    phrase = rf"(?i:(?<!@)\b(?:an?|the|his|her|their|its|my|our|another)\s+(?:[\w'-]+\s+){{0,2}}?{noun}\b)"
    return re.compile(rf"{phrase}(?:,? (?:called |named )?(?:{name})\b)?|\b(?:{re.escape(role)} )?(?:{name})\b")


def verb_at(words: Sequence[str]) -> int | None:
    """Where the main verb of a sentence stands."""
    spot = 0
    if words and words[0].lower() in among("subordinate") and "," in words:
        spot = words.index(",") + 1
    while spot < len(words):
        word = words[spot].lower()
        if word in ("who", "which", "whose", "where", "that"):
            spot = after_relative(words, spot)
            continue
        if is_finite(words, spot):
            return spot
        spot += 1
    return unlisted(words)


def unlisted(words: Sequence[str]) -> int | None:
    """Where a verb stands that no list has: right after somebody, or after an adverb of theirs, with an s."""
    for spot, word in enumerate(words):
        before = [one for one in words[:spot] if not one.endswith("ly")][-1:]
        if before in (["@A"], ["@B"]) and guessed(word):
            return spot
    return None


def after_relative(words: Sequence[str], spot: int) -> int:
    """The place after a relative clause: its closing comma, or its own verb."""
    if spot and words[spot - 1] == ",":
        return next((at + 1 for at in range(spot, len(words)) if words[at] == ","), len(words))
    return next((at + 1 for at in range(spot + 1, len(words)) if is_finite(words, at)), len(words))


def is_finite(words: Sequence[str], spot: int) -> bool:
    """Whether a word is a verb with its subject before it."""
    word, before = words[spot].lower(), words[spot - 1].lower() if spot else ""
    if is_helping(word):
        return spot > 0
    if before in ("a", "an", "the", "his", "her", "their", "to", "of", "two", "three", "four", "both") or spot == 0:
        return False
    several = before.endswith("s") or "and" in words[:spot] or before in ("@a", "@b")
    return word in by_form("third") or (word in verbs() and several and before not in ("@a's", "@b's"))
