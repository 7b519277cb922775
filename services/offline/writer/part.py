"""Parts of a script while it is written, and how they are brought to the length that is wanted."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from services.offline.writer import clock
from services.offline.writer.stage import Said

NEAR, FAR, MUCH = 0.03, 0.05, 0.07  # shares of the wanted length


@dataclass
class Part:
    """Lines that were filled together; `must` parts stay whatever the length, `opener` parts stay in front.

    The `planted` parts of a draft, a planting and what comes of it, go together. Of those that tell the pitch in its
    `own` words one is enough where a story is much too long.
    """

    lines: list[Said]
    must: bool = True
    opener: bool = False
    planted: bool = False
    beat: str = ""
    own: bool = False

    @property
    def groups(self) -> list[int]:
        """The groups of lines that may go."""
        return sorted({line.group for line in self.lines if line.group})

    def without(self, group: int) -> list[Said]:
        """The lines left when one group goes."""
        return [line for line in self.lines if line.group != group]


@dataclass
class Draft:
    """The scenes of a script as parts."""

    scenes: list[list[Part]] = field(default_factory=list)

    @property
    def parts(self) -> list[Part]:
        """All parts in order."""
        return [part for scene in self.scenes for part in scene]

    @property
    def seconds(self) -> float:
        """How long the draft is."""
        return clock.total(line for part in self.parts for line in part.lines)


def lengthen(draft: Draft, wanted: float, more: Callable[[int], Part | None], rng: random.Random) -> None:
    """Add fillers, the shortest scene first, until the length is near or nothing is left to say."""
    dry: set[int] = set()
    open_scenes = range(max(1, len(draft.scenes) - 1))
    while draft.seconds < wanted * (1 - NEAR) and len(dry) < len(open_scenes):
        spot = min(
            (one for one in open_scenes if one not in dry), key=lambda one: (scene_seconds(draft.scenes[one]), one)
        )
        part = more(spot)
        if part is None:
            dry.add(spot)
            continue
        insert(draft.scenes[spot], part, rng)


def insert(scene: list[Part], part: Part, rng: random.Random) -> None:
    """Put a part somewhere after a scene's openers and before its last beat."""
    openers = sum(one.opener for one in scene)
    scene.insert(rng.randint(openers, max(openers, len(scene) - 1)), part)


def scene_seconds(parts: Iterable[Part]) -> float:
    """How long a scene is."""
    return clock.total(line for part in parts for line in part.lines)


def shorten(draft: Draft, wanted: float) -> None:
    """Take out what may go, lines or whole parts, the best fitting first, as long as the length comes nearer."""
    while (over := draft.seconds - wanted) > wanted * NEAR:
        cuts = [(saved(part.lines, group), part, group) for part in draft.parts for group in part.groups]
        cuts += [(clock.total(part.lines), part, 0) for part in draft.parts if not part.must and part.lines]
        best = min(cuts, key=lambda cut: abs(over - cut[0]), default=None)
        if best is None or abs(over - best[0]) >= over:
            break
        best[1].lines = best[1].without(best[2]) if best[2] else []
    while (over := draft.seconds - wanted) > wanted * FAR:
        told = [part for part in draft.parts if part.own and part.lines]
        airs = [part for scene in draft.scenes for part in scene[1:] if part.opener and part.lines]
        airs = airs if over > wanted * MUCH else []  # they bring the genre's light
        spare = [*(told if len(told) > 1 else []), *airs]
        again = min(spare, key=lambda part: abs(over - clock.total(part.lines)), default=None)
        if again is None or clock.total(again.lines) > 2 * over:
            break
        again.lines = []
    pair = [part for part in draft.parts if part.planted]
    if over > clock.total(line for part in pair for line in part.lines) / 2:
        for part in pair:
            part.lines = []


def saved(lines: Iterable[Said], group: int) -> float:
    """What taking a group out saves, in seconds."""
    return clock.total(line for line in lines if line.group == group)
