"""Loudness as ITU-R BS.1770-4 measures it, and true peaks; works on blocks, so that an hour needs no hour of memory."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

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
_TAIL = 24_000  # samples the filters ring on: so much is heard before each block, where a spectrum wraps them to
_BLOCK = 20 * HOP  # of short spectra that fit a processor's cache, in half the time of one long one
_NEAR = 0.7  # a true peak between samples is less than 3 dB above the samples around it


def hops(sound: Samples, skip: int = 0) -> Powers:
    """K-weighted mean power of each whole 100 ms after the first `skip` samples, which only settle the filters."""
    count = max(0, (len(sound) - skip) // HOP)
    blocks, size, each = -(-count * HOP // _BLOCK), _TAIL + _BLOCK, _BLOCK // HOP
    heard = sound[: skip + count * HOP]
    sides: Samples = np.zeros((sound.shape[1], _TAIL + skip + blocks * _BLOCK), np.float32)
    sides[:, _TAIL : _TAIL + len(heard)] = heard.T
    powers: Powers = np.zeros(blocks * each)
    for block in range(blocks):
        start = skip + block * _BLOCK
        spectra = cv2.dft(sides[:, start : start + size], flags=cv2.DFT_ROWS)
        weighted = cv2.mulSpectrums(spectra, _response(*spectra.shape), cv2.DFT_ROWS)
        waves = cv2.idft(weighted, flags=cv2.DFT_ROWS | cv2.DFT_SCALE)[:, _TAIL:]
        power = np.square(waves).sum(axis=0).reshape(each, HOP).sum(axis=1, dtype=np.float64)
        powers[block * each : (block + 1) * each] = power / HOP
    return powers[:count]


@lru_cache(maxsize=4)
def _response(sides: int, size: int) -> Samples:
    """For each side the K filters' response at each frequency of `size` samples, as OpenCV packs a real spectrum.

    The zeroth is real, then come the real and the imaginary part of each, and the last is real again.
    """
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    # Term by term: a matrix product would wake the algebra library's threads, which can hang in a forked process.
    whole = np.prod([(a + b * z + c * (z * z)) / (d + e * z + f * (z * z)) for a, b, c, d, e, f in _K], axis=0)
    packed = np.stack((whole.real, whole.imag), axis=1).ravel()[[0, *range(2, size + 1)]]
    return np.asarray(np.tile(packed, (sides, 1)), np.float32)


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
    plain: Samples = np.maximum(np.abs(sound[:, 0]), np.abs(sound[:, 1]))
    near = np.flatnonzero(plain > floor * _NEAR)
    if not len(near):
        return plain
    out = plain.copy()
    step, margin = 1024, 32
    for block in np.unique(near // step):
        a, b = block * step, min(len(sound), (block + 1) * step)
        low, high = max(0, a - margin), min(len(sound), b + margin)
        fine = np.maximum(_between(sound[low:high, 0]), _between(sound[low:high, 1]))
        # A peak after sample n belongs to n and n + 1: both must come down.
        spread = np.maximum(fine, np.concatenate((fine[:1], fine[:-1])))
        out[a:b] = np.maximum(out[a:b], spread[a - low : b - low])
    return out


def _between(sound: Samples) -> Samples:
    """The largest of each sample and the three quarters of the way to the next, as a band-limited wave has them."""
    waves = [np.abs(np.convolve(sound, taps, "same")) for taps in _quarters()]
    return np.asarray(np.max([np.abs(sound), *waves], axis=0), np.float32)


@lru_cache(maxsize=1)
def _quarters() -> list[Samples]:
    """Windowed sincs that move a wave by one, two and three quarters of a sample."""
    reach = 24
    taps = np.arange(-reach, reach + 1)
    window = np.kaiser(len(taps), 7.0)
    return [(np.sinc(taps + share) * window).astype(np.float32) for share in (0.25, 0.5, 0.75)]


def decibels(value: float) -> float:
    """An amplitude in dB, -120 at least."""
    return float(20 * np.log10(max(value, 1e-6)))
