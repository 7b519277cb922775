"""Raw speech made pleasant: less buzz, an even level, a small room, and silence trimmed at both ends."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from services.offline.sound.loudness import RATE, SILENT, loudness, loudness_at
from services.offline.sound.spectrum import filtered, folded, high_pass, low_pass, resampled

Samples = NDArray[np.float64]

_EDGE = 10 ** (-46 / 20)  # of the peak: quieter is silence
_LEAD, _TAIL = 0.03, 0.14  # seconds kept around the voice
_KNEE, _CEILING = 0.6, 0.84  # soft limit; -1.5 dBFS leaves room for the mix
_TRIES, _CLOSE = 6, 0.1  # the soft limit takes loudness back; LU
_PACE = 0.005  # seconds between two gains of the compressor
_THRESHOLD, _RATIO = -24.0, 2.5  # dB under the line's own peak level
_HISS = 3.0  # a difference of neighbours weighs 5 kHz four times, 300 Hz a quarter


def trim(samples: Samples, rate: int) -> tuple[Samples, float]:
    """Cut the silence off both ends; also gives the seconds cut from the front."""
    size = np.abs(samples)
    heard = np.flatnonzero(size > size.max(initial=0.0) * _EDGE)
    if not len(heard):
        return samples[:0], 0.0
    start = max(0, int(heard[0]) - int(_LEAD * rate))
    return samples[start : int(heard[-1]) + 1], start / rate


def dress(samples: Samples, rate: int) -> Samples:
    """Filter, even out and place in a small room; the answer is at 48 kHz and longer by the room's tail."""
    padded = np.concatenate([samples, np.zeros(int(_TAIL * rate))])
    shaped = filtered(_shape(rate), padded)
    even = _compress(shaped, rate)
    lifted = resampled(even, RATE // 150, rate // 150)
    roomy = lifted + folded(lifted, _room())
    fade = min(len(roomy), RATE // 25)
    roomy[len(roomy) - fade :] *= np.linspace(1.0, 0.0, fade)
    return roomy


def level(samples: Samples, target: float) -> Samples:
    """Bring a line to a loudness in LUFS with peaks held softly under -1.5 dBFS; silence stays silence."""
    out = louder = samples
    heard, gain = loudness_at(samples), 0.0
    for _ in range(_TRIES):
        # What the limit left alone is as loud as its gain says, and need not be filtered again.
        measured = heard(10 ** (gain / 20)) if out is louder else loudness(out)
        if measured <= SILENT or abs(target - measured) < _CLOSE:
            return out
        gain += target - measured
        louder = samples * 10 ** (gain / 20)
        out = _soft(louder)
    return out


def _soft(samples: Samples) -> Samples:
    over = np.abs(samples) - _KNEE
    if not (over > 0).any():
        return samples
    room = _CEILING - _KNEE
    held = np.sign(samples) * (_KNEE + room * np.tanh(np.maximum(over, 0.0) / room))
    return np.where(over > 0, held, samples)


@cache
def _shape(rate: int) -> Samples:
    """Low cut, a little warmth, less of the hard 3 kHz and of the top; all-passes smear the glottal click."""
    rows = [
        high_pass(rate, 80),
        _bell(rate, 220, 1.8, 0.8),
        _bell(rate, 3100, -2.5, 0.9),
        low_pass(rate, 7000),
        *(_smear(rate, frequency) for frequency in (300, 700, 1300, 2200, 3400)),
    ]
    return np.vstack(rows)


def _bell(rate: int, frequency: float, gain: float, width: float) -> Samples:
    """A peaking filter as one second-order section; gain in dB."""
    turn = 2 * np.pi * frequency / rate
    spread, lift = np.sin(turn) / (2 * width), 10 ** (gain / 40)
    middle = -2 * np.cos(turn)
    above, below = spread * lift, spread / lift
    row = np.array([1 + above, middle, 1 - above, 1 + below, middle, 1 - below])
    return np.atleast_2d(row / row[3])


def _smear(rate: int, frequency: float) -> Samples:
    """An all-pass that turns the phase around one frequency."""
    turn = 2 * np.pi * frequency / rate
    spread = np.sin(turn) / 1.4
    row = np.array([1 - spread, -2 * np.cos(turn), 1 + spread, 1 + spread, -2 * np.cos(turn), 1 - spread])
    return np.atleast_2d(row / row[3])


def _compress(samples: Samples, rate: int) -> Samples:
    hop = int(_PACE * rate)
    count = -(-len(samples) // hop)
    padded = np.zeros(count * hop)
    # What decides the gain leans to the top, so that a hiss is held down instead of lifted between the vowels.
    padded[: len(samples)] = samples + _HISS * np.diff(samples, prepend=0.0)
    power = (padded.reshape(count, hop) ** 2).mean(axis=1)
    # 40 ms look around: quick enough for syllables, slow enough not to follow the voice's own pulse.
    heard = np.convolve(power, np.hanning(11) / np.hanning(11).sum(), mode="same")
    decibels = 10 * np.log10(heard + 1e-12)
    over = np.maximum(0.0, decibels - (decibels.max(initial=SILENT) + _THRESHOLD))
    gains = 10 ** (-over * (1 - 1 / _RATIO) / 20)
    places = (np.arange(count) + 0.5) * hop
    held: Samples = np.interp(np.arange(len(samples)), places, gains)
    return samples * held


@cache
def _room() -> Samples:
    """A small furnished room: three early reflections and a fifth of a second of darkening decay, always the same."""
    length = RATE // 5
    moment = np.arange(length) / RATE
    noise = np.random.Generator(np.random.PCG64(5)).standard_normal(length)
    tail = filtered(low_pass(RATE, 2600), noise) * np.exp(-moment / 0.045)
    tail[: RATE // 90] = 0.0
    tail *= 0.16 / np.sqrt((tail**2).sum())
    for seconds, gain in ((0.0061, 0.10), (0.0093, -0.07), (0.0147, 0.06)):
        tail[int(seconds * RATE)] += gain
    return tail
