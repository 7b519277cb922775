"""Makes players of the people a pitch names, and invents those it needs: name, age, looks, clothes, manner of speech."""

from __future__ import annotations

import random

from services.offline.writer import lexicon
from services.offline.writer.grammar import PRONOUNS, with_article
from services.offline.writer.persons import Person
from services.offline.writer.reading import Reading
from studio.story.cast import Manner
from studio.story.noun import Noun

YEARS = {"child": (8, 12), "teen": (15, 18), "adult": (27, 54), "old": (66, 79)}


class Player(Noun):
    """Somebody on the stage of one story."""

    name: str
    role: str
    kin: str
    gender: str
    years: int
    manner: str
    looks: str

    @property
    def short(self) -> str:
        """What the others call them: titles stay, family names go."""
        words = self.name.split()
        titled = words[0].casefold() in lexicon.english("titles")
        return self.name if titled else words[0]

    @property
    def cue(self) -> str:
        """The name over their lines."""
        return self.name.upper()

    @property
    def intro(self) -> str:
        """Name, age, role and looks, as they are first seen."""
        role = f", {with_article(self.role)}" if self.role and not self.kin else ""
        return f"{self.cue}, {self.years}{role}, {self.looks},"

    def slots(self, letter: str) -> dict[str, str]:
        """The values of this player's slots under a letter."""
        words = PRONOUNS[self.gender]
        found = {f"{letter}.{form}": word for form, word in words.items()}
        called = self.role or self.kin or "stranger"
        role = {f"{letter}.role": called, f"a {letter}.role": with_article(called), f"{letter}.kin": self.kin}
        return found | role | {letter: self.short, f"{letter}.full": self.name}


def players(reading: Reading, genre: str, wanted: int, rng: random.Random) -> list[Player]:
    """Cast a story with at least `wanted` people (2 to 4), the pitch's own first."""
    people = list(reading.people)
    for slot in ("leads", "partners", "thirds", "thirds")[len(people) : max(2, wanted)]:
        known = {who.role for who in people}
        roles = [role for role in lexicon.listed(lexicon.table("people.toml")[slot][genre]) if role not in known]
        people.append(invented(rng.choice(roles)))
    manners = rng.sample(list(Manner), 4)
    garments: list[str] = []
    found: list[Player] = []
    for spot, who in enumerate(people):
        cast = player(who, spot, reading, genre, manners[spot], [one.name for one in found], garments, rng)
        found.append(cast)
    return found


def invented(role: str) -> Person:
    """A person of whom only the role is known."""
    trait = lexicon.roles().get(role.split()[-1]) or lexicon.Trait(age="adult", gender="n")
    age = "old" if role.startswith(("retired", "old")) else "child" if role.startswith("young") else trait.age
    return Person(role=role, gender=trait.gender, age=age)


def player(
    who: Person, spot: int, reading: Reading, genre: str, manner: Manner, taken: list[str], garments: list[str], rng: random.Random
) -> Player:  # fmt: skip
    """Fill in what a pitch does not tell about one person."""
    gender = who.gender if who.gender in PRONOUNS else rng.choice("fm")
    name = who.name or new_name(gender, reading, genre, taken, rng)
    age = who.age or "adult"
    years = who.years or rng.randint(*YEARS[age])
    age = who.age or ("child" if years < 13 else "teen" if years < 20 else "old" if years > 62 else "adult")
    role = who.role
    if not role and not who.relation and spot < 2:
        roles = lexicon.listed(lexicon.table("people.toml")[("leads", "partners")[spot]][genre])
        role = rng.choice(roles) if age == "adult" else ""
    looks = looks_of(role or who.relation, gender, age, genre, garments, rng)
    return Player(name=name, role=role, kin=who.relation, gender=gender, years=years, manner=manner, looks=looks)


def new_name(gender: str, reading: Reading, genre: str, taken: list[str], rng: random.Random) -> str:
    """A name that starts with another letter than everybody else's."""
    banks = lexicon.table("names.toml")["by_language"]
    key = reading.language if reading.language in banks else genre if genre in banks else "en"
    letters = {name[:1] for name in [*taken, *(who.name for who in reading.people)]}
    names = [name for name in banks[key][gender].split() if name[:1] not in letters]
    return rng.choice(names or [name for name in banks["en"][gender].split() if name[:1] not in letters])


def looks_of(role: str, gender: str, age: str, genre: str, garments: list[str], rng: random.Random) -> str:
    """Build, hair, clothes and what is on the head or face, none like the others'."""
    data = lexicon.table("look.toml")
    build = rng.choice(lexicon.listed(data["builds"])) if age != "child" else "small and slight"
    hair = rng.choice(lexicon.listed(data["hair"].get(f"{age}_{gender}", data["hair"][gender])))
    extra = rng.choice(lexicon.listed(data["extras"]["child" if age == "child" else gender]))
    garment = garment_of(role, gender, age, genre, garments, rng)
    used = {worn.split()[0] for worn in garments}
    colour = rng.choice([one for one in lexicon.listed(data["colours"]) if one not in used])
    garments.append(f"{colour} {garment}")
    worn = f"in {with_article(f'{colour} {garment}')}"
    if extra in ("a beard", "a moustache"):
        return f"{build}, {hair if hair != 'bald' else 'a bald head'} and {extra}, {worn}"
    return f"{build}, {hair}, {worn}{f' and {extra}' if extra else ''}"


def garment_of(role: str, gender: str, age: str, genre: str, garments: list[str], rng: random.Random) -> str:
    """A garment the role wears, or one the genre does that nobody wears yet."""
    data = lexicon.table("look.toml")
    for garment, roles in data["roles"].items():
        if role and role.split()[-1] in roles.split():
            return str(garment)
    choice = lexicon.listed(
        data["garments"]["child" if age == "child" else genre if genre in data["garments"] else "default"]
    )
    worn = {piece.split()[-1] for piece in garments}
    free = [one for one in choice if one not in worn and not (one == "dress" and gender == "m")]
    return rng.choice(free or ["coat"])
