"""The soundtrack: speech at its samples, music under it, -16 LUFS, at most -1 dBTP, exact to the sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from services.media import aac
from services.media.loudness import HOP, SILENCE, Powers, hops, integrated
from services.media.sound import Sound
from services.media.stretch import LENGTH, Made, Placed, Score, Stretch
from services.media.whole import whole

TARGET = -16.0  # LUFS
MUSIC = -22.0  # LUFS of a bed with nobody speaking; speech lies near -15
VOICE = -15.0  # LUFS of speech on both sides
_STEP = 0.5  # dB: gains come in steps, so that a changed line leaves the rest of the film's packets as they are
_MOST = 24.0  # dB
_WORKERS = 2


def mix(score: Score, out: Path, cache: Path) -> dict[str, float]:
    """Make the soundtrack as AAC in an .m4a and measure it; stretches made before come from `cache`."""
    cache.mkdir(parents=True, exist_ok=True)
    stretches = [Stretch(score, n, cache) for n in range(-(-score.samples // LENGTH))]
    with ThreadPoolExecutor(_WORKERS) as pool:
        loudness = integrated(_joined(list(pool.map(Stretch.measure, stretches))))
        gain = 0.0 if loudness <= SILENCE else _stepped(TARGET - loudness)
        for _ in range(3):
            heard = list(pool.map(lambda stretch: _levels(stretch, gain), stretches))  # noqa: B023
            loudness = integrated(_joined([powers for powers, _ in heard]))
            short = _stepped(TARGET - loudness)
            if loudness <= SILENCE or abs(TARGET - loudness) <= _STEP or not short or gain + short > _MOST:
                break
            gain += short
    count = -(-score.samples // aac.PACKET) + 1
    aac.write(_packets(stretches, gain, count), score.samples, out)
    peak = max((peak for _, peak in heard), default=-120.0)
    return {"samples": score.samples, "lufs": round(loudness, 2), "peak_dbtp": round(peak, 2)}


def loudness_of(sound: Sound, key: str, cache: Path) -> float:
    """Measure a whole sound, ten seconds at a time; remembered by its content."""
    file = cache / f"{key[:40]}.lufs"
    if not file.exists():
        starts = range(0, sound.samples, LENGTH)
        parts = [hops(sound.window(at - HOP, min(at + LENGTH, sound.samples)), HOP) for at in starts]
        with whole(file) as fresh:
            fresh.write_text(f"{integrated(_joined(parts)):.3f}")
    return float(file.read_text())


def levelled(sound: Sound, key: str, target: float, cache: Path) -> float:
    """Give the amplitude that brings a sound to `target` LUFS; 1.0 for silence."""
    loudness = loudness_of(sound, key, cache)
    return 1.0 if loudness <= SILENCE else float(10 ** (min(_MOST, target - loudness) / 20))


def looped(bed: Placed, samples: int, overlap: int) -> tuple[Placed, ...]:
    """Lay a bed end to end until the film is full or the bed's own end comes; each turn fades over the one before."""
    step = max(1, bed.sound.samples - overlap)
    starts = range(bed.start, min(samples, bed.end), step)
    return tuple(Placed(bed.sound, bed.key, start, bed.gain, bed.end) for start in starts)


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
    return float(np.clip(round(gain / _STEP) * _STEP, -_MOST, _MOST))
