"""The people of a story: who they are to the eye (DNA) and to the ear (casting)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from studio.story.noun import Noun

# What a person decided is left out while nobody decided it: such a character is the one it was before.
_Decided = Field(exclude_if=lambda value: not value)
_LETTERS = re.compile(r"(?:(?<=\w['’])(?P<ending>[^\W\d_]{1,2})\b|[^\W\d_]+)")  # Mother's, but O'Brien


class Age(StrEnum):
    CHILD = "child"
    TEEN = "teen"
    ADULT = "adult"
    OLD = "old"


class Build(StrEnum):
    SLIGHT = "slight"
    LEAN = "lean"
    AVERAGE = "average"
    BROAD = "broad"
    HEAVY = "heavy"


class Presents(StrEnum):
    """How a character reads at a glance and sounds at a word; it chooses shapes and voices."""

    FEMININE = "feminine"
    MASCULINE = "masculine"
    NEUTRAL = "neutral"


class Manner(StrEnum):
    """How a character talks and holds themselves."""

    TERSE = "terse"
    FLORID = "florid"
    ANXIOUS = "anxious"
    DRY = "dry"
    WARM = "warm"


class DNA(Noun):
    """Everything a picture of a character is drawn from. Colours are #rrggbb.

    `hair`, `garment`, `hat`, `face` (facial hair, glasses) name parts in data/paper; an empty string is none.
    """

    age: Age = Age.ADULT
    build: Build = Build.AVERAGE
    presents: Presents = Presents.NEUTRAL
    height: float = 1.0  # 1.0 is an average adult
    skin: str = "#f0c9a4"
    hair: str = "bob"
    hair_colour: str = "#27435c"
    eyes: str = "#2c6e63"
    garment: str = "coat"
    cloth: str = "#d99a2b"
    trim: str = "#2a1f2b"
    hat: str = ""
    face: str = ""
    manner: Manner = Manner.WARM


class Casting(Noun):
    """The voice of a character: an engine's voice name, pace (1.0 = its own) and pitch (1.0 = its own).

    `also` has the voices of those who do not speak for the offline crew, by vendor.
    """

    voice: str = ""
    pace: float = 1.0
    pitch: float = 1.0
    also: Annotated[dict[str, str], Field(exclude_if=lambda voices: not voices)] = {}  # noqa: RUF012


class Character(Noun):
    """Somebody who appears or speaks; `id` is stable for the life of the series.

    A locked look is left as it is by whatever the script says and by every tool but the lock; of an open one, the
    traits that are `decided` (fields of DNA) are the person's, and the script changes only the others.
    """

    id: str
    name: str
    dna: DNA = DNA()
    casting: Casting = Casting()
    locked: Annotated[bool, _Decided] = False
    decided: Annotated[tuple[str, ...], _Decided] = ()

    @property
    def called(self) -> str:
        """The name as a sentence has it: Jean-Luc, not JEAN-LUC."""
        return _LETTERS.sub(_small, self.name) if self.name.isupper() else self.name


def _small(word: re.Match[str]) -> str:
    return word[0].lower() if word["ending"] else word[0].capitalize()
