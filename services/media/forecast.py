"""A forecast of how loud a film will be, from what is known of each of its sounds; so it is mixed once, not twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.media.ducking import HEARD, depths
from services.media.kept import kept
from services.media.loudness import HOP, SILENCE, Powers, hops, integrated
from services.media.sound import Sound
from services.media.stretch import LENGTH, Placed, Score, envelope
from studio.takes.frame import SAMPLE_RATE

MOST = 24.0  # dB that anything is raised
_SIDES = 2  # loudness adds up the power of both sides, the ducking listens to their mean


def powers_of(sound: Sound, key: str, cache: Path) -> Powers:
    """Measure the powers of a whole sound's hops, ten seconds at a time; remembered by its content."""

    def found() -> bytes:
        starts = range(0, sound.samples, LENGTH)
        parts = [hops(sound.window(at - HOP, min(at + LENGTH, sound.samples)), HOP) for at in starts]
        return np.concatenate([np.zeros(0), *parts]).astype("<f8").tobytes()

    return np.frombuffer(kept(cache / f"{key[:40]}.powers", found), "<f8")


def levelled(sound: Sound, key: str, target: float, cache: Path) -> float:
    """Give the amplitude that brings a sound to `target` LUFS; 1.0 for silence."""
    loudness = integrated(powers_of(sound, key, cache))
    return 1.0 if loudness <= SILENCE else float(10 ** (min(MOST, target - loudness) / 20))


def forecast(score: Score, cache: Path, pool: Executor) -> float:
    """Give the loudness in LUFS of a whole film before any gain, to a few tenths: sounds are placed by whole hops."""
    sounds = {placed.key: placed.sound for placed in (*score.speech, *score.music)}
    found = pool.map(lambda one: powers_of(one[1], one[0], cache), sounds.items())
    known = dict(zip(sounds, found, strict=True))
    hops_at = np.arange(0, score.samples, HOP) + HOP // 2
    plain = np.ones(len(hops_at))
    speech = _laid(hops_at, ((one, plain) for one in score.speech), known)
    under = 10 ** (-depths(speech > _SIDES * HEARD**2, HOP / SAMPLE_RATE) / 20)
    shaped = ((bed, under * envelope(bed, score, hops_at)) for bed in score.music)
    music = _laid(hops_at, shaped, known)
    return integrated(speech + music)


def _laid(hops_at: NDArray[np.int64], placed: Iterable[tuple[Placed, Powers]], known: Mapping[str, Powers]) -> Powers:
    """The powers of sounds where they lie in the film, each at the amplitudes given for the film's hops."""
    total = np.zeros(len(hops_at))
    for one, amplitudes in placed:
        first, last = round(one.start / HOP), min(round(one.stop / HOP), len(total))
        heard = known[one.key][max(0, -first) : max(0, last - first)] * one.gain**2
        at = slice(max(0, first), max(0, first) + len(heard))
        total[at] += heard * np.square(amplitudes[at])
    return total
