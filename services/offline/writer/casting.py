"""Makes players of the people a pitch names and invents those it needs: name, age, looks, clothes, manner."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from services.offline.writer import lexicon
from services.offline.writer.dressing import Dresser
from services.offline.writer.grammar import PRONOUNS, with_article
from services.offline.writer.persons import Person
from services.offline.writer.reading import Reading
from studio.story.cast import Manner
from studio.story.noun import Noun

UNTIL = (("child", 13), ("teen", 20), ("adult", 63), ("old", 200))
GRAND = {"grandson", "granddaughter", "grandchild"}
YEARS = {"young": (18, 25), "child": (8, 12), "teen": (15, 18), "adult": (27, 54), "old": (66, 79)}


class Player(Noun):
    """Somebody on the stage of one story."""

    name: str
    role: str
    kin: str
    gender: str
    years: int
    manner: str
    looks: str
    kin_of: str = ""
    limits: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """What the others call them: titles stay, family names go."""
        words = self.name.split()
        titled = words[0].casefold() in lexicon.english("titles")
        numbers = lexicon.table("people.toml")["numbers"]
        if len(words) == 2 and (words[1].isdigit() or words[1].casefold() in numbers):
            return self.name  # Unit Seven is no Unit
        return words[1] if titled and len(words) > 2 else self.name if titled else words[0]

    @property
    def cue(self) -> str:
        """The name over their lines."""
        return self.name.upper()

    @property
    def calling(self) -> str:
        """The words of role and kin that a passage can be written for."""
        return f"{self.role} {self.kin}".strip()

    @property
    def intro(self) -> str:
        """Name, age, role and looks, as they are first seen."""
        return f"{self.named} {self.looks},"

    @property
    def named(self) -> str:
        """Name, age and role, where there is time for no more."""
        titled = self.role.casefold() == self.name.split()[0].casefold()
        role = f", {with_article(self.role)}" if self.role and not self.kin and not titled else ""
        role = f", {self.kin_of}'s {self.kin}" if self.kin and self.kin_of else role
        return f"{self.cue}, {self.years}{role},"

    def slots(self, letter: str) -> dict[str, str]:
        """The values of this player's slots under a letter."""
        words = PRONOUNS[self.gender]
        found = {f"{letter}.{form}": word for form, word in words.items()}
        called = self.role or self.kin
        article = with_article(called) if called else ""
        role = {f"{letter}.role": called, f"a {letter}.role": article, f"{letter}.kin": self.kin}
        return found | role | {letter: self.short, f"{letter}.full": self.name}


def players(reading: Reading, genre: str, wanted: int, rng: random.Random) -> list[Player]:
    """Cast a story with at least `wanted` people (2 to 4), the pitch's own first."""
    people = list(reading.people)
    for slot in ("leads", "partners", "thirds", "thirds")[len(people) : max(2, wanted)]:
        known = {who.role for who in people}
        roles = [role for role in lexicon.listed(lexicon.table("people.toml")[slot][genre]) if role not in known]
        people.append(invented(rng.choice(roles)))
    manners = rng.sample(list(Manner), 4)
    casting = Casting(reading.model_copy(update={"people": tuple(people)}), genre, rng)
    for who, manner in zip(people, manners, strict=False):
        casting.found.append(casting.player(who, manner))
    return casting.found


def coming(people: tuple[Person, ...], wanted: int) -> tuple[Person, ...]:
    """Who of a pitch's people come on in so many seconds: in a short story two, in a minute the named besides."""
    if wanted < 46:
        return people[:2]
    return people if wanted >= 60 else (*people[:2], *(who for who in people[2:] if who.name))


def invented(role: str) -> Person:
    """A person of whom only the role is known."""
    gender, usual = lexicon.trait(role)
    age = "old" if role.startswith(("retired", "old")) else "child" if role.startswith("young") else usual
    return Person(role=role, gender=gender, age=age)


@dataclass
class Casting:
    """What is known while a story is cast, person by person."""

    reading: Reading
    genre: str
    rng: random.Random
    found: list[Player] = field(default_factory=list)
    garments: list[str] = field(default_factory=list)

    def player(self, who: Person, manner: Manner) -> Player:
        """Fill in what a pitch does not tell about one person."""
        gender = who.gender if who.gender in PRONOUNS else self.rng.choice("fm")
        name = who.name or new_name(gender, self.reading, self.genre, [one.name for one in self.found], self.rng)
        age = self.age(who)
        young = age == "adult" and set(who.role.split()) & lexicon.adjectives("young")
        years = who.years or self.among_kin(who, self.rng.randint(*YEARS["young" if young else age]))
        age = age_at(years)
        worlds = self.reading.worlds
        style = "old" if "old" in worlds else self.genre
        dresser = Dresser(style, self.garments, self.rng, bare="spaceworld" in worlds)
        looks = dresser.looks(who, gender, age)
        if not who.role and name not in lexicon.first_names():  # nothing else says who is a she
            looks = re.sub(r", in (a wheelchair and )?an? ", rf", in \1{PRONOUNS[gender]['their']} ", looks, count=1)
        kin_of = self.found[0].short if self.found and who.relation else ""
        return Player(
            name=name, role=who.role, kin=who.relation, gender=gender, years=years, manner=manner, looks=looks,
            kin_of=kin_of, limits=who.limits,
        )  # fmt: skip

    def among_kin(self, who: Person, years: int) -> int:
        """Years as drawn, or others, from 4 to 96, where a mother would be too young for a child of hers."""
        if who.relation and self.found:
            low, high = gap(who.relation)
            base = self.found[0].years
        else:
            kin = next((one for one in self.reading.people if one.years and gap(one.relation) != (0, 0)), None)
            low, high = sorted(-bound for bound in gap(kin.relation)) if kin and not self.found else (0, 0)
            base = kin.years if kin else 0
        fits = low == high or low <= years - base <= high
        return years if fits else min(96, max(4, base + self.rng.randint(low, high)))

    def age(self, who: Person) -> str:
        """Child, teen, adult or old, by what is told of a person or of those tied to them."""
        if who.years:
            return age_at(who.years)
        ties = {other.relation for other in self.reading.people if other is not who}
        if ties & GRAND and not who.relation:
            return "old"
        if ties & {f"grand{kin}" for kin in ("mother", "father", "ma", "pa")} and not (who.relation or who.role):
            return "child"
        return "child" if who.relation in GRAND else who.age or "adult"


def age_at(years: int) -> str:
    """Child, teen, adult or old, by somebody's years."""
    return next(age for age, top in UNTIL if years < top)


def gap(kin: str) -> tuple[int, int]:
    """How many years older a mother or a grandson is at the least and at the most; (0, 0) for who may be of any age."""
    known = lexicon.table("people.toml")["gaps"].items()
    low, high = next((bounds for bounds, words in known if kin in words.split()), "0 0").split()
    return int(low), int(high)


def new_name(gender: str, reading: Reading, genre: str, taken: list[str], rng: random.Random) -> str:
    """A name that starts with another letter than everybody else's."""
    banks = lexicon.table("names.toml")["by_language"]
    key = reading.language if reading.language in banks else genre if genre in banks else "en"
    letters = {name[:1] for name in [*taken, *(who.name for who in reading.people)]}
    names = [name for name in banks[key][gender].split() if name[:1] not in letters]
    return str(rng.choice(names or [name for name in banks["en"][gender].split() if name[:1] not in letters]))
