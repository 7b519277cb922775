"""The gate's rule, from data/gate.toml, and what is found by it. It shoots nothing and changes no order."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from studio.money.amount import dollars
from studio.story.breakdown import Figure, Framing, Move
from studio.story.cast import DNA
from studio.story.noun import Noun
from studio.story.places import Kit, Mood, Time, Weather
from studio.takes.frame import Frame

if TYPE_CHECKING:
    from services.media.consistency import Measures  # loads OpenCV, which pages do without

BLIND = "this measure sees no faces and passes nobody"
_FILE = Path(__file__).parents[2] / "data" / "gate.toml"


class Decision(StrEnum):
    LOCK = "lock"  # it passed: it stays and needs no further proof
    STAY = "stay"  # nothing speaks against it, and what was measured cannot speak for it
    PIVOT = "pivot"  # the next engine animates instead
    ROLL_BACK = "roll back"  # the free crew does


class Came(StrEnum):
    """What came of a scene."""

    SHOT = "shot"  # there is a clip, or one so bad that it counts as one
    FAILED = "failed"  # the engine could not be asked: this says nothing of its clips
    DEAR = "dear"  # not shot, for it would have cost more than the rule allows


class Guards(Noun):
    """Bounds beyond which a clip counts nothing."""

    motion: float
    worst: float
    jerk: float
    board: float


class Rule(Noun):
    """What a score leads to."""

    passing: Annotated[float, Field(alias="pass")]
    scene: float
    scenes: int
    critical: float
    cost_micros: int
    pivot: str
    back: str


class Length(Noun):
    """What every clip is asked for."""

    width: int
    height: int
    fps: int
    frames: int

    @property
    def frame(self) -> Frame:
        """Its frame."""
        return Frame(width=self.width, height=self.height, fps=self.fps)


class GateScene(Noun):
    """One scene of the ten."""

    name: str
    kit: Kit
    interior: bool = True
    time: Time = Time.DAY
    weather: Weather = Weather.CLEAR
    mood: Mood
    framing: Framing
    move: Move
    focus: str = ""
    figures: tuple[Figure, ...]
    action: str = ""


class Gate(Noun):
    """The file."""

    version: str
    guards: Guards
    rule: Rule
    clip: Length
    cast: Mapping[str, DNA]
    scene: Annotated[tuple[GateScene, ...], Field(min_length=2)]


class SceneFinding(Noun):
    """One scene's figures: `percent` as measured, `counted` after the guards, and `reason` where they differ."""

    scene: str
    came: Came = Came.SHOT
    percent: float = 0.0
    counted: float = 0.0
    worst: float = 0.0
    motion: float = 0.0
    jerk: float = 0.0
    board: float = 0.0
    cost_micros: int = 0
    reason: str = ""


class Finding(Noun):
    """What a trial of an engine found, with its evidence; one row of the gate's record."""

    engine: str
    engine_version: str
    at: datetime
    gate: str  # version of data/gate.toml
    metric: str
    doubles: bool  # the vendor's double was measured, not the vendor
    floor: float  # similarity of different scenes: what chance gives
    scenes: tuple[SceneFinding, ...]
    score: float
    cost_micros: int
    decision: Decision
    then: str  # who animates from now on
    why: str


@cache
def gate() -> Gate:
    """The gate of data/gate.toml; pydantic's ValidationError names a wrong field."""
    return Gate.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))


def judged(name: str, found: Measures, board: float, percent: float, cost: int, guards: Guards) -> SceneFinding:
    """A scene after the guards."""
    reason = ""
    if found.motion < guards.motion:
        reason = "it stands still"
    elif board < guards.board:
        reason = "it does not begin with its board"
    elif found.worst < guards.worst:
        reason = "it falls apart or cuts to something else"
    elif found.jerk > guards.jerk:
        reason = "it flickers"
    return SceneFinding(
        scene=name,
        percent=round(percent, 2),
        counted=0.0 if reason else round(percent, 2),
        worst=round(found.worst, 4),
        motion=round(found.motion, 2),
        jerk=round(found.jerk, 2),
        board=round(board, 4),
        cost_micros=cost,
        reason=reason,
    )


def score(scenes: Sequence[SceneFinding]) -> float:
    """The mean percentage of the scenes that were shot; 0 when none was."""
    shot = [one.counted for one in scenes if one.came is Came.SHOT]
    return sum(shot) / len(shot) if shot else 0.0


def decide(
    rule: Rule, engine: str, scenes: Sequence[SceneFinding], *, sold: bool, proven: bool, unproven: str = BLIND
) -> tuple[Decision, str, str]:
    """What follows for an engine, who animates then, and why. `proven` is whether faces were compared and passed too;
    `unproven` says why not.

    Nobody is moved from a free engine to one that costs.
    """
    shot = [one for one in scenes if one.came is Came.SHOT]
    mean = score(scenes)
    good = sum(one.counted > rule.scene for one in shot)
    cost = sum(one.cost_micros for one in scenes)
    told = f"{mean:.1f} % over {len(shot)} scenes, {good} of them above {rule.scene:g} %, {dollars(cost)}"
    if not sold:
        return Decision.STAY, engine, f"{told}: it is free"
    if cost > rule.cost_micros or any(one.came is Came.DEAR for one in scenes):
        return Decision.ROLL_BACK, rule.back, f"{told}: ten would cost more than {dollars(rule.cost_micros)}"
    if len(shot) < rule.scenes:
        return Decision.STAY, engine, f"{told}: too few could be shot to say anything"
    if mean < rule.critical:
        return Decision.ROLL_BACK, rule.back, f"{told}: below the critical {rule.critical:g} %"
    if mean < rule.passing or good < rule.scenes:
        then, decision = (rule.back, Decision.ROLL_BACK) if engine == rule.pivot else (rule.pivot, Decision.PIVOT)
        return decision, then, f"{told}: it does not pass"
    if proven:
        return Decision.LOCK, engine, f"{told}: it passes"
    return Decision.STAY, engine, f"{told}: {unproven}"


def instead(engine: str, findings: Sequence[Finding], *, doubles: bool = False) -> str:
    """Who animates in an engine's place by the newest findings; what was found on doubles counts only for doubles."""
    newest = {one.engine: one for one in sorted(findings, key=lambda one: one.at) if one.doubles == doubles}
    seen = {engine}
    while (found := newest.get(engine)) and found.then not in seen:
        engine = found.then
        seen.add(engine)
    return engine
