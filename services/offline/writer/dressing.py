"""Dresses the people of a story: build, hair, clothes and what is on the head or face, unlike everybody else's."""

from __future__ import annotations

import random
from dataclasses import dataclass

from services.offline.writer import lexicon
from services.offline.writer.grammar import with_article
from services.offline.writer.persons import Person
from studio.story.animal import look_of


@dataclass
class Dresser:
    """What decides how people are dressed: the genre or the old days, and in `worn` what others have already.

    Where `bare`, nobody wears a hat.
    """

    style: str
    worn: list[str]
    rng: random.Random
    bare: bool = False

    def looks(self, who: Person, gender: str, age: str) -> str:
        """Build, hair and clothes in the words of an introduction: as told, else none like the others'."""
        data, told = lexicon.table("look.toml"), who.bearing
        if "robot" in who.limits:
            return self.machine()
        build = told.build or (self.rng.choice(lexicon.listed(data["builds"])) if age != "child" else "slight")
        beast = self.beast(who.role)
        hair = self.hair(gender, age, told.hair)
        role = who.role or who.relation
        garment = "jumper" if "wheelchair" in who.limits else self.garment(role, gender, age)
        extra = told.worn or (with_article(who.hat) if who.hat else self.topping(gender, age, garment))
        colour = self.colour(role)
        if who.clothes:
            colour, _, garment = who.clothes.rpartition(" ")
            colour = colour or self.colour("")
        self.worn += [f"{colour} {garment}", hair, *([extra] if extra else [])]
        clothes = f"in {with_article(f'{colour} {garment}')}"
        clothes = clothes.replace("in ", "in a wheelchair and ", 1) if "wheelchair" in who.limits else clothes
        if beast:
            return f"{build}, {beast}, {clothes}"
        if extra in ("a beard", "a moustache"):
            return f"{build}, {hair if hair != 'bald' else 'a bald head'} and {extra}, {clothes}"
        return f"{build}, {hair}, {clothes}{f' and {extra}' if extra else ''}"

    def beast(self, role: str) -> str:
        """What an animal that plays a part has instead of hair and hat; empty for people."""
        data = lexicon.table("look.toml")
        if found := look_of(role):
            return str(data["animals"][found])
        return next((look for look, roles in data["beings"].items() if role and role.split()[-1] in roles.split()), "")

    def machine(self) -> str:
        """A robot: metal from head to foot."""
        data = lexicon.table("look.toml")["machine"]
        colour = self.colour("")
        self.worn.append(f"{colour} {data['garment']}")
        build = self.rng.choice(lexicon.listed(data["builds"]))
        return f"{build}, {data['head']}, in {with_article(colour)} {data['garment']}"

    def colour(self, role: str) -> str:
        """The colour a role wears, or one that nobody has."""
        data = lexicon.table("look.toml")
        for colour, roles in data["tinted"].items():
            if role and role.split()[-1] in roles.split():
                return str(colour)
        used = {piece.split()[0] for piece in self.worn if piece}
        return self.rng.choice([one for one in lexicon.listed(data["colours"]) if one not in used])

    def topping(self, gender: str, age: str, garment: str) -> str:
        """What is on the head or in the face, often nothing; never what another has."""
        data = lexicon.table("look.toml")
        old = data["extras"].get(f"{self.style}_{gender}")
        if garment in data["with"]:
            return str(data["with"][garment])
        listed = lexicon.listed(old or data["extras"].get(age, data["extras"][gender]))
        hats = lexicon.listed(data["hats"]) if self.bare or garment in data["hatless"].split() else ()
        return self.rng.choice([one for one in listed if not one or one not in (*self.worn, *hats)])

    def hair(self, gender: str, age: str, told: str) -> str:
        """Hair as one of that age wears it, of the colour or kind that is told, else as nobody else does."""
        table = lexicon.table("look.toml")["hair"]
        usual = lexicon.listed(table.get(f"{age}_{gender}", table[gender]))
        both = dict.fromkeys((*usual, *lexicon.listed(table[gender])))
        if told == "bald":
            return told
        if not told:
            return self.rng.choice([one for one in usual if one not in self.worn] or usual)
        return self.rng.choice([one for one in both if told in one.split()] or [f"{told} hair"])

    def garment(self, role: str, gender: str, age: str) -> str:
        """A garment the role wears, or one the genre does that nobody wears yet."""
        data = lexicon.table("look.toml")
        for garment, roles in data["roles"].items():
            if role and role.split()[-1] in roles.split():
                return str(garment)
        style = "child" if age == "child" and self.style != "old" else self.style
        choice = lexicon.listed(data["garments"].get(style, data["garments"]["default"]))
        worn = {piece.split()[-1] for piece in self.worn if piece}
        free = [one for one in choice if one not in worn and not (one == "dress" and gender == "m")]
        return str(self.rng.choice(free or ["coat"]))
