"""The skeleton of a puppet: what its DNA makes of the tables in bodies.toml, and how its paths bend to it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from services.offline.theatre.parts import PAPER, Bend, Point
from studio.story.cast import DNA, Age, Build, Presents

UNITS = 800.0  # an average adult from the sole to the crown
CROWN, NECK = -84.0, 50.0  # of a head, about its eye line
HIP, THIGH, SHIN, SOLE = 372.0, 172.0, 166.0, 34.0  # of the reference body
ARM, FOREARM = 116.0, 104.0
SHOULDERS = -236.0
SPINE = -281.0  # from the hip joint to where the neck meets the head
FACE = 60.0  # half the width of a face


@cache
def bodies() -> dict[str, Any]:
    """The table of builds and ages."""
    return tomllib.loads((PAPER / "bodies.toml").read_text())


@dataclass(frozen=True)
class Skeleton:
    """Lengths of one body in units, with the feet at y = 0 and y downwards."""

    stature: float  # sole to crown, standing straight
    head: float  # scale of head parts
    face: str  # head part
    girth: float  # scale of every width
    limb: float  # thickness of arms and legs
    torso: float  # scale of the torso's height
    legs: float
    arms: float
    stoop: float  # units the shoulders are forward of the hips
    widths: tuple[tuple[float, float, float], ...]  # level, half-width of the reference, of this body

    @property
    def hip(self) -> float:
        """Height of the hip joint above the sole."""
        return HIP * self.legs

    @property
    def eyes(self) -> float:
        """Height of the eyes above the sole."""
        return self.hip - SPINE * self.torso + NECK * self.head

    def width(self, y: float) -> float:
        """Half-width of this body at a level of the reference body."""
        return self._between(y, 2)

    def _between(self, y: float, column: int) -> float:
        rows = self.widths
        if y <= rows[0][0]:
            return rows[0][column]
        for before, after in pairwise(rows):
            if y <= after[0]:
                share = (y - before[0]) / (after[0] - before[0])
                share = share * share * (3 - 2 * share)
                return before[column] + (after[column] - before[column]) * share
        return rows[-1][column]

    def torso_bend(self, turn: float) -> Bend:
        """Garment points on the reference body -> this body, turned by `turn` (0..1) towards +x."""

        def bend(x: float, y: float) -> Point:
            mine = self.width(y)
            u = x / self._between(y, 1)
            moved = u + 0.4 * turn * max(0.0, 1 - u * u)
            return (
                moved * mine * (1 - 0.24 * turn) + self.curve(y) * (0.4 + 0.6 * turn),
                y * (self.torso if y < 0 else self.legs),
            )

        return bend

    def curve(self, y: float) -> float:
        """How far forward a stooped spine is at a level of the reference body, seen from the side."""
        return self.stoop * (y / SHOULDERS) ** 2 if y < 0 else 0.0

    def limb_bend(self, length: float) -> Bend:
        """Points of a limb -> as thick and long as on this body."""
        return lambda x, y: (x * self.limb, y * length)

    @property
    def spread(self) -> float:
        """Degrees by which hanging arms stand off, so that they lie on a belly and not in it."""
        over = self.width(-98) - self.width(SHOULDERS) + 13 * self.limb
        return max(0.0, min(24.0, 0.3 * over - 2))

    def shoulder(self, turn: float, side: int) -> Point:
        """Where an arm turns (`side` 1 is +x), from the hip joint."""
        wide = self.width(SHOULDERS) - 13 * self.limb
        narrow = 1 - (0.5 if side > 0 else 0.3) * turn
        return (side * wide * narrow + self.curve(SHOULDERS) * (0.4 + 0.6 * turn), (SHOULDERS + 14) * self.torso)


def head_bend(turn: float) -> Bend:
    """Points of a face seen from the front -> of a head turned by `turn` (0..1) towards +x."""

    def bend(x: float, y: float) -> Point:
        u = x / FACE
        return ((u + 0.55 * turn * max(0.0, 1 - u * u)) * FACE, y)

    return bend


def skeleton(dna: DNA) -> Skeleton:
    """Work out the body of somebody."""
    table = bodies()
    build, age = table["build"][dna.build.value], table["age"][dna.age.value]
    presents = table["presents"][Presents.NEUTRAL.value if dna.age is Age.CHILD else dna.presents.value]
    girth = age["girth"]
    tall = max(0.85, min(1.2, dna.height / age["stature"]))  # for the age; a giant's head does not grow as much
    head = age["head"] * build["size"] / tall**0.5
    stature = UNITS * age["stature"]
    rest = (stature - (NECK - CROWN) * head) / (HIP - SPINE)
    legs = rest * age["legs"] * build["tall"]
    torso = (rest * (HIP - SPINE) - legs * HIP) / -SPINE
    widths = tuple(
        (level, table["reference"][name], build[name] * presents.get(name, 1.0) * girth)
        for name, level in table["levels"].items()
    )
    limb = build["limb"] * presents.get("limb", 1.0) * (0.5 + 0.5 * girth) * (0.95 if dna.age is Age.CHILD else 1.0)
    return Skeleton(
        stature, head, _face(dna, build, age), girth, limb, torso, legs, (rest + girth) / 2, age["stoop"], widths
    )


def _face(dna: DNA, build: dict[str, Any], age: dict[str, Any]) -> str:
    if "face" in age:
        return str(age["face"])
    if dna.presents is Presents.FEMININE and dna.build is not Build.HEAVY:
        return "heart"
    return str(build["head"])
