"""The budget director: which shots get paid motion within a cap, and which a free camera move over their board.

It reads what the script says matters, by the points of data/motion.toml, and decides the same every time.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from heapq import heapify, heappop, heappush
from pathlib import Path

from studio.money.amount import dollars
from studio.money.quote import Quote
from studio.story.breakdown import Emotion, Entrance, Framing, Move, Shot, Staging
from studio.story.lexicon import lexicon
from studio.story.noun import Noun

_TABLE = Path(__file__).parents[2] / "data" / "motion.toml"


class Candidate(Noun):
    """A shot, its scene, and what its motion would cost."""

    shot: Shot
    scene: str
    quote: Quote


class Motion(Noun):
    """A choice: whether a shot moves, what is held for that in micro-dollars, and why, in a sentence."""

    shot: str
    moves: bool
    points: int
    micros: int
    why: str


class Direction(Noun):
    """The choices of a film in the order of its shots, within a cap in micro-dollars."""

    cap: int
    choices: tuple[Motion, ...]

    @property
    def micros(self) -> int:
        """What is held for all motion."""
        return sum(choice.micros for choice in self.choices)

    @property
    def moving(self) -> tuple[str, ...]:
        """The shots that move."""
        return tuple(choice.shot for choice in self.choices if choice.moves)


class _Table(Noun):
    """data/motion.toml."""

    version: int
    repeat: int
    strong: tuple[Emotion, ...]
    points: dict[str, int]
    said: dict[str, str]


def direct(candidates: Sequence[Candidate], cap: int) -> Direction:
    """Choose what moves of the shots of a film, in its order, so that their ceilings fit into the cap."""
    table = _table()
    told = [_reasons(candidate, place, candidates) for place, candidate in enumerate(candidates)]
    worth = [sum(table.points[name] for name, _ in reasons) for reasons in told]
    left = max(cap, 0)
    chosen, moved, refused = set[int](), Counter[str](), dict[int, int]()
    waiting = [(-points, at) for at, points in enumerate(worth)]
    heapify(waiting)
    while waiting:
        rank, best = heappop(waiting)
        now = table.repeat * moved[candidates[best].scene] - worth[best]
        if now > rank:  # its scene got motion since it was ranked
            heappush(waiting, (now, best))
            continue
        price = candidates[best].quote.ceiling
        if price > left:
            refused[best] = left
            continue
        chosen.add(best)
        left -= price
        moved[candidates[best].scene] += 1
    choices = (
        _choice(candidate, worth[at], told[at], moves=at in chosen, left=refused.get(at, 0) if cap > 0 else None)
        for at, candidate in enumerate(candidates)
    )
    return Direction(cap=cap, choices=tuple(choices))


def _choice(
    candidate: Candidate, points: int, reasons: Sequence[tuple[str, str]], *, moves: bool, left: int | None
) -> Motion:
    said, price = _table().said, candidate.quote.ceiling
    told = ", ".join(said[name].format(feeling=feeling) for name, feeling in reasons) or said["quiet"]
    if moves:
        how = "moves" if price else "free"
    else:
        how = "broke" if left is None else "dear" if left and points else "rests"
    why = said[how].format(reasons=told, price=dollars(price), left=dollars(left or 0))
    return Motion(shot=candidate.shot.id, moves=moves, points=points, micros=price if moves else 0, why=why)


def _reasons(candidate: Candidate, place: int, film: Sequence[Candidate]) -> list[tuple[str, str]]:
    """What makes a shot worth moving, each with the feeling it tells of."""
    staging = candidate.shot.played or candidate.shot.staging
    entrances = {figure.entrance for figure in staging.figures}
    feeling = _feeling(staging)
    close = staging.framing is Framing.CLOSE
    tests = {
        "first": place == 0,
        "last": place == len(film) - 1,
        "opens": place > 0 and film[place - 1].scene != candidate.scene,
        "action": bool(lexicon("motion", "action").first(candidate.shot.staging.action)),
        "enters": Entrance.ENTERS in entrances,
        "leaves": Entrance.LEAVES in entrances,
        "walks": entrances <= {Entrance.NONE} and any(figure.walks for figure in staging.figures),
        "shake": staging.move is Move.SHAKE,
        "face": bool(feeling) and close,
        "feeling": bool(feeling) and not close,
    }
    return [(name, feeling) for name, holds in tests.items() if holds]


def _feeling(staging: Staging) -> str:
    """The strong feeling of whom the shot is about, or of anybody in it."""
    figures = sorted(staging.figures, key=lambda figure: figure.character != staging.focus)
    return next((figure.emotion.value for figure in figures if figure.emotion in _table().strong), "")


@cache
def _table() -> _Table:
    return _Table.model_validate(tomllib.loads(_TABLE.read_text(encoding="utf-8")))
