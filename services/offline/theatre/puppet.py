"""A character cut from paper: stands, breathes, turns, gestures, feels and speaks as a pose says."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from services.offline.theatre import gesture, walk
from services.offline.theatre.face import Head
from services.offline.theatre.face_look import Look, look
from services.offline.theatre.gesture import Arm, Place
from services.offline.theatre.parts import Point
from services.offline.theatre.pose import Light, Piece, Pose
from services.offline.theatre.puppet_palette import palette
from services.offline.theatre.puppet_wardrobe import Wardrobe
from services.offline.theatre.rig import ARM, FOREARM, NECK, SHIN, SOLE, SPINE, THIGH, head_bend, skeleton
from services.offline.theatre.sprite import Pixels, Sprite, Touched, lay, union
from studio.story.breakdown import Gesture
from studio.story.cast import DNA

Frame = NDArray[np.float64]  # 3 x 3, a part's units -> another frame
NEAR, FAR = -1, 1  # the side of the body a limb is on, along x


class PaperPuppet:
    """A puppet for one character, one size and one light; it keeps every piece it has cut."""

    def __init__(self, dna: DNA, *, height: float, light: Light) -> None:
        """`height` is what an average adult measures, in pixels at zoom 1; the DNA says how high its bearer is."""
        self.dna, self.light = dna, light
        self.body = skeleton(dna)
        self.scale = height * dna.height / self.body.stature
        colours = palette(dna, light)
        self.wardrobe = Wardrobe(dna, self.body, colours, light, self.scale)
        self.head_scale = self.body.head * self.scale
        self.head = Head(dna, self.body, colours, light, self.head_scale)

    @property
    def height(self) -> float:
        """Pixels from the sole to the crown, without hat."""
        return self.body.stature * self.scale - self.lowered

    @property
    def eyes(self) -> float:
        """Pixels from the sole up to the eyes, standing straight, or sitting in a wheelchair."""
        return self.body.eyes * self.scale - self.lowered

    @property
    def lowered(self) -> float:
        """Pixels by which who sits is lower than standing."""
        standing = (THIGH + SHIN) * self.body.legs + SOLE * self.wardrobe.shoe
        return (1 - self.wardrobe.seat) * standing * self.scale

    @property
    def nbytes(self) -> int:
        """The memory of what is cut by now: a face that is large in the picture takes thirty megabytes in the end."""
        return self.wardrobe.nbytes + self.head.nbytes

    def draw(
        self,
        canvas: Pixels,
        pose: Pose,
        *,
        feet: tuple[float, float],
        zoom: float = 1.0,
        facing: int = 1,
        pieces: tuple[Piece, ...] = tuple(Piece),
    ) -> Touched:
        """Draw these pieces in place: feet in canvas pixels, facing 1 right, -1 left; say what was touched."""
        return Stance(self, canvas, pose, feet, zoom, facing).draw(pieces)


class Stance:
    """One drawing of a puppet: where every joint is for a pose."""

    def __init__(self, puppet: PaperPuppet, canvas: Pixels, pose: Pose, feet: Point, zoom: float, facing: int) -> None:
        self.puppet, self.canvas = puppet, canvas
        self.body, self.wardrobe = puppet.body, puppet.wardrobe
        self.seated = self.wardrobe.seat < 1
        self.pose = pose = replace(pose, stride=None) if self.seated else pose  # wheels roll, legs rest
        self.turn = 0.0 if pose.back else max(0.0, min(1.0, pose.turn))
        self.side = puppet.light.side * facing
        self.look: Look = look(pose, self.side)
        unit = puppet.scale * zoom
        self.root: Frame = np.array([[facing * unit, 0, feet[0]], [0, unit, feet[1]], [0, 0, 1]], float)
        self.legs = {side: self._leg(side) for side in (NEAR, FAR)}
        self.shrug = self.look.mood.shoulders + gesture.bearing(pose.gesture, "shoulders") * pose.reach
        self.lean = pose.lean + gesture.bearing(pose.gesture, "lean") * pose.reach
        self.torso = self.root @ moved(0, -self._hip()) @ turned(self.lean) @ scaled(1, 1 + 0.008 * pose.breath)
        self.neck = self._neck()
        self.arms: dict[int, Arm] = {}
        self.touched: Touched = None

    def draw(self, pieces: tuple[Piece, ...]) -> Touched:
        """Lay these pieces from the back to the front."""
        self.arms = {side: self._arm(side) for side in (NEAR, FAR)}
        if Piece.HAIR in pieces:
            self._lay(self.puppet.head.behind(self.look), self.neck, self.puppet.head_scale)
        if Piece.BODY in pieces:
            self._draw_body()
        if Piece.HEAD in pieces:
            self._lay(self.puppet.head.front(self.look), self.neck, self.puppet.head_scale)
        if Piece.OVER in pieces:
            self._arms("over")
        return self.touched

    def _draw_body(self) -> None:
        rear = self.pose.back
        self._lay(self.wardrobe.ground(), self.root @ scaled(self._apart(), 1))
        self._lay(None if rear else self.wardrobe.torso("back", self.turn, self.side), self.torso)
        self._arms("behind")
        # Seen from behind, what somebody holds is before them: the body hides it.
        hidden = rear and (self.wardrobe.covers or self.pose.gesture is Gesture.HOLD)
        if hidden:
            self._arms("front")
        for side in () if self.seated else (FAR, NEAR):
            self._draw_leg(side)
        self._lay(self.wardrobe.torso("rear" if rear else "front", self.turn, self.side), self.torso)
        if not hidden:
            self._arms("front")

    def _lay(self, sprite: Sprite | None, frame: Frame, scale: float | None = None) -> None:
        if sprite is None:
            return
        per = 1 / (scale or self.puppet.scale)
        x, y = sprite.pivot
        matrix = frame[:2] @ np.array([[per, 0, -x * per], [0, per, -y * per], [0, 0, 1]])
        self.touched = union(self.touched, lay(self.canvas, sprite, matrix))

    def _light(self, frame: Frame) -> int:
        """Which side of a turned limb looks to the light."""
        if self.puppet.light.side == 0:
            return 0
        across = frame[0, 0] * self.puppet.light.side - 0.6 * frame[1, 0]
        return 1 if across >= 0 else -1

    def _leg(self, side: int) -> walk.Leg:
        stride = self.pose.stride
        if stride is None:
            return walk.standing(side, self.turn)
        wide = (14 + 13 * self.turn) * self.wardrobe.stride
        return walk.leg((stride + (0.0 if side == FAR else 0.5)) % 1.0, wide)

    def _hip(self) -> float:
        legs = self.body.legs

        def reach(leg: walk.Leg) -> float:
            down = THIGH * legs * _cos(leg.thigh) + SHIN * legs * _cos(leg.shin)
            return down + SOLE * self.wardrobe.shoe * _cos(leg.foot)

        return max(reach(leg) for leg in self.legs.values()) - self.puppet.lowered / self.puppet.scale

    def _apart(self) -> float:
        """How much wider than standing the feet are, for the contact shadow."""
        near, far = (THIGH * _sin(leg.thigh) + SHIN * _sin(leg.shin) for leg in self.legs.values())
        return 1 + abs(far - near) * self.body.legs / (4 * self.body.width(0))

    def _neck(self) -> Frame:
        forward = 1.15 * self.body.curve(SPINE) * (0.4 + 0.6 * self.turn) + 3 * self.turn
        tilt = self.pose.tilt + self.look.mood.head - 0.8 * self.lean
        sink = 0.35 * self.shrug - 1.5 * self.pose.breath
        base = self.torso @ moved(forward, SPINE * self.body.torso + sink) @ turned(tilt)
        return base @ scaled(self.body.head, self.body.head) @ moved(3 * self.turn, -NECK)

    def _draw_leg(self, side: int) -> None:
        leg, legs = self.legs[side], self.body.legs
        hip = (side * self.body.width(0) * 0.43 * (1 - 0.55 * self.turn), 0.0)
        height = self._hip()
        frame = self.root @ moved(hip[0], -height) @ turned(-leg.thigh)
        knee = self.root @ moved(hip[0] + THIGH * legs * _sin(leg.thigh), THIGH * legs * _cos(leg.thigh) - height)
        shin = knee @ turned(-leg.shin)
        ankle = knee @ moved(SHIN * legs * _sin(leg.shin), SHIN * legs * _cos(leg.shin)) @ turned(-leg.foot)
        away = -1 if side == NEAR and self.turn < 0.2 else 1
        foot = ankle @ scaled(away * (0.62 + 0.38 * self.turn), 1)
        self._lay(self.wardrobe.leg("shoe", self._light(foot)), foot)
        self._lay(self.wardrobe.leg("shin", self._light(shin)), shin)
        self._lay(self.wardrobe.leg("thigh", self._light(frame)), frame)

    def _place(self, name: str) -> Place:
        """Where a gesture's target is, from the hip joint."""
        body = self.body
        if name in ("mouth", "chin", "head"):
            x, _ = head_bend(self.look.turn)(0, 40)
            spot = np.linalg.inv(self.torso) @ self.neck @ (x, {"mouth": 38, "chin": 60, "head": -20}[name], 1)
            return (float(spot[0]), float(spot[1]), body.head)
        level = {"hip": -10.0, "chest": -180.0, "front": -120.0}[name]
        wide = body.width(level) / (57 if name == "hip" else 60)
        return (self.turn * 14, level * body.torso, wide)

    def _arm(self, side: int) -> Arm:
        pose, body = self.pose, self.body
        posed = gesture.arm(
            pose.gesture,
            "near" if side == NEAR else "far",
            pose.reach,
            shoulder=self._shoulder(side),
            lengths=(ARM * body.arms, FOREARM * body.arms),
            places=self._place,
            idle=pose.idle if pose.stride is None else Gesture.REST.value,
        )
        if pose.gesture is Gesture.REST and pose.stride is None:
            if posed.placed:
                return posed
            off = side * body.spread * (1 - 0.5 * self.turn)
            return replace(posed, upper=posed.upper + off, fore=posed.fore + 0.4 * off, aim=posed.aim + 0.4 * off)
        if pose.gesture is not Gesture.REST or pose.stride is None:
            return posed
        swing = walk.arm_swing(pose.stride + (0.0 if side == FAR else 0.5)) * (0.4 + 0.6 * self.turn)
        return Arm(swing, swing + 14 + 0.3 * swing, posed.hand, swing + 14, posed.flip, posed.layer, posed.prop)

    def _shoulder(self, side: int) -> Point:
        x, y = self.body.shoulder(self.turn, side)
        return (x, y - self.shrug - 1.5 * self.pose.breath)

    def _arms(self, layer: str) -> None:
        for side in (FAR, NEAR):
            if self.arms[side].layer == layer:
                self._draw_arm(side, self.arms[side])

    def _draw_arm(self, side: int, arm: Arm) -> None:
        x, y = self._shoulder(side)
        upper = self.torso @ moved(x, y) @ turned(-arm.upper)
        long = ARM * self.body.arms
        x, y = x + long * _sin(arm.upper), y + long * _cos(arm.upper)
        fore = self.torso @ moved(x, y) @ turned(-arm.fore)
        long = FOREARM * self.body.arms
        x, y = x + long * _sin(arm.fore), y + long * _cos(arm.fore)
        hand = self.torso @ moved(x, y) @ turned(-arm.aim) @ scaled(-1 if arm.flip else 1, 1)
        self._lay(self.wardrobe.arm("upper", self._light(upper)), upper)
        if arm.prop and self.pose.prop:
            self._draw_prop(hand, arm)
        self._lay(self.wardrobe.hand(arm.hand, self._light(hand)), hand)
        self._lay(self.wardrobe.arm("fore", self._light(fore)), fore)

    def _draw_prop(self, hand: Frame, arm: Arm) -> None:
        size = self.wardrobe.hand_size
        x, y = self.wardrobe.grip(arm.hand)
        spot = np.linalg.inv(self.root) @ hand @ (x * size, y * size, 1)
        shown = self.wardrobe.shown(self.pose.prop)
        frame = self.root @ moved(float(spot[0]), float(spot[1])) @ turned(0.4 * self.lean) @ scaled(shown, shown)
        self._lay(self.wardrobe.prop(self.pose.prop, self.side, self.pose.own), frame)


def moved(x: float, y: float) -> Frame:
    """A frame moved by x, y."""
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], float)


def turned(degrees: float) -> Frame:
    """A frame turned clockwise."""
    cos, sin = _cos(degrees), _sin(degrees)
    return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]], float)


def scaled(x: float, y: float) -> Frame:
    """A frame scaled along x and y."""
    return np.array([[x, 0, 0], [0, y, 0], [0, 0, 1]], float)


def _sin(degrees: float) -> float:
    return math.sin(math.radians(degrees))


def _cos(degrees: float) -> float:
    return math.cos(math.radians(degrees))
