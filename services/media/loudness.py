"""Loudness as ITU-R BS.1770-4 measures it, and true peaks; works on blocks, so that an hour needs no hour of memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly, sosfilt

from services.media.sound import Samples

HOP = 4800  # 100 ms at 48 kHz: a gating block is four of them
SILENCE = -70.0  # LUFS: the absolute gate
Powers = NDArray[np.float64]
# BS.1770-4, tables 1 and 2, for 48 kHz: the head's shelf, then the high-pass.
_K = np.array(
    [
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
        [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
    ]
)
_NEAR = 0.7  # a true peak between samples is less than 3 dB above the samples around it


def hops(sound: Samples, skip: int = 0) -> Powers:
    """K-weighted mean power of each whole 100 ms after the first `skip` samples, which only settle the filters."""
    weighted = sosfilt(_K, sound, axis=0)[skip:]
    count = len(weighted) // HOP
    powers: Powers = np.square(weighted[: count * HOP]).reshape(count, -1).sum(axis=1) / HOP
    return powers


def integrated(powers: Powers) -> float:
    """Give the gated loudness in LUFS of a programme from its 100 ms powers; -70 for silence."""
    if len(powers) < 4:
        powers = np.pad(powers, (0, 4 - len(powers)))
    blocks = np.convolve(powers, np.full(4, 0.25), "valid")
    loud = blocks[blocks > 10 ** ((SILENCE + 0.691) / 10)]
    if not len(loud):
        return SILENCE
    above = loud[loud > loud.mean() / 10]
    return float(-0.691 + 10 * np.log10(above.mean()))


def peaks(sound: Samples, floor: float) -> Samples:
    """Give the peak at each sample over both channels, between samples too where it may pass `floor`.

    Only stretches with samples near the floor are oversampled four times: elsewhere nothing can pass it.
    """
    plain: Samples = np.abs(sound).max(axis=1)
    near = np.flatnonzero(plain > floor * _NEAR)
    if not len(near):
        return plain
    out = plain.copy()
    step, margin = 1024, 32
    for block in np.unique(near // step):
        a, b = block * step, min(len(sound), (block + 1) * step)
        low, high = max(0, a - margin), min(len(sound), b + margin)
        fine = np.abs(resample_poly(sound[low:high], 4, 1, axis=0)).max(axis=1)
        fine = fine[: (high - low) * 4].reshape(-1, 4).max(axis=1)
        # A peak after sample n belongs to n and n + 1: both must come down.
        spread = np.maximum(fine, np.concatenate((fine[:1], fine[:-1])))
        out[a:b] = np.maximum(out[a:b], spread[a - low : b - low])
    return out


def decibels(value: float) -> float:
    """An amplitude in dB, -120 at least."""
    return float(20 * np.log10(max(value, 1e-6)))
