"""The offline composer: a quiet bed of synthesised music for a mood, as long as the scene to the sample."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np

from services.offline.music.loop import Loop, play
from services.offline.music.timbre import Sound
from services.offline.sound import wav
from services.offline.sound.loudness import RATE, loudness
from studio.crew import Order, Product
from studio.takes.briefs import MusicBrief

_LOUDNESS = -24.0  # LUFS before the mix
_FADE_IN, _FADE_OUT = 0.5, 1.5  # seconds
_STEP = 4 * RATE  # samples written at a time
_CHANGE = 2 * RATE  # samples over which a round's figure steps forward or back
_BACK = (1.0, 1.0, 0.7, 0.4)  # how far forward the figure may stand in a round


class Bandstand:
    """Plays beds; see studio.crew.Composer."""

    name = "offline-music"
    version = "2"

    def bed(self, order: Order) -> Product:
        """Play a MusicBrief as a stereo WAV at 48 kHz of exactly its samples."""
        brief = MusicBrief.model_validate(order.recipe.brief)
        seed = order.recipe.seed
        loop = play(brief.mood, seconds=brief.samples / RATE, seed=seed, melody=not brief.quiet)
        file = order.folder / "bed.wav"
        wav.write(file, _blocks(loop, brief.samples, random.Random(f"{brief.mood}|{seed}|rounds")), channels=2)
        return Product(file=file, measure={"samples": brief.samples, "seconds": round(brief.samples / RATE, 6)})


def _blocks(loop: Loop, samples: int, chance: random.Random) -> Iterator[Sound]:
    """Cut the bed into blocks that never cross a round's end; level and fades are applied on the way."""
    size = loop.ground.shape[1]
    heard = min(size, max(samples, 1))
    gain = 10 ** ((_LOUDNESS - loudness(loop.ground[:, :heard] + loop.over[:, :heard])) / 20)
    before = now = 1.0
    start = 0
    while start < samples:
        at = start % size
        if start and at == 0:
            before, now = now, chance.choice(_BACK)
        count = min(_STEP, samples - start, size - at)
        forward = np.interp(np.arange(at, at + count), (0, _CHANGE), (before, now))
        block = loop.ground[:, at : at + count] + loop.over[:, at : at + count] * forward
        yield (block * (gain * _fades(start, count, samples))).T
        start += count


def _fades(start: int, count: int, samples: int) -> Sound:
    """The bed's envelope from `start` on: short beds fade for a quarter and a half of their length at most."""
    place = np.arange(start, start + count)
    rise = max(1.0, min(_FADE_IN * RATE, samples / 4))
    fall = max(1.0, min(_FADE_OUT * RATE, samples / 2))
    shape = np.minimum(np.clip(place / rise, 0, 1), np.clip((samples - 1 - place) / fall, 0, 1))
    eased: Sound = np.sin(shape * np.pi / 2) ** 2
    return eased
