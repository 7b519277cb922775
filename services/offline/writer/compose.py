"""Composes a story: fills the beats of each scene, brings people on, and fits the length."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from services.offline.writer import deeds, lexicon, part, shelf, stakes, surroundings
from services.offline.writer.casting import Player, coming, players
from services.offline.writer.chunks import kind_of, singular
from services.offline.writer.entrances import bring_on, pause
from services.offline.writer.grammar import Phrase
from services.offline.writer.part import Draft, Part
from services.offline.writer.passage import Passage
from services.offline.writer.plot import SceneCard, choose_motif, choose_shape, is_lost, scene_cards
from services.offline.writer.reading import Reading
from services.offline.writer.shelf import Shape
from services.offline.writer.sight import keep_in_sight
from services.offline.writer.stage import Said, Stage, idea_values, place_values, thing_values
from services.offline.writer.verbs import plain_forms

LETTERS = (("A", "B", "C"), ("C", "A", "B"), ("B", "C", "A"))
OWN = ("doing", "nouns", "trades", "spots")
FILLERS = ("thing", "sky", "kit", "genre", "manner", "manner", "idea", "people", "people")
ATTEMPTS = 40
PATIENCE = 2760  # seconds of script written at most, to find one of the right length
BRIEF = 83  # seconds under which what is said of the pitch stands for the shape's own want
SEEN = 40  # seconds from which what a story is about is shown
AIRY = 46  # seconds from which a genre is heard and seen in every scene
CLOSE = 1.5  # seconds
LEFT_UNSAID = 2.5  # seconds
INTRODUCTION, ENTRANCE = 3.9, 1.1  # seconds; not every scene needs an entrance
AIRLESS = ("space", "underwater", "spaceship")
WINDOWLESS = ("lift", "cellar")  # no weather is seen from there
VAGUE = frozenset(
    ["chance", "night", "past", "future", "truth", "name", "dream", "voice", "time", "match", "show"]
)  # no need to be said
SKIES = "rain fog wind clear cloudy snow"  # of genres that have none of their own
EARLY = ("sky", "kit", "genre", "manner", "people")


@dataclass
class Story:
    """A composed story before it is typed: its scenes and what it is told with."""

    stage: Stage
    cards: list[SceneCard]
    draft: Draft
    shape: Shape


@dataclass
class Composer:
    """One story in the making."""

    reading: Reading
    genre: str
    wanted: int
    rng: random.Random

    def compose(self) -> Story:
        """Choose, fill and fit."""
        self.cards = scene_cards(self.reading, self.genre, self.wanted, self.rng)
        crowd = 2 if self.wanted < 121 else 3 if self.wanted < 276 else 4
        reading = self.reading.model_copy(update={"people": coming(self.reading.people, self.wanted)})
        self.strangers = not any(who.relation for who in reading.people[1:2])
        self.cast = players(reading, self.genre, crowd, self.rng)
        self.deeds = deeds.slots(reading, self.cast)
        self.shapes: list[Shape] = []
        told = self.deeds
        spot = self.cards[0].site.spot
        for _ in range(1 + max(card.plot for card in self.cards)):
            self.shapes.append(choose_shape(self.reading, self.rng, self.strangers, spot, told, self.shapes))
            told = {}
        self.stage = Stage({}, {}, {}, self.rng)
        self.motif = choose_motif(self.seen(self.cards[0]).facts, self.brief, self.rng)
        drafts: list[tuple[Draft, Stage]] = []
        while len(drafts) < min(ATTEMPTS, 1 + PATIENCE // self.wanted) and not any(
            self.misses(made[0]) < CLOSE for made in drafts
        ):
            drafts.append(self.attempt())
        draft, self.stage = min(drafts, key=lambda made: self.misses(made[0]))
        return Story(self.seen(self.cards[0]), self.cards, draft, self.shapes[0])

    def misses(self, draft: Draft) -> float:
        """Seconds a draft is off the length, and a line's worth more for each word of the pitch it leaves out."""
        return abs(draft.seconds - self.wanted) + LEFT_UNSAID * len(self.unspoken(draft))

    @property
    def brief(self) -> float:
        """How strongly short passages are preferred: more the shorter the story is to be."""
        return max(0.0, (121 - self.wanted) / 46) + max(0.0, (18 - self.wanted) / 1.5)

    def attempt(self) -> tuple[Draft, Stage]:
        """Fill the whole story once, as near to the length as it comes."""
        self.stage = Stage({}, {}, {}, self.rng, brief=self.brief)
        draft = Draft([self.scene(spot, card) for spot, card in enumerate(self.cards)])
        self.crowd_in(draft)
        self.tell(draft)
        stages = [self.seen(card) for card in self.cards]
        if self.wanted >= SEEN and self.own_thing:
            gone = self.shapes[0].absent or is_lost(self.reading)
            keep_in_sight(draft, self.cards, stages, self.own_thing.head, gone=gone)
        part.lengthen(draft, self.wanted - self.stagecraft(), self.filler, self.rng)
        bring_on(draft, self.cast, stages)
        part.shorten(draft, self.wanted)
        pause(draft, self.cast, stages)
        return draft, self.stage

    @property
    def own_thing(self) -> Phrase | None:
        """The pitch's own thing, where it has one that can be shown."""
        return self.thing(0) if self.reading.things else None

    def stagecraft(self) -> float:
        """Seconds that entrances and introductions will add."""
        return INTRODUCTION * len(self.cast) + ENTRANCE * max(0, len(self.cards) - 2)

    def seen(self, card: SceneCard) -> Stage:
        """The stage as one scene finds it."""
        thing = self.thing(card.plot)
        weather = "none" if self.is_shut(card) else self.weather()
        letters = dict(zip(LETTERS[card.plot], self.cast, strict=False))
        if card.plot and len(self.cast) > 3 and card.plot == 1:
            letters["B"], letters["C"] = self.cast[3], self.cast[0]
        extras = [one.noun for one in (*self.reading.things[1:], *self.reading.ideas[1:])]
        values = (
            thing_values(thing)
            | place_values(card.site.phrase, card.site.spot, card.time, weather)
            | idea_values(self.reading.ideas, extras)
        )
        values |= self.deeds if not card.plot else {}
        values |= {"logline": self.reading.logline, "gone": self.reading.gone}
        home = self.cards[0].site.phrase
        there = f"{lexicon.where(home.head)} {home.definite}"
        values |= {"the home": home.definite, "home": home.bare, "in the home": there}
        return self.stage.bound(letters, values, self.told(card, thing, letters, values, weather))

    def is_shut(self, card: SceneCard) -> bool:
        """Whether no weather is seen or felt in a scene."""
        kit, dived = lexicon.kinds(card.site.spot.kit)[-1], "submarine" in self.reading.words
        space = "spaceworld" in self.reading.worlds and kit in ("ship", "station", "laboratory")
        return kit in (*AIRLESS, *WINDOWLESS) or space or (kit == "ship" and dived and card.site.spot.interior)

    def told(
        self, card: SceneCard, thing: Phrase, letters: dict[str, Player], values: dict[str, str], weather: str
    ) -> dict[str, str]:  # fmt: skip
        """The facts conditions are held against."""
        has = [name for name in ("gone", "idea", "extra", "logline") if values.get(name)]
        if letters["B"].kin and not card.plot:
            has.append("kin")
        if not card.plot:
            has += [f"{key[2:]}" if key[0] == "A" else key.lower().replace(".", "-") for key in self.deeds]
            has += ["both"] if "A.did" in self.deeds and self.deeds["A.did"] == self.deeds.get("B.did") else []
        lead, kit = letters["A"].years, " ".join(lexicon.kinds(card.site.spot.kit))
        side = "in" if card.site.spot.interior else "out"
        return {
            "thing": f"{thing.sort} {stakes.finer(thing)}", "kit": kit, "genre": self.genre, "weather": weather,
            "time": card.time, "side": side, "cast": str(len(self.cast)), "has": " ".join(has), "noun": thing.noun,
            "tie": "kin" if "kin" in has else "strangers", "length": "short" if self.wanted < 69 else "long",
            "at": card.site.phrase.noun, "word": " ".join(plain_forms(self.reading.words)),
            "role": letters["A"].calling, "shape": self.shapes[card.plot].name if self.shapes else "",
            "age": "child" if lead < 14 else "old" if lead > 62 else "adult",
            "here": surroundings.here(card.site.spot, card.site.phrase.noun, self.genre, self.reading.worlds),
        }  # fmt: skip

    def weather(self) -> str:
        """The sky the pitch tells, or one the seed chooses for the whole story."""
        skies = lexicon.table("genres.toml")["skies"].get(self.genre, SKIES).split()
        warm = lexicon.words("genres.toml", "climate", "hot") & set(self.reading.words)
        skies = [sky for sky in skies if sky != "snow"] if warm else skies
        return self.reading.weather or random.Random(f"{self.reading.text}{self.cast[0].looks}").choice(skies)

    def thing(self, plot: int) -> Phrase:
        """The thing a plot turns around."""
        return stakes.thing(self.reading, self.genre, self.cast[0], self.cards[0].site.phrase, plot)

    def scene(self, spot: int, card: SceneCard) -> list[Part]:
        """The parts of one scene that its beats ask for."""
        stage = self.seen(card)
        parts = [Part(self.view(stage), must=self.wanted >= (86 if spot else 36), opener=True)]
        if not spot and stage.values.get("we"):
            parts.append(Part(stage.pick(shelf.bank("premise.toml", "together")), opener=True))
        sky = stage.pick(shelf.bank("settings.toml", "sky"))
        if self.wanted >= AIRY:
            air = shelf.bank("settings.toml", "air")
            parts.append(Part(stage.pick(air) or stage.pick(air, spare=True), opener=True))
        if sky and (spot == 0 or (self.wanted > 115 and self.rng.random() < 0.5)):
            parts.append(Part(sky, must=False, opener=True))
        if spot:
            side = "side" in card.beats and "C" in stage.cast
            seen = stage.bound({"B": stage.cast["C"]}, {}, {}) if side else stage
            stands = seen.pick(shelf.bank("settings.toml", "positions"))
            parts.append(Part(stands, must=self.wanted >= 115, opener=True))
        if not spot:
            parts.append(Part(self.own("premise", stage), must=self.wanted >= 51, own=True))
        told = len(parts[-1].lines) > 1 and self.wanted < BRIEF
        for beat in (one for one in card.beats if one != "want" or spot or not told):
            if beat == ("obstacle" if self.wanted >= 83 else "turn") and not card.plot:
                parts.append(Part(self.own("doing", stage), must=self.wanted >= 115, own=True))
            parts.append(self.beat(beat, stage, card.plot))
        return [one for one in parts if one.lines]

    def own(self, bank: str, stage: Stage) -> list[Said]:
        """A passage in the pitch's own words."""
        if self.wanted < 46:
            return []
        pool = shelf.bank(f"{bank}.toml", bank)
        act = frozenset(plain_forms((self.deeds.get("A.goal") or self.deeds.get("A.do", "")).lower().split()))
        nearest = [one for one in pool if any(key == "word" and act & set(words) for key, words in one.needs)]
        return stage.pick(nearest) or stage.pick(pool)

    def view(self, stage: Stage) -> list[Said]:
        """A line of the place, a fresh one as long as there is one."""
        pool = (*shelf.bank("spots.toml", "views"), *shelf.bank("settings.toml", "kit"))
        return stage.pick(pool) or stage.pick(pool, spare=True)

    def beat(self, beat: str, stage: Stage, plot: int) -> Part:
        """One beat filled."""
        if beat == "plant":
            return Part(stage.fill(self.motif.plant), planted=True)
        if beat == "payoff":
            return Part(stage.fill(self.motif.payoff) if id(self.motif.plant) in stage.spent else [], planted=True)
        if beat == "side":
            pool = "chorus" if "C" in stage.cast else "people"
            return Part(self.aside(stage) or self.paired(stage, shelf.bank("fillers.toml", pool)))
        told = self.shapes[plot].beats[beat]
        lines = stage.pick(told) or stage.anywhere.pick(told) or stage.heedless.pick(told)
        return Part(lines, must=beat != "close" or self.wanted >= 46, beat=beat)

    def aside(self, stage: Stage) -> list[Said]:
        """What a third person says out of their own trade, if anything is known of it."""
        if "C" not in stage.cast or self.rng.random() < 0.3:
            return []
        other = self.rng.choice("AB")
        return self.across(stage, "C", other, shelf.bank("trades.toml", "trades"))

    def across(self, stage: Stage, one: str, other: str, pool: Sequence[Passage]) -> list[Said]:
        """Fill a passage for two given people."""
        x, y = stage.cast[one], stage.cast[other]
        return stage.bound({"X": x, "Y": y}, {}, {"manner": x.manner, "role": x.calling}).pick(pool)

    def paired(self, stage: Stage, pool: Sequence[Passage]) -> list[Said]:
        """Fill a passage written for a speaker X and whoever is across, Y, whichever way round fits."""
        ways = [("A", "B"), ("B", "A")]
        self.rng.shuffle(ways)
        for one, other in ways:
            made = self.across(stage, one, other, pool)
            if made:
                return made
        return []

    def crowd_in(self, draft: Draft) -> None:
        """Give everybody who has no scene yet a word in the middle of the story."""
        for spot, late in enumerate(self.cast[2:]):
            cues = {line.cue for one in draft.parts for line in one.lines}
            if late.cue in cues:
                continue
            at = min(len(self.cards) - 1, max(0, len(self.cards) // 2 - spot))
            stage = self.seen(self.cards[at]).bound({"C": late}, {}, {})
            lines = self.aside(stage) or self.paired(stage, shelf.bank("fillers.toml", "chorus"))
            part.insert(draft.scenes[at], Part(lines), self.rng)

    def unspoken(self, draft: Draft) -> list[str]:
        """The pitch's own nouns that a draft, its headings and its introductions leave out."""
        told = [line.text for one in draft.parts for line in one.lines]
        told += [player.intro for player in self.cast] + [card.site.phrase.noun for card in self.cards]
        text = " ".join(told).casefold()
        known = lexicon.table("genres.toml")["words"]
        return [
            word
            for word in self.reading.words
            if word not in known and word not in VAGUE and kind_of(singular(word)) and word not in text
        ]

    def tell(self, draft: Draft) -> None:
        """Have somebody say the pitch in its own words, where there is time for it."""
        said = self.reading.language == "en" and self.deeds and not self.unspoken(draft)
        if self.wanted < 46 or said:
            return
        at = min(1, len(self.cards) - 1)
        lines = self.paired(self.seen(self.cards[at]), shelf.bank("fillers.toml", "telling"))
        part.insert(draft.scenes[at], Part(lines, must=self.wanted >= 60, own=True), self.rng)

    def filler(self, spot: int) -> Part | None:
        """One more passage for a scene, of a kind the seed chooses; None when none is left."""
        stage = self.seen(self.cards[spot])
        absent = self.shapes[self.cards[spot].plot].absent
        kinds = [kind for kind in FILLERS if not (absent and kind == "thing")]
        kinds += ["chorus"] if "C" in stage.cast else []
        if not spot and len(self.cards) > 1:
            kinds = list(EARLY)
        self.rng.shuffle(kinds)
        own = [kind for kind in OWN if spot or kind != "doing"]
        self.rng.shuffle(own)
        for kind in [*own, *kinds]:
            file, key = (f"{kind}.toml", kind) if kind in OWN else ("fillers.toml", kind)
            lines = self.paired(stage, [one for one in shelf.bank(file, key) if kind not in OWN or one.keyed])
            if lines:
                return Part(lines, must=False)
        return None
