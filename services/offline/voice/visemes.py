"""From sounds to mouths: which of the eight shapes each phoneme shows, and how long it must be held to be seen."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from services.offline.voice.reading import Event, Sounding
from studio.takes.briefs import Mouth, Viseme

_TABLE = Path(__file__).parents[3] / "data" / "voices" / "mouths.toml"
SHORTEST = 0.05  # seconds; under one frame and a bit a shape only flickers
_LIPS = (Mouth.MBP, Mouth.FV)  # a missed closure is what an eye notices first

_Held = list[tuple[float, Mouth]]


@cache
def _table() -> tuple[dict[str, Mouth], frozenset[str]]:
    data = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    shapes = {sound: Mouth(mouth) for mouth, sounds in data["mouth"].items() for sound in sounds}
    return shapes, frozenset(data["carried"])


def shapes(sound: str, before: Mouth) -> list[Mouth]:
    """Name the mouths of one phoneme in IPA: two for a diphthong, the one before for a sound made in the throat."""
    table, carried = _table()
    sound = sound.rpartition(")")[2]  # "(en)" marks a change of language
    found: list[Mouth] = []
    for letter in unicodedata.normalize("NFD", sound):
        mouth = (found[-1] if found else before) if letter in carried else table.get(letter)
        if mouth is not None and (not found or found[-1] is not mouth):
            found.append(mouth)
    if not found:
        return [Mouth.REST if not sound.strip("ˈˌː") else before]
    return found[:2]


def visemes(events: tuple[Event, ...], rate: int, *, seconds: float) -> tuple[Viseme, ...]:
    """Give the mouth's way through an utterance: begins at 0, ends at rest, no shape shorter than SHORTEST."""
    held: _Held = [(0.0, Mouth.REST)]
    phonemes = [event for event in events if event.kind is Sounding.PHONEME]
    ends = [event.sample for event in phonemes[1:]] + [phonemes[-1].sample if phonemes else 0]
    for event, end in zip(phonemes, ends, strict=True):
        mouths = shapes(event.sound, held[-1][1])
        length = max(0, end - event.sample) / len(mouths)
        held.extend(((event.sample + length * index) / rate, mouth) for index, mouth in enumerate(mouths))
    closing = min(seconds, max(phonemes[-1].sample / rate if phonemes else 0.0, SHORTEST))
    seen = _seen([(at, mouth) for at, mouth in held if at < closing])
    while len(seen) > 1 and closing - seen[-1][0] < SHORTEST:
        seen.pop()
    return tuple(Viseme(at=round(at, 3), mouth=mouth) for at, mouth in _joined([*seen, (closing, Mouth.REST)]))


def _joined(held: _Held) -> _Held:
    return [step for index, step in enumerate(held) if not index or held[index - 1][1] is not step[1]]


def _seen(held: _Held) -> _Held:
    """Let no shape pass faster than the eye: closed lips are held and delay the next, any other gives way to it."""
    kept: _Held = held[:1]
    for at, mouth in _joined(held)[1:]:
        before, shape = kept[-1]
        if at - before >= SHORTEST:
            kept.append((at, mouth))
        elif shape in _LIPS:
            kept.append((before + SHORTEST, mouth))
        else:
            kept[-1] = (before, mouth)
    return kept
