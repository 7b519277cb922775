"""Filters and rates changed by Fourier transforms; in plain numpy, for scipy takes longer to load than to work."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Sections = NDArray[np.float64]  # second-order sections, a row each: three of the numerator, three of the denominator
RING = 24_000  # samples after which no filter of ours is heard any more


def filtered(sections: Sections, samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Run samples (time in the last axis) through a cascade, from rest; as many come out."""
    count = samples.shape[-1]
    size = friendly(count + RING)
    heard: NDArray[np.float64] = np.fft.irfft(np.fft.rfft(samples, size) * response(sections, size), size)
    return heard[..., :count]


def response(sections: Sections, size: int) -> NDArray[np.complex128]:
    """What a cascade does to each frequency of a spectrum of `size` samples."""
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    whole: NDArray[np.complex128] = np.ones_like(z)
    for b0, b1, b2, a0, a1, a2 in sections:
        whole *= (b0 + z * (b1 + z * b2)) / (a0 + z * (a1 + z * a2))
    return whole


def folded(samples: NDArray[np.float64], answer: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convolve samples with a room's answer; as many come out."""
    size = friendly(len(samples) + len(answer))
    wet: NDArray[np.float64] = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(answer, size), size)
    return wet[: len(samples)]


def resampled(samples: NDArray[np.float64], up: int, down: int) -> NDArray[np.float64]:
    """Change the rate by up / down, band-limited; zeros lie before and after."""
    # The zeros keep the ringing of the end from coming round to the beginning.
    turns = friendly(-(-(len(samples) + 2048) // down))
    fine = np.fft.irfft(np.fft.rfft(samples, turns * down), turns * up) * (up / down)
    return np.asarray(fine[: -(-len(samples) * up // down)], np.float64)


def high_pass(rate: int, frequency: float) -> Sections:
    """Butterworth's second-order low cut as one section."""
    turn = np.tan(np.pi * frequency / rate)
    whole = 1 + np.sqrt(2) * turn + turn * turn
    below = [2 * (turn * turn - 1) / whole, (1 - np.sqrt(2) * turn + turn * turn) / whole]
    return np.array([[1 / whole, -2 / whole, 1 / whole, 1, *below]])


def low_pass(rate: int, frequency: float) -> Sections:
    """Butterworth's first-order high cut as one section."""
    turn = np.tan(np.pi * frequency / rate)
    return np.array([[turn / (1 + turn), turn / (1 + turn), 0, 1, (turn - 1) / (turn + 1), 0]])


@cache
def friendly(count: int) -> int:
    """Find the smallest size of at least `count` with no prime factor but 2, 3 and 5: quick to transform."""
    odd = [3**i * 5**j for i in range(14) for j in range(10)]
    size: int = min(one << max(0, -(-count // one) - 1).bit_length() for one in odd)
    return size
