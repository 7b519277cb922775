"""An expression of a face, rounded so that few are drawn and each is drawn once."""

from __future__ import annotations

from dataclasses import dataclass

from services.offline.theatre.face_mood import Mood, mood
from services.offline.theatre.pose import Pose

TURNS, GAZES, BLINKS = 8, 4, 4  # steps an expression is rounded to


@dataclass(frozen=True)
class Look:
    """An expression rounded to what is kept: one composed head."""

    mood: Mood
    key: tuple[object, ...]
    turn: float
    blink: float
    gaze: tuple[float, float]
    back: bool
    side: int  # where the light is in the head's own frame

    @property
    def shape(self) -> tuple[object, ...]:
        """What of it changes the outline of the head."""
        return (self.turn, self.side, self.back)


def look(pose: Pose, side: int) -> Look:
    """Round a pose to one of the expressions that are kept."""
    feeling = round(max(0.0, min(1.0, pose.feeling)) * 4) / 4
    turn = 0.0 if pose.back else round(max(0.0, min(1.0, pose.turn)) * TURNS) / TURNS
    felt = mood(pose.emotion, feeling, pose.mouth)
    blink = round(max(0.0, min(1.0, pose.blink)) * BLINKS) / BLINKS
    gaze = (_rounded(pose.gaze[0] + felt.gaze[0]), _rounded(pose.gaze[1] + felt.gaze[1]))
    key: tuple[object, ...] = (pose.emotion, feeling, felt.sound, turn, blink, gaze, side)
    if pose.back:
        key = ("back", side)
    return Look(felt, key, turn, blink, gaze, pose.back, side)


def _rounded(amount: float) -> float:
    return round(max(-1.0, min(1.0, amount)) * GAZES) / GAZES
