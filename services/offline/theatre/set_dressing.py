"""Dress a set: stand its things and the props of the script in it, with their shadows and their light."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import cos, pi, sin

import cv2
import numpy as np

from services.offline.theatre.kits import Sheet, Spot, Stand, Thing
from services.offline.theatre.moods import mix
from services.offline.theatre.props import Hues, Part, Spare, drawn, hues, part
from services.offline.theatre.set_paper import beam, bgr, drop, edge, sheet, shine, stack
from services.offline.theatre.set_stage import Stage
from services.offline.theatre.set_view import CM, View
from services.offline.theatre.sprite import Pixels
from studio.story.places import Setting
from studio.takes.frame import Aspect

AWAY = "-"  # before the name of a thing that is not where it stands
_NEAR = {Aspect.WIDE: 1.0, Aspect.SQUARE: 0.8, Aspect.TALL: 0.62}  # how large near things are
_BESIDE = 0.54  # of half the frame from its middle
_LOOSE = 0.05  # how far, across the frame, things of a landscape may stand from their place
_CLEAR = {Aspect.WIDE: 0.62, Aspect.SQUARE: 0.68, Aspect.TALL: 0.74}  # the share of the width they leave free


def dress(stage: Stage, taken: tuple[Spot, ...]) -> None:
    """Stand the kit's things, from the back to the front; what hangs where a prop hangs gives way."""
    back = stage.box.back if stage.box else 0.5
    rows = [(row.z or back, index, row) for index, row in enumerate(stage.plan.things)]
    for z, _, row in sorted(rows, key=lambda item: (item[0], item[1])):
        u = stage.view.choose(row.u)
        chance, wobble, name_at = stage.draw.random(), stage.draw.random() - 0.5, stage.draw.random()
        if u is None or chance >= row.chance or _in_the_way(stage, row, u, taken):
            continue
        names = (row.part, *row.either)
        loose = row.jitter or (_LOOSE if not stage.box and z < 0.62 else 0.0)
        _put(stage, row, names[int(name_at * len(names))], u + 2 * wobble * loose, z)


def _in_the_way(stage: Stage, row: Thing, u: float, taken: tuple[Spot, ...]) -> bool:
    places = [stage.view.choose(spot.u) for spot in taken]
    hangs = row.up > 100 and not row.z
    return hangs and any(place is not None and abs(place - u) < 0.16 for place in places)


@dataclass(frozen=True)
class Standing:
    """A part where it stands: its visible piece, and its whole box in set pixels."""

    part: Part
    piece: Pixels
    left: int
    top: int
    corner: tuple[float, float]  # of the whole box, also where that lies outside the picture
    ratio: float
    flip: bool
    z: float
    air: float
    lifted: bool  # hung up, not on the ground

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A point of the part, in set pixels."""
        along = (x - self.part.box[0]) * self.ratio
        along = self.part.box[2] * self.ratio - along if self.flip else along
        return self.corner[0] + along, self.corner[1] + (y - self.part.box[1]) * self.ratio


def _put(stage: Stage, row: Thing, name: str, u: float, z: float, own: str = "") -> None:
    """Stand one part in its place, in a colour of its own if it has one, with its shadows and its lamps."""
    found = part(name)
    if found is None:
        return
    scene, colours = stage.view, stage.palette
    which = row.sheet or _sheet_of(z, row, indoors=stage.box is not None)
    canvas, ratio = stage.on(which), round(scene.scale(z) * row.size, 4)
    far = 0.0 if stage.box else max(0.0, 0.44 * max(0.0, 1 - z) ** 1.5)
    air = min(0.92, max(row.haze, far) + colours.thickness * max(0.0, 1.1 - z))
    degrees = row.turn * 2 * (stage.draw.random() - 0.5)
    inks = hues(colours, haze=air, degrees=degrees, tone=_tone(row, which), own=own)
    flip = (stage.side > 0) != row.flip
    x, base = scene.x(u), scene.y(z) - row.up * CM * scene.scale(z)
    if which is Sheet.FRONT:
        _near(canvas, scene, (name, ratio, inks, flip), (x, base), across=row.across)
        return
    wide, tall = found.box[2] * ratio, found.box[3] * ratio
    corner = (x - wide / 2, 0.0 if row.top else base - tall)
    spare = _spare(corner, (wide, tall), scene, ratio)
    if spare[0] >= found.box[3] - 1 or spare[1] + spare[2] >= found.box[2] - 1:
        return
    piece = drawn(name, ratio, inks, flip, (spare[0], *spare[:0:-1]) if flip else spare).copy()
    left, top = round(corner[0] + spare[1] * ratio), round(corner[1] + spare[0] * ratio)
    top = top if row.top else round(base) - piece.shape[0]
    lifted = bool(row.up or row.top)
    standing = Standing(found, piece, left, top, corner, ratio, flip, z, air, lifted)
    _lay_down(stage, canvas, standing)
    _light_up(stage, canvas, standing, hung=row.top)


def _spare(corner: tuple[float, float], size: tuple[float, float], scene: View, ratio: float) -> Spare:
    """Whole units of a part that lie outside the picture above, left and right: not worth drawing."""
    beyond = (-corner[1], -corner[0], corner[0] + size[0] - scene.width)
    above, left, right = (max(0.0, float(int((pixels - 12) / ratio))) for pixels in beyond)
    return above, left, right


def _lay_down(stage: Stage, canvas: Pixels, it: Standing) -> None:
    """Light the edges of a piece and lay it down with its shadows."""
    scene, colours = stage.view, stage.palette
    unit = scene.unit * (0.4 + it.z)
    strength = 0.45 * colours.rim * (1 - it.air)
    edge(it.piece, colours.key, side=stage.side, strength=strength, width=max(1, round(1.5 * scene.unit)))
    if colours.snow and not stage.box:
        white = mix(colours.materials["white"], colours.haze, it.air)
        edge(it.piece, white, side=0, strength=0.8 * colours.snow, width=max(1, round(5 * unit)))
    if not it.lifted:
        _contact(canvas, stage, it)
    reach = 3 if it.lifted else 7
    drop(
        canvas,
        it.piece,
        it.left,
        it.top,
        colour=colours.shade,
        offset=(-stage.side * reach * unit, 0.7 * reach * unit * it.lifted),
        blur=(4 + reach) * unit,
        depth=0.34 * (1 - it.air),
    )


def _light_up(stage: Stage, canvas: Pixels, it: Standing, *, hung: bool) -> None:
    """Light the lamps of a part, if it has any and they are lit at this hour."""
    scene, colours = stage.view, stage.palette
    if it.part.cone and (colours.lamps or stage.box):
        x, y, wide = it.part.cone
        lamp = it.at(x, y)
        aim = lamp[0] + ((scene.width / 2 - lamp[0]) * 0.2 if hung else 0.0)
        # The light stays when a shot leaves the lamp above the frame.
        under = stage.on(Sheet.FAR) if hung else canvas
        _cone(stage, under, lamp, (aim, scene.y(0.9 if hung else it.z)), wide * it.ratio)
    if colours.lamps:
        for x, y, wide in it.part.lamps:
            shine(canvas, it.at(x, y), wide * it.ratio, colours.key, 0.55 * (1 - 0.6 * it.air))


def _cone(stage: Stage, canvas: Pixels, lamp: tuple[float, float], foot: tuple[float, float], wide: float) -> None:
    """The cone of a lamp in the air, and its pool on the ground."""
    key, unit = stage.palette.key, stage.view.unit
    size, (x, y) = 9 * unit, foot
    beam(
        canvas,
        [(lamp[0] - size, lamp[1]), (lamp[0] + size, lamp[1]), (x + wide, y), (x - wide, y)],
        key,
        0.15,
        9 * unit,
        fade=0.3,
    )
    ring = [(x + wide * cos(angle * pi / 12), y + 0.2 * wide * sin(angle * pi / 12)) for angle in range(24)]
    beam(canvas, ring, key, 0.24, 6 * unit)


def _tone(row: Thing, which: Sheet) -> float:
    """Near things are dark; what lies across the figures is part of the place, and half as dark."""
    return 1.0 if which is not Sheet.FRONT else 0.75 if row.across else 0.3


def _near(
    canvas: Pixels,
    scene: View,
    cut_from: tuple[str, float, Hues, bool],
    foot: tuple[float, float],
    *,
    across: bool = False,
) -> None:
    """Stand a part before the figures, clear of where they stand unless it lies across them.

    It will be out of focus: a quarter size will do.
    """
    name, ratio, inks, flip = cut_from
    size = 1.0 if across else _NEAR[scene.frame.aspect]
    small = drawn(name, round(ratio * size / 4, 4), inks, flip)
    piece = cv2.resize(small, (small.shape[1] * 4, small.shape[0] * 4))
    middle, clear = scene.width / 2, _CLEAR[scene.frame.aspect] * scene.frame.width / 2 + piece.shape[1] / 2
    if not across:
        foot = max(foot[0], middle + clear) if foot[0] > middle else min(foot[0], middle - clear), foot[1]
    x = foot[0]
    stack(canvas, piece, round(x - piece.shape[1] / 2), round(foot[1] - piece.shape[0]))


def _contact(canvas: Pixels, stage: Stage, it: Standing) -> None:
    """The dark soft touch between a thing and the ground, as wide and as dark as its feet are."""
    alpha = it.piece[:, :, 3]
    feet = np.nonzero(alpha[-max(2, alpha.shape[0] // 24) :].max(axis=0) > 60)[0]
    if not feet.size:
        return
    wide = float(feet[-1] - feet[0] + 1)
    dense = min(1.0, 0.25 + feet.size / wide)
    tall = max(3, round(16 * it.z * stage.view.unit))
    small = sheet(48, 16)
    shade = (*(part * 0.6 * dense for part in bgr(stage.palette.shade)), 153.0 * dense)
    cv2.ellipse(small, (24, 8), (17, 4), 0, 0, 360, shade, -1, cv2.LINE_AA)
    spread = cv2.resize(cv2.GaussianBlur(small, (0, 0), 2.0), (max(4, round(wide * 1.3)), 2 * tall))
    x = it.left + (feet[0] + feet[-1]) / 2 - stage.side * 0.05 * wide
    stack(canvas, spread, round(x - spread.shape[1] / 2), round(it.top + alpha.shape[0] - tall * 1.1))


def _sheet_of(z: float, row: Thing, *, indoors: bool) -> Sheet:
    if z > 1.12:
        return Sheet.FRONT
    if indoors:
        return Sheet.HUNG if row.top else Sheet.FAR if row.up else Sheet.GROUND
    return Sheet.FAR if z < 0.3 else Sheet.MIDDLE if z < 0.66 else Sheet.GROUND


def away(setting: Setting, names: Collection[str]) -> Setting:
    """A setting while somebody has these things in hand, or they fill the picture: they do not stand there too."""
    if not set(names) & set(setting.place.props):
        return setting
    props = tuple(f"{AWAY}{name}" if name in names else name for name in setting.place.props)
    return setting.model_copy(update={"place": setting.place.model_copy(update={"props": props})})


def assigned(stage: Stage, names: tuple[str, ...]) -> list[tuple[Spot, str]]:
    """The script's props on free spots of their kind; a prop without a part or a spot is left out.

    One that is `away` leaves its spot empty, so that the others stay where they are.
    """
    free, placed = list(stage.plan.spots), []
    for name in names:
        found = part(name.removeprefix(AWAY))
        fits = [spot for spot in free if found and spot.stand == found.stand and stage.view.choose(spot.u) is not None]
        if fits:
            chosen = min(fits, key=lambda spot: _aside(stage, spot)) if fits[0].stand is Stand.FLOOR else fits[0]
            free.remove(chosen)
            placed.append((chosen, name))
    return placed


def _aside(stage: Stage, spot: Spot) -> float:
    """How far a spot is from where a thing is seen best: beside the figures, clear of what is near the camera."""
    return abs(abs(stage.view.choose(spot.u) or 0.0) - _BESIDE)


def rest(stage: Stage, spot: Spot, name: str, own: str = "") -> None:
    """Put a prop down on its spot, in the colour the script gives it, on a crate where the spot asks for one."""
    u, z = stage.view.choose(spot.u), spot.z or (stage.box.back if stage.box else 0.9)
    if u is None or name.startswith(AWAY):
        return
    up = spot.up
    holder = part(spot.support) if spot.support else None
    if holder is not None:
        _put(stage, Thing(part=spot.support, u=spot.u, z=z), spot.support, u, z)
        up = holder.box[3] / CM - 1
    size = 1.35 if spot.stand is Stand.TABLE else 1.0
    _put(
        stage,
        Thing(
            part=name,
            u=spot.u,
            z=z,
            up=up,
            size=size,
            sheet=Sheet.GROUND if not stage.box or spot.stand is not Stand.WALL else None,
        ),
        name,
        u,
        z,
        own,
    )
