"""Casts a script: looks and a way of speaking for everybody in it, so that no two are mistaken for each other."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from studio.errors import AssetMissing
from studio.story.cast import DNA, Age, Build, Casting, Character, Manner, Presents
from studio.story.lexicon import lexicon, tables
from studio.story.portrait import Sight, stated
from studio.story.roster import Roster

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_TRIES = 24  # looks tried for each member of the cast; the one least like the others is taken
_HEIGHTS: Mapping[Age, tuple[float, float]] = {
    Age.CHILD: (0.62, 0.72),
    Age.TEEN: (0.84, 0.94),
    Age.ADULT: (0.9, 1.12),
    Age.OLD: (0.86, 1.02),
}
_PITCH: Mapping[Age, float] = {Age.CHILD: 1.18, Age.TEEN: 1.06, Age.ADULT: 1.0, Age.OLD: 0.94}
_PACE: Mapping[Manner, float] = {
    Manner.TERSE: 1.03,
    Manner.FLORID: 0.95,
    Manner.ANXIOUS: 1.12,
    Manner.DRY: 0.93,
    Manner.WARM: 1.0,
}
_HEAVY: Mapping[Build, float] = {Build.SLIGHT: 0.04, Build.LEAN: 0.02, Build.BROAD: -0.03, Build.HEAVY: -0.05}


@dataclass(frozen=True)
class _Luck:
    """What chance has to keep to."""

    era: str
    hero: bool
    tries: int


@cache
def choices(table: str, section: str, key: str) -> tuple[str, ...]:
    """The values of one row of a word table, in order."""
    return tuple(part.strip() for part in tables(table)[section][key].split(","))


@cache
def check_wardrobe() -> None:
    """Raise AssetMissing when a table names a part or colour that does not exist."""
    parts = {section: set(lexicon("wardrobe", section).tags) for section in ("hair", "garment", "hat", "face")}
    worn = {name for row in tables("palette")["wear"] for name in choices("palette", "wear", row)}
    cropped = {name for row in tables("palette")["crop"] for name in choices("palette", "crop", row)}
    topped = {name for row in tables("palette")["brow"] for name in choices("palette", "brow", row)} - {"none"}
    for outfit in tables("wardrobe")["profession"]:
        garment, _, hat = outfit.partition("+")
        worn.add(garment)
        topped |= {hat} if hat else set()
    unknown = (worn - parts["garment"]) | (cropped - parts["hair"]) | (topped - parts["hat"] - parts["face"])
    colours = [colour for row in tables("palette")["choice"] for colour in choices("palette", "choice", row)]
    colours += [colour for section in ("cloth", "hair", "skin") for colour in tables("palette")[section]]
    unknown |= {colour for colour in colours if not _COLOUR.fullmatch(colour)}
    if unknown:
        raise AssetMissing(f"word tables name unknown parts: {', '.join(sorted(unknown))}")


def world(texts: Sequence[str]) -> str:
    """Name the world a script plays in, `fairy` or `space`; empty for one like ours."""
    told = Counter(tag for text in texts for tag in lexicon("palette", "world").find(text))
    tag, count = told.most_common(1)[0] if told else ("", 0)
    return tag if count >= max(2, len(texts)) else ""


def cast(
    roster: Roster, seen: Mapping[str, Sight], era: str, seed: int, previous: Sequence[Character] = ()
) -> tuple[Character, ...]:
    """Cast everybody; who was in the previous cast keeps their looks, but for what the script now says otherwise.

    `seen` is what the script says of each, `era` the world it plays in.
    """
    check_wardrobe()
    before = {member.id: member for member in previous}
    given = {ident: stated(seen[ident]) for ident in roster.names}
    taken = [_again(before[ident], given[ident]) if ident in before else None for ident in roster.names]
    chosen: list[DNA] = [dna for dna in taken if dna]
    tries = _TRIES if len(roster.names) <= 16 else _TRIES // 2
    members = []
    for (ident, name), kept in zip(roster.names.items(), taken, strict=True):
        rng = random.Random(f"{seed}/{ident}")
        dna = kept or _distinct(given[ident], rng, chosen, _Luck(era, ident == roster.hero, tries))
        if not kept:
            chosen.append(dna)
        known = before.get(ident) or Character(id=ident, name=name, casting=_casting(dna, rng))
        members.append(known.model_copy(update={"name": name, "dna": dna}))
    return tuple(members)


def _again(member: Character, given: Mapping[str, object]) -> DNA:
    """Who was known before, with what the script now says of them where no person has decided it."""
    if member.locked:
        return member.dna
    return member.dna.model_copy(update={key: value for key, value in given.items() if key not in member.decided})


def _distinct(given: Mapping[str, object], rng: random.Random, others: Sequence[DNA], luck: _Luck) -> DNA:
    tried = [_dressed(given, rng, luck) for _ in range(luck.tries)]
    return max(tried, key=lambda dna: min((difference(dna, other) for other in others), default=0.0))


def _dressed(given: Mapping[str, object], rng: random.Random, luck: _Luck) -> DNA:
    """Dress somebody by chance around what is given."""
    # Nobody is a child by chance: a child's voice and height must be the writer's decision.
    grown = rng.choices(list(Age), (0, 0 if "garment" in given else 1, 9, 2))[0]
    age = Age(str(given.get("age", grown)))
    likely = (Presents.FEMININE, Presents.MASCULINE, Presents.NEUTRAL)
    presents = Presents(str(given.get("presents", rng.choices(likely, (5, 5, 2))[0])))
    row = f"{luck.era} {'child' if age is Age.CHILD else presents.value}".strip()
    smooth = f"{luck.era} child".strip() if age in (Age.CHILD, Age.TEEN) else row
    top = rng.choice(choices("palette", "brow", smooth))
    faces = lexicon("wardrobe", "face").tags
    low, high = _HEIGHTS[age]
    colours = choices("palette", "choice", "hair_old" if age is Age.OLD else "hair")
    lean = {Presents.MASCULINE: 0.03, Presents.FEMININE: -0.03}.get(presents, 0.0)
    chance: dict[str, object] = {
        "age": age,
        "presents": presents,
        "build": rng.choice(list(Build)),
        "height": round(rng.uniform(low, high) + lean, 2),
        "skin": rng.choice(choices("palette", "choice", "skin")),
        "hair": rng.choice(choices("palette", "crop", presents.value)),
        "hair_colour": rng.choice(colours),
        "eyes": rng.choice(choices("palette", "choice", "eyes")),
        "garment": rng.choice(choices("palette", "wear", row)),
        "cloth": rng.choice(choices("palette", "choice", "accent" if luck.hero else "cloth")),
        "trim": rng.choice(choices("palette", "choice", "trim")),
        "hat": "" if top == "none" or top in faces or "hair" in given else top,
        "face": top if top in faces else "",
        "manner": rng.choice(list(Manner)),
    }
    if {**chance, **given}["hair"] == "afro" and age is not Age.OLD:  # nobody's is fair or blue unless it is said
        dark = choices("palette", "choice", "hair_afro")
        chance["hair_colour"] = dark[colours.index(str(chance["hair_colour"])) % len(dark)]
    return DNA.model_validate(chance | dict(given))


def silhouette(dna: DNA) -> tuple[str, str, str, str, int]:
    """What is left of somebody as a black shape: hair, garment, hat, build and height in tenths."""
    hair = "" if dna.hat in ("hood", "helmet", "diving", "headscarf") else dna.hair
    return hair, dna.garment, dna.hat, dna.build.value, round(dna.height * 10)


def difference(one: DNA, other: DNA) -> float:
    """How far two looks are apart: shapes count most, then colours."""
    shapes = sum(
        weight
        for mine, theirs, weight in zip(silhouette(one), silhouette(other), (2.0, 3.0, 2.0, 1.5, 0.0), strict=True)
        if mine != theirs
    )
    shapes += min(2.0, 10 * abs(one.height - other.height))
    shapes += 0.7 * (one.presents != other.presents) + 0.5 * (one.face != other.face) + 0.7 * (one.age != other.age)
    colours = (
        _apart(one.cloth, other.cloth) * 2 + _apart(one.hair_colour, other.hair_colour) + _apart(one.skin, other.skin)
    )
    return shapes + colours + 0.3 * (one.manner != other.manner)


@cache
def _apart(one: str, other: str) -> float:
    """Distance of two colours, 0 to 1."""
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return min(1.0, sum(abs(mine - theirs) for mine, theirs in pairs) / 300)


def _casting(dna: DNA, rng: random.Random) -> Casting:
    pace = _PACE[dna.manner] * (0.95 if dna.age is Age.OLD else 1.0) * rng.uniform(0.97, 1.03)
    pitch = _PITCH[dna.age] * (1 + _HEAVY.get(dna.build, 0.0)) * rng.uniform(0.96, 1.04)
    return Casting(pace=round(pace, 3), pitch=round(pitch, 3))
