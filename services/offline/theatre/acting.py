"""What somebody in a shot does from moment to moment: a pose for every instant, eased, from the brief and a seed."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from services.offline.theatre.camera import ease
from services.offline.theatre.gesture import idle
from services.offline.theatre.mark import Mark
from services.offline.theatre.pose import Piece, Pose
from services.offline.theatre.timeline import Speech, speaker, speaks
from studio.story.breakdown import Emotion, Entrance, Gesture
from studio.takes.briefs import Mouth

_SUSTAINED = {Gesture.HOLD, Gesture.HIPS, Gesture.CROSSED}  # already so when the shot begins
_LEAN = {Emotion.ANGER: 3.0, Emotion.FEAR: -3.0, Emotion.SURPRISE: -2.0, Emotion.SORROW: 1.5, Emotion.TENDERNESS: 1.5}
_TILT = {Emotion.SORROW: 4.0, Emotion.TENDERNESS: 3.5, Emotion.DOUBT: -3.5, Emotion.ANGER: 2.0, Emotion.FEAR: -2.0}
_PULSE = {Emotion.FEAR: 0.62, Emotion.ANGER: 0.5, Emotion.SURPRISE: 0.45, Emotion.SORROW: 0.2}  # breaths a second
_TEARS = 2.2  # seconds of a silent sorrow before it is felt to the full
_STEP = 1.15  # of the height: how far two steps carry
_SLOW = 1 / 4  # seconds between two steps of what moves slowly: breath and the shift of weight
_PACE = 0.62  # of the height a second: an unhurried walk


@dataclass(frozen=True)
class Instant:
    """A pose, where the feet are in frame pixels, and which way the figure faces."""

    pose: Pose
    feet: tuple[float, float]
    facing: int

    def part(self, piece: Piece) -> Instant:
        """The instant as far as it matters to a piece: equal ones are drawn once."""
        return self if piece is Piece.HEAD else self.faceless(tilt=piece is not Piece.BODY)

    def blurred(self) -> Instant:
        """The instant as far as it matters to a dark back out of focus."""
        still = self.faceless(tilt=True)
        pose = replace(still.pose, tilt=2.0 * round(still.pose.tilt / 2), lean=float(round(still.pose.lean)))
        return replace(still, pose=pose)

    def faceless(self, *, tilt: bool) -> Instant:
        """The same with an idle face, and a straight head unless its tilt matters."""
        pose = replace(self.pose, mouth=Mouth.REST, blink=0.0, gaze=(0.0, 0.0), tilt=self.pose.tilt if tilt else 0.0)
        return replace(self, pose=pose)


@dataclass(frozen=True)
class Actor:
    """Somebody on their mark for `length` seconds. `marks` are all of the shot, `blinks` one's own seconds."""

    mark: Mark
    marks: tuple[Mark, ...]
    said: tuple[Speech, ...]
    blinks: tuple[float, ...]
    length: float
    width: float  # of the frame
    outside: int  # the side where whoever is out of the shot stands
    own: str = ""  # the colour of what they hold, if the script says one
    seed: int = 0
    beat: float = 1 / 12  # seconds a pose is held

    def at(self, seconds: float) -> Instant:
        """The actor at an instant of the shot."""
        x, stride, facing, going = self._walk(seconds)
        slow = seconds - seconds % _SLOW
        target = self._target(seconds)
        turn = 0.6 if going else self._turn(seconds)
        if turn < 0:
            facing, turn = -facing, -turn
        nod = self._nod(seconds)
        speech = speaks(self.said, self.mark.figure.character, seconds)
        feeling = self._feeling(seconds)
        emotion = self.mark.figure.emotion
        pose = Pose(
            emotion=emotion,
            feeling=_snap(feeling, 0.25),
            mouth=speech.mouth(seconds, hold=self.beat) if speech else Mouth.REST,
            blink=_snap(self._blink(seconds), 0.5),
            gaze=self._gaze(seconds, target, facing),
            turn=_snap(turn, 0.125),
            tilt=_snap(_TILT.get(emotion, 0.0) * feeling + nod + self._sway(slow, 0.21, 0.8), 0.5),
            lean=_snap(
                _LEAN.get(emotion, 0.0) * feeling + self._sway(slow, 0.13, 0.9) + (2 if going else 0),
                0.5,
            ),
            breath=_snap(math.sin(math.tau * (_PULSE.get(emotion, 0.27) * slow + self._luck("breath"))), 0.5),
            gesture=self._gesture(),
            reach=_snap(self._reach(seconds), 0.05),
            idle=idle(self.mark.figure.character, self.mark.rests or emotion.value),
            prop=self.mark.figure.prop,
            own=self.own,
            stride=stride,
            back=self.mark.back,
        )
        return Instant(pose, (x, self.mark.feet), facing)

    def _luck(self, what: str) -> float:
        return _luck(f"{self.seed}:{what}:{self.mark.figure.character}")

    def _sway(self, seconds: float, pulse: float, force: float) -> float:
        """Nobody stands still: a slow shift of weight, each in their own time."""
        return force * math.sin(math.tau * (pulse * (0.8 + 0.4 * self._luck("pace")) * seconds + self._luck("sway")))

    def _walk(self, seconds: float) -> tuple[float, float | None, int, bool]:
        """Where the feet are, the phase of the step (None when standing), the facing, and whether they go."""
        figure, mark = self.mark.figure, self.mark
        if mark.back or not (figure.walks or figure.entrance):
            return mark.x, None, mark.facing, False
        speed = _PACE * mark.height
        if figure.entrance is Entrance.LEAVES:
            side = 1 if mark.x > self.width / 2 else -1
            way = (self.width - mark.x if side > 0 else mark.x) + 0.35 * mark.height
            took = min(max(way / speed, 1.0), 0.75 * self.length)
            gone = way * _run((seconds - (self.length - took)) / took)
            return mark.x + side * gone, *self._steps(gone, way, side, leaving=True)
        if figure.entrance is Entrance.ENTERS:
            side = 1 if mark.x <= self.width / 2 else -1
            # Half in already at the cut, so that no shot opens on an empty place.
            way = (mark.x if side > 0 else self.width - mark.x) * 0.9
            took = min(max(way / speed, 0.8), 0.6 * self.length)
        else:
            side = mark.facing
            way = min(0.3 * self.width, speed * self.length * 0.8)
            took = self.length
        left = way * (1 - _run(seconds / took))
        return mark.x - side * left, *self._steps(left, way, side)

    def _steps(self, left: float, way: float, side: int, *, leaving: bool = False) -> tuple[float | None, int, bool]:
        going = 0.002 * way < left < way if leaving else left > 0.01 * way
        if not going:
            return None, self.mark.facing, False
        return _snap(abs(left) / (_STEP * self.mark.height) % 1.0 * (1 if leaving else -1) % 1.0, 0.01), side, True

    def _target(self, seconds: float) -> Mark | None:
        """Whose eyes are met: whom the figure was told to look at, else whoever speaks, else the nearest."""
        me = self.mark.figure
        others = {one.figure.character: one for one in self.marks if one is not self.mark}
        if me.looks_at in others:
            return others[me.looks_at]
        late = 0.12 + 0.3 * self._luck("late")  # nobody turns at the same moment
        heard = speaker(self.said, seconds - late)
        if heard in others:
            return others[heard]
        return min(others.values(), key=lambda one: abs(one.x - self.mark.x), default=None)

    def _gaze(self, seconds: float, target: Mark | None, facing: int) -> tuple[float, float]:
        """Towards the eyes met, eased over the change, with small darts; in the figure's own right and down."""
        looks = self.mark.figure.looks_at
        x, y = self._dart(seconds)
        if looks == "away":
            x, y = x + 0.35, y + 0.35
        elif looks == "camera":
            pass
        elif target is None:
            x += 0.5 * self.outside * facing
        else:
            now = self._eyeline(target)
            before = self._target(max(seconds - 0.2, 0.0)) or target
            then = self._eyeline(before)
            x += (0.5 * now[0] + 0.5 * then[0]) * facing
            y += 0.5 * now[1] + 0.5 * then[1]
        return _snap(min(max(x, -1.0), 1.0), 0.25), _snap(min(max(y, -0.8), 0.8), 0.25)

    def _dart(self, seconds: float) -> tuple[float, float]:
        """Now and then the eyes of a listener stray a little; who speaks holds the other's."""
        if speaks(self.said, self.mark.figure.character, seconds):
            return 0.0, 0.0
        moment = int(seconds / 0.9 + self._luck("dart"))
        if _luck(f"{self.seed}:stray:{self.mark.figure.character}:{moment}") < 0.75:
            return 0.0, 0.0
        return (0.25 if self._luck(f"side{moment}") < 0.5 else -0.25), 0.0

    def _eyeline(self, target: Mark) -> tuple[float, float]:
        across, down = target.x - self.mark.x, target.eyes - self.mark.eyes
        far = math.hypot(across, down) or 1.0
        return 0.7 * across / far, 0.75 * down / far

    def _turn(self, seconds: float) -> float:
        """Towards `facing` when positive; among three or more, round to whoever speaks, through the front."""
        looks = self.mark.figure.looks_at
        if len(self.marks) < 3 or looks or self.mark.back:
            return self.mark.turn
        steps = [self._side(seconds - back) for back in (0.0, 0.1, 0.2, 0.3, 0.4)]
        return self.mark.turn * sum(steps) / len(steps)

    def _side(self, seconds: float) -> float:
        target = self._target(max(seconds, 0.0))
        if target is None:
            return 1.0
        return float(self.mark.facing * (1 if target.x >= self.mark.x else -1))

    def _nod(self, seconds: float) -> float:
        """Degrees the head dips on stressed words; listeners answer the end of a speech with a small nod."""
        me, dip = self.mark.figure.character, 0.0
        for one in self.said:
            if one.character == me:
                for index, stress in enumerate(one.stresses):
                    dip += (3.6 if index % 3 else -2.6) * _bump((seconds - stress + 0.06) / 0.42)
            elif not self.mark.back:
                dip += 2.6 * self._luck("nod") * _bump((seconds - one.end - 0.1 - 0.3 * self._luck("late")) / 0.6)
        return dip

    def _blink(self, seconds: float) -> float:
        return max((1 - abs(seconds - when) / 0.13 for when in self.blinks if abs(seconds - when) < 0.13), default=0.0)

    def _feeling(self, seconds: float) -> float:
        """Rising into the shot, and to the full while speaking; who listens feels it less."""
        me = self.mark.figure.character
        mine = [one for one in self.said if one.character == me]
        full = 1.0 if mine or not self.said else 0.75
        start = 0.7 * full
        if self.mark.figure.emotion is Emotion.SORROW and (self.said or seconds < _TEARS):
            full = min(full, 0.75)
        when = max(mine[0].start - 0.2, 0.0) if mine else 0.3
        return start + (full - start) * ease((seconds - min(when, 1.2)) / 0.9)

    def _gesture(self) -> Gesture:
        figure = self.mark.figure
        if figure.gesture is Gesture.REST and figure.prop:
            return Gesture.HOLD
        return figure.gesture

    def _reach(self, seconds: float) -> float:
        """Into the gesture with a small overshoot, a hold, and out again when the shot is long."""
        gesture = self._gesture()
        if gesture is Gesture.REST:
            return 0.0
        if gesture in _SUSTAINED:
            return 1.0
        mine = [one for one in self.said if one.character == self.mark.figure.character]
        start = min(max(mine[0].start - 0.1, 0.1) if mine else 0.25, 0.5)
        hold = {Gesture.SHRUG: 0.9, Gesture.WAVE: 2.2}.get(gesture, 3.4)
        into = (seconds - start) / 0.42
        amount = ease(into) + 0.07 * _bump((into - 0.85) / 1.1)
        if self.length > start + hold + 1.4:
            amount *= 1 - ease((seconds - start - hold) / 0.6)
        if gesture is Gesture.WAVE and amount > 0.8:
            amount -= 0.1 * (1 + math.sin(math.tau * 2.2 * (seconds - start)))
        return max(amount, 0.0)


def troupe(
    marks: tuple[Mark, ...],
    said: tuple[Speech, ...],
    plan: Mapping[str, tuple[float, ...]],
    *,
    length: float,
    width: float,
    sides: Mapping[str, int],
    colours: Mapping[str, str],
    seed: int,
) -> tuple[Actor, ...]:
    """An actor for every mark of a shot; `plan` are the blinks `sides` the off-screen partners' sides,
    `colours` those of things."""
    return tuple(
        Actor(
            mark,
            marks,
            said,
            plan[mark.figure.character],
            length,
            width,
            sides[mark.figure.character],
            colours.get(mark.figure.prop, ""),
            seed,
        )
        for mark in marks
    )


@lru_cache(maxsize=1024)
def _luck(what: str) -> float:
    return random.Random(what).random()


def _bump(part: float) -> float:
    """Up and down once while part goes from 0 to 1."""
    return math.sin(math.pi * part) ** 2 if 0 < part < 1 else 0.0


def _run(part: float) -> float:
    """A walk: started and ended softly, even between."""
    clamped = min(max(part, 0.0), 1.0)
    return 0.35 * ease(clamped) + 0.65 * clamped


def _snap(value: float, step: float) -> float:
    """To the nearest step: poses that look the same are the same, and drawn once."""
    return round(round(value / step) * step, 4)
