"""The curves of the mix: music goes down while somebody speaks, and nothing goes over the ceiling."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.media.loudness import peaks
from services.media.sound import Samples
from studio.takes.frame import SAMPLE_RATE

STEP = 480  # 10 ms
_ATTACK, _HOLD, _RELEASE = 0.02, 0.25, 0.4  # seconds
DEPTH = 11.0  # dB the music goes down
HEARD = 10 ** (-45 / 20)  # RMS of a step in which somebody speaks
_REACH = 240  # 5 ms each way: how early the limiter begins to close
_FAR = 1 << 20


def duck(speech: Samples) -> Samples:
    """Give the music's gain at each sample for this speech; length a multiple of 10 ms.

    It looks 20 ms ahead and remembers 650 ms, so a window with more than that before it is exact.
    """
    steps = len(speech) // STEP
    power = np.square(speech[: steps * STEP]).reshape(steps, -1).mean(axis=1)
    gain = np.asarray(10 ** (-depths(power > HEARD**2, STEP / SAMPLE_RATE) / 20), np.float32)
    # Straight from the middle of each step to the middle of the next, and level before the first and after the last.
    middles = np.concatenate((gain[:1], gain, gain[-1:]))
    curve: Samples = middles[:-1, None] + np.diff(middles)[:, None] * np.linspace(0, 1, STEP, False, dtype=np.float32)
    return curve.ravel()[STEP // 2 :][: len(speech)]


def depths(spoken: NDArray[np.bool_], seconds: float) -> NDArray[np.float64]:
    """Give how many dB the music is down in each step of so many seconds; whether somebody speaks in it is known."""
    since = np.maximum(0, _since(spoken) - _HOLD / seconds) / (_RELEASE / seconds)
    until = _since(spoken[::-1])[::-1] / (_ATTACK / seconds)
    return np.asarray(np.clip(1 - np.minimum(since, until), 0, 1) * DEPTH)


def _since(spoken: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Steps since somebody last spoke."""
    index = np.arange(len(spoken))
    last = np.maximum.accumulate(np.where(spoken, index, -_FAR))
    return index - last


def limit(sound: Samples, ceiling: float) -> Samples:
    """Hold true peaks under `ceiling` (an amplitude): the gain closes 5 ms before a peak and opens after it."""
    seen = peaks(sound, ceiling)
    if seen.max(initial=0.0) <= ceiling:
        return sound
    wanted = np.minimum(1.0, ceiling / np.maximum(seen, 1e-9))
    # The least over a window, then the mean over the same window: never above what the peak allows.
    gain = _mean(_least(wanted))
    limited: Samples = (sound * gain[:, None]).astype(np.float32)
    return limited


def _least(values: Samples) -> Samples:
    """The least within reach of each value, doubling the reach until it is there."""
    least = np.pad(values, _REACH, mode="edge")
    width, wanted = 1, 2 * _REACH + 1
    while width < wanted:
        step = min(width, wanted - width)
        least = np.minimum(least[:-step], least[step:])
        width += step
    return least


def _mean(values: Samples) -> Samples:
    """The mean within reach of each value."""
    sums = np.cumsum(np.pad(values, (_REACH + 1, _REACH), mode="edge"), dtype=np.float64)
    return np.asarray((sums[2 * _REACH + 1 :] - sums[: -(2 * _REACH + 1)]) / (2 * _REACH + 1), np.float32)
