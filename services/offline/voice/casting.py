"""Casting: a voice that fits who a character is, differs from the others of the cast and stays for the series."""

from __future__ import annotations

import hashlib
import math
import tomllib
from functools import cache
from itertools import product
from pathlib import Path

from services.offline.voice.languages import accent_of, voices
from studio.crew import VoiceCard
from studio.story.cast import DNA, Age, Casting, Character, Presents
from studio.story.noun import Noun

_TABLE = Path(__file__).parents[3] / "data" / "voices" / "variants.toml"
_APART = 1.0  # the distance at which two voices cannot be taken for each other
_NUDGES = (1.0, 0.94, 1.07)  # pitches tried for each variant


class Variant(Noun):
    """A throat: how it presents, the ages it can play, its pitch and its brightness in Hz."""

    name: str
    called: str
    presents: Presents
    ages: tuple[Age, ...]
    hz: float
    bright: float


class Factors(Noun):
    """What an age, a build or a manner does to a voice."""

    pitch: float
    pace: float


class Company(Noun):
    """The whole table of data/voices/variants.toml."""

    version: int
    variant: tuple[Variant, ...]
    age: dict[str, Factors]
    build: dict[str, Factors]
    manner: dict[str, Factors]
    whisper: dict[str, str]


@cache
def company() -> Company:
    """Load and validate the table of variants."""
    return Company.model_validate(tomllib.loads(_TABLE.read_text(encoding="utf-8")))


def variant_of(voice: str) -> Variant | None:
    """Find the variant in a voice's name ("gmw/en+f3"); None for a voice without one."""
    name = _throat(voice)
    return next((variant for variant in company().variant if variant.name == name), None)


def whisper_of(voice: str) -> str:
    """Name the same speaker's whisper."""
    variant = variant_of(voice)
    presents = variant.presents if variant else Presents.MASCULINE
    return f"{voice.partition('+')[0]}+{company().whisper[presents]}"


def voice_for(dna: DNA, *, character: str, language: str, taken: tuple[Casting, ...] = ()) -> Casting:
    """Cast one character; the same character, language and voices already taken always give the same casting."""
    own, accents = voices(language)
    candidates = _ranked(dna, character, own) + _ranked(dna, character, accents)
    throats = {_throat(other.voice) for other in taken}
    fresh = [casting for casting in candidates if _throat(casting.voice) not in throats] or candidates
    for casting in fresh:
        if all(distance(casting, other) >= _APART for other in taken):
            return casting
    return max(fresh, key=lambda casting: min(distance(casting, other) for other in taken))


def cast_voices(cast: tuple[Character, ...], language: str) -> tuple[Character, ...]:
    """Give a voice to everybody in the cast who has none; whoever comes first keeps theirs when more join."""
    taken = [member.casting for member in cast if member.casting.voice]
    voiced: list[Character] = []
    for member in cast:
        if member.casting.voice:
            voiced.append(member)
            continue
        found = voice_for(member.dna, character=member.id, language=language, taken=tuple(taken))
        own = member.casting
        chosen = Casting(voice=found.voice, pace=_own(own.pace, found.pace), pitch=_own(own.pitch, found.pitch))
        taken.append(chosen)
        voiced.append(member.model_copy(update={"casting": chosen}))
    return tuple(voiced)


def voice_cards(language: str) -> tuple[VoiceCard, ...]:
    """Every voice a character who speaks a language can have: each throat in each accent."""
    own, accents = voices(language)
    return tuple(
        VoiceCard(
            voice=f"{file}+{variant.name}",
            name=variant.called,
            accent=accent_of(file),
            presents=variant.presents,
            ages=variant.ages,
            hz=variant.hz,
        )
        for file in (*own, *accents)
        for variant in company().variant
    )


def distance(one: Casting, other: Casting) -> float:
    """Measure how far apart two castings sound; 1 is clearly two people."""
    first, second = _heard(one), _heard(other)
    pitch = math.log2(first[0] / second[0]) / 0.3
    colour = math.log2(first[1] / second[1]) / 0.4
    accent = 0.45 if _file(one.voice) != _file(other.voice) else 0.0
    throat = 0.5 if _throat(one.voice) != _throat(other.voice) else 0.0
    pace = math.log2(one.pace / other.pace) / 0.6
    return math.sqrt(pitch**2 + colour**2 + accent**2 + throat**2 + pace**2)


def _own(chosen: float, found: float) -> float:
    return found if chosen == 1.0 else chosen


def _file(voice: str) -> str:
    return voice.partition("+")[0]


def _throat(voice: str) -> str:
    return voice.partition("+")[2]


def _heard(casting: Casting) -> tuple[float, float]:
    variant = variant_of(casting.voice)
    hz, bright = (variant.hz, variant.bright) if variant else (102.0, 1980.0)  # the library's own throat
    return hz * casting.pitch, bright


def _ranked(dna: DNA, character: str, files: tuple[str, ...]) -> list[Casting]:
    """Everything the character could sound like, shuffled by who they are; a new coat must not change a voice."""
    table = company()
    factors = (table.age[dna.age], table.build[dna.build], table.manner[dna.manner])
    pitch = math.prod(factor.pitch for factor in factors)
    pace = math.prod(factor.pace for factor in factors)
    throats = list(product(files, filter(lambda variant: _plays(variant, dna), table.variant), _NUDGES))
    who = f"{character}|{dna.presents}|{dna.age}"
    throats.sort(key=lambda throat: _rank(f"{who}|{throat[0]}+{throat[1].name}|{throat[2]}"))
    return [
        Casting(voice=f"{file}+{variant.name}", pace=round(pace, 3), pitch=round(pitch * nudge, 3))
        for file, variant, nudge in throats
    ]


def _plays(variant: Variant, dna: DNA) -> bool:
    """Children of any kind have the high, small throats."""
    fits = dna.age is Age.CHILD or dna.presents in (Presents.NEUTRAL, variant.presents)
    return fits and dna.age in variant.ages


def _rank(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
