"""Dress a set: stand its things and the props of the script in it, with their shadows and their light."""

from __future__ import annotations

from math import cos, pi, sin

import cv2

from services.offline.theatre.kits import Sheet, Spot, Stand, Thing
from services.offline.theatre.props import Hues, drawn, hues, part
from services.offline.theatre.set_paper import beam, bgr, drop, edge, sheet, shine, stack
from services.offline.theatre.set_stage import Stage
from services.offline.theatre.set_view import CM, View
from services.offline.theatre.sprite import Pixels
from studio.takes.frame import Aspect

_NEAR = {Aspect.WIDE: 1.0, Aspect.SQUARE: 0.8, Aspect.TALL: 0.62}  # how large near things are
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
        _put(stage, row, names[int(name_at * len(names))], u + 2 * wobble * row.jitter, z)


def _in_the_way(stage: Stage, row: Thing, u: float, taken: tuple[Spot, ...]) -> bool:
    places = [stage.view.choose(spot.u) for spot in taken]
    hangs = row.up > 100 and not row.z
    return hangs and any(place is not None and abs(place - u) < 0.16 for place in places)


def _put(stage: Stage, row: Thing, name: str, u: float, z: float) -> None:
    """Stand one part in its place, with its shadows and its lamps."""
    found = part(name)
    if found is None:
        return
    scene, colours = stage.view, stage.palette
    which = row.sheet or _sheet_of(z, row, indoors=stage.box is not None)
    canvas = stage.on(which)
    ratio = scene.scale(z) * row.size
    far = 0.0 if stage.box else max(0.0, 0.44 * max(0.0, 1 - z) ** 1.5)
    tone = 1.0 if which is not Sheet.FRONT else 0.3
    air = min(0.92, max(row.haze, far) + colours.thickness * max(0.0, 1.1 - z))
    inks = hues(colours, haze=air, degrees=row.turn * 2 * (stage.draw.random() - 0.5), tone=tone)
    flip = (stage.side > 0) != row.flip
    base = scene.y(z) - row.up * CM * scene.scale(z)
    if which is Sheet.FRONT:
        _near(canvas, scene, (name, ratio, inks, flip), (scene.x(u), base))
        return
    above = 0.0 if row.top else max(0.0, round((found.box[3] * ratio - base - 8) / ratio))
    if above >= found.box[3]:
        return
    piece = drawn(name, round(ratio, 4), inks, flip, above).copy()
    height, width = piece.shape[:2]
    left = round(scene.x(u) - width / 2)
    top = 0 if row.top else round(base - height)
    edge(
        piece,
        colours.key,
        side=stage.side,
        strength=0.45 * colours.rim * (1 - air),
        width=max(1, round(1.5 * scene.unit)),
    )
    unit = scene.unit * (0.4 + z)
    if not row.up and not row.top:
        _contact(canvas, stage, (left + width / 2, scene.y(z)), width, z)
    reach = 3 if row.up else 7
    drop(
        canvas,
        piece,
        left,
        top,
        colour=colours.shade,
        offset=(-stage.side * reach * unit, 0.7 * reach * unit * bool(row.up or row.top)),
        blur=(4 + reach) * unit,
        depth=0.34 * (1 - air),
    )
    if found.cone and (colours.lamps or stage.box):
        x, y, wide = found.cone
        at = (x - found.box[0]) * ratio, (y - found.box[1] - above) * ratio
        lamp = (left + (width - at[0] if flip else at[0]), top + at[1])
        aim = lamp[0] + ((scene.width / 2 - lamp[0]) * 0.2 if row.top else 0.0)
        _cone(stage, canvas, lamp, (aim, scene.y(0.9 if row.top else z)), wide * ratio)
    if colours.lamps:
        for x, y, wide in found.lamps:
            at = (x - found.box[0]) * ratio, (y - found.box[1] - above) * ratio
            at = (width - at[0] if flip else at[0], at[1])
            shine(canvas, (left + at[0], top + at[1]), wide * ratio, colours.key, 0.55 * (1 - 0.6 * air))


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


def _near(canvas: Pixels, scene: View, cut_from: tuple[str, float, Hues, bool], foot: tuple[float, float]) -> None:
    """Stand a part before the figures, clear of where they stand; it will be out of focus: a quarter size will do."""
    name, ratio, inks, flip = cut_from
    small = drawn(name, round(ratio * _NEAR[scene.frame.aspect] / 4, 4), inks, flip)
    piece = cv2.resize(small, (small.shape[1] * 4, small.shape[0] * 4))
    middle, clear = scene.width / 2, _CLEAR[scene.frame.aspect] * scene.frame.width / 2 + piece.shape[1] / 2
    x = max(foot[0], middle + clear) if foot[0] > middle else min(foot[0], middle - clear)
    stack(canvas, piece, round(x - piece.shape[1] / 2), round(foot[1] - piece.shape[0]))


def _contact(canvas: Pixels, stage: Stage, foot: tuple[float, float], width: int, z: float) -> None:
    """The dark soft touch between a thing and the ground, stretched away from the light."""
    tall = max(3, round(16 * z * stage.view.unit))
    size = (round(width * 1.16), 2 * tall)
    small = sheet(48, 16)
    shade = tuple(int(value) for value in (*(part * 0.6 for part in bgr(stage.palette.shade)), 153))
    cv2.ellipse(small, (24, 8), (17, 4), 0, 0, 360, shade, -1, cv2.LINE_AA)
    spread = cv2.resize(cv2.GaussianBlur(small, (0, 0), 2.0), size)
    stack(canvas, spread, round(foot[0] - size[0] / 2 - stage.side * 0.05 * width), round(foot[1] - tall * 1.1))


def _sheet_of(z: float, row: Thing, *, indoors: bool) -> Sheet:
    if z > 1.12:
        return Sheet.FRONT
    if indoors:
        return Sheet.FAR if row.up or row.top else Sheet.GROUND
    return Sheet.FAR if z < 0.3 else Sheet.MIDDLE if z < 0.66 else Sheet.GROUND


def assigned(stage: Stage, names: tuple[str, ...]) -> list[tuple[Spot, str]]:
    """The script's props on free spots of their kind; a prop without a part or a spot is left out."""
    free, placed = list(stage.plan.spots), []
    for name in names:
        found = part(name)
        fits = [s for s in free if found and s.stand == found.stand and stage.view.choose(s.u) is not None]
        if fits:
            free.remove(fits[0])
            placed.append((fits[0], name))
    return placed


def rest(stage: Stage, spot: Spot, name: str) -> None:
    u, z = stage.view.choose(spot.u), spot.z or (stage.box.back if stage.box else 0.9)
    if u is None:
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
    )
