"""From a mood to a score: chords that move as little as they can, and what each player plays over them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

from services.offline.music.tables import Part, Role, Tune

_VOICES = 4
_MOTIF = 2  # bars of a figure's row or a melody's motif
_BREATHES = 0.16  # of a figure's notes are left out, so that no two rounds are alike


@dataclass(frozen=True)
class Note:
    """A note: beat it begins on, beats it lasts, MIDI pitch, force from 0 to 1."""

    beat: float
    length: float
    pitch: int
    force: float = 1.0


def chord(tune: Tune, bar: int) -> tuple[int, ...]:
    """Give the MIDI notes of a bar's chord, bass first."""
    return tuple(tune.root + step for step in tune.chords[bar % len(tune.chords)])


def voicing(notes: tuple[int, ...], before: tuple[int, ...], low: int, high: int) -> tuple[int, ...]:
    """Choose four places for a chord between low and high, each voice as near as can be to where it was."""
    classes = sorted({note % 12 for note in notes})
    places = [pitch for pitch in range(low, high + 1) if pitch % 12 in classes]
    count = min(_VOICES, len(classes))
    choices = [c for c in combinations(places, count) if len({p % 12 for p in c}) == count]
    middle = (low + high) / 2
    aim = before if len(before) == count else tuple(middle + 4 * (i - (count - 1) / 2) for i in range(count))

    def cost(choice: tuple[int, ...]) -> tuple[float, tuple[int, ...]]:
        moved = sum(abs(a - b) for a, b in zip(choice, aim, strict=True))
        drift = abs(sum(choice) / count - middle) * 0.35
        close = sum(2.0 for a, b in pairwise(choice) if b - a < 2)
        return moved + drift + close, choice

    return min(choices, key=cost) if choices else tuple(places[:count])


def notes(tune: Tune, part: Part, bars: int, chance: random.Random) -> Iterator[Note]:
    """Write a player's notes for so many bars."""
    match part.role:
        case Role.PAD:
            yield from _pad(tune, part, bars)
        case Role.BASS:
            yield from _bass(tune, part, bars)
        case Role.FIGURE:
            yield from _figure(tune, part, bars, chance)
        case Role.MELODY:
            yield from _melody(tune, part, bars, chance)
        case Role.STROKES:
            for bar in range(bars):
                for index, beat in enumerate(part.pattern):
                    force = (1.0 if not index else 0.6) * chance.uniform(0.8, 1.0)
                    yield Note(bar * tune.beats + _swung(tune, beat), 0.5, part.pitch, force)
        case Role.BREATH:
            return


def _swung(tune: Tune, beat: float) -> float:
    return beat + (tune.swing - 0.5 if beat % 1.0 == 0.5 else 0.0)


def _pad(tune: Tune, part: Part, bars: int) -> Iterator[Note]:
    """Hold voices that two chords share instead of striking them again."""
    held: dict[int, int] = {}
    before: tuple[int, ...] = ()
    for bar in range(bars):
        now = voicing(chord(tune, bar), before, part.low, part.high)
        for pitch in [pitch for pitch in held if pitch not in now]:
            start = held.pop(pitch)
            yield Note(start * tune.beats, (bar - start) * tune.beats, pitch)
        for pitch in now:
            held.setdefault(pitch, bar)
        before = now
    for pitch, start in held.items():
        yield Note(start * tune.beats, (bars - start) * tune.beats, pitch)


def _bass(tune: Tune, part: Part, bars: int) -> Iterator[Note]:
    for bar in range(bars):
        own = chord(tune, bar)
        base = _within(own[0], part.low, part.high)
        after = _within(chord(tune, bar + 1)[0], part.low, part.high)
        for index, beat in enumerate(part.pattern):
            pitch = base
            if part.walks and index:
                last = index == len(part.pattern) - 1
                # The last step leads into the next bass from a half tone beside it.
                pitch = (
                    after + (1 if after <= base else -1)
                    if last
                    else _within(own[index % len(own)], part.low, part.high)
                )
            yield Note(bar * tune.beats + beat, tune.beats / len(part.pattern), pitch, 1.0 if not index else 0.7)


def _figure(tune: Tune, part: Part, bars: int, chance: random.Random) -> Iterator[Note]:
    before: tuple[int, ...] = ()
    row: tuple[int, ...] = ()
    step = tune.beats / part.steps
    for bar in range(bars):
        if bar % _MOTIF == 0:
            row = chance.choice(part.rows)
        before = voicing(chord(tune, bar), before, part.low, part.high)
        for index, place in enumerate(row):
            skipped = chance.random() < _BREATHES and index
            if place >= 0 and not skipped:
                force = (0.9 if not index else 0.65) * chance.uniform(0.8, 1.0)
                beat = bar * tune.beats + _swung(tune, index * step)
                yield Note(beat, 2 * step, before[place % len(before)], force)


def _melody(tune: Tune, part: Part, bars: int, chance: random.Random) -> Iterator[Note]:
    """Sing phrases of eight bars: a motif, its answer, another thought, the motif again closing on the chord."""
    motifs = [chance.choice(part.lengths) for _ in range(2)]
    turns = [[chance.choice((-2, -1, -1, 1, 1, 2)) for _ in range(12)] for _ in range(2)]
    ladder = [pitch for pitch in range(part.low, part.high + 1) if (pitch - tune.root) % 12 in tune.scale]
    place = len(ladder) // 2
    for first in range(0, bars, _MOTIF):
        which = 1 if first // _MOTIF % 4 == 2 else 0
        beat = float(first * tune.beats)
        for index, length in enumerate(motifs[which]):
            if length > 0 and beat < min(first + _MOTIF, bars) * tune.beats:
                place = min(max(place + turns[which][index % 12], 0), len(ladder) - 1)
                strong = beat % tune.beats == 0 or length >= 2
                if strong:
                    place = _nearest(ladder, place, chord(tune, int(beat // tune.beats)))
                yield Note(beat, length, ladder[place], 0.95 if strong else 0.75)
            beat += abs(length)


def _nearest(ladder: list[int], place: int, tones: tuple[int, ...]) -> int:
    """The nearest rung that belongs to the chord."""
    classes = {tone % 12 for tone in tones}
    rungs = [index for index, pitch in enumerate(ladder) if pitch % 12 in classes] or [place]
    return min(rungs, key=lambda index: (abs(index - place), index))


def _within(pitch: int, low: int, high: int) -> int:
    """The pitch in the octave that lies between low and high."""
    while pitch > high:
        pitch -= 12
    while pitch < low:
        pitch += 12
    return pitch
