"""The stage of one story: who plays which letter, what is spoken of, where and when; it repeats no line."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.offline.writer import limits, surroundings
from services.offline.writer.casting import Player
from services.offline.writer.grammar import Phrase, with_article
from services.offline.writer.lexicon import Spot, parts_of, where
from services.offline.writer.passage import Line, Option, Passage
from services.offline.writer.template import CHOICE, filled
from services.offline.writer.voice import accent, everyday
from studio.story.noun import Noun
from studio.story.screenplay import Kind

SKIES = {
    "rain": "the rain", "snow": "the snow", "fog": "the fog", "wind": "the wind", "storm": "the storm",
    "cloudy": "the grey", "clear": "the light",
}  # fmt: skip


GROWN = 18  # years, from which somebody can say what only grown-ups do
AFTER_ARTICLE = re.compile(rf"(?:\b([Aa])n? )?{CHOICE.pattern}")


class Said(Noun):
    """One line as it will stand in the script: an action (no cue) or a speech; `group` > 0 may be left out."""

    text: str
    cue: str = ""
    how: str = ""
    group: int = 0

    @property
    def kind(self) -> Kind:
        """Action or dialogue."""
        return Kind.DIALOGUE if self.cue else Kind.ACTION


@dataclass
class Stage:
    """Everything passages are filled from; `said` and `spent` grow with the script."""

    cast: Mapping[str, Player]
    values: dict[str, str]
    facts: dict[str, frozenset[str]]
    rng: random.Random
    said: set[str] = field(default_factory=set)
    spent: set[int] = field(default_factory=set)  # ids of the shelf's passages, which outlive the stage
    brief: float = 0.0  # how strongly short passages are preferred
    memo: dict[str, int] = field(default_factory=dict)
    heeds: bool = True  # whether lines are held against what people cannot do

    def bound(self, cast: Mapping[str, Player], values: Mapping[str, str], facts: Mapping[str, str]) -> Stage:
        """The same story seen with other people, things or places; what was said stays said."""
        both = dict(self.values)
        for letter, player in cast.items():
            both |= player.slots(letter)
        told = {key: frozenset(value.split()) for key, value in facts.items()}
        known = self.facts | told
        return replace(self, cast={**self.cast, **cast}, values=both | dict(values), facts=known)

    @property
    def anywhere(self) -> Stage:
        """The same story with nothing known of what stands around; for what must be told wherever it is."""
        return replace(self, facts={key: told for key, told in self.facts.items() if key != "here"})

    @property
    def heedless(self) -> Stage:
        """The same story with nothing known of anybody either; for a beat that no line would be left for."""
        return replace(self.anywhere, heeds=False)

    def pick(self, pool: Sequence[Passage], spare: bool = False) -> list[Said]:
        """Fill one fitting passage of a pool, the more particular the likelier; empty if none is left.

        With `spare` a passage that was used may be used again with other wordings.
        """
        fitting = [one for one in pool if (spare or id(one) not in self.spent) and self.can(one)]
        while fitting:
            one = self.rng.choices(fitting, [self.weight(found) for found in fitting])[0]
            fitting.remove(one)
            made = self.fill(one)
            if made:
                return made
        return []

    def weight(self, passage: Passage) -> float:
        """How likely a fitting passage is taken: more for particular ones, less for long ones when time is short."""
        near = 60 if passage.keyed else 0
        return float((1 + 4 * len(passage.needs) + near) * (10 / passage.bulk) ** self.brief)

    def can(self, passage: Passage) -> bool:
        """Whether the conditions hold and everybody it needs is cast."""
        return passage.fits(self.facts) and passage.cast <= set(self.cast)

    def fill(self, passage: Passage) -> list[Said]:
        """Fill one passage, taking note of what is said; empty if a line that must stay has nothing new to say."""
        made: list[Said] = []
        lost: set[int] = set()
        kinds = surroundings.asked_of(passage)
        for line in passage.lines:
            across = next((one.who for one in passage.lines if one.who and one.who != line.who), "")
            text = "" if line.group in lost else self.wording(line, {one.text for one in made}, across, kinds)
            if not text and not line.group:
                return []
            if not text:
                lost.add(line.group)
                continue
            cue = self.cast[line.who].cue if line.who else ""
            made.append(Said(text=text, cue=cue, how=self.manner(line), group=line.group))
        kept = [one for one in made if one.group not in lost or not one.group]
        self.said.update(key(one.text) for one in kept)
        self.spent.add(id(passage))
        return kept

    def wording(self, line: Line, beside: Iterable[str], across: str, kinds: tuple[str, ...]) -> str:
        """One wording of a line that fits its speaker and place and was not said before; empty if there is none."""
        taken = self.said | {key(text) for text in beside}
        here, asks = self.facts.get("here", frozenset()), self.held_against(line, kinds)
        able = [one for one in line.options if one.template.suits(self.values)]
        able = [one for one in able if surroundings.stands(one.template.text, here, asks)]
        spun = {id(one): filled(self.spin(one.template.text, here, asks), self.values) for one in able}
        able = [one for one in able if not self.beyond(spun[id(one)], line.who, across)]
        fresh = [one for one in able if key(spun[id(one)]) not in taken]
        if not fresh:
            return ""
        novel = [one for one in fresh if one.template.text not in self.said] or fresh
        chosen = self.chosen(line, novel)
        self.said.add(chosen.template.text)
        own = bool(chosen.manners) and self.cast[line.who].manner != "terse"
        if not line.who or own or line.how:
            return spun[id(chosen)]
        other = self.cast[across].short if across else ""
        voiced = accent(spun[id(chosen)], self.cast[line.who], other, self.rng, self.said)
        kept = key(voiced) not in taken and not self.beyond(voiced, line.who, across)
        return voiced if kept else spun[id(chosen)]

    def manner(self, line: Line) -> str:
        """How a line is said: who is mute signs it."""
        mute = line.who and "mute" in self.cast[line.who].limits
        return "signing" if mute else line.how

    def beyond(self, text: str, speaker: str, across: str) -> bool:
        """Whether a line has somebody do, say or be told what they cannot do, hear or see."""
        if not self.heeds:
            return False
        for player in {one.name: one for one in self.cast.values() if one.limits}.values():
            others = [one.short for one in self.cast.values() if one.name != player.name]
            kind, told = "shown", "" if speaker else limits.acted(text, player.short, others)
            nameless = not speaker and not any(name in text for name in (player.short, *others))
            if nameless and "X" in self.cast and self.cast["X"].name == player.name:  # what an entrance says of them
                told = text
            if speaker and self.cast[speaker].name == player.name:
                kind, told = "says", text
            elif across and speaker and self.cast[across].name == player.name:
                kind, told = "heard", text
            if limits.breaks(told, player.limits, kind):
                return True
        return False

    def held_against(self, line: Line, kinds: tuple[str, ...]) -> tuple[str, ...]:
        """The rows of the surroundings a line is held against; none where nothing is known of them."""
        if "here" not in self.facts:
            return ()
        spoken = tuple(kind for kind in kinds if kind != "shown")
        child = line.who and self.cast[line.who].years < GROWN
        return (*spoken, "grown") if child else spoken if line.who else kinds

    def spin(self, text: str, here: frozenset[str], kinds: tuple[str, ...]) -> str:
        """Make a text's choices: each afresh, those marked = and everyday words once for the whole story."""

        def choose(found: re.Match[str]) -> str:
            options = found[3].split("/")
            options = options if found[2] else surroundings.fitting(options, here, kinds)
            at = self.rng.randrange(len(options))
            word = options[self.memo.setdefault(found[3], at) if found[2] else at]
            article = with_article(word) if found[1] else word
            return article[:1].upper() + article[1:] if found[1] == "A" else article

        return everyday(AFTER_ARTICLE.sub(choose, text), self.memo, self.rng)

    def chosen(self, line: Line, options: list[Option]) -> Option:
        """A wording for the speaker's own manner where there is one, else any for everybody."""
        manner = self.cast[line.who].manner if line.who else ""
        own = [one for one in options if manner in one.manners]
        free = [one for one in options if not one.manners]
        if own and (not free or self.rng.random() < 0.6):
            return self.rng.choice(own)
        return self.rng.choice(free or own or options)


def key(text: str) -> str:
    """What makes two lines the same to the ear."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def thing_values(thing: Phrase) -> dict[str, str]:
    """The values of the slots for the thing a story turns around."""
    many = thing.plural
    return {
        "thing": thing.bare, "a thing": thing.indefinite, "the thing": thing.definite, "thing.full": thing.noun,
        "this thing": thing.bare if thing.proper else f"{'these' if many else 'this'} {thing.bare}",
        "thing.it": "they" if many else "it", "thing.they": "they" if many else "it",
        "thing.them": "them" if many else "it", "thing.is": "are" if many else "is",
        "thing.was": "were" if many else "was", "thing.has": "have" if many else "has", "thing.s": "" if many else "s",
        "thing.es": "" if many else "es",
    }  # fmt: skip


def place_values(place: Phrase, spot: Spot, time: str, weather: str) -> dict[str, str]:
    """The values of the slots for where and when a scene is."""
    sky = SKIES.get(weather, "the light")
    there = f"{where(place.head)} {place.definite}"
    named = {"place": place.bare, "the place": place.definite, "in the place": there}
    return parts_of(spot) | named | {"hour": time, "the sky": sky}


def idea_values(ideas: Sequence[Phrase], extras: Sequence[str]) -> dict[str, str]:
    """The values for what a pitch speaks of but nobody can hold."""
    found: dict[str, str] = {}
    if ideas:
        found |= {"idea": ideas[0].bare, "the idea": ideas[0].definite}
    if extras:
        found["extra"] = with_article(extras[0]) if not extras[0][:1].isupper() else extras[0]
    return found
