"""What the arms of a puppet do: the gestures of gestures.toml as angles, by two-bone reach where a place is named."""

from __future__ import annotations

import math
import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from services.offline.theatre.parts import PAPER, Point
from studio.story.breakdown import Gesture

Place = tuple[float, float, float]  # x, y and how wide the body is there against the reference body


@dataclass(frozen=True)
class Arm:
    """One arm at one instant: degrees from hanging straight down, positive towards +x."""

    upper: float
    fore: float
    hand: str
    aim: float  # of the hand
    flip: bool = False
    layer: str = "front"
    prop: bool = False
    placed: bool = False  # the hand is where the row puts it, whatever the body's width


@cache
def table() -> dict[str, Any]:
    """Every gesture of gestures.toml."""
    return tomllib.loads((PAPER / "gestures.toml").read_text())


def two_bone(shoulder: Point, target: Point, upper: float, fore: float, elbow: int) -> tuple[float, float]:
    """Degrees of upper arm and forearm that bring the wrist to `target`, or as near as the arm is long."""
    dx, dy = target[0] - shoulder[0], target[1] - shoulder[1]
    reach = min(max(math.hypot(dx, dy), abs(upper - fore) + 1.0), upper + fore - 0.5)
    straight = math.atan2(dx, dy)
    inner = math.acos((upper * upper + reach * reach - fore * fore) / (2 * upper * reach))
    first = straight + elbow * inner
    knee = (shoulder[0] + upper * math.sin(first), shoulder[1] + upper * math.cos(first))
    end = (shoulder[0] + reach * math.sin(straight), shoulder[1] + reach * math.cos(straight))
    return math.degrees(first), math.degrees(math.atan2(end[0] - knee[0], end[1] - knee[1]))


def arm(
    gesture: Gesture,
    side: str,
    amount: float,
    *,
    shoulder: Point,
    lengths: tuple[float, float],
    places: Callable[[str], Place],
    idle: str = Gesture.REST.value,
) -> Arm:
    """The arm of a side ("near" or "far") `amount` (0..1) of the way from a way of resting into a gesture."""
    start = _solve(table()[idle][side], shoulder, lengths, places)
    if gesture is Gesture.REST or amount <= 0:
        return start
    end = _solve(table()[gesture.value][side], shoulder, lengths, places)
    share = min(1.0, amount)
    there = end if share > 0.35 else start
    return Arm(
        start.upper + (end.upper - start.upper) * share,
        start.fore + (end.fore - start.fore) * share,
        there.hand,
        start.aim + (end.aim - start.aim) * share,
        there.flip,
        there.layer,
        end.prop,
    )


def idle(character: str, state: str) -> str:
    """How a character rests in an emotion, or `seated` or `driving`: one habit each, the same through a film."""
    ways = table()["idle"][state]
    return str(ways[random.Random(f"idle:{character}").randrange(1 << 30) % len(ways)])


def bearing(gesture: Gesture, name: str) -> float:
    """A number a gesture adds to the body (`lean` in degrees, `shoulders` in units)."""
    return float(table()[gesture.value].get(name, 0.0))


def _solve(row: dict[str, Any], shoulder: Point, lengths: tuple[float, float], places: Callable[[str], Place]) -> Arm:
    upper, fore = float(row.get("upper", 0)), float(row.get("fore", 0))
    if "at" in row:
        x, y, wide = places(row["at"])
        target = (x + row["by"][0] * wide, y + row["by"][1])
        upper, fore = two_bone(shoulder, target, *lengths, row["elbow"])
    aim = float(row.get("aim", fore + row["turn"]))
    return Arm(upper, fore, row["hand"], aim, row.get("flip", False), row["layer"], row.get("prop", False), "at" in row)
