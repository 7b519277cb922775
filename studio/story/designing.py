"""Designs characters: what a person decides of a look, as a changed breakdown. It draws nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from pydantic import ValidationError

from studio.errors import BadRequest, NotFound
from studio.story.breakdown import Breakdown
from studio.story.cast import DNA, Character
from studio.story.lexicon import lexicon
from studio.story.noun import Noun

LOWEST, TALLEST = 0.5, 1.3  # of an average adult's height
_PARTS = ("hair", "garment", "hat", "face")
_BARE = ("hat", "face")  # what nobody has to wear
_COLOURS = ("skin", "hair_colour", "eyes", "cloth", "trim")
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class Appearance(Noun):
    """Where somebody is seen: a scene, and the ids and slates of its shots."""

    scene: str
    number: str
    heading: str
    shots: tuple[tuple[str, str], ...]


@cache
def parts(trait: str) -> tuple[str, ...]:
    """What can be chosen for hair, garment, hat or face; an empty string is none. KeyError for another trait."""
    if trait not in _PARTS:
        raise KeyError(trait)
    return ("",) * (trait in _BARE) + lexicon("wardrobe", trait).tags


def design(breakdown: Breakdown, character: str, traits: Mapping[str, object]) -> Breakdown:
    """Decide traits (fields of DNA) of a character; the script's words change those no more.

    Raises BadRequest naming the trait, NotFound for nobody.
    """
    member = _open(breakdown, character)
    try:
        dna = DNA.model_validate(member.dna.model_dump() | dict(traits))
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise BadRequest(f"{traits.get(field)} cannot be chosen", field=field) from error
    _check(dna)
    changed = {name for name in DNA.model_fields if getattr(dna, name) != getattr(member.dna, name)}
    return _with(breakdown, _decided(member, dna, changed))


def lock(breakdown: Breakdown, character: str, locked: bool) -> Breakdown:
    """Lock a look, or open it again; NotFound for nobody."""
    return _with(breakdown, _member(breakdown, character).model_copy(update={"locked": locked}))


def adopt(breakdown: Breakdown, character: str, known: Character) -> Breakdown:
    """Give a character the look and the voice of one known from elsewhere; all of it counts as decided."""
    member = _open(breakdown, character)
    same = _decided(member, known.dna, set(DNA.model_fields))
    return _with(breakdown, same.model_copy(update={"casting": known.casting}))


def appearances(breakdown: Breakdown, character: str) -> tuple[Appearance, ...]:
    """The scenes in which somebody is seen, with the shots that show them."""
    found = []
    for scene in breakdown.scenes:
        seen = [one for one in scene.shots if any(figure.character == character for figure in one.staging.figures)]
        if seen:
            shots = tuple((shot.id, shot.number) for shot in seen)
            found.append(Appearance(scene=scene.id, number=scene.number, heading=scene.heading, shots=shots))
    return tuple(found)


def told(before: DNA, after: DNA) -> tuple[str, ...]:
    """The traits in which two looks differ, in the order of DNA."""
    return tuple(name for name in DNA.model_fields if getattr(before, name) != getattr(after, name))


def _check(dna: DNA) -> None:
    for trait in _PARTS:
        if getattr(dna, trait) not in parts(trait):
            raise BadRequest(f"there is no {getattr(dna, trait) or 'such part'}", field=trait)
    for trait in _COLOURS:
        if not _COLOUR.fullmatch(getattr(dna, trait)):
            raise BadRequest(f"{getattr(dna, trait)} is no colour like #d99a2b", field=trait)
    if not LOWEST <= dna.height <= TALLEST:
        raise BadRequest(f"{dna.height}; a height is {LOWEST} to {TALLEST} of an average adult's", field="height")


def _member(breakdown: Breakdown, character: str) -> Character:
    try:
        return breakdown.character(character)
    except KeyError as error:
        raise NotFound(f"nobody called {character} is in this episode") from error


def _open(breakdown: Breakdown, character: str) -> Character:
    """A character whose look may be changed."""
    member = _member(breakdown, character)
    if member.locked:
        raise BadRequest(f"{member.name}'s look is locked; open it first")
    return member


def _decided(member: Character, dna: DNA, changed: set[str]) -> Character:
    mine = changed | set(member.decided)
    kept = tuple(name for name in DNA.model_fields if name in mine)
    return member.model_copy(update={"dna": dna, "decided": kept})


def _with(breakdown: Breakdown, changed: Character) -> Breakdown:
    cast = tuple(changed if member.id == changed.id else member for member in breakdown.cast)
    return breakdown.model_copy(update={"cast": cast})
