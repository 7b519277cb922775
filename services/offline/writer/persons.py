"""Finds the people of a pitch: their names, roles, ages and ties; names nobody the pitch leaves nameless."""

from __future__ import annotations

import re
from functools import cache

from services.offline.writer import lexicon
from services.offline.writer.bearing import Bearing, bearing_of, clothes_of, tells, years_of
from services.offline.writer.chunks import OWNS, Chunk, Token
from services.offline.writer.limits import limits_of, mention
from services.offline.writer.naming import names
from studio.story.lexicon import fold
from studio.story.noun import Noun

_RUNS = frozenset(["run", "runs", "running", "ran", "stand", "stands", "standing", "stood"])  # for mayor

SAYS = {"her": "f", "she": "f", "herself": "f", "his": "m", "he": "m", "him": "m", "himself": "m"}
OTHER = {"f": "m", "m": "f"}
PAIRS = ("two", "both", "twin", "three", "four")


class Person(Noun):
    """Somebody a pitch speaks of; an empty field is not told. gender: f, m or n; age: child, teen, adult, old."""

    name: str = ""
    role: str = ""
    gender: str = "n"
    age: str = ""
    relation: str = ""
    years: int = 0
    another: bool = False
    bearing: Bearing = Bearing()
    limits: tuple[str, ...] = ()
    clothes: str = ""
    hat: str = ""


def persons(stream: list[Token], parts: list[Chunk], tongue: str) -> tuple[tuple[Person, ...], str]:
    """At most four people in the order a pitch brings them, and the relation of one who is gone ("sister")."""
    named = names(stream, tongue)
    found: list[tuple[int, Person]] = []
    gone = ""
    for part in (part for part in parts if part.kind == "person"):
        head = part.phrase.head
        if part.end < len(stream) and (stream[part.end].text == OWNS or counts(stream, part.end)):
            continue
        after = stream[part.end].low if part.end < len(stream) else ""
        if set(part.adjectives) & lexicon.adjectives("gone") or after in lexicon.adjectives("gone_after"):
            gone = gone or (head if head in lexicon.relations() else "")
            continue
        near = [token.low for token in stream[part.end : part.end + 5]]
        if near[:1] == ["who"] and {"dead", "died", "drowned"} & set(near):
            continue
        if is_predicate(part, stream) or is_label(part, stream) or is_of(part, parts, stream):
            continue
        people = people_of(part, stream, named)
        named_at = {name: spot for spot, name in named.items()}
        found += [(min(part.start, named_at.get(who.name, part.start)), who) for who in people]
    taken = {who.name for _, who in found}
    found += [(spot, beast(name, spot, parts)) for spot, name in named.items() if name not in taken]
    found.sort(key=lambda pair: pair[0])
    alone = len(merged([who for _, who in found])) == 1
    people = merged([told(who, spot, stream, alone) for spot, who in found])
    return tuple(told_apart(people, stream))[:4], gone


def is_predicate(part: Chunk, stream: list[Token]) -> bool:
    """Whether a noun phrase says what somebody is or would be: "is secretly an alien", "runs for mayor"."""
    before = [token.low for token in stream[max(0, part.start - 2) : part.start]]
    if before[-1:] == ["for"] and before[0] in _RUNS:
        return not part.determiner
    said = before[-1:] == ["is"] or (before[:1] == ["is"] and before[-1].endswith("ly"))
    return (said and part.determiner in ("a", "an", "the", "her", "his", "their", "my")) or before[-1:] in (
        ["become"],
        ["becomes"],
        ["became"],
        ["be"],
        ["as"],
    )


def is_of(part: Chunk, parts: list[Chunk], stream: list[Token]) -> bool:
    """Whether somebody only says whose another, or what, is: the ghost of a magician, the murder of a chef."""
    before = [token.low for token in stream[max(0, part.start - 2) : part.start]]
    if before[-1:] != ["of"] or counts(stream, part.start - 1):
        return False
    others = any(other.kind == "person" and other.end == part.start - 1 for other in parts)
    return others or before[0] in lexicon.english("deaths")


def counts(stream: list[Token], spot: int) -> bool:
    """Whether "of" stands here and tells how many there are: a couple of thieves, a gang of girls."""
    groups = lexicon.words("people.toml", "groups", "words")
    return 0 < spot < len(stream) and stream[spot].low == "of" and stream[spot - 1].low in groups


def is_label(part: Chunk, stream: list[Token]) -> bool:
    """Whether a noun phrase only says what kind of story it is: "Viking saga:", "A pirate adventure"."""
    return part.end < len(stream) and stream[part.end].low in lexicon.english("forms")


def people_of(part: Chunk, stream: list[Token], named: dict[int, str]) -> list[Person]:
    """The person or two a noun phrase brings, with the name beside it if there is one."""
    head = part.phrase.head
    gender, age = lexicon.trait(head)
    before = {*part.adjectives, *head.split()[:-1]}
    young = before & lexicon.adjectives("young") and age in ("adult", "child")
    if before & lexicon.adjectives("old"):
        age = "old"
    elif before & lexicon.adjectives("teen"):
        age = "teen"
    elif before & lexicon.adjectives("child") or (young and head in ("girl", "boy", "brother", "sister")):
        age = "child"
    kin = head if head in lexicon.relations() and part.determiner in ("his", "her", "their", "my") else ""
    role = "" if kin or head in ("woman", "man") else told_once(part.phrase.full)
    seen = bearing_of(stream, part.start, part.end)
    name = beside(part, stream, named)
    one = Person(name=name, role=role, gender=gender, age=age, relation=kin, bearing=seen)
    paired = [token.low for token in stream[part.end : part.end + 1]] == ["and"]  # cowboys and aliens: one of each
    several = (
        not part.determiner
        and not paired
        and part.start == 0
        and stream[part.end - 1].low not in (head, head.split()[-1])
    )
    tied = "partner" if head in lexicon.words("people.toml", "groups", "tied") else ""
    role = "" if tied else role
    several = several or bool(tied) or (counts(stream, part.start - 1) and not part.determiner)
    if several or part.determiner in PAIRS or set(part.adjectives) & set(PAIRS):
        kin = tied or (head if head in lexicon.words("people.toml", "groups", "mutual") else "")
        one = one if one.name else one.model_copy(update={"name": apposed(part, stream, named)})
        first = one.model_copy(update={"relation": "", "role": "" if kin else role})
        other = joined(one.name, stream, named)
        return [first, first.model_copy(update={"name": other, "relation": kin, "another": True})]
    return [one]


def told_once(role: str) -> str:
    """A role without what the bearing and the years say already."""
    return " ".join(word for word in re.sub(r"\byears? old\b", "", role).split() if not tells(word))


def beside(part: Chunk, stream: list[Token], named: dict[int, str]) -> str:
    """A name right after a noun phrase ("her sister Ines", "a diver named Ada") or before it ("Ada, a diver")."""
    after = part.end
    while after < len(stream) and stream[after].low in (",", "named", "called"):
        after += 1
    if after in named and after - part.end <= 2:
        return named[after]
    if stream[after : after + 1] and stream[after].low in ("of", "from", "in", "at", "who") and part.determiner:
        for spot in range(after + 1, min(len(stream) - 1, after + 7)):  # the mayor of a flooded village, Baptiste,
            if stream[spot].text == "," and spot + 1 in named:
                end = spot + 1 + len(named[spot + 1].split())
                closes = end < len(stream) and stream[end].text == ","
                return named[spot + 1] if closes else ""
    for spot, name in named.items():
        end = spot + len(name.split())
        if spot <= part.start < end:
            return name
        between = [token.text for token in stream[end : part.start]]
        apart = bool(between) and all(text == "," or text.isdigit() for text in between)
        if apart and part.determiner in ("a", "an", "the"):
            return name
    return ""


def apposed(part: Chunk, stream: list[Token], named: dict[int, str]) -> str:
    """The first of two names set off by commas a little after two: "two drivers in Mumbai, Rohan and Salma,"."""
    for spot in range(part.end, min(len(stream), part.end + 5)):
        if stream[spot].text in (",", "–", "—", ":") and spot + 1 in named and joined(named[spot + 1], stream, named):
            return named[spot + 1]
    return ""


def joined(name: str, stream: list[Token], named: dict[int, str]) -> str:
    """The name that "and" joins to another: Theo, in "Sam and Theo"."""
    after = next((spot + len(name.split()) for spot, known in named.items() if known == name), len(stream))
    tied = after < len(stream) and stream[after].low == "and"
    return named.get(after + 1, "") if tied else ""


def beast(name: str, spot: int, parts: list[Chunk]) -> Person:
    """Somebody of whom a pitch tells the name, and what animal they are if it stands before: "the dragon Smold"."""
    role = next((one.phrase.head for one in parts if one.phrase.sort == "creature" and one.end == spot), "")
    return bare(name).model_copy(update={"role": role})


def bare(name: str) -> Person:
    """A person of whom only the name is told."""
    words = name.split()
    known = [lexicon.first_names()[word] for word in words if word in lexicon.first_names()]
    known = known or [plain_names()[plain] for word in words if (plain := fold(word)) in plain_names()]
    known = known or ["f" for word in words[:1] if len(word) > 3 and word.endswith("a")]
    title = lexicon.roles().get(words[0].casefold())
    gender = title.gender if title and title.gender != "n" else known[0] if known else "n"
    gender = ending_of(words[-1]) if gender == "n" else gender
    gender = {"Mrs": "f", "Miss": "f", "Ms": "f", "Mr": "m", "Sir": "m", "Lady": "f", "Lord": "m"}.get(words[0], gender)
    return Person(name=name, gender=gender, age="old" if words[0] == "Old" else "")


def ending_of(name: str) -> str:
    """The gender a family name's ending tells: Petrova, Petrov; n where it tells none."""
    known = lexicon.table("people.toml")["endings"]
    return next((one for one in "fm" if len(name) > 4 and name.casefold().endswith(tuple(known[one].split()))), "n")


@cache
def plain_names() -> dict[str, str]:
    """First names as somebody writes them without their accents."""
    return {fold(name): gender for name, gender in reversed(lexicon.first_names().items())}


def told(who: Person, spot: int, stream: list[Token], alone: bool = False) -> Person:
    """The same person with gender and years the words near them tell; who is alone in a pitch is its every she or he.

    "Herself" of somebody alone outweighs what the list says of their name.
    """
    near = [token.low for token in stream[spot + 1 : spot + 16]]
    gender = who.gender
    if gender == "n" and who.name:
        gender = bare(who.name).gender
    if gender == "n":
        gender = next((SAYS[word] for word in near if word in SAYS), "n")
    said = {token.low for token in stream if token.low in SAYS}
    told_of = {SAYS[word] for word in said}
    if gender == "n" and (who.name or alone) and len(told_of) == 1:
        gender = told_of.pop()
    if gender == "n" and who.bearing.worn in ("a beard", "a moustache"):
        gender = "m"
    own = {SAYS[word] for word in said if word.endswith("self")}
    if alone and who.name and not who.role and len(own) == 1:
        gender = own.pop()
    clothes, hat = clothes_of(mention(stream, spot))
    known = {"limits": limits_of(stream, spot, who.role), "clothes": clothes, "hat": hat}
    return who.model_copy(update={"gender": gender, "years": years_told(who, spot, stream), **known})


def told_apart(people: list[Person], stream: list[Token]) -> list[Person]:
    """The same people; of two, one that only "he" and "she" tell of is the other's opposite, or the first said."""
    said = [SAYS[token.low] for token in stream if token.low in SAYS]
    unsure = [at for at, who in enumerate(people) if is_unsure(who)]
    if len(people) != 2 or len(set(said)) < 2 or not unsure:
        return people
    known = next((who.gender for who in people if not is_unsure(who)), "")
    genders = [said[0], OTHER[said[0]]] if not known else [OTHER.get(known, "n")] * 2
    return [who.model_copy(update={"gender": genders[at]}) if at in unsure else who for at, who in enumerate(people)]


def is_unsure(who: Person) -> bool:
    """Whether neither name nor role nor kin tells somebody's gender."""
    nouns = [lexicon.trait(noun)[0] for noun in (who.role, who.relation) if noun]
    return not {"f", "m"} & {*nouns, bare(who.name).gender if who.name else "n"}


def years_told(who: Person, spot: int, stream: list[Token]) -> int:
    """Somebody's years; of two that are told together ("two sisters, 8 and 10") each has their own."""
    years = years_of(stream, spot)
    after = spot + max(1, len(who.name.split()))
    tied = stream[after : after + 1] and stream[after].low == "and"
    shared = years_of(stream, after + 1) if not years and who.name and tied else ()
    if len(shared) > 1:
        return shared[0]
    second = who.another or (spot and stream[spot - 1].low == "and")
    return years[-1 if second else 0] if years else 0


def merged(people: list[Person]) -> list[Person]:
    """Each person once: by name, by role, and a nameless relation after its bearer."""
    found: list[Person] = []
    for who in people:
        if who.another or not any(same(who, known) for known in found):
            found.append(who)
    return found


def same(who: Person, known: Person) -> bool:
    """Whether two mentions are of one person."""
    by_role = not who.name and who.role and who.role.split()[-1] in known.role.split()
    return bool(by_role or (who.name and who.name == known.name))
