"""The head of a puppet: face, features, hair and hat laid together once per expression and kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from services.offline.theatre.face_mood import Mood, mood
from services.offline.theatre.parts import Bend, Cutter, Part, Point, find, load, names
from services.offline.theatre.pose import Light, Pose
from services.offline.theatre.puppet_cut import FLAT, Finish, clipped, cut, rim, stack, within
from services.offline.theatre.rig import Skeleton, head_bend
from services.offline.theatre.sprite import Sprite
from studio.errors import BadRequest
from studio.story.cast import DNA, Age, Presents

EYE = 25.0  # from the middle of the face to the middle of an eye
CHIN = 60.0
KEPT = 64  # composed heads in memory
SKIN = Finish(plane=15, drop=3.2, depth=0.3, rim=0)
HAIR = Finish(plane=20, drop=4.2, depth=0.42, rim=0)
BEHIND = replace(HAIR, rim=1.7)
WORN = Finish(plane=16, drop=3.4, depth=0.4, rim=0)
EDGE = Finish(rim=1.7)
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


class Head:
    """Everything above the neck of one puppet at one size."""

    def __init__(self, dna: DNA, body: Skeleton, palette: Mapping[str, str], light: Light, scale: float) -> None:
        self.palette, self.light, self.scale = palette, light, scale
        self.dna = dna
        self.face = load("heads", body.face)
        self.hair = _named("hair", dna.hair)
        self.hat = _named("hats", dna.hat)
        self.worn = _named("faces", dna.face)
        self.eyes = load("eyes", _eyes(dna))
        self.brows = load("brows", _brows(dna))
        self._tops: dict[tuple[object, ...], Sprite | None] = {}
        self._behind: dict[tuple[object, ...], Sprite | None] = {}
        self._features: dict[tuple[object, ...], Sprite] = {}
        self._sets: dict[tuple[object, ...], tuple[Sprite | None, ...]] = {}
        self._kept: OrderedDict[tuple[object, ...], Sprite] = OrderedDict()

    def front(self, seen: Look) -> Sprite:
        """The head as it lies over the body; the pivot is the middle of the eye line."""
        if seen.key in self._kept:
            self._kept.move_to_end(seen.key)
            return self._kept[seen.key]
        self._kept[seen.key] = made = self._compose(seen)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return made

    def behind(self, seen: Look) -> Sprite | None:
        """Hair and hat that hang behind the body, None if nothing does."""
        key = (seen.turn, seen.side, seen.back)
        if key not in self._behind:
            layer = "rear" if seen.back else "back"
            hair = None if seen.back else self._cut(self.hair, layer, self._swing(-0.35 * seen.turn), seen.side, BEHIND)
            hat = None if seen.back else self._cut(self.hat, layer, self._swing(-0.2 * seen.turn), seen.side, WORN)
            hair = self._trimmed(hair, seen)
            self._behind[key] = stack([piece for piece in (hair, hat) if piece])
        return self._behind[key]

    def _compose(self, seen: Look) -> Sprite:
        base = self._base(seen)
        top = self._top(seen)
        pieces = [base]
        if not seen.back:
            pieces += self._drawn(seen, base)
        if top:
            pieces.append(top)
        if not seen.back:
            pieces.append(self._brow_pair(seen))
        hat = None if seen.back else self._hat(seen)
        outline = [piece for piece in (base, top, hat) if piece]
        whole = stack([*pieces, *([hat] if hat else []), self._rim(seen, outline)])
        assert whole is not None  # the base is always there
        return whole

    def _rim(self, seen: Look, outline: list[Sprite]) -> Sprite:
        key = ("rim", seen.turn, seen.side, seen.back)
        if key not in self._features:
            front, behind = stack(outline) or outline[0], self.behind(seen)
            whole = stack([behind, *outline]) if behind else front  # no rim where hair lies on hair
            assert whole is not None  # the face is always there
            lit = rim(whole.pixels, self.light, replace(EDGE, side=seen.side), self.scale)
            lit = lit if self.light.rim else np.zeros_like(lit)
            self._features[key] = clipped(Sprite(lit, whole.pivot), front)
        return self._features[key]

    def _base(self, seen: Look) -> Sprite:
        key = (seen.turn, seen.side, seen.back)
        if key not in self._features:
            mix = {"turned": seen.turn}
            layers = ("rear",) if seen.back else ("far", "face", "near")
            pieces = [self._cut(self.face, name, None, seen.side, SKIN, mix) for name in layers]
            self._features[key] = stack([piece for piece in pieces if piece]) or Sprite(np.zeros((1, 1, 4), np.uint8))
        return self._features[key]

    def _drawn(self, seen: Look, base: Sprite) -> list[Sprite]:
        key = ("drawn", seen.turn, seen.side, *sorted(seen.mood.show.items()))
        if key not in self._sets:
            self._sets[key] = self._worn(seen, base)
        marks, under, above = self._sets[key]
        features = (marks, clipped(self._eye_pair(seen), base), under, self._mouth(seen), above)
        return [piece for piece in features if piece]

    def _worn(self, seen: Look, base: Sprite) -> tuple[Sprite | None, ...]:
        bend = head_bend(seen.turn)
        show = seen.mood.show | {"turned": seen.turn, "old": float(self.dna.age is Age.OLD)}
        marks = self._cut(self.face, "marks", bend, seen.side, FLAT, show)
        under = self._cut(self.worn, "under", bend, seen.side, replace(WORN, plane=14), {"turned": seen.turn})
        above = self._cut(self.worn, "over", bend, seen.side, replace(WORN, plane=0, drop=2.2), {"turned": seen.turn})
        return (clipped(marks, base) if marks else None, under, above)

    def _eye_pair(self, seen: Look) -> Sprite:
        felt = [tuple(sorted(side.items())) for side in seen.mood.eyes]
        tear = seen.mood.show.get("tear", 0.0)
        key = ("eyes", *felt, tear, seen.blink, seen.gaze, seen.turn, seen.side)
        if key not in self._features:
            cutter = Cutter(self.palette)
            for side, weights in zip((-1, 1), seen.mood.eyes, strict=True):
                open_ = 1 - seen.blink
                mix = {name: weight * open_ for name, weight in weights.items()}
                mix["closed"] = max(mix.get("closed", 0.0), seen.blink)
                cutter.mix = mix | {"tear": seen.mood.show.get("tear", 0.0) * float(side < 0)}
                cutter.palette = {**self.palette, "id": "n" if side < 0 else "f"}
                self._eye(cutter, seen, side)
            self._features[key] = cut(cutter, self.scale, self.light)
        return self._features[key]

    def _eye(self, cutter: Cutter, seen: Look, side: int) -> None:
        head = head_bend(seen.turn)

        def bend(x: float, y: float) -> Point:
            return head(side * EYE + side * x, y)

        def upright(x: float, y: float) -> Point:
            return head(side * EYE + seen.side * x, y)

        gaze = (seen.gaze[0] * 6.0 * side, seen.gaze[1] * 5.0)
        cutter.moves = {"gaze": gaze}
        cutter.mirrored = side * seen.side
        cutter.add(self.eyes.root, bend, upright)

    def _brow_pair(self, seen: Look) -> Sprite:
        key = ("brows", *(tuple(sorted(side.items())) for side in seen.mood.brows), seen.turn)
        if key not in self._features:
            head = head_bend(seen.turn)
            cutter = Cutter(self.palette)
            for side, weights in zip((-1, 1), seen.mood.brows, strict=True):
                cutter.mix = weights
                cutter.add(self.brows.root, _placed(head, side))
            self._features[key] = cut(cutter, self.scale, self.light)
        return self._features[key]

    def _mouth(self, seen: Look) -> Sprite:
        key = ("mouth", seen.mood.sound, tuple(sorted(seen.mood.mouth.items())), seen.turn)
        if key not in self._features:
            part = load("mouths", seen.mood.sound)
            cutter = Cutter({**self.palette, "id": "m"}, seen.mood.mouth)
            cutter.add(part.root, head_bend(seen.turn))
            self._features[key] = cut(cutter, self.scale, self.light)
        return self._features[key]

    def _top(self, seen: Look) -> Sprite | None:
        key = (seen.turn, seen.side, seen.back)
        if key not in self._tops:
            layer = "rear" if seen.back else "front"
            hair = self._cut(self.hair, layer, self._swing(seen.turn * 0.8), seen.side, HAIR, {"turned": seen.turn})
            hair = self._trimmed(hair, seen)
            hat = self._hat(seen) if seen.back else None
            self._tops[key] = stack([piece for piece in (hair, hat) if piece])
        return self._tops[key]

    def _hat(self, seen: Look) -> Sprite | None:
        key = ("hat", seen.turn, seen.side, seen.back)
        if key not in self._tops:
            layer = "rear" if seen.back and self.hat and self.hat.layer("rear") is not None else "front"
            self._tops[key] = self._cut(self.hat, layer, self._swing(seen.turn * 0.6), seen.side, WORN)
        return self._tops[key]

    def _swing(self, turn: float) -> Bend:
        bend = head_bend(abs(turn))
        return bend if turn >= 0 else (lambda x, y: (-bend(-x, y)[0], y))

    def _trimmed(self, hair: Sprite | None, seen: Look) -> Sprite | None:
        """Hair as far as the hat lets it be seen: below a line, or within a hat that encloses the head."""
        hat, rule = self._hat(seen), self.hat.word("cut") if self.hat else ""
        if hair is None or hat is None or not rule:
            return hair
        pixels = hair.pixels.copy()
        if rule == "inside":
            chin = int(hair.pivot[1] + CHIN * self.scale)
            pixels[:chin] = within(hair, hat)[:chin]
        else:
            pixels[: max(0, int(hair.pivot[1] + float(rule) * self.scale))] = 0
        return Sprite(pixels, hair.pivot)

    def _cut(
        self,
        part: Part | None,
        layer: str,
        bend: Bend | None,
        side: int,
        finish: Finish,
        mix: Mapping[str, float] | None = None,
    ) -> Sprite | None:
        element = part.layer(layer) if part else None
        if element is None:
            return None
        cutter = Cutter({**self.palette, "id": "h"}, mix)
        cutter.add(element, bend)
        return cut(cutter, self.scale, self.light, replace(finish, side=side))


def _placed(head: Bend, side: int) -> Bend:
    return lambda x, y: head(side * (EYE + x), y)


def _named(kind: str, name: str) -> Part | None:
    if name and find(kind, name) is None:
        raise BadRequest(f"there is no {name!r} in data/paper/{kind}; there are {', '.join(names(kind))}", field=kind)
    return find(kind, name)


def _eyes(dna: DNA) -> str:
    if dna.age is Age.CHILD:
        return "round"
    if dna.age is Age.OLD:
        return "wise"
    return {Presents.FEMININE: "soft", Presents.MASCULINE: "keen", Presents.NEUTRAL: "clear"}[dna.presents]


def _brows(dna: DNA) -> str:
    if dna.age is Age.OLD:
        return "bushy"
    return "thick" if dna.presents is Presents.MASCULINE and dna.age is not Age.CHILD else "fine"
