"""When things happen in a shot: who speaks, what the mouth does, which sounds carry the stress, when eyes blink.

Times are seconds from the start of the shot. It knows no pictures.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from studio.takes.briefs import ClipBrief, Mouth, Speaking

_OPEN = {Mouth.A, Mouth.O, Mouth.EI}
_BEAT = 0.55  # seconds between two stresses that a head can follow
_APART = 0.35  # least seconds between two people's blinks: longer than one takes


@dataclass(frozen=True)
class Speech:
    """One speech in a shot: who, from when to when, the mouth's way and the stressed instants."""

    character: str
    start: float
    end: float
    at: tuple[float, ...]
    mouths: tuple[Mouth, ...]
    stresses: tuple[float, ...]

    def mouth(self, seconds: float, *, hold: float = 0.0) -> Mouth:
        """The mouth at an instant; lips that close within the next `hold` seconds are closed, or nobody sees it."""
        first = bisect_right(self.at, seconds) - 1
        last = bisect_right(self.at, seconds + hold) - 1
        if last < 0 or seconds >= self.end:
            return Mouth.REST
        if Mouth.MBP in self.mouths[max(first, 0) : last + 1]:
            return Mouth.MBP
        return self.mouths[first] if first >= 0 else Mouth.REST


def speeches(brief: ClipBrief) -> tuple[Speech, ...]:
    """Every speech of a clip that has a mouth's way, by its start."""
    fps = brief.board.frame.fps
    found = (_speech(one, fps, brief.frames / fps) for one in brief.speaking if one.visemes)
    return tuple(sorted(found, key=lambda one: (one.start, one.character)))


def _speech(speaking: Speaking, fps: int, length: float) -> Speech:
    start = speaking.start / fps
    at = tuple(start + viseme.at for viseme in speaking.visemes)
    mouths = tuple(viseme.mouth for viseme in speaking.visemes)
    last = at[-1] if mouths[-1] is Mouth.REST else at[-1] + 0.2
    return Speech(speaking.character, start, min(last, length), at, mouths, tuple(_stresses(at, mouths)))


def _stresses(at: tuple[float, ...], mouths: tuple[Mouth, ...]) -> Iterable[float]:
    """Open vowels held longest carry the stress; one a beat is enough for a head to follow."""
    held = [(after - now, now) for (now, after), mouth in zip(pairwise(at), mouths, strict=False) if mouth in _OPEN]
    chosen: list[float] = []
    for length, now in sorted(held, key=lambda one: (-one[0], one[1])):
        if length >= 0.07 and all(abs(now - other) >= _BEAT for other in chosen):
            chosen.append(now)
    return sorted(chosen)


def speaker(said: tuple[Speech, ...], seconds: float) -> str:
    """Who speaks at an instant, or spoke last; before the first word, who will; empty in a silent shot."""
    heard = ""
    for one in said:
        if one.start <= seconds or not heard:
            heard = one.character
    return heard


def speaks(said: tuple[Speech, ...], character: str, seconds: float) -> Speech | None:
    """The speech somebody is in the middle of."""
    return next((one for one in said if one.character == character and one.start <= seconds < one.end), None)


def blinks(characters: Iterable[str], length: float, seed: int) -> Mapping[str, tuple[float, ...]]:
    """When each of them blinks: every 2 to 6 s by chance, never two together."""
    taken: list[float] = []
    plan: dict[str, tuple[float, ...]] = {}
    for character in sorted(characters):
        dice = random.Random(f"{seed}:blink:{character}")
        now, mine = dice.uniform(1.2, 4.0), []
        while now < length:
            while any(abs(now - other) < _APART for other in taken):
                now += 0.1
            mine.append(now)
            now += dice.uniform(2.0, 5.0)
        taken += mine
        plan[character] = tuple(mine)
    return plan
