"""Eyes, brows and mouth of one puppet, cut for each expression and kept."""

from __future__ import annotations

from collections.abc import Mapping

from services.offline.theatre.face_look import Look
from services.offline.theatre.face_mood import Weights
from services.offline.theatre.parts import Bend, Cutter, Point, load
from services.offline.theatre.pose import Light
from services.offline.theatre.puppet_cut import cut
from services.offline.theatre.puppet_kept import Kept
from services.offline.theatre.rig import head_bend
from services.offline.theatre.sprite import Sprite
from studio.story.cast import DNA, Age, Presents

EYE = 25.0  # from the middle of the face to the middle of an eye
LOOK = (6.0, 5.0)  # how far an iris goes from the middle
KEPT = 96


class Features:
    """What moves in a face."""

    def __init__(self, dna: DNA, palette: Mapping[str, str], light: Light, scale: float) -> None:
        self.palette, self.light, self.scale = palette, light, scale
        self.eyes = load("eyes", _eyes(dna))
        self.brows = load("brows", _brows(dna))
        self._kept: Kept[Sprite] = Kept(KEPT)

    @property
    def nbytes(self) -> int:
        """The memory of what is cut by now."""
        return sum(piece.pixels.nbytes for piece in self._kept.things)

    def eye_pair(self, seen: Look) -> Sprite:
        """Both eyes as they look, blink and feel."""
        tear = seen.mood.show.get("tear", 0.0)
        key = ("eyes", *map(_key, seen.mood.eyes), tear, seen.blink, seen.gaze, seen.turn, seen.side)
        return self._kept.get(key, lambda: self._cut_eyes(seen, tear))

    def brow_pair(self, seen: Look) -> Sprite:
        """Both brows."""
        key = ("brows", *map(_key, seen.mood.brows), seen.turn)
        return self._kept.get(key, lambda: self._cut_brows(seen))

    def mouth(self, seen: Look) -> Sprite:
        """The mouth of a sound, smiling or not."""
        key = ("mouth", seen.mood.sound, _key(seen.mood.mouth), seen.turn)
        return self._kept.get(key, lambda: self._cut_mouth(seen))

    def _cut_eyes(self, seen: Look, tear: float) -> Sprite:
        cutter = Cutter(self.palette)
        for side, weights in zip((-1, 1), seen.mood.eyes, strict=True):
            mix = {name: weight * (1 - seen.blink) for name, weight in weights.items()}
            mix["closed"] = max(mix.get("closed", 0.0), seen.blink)
            cutter.mix = mix | {"tear": tear * float(side < 0)}
            cutter.palette = {**self.palette, "id": "n" if side < 0 else "f"}
            self._add_eye(cutter, seen, side)
        return cut(cutter, self.scale, self.light)

    def _add_eye(self, cutter: Cutter, seen: Look, side: int) -> None:
        head, light = head_bend(seen.turn), seen.side or 1

        def bend(x: float, y: float) -> Point:
            return head(side * (EYE + x), y)

        def upright(x: float, y: float) -> Point:
            return head(side * EYE + light * x, y)

        cutter.moves = {"gaze": (seen.gaze[0] * LOOK[0] * side, seen.gaze[1] * LOOK[1])}
        cutter.mirrored = side * light
        cutter.add(self.eyes.root, bend, upright)

    def _cut_brows(self, seen: Look) -> Sprite:
        cutter = Cutter(self.palette)
        for side, weights in zip((-1, 1), seen.mood.brows, strict=True):
            cutter.mix = weights
            cutter.add(self.brows.root, _placed(head_bend(seen.turn), side))
        return cut(cutter, self.scale, self.light)

    def _cut_mouth(self, seen: Look) -> Sprite:
        cutter = Cutter({**self.palette, "id": "m"}, seen.mood.mouth)
        cutter.add(load("mouths", seen.mood.sound).root, head_bend(seen.turn))
        return cut(cutter, self.scale, self.light)


def _key(weights: Weights) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(weights.items()))


def _placed(head: Bend, side: int) -> Bend:
    return lambda x, y: head(side * (EYE + x), y)


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
