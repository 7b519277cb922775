"""A loop of a mood's music: played in a circle, so that it can follow itself for an hour without a seam."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import numpy as np

from services.offline.music import timbre
from services.offline.music.harmony import Note, notes
from services.offline.music.tables import Part, Role, Tune, band, tunes
from services.offline.music.timbre import RATE, Sound
from studio.story.places import Mood

_LONGEST = 48.0  # seconds; memory is bounded by the loop, whatever the bed's length
_GRID = 60  # a beat is a multiple of this many samples: friendly to the Fourier transform


@dataclass(frozen=True)
class Loop:
    """A loop at 48 kHz: the ground, and what is played over it and may step back in some rounds; (2, samples) each."""

    ground: Sound
    over: Sound


def play(mood: Mood, *, seconds: float, seed: int, melody: bool) -> Loop:
    """Play as many bars as the seconds need, whole rounds of the harmony when they need more than a loop."""
    tune = tunes().mood[mood]
    beat = round(RATE * 60 / tune.tempo / _GRID) * _GRID
    bar = beat * tune.beats
    form = len(tune.chords)
    most = form * max(1, int(_LONGEST * RATE / bar) // form)
    bars = min(most, max(1, math.ceil(seconds * RATE / bar)))
    layers = {lead: np.zeros((2, bars * bar), dtype=np.float32) for lead in (False, True)}
    for index, part in enumerate(tune.parts):
        if part.role is Role.MELODY and not melody:
            continue
        chance = random.Random(f"{mood}|{seed}|{index}")
        lead = part.role in (Role.FIGURE, Role.MELODY)
        # Written for the whole loop and cut, so that a longer scene begins with the same music.
        written = [note for note in notes(tune, part, most, chance) if note.beat < bars * tune.beats]
        _perform(layers[lead], part, written, beat, chance.randrange(1 << 16))
    answer = _hall(tune, bars * bar)
    return Loop(*(_resound(layers[lead], answer) for lead in (False, True)))


def _perform(layer: Sound, part: Part, written: list[Note], beat: int, seed: int) -> None:
    if part.role is Role.BREATH:
        layer += timbre.breath(part.timbre, layer.shape[1], seed) * np.float32(part.level)
        return
    bars_end = layer.shape[1] / beat
    for index, note in enumerate(written):
        length = min(note.length, bars_end - note.beat) * beat / RATE
        sound = _sound(part, note, length, index * 4099 + seed)
        _lay(layer, round(note.beat * beat), sound * np.float32(part.level * note.force))


def _sound(part: Part, note: Note, seconds: float, turn: int) -> Sound:
    if part.timbre in band().cloud:
        return timbre.held(part.timbre, note.pitch, seconds, turn) * np.float32(0.22)
    if part.timbre in band().noise:
        return timbre.stroke(part.timbre, turn % 5)
    return timbre.struck(part.timbre, note.pitch)


def _lay(layer: Sound, start: int, sound: Sound) -> None:
    """Add a sound to the circle; what rings past the end rings at the beginning."""
    size = layer.shape[1]
    sound = sound[:, :size]
    first = min(sound.shape[1], size - start)
    layer[:, start : start + first] += sound[:, :first]
    layer[:, : sound.shape[1] - first] += sound[:, first:]


def _hall(tune: Tune, size: int) -> Sound:
    """The spectrum of the dry sound plus its room, with 1 to 3 kHz held back for whoever speaks."""
    count = min(int(tune.room * RATE), size)
    moment = np.arange(count, dtype=np.float32) / RATE
    noise = np.random.Generator(np.random.PCG64(11)).standard_normal((2, count), dtype=np.float32)
    dark = _darkened(noise)
    # The bright part of a room dies in a third of the time of the dark part.
    tail = dark * np.exp(-6.9 * moment / tune.room) * 2.5 + noise * np.exp(-20 * moment / tune.room) * 0.6
    tail[:, : RATE // 60] *= np.linspace(0, 1, RATE // 60, dtype=np.float32) if count > RATE // 60 else 0
    tail /= np.sqrt((tail**2).sum(axis=1, keepdims=True))
    answer = np.fft.rfft(tail * np.float32(tune.wet * 2), n=size, axis=1) + 1
    hertz = np.fft.rfftfreq(size, 1 / RATE).astype(np.float32)
    room_for_speech = 1 - 0.35 * np.exp(-(np.log2(np.maximum(hertz, 1) / 1900) ** 2) * 1.5)
    low_cut = 1 / (1 + (38 / np.maximum(hertz, 0.5)) ** 4)
    soft_top = 1 / (1 + (hertz / 9000) ** 4)
    shaped: Sound = (answer * (room_for_speech * low_cut * soft_top)).astype(np.complex64)
    return shaped


def _darkened(noise: Sound) -> Sound:
    """Smooth by a bell three samples wide; the ends go on as in a mirror."""
    reach = np.arange(-12, 13)
    bell = np.exp(-0.5 * (reach / 3.0) ** 2)
    wide = np.pad(noise, ((0, 0), (12, 12)), mode="symmetric")
    return np.stack([np.convolve(ear, (bell / bell.sum()).astype(np.float32), "valid") for ear in wide])


def _resound(layer: Sound, answer: Sound) -> Sound:
    """Play a layer in the hall and double its rate; both are exact in a circle."""
    size = layer.shape[1]
    out = np.empty((2, 2 * size), dtype=np.float32)
    for ear in range(2):
        spectrum = np.zeros(size + 1, dtype=np.complex64)
        spectrum[: size // 2 + 1] = np.fft.rfft(layer[ear]) * answer[ear]
        out[ear] = np.fft.irfft(spectrum, n=2 * size) * 2
    return out
