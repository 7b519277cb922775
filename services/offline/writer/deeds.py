"""Lets people speak of the pitch's own clauses: who does or wants what, said by "I" or to "you"; invents nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.offline.writer.address import Voice, agreed
from services.offline.writer.casting import Player
from services.offline.writer.reading import LABEL, Reading
from services.offline.writer.verbs import BE, HAVE, Verb, among, by_form, regular, verbs
from studio.story.noun import Noun

WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*|[,;:!?()–—]")
GOALS = (
    re.compile(
        r"^(?:must|(?:has|have|needs?|wants?|tries|try|decides?|hopes?|plans?|longs?|agrees?|sets? out) to)\s+(.*)"
    ),
    re.compile(r"^(?:is|are) (?:\w+ed|told|sent|about|given) to\s+(.*)"),
    re.compile(r"^(?:has|have|gets?|is|are)\b.{1,60}?\bto\s+(.*)"),
    re.compile(r"\bthat \S+ (?:can|will|could|would|must)\s+(.*)"),
)
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
AFTER_AND = frozenset(["then", "later", "never", "finally", "soon", "secretly", "slowly"])  # before another verb
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
        plain = sentence.replace("’", "'")
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
        stop = next((spot for spot, word in enumerate(body) if word in (";", "–", "—", "(", ")", "but")), len(body))
        body = body[:stop]
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
    phrase = rf"(?i:(?<!@)\b(?:an?|the|his|her|their|another)\s+(?:[\w'-]+\s+){{0,2}}?{noun}\b)"
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
    if before in ("a", "an", "the", "his", "her", "their", "to", "of") or spot == 0:
        return False
    several = before.endswith("s") or "and" in words[:spot] or before in ("@a", "@b")
    return word in by_form("third") or (word in verbs() and several and before not in ("@a's", "@b's"))


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
    if len(low) < 5 or not low.endswith("s") or low.endswith(("ss", "us", "'s")) or is_helping(low):
        return None
    base = low[:-3] + "y" if low.endswith("ies") else re.sub(r"(?<=[sxz])es$|(?<=[cs]h)es$|s$", "", low)
    return Verb(base=base, past=regular(base), done=regular(base))


def finite(words: Sequence[str], me: str) -> list[str]:
    """A clause as its doer says it: what happened in the past tense, what goes on in the present."""
    first, rest = words[0].lower(), list(words[1:])
    if is_helping(first):
        return [agreed(first, me), *rest]
    verb = known(first) or guessed(first)
    if verb and verb.base in among("under_way"):
        return [agreed("is", me), verb.going, *joined(rest, "going")]
    past = verb is not None and verb.base not in among("going_on") and "every" not in rest
    told = joined([agreed(word, me) if word in (*BE, *HAVE) else word for word in rest], "past" if past else "base")
    return [(verb.past if past else verb.base) if verb else first, *told]


def bare(words: Sequence[str]) -> list[str]:
    """A clause as it stands after "to"."""
    first, rest = words[0].lower(), list(words[1:])
    second = rest[0].lower() if rest else ""
    inner = goal_of(words) if first in among("modal") else []
    if inner:
        return inner
    if first in BE:
        return [by_form("going")[second].base, *rest[1:]] if second in by_form("going") else ["be", *rest]
    if first in HAVE:
        return [by_form("done")[second].base, *rest[1:]] if second in by_form("done") else ["have", *rest]
    verb = known(first) or guessed(first)
    return [verb.base if verb else agreed(first, "I"), *joined(rest, "base")]


def joined(words: list[str], form: str) -> list[str]:
    """The same words with the verbs after "and" in the form of the first."""
    done = list(words)
    for spot in range(1, len(done)):
        follows = done[spot - 1] == "and" or (done[spot - 1] in AFTER_AND and done[spot - 2 : spot - 1] == ["and"])
        verb = known(done[spot]) if follows else None
        verb = verb or (guessed(done[spot]) if follows and done[spot - 1] in AFTER_AND else None)
        if verb:
            done[spot] = getattr(verb, form)
        elif follows and form == "base" and done[spot] in (*BE, *HAVE):
            done[spot] = "be" if done[spot] in BE else "have"
    return done


def goal_of(words: Sequence[str]) -> list[str]:
    """What somebody is after, from its verb on; empty if the clause is not about wanting."""
    text = " ".join(words)
    for pattern in GOALS:
        found = pattern.search(text)
        inner = found[1].split() if found else []
        if inner and inner[0].lower() in verbs():
            return inner
    verb = known(words[0])
    return bare(words) if verb and verb.base in among("wanted") else []
