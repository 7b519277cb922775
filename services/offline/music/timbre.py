"""Instruments: sounds of single notes, synthesised at half the delivery rate; floats, shaped (2, samples)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from services.offline.music.tables import Cloud, Noise, Struck, band
from services.offline.sound.loudness import RATE as DELIVERED
from services.offline.sound.spectrum import friendly

RATE = DELIVERED // 2
Sound = NDArray[np.float32]

_TABLE = 1 << 17  # samples of a cloud before it comes round again: 5.5 s


def hertz(pitch: float) -> float:
    """Convert a MIDI note."""
    return float(440.0 * 2 ** ((pitch - 69) / 12))


def _chance(*key: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(key))


@lru_cache(maxsize=24)
def _texture(timbre: str, pitch: int) -> Sound:
    """One endless turn of a cloud: random phases under the harmonics' smeared spectrum, another in each ear."""
    cloud = band().cloud[timbre]
    bins = _TABLE // 2 + 1
    spectrum = np.zeros(bins, dtype=np.float32)
    for number in range(1, cloud.harmonics + 1, 2 if cloud.odd else 1):
        centre = hertz(pitch) * number
        if centre > RATE * 0.45:
            break
        spread = centre * (2 ** (cloud.width / 1200) - 1) * _TABLE / RATE
        middle = centre * _TABLE / RATE
        low, high = max(1, int(middle - 4 * spread)), min(bins, int(middle + 4 * spread) + 2)
        shape = np.exp(-(((np.arange(low, high) - middle) / spread) ** 2))
        spectrum[low:high] += (_strength(cloud, number, centre) / np.sqrt(spread) * shape).astype(np.float32)
    phases = _chance(pitch, cloud.harmonics, int(cloud.width)).random((2, bins), dtype=np.float32)
    turned = np.fft.irfft(spectrum * np.exp(2j * np.pi * phases).astype(np.complex64), n=_TABLE, axis=1)
    sound: Sound = (turned / np.sqrt((turned**2).mean())).astype(np.float32)
    return sound


def _strength(cloud: Cloud, number: int, centre: float) -> float:
    strength = number**-cloud.tilt
    if cloud.formants:
        strength *= 0.05 + sum(gain * np.exp(-(((centre - at) / wide) ** 2)) for at, wide, gain in cloud.formants)
    return float(strength)


def held(timbre: str, pitch: int, seconds: float, turn: int) -> Sound:
    """Sound a cloud for so long, plus its release; `turn` begins it elsewhere in its texture."""
    cloud = band().cloud[timbre]
    count = int((seconds + cloud.release) * RATE)
    texture = _texture(timbre, pitch)
    sound = np.take(texture, np.arange(turn, turn + count), axis=1, mode="wrap")
    rise = min(int(cloud.attack * RATE), count // 2)
    fall = min(int(cloud.release * RATE), count - rise)
    sound[:, :rise] *= _ease(rise)
    sound[:, count - fall :] *= _ease(fall)[::-1]
    return sound


def _ease(count: int) -> Sound:
    curve: Sound = (np.sin(np.linspace(0, np.pi / 2, count, endpoint=False)) ** 2).astype(np.float32)
    return curve


@lru_cache(maxsize=32)
def struck(timbre: str, pitch: int) -> Sound:
    """Strike an instrument once and let it ring out; a middle note lies in the middle, others a little aside."""
    instrument: Struck = band().struck[timbre]
    frequency = hertz(pitch)
    # High notes die sooner, as strings and bars do.
    shorter = min(1.6, max(0.45, (440.0 / frequency) ** 0.35))
    longest = max(decay for _, _, decay in instrument.partials) * shorter
    moment = np.arange(int(longest * 5 * RATE), dtype=np.float32) / RATE
    sound = np.zeros(len(moment), dtype=np.float32)
    for ratio, gain, decay in instrument.partials:
        if frequency * ratio < RATE * 0.45:
            turning = np.float32(2 * np.pi * frequency * ratio)
            sound += np.float32(gain) * np.sin(turning * moment) * np.exp(-moment / np.float32(decay * shorter))
    if instrument.tremolo:
        sound *= 1 - 0.25 * (1 - np.cos(np.float32(2 * np.pi * instrument.tremolo) * moment))
    knock = _chance(pitch, 7).standard_normal(len(moment), dtype=np.float32) * np.exp(-moment / np.float32(0.006))
    sound += np.float32(instrument.knock) * knock
    rise = max(1, int(instrument.attack * RATE))
    sound[:rise] *= _ease(rise)
    fall = len(sound) // 5
    sound[len(sound) - fall :] *= _ease(fall)[::-1]
    aside = (pitch * 5 % 12 - 5.5) / 5.5 * 0.35
    return np.outer([np.cos((1 + aside) * np.pi / 4), np.sin((1 + aside) * np.pi / 4)], sound).astype(np.float32)


@lru_cache(maxsize=16)
def stroke(timbre: str, variant: int) -> Sound:
    """Give one stroke of a noise instrument."""
    noise = band().noise[timbre]
    count = int(noise.decay * 6 * RATE)
    rise = int(0.02 * RATE)
    sound = banded(noise, friendly(count), variant)[:, :count]
    sound *= np.exp(-np.arange(count, dtype=np.float32) / np.float32(noise.decay * RATE))
    sound[:, :rise] *= _ease(rise)
    return sound


def banded(noise: Noise, count: int, seed: int) -> Sound:
    """Make so many samples of noise in the instrument's band, in a circle: the end leads into the beginning."""
    bins = count // 2 + 1
    octaves = np.log2(np.maximum(np.arange(bins), 0.5) * RATE / count / noise.centre) / noise.octaves
    spectrum = np.exp(-2 * octaves**2).astype(np.float32)
    phases = _chance(int(noise.centre), seed).random((2, bins), dtype=np.float32)
    turned = np.fft.irfft(spectrum * np.exp(2j * np.pi * phases).astype(np.complex64), n=count, axis=1)
    sound: Sound = (turned / np.sqrt((turned**2).mean())).astype(np.float32)
    return sound


def breath(timbre: str, count: int, seed: int) -> Sound:
    """Make a circle of noise that swells a few times."""
    noise = band().noise[timbre]
    angle = np.arange(count, dtype=np.float32) * np.float32(2 * np.pi / count)
    swell = 0.55 + 0.3 * np.sin(noise.swells * angle) + 0.15 * np.sin((2 * noise.swells + 1) * angle + 1)
    sound: Sound = (banded(noise, count, seed) * swell).astype(np.float32)
    return sound
