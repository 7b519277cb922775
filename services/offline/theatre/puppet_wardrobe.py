"""The body pieces of one puppet as sprites, cut when first asked for and kept."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from services.offline.theatre.parts import Bend, Cutter, Part, Point, find, load, names
from services.offline.theatre.pose import Light
from services.offline.theatre.puppet_cut import Finish, cut
from services.offline.theatre.puppet_palette import materials, things
from services.offline.theatre.rig import Skeleton
from services.offline.theatre.sprite import Sprite
from studio.errors import BadRequest
from studio.story.cast import DNA, Age

CLOTH = Finish(plane=22, drop=4.2, depth=0.4, rim=1.7)
LIMB = Finish(plane=11, drop=3.2, depth=0.4, rim=1.3)
HAND = Finish(plane=6, drop=2.0, depth=0.3, rim=1.0)
PROP = Finish(plane=5, drop=2.6, depth=0.28, rim=1.0)
_TINY, _HAND_LONG, _ENLARGED = 40.0, 110.0, 1.45  # units of the longest side, and how much the smallest grow
STEPS = 4  # steps the turn of a body is rounded to


class Wardrobe:
    """Torso, arms, hands, legs and props of one body, in its colours, size and light."""

    def __init__(self, dna: DNA, body: Skeleton, palette: Mapping[str, str], light: Light, scale: float) -> None:
        if find("garments", dna.garment) is None:
            raise BadRequest(
                f"there is no garment {dna.garment!r}; there are {', '.join(names('garments'))}", field="garment"
            )
        self.body, self.palette, self.light, self.scale = body, palette, light, scale
        self.garment = load("garments", dna.garment)
        self.sleeves = load("arms", self.garment.word("arms"))
        self.legs = load("legs", self.garment.word("legs"))
        self.hand_size = (1.02 + 0.22 * body.limb) * (0.9 if dna.age is Age.CHILD else 1.0)
        self.stride = float(self.garment.word("stride", "1"))  # how far legs step out beneath a long skirt
        self.seat = float(self.garment.word("seat", "1"))  # height of the hips, of standing ones: 1 stands
        self.covers = self.garment.word("covers") == "arms"  # seen from behind
        self._kept: dict[tuple[object, ...], Sprite | None] = {}

    @property
    def nbytes(self) -> int:
        """The memory of what is cut by now."""
        return sum(piece.pixels.nbytes for piece in self._kept.values() if piece)

    def torso(self, layer: str, turn: float, side: int) -> Sprite | None:
        """The garment's back, front or rear for a turned body; None when it has no such layer."""
        turn = round(turn * STEPS) / STEPS
        return self._piece(self.garment, layer, side, CLOTH, self.body.torso_bend(turn), turn)

    def arm(self, layer: str, side: int) -> Sprite | None:
        """A sleeve, `upper` or `fore`; the pivot is the joint it hangs from."""
        return self._piece(self.sleeves, layer, side, LIMB, self.body.limb_bend(self.body.arms))

    def leg(self, layer: str, side: int) -> Sprite | None:
        """A leg, `thigh`, `shin` or `shoe`; the pivot is the joint it hangs from."""
        length = self.body.legs if layer != "shoe" else self.shoe
        return self._piece(self.legs, layer, side, LIMB, self.body.limb_bend(length))

    @property
    def shoe(self) -> float:
        """Scale of a shoe's height."""
        return 0.4 + 0.6 * self.body.legs

    def hand(self, name: str, side: int) -> Sprite | None:
        """A hand; the pivot is the wrist."""
        size = self.hand_size
        return self._piece(load("hands", name), "", side, HAND, lambda x, y: (x * size, y * size))

    def grip(self, name: str) -> Point:
        """Where a hand holds what it holds, in units from the wrist."""
        return load("hands", name).point("grip")

    def shown(self, name: str) -> float:
        """How much larger than life a thing is held: a small one must be read beside a hand."""
        part = find("props", name)
        if part is None:
            return 1.0
        left, top, right, bottom = part.box
        longest = max(right - left, bottom - top)
        return float(np.interp(longest, (_TINY, _HAND_LONG), (_ENLARGED, 1.0)))

    def prop(self, name: str, side: int, own: str = "") -> Sprite | None:
        """What is held, in the colour it was given, the pivot where it is gripped; None when nobody has drawn it."""
        part = find("props", name)
        key = ("props", name, side, own)
        if part is not None and key not in self._kept:
            cutter = Cutter(things(self.light, own or materials().get(part.word("own"), "")))
            cutter.add_plain(part)
            sprite = cut(cutter, self.scale, self.light, self._lit(PROP, side))
            x, y = part.point("pivot")
            self._kept[key] = Sprite(
                sprite.pixels, (sprite.pivot[0] + x * self.scale, sprite.pivot[1] + y * self.scale)
            )
        return self._kept.get(key)

    def ground(self) -> Sprite:
        """The contact shadow, its pivot between the feet."""
        if ("ground",) not in self._kept:
            wide, high = int(self.body.width(0) * 1.5 * self.scale), int(13 * self.scale) + 2
            sheet = np.zeros((high * 4, wide * 2 + high * 4, 4), np.uint8)
            middle = (sheet.shape[1] // 2, high * 2)
            cv2.ellipse(sheet, middle, (wide, high), 0, 0, 360, (14, 6, 6, 125), -1, cv2.LINE_AA)
            soft = cv2.GaussianBlur(sheet, (0, 0), high * 0.55)
            self._kept["ground",] = Sprite(np.asarray(soft), (float(middle[0]), float(middle[1])))
        ground = self._kept["ground",]
        assert ground is not None  # made above
        return ground

    def _lit(self, finish: Finish, side: int) -> Finish:
        return Finish(side, finish.plane, finish.rim, finish.drop, finish.depth, finish.soft)

    def _piece(self, part: Part, layer: str, side: int, finish: Finish, bend: Bend, turn: float = 0.0) -> Sprite | None:
        key = (part.kind, part.name, layer, side, turn)
        if key not in self._kept:
            element = part.layer(layer)
            if element is None:
                self._kept[key] = None
            else:
                cutter = Cutter(self.palette)
                cutter.add(element, bend)
                self._kept[key] = cut(cutter, self.scale, self.light, self._lit(finish, side))
        return self._kept[key]
