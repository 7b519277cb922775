"""The soundtrack: speech at its samples, music under it, -16 LUFS, at most -1 dBTP, exact to the sample."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import get_native_id

import numpy as np

from services.media import aac
from services.media.forecast import MOST, forecast
from services.media.loudness import SILENCE, Powers, integrated
from services.media.stretch import LENGTH, Made, Placed, Score, Stretch

TARGET = -16.0  # LUFS
MUSIC = -22.0  # LUFS of a bed with nobody speaking; speech lies near -15
VOICE = -15.0  # LUFS of speech on both sides
_STEP = 0.5  # dB: gains come in steps, so that a changed line leaves the rest of the film's packets as they are
_ROUNDS = 8  # a film that needs limiting is heard a few times, any other once or twice
_FLATTEST, _STEEPEST = 0.25, 1.5  # LU a dB of gain is taken to bring when the limiter eats the rest
_WORKERS, _NICE = 2, 10


@dataclass(frozen=True)
class Heard:
    """A whole film as it comes out of AAC at one gain, in dB, LUFS and dBTP."""

    gain: float
    loudness: float
    peak: float


def mix(score: Score, out: Path, cache: Path) -> dict[str, float]:
    """Make the soundtrack as AAC in an .m4a and measure what was written; stretches made before come from `cache`.

    A film that its peaks or near silence keep from -16 LUFS is written as near as it comes: `lufs` says how near.
    """
    cache.mkdir(parents=True, exist_ok=True)
    stretches = [Stretch(score, n, cache) for n in range(-(-score.samples // LENGTH))]
    with ThreadPoolExecutor(_WORKERS, "mix", _give_way) as pool:
        best = _settled(stretches, forecast(score, cache, pool), pool)
    count = -(-score.samples // aac.PACKET) + 1
    aac.write(_packets(stretches, best.gain, count), score.samples, out)
    return {"samples": score.samples, "lufs": round(best.loudness, 2), "peak_dbtp": round(best.peak, 2)}


def _give_way() -> None:
    """Leave the processor to the pictures being made beside: they take longer, and are waited for."""
    os.setpriority(os.PRIO_PROCESS, get_native_id(), _NICE)


def looped(bed: Placed, samples: int, overlap: int) -> tuple[Placed, ...]:
    """Lay a bed end to end until the film is full or the bed's own end comes; each turn fades over the one before."""
    step = max(1, bed.sound.samples - overlap)
    starts = range(bed.start, min(samples, bed.end), step)
    return tuple(Placed(bed.sound, bed.key, start, bed.gain, bed.end) for start in starts)


def _settled(stretches: Sequence[Stretch], loudness: float, pool: ThreadPoolExecutor) -> Heard:
    """Try gains until the film is within half a dB of the target, and give the nearest of all that were heard.

    The first follows from how loud the film will be about.
    """
    gain = 0.0 if loudness <= SILENCE else _stepped(TARGET - loudness)
    tried: list[Heard] = []
    while len(tried) < _ROUNDS and gain not in [one.gain for one in tried]:
        tried.append(_heard(stretches, gain, pool))
        gain = _next(tried)
    return min(tried, key=lambda one: abs(TARGET - one.loudness))


def _next(tried: Sequence[Heard]) -> float:
    """The gain to try after these; the last one again when it will do."""
    last, short = tried[-1], TARGET - tried[-1].loudness
    if last.loudness <= SILENCE or abs(short) <= _STEP:
        return last.gain
    slope = 1.0
    if len(tried) > 1:
        before = tried[-2]
        slope = float(np.clip((last.loudness - before.loudness) / (last.gain - before.gain), _FLATTEST, _STEEPEST))
    return _stepped(last.gain + short / slope)


def _heard(stretches: Sequence[Stretch], gain: float, pool: ThreadPoolExecutor) -> Heard:
    parts = list(pool.map(lambda stretch: _levels(stretch, gain), stretches))
    peak = max((peak for _, peak in parts), default=-120.0)
    return Heard(gain, integrated(_joined([powers for powers, _ in parts])), peak)


def _levels(stretch: Stretch, gain: float) -> tuple[Powers, float]:
    made = stretch.make(gain)
    return made.powers, made.peak


def _packets(stretches: Sequence[Stretch], gain: float, count: int) -> Iterator[bytes]:
    given = 0
    for stretch in stretches:
        made: Made = stretch.make(gain)
        part = made.packets[: count - given]
        given += len(part)
        yield from part


def _joined(parts: Sequence[Powers]) -> Powers:
    return np.concatenate(parts) if parts else np.zeros(0)


def _stepped(gain: float) -> float:
    return float(np.clip(round(gain / _STEP) * _STEP, -MOST, MOST))
