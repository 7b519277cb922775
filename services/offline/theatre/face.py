"""The head of a puppet: face, features, hair and hat laid together once per expression and kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

import numpy as np

from services.offline.theatre.face_features import Features
from services.offline.theatre.face_look import Look
from services.offline.theatre.parts import Bend, Cutter, Part, Point, find, load, names
from services.offline.theatre.pose import Light
from services.offline.theatre.puppet_cut import FLAT, Finish, clipped, cut, rim, stack, within
from services.offline.theatre.puppet_kept import Kept
from services.offline.theatre.rig import Skeleton, head_bend
from services.offline.theatre.sprite import Pixels, Sprite
from studio.errors import BadRequest
from studio.story.cast import DNA, Age

CHIN = 60.0
_ENCLOSING = ("inside", "sealed")
BRIM, LOOSE = 60.0, 0.2  # half the width of hair under a brim, and what every unit below it gives
SPREADS = 0.7  # pixels by which hair under a hood is wider on each side from row to row
KEPT = 16  # composed heads in memory
SKIN = Finish(plane=15, drop=3.2, depth=0.3, rim=0)
HAIR = Finish(plane=20, drop=4.2, depth=0.42, rim=0)
BEHIND = replace(HAIR, rim=1.7)
WORN = Finish(plane=16, drop=3.4, depth=0.4, rim=0)
EDGE = Finish(rim=1.7)


class Head:
    """Everything above the neck of one puppet at one size."""

    def __init__(self, dna: DNA, body: Skeleton, palette: Mapping[str, str], light: Light, scale: float) -> None:
        self.palette, self.light, self.scale = palette, light, scale
        self.dna = dna
        self.face = load("heads", body.face)
        self.hair = _named("hair", dna.hair)
        self.hat = _named("hats", dna.hat)
        self.beard = _named("faces", dna.face)
        self.features = Features(dna, palette, light, scale)
        self._heads: Kept[Sprite] = Kept(KEPT)
        self._pieces: Kept[Sprite | None] = Kept(KEPT)
        self._worn: Kept[tuple[Sprite | None, ...]] = Kept(KEPT)

    @property
    def nbytes(self) -> int:
        """The memory of what is cut by now."""
        pieces = (*self._heads.things, *self._pieces.things, *chain.from_iterable(self._worn.things))
        return self.features.nbytes + sum(piece.pixels.nbytes for piece in pieces if piece)

    def front(self, seen: Look) -> Sprite:
        """The head as it lies over the body; the pivot is the middle of the eye line."""
        return self._heads.get(seen.key, lambda: self._compose(seen))

    def behind(self, seen: Look) -> Sprite | None:
        """Hair and hat that hang behind the body, None if nothing does."""
        return None if seen.back else self._pieces.get(("behind", *seen.shape), lambda: self._make_behind(seen))

    def _make_behind(self, seen: Look) -> Sprite | None:
        hair = self._cut(self.hair, "back", self._under_hat(self._swing(-0.35 * seen.turn)), seen.side, BEHIND)
        hat = self._cut(self.hat, "back", self._swing(-0.2 * seen.turn), seen.side, WORN)
        return stack([piece for piece in (self._trimmed(hair, seen), hat) if piece])

    def _compose(self, seen: Look) -> Sprite:
        base, top = self._base(seen), self._top(seen)
        hat = None if seen.back else self._hat(seen)
        pieces = [base, *self._face(seen, base), top]
        pieces += [] if seen.back else [self.features.brow_pair(seen), hat]
        outline = [piece for piece in (base, top, hat) if piece]
        rim_light = self._pieces.get(("rim", *seen.shape), lambda: self._make_rim(seen, outline))
        whole = stack([piece for piece in (*pieces, rim_light) if piece])
        assert whole is not None  # the base is always there
        return whole

    def _make_rim(self, seen: Look, outline: list[Sprite]) -> Sprite | None:
        front, behind = stack(outline), self.behind(seen)
        whole = stack([behind, *outline]) if behind else front  # no rim where hair lies on hair
        if not self.light.rim or whole is None or front is None:
            return None
        lit = rim(whole.pixels, self.light, replace(EDGE, side=seen.side), self.scale)
        return clipped(Sprite(lit, whole.pivot), front)

    def _base(self, seen: Look) -> Sprite:
        made = self._pieces.get(("base", *seen.shape), lambda: self._make_base(seen))
        assert made is not None  # every head has a face and a rear
        return made

    def _make_base(self, seen: Look) -> Sprite | None:
        layers = ("rear",) if seen.back else ("far", "face", "near")
        pieces = [self._cut(self.face, name, None, seen.side, SKIN, {"turned": seen.turn}) for name in layers]
        return stack([piece for piece in pieces if piece])

    def _face(self, seen: Look, base: Sprite) -> list[Sprite]:
        if seen.back:
            return []
        key = (*seen.shape, *sorted(seen.mood.show.items()))
        marks, under, above = self._worn.get(key, lambda: self._make_worn(seen, base))
        eyes = clipped(self.features.eye_pair(seen), base)
        return [piece for piece in (marks, eyes, under, self.features.mouth(seen), above) if piece]

    def _make_worn(self, seen: Look, base: Sprite) -> tuple[Sprite | None, ...]:
        bend = head_bend(seen.turn)
        show = seen.mood.show | {"turned": seen.turn, "old": float(self.dna.age is Age.OLD)}
        marks = self._cut(self.face, "marks", bend, seen.side, FLAT, show)
        under = self._cut(self.beard, "under", bend, seen.side, replace(WORN, plane=14), {"turned": seen.turn})
        above = self._cut(self.beard, "over", bend, seen.side, replace(WORN, plane=0, drop=2.2), {"turned": seen.turn})
        if under and self.beard and self.beard.word("clip") == "face":
            under = clipped(under, base)
        return (clipped(marks, base) if marks else None, under, above)

    def _top(self, seen: Look) -> Sprite | None:
        return self._pieces.get(("top", *seen.shape), lambda: self._make_top(seen))

    def _make_top(self, seen: Look) -> Sprite | None:
        layer = "rear" if seen.back else "front"
        bend = self._under_hat(self._swing(seen.turn * 0.8))
        hair = self._cut(self.hair, layer, bend, seen.side, HAIR, {"turned": seen.turn})
        hat = self._hat(seen) if seen.back else None
        return stack([piece for piece in (self._trimmed(hair, seen), hat) if piece])

    def _hat(self, seen: Look) -> Sprite | None:
        layer = "rear" if seen.back and self.hat and self.hat.layer("rear") is not None else "front"
        bend = self._swing(seen.turn * 0.6)
        return self._pieces.get(("hat", *seen.shape), lambda: self._cut(self.hat, layer, bend, seen.side, WORN))

    def _swing(self, turn: float) -> Bend:
        bend = head_bend(abs(turn))
        return bend if turn >= 0 else (lambda x, y: (-bend(-x, y)[0], y))

    def _under_hat(self, bend: Bend) -> Bend:
        """Hair pressed to the head where the hat sits, and free again from the chin down."""
        rule = self.hat.word("cut") if self.hat else ""
        if not rule or rule in _ENCLOSING:
            return bend
        brim = float(rule)

        def pressed(x: float, y: float) -> Point:
            room = BRIM + LOOSE * max(0.0, y - brim)
            return bend(math.copysign(min(abs(x), room + 0.2 * max(0.0, abs(x) - room)), x), y)

        return pressed

    def _trimmed(self, hair: Sprite | None, seen: Look) -> Sprite | None:
        """Hair as far as the hat lets it be seen: below a line, or within a hat that encloses the head."""
        hat, rule = self._hat(seen), self.hat.word("cut") if self.hat else ""
        if hair is None or hat is None or not rule:
            return hair
        pixels = hair.pixels.copy()
        if rule in _ENCLOSING:
            chin = int(hair.pivot[1] + CHIN * self.scale)
            inside = within(hair, hat)
            pixels[:chin] = inside[:chin]
            pixels[chin:] = 0 if rule == "sealed" else _emerging(pixels[chin:], inside[:chin][-1])
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


def _emerging(hair: Pixels, edge: Pixels) -> Pixels:
    """Hair that comes out from under a hood: as wide as the hood at its edge, and wider from row to row."""
    seen = np.flatnonzero(edge[:, 3])
    if not seen.size:
        return hair
    rows, columns = np.arange(hair.shape[0])[:, None], np.arange(hair.shape[1])[None, :]
    free = (columns >= seen[0] - SPREADS * rows) & (columns <= seen[-1] + SPREADS * rows)
    return np.asarray(hair * free[:, :, None], np.uint8)


def _named(kind: str, name: str) -> Part | None:
    if name and find(kind, name) is None:
        raise BadRequest(f"there is no {name!r} in data/paper/{kind}; there are {', '.join(names(kind))}", field=kind)
    return find(kind, name)
