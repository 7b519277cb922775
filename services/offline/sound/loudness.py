"""Loudness as ITU-R BS.1770 measures it: K-weighted, gated, in LUFS; samples are floats, time in the last axis."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from services.offline.sound.spectrum import RING, filtered, response

RATE = 48_000
# The two filters of the recommendation, given there for 48 kHz: the head's shelf and the low cut.
_K = np.array(
    [
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
        [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
    ]
)
_HOP = RATE // 10
_STEP = 20 * _HOP
_BLOCK = 4  # hops: 400 ms, overlapping by three quarters
_ABSOLUTE = -70.0
_RELATIVE = -10.0
SILENT = -120.0


def _lufs(power: float) -> float:
    return -0.691 + 10 * float(np.log10(power)) if power > 1e-12 else SILENT


def _hop_powers(samples: NDArray[np.floating]) -> NDArray[np.float64]:
    """Sum the channels' K-weighted mean squares over hops of 100 ms, in blocks of bounded size."""
    channels = np.pad(np.atleast_2d(samples), ((0, 0), (RING, 0)))
    powers = []
    for start in range(0, channels.shape[1] - RING, _STEP):
        piece = channels[:, start : start + RING + _STEP]
        whole = (piece.shape[1] - RING) // _HOP
        # What wraps round falls on the samples before the block, which are only there to settle the filters.
        heard = np.fft.irfft(np.fft.rfft(piece, RING + _STEP) * _weighting(), RING + _STEP)
        heard = heard[:, RING : RING + whole * _HOP]
        powers.append((heard**2).reshape(len(channels), whole, _HOP).mean(axis=2).sum(axis=0))
    return np.concatenate(powers) if powers else np.zeros(0)


@cache
def _weighting() -> NDArray[np.complex128]:
    return response(_K, RING + _STEP)


def loudness(samples: NDArray[np.floating]) -> float:
    """Measure integrated loudness in LUFS; what is shorter than one gate (0.4 s) is not gated."""
    return loudness_at(samples)(1.0)


def loudness_at(samples: NDArray[np.floating]) -> Callable[[float], float]:
    """Filter once, and give what tells the loudness of the samples times any factor."""
    hops = _hop_powers(samples)
    if len(hops) < _BLOCK:
        heard = filtered(_K, np.atleast_2d(samples)) if samples.size else np.zeros((1, 1))
        power = float((heard**2).mean(axis=1).sum())
        return lambda factor: _lufs(power * factor**2)
    return lambda factor: _gated(hops * factor**2)


def _gated(hops: NDArray[np.float64]) -> float:
    blocks = np.convolve(hops, np.full(_BLOCK, 1 / _BLOCK), mode="valid")
    loud = blocks[blocks > 10 ** ((_ABSOLUTE + 0.691) / 10)]
    if not len(loud):
        return SILENT
    threshold = loud.mean() * 10 ** (_RELATIVE / 10)
    return _lufs(float(loud[loud > threshold].mean()))
