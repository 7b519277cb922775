"""One stretch of the soundtrack, mixed, levelled and encoded by itself; the same stretch is never made twice.

A stretch is 9.6 s: whole packets of AAC, whole steps of the ducking and whole hops of the loudness measure.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.media import aac
from services.media.ducking import duck, limit
from services.media.kept import kept
from services.media.loudness import HOP, Powers, decibels, hops, peaks
from services.media.sound import Samples, Sound
from studio.takes.recipe import fingerprint

LENGTH = 460_800
MARGIN = 48_000  # read before and after: the ducking's memory (650 ms) and the filters' settling
CEILING = -1.0  # dBTP after AAC
_FIRST_CEILING = -2.0  # dBTP before AAC, which adds peaks of its own
_EDGE = 2 * aac.PACKET
_VERSION = 4


@dataclass(frozen=True)
class Placed:
    """A sound on the film's track: `key` names its content, `gain` is an amplitude, `end` cuts it off."""

    sound: Sound
    key: str
    start: int
    gain: float = 1.0
    end: int = 1 << 60

    @property
    def stop(self) -> int:
        """The sample after its last."""
        return min(self.end, self.start + self.sound.samples)

    def window(self, start: int, end: int) -> Samples:
        """What it adds to samples [start, end) of the film."""
        part = self.sound.window(start - self.start, end - self.start) * np.float32(self.gain)
        part[max(0, self.stop - start) :] = 0
        return part


@dataclass(frozen=True)
class Score:
    """Everything heard in the film, and how long the film is."""

    samples: int
    speech: tuple[Placed, ...]
    music: tuple[Placed, ...]
    fade: int = 24_000  # samples each bed takes to come and to go

    def within(self, start: int, end: int) -> Score:
        """The same with only what is heard in [start, end)."""
        speech, music = (
            tuple(p for p in part if p.start < end and p.stop > start) for part in (self.speech, self.music)
        )
        return Score(self.samples, speech, music, self.fade)


@dataclass(frozen=True)
class Made:
    """A stretch's packets, the powers of its hops and its true peak in dB after AAC."""

    packets: list[bytes]
    powers: Powers
    peak: float


class Stretch:
    """The nth stretch of a score."""

    def __init__(self, score: Score, number: int, cache: Path) -> None:
        self.start = number * LENGTH
        self.first = number == 0
        self.score = score.within(self.start - MARGIN, self.start + LENGTH + MARGIN)
        self.cache = cache
        self.key = self._key()

    def make(self, gain: float) -> Made:
        """Mix, raise by `gain` dB, hold under the ceiling and encode."""
        return _read(kept(self.cache / f"{self.key[:40]}{gain:+.1f}.aac", lambda: _written(self._make(gain))))

    def _make(self, gain: float) -> Made:
        begin = self.start - aac.PREROLL - _EDGE
        raised = self._blend(self.start - MARGIN, self.start + LENGTH + MARGIN) * np.float32(10 ** (gain / 20))
        raised = raised[begin - (self.start - MARGIN) :][: aac.PREROLL + LENGTH + 3 * _EDGE]
        ceiling = _FIRST_CEILING
        for _ in range(3):
            held = limit(raised, 10 ** (ceiling / 20))
            level = held[_EDGE:-_EDGE]
            skip = aac.PREROLL // aac.PACKET + (0 if self.first else 1)
            packets = aac.encode(level, 0, skip + LENGTH // aac.PACKET + (1 if self.first else 0))
            heard = aac.decode(packets)[aac.PACKET :]
            peak = decibels(float(peaks(heard[(skip - 1) * aac.PACKET :], 10 ** (CEILING / 20)).max(initial=0)))
            if peak <= CEILING - 0.05:
                break
            ceiling -= peak - CEILING + 0.15
        # AAC takes up to 1.5 dB off rain, wind and clicks: only what comes back out of it is what is heard.
        return Made(packets[skip:], self._powers(heard[: aac.PREROLL + LENGTH], aac.PREROLL), peak)

    def _powers(self, sound: Samples, skip: int) -> Powers:
        return hops(sound, skip)[: max(0, (self.score.samples - self.start + HOP - 1) // HOP)]

    def _blend(self, start: int, end: int) -> Samples:
        """Speech, and music ducked under it, in samples [start, end) of the film; silent outside the film."""
        speech = _sum(self.score.speech, start, end)
        music = np.zeros_like(speech)
        for bed in self.score.music:
            music += bed.window(start, end) * self._fades(bed, start, end)[:, None]
        mixed: Samples = speech + music * duck(speech)[:, None]
        mixed[: max(0, -start)] = 0
        mixed[max(0, self.score.samples - start) :] = 0
        return mixed

    def _fades(self, bed: Placed, start: int, end: int) -> Samples:
        """A bed's own coming and going, also where the film ends before it."""
        stop = min(bed.stop, self.score.samples)
        fade = _fade(bed, self.score)
        smooth: Samples = np.ones(end - start, np.float32)
        for low, high in ((start, min(end, bed.start + fade)), (max(start, stop - fade), end)):
            smooth[low - start : max(low, high) - start] = envelope(bed, self.score, np.arange(low, high))
        return smooth

    def _key(self) -> str:
        """Names what is heard here, by content and place within the stretch: equal wherever it lies in a film."""

        def seen(placed: Placed) -> list[object]:
            return [placed.key, placed.start - self.start, placed.stop - self.start, f"{placed.gain:.6f}"]

        left = min(self.score.samples - self.start, LENGTH + MARGIN)
        speech, music = ([seen(p) for p in part] for part in (self.score.speech, self.score.music))
        return fingerprint([_VERSION, self.first, left, self.score.fade, speech, music])


def envelope(bed: Placed, score: Score, at: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give the amplitude of a bed's own coming and going at samples of the film; 0 where it is not heard."""
    stop = min(bed.stop, score.samples)
    ramp = np.clip(np.minimum(at - bed.start, stop - at) / _fade(bed, score), 0, 1)
    return np.asarray(ramp * ramp * (3 - 2 * ramp))


def _fade(bed: Placed, score: Score) -> int:
    return max(1, min(score.fade, (min(bed.stop, score.samples) - bed.start) // 2))


def _sum(placed: Sequence[Placed], start: int, end: int) -> Samples:
    total = np.zeros((end - start, 2), np.float32)
    for one in placed:
        low, high = max(start, one.start), min(end, one.stop)
        if high > low:
            total[low - start : high - start] += one.window(low, high)
    return total


def _written(made: Made) -> bytes:
    head = {"sizes": [len(p) for p in made.packets], "powers": made.powers.tolist(), "peak": made.peak}
    return json.dumps(head).encode() + b"\n" + b"".join(made.packets)


def _read(data: bytes) -> Made:
    cut = data.index(b"\n")
    head = json.loads(data[:cut])
    packets, at = [], cut + 1
    for size in head["sizes"]:
        packets.append(data[at : at + size])
        at += size
    return Made(packets, np.array(head["powers"]), float(head["peak"]))
