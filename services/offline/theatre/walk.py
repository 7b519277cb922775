"""The walking cycle: angles of legs and arms, and how the body rises, at a phase of the stride."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Leg:
    """Degrees from hanging straight down, positive towards +x; `foot` is the shoe's own, 0 flat on the ground."""

    thigh: float
    shin: float
    foot: float


def leg(phase: float, swing: float = 27.0) -> Leg:
    """One leg at a phase (0..1): in front at 0, passing back on the ground till 0.5, lifted forward after."""
    angle = 2 * math.pi * phase
    thigh = swing * math.cos(angle) + 3
    lifted = max(0.0, math.sin(angle - math.pi)) if phase % 1 > 0.5 else 0.0
    bend = 8 + 42 * min(1.0, swing / 14) * lifted**1.8  # small steps lift the foot less
    push = max(0.0, math.cos(angle - math.pi)) ** 3
    return Leg(thigh, thigh - bend * (1 if lifted else 0.45), -22 * push + 12 * max(0.0, math.cos(angle)) ** 4)


def arm_swing(phase: float) -> float:
    """Degrees an arm swings, opposite to the leg of its side."""
    return -24 * math.cos(2 * math.pi * phase)


def standing(side: int, turn: float) -> Leg:
    """A leg at rest with the weight on the near one (`side` -1)."""
    spread = 2.0 - 1.2 * turn
    return Leg(3.4 * spread, 1.2, 0.0) if side > 0 else Leg(-1.2 * spread, -1.6 * spread, 0.0)
